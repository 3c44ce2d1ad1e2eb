//! Tells the windows what changed: by this program at once, by another program of this post (the command line) and by the
//! mere passing of time (a right that begins or ends) within a second.
//!
//! An event says that something changed, never what: each window asks again and gets what its person may see.

use crate::{Core, Inner, failures};
use bannette_api::events::Event;
use bannette_api::{Failure, MailboxId, PersonId, Timestamp};
use std::sync::{Arc, Weak};
use std::time::Duration;

const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How often the time is kept in the store, in milliseconds: what a program that is killed can forget of it at the most.
const KEEP_EVERY: i64 = 60_000;

impl Core {
    /// Tells every window that somebody holds.
    pub(crate) fn tell_all(&self, events: &[Event]) {
        for (_, session) in self.0.sessions.held(self.now()) {
            events.iter().for_each(|event| session.tell(*event));
        }
    }

    /// Tells the windows of one person.
    pub(crate) fn tell(&self, person: PersonId, event: Event) {
        for (holder, session) in self.0.sessions.held(self.now()) {
            if holder == person {
                session.tell(event);
            }
        }
    }

    /// Tells the windows of those who may read a mailbox.
    pub(crate) async fn tell_readers(&self, mailbox: MailboxId, events: &[Event]) {
        let now = self.now();
        let held = self.0.sessions.held(now);
        if held.is_empty() {
            return;
        }
        let practice = async {
            let store = self.store().await?;
            let practice = store.practice_rights().await.map_err(failures::of_store)?;
            Ok::<_, Failure>((practice, store.moment(now)))
        };
        match practice.await {
            Ok((practice, now)) => {
                let may = held.iter().filter(|(person, _)| practice.effective(*person, mailbox, now).is_some());
                may.for_each(|(_, session)| events.iter().for_each(|event| session.tell(*event)));
            }
            Err(failure) => tracing::warn!(?failure, "the windows could not be told"),
        }
    }
}

/// What was last seen of the store.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Mark {
    epoch: u64,
    entries: u64,
    next_change: Option<Timestamp>,
}

/// Watches for as long as the core lives.
pub(crate) fn start(core: &Core) {
    let core: Weak<Inner> = Arc::downgrade(&core.0);
    tokio::spawn(async move {
        let (mut last, mut kept) = (None, None);
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            let Some(inner) = core.upgrade() else { break };
            let core = Core(inner);
            keep_time(&core, &mut kept).await;
            // Nobody looks: nothing to tell, and the store is left alone.
            if core.0.sessions.held(core.now()).is_empty() {
                last = None;
                continue;
            }
            match look(&core).await {
                Ok(mark) => {
                    if let Some(before) = last {
                        compare(&core, before, mark);
                    }
                    last = Some(mark);
                }
                Err(Failure::NoPractice) => {}
                Err(failure) => tracing::warn!(?failure, "the store could not be looked at"),
            }
        }
    });
}

/// Keeps the time in the store now and then: a right that ends meanwhile stays ended when the clock goes back, also over a
/// restart.
async fn keep_time(core: &Core, kept: &mut Option<Timestamp>) {
    let now = core.now();
    if kept.is_some_and(|kept| now.since(kept) < KEEP_EVERY) {
        return;
    }
    let keep = async { core.store().await?.keep_time(now).await.map_err(failures::of_store) };
    match keep.await {
        Ok(()) => *kept = Some(now),
        Err(Failure::NoPractice | Failure::Store { .. }) => {}
        Err(failure) => tracing::warn!(?failure, "the time could not be kept"),
    }
}

async fn look(core: &Core) -> Result<Mark, Failure> {
    let store = core.store().await?;
    let (epoch, entries) =
        store.read().await.map_err(failures::of_store)?.change_mark().await.map_err(failures::of_store)?;
    let practice = store.practice_rights().await.map_err(failures::of_store)?;
    let next_change = practice.next_change(store.moment(core.now()));
    Ok(Mark { epoch, entries, next_change })
}

fn compare(core: &Core, before: Mark, now: Mark) {
    let passed = before.next_change.is_some_and(|at| at <= core.now());
    if now.epoch != before.epoch || passed {
        core.tell_all(&[Event::Rights, Event::People]);
    } else if now.entries != before.entries {
        core.tell_all(&[Event::Dossiers, Event::Mailboxes]);
    }
}
