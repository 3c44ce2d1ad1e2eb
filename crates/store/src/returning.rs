//! What comes again after it left a tree. Bytes that were removed are taken back when they arrive anew, and a dossier that
//! could be read from nothing any more waits again, beside what was decided on it before: nobody may miss it.
//!
//! One thing is no arrival: a server that numbers its messages anew lists all of them again. What left the mailbox stays
//! left then, or years of results would wait in one morning.

use crate::keeping::LEFT;
use crate::receiving::{Line, insert_sealed};
use crate::{Act, Author, StoreError, Write, indexing, text};
use bannette_api::{DossierId, MailboxId, Timestamp};
use bannette_formats::Mark;
use sqlx::sqlite::SqliteConnection;
use sqlx::{QueryBuilder, Sqlite};
use std::collections::{BTreeMap, BTreeSet};

/// Of these messages those that were only listed anew: they left this mailbox under another UIDVALIDITY. Notes that they
/// have left.
pub(crate) async fn listed_anew(
    connection: &mut SqliteConnection,
    mailbox: i64,
    uid_validity: u32,
    lines: &[Line<'_>],
) -> Result<BTreeSet<i64>, StoreError> {
    let known: Vec<i64> = lines.iter().filter(|line| !line.new).map(|line| line.raw).collect();
    // What lies under the new numbering from before these messages was listed then: they are arrivals.
    let lowest = lines.iter().map(|line| line.uid).min().unwrap_or(0);
    let mut anew = BTreeSet::new();
    for some in known.chunks(500) {
        let mut query: QueryBuilder<Sqlite> = QueryBuilder::new(
            "update delivery set left_at = (
                 select max(e.left_at) from delivery e where e.mailbox = delivery.mailbox and e.raw = delivery.raw)
             where mailbox = ",
        );
        query.push_bind(mailbox).push(" and uid_validity = ").push_bind(uid_validity).push(" and raw in (");
        let mut list = query.separated(", ");
        for raw in some {
            list.push_bind(*raw);
        }
        query.push(
            ") and left_at = 0 and exists (
                 select 1 from delivery e where e.mailbox = delivery.mailbox and e.raw = delivery.raw
                     and e.uid_validity <> delivery.uid_validity and e.left_at <> 0)
             and not exists (
                 select 1 from delivery e where e.mailbox = delivery.mailbox and e.raw = delivery.raw
                     and ((e.uid_validity <> delivery.uid_validity and e.left_at = 0)
                         or (e.uid_validity = delivery.uid_validity and e.uid < ",
        );
        query.push_bind(lowest).push("))) returning raw");
        anew.extend(query.build_query_scalar::<i64>().fetch_all(&mut *connection).await?);
    }
    Ok(anew)
}

/// A dossier that comes back, and the words it is found by.
struct Back<'a> {
    key: i64,
    id: DossierId,
    chain: Vec<u8>,
    words: &'a str,
    unread_documents: bool,
}

impl Write {
    /// Takes back what these messages bring again: bytes, words, and dossiers to be dealt with. Gives the chains whose
    /// versions are to be settled once all lies where it belongs.
    pub(crate) async fn take_back(
        &mut self,
        (id, mailbox): (MailboxId, i64),
        owner: &[u8],
        lines: &[&Line<'_>],
        packed: &mut [Vec<u8>],
        at: Timestamp,
    ) -> Result<BTreeSet<Mark>, StoreError> {
        let mut returned = BTreeSet::new();
        for line in lines.iter().filter(|line| !line.new) {
            let done = sqlx::query(
                "update raw_message set zstd = $2, name = $3, purged_at = 0 where key = $1 and purged_at <> 0",
            )
            .bind(line.raw)
            .bind(packed.get_mut(line.place).map(std::mem::take).unwrap_or_default())
            .bind(&line.message.name)
            .execute(self.connection())
            .await?;
            if done.rows_affected() > 0 {
                returned.insert(line.raw);
            }
        }
        let back = removed_in(self.connection(), lines).await?;
        let again: Vec<&Line<'_>> = lines.iter().copied().filter(|line| returned.contains(&line.raw)).collect();
        insert_sealed(self.connection(), &again).await?;
        let mut chains = BTreeSet::new();
        if back.is_empty() {
            return Ok(chains);
        }
        for dossier in &back {
            reopen(self.connection(), dossier, mailbox, owner, at).await?;
            if let Ok(chain) = dossier.chain.as_slice().try_into() {
                chains.insert(chain);
            }
        }
        let dossiers = back.iter().map(|dossier| dossier.id).collect();
        self.record(Author::Program, at, &Act::ContentReturned { mailbox: id, dossiers });
        Ok(chains)
    }
}

/// The dossiers in these messages that could be read from nothing before.
async fn removed_in<'a>(connection: &mut SqliteConnection, lines: &[&Line<'a>]) -> Result<Vec<Back<'a>>, StoreError> {
    let by_raw: BTreeMap<i64, &Line<'a>> = lines.iter().map(|line| (line.raw, *line)).collect();
    let raws: Vec<i64> = by_raw.keys().copied().collect();
    let mut back: Vec<Back<'a>> = Vec::new();
    for some in raws.chunks(500) {
        let mut query: QueryBuilder<Sqlite> = QueryBuilder::new(
            "select d.key, d.id, d.chain, d.raw, d.part from dossier d where d.removed_at <> 0 and d.raw in (",
        );
        let mut list = query.separated(", ");
        for raw in some {
            list.push_bind(*raw);
        }
        query.push(
            ") union all select d.key, d.id, d.chain, c.raw, c.part from dossier_copy c join dossier d on d.key = c.dossier
             where d.removed_at <> 0 and c.raw in (",
        );
        let mut list = query.separated(", ");
        for raw in some {
            list.push_bind(*raw);
        }
        type Row = (i64, Vec<u8>, Vec<u8>, i64, i64);
        let rows: Vec<Row> = query.push(") order by 1").build_query_as().fetch_all(&mut *connection).await?;
        for (key, id, chain, raw, part) in rows {
            let part = usize::try_from(part).unwrap_or(usize::MAX);
            let dossier = by_raw.get(&raw).and_then(|line| line.message.dossiers.get(part));
            if back.iter().any(|one| one.key == key) {
                continue;
            }
            back.push(Back {
                key,
                id: DossierId(text::uuid(&id)?),
                chain,
                words: dossier.map_or("", |dossier| dossier.words.as_str()),
                // Of a copy the documents are not read for the search, as when it comes first.
                unread_documents: dossier.is_some_and(|dossier| dossier.unread_documents),
            });
        }
    }
    Ok(back)
}

