//! What the core tells the windows: that something changed, never what. Each window then asks again, and gets what
//! its person may see at that moment.

use serde::{Deserialize, Serialize};

/// Something changed that concerns this window's person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// Dossiers arrived or changed in a mailbox that the person may read.
    Dossiers,
    /// A mailbox's state or settings changed.
    Mailboxes,
    /// The person's rights changed: lists, counts and mailboxes must be asked for again.
    Rights,
    /// People or groups changed.
    People,
    /// The session of this window changed: locked, ended, suspended.
    Session,
}
