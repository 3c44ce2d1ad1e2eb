//! The settings of a mailbox while they are being typed. Nothing of it counts before the core took it.

use crate::state::choices::{Choices, Opens, Switch, Text, is_usual_port, usual_port, usual_smtp_port};
use crate::state::faults::Faults;
use crate::state::typed::{Typed, Wanted};
use crate::text::field;
use bannette_api::failure::{Field, Why};
use bannette_api::mailboxes::{
    AddMailbox, CertificateFile, ChangeMailbox, Connection, MailboxKind, MailboxSecret, MailboxSettings, SignInWay,
};
use bannette_api::session::Password;
use leptos::prelude::*;

/// What a draft asks of the core.
pub enum Ask {
    /// A new mailbox.
    Add(AddMailbox),
    /// Other settings of a mailbox.
    Change(ChangeMailbox),
}

/// A certificate's file as it was chosen.
#[derive(Clone, PartialEq, Eq)]
pub struct ChosenFile {
    /// Its name, shown.
    pub name: String,
    /// Its bytes, in base64.
    pub base64: String,
}

/// Which of the kept secrets no longer serve, because what they were given for is another thing now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outdated {
    /// Server, port, encryption, account or the server that sends: password and certificate are forgotten.
    pub place: bool,
    /// What opens the messages: the usage code is forgotten.
    pub tool: bool,
}

/// Which of the kept secrets the core would forget. The core decides; this tells before.
#[must_use]
pub fn outdated(kept: &MailboxSettings, wanted: &Typed) -> Outdated {
    let other = |same: Option<bool>| same == Some(false);
    let opens = |apicrypt: Option<&bannette_api::mailboxes::Apicrypt>| apicrypt.map(|one| one.decryptor.clone());
    Outdated {
        place: other(wanted.connection().ok().map(|connection| connection == kept.connection))
            || other(wanted.outgoing().ok().map(|outgoing| outgoing == kept.outgoing)),
        tool: other(wanted.apicrypt().ok().map(|one| opens(one.as_ref()) == opens(kept.apicrypt.as_ref()))),
    }
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
    texts: [RwSignal<String>; 12],
    switches: [RwSignal<bool>; 4],
    /// What is chosen from lists.
    pub choices: RwSignal<Choices>,
    /// Secret: empty when it stays.
    pub secret: RwSignal<String>,
    /// Usage code of an APICRYPT key: empty when it stays.
    pub key_code: RwSignal<String>,
    /// A client's certificate: none when it stays.
    pub certificate: RwSignal<Option<ChosenFile>>,
    /// Its password.
    pub certificate_password: RwSignal<String>,
    /// One's own password, where a program is named.
    pub own_password: RwSignal<String>,
    /// Whether the servers are shown.
    pub servers_shown: RwSignal<bool>,
    /// What is wrong.
    pub faults: Faults,
}

impl Draft {
    /// A block of the screen.
    pub fn new(number: u32, typed: Typed, kept: Option<MailboxSettings>) -> Self {
        let (texts, switches) = (typed.texts.map(RwSignal::new), typed.switches.map(RwSignal::new));
        Self {
            number,
            kind: typed.kind,
            // What a new mailbox needs is not hidden.
            servers_shown: RwSignal::new(kept.is_none()),
            kept: RwSignal::new(kept),
            texts,
            switches,
            choices: RwSignal::new(typed.choices),
            secret: RwSignal::new(String::new()),
            key_code: RwSignal::new(String::new()),
            certificate: RwSignal::new(None),
            certificate_password: RwSignal::new(String::new()),
            own_password: RwSignal::new(String::new()),
            faults: Faults::new(),
        }
    }

    /// A text.
    pub fn text(self, which: Text) -> RwSignal<String> {
        let [first, ..] = self.texts;
        self.texts.get(which as usize).copied().unwrap_or(first)
    }

    /// A box to tick.
    pub fn switch(self, which: Switch) -> RwSignal<bool> {
        let [first, ..] = self.switches;
        self.switches.get(which as usize).copied().unwrap_or(first)
    }

