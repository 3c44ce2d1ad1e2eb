//! Told: whoever gains or loses a right sees it in the window, once.

use crate::dossiers::PatientLine;
use crate::glass::BrokenGlass;
use crate::sharing::Held;
use crate::{DossierId, MailboxId, PersonId, Timestamp};
use serde::{Deserialize, Serialize};

/// What one must be told now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GetTold {}

/// What one must be told: of rights, and of what one validated.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// *Bris de glace*, the newest first: of mailboxes of one's own, what runs or was not acknowledged; and what one opened
    /// oneself and still runs.
    pub glass: Vec<BrokenGlass>,
    /// The changes of one's rights that one has not seen yet, the oldest first.
    pub notices: Vec<Notice>,
    /// Reports that one validated and whose place another one has taken, until one opens that one; the newest first.
    #[serde(default)]
    pub superseded: Vec<Superseded>,
}

/// A report that one validated, and that another one has replaced since.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Superseded {
    /// The one that was validated.
    pub former: DossierId,
    /// The one that waits now.
    pub newer: DossierId,
    /// When it came.
    pub at: Timestamp,
    /// On whom.
    pub patient: Option<PatientLine>,
}

/// A right of one's own that changed. It names a mailbox, never what lies in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// Number: a later change has a greater one.
    pub number: u64,
    /// When.
    pub at: Timestamp,
    /// On which mailbox.
    pub mailbox: MailboxId,
    /// Its address at that time.
    pub address: String,
    /// What one could do before.
    pub before: Option<Held>,
    /// What one can do since.
    pub after: Option<Held>,
    /// Who changed it; nothing when a date did.
    pub by: Option<PersonId>,
}

/// « J’ai vu »: these are not told again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarkNoticesSeen {
    /// The last one that was shown.
    pub up_to: u64,
}
