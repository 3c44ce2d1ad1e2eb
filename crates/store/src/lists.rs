//! The in-tray's lists. Every query is joined with the [`Reach`] of a [`Visible`]: what these rights do not
//! reach is never read, so it cannot leak into a row, a count or a page's length.
//!
//! Pages go by key, never by offset. A list over several mailboxes merges the head of each shelf's index, so that its
//! cost does not grow with the store, nor with what lies on the shelves that one does not see.

use crate::reach::{self, Reach, Shelf};
use crate::{Read, Search, StoreError, finding, receiving, related, text, versions};
use bannette_api::dossiers::{
    Apart, Cursor, DossierRow, Headline, Page, PatientLine, Urgency, Validation, View, Visibility,
};
use bannette_api::{DossierId, MailboxId, PersonId, Timestamp};
use bannette_rights::Visible;
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sqlx::{QueryBuilder, Row as _, Sqlite};
use std::collections::BTreeMap;

/// Shelves of one union: SQLite joins 500 selects at the most.
pub(crate) const UNION: usize = 100;

/// What is asked of a list.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "as in api::dossiers::ListDossiers; `search`: its words, understood")]
pub struct ListRequest {
    pub view: View,
    pub search: Option<Search>,
    pub after: Option<Cursor>,
    pub limit: u32,
}

/// A place in a list: urgency (0 where the list does not go by it), minus the arrival, key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) urgency: i64,
    pub(crate) newest: i64,
    pub(crate) key: i64,
}

impl Place {
    pub(crate) const START: Self = Self { urgency: i64::MIN, newest: i64::MIN, key: i64::MIN };

    /// The dossier is named by its identifier: its key would tell how many came before it, those included that the person
    /// may not know of.
    async fn of(connection: &mut SqliteConnection, cursor: Option<&Cursor>) -> Result<Self, StoreError> {
        let Some(Cursor(text)) = cursor else { return Ok(Self::START) };
        let mut parts = text.split('.');
        let (urgency, newest, dossier) = (parts.next(), parts.next(), parts.next());
        let number = |part: Option<&str>| part.and_then(|part| part.parse().ok()).ok_or(StoreError::NotFound);
        let dossier: DossierId = dossier.and_then(|part| part.parse().ok()).ok_or(StoreError::NotFound)?;
        let key: Option<i64> = sqlx::query_scalar("select key from dossier where id = $1")
            .bind(dossier.0.into_bytes().to_vec())
            .fetch_optional(connection)
            .await?;
        let key = key.filter(|_| parts.next().is_none()).ok_or(StoreError::NotFound)?;
        Ok(Self { urgency: number(urgency)?, newest: number(newest)?, key })
    }

    fn cursor(self, dossier: DossierId) -> Cursor {
        Cursor(format!("{}.{}.{dossier}", self.urgency, self.newest))
    }
}

impl Read {
    /// A page of a list.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for a cursor that this store did not give; else what the database says.
    pub async fn list(&mut self, visible: &Visible, request: &ListRequest) -> Result<Page, StoreError> {
        let reach = Reach::of(self.connection(), visible).await?;
        if reach.is_empty() {
            return Ok(Page { rows: Vec::new(), next: None });
        }
        let after = Place::of(self.connection(), request.after.as_ref()).await?;
        let asked = i64::from(request.limit.clamp(1, 200));
        let connection = self.connection();
        let mut places = match &request.search {
            Some(search) => finding::found(connection, &reach, request.view, search, after, asked + 1).await?,
            None if request.view == View::Mine => mine(connection, &reach, after, asked + 1).await?,
            None => merged(connection, &reach, request.view, after, asked + 1).await?,
        };
        let more = places.len() > usize::try_from(asked).unwrap_or(usize::MAX);
        places.truncate(usize::try_from(asked).unwrap_or(usize::MAX));
        let wanted: Vec<i64> = places.iter().map(|place| place.key).collect();
        let mut rows = rows(connection, &reach, &wanted).await?;
        if request.search.is_some() {
            let replaced = related::replaced(connection, &reach, &wanted).await?;
            for (row, place) in rows.iter_mut().zip(&places) {
                row.near = finding::is_near(*place);
                row.replaced = replaced.contains(&place.key);
            }
        }
        let last = places.last().zip(rows.last()).filter(|_| more);
        let next = last.map(|(place, row)| place.cursor(row.id));
        Ok(Page { rows, next })
    }
}

