//! One dossier: its bytes, who has seen it, its validation. Each function reads the mailbox from the proof and looks
//! whether the dossier is seen there, so that a right on one mailbox opens nothing of another.

use crate::keeping::LEFT;
use crate::reach::{self, Reach};
use crate::{
    RawSource, Read, StoreError, VisibleCopy, Write, documents, keys, lists, mailboxes, packing, sealed, text, versions,
};
use bannette_api::dossiers::{Arrival, DossierRow, Validation};
use bannette_api::{DossierId, MailboxId, PersonId, Timestamp};
use bannette_formats::Opened;
use bannette_rights::{Access, Read as ReadRight, Right, Validate, Visible};
use sqlx::sqlite::SqliteConnection;
use sqlx::{QueryBuilder, Sqlite};

/// A dossier and the bytes it was read from.
#[derive(Clone)]
pub struct StoredDossier {
    /// Its row.
    pub row: DossierRow,
    /// SHA-256 of the bytes, in hexadecimal digits.
    pub message: String,
    /// Where the bytes came from.
    pub source: RawSource,
    /// A file's name.
    pub name: String,
    /// Place of the report in its message.
    pub part: usize,
    /// The bytes received; none when they left the tree, as the row says.
    pub bytes: Option<Vec<u8>>,
    /// What of them was opened.
    pub opened: Vec<Opened>,
    /// Whether these bytes are not the dossier's first ones: the row's sender and subject are of those, and must be taken
    /// from these.
    pub copy: bool,
    /// Who opened it first, and when each did.
    pub seen: Vec<Validation>,
    /// What was decided on it before its contents were removed and came again.
    pub decided_before: Vec<Validation>,
    /// Whether words of its documents could not be read: the search does not find them.
    pub unsearched: bool,
}

/// The dossier's key, if whoever holds the proof sees it in the proof's mailbox.
pub(crate) async fn key_in<R: Right>(
    connection: &mut SqliteConnection,
    proof: &Access<R>,
    dossier: DossierId,
) -> Result<i64, StoreError> {
    let mailbox = mailboxes::key_of(connection, proof.mailbox()).await?;
    Ok(sqlx::query_scalar(
        "select d.key from dossier d join placement p on p.dossier = d.key
         where d.id = $1 and p.mailbox = $2 and p.held <= $3",
    )
    .bind(dossier.0.into_bytes().to_vec())
    .bind(mailbox)
    .bind(reach::reaches(proof.sight()))
    .fetch_one(connection)
    .await?)
}

/// The mailboxes in which the dossier is seen, the first it came by first; those at the end where its conclusions alone are
/// left.
async fn mailboxes_of(
    connection: &mut SqliteConnection,
    visible: &Visible,
    dossier: DossierId,
) -> Result<Vec<MailboxId>, StoreError> {
    let reach = Reach::of(connection, visible).await?;
    let mut query: QueryBuilder<Sqlite> =
        QueryBuilder::new("select p.mailbox from dossier d join placement p on p.dossier = d.key where d.id = ");
    query.push_bind(dossier.0.into_bytes().to_vec()).push(" and ");
    reach.push_seen(&mut query, "+p.");
    query.push(" order by p.left_at <> 0, p.copy");
    let keys: Vec<i64> = query.build_query_scalar().fetch_all(connection).await?;
    Ok(keys.into_iter().filter_map(|key| reach.mailbox(key)).collect())
}

impl Read {
    /// The mailboxes in which a dossier is seen; empty when it is seen in none, or does not exist.
    ///
    /// # Errors
    /// What the database says.
    pub async fn mailboxes_of(&mut self, visible: &Visible, dossier: DossierId) -> Result<Vec<MailboxId>, StoreError> {
        mailboxes_of(self.connection(), visible, dossier).await
    }

