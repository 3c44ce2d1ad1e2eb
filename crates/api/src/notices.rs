//! Told: whoever gains or loses a right sees it in the window, once.

use crate::sharing::Held;
use crate::{MailboxId, PersonId, Timestamp};
use serde::{Deserialize, Serialize};

/// The changes of one's rights that one has not seen yet, the oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListNotices {}

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