    /// Changes what is chosen; ports that are usual ones follow.
    pub fn choose(self, change: impl FnOnce(&mut Choices)) {
        let before = self.choices.get_untracked();
        let mut after = before;
        change(&mut after);
        if after == before {
            return;
        }
        self.choices.set(after);
        let follow = |which: Text, usual: &str| {
            let port = self.text(which);
            if port.with_untracked(|port| is_usual_port(port)) {
                port.set(usual.to_owned());
            }
        };
        if (after.comes, after.tls) != (before.comes, before.tls) {
            follow(Text::Port, usual_port(after.comes, untrack(|| self.typed()).tls()));
        }
        if after.smtp_tls != before.smtp_tls {
            follow(Text::SmtpPort, usual_smtp_port(after.smtp_tls));
        }
        self.look_again();
    }

    /// What stands in the fields.
    pub fn typed(self) -> Typed {
        Typed {
            kind: self.kind,
            choices: self.choices.get(),
            texts: self.texts.map(|text| text.get()),
            switches: self.switches.map(|switch| switch.get()),
        }
    }

    fn secret_typed(self) -> bool {
        let empty = |secret: RwSignal<String>| secret.with(String::is_empty);
        !empty(self.secret) || !empty(self.key_code) || self.certificate.with(Option::is_some)
    }

    /// Whether something differs from what is kept.
    pub fn changed(self) -> bool {
        let (typed, secret) = (self.typed(), self.secret_typed());
        self.kept.with(|kept| kept.as_ref().is_none_or(|kept| secret || Typed::of(kept) != typed))
    }

    /// Which kept secrets no longer serve.
    pub fn outdated(self) -> Outdated {
        let typed = self.typed();
        self.kept.with(|kept| kept.as_ref().map(|kept| outdated(kept, &typed)).unwrap_or_default())
    }

    /// Whether a program is named that this mailbox did not run before: one's own password is asked for.
    pub fn names_a_program(self) -> bool {
        self.choices.with(|choices| choices.opens == Opens::Program)
            && (self.kept.with(Option::is_none) || self.outdated().tool)
    }

    /// Whether one signs in by a certificate.
    pub fn by_certificate(self) -> bool {
        self.typed().sign_in() == Some(SignInWay::Certificate)
    }

    /// The secret, if one was typed.
    pub fn typed_secret(self) -> Option<MailboxSecret> {
        typed_secret(self.secret)
    }

    /// The certificate, if one was chosen.
    pub fn typed_certificate(self) -> Option<CertificateFile> {
        let password = MailboxSecret(self.certificate_password.get_untracked());
        self.certificate.get_untracked().map(|file| CertificateFile { base64: file.base64, password })
    }

    /// Forgets what was typed of the secrets: the core has them.
    pub fn forget_secrets(self) {
        for secret in [self.secret, self.key_code, self.certificate_password, self.own_password] {
            secret.try_set(String::new());
        }
        self.certificate.try_set(None);
    }

    /// Shows what is wrong beside the fields, and the fields themselves.
    pub fn blame(self, wrong: Vec<(Field, Why)>) {
        let of_servers = |field: &Field| {
            matches!(field, Field::Host | Field::Port | Field::Account | Field::OutgoingHost | Field::OutgoingPort)
        };
        if wrong.iter().any(|(field, _)| of_servers(field)) {
            self.servers_shown.set(true);
        }
        for (which, why) in wrong {
            self.faults.set(which, Some(field::why(which, why)));
        }
    }

    /// All that is wrong, secrets that are missing included.
    fn wrong(self) -> Result<Wanted, Vec<(Field, Why)>> {
        let typed = untrack(move || self.typed());
        let read = typed.read();
        let own = untrack(move || self.names_a_program()) && self.own_password.with_untracked(String::is_empty);
        let missing = self.missing(&typed).into_iter().chain(own.then_some(Field::CurrentPassword));
        let missing: Vec<(Field, Why)> = missing.map(|field| (field, Why::Empty)).collect();
        match read {
            Ok(wanted) if missing.is_empty() => Ok(wanted),
            read => Err(read.err().into_iter().flatten().chain(missing).collect()),
        }
    }

