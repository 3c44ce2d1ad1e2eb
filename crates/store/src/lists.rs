//! The in-tray's lists and counts. Every query is joined with the mailboxes of a [`Visible`]: what these rights do not
//! reach is never read, so it cannot leak into a row, a count or a page's length.
//!
//! Pages go by key, never by offset. A list over several mailboxes merges the head of each mailbox's index, so that its
//! cost does not grow with the store.

use crate::{Read, StoreError, receiving, text};
use bannette_api::dossiers::{Counts, Cursor, DossierRow, Headline, Page, PatientLine, Urgency, Validation, View};
use bannette_api::{DossierId, MailboxId, PersonId, Timestamp};
use bannette_rights::Visible;
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sqlx::{QueryBuilder, Row as _, Sqlite};
use std::collections::BTreeMap;

/// Mailboxes of one union: SQLite joins 500 selects at the most.
const UNION: usize = 100;

/// What is asked of a list.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "as in api::dossiers::ListDossiers")]
pub struct ListRequest {
    pub view: View,
    pub words: Option<String>,
    pub after: Option<Cursor>,
    pub limit: u32,
}

/// A place in a list: urgency (0 where the list does not go by it), minus the arrival, key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    urgency: i64,
    newest: i64,
    key: i64,
}

impl Place {
    const START: Self = Self { urgency: i64::MIN, newest: i64::MIN, key: i64::MIN };

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
        let keys = keys(self.connection(), visible).await?;
        if keys.is_empty() {
            return Ok(Page { rows: Vec::new(), next: None });
        }
        let after = Place::of(self.connection(), request.after.as_ref()).await?;
        let asked = i64::from(request.limit.clamp(1, 200));
        let connection = self.connection();
        let mut places = match &request.words {
            Some(words) => found(connection, visible.actor(), &keys, request.view, words, after, asked + 1).await?,
            None if request.view == View::Mine => mine(connection, visible.actor(), &keys, after, asked + 1).await?,
            None => merged(connection, &keys, request.view, after, asked + 1).await?,
        };
        let more = places.len() > usize::try_from(asked).unwrap_or(usize::MAX);
        places.truncate(usize::try_from(asked).unwrap_or(usize::MAX));
        let wanted: Vec<i64> = places.iter().map(|place| place.key).collect();
        let rows = rows(connection, visible.actor(), &keys, &wanted).await?;
        let last = places.last().zip(rows.last()).filter(|_| more);
        let next = last.map(|(place, row)| place.cursor(row.id));
        Ok(Page { rows, next })
    }

    /// The counts of what waits. A dossier that lies in two visible mailboxes counts once.
    ///
    /// # Errors
    /// What the database says.
    pub async fn counts(&mut self, visible: &Visible, now: Timestamp) -> Result<Counts, StoreError> {
        let keys: Vec<i64> = keys(self.connection(), visible).await?.into_keys().collect();
        let me = visible.actor().0.into_bytes().to_vec();
        let mut counts = Counts::default();
        for some in keys.chunks(UNION) {
            let mut query = QueryBuilder::new(
                "select responsible, urgency, identified, sum(waiting) from tally where mailbox in (",
            );
            push_list(&mut query, some);
            query.push(") group by responsible, urgency, identified");
            for (responsible, urgency, identified, waiting) in tallies(self.connection(), &mut query).await? {
                add(&mut counts, responsible == me, urgency, identified, waiting);
            }
        }
        let late_before = now.plus(-24 * 3_600_000);
        counts.team_late = late(self.connection(), &keys, late_before).await?;
        for (responsible, urgency, identified, newest) in copies(self.connection(), &keys).await? {
            add(&mut counts, responsible == me, urgency, identified, -1);
            if -newest < late_before.0 {
                counts.team_late = counts.team_late.saturating_sub(1);
            }
        }
        counts.oldest_critical = oldest_critical(self.connection(), &keys).await?;
        Ok(counts)
    }

    /// How many dossiers wait in each of these mailboxes.
    ///
    /// # Errors
    /// What the database says.
    pub async fn waiting(&mut self, visible: &Visible) -> Result<BTreeMap<MailboxId, u64>, StoreError> {
        let keys = keys(self.connection(), visible).await?;
        let rows: Vec<(i64, i64)> = sqlx::query_as("select mailbox, sum(waiting) from tally group by mailbox")
            .fetch_all(self.connection())
            .await?;
        let counts = rows.into_iter().filter_map(|(key, waiting)| Some((*keys.get(&key)?, text::count(waiting))));
        Ok(counts.collect())
    }
}

