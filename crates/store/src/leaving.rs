//! What it means that messages leave a mailbox's tree: the placements, the bytes, the words; and that what was deleted is
//! worked out of the file.

use crate::keeping::{Gone, LEFT, push};
use crate::{Store, StoreError, indexing, text};
use bannette_api::{DossierId, Timestamp};
use sqlx::sqlite::SqliteConnection;
use sqlx::{QueryBuilder, Sqlite};

/// Pages of the search that are merged in one change.
const MERGED_PAGES: i64 = 500;

/// Takes these messages out of the mailbox's tree.
pub(crate) async fn let_go(
    connection: &mut SqliteConnection,
    mailbox: i64,
    leaving: &[i64],
    now: Timestamp,
) -> Result<Gone, StoreError> {
    let mut query: QueryBuilder<Sqlite> = QueryBuilder::new("update delivery set left_at = ");
    query.push_bind(now.0).push(" where left_at = 0 and mailbox = ").push_bind(mailbox).push(" and raw in (");
    push(&mut query, leaving);
    query.push(")").build().execute(&mut *connection).await?;

    let dossiers = carried(connection, leaving).await?;
    let left = placements_left(connection, mailbox, &dossiers, now).await?;
    let bytes = forget_bytes(connection, leaving, now).await?;
    forget_contents(connection, &dossiers, now).await?;

    let mut query: QueryBuilder<Sqlite> = QueryBuilder::new("select sha256 from raw_message where key in (");
    push(&mut query, leaving);
    let hashes: Vec<Vec<u8>> = query.push(") order by key").build_query_scalar().fetch_all(&mut *connection).await?;
    let hashes = hashes.iter().filter_map(|hash| hash.as_slice().try_into().ok()).collect();
    let messages = u64::try_from(leaving.len()).unwrap_or(u64::MAX);
    Ok(Gone { messages, bytes, dossiers: left, hashes })
}

/// The dossiers in these messages.
async fn carried(connection: &mut SqliteConnection, raws: &[i64]) -> Result<Vec<i64>, StoreError> {
    let mut query: QueryBuilder<Sqlite> = QueryBuilder::new("select key from dossier where raw in (");
    push(&mut query, raws);
    query.push(") union select dossier from dossier_copy where raw in (");
    push(&mut query, raws);
    Ok(query.push(") order by 1").build_query_scalar().fetch_all(connection).await?)
}

/// Of the dossiers of which no message stands in the mailbox any more, their conclusions alone lie there.
async fn placements_left(
    connection: &mut SqliteConnection,
    mailbox: i64,
    dossiers: &[i64],
    now: Timestamp,
) -> Result<Vec<DossierId>, StoreError> {
    let mut query: QueryBuilder<Sqlite> = QueryBuilder::new("update placement set waiting = ");
    query.push_bind(LEFT).push(", left_at = ").push_bind(now.0).push(" where mailbox = ").push_bind(mailbox);
    query.push(" and waiting <> ").push_bind(LEFT).push(" and dossier in (");
    push(&mut query, dossiers);
    query.push(
        ") and not exists (
             select 1 from delivery v where v.mailbox = placement.mailbox and v.left_at = 0 and v.raw in (
                 select raw from dossier where key = placement.dossier
                 union select raw from dossier_copy where dossier = placement.dossier))
         returning (select id from dossier where key = placement.dossier)",
    );
    let ids: Vec<Vec<u8>> = query.build_query_scalar().fetch_all(connection).await?;
    ids.iter().map(|id| text::uuid(id).map(DossierId)).collect()
}

/// The bytes of those that stand in no mailbox any more; gives how many bytes these were.
async fn forget_bytes(connection: &mut SqliteConnection, raws: &[i64], now: Timestamp) -> Result<u64, StoreError> {
    // `secure_delete` is on: what is freed is overwritten. The name of a file may be a patient's.
    let mut query: QueryBuilder<Sqlite> =
        QueryBuilder::new("update raw_message set zstd = x'', name = '', purged_at = ");
    query.push_bind(now.0).push(" where purged_at = 0 and key in (");
    push(&mut query, raws);
    query.push(
        ") and not exists (select 1 from delivery v where v.raw = raw_message.key and v.left_at = 0) returning bytes, key",
    );
    let rows: Vec<(i64, i64)> = query.build_query_as().fetch_all(&mut *connection).await?;
    if !rows.is_empty() {
        let mut query: QueryBuilder<Sqlite> = QueryBuilder::new("update dossier set documents_read = 0 where raw in (");
        push(&mut query, &rows.iter().map(|(_, key)| *key).collect::<Vec<_>>());
        query.push(")").build().execute(&mut *connection).await?;
        // What was opened of them goes with them.
        for table in ["clear_part", "sealed_try", "sealed_message"] {
            let mut query: QueryBuilder<Sqlite> = QueryBuilder::new("delete from ");
            query.push(table).push(" where raw in (");
            push(&mut query, &rows.iter().map(|(_, key)| *key).collect::<Vec<_>>());
            query.push(")").build().execute(&mut *connection).await?;
        }
    }
    Ok(rows.iter().map(|(bytes, _)| text::count(*bytes)).sum())
}

/// The words of the dossiers that can be read from no bytes any more: they are found by what their row keeps.
async fn forget_contents(
    connection: &mut SqliteConnection,
    dossiers: &[i64],
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut query: QueryBuilder<Sqlite> = QueryBuilder::new("update dossier set removed_at = ");
    query.push_bind(now.0).push(" where removed_at = 0 and key in (");
    push(&mut query, dossiers);
    query.push(
        ") and not exists (
             select 1 from raw_message r where r.purged_at = 0 and r.key in (
                 select d.raw from dossier d where d.key = dossier.key
                 union select c.raw from dossier_copy c where c.dossier = dossier.key))
         returning key",
    );
    let keys: Vec<i64> = query.build_query_scalar().fetch_all(&mut *connection).await?;
    for key in keys {
        indexing::replace(connection, key, "").await?;
    }
    Ok(())
}

impl Store {
    /// Works what was deleted out of the search's index and out of the log of pending pages: until then their old pages hold
    /// words, ciphered. In small changes, so that nobody waits.
    ///
    /// # Errors
    /// What the database says.
    pub async fn forget_deleted(&self) -> Result<(), StoreError> {
        // A negative number begins a merge of the whole index (https://sqlite.org/fts5.html, 6.8).
        let mut pages = -MERGED_PAGES;
        loop {
            let mut write = self.write().await?;
            let before: i64 = sqlx::query_scalar("select total_changes()").fetch_one(write.connection()).await?;
            sqlx::query("insert into dossier_text(dossier_text, rank) values ('merge', $1)")
                .bind(pages)
                .execute(write.connection())
                .await?;
            let after: i64 = sqlx::query_scalar("select total_changes()").fetch_one(write.connection()).await?;
            write.commit_progress().await?;
            // Less than two changes: nothing was left to merge.
            if after - before < 2 {
                break;
            }
            pages = MERGED_PAGES;
        }
        let mut connection = self.writer.acquire().await?;
        // Best effort, and nobody waits for it: somebody who reads meanwhile keeps the log, the next checkpoint begins it anew.
        sqlx::query("pragma busy_timeout = 100").fetch_all(&mut *connection).await?;
        let begun_anew = sqlx::query("pragma wal_checkpoint(truncate)").fetch_all(&mut *connection).await;
        sqlx::query("pragma busy_timeout = 10000").fetch_all(&mut *connection).await?;
        begun_anew?;
        Ok(())
    }
}
