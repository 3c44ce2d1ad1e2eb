//! Mailboxes in words: their kind, their state, the steps of the connection test.

use crate::text::trouble;
use crate::times;
use bannette_api::Timestamp;
use bannette_api::connection::{ConnectionStep, Doing, MailboxState, StepName};
use bannette_api::mailboxes::{AfterTaking, Connection, Decryptor, MailboxKind, SignInWay, Tls};

/// The kind of a mailbox.
pub fn kind(kind: MailboxKind) -> &'static str {
    match kind {
        MailboxKind::Mssante => "MSSanté",
        MailboxKind::Apicrypt => "APICRYPT",
        MailboxKind::Bioserveur => "Bioserveur",
        MailboxKind::Imap => "autre boîte IMAP",
        MailboxKind::Folder => "dossier surveillé",
    }
}

/// What is being done, the last success, and what else is wrong.
pub fn state(state: &MailboxState) -> String {
    let beside: Vec<String> = state.beside.iter().map(|why| trouble(why).sentences()).collect();
    [vec![doing(state)], beside].concat().join(". ")
}

fn doing(state: &MailboxState) -> String {
    match &state.doing {
        Doing::Off => "non relevée (désactivée)".to_owned(),
        Doing::NotFetching => last(state.last_success),
        Doing::FetchedElsewhere => format!("relevée par un autre programme, {}", last(state.last_success)),
        Doing::Connecting => "connexion".to_owned(),
        Doing::CatchingUp { done, of } => format!("réception : {done} sur {of}"),
        Doing::Listening => format!("à l’écoute, {}", last(state.last_success)),
        Doing::Polling { every_seconds } => {
            format!("connectée, regarde toutes les {every_seconds} s, {}", last(state.last_success))
        }
        Doing::Waiting { until, since, why } => format!(
            "hors ligne depuis le {}, nouvel essai le {} : {}",
            times::said(*since),
            times::said(*until),
            trouble(why).message
        ),
        Doing::NeedsPerson { since, why } => {
            format!("arrêtée depuis le {} : {}", times::said(*since), trouble(why).sentences())
        }
    }
}

fn last(success: Option<Timestamp>) -> String {
    success.map_or_else(|| "jamais relevée".to_owned(), |at| format!("relevée le {}", times::said(at)))
}

/// Where a mailbox's messages come from.
pub fn connection(connection: &Connection) -> String {
    match connection {
        Connection::Imap { host, port, tls, account, sign_in } => {
            let way = match sign_in {
                SignInWay::Password => "",
                SignInWay::ProSanteConnect => ", par Pro Santé Connect",
                SignInWay::Certificate => ", par certificat",
            };
            format!("{}, compte {account}{way}", server(host, *port, *tls))
        }
        Connection::Pop3 { host, port, tls, account } => {
            format!("POP3, {}, compte {account}", server(host, *port, *tls))
        }
        Connection::Folder { path, after } => match after {
            AfterTaking::Leave => path.clone(),
            AfterTaking::Delete => format!("{path} (fichiers supprimés une fois reçus)"),
            AfterTaking::Move { to } => format!("{path} (fichiers déplacés dans {to} une fois reçus)"),
        },
        Connection::Publisher { account } => format!("service de Bioserveur, compte {account}"),
    }
}

/// What opens encrypted messages.
pub fn opener(decryptor: &Decryptor) -> String {
    match decryptor {
        Decryptor::None => "aucun (les messages restent chiffrés ; composants d’APICEM nécessaires)".to_owned(),
        Decryptor::Clear => "clear (les messages arrivent en clair)".to_owned(),
        Decryptor::Program { program, arguments } => format!("{program} {}", arguments.join(" ")),
    }
}

/// A server, its port and its encryption.
pub fn server(host: &str, port: u16, tls: Tls) -> String {
    let tls = match tls {
        Tls::Starttls => "STARTTLS",
        Tls::Implicit => "TLS",
        Tls::Local => "sans chiffrement, sur ce poste",
    };
    format!("{host}, port {port}, {tls}")
}

/// A step of the connection test, with how it went.
pub fn step(step: &ConnectionStep) -> [String; 4] {
    let name = match step.step {
        StepName::Name => "trouver le serveur",
        StepName::Connect => "joindre le serveur",
        StepName::Tls => "chiffrer, vérifier le certificat",
        StepName::Login => "ouvrir le compte",
        StepName::Inbox => "ouvrir la boîte de réception",
        StepName::Folder => "lire le dossier",
        StepName::Capabilities => "ce que le serveur sait faire, quota",
        StepName::Smtp => "ouvrir le compte d’envoi",
    };
    let went = if step.trouble.is_some() { "ÉCHEC" } else { "bien" };
    let detail = match &step.trouble {
        Some(why) => trouble(why).sentences(),
        None => step.detail.clone().unwrap_or_default(),
    };
    [name.to_owned(), went.to_owned(), format!("{} ms", step.milliseconds), detail]
}

/// Oui, non.
pub fn yes(value: bool) -> &'static str {
    if value { "oui" } else { "non" }
}
