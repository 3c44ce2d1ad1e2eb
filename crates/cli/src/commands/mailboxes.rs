//! Mailboxes: adding, listing, changing, testing.

use crate::arguments::apicrypt::{AddApicrypt, AddBioserveur, After, DecryptorArg};
use crate::arguments::mailboxes::{
    AddCommand, AddFolder, AddServer, CertificateArgs, HostPort, MailboxCommand, OptionArgs, Set, Setting,
};
use crate::commands::{keeping, servers};
use crate::desk::Desk;
use crate::error::{Error, Status, not_the_owner};
use crate::names::{self, Names};
use crate::secrets::{self, Source};
use crate::table::table;
use crate::words::mailboxes::{connection, kind, opener, server, state, step, yes};
use crate::words::sharing::right;
use crate::{place, text, times};
use bannette_api::connection::{ConnectionReport, ServerCertificate, TestConnection};
use bannette_api::mailboxes::{
    AddMailbox, AfterTaking, Apicrypt, CertificateFile, ChangeMailbox, Connection, Decryptor, ListMailboxSettings,
    ListMailboxes, MailboxKind, MailboxSecret, MailboxSettings, MailboxSummary, Options, Outgoing, Quota, SignInWay,
};
use bannette_api::redaction::redacted;
use bannette_api::servers::FoundServer;
use bannette_api::{Failure, MailboxId};
use std::path::Path;

/// `mailbox …`.
pub async fn mailbox(desk: &Desk, command: MailboxCommand) -> Result<Status, Error> {
    match command {
        MailboxCommand::Add(AddCommand::Mssante(new)) => {
            give(desk, &add_server(desk, MailboxKind::Mssante, new).await?)?;
        }
        MailboxCommand::Add(AddCommand::Imap(new)) => give(desk, &add_server(desk, MailboxKind::Imap, new).await?)?,
        MailboxCommand::Add(AddCommand::Apicrypt(new)) => give(desk, &add_apicrypt(desk, *new).await?)?,
        MailboxCommand::Add(AddCommand::Bioserveur(new)) => give(desk, &add_bioserveur(desk, new).await?)?,
        MailboxCommand::Add(AddCommand::Folder(new)) => give(desk, &add_folder(desk, new).await?)?,
        MailboxCommand::List => {
            let mailboxes = desk.call(ListMailboxes {}).await?;
            let names = Names::to_show(desk).await?;
            desk.output.give(&mailboxes, |mailboxes| list(mailboxes, &names))?;
        }
        MailboxCommand::Show { mailbox } => {
            let id = names::mailbox(desk, &mailbox).await?;
            give(desk, &settings_of(desk, id).await?)?;
        }
        MailboxCommand::Set(set) => give(desk, &change(desk, set).await?)?,
        MailboxCommand::Deletion { mailbox } => keeping::deletion(desk, &mailbox).await?,
        MailboxCommand::Purge { mailbox, dry_run } => keeping::purge(desk, &mailbox, dry_run).await?,
        MailboxCommand::Remove(remove) => return keeping::remove(desk, remove).await,
        MailboxCommand::Test { mailbox, report } => return test(desk, &mailbox, report).await,
    }
    Ok(Status::Done)
}

fn give(desk: &Desk, settings: &MailboxSettings) -> Result<(), Error> {
    desk.output.give(settings, said)
}

async fn add_server(desk: &Desk, kind: MailboxKind, new: AddServer) -> Result<MailboxSettings, Error> {
    check_owner(desk, new.owner.as_deref())?;
    let (host, port, tls, account, announced) = match new.imap {
        Some(server) => {
            let tls = new.tls.into();
            let port = server.port_or_usual(tls);
            (server.host, port, tls, new.address.clone(), None)
        }
        None => {
            let found = servers::of(desk, &new.address).await?;
            let FoundServer { host, port, tls } = found.incoming;
            (host, port, tls, found.account, found.outgoing)
        }
    };
    let account = new.account.unwrap_or(account);
    let sign_in = new.auth.into();
    let secret = match sign_in {
        SignInWay::Password => Some(MailboxSecret(secrets::read(secret(new.secret_stdin))?)),
        SignInWay::ProSanteConnect | SignInWay::Certificate => None,
    };
    let certificate = certificate(&new.certificate)?;
    let options = options(&new.options);
    let announced = announced.map(|FoundServer { host, port, tls }| Outgoing { host, port, tls });
    let outgoing = new.smtp.map(|server| server.outgoing(tls)).or(announced);
    let connection = Connection::Imap { host, port, tls, account, sign_in };
    let blank = AddMailbox::new(kind, &new.address, connection);
    desk.call(AddMailbox { secret, options, outgoing, certificate, ..blank }).await
}

