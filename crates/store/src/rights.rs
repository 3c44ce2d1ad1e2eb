//! The facts from which rights are computed: people, groups, mailboxes, grants. They are read as a whole and kept until
//! the epoch moves; the epoch itself is read from the store at every check, so that a change made by another window or
//! another program counts at once.
//!
//! No right is decided here, and none in SQL: `bannette-rights` has the one function. The moment at which it is asked is
//! given here, since it never goes back: the latest time that the practice has seen is kept, so that a right that has ended
//! stays ended when the clock of this post goes back.

use crate::{Store, StoreError, text};
use bannette_api::sharing::{Grant, Grantee, Level};
use bannette_api::{GroupId, MailboxId, PersonId, Timestamp};
use bannette_rights::{BrokenGlass, Epoch, MailboxFacts, PersonFacts, Practice};
use sqlx::sqlite::SqliteConnection;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};

/// The number of the state of all rights.
pub(crate) async fn epoch(connection: &mut SqliteConnection) -> Result<Epoch, StoreError> {
    let epoch: i64 = sqlx::query_scalar("select epoch from practice").fetch_one(connection).await?;
    Ok(Epoch(text::count(epoch)))
}

/// Adds one to the epoch: every proof made before is stale.
pub(crate) async fn next_epoch(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    sqlx::query("update practice set epoch = epoch + 1").execute(connection).await?;
    Ok(())
}

impl Store {
    /// The moment at which rights are computed at `now`: no earlier than any time that this program has seen, nor than the
    /// latest that the practice had seen when its rights were last read.
    #[must_use]
    pub fn moment(&self, now: Timestamp) -> Timestamp {
        Timestamp(self.latest.fetch_max(now.0, Ordering::Relaxed).max(now.0))
    }

    /// Keeps `now` as the latest time seen, unless a later one is known.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn keep_time(&self, now: Timestamp) -> Result<(), StoreError> {
        let mut write = self.write().await?;
        keep_time(self, write.connection(), now).await?;
        write.commit_progress().await
    }
}

/// Keeps the latest time seen, inside a change.
pub(crate) async fn keep_time(
    store: &Store,
    connection: &mut SqliteConnection,
    now: Timestamp,
) -> Result<(), StoreError> {
    let latest = store.moment(now);
    sqlx::query("update practice set latest = $1 where latest < $1").bind(latest.0).execute(connection).await?;
    Ok(())
}

/// The facts as this transaction has them.
pub(crate) async fn practice(store: &Store, connection: &mut SqliteConnection) -> Result<Arc<Practice>, StoreError> {
    let (epoch, latest): (i64, i64) =
        sqlx::query_as("select epoch, latest from practice").fetch_one(&mut *connection).await?;
    let epoch = Epoch(text::count(epoch));
    store.latest.fetch_max(latest, Ordering::Relaxed);
    let kept = store.facts.lock().unwrap_or_else(PoisonError::into_inner).clone();
    if let Some(kept) = kept
        && kept.epoch() == epoch
    {
        return Ok(kept);
    }
    let read = Arc::new(load(epoch, connection).await?);
    *store.facts.lock().unwrap_or_else(PoisonError::into_inner) = Some(read.clone());
    Ok(read)
}

