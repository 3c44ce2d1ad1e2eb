//! What other dossiers are to one that is shown: its versions, those that may be one, and what people decided of them.

use crate::dossiers::{key, key_in};
use crate::keeping::push;
use crate::reach::Reach;
use crate::versions::{self, Known};
use crate::{Read, StoreError, Write, lists, text};
use bannette_api::dossiers::{DossierRow, PatientLine, PersonsRelation, VersionRelation};
use bannette_api::notices::Superseded;
use bannette_api::{DossierId, PersonId, Timestamp};
use bannette_rights::{Access, Validate, Visible};
use sqlx::sqlite::SqliteConnection;
use sqlx::{QueryBuilder, Row as _, Sqlite};
use std::collections::BTreeSet;

/// A version of a report, as it is seen.
#[derive(Clone, Debug)]
pub struct SeenVersion {
    /// Its row.
    pub row: DossierRow,
    /// What it is to the dossier that was asked for.
    pub relation: VersionRelation,
    /// Whether another one that is seen takes its place.
    pub replaced: bool,
}

/// Those of these dossiers whose place another version that is seen has taken: by the rule that the dossier itself is shown by.
pub(crate) async fn replaced(
    connection: &mut SqliteConnection,
    reach: &Reach,
    wanted: &[i64],
) -> Result<BTreeSet<i64>, StoreError> {
    let mut query: QueryBuilder<Sqlite> = QueryBuilder::new(
        "select distinct d.chain from dossier d where d.chain <> x'' and exists (
             select 1 from dossier o where o.chain <> x'' and o.chain = d.chain and o.key <> d.key) and d.key in (",
    );
    push(&mut query, wanted);
    let chains: Vec<Vec<u8>> = query.push(")").build_query_scalar().fetch_all(&mut *connection).await?;
    let mut replaced = BTreeSet::new();
    for chain in chains {
        let known = versions::all(connection, &versions::mark(&chain)?).await?;
        let keys: Vec<i64> = known.iter().map(|one| one.key).collect();
        let mut query: QueryBuilder<Sqlite> =
            QueryBuilder::new("select distinct p.dossier from placement p where p.dossier in (");
        push(&mut query, &keys);
        query.push(") and ");
        reach.push_seen(&mut query, "+p.");
        let seen: BTreeSet<i64> = query.build_query_scalar().fetch_all(&mut *connection).await?.into_iter().collect();
        let here: Vec<&Known> = known.iter().filter(|one| seen.contains(&one.key)).collect();
        let chosen = versions::choices(connection, &known).await?;
        let stands = versions::standing(&here, &chosen);
        replaced
            .extend(here.iter().zip(stands).filter(|(_, stands)| stands.replaced_by.is_some()).map(|(one, _)| one.key));
    }
    Ok(replaced)
}

impl Read {
    /// The versions of a dossier's report that are seen in some mailbox, the dossier itself included, in the order of
    /// arrival; and those of which no rule says whether they are. What has nothing to do with it is left out.
    ///
    /// # Errors
    /// What the database says.
    pub async fn versions(&mut self, visible: &Visible, dossier: DossierId) -> Result<Vec<SeenVersion>, StoreError> {
        let shown = key(self.connection(), dossier).await?;
        let known = match versions::chain_of(self.connection(), shown).await? {
            Some(chain) => versions::all(self.connection(), &chain).await?,
            None => return Ok(Vec::new()),
        };
        let reach = Reach::of(self.connection(), visible).await?;
        let wanted: Vec<i64> = known.iter().map(|one| one.key).collect();
        let rows = lists::rows(self.connection(), &reach, &wanted).await?;
        // Of a version that lies elsewhere only, nothing is said.
        let seen: Vec<(DossierRow, &Known)> =
            rows.into_iter().zip(&known).filter(|(row, _)| !row.mailboxes.is_empty()).collect();
        let here: Vec<&Known> = seen.iter().map(|(_, one)| *one).collect();
        let chosen = versions::choices(self.connection(), &known).await?;
        let standing = versions::standing(&here, &chosen);
        let Some(at) = here.iter().position(|one| one.key == shown) else { return Ok(Vec::new()) };
        let newest = standing.get(at).and_then(|one| one.replaced_by);
        let beside = standing.get(at).map(|one| one.beside.clone()).unwrap_or_default();
        let mut versions = Vec::new();
        for (place, ((row, one), stands)) in seen.into_iter().zip(standing.iter()).enumerate() {
            let relation = if place == at {
                VersionRelation::Shown
            } else if beside.contains(&place) {
                VersionRelation::MayBelong
            } else if stands.replaced_by == Some(at) {
                VersionRelation::Former
            } else if newest == Some(place) {
                VersionRelation::Newer
            } else if newest.is_some() && stands.replaced_by == newest {
                VersionRelation::Beside
            } else if versions::are_apart(&chosen, shown, one.key) {
                VersionRelation::Apart
            } else {
                continue;
            };
            versions.push(SeenVersion { row, relation, replaced: stands.replaced_by.is_some() });
        }
        Ok(versions)
    }

