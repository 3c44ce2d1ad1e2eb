//! *Bris de glace*: an administrator without a right opens one mailbox, to read, for a stated reason and a limited time.
//! The owner is told at once and can end it.

use crate::mailboxes::MailboxKind;
use crate::{GlassId, MailboxId, PersonId, Timestamp};
use serde::{Deserialize, Serialize};

/// The longest time that a mailbox is open this way, in minutes.
pub const LONGEST: u32 = 24 * 60;
/// Letters of a reason, at least.
pub const SHORTEST_REASON: u32 = 15;
/// Letters of a reason, at most.
pub const LONGEST_REASON: u32 = 500;

/// The mailboxes that the administrator who asks cannot read (administrators). No content, no counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListClosedMailboxes {}

/// A mailbox that one cannot read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClosedMailbox {
    /// Which.
    pub mailbox: MailboxId,
    /// Its kind.
    pub kind: MailboxKind,
    /// Its address.
    pub address: String,
    /// Its owner.
    pub owner: PersonId,
}

/// Opens a mailbox that one cannot read (administrators).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BreakGlass {
    /// Which.
    pub mailbox: MailboxId,
    /// Why: a sentence, which the owner reads.
    pub reason: String,
    /// For how long, in minutes: 1 to [`LONGEST`].
    pub minutes: u32,
}

/// A mailbox opened this way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BrokenGlass {
    /// Identifier.
    pub id: GlassId,
    /// Which mailbox.
    pub mailbox: MailboxId,
    /// Its address.
    pub address: String,
    /// Whether it is the mailbox of the person who asks.
    pub mine: bool,
    /// Who opened it.
    pub by: PersonId,
    /// Why.
    pub reason: String,
    /// Since when.
    pub begins: Timestamp,
    /// Until when, exclusive.
    pub ends: Timestamp,
    /// Whether it still runs, by the core's clock.
    pub running: bool,
    /// Whether the owner acknowledged it.
    pub acknowledged: bool,
}

/// Ends it at once (the owner, or whoever opened the mailbox).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndBrokenGlass {
    /// Which.
    pub glass: GlassId,
}

/// The owner has seen it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AcknowledgeBrokenGlass {
    /// Which.
    pub glass: GlassId,
}
