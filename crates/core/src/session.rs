//! Sessions: who holds which window, whether it is locked, what it should be told.
//!
//! A session lives in the core's memory only. A page never names itself: the shell knows which window speaks.

use bannette_api::events::Event;
use bannette_api::{Failure, PersonId, Timestamp};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use tokio::sync::Notify;

/// A session. Clones are the same session.
#[derive(Clone, Debug)]
pub struct Session(Arc<State>);

#[derive(Debug, Default)]
struct State {
    holder: Mutex<Option<Holder>>,
    /// What the window has not been told yet: each kind once, however often it happened.
    untold: Mutex<BTreeSet<u8>>,
    told: Notify,
}

#[derive(Clone, Copy, Debug)]
struct Holder {
    person: PersonId,
    locked: bool,
    last_gesture: Timestamp,
    idle_minutes: u32,
}

/// Who holds a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Held {
    /// Nobody.
    Free,
    /// This person, behind the lock.
    Locked(PersonId),
    /// This person.
    Open(PersonId),
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A panic elsewhere leaves plain values behind: they are still true.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Session {
    /// Who holds it at `now`. A window left alone for too long locks here, whatever its page does.
    pub(crate) fn held(&self, now: Timestamp) -> Held {
        let mut holder = lock(&self.0.holder);
        let Some(holder) = holder.as_mut() else { return Held::Free };
        if !holder.locked && now.since(holder.last_gesture) >= i64::from(holder.idle_minutes) * 60_000 {
            holder.locked = true;
            self.tell(Event::Session);
        }
        if holder.locked { Held::Locked(holder.person) } else { Held::Open(holder.person) }
    }

    /// The person, unless nobody is signed in or the window is locked.
    pub(crate) fn person(&self, now: Timestamp) -> Result<PersonId, Failure> {
        match self.held(now) {
            Held::Free => Err(Failure::NotSignedIn),
            Held::Locked(_) => Err(Failure::WindowLocked),
            Held::Open(person) => Ok(person),
        }
    }

    /// Gives the session to a person.
    pub(crate) fn begin(&self, person: PersonId, idle_minutes: u32, now: Timestamp) {
        *lock(&self.0.holder) = Some(Holder { person, locked: false, last_gesture: now, idle_minutes });
        self.tell(Event::Session);
    }

    /// Takes it back.
    pub(crate) fn end(&self) {
        if lock(&self.0.holder).take().is_some() {
            self.tell(Event::Session);
        }
    }

    /// Locks the window.
    pub(crate) fn lock(&self) {
        if let Some(holder) = lock(&self.0.holder).as_mut() {
            holder.locked = true;
        }
        self.tell(Event::Session);
    }

    /// Notes a gesture of the person (not when the window is locked: only the password opens it).
    pub(crate) fn gesture(&self, now: Timestamp) {
        if let Some(holder) = lock(&self.0.holder).as_mut().filter(|holder| !holder.locked) {
            holder.last_gesture = now;
        }
    }

    /// Sets after how many minutes it locks.
    pub(crate) fn set_idle_minutes(&self, minutes: u32) {
        if let Some(holder) = lock(&self.0.holder).as_mut() {
            holder.idle_minutes = minutes;
        }
    }

    pub(crate) fn tell(&self, event: Event) {
        lock(&self.0.untold).insert(number(event));
        self.0.told.notify_one();
    }

    pub(crate) fn events(&self) -> EventStream {
        EventStream(self.0.clone())
    }
}

const EVENTS: [Event; 5] = [Event::Session, Event::Rights, Event::Mailboxes, Event::People, Event::Dossiers];

fn number(event: Event) -> u8 {
    match event {
        Event::Session => 0,
        Event::Rights => 1,
        Event::Mailboxes => 2,
        Event::People => 3,
        Event::Dossiers => 4,
    }
}

/// What a window is told, in order of weight. One reader a session.
#[derive(Debug)]
pub struct EventStream(Arc<State>);

impl EventStream {
    /// Waits for the next event. Events of one kind that come meanwhile are one.
    pub async fn next(&mut self) -> Event {
        loop {
            let told = self.0.told.notified();
            let first = lock(&self.0.untold).pop_first();
            if let Some(event) = first.and_then(|first| EVENTS.get(usize::from(first)).copied()) {
                return event;
            }
            told.await;
        }
    }
}

/// All sessions of this program.
#[derive(Debug, Default)]
pub(crate) struct Sessions(Mutex<Vec<Weak<State>>>);

impl Sessions {
    pub(crate) fn open(&self) -> Session {
        let state = Arc::new(State::default());
        let mut all = lock(&self.0);
        all.retain(|one| one.strong_count() > 0);
        all.push(Arc::downgrade(&state));
        Session(state)
    }

    /// Every session that somebody holds, locked or not.
    pub(crate) fn held(&self, now: Timestamp) -> Vec<(PersonId, Session)> {
        let all = lock(&self.0);
        let sessions = all.iter().filter_map(Weak::upgrade).map(Session);
        sessions
            .filter_map(|session| match session.held(now) {
                Held::Free => None,
                Held::Locked(person) | Held::Open(person) => Some((person, session)),
            })
            .collect()
    }
}