async fn add_folder(desk: &Desk, new: AddFolder) -> Result<MailboxSettings, Error> {
    check_owner(desk, new.owner.as_deref())?;
    let path = folder(&new.path)?;
    let name = Path::new(&path).file_name().map(|name| name.to_string_lossy().into_owned());
    let address = new.address.or(name).unwrap_or_else(|| path.clone());
    let options = options(&new.options);
    let connection = Connection::Folder { path, after: after(new.after)? };
    desk.call(AddMailbox { options, ..AddMailbox::new(MailboxKind::Folder, &address, connection) }).await
}

async fn add_apicrypt(desk: &Desk, new: AddApicrypt) -> Result<MailboxSettings, Error> {
    check_owner(desk, new.owner.as_deref())?;
    let tls = new.tls.into();
    let account = new.account.unwrap_or_else(|| new.address.clone());
    let (connection, server) = match (new.source.imap, new.source.pop3, new.source.path) {
        (Some(imap), ..) => {
            let port = imap.port_or_usual(tls);
            (Connection::imap(imap.host, port, tls, account), true)
        }
        (None, Some(pop3), _) => {
            let port = pop3.pop3_port_or_usual(tls);
            (Connection::Pop3 { host: pop3.host, port, tls, account }, true)
        }
        (None, None, path) => {
            let path = folder(&path.unwrap_or_default())?;
            (Connection::Folder { path, after: after(new.after)? }, false)
        }
    };
    let secret = if server { Some(MailboxSecret(secrets::read(secret(new.secret_stdin))?)) } else { None };
    let given = new.key_code_stdin || std::env::var_os(KEY_CODE).is_some();
    let key_code = if given { Some(MailboxSecret(secrets::read(key_code(new.key_code_stdin))?)) } else { None };
    let arguments = if new.decryptor_arg.is_empty() {
        ["-s", "{input}", "-o", "{output}"].map(str::to_owned).to_vec()
    } else {
        new.decryptor_arg
    };
    let decryptor = decryptor(new.decryptor, arguments)?;
    let apicrypt = Some(Apicrypt { key_id: new.key_id, decryptor });
    let options = options(&new.options);
    let blank = AddMailbox::new(MailboxKind::Apicrypt, &new.address, connection);
    let password = desk.password.clone();
    desk.call(AddMailbox { secret, key_code, apicrypt, password, options, ..blank }).await
}

async fn add_bioserveur(desk: &Desk, new: AddBioserveur) -> Result<MailboxSettings, Error> {
    check_owner(desk, new.owner.as_deref())?;
    let (connection, secret) = match (new.source.path, new.source.account) {
        (None, Some(account)) => {
            let secret = MailboxSecret(secrets::read(secret(new.secret_stdin))?);
            (Connection::Publisher { account }, Some(secret))
        }
        (path, _) => {
            let path = folder(&path.unwrap_or_default())?;
            (Connection::Folder { path, after: after(new.after)? }, None)
        }
    };
    let options = options(&new.options);
    let blank = AddMailbox::new(MailboxKind::Bioserveur, &new.address, connection);
    desk.call(AddMailbox { secret, options, ..blank }).await
}

fn after(typed: After) -> Result<AfterTaking, Error> {
    Ok(match typed {
        After::Leave => AfterTaking::Leave,
        After::Delete => AfterTaking::Delete,
        After::Move(to) => AfterTaking::Move { to: folder(&to)? },
    })
}

fn decryptor(typed: DecryptorArg, arguments: Vec<String>) -> Result<Decryptor, Error> {
    Ok(match typed {
        DecryptorArg::None => Decryptor::None,
        DecryptorArg::Clear => Decryptor::Clear,
        DecryptorArg::Program(program) => Decryptor::Program { program: folder(&program)?, arguments },
    })
}

/// A mailbox is added by its owner: naming another one is refused, never silently changed.
fn check_owner(desk: &Desk, owner: Option<&str>) -> Result<(), Error> {
    match (owner, &desk.me) {
        (Some(owner), Some(me)) if owner.to_lowercase() != me.person.login.to_lowercase() => Err(not_the_owner()),
        _ => Ok(()),
    }
}

