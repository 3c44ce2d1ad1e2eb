//! Gestion du partage: who may read a mailbox, who may also send from it, and why.

use crate::{DossierId, GroupId, MailboxId, PersonId, Timestamp};
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

/// Why a right was given, in the owner's words (*Motif*). It stands beside the grant, never in it: no right depends on it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Motive {
    /// To whom the right is given.
    pub to: Grantee,
    /// The words, in one line: not empty, at most [`Motive::LONGEST`] characters.
    pub text: String,
}

impl Motive {
    /// How many characters a motive may have.
    pub const LONGEST: u32 = 200;
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
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Reason {
    /// The way.
    pub path: Path,
    /// What it gives (an owner: [`Level::Send`]).
    pub level: Level,
    /// When it ends.
    pub ends: Option<Timestamp>,
    /// Why it was given, where it is told: by *Qui peut lire ?*, of every way to the owner, of one's own ways to oneself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub motive: Option<String>,
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
    /// Why they were given, where the owner said so.
    #[serde(default)]
    pub motives: Vec<Motive>,
    /// Number of this state; the next change must name it.
    pub version: u64,
    /// The moment at which rights are computed: this post's time, or the latest that the practice has seen.
    pub now: Timestamp,
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
    /// Why they are given: at most one for each grantee of `grants`.
    #[serde(default)]
    pub motives: Vec<Motive>,
    /// The state that this change was decided on; another one is a conflict.
    pub version: u64,
}

/// *Qui peut lire ?* For whoever may read the mailbox: oneself first, then the owner, then the others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhoCanRead {
    /// Which mailbox.
    pub mailbox: MailboxId,
}

/// *Qui peut lire ?* of a dossier, for whoever may read it: by each mailbox where it lies and that one may read oneself.
/// Who reads it by another mailbox is not told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhoCanReadDossier {
    /// Which dossier.
    pub dossier: DossierId,
}

/// The people who can read a dossier by one of its mailboxes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DossierReaders {
    /// By which mailbox.
    pub mailbox: MailboxId,
    /// Its address.
    pub address: String,
    /// Who: oneself first, then the owner, then the others.
    pub readers: Vec<Reader>,
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
