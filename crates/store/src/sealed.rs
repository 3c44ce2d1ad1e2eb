//! Messages that came encrypted: which still are, what was tried, the clear bytes of those that were opened.

use crate::{RawSource, Read, StoreError, Write, mailboxes, packing, reach, text};
use bannette_api::connection::OpeningFault;
use bannette_api::{DossierId, Timestamp};
use bannette_formats::Opened;
use bannette_rights::{Access, Read as ReadRight, Right, SystemAccess};
use sqlx::sqlite::SqliteConnection;
use std::collections::BTreeMap;

/// Tries for one message before it waits for a change or a person.
pub const TRIES: u32 = 3;

/// A message of which something is still encrypted.
#[derive(Clone)]
pub struct SealedMessage {
    /// SHA-256 of the bytes received.
    pub sha256: [u8; 32],
    /// Where they came from.
    pub source: RawSource,
    /// A file's name.
    pub name: String,
    /// The bytes received.
    pub bytes: Vec<u8>,
    /// What of it was opened already.
    pub opened: Vec<Opened>,
}

/// What is still encrypted in a mailbox.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StillSealed {
    /// How many messages.
    pub messages: u64,
    /// Why the last try failed; none: nothing was tried.
    pub why: Option<OpeningFault>,
}

/// What was opened of messages, by their key.
pub(crate) async fn opened(
    connection: &mut SqliteConnection,
    raws: &[i64],
) -> Result<BTreeMap<i64, Vec<Opened>>, StoreError> {
    type Row = (i64, i64, i64, Vec<u8>, Vec<u8>);
    let mut opened: BTreeMap<i64, Vec<Opened>> = BTreeMap::new();
    for some in raws.chunks(500) {
        let mut query: sqlx::QueryBuilder<sqlx::Sqlite> =
            sqlx::QueryBuilder::new("select raw, place, bytes, zstd, sha256 from clear_part where raw in (");
        let mut list = query.separated(", ");
        for raw in some {
            list.push_bind(*raw);
        }
        let rows: Vec<Row> = query.push(") order by raw, place").build_query_as().fetch_all(&mut *connection).await?;
        for (raw, place, size, packed, sha256) in rows {
            let bytes = packing::unpack(&packed, size, &sha256)?;
            opened.entry(raw).or_default().push(Opened { place: text::small(place), bytes });
        }
    }
    Ok(opened)
}

/// What was opened of one message.
pub(crate) async fn opened_of(connection: &mut SqliteConnection, raw: i64) -> Result<Vec<Opened>, StoreError> {
    Ok(opened(connection, &[raw]).await?.remove(&raw).unwrap_or_default())
}

impl Read {
    /// The next message of this mailbox to be opened: one not tried yet first. After a failure a minute passes, then ten;
    /// after the third it waits for a change or a person.
    ///
    /// # Errors
    /// What the database says; `Damaged` when the bytes kept are not those that came.
    pub async fn next_sealed(
        &mut self,
        proof: &SystemAccess,
        now: Timestamp,
    ) -> Result<Option<SealedMessage>, StoreError> {
        type Row = (i64, Vec<u8>, String, String, i64, Vec<u8>);
        let mailbox = mailboxes::key_of(self.connection(), proof.mailbox()).await?;
        let row: Option<Row> = sqlx::query_as(
            "select r.key, r.sha256, r.source, r.name, r.bytes, r.zstd
             from sealed_message s join raw_message r on r.key = s.raw
             left join sealed_try t on t.raw = s.raw and t.mailbox = $1
             where exists (select 1 from delivery d where d.raw = s.raw and d.mailbox = $1 and d.left_at = 0)
               and coalesce(t.tries, 0) < $2
               and coalesce(t.at + case t.tries when 1 then 60000 else 600000 end, $3) <= $3
             order by coalesce(t.tries, 0), s.raw limit 1",
        )
        .bind(mailbox)
        .bind(TRIES)
        .bind(now.0)
        .fetch_optional(self.connection())
        .await?;
        let Some((key, sha256, source, name, size, packed)) = row else { return Ok(None) };
        let bytes = packing::unpack(&packed, size, &sha256)?;
        let sha256 = sha256.as_slice().try_into().map_err(|_| StoreError::Content("a hash of the wrong length"))?;
        let opened = opened_of(self.connection(), key).await?;
        Ok(Some(SealedMessage { sha256, source: RawSource::of(&source), name, bytes, opened }))
    }

