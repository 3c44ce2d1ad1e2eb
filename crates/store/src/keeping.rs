//! *Délai de conservation*: what has stood in a mailbox's tree for its delay since it was dealt with leaves it; its bytes go
//! with the last mailbox. The dossier's row, its conclusions and the journal stay.
//!
//! One question decides what may leave, [`judged`]; what is shown before, the daily run and the end of a mailbox all ask it,
//! and a run asks it again inside the very change that removes.

use crate::{Act, Author, Read, Store, StoreError, Write, documents, mailboxes, text};
use bannette_api::keeping::{Amount, StaysInTree};
use bannette_api::{DossierId, MailboxId, Timestamp};
use bannette_rights::{Access, Own, SystemAccess};
use sqlx::sqlite::SqliteConnection;
use sqlx::{QueryBuilder, Row as _, Sqlite};

/// `placement.waiting` of a dossier of which no message stands in the mailbox any more.
pub(crate) const LEFT: i64 = 4;
/// Milliseconds of a day.
const DAY: i64 = 24 * 3_600_000;
/// Pages of the search that are merged in one change.
const MERGED_PAGES: i64 = 500;

/// Which messages may leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Those dealt with, once the mailbox's delay has passed.
    Delay,
    /// Those dealt with, at once: the mailbox ends.
    AtOnce,
}

/// A message that stands in a mailbox, and what the rule says of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Judged {
    raw: i64,
    /// When it came into the mailbox.
    pub arrived: Timestamp,
    /// How many bytes it has.
    pub bytes: u64,
    /// Why it stays whatever the delay; none when all is done.
    pub why: Option<StaysInTree>,
    /// From when on it may leave, when all is done.
    pub due: Timestamp,
}

/// What a mailbox's rule is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// The delay.
    pub days: u32,
    /// When the rule was last applied; none: never.
    pub looked_at: Option<Timestamp>,
    /// Whether the mailbox is an archive, from which nothing leaves by delay.
    pub archived: bool,
    /// Whether it is one from which all leaves that is dealt with.
    pub emptied: bool,
}

/// What left.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gone {
    /// Messages that left the mailbox.
    pub messages: u64,
    /// Bytes of those that no mailbox holds any more.
    pub bytes: u64,
    /// Dossiers of which the mailbox keeps the conclusions alone.
    pub dossiers: Vec<DossierId>,
    hashes: Vec<[u8; 32]>,
}

impl Judged {
    /// One that is dealt with, for tests of what follows from it: it names no message.
    #[must_use]
    pub fn due_at(due: Timestamp) -> Self {
        Self { raw: 0, arrived: due, bytes: 0, why: None, due }
    }

    /// Whether it may leave at that time, by that rule.
    #[must_use]
    pub fn may_leave(&self, rule: Rule, now: Timestamp) -> bool {
        self.why.is_none() && (rule == Rule::AtOnce || self.due <= now)
    }
}

/// How many and how much.
#[must_use]
pub fn amount<'a>(messages: impl Iterator<Item = &'a Judged>) -> Amount {
    let mut amount = Amount::default();
    for message in messages {
        amount.add(message.arrived, message.bytes);
    }
    amount
}