/// The places in the indexes of the visible mailboxes.
async fn keys(connection: &mut SqliteConnection, visible: &Visible) -> Result<BTreeMap<i64, MailboxId>, StoreError> {
    let mut keys = BTreeMap::new();
    let ids: Vec<&MailboxId> = visible.mailboxes().iter().collect();
    for some in ids.chunks(500) {
        let mut query: QueryBuilder<Sqlite> = QueryBuilder::new("select key, id from mailbox where id in (");
        let mut list = query.separated(", ");
        for id in some {
            list.push_bind(id.0.into_bytes().to_vec());
        }
        let rows: Vec<(i64, Vec<u8>)> = query.push(")").build_query_as().fetch_all(&mut *connection).await?;
        for (key, id) in rows {
            keys.insert(key, MailboxId(text::uuid(&id)?));
        }
    }
    Ok(keys)
}

fn push_list(query: &mut QueryBuilder<Sqlite>, keys: &[i64]) {
    let mut list = query.separated(", ");
    for key in keys {
        list.push_bind(*key);
    }
}

/// Which placements belong to a view, and by what the view is ordered.
fn condition(view: View) -> &'static str {
    match view {
        View::Mine | View::Team => "waiting = 1",
        View::Critical => "waiting = 1 and urgency = 0",
        View::Abnormal => "waiting = 1 and urgency <= 1",
        View::Unidentified => "waiting = 1 and identified = 0",
        View::Validated => "waiting = 0",
    }
}

/// Merges the heads of the mailboxes' indexes.
async fn merged(
    connection: &mut SqliteConnection,
    keys: &BTreeMap<i64, MailboxId>,
    view: View,
    after: Place,
    limit: i64,
) -> Result<Vec<Place>, StoreError> {
    let by_urgency = view != View::Validated;
    let urgency = if by_urgency { "urgency" } else { "0" };
    let order = if by_urgency { "urgency, newest, dossier" } else { "newest, dossier" };
    let mut places = Vec::new();
    let keys: Vec<i64> = keys.keys().copied().collect();
    for some in keys.chunks(UNION) {
        let mut query: QueryBuilder<Sqlite> = QueryBuilder::new("");
        for (number, key) in some.iter().enumerate() {
            query.push(if number == 0 { "select * from (select " } else { " union all select * from (select " });
            query.push(urgency).push(", newest, dossier from placement where mailbox = ").push_bind(*key);
            query.push(" and ").push(condition(view)).push(" and (").push(order).push(") > (");
            if by_urgency {
                query.push_bind(after.urgency).push(", ");
            }
            query.push_bind(after.newest).push(", ").push_bind(after.key).push(") order by ").push(order);
            query.push(" limit ").push_bind(limit).push(")");
        }
        let rows: Vec<(i64, i64, i64)> = query.build_query_as().fetch_all(&mut *connection).await?;
        places.extend(rows.into_iter().map(|(urgency, newest, key)| Place { urgency, newest, key }));
    }
    places.sort_unstable();
    places.dedup();
    places.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(places)
}

/// Those that one is responsible for.
async fn mine(
    connection: &mut SqliteConnection,
    me: PersonId,
    keys: &BTreeMap<i64, MailboxId>,
    after: Place,
    limit: i64,
) -> Result<Vec<Place>, StoreError> {
    let mut query: QueryBuilder<Sqlite> =
        QueryBuilder::new("select distinct urgency, newest, dossier from placement where responsible = ");
    query.push_bind(me.0.into_bytes().to_vec()).push(" and waiting = 1 and (urgency, newest, dossier) > (");
    query.push_bind(after.urgency).push(", ").push_bind(after.newest).push(", ").push_bind(after.key);
    query.push(") and mailbox in (");
    push_list(&mut query, &keys.keys().copied().collect::<Vec<_>>());
    query.push(") order by urgency, newest, dossier limit ").push_bind(limit);
    let rows: Vec<(i64, i64, i64)> = query.build_query_as().fetch_all(connection).await?;
    Ok(rows.into_iter().map(|(urgency, newest, key)| Place { urgency, newest, key }).collect())
}