/// `placement.waiting` of what waits as a result, and of what waits to be sorted.
pub(crate) const WAITS: i64 = 1;
pub(crate) const UNSORTED: i64 = 3;

fn push_list(query: &mut QueryBuilder<Sqlite>, keys: &[i64]) {
    let mut list = query.separated(", ");
    for key in keys {
        list.push_bind(*key);
    }
}

/// Which placements belong to a view, and by what the view is ordered.
pub(crate) fn condition(view: View) -> &'static str {
    match view {
        View::Mine | View::Team | View::ToShare => "waiting = 1",
        View::Critical => "waiting = 1 and urgency = 0",
        View::Abnormal => "waiting = 1 and urgency <= 1",
        View::Unidentified => "waiting = 1 and identified = 0",
        View::Validated => "waiting = 0",
        View::ToSort => "waiting = 3",
    }
}

/// The shelves that a view looks at.
fn shelves(reach: &Reach, view: View) -> Vec<Shelf> {
    if view == View::ToShare { reach.undecided().collect() } else { reach.shelves().collect() }
}

/// Merges the heads of the shelves' indexes.
async fn merged(
    connection: &mut SqliteConnection,
    reach: &Reach,
    view: View,
    after: Place,
    limit: i64,
) -> Result<Vec<Place>, StoreError> {
    let mut places = Vec::new();
    for some in shelves(reach, view).chunks(UNION) {
        let mut query = heads(some, view, after, limit);
        let rows: Vec<(i64, i64, i64)> = query.build_query_as().fetch_all(&mut *connection).await?;
        places.extend(rows.into_iter().map(|(urgency, newest, key)| Place { urgency, newest, key }));
    }
    places.sort_unstable();
    places.dedup();
    places.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(places)
}

/// The first of each shelf after a place.
fn heads(shelves: &[Shelf], view: View, after: Place, limit: i64) -> QueryBuilder<Sqlite> {
    let by_urgency = view != View::Validated;
    let urgency = if by_urgency { "urgency" } else { "0" };
    let order = if by_urgency { "urgency, newest, dossier" } else { "newest, dossier" };
    let mut query: QueryBuilder<Sqlite> = QueryBuilder::new("");
    for (number, shelf) in shelves.iter().enumerate() {
        query.push(if number == 0 { "select * from (select " } else { " union all select * from (select " });
        query.push(urgency).push(", newest, dossier from placement where mailbox = ").push_bind(shelf.mailbox);
        query.push(" and held = ").push_bind(shelf.held);
        query.push(" and ").push(condition(view)).push(" and (").push(order).push(") > (");
        if by_urgency {
            query.push_bind(after.urgency).push(", ");
        }
        query.push_bind(after.newest).push(", ").push_bind(after.key).push(") order by ").push(order);
        query.push(" limit ").push_bind(limit).push(")");
    }
    query
}

/// Those that one is responsible for.
async fn mine(
    connection: &mut SqliteConnection,
    reach: &Reach,
    after: Place,
    limit: i64,
) -> Result<Vec<Place>, StoreError> {
    let mut query = mine_query(reach, after, limit);
    let rows: Vec<(i64, i64, i64)> = query.build_query_as().fetch_all(connection).await?;
    Ok(rows.into_iter().map(|(urgency, newest, key)| Place { urgency, newest, key }).collect())
}

