//! The history of accesses: the journal's entries, listed by the mailboxes under whose right each act was done.
//!
//! The list is a table beside the journal, written in the same change. The sealed entries say the same, and the check of
//! the journal holds the two against each other. A page costs the same in a history of a year and of ten: it goes by key
//! along an index.

use crate::journal::Draft;
use crate::reach::Reach;
use crate::{Read, StoreError, text};
use bannette_api::accesses::{AccessEntry, AccessFilter, AccessKind, AccessOf, AccessPage};
use bannette_api::dossiers::{Cursor, PatientLine};
use bannette_api::sharing::Path;
use bannette_api::{DossierId, MailboxId, PersonId, Timestamp};
use bannette_rights::{Access, Own, Visible};
use serde::{Deserialize, Serialize};
use sqlx::sqlite::SqliteConnection;
use sqlx::{QueryBuilder, Row as _, Sqlite};
use std::collections::BTreeMap;

/// A mailbox that an act concerns, and by which way its author had a right there (none where no right was used).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Under {
    /// Which mailbox.
    pub mailbox: MailboxId,
    /// By which way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Path>,
}

/// The acts that histories list: of which kind, and whether the object is a dossier. What is not here and concerns a
/// mailbox is a change of rights.
const LISTED: &[(&str, AccessKind, bool)] = &[
    ("dossier_opened", AccessKind::Opened, true),
    ("source_read", AccessKind::Opened, true),
    ("history_read", AccessKind::Opened, true),
    ("earlier_values_shown", AccessKind::Opened, true),
    ("version_compared", AccessKind::Opened, true),
    ("document_read", AccessKind::Opened, true),
    ("dossier_printed", AccessKind::Printed, true),
    ("document_saved", AccessKind::Exported, true),
    ("accesses_exported", AccessKind::Exported, false),
    ("dossier_accesses_exported", AccessKind::Exported, true),
    ("validated", AccessKind::Validated, true),
    ("validation_undone", AccessKind::Validated, true),
    ("treated_as_result", AccessKind::Validated, true),
    ("version_joined", AccessKind::Validated, true),
    ("version_parted", AccessKind::Validated, true),
    ("dossier_shared", AccessKind::Rights, true),
    ("dossier_withheld", AccessKind::Rights, true),
    ("dossier_made_confidential", AccessKind::Rights, true),
    ("sharing_set", AccessKind::Rights, false),
    ("mailbox_added", AccessKind::Settings, false),
    ("mailbox_changed", AccessKind::Settings, false),
    ("mailbox_removed", AccessKind::Settings, false),
    ("removed_from_server", AccessKind::Settings, false),
    ("content_purged", AccessKind::Settings, false),
    ("values_erased", AccessKind::Settings, false),
    ("glass_broken", AccessKind::Glass, false),
    ("glass_ended", AccessKind::Glass, false),
    ("glass_acknowledged", AccessKind::Glass, false),
];

const KINDS: [AccessKind; 8] = [
    AccessKind::Opened,
    AccessKind::Printed,
    AccessKind::Exported,
    AccessKind::Sent,
    AccessKind::Validated,
    AccessKind::Rights,
    AccessKind::Settings,
    AccessKind::Glass,
];

fn number(kind: AccessKind) -> i64 {
    KINDS.iter().position(|one| *one == kind).and_then(|place| i64::try_from(place).ok()).unwrap_or(0)
}

fn kind(number: i64) -> AccessKind {
    usize::try_from(number).ok().and_then(|place| KINDS.get(place).copied()).unwrap_or(AccessKind::Opened)
}

/// How histories list an act of that name.
fn listed(act: &str) -> (AccessKind, bool) {
    LISTED.iter().find(|(name, ..)| *name == act).map_or((AccessKind::Rights, false), |(_, kind, of)| (*kind, *of))
}

/// A line of the list, with ids in place of keys: to be compared with what an entry says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Line {
    mailbox: Vec<u8>,
    at: i64,
    person: Vec<u8>,
    kind: i64,
    dossier: Vec<u8>,
}

/// The lines that an entry must have.
pub(crate) fn lines(at: i64, person: &[u8], act: &str, object: &[u8], detail: &str) -> Result<Vec<Line>, StoreError> {
    #[derive(Deserialize)]
    struct Detail {
        #[serde(default)]
        under: Vec<Under>,
    }
    if !detail.contains("\"under\"") {
        return Ok(Vec::new());
    }
    let detail: Detail = serde_json::from_str(detail).map_err(|_| StoreError::Content("a detail of another form"))?;
    let (kind, of_dossier) = listed(act);
    let line = |under: &Under| Line {
        mailbox: under.mailbox.0.into_bytes().to_vec(),
        at,
        person: person.to_vec(),
        kind: number(kind),
        dossier: if of_dossier { object.to_vec() } else { Vec::new() },
    };
    let mut lines: Vec<Line> = detail.under.iter().map(line).collect();
    lines.sort_unstable();
    Ok(lines)
}