    /// The secret without which the mailbox cannot be fetched.
    fn missing(self, typed: &Typed) -> Option<Field> {
        let outdated = untrack(move || self.outdated());
        let kept = |which: fn(&MailboxSettings) -> bool| {
            !outdated.place && self.kept.with_untracked(|kept| kept.as_ref().is_some_and(which))
        };
        match typed.sign_in()? {
            SignInWay::Password if self.secret.with_untracked(String::is_empty) => {
                (!kept(|kept| kept.secret_kept)).then_some(Field::Secret)
            }
            SignInWay::Certificate if self.certificate.with_untracked(Option::is_none) => {
                (!kept(|kept| kept.certificate.is_some())).then_some(Field::Certificate)
            }
            _ => None,
        }
    }

    /// A field was typed in and left: what is wrong with it is said now.
    pub fn settle(self, which: Field) {
        let wrong = self.wrong().err().unwrap_or_default();
        let why = wrong.into_iter().find(|(field, _)| *field == which);
        self.faults.set(which, why.map(|(which, why)| field::why(which, why)));
    }

    /// Something else was chosen: what was wrong may be right now.
    fn look_again(self) {
        let wrong = self.wrong().err().unwrap_or_default();
        let still = wrong.into_iter().filter(|(field, _)| self.faults.has(*field)).collect();
        self.faults.clear();
        self.blame(still);
    }

    /// What to ask of the core; nothing when a field is wrong, which then says so.
    pub fn ask(self) -> Option<Ask> {
        self.faults.clear();
        let wanted = self.wrong().map_err(|wrong| self.blame(wrong)).ok()?;
        let Wanted { address, connection, outgoing, apicrypt, options } = wanted;
        let server = !matches!(connection, Connection::Folder { .. });
        let secret = self.typed_secret().filter(|_| server);
        let key_code = typed_secret(self.key_code).filter(|_| apicrypt.is_some());
        let password = untrack(move || self.names_a_program()).then(|| Password(self.own_password.get_untracked()));
        let certificate = self.typed_certificate().filter(|_| untrack(move || self.by_certificate()));
        Some(match self.kept.with_untracked(|kept| kept.as_ref().map(|kept| kept.id)) {
            Some(mailbox) => Ask::Change(ChangeMailbox {
                mailbox,
                address,
                connection,
                secret,
                outgoing,
                apicrypt,
                key_code,
                certificate,
                password,
                options,
            }),
            None => Ask::Add(AddMailbox {
                kind: self.kind,
                address,
                connection,
                secret,
                outgoing,
                apicrypt,
                key_code,
                certificate,
                password,
                options,
            }),
        })
    }
}

fn typed_secret(secret: RwSignal<String>) -> Option<MailboxSecret> {
    let secret = secret.get_untracked();
    (!secret.is_empty()).then_some(MailboxSecret(secret))
}

#[cfg(test)]
mod tests {
    use super::*;
    use bannette_api::MailboxId;
    use bannette_api::connection::{Doing, MailboxState};
    use bannette_api::mailboxes::{Apicrypt, Decryptor, Options, Outgoing, ServerTold, Tls};

    fn kept(kind: MailboxKind) -> MailboxSettings {
        MailboxSettings {
            id: MailboxId(Default::default()),
            kind,
            address: "derek@medecin.test".into(),
            connection: Connection::imap("imap.medecin.test", 993, Tls::Implicit, "derek"),
            secret_kept: true,
            outgoing: Some(Outgoing { host: "smtp.medecin.test".into(), port: 465, tls: Tls::Implicit }),
            apicrypt: (kind == MailboxKind::Apicrypt)
                .then(|| Apicrypt { key_id: "derek".into(), decryptor: Decryptor::Clear }),
            key_code_kept: true,
            certificate: None,
            told: ServerTold::default(),
            archived_at: None,
            options: Options::default(),
            state: MailboxState { doing: Doing::Off, last_success: None, beside: Vec::new() },
            readers: Vec::new(),
        }
    }

