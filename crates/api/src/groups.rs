//! Changes of groups as a whole, and what somebody would lose by one.

use crate::people::Group;
use crate::sharing::Level;
use crate::{GroupId, MailboxId, PersonId, Timestamp};
use serde::{Deserialize, Serialize};

/// Sets name and members of a group at once, or adds a group with its members (administrators).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetGroup {
    /// The group as it was when this change was decided; another state of it is a conflict. Absent: a new group.
    pub before: Option<Group>,
    /// Name, at most 80 letters, unique in the practice.
    pub name: String,
    /// All its members.
    pub members: Vec<PersonId>,
}

/// Gives a group another name (administrators).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RenameGroup {
    /// The group.
    pub group: GroupId,
    /// Name, at most 80 letters, unique in the practice.
    pub name: String,
}

/// What would be lost without the group, or if some of its members left it (administrators). Changes nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewGroupRemoval {
    /// The group.
    pub group: GroupId,
    /// Those who would leave it; absent: the group itself would be removed, with the rights given to it.
    pub leaving: Option<Vec<PersonId>>,
}

/// What would be lost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupLosses {
    /// Mailboxes whose owner gave the group a right, whether it counts now or not.
    pub given: u32,
    /// What each person would lose, by address, then by person.
    pub lost: Vec<LostRight>,
}

/// What one person would lose on one mailbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LostRight {
    /// Which mailbox.
    pub mailbox: MailboxId,
    /// Its address.
    pub address: String,
    /// Its owner.
    pub owner: PersonId,
    /// Who would lose.
    pub person: PersonId,
    /// What the person can do, or could do then.
    pub had: Level,
    /// What other ways would leave them.
    pub keeps: Option<Level>,
    /// When the loss begins; absent: at once.
    pub begins: Option<Timestamp>,
}
