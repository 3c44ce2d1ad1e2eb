//! Versions of one report in the store: the same contents are one dossier, and of several versions in a mailbox only those
//! wait that no other replaces. Which replaces which is said by `bannette-formats`; here it is only kept.

use crate::keeping::LEFT;
use crate::{StoreError, lists, reach, receiving::NewDossier, text};
use bannette_api::dossiers::Visibility;
use bannette_api::report::ReportStatus;
use bannette_formats::{Identity, Mark, Version, replaced};
use sqlx::sqlite::SqliteConnection;
use sqlx::{QueryBuilder, Sqlite};
use std::collections::{BTreeMap, BTreeSet};

/// A dossier among its versions.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    pub(crate) key: i64,
    pub(crate) version: Version,
}

/// The chains that a batch meets, the new dossiers included as they come.
#[derive(Debug, Default)]
pub(crate) struct Chains {
    known: BTreeMap<Mark, Vec<(i64, Mark)>>,
    /// Those with more than one version, or more than one arrival.
    pub(crate) met: BTreeSet<Mark>,
}

impl Chains {
    /// What the store has of the chains of these dossiers.
    pub(crate) async fn of(
        connection: &mut SqliteConnection,
        dossiers: impl Iterator<Item = &NewDossier>,
    ) -> Result<Self, StoreError> {
        let marks: BTreeSet<Mark> = dossiers.filter_map(|dossier| dossier.identity.chain).collect();
        let marks: Vec<Mark> = marks.into_iter().collect();
        let mut chains = Self::default();
        for some in marks.chunks(500) {
            let mut query: QueryBuilder<Sqlite> =
                QueryBuilder::new("select key, chain, content from dossier where chain <> x'' and chain in (");
            let mut list = query.separated(", ");
            for mark in some {
                list.push_bind(mark.to_vec());
            }
            let rows: Vec<(i64, Vec<u8>, Vec<u8>)> =
                query.push(")").build_query_as().fetch_all(&mut *connection).await?;
            for (key, chain, content) in rows {
                chains.known.entry(mark(&chain)?).or_default().push((key, mark(&content)?));
            }
        }
        Ok(chains)
    }

    /// The dossier that has these contents already; else notes that this key has them from now on.
    pub(crate) fn same_or_new(&mut self, identity: &Identity, key: i64) -> Option<i64> {
        let chain = identity.chain?;
        let known = self.known.entry(chain).or_default();
        let same = known.iter().find(|(_, content)| *content == identity.content).map(|(key, _)| *key);
        if !known.is_empty() {
            self.met.insert(chain);
        }
        if same.is_none() {
            known.push((key, identity.content));
        }
        same
    }
}

pub(crate) fn mark(bytes: &[u8]) -> Result<Mark, StoreError> {
    bytes.try_into().map_err(|_| StoreError::Content("a mark of the wrong length"))
}

/// How an identity's analytes stand in their column.
pub(crate) fn packed(analytes: &[u32]) -> Vec<u8> {
    analytes.iter().flat_map(|analyte| analyte.to_be_bytes()).collect()
}

fn unpacked(bytes: &[u8]) -> Vec<u32> {
    let number = |four: &[u8]| four.try_into().map(u32::from_be_bytes).ok();
    bytes.chunks_exact(4).filter_map(number).collect()
}

/// The chain that a dossier stands in.
pub(crate) async fn chain_of(connection: &mut SqliteConnection, key: i64) -> Result<Option<Mark>, StoreError> {
    let chain: Vec<u8> =
        sqlx::query_scalar("select chain from dossier where key = $1").bind(key).fetch_one(connection).await?;
    if chain.is_empty() { Ok(None) } else { mark(&chain).map(Some) }
}