fn options(given: &OptionArgs) -> Options {
    let usual = Options::default();
    Options {
        enabled: !given.disabled,
        delete_from_server: given.delete_from_server,
        retention_days: given.retention_days.or(usual.retention_days),
        auto_share: !given.no_auto_share,
        auto_relay: !given.no_auto_relay,
    }
}

fn folder(path: &Path) -> Result<String, Error> {
    let not_text = |_| Error::Usage("Le chemin du dossier n’est pas du texte UTF-8.".to_owned());
    place::absolute(path)?.into_os_string().into_string().map_err(not_text)
}

fn secret(from_stdin: bool) -> Source<'static> {
    Source {
        option: "--secret-stdin",
        from_stdin,
        variable: "BANNETTE_SECRET",
        prompt: "Mot de passe du compte",
        twice: false,
    }
}

/// The variable that holds the usage code of an APICRYPT key.
const KEY_CODE: &str = "BANNETTE_KEY_CODE";

fn key_code(from_stdin: bool) -> Source<'static> {
    Source {
        option: "--key-code-stdin",
        from_stdin,
        variable: KEY_CODE,
        prompt: "Code d’utilisation de la clé",
        twice: false,
    }
}

/// The certificate's file and its password; a file without a password needs none.
fn certificate(given: &CertificateArgs) -> Result<Option<CertificateFile>, Error> {
    let Some(path) = &given.certificate else { return Ok(None) };
    let shown = path.display().to_string();
    let bytes = std::fs::read(path).map_err(|cause| Error::Unreadable { path: shown, cause })?;
    let source = Source {
        option: "--certificate-password-stdin",
        from_stdin: given.certificate_password_stdin,
        variable: "BANNETTE_CERTIFICATE_PASSWORD",
        prompt: "Mot de passe du certificat",
        twice: false,
    };
    let password = MailboxSecret(secrets::read_if_any(source)?.unwrap_or_default());
    let base64 = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, bytes);
    Ok(Some(CertificateFile { base64, password }))
}

async fn settings_of(desk: &Desk, mailbox: MailboxId) -> Result<MailboxSettings, Error> {
    let own = desk.call(ListMailboxSettings {}).await?;
    if let Some(settings) = own.into_iter().find(|settings| settings.id == mailbox) {
        return Ok(settings);
    }
    // Not one's own: say so where it may be known, and otherwise that there is none.
    let readable = desk.call(ListMailboxes {}).await?;
    let known = readable.iter().any(|readable| readable.id == mailbox);
    Err(if known { not_the_owner() } else { Error::Refused(Failure::NotFound) })
}

async fn change(desk: &Desk, set: Set) -> Result<MailboxSettings, Error> {
    let id = names::mailbox(desk, &set.mailbox).await?;
    let mut settings = settings_of(desk, id).await?;
    for setting in set.settings {
        apply(&mut settings, setting)?;
    }
    let secret = match set.new_secret || set.secret_stdin {
        true => Some(MailboxSecret(secrets::read(secret(set.secret_stdin))?)),
        false => None,
    };
    let key_code = match set.new_key_code || set.key_code_stdin {
        true => Some(MailboxSecret(secrets::read(key_code(set.key_code_stdin))?)),
        false => None,
    };
    let certificate = certificate(&set.certificate)?;
    let password = desk.password.clone();
    desk.call(ChangeMailbox { secret, key_code, certificate, password, ..ChangeMailbox::keeping(&settings) }).await
}