/// The facts before a change begins; none in a store that has no practice yet.
pub(crate) async fn at_begin(
    store: &Store,
    connection: &mut SqliteConnection,
) -> Result<Option<Arc<Practice>>, StoreError> {
    match practice(store, connection).await {
        Ok(facts) => Ok(Some(facts)),
        Err(StoreError::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The facts inside a change that began with `before`. Those that the change made are not kept: it may still be undone,
/// and another change would then give the same number to other facts.
pub(crate) async fn inside(
    before: Option<&Arc<Practice>>,
    connection: &mut SqliteConnection,
) -> Result<Arc<Practice>, StoreError> {
    let epoch = epoch(connection).await?;
    match before {
        Some(before) if before.epoch() == epoch => Ok(Arc::clone(before)),
        _ => Ok(Arc::new(load(epoch, connection).await?)),
    }
}

async fn load(epoch: Epoch, connection: &mut SqliteConnection) -> Result<Practice, StoreError> {
    let mut groups: BTreeMap<Vec<u8>, BTreeSet<GroupId>> = BTreeMap::new();
    let members: Vec<(Vec<u8>, Vec<u8>)> =
        sqlx::query_as("select person_id, group_id from group_member").fetch_all(&mut *connection).await?;
    for (person, group) in members {
        groups.entry(person).or_default().insert(GroupId(text::uuid(&group)?));
    }
    // Whoever departed has, like whoever is suspended, no right at all.
    let rows: Vec<(Vec<u8>, bool, bool, String)> =
        sqlx::query_as("select id, suspended_since <> 0 or departed_at <> 0, administrator, role from person")
            .fetch_all(&mut *connection)
            .await?;
    let mut people = Vec::with_capacity(rows.len());
    for (id, suspended, administrator, role) in rows {
        people.push(PersonFacts {
            id: PersonId(text::uuid(&id)?),
            suspended,
            administrator,
            role: text::named(&role)?,
            groups: groups.remove(&id).unwrap_or_default(),
        });
    }
    let mailboxes = mailboxes(&mut *connection).await?;
    Ok(Practice::new(epoch, people, mailboxes).with_broken_glass(glass(connection).await?))
}

async fn glass(connection: &mut SqliteConnection) -> Result<Vec<BrokenGlass>, StoreError> {
    let rows: Vec<(Vec<u8>, Vec<u8>, i64, i64)> = sqlx::query_as(
        "select m.id, g.person, g.begins, g.ends from broken_glass g join mailbox m on m.key = g.mailbox
         where m.gone_at = 0",
    )
    .fetch_all(connection)
    .await?;
    let facts = rows.into_iter().map(|(mailbox, person, begins, ends)| {
        Ok(BrokenGlass {
            mailbox: MailboxId(text::uuid(&mailbox)?),
            person: PersonId(text::uuid(&person)?),
            begins: Timestamp(begins),
            ends: Timestamp(ends),
        })
    });
    facts.collect()
}

async fn mailboxes(connection: &mut SqliteConnection) -> Result<Vec<MailboxFacts>, StoreError> {
    let mut grants: BTreeMap<i64, Vec<Grant>> = BTreeMap::new();
    let rows: Vec<(i64, String, Vec<u8>, String, i64, i64)> =
        sqlx::query_as("select mailbox, to_kind, to_id, level, begins, ends from share_grant")
            .fetch_all(&mut *connection)
            .await?;
    for (mailbox, kind, to, level, begins, ends) in rows {
        grants.entry(mailbox).or_default().push(grant(&kind, &to, &level, begins, ends)?);
    }
    let rows: Vec<(i64, Vec<u8>, Vec<u8>, bool)> =
        sqlx::query_as("select key, id, owner, shared from mailbox where gone_at = 0").fetch_all(connection).await?;
    let facts = rows.into_iter().map(|(key, id, owner, shared)| {
        Ok(MailboxFacts {
            id: MailboxId(text::uuid(&id)?),
            owner: PersonId(text::uuid(&owner)?),
            shared,
            grants: grants.remove(&key).unwrap_or_default(),
        })
    });
    facts.collect()
}

/// A grant from its columns.
pub(crate) fn grant(kind: &str, to: &[u8], level: &str, begins: i64, ends: i64) -> Result<Grant, StoreError> {
    let to = grantee_of(kind, to)?;
    let level: Level = text::named(level)?;
    Ok(Grant { to, level, begins: text::instant(begins), ends: text::instant(ends) })
}

/// A grantee from its columns.
pub(crate) fn grantee_of(kind: &str, to: &[u8]) -> Result<Grantee, StoreError> {
    match kind {
        "everyone" => Ok(Grantee::Everyone),
        "group" => Ok(Grantee::Group(GroupId(text::uuid(to)?))),
        "person" => Ok(Grantee::Person(PersonId(text::uuid(to)?))),
        _ => Err(StoreError::Content("an unknown kind of grantee")),
    }
}

/// The columns of a grantee.
pub(crate) fn grantee(to: &Grantee) -> (&'static str, Vec<u8>) {
    match to {
        Grantee::Everyone => ("everyone", Vec::new()),
        Grantee::Group(group) => ("group", group.0.into_bytes().to_vec()),
        Grantee::Person(person) => ("person", person.0.into_bytes().to_vec()),
    }
}
