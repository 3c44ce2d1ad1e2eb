//! A person leaves the practice: what they hold, and who takes it over.

use crate::mailboxes::MailboxKind;
use crate::{MailboxId, PersonId};
use serde::{Deserialize, Serialize};

/// What a person holds, to be handed over before they go (administrators). Gives names and counts, no content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewDeparture {
    /// Who.
    pub person: PersonId,
}

/// What a person holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Departure {
    /// Who.
    pub person: PersonId,
    /// Number of this state of all rights; the departure names it.
    pub version: u64,
    /// The mailboxes that they own, and those by which dossiers came that they are responsible for.
    pub held: Vec<Held>,
}

/// A mailbox that a person owns, or by which dossiers came that they are responsible for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// Which.
    pub mailbox: MailboxId,
    /// Kind.
    pub kind: MailboxKind,
    /// Address, or the folder's name.
    pub address: String,
    /// Its owner: the person themselves, or somebody else.
    pub owner: PersonId,
    /// How many dossiers wait that the person is responsible for: each under the mailbox that it came by first.
    pub waiting: u64,
    /// Who else can read the mailbox now, and keeps that right.
    pub readers: Vec<PersonId>,
}

/// One mailbox of a departure, and who takes over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandOver {
    /// Which.
    pub mailbox: MailboxId,
    /// The new owner; none for a mailbox of somebody else.
    pub owner: Option<PersonId>,
    /// Who becomes responsible for the dossiers: somebody who can read them. None: the owner.
    pub responsible: Option<PersonId>,
}

/// Takes a person out of the practice, after everything that they hold was handed over (administrators).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DepartPerson {
    /// Who.
    pub person: PersonId,
    /// The state that was looked at.
    pub version: u64,
    /// Who takes over what.
    pub hand_over: Vec<HandOver>,
}
