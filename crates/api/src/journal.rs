//! The journal.

use crate::Timestamp;
use serde::{Deserialize, Serialize};

/// Checks the whole chain of the journal.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerifyJournal {
    /// A head that was noted earlier: the chain must lead through it.
    #[serde(default)]
    pub noted: Option<JournalHead>,
}

/// Where a journal stood: what somebody noted elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalHead {
    /// How many entries there were.
    pub entries: u64,
    /// The hash of the last one, hexadecimal, or its beginning: [`HEAD_DIGITS`] at the least, as exported documents have it.
    pub head: String,
}

/// Digits of a head that are enough to know it by.
pub const HEAD_DIGITS: usize = 16;

/// What the check found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalReport {
    /// Entries read.
    pub entries: u64,
    /// Time of the last one.
    pub last: Option<Timestamp>,
    /// Hash of the last one, hexadecimal: written down elsewhere, it proves that nothing before it changed.
    pub head: String,
    /// What is wrong; empty when the chain holds.
    pub faults: Vec<JournalFault>,
}

/// A break in the chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalFault {
    /// Number of the entry.
    pub entry: u64,
    /// What is wrong.
    pub kind: FaultKind,
}

/// The kinds of break.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// The entry's content does not match its seal: it was edited or moved.
    Edited,
    /// Entries are missing before this one.
    Missing,
    /// Entries are missing at the end.
    CutShort,
    /// The history of accesses does not list the entry as the journal has it.
    Misfiled,
    /// The reason of a *bris de glace* is not the one that was given.
    ReasonEdited,
    /// The entry is not the one at which the noted head stood, or is not there any more.
    OtherHead,
}
