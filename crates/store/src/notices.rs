//! Told: whoever gains or loses a right has a line of it, written with the change itself.
//!
//! What changed is not said by whoever changes: it is computed, by the one function of the rights, from the facts before
//! and after. Rights that begin or end by their date are computed the same way, from the moment up to which they were told.

use crate::journal::Draft;
use crate::{Act, Author, Read, Store, StoreError, Under, Write, journal, rights, text};
use bannette_api::notices::Notice;
use bannette_api::sharing::{Held, Level};
use bannette_api::{MailboxId, PersonId, Timestamp};
use bannette_rights::{Difference, Practice};
use sqlx::Row as _;
use sqlx::sqlite::SqliteConnection;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Notices shown at once: after years of absence the oldest come first, and the rest after « J’ai vu ».
const AT_MOST: i64 = 200;

fn columns(held: Option<Held>) -> (&'static str, i64) {
    match held {
        None => ("", 0),
        Some(held) => {
            let level = match (held.owner, held.level) {
                (true, _) => "own",
                (false, Level::Read) => "read",
                (false, Level::Send) => "send",
            };
            (level, held.ends.map_or(0, |ends| ends.0))
        }
    }
}

fn held(level: &str, ends: i64) -> Result<Option<Held>, StoreError> {
    let (owner, level) = match level {
        "" => return Ok(None),
        "own" => (true, Level::Send),
        other => (false, text::named(other)?),
    };
    Ok(Some(Held { owner, level, ends: text::instant(ends) }))
}

async fn told_at(connection: &mut SqliteConnection) -> Result<Timestamp, StoreError> {
    Ok(Timestamp(sqlx::query_scalar("select at from told").fetch_one(connection).await?))
}

async fn set_told(connection: &mut SqliteConnection, at: Timestamp) -> Result<(), StoreError> {
    sqlx::query("update told set at = $1").bind(at.0).execute(connection).await?;
    Ok(())
}

async fn tell(
    connection: &mut SqliteConnection,
    difference: &Difference,
    author: &[u8],
    at: Timestamp,
) -> Result<(), StoreError> {
    let ((before, before_ends), (after, after_ends)) = (columns(difference.before), columns(difference.after));
    sqlx::query(
        "insert into notice(person, at, mailbox, address, before_level, before_ends, after_level, after_ends, author, seen_at)
         select $1, $2, key, address, $4, $5, $6, $7, $8, 0 from mailbox where id = $3",
    )
    .bind(difference.person.0.into_bytes().to_vec())
    .bind(at.0)
    .bind(difference.mailbox.0.into_bytes().to_vec())
    .bind(before)
    .bind(before_ends)
    .bind(after)
    .bind(after_ends)
    .bind(author)
    .execute(connection)
    .await?;
    Ok(())
}

/// Adds the mailboxes to those that the act concerns.
fn concern(draft: &mut Draft, mailboxes: &BTreeSet<MailboxId>) {
    for mailbox in mailboxes {
        if draft.under.iter().all(|under| under.mailbox != *mailbox) {
            draft.under.push(Under { mailbox: *mailbox, by: None });
        }
    }
}

/// What dates did since it was told last. Gives the moment up to which it is told now: time never runs back here.
async fn turn(write: &mut Write, practice: &Practice, now: Timestamp) -> Result<Timestamp, StoreError> {
    let told = told_at(write.connection()).await?;
    let now = now.max(told);
    // Before anybody was told anything there is nothing to compare with.
    if told.0 == 0 {
        return Ok(now);
    }
    let differences = practice.turned(told, now);
    for difference in &differences {
        tell(write.connection(), difference, &[], now).await?;
    }
    let mailboxes: BTreeSet<_> = differences.iter().map(|one| one.mailbox).collect();
    if !mailboxes.is_empty() {
        let mut draft = Draft::new(Author::Program, now, write.post(), &Act::RightsTurned, Vec::new());
        concern(&mut draft, &mailboxes);
        // Before the acts of this change: the dates passed before it.
        write.drafts.insert(0, draft);
    }
    Ok(now)
}

