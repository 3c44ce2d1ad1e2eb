//! Finding dossiers by what was typed: those that have exactly that, then those that have it but for a typing error; of each
//! the critical ones first, then the newest.
//!
//! The full text index gives all that match in one value, since most of its work is done by then; whether they are seen is
//! asked in the order of the list, until a page is full. Words that may have been meant are looked for among those of
//! dossiers that the person sees, and nowhere else.

use crate::StoreError;
use crate::lists::{Place, condition};
use crate::reach::Reach;
use crate::search::{Errors, Meant, Search};
use bannette_api::dossiers::View;
use sqlx::sqlite::SqliteConnection;
use sqlx::{QueryBuilder, Sqlite};
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// Dossiers of which it is asked at once whether they are seen: few at first, since most of them usually are.
const FIRST_ASKED: usize = 256;
const MOST_ASKED: usize = 16_384;

/// The four parts of a list of what was found, as they stand in [`Place::urgency`].
const EXACT_CRITICAL: i64 = 0;
const EXACT: i64 = 1;
const NEAR_CRITICAL: i64 = 2;
const NEAR: i64 = 3;

/// Whether what stands there was found by taking a word for a typing error.
pub(crate) fn is_near(place: Place) -> bool {
    place.urgency >= NEAR_CRITICAL
}

/// Those that are found after a place. *Équipe* looks at the validated ones too, and at those to be sorted: who looks for a
/// patient must find what came.
pub(crate) async fn found(
    connection: &mut SqliteConnection,
    reach: &Reach,
    view: View,
    search: &Search,
    after: Place,
    limit: i64,
) -> Result<Vec<Place>, StoreError> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let critical = keys(connection, "select group_concat(key, ' ') from dossier where urgency = 0", None).await?;
    let exact = matching(connection, search.exactly()).await?;
    let mut places = Vec::new();
    let listed = ordered(&exact, &critical, [EXACT_CRITICAL, EXACT]);
    seen(connection, (reach, view), listed, after, limit, &mut places).await?;
    if places.len() >= limit {
        return Ok(places);
    }
    let meant = meant(connection, reach, search).await?;
    let Some(query) = search.nearly(&meant) else { return Ok(places) };
    let mut near = matching(connection, query).await?;
    near.retain(|key| exact.binary_search(key).is_err());
    let listed = ordered(&near, &critical, [NEAR_CRITICAL, NEAR]);
    seen(connection, (reach, view), listed, after, limit, &mut places).await?;
    Ok(places)
}

/// The keys that a query gives, which must join them in one value; upwards.
async fn keys(
    connection: &mut SqliteConnection,
    query: &'static str,
    with: Option<String>,
) -> Result<Vec<i64>, StoreError> {
    let query = sqlx::query_scalar::<_, Option<String>>(query);
    let query = if let Some(with) = with { query.bind(with) } else { query };
    let joined = query.fetch_one(connection).await?.unwrap_or_default();
    let keys = joined.split(' ').filter(|key| !key.is_empty());
    let keys = keys.map(|key| key.parse().map_err(|_| StoreError::Content("a key")));
    let mut keys: Vec<i64> = keys.collect::<Result<_, _>>()?;
    // They run upwards already, though nothing promises it.
    keys.sort_unstable();
    Ok(keys)
}

/// All that the index has for a query.
async fn matching(connection: &mut SqliteConnection, query: String) -> Result<Vec<i64>, StoreError> {
    keys(connection, "select group_concat(rowid, ' ') from dossier_text where dossier_text match $1", Some(query)).await
}

/// The critical ones first, then the newest: dossiers are numbered as they come. Both run upwards; nothing is made of what no
/// page comes to.
fn ordered<'a>(found: &'a [i64], critical: &'a [i64], [first, then]: [i64; 2]) -> impl Iterator<Item = Place> + 'a {
    let place = |urgency| move |key: &i64| Place { urgency, newest: 0, key: *key };
    let criticals = critical.iter().rev().filter(|key| found.binary_search(key).is_ok());
    let others = found.iter().rev().filter(|key| critical.binary_search(key).is_err());
    criticals.map(place(first)).chain(others.map(place(then)))
}

/// Whether a place comes after another one of the same list.
fn is_after(place: &Place, after: &Place) -> bool {
    let rank = |place: &Place| (place.urgency, Reverse(place.key));
    // A list begins at its start, which is no place in it.
    *after == Place::START || rank(place) > rank(after)
}