fn mine_query(reach: &Reach, after: Place, limit: i64) -> QueryBuilder<Sqlite> {
    let mut query: QueryBuilder<Sqlite> =
        QueryBuilder::new("select distinct urgency, newest, dossier from placement where responsible = ");
    query.push_bind(reach.actor().0.into_bytes().to_vec());
    query.push(" and waiting = 1 and (urgency, newest, dossier) > (");
    query.push_bind(after.urgency).push(", ").push_bind(after.newest).push(", ").push_bind(after.key).push(") and ");
    reach.push_seen(&mut query, "+placement.");
    query.push(" order by urgency, newest, dossier limit ").push_bind(limit);
    query
}

const ROW: &str = "select d.key, d.id, d.received_at, d.sender, d.subject, d.last_name, d.first_name, d.birth_date, d.sex, \
    d.identified, d.urgency, d.headline_label, d.headline_value, d.headline_unit, d.headline_flag, d.headline_threshold, d.facts, d.abnormal, d.results, d.documents, \
    d.warned, d.format, d.status, d.responsible, d.validated_by, d.validated_at, \
    exists(select 1 from seen s where s.dossier = d.key and s.person = ";

/// The rows of these dossiers, in this order, with the mailboxes in which each is seen; a dossier that is seen in none has
/// none.
pub(crate) async fn rows(
    connection: &mut SqliteConnection,
    reach: &Reach,
    wanted: &[i64],
) -> Result<Vec<DossierRow>, StoreError> {
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let mut query: QueryBuilder<Sqlite> = QueryBuilder::new(ROW);
    query.push_bind(reach.actor().0.into_bytes().to_vec()).push(") as seen from dossier d where d.key in (");
    push_list(&mut query, wanted);
    let found = query.push(")").build().fetch_all(&mut *connection).await?;
    let mut query: QueryBuilder<Sqlite> = QueryBuilder::new(
        "select p.dossier, p.mailbox, p.held, p.waiting, p.left_at from placement p where p.dossier in (",
    );
    push_list(&mut query, wanted);
    query.push(") and ");
    reach.push_seen(&mut query, "+p.");
    let places: Vec<(i64, i64, i64, i64, i64)> =
        query.push(" order by p.copy").build_query_as().fetch_all(connection).await?;
    let mut by_key = BTreeMap::new();
    for row in &found {
        let key: i64 = row.try_get("key")?;
        let (mut mailboxes, mut apart, mut left) = (Vec::new(), Vec::new(), Vec::new());
        for (_, mailbox, held, waiting, left_at) in places.iter().filter(|(dossier, ..)| *dossier == key) {
            let Some(mailbox) = reach.mailbox(*mailbox) else { continue };
            mailboxes.push(mailbox);
            left.push(*left_at);
            let (visibility, to_sort) = (reach::visibility(*held), *waiting == UNSORTED);
            if visibility != Visibility::Shared || to_sort {
                apart.push(Apart { mailbox, visibility, to_sort });
            }
        }
        let mut line = row_of(row, mailboxes, apart)?;
        // Its contents left every mailbox by which the person reads it; whether others hold it is not theirs to know.
        line.removed_at = if left.contains(&0) { None } else { left.into_iter().max().map(Timestamp) };
        by_key.insert(key, line);
    }
    Ok(wanted.iter().filter_map(|key| by_key.remove(key)).collect())
}

