//! What else is wrong with a mailbox, beside what is being done: it is said, and the reception goes on.

use bannette_api::MailboxId;
use bannette_api::connection::Trouble;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What can be wrong beside the reception.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Beside {
    /// Files that cannot be taken or put away.
    Folder,
    /// Messages that cannot be opened.
    Opening,
}

/// What was said last, of each mailbox.
#[derive(Default)]
pub(super) struct Said(Mutex<BTreeMap<(MailboxId, Beside), Vec<Trouble>>>);

impl Said {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<(MailboxId, Beside), Vec<Trouble>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn of(&self, mailbox: MailboxId) -> Vec<Trouble> {
        let said = self.lock();
        let of = |what| said.get(&(mailbox, what)).into_iter().flatten().cloned();
        of(Beside::Folder).chain(of(Beside::Opening)).collect()
    }

    /// Keeps it; whether that is something else than before.
    pub(super) fn set(&self, mailbox: MailboxId, what: Beside, troubles: Vec<Trouble>) -> bool {
        let before = self.lock().insert((mailbox, what), troubles.clone());
        before.unwrap_or_default() != troubles
    }
}
