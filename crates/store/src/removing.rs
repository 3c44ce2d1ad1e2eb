//! The end of a mailbox: it becomes an archive, or passes all it has into another one. Nothing that is not dealt with is ever
//! lost, and its secrets are forgotten in the same change.

use crate::keeping::LEFT;
use crate::{NewSecrets, Read, StoreError, Write, mailboxes, rights, secrets, text, versions};
use bannette_api::{MailboxId, Timestamp};
use bannette_formats::Mark;
use bannette_rights::{Access, Own};
use sqlx::sqlite::SqliteConnection;

/// What lies in a mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LiesThere {
    /// Dossiers, those of which the conclusions alone are left included.
    pub dossiers: u64,
    /// When it became an archive.
    pub archived_at: Option<Timestamp>,
}

/// How a mailbox ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It stays to be read.
    Archived,
    /// It stays to be read, and what is dealt with leaves it.
    Emptied,
}

impl Read {
    /// What lies in one's mailbox.
    ///
    /// # Errors
    /// What the database says.
    pub async fn lies_in(&mut self, proof: &Access<Own>) -> Result<LiesThere, StoreError> {
        lies_in(self.connection(), proof.mailbox()).await
    }
}

async fn lies_in(connection: &mut SqliteConnection, mailbox: MailboxId) -> Result<LiesThere, StoreError> {
    let (dossiers, archived_at): (i64, i64) = sqlx::query_as(
        "select (select count(*) from placement p where p.mailbox = m.key), m.archived_at from mailbox m where m.id = $1",
    )
    .bind(mailbox.0.into_bytes().to_vec())
    .fetch_one(connection)
    .await?;
    Ok(LiesThere { dossiers: text::count(dossiers), archived_at: text::instant(archived_at) })
}

impl Write {
    /// Ends a mailbox that stays to be read. It is fetched no more; a second time changes nothing but what is asked.
    ///
    /// # Errors
    /// [`StoreError::Stale`]; what the database says.
    pub async fn archive_mailbox(
        &mut self,
        proof: &Access<Own>,
        taken: Taken,
        at: Timestamp,
    ) -> Result<LiesThere, StoreError> {
        self.fresh(proof.epoch()).await?;
        let lies = lies_in(self.connection(), proof.mailbox()).await?;
        forget_secrets(self.connection(), proof.mailbox()).await?;
        sqlx::query(
            "update mailbox set archived_at = case archived_at when 0 then $2 else archived_at end, emptied = $3
             where id = $1",
        )
        .bind(proof.mailbox().0.into_bytes().to_vec())
        .bind(at.0)
        .bind(taken == Taken::Emptied)
        .execute(self.connection())
        .await?;
        Ok(lies)
    }

    /// Passes everything that lies in one mailbox of one's own into another, and takes the first away.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] for one and the same mailbox; [`StoreError::Stale`]; what the database says.
    pub async fn hand_over_mailbox(
        &mut self,
        from: &Access<Own>,
        to: &Access<Own>,
        at: Timestamp,
    ) -> Result<LiesThere, StoreError> {
        self.fresh(from.epoch()).await?;
        self.fresh(to.epoch()).await?;
        if from.mailbox() == to.mailbox() {
            return Err(StoreError::Conflict);
        }
        let lies = lies_in(self.connection(), from.mailbox()).await?;
        let old = mailboxes::key_of(self.connection(), from.mailbox()).await?;
        let new = mailboxes::key_of(self.connection(), to.mailbox()).await?;
        move_deliveries(self.connection(), old, new).await?;
        move_placements(self.connection(), old, new).await?;
        for chain in chains_in(self.connection(), new).await? {
            versions::settle(self.connection(), &chain).await?;
        }
        self.take_away(from.mailbox(), at).await?;
        Ok(lies)
    }

