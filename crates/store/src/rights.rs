//! The facts from which rights are computed: people, groups, mailboxes, grants. They are read as a whole and kept until
//! the epoch moves; the epoch itself is read from the store at every check, so that a change made by another window or
//! another program counts at once.
//!
//! No right is decided here, and none in SQL: `bannette-rights` has the one function.

use crate::{Store, StoreError, text};
use bannette_api::sharing::{Grant, Grantee, Level};
use bannette_api::{GroupId, MailboxId, PersonId};
use bannette_rights::{Epoch, MailboxFacts, PersonFacts, Practice};
use sqlx::sqlite::SqliteConnection;
use std::collections::{BTreeMap, BTreeSet};
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

/// The facts as this snapshot has them; kept for the next one who asks.
pub(crate) async fn practice(store: &Store, connection: &mut SqliteConnection) -> Result<Arc<Practice>, StoreError> {
    let read = practice_in_change(store, connection).await?;
    *store.facts.lock().unwrap_or_else(PoisonError::into_inner) = Some(read.clone());
    Ok(read)
}

/// The facts as this change has them. They are not kept: if the change is not committed, the next one gets the same epoch,
/// and would be taken for this one.
pub(crate) async fn practice_in_change(
    store: &Store,
    connection: &mut SqliteConnection,
) -> Result<Arc<Practice>, StoreError> {
    let epoch = epoch(connection).await?;
    let kept = store.facts.lock().unwrap_or_else(PoisonError::into_inner).clone();
    match kept.filter(|kept| kept.epoch() == epoch) {
        Some(kept) => Ok(kept),
        None => Ok(Arc::new(load(epoch, connection).await?)),
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
    let mailboxes = mailboxes(connection).await?;
    Ok(Practice::new(epoch, people, mailboxes))
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
        sqlx::query_as("select key, id, owner, shared from mailbox").fetch_all(connection).await?;
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
    let to = match kind {
        "everyone" => Grantee::Everyone,
        "group" => Grantee::Group(GroupId(text::uuid(to)?)),
        "person" => Grantee::Person(PersonId(text::uuid(to)?)),
        _ => return Err(StoreError::Content("an unknown kind of grantee")),
    };
    let level: Level = text::named(level)?;
    Ok(Grant { to, level, begins: text::instant(begins), ends: text::instant(ends) })
}

/// The columns of a grantee.
pub(crate) fn grantee(to: &Grantee) -> (&'static str, Vec<u8>) {
    match to {
        Grantee::Everyone => ("everyone", Vec::new()),
        Grantee::Group(group) => ("group", group.0.into_bytes().to_vec()),
        Grantee::Person(person) => ("person", person.0.into_bytes().to_vec()),
    }
}
