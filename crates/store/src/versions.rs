//! Versions of one report in the store: the same contents are one dossier, and of several versions in a mailbox only those
//! wait that no other replaces. Which replaces which is said by `bannette-formats`; here it is only kept.

use crate::keeping::LEFT;
use crate::{StoreError, lists, reach, receiving::NewDossier, text};
use bannette_api::dossiers::{ReportDate, Visibility};
use bannette_api::report::ReportStatus;
use bannette_formats::{Choice, Facts, Identity, Mark, Measured, Relation, Standing, Version, relate, stand};
use serde::Deserialize;
use sqlx::sqlite::SqliteConnection;
use sqlx::{QueryBuilder, Sqlite};
use std::collections::{BTreeMap, BTreeSet};

/// A dossier among its versions.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    pub(crate) key: i64,
    pub(crate) version: Version,
    received_at: i64,
    validated_at: i64,
}

/// The chains that a batch meets, the new dossiers included as they come.
#[derive(Debug, Default)]
pub(crate) struct Chains {
    known: Vec<Member>,
    by_chain: BTreeMap<Mark, Vec<usize>>,
    by_document: BTreeMap<String, Vec<usize>>,
    /// Those with more than one version, or more than one arrival.
    pub(crate) met: BTreeSet<Mark>,
}

/// A dossier, by what the same report in other bytes is known.
#[derive(Debug)]
struct Member {
    key: i64,
    chain: Mark,
    identity: Identity,
}

impl Chains {
    /// What the store has of the chains of these dossiers.
    pub(crate) async fn of(
        connection: &mut SqliteConnection,
        dossiers: impl Iterator<Item = &NewDossier>,
    ) -> Result<Self, StoreError> {
        let (mut marks, mut documents) = (BTreeSet::new(), BTreeSet::new());
        for dossier in dossiers {
            marks.extend(dossier.identity.chain);
            documents.extend(dossier.identity.document.clone());
        }
        let mut chains = Self::default();
        let marks: Vec<Vec<u8>> = marks.into_iter().map(|mark| mark.to_vec()).collect();
        let documents: Vec<String> = documents.into_iter().collect();
        const ONE: &str = "select key, chain, content, document, facts from dossier where chain <> x'' and ";
        for some in marks.chunks(500) {
            let mut query: QueryBuilder<Sqlite> = QueryBuilder::new(ONE);
            let mut list = query.push("chain in (").separated(", ");
            some.iter().for_each(|mark| {
                list.push_bind(mark.clone());
            });
            chains.take(connection, query).await?;
        }
        for some in documents.chunks(500) {
            let mut query: QueryBuilder<Sqlite> = QueryBuilder::new(ONE);
            let mut list = query.push("document <> '' and document in (").separated(", ");
            some.iter().for_each(|document| {
                list.push_bind(document.clone());
            });
            chains.take(connection, query).await?;
        }
        Ok(chains)
    }

    async fn take(
        &mut self,
        connection: &mut SqliteConnection,
        mut query: QueryBuilder<Sqlite>,
    ) -> Result<(), StoreError> {
        type Row = (i64, Vec<u8>, Vec<u8>, String, String);
        let rows: Vec<Row> = query.push(")").build_query_as().fetch_all(connection).await?;
        for (key, chain, content, document, facts) in rows {
            if self.known.iter().any(|one| one.key == key) {
                continue;
            }
            let identity = Identity {
                content: mark(&content)?,
                document: text::some_text(document),
                facts: facts_of(&facts)?,
                ..Identity::default()
            };
            self.add(Member { key, chain: mark(&chain)?, identity });
        }
        Ok(())
    }

    fn add(&mut self, member: Member) {
        let at = self.known.len();
        self.by_chain.entry(member.chain).or_default().push(at);
        if let Some(document) = &member.identity.document {
            self.by_document.entry(document.clone()).or_default().push(at);
        }
        self.known.push(member);
    }

