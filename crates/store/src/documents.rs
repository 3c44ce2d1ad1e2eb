//! Attached documents whose words are still to be read for the search. They are read after the message was stored, so that
//! no document can hold up what arrives.

use crate::{RawSource, Read, StoreError, Write, indexing, mailboxes, packing, sealed, text};
use bannette_api::DossierId;
use bannette_formats::Opened;
use bannette_rights::SystemAccess;
use sqlx::sqlite::SqliteConnection;

/// Where the reading of a dossier's documents stands, as a number in its column: done, or to be read. After that even
/// numbers are tries that were begun (2, 4, 6), odd ones tries that failed and wait for the next start (3, 5).
const DONE: i64 = 0;
const TO_READ: i64 = 1;
/// The last number of what is tried once more.
const LAST_WAITING: i64 = 5;
/// Given up: it cannot be read, or was tried three times.
const GIVEN_UP: i64 = 7;

/// The most dossiers that are tried once more in one start.
const MOST_LEFT: i64 = 10_000;

/// What became of reading a dossier's documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DocumentsRead {
    /// They were read.
    All,
    /// Some were not, by no fault of theirs: they are tried once more after the next start, three times in all.
    Left,
    /// Some cannot be read.
    Unreadable,
}

/// A dossier with documents to read, and the bytes they lie in.
#[derive(Clone)]
pub struct UnreadDocuments {
    /// Which dossier.
    pub dossier: DossierId,
    /// Where the bytes came from.
    pub source: RawSource,
    /// A file's name.
    pub name: String,
    /// Place of the report in its message.
    pub part: usize,
    /// The bytes received.
    pub bytes: Vec<u8>,
    /// What of them was opened.
    pub opened: Vec<Opened>,
}

/// Whether a dossier in this state has documents that the search does not find.
pub(crate) fn is_unsearched(state: i64) -> bool {
    state > TO_READ
}

/// How many come with a flag of documents to read.
pub(crate) fn state(has_documents: bool) -> i64 {
    if has_documents { TO_READ } else { DONE }
}

/// The words of a dossier's documents are to be read once more: those of its message were made anew, without them. What could
/// not be read stays given up.
pub(crate) async fn read_again(connection: &mut SqliteConnection, key: i64) -> Result<(), StoreError> {
    sqlx::query("update dossier set documents_read = $2 where key = $1 and documents_read = $3")
        .bind(key)
        .bind(TO_READ)
        .bind(DONE)
        .execute(connection)
        .await?;
    Ok(())
}

impl Read {
    /// The next dossier of this mailbox whose documents are to be read.
    ///
    /// # Errors
    /// What the database says; `Damaged` when the bytes kept are not those that came.
    pub async fn unread_documents(&mut self, proof: &SystemAccess) -> Result<Option<UnreadDocuments>, StoreError> {
        let mailbox = mailboxes::key_of(self.connection(), proof.mailbox()).await?;
        let key: Option<i64> = sqlx::query_scalar(
            "select d.key from dossier d
             where d.documents_read = 1 and exists (select 1 from placement p where p.dossier = d.key and p.mailbox = $1)
             order by d.key desc limit 1",
        )
        .bind(mailbox)
        .fetch_optional(self.connection())
        .await?;
        match key {
            Some(key) => self.documents_of(key).await,
            None => Ok(None),
        }
    }

    /// The dossiers of this mailbox whose documents were not read by a fault that is none of theirs, the newest first. All
    /// dossiers are looked through: to be asked once in a start.
    ///
    /// # Errors
    /// What the database says.
    pub async fn documents_left(&mut self, proof: &SystemAccess) -> Result<Vec<DossierId>, StoreError> {
        let mailbox = mailboxes::key_of(self.connection(), proof.mailbox()).await?;
        let ids: Vec<Vec<u8>> = sqlx::query_scalar(
            "select d.id from placement p join dossier d on d.key = p.dossier
             where p.mailbox = $1 and d.documents_read between 2 and $2 order by d.key desc limit $3",
        )
        .bind(mailbox)
        .bind(LAST_WAITING)
        .bind(MOST_LEFT)
        .fetch_all(self.connection())
        .await?;
        ids.iter().map(|id| Ok(DossierId(text::uuid(id)?))).collect()
    }