    /// A visible dossier's row.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn dossier_line(&mut self, visible: &Visible, dossier: DossierId) -> Result<DossierRow, StoreError> {
        let key = key(self.connection(), dossier).await?;
        let row = row(self.connection(), visible, key).await?;
        if row.mailboxes.is_empty() { Err(StoreError::NotFound) } else { Ok(row) }
    }

    /// The dossier, whole: as it came in this message (SHA-256 in hexadecimal digits), or in the first that is seen.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when it does not lie in the proof's mailbox, or did not come in this message; `Removed` when
    /// this message left the tree; `Damaged` when the bytes kept are not those that came.
    pub async fn dossier(
        &mut self,
        proof: &Access<ReadRight>,
        visible: &Visible,
        dossier: DossierId,
        message: Option<&str>,
    ) -> Result<StoredDossier, StoreError> {
        let key = key_in(self.connection(), proof, dossier).await?;
        let row = row(self.connection(), visible, key).await?;
        type Row = (String, String, i64, i64, Vec<u8>, Vec<u8>, i64, i64);
        let (source, name, part, size, packed, sha256, raw, documents): Row = sqlx::query_as(
            "select r.source, r.name, d.part, r.bytes, r.zstd, r.sha256, r.key, d.documents_read
             from dossier d join raw_message r on r.key = d.raw where d.key = $1",
        )
        .bind(key)
        .fetch_one(self.connection())
        .await?;
        let seen: Vec<(Vec<u8>, i64)> = sqlx::query_as("select person, at from seen where dossier = $1 order by at")
            .bind(key)
            .fetch_all(self.connection())
            .await?;
        let seen = seen.iter().map(|(by, at)| Ok(Validation { by: PersonId(text::uuid(by)?), at: Timestamp(*at) }));
        let seen = seen.collect::<Result<_, StoreError>>()?;
        let decided_before = decided_before(self.connection(), key).await?;
        let chosen = match message {
            // Of what left the tree nothing but the conclusions is left, whichever message is asked for.
            Some(message) if row.removed_at.is_none() => {
                let reach = Reach::of(self.connection(), visible).await?;
                Some(self.visible_message(&reach, dossier, message).await?)
            }
            _ => self.visible_copies(visible, &[dossier]).await?.pop(),
        };
        if let Some(VisibleCopy { message, first, source, name, part, bytes, opened, .. }) = chosen {
            let (copy, unsearched) = (!first, documents::is_unsearched(documents));
            return Ok(StoredDossier {
                row,
                message,
                source,
                name,
                part,
                bytes,
                opened,
                copy,
                seen,
                decided_before,
                unsearched,
            });
        }
        let stands = row.removed_at.is_none();
        Ok(StoredDossier {
            row,
            message: keys::hex(&sha256),
            source: RawSource::of(&source),
            name,
            part: usize::try_from(part).unwrap_or(0),
            bytes: if stands { Some(packing::unpack(&packed, size, &sha256)?) } else { None },
            opened: if stands { sealed::opened_of(self.connection(), raw).await? } else { Vec::new() },
            copy: false,
            seen,
            decided_before,
            // Of what left the tree nothing is searched for.
            unsearched: stands && documents::is_unsearched(documents),
        })
    }
}

async fn decided_before(connection: &mut SqliteConnection, key: i64) -> Result<Vec<Validation>, StoreError> {
    let rows: Vec<(Vec<u8>, i64)> =
        sqlx::query_as("select validated_by, validated_at from conclusion where dossier = $1 order by validated_at")
            .bind(key)
            .fetch_all(connection)
            .await?;
    rows.iter().map(|(by, at)| Ok(Validation { by: PersonId(text::uuid(by)?), at: Timestamp(*at) })).collect()
}