fn apply(settings: &mut MailboxSettings, setting: Setting) -> Result<(), Error> {
    let elsewhere = |key: &str| Error::Usage(format!("« {key} » ne vaut pas pour ce genre de boîte."));
    match (setting, &mut settings.connection) {
        (Setting::Address(new), _) => settings.address = new,
        (Setting::Enabled(new), _) => settings.options.enabled = new,
        (Setting::DeleteFromServer(new), _) => settings.options.delete_from_server = new,
        (Setting::RetentionDays(new), _) => settings.options.retention_days = new,
        (Setting::AutoShare(new), _) => settings.options.auto_share = new,
        (Setting::AutoRelay(new), _) => settings.options.auto_relay = new,
        (Setting::KeyId(_) | Setting::Decryptor(_) | Setting::DecryptorArgs(_), _) if settings.apicrypt.is_none() => {
            return Err(Error::Usage("La boîte n’est pas un compte APICRYPT.".to_owned()));
        }
        (setting @ (Setting::KeyId(_) | Setting::Decryptor(_) | Setting::DecryptorArgs(_)), _) => {
            apply_apicrypt(settings.apicrypt.get_or_insert_default(), setting)?;
        }
        (Setting::Pop3(HostPort { host: new, port: new_port }), Connection::Pop3 { host, port, .. }) => {
            *host = new;
            *port = new_port.unwrap_or(*port);
        }
        (Setting::After(new), Connection::Folder { after: then, .. }) => *then = after(new)?,
        (Setting::Imap(HostPort { host: new, port: new_port }), Connection::Imap { host, port, .. }) => {
            *host = new;
            *port = new_port.unwrap_or(*port);
        }
        (Setting::Tls(new), Connection::Imap { tls, .. } | Connection::Pop3 { tls, .. }) => *tls = new.into(),
        (
            Setting::Account(new),
            Connection::Imap { account, .. } | Connection::Pop3 { account, .. } | Connection::Publisher { account },
        ) => *account = new,
        (Setting::Auth(new), Connection::Imap { sign_in, .. }) => *sign_in = new.into(),
        (Setting::Smtp(new), Connection::Imap { tls, .. } | Connection::Pop3 { tls, .. }) => {
            settings.outgoing = new.map(|server| server.outgoing(*tls));
        }
        (Setting::Path(new), Connection::Folder { path, .. }) => *path = folder(&new)?,
        (Setting::Imap(_), _) => return Err(elsewhere("imap")),
        (Setting::Tls(_), _) => return Err(elsewhere("tls")),
        (Setting::Account(_), _) => return Err(elsewhere("account")),
        (Setting::Auth(_), _) => return Err(elsewhere("auth")),
        (Setting::Smtp(_), _) => return Err(elsewhere("smtp")),
        (Setting::Path(_), _) => return Err(elsewhere("path")),
        (Setting::Pop3(_), _) => return Err(elsewhere("pop3")),
        (Setting::After(_), _) => return Err(elsewhere("after")),
    }
    Ok(())
}

fn apply_apicrypt(apicrypt: &mut Apicrypt, setting: Setting) -> Result<(), Error> {
    match setting {
        Setting::KeyId(new) => apicrypt.key_id = new,
        Setting::Decryptor(new) => {
            let arguments = match &apicrypt.decryptor {
                Decryptor::Program { arguments, .. } => arguments.clone(),
                _ => ["-s", "{input}", "-o", "{output}"].map(str::to_owned).to_vec(),
            };
            apicrypt.decryptor = decryptor(new, arguments)?;
        }
        Setting::DecryptorArgs(new) => match &mut apicrypt.decryptor {
            Decryptor::Program { arguments, .. } => *arguments = new,
            _ => return Err(Error::Usage("Indiquez d’abord l’outil : decryptor=CHEMIN.".to_owned())),
        },
        _ => {}
    }
    Ok(())
}

async fn test(desk: &Desk, mailbox: &str, redact: bool) -> Result<Status, Error> {
    let mailbox = names::mailbox(desk, mailbox).await?;
    let report = desk
        .call(TestConnection {
            mailbox: Some(mailbox),
            connection: None,
            outgoing: None,
            certificate: None,
            secret: None,
        })
        .await?;
    let report = if redact { redacted(&report) } else { report };
    desk.output.give(&report, |report| if redact { for_support(report) } else { tested(report) })?;
    let failed = report.steps.iter().any(|step| step.trouble.is_some());
    Ok(if failed { Status::Network } else { Status::Done })
}

fn tested(report: &ConnectionReport) -> String {
    let mut text = table(["étape", "", "durée", "détail"], report.steps.iter().map(step));
    if let Some(messages) = report.messages {
        text.push_str(&text::french(&format!("\nMessages présents : {messages}")));
    }
    if let Some(quota) = report.quota {
        text.push_str(&text::french(&format!("\nPlace occupée sur le serveur : {}", filled(quota))));
    }
    if let Some(certificate) = &report.certificate {
        let ServerCertificate { subject, issuer, ends } = certificate;
        let ends = times::said(*ends);
        text.push_str(&text::french(&format!(
            "\nCertificat du serveur : {subject}, signé par {issuer}, jusqu’au {ends}"
        )));
    }
    text
}

/// What one may hand on: without a secret, the account's name or an address.
fn for_support(report: &ConnectionReport) -> String {
    let version = env!("CARGO_PKG_VERSION");
    let heading = format!("Bannette {version}, rapport de connexion, adresses masquées");
    format!("{}\n{}", text::french(&heading), tested(report))
}