    /// The dossier that holds all of this already; else notes that this key does from now on.
    pub(crate) fn same_or_new(&mut self, identity: &Identity, key: i64) -> Option<i64> {
        let chain = identity.chain?;
        let of_chain = self.by_chain.get(&chain).into_iter().flatten();
        let of_document = identity.document.as_ref().and_then(|document| self.by_document.get(document));
        let known: Vec<&Member> =
            of_chain.chain(of_document.into_iter().flatten()).filter_map(|at| self.known.get(*at)).collect();
        let same = known.iter().find(|one| one.identity.is_repeated_by(identity)).map(|one| one.key);
        let met: Vec<Mark> = known.iter().map(|one| one.chain).collect();
        if !met.is_empty() {
            self.met.insert(chain);
            self.met.extend(met);
        }
        if same.is_none() {
            let identity = Identity { measured: Vec::new(), ..identity.clone() };
            self.add(Member { key, chain, identity });
        }
        same
    }
}

pub(crate) fn mark(bytes: &[u8]) -> Result<Mark, StoreError> {
    bytes.try_into().map_err(|_| StoreError::Content("a mark of the wrong length"))
}

/// How facts stand in their column.
pub(crate) fn written(facts: &Facts) -> Result<String, StoreError> {
    serde_json::to_string(facts).map_err(|_| StoreError::Content("facts that cannot be written"))
}

pub(crate) fn facts_of(text: &str) -> Result<Facts, StoreError> {
    if text.is_empty() {
        return Ok(Facts::default());
    }
    serde_json::from_str(text).map_err(|_| StoreError::Content("facts that cannot be read"))
}

/// The report's own date, of its facts: a row needs no more of them.
pub(crate) fn dated(facts: &str) -> Result<Option<ReportDate>, StoreError> {
    #[derive(Deserialize)]
    struct Times {
        sampled_at: Option<String>,
        reported_at: Option<String>,
    }
    if facts.is_empty() {
        return Ok(None);
    }
    let times: Times = serde_json::from_str(facts).map_err(|_| StoreError::Content("facts that cannot be read"))?;
    Ok(ReportDate::first(times.sampled_at, times.reported_at))
}

/// How results stand in their column: what, value, rank.
pub(crate) fn packed(measured: &[Measured]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(measured.len() * 17);
    for one in measured {
        bytes.extend(one.what.to_be_bytes());
        bytes.extend(one.value.to_be_bytes());
        bytes.push(one.rank);
    }
    bytes
}

fn unpacked(bytes: &[u8]) -> Vec<Measured> {
    let one = |bytes: &[u8]| {
        let (what, rest) = bytes.split_first_chunk::<8>()?;
        let (value, rest) = rest.split_first_chunk::<8>()?;
        let (rank, _) = rest.split_first()?;
        Some(Measured { what: u64::from_be_bytes(*what), value: u64::from_be_bytes(*value), rank: *rank })
    };
    bytes.chunks_exact(17).filter_map(one).collect()
}

/// The chain that a dossier stands in.
pub(crate) async fn chain_of(connection: &mut SqliteConnection, key: i64) -> Result<Option<Mark>, StoreError> {
    let chain: Vec<u8> =
        sqlx::query_scalar("select chain from dossier where key = $1").bind(key).fetch_one(connection).await?;
    if chain.is_empty() { Ok(None) } else { mark(&chain).map(Some) }
}