/// All versions of a report, in the order of arrival.
pub(crate) async fn all(connection: &mut SqliteConnection, chain: &Mark) -> Result<Vec<Known>, StoreError> {
    type Row = (i64, Vec<u8>, Vec<u8>, String, String, String);
    let rows: Vec<Row> = sqlx::query_as(
        "select key, content, analytes, document, replaces, status from dossier where chain <> x'' and chain = $1
         order by key",
    )
    .bind(chain.to_vec())
    .fetch_all(connection)
    .await?;
    let known = rows.into_iter().map(|(key, content, analytes, document, replaces, status)| {
        let status: Option<ReportStatus> = text::named_or_none(&status)?;
        let identity = Identity {
            chain: Some(*chain),
            content: mark(&content)?,
            analytes: unpacked(&analytes),
            document: text::some_text(document),
            replaces: text::some_text(replaces),
        };
        Ok(Known { key, version: Version { identity, status, arrived: key } })
    });
    known.collect()
}

/// The reports of these chains of which a version is confidential in that mailbox.
pub(crate) async fn confidential(
    connection: &mut SqliteConnection,
    mailbox: i64,
    chains: &BTreeSet<Mark>,
) -> Result<Vec<Mark>, StoreError> {
    let chains: Vec<&Mark> = chains.iter().collect();
    let mut found = Vec::new();
    for some in chains.chunks(500) {
        let mut query: QueryBuilder<Sqlite> = QueryBuilder::new(
            "select distinct d.chain from dossier d join placement p on p.dossier = d.key and p.mailbox = ",
        );
        query.push_bind(mailbox).push(" where p.held = ").push_bind(reach::held(Visibility::Confidential));
        query.push(" and d.chain <> x'' and d.chain in (");
        let mut list = query.separated(", ");
        for chain in some {
            list.push_bind(chain.to_vec());
        }
        let rows: Vec<Vec<u8>> = query.push(")").build_query_scalar().fetch_all(&mut *connection).await?;
        for chain in rows {
            found.push(mark(&chain)?);
        }
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
    validated: bool,
}

/// Says anew for each mailbox in which versions of this report lie which of them wait there.
///
/// A version steps back only behind one that everybody sees there who sees it: else who does not see the newer one would
/// have none. What is still to be sorted neither steps back nor has another one step back.
pub(crate) async fn settle(connection: &mut SqliteConnection, chain: &Mark) -> Result<(), StoreError> {
    let known = all(connection, chain).await?;
    let rows: Vec<(i64, i64, i64, i64, bool)> = sqlx::query_as(
        "select p.mailbox, p.dossier, p.waiting, p.held, d.validated_at <> 0
         from dossier d join placement p on p.dossier = d.key
         where d.chain <> x'' and d.chain = $1 order by p.mailbox, p.dossier",
    )
    .bind(chain.to_vec())
    .fetch_all(&mut *connection)
    .await?;
    let placed = rows.into_iter().map(|(mailbox, dossier, waiting, held, validated)| Placed {
        mailbox,
        dossier,
        waiting,
        held,
        validated,
    });
    let placed: Vec<Placed> = placed.collect();
    let mailboxes: BTreeSet<i64> = placed.iter().map(|one| one.mailbox).collect();
    for mailbox in mailboxes {
        let here = || placed.iter().filter(|one| one.mailbox == mailbox && one.waiting != lists::UNSORTED);
        let mut behind: BTreeMap<i64, BTreeSet<i64>> = BTreeMap::new();
        // What left the mailbox's tree comes back by an arrival alone.
        for one in here().filter(|one| one.waiting != LEFT) {
            let behind = behind
                .entry(one.held)
                .or_insert_with(|| stepped_back(here().filter(|other| other.held <= one.held), &known));
            let wanted = match (one.validated, behind.contains(&one.dossier)) {
                (true, _) => 0,
                (false, false) => lists::WAITS,
                (false, true) => 2,
            };
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

/// Those of these versions that another one of them replaces.
fn stepped_back<'a>(placed: impl Iterator<Item = &'a Placed>, known: &[Known]) -> BTreeSet<i64> {
    let version = |placed: &Placed| known.iter().find(|one| one.key == placed.dossier);
    let here: Vec<&Known> = placed.filter_map(version).collect();
    let versions: Vec<Version> = here.iter().map(|one| one.version.clone()).collect();
    let replaced = replaced(&versions);
    here.into_iter().zip(replaced).filter(|(_, by)| by.is_some()).map(|(one, _)| one.key).collect()
}
