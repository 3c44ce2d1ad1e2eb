//! Copies that lie on a server still, compared with what is kept: only what is whole here may be deleted there.

use crate::{Act, Author, Read, StoreError, Write, mailboxes, numbering, packing, text};
use bannette_api::Timestamp;
use bannette_rights::SystemAccess;
use sqlx::{QueryBuilder, Sqlite};

/// What became of the comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CopyState {
    /// It was read back, deciphered, decompressed, and has the hash of what came.
    Whole,
    /// It is not what came.
    Differs,
    /// Its bytes left with the last tree that held them.
    Removed,
}

/// A message that the server has still, as far as is known here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Copy {
    /// Its UID on the server.
    pub uid: u32,
    /// How many bytes came.
    pub bytes: u64,
    /// When.
    pub at: Timestamp,
    /// How the kept copy compares.
    pub state: CopyState,
}

impl Read {
    /// The next messages after a UID that lie on the server still, each with its copy read back and compared now.
    ///
    /// # Errors
    /// What the database says.
    pub async fn copies_on_server(
        &mut self,
        proof: &SystemAccess,
        uid_validity: u32,
        after: u32,
        at_most: u32,
    ) -> Result<Vec<Copy>, StoreError> {
        type Row = (i64, i64, i64, Vec<u8>, i64, bool);
        let mailbox = mailboxes::key_of(self.connection(), proof.mailbox()).await?;
        let rows: Vec<Row> = sqlx::query_as(
            "select r.key, d.uid, d.at, r.sha256, r.bytes, r.purged_at <> 0
             from delivery d join raw_message r on r.key = d.raw
             where d.mailbox = $1 and d.uid_validity = $2 and d.uid > $3 and d.state = 0 order by d.uid limit $4",
        )
        .bind(mailbox)
        .bind(uid_validity)
        .bind(after)
        .bind(at_most)
        .fetch_all(self.connection())
        .await?;
        let mut compared = Vec::with_capacity(rows.len());
        for (key, uid, at, sha256, bytes, removed) in rows {
            let state = if removed { CopyState::Removed } else { self.compare(key, bytes, sha256).await? };
            if state == CopyState::Differs {
                tracing::error!(uid, "a kept copy does not match its hash: it stays on the server");
            }
            compared.push(Copy { uid: text::small(uid), bytes: text::count(bytes), at: Timestamp(at), state });
        }
        Ok(compared)
    }

    /// Reads one back: a hundred large ones at once would not fit the memory.
    async fn compare(&mut self, key: i64, bytes: i64, sha256: Vec<u8>) -> Result<CopyState, StoreError> {
        let packed: Vec<u8> = sqlx::query_scalar("select zstd from raw_message where key = $1")
            .bind(key)
            .fetch_one(self.connection())
            .await?;
        let whole = move || packing::unpack(&packed, bytes, &sha256).is_ok();
        // Large ones take their time, which others need.
        let whole = tokio::task::spawn_blocking(whole).await.unwrap_or(false);
        Ok(if whole { CopyState::Whole } else { CopyState::Differs })
    }

    /// How many messages were taken in under a numbering that the server has given up: whether they lie there is not known.
    /// Those of a server that the mailbox has left do not lie there.
    ///
    /// # Errors
    /// What the database says.
    pub async fn copies_numbered_before(&mut self, proof: &SystemAccess, uid_validity: u32) -> Result<u64, StoreError> {
        // What came again under the new numbering is counted there.
        let count: i64 = sqlx::query_scalar(
            "select count(distinct d.raw) from delivery d where d.state = 0 and d.uid_validity not in (0, $2) and d.uid_validity < $3
                 and d.mailbox = (select key from mailbox where id = $1)
                 and not exists (select 1 from delivery e
                     where e.raw = d.raw and e.mailbox = d.mailbox and e.uid_validity = $2)",
        )
        .bind(proof.mailbox().0.into_bytes().to_vec())
        .bind(uid_validity)
        .bind(numbering::LEFT)
        .fetch_one(self.connection())
        .await?;
        Ok(text::count(count))
    }

    /// When the server last refused to delete.
    ///
    /// # Errors
    /// What the database says.
    pub async fn deletion_refused(&mut self, proof: &SystemAccess) -> Result<Option<Timestamp>, StoreError> {
        let at: i64 = sqlx::query_scalar("select deletion_refused_at from mailbox where id = $1")
            .bind(proof.mailbox().0.into_bytes().to_vec())
            .fetch_one(self.connection())
            .await?;
        Ok(text::instant(at))
    }
}

impl Write {
    /// Notes that copies are gone from the server: the act names each UID.
    ///
    /// # Errors
    /// What the database says.
    pub async fn mark_removed(
        &mut self,
        proof: &SystemAccess,
        uid_validity: u32,
        uids: &[u32],
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let mailbox = mailboxes::key_of(self.connection(), proof.mailbox()).await?;
        for some in uids.chunks(500) {
            let mut query: QueryBuilder<Sqlite> = QueryBuilder::new("update delivery set state = 1 where mailbox = ");
            query.push_bind(mailbox).push(" and uid_validity = ").push_bind(uid_validity).push(" and uid in (");
            let mut list = query.separated(", ");
            for uid in some {
                list.push_bind(*uid);
            }
            query.push(")").build().execute(self.connection()).await?;
        }
        self.set_deletion_refused(proof, None).await?;
        let act = Act::RemovedFromServer { mailbox: proof.mailbox(), uid_validity, uids: uids.to_vec() };
        self.record(Author::Program, at, &act);
        Ok(())
    }

    /// Notes that the server refused to delete, or that it does not any more.
    ///
    /// # Errors
    /// What the database says.
    pub async fn set_deletion_refused(
        &mut self,
        proof: &SystemAccess,
        at: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        sqlx::query("update mailbox set deletion_refused_at = $2 where id = $1")
            .bind(proof.mailbox().0.into_bytes().to_vec())
            .bind(at.map_or(0, |at| at.0))
            .execute(self.connection())
            .await?;
        Ok(())
    }
}
