//! How long what was received is kept: on its server, in the tree, and when a mailbox is taken away.

use crate::connection::Trouble;
use crate::{MailboxId, Timestamp};
use serde::{Deserialize, Serialize};

/// So many messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amount {
    /// How many.
    pub messages: u64,
    /// Their bytes, as they came.
    pub bytes: u64,
    /// When the oldest came; none when there are none.
    pub oldest: Option<Timestamp>,
    /// When the newest came.
    pub newest: Option<Timestamp>,
}

impl Amount {
    /// Counts one more.
    pub fn add(&mut self, arrived: Timestamp, bytes: u64) {
        self.messages = self.messages.saturating_add(1);
        self.bytes = self.bytes.saturating_add(bytes);
        self.oldest = Some(self.oldest.map_or(arrived, |oldest| oldest.min(arrived)));
        self.newest = Some(self.newest.map_or(arrived, |newest| newest.max(arrived)));
    }
}

/// What *Supprimer les messages du serveur* would delete there now. Asks the server, and deletes nothing. For the owner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewServerDeletion {
    /// Which mailbox.
    pub mailbox: MailboxId,
}

/// What would be deleted on a server, and what would stay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerDeletion {
    /// Whether the owner wants messages deleted.
    pub wanted: bool,
    /// What would go: each copy was read back now and has the hash of what came.
    pub goes: Amount,
    /// What would stay, by reason; reasons without a message are left out.
    pub stays: Vec<StayingOnServer>,
    /// The server could not be asked, and why: what it holds besides is not counted.
    pub trouble: Option<Trouble>,
    /// When the server last refused to delete; none: it did not. It is tried again at each fetch.
    pub refused_at: Option<Timestamp>,
}

/// Messages that stay on the server for one reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StayingOnServer {
    /// Why.
    pub why: StaysOnServer,
    /// How many.
    pub messages: u64,
}

/// Why a message stays on the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StaysOnServer {
    /// It is not kept here yet.
    NotYetKept,
    /// What is kept here is not what came.
    CopyDiffers,
    /// Its bytes left the tree before: there is nothing to compare any more.
    ContentRemoved,
    /// It is too large to be fetched.
    TooLarge,
    /// The server numbered its messages anew: a person confirms first, by switching the deletion off and on.
    UidValidityChanged,
    /// The server cannot delete single messages (no UIDPLUS, RFC 4315).
    NoSingleDeletion,
}

/// What the *délai de conservation* would take out of the tree, and when. Changes nothing. For the owner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewPurge {
    /// Which mailbox.
    pub mailbox: MailboxId,
}

/// What would leave the tree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PurgePreview {
    /// The delay in days, from the validation (or from the arrival, when that is later); none: nothing leaves by itself.
    pub retention_days: Option<u32>,
    /// The next purge; none when nothing that stands there will leave as things are.
    pub next: Option<NextPurge>,
    /// What could leave at this moment.
    pub due: Amount,
    /// What stays, by reason; reasons without a message are left out.
    pub stays: Vec<StayingInTree>,
    /// When the mailbox became an archive, from which nothing leaves by delay; none: it is none.
    pub archived_at: Option<Timestamp>,
}

/// The next purge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NextPurge {
    /// When; a program that does not run then purges when it runs again.
    pub at: Timestamp,
    /// How many messages leave then, as things are.
    pub messages: u64,
}

/// Messages that stay in the tree for one reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StayingInTree {
    /// Why.
    pub why: StaysInTree,
    /// How many.
    pub messages: u64,
}

/// Why a message stays in the tree. The first that holds is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StaysInTree {
    /// A dossier of it is not validated.
    NotValidated,
    /// A dossier of it has no patient.
    NotIdentified,
    /// A dossier of it is critical and nobody opened it.
    CriticalUnseen,
    /// Another version of its report waits.
    OtherVersionWaits,
    /// Its numbers are not kept yet: they are read soon after an update of the program.
    NumbersNotKept,
    /// It is to be deleted on the server first.
    OnServer,
    /// Its delay has not passed.
    NotDue,
    /// The mailbox's owner chose no delay.
    Kept,
}

/// Takes out of the tree what may leave it now, without waiting for the daily purge. For the owner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PurgeMailbox {
    /// Which.
    pub mailbox: MailboxId,
}

/// What left the tree.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Purged {
    /// Messages.
    pub messages: u64,
    /// Dossiers of which the conclusions alone are left.
    pub dossiers: u64,
    /// Bytes freed: of messages that no other mailbox holds.
    pub bytes: u64,
}

/// Erases for good the numbers that stayed when reports of this dossier's patient left the mailboxes of one's own: they are in no
/// curve and no previous value any more. For the owner; of mailboxes of others nothing is erased.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EraseValues {
    /// A dossier of the patient.
    pub dossier: crate::DossierId,
}

/// What was erased.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ValuesErased {
    /// Reports of which no number is left in one's mailboxes.
    pub dossiers: u64,
}

/// What taking a mailbox of one's own away would mean. Changes nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewRemoval {
    /// Which.
    pub mailbox: MailboxId,
}

/// What lies in a mailbox that is to be taken away, and who could take it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removal {
    /// Dossiers that lie there, those included of which the conclusions alone are left.
    pub dossiers: u64,
    /// Messages that stand there.
    pub messages: Amount,
    /// Messages with something that is not dealt with: none may be lost.
    pub open: u64,
    /// The mailboxes of one's own that could take all over.
    pub takers: Vec<Taker>,
    /// When it became an archive; none: it is none.
    pub archived_at: Option<Timestamp>,
}

/// A mailbox that could take over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taker {
    /// Which.
    pub mailbox: MailboxId,
    /// Its address.
    pub address: String,
    /// How many people read it, oneself included: they would read what is handed over too.
    pub readers: u64,
}

/// Takes a mailbox of one's own away. Its secrets are forgotten at once, whatever becomes of what it received.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoveMailbox {
    /// Which.
    pub mailbox: MailboxId,
    /// What becomes of what it received.
    pub received: Received,
}

/// What becomes of what a mailbox received.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "becomes", rename_all = "snake_case")]
pub enum Received {
    /// It stays readable, for everybody who can read it now: the mailbox is never fetched again.
    Archive,
    /// It passes into another mailbox of one's own, and to those who read that one.
    HandedOver {
        /// Into which.
        to: MailboxId,
    },
    /// What is dealt with leaves the tree; its conclusions stay. Refused while something is not dealt with.
    Purged,
}