/// A report of the same patient, and the bytes it is read from.
#[derive(Clone)]
pub struct SamePatient {
    /// Which dossier.
    pub dossier: DossierId,
    /// When it came.
    pub received_at: Timestamp,
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

/// Arrivals shown of one dossier.
const ARRIVALS: i64 = 50;

impl Read {
    /// By which of the mailboxes in which it is seen a dossier came, when, and in which bytes: in the order of arrival, fifty
    /// at the most.
    ///
    /// # Errors
    /// What the database says.
    pub async fn arrivals(&mut self, visible: &Visible, dossier: DossierId) -> Result<Vec<Arrival>, StoreError> {
        let key = key(self.connection(), dossier).await?;
        let reach = Reach::of(self.connection(), visible).await?;
        let mut query: QueryBuilder<Sqlite> = QueryBuilder::new(
            "select v.mailbox, v.at, r.sha256 from delivery v join placement p on p.mailbox = v.mailbox
             join raw_message r on r.key = v.raw
             where v.raw in (select raw from dossier where key = ",
        );
        query.push_bind(key).push(" union select raw from dossier_copy where dossier = ").push_bind(key);
        query.push(") and p.dossier = ").push_bind(key).push(" and ");
        reach.push_seen(&mut query, "+p.");
        query.push(" order by v.at, v.mailbox, v.uid limit ").push_bind(ARRIVALS);
        let rows: Vec<(i64, i64, Vec<u8>)> = query.build_query_as().fetch_all(self.connection()).await?;
        let arrival = |(mailbox, at, sha256): (i64, i64, Vec<u8>)| {
            Some(Arrival { mailbox: reach.mailbox(mailbox)?, at: Timestamp(at), message: keys::hex(&sha256) })
        };
        Ok(rows.into_iter().filter_map(arrival).collect())
    }

    /// The reports of the same patient (names and birth date as read) that are seen, the newest first.
    ///
    /// # Errors
    /// What the database says; `Damaged` when bytes kept are not those that came.
    pub async fn of_same_patient(
        &mut self,
        visible: &Visible,
        dossier: DossierId,
        at_most: u32,
    ) -> Result<Vec<SamePatient>, StoreError> {
        type Row = (Vec<u8>, i64, String, String, i64, i64, Vec<u8>, Vec<u8>, i64);
        let reach = Reach::of(self.connection(), visible).await?;
        let mut query: QueryBuilder<Sqlite> = QueryBuilder::new(
            "select d.id, d.received_at, r.source, r.name,
                 coalesce((select c.part from dossier_copy c where c.dossier = d.key and c.raw = r.key), d.part),
                 r.bytes, r.zstd, r.sha256, r.key
             from dossier d join raw_message r on r.key = coalesce(
                 (select o.key from raw_message o where o.key = d.raw and o.purged_at = 0),
                 (select c.raw from dossier_copy c join raw_message o on o.key = c.raw
                  where c.dossier = d.key and o.purged_at = 0 limit 1))
             where d.patient <> '' and d.patient = (select patient from dossier where id = ",
        );
        query.push_bind(dossier.0.into_bytes().to_vec());
        query.push(") and exists (select 1 from placement p where p.dossier = d.key and p.left_at = 0 and ");
        reach.push_seen(&mut query, "+p.");
        query.push(") order by d.received_at desc, d.key desc limit ").push_bind(at_most);
        let rows: Vec<Row> = query.build_query_as().fetch_all(self.connection()).await?;
        let raws: Vec<i64> = rows.iter().map(|row| row.8).collect();
        let opened = sealed::opened(self.connection(), &raws).await?;
        let found = rows.into_iter().map(|(id, at, source, name, part, size, packed, sha256, raw)| {
            Ok(SamePatient {
                dossier: DossierId(text::uuid(&id)?),
                received_at: Timestamp(at),
                source: RawSource::of(&source),
                name,
                part: usize::try_from(part).unwrap_or(0),
                bytes: packing::unpack(&packed, size, &sha256)?,
                // Of several reports in one message each needs it.
                opened: opened.get(&raw).cloned().unwrap_or_default(),
            })
        });
        found.collect()
    }
}

pub(crate) async fn key(connection: &mut SqliteConnection, dossier: DossierId) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar("select key from dossier where id = $1")
        .bind(dossier.0.into_bytes().to_vec())
        .fetch_one(connection)
        .await?)
}

async fn row(connection: &mut SqliteConnection, visible: &Visible, key: i64) -> Result<DossierRow, StoreError> {
    let reach = Reach::of(connection, visible).await?;
    let rows = lists::rows(connection, &reach, &[key]).await?;
    rows.into_iter().next().ok_or(StoreError::NotFound)
}

async fn refuse_removed(connection: &mut SqliteConnection, mailbox: MailboxId, key: i64) -> Result<(), StoreError> {
    let left: i64 = sqlx::query_scalar(
        "select left_at from placement where dossier = $1 and mailbox = (select key from mailbox where id = $2)",
    )
    .bind(key)
    .bind(mailbox.0.into_bytes().to_vec())
    .fetch_one(connection)
    .await?;
    text::instant(left).map_or(Ok(()), |at| Err(StoreError::Removed(at)))
}

impl Write {
    /// As [`Read::mailboxes_of`], inside this change.
    ///
    /// # Errors
    /// What the database says.
    pub async fn mailboxes_of(&mut self, visible: &Visible, dossier: DossierId) -> Result<Vec<MailboxId>, StoreError> {
        mailboxes_of(self.connection(), visible, dossier).await
    }

