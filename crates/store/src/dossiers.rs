//! One dossier: its bytes, who has seen it, its validation. Each function reads the mailbox from the proof and looks
//! whether the dossier lies there, so that a right on one mailbox opens nothing of another.

use crate::{RawSource, Read, StoreError, VisibleCopy, Write, lists, mailboxes, receiving, sealed, text, versions};
use bannette_api::dossiers::{DossierRow, Validation};
use bannette_api::{DossierId, MailboxId, PersonId, Timestamp};
use bannette_formats::{Opened, Version, replaced};
use bannette_rights::{Access, Read as ReadRight, Validate, Visible};
use sqlx::sqlite::SqliteConnection;
use sqlx::{QueryBuilder, Sqlite};

/// A dossier and the bytes it was read from.
#[derive(Clone)]
pub struct StoredDossier {
    /// Its row.
    pub row: DossierRow,
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
    /// Whether these bytes are not the dossier's first ones, which no visible mailbox has: the row's sender and subject are
    /// theirs, and must be taken from these.
    pub copy: bool,
    /// Who opened it first, and when each did.
    pub seen: Vec<Validation>,
}

/// The dossier's key, if it lies in that mailbox.
async fn key_in(connection: &mut SqliteConnection, mailbox: MailboxId, dossier: DossierId) -> Result<i64, StoreError> {
    let mailbox = mailboxes::key_of(connection, mailbox).await?;
    Ok(sqlx::query_scalar(
        "select d.key from dossier d join placement p on p.dossier = d.key where d.id = $1 and p.mailbox = $2",
    )
    .bind(dossier.0.into_bytes().to_vec())
    .bind(mailbox)
    .fetch_one(connection)
    .await?)
}

/// The visible mailboxes in which the dossier lies, the first it came by first.
async fn mailboxes_of(
    connection: &mut SqliteConnection,
    visible: &Visible,
    dossier: DossierId,
) -> Result<Vec<MailboxId>, StoreError> {
    let ids: Vec<Vec<u8>> = sqlx::query_scalar(
        "select m.id from dossier d join placement p on p.dossier = d.key join mailbox m on m.key = p.mailbox
         where d.id = $1 order by p.copy",
    )
    .bind(dossier.0.into_bytes().to_vec())
    .fetch_all(connection)
    .await?;
    let all = ids.iter().map(|id| text::uuid(id).map(MailboxId));
    all.filter(|id| id.as_ref().map_or(true, |id| visible.contains(*id))).collect()
}

impl Read {
    /// The visible mailboxes in which a dossier lies; empty when it lies in none of them, or does not exist.
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