/// Those with the words, the newest first. *Équipe* then looks at the validated ones too.
async fn found(
    connection: &mut SqliteConnection,
    me: PersonId,
    keys: &BTreeMap<i64, MailboxId>,
    view: View,
    words: &str,
    after: Place,
    limit: i64,
) -> Result<Vec<Place>, StoreError> {
    let Some(pattern) = pattern(words) else { return Ok(Vec::new()) };
    let mut query: QueryBuilder<Sqlite> = QueryBuilder::new("select rowid from dossier_text where dossier_text match ");
    query.push_bind(pattern).push(" and rowid < ");
    query.push_bind(if after == Place::START { i64::MAX } else { after.key });
    // The plus keeps the planner from looking up every mailbox of the list for each dossier: a dossier lies in few.
    query.push(" and exists (select 1 from placement where dossier = dossier_text.rowid and +mailbox in (");
    push_list(&mut query, &keys.keys().copied().collect::<Vec<_>>());
    query.push(")");
    if view != View::Team {
        query.push(" and ").push(condition(view));
    }
    if view == View::Mine {
        query.push(" and responsible = ").push_bind(me.0.into_bytes().to_vec());
    }
    query.push(") order by rowid desc limit ").push_bind(limit);
    let rows: Vec<i64> = query.build_query_scalar().fetch_all(connection).await?;
    Ok(rows.into_iter().map(|key| Place { urgency: 0, newest: 0, key }).collect())
}

/// What FTS5 is asked: every word as the beginning of a word. Only letters and digits go in, quoted.
fn pattern(words: &str) -> Option<String> {
    let words = words.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    let pattern: Vec<String> = words.take(12).map(|word| format!("\"{word}\"*")).collect();
    (!pattern.is_empty()).then(|| pattern.join(" AND "))
}

const ROW: &str = "select d.key, d.id, d.received_at, d.sender, d.subject, d.last_name, d.first_name, d.birth_date, d.sex, \
    d.identified, d.urgency, d.headline_label, d.headline_value, d.headline_flag, d.abnormal, d.results, d.documents, \
    d.warned, d.format, d.status, d.responsible, d.validated_by, d.validated_at, \
    exists(select 1 from seen s where s.dossier = d.key and s.person = ";

/// The rows of these dossiers, in this order, with the visible mailboxes each lies in.
pub(crate) async fn rows(
    connection: &mut SqliteConnection,
    me: PersonId,
    keys: &BTreeMap<i64, MailboxId>,
    wanted: &[i64],
) -> Result<Vec<DossierRow>, StoreError> {
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let mut query: QueryBuilder<Sqlite> = QueryBuilder::new(ROW);
    query.push_bind(me.0.into_bytes().to_vec()).push(") as seen from dossier d where d.key in (");
    push_list(&mut query, wanted);
    let found = query.push(")").build().fetch_all(&mut *connection).await?;
    let mut query: QueryBuilder<Sqlite> =
        QueryBuilder::new("select dossier, mailbox, left_at from placement where dossier in (");
    push_list(&mut query, wanted);
    query.push(") order by copy");
    let places: Vec<(i64, i64, i64)> = query.build_query_as().fetch_all(connection).await?;
    let mut by_key = BTreeMap::new();
    for row in &found {
        let key: i64 = row.try_get("key")?;
        let here = places.iter().filter(|(dossier, ..)| *dossier == key);
        let here = here.filter_map(|(_, mailbox, left)| Some((keys.get(mailbox).copied()?, *left)));
        let (mailboxes, left): (Vec<MailboxId>, Vec<i64>) = here.unzip();
        let mut line = row_of(row, mailboxes)?;
        // Its contents left every mailbox by which the person reads it; whether others hold it is not theirs to know.
        line.removed_at = if left.contains(&0) { None } else { left.into_iter().max().map(Timestamp) };
        by_key.insert(key, line);
    }
    Ok(wanted.iter().filter_map(|key| by_key.remove(key)).collect())
}