    /// Notes that the actor has opened the dossier; the first time stays.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Stale`].
    pub async fn mark_seen(
        &mut self,
        proof: &Access<ReadRight>,
        dossier: DossierId,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        self.fresh(proof.epoch()).await?;
        let key = key_in(self.connection(), proof, dossier).await?;
        sqlx::query("insert into seen(dossier, person, at) values ($1, $2, $3) on conflict do nothing")
            .bind(key)
            .bind(proof.actor().0.into_bytes().to_vec())
            .bind(at.0)
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Validates the dossier, or takes the validation back; in every mailbox it lies in. What is validated is sorted too.
    /// False when it stood so already. Nothing is decided any more where its contents left the tree.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Stale`], [`StoreError::Removed`].
    pub async fn set_validated(
        &mut self,
        proof: &Access<Validate>,
        dossier: DossierId,
        at: Option<Timestamp>,
    ) -> Result<bool, StoreError> {
        self.fresh(proof.epoch()).await?;
        let key = key_in(self.connection(), proof, dossier).await?;
        refuse_removed(self.connection(), proof.mailbox(), key).await?;
        let by = at.map(|_| proof.actor().0.into_bytes().to_vec());
        let changed = sqlx::query(
            "update dossier set validated_by = $2, validated_at = $3 where key = $1 and (validated_at = 0) <> ($3 = 0)",
        )
        .bind(key)
        .bind(by)
        .bind(at.map_or(0, |at| at.0))
        .execute(self.connection())
        .await?;
        sqlx::query("update placement set waiting = $2 where dossier = $1 and waiting not in ($2, $3)")
            .bind(key)
            .bind(at.is_none())
            .bind(LEFT)
            .execute(self.connection())
            .await?;
        if at.is_none() {
            self.answer_for(key, proof.actor()).await?;
        }
        if let Some(chain) = versions::chain_of(self.connection(), key).await? {
            versions::settle(self.connection(), &chain).await?;
        }
        Ok(changed.rows_affected() > 0)
    }

    /// A dossier waits again whose responsible person has left: whoever had it wait again answers for it, or nobody would.
    async fn answer_for(&mut self, key: i64, actor: PersonId) -> Result<(), StoreError> {
        for statement in [
            "update dossier set responsible = $2 where key = $1
                 and responsible in (select id from person where departed_at <> 0)",
            "update placement set responsible = $2 where dossier = $1
                 and responsible in (select id from person where departed_at <> 0)",
        ] {
            sqlx::query(statement).bind(key).bind(actor.0.into_bytes().to_vec()).execute(self.connection()).await?;
        }
        Ok(())
    }

    /// The dossier's row, inside this change.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn dossier_row(
        &mut self,
        proof: &Access<Validate>,
        visible: &Visible,
        dossier: DossierId,
    ) -> Result<DossierRow, StoreError> {
        let key = key_in(self.connection(), proof, dossier).await?;
        row(self.connection(), visible, key).await
    }
}
