//! The counts beside the lists: kept by triggers (`tally`), apart for each shelf and for what is to be sorted; what lies in
//! two mailboxes that are seen is taken off once.

use crate::lists::{UNION, UNSORTED, WAITS};
use crate::reach::{Reach, Shelf};
use crate::{Read, StoreError, text};
use bannette_api::dossiers::Counts;
use bannette_api::{MailboxId, Timestamp};
use bannette_rights::Visible;
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sqlx::{QueryBuilder, Row as _, Sqlite};
use std::collections::{BTreeMap, BTreeSet};

impl Read {
    /// The counts of what waits. A dossier that lies in two visible mailboxes counts once.
    ///
    /// # Errors
    /// What the database says.
    pub async fn counts(&mut self, visible: &Visible, now: Timestamp) -> Result<Counts, StoreError> {
        let reach = Reach::of(self.connection(), visible).await?;
        let me = visible.actor().0.into_bytes().to_vec();
        let mut counts = Counts::default();
        for tally in tallies(self.connection(), &reach).await? {
            add(&mut counts, &me, &tally, tally.waiting);
        }
        let late_before = now.plus(-24 * 3_600_000);
        counts.team_late = late(self.connection(), &reach, late_before).await?;
        for (tally, newest) in copies(self.connection(), &reach).await? {
            add(&mut counts, &me, &tally, -1);
            if !tally.unsorted && -newest < late_before.0 {
                counts.team_late = counts.team_late.saturating_sub(1);
            }
        }
        (counts.to_share, counts.to_share_critical) = to_share(self.connection(), &reach).await?;
        counts.oldest_critical = oldest_critical(self.connection(), &reach, WAITS).await?;
        counts.oldest_to_sort_critical = oldest_critical(self.connection(), &reach, UNSORTED).await?;
        counts.newest = newest(self.connection(), &reach).await?;
        (counts.withholds, counts.sorts) = ways_of_arrival(self.connection(), &reach).await?;
        Ok(counts)
    }

    /// How many dossiers wait in each of these mailboxes.
    ///
    /// # Errors
    /// What the database says.
    pub async fn waiting(&mut self, visible: &Visible) -> Result<BTreeMap<MailboxId, u64>, StoreError> {
        let reach = Reach::of(self.connection(), visible).await?;
        let mut query: QueryBuilder<Sqlite> =
            QueryBuilder::new("select mailbox, sum(waiting) from tally where unsorted = 0 and ");
        reach.push_seen(&mut query, "tally.");
        let rows: Vec<(i64, i64)> =
            query.push(" group by mailbox").build_query_as().fetch_all(self.connection()).await?;
        let counts = rows.into_iter().filter_map(|(key, waiting)| Some((reach.mailbox(key)?, text::count(waiting))));
        Ok(counts.collect())
    }
}

/// A line of the counts that are kept beside the lists.
struct Tally {
    unsorted: bool,
    responsible: Vec<u8>,
    urgency: i64,
    identified: bool,
    waiting: i64,
}

async fn tallies(connection: &mut SqliteConnection, reach: &Reach) -> Result<Vec<Tally>, StoreError> {
    let mut query: QueryBuilder<Sqlite> = QueryBuilder::new(
        "select unsorted, responsible, urgency, identified, sum(waiting) as waiting from tally where ",
    );
    reach.push_seen(&mut query, "tally.");
    query.push(" group by unsorted, responsible, urgency, identified");
    let rows: Vec<(bool, Vec<u8>, i64, bool, i64)> = query.build_query_as().fetch_all(connection).await?;
    let tally = |(unsorted, responsible, urgency, identified, waiting)| Tally {
        unsorted,
        responsible,
        urgency,
        identified,
        waiting,
    };
    Ok(rows.into_iter().map(tally).collect())
}

fn add(counts: &mut Counts, me: &[u8], tally: &Tally, waiting: i64) {
    let add = |count: &mut u64, holds: bool| {
        if holds {
            *count = count.saturating_add_signed(waiting);
        }
    };
    let (mine, urgency) = (tally.responsible == me, tally.urgency);
    if tally.unsorted {
        add(&mut counts.to_sort, true);
        add(&mut counts.to_sort_critical, urgency == 0);
        return;
    }
    add(&mut counts.team, true);
    add(&mut counts.mine, mine);
    add(&mut counts.mine_abnormal, mine && urgency <= 1);
    add(&mut counts.critical, urgency == 0);
    add(&mut counts.abnormal, urgency <= 1);
    add(&mut counts.unidentified, !tally.identified);
}

