//! A person leaves the practice: their mailboxes and the dossiers that they are responsible for pass to others, in one
//! change with the departure itself.
//!
//! Only an administrator's proof is asked for: a hand-over gives an administrator no right, it names who takes over.

use crate::changing::keeps_an_administrator;
use crate::{Read, StoreError, Write, rights, text};
use bannette_api::mailboxes::MailboxKind;
use bannette_api::{DossierId, GroupId, MailboxId, PersonId, Timestamp};
use bannette_rights::Administrator;
use sqlx::sqlite::SqliteConnection;
use sqlx::{QueryBuilder, Row as _, Sqlite};
use std::collections::BTreeMap;

/// A mailbox that a person owns, or by which dossiers came that they are responsible for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldMailbox {
    /// Which.
    pub mailbox: MailboxId,
    /// Its owner: the person themselves, or somebody else.
    pub owner: PersonId,
    /// Kind.
    pub kind: MailboxKind,
    /// Address, or a folder's name.
    pub address: String,
    /// How many of the person's dossiers that came by it wait.
    pub waiting: u64,
    /// How many are open: those that wait, and those that stepped back behind another version.
    pub open: u64,
}

/// Who takes over what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TakenOver {
    /// The new owner of each mailbox.
    pub owners: BTreeMap<MailboxId, PersonId>,
    /// Who becomes responsible for the dossiers that came by each mailbox.
    pub responsible: BTreeMap<MailboxId, PersonId>,
}

/// What a departure moved and ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Departed {
    /// The dossiers that came by each mailbox, and who is responsible for them now.
    pub dossiers: Vec<(MailboxId, PersonId, Vec<DossierId>)>,
    /// The mailboxes on which the person had been given a right.
    pub grants: Vec<MailboxId>,
    /// The groups that the person was a member of.
    pub groups: Vec<GroupId>,
}

impl Read {
    /// What a person owns and is responsible for, by mailbox, oldest first: names and counts, no content.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn held(&mut self, _proof: &Administrator, person: PersonId) -> Result<Vec<HeldMailbox>, StoreError> {
        held(self.connection(), person).await
    }
}

impl Write {
    /// As [`Read::held`], inside this change.
    ///
    /// # Errors
    /// [`StoreError::Stale`]; else when the database does not answer.
    pub async fn held(&mut self, proof: &Administrator, person: PersonId) -> Result<Vec<HeldMailbox>, StoreError> {
        self.fresh(proof.epoch()).await?;
        held(self.connection(), person).await
    }

    /// Takes a person out of the practice and hands over what they hold. Their password, their memberships and the rights
    /// given to them end; the rights that others have on their mailboxes stay, and so does each mailbox's secret, unread.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when something that the person holds has no taker; [`StoreError::Taken`] when a new owner
    /// has a mailbox of this kind at this address already; [`StoreError::LastAdministrator`]; [`StoreError::NotFound`] for
    /// somebody unknown or departed; [`StoreError::Stale`].
    pub async fn depart(
        &mut self,
        proof: &Administrator,
        person: PersonId,
        taken_over: &TakenOver,
        at: Timestamp,
    ) -> Result<Departed, StoreError> {
        self.fresh(proof.epoch()).await?;
        keeps_an_administrator(self.connection(), person).await?;
        let gone = bytes(person.0);
        // Suspended as well: whatever asks only for that is right about whoever left.
        let changed = sqlx::query(
            "update person set departed_at = $2, password = '',
                 suspended_since = case suspended_since when 0 then $2 else suspended_since end
             where id = $1 and departed_at = 0",
        )
        .bind(&gone)
        .bind(at.0)
        .execute(self.connection())
        .await?;
        if changed.rows_affected() == 0 {
            return Err(StoreError::NotFound);
        }
        let mut departed = Departed::default();
        for held in held(self.connection(), person).await? {
            if held.open > 0 {
                let to = *taken_over.responsible.get(&held.mailbox).ok_or(StoreError::Conflict)?;
                // What is not shared goes to whoever owns the mailbox then: nobody else sees it there.
                let owner = taken_over.owners.get(&held.mailbox).copied().unwrap_or(held.owner);
                for (to, shared) in [(to, true), (owner, false)] {
                    let dossiers = move_responsibility(self.connection(), held.mailbox, shared, person, to).await?;
                    if shared || !dossiers.is_empty() {
                        departed.dossiers.push((held.mailbox, to, dossiers));
                    }
                }
            }
            if held.owner == person {
                let to = *taken_over.owners.get(&held.mailbox).ok_or(StoreError::Conflict)?;
                // Whoever has the mailbox's sharing open looks again: its readers are others now.
                sqlx::query("update mailbox set owner = $2, share_version = share_version + 1 where id = $1")
                    .bind(bytes(held.mailbox.0))
                    .bind(bytes(to.0))
                    .execute(self.connection())
                    .await?;
            }
        }
        departed.grants = end_grants(self.connection(), &gone).await?;
        departed.groups = end_memberships(self.connection(), &gone).await?;
        rights::next_epoch(self.connection()).await?;
        Ok(departed)
    }
}

