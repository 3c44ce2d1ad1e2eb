//! Attached documents whose words are still to be read for the search. They are read after the message was stored, so that
//! no document can hold up what arrives.

use crate::{RawSource, Read, StoreError, Write, mailboxes, packing, sealed, text};
use bannette_api::DossierId;
use bannette_formats::Opened;
use bannette_rights::SystemAccess;
use sqlx::sqlite::SqliteConnection;

/// Where the reading of a dossier's documents stands, as a number in its column.
const TO_READ: i64 = 1;
/// Begun: should the program end over it, it is not tried again.
const BEGUN: i64 = 2;
const DONE: i64 = 0;

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

/// How many come with a flag of documents to read.
pub(crate) fn state(has_documents: bool) -> i64 {
    if has_documents { TO_READ } else { DONE }
}

/// Gives a dossier other words to be found by.
pub(crate) async fn replace_words(connection: &mut SqliteConnection, key: i64, words: &str) -> Result<(), StoreError> {
    sqlx::query("delete from dossier_text where rowid = $1").bind(key).execute(&mut *connection).await?;
    sqlx::query("insert into dossier_text(rowid, words) values ($1, $2)")
        .bind(key)
        .bind(words)
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
        type Row = (Vec<u8>, String, String, i64, i64, Vec<u8>, Vec<u8>, i64);
        let mailbox = mailboxes::key_of(self.connection(), proof.mailbox()).await?;
        let row: Option<Row> = sqlx::query_as(
            "select d.id, r.source, r.name, d.part, r.bytes, r.zstd, r.sha256, r.key
             from dossier d join raw_message r on r.key = d.raw
             where d.documents_read = 1 and exists (select 1 from placement p where p.dossier = d.key and p.mailbox = $1)
             order by d.key desc limit 1",
        )
        .bind(mailbox)
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
        self.set_documents(proof, dossier, BEGUN).await.map(drop)
    }

    /// Gives a dossier of this mailbox other words to be found by.
    ///
    /// # Errors
    /// What the database says.
    pub async fn set_words(&mut self, proof: &SystemAccess, dossier: DossierId, words: &str) -> Result<(), StoreError> {
        let key = self.set_documents(proof, dossier, DONE).await?;
        // Its contents left the tree while its documents were read: they leave no words behind.
        let removed: bool = sqlx::query_scalar("select removed_at <> 0 from dossier where key = $1")
            .bind(key)
            .fetch_one(self.connection())
            .await?;
        if removed { Ok(()) } else { replace_words(self.connection(), key, words).await }
    }

    async fn set_documents(&mut self, proof: &SystemAccess, dossier: DossierId, state: i64) -> Result<i64, StoreError> {
        let mailbox = mailboxes::key_of(self.connection(), proof.mailbox()).await?;
        Ok(sqlx::query_scalar(
            "update dossier set documents_read = $3
             where id = $1 and exists (select 1 from placement p where p.dossier = dossier.key and p.mailbox = $2)
             returning key",
        )
        .bind(dossier.0.into_bytes().to_vec())
        .bind(mailbox)
        .bind(state)
        .fetch_one(self.connection())
        .await?)
    }
}
