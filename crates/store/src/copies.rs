//! One report that came in two messages, each into a mailbox of its own, is one dossier; the two messages stay two. Whoever
//! may read only one of the mailboxes is shown the message that came there, never the other's words, names and documents.

use crate::{RawSource, Read, StoreError, lists, receiving, sealed, text};
use bannette_api::DossierId;
use bannette_formats::Opened;
use bannette_rights::Visible;
use sqlx::{QueryBuilder, Sqlite};
use std::collections::BTreeMap;

/// The message by which a dossier came into a visible mailbox, where the dossier's first one did not.
#[derive(Clone)]
pub struct VisibleCopy {
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

impl Read {
    /// For those of these dossiers whose first message lies in no visible mailbox: the message that does. Usually none.
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
        let keys: Vec<i64> = lists::visible_keys(self.connection(), visible).await?.into_keys().collect();
        let mut query: QueryBuilder<Sqlite> = QueryBuilder::new(
            "select d.id, c.raw, c.part from dossier d join dossier_copy c on c.dossier = d.key where d.id in (",
        );
        push_ids(&mut query, dossiers);
        query.push(") and not ");
        push_came(&mut query, "d.raw", &keys);
        query.push(" and ");
        push_came(&mut query, "c.raw", &keys);
        query.push(" order by c.raw desc");
        let rows: Vec<(Vec<u8>, i64, i64)> = query.build_query_as().fetch_all(self.connection()).await?;
        // The first of several: it is read last.
        let first: BTreeMap<Vec<u8>, (i64, i64)> = rows.into_iter().map(|(id, raw, part)| (id, (raw, part))).collect();
        let mut copies = Vec::with_capacity(first.len());
        for (id, (raw, part)) in first {
            let (source, name, size, packed, sha256): (String, String, i64, Vec<u8>, Vec<u8>) =
                sqlx::query_as("select source, name, bytes, zstd, sha256 from raw_message where key = $1")
                    .bind(raw)
                    .fetch_one(self.connection())
                    .await?;
            copies.push(VisibleCopy {
                dossier: DossierId(text::uuid(&id)?),
                source: RawSource::of(&source),
                name,
                part: usize::try_from(part).unwrap_or(0),
                bytes: receiving::unpack(&packed, size, &sha256)?,
                opened: sealed::opened_of(self.connection(), raw).await?,
            });
        }
        Ok(copies)
    }
}

fn push_ids(query: &mut QueryBuilder<Sqlite>, dossiers: &[DossierId]) {
    let mut list = query.separated(", ");
    for dossier in dossiers {
        list.push_bind(dossier.0.into_bytes().to_vec());
    }
}

/// That a message came into one of these mailboxes.
fn push_came(query: &mut QueryBuilder<Sqlite>, raw: &'static str, mailboxes: &[i64]) {
    query.push("exists (select 1 from delivery v where v.raw = ").push(raw).push(" and +v.mailbox in (");
    let mut list = query.separated(", ");
    for mailbox in mailboxes {
        list.push_bind(*mailbox);
    }
    query.push("))");
}
