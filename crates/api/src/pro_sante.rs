//! Pro Santé Connect: signing in there, so that one's own MSSanté mailboxes can be fetched. Tokens never pass here.

use crate::Timestamp;
use crate::connection::Trouble;
use serde::{Deserialize, Serialize};

/// Where one stands with Pro Santé Connect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ProSanteState {
    /// This practice's Bannette is not registered there: nobody can sign in.
    NotRegistered,
    /// Not signed in.
    SignedOut {
        /// What went wrong at the last try, or why it ended.
        why: Option<ProSanteProblem>,
    },
    /// The system's browser is open, and waited for.
    InBrowser {
        /// Since when.
        since: Timestamp,
    },
    /// Signed in, until the program ends or Pro Santé Connect ends it.
    SignedIn {
        /// Since when.
        since: Timestamp,
    },
}

/// Why one is not signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "problem", rename_all = "snake_case")]
pub enum ProSanteProblem {
    /// Refused there, or given up in the browser.
    Refused,
    /// Nobody came back from the browser in time.
    NobodyCame,
    /// The answer was not the one to our question.
    NotBelieved,
    /// No browser could be opened.
    NoBrowser,
    /// It was signed in, and Pro Santé Connect has ended it.
    Ended,
    /// Pro Santé Connect could not be reached.
    Outside {
        /// Why not.
        trouble: Trouble,
    },
}

/// Where one stands oneself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GetProSante {}

/// Opens the system's browser to sign in; the state then tells how it went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BeginProSante {}

/// Signs out, or gives the sign-in in the browser up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndProSante {}
