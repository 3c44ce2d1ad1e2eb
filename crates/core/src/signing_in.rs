//! The practice's beginning, signing in and out, the window's lock, one's own password.

use crate::session::{Held, Session};
use crate::{Core, Handle, Opened, failures, fields, passwords};
use bannette_api::failure::{Field, Why};
use bannette_api::people::Me;
use bannette_api::session::{
    ChangePassword, CreatePractice, GetSituation, LockWindow, Password, SetIdleLock, SignIn, SignOut, Situation,
    StillHere, UnlockWindow,
};
use bannette_api::{Failure, PersonId, Timestamp};
use bannette_store::{Act, Author, Keys, NewPerson, PersonRecord, Store, StoreError};

/// Wrong passwords in a row before the account is locked.
const TRIES: u32 = 5;
/// First lock, in milliseconds; it doubles with each wrong password after it.
const FIRST_LOCK: i64 = 60_000;
const LONGEST_LOCK: i64 = 15 * 60_000;
/// Minutes before a window locks, until the person chooses.
pub(crate) const IDLE_MINUTES: u32 = 15;

impl Handle<GetSituation> for Core {
    async fn handle(&self, session: &Session, _call: GetSituation) -> Result<Situation, Failure> {
        let store = match self.store_tried_again().await {
            Ok(store) => store,
            Err(Failure::NoPractice) => return Ok(Situation::NoPractice),
            Err(Failure::Store { trouble }) => return Ok(Situation::Unopenable { trouble }),
            Err(other) => return Err(other),
        };
        let mut read = store.read().await.map_err(failures::of_store)?;
        let practice = read.practice_name().await.map_err(failures::of_store)?;
        let (person, locked) = match session.held(self.now()) {
            Held::Free => return Ok(Situation::SignedOut { practice }),
            Held::Locked(person) => (person, true),
            Held::Open(person) => (person, false),
        };
        let record = read.person(person).await.map_err(failures::of_store)?;
        let Some(record) = record.filter(|record| record.person.here() && record.person.suspended_since.is_none())
        else {
            session.end();
            return Ok(Situation::SignedOut { practice });
        };
        let me = record.me();
        Ok(if locked { Situation::Locked { practice, me } } else { Situation::SignedIn { practice, me } })
    }
}

impl Handle<CreatePractice> for Core {
    async fn handle(&self, session: &Session, call: CreatePractice) -> Result<Me, Failure> {
        let name = fields::line(Field::Practice, &call.practice, 120)?;
        let last_name = fields::line(Field::LastName, &call.last_name, 80)?;
        let first_name = fields::line(Field::FirstName, &call.first_name, 80)?;
        let login = fields::login(&call.login)?;
        passwords::check(&call.password, &login)?;
        let mut practice = self.0.practice.write().await;
        match &*practice {
            Opened::Practice(_) => return Err(Failure::PracticeExists),
            Opened::Unopenable { trouble, .. } => return Err(Failure::Store { trouble: *trouble }),
            Opened::None => {}
        }
        let first = NewPerson {
            id: PersonId(uuid::Uuid::now_v7()),
            login,
            title: call.title,
            first_name,
            last_name,
            role: call.role,
            rpps: None,
            administrator: true,
            password: passwords::hash(call.password).await?,
            password_must_change: false,
            idle_minutes: IDLE_MINUTES,
        };
        let store = self.new_store().await?;
        let now = self.now();
        let mut write = store.write().await.map_err(failures::of_store)?;
        write.create_practice(uuid::Uuid::now_v7(), &name, &first, now).await.map_err(failures::of_store)?;
        let author = Author::Person(first.id);
        write.record(author, now, &Act::PracticeCreated);
        write.record(author, now, &Act::PersonAdded { person: first.id, administrator: true });
        write.record(author, now, &Act::SignedIn { person: first.id });
        write.commit().await.map_err(failures::of_store)?;
        let mut read = store.read().await.map_err(failures::of_store)?;
        let record = read.person(first.id).await.map_err(failures::of_store)?.ok_or(Failure::NotFound)?;
        drop(read);
        *practice = Opened::Practice(store);
        session.begin(first.id, IDLE_MINUTES, now);
        Ok(record.me())
    }
}

