//! The people of the practice and their groups.

use crate::session::Password;
use crate::{GroupId, PersonId, Timestamp};
use serde::{Deserialize, Serialize};

/// How a person is addressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Title {
    /// Docteur.
    Dr,
    /// Madame.
    Mme,
    /// Monsieur.
    M,
    /// Professeur.
    Pr,
    /// None given.
    None,
}

/// What a person does in the practice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Doctor.
    Doctor,
    /// Secretary.
    Secretary,
    /// Locum (remplaçant).
    Locum,
    /// Nurse.
    Nurse,
    /// Something else.
    Other,
}

/// A person as everybody in the practice sees them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Identifier.
    pub id: PersonId,
    /// Login.
    pub login: String,
    /// Title.
    pub title: Title,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Role.
    pub role: Role,
    /// RPPS number, 11 digits, where known.
    pub rpps: Option<String>,
    /// Whether the person administers the practice (accounts and groups, never contents).
    pub administrator: bool,
    /// Since when the person is suspended.
    pub suspended_since: Option<Timestamp>,
    /// When the person left the practice: still named, no longer to be chosen for anything.
    #[serde(default)]
    pub departed_at: Option<Timestamp>,
}

impl Person {
    /// Whether the person can be chosen for something: a right, a group, a mailbox, a dossier.
    #[must_use]
    pub fn here(&self) -> bool {
        self.departed_at.is_none()
    }
}

/// The person signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Me {
    /// The person.
    pub person: Person,
    /// The password must be changed before anything else.
    pub password_must_change: bool,
    /// Minutes before the window locks.
    pub idle_minutes: u32,
}

/// Lists the people of the practice, by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListPeople {}

/// Adds a person (administrators).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddPerson {
    /// Title.
    pub title: Title,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Role.
    pub role: Role,
    /// RPPS number, where known.
    pub rpps: Option<String>,
    /// Login.
    pub login: String,
    /// First password; the person changes it at the first sign-in.
    pub password: Password,
    /// Whether the person administers the practice.
    pub administrator: bool,
}

/// Changes what is known of a person (administrators). The login stays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangePerson {
    /// The person as they were when this change was decided; another state of what it changes is a conflict.
    pub before: Person,
    /// Title.
    pub title: Title,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Role.
    pub role: Role,
    /// RPPS number, where known.
    pub rpps: Option<String>,
    /// Whether the person administers the practice; never taken from the last active one who does.
    pub administrator: bool,
}

/// Suspends a person: every right of theirs stops at once (administrators).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SuspendPerson {
    /// Who.
    pub person: PersonId,
}

/// Ends a suspension (administrators).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResumePerson {
    /// Who.
    pub person: PersonId,
}

/// Gives a person a new first password, to be changed at the next sign-in (administrators).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResetPassword {
    /// Who.
    pub person: PersonId,
    /// The new first password.
    pub password: Password,
}

/// A group of people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// Identifier.
    pub id: GroupId,
    /// Name, unique in the practice.
    pub name: String,
    /// Its members.
    pub members: Vec<PersonId>,
}

/// Lists the groups, by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListGroups {}

/// Adds a group without members (administrators).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddGroup {
    /// Name.
    pub name: String,
}

/// Puts a person into a group (administrators).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JoinGroup {
    /// The group.
    pub group: GroupId,
    /// The person.
    pub person: PersonId,
}

/// Takes a person out of a group (administrators).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaveGroup {
    /// The group.
    pub group: GroupId,
    /// The person.
    pub person: PersonId,
}

/// Removes a group and the rights given to it (administrators).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoveGroup {
    /// The group as it was when this was decided; another state of it is a conflict.
    pub before: Group,
}