    /// How much is still encrypted in this mailbox, and why.
    ///
    /// # Errors
    /// What the database says.
    pub async fn still_sealed(&mut self, proof: &SystemAccess) -> Result<StillSealed, StoreError> {
        let mailbox = mailboxes::key_of(self.connection(), proof.mailbox()).await?;
        let messages: i64 = sqlx::query_scalar(
            "select count(*) from sealed_message s
             where exists (select 1 from delivery d where d.raw = s.raw and d.mailbox = $1)",
        )
        .bind(mailbox)
        .fetch_one(self.connection())
        .await?;
        let why: Option<String> =
            sqlx::query_scalar("select why from sealed_try where mailbox = $1 order by at desc, raw desc limit 1")
                .bind(mailbox)
                .fetch_optional(self.connection())
                .await?;
        Ok(StillSealed { messages: text::count(messages), why: why.as_deref().map(fault).transpose()? })
    }

    /// Whether something of a dossier's message is still encrypted, and why the last try by a tool of this mailbox failed.
    ///
    /// # Errors
    /// What the database says.
    pub async fn sealed_dossier(
        &mut self,
        proof: &Access<ReadRight>,
        dossier: DossierId,
    ) -> Result<Option<(u32, Option<OpeningFault>)>, StoreError> {
        let row: Option<(Option<i64>, Option<String>)> = sqlx::query_as(
            "select t.tries, t.why from dossier d join sealed_message s on s.raw = d.raw
             join placement p on p.dossier = d.key join mailbox m on m.key = p.mailbox
             left join sealed_try t on t.raw = d.raw and t.mailbox = m.key
             where d.id = $1 and m.id = $2 and p.held <= $3",
        )
        .bind(dossier.0.into_bytes().to_vec())
        .bind(proof.mailbox().0.into_bytes().to_vec())
        .bind(reach::reaches(proof.sight()))
        .fetch_optional(self.connection())
        .await?;
        let Some((tries, why)) = row else { return Ok(None) };
        Ok(Some((text::small(tries.unwrap_or(0)), why.as_deref().map(fault).transpose()?)))
    }
}

fn fault(why: &str) -> Result<OpeningFault, StoreError> {
    serde_json::from_str(why).map_err(|_| StoreError::Content("a fault that cannot be read"))
}

impl Write {
    /// Notes that a message could not be opened, or not in full.
    ///
    /// # Errors
    /// What the database says.
    pub async fn note_try(
        &mut self,
        proof: &SystemAccess,
        sha256: &[u8; 32],
        why: &OpeningFault,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let mailbox = mailboxes::key_of(self.connection(), proof.mailbox()).await?;
        let why = serde_json::to_string(why).map_err(|_| StoreError::Content("a fault that cannot be written"))?;
        sqlx::query(
            "insert into sealed_try(mailbox, raw, tries, why, at)
             select $1, s.raw, 1, $3, $4 from sealed_message s join raw_message r on r.key = s.raw where r.sha256 = $2
             on conflict do update set tries = tries + 1, why = excluded.why, at = excluded.at",
        )
        .bind(mailbox)
        .bind(sha256.to_vec())
        .bind(why)
        .bind(at.0)
        .execute(self.connection())
        .await?;
        Ok(())
    }

    /// Forgets the tries that failed in this mailbox: all that is still encrypted is tried again.
    ///
    /// # Errors
    /// What the database says.
    pub async fn forget_tries<R: Right>(&mut self, proof: &Access<R>) -> Result<(), StoreError> {
        sqlx::query("delete from sealed_try where mailbox = (select key from mailbox where id = $1)")
            .bind(proof.mailbox().0.into_bytes().to_vec())
            .execute(self.connection())
            .await?;
        Ok(())
    }
}
