//! One dossier: its bytes, who has seen it, its validation. Each function reads the mailbox from the proof and looks
//! whether the dossier lies there, so that a right on one mailbox opens nothing of another.

use crate::{RawSource, Read, StoreError, Write, lists, mailboxes, receiving, text};
use bannette_api::dossiers::{DossierRow, Validation};
use bannette_api::{DossierId, MailboxId, PersonId, Timestamp};
use bannette_rights::{Access, Read as ReadRight, Validate, Visible};
use sqlx::sqlite::SqliteConnection;

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
        let (source, name, part, size, packed, sha256): (String, String, i64, i64, Vec<u8>, Vec<u8>) = sqlx::query_as(
            "select r.source, r.name, d.part, r.bytes, r.zstd, r.sha256 from dossier d join raw_message r on r.key = d.raw
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
        Ok(StoredDossier {
            row,
            source: RawSource::of(&source),
            name,
            part: usize::try_from(part).unwrap_or(0),
            bytes: receiving::unpack(&packed, size, &sha256)?,
            seen: seen.collect::<Result<_, StoreError>>()?,
        })
    }
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
        Ok(changed.rows_affected() > 0)
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