fn bytes(id: uuid::Uuid) -> Vec<u8> {
    id.into_bytes().to_vec()
}

async fn held(connection: &mut SqliteConnection, person: PersonId) -> Result<Vec<HeldMailbox>, StoreError> {
    // A dossier that lies in several mailboxes counts once, under the one that it came by first.
    let rows = sqlx::query(
        "with mine as (
             select p.dossier, max(p.waiting in (1, 3)) as waits,
                 (select f.mailbox from placement f where f.dossier = p.dossier order by f.copy limit 1) as came_by
             from placement p where p.responsible = $1 and p.waiting <> 0 group by p.dossier)
         select m.id, m.owner, m.kind, m.address, coalesce(sum(mine.waits), 0) as waiting, count(mine.dossier) as open
         from mailbox m left join mine on mine.came_by = m.key
         where (m.owner = $1 or mine.dossier is not null) and m.gone_at = 0
         group by m.key order by m.created_at, m.key",
    )
    .bind(bytes(person.0))
    .fetch_all(connection)
    .await?;
    let held = rows.iter().map(|row| {
        Ok(HeldMailbox {
            mailbox: MailboxId(text::uuid(row.try_get("id")?)?),
            owner: PersonId(text::uuid(row.try_get("owner")?)?),
            kind: text::named(row.try_get("kind")?)?,
            address: row.try_get("address")?,
            waiting: text::count(row.try_get("waiting")?),
            open: text::count(row.try_get("open")?),
        })
    });
    held.collect()
}

/// Makes somebody responsible for the open dossiers that came by a mailbox, those that are shared there or the others.
/// Validated ones keep who answered for them.
async fn move_responsibility(
    connection: &mut SqliteConnection,
    mailbox: MailboxId,
    shared: bool,
    from: PersonId,
    to: PersonId,
) -> Result<Vec<DossierId>, StoreError> {
    let rows: Vec<(i64, Vec<u8>)> = sqlx::query_as(
        "select distinct d.key, d.id from placement p join dossier d on d.key = p.dossier
         where p.responsible = $1 and p.waiting <> 0 and ((select key from mailbox where id = $2), $3) =
             (select f.mailbox, f.held = 0 from placement f where f.dossier = p.dossier order by f.copy limit 1)
         order by d.key",
    )
    .bind(bytes(from.0))
    .bind(bytes(mailbox.0))
    .bind(shared)
    .fetch_all(&mut *connection)
    .await?;
    for some in rows.chunks(500) {
        for (table, column) in [("dossier", "key"), ("placement", "dossier")] {
            let mut query: QueryBuilder<Sqlite> = QueryBuilder::new(format!("update {table} set responsible = "));
            query.push_bind(bytes(to.0)).push(format!(" where {column} in ("));
            let mut keys = query.separated(", ");
            for (key, _) in some {
                keys.push_bind(*key);
            }
            query.push(")");
            query.build().execute(&mut *connection).await?;
        }
    }
    rows.iter().map(|(_, id)| text::uuid(id).map(DossierId)).collect()
}

/// Takes back every right given to the person by name.
async fn end_grants(connection: &mut SqliteConnection, person: &[u8]) -> Result<Vec<MailboxId>, StoreError> {
    let ids: Vec<Vec<u8>> = sqlx::query_scalar(
        "update mailbox set share_version = share_version + 1
         where key in (select mailbox from share_grant where to_kind = 'person' and to_id = $1) returning id",
    )
    .bind(person)
    .fetch_all(&mut *connection)
    .await?;
    sqlx::query("delete from share_grant where to_kind = 'person' and to_id = $1")
        .bind(person)
        .execute(connection)
        .await?;
    ids.iter().map(|id| text::uuid(id).map(MailboxId)).collect()
}

async fn end_memberships(connection: &mut SqliteConnection, person: &[u8]) -> Result<Vec<GroupId>, StoreError> {
    let ids: Vec<Vec<u8>> = sqlx::query_scalar("delete from group_member where person_id = $1 returning group_id")
        .bind(person)
        .fetch_all(connection)
        .await?;
    ids.iter().map(|id| text::uuid(id).map(GroupId)).collect()
}
