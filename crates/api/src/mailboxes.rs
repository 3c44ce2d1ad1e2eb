//! Mailboxes: their settings, what one sees of them.

use crate::connection::MailboxState;
use crate::session::Password;
use crate::sharing::{MyRight, Reader};
use crate::{MailboxId, PersonId, Timestamp};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A secret of an account on a server. It prints as `***`; it goes into the core and never comes back.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MailboxSecret(pub String);

impl fmt::Debug for MailboxSecret {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("***")
    }
}

/// The kinds of mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailboxKind {
    /// A secure mailbox of the MSSanté space (Mailiz or another operator), over IMAP.
    Mssante,
    /// An APICRYPT account: encrypted mail, opened by the official tool.
    Apicrypt,
    /// A Bioserveur account.
    Bioserveur,
    /// Any other mailbox on an IMAP server.
    Imap,
    /// A watched folder.
    Folder,
}

impl MailboxKind {
    /// Whether it has a mail address; else a name that its owner gave it.
    #[must_use]
    pub fn is_mail(self) -> bool {
        matches!(self, Self::Mssante | Self::Apicrypt | Self::Imap)
    }

    /// Whether these are one address: a mail address is the same whatever the case of its letters, a name is what was
    /// written.
    #[must_use]
    pub fn same_address(self, one: &str, other: &str) -> bool {
        let (one, other) = (one.trim(), other.trim());
        if self.is_mail() { one.eq_ignore_ascii_case(other) } else { one == other }
    }
}

/// How the connection is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tls {
    /// TLS from the first byte (usually port 993).
    Implicit,
    /// STARTTLS after the greeting (usually port 143, the référentiel's way). Never goes on unencrypted.
    Starttls,
    /// None: only to this post itself (127.0.0.1, ::1, localhost), where the proxy of an official tool listens.
    Local,
}

/// How one signs in on a server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignInWay {
    /// By the account's name and secret (SASL PLAIN, RFC 4616, or LOGIN).
    #[default]
    Password,
    /// By a token of Pro Santé Connect (SASL XOAUTH2). The token goes to servers of the MSSanté space only.
    ProSanteConnect,
    /// By a client's certificate in the TLS handshake (SASL EXTERNAL, RFC 4422 A): an applicative mailbox.
    Certificate,
}

/// What becomes of a file of a watched folder once its copy is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "then", rename_all = "snake_case")]
pub enum AfterTaking {
    /// It stays where it is.
    #[default]
    Leave,
    /// It is deleted.
    Delete,
    /// It is moved into another folder.
    Move {
        /// That folder, absolute.
        to: String,
    },
}

/// Where a mailbox's messages come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum Connection {
    /// An IMAP server.
    Imap {
        /// Server's name.
        host: String,
        /// Port.
        port: u16,
        /// Encryption.
        tls: Tls,
        /// The account's name on the server (often the address).
        account: String,
        /// How one signs in.
        #[serde(default)]
        sign_in: SignInWay,
    },
    /// A POP3 server (RFC 1939).
    Pop3 {
        /// Server's name.
        host: String,
        /// Port.
        port: u16,
        /// Encryption.
        tls: Tls,
        /// The account's name on the server.
        account: String,
    },
    /// A folder of this post or of a network drive.
    Folder {
        /// Its path, absolute.
        path: String,
        /// What becomes of a file once its copy is kept.
        #[serde(default)]
        after: AfterTaking,
    },
    /// Bioserveur's own service, which needs a contract with its publisher.
    Publisher {
        /// The identifier of the account there.
        account: String,
    },
}

impl Connection {
    /// A folder whose files stay where they are.
    #[must_use]
    pub fn folder(path: impl Into<String>) -> Self {
        Self::Folder { path: path.into(), after: AfterTaking::Leave }
    }

    /// How one signs in there; none where nobody does.
    #[must_use]
    pub fn way_in(&self) -> Option<SignInWay> {
        match self {
            Self::Imap { sign_in, .. } => Some(*sign_in),
            Self::Pop3 { .. } => Some(SignInWay::Password),
            Self::Folder { .. } | Self::Publisher { .. } => None,
        }
    }

    /// An IMAP server on which one signs in by a password.
    #[must_use]
    pub fn imap(host: impl Into<String>, port: u16, tls: Tls, account: impl Into<String>) -> Self {
        Self::Imap { host: host.into(), port, tls, account: account.into(), sign_in: SignInWay::Password }
    }
}