    /// The reports that this person validated and whose place another one has taken that they have not opened: as far as
    /// both are seen, the newest first.
    ///
    /// # Errors
    /// What the database says.
    pub async fn superseded(&mut self, visible: &Visible, person: PersonId) -> Result<Vec<Superseded>, StoreError> {
        let reach = Reach::of(self.connection(), visible).await?;
        if reach.is_empty() {
            return Ok(Vec::new());
        }
        let mut query: QueryBuilder<Sqlite> = QueryBuilder::new(
            "select o.id as former, n.id as newer, s.at, n.last_name, n.first_name, n.birth_date, n.sex, n.identified
             from superseded s join dossier o on o.key = s.former join dossier n on n.key = s.newer
             where n.validated_at = 0 and o.validated_by = ",
        );
        let person = person.0.into_bytes().to_vec();
        query.push_bind(person.clone());
        query.push(" and not exists (select 1 from seen e where e.dossier = n.key and e.person = ").push_bind(person);
        for dossier in ["o", "n"] {
            query.push(") and exists (select 1 from placement p where p.dossier = ").push(dossier).push(".key and ");
            reach.push_seen(&mut query, "+p.");
        }
        query.push(") order by s.at desc, n.key desc limit 50");
        let rows = query.build().fetch_all(self.connection()).await?;
        let one = |row: &sqlx::sqlite::SqliteRow| {
            let patient = PatientLine {
                last_name: row.try_get("last_name")?,
                first_name: row.try_get("first_name")?,
                birth_date: text::some_text(row.try_get("birth_date")?),
                sex: text::some_text(row.try_get("sex")?),
            };
            Ok(Superseded {
                former: DossierId(text::uuid(row.try_get("former")?)?),
                newer: DossierId(text::uuid(row.try_get("newer")?)?),
                at: Timestamp(row.try_get("at")?),
                patient: row.try_get::<bool, _>("identified")?.then_some(patient),
            })
        };
        rows.iter().map(one).collect()
    }
}

impl Write {
    /// Keeps what a person says of two dossiers that lie in the proof's mailbox, and settles anew which of them wait. False
    /// when it was said already.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when one of them is not seen there, or they are one; [`StoreError::Stale`].
    pub async fn relate(
        &mut self,
        proof: &Access<Validate>,
        (dossier, other): (DossierId, DossierId),
        relation: PersonsRelation,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        self.fresh(proof.epoch()).await?;
        let one = key_in(self.connection(), proof, dossier).await?;
        let other = key_in(self.connection(), proof, other).await?;
        if one == other {
            return Err(StoreError::NotFound);
        }
        let chain = versions::together(self.connection(), one, other).await?;
        let newer = if relation == PersonsRelation::VersionOf { one } else { 0 };
        let changed = sqlx::query(
            "insert into version_choice(low, high, newer, person, at) values ($1, $2, $3, $4, $5)
             on conflict do update set newer = excluded.newer, person = excluded.person, at = excluded.at
             where version_choice.newer <> excluded.newer",
        )
        .bind(one.min(other))
        .bind(one.max(other))
        .bind(newer)
        .bind(proof.actor().0.into_bytes().to_vec())
        .bind(at.0)
        .execute(self.connection())
        .await?;
        versions::settle(self.connection(), &chain).await?;
        Ok(changed.rows_affected() > 0)
    }
}
