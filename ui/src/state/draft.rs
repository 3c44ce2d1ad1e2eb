//! The settings of a mailbox while they are being typed. Nothing of it counts before the core took it.

use crate::state::faults::Faults;
use crate::text::field;
use bannette_api::failure::{Field, Why};
use bannette_api::mailboxes::{
    AddMailbox, AfterTaking, ChangeMailbox, Connection, MailboxKind, MailboxSecret, MailboxSettings, Options,
    SignInWay, Tls,
};
use leptos::prelude::*;

/// The usual port of an encryption.
#[must_use]
pub fn usual_port(tls: Tls) -> &'static str {
    match tls {
        Tls::Implicit => "993",
        Tls::Starttls | Tls::Local => "143",
    }
}

/// What was typed, as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typed {
    /// Kind.
    pub kind: MailboxKind,
    /// Use it.
    pub enabled: bool,
    /// Address, or the folder's name.
    pub address: String,
    /// Server.
    pub host: String,
    /// Port.
    pub port: String,
    /// Encryption.
    pub tls: Tls,
    /// Account; empty: the address.
    pub account: String,
    /// Path of the folder.
    pub path: String,
    /// Delete from the server.
    pub delete: bool,
    /// Days.
    pub retention: String,
    /// Share what arrives.
    pub auto_share: bool,
}

impl Typed {
    /// A new mailbox.
    #[must_use]
    pub fn blank(kind: MailboxKind) -> Self {
        let options = Options::default();
        Self {
            kind,
            enabled: options.enabled,
            address: String::new(),
            host: String::new(),
            port: usual_port(Tls::Implicit).to_owned(),
            tls: Tls::Implicit,
            account: String::new(),
            path: String::new(),
            delete: options.delete_from_server,
            retention: options.retention_days.to_string(),
            auto_share: options.auto_share,
        }
    }

    /// The settings as kept.
    #[must_use]
    pub fn of(settings: &MailboxSettings) -> Self {
        let mut typed = Self::blank(settings.kind);
        typed.address.clone_from(&settings.address);
        typed.enabled = settings.options.enabled;
        typed.delete = settings.options.delete_from_server;
        typed.retention = settings.options.retention_days.to_string();
        typed.auto_share = settings.options.auto_share;
        match &settings.connection {
            Connection::Imap { host, port, tls, account, .. } | Connection::Pop3 { host, port, tls, account } => {
                typed.host.clone_from(host);
                typed.port = port.to_string();
                typed.tls = *tls;
                typed.account.clone_from(account);
            }
            Connection::Folder { path, .. } => typed.path.clone_from(path),
            Connection::Publisher { account } => typed.account.clone_from(account),
        }
        typed
    }

    /// Where messages come from, or what is wrong.
    pub fn connection(&self) -> Result<Connection, Vec<(Field, Why)>> {
        if self.kind == MailboxKind::Folder {
            let path = self.path.trim();
            return match path {
                "" => Err(vec![(Field::Path, Why::Empty)]),
                path => Ok(Connection::Folder { path: path.to_owned(), after: AfterTaking::Leave }),
            };
        }
        let mut wrong = Vec::new();
        let host = self.host.trim();
        if host.is_empty() {
            wrong.push((Field::Host, Why::Empty));
        }
        let port = match self.port.trim().parse::<u32>() {
            Ok(number) => u16::try_from(number).ok().filter(|port| *port > 0),
            Err(_) => None,
        };
        if port.is_none() {
            wrong.push((Field::Port, Why::OutOfRange { least: 1, most: 65_535 }));
        }
        let account = if self.account.trim().is_empty() { self.address.trim() } else { self.account.trim() };
        if account.is_empty() {
            wrong.push((Field::Account, Why::Empty));
        }
        match port {
            Some(port) if wrong.is_empty() => Ok(Connection::Imap {
                host: host.to_owned(),
                port,
                tls: self.tls,
                account: account.to_owned(),
                sign_in: SignInWay::Password,
            }),
            _ => Err(wrong),
        }
    }