    /// Takes a mailbox away in which nothing lies.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when something lies there; [`StoreError::Stale`]; what the database says.
    pub async fn take_away_empty(&mut self, proof: &Access<Own>, at: Timestamp) -> Result<(), StoreError> {
        self.fresh(proof.epoch()).await?;
        let used: bool = sqlx::query_scalar(
            "select exists (select 1 from delivery v where v.mailbox = m.key)
                 or exists (select 1 from placement p where p.mailbox = m.key) from mailbox m where m.id = $1",
        )
        .bind(proof.mailbox().0.into_bytes().to_vec())
        .fetch_one(self.connection())
        .await?;
        if used { Err(StoreError::Conflict) } else { self.take_away(proof.mailbox(), at).await }
    }

    /// Nobody has a right on it any more. Its line stays, because the journal names it.
    async fn take_away(&mut self, mailbox: MailboxId, at: Timestamp) -> Result<(), StoreError> {
        forget_secrets(self.connection(), mailbox).await?;
        for statement in [
            "delete from share_grant where mailbox = (select key from mailbox where id = $1)",
            "update broken_glass set ends = min(ends, $2) where mailbox = (select key from mailbox where id = $1)",
            "update mailbox set gone_at = $2, shared = 0 where id = $1",
        ] {
            sqlx::query(statement).bind(mailbox.0.into_bytes().to_vec()).bind(at.0).execute(self.connection()).await?;
        }
        rights::next_epoch(self.connection()).await
    }
}

/// The account, its server and its secrets: nothing signs in there any more, and nobody sends from it.
async fn forget_secrets(connection: &mut SqliteConnection, mailbox: MailboxId) -> Result<(), StoreError> {
    secrets::set(connection, mailbox, &NewSecrets::none()).await?;
    for statement in [
        "update mailbox set enabled = 0, delete_from_server = 0, deletion_refused_at = 0 where id = $1",
        "update person set default_sender = x'' where default_sender = $1",
    ] {
        sqlx::query(statement).bind(mailbox.0.into_bytes().to_vec()).execute(&mut *connection).await?;
    }
    Ok(())
}

/// The lines of what came. Their UIDs are another server's: under the new mailbox they have none, and stand as gone from the
/// server, so that nothing is ever deleted there in their name.
async fn move_deliveries(connection: &mut SqliteConnection, old: i64, new: i64) -> Result<(), StoreError> {
    sqlx::query(
        "insert into delivery(mailbox, uid_validity, uid, raw, state, at, left_at)
         select $2, 0, row_number() over (order by v.at, v.uid_validity, v.uid)
                + coalesce((select max(uid) from delivery where mailbox = $2 and uid_validity = 0), 0),
             v.raw, 1, v.at, v.left_at
         from delivery v where v.mailbox = $1",
    )
    .bind(old)
    .bind(new)
    .execute(&mut *connection)
    .await?;
    sqlx::query("delete from delivery where mailbox = $1").bind(old).execute(connection).await?;
    Ok(())
}

/// A dossier that lies in both lies in the other from now on, as what of the two asks for more.
async fn move_placements(connection: &mut SqliteConnection, old: i64, new: i64) -> Result<(), StoreError> {
    sqlx::query(
        "update placement set waiting = o.waiting, left_at = 0, newest = o.newest, held = max(placement.held, o.held)
         from placement o where o.dossier = placement.dossier and o.mailbox = $1 and placement.mailbox = $2
             and placement.waiting = $3 and o.waiting <> $3",
    )
    .bind(old)
    .bind(new)
    .bind(LEFT)
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "delete from placement where mailbox = $1
             and dossier in (select dossier from placement where mailbox = $2)",
    )
    .bind(old)
    .bind(new)
    .execute(&mut *connection)
    .await?;
    sqlx::query("update placement set mailbox = $2 where mailbox = $1").bind(old).bind(new).execute(connection).await?;
    Ok(())
}

/// The chains of which more than one version lies in the mailbox.
async fn chains_in(connection: &mut SqliteConnection, mailbox: i64) -> Result<Vec<Mark>, StoreError> {
    let chains: Vec<Vec<u8>> = sqlx::query_scalar(
        "select d.chain from placement p join dossier d on d.key = p.dossier
         where p.mailbox = $1 and d.chain <> x'' group by d.chain having count(*) > 1",
    )
    .bind(mailbox)
    .fetch_all(connection)
    .await?;
    Ok(chains.iter().filter_map(|chain| chain.as_slice().try_into().ok()).collect())
}