/// Adds those of these that are seen and lie in the view, after a place, until there are enough.
async fn seen(
    connection: &mut SqliteConnection,
    (reach, view): (&Reach, View),
    listed: impl Iterator<Item = Place>,
    after: Place,
    limit: usize,
    places: &mut Vec<Place>,
) -> Result<(), StoreError> {
    let mut rest = listed.skip_while(|place| !is_after(place, &after)).peekable();
    let mut asked = FIRST_ASKED;
    while rest.peek().is_some() && places.len() < limit {
        let some: Vec<Place> = rest.by_ref().take(asked).collect();
        let mut query = seen_query(reach, view, &some);
        let seen: BTreeSet<i64> = query.build_query_scalar().fetch_all(&mut *connection).await?.into_iter().collect();
        places.extend(some.iter().filter(|place| seen.contains(&place.key)).take(limit - places.len()));
        asked = asked.saturating_mul(2).min(MOST_ASKED);
    }
    Ok(())
}

fn seen_query(reach: &Reach, view: View, some: &[Place]) -> QueryBuilder<Sqlite> {
    let mut list = String::from("[");
    for (number, place) in some.iter().enumerate() {
        if number > 0 {
            list.push(',');
        }
        list.push_str(&place.key.to_string());
    }
    list.push(']');
    let mut query: QueryBuilder<Sqlite> = QueryBuilder::new("select one.value from json_each(");
    query.push_bind(list).push(") one where exists (select 1 from placement p where p.dossier = one.value and ");
    // The plus keeps the planner from looking up every shelf of the list for each dossier: a dossier lies on few.
    match view {
        View::ToShare => reach.push_undecided(&mut query, "+p."),
        _ => reach.push_seen(&mut query, "+p."),
    }
    if view != View::Team {
        query.push(" and ").push(condition(view));
    }
    if view == View::Mine {
        query.push(" and +p.responsible = ").push_bind(reach.actor().0.into_bytes().to_vec());
    }
    query.push(")");
    query
}

/// The words of dossiers that are seen which may have been meant.
async fn meant(connection: &mut SqliteConnection, reach: &Reach, search: &Search) -> Result<Meant, StoreError> {
    let mut meant = Meant::default();
    for typed in search.may_err() {
        let errors = Errors::of(typed);
        for (words, beginning) in [(errors.whole, false), (errors.beginnings, true)] {
            let list =
                serde_json::to_string(&words).map_err(|_| StoreError::Content("words that cannot be written"))?;
            let mut query = meant_query(reach, list, beginning);
            let found: Vec<String> = query.build_query_scalar().fetch_all(&mut *connection).await?;
            found.into_iter().for_each(|word| meant.add(typed, word, beginning));
        }
    }
    Ok(meant)
}

/// Which of these words, or beginnings of words, a dossier has that is seen.
fn meant_query(reach: &Reach, list: String, beginnings: bool) -> QueryBuilder<Sqlite> {
    let mut query: QueryBuilder<Sqlite> = QueryBuilder::new("select one.value from json_each(");
    query.push_bind(list);
    query.push(") one where exists (select 1 from name_word w join placement p on p.dossier = w.dossier where ");
    // `{` follows z, the last letter of a beginning that goes on in plain letters.
    query.push(if beginnings { "w.word > one.value and w.word < one.value || '{'" } else { "w.word = one.value" });
    query.push(" and ");
    reach.push_seen(&mut query, "+p.");
    query.push(")");
    query
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reach::tests::plan;
    use bannette_rights::Sight;

    /// Nothing of the search walks through a table.
    #[tokio::test]
    async fn what_is_asked_goes_along_indexes() {
        let reach = Reach::over(&[Sight::Shared, Sight::Whole]);
        let places = [Place { urgency: EXACT, newest: 0, key: 1 }];
        for view in [View::Team, View::Mine, View::Validated] {
            let plan = plan(seen_query(&reach, view, &places)).await;
            assert!(plan.contains("SEARCH p USING PRIMARY KEY (dossier=?)"), "{plan}");
        }
        for (beginnings, index) in [(false, "PRIMARY KEY (word=?)"), (true, "PRIMARY KEY (word>? AND word<?)")] {
            let plan = plan(meant_query(&reach, "[]".to_owned(), beginnings)).await;
            assert!(plan.contains(&format!("SEARCH w USING {index}")), "{plan}");
            assert!(plan.contains("SEARCH p USING PRIMARY KEY (dossier=?)"), "{plan}");
        }
    }
}