fn row_of(row: &SqliteRow, mailboxes: Vec<MailboxId>) -> Result<DossierRow, StoreError> {
    let identified: bool = row.try_get("identified")?;
    let patient = PatientLine {
        last_name: row.try_get("last_name")?,
        first_name: row.try_get("first_name")?,
        birth_date: text::some_text(row.try_get("birth_date")?),
        sex: text::some_text(row.try_get("sex")?),
    };
    let flag: String = row.try_get("headline_flag")?;
    let headline = match text::named_or_none(&flag)? {
        Some(flag) => {
            Some(Headline { label: row.try_get("headline_label")?, value: row.try_get("headline_value")?, flag })
        }
        None => None,
    };
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
        removed_at: None,
    })
}

fn urgency(number: i64) -> Urgency {
    let all = [Urgency::Critical, Urgency::Abnormal, Urgency::Unknown, Urgency::Normal];
    all.into_iter().find(|one| receiving::urgency_number(*one) == number).unwrap_or(Urgency::Unknown)
}

/// Places of the visible mailboxes in the indexes, for one dossier's row.
pub(crate) async fn visible_keys(
    connection: &mut SqliteConnection,
    visible: &Visible,
) -> Result<BTreeMap<i64, MailboxId>, StoreError> {
    keys(connection, visible).await
}

type Tally = (Vec<u8>, i64, bool, i64);

async fn tallies(
    connection: &mut SqliteConnection,
    query: &mut QueryBuilder<Sqlite>,
) -> Result<Vec<Tally>, StoreError> {
    Ok(query.build_query_as().fetch_all(connection).await?)
}

fn add(counts: &mut Counts, mine: bool, urgency: i64, identified: bool, waiting: i64) {
    let add = |count: &mut u64, holds: bool| {
        if holds {
            *count = count.saturating_add_signed(waiting);
        }
    };
    add(&mut counts.team, true);
    add(&mut counts.mine, mine);
    add(&mut counts.mine_abnormal, mine && urgency <= 1);
    add(&mut counts.critical, urgency == 0);
    add(&mut counts.abnormal, urgency <= 1);
    add(&mut counts.unidentified, !identified);
}

/// The placements that stand for a dossier which lies in another visible mailbox too: each is one count too many.
async fn copies(connection: &mut SqliteConnection, keys: &[i64]) -> Result<Vec<Tally>, StoreError> {
    let mut query: QueryBuilder<Sqlite> = QueryBuilder::new(
        "select p.responsible, p.urgency, p.identified, p.newest from placement p
         where p.copy > 0 and p.waiting = 1 and p.mailbox in (",
    );
    push_list(&mut query, keys);
    query.push(
        ") and exists (select 1 from placement q where q.dossier = p.dossier and q.copy < p.copy and q.waiting = 1
               and q.mailbox in (",
    );
    push_list(&mut query, keys);
    query.push("))");
    tallies(connection, &mut query).await
}

/// How many came before that time; looks at 10,000 of each mailbox at the most.
async fn late(connection: &mut SqliteConnection, keys: &[i64], before: Timestamp) -> Result<u64, StoreError> {
    let mut late = 0;
    for some in keys.chunks(UNION) {
        let mut query: QueryBuilder<Sqlite> = QueryBuilder::new("select count(*) from (");
        for (number, key) in some.iter().enumerate() {
            query.push(if number == 0 { "select * from (" } else { " union all select * from (" });
            query.push("select 1 from placement where mailbox = ").push_bind(*key);
            query.push(" and waiting = 1 and newest > ").push_bind(-before.0).push(" limit 10000)");
        }
        let count: i64 = query.push(")").build_query_scalar().fetch_one(&mut *connection).await?;
        late += text::count(count);
    }
    Ok(late)
}

async fn oldest_critical(connection: &mut SqliteConnection, keys: &[i64]) -> Result<Option<Timestamp>, StoreError> {
    let mut oldest: Option<i64> = None;
    for some in keys.chunks(UNION) {
        let mut query: QueryBuilder<Sqlite> = QueryBuilder::new("select max(newest) from (");
        for (number, key) in some.iter().enumerate() {
            query.push(if number == 0 { "select * from (" } else { " union all select * from (" });
            query.push("select newest from placement where mailbox = ").push_bind(*key);
            query.push(" and waiting = 1 and urgency = 0 order by newest desc limit 1)");
        }
        let newest: Option<i64> = query.push(")").build_query_scalar().fetch_one(&mut *connection).await?;
        oldest = oldest.max(newest);
    }
    Ok(oldest.map(|newest| Timestamp(-newest)))
}