/// The messages that stand in a mailbox, or some of them, each with what keeps it there. A dossier stays for whatever is
/// not done with it; a message stays for any of its dossiers.
async fn judged(
    connection: &mut SqliteConnection,
    mailbox: i64,
    only: Option<&[i64]>,
) -> Result<Vec<Judged>, StoreError> {
    let mut query: QueryBuilder<Sqlite> = QueryBuilder::new(
        "with standing as (
             select v.raw, max(v.at) as arrived,
                 max(v.state = 0 and v.uid_validity <> 0 and v.uid_validity = m.uid_validity
                     and m.delete_from_server = 1 and m.archived_at = 0) as on_server
             from delivery v join mailbox m on m.key = v.mailbox where v.left_at = 0 and v.mailbox = ",
    );
    query.push_bind(mailbox);
    if let Some(only) = only {
        query.push(" and v.raw in (");
        push(&mut query, only);
        query.push(")");
    }
    query.push(
        " group by v.raw),
         carried as (
             select s.raw, d.key from standing s join dossier d on d.raw = s.raw
             union select s.raw, c.dossier from standing s join dossier_copy c on c.raw = s.raw)
         select s.raw, s.arrived, s.on_server, r.bytes, m.retention_days,
             coalesce(max(d.validated_at = 0), 1) as open,
             max(d.identified = 0) as unidentified,
             max(d.urgency = 0 and not exists (select 1 from seen e where e.dossier = d.key)) as unseen,
             max(d.chain <> x'' and exists (
                 select 1 from dossier o join placement q on q.dossier = o.key
                 where o.chain <> x'' and o.chain = d.chain and q.mailbox = m.key and q.waiting in (1, 3))) as awaited,
             coalesce(max(d.validated_at), 0) as validated
         from standing s join raw_message r on r.key = s.raw left join carried c on c.raw = s.raw
             left join dossier d on d.key = c.key join mailbox m on m.key = ",
    );
    query.push_bind(mailbox).push(" group by s.raw order by s.raw");
    let rows = query.build().fetch_all(connection).await?;
    let judged = rows.iter().map(|row| {
        let (arrived, validated): (i64, i64) = (row.try_get("arrived")?, row.try_get("validated")?);
        let days: i64 = row.try_get("retention_days")?;
        let holds = |name: &str| row.try_get::<Option<i64>, _>(name).map(|holds| holds.unwrap_or(0) != 0);
        let why = if holds("open")? {
            Some(StaysInTree::NotValidated)
        } else if holds("unidentified")? {
            Some(StaysInTree::NotIdentified)
        } else if holds("unseen")? {
            Some(StaysInTree::CriticalUnseen)
        } else if holds("awaited")? {
            Some(StaysInTree::OtherVersionWaits)
        } else if holds("on_server")? {
            Some(StaysInTree::OnServer)
        } else {
            None
        };
        Ok(Judged {
            raw: row.try_get("raw")?,
            arrived: Timestamp(arrived),
            bytes: text::count(row.try_get("bytes")?),
            why,
            due: Timestamp(arrived.max(validated).saturating_add(days.saturating_mul(DAY))),
        })
    });
    judged.collect()
}

fn push(query: &mut QueryBuilder<Sqlite>, keys: &[i64]) {
    let mut list = query.separated(", ");
    for key in keys {
        list.push_bind(*key);
    }
}

async fn retention(connection: &mut SqliteConnection, mailbox: MailboxId) -> Result<Retention, StoreError> {
    let (days, looked_at, archived, emptied): (i64, i64, bool, bool) = sqlx::query_as(
        "select retention_days, purge_looked_at, archived_at <> 0, emptied from mailbox where id = $1 and gone_at = 0",
    )
    .bind(mailbox.0.into_bytes().to_vec())
    .fetch_one(connection)
    .await?;
    Ok(Retention { days: text::small(days), looked_at: text::instant(looked_at), archived, emptied })
}

impl Read {
    /// What stands in one's mailbox, with what the rule says of each message.
    ///
    /// # Errors
    /// What the database says.
    pub async fn kept_in_tree(&mut self, proof: &Access<Own>) -> Result<(Retention, Vec<Judged>), StoreError> {
        let mailbox = mailboxes::key_of(self.connection(), proof.mailbox()).await?;
        let retention = retention(self.connection(), proof.mailbox()).await?;
        Ok((retention, judged(self.connection(), mailbox, None).await?))
    }

    /// A mailbox's rule, for the daily run.
    ///
    /// # Errors
    /// What the database says.
    pub async fn retention(&mut self, proof: &SystemAccess) -> Result<Retention, StoreError> {
        retention(self.connection(), proof.mailbox()).await
    }

    /// What stands in a mailbox, for the daily run.
    ///
    /// # Errors
    /// What the database says.
    pub async fn to_purge(&mut self, proof: &SystemAccess) -> Result<Vec<Judged>, StoreError> {
        let mailbox = mailboxes::key_of(self.connection(), proof.mailbox()).await?;
        judged(self.connection(), mailbox, None).await
    }

    /// All mailboxes there are, fetched or not.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn mailboxes_to_purge(&mut self) -> Result<Vec<MailboxId>, StoreError> {
        let ids: Vec<Vec<u8>> = sqlx::query_scalar("select id from mailbox where gone_at = 0 order by key")
            .fetch_all(self.connection())
            .await?;
        ids.iter().map(|id| text::uuid(id).map(MailboxId)).collect()
    }
}

impl Write {
    /// As [`Read::kept_in_tree`], inside this change.
    ///
    /// # Errors
    /// What the database says.
    pub async fn kept_in_tree(&mut self, proof: &Access<Own>) -> Result<Vec<Judged>, StoreError> {
        let mailbox = mailboxes::key_of(self.connection(), proof.mailbox()).await?;
        judged(self.connection(), mailbox, None).await
    }

    /// Lets those of these messages leave the mailbox that may at `now`. Nothing is changed, and nothing to be committed, when
    /// none may any more.
    ///
    /// # Errors
    /// What the database says.
    pub async fn purge(
        &mut self,
        proof: &SystemAccess,
        messages: &[Judged],
        rule: Rule,
        now: Timestamp,
    ) -> Result<Gone, StoreError> {
        self.purge_by(proof.mailbox(), messages, rule, Author::Program, now).await
    }

