//! What somebody sees of the dossiers in the mailboxes they read: the one place that turns a [`Visible`] into SQL.
//!
//! A dossier lies in a mailbox as shared, as waiting for its owner's decision, or as confidential. Every query that gives
//! content goes through [`Reach`]: it either asks for each [`Shelf`] by itself or carries the condition of
//! [`Reach::push_seen`]. A test of this crate greps for a query on `placement` that does neither.

use crate::{StoreError, text};
use bannette_api::dossiers::Visibility;
use bannette_api::{MailboxId, PersonId};
use bannette_rights::{Sight, Visible};
use sqlx::sqlite::SqliteConnection;
use sqlx::{QueryBuilder, Sqlite};
use std::collections::BTreeMap;

/// Those of a mailbox's dossiers that the same people see: the first columns of the lists' indexes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shelf {
    pub(crate) mailbox: i64,
    pub(crate) held: i64,
}

/// What one person sees.
#[derive(Debug)]
pub(crate) struct Reach {
    actor: PersonId,
    mailboxes: BTreeMap<i64, (MailboxId, Sight)>,
}

/// A visibility as its column, `placement.held`.
pub(crate) fn held(visibility: Visibility) -> i64 {
    match visibility {
        Visibility::Shared => 0,
        Visibility::Withheld => 1,
        Visibility::Confidential => 2,
    }
}

/// What the column says; what is not known is for the owner alone.
pub(crate) fn visibility(held: i64) -> Visibility {
    match held {
        0 => Visibility::Shared,
        1 => Visibility::Withheld,
        _ => Visibility::Confidential,
    }
}

/// The last value of the column that so much sight reaches.
pub(crate) fn reaches(sight: Sight) -> i64 {
    match sight {
        Sight::Shared => held(Visibility::Shared),
        Sight::Undecided => held(Visibility::Withheld),
        Sight::Whole => held(Visibility::Confidential),
    }
}

impl Reach {
    /// What these rights reach, as the tables number it.
    pub(crate) async fn of(connection: &mut SqliteConnection, visible: &Visible) -> Result<Self, StoreError> {
        let mut mailboxes = BTreeMap::new();
        let ids: Vec<&MailboxId> = visible.mailboxes().keys().collect();
        for some in ids.chunks(500) {
            let mut query: QueryBuilder<Sqlite> = QueryBuilder::new("select key, id from mailbox where id in (");
            let mut list = query.separated(", ");
            for id in some {
                list.push_bind(id.0.into_bytes().to_vec());
            }
            let rows: Vec<(i64, Vec<u8>)> = query.push(")").build_query_as().fetch_all(&mut *connection).await?;
            for (key, id) in rows {
                let id = MailboxId(text::uuid(&id)?);
                if let Some(sight) = visible.mailboxes().get(&id) {
                    mailboxes.insert(key, (id, *sight));
                }
            }
        }
        Ok(Self { actor: visible.actor(), mailboxes })
    }

    /// Who looks.
    pub(crate) fn actor(&self) -> PersonId {
        self.actor
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.mailboxes.is_empty()
    }

    /// The mailbox with that number, if it is among those that are read.
    pub(crate) fn mailbox(&self, key: i64) -> Option<MailboxId> {
        self.mailboxes.get(&key).map(|(id, _)| *id)
    }

    /// The mailboxes that are read: for what belongs to a mailbox, never to find a dossier.
    pub(crate) fn mailboxes(&self) -> impl Iterator<Item = (i64, MailboxId)> {
        self.mailboxes.iter().map(|(key, (id, _))| (*key, *id))
    }

    /// The shelves that are seen.
    pub(crate) fn shelves(&self) -> impl Iterator<Item = Shelf> {
        self.mailboxes
            .iter()
            .flat_map(|(mailbox, (_, sight))| (0..=reaches(*sight)).map(|held| Shelf { mailbox: *mailbox, held }))
    }

    /// The condition that a placement is seen. `placement` is the table's name in the query with its point; `"+p."` keeps
    /// the planner from looking up every shelf where there are few placements to look at.
    pub(crate) fn push_seen(&self, query: &mut QueryBuilder<Sqlite>, placement: &'static str) {
        push_on(query, placement, self.shelves());
    }

    /// The condition that a placement of one's own waits for one's decision.
    pub(crate) fn push_undecided(&self, query: &mut QueryBuilder<Sqlite>, placement: &'static str) {
        push_on(query, placement, self.undecided());
    }

    /// The shelves of one's own on which dossiers wait for one's decision.
    pub(crate) fn undecided(&self) -> impl Iterator<Item = Shelf> {
        let own = self.mailboxes.iter().filter(|(_, (_, sight))| *sight == Sight::Whole);
        own.map(|(mailbox, _)| Shelf { mailbox: *mailbox, held: held(Visibility::Withheld) })
    }
}

fn push_on(query: &mut QueryBuilder<Sqlite>, placement: &'static str, shelves: impl Iterator<Item = Shelf>) {
    let mut shelves = shelves.peekable();
    if shelves.peek().is_none() {
        query.push("false");
        return;
    }
    query.push("(").push(placement).push("mailbox, ").push(placement).push("held) in (values ");
    for (number, shelf) in shelves.enumerate() {
        query.push(if number == 0 { "(" } else { ", (" });
        query.push_bind(shelf.mailbox).push(", ").push_bind(shelf.held).push(")");
    }
    query.push(")");
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use sqlx::Row as _;

    impl Reach {
        /// A reach over mailboxes 1, 2, … with these sights.
        pub(crate) fn over(sights: &[Sight]) -> Self {
            let id = |number: usize| MailboxId(uuid::Uuid::from_u128(number as u128));
            let one = |(place, sight): (usize, &Sight)| ((place + 1) as i64, (id(place + 1), *sight));
            let mailboxes = sights.iter().enumerate().map(one).collect();
            Self { actor: PersonId(uuid::Uuid::nil()), mailboxes }
        }
    }

    /// How the database would answer a query, in the store's own tables.
    pub(crate) async fn plan(query: QueryBuilder<Sqlite>) -> String {
        use sqlx::Connection as _;
        let mut connection = SqliteConnection::connect("sqlite::memory:").await.unwrap();
        for sql in [
            include_str!("../migrations/0001_foundation.sql"),
            include_str!("../migrations/0002_versions.sql"),
            include_str!("../migrations/0007_withheld.sql"),
            "create table name_word (word text not null, dossier integer not null, primary key (word, dossier)) without rowid",
        ] {
            sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
        }
        let explained = format!("explain query plan {}", query.sql().as_str());
        let rows = sqlx::query(sqlx::AssertSqlSafe(explained)).fetch_all(&mut connection).await.unwrap();
        rows.iter().map(|row| row.get::<String, _>(3)).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn each_sight_sees_its_shelves() {
        let reach = Reach::over(&[Sight::Shared, Sight::Undecided, Sight::Whole]);
        let shelves: Vec<_> = reach.shelves().map(|shelf| (shelf.mailbox, shelf.held)).collect();
        assert_eq!(shelves, [(1, 0), (2, 0), (2, 1), (3, 0), (3, 1), (3, 2)]);
        assert_eq!(reach.undecided().collect::<Vec<_>>(), [Shelf { mailbox: 3, held: 1 }]);
        for visibility in [Visibility::Shared, Visibility::Withheld, Visibility::Confidential] {
            assert_eq!(self::visibility(held(visibility)), visibility);
        }
        let mut query = QueryBuilder::new("");
        Reach::over(&[]).push_seen(&mut query, "p.");
        assert_eq!(query.sql().as_str(), "false");
    }
}