/// Lists an entry that was just written.
pub(crate) async fn list(connection: &mut SqliteConnection, seq: i64, draft: &Draft) -> Result<(), StoreError> {
    if draft.under.is_empty() {
        return Ok(());
    }
    let (kind, of_dossier) = listed(&draft.act);
    let dossier = if of_dossier { draft.object.clone() } else { Vec::new() };
    for under in &draft.under {
        sqlx::query(
            "insert into access(mailbox, at, seq, person, kind, dossier)
             select m.key, $2, $3, $4, $5, coalesce((select key from dossier where id = $6), 0)
             from mailbox m where m.id = $1",
        )
        .bind(under.mailbox.0.into_bytes().to_vec())
        .bind(draft.at)
        .bind(seq)
        .bind(&draft.person)
        .bind(number(kind))
        .bind(&dossier)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// The lines of the entries after `from`, up to `to`.
pub(crate) async fn lines_between(
    connection: &mut SqliteConnection,
    from: i64,
    to: i64,
) -> Result<BTreeMap<i64, Vec<Line>>, StoreError> {
    type Row = (i64, Vec<u8>, i64, Vec<u8>, i64, Vec<u8>);
    let rows: Vec<Row> = sqlx::query_as(
        "select a.seq, coalesce(m.id, x''), a.at, a.person, a.kind, coalesce(d.id, x'')
         from access a left join mailbox m on m.key = a.mailbox left join dossier d on d.key = a.dossier
         where a.seq > $1 and a.seq <= $2 order by a.seq",
    )
    .bind(from)
    .bind(to)
    .fetch_all(connection)
    .await?;
    let mut all: BTreeMap<i64, Vec<Line>> = BTreeMap::new();
    for (seq, mailbox, at, person, kind, dossier) in rows {
        all.entry(seq).or_default().push(Line { mailbox, at, person, kind, dossier });
    }
    all.values_mut().for_each(|lines| lines.sort_unstable());
    Ok(all)
}

/// What is asked of a history.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "as in api::accesses::ListAccesses")]
pub struct AccessRequest {
    pub of: AccessOf,
    pub filter: AccessFilter,
    pub after: Option<Cursor>,
    pub limit: u32,
}

/// A place in a history, which runs from the newest to the oldest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    at: i64,
    seq: i64,
}

impl Place {
    fn of(cursor: Option<&Cursor>) -> Result<Option<Self>, StoreError> {
        let Some(Cursor(text)) = cursor else { return Ok(None) };
        let mut numbers = text.split('.').map(str::parse::<i64>);
        match (numbers.next(), numbers.next(), numbers.next()) {
            (Some(Ok(at)), Some(Ok(seq)), None) => Ok(Some(Self { at, seq })),
            _ => Err(StoreError::NotFound),
        }
    }
}

/// A listed entry as it is read.
struct Found {
    place: Place,
    mailbox: MailboxId,
    kind: i64,
    dossier: i64,
    person: Vec<u8>,
    post: String,
    act: String,
    detail: String,
}

impl Read {
    /// A page of a history: of the mailboxes in `whole` everybody's acts, of the other visible ones the actor's own. Names
    /// are those of dossiers that are seen.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the thing is not visible, or for a cursor that this store did not give; else what the
    /// database says.
    pub async fn accesses(
        &mut self,
        whole: &[Access<Own>],
        visible: &Visible,
        request: &AccessRequest,
    ) -> Result<AccessPage, StoreError> {
        let reach = Reach::of(self.connection(), visible).await?;
        let (mailboxes, dossier) = match request.of {
            AccessOf::Mailbox(id) => (vec![id], None),
            AccessOf::Dossier(id) => (self.mailboxes_of(visible, id).await?, Some(key(self.connection(), id).await?)),
        };
        let after = Place::of(request.after.as_ref())?;
        let asked = request.limit.max(1);
        let mut found = Vec::new();
        let mut all_whole = true;
        let mut any = false;
        for (key, id) in reach.mailboxes().filter(|(_, id)| mailboxes.contains(id)) {
            any = true;
            let owned = whole.iter().any(|proof| proof.mailbox() == id);
            all_whole &= owned;
            let own = (!owned).then(|| visible.actor());
            let asking = Asking { mailbox: (key, id), dossier, own, filter: &request.filter, after };
            found.extend(asking.ask(self.connection(), i64::from(asked) + 1).await?);
        }
        if !any {
            return Err(StoreError::NotFound);
        }
        found.sort_by_key(|one| std::cmp::Reverse(one.place));
        // One act under the rights of two mailboxes is one act.
        found.dedup_by_key(|one| one.place);
        let shown = usize::try_from(asked).unwrap_or(usize::MAX);
        let more = found.len() > shown;
        found.truncate(shown);
        let next = found.last().filter(|_| more).map(|last| Cursor(format!("{}.{}", last.place.at, last.place.seq)));
        let entries = entries(self.connection(), &reach, found).await?;
        Ok(AccessPage { entries, next, whole: all_whole })
    }
}

/// One question to one mailbox's index.
struct Asking<'a> {
    mailbox: (i64, MailboxId),
    dossier: Option<i64>,
    own: Option<PersonId>,
    filter: &'a AccessFilter,
    after: Option<Place>,
}