    /// The same, by the mailbox's owner.
    ///
    /// # Errors
    /// [`StoreError::Stale`]; what the database says.
    pub async fn purge_own(
        &mut self,
        proof: &Access<Own>,
        messages: &[Judged],
        rule: Rule,
        now: Timestamp,
    ) -> Result<Gone, StoreError> {
        self.fresh(proof.epoch()).await?;
        self.purge_by(proof.mailbox(), messages, rule, Author::Person(proof.actor()), now).await
    }

    async fn purge_by(
        &mut self,
        id: MailboxId,
        messages: &[Judged],
        rule: Rule,
        author: Author,
        now: Timestamp,
    ) -> Result<Gone, StoreError> {
        let mailbox = mailboxes::key_of(self.connection(), id).await?;
        let days = retention(self.connection(), id).await?.days;
        let asked: Vec<i64> = messages.iter().map(|message| message.raw).collect();
        // Asked again here: a validation may have been taken back since it was looked at.
        let judged = judged(self.connection(), mailbox, Some(&asked)).await?;
        let leaving: Vec<i64> = judged.iter().filter(|one| one.may_leave(rule, now)).map(|one| one.raw).collect();
        if leaving.is_empty() {
            return Ok(Gone::default());
        }
        let gone = let_go(self.connection(), mailbox, &leaving, now).await?;
        let act = Act::ContentPurged {
            mailbox: id,
            retention_days: (rule == Rule::Delay).then_some(days),
            messages: gone.hashes.clone(),
            dossiers: gone.dossiers.clone(),
        };
        self.record(author, now, &act);
        Ok(gone)
    }

    /// Notes that the rule was applied.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn purge_looked(&mut self, proof: &SystemAccess, at: Timestamp) -> Result<(), StoreError> {
        sqlx::query("update mailbox set purge_looked_at = $2 where id = $1")
            .bind(proof.mailbox().0.into_bytes().to_vec())
            .bind(at.0)
            .execute(self.connection())
            .await?;
        Ok(())
    }
}

/// Takes these messages out of the mailbox's tree.
async fn let_go(
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
async fn forget_bytes(
    connection: &mut SqliteConnection,
    raws: &[i64],
    now: Timestamp,
) -> Result<u64, StoreError> {
    // `secure_delete` is on: what is freed is overwritten. The name of a file may be a patient's.
    let mut query: QueryBuilder<Sqlite> = QueryBuilder::new("update raw_message set zstd = x'', name = '', purged_at = ");
    query.push_bind(now.0).push(" where purged_at = 0 and key in (");
    push(&mut query, raws);
    query.push(
        ") and not exists (select 1 from delivery v where v.raw = raw_message.key and v.left_at = 0) returning bytes, key",
    );
    let rows: Vec<(i64, i64)> = query.build_query_as().fetch_all(&mut *connection).await?;
    if !rows.is_empty() {
        let mut query: QueryBuilder<Sqlite> = QueryBuilder::new("update dossier set documents_read = 0 where raw in (");
        push(&mut query, &rows.iter().map(|(_, key)| *key).collect::<Vec<_>>());
        query.push(")").build().execute(connection).await?;
    }
    Ok(rows.iter().map(|(bytes, _)| text::count(*bytes)).sum())
}

/// The words of the dossiers that can be read from no bytes any more: they are found by what their row keeps.
async fn forget_contents(connection: &mut SqliteConnection, dossiers: &[i64], now: Timestamp) -> Result<(), StoreError> {
    let mut query: QueryBuilder<Sqlite> = QueryBuilder::new("update dossier set removed_at = ");
    query.push_bind(now.0).push(" where removed_at = 0 and key in (");
    push(&mut query, dossiers);
    query.push(
        ") and not exists (
             select 1 from raw_message r where r.purged_at = 0 and r.key in (
                 select d.raw from dossier d where d.key = dossier.key
                 union select c.raw from dossier_copy c where c.dossier = dossier.key))
         returning key, last_name || ' ' || first_name || ' ' || birth_date || ' ' || number",
    );
    let rows: Vec<(i64, String)> = query.build_query_as().fetch_all(&mut *connection).await?;
    for (key, words) in rows {
        documents::replace_words(connection, key, &words).await?;
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
        // Best effort: somebody who reads meanwhile keeps the log; the next checkpoint begins it anew.
        sqlx::query("pragma wal_checkpoint(truncate)").fetch_all(&mut *connection).await?;
        Ok(())
    }
}