/// Brings documents that replace one another into one chain, whichever came first. Gives that chain, where the dossiers of
/// this message are linked to others.
pub(crate) async fn link(connection: &mut SqliteConnection, raw: i64) -> Result<Vec<Mark>, StoreError> {
    let rows: Vec<(i64, String, String)> = sqlx::query_as(
        "select key, document, replaces from dossier where raw = $1 and chain <> x'' and (document <> '' or replaces <> '')",
    )
    .bind(raw)
    .fetch_all(&mut *connection)
    .await?;
    let mut met = Vec::new();
    for (key, document, replaces) in rows {
        let Some(chain) = chain_of(connection, key).await? else { continue };
        let others: Vec<Vec<u8>> = sqlx::query_scalar(
            "select chain from dossier where chain <> x'' and chain <> $1 and document <> '' and document = $2
             union select chain from dossier where chain <> x'' and chain <> $1 and replaces <> '' and replaces = $3",
        )
        .bind(chain.to_vec())
        .bind(&replaces)
        .bind(&document)
        .fetch_all(&mut *connection)
        .await?;
        for other in others {
            join(connection, &other, &chain).await?;
            met.push(chain);
        }
    }
    Ok(met)
}

/// All dossiers of one chain stand in another from now on.
async fn join(connection: &mut SqliteConnection, from: &[u8], into: &[u8]) -> Result<(), StoreError> {
    sqlx::query("update dossier set chain = $2 where chain <> x'' and chain = $1")
        .bind(from)
        .bind(into)
        .execute(connection)
        .await?;
    Ok(())
}

/// Brings two dossiers into one chain: a person looks at them as versions of each other. Gives the chain.
pub(crate) async fn together(connection: &mut SqliteConnection, one: i64, other: i64) -> Result<Mark, StoreError> {
    let chains = (chain_of(connection, one).await?, chain_of(connection, other).await?);
    let (into, from) = match chains {
        (Some(into), Some(from)) if into == from => return Ok(into),
        (Some(into), from) => (into, from),
        (None, Some(into)) => (into, None),
        // Two identifiers are as long as a mark.
        (None, None) => {
            let ids: Vec<Vec<u8>> = sqlx::query_scalar("select id from dossier where key in ($1, $2) order by id")
                .bind(one)
                .bind(other)
                .fetch_all(&mut *connection)
                .await?;
            (mark(&ids.concat())?, None)
        }
    };
    if let Some(from) = from {
        join(connection, &from, &into).await?;
    }
    sqlx::query("update dossier set chain = $3 where key in ($1, $2)")
        .bind(one)
        .bind(other)
        .bind(into.to_vec())
        .execute(connection)
        .await?;
    Ok(into)
}

/// All versions of a report, in the order of arrival.
pub(crate) async fn all(connection: &mut SqliteConnection, chain: &Mark) -> Result<Vec<Known>, StoreError> {
    type Row = (i64, Vec<u8>, Vec<u8>, String, String, String, String, i64, i64);
    let rows: Vec<Row> = sqlx::query_as(
        "select key, content, analytes, document, replaces, status, facts, received_at, validated_at
         from dossier where chain <> x'' and chain = $1 order by key",
    )
    .bind(chain.to_vec())
    .fetch_all(connection)
    .await?;
    let known = rows.into_iter().map(
        |(key, content, measured, document, replaces, status, facts, received_at, validated_at)| {
            let status: Option<ReportStatus> = text::named_or_none(&status)?;
            let identity = Identity {
                chain: Some(*chain),
                content: mark(&content)?,
                measured: unpacked(&measured),
                document: text::some_text(document),
                replaces: text::some_text(replaces),
                facts: facts_of(&facts)?,
            };
            Ok(Known { key, version: Version { identity, status }, received_at, validated_at })
        },
    );
    known.collect()
}

/// What a person decided of two dossiers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Chosen {
    low: i64,
    high: i64,
    /// Which of them takes the place of the other; none: they are two analyses.
    newer: Option<i64>,
}

/// Whether a person said of two dossiers that they are two analyses.
pub(crate) fn are_apart(chosen: &[Chosen], one: i64, other: i64) -> bool {
    let of = |choice: &&Chosen| choice.low == one.min(other) && choice.high == one.max(other);
    chosen.iter().find(of).is_some_and(|choice| choice.newer.is_none())
}