/// Tells of the rights that this change changes. Gives the facts after it, where they differ from those before.
pub(crate) async fn settle(write: &mut Write) -> Result<Option<Arc<Practice>>, StoreError> {
    let Some(before) = write.before.clone() else { return Ok(None) };
    if rights::epoch(write.connection()).await? == before.epoch() {
        return Ok(None);
    }
    let Some((at, author)) = write.drafts.first().map(|draft| (Timestamp(draft.at), draft.person.clone())) else {
        return Ok(None);
    };
    let after = rights::inside(Some(&before), write.connection()).await?;
    let now = turn(write, &before, at).await?;
    let differences = Practice::differences(&before, &after, now);
    for difference in &differences {
        // Nobody is told of what they did for themselves.
        if difference.person.0.as_bytes() != author.as_slice() {
            tell(write.connection(), difference, &author, now).await?;
        }
    }
    let mailboxes = differences.iter().map(|one| one.mailbox).collect();
    if let Some(draft) = write.drafts.iter_mut().find(|draft| draft.person == author) {
        concern(draft, &mailboxes);
    }
    set_told(write.connection(), now).await?;
    Ok(Some(after))
}

impl Store {
    /// Tells of the rights that began or ended by their date since it was told last. True when there were any.
    ///
    /// # Errors
    /// What the database says.
    pub async fn tell_turned(&self, now: Timestamp) -> Result<bool, StoreError> {
        let mut read = self.read().await?;
        let told = told_at(read.connection()).await?;
        drop(read);
        let next = self.practice_rights().await?.next_change(told);
        if told.0 != 0 && next.is_none_or(|next| next > now) {
            return Ok(false);
        }
        let mut write = self.write().await?;
        let Some(practice) = write.before.clone() else { return Ok(false) };
        let now = turn(&mut write, &practice, now).await?;
        set_told(write.connection(), now).await?;
        let turned = !write.drafts.is_empty();
        if turned {
            let key = *self.keys.journal();
            let drafts = std::mem::take(&mut write.drafts);
            journal::append(write.connection(), &key, &drafts).await?;
        }
        write.commit_progress().await?;
        Ok(turned)
    }
}

impl Read {
    /// The changes of a person's rights that the person has not seen, the oldest first.
    ///
    /// # Errors
    /// What the database says.
    pub async fn notices(&mut self, person: PersonId) -> Result<Vec<Notice>, StoreError> {
        let rows = sqlx::query(
            "select n.key, n.at, m.id, n.address, n.before_level, n.before_ends, n.after_level, n.after_ends, n.author
             from notice n join mailbox m on m.key = n.mailbox
             where n.person = $1 and n.seen_at = 0 order by n.key limit $2",
        )
        .bind(person.0.into_bytes().to_vec())
        .bind(AT_MOST)
        .fetch_all(self.connection())
        .await?;
        let notice = |row: &sqlx::sqlite::SqliteRow| {
            let author: Vec<u8> = row.try_get(8)?;
            Ok(Notice {
                number: text::count(row.try_get(0)?),
                at: Timestamp(row.try_get(1)?),
                mailbox: MailboxId(text::uuid(&row.try_get::<Vec<u8>, _>(2)?)?),
                address: row.try_get(3)?,
                before: held(row.try_get(4)?, row.try_get(5)?)?,
                after: held(row.try_get(6)?, row.try_get(7)?)?,
                by: if author.is_empty() { None } else { Some(PersonId(text::uuid(&author)?)) },
            })
        };
        rows.iter().map(notice).collect()
    }
}

impl Write {
    /// Notes that a person has seen the notices up to this number. False when there was none left.
    ///
    /// # Errors
    /// What the database says.
    pub async fn mark_notices_seen(&mut self, person: PersonId, up_to: u64, at: Timestamp) -> Result<bool, StoreError> {
        let seen = sqlx::query("update notice set seen_at = $3 where person = $1 and seen_at = 0 and key <= $2")
            .bind(person.0.into_bytes().to_vec())
            .bind(i64::try_from(up_to).unwrap_or(i64::MAX))
            .bind(at.0)
            .execute(self.connection())
            .await?;
        Ok(seen.rows_affected() > 0)
    }
}
