//! Which session each window holds. The page never says who asks: its window does.

use bannette_core::Session;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tauri::async_runtime::JoinHandle;

/// The sessions of the open windows, by label.
#[derive(Default)]
pub struct Sessions(Mutex<HashMap<String, Held>>);

struct Held {
    session: Session,
    /// What carries the core's events to that window.
    events: JoinHandle<()>,
}

impl Sessions {
    /// The session of that window.
    pub fn of(&self, label: &str) -> Option<Session> {
        self.held().get(label).map(|held| held.session.clone())
    }

    /// Notes the session of a window that opens.
    pub fn open(&self, label: &str, session: Session, events: JoinHandle<()>) {
        if let Some(former) = self.held().insert(label.to_owned(), Held { session, events }) {
            former.events.abort();
        }
    }

    /// Forgets the session of a window that was closed: whoever held it is signed out there.
    pub fn close(&self, label: &str) {
        if let Some(held) = self.held().remove(label) {
            held.events.abort();
        }
    }

    fn held(&self) -> MutexGuard<'_, HashMap<String, Held>> {
        // A panic elsewhere leaves whole entries behind: they are still true.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