/// What people decided of these versions, the oldest decision first.
pub(crate) async fn choices(connection: &mut SqliteConnection, known: &[Known]) -> Result<Vec<Chosen>, StoreError> {
    let mut chosen = Vec::new();
    for some in known.chunks(500) {
        let mut query: QueryBuilder<Sqlite> =
            QueryBuilder::new("select low, high, newer, at from version_choice where low in (");
        let mut list = query.separated(", ");
        for one in some {
            list.push_bind(one.key);
        }
        let rows: Vec<(i64, i64, i64, i64)> = query.push(")").build_query_as().fetch_all(&mut *connection).await?;
        chosen.extend(rows);
    }
    chosen.sort_unstable_by_key(|(low, high, _, at)| (*at, *low, *high));
    let one = |(low, high, newer, _)| Chosen { low, high, newer: (newer != 0).then_some(newer) };
    Ok(chosen.into_iter().map(one).collect())
}

/// How these dossiers stand, each with its key; what people decided of others of the chain counts for none of them.
pub(crate) fn standing(here: &[&Known], chosen: &[Chosen]) -> Vec<Standing> {
    let versions: Vec<Version> = here.iter().map(|one| one.version.clone()).collect();
    let place = |key: i64| here.iter().position(|one| one.key == key);
    let choice = |one: &Chosen| {
        let (low, high) = (place(one.low)?, place(one.high)?);
        Some(match one.newer {
            None => Choice::Apart(low, high),
            Some(newer) if newer == one.low => Choice::Joined(low, high),
            Some(_) => Choice::Joined(high, low),
        })
    };
    let choices: Vec<Choice> = chosen.iter().filter_map(choice).collect();
    stand(&versions, &choices)
}

/// Of these chains the dossiers that may belong to a report of which a version is confidential in that mailbox.
pub(crate) async fn confidential(
    connection: &mut SqliteConnection,
    mailbox: i64,
    chains: &BTreeSet<Mark>,
) -> Result<Vec<i64>, StoreError> {
    let chains: Vec<&Mark> = chains.iter().collect();
    let mut hidden: BTreeMap<Mark, Vec<i64>> = BTreeMap::new();
    for some in chains.chunks(500) {
        let mut query: QueryBuilder<Sqlite> = QueryBuilder::new(
            "select d.chain, d.key from dossier d join placement p on p.dossier = d.key and p.mailbox = ",
        );
        query.push_bind(mailbox).push(" where p.held = ").push_bind(reach::held(Visibility::Confidential));
        query.push(" and d.chain <> x'' and d.chain in (");
        let mut list = query.separated(", ");
        for chain in some {
            list.push_bind(chain.to_vec());
        }
        let rows: Vec<(Vec<u8>, i64)> = query.push(")").build_query_as().fetch_all(&mut *connection).await?;
        for (chain, key) in rows {
            hidden.entry(mark(&chain)?).or_default().push(key);
        }
    }
    let mut found = Vec::new();
    for (chain, keys) in hidden {
        let known = all(connection, &chain).await?;
        let (confidential, others): (Vec<&Known>, Vec<&Known>) = known.iter().partition(|one| keys.contains(&one.key));
        let belongs = |one: &&&Known| {
            confidential.iter().any(|other| relate(&one.version, &other.version) != Relation::Unrelated)
        };
        found.extend(others.iter().filter(belongs).map(|one| one.key));
    }
    Ok(found)
}

/// A version in one mailbox.
#[derive(Clone, Debug)]
struct Placed {
    mailbox: i64,
    dossier: i64,
    waiting: i64,
    held: i64,
}

/// `placement.waiting` of what stepped back behind another version that lies in the same mailbox, and of what was validated.
const STEPPED_BACK: i64 = 2;
const VALIDATED: i64 = 0;

