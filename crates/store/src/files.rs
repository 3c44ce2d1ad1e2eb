//! The files of a watched folder: what is known of their bytes here.

use crate::{Read, StoreError, Write, mailboxes, packing};
use bannette_rights::SystemAccess;
use sqlx::{QueryBuilder, Sqlite};

impl Read {
    /// Whether these bytes came into this mailbox and are kept whole: read back, deciphered, decompressed, compared.
    ///
    /// # Errors
    /// What the database says.
    pub async fn is_kept(&mut self, proof: &SystemAccess, sha256: &[u8; 32]) -> Result<bool, StoreError> {
        let mailbox = mailboxes::key_of(self.connection(), proof.mailbox()).await?;
        let row: Option<(i64, Vec<u8>)> = sqlx::query_as(
            "select r.bytes, r.zstd from raw_message r
             where r.sha256 = $1 and exists (select 1 from delivery d where d.raw = r.key and d.mailbox = $2)",
        )
        .bind(sha256.to_vec())
        .bind(mailbox)
        .fetch_optional(self.connection())
        .await?;
        let Some((bytes, packed)) = row else { return Ok(false) };
        let whole = packing::unpack(&packed, bytes, sha256).is_ok();
        if !whole {
            tracing::error!(bytes, "a kept copy does not match its hash: its file stays where it is");
        }
        Ok(whole)
    }
}

impl Write {
    /// Notes that the files of these bytes are gone from the folder.
    ///
    /// # Errors
    /// What the database says.
    pub async fn mark_put_away(&mut self, proof: &SystemAccess, gone: &[[u8; 32]]) -> Result<(), StoreError> {
        let mailbox = mailboxes::key_of(self.connection(), proof.mailbox()).await?;
        let mut query: QueryBuilder<Sqlite> = QueryBuilder::new("update delivery set state = 1 where mailbox = ");
        query.push_bind(mailbox).push(" and raw in (select key from raw_message where sha256 in (");
        let mut list = query.separated(", ");
        for sha256 in gone {
            list.push_bind(sha256.to_vec());
        }
        query.push("))").build().execute(self.connection()).await?;
        Ok(())
    }
}