    /// The dossier, whole.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when it does not lie in the proof's mailbox; `Damaged` when the bytes kept are not those
    /// that came.
    pub async fn dossier(
        &mut self,
        proof: &Access<ReadRight>,
        visible: &Visible,
        dossier: DossierId,
    ) -> Result<StoredDossier, StoreError> {
        let key = key_in(self.connection(), proof.mailbox(), dossier).await?;
        let row = row(self.connection(), visible, key).await?;
        type Row = (String, String, i64, i64, Vec<u8>, Vec<u8>, i64);
        let (source, name, part, size, packed, sha256, raw): Row = sqlx::query_as(
            "select r.source, r.name, d.part, r.bytes, r.zstd, r.sha256, r.key from dossier d join raw_message r on r.key = d.raw
             where d.key = $1",
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
        if let Some(copy) = self.visible_copies(visible, &[dossier]).await?.pop() {
            let VisibleCopy { source, name, part, bytes, opened, .. } = copy;
            return Ok(StoredDossier { row, source, name, part, bytes, opened, copy: true, seen });
        }
        Ok(StoredDossier {
            row,
            source: RawSource::of(&source),
            name,
            part: usize::try_from(part).unwrap_or(0),
            bytes: receiving::unpack(&packed, size, &sha256)?,
            opened: sealed::opened_of(self.connection(), raw).await?,
            copy: false,
            seen,
        })
    }
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
const ARRIVALS: usize = 50;

impl Read {
    /// The versions of a dossier's report that lie in visible mailboxes, the dossier itself included, in the order of
    /// arrival, and whether another of them replaces it.
    ///
    /// # Errors
    /// What the database says.
    pub async fn versions(
        &mut self,
        visible: &Visible,
        dossier: DossierId,
    ) -> Result<Vec<(DossierRow, bool)>, StoreError> {
        let key = key(self.connection(), dossier).await?;
        let known = match versions::chain_of(self.connection(), key).await? {
            Some(chain) => versions::all(self.connection(), &chain).await?,
            None => return Ok(Vec::new()),
        };
        let keys = lists::visible_keys(self.connection(), visible).await?;
        let wanted: Vec<i64> = known.iter().map(|one| one.key).collect();
        let rows = lists::rows(self.connection(), visible.actor(), &keys, &wanted).await?;
        let mut seen: Vec<(DossierRow, Version)> = Vec::new();
        for (row, one) in rows.into_iter().zip(known) {
            // Of a version that lies elsewhere only, nothing is said.
            if !row.mailboxes.is_empty() {
                seen.push((row, one.version));
            }
        }
        let versions: Vec<Version> = seen.iter().map(|(_, version)| version.clone()).collect();
        let replaced = replaced(&versions);
        Ok(seen.into_iter().zip(replaced).map(|((row, _), by)| (row, by.is_some())).collect())
    }

    /// By which visible mailboxes a dossier came, and when: in the order of arrival, fifty at the most.
    ///
    /// # Errors
    /// What the database says.
    pub async fn arrivals(
        &mut self,
        visible: &Visible,
        dossier: DossierId,
    ) -> Result<Vec<(MailboxId, Timestamp)>, StoreError> {
        let key = key(self.connection(), dossier).await?;
        let rows: Vec<(Vec<u8>, i64)> = sqlx::query_as(
            "select m.id, v.at from delivery v join mailbox m on m.key = v.mailbox
             where v.raw in (select raw from dossier where key = $1
                             union select raw from dossier_copy where dossier = $1)
             order by v.at, v.mailbox, v.uid",
        )
        .bind(key)
        .fetch_all(self.connection())
        .await?;
        let mut arrivals = Vec::new();
        for (mailbox, at) in rows {
            let mailbox = MailboxId(text::uuid(&mailbox)?);
            if visible.contains(mailbox) && arrivals.len() < ARRIVALS {
                arrivals.push((mailbox, Timestamp(at)));
            }
        }
        Ok(arrivals)
    }

    /// The reports of the same patient (names and birth date as read) in visible mailboxes, the newest first.
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
        let keys = lists::visible_keys(self.connection(), visible).await?;
        let mut query: QueryBuilder<Sqlite> = QueryBuilder::new(
            "select d.id, d.received_at, r.source, r.name, d.part, r.bytes, r.zstd, r.sha256, r.key
             from dossier d join raw_message r on r.key = d.raw
             where d.patient <> '' and d.patient = (select patient from dossier where id = ",
        );
        query.push_bind(dossier.0.into_bytes().to_vec());
        query.push(") and exists (select 1 from placement p where p.dossier = d.key and +p.mailbox in (");
        let mut list = query.separated(", ");
        for mailbox in keys.keys() {
            list.push_bind(*mailbox);
        }
        query.push(")) order by d.received_at desc, d.key desc limit ").push_bind(at_most);
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
                bytes: receiving::unpack(&packed, size, &sha256)?,
                // Of several reports in one message each needs it.
                opened: opened.get(&raw).cloned().unwrap_or_default(),
            })
        });
        found.collect()
    }
}

async fn key(connection: &mut SqliteConnection, dossier: DossierId) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar("select key from dossier where id = $1")
        .bind(dossier.0.into_bytes().to_vec())
        .fetch_one(connection)
        .await?)
}

async fn row(connection: &mut SqliteConnection, visible: &Visible, key: i64) -> Result<DossierRow, StoreError> {
    let keys = lists::visible_keys(connection, visible).await?;
    let rows = lists::rows(connection, visible.actor(), &keys, &[key]).await?;
    rows.into_iter().next().ok_or(StoreError::NotFound)
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
        let key = key_in(self.connection(), proof.mailbox(), dossier).await?;
        sqlx::query("insert into seen(dossier, person, at) values ($1, $2, $3) on conflict do nothing")
            .bind(key)
            .bind(proof.actor().0.into_bytes().to_vec())
            .bind(at.0)
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Validates the dossier, or takes the validation back; in every mailbox it lies in. False when it stood so already.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Stale`].
    pub async fn set_validated(
        &mut self,
        proof: &Access<Validate>,
        dossier: DossierId,
        at: Option<Timestamp>,
    ) -> Result<bool, StoreError> {
        self.fresh(proof.epoch()).await?;
        let key = key_in(self.connection(), proof.mailbox(), dossier).await?;
        let by = at.map(|_| proof.actor().0.into_bytes().to_vec());
        let changed = sqlx::query(
            "update dossier set validated_by = $2, validated_at = $3 where key = $1 and (validated_at = 0) <> ($3 = 0)",
        )
        .bind(key)
        .bind(by)
        .bind(at.map_or(0, |at| at.0))
        .execute(self.connection())
        .await?;
        sqlx::query("update placement set waiting = $2 where dossier = $1 and waiting <> $2")
            .bind(key)
            .bind(at.is_none())
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
        let key = key_in(self.connection(), proof.mailbox(), dossier).await?;
        row(self.connection(), visible, key).await
    }
}
