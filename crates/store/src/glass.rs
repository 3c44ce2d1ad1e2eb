//! *Bris de glace*: the mailboxes that administrators opened without a right. Whether one counts now is decided where all
//! rights are, in `bannette-rights`.

use crate::{Read, StoreError, Write, mailboxes, rights, text};
use bannette_api::glass::{BrokenGlass, ClosedMailbox};
use bannette_api::{GlassId, MailboxId, PersonId, Timestamp};
use bannette_rights::{Access, Administrator, Own, Visible};
use sha2::{Digest as _, Sha256};
use sqlx::Row as _;
use sqlx::sqlite::SqliteConnection;

/// One opening, as far as whoever ends it must know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "as in api::glass::BrokenGlass")]
pub struct GlassRecord {
    pub id: GlassId,
    pub mailbox: MailboxId,
    pub person: PersonId,
    pub ends: Timestamp,
}

/// What the journal keeps of a reason: it shows whether the reason was edited, and says nothing of it.
pub(crate) fn reason_hash(glass: GlassId, reason: &str) -> [u8; 32] {
    Sha256::new().chain_update(glass.0.as_bytes()).chain_update(reason.as_bytes()).finalize().into()
}

/// The hash of the reason that is kept; none where there is no such opening.
pub(crate) async fn kept_reason(
    connection: &mut SqliteConnection,
    glass: GlassId,
) -> Result<Option<[u8; 32]>, StoreError> {
    let reason: Option<String> = sqlx::query_scalar("select reason from broken_glass where id = $1")
        .bind(glass.0.into_bytes().to_vec())
        .fetch_optional(connection)
        .await?;
    Ok(reason.map(|reason| reason_hash(glass, &reason)))
}

impl Read {
    /// The mailboxes that the administrator cannot read, by address.
    ///
    /// # Errors
    /// What the database says.
    pub async fn closed_mailboxes(
        &mut self,
        _administrator: &Administrator,
        visible: &Visible,
    ) -> Result<Vec<ClosedMailbox>, StoreError> {
        let rows: Vec<(Vec<u8>, String, String, Vec<u8>)> = sqlx::query_as(
            "select id, kind, address, owner from mailbox where gone_at = 0 order by address collate nocase, key",
        )
        .fetch_all(self.connection())
        .await?;
        let mut closed = Vec::new();
        for (id, kind, address, owner) in rows {
            let mailbox = MailboxId(text::uuid(&id)?);
            if !visible.contains(mailbox) {
                let (kind, owner) = (text::named(&kind)?, PersonId(text::uuid(&owner)?));
                closed.push(ClosedMailbox { mailbox, kind, address, owner });
            }
        }
        Ok(closed)
    }

    /// The openings that concern a person at `now`: of the mailboxes in `owned`, what runs or was not acknowledged; and
    /// what the person opened and still runs. The newest first.
    ///
    /// # Errors
    /// What the database says.
    pub async fn broken_glass(
        &mut self,
        owned: &[Access<Own>],
        person: PersonId,
        now: Timestamp,
    ) -> Result<Vec<BrokenGlass>, StoreError> {
        let rows = sqlx::query(
            "select g.id, m.id, m.address, g.person, g.reason, g.begins, g.ends, g.acknowledged_at
             from broken_glass g join mailbox m on m.key = g.mailbox
             where g.acknowledged_at = 0 or g.ends > $1 order by g.begins desc, g.id",
        )
        .bind(now.0)
        .fetch_all(self.connection())
        .await?;
        let mut all = Vec::new();
        for row in rows {
            let mailbox = MailboxId(text::uuid(&row.try_get::<Vec<u8>, _>(1)?)?);
            let by = PersonId(text::uuid(&row.try_get::<Vec<u8>, _>(3)?)?);
            let ends = Timestamp(row.try_get(6)?);
            let mine = owned.iter().any(|proof| proof.mailbox() == mailbox);
            if mine || (by == person && ends > now) {
                all.push(BrokenGlass {
                    id: GlassId(text::uuid(&row.try_get::<Vec<u8>, _>(0)?)?),
                    mailbox,
                    address: row.try_get(2)?,
                    mine,
                    by,
                    reason: row.try_get(4)?,
                    begins: Timestamp(row.try_get(5)?),
                    ends,
                    running: ends > now,
                    acknowledged: row.try_get::<i64, _>(7)? != 0,
                });
            }
        }
        Ok(all)
    }
}