impl Core {
    /// An empty store: a new one, or the one of a creation that was cut off.
    async fn new_store(&self) -> Result<Store, Failure> {
        let place = &self.0.place;
        let keys = match Keys::load_in_time(&place.key, &place.data).await {
            Ok(keys) => Ok(keys),
            Err(StoreError::Trouble(bannette_api::failure::StoreTrouble::NoKey)) => {
                std::fs::create_dir_all(&place.data).map_err(|error| failures::of_store(error.into()))?;
                Keys::create_in_time(&place.key, &place.data).await
            }
            Err(error) => Err(error),
        };
        let keys = keys.map_err(failures::of_store)?;
        let made = if Store::exists(&place.data) {
            Store::open(&place.data, keys, &place.post).await
        } else {
            Store::create(&place.data, keys, &place.post).await
        };
        made.map_err(failures::of_store)
    }

    /// Checks a password, counts the wrong ones, locks the account when there are too many.
    async fn identify(&self, record: Option<PersonRecord>, password: Password) -> Result<PersonRecord, Failure> {
        let now = self.now();
        // Whoever left the practice is as unknown to it as a login that never was.
        let record = record.filter(|record| record.person.here());
        if let Some(until) = record.as_ref().and_then(|record| record.locked_until).filter(|until| *until > now) {
            return Err(Failure::AccountLocked { until });
        }
        let hash = record.as_ref().map(|record| record.password.clone());
        let good = passwords::matches(password, hash).await?;
        let Some(record) = record else { return Err(Failure::WrongCredentials { tries_left: None }) };
        if !good {
            return Err(self.count_failure(record.person.id).await?);
        }
        if record.person.suspended_since.is_some() {
            return Err(Failure::Suspended);
        }
        Ok(record)
    }

    /// This person, by their password; wrong tries count as at the login.
    pub(crate) async fn confirmed(&self, me: PersonId, password: Option<Password>) -> Result<PersonRecord, Failure> {
        let Some(password) = password.filter(|password| !password.0.is_empty()) else {
            return fields::invalid(Field::CurrentPassword, Why::Empty);
        };
        let mut read = self.store().await?.read().await.map_err(failures::of_store)?;
        let record = read.person(me).await.map_err(failures::of_store)?;
        drop(read);
        match self.identify(record, password).await {
            Err(Failure::WrongCredentials { .. }) => fields::invalid(Field::CurrentPassword, Why::Unknown),
            other => other,
        }
    }

    /// Counts a wrong password, inside one change, so that tries made at once all count.
    async fn count_failure(&self, person: PersonId) -> Result<Failure, Failure> {
        let store = self.store().await?;
        let now = self.now();
        let mut write = store.write().await.map_err(failures::of_store)?;
        let record = write.person(person).await.map_err(failures::of_store)?.ok_or(Failure::NotFound)?;
        let failed = record.failures.saturating_add(1);
        let locked_until = (failed >= TRIES).then(|| now.plus(lock_time(failed - TRIES)));
        write.set_failures(person, failed, locked_until).await.map_err(failures::of_store)?;
        let act = Act::SignInRefused { person, locked: locked_until.is_some() };
        write.record(Author::Person(person), now, &act);
        write.commit().await.map_err(failures::of_store)?;
        Ok(match locked_until {
            Some(until) => Failure::AccountLocked { until },
            None => Failure::WrongCredentials { tries_left: Some(TRIES - failed).filter(|left| *left <= 2) },
        })
    }

    async fn welcome(&self, session: &Session, record: &PersonRecord) -> Result<Me, Failure> {
        let store = self.store().await?;
        let now = self.now();
        let person = record.person.id;
        let mut write = store.write().await.map_err(failures::of_store)?;
        write.set_failures(person, 0, None).await.map_err(failures::of_store)?;
        write.record(Author::Person(person), now, &Act::SignedIn { person });
        write.commit().await.map_err(failures::of_store)?;
        session.begin(person, record.idle_minutes, now);
        Ok(record.me())
    }
}

