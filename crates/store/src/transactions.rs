//! The two ways to the store: [`Read`], a snapshot on a connection that cannot write, and [`Write`], the one writer's
//! transaction, which commits a change only together with its acts in the journal.

use crate::journal::Draft;
use crate::{Act, Author, Store, StoreError, Under, journal, notices, rights};
use bannette_api::{PersonId, Timestamp};
use bannette_rights::{Epoch, Practice, Rights};
use sqlx::sqlite::SqliteConnection;
use sqlx::{SqlSafeStr as _, Sqlite, Transaction};
use std::sync::{Arc, PoisonError};

/// A snapshot of the store.
#[derive(Debug)]
pub struct Read {
    pub(crate) tx: Transaction<'static, Sqlite>,
    store: Store,
}

/// A change of the store: all or nothing, with its acts.
#[derive(Debug)]
pub struct Write {
    pub(crate) tx: Transaction<'static, Sqlite>,
    store: Store,
    /// The facts of all rights before this change; none where there is no practice yet.
    pub(crate) before: Option<Arc<Practice>>,
    pub(crate) drafts: Vec<Draft>,
    /// Bytes of messages in it.
    pub(crate) bytes: usize,
}

impl Store {
    /// Begins a snapshot.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn read(&self) -> Result<Read, StoreError> {
        Ok(Read { tx: self.readers.begin().await?, store: self.clone() })
    }

    /// All rights of the practice as they are now, for whoever asks for somebody else's (whom to tell, when the next right
    /// begins or ends). They are to be asked at [`Store::moment`]. One statement, no transaction: no content may be given on
    /// its word alone.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn practice_rights(&self) -> Result<Arc<Practice>, StoreError> {
        let mut connection = self.readers.acquire().await?;
        rights::practice(self, &mut connection).await
    }

    /// Begins a change; waits for the one that is under way.
    ///
    /// # Errors
    /// When the database does not answer, or another program writes for too long.
    pub async fn write(&self) -> Result<Write, StoreError> {
        let mut tx = self.writer.begin_with("begin immediate".into_sql_str()).await?;
        let before = rights::at_begin(self, &mut tx).await?;
        Ok(Write { tx, store: self.clone(), before, drafts: Vec::new(), bytes: 0 })
    }
}

impl Read {
    pub(crate) fn connection(&mut self) -> &mut SqliteConnection {
        &mut self.tx
    }

    /// The rights of a person at `now` (never earlier than the latest time seen), as this snapshot has them.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn rights_of(&mut self, person: PersonId, now: Timestamp) -> Result<Rights, StoreError> {
        let facts = rights::practice(&self.store, &mut self.tx).await?;
        Ok(facts.rights_of(person, self.store.moment(now)))
    }

    /// A mark that moves with every change: the number of the state of all rights, and of entries in the journal. It tells
    /// what other windows and other programs did.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn change_mark(&mut self) -> Result<(u64, u64), StoreError> {
        let (epoch, entries): (i64, i64) =
            sqlx::query_as("select epoch, coalesce((select entries from journal_head), 0) from practice")
                .fetch_one(self.connection())
                .await?;
        Ok((crate::text::count(epoch), crate::text::count(entries)))
    }

    pub(crate) fn store(&self) -> &Store {
        &self.store
    }
}

impl Write {
    pub(crate) fn connection(&mut self) -> &mut SqliteConnection {
        &mut self.tx
    }

    /// The rights of a person at `now` (never earlier than the latest time seen), as they are inside this change.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn rights_of(&mut self, person: PersonId, now: Timestamp) -> Result<Rights, StoreError> {
        let facts = rights::inside(self.before.as_ref(), &mut self.tx).await?;
        Ok(facts.rights_of(person, self.store.moment(now)))
    }

    /// Refuses a proof that was made before the last change of any right.
    pub(crate) async fn fresh(&mut self, epoch: Epoch) -> Result<(), StoreError> {
        if rights::epoch(&mut self.tx).await? == epoch { Ok(()) } else { Err(StoreError::Stale) }
    }

    /// Notes an act for the journal; it is written with the change.
    pub fn record(&mut self, author: Author, at: Timestamp, act: &Act) {
        self.record_under(author, at, act, Vec::new());
    }

    /// As [`Write::record`], with the mailboxes under whose right it was done: the act stands in their histories.
    pub fn record_under(&mut self, author: Author, at: Timestamp, act: &Act, under: Vec<Under>) {
        self.drafts.push(Draft::new(author, at, &self.store.post, act, under));
    }

    /// Commits the change and its acts. Where it changed somebody's right, that person is told of it in the same commit,
    /// and the act stands in the histories of the mailboxes concerned: whoever changes rights need not think of it.
    ///
    /// # Errors
    /// [`StoreError::Unjournaled`] when no act was recorded; else what the database says. Nothing is changed then.
    pub async fn commit(mut self) -> Result<(), StoreError> {
        if self.drafts.is_empty() {
            return Err(StoreError::Unjournaled);
        }
        let after = notices::settle(&mut self).await?;
        journal::append(&mut self.tx, self.store.keys.journal(), &self.drafts).await?;
        if let Some(at) = self.drafts.iter().map(|draft| draft.at).max() {
            rights::keep_time(&self.store, &mut self.tx, Timestamp(at)).await?;
        }
        let store = self.store.clone();
        self.end().await?;
        if let Some(after) = after {
            *store.facts.lock().unwrap_or_else(PoisonError::into_inner) = Some(after);
        }
        Ok(())
    }

    pub(crate) fn post(&self) -> &str {
        &self.store.post
    }

    /// Commits marks of progress (the last success of a mailbox, the place in its UIDs): no act of anybody.
    ///
    /// # Errors
    /// What the database says.
    pub async fn commit_progress(self) -> Result<(), StoreError> {
        self.end().await
    }

    async fn end(self) -> Result<(), StoreError> {
        let Self { tx, store, bytes, .. } = self;
        tx.commit().await?;
        store.checkpoints.committed(bytes);
        Ok(())
    }
}