impl Write {
    /// Opens a mailbox to an administrator, to read.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such mailbox; [`StoreError::Stale`].
    pub async fn break_glass(
        &mut self,
        proof: &Administrator,
        id: GlassId,
        mailbox: MailboxId,
        reason: &str,
        begins: Timestamp,
        ends: Timestamp,
    ) -> Result<(), StoreError> {
        self.fresh(proof.epoch()).await?;
        let key = mailboxes::key_of(self.connection(), mailbox).await?;
        sqlx::query(
            "insert into broken_glass(id, mailbox, person, reason, begins, ends, acknowledged_at)
             values ($1, $2, $3, $4, $5, $6, 0)",
        )
        .bind(id.0.into_bytes().to_vec())
        .bind(key)
        .bind(proof.actor().0.into_bytes().to_vec())
        .bind(reason)
        .bind(begins.0)
        .bind(ends.0)
        .execute(self.connection())
        .await?;
        rights::next_epoch(self.connection()).await
    }

    /// One opening; none when there is no such.
    ///
    /// # Errors
    /// What the database says.
    pub async fn glass(&mut self, id: GlassId) -> Result<Option<GlassRecord>, StoreError> {
        let row: Option<(Vec<u8>, Vec<u8>, i64)> = sqlx::query_as(
            "select m.id, g.person, g.ends from broken_glass g join mailbox m on m.key = g.mailbox where g.id = $1",
        )
        .bind(id.0.into_bytes().to_vec())
        .fetch_optional(self.connection())
        .await?;
        let record = row.map(|(mailbox, person, ends)| {
            Ok(GlassRecord {
                id,
                mailbox: MailboxId(text::uuid(&mailbox)?),
                person: PersonId(text::uuid(&person)?),
                ends: Timestamp(ends),
            })
        });
        record.transpose()
    }

    /// Ends an opening of the proof's mailbox.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it is over already; [`StoreError::Stale`].
    pub async fn end_glass(&mut self, proof: &Access<Own>, id: GlassId, at: Timestamp) -> Result<(), StoreError> {
        self.fresh(proof.epoch()).await?;
        let mailbox = mailboxes::key_of(self.connection(), proof.mailbox()).await?;
        let ended = sqlx::query("update broken_glass set ends = $3 where id = $1 and mailbox = $2 and ends > $3")
            .bind(id.0.into_bytes().to_vec())
            .bind(mailbox)
            .bind(at.0)
            .execute(self.connection())
            .await?;
        if ended.rows_affected() == 0 {
            return Err(StoreError::Conflict);
        }
        rights::next_epoch(self.connection()).await
    }

    /// Ends an opening by whoever opened.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it is over already, or another's.
    pub async fn end_own_glass(&mut self, person: PersonId, id: GlassId, at: Timestamp) -> Result<(), StoreError> {
        let ended = sqlx::query("update broken_glass set ends = $3 where id = $1 and person = $2 and ends > $3")
            .bind(id.0.into_bytes().to_vec())
            .bind(person.0.into_bytes().to_vec())
            .bind(at.0)
            .execute(self.connection())
            .await?;
        if ended.rows_affected() == 0 {
            return Err(StoreError::Conflict);
        }
        rights::next_epoch(self.connection()).await
    }

    /// Notes that the owner has seen an opening of the proof's mailbox; the first time stays. False when it was so already.
    ///
    /// # Errors
    /// [`StoreError::Stale`].
    pub async fn acknowledge_glass(
        &mut self,
        proof: &Access<Own>,
        id: GlassId,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        self.fresh(proof.epoch()).await?;
        let mailbox = mailboxes::key_of(self.connection(), proof.mailbox()).await?;
        let seen = sqlx::query(
            "update broken_glass set acknowledged_at = $3 where id = $1 and mailbox = $2 and acknowledged_at = 0",
        )
        .bind(id.0.into_bytes().to_vec())
        .bind(mailbox)
        .bind(at.0)
        .execute(self.connection())
        .await?;
        Ok(seen.rows_affected() > 0)
    }
}
