//! *Délai de conservation*: what has stood in a mailbox's tree for its delay since it was dealt with leaves it; its bytes go
//! with the last mailbox. The dossier's row, its conclusions and the journal stay.
//!
//! One question decides what may leave, [`judged`]; what is shown before, the daily run and the end of a mailbox all ask it,
//! and a run asks it again inside the very change that removes.

use crate::leaving::let_go;
use crate::{Act, Author, Read, StoreError, Write, mailboxes, text};
use bannette_api::keeping::{Amount, StaysInTree};
use bannette_api::{DossierId, MailboxId, Timestamp};
use bannette_rights::{Access, Own, SystemAccess};
use sqlx::sqlite::SqliteConnection;
use sqlx::{QueryBuilder, Row as _, Sqlite};

/// `placement.waiting` of a dossier of which no message stands in the mailbox any more.
pub(crate) const LEFT: i64 = 4;
/// When a message leaves a mailbox whose owner chose no delay.
pub const NEVER: Timestamp = Timestamp(i64::MAX);
/// Milliseconds of a day.
const DAY: i64 = 24 * 3_600_000;

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
    /// From when on it may leave, when all is done; [`NEVER`] where the mailbox keeps what it has.
    pub due: Timestamp,
}

/// What a mailbox's rule is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// The delay; none: what comes is kept.
    pub days: Option<u32>,
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
    /// SHA-256 of each message.
    pub(crate) hashes: Vec<[u8; 32]>,
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
             max(d.key is not null and not exists (select 1 from dossier_values n where n.dossier = d.key)) as unread,
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
        } else if holds("unread")? {
            Some(StaysInTree::NumbersNotKept)
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
            due: match days {
                0 => NEVER,
                days => Timestamp(arrived.max(validated).saturating_add(days.saturating_mul(DAY))),
            },
        })
    });
    judged.collect()
}

pub(crate) fn push(query: &mut QueryBuilder<Sqlite>, keys: &[i64]) {
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
    Ok(Retention { days: text::some_small(days), looked_at: text::instant(looked_at), archived, emptied })
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
            retention_days: days.filter(|_| rule == Rule::Delay),
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
