//! Gestion du partage: who may read a mailbox, who may also send from it, and why.

use crate::{GroupId, MailboxId, PersonId, Timestamp};
use serde::{Deserialize, Serialize};

/// What is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// *Lecture seule*.
    Read,
    /// *Lecture et envoi*.
    Send,
}

/// To whom it is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "to", content = "id", rename_all = "snake_case")]
pub enum Grantee {
    /// *Tous les utilisateurs*, present and to come.
    Everyone,
    /// The members of a group, present and to come.
    Group(GroupId),
    /// A person.
    Person(PersonId),
}

/// A right given on a mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Grant {
    /// To whom.
    pub to: Grantee,
    /// What.
    pub level: Level,
    /// From when (absent: at once).
    pub begins: Option<Timestamp>,
    /// Until when, exclusive (absent: without end).
    pub ends: Option<Timestamp>,
}

/// By which way somebody has a right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "path", content = "id", rename_all = "snake_case")]
pub enum Path {
    /// Owner of the mailbox.
    Owner,
    /// Given to the person.
    Person,
    /// Given to a group of theirs.
    Group(GroupId),
    /// Given to everyone.
    Everyone,
    /// *Bris de glace*: an administrator opened the mailbox for a stated reason and a limited time, to read only.
    BreakGlass,
}

/// One of the ways by which somebody has a right now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Reason {
    /// The way.
    pub path: Path,
    /// What it gives (an owner: [`Level::Send`]).
    pub level: Level,
    /// When it ends.
    pub ends: Option<Timestamp>,
}

/// What one may do with a mailbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MyRight {
    /// Whether one is its owner.
    pub owner: bool,
    /// The widest level.
    pub level: Level,
    /// When that level ends.
    pub ends: Option<Timestamp>,
    /// The ways, widest first.
    pub reasons: Vec<Reason>,
}

/// Somebody who can read a mailbox now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reader {
    /// Who.
    pub person: PersonId,
    /// What they may do, and by which ways.
    pub right: MyRight,
}

/// The sharing of a mailbox, for its owner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GetSharing {
    /// Which mailbox.
    pub mailbox: MailboxId,
}

/// What *Gestion du partage* shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sharing {
    /// Which mailbox.
    pub mailbox: MailboxId,
    /// *Partagé*: Oui or Non. Non: the grants are kept and count for nothing.
    pub shared: bool,
    /// The rights given.
    pub grants: Vec<Grant>,
    /// Number of this state; the next change must name it.
    pub version: u64,
    /// Who can read now.
    pub readers: Vec<Reader>,
}

/// Sets the sharing of a mailbox of one's own, as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetSharing {
    /// Which mailbox.
    pub mailbox: MailboxId,
    /// *Partagé*.
    pub shared: bool,
    /// The rights given.
    pub grants: Vec<Grant>,
    /// The state that this change was decided on; another one is a conflict.
    pub version: u64,
}

/// *Qui peut lire ?* For whoever may read the mailbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhoCanRead {
    /// Which mailbox.
    pub mailbox: MailboxId,
}

/// What a person can reach, and why: for oneself, or (administrators) for anybody. No content, no counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhatCanReach {
    /// Who.
    pub person: PersonId,
}

/// A mailbox that a person can reach.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reach {
    /// Which.
    pub mailbox: MailboxId,
    /// Its address.
    pub address: String,
    /// What the person may do there, and why.
    pub right: MyRight,
}

/// A right on a mailbox, short of its reasons: what somebody is told when it changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// Whether one is its owner.
    pub owner: bool,
    /// The widest level.
    pub level: Level,
    /// When that level ends.
    pub ends: Option<Timestamp>,
}

impl MyRight {
    /// The right, short of its reasons.
    #[must_use]
    pub fn held(&self) -> Held {
        Held { owner: self.owner, level: self.level, ends: self.ends }
    }
}