/// How long an account stays locked after that many wrong passwords beyond the first lock.
fn lock_time(beyond: u32) -> i64 {
    FIRST_LOCK.checked_shl(beyond.min(10)).unwrap_or(LONGEST_LOCK).min(LONGEST_LOCK)
}

impl Handle<SignIn> for Core {
    async fn handle(&self, session: &Session, call: SignIn) -> Result<Me, Failure> {
        let store = self.store().await?;
        let mut read = store.read().await.map_err(failures::of_store)?;
        let record = read.person_by_login(call.login.trim()).await.map_err(failures::of_store)?;
        drop(read);
        let record = self.identify(record, call.password).await?;
        self.welcome(session, &record).await
    }
}

impl Handle<SignOut> for Core {
    async fn handle(&self, session: &Session, _call: SignOut) -> Result<(), Failure> {
        session.end();
        Ok(())
    }
}

impl Handle<LockWindow> for Core {
    async fn handle(&self, session: &Session, _call: LockWindow) -> Result<(), Failure> {
        session.lock();
        Ok(())
    }
}

impl Handle<UnlockWindow> for Core {
    async fn handle(&self, session: &Session, call: UnlockWindow) -> Result<Me, Failure> {
        let person = match session.held(self.now()) {
            Held::Free => return Err(Failure::NotSignedIn),
            Held::Locked(person) | Held::Open(person) => person,
        };
        let store = self.store().await?;
        let mut read = store.read().await.map_err(failures::of_store)?;
        let record = read.person(person).await.map_err(failures::of_store)?;
        drop(read);
        let record = self.identify(record, call.password).await?;
        self.welcome(session, &record).await
    }
}

impl Handle<ChangePassword> for Core {
    async fn handle(&self, session: &Session, call: ChangePassword) -> Result<Me, Failure> {
        // Not `reading`: it refuses whoever must change the password, and this is how they do.
        let me = session.person(self.now())?;
        let store = self.store().await?;
        let record = self.confirmed(me, Some(call.current.clone())).await?;
        passwords::check(&call.new, &record.person.login)?;
        if call.new == call.current {
            return fields::invalid(Field::Password, Why::Taken);
        }
        let hash = passwords::hash(call.new).await?;
        let mut write = store.write().await.map_err(failures::of_store)?;
        write.set_own_password(me, &hash).await.map_err(failures::of_store)?;
        write.record(Author::Person(me), self.now(), &Act::PasswordChanged { person: me });
        write.commit().await.map_err(failures::of_store)?;
        Ok(Me { password_must_change: false, ..record.me() })
    }
}

impl Handle<SetIdleLock> for Core {
    async fn handle(&self, session: &Session, call: SetIdleLock) -> Result<Me, Failure> {
        let minutes = fields::between(Field::IdleMinutes, call.minutes, 1, 120)?;
        let (me, mut read) = self.reading(session).await?;
        let record = read.person(me).await.map_err(failures::of_store)?.ok_or(Failure::NotSignedIn)?;
        drop(read);
        let mut write = self.store().await?.write().await.map_err(failures::of_store)?;
        write.set_idle_minutes(me, minutes).await.map_err(failures::of_store)?;
        write.record(Author::Person(me), self.now(), &Act::IdleLockSet { person: me, minutes });
        write.commit().await.map_err(failures::of_store)?;
        session.set_idle_minutes(minutes);
        Ok(Me { idle_minutes: minutes, ..record.me() })
    }
}

impl Handle<StillHere> for Core {
    async fn handle(&self, session: &Session, _call: StillHere) -> Result<(), Failure> {
        let now: Timestamp = self.now();
        session.person(now)?;
        session.gesture(now);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locks_double_up_to_a_quarter_of_an_hour() {
        assert_eq!([0, 1, 2, 3, 4, 400].map(lock_time), [60_000, 120_000, 240_000, 480_000, 900_000, 900_000]);
    }
}