    /// Everything, or what is wrong.
    pub fn read(&self) -> Result<(Connection, Options), Vec<(Field, Why)>> {
        let mut wrong = Vec::new();
        let address = self.address.trim();
        if address.is_empty() {
            wrong.push((Field::Address, Why::Empty));
        } else if self.kind == MailboxKind::Mssante && !is_address(address) {
            wrong.push((Field::Address, Why::Form));
        }
        let days = self.retention.trim().parse::<u32>().ok().filter(|days| (1..=3650).contains(days));
        if days.is_none() {
            wrong.push((Field::RetentionDays, Why::OutOfRange { least: 1, most: 3650 }));
        }
        let connection = self.connection().map_err(|more| wrong.extend(more));
        match (connection, days) {
            (Ok(connection), Some(retention_days)) if wrong.is_empty() => Ok((
                connection,
                Options {
                    enabled: self.enabled,
                    delete_from_server: self.delete,
                    retention_days,
                    auto_share: self.auto_share,
                    auto_relay: true,
                },
            )),
            _ => Err(wrong),
        }
    }
}

/// Something before the @, something with a point after it.
fn is_address(text: &str) -> bool {
    !text.contains(char::is_whitespace)
        && text.split_once('@').is_some_and(|(local, domain)| {
            !local.is_empty()
                && !domain.contains('@')
                && domain.contains('.')
                && !domain.starts_with('.')
                && !domain.ends_with('.')
        })
}

/// What a draft asks of the core.
pub enum Ask {
    /// A new mailbox.
    Add(AddMailbox),
    /// Other settings of a mailbox.
    Change(ChangeMailbox),
}

/// A mailbox's settings on the screen.
#[derive(Clone, Copy)]
pub struct Draft {
    /// Number of the block on the screen.
    pub number: u32,
    /// Kind.
    pub kind: MailboxKind,
    /// As kept; nothing for a new one.
    pub kept: RwSignal<Option<MailboxSettings>>,
    /// Use it.
    pub enabled: RwSignal<bool>,
    /// Address or name.
    pub address: RwSignal<String>,
    /// Server.
    pub host: RwSignal<String>,
    /// Port.
    pub port: RwSignal<String>,
    /// Encryption.
    pub tls: RwSignal<Tls>,
    /// Account.
    pub account: RwSignal<String>,
    /// Secret: empty when it stays.
    pub secret: RwSignal<String>,
    /// Path.
    pub path: RwSignal<String>,
    /// Delete from the server.
    pub delete: RwSignal<bool>,
    /// Days.
    pub retention: RwSignal<String>,
    /// Share what arrives.
    pub auto_share: RwSignal<bool>,
    /// What is wrong.
    pub faults: Faults,
}

impl Draft {
    /// A block of the screen.
    pub fn new(number: u32, typed: Typed, kept: Option<MailboxSettings>) -> Self {
        Self {
            number,
            kind: typed.kind,
            kept: RwSignal::new(kept),
            enabled: RwSignal::new(typed.enabled),
            address: RwSignal::new(typed.address),
            host: RwSignal::new(typed.host),
            port: RwSignal::new(typed.port),
            tls: RwSignal::new(typed.tls),
            account: RwSignal::new(typed.account),
            secret: RwSignal::new(String::new()),
            path: RwSignal::new(typed.path),
            delete: RwSignal::new(typed.delete),
            retention: RwSignal::new(typed.retention),
            auto_share: RwSignal::new(typed.auto_share),
            faults: Faults::new(),
        }
    }

    /// What stands in the fields.
    pub fn typed(self) -> Typed {
        Typed {
            kind: self.kind,
            enabled: self.enabled.get(),
            address: self.address.get(),
            host: self.host.get(),
            port: self.port.get(),
            tls: self.tls.get(),
            account: self.account.get(),
            path: self.path.get(),
            delete: self.delete.get(),
            retention: self.retention.get(),
            auto_share: self.auto_share.get(),
        }
    }

    /// Whether something differs from what is kept.
    pub fn changed(self) -> bool {
        let typed = self.typed();
        let secret = !self.secret.with(String::is_empty);
        self.kept.with(|kept| kept.as_ref().is_none_or(|kept| secret || Typed::of(kept) != typed))
    }