    /// One of [`Self::documents_left`], where it still is one.
    ///
    /// # Errors
    /// What the database says; `Damaged` when the bytes kept are not those that came.
    pub async fn documents_left_of(
        &mut self,
        proof: &SystemAccess,
        dossier: DossierId,
    ) -> Result<Option<UnreadDocuments>, StoreError> {
        let mailbox = mailboxes::key_of(self.connection(), proof.mailbox()).await?;
        let key: Option<i64> = sqlx::query_scalar(
            "select d.key from dossier d where d.id = $1 and d.documents_read between 2 and $2
             and exists (select 1 from placement p where p.dossier = d.key and p.mailbox = $3)",
        )
        .bind(dossier.0.into_bytes().to_vec())
        .bind(LAST_WAITING)
        .bind(mailbox)
        .fetch_optional(self.connection())
        .await?;
        match key {
            Some(key) => self.documents_of(key).await,
            None => Ok(None),
        }
    }

    async fn documents_of(&mut self, key: i64) -> Result<Option<UnreadDocuments>, StoreError> {
        type Row = (Vec<u8>, String, String, i64, i64, Vec<u8>, Vec<u8>, i64);
        let row: Option<Row> = sqlx::query_as(
            "select d.id, r.source, r.name, d.part, r.bytes, r.zstd, r.sha256, r.key
             from dossier d join raw_message r on r.key = d.raw where d.key = $1",
        )
        .bind(key)
        .fetch_optional(self.connection())
        .await?;
        let Some((id, source, name, part, size, packed, sha256, raw)) = row else { return Ok(None) };
        Ok(Some(UnreadDocuments {
            dossier: DossierId(text::uuid(&id)?),
            source: RawSource::of(&source),
            name,
            part: usize::try_from(part).unwrap_or(0),
            bytes: packing::unpack(&packed, size, &sha256)?,
            opened: sealed::opened_of(self.connection(), raw).await?,
        }))
    }
}

impl Write {
    /// Notes that the documents of a dossier of this mailbox are being read.
    ///
    /// # Errors
    /// What the database says.
    pub async fn begin_documents(&mut self, proof: &SystemAccess, dossier: DossierId) -> Result<(), StoreError> {
        // From a number that waits to the next one; from one that was begun, over which the program ended, to the one after.
        self.set_documents(proof, dossier, "documents_read + 2 - documents_read % 2").await.map(drop)
    }

    /// Gives a dossier of this mailbox other words to be found by, and notes what became of its documents.
    ///
    /// # Errors
    /// What the database says.
    pub async fn set_words(
        &mut self,
        proof: &SystemAccess,
        dossier: DossierId,
        words: &str,
        read: DocumentsRead,
    ) -> Result<(), StoreError> {
        let state = match read {
            DocumentsRead::All => DONE.to_string(),
            DocumentsRead::Left => format!("min(documents_read + 1, {GIVEN_UP})"),
            DocumentsRead::Unreadable => GIVEN_UP.to_string(),
        };
        let key = self.set_documents(proof, dossier, &state).await?;
        // Its contents left the tree while its documents were read: they leave no words behind.
        let removed: bool = sqlx::query_scalar("select removed_at <> 0 from dossier where key = $1")
            .bind(key)
            .fetch_one(self.connection())
            .await?;
        if removed { Ok(()) } else { indexing::replace(self.connection(), key, words).await }
    }

    /// `state` is an expression of this module's; what is done meanwhile (its contents left the tree) stays done.
    async fn set_documents(
        &mut self,
        proof: &SystemAccess,
        dossier: DossierId,
        state: &str,
    ) -> Result<i64, StoreError> {
        let mailbox = mailboxes::key_of(self.connection(), proof.mailbox()).await?;
        Ok(sqlx::query_scalar(sqlx::AssertSqlSafe(format!(
            "update dossier set documents_read = case documents_read when {DONE} then {DONE} else {state} end
             where id = $1 and exists (select 1 from placement p where p.dossier = dossier.key and p.mailbox = $2)
             returning key"
        )))
        .bind(dossier.0.into_bytes().to_vec())
        .bind(mailbox)
        .fetch_one(self.connection())
        .await?)
    }
}