impl Asking<'_> {
    fn query(&self, limit: i64) -> QueryBuilder<Sqlite> {
        let mut query =
            QueryBuilder::new("select a.at, a.seq, a.kind, a.dossier, j.person, j.post, j.act, j.detail from access a");
        // Said, not left to the planner: without statistics it would walk through the whole history of a mailbox.
        query.push(match self.filter.kind {
            _ if self.dossier.is_some() => " indexed by access_dossier",
            _ if self.own.or(self.filter.person).is_some() => " indexed by access_person",
            Some(kind) if kind != AccessKind::Opened => " indexed by access_kind",
            _ => "",
        });
        query.push(" cross join journal j on j.seq = a.seq where a.mailbox = ").push_bind(self.mailbox.0);
        if let Some(dossier) = self.dossier {
            query.push(" and a.dossier <> 0 and a.dossier = ").push_bind(dossier);
        }
        for person in [self.own, self.filter.person].into_iter().flatten() {
            query.push(" and a.person = ").push_bind(person.0.into_bytes().to_vec());
        }
        if let Some(kind) = self.filter.kind {
            // Those opened have no index of their own: nearly all are.
            if kind != AccessKind::Opened {
                query.push(" and a.kind <> 0");
            }
            query.push(" and a.kind = ").push_bind(number(kind));
        }
        if let Some(from) = self.filter.begins {
            query.push(" and a.at >= ").push_bind(from.0);
        }
        if let Some(until) = self.filter.ends {
            query.push(" and a.at < ").push_bind(until.0);
        }
        if let Some(after) = self.after {
            query.push(" and (a.at, a.seq) < (").push_bind(after.at).push(", ").push_bind(after.seq).push(")");
        }
        query.push(" order by a.at desc, a.seq desc limit ").push_bind(limit);
        query
    }

    async fn ask(&self, connection: &mut SqliteConnection, limit: i64) -> Result<Vec<Found>, StoreError> {
        let mut query = self.query(limit);
        let rows = query.build().fetch_all(connection).await?;
        let found = rows.iter().map(|row| {
            Ok(Found {
                place: Place { at: row.try_get(0)?, seq: row.try_get(1)? },
                mailbox: self.mailbox.1,
                kind: row.try_get(2)?,
                dossier: row.try_get(3)?,
                person: row.try_get(4)?,
                post: row.try_get(5)?,
                act: row.try_get(6)?,
                detail: row.try_get(7)?,
            })
        });
        found.collect()
    }
}

/// By which way the act was done in that mailbox.
fn way(detail: &str, mailbox: MailboxId) -> Option<Path> {
    #[derive(Deserialize)]
    struct Detail {
        under: Vec<Under>,
    }
    let detail: Detail = serde_json::from_str(detail).ok()?;
    detail.under.into_iter().find(|under| under.mailbox == mailbox)?.by
}