    /// Whether the kept secret no longer serves because server or account changed, and none was typed.
    pub fn secret_wanted(self) -> bool {
        let typed = self.typed();
        self.secret.with(String::is_empty)
            && self.kept.with(|kept| {
                kept.as_ref().is_some_and(|kept| {
                    kept.secret_kept && typed.connection().is_ok_and(|connection| connection != kept.connection)
                })
            })
    }

    /// The secret, if one was typed.
    pub fn typed_secret(self) -> Option<MailboxSecret> {
        let secret = self.secret.get_untracked();
        (!secret.is_empty()).then_some(MailboxSecret(secret))
    }

    /// Shows what is wrong beside the fields.
    pub fn blame(self, wrong: Vec<(Field, Why)>) {
        for (which, why) in wrong {
            self.faults.add(which, field::why(which, why));
        }
    }

    /// What to ask of the core; nothing when a field is wrong, which then says so.
    pub fn ask(self) -> Option<Ask> {
        self.faults.clear();
        let typed = untrack(move || self.typed());
        let secret = self.typed_secret();
        let kept = self.kept.with_untracked(|kept| kept.as_ref().map(|kept| (kept.id, kept.secret_kept)));
        let mut wrong = Vec::new();
        let known = kept.is_some_and(|(_, secret_kept)| secret_kept) && !untrack(move || self.secret_wanted());
        if self.kind == MailboxKind::Mssante && secret.is_none() && !known {
            wrong.push((Field::Secret, Why::Empty));
        }
        match typed.read() {
            Ok((connection, options)) if wrong.is_empty() => {
                let address = typed.address.trim().to_owned();
                Some(match kept {
                    Some((mailbox, _)) => Ask::Change(ChangeMailbox {
                        mailbox,
                        address,
                        connection,
                        secret,
                        outgoing: None,
                        apicrypt: None,
                        key_code: None,
                        certificate: None,
                        options,
                    }),
                    None => Ask::Add(AddMailbox {
                        kind: self.kind,
                        address,
                        connection,
                        secret,
                        outgoing: None,
                        apicrypt: None,
                        key_code: None,
                        certificate: None,
                        options,
                    }),
                })
            }
            read => {
                wrong.extend(read.err().into_iter().flatten());
                self.blame(wrong);
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> Typed {
        let mut typed = Typed::blank(MailboxKind::Mssante);
        typed.address = "derek.sheperd@medecin.test".into();
        typed.host = " imap.medecin.test ".into();
        typed
    }

    #[test]
    fn an_empty_account_is_the_address() {
        let (connection, options) = good().read().unwrap();
        let account = "derek.sheperd@medecin.test".to_owned();
        let host = "imap.medecin.test".to_owned();
        assert_eq!(
            connection,
            Connection::Imap { host, port: 993, tls: Tls::Implicit, account, sign_in: SignInWay::Password }
        );
        assert_eq!(options, Options::default());
    }

    #[test]
    fn every_wrong_field_is_named() {
        let mut typed = good();
        typed.address = "derek".into();
        typed.host = String::new();
        typed.port = "70000".into();
        typed.retention = "0".into();
        let fields: Vec<Field> = typed.read().unwrap_err().into_iter().map(|(field, _)| field).collect();
        assert_eq!(fields, [Field::Address, Field::RetentionDays, Field::Host, Field::Port]);
    }

    #[test]
    fn a_folder_needs_a_name_and_a_path() {
        let mut typed = Typed::blank(MailboxKind::Folder);
        assert_eq!(typed.read().unwrap_err().len(), 2);
        typed.address = "Dépôt".into();
        typed.path = "/srv/depot".into();
        assert!(typed.read().is_ok());
    }

    #[test]
    fn addresses() {
        assert!(is_address("a@b.test"));
        for wrong in ["a", "a@b", "@b.test", "a@.test", "a@b.", "a b@c.test", "a@b@c.test"] {
            assert!(!is_address(wrong), "{wrong}");
        }
    }
}