fn row_of(row: &SqliteRow, mailboxes: Vec<MailboxId>, apart: Vec<Apart>) -> Result<DossierRow, StoreError> {
    let identified: bool = row.try_get("identified")?;
    let patient = PatientLine {
        last_name: row.try_get("last_name")?,
        first_name: row.try_get("first_name")?,
        birth_date: text::some_text(row.try_get("birth_date")?),
        sex: text::some_text(row.try_get("sex")?),
    };
    let flag: String = row.try_get("headline_flag")?;
    let headline = match text::named_or_none(&flag)? {
        Some(flag) => Some(Headline {
            label: row.try_get("headline_label")?,
            value: row.try_get("headline_value")?,
            unit: text::some_text(row.try_get("headline_unit")?),
            flag,
            threshold: text::some_text(row.try_get("headline_threshold")?),
        }),
        None => None,
    };
    let dated = versions::dated(row.try_get("facts")?)?;
    let validated_by: Option<Vec<u8>> = row.try_get("validated_by")?;
    let validated_at: Option<Timestamp> = text::instant(row.try_get("validated_at")?);
    let validated = match (validated_by, validated_at) {
        (Some(by), Some(at)) => Some(Validation { by: PersonId(text::uuid(&by)?), at }),
        _ => None,
    };
    Ok(DossierRow {
        id: DossierId(text::uuid(row.try_get("id")?)?),
        received_at: Timestamp(row.try_get("received_at")?),
        sender: row.try_get("sender")?,
        subject: row.try_get("subject")?,
        patient: identified.then_some(patient),
        urgency: urgency(row.try_get("urgency")?),
        headline,
        abnormal: text::small(row.try_get("abnormal")?),
        results: text::small(row.try_get("results")?),
        format: text::named(row.try_get("format")?)?,
        status: text::named_or_none(row.try_get("status")?)?,
        documents: text::small(row.try_get("documents")?),
        warned: row.try_get("warned")?,
        seen_by_me: row.try_get("seen")?,
        responsible: PersonId(text::uuid(row.try_get("responsible")?)?),
        validated,
        mailboxes,
        apart,
        dated,
        removed_at: None,
        replaced: false,
        near: false,
    })
}

pub(crate) fn urgency(number: i64) -> Urgency {
    let all = [Urgency::Critical, Urgency::Abnormal, Urgency::Unknown, Urgency::Normal];
    all.into_iter().find(|one| receiving::urgency_number(*one) == number).unwrap_or(Urgency::Unknown)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reach::tests::plan;
    use bannette_rights::Sight;

    /// Whatever list is asked for, an index gives each shelf's head in its order: no page sorts or walks through a mailbox.
    #[tokio::test]
    async fn each_list_goes_along_an_index() {
        let reach = Reach::over(&[Sight::Shared, Sight::Whole]);
        let place = "(urgency,newest,dossier)>(?,?,?)";
        for (view, index) in [
            (View::Team, format!("placement_list (mailbox=? AND held=? AND waiting=? AND {place})")),
            (View::ToShare, format!("placement_list (mailbox=? AND held=? AND waiting=? AND {place})")),
            (View::ToSort, format!("placement_list (mailbox=? AND held=? AND waiting=? AND {place})")),
            (View::Unidentified, format!("placement_unidentified (mailbox=? AND held=? AND {place})")),
            (
                View::Validated,
                "placement_newest (mailbox=? AND held=? AND waiting=? AND (newest,dossier)>(?,?))".to_owned(),
            ),
        ] {
            let plan = plan(heads(&shelves(&reach, view), view, Place::START, 101)).await;
            assert!(plan.contains(&index), "{view:?}: {plan}");
            assert!(!plan.contains("TEMP B-TREE") && !plan.contains("SCAN placement"), "{view:?}: {plan}");
        }
        for view in [View::Critical, View::Abnormal] {
            let plan = plan(heads(&shelves(&reach, view), view, Place::START, 101)).await;
            assert!(plan.contains("placement_list (mailbox=? AND held=? AND waiting=?"), "{view:?}: {plan}");
            assert!(!plan.contains("TEMP B-TREE"), "{view:?}: {plan}");
        }
        let mine = plan(mine_query(&reach, Place::START, 101)).await;
        assert!(mine.contains(&format!("placement_mine (responsible=? AND waiting=? AND {place})")), "{mine}");
        assert!(!mine.contains("FOR ORDER BY"), "{mine}");
    }
}