    fn after(kind: MailboxKind, which: Text, text: &str) -> Outdated {
        let kept = kept(kind);
        let mut typed = Typed::of(&kept);
        typed.put(which, text);
        outdated(&kept, &typed)
    }

    #[test]
    fn another_server_or_sender_forgets_what_was_given_for_it() {
        let (place, nothing) = (Outdated { place: true, tool: false }, Outdated::default());
        let mssante = MailboxKind::Mssante;
        assert_eq!(after(mssante, Text::Host, "imap.medecin.test"), nothing);
        for (which, text) in [
            (Text::Host, "imap.autre.test"),
            (Text::Port, "143"),
            (Text::Account, "meredith"),
            (Text::SmtpHost, "smtp.autre.test"),
            (Text::SmtpHost, ""),
            (Text::SmtpPort, "587"),
        ] {
            assert_eq!(after(mssante, which, text), place, "{which:?} {text}");
        }
        // A name or a delay are nothing that a secret was given for.
        assert_eq!(after(mssante, Text::Address, "autre@medecin.test"), nothing);
        assert_eq!(after(mssante, Text::Retention, "30"), nothing);
        // What is not whole yet tells nothing.
        assert_eq!(after(mssante, Text::Port, ""), nothing);
    }

    #[test]
    fn another_tool_forgets_the_usage_code() {
        let kept = kept(MailboxKind::Apicrypt);
        let mut typed = Typed::of(&kept);
        typed.put(Text::KeyId, "autre");
        assert_eq!(outdated(&kept, &typed), Outdated::default());
        typed.choices.opens = crate::state::choices::Opens::Nothing;
        assert_eq!(outdated(&kept, &typed), Outdated { place: false, tool: true });
    }

    #[test]
    fn what_is_missing_is_asked_for_beside_its_field() {
        let owner = Owner::new();
        owner.with(|| {
            let draft = Draft::new(1, Typed::blank(MailboxKind::Mssante), None);
            draft.text(Text::Address).set("derek@medecin.test".into());
            draft.text(Text::Host).set("imap.medecin.test".into());
            draft.servers_shown.set(false);
            assert!(draft.ask().is_none());
            assert!(draft.faults.has(Field::Secret) && !draft.faults.has(Field::Host));
            // By a certificate, no password is asked for, but the certificate.
            draft.choose(|choices| choices.sign_in = SignInWay::Certificate);
            assert!(!draft.faults.has(Field::Secret));
            assert!(draft.ask().is_none() && draft.faults.has(Field::Certificate));
            draft.certificate.set(Some(ChosenFile { name: "a.p12".into(), base64: "AA==".into() }));
            let Some(Ask::Add(ask)) = draft.ask() else { panic!("nothing is asked") };
            assert!(ask.certificate.is_some() && ask.secret.is_none());
            draft.choose(|choices| choices.sign_in = SignInWay::ProSanteConnect);
            let Some(Ask::Add(ask)) = draft.ask() else { panic!("nothing is asked") };
            assert!(ask.certificate.is_none() && ask.secret.is_none());
            // What is wrong in a part that is not shown shows it.
            draft.text(Text::Host).set(String::new());
            assert!(draft.ask().is_none() && draft.servers_shown.get_untracked());
        });
    }

    #[test]
    fn usual_ports_follow_and_others_stay() {
        let owner = Owner::new();
        owner.with(|| {
            let draft = Draft::new(1, Typed::blank(MailboxKind::Imap), None);
            draft.choose(|choices| choices.tls = Tls::Starttls);
            assert_eq!(draft.text(Text::Port).get_untracked(), "143");
            draft.text(Text::Port).set("1143".into());
            draft.choose(|choices| choices.tls = Tls::Implicit);
            assert_eq!(draft.text(Text::Port).get_untracked(), "1143");
            draft.choose(|choices| choices.smtp_tls = Tls::Starttls);
            assert_eq!(draft.text(Text::SmtpPort).get_untracked(), "587");
        });
    }
}
