//! One report that came in two messages, each into a mailbox of its own, is one dossier; the two messages stay two. Whoever
//! may read only one of the mailboxes is shown the message that came there, never the other's words, names and documents.

use crate::reach::Reach;
use crate::{RawSource, Read, StoreError, keys, packing, sealed, text};
use bannette_api::{DossierId, Timestamp};
use bannette_formats::Opened;
use bannette_rights::Visible;
use sqlx::{QueryBuilder, Sqlite};
use std::collections::BTreeMap;

/// The message by which a dossier came into a mailbox in which it is seen, where the dossier's first one did not.
#[derive(Clone)]
pub struct VisibleCopy {
    /// Which dossier.
    pub dossier: DossierId,
    /// SHA-256 of the bytes, in hexadecimal digits.
    pub message: String,
    /// Whether this is the dossier's first message all the same.
    pub first: bool,
    /// Where the bytes came from.
    pub source: RawSource,
    /// A file's name.
    pub name: String,
    /// Place of the report in its message.
    pub part: usize,
    /// The bytes received; none when they left the tree: nothing of the dossier's first message may be shown for them.
    pub bytes: Option<Vec<u8>>,
    /// What of them was opened.
    pub opened: Vec<Opened>,
}

impl Read {
    /// For those of these dossiers whose first message came into no mailbox in which they are seen: the message that did.
    /// Usually none.
    ///
    /// # Errors
    /// What the database says; `Damaged` when the bytes kept are not those that came.
    pub async fn visible_copies(
        &mut self,
        visible: &Visible,
        dossiers: &[DossierId],
    ) -> Result<Vec<VisibleCopy>, StoreError> {
        if dossiers.is_empty() {
            return Ok(Vec::new());
        }
        let mut query: QueryBuilder<Sqlite> = QueryBuilder::new(
            "select exists(select 1 from dossier d join dossier_copy c on c.dossier = d.key where d.id in (",
        );
        push_ids(&mut query, dossiers);
        if !query.push("))").build_query_scalar::<bool>().fetch_one(self.connection()).await? {
            return Ok(Vec::new());
        }
        let reach = Reach::of(self.connection(), visible).await?;
        let mut query: QueryBuilder<Sqlite> = QueryBuilder::new(
            "select d.id, c.raw, c.part from dossier d join dossier_copy c on c.dossier = d.key where d.id in (",
        );
        push_ids(&mut query, dossiers);
        query.push(") and not ");
        push_came(&mut query, "d.raw", &reach, STANDS);
        query.push(" and ");
        push_came(&mut query, "c.raw", &reach, STANDS);
        query.push(" order by c.raw desc");
        let rows: Vec<(Vec<u8>, i64, i64)> = query.build_query_as().fetch_all(self.connection()).await?;
        // The first of several: it is read last.
        let first: BTreeMap<Vec<u8>, (i64, i64)> = rows.into_iter().map(|(id, raw, part)| (id, (raw, part))).collect();
        // Of those of which nothing stands in a visible mailbox: whose first message never came there.
        let mut query: QueryBuilder<Sqlite> = QueryBuilder::new(
            "select d.id, min(c.raw), c.part from dossier d join dossier_copy c on c.dossier = d.key where d.id in (",
        );
        push_ids(&mut query, dossiers);
        query.push(") and not ");
        push_came(&mut query, "d.raw", &reach, "");
        query.push(" and ");
        push_came(&mut query, "c.raw", &reach, "");
        query.push(" group by d.key");
        let gone: Vec<(Vec<u8>, i64, i64)> = query.build_query_as().fetch_all(self.connection()).await?;
        let gone = gone.into_iter().filter(|(id, ..)| !first.contains_key(id)).map(|(id, raw, part)| (id, (raw, part)));
        let all: Vec<_> = gone.chain(first.clone()).collect();
        let mut copies = Vec::with_capacity(all.len());
        for (id, (raw, part)) in all {
            let stands = first.contains_key(&id);
            let (source, name, size, packed, sha256): (String, String, i64, Vec<u8>, Vec<u8>) =
                sqlx::query_as("select source, name, bytes, zstd, sha256 from raw_message where key = $1")
                    .bind(raw)
                    .fetch_one(self.connection())
                    .await?;
            copies.push(VisibleCopy {
                dossier: DossierId(text::uuid(&id)?),
                message: keys::hex(&sha256),
                first: false,
                source: RawSource::of(&source),
                name,
                part: usize::try_from(part).unwrap_or(0),
                bytes: if stands { Some(packing::unpack(&packed, size, &sha256)?) } else { None },
                opened: if stands { sealed::opened_of(self.connection(), raw).await? } else { Vec::new() },
            });
        }
        Ok(copies)
    }

    /// One of the messages by which a dossier came into a mailbox in which it is seen.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when none such has this SHA-256; [`StoreError::Removed`] when it left all trees that are
    /// seen; `Damaged` when the bytes kept are not those that came.
    pub(crate) async fn visible_message(
        &mut self,
        reach: &Reach,
        dossier: DossierId,
        message: &str,
    ) -> Result<VisibleCopy, StoreError> {
        type Row = (i64, String, String, i64, Vec<u8>, Vec<u8>, i64, bool, i64, bool);
        let mut query: QueryBuilder<Sqlite> = QueryBuilder::new(
            "select r.key, r.source, r.name, r.bytes, r.zstd, r.sha256,
                 case when r.key = d.raw then d.part
                      else (select min(c.part) from dossier_copy c where c.dossier = d.key and c.raw = r.key) end,
                 r.key = d.raw, coalesce((select max(v.left_at) from delivery v where v.raw = r.key), 0), ",
        );
        push_came(&mut query, "r.key", reach, STANDS);
        query.push(
            " from dossier d join raw_message r
                 on r.key = d.raw or r.key in (select raw from dossier_copy where dossier = d.key)
             where d.id = ",
        );
        query.push_bind(dossier.0.into_bytes().to_vec()).push(" and lower(hex(r.sha256)) = ").push_bind(message);
        query.push(" and ");
        push_came(&mut query, "r.key", reach, "");
        let row: Option<Row> = query.build_query_as().fetch_optional(self.connection()).await?;
        let (raw, source, name, size, packed, sha256, part, first, left_at, stands) =
            row.ok_or(StoreError::NotFound)?;
        if !stands {
            return Err(StoreError::Removed(Timestamp(left_at)));
        }
        Ok(VisibleCopy {
            dossier,
            message: keys::hex(&sha256),
            first,
            source: RawSource::of(&source),
            name,
            part: usize::try_from(part).unwrap_or(0),
            bytes: Some(packing::unpack(&packed, size, &sha256)?),
            opened: sealed::opened_of(self.connection(), raw).await?,
        })
    }
}

fn push_ids(query: &mut QueryBuilder<Sqlite>, dossiers: &[DossierId]) {
    let mut list = query.separated(", ");
    for dossier in dossiers {
        list.push_bind(dossier.0.into_bytes().to_vec());
    }
}

/// That a message stands in a mailbox's tree still.
const STANDS: &str = " and v.left_at = 0";

/// That a message came into a mailbox in which the dossier is seen; with [`STANDS`], that it stands there still.
fn push_came(query: &mut QueryBuilder<Sqlite>, raw: &'static str, reach: &Reach, stands: &'static str) {
    query.push("exists (select 1 from delivery v join placement p on p.dossier = d.key and p.mailbox = v.mailbox where v.raw = ");
    query.push(raw).push(stands).push(" and ");
    reach.push_seen(query, "+p.");
    query.push(")");
}