/// The server that takes the messages one sends (SMTP submission, RFC 6409). Its account and its secret are those of the
/// mailbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outgoing {
    /// Server's name.
    pub host: String,
    /// Port (465 with TLS from the first byte, 587 with STARTTLS).
    pub port: u16,
    /// Encryption.
    pub tls: Tls,
}

/// What opens the encrypted messages of an APICRYPT account. The cipher is APICEM's and stays with its tools.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum Decryptor {
    /// Nothing yet: messages are kept encrypted, and opened once there is something.
    #[default]
    None,
    /// An external program, started without a shell for each message and each attachment.
    Program {
        /// Its path, absolute. `{pj}` in it stands for nothing, or for `pj` where an attachment is opened: the tools of
        /// version 1 are two programs.
        program: String,
        /// Its arguments. `{input}`, `{output}`, `{key}` stand for the file to open, the file to write and the key's
        /// identifier, `{pj}` as above; the first two must be there. The usage code comes by the standard input, never as an
        /// argument.
        arguments: Vec<String>,
    },
    /// What arrives is clear already: the official proxy on this post, or the folder where the official tool lays files.
    Clear,
}

impl Decryptor {
    /// The official tools of version 1 for Linux, `apiuncrypt` and `apiuncryptpj` in one folder: `-s` the file to open, `-o`
    /// the file to write, `-k` the folder of the keys. Their publisher alone says how they are called; this is what public
    /// sources show, to be corrected in the settings where it differs.
    #[must_use]
    pub fn version_1(tools: &str, keys: &str) -> Self {
        let arguments = ["-s", "{input}", "-o", "{output}", "-k", keys].map(str::to_owned).to_vec();
        Self::Program { program: format!("{}/apiuncrypt{{pj}}", tools.trim_end_matches('/')), arguments }
    }
}

/// What only an APICRYPT account has.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Apicrypt {
    /// *Identifiant de la clé*.
    pub key_id: String,
    /// What opens its messages.
    pub decryptor: Decryptor,
}

/// A client's certificate with its key, as a file holds it. It goes into the core and never comes back.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateFile {
    /// The file's bytes (PKCS#12 or PEM), in base64.
    pub base64: String,
    /// Its password; empty: none.
    pub password: MailboxSecret,
}

impl fmt::Debug for CertificateFile {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("***")
    }
}

/// What is shown of a kept client's certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateShown {
    /// Whom it names.
    pub subject: String,
    /// When it ends.
    pub ends: Timestamp,
}

/// What the server told at the last connection.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerTold {
    /// When its certificate ends.
    pub certificate_ends: Option<Timestamp>,
    /// Its quota (RFC 9208).
    pub quota: Option<Quota>,
}

/// How full a mailbox is on its server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quota {
    /// Bytes used.
    pub used: u64,
    /// Bytes allowed.
    pub limit: u64,
}

/// What the owner decides for a mailbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Options {
    /// Whether the mailbox is used (fetched).
    pub enabled: bool,
    /// *Supprimer les messages du serveur lorsqu'ils sont récupérés*. Off unless asked.
    pub delete_from_server: bool,
    /// *Délai de conservation des messages dans l'arborescence*, in days (1 to 3650); none: *Garder*, nothing leaves by itself.
    #[serde(default)]
    pub retention_days: Option<u32>,
    /// *Partage automatique des données de santé*.
    pub auto_share: bool,
    /// *Relayer automatiquement les résultats d'analyse*: off, what arrives waits under *À trier*.
    #[serde(default = "yes")]
    pub auto_relay: bool,
}

fn yes() -> bool {
    true
}

impl Default for Options {
    fn default() -> Self {
        Self { enabled: true, delete_from_server: false, retention_days: None, auto_share: true, auto_relay: true }
    }
}

/// Who can read a mailbox, in short: a practice of a thousand has a thousand readers of each mailbox, whom no list shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Readership {
    /// How many, oneself included.
    pub count: u64,
    /// Some of them, the owner first: at most [`Readership::NAMED`].
    pub some: Vec<Reader>,
}

impl Readership {
    /// How many readers are named at most.
    pub const NAMED: usize = 4;
}

/// A mailbox that one may read, as the home page and the in-tray show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailboxSummary {
    /// Identifier.
    pub id: MailboxId,
    /// Kind.
    pub kind: MailboxKind,
    /// Address, or the folder's name.
    pub address: String,
    /// Its owner.
    pub owner: PersonId,
    /// What one may do there.
    pub my_right: MyRight,
    /// The state of its connection.
    pub state: MailboxState,
    /// Who can read it, in short.
    pub readers: Readership,
    /// Dossiers that wait there.
    pub waiting: u64,
    /// When it became an archive, which is not meant to be fetched; none: it is in use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub archived_at: Option<Timestamp>,
}

