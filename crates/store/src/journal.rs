//! The journal: who did what, when, on what, from which post. Insert-only; each entry is sealed with a key together
//! with the entry before it, and the head tells how many there are, so that an edit, a deletion, a move or a cut shows.
//!
//! It never holds a patient's identity: objects stand by their id.

mod act;
mod check;

pub use act::Act;

use crate::{StoreError, Under, accesses};
use act::bytes;
use bannette_api::{PersonId, Timestamp};
use hmac::{Hmac, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use sqlx::sqlite::SqliteConnection;
use sqlx::{QueryBuilder, Sqlite};

type Seal = [u8; 32];

/// Who did it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Author {
    /// A person.
    Person(PersonId),
    /// The program itself (fetching).
    Program,
}

/// An act as it waits for the commit.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub(crate) at: i64,
    /// Empty: the program itself.
    pub(crate) person: Vec<u8>,
    post: String,
    pub(crate) act: String,
    pub(crate) object: Vec<u8>,
    detail: Value,
    /// The mailboxes in whose histories it stands.
    pub(crate) under: Vec<Under>,
}

impl Draft {
    pub(crate) fn new(author: Author, at: Timestamp, post: &str, act: &Act, mut under: Vec<Under>) -> Self {
        let (name, object, detail) = act.parts();
        let person = match author {
            Author::Person(person) => bytes(person.0),
            Author::Program => Vec::new(),
        };
        if under.is_empty() {
            under.extend(act.under());
        }
        Self { at: at.0, person, post: post.to_owned(), act: name.to_owned(), object, detail, under }
    }

    fn entry(&self) -> Entry {
        let detail = match (&self.detail, self.under.is_empty()) {
            (Value::Null, true) => String::new(),
            (detail, true) => detail.to_string(),
            (Value::Object(fields), false) => {
                let mut fields = fields.clone();
                fields.insert("under".to_owned(), json!(self.under));
                Value::Object(fields).to_string()
            }
            (_, false) => json!({ "under": self.under }).to_string(),
        };
        Entry {
            at: self.at,
            person: self.person.clone(),
            post: self.post.clone(),
            act: self.act.clone(),
            object: self.object.clone(),
            detail,
        }
    }
}

/// An entry before it is sealed.
#[derive(Clone, Debug)]
struct Entry {
    at: i64,
    person: Vec<u8>,
    post: String,
    act: String,
    object: Vec<u8>,
    detail: String,
}

impl Entry {
    /// The seal of this entry as number `seq` after `before`. Every field goes in with its length, so that no two
    /// different entries read the same.
    fn seal(&self, key: &[u8; 32], before: &Seal, seq: i64) -> Result<Seal, StoreError> {
        let mut mac = keyed(key)?;
        mac.update(b"entry");
        mac.update(before);
        mac.update(&seq.to_be_bytes());
        mac.update(&self.at.to_be_bytes());
        for field in [&self.person, self.post.as_bytes(), self.act.as_bytes(), &self.object, self.detail.as_bytes()] {
            mac.update(&u64::try_from(field.len()).unwrap_or(u64::MAX).to_be_bytes());
            mac.update(field);
        }
        Ok(mac.finalize().into_bytes().into())
    }
}

fn keyed(key: &[u8; 32]) -> Result<Hmac<Sha256>, StoreError> {
    Hmac::<Sha256>::new_from_slice(key).map_err(|_| StoreError::Content("a journal key of the wrong length"))
}

fn head_mac(key: &[u8; 32], entries: i64, seal: &Seal) -> Result<Seal, StoreError> {
    let mut mac = keyed(key)?;
    mac.update(b"head");
    mac.update(&entries.to_be_bytes());
    mac.update(seal);
    Ok(mac.finalize().into_bytes().into())
}

fn seal_of(column: &[u8]) -> Seal {
    // A seal of another length than 32 bytes matches nothing.
    column.try_into().unwrap_or([0; 32])
}

/// Appends the entries, sealed, and moves the head.
pub(crate) async fn append(
    connection: &mut SqliteConnection,
    key: &[u8; 32],
    drafts: &[Draft],
) -> Result<(), StoreError> {
    let head: Option<(i64, Vec<u8>)> =
        sqlx::query_as("select entries, seal from journal_head").fetch_optional(&mut *connection).await?;
    let (mut count, mut seal) = head.map_or((0, [0; 32]), |(count, seal)| (count, seal_of(&seal)));
    for some in drafts.chunks(500) {
        let first = count;
        let mut sealed = Vec::with_capacity(some.len());
        for draft in some {
            let entry = draft.entry();
            count += 1;
            seal = entry.seal(key, &seal, count)?;
            sealed.push((count, entry, seal));
        }
        let mut query: QueryBuilder<Sqlite> =
            QueryBuilder::new("insert into journal(seq, at, person, post, act, object, detail, seal) ");
        query.push_values(sealed, |mut row, (seq, entry, seal)| {
            row.push_bind(seq).push_bind(entry.at).push_bind(entry.person).push_bind(entry.post);
            row.push_bind(entry.act).push_bind(entry.object).push_bind(entry.detail);
            row.push_bind(seal.to_vec());
        });
        query.build().execute(&mut *connection).await?;
        for (seq, draft) in (first + 1..).zip(some) {
            accesses::list(connection, seq, draft).await?;
        }
    }
    sqlx::query(
        "insert into journal_head(only_one, entries, seal, mac) values (1, $1, $2, $3)
         on conflict do update set entries = excluded.entries, seal = excluded.seal, mac = excluded.mac",
    )
    .bind(count)
    .bind(seal.to_vec())
    .bind(head_mac(key, count, &seal)?.to_vec())
    .execute(connection)
    .await?;
    Ok(())
}