async fn reopen(
    connection: &mut SqliteConnection,
    dossier: &Back<'_>,
    mailbox: i64,
    owner: &[u8],
    at: Timestamp,
) -> Result<(), StoreError> {
    for statement in [
        "insert into conclusion(dossier, validated_by, validated_at, removed_at)
         select key, validated_by, validated_at, removed_at from dossier where key = $1 and validated_at <> 0
         on conflict do update set removed_at = excluded.removed_at",
        "update dossier set validated_by = null, validated_at = 0, removed_at = 0 where key = $1",
        // Numbers that were erased meanwhile are read anew.
        "update dossier set judged = 0 where key = $1
             and not exists (select 1 from dossier_values v where v.dossier = dossier.key)",
    ] {
        sqlx::query(statement).bind(dossier.key).execute(&mut *connection).await?;
    }
    let whole: bool = sqlx::query_scalar(
        "update dossier set received_at = $2, documents_read = $3 and exists (
             select 1 from raw_message r where r.key = dossier.raw and r.purged_at = 0)
         where key = $1 returning documents_read = 1",
    )
    .bind(dossier.key)
    .bind(at.0)
    .bind(dossier.unread_documents)
    .fetch_one(&mut *connection)
    .await?;
    tracing::debug!(whole, "what had left came again");
    indexing::replace(connection, dossier.key, dossier.words).await?;
    // Nobody answers for it whose responsible person has left: the mailbox's owner does.
    sqlx::query(
        "update dossier set responsible = $2 where key = $1
             and responsible in (select id from person where departed_at <> 0)",
    )
    .bind(dossier.key)
    .bind(owner)
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "update placement set waiting = 1, left_at = 0, values_erased_at = 0, newest = $3,
             responsible = (select responsible from dossier where key = $1)
         where dossier = $1 and mailbox = $2 and waiting = $4",
    )
    .bind(dossier.key)
    .bind(mailbox)
    .bind(-at.0)
    .bind(LEFT)
    .execute(connection)
    .await?;
    Ok(())
}