/// The placements that stand for a dossier which is seen in another mailbox in the same state too: each is one count too
/// many.
async fn copies(connection: &mut SqliteConnection, reach: &Reach) -> Result<Vec<(Tally, i64)>, StoreError> {
    let rows = copies_query(reach).build().fetch_all(connection).await?;
    let tally = |row: &SqliteRow| {
        let tally = Tally {
            unsorted: row.try_get::<i64, _>(0)? == UNSORTED,
            responsible: row.try_get(1)?,
            urgency: row.try_get(2)?,
            identified: row.try_get(3)?,
            waiting: 1,
        };
        Ok((tally, row.try_get(4)?))
    };
    rows.iter().map(tally).collect()
}

fn copies_query(reach: &Reach) -> QueryBuilder<Sqlite> {
    let mut query: QueryBuilder<Sqlite> = QueryBuilder::new(
        "select p.waiting, p.responsible, p.urgency, p.identified, p.newest from placement p indexed by placement_copies
         where p.copy > 0 and p.waiting in (1, 3) and ",
    );
    reach.push_seen(&mut query, "p.");
    query.push(
        " and exists (select 1 from placement q where q.dossier = p.dossier and q.copy < p.copy
                and q.waiting = p.waiting and ",
    );
    reach.push_seen(&mut query, "+q.");
    query.push(")");
    query
}

/// How many wait for one's decision, and how many of them are critical. A dossier that waits in two mailboxes counts once.
async fn to_share(connection: &mut SqliteConnection, reach: &Reach) -> Result<(u64, u64), StoreError> {
    if reach.undecided().next().is_none() {
        return Ok((0, 0));
    }
    let mut query: QueryBuilder<Sqlite> = QueryBuilder::new(
        "select coalesce(sum(waiting), 0), coalesce(sum(waiting * (urgency = 0)), 0) from tally where unsorted = 0 and ",
    );
    reach.push_undecided(&mut query, "tally.");
    let (all, critical): (i64, i64) = query.build_query_as().fetch_one(&mut *connection).await?;
    if all == 0 {
        return Ok((0, 0));
    }
    let mut query: QueryBuilder<Sqlite> = QueryBuilder::new(
        "select count(*), coalesce(sum(p.urgency = 0), 0) from placement p indexed by placement_copies
         where p.copy > 0 and p.waiting = 1 and ",
    );
    reach.push_undecided(&mut query, "p.");
    query.push(
        " and exists (select 1 from placement q where q.dossier = p.dossier and q.copy < p.copy and q.waiting = 1 and ",
    );
    reach.push_undecided(&mut query, "+q.");
    let (twice, critical_twice): (i64, i64) = query.push(")").build_query_as().fetch_one(connection).await?;
    Ok((text::count(all - twice), text::count(critical - critical_twice)))
}

/// Whether a mailbox of one's own keeps what arrives until one decides; whether one that is read keeps it to be sorted.
async fn ways_of_arrival(connection: &mut SqliteConnection, reach: &Reach) -> Result<(bool, bool), StoreError> {
    let own: BTreeSet<i64> = reach.undecided().map(|shelf| shelf.mailbox).collect();
    let rows: Vec<(i64, bool, bool)> =
        sqlx::query_as("select key, auto_share = 0, kind = 'apicrypt' and auto_relay = 0 from mailbox")
            .fetch_all(connection)
            .await?;
    let withholds = rows.iter().any(|(key, withholds, _)| *withholds && own.contains(key));
    let sorts = rows.iter().any(|(key, _, sorts)| *sorts && reach.mailbox(*key).is_some());
    Ok((withholds, sorts))
}

