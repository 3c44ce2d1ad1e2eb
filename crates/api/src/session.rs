//! The practice's beginning, signing in and out, the lock of the window.

use crate::people::{Me, Role, Title};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A password on its way from the keyboard to the core. It prints as `***`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Password(pub String);

impl fmt::Debug for Password {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("***")
    }
}

/// What stands: is there a practice, is somebody signed in?
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GetSituation {}

/// Where this window stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "situation", rename_all = "snake_case")]
pub enum Situation {
    /// No practice yet in this folder.
    NoPractice,
    /// Nobody signed in.
    SignedOut {
        /// The practice's name.
        practice: String,
    },
    /// Somebody is signed in, the window is locked.
    Locked {
        /// The practice's name.
        practice: String,
        /// Who holds the window.
        me: Me,
    },
    /// Somebody is signed in.
    SignedIn {
        /// The practice's name.
        practice: String,
        /// Who.
        me: Me,
    },
    /// The store is there and cannot be opened.
    Unopenable {
        /// Why.
        trouble: crate::failure::StoreTrouble,
    },
}

/// Creates the practice and its first person, who administers it, and signs that person in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreatePractice {
    /// The practice's name.
    pub practice: String,
    /// Title of the first person.
    pub title: Title,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// What the person does in the practice.
    pub role: Role,
    /// Login, unique in the practice.
    pub login: String,
    /// Password.
    pub password: Password,
}

/// Signs in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignIn {
    /// Login.
    pub login: String,
    /// Password.
    pub password: Password,
}

/// Signs out of this window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignOut {}

/// Locks this window; the session stays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LockWindow {}

/// Opens this window again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnlockWindow {
    /// Password of the person who holds the window.
    pub password: Password,
}

/// Changes one's own password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangePassword {
    /// The present password.
    pub current: Password,
    /// The new one.
    pub new: Password,
}

/// Sets after how many minutes without a gesture one's windows lock (1 to 120; the référentiels ask for 120 at most).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetIdleLock {
    /// Minutes.
    pub minutes: u32,
}

/// Tells the core that the person is still there (a key, a click), so that the window does not lock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StillHere {}
