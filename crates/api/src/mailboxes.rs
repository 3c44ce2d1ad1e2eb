//! Mailboxes: their settings, what one sees of them.

use crate::connection::MailboxState;
use crate::sharing::{MyRight, Reader};
use crate::{MailboxId, PersonId};
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
    /// A watched folder.
    Folder,
}

/// How the connection is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tls {
    /// TLS from the first byte (usually port 993).
    Implicit,
    /// STARTTLS after the greeting (usually port 143, the référentiel's way). Never goes on unencrypted.
    Starttls,
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
    },
    /// A folder of this post or of a network drive.
    Folder {
        /// Its path, absolute.
        path: String,
    },
}

/// What the owner decides for a mailbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Options {
    /// Whether the mailbox is used (fetched).
    pub enabled: bool,
    /// *Supprimer les messages du serveur lorsqu'ils sont récupérés*. Off unless asked.
    pub delete_from_server: bool,
    /// *Délai de conservation des messages dans l'arborescence*, in days (1 to 3650).
    pub retention_days: u32,
    /// *Partage automatique des données de santé*.
    pub auto_share: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { enabled: true, delete_from_server: false, retention_days: 90, auto_share: true }
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
    /// What the owner decided.
    pub options: Options,
    /// The state of its connection.
    pub state: MailboxState,
    /// Whether it is shared, and with whom.
    pub readers: Vec<Reader>,
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
    /// What the owner decides.
    pub options: Options,
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
    /// What the owner decides.
    pub options: Options,
}

/// Fetches a mailbox now, without waiting for its next turn (whoever may read it).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FetchNow {
    /// Which.
    pub mailbox: MailboxId,
}