/// How many came before that time; looks at 10,000 of each shelf at the most.
async fn late(connection: &mut SqliteConnection, reach: &Reach, before: Timestamp) -> Result<u64, StoreError> {
    let mut late = 0;
    let shelves: Vec<Shelf> = reach.shelves().collect();
    for some in shelves.chunks(UNION) {
        let mut query: QueryBuilder<Sqlite> = QueryBuilder::new("select count(*) from (");
        for (number, shelf) in some.iter().enumerate() {
            query.push(if number == 0 { "select * from (" } else { " union all select * from (" });
            query.push("select 1 from placement where mailbox = ").push_bind(shelf.mailbox);
            query.push(" and held = ").push_bind(shelf.held);
            query.push(" and waiting = 1 and newest > ").push_bind(-before.0).push(" limit 10000)");
        }
        let count: i64 = query.push(")").build_query_scalar().fetch_one(&mut *connection).await?;
        late += text::count(count);
    }
    Ok(late)
}

/// When the oldest critical one came that waits as a result, or to be sorted.
async fn oldest_critical(
    connection: &mut SqliteConnection,
    reach: &Reach,
    waiting: i64,
) -> Result<Option<Timestamp>, StoreError> {
    let mut oldest: Option<i64> = None;
    let shelves: Vec<Shelf> = reach.shelves().collect();
    for some in shelves.chunks(UNION) {
        let mut query: QueryBuilder<Sqlite> = QueryBuilder::new("select max(newest) from (");
        for (number, shelf) in some.iter().enumerate() {
            query.push(if number == 0 { "select * from (" } else { " union all select * from (" });
            query.push("select newest from placement where mailbox = ").push_bind(shelf.mailbox);
            query.push(" and held = ").push_bind(shelf.held);
            query.push(" and waiting = ").push_bind(waiting);
            query.push(" and urgency = 0 order by newest desc limit 1)");
        }
        let newest: Option<i64> = query.push(")").build_query_scalar().fetch_one(&mut *connection).await?;
        oldest = oldest.max(newest);
    }
    Ok(oldest.map(|newest| Timestamp(-newest)))
}

/// What `placement.waiting` may be, in the migrations.
const STATES: std::ops::RangeInclusive<i64> = 0..=4;

/// When the newest dossier came, whatever became of it. Each shelf's index gives its first row of each state.
async fn newest(connection: &mut SqliteConnection, reach: &Reach) -> Result<Option<Timestamp>, StoreError> {
    let mut newest: Option<i64> = None;
    let shelves: Vec<Shelf> = reach.shelves().collect();
    for some in shelves.chunks(UNION / 5) {
        let first: Option<i64> = newest_query(some).build_query_scalar().fetch_one(&mut *connection).await?;
        newest = newest.into_iter().chain(first).min();
    }
    Ok(newest.map(|newest| Timestamp(-newest)))
}

fn newest_query(shelves: &[Shelf]) -> QueryBuilder<Sqlite> {
    let mut query: QueryBuilder<Sqlite> = QueryBuilder::new("select min(newest) from (");
    for (number, (shelf, state)) in shelves.iter().flat_map(|shelf| STATES.map(move |state| (shelf, state))).enumerate()
    {
        query.push(if number == 0 { "select * from (" } else { " union all select * from (" });
        query.push("select newest from placement where mailbox = ").push_bind(shelf.mailbox);
        query.push(" and held = ").push_bind(shelf.held);
        query.push(" and waiting = ").push_bind(state).push(" order by newest limit 1)");
    }
    query.push(")");
    query
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reach::tests::plan;
    use bannette_rights::Sight;

    #[tokio::test]
    async fn the_newest_is_the_first_row_of_an_index() {
        let reach = Reach::over(&[Sight::Shared, Sight::Whole]);
        let shelves: Vec<Shelf> = reach.shelves().collect();
        let plan = plan(newest_query(&shelves)).await;
        assert!(plan.contains("placement_newest (mailbox=? AND held=? AND waiting=?)"), "{plan}");
        assert!(!plan.contains("TEMP B-TREE"), "{plan}");
    }

    /// A count looks at the kept counts of the shelves, and at copies only.
    #[tokio::test]
    async fn counts_walk_through_no_list() {
        let reach = Reach::over(&[Sight::Shared, Sight::Whole]);
        let plan = plan(copies_query(&reach)).await;
        assert!(plan.contains("placement_copies"), "{plan}");
        assert!(plan.contains("SEARCH q USING PRIMARY KEY (dossier=?)"), "{plan}");
    }
}