fn filled(quota: Quota) -> String {
    let share = u128::from(quota.used) * 100 / u128::from(quota.limit.max(1));
    format!("{share} % de {} Mo", quota.limit / 1_000_000)
}

fn list(mailboxes: &[MailboxSummary], names: &Names) -> String {
    if mailboxes.is_empty() {
        return "Aucune boîte que vous puissiez lire.".to_owned();
    }
    let row = |mailbox: &MailboxSummary| {
        [
            mailbox.address.clone(),
            kind(mailbox.kind).to_owned(),
            names.login(mailbox.owner),
            right(&mailbox.my_right),
            mailbox.readers.count.to_string(),
            mailbox.waiting.to_string(),
            state(&mailbox.state),
        ]
    };
    table(["boîte", "genre", "titulaire", "votre droit", "lecteurs", "à traiter", "état"], mailboxes.iter().map(row))
}

fn said(settings: &MailboxSettings) -> String {
    let secret = if settings.secret_kept { "enregistré" } else { "aucun" };
    let certificate = settings
        .certificate
        .as_ref()
        .map_or_else(|| "aucun".to_owned(), |shown| format!("{}, jusqu’au {}", shown.subject, times::said(shown.ends)));
    let outgoing = settings
        .outgoing
        .as_ref()
        .map_or_else(|| "aucun".to_owned(), |Outgoing { host, port, tls }| server(host, *port, *tls));
    let lines = [
        ("boîte", settings.address.clone()),
        ("identifiant", settings.id.to_string()),
        ("genre", kind(settings.kind).to_owned()),
        ("connexion", connection(&settings.connection)),
        ("mot de passe", secret.to_owned()),
        ("certificat", certificate),
        ("smtp", outgoing),
        ("enabled", yes(settings.options.enabled).to_owned()),
        ("delete_from_server", yes(settings.options.delete_from_server).to_owned()),
        (
            "retention_days",
            settings.options.retention_days.map_or_else(|| "garder".to_owned(), |days| days.to_string()),
        ),
        ("auto_share", yes(settings.options.auto_share).to_owned()),
        ("auto_relay", yes(settings.options.auto_relay).to_owned()),
        ("lecteurs", settings.readers.len().to_string()),
        ("état", state(&settings.state)),
    ];
    let lines = lines.into_iter().chain(settings.apicrypt.iter().flat_map(|apicrypt| {
        let code = if settings.key_code_kept { "enregistré" } else { "aucun" };
        [
            ("key_id", apicrypt.key_id.clone()),
            ("code de la clé", code.to_owned()),
            ("decryptor", opener(&apicrypt.decryptor)),
        ]
    }));
    table(["réglage", "valeur"], lines.map(|(name, value)| [name.to_owned(), value]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use bannette_api::connection::{Doing, MailboxState};

    fn settings(connection: Connection) -> MailboxSettings {
        MailboxSettings {
            id: "0190f5fe-0000-7000-8000-000000000001".parse().unwrap(),
            kind: MailboxKind::Mssante,
            address: "a@example.org".into(),
            connection,
            secret_kept: true,
            outgoing: None,
            apicrypt: None,
            key_code_kept: false,
            certificate: None,
            told: bannette_api::mailboxes::ServerTold::default(),
            options: Options::default(),
            state: MailboxState { doing: Doing::Off, last_success: None, beside: Vec::new() },
            readers: vec![],
            archived_at: None,
        }
    }

    #[test]
    fn a_setting_changes_itself_and_nothing_else() {
        let imap = Connection::imap("imap.test", 1143, bannette_api::mailboxes::Tls::Starttls, "a");
        let before = settings(imap);
        let mut after = before.clone();
        apply(&mut after, "imap=other.test".parse().unwrap()).unwrap();
        apply(&mut after, "delete_from_server=true".parse().unwrap()).unwrap();
        assert!(matches!(&after.connection, Connection::Imap { host, port: 1143, .. } if host == "other.test"));
        assert!(after.options.delete_from_server);
        assert_eq!((&after.address, after.options.retention_days), (&before.address, before.options.retention_days));
        assert!(apply(&mut after, "path=/tmp".parse().unwrap()).is_err());
        let mut watched = settings(Connection::folder("/a"));
        assert!(apply(&mut watched, "tls=implicit".parse().unwrap()).is_err());
        assert!(apply(&mut watched, "path=/b".parse().unwrap()).is_ok());
    }
}