/// The entries, with the names of the dossiers that are seen.
async fn entries(
    connection: &mut SqliteConnection,
    reach: &Reach,
    found: Vec<Found>,
) -> Result<Vec<AccessEntry>, StoreError> {
    let mut wanted: Vec<i64> = found.iter().map(|one| one.dossier).filter(|dossier| *dossier != 0).collect();
    wanted.sort_unstable();
    wanted.dedup();
    let mut names = BTreeMap::new();
    for some in wanted.chunks(200) {
        let mut query: QueryBuilder<Sqlite> = QueryBuilder::new(
            "select d.key, d.id, d.last_name, d.first_name, d.birth_date, d.sex from dossier d where d.key in (",
        );
        let mut list = query.separated(", ");
        for key in some {
            list.push_bind(*key);
        }
        query.push(") and exists (select 1 from placement p where p.dossier = d.key and ");
        reach.push_seen(&mut query, "+p.");
        let rows = query.push(")").build().fetch_all(&mut *connection).await?;
        for row in rows {
            let id: Vec<u8> = row.try_get(1)?;
            let patient = PatientLine {
                last_name: row.try_get(2)?,
                first_name: row.try_get(3)?,
                birth_date: text::some_text(row.try_get(4)?),
                sex: text::some_text(row.try_get(5)?),
            };
            let known = !(patient.last_name.is_empty() && patient.first_name.is_empty());
            names.insert(row.try_get::<i64, _>(0)?, (DossierId(text::uuid(&id)?), known.then_some(patient)));
        }
    }
    let entry = |one: Found| {
        let (dossier, patient) = names.get(&one.dossier).cloned().unzip();
        let person = if one.person.is_empty() { None } else { Some(PersonId(text::uuid(&one.person)?)) };
        Ok(AccessEntry {
            number: text::count(one.place.seq),
            at: Timestamp(one.place.at),
            person,
            path: way(&one.detail, one.mailbox),
            post: one.post,
            act: one.act,
            kind: kind(one.kind),
            dossier,
            patient: patient.flatten(),
        })
    };
    found.into_iter().map(entry).collect()
}

async fn key(connection: &mut SqliteConnection, dossier: DossierId) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar("select key from dossier where id = $1")
        .bind(dossier.0.into_bytes().to_vec())
        .fetch_one(connection)
        .await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn plan(filter: AccessFilter, dossier: Option<i64>, own: Option<PersonId>) -> String {
        use sqlx::Connection as _;
        let mut connection = SqliteConnection::connect("sqlite::memory:").await.unwrap();
        for sql in [
            include_str!("../migrations/0001_foundation.sql"),
            include_str!("../migrations/0002_versions.sql"),
            include_str!("../migrations/0005_access.sql"),
        ] {
            sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
        }
        let mailbox = (1, MailboxId(uuid::Uuid::nil()));
        let after = Some(Place { at: 1, seq: 1 });
        let query = Asking { mailbox, dossier, own, filter: &filter, after }.query(101);
        let explained = format!("explain query plan {}", query.sql().as_str());
        let rows = sqlx::query(sqlx::AssertSqlSafe(explained)).fetch_all(&mut connection).await.unwrap();
        rows.iter().map(|row| row.get::<String, _>(3)).collect::<Vec<_>>().join("; ")
    }

    /// Whatever is asked, an index gives the lines in their order: no page sorts a history or walks through it.
    #[tokio::test]
    async fn each_question_goes_along_an_index() {
        let person = PersonId(uuid::Uuid::nil());
        let by_person = AccessFilter { person: Some(person), ..AccessFilter::default() };
        let by_kind = AccessFilter { kind: Some(AccessKind::Exported), ..AccessFilter::default() };
        let opened = AccessFilter { kind: Some(AccessKind::Opened), ..AccessFilter::default() };
        let time = AccessFilter { begins: Some(Timestamp(1)), ends: Some(Timestamp(9)), ..AccessFilter::default() };
        for (filter, dossier, own, index) in [
            (AccessFilter::default(), None, None, "PRIMARY KEY (mailbox=? AND (at,seq)<(?,?))"),
            (time, None, None, "PRIMARY KEY (mailbox=? AND at>? AND at<?)"),
            (opened, None, None, "PRIMARY KEY (mailbox=? AND (at,seq)<(?,?))"),
            (by_person, None, None, "access_person (mailbox=? AND person=? AND (at,seq)<(?,?))"),
            (by_kind, None, None, "access_kind (mailbox=? AND kind=? AND (at,seq)<(?,?))"),
            (AccessFilter::default(), None, Some(person), "access_person (mailbox=? AND person=? AND (at,seq)<(?,?))"),
            (AccessFilter::default(), Some(3), None, "access_dossier (dossier=? AND mailbox=? AND (at,seq)<(?,?))"),
        ] {
            let plan = plan(filter.clone(), dossier, own).await;
            assert!(plan.contains(index), "{filter:?}: {plan}");
            assert!(!plan.contains("TEMP B-TREE") && !plan.contains("SCAN"), "{filter:?}: {plan}");
        }
    }

    #[test]
    fn kinds_keep_their_numbers() {
        for (place, one) in KINDS.iter().enumerate() {
            assert_eq!(number(*one), i64::try_from(place).unwrap());
            assert_eq!(kind(number(*one)), *one);
        }
    }
}