/// Says anew for each mailbox in which versions of this report lie which of them wait there.
///
/// A version steps back only behind one that everybody sees there who sees it: else who does not see the newer one would
/// have none. What is still to be sorted neither steps back nor has another one step back.
pub(crate) async fn settle(connection: &mut SqliteConnection, chain: &Mark) -> Result<(), StoreError> {
    let known = all(connection, chain).await?;
    let chosen = choices(connection, &known).await?;
    let rows: Vec<(i64, i64, i64, i64)> = sqlx::query_as(
        "select p.mailbox, p.dossier, p.waiting, p.held from dossier d join placement p on p.dossier = d.key
         where d.chain <> x'' and d.chain = $1 order by p.mailbox, p.dossier",
    )
    .bind(chain.to_vec())
    .fetch_all(&mut *connection)
    .await?;
    let placed = rows.into_iter().map(|(mailbox, dossier, waiting, held)| Placed { mailbox, dossier, waiting, held });
    let placed: Vec<Placed> = placed.collect();
    let mailboxes: BTreeSet<i64> = placed.iter().map(|one| one.mailbox).collect();
    let of = |key: i64| known.iter().find(|one| one.key == key);
    for mailbox in mailboxes {
        let here = || placed.iter().filter(|one| one.mailbox == mailbox && one.waiting != lists::UNSORTED);
        let mut behind: BTreeMap<i64, BTreeMap<i64, i64>> = BTreeMap::new();
        // What left the mailbox's tree comes back by an arrival alone.
        for one in here().filter(|one| one.waiting != LEFT) {
            let behind = behind.entry(one.held).or_insert_with(|| {
                let seen: Vec<&Known> =
                    here().filter(|other| other.held <= one.held).filter_map(|other| of(other.dossier)).collect();
                stepped_back(&seen, &chosen)
            });
            let Some(version) = of(one.dossier) else { continue };
            let newer = behind.get(&one.dossier).and_then(|newer| of(*newer));
            let wanted = wanted(version, newer);
            if let Some(newer) = newer
                && version.validated_at != 0
            {
                supersede(connection, version, newer).await?;
            }
            if one.waiting != wanted {
                sqlx::query("update placement set waiting = $3 where mailbox = $1 and dossier = $2")
                    .bind(mailbox)
                    .bind(one.dossier)
                    .bind(wanted)
                    .execute(&mut *connection)
                    .await?;
            }
        }
    }
    Ok(())
}

/// Where a version stands, by the one that replaces it here.
///
/// What came after the newer report had been validated was named to nobody: it waits until somebody has seen it too, unless
/// all that it measured stands in the validated one, value for value.
fn wanted(version: &Known, newer: Option<&Known>) -> i64 {
    if version.validated_at != 0 {
        return VALIDATED;
    }
    let Some(newer) = newer else { return lists::WAITS };
    let named = newer.validated_at == 0 || newer.validated_at >= version.received_at;
    let known = newer.version.holds_values_of(&version.version);
    if named || known { STEPPED_BACK } else { lists::WAITS }
}

/// Whoever validated the former version is to be told.
async fn supersede(connection: &mut SqliteConnection, former: &Known, newer: &Known) -> Result<(), StoreError> {
    // What the laboratory had said before was known, or could have been.
    if newer.received_at < former.validated_at || newer.validated_at != 0 {
        return Ok(());
    }
    sqlx::query("insert into superseded(former, newer, at) values ($1, $2, $3) on conflict do nothing")
        .bind(former.key)
        .bind(newer.key)
        .bind(newer.received_at)
        .execute(connection)
        .await?;
    Ok(())
}

/// Those of these versions that another one of them replaces, and which one.
fn stepped_back(here: &[&Known], chosen: &[Chosen]) -> BTreeMap<i64, i64> {
    let standing = standing(here, chosen);
    let newer = |(one, standing): (&&Known, Standing)| Some((one.key, here.get(standing.replaced_by?)?.key));
    here.iter().zip(standing).filter_map(newer).collect()
}