/// Lists the mailboxes that one may read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListMailboxes {}

/// The settings of one's own mailboxes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListMailboxSettings {}

/// The settings of a mailbox, for its owner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailboxSettings {
    /// Identifier.
    pub id: MailboxId,
    /// Kind.
    pub kind: MailboxKind,
    /// Address, or a name for the folder.
    pub address: String,
    /// Where its messages come from.
    pub connection: Connection,
    /// Whether a secret is kept.
    pub secret_kept: bool,
    /// The server that takes what one sends.
    pub outgoing: Option<Outgoing>,
    /// Of an APICRYPT account.
    pub apicrypt: Option<Apicrypt>,
    /// Whether the usage code of the APICRYPT key is kept.
    pub key_code_kept: bool,
    /// The kept client's certificate.
    pub certificate: Option<CertificateShown>,
    /// What the server told at the last connection.
    pub told: ServerTold,
    /// What the owner decided.
    pub options: Options,
    /// The state of its connection.
    pub state: MailboxState,
    /// Whether it is shared, and with whom.
    pub readers: Vec<Reader>,
    /// When it became an archive, readable and never fetched again; none: it is in use. Switching it on ends that.
    #[serde(default)]
    pub archived_at: Option<Timestamp>,
}

/// Adds a mailbox of one's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddMailbox {
    /// Kind.
    pub kind: MailboxKind,
    /// Address, or a name for the folder.
    pub address: String,
    /// Where its messages come from.
    pub connection: Connection,
    /// The account's secret, for a server.
    pub secret: Option<MailboxSecret>,
    /// The server that takes what one sends.
    #[serde(default)]
    pub outgoing: Option<Outgoing>,
    /// Of an APICRYPT account.
    #[serde(default)]
    pub apicrypt: Option<Apicrypt>,
    /// The usage code of the APICRYPT key.
    #[serde(default)]
    pub key_code: Option<MailboxSecret>,
    /// A client's certificate.
    #[serde(default)]
    pub certificate: Option<CertificateFile>,
    /// One's own password, where a program is named to open messages that was not named for this mailbox before: it will do
    /// all that its person may do on this post. Neither whoever finds the window open nor the page by itself can name one.
    #[serde(default)]
    pub password: Option<Password>,
    /// What the owner decides.
    pub options: Options,
}

impl AddMailbox {
    /// A mailbox without a secret, with the usual options.
    #[must_use]
    pub fn new(kind: MailboxKind, address: &str, connection: Connection) -> Self {
        Self {
            kind,
            address: address.to_owned(),
            connection,
            secret: None,
            outgoing: None,
            apicrypt: None,
            key_code: None,
            certificate: None,
            password: None,
            options: Options::default(),
        }
    }
}

/// Changes the settings of a mailbox of one's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeMailbox {
    /// Which.
    pub mailbox: MailboxId,
    /// Address, or a name for the folder.
    pub address: String,
    /// Where its messages come from.
    pub connection: Connection,
    /// A new secret; absent: the kept one stays, unless server, port, encryption or account changed.
    pub secret: Option<MailboxSecret>,
    /// The server that takes what one sends.
    #[serde(default)]
    pub outgoing: Option<Outgoing>,
    /// Of an APICRYPT account.
    #[serde(default)]
    pub apicrypt: Option<Apicrypt>,
    /// A new usage code of the APICRYPT key; absent: the kept one stays.
    #[serde(default)]
    pub key_code: Option<MailboxSecret>,
    /// A new client's certificate; absent: the kept one stays.
    #[serde(default)]
    pub certificate: Option<CertificateFile>,
    /// As in [`AddMailbox::password`].
    #[serde(default)]
    pub password: Option<Password>,
    /// What the owner decides.
    pub options: Options,
}

impl ChangeMailbox {
    /// The settings as they are.
    #[must_use]
    pub fn keeping(settings: &MailboxSettings) -> Self {
        Self {
            mailbox: settings.id,
            address: settings.address.clone(),
            connection: settings.connection.clone(),
            secret: None,
            outgoing: settings.outgoing.clone(),
            apicrypt: settings.apicrypt.clone(),
            key_code: None,
            certificate: None,
            password: None,
            options: settings.options.clone(),
        }
    }
}

/// Fetches a mailbox now, without waiting for its next turn (whoever may read it).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FetchNow {
    /// Which.
    pub mailbox: MailboxId,
}
