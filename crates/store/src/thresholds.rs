//! The practice's critical thresholds, and the dossiers that are judged again when they change.
//!
//! Each dossier notes by which *generation* of the thresholds it was judged. That note is the whole progress of judging
//! again: whatever cuts it short, and whatever arrived meanwhile, what is of an older generation is still to be done.

use crate::receiving::{RawSource, urgency_number};
use crate::{
    Act, Author, PackedValues, Read, StoreError, Write, dossiers, lists, mailboxes, packing, sealed, text, values,
};
use bannette_api::dossiers::{Headline, Urgency};
use bannette_api::thresholds::ThresholdSetting;
use bannette_api::{DossierId, Timestamp};
use bannette_formats::Opened;
use bannette_rights::{Administrator, SystemAccess};
use sqlx::sqlite::SqliteConnection;

/// The thresholds as they are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredThresholds {
    /// The number of this state.
    pub generation: i64,
    /// The edition of the proposals that it was made with.
    pub edition: i64,
    /// The rows that the practice changed.
    pub changed: Vec<(String, ThresholdSetting)>,
}

/// A dossier to be judged again.
#[derive(Clone)]
pub struct ToJudge {
    /// Which.
    pub dossier: DossierId,
    /// Whether the practice's thresholds alone made it critical until now.
    pub by_practice: bool,
    /// Its urgency until now.
    pub urgency: Urgency,
    /// Where its bytes came from.
    pub source: RawSource,
    /// A file's name.
    pub name: String,
    /// Place of the report in its message.
    pub part: usize,
    /// The bytes received; none where they cannot be read.
    pub bytes: Option<Vec<u8>>,
    /// What of them was opened.
    pub opened: Vec<Opened>,
    /// Whether its numbers are kept already.
    pub has_values: bool,
}

/// What a dossier was judged to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JudgedAgain {
    /// Which.
    pub dossier: DossierId,
    /// Its urgency and the result that says it, where they are others than before.
    pub changed: Option<(Urgency, Option<Headline>)>,
    /// Its numbers, where they were not kept yet.
    pub values: Option<PackedValues>,
}

impl Read {
    /// The thresholds.
    ///
    /// # Errors
    /// What the database says.
    pub async fn thresholds(&mut self) -> Result<StoredThresholds, StoreError> {
        stored(self.connection()).await
    }

    /// Whether dossiers are still to be judged by that generation.
    ///
    /// # Errors
    /// What the database says.
    pub async fn has_to_judge(&mut self, generation: i64) -> Result<bool, StoreError> {
        Ok(sqlx::query_scalar(
            "select exists(select 1 from dossier d where d.removed_at = 0 and d.judged < $1 and exists (
                 select 1 from placement p join mailbox m on m.key = p.mailbox
                 where p.dossier = d.key and m.gone_at = 0))",
        )
        .bind(generation)
        .fetch_one(self.connection())
        .await?)
    }

    /// Dossiers of this mailbox that are still to be judged by that generation, at most so many: those that wait, or all of
    /// them.
    ///
    /// # Errors
    /// What the database says.
    pub async fn to_judge(
        &mut self,
        proof: &SystemAccess,
        generation: i64,
        waiting: bool,
        at_most: u32,
    ) -> Result<Vec<ToJudge>, StoreError> {
        let mailbox = mailboxes::key_of(self.connection(), proof.mailbox()).await?;
        let keys: Vec<i64> = sqlx::query_scalar(if waiting {
            "select p.dossier from placement p join dossier d on d.key = p.dossier
             where p.mailbox = $1 and p.waiting in (1, 3) and d.judged < $2 and d.removed_at = 0
             order by p.dossier desc limit $3"
        } else {
            "select d.key from dossier d where d.removed_at = 0 and d.judged < $2
                 and exists (select 1 from placement p where p.dossier = d.key and p.mailbox = $1)
             limit $3"
        })
        .bind(mailbox)
        .bind(generation)
        .bind(at_most)
        .fetch_all(self.connection())
        .await?;
        let mut found = Vec::with_capacity(keys.len());
        for key in keys {
            found.push(one(self.connection(), key).await?);
        }
        Ok(found)
    }
}

impl Write {
    /// The thresholds, inside this change.
    ///
    /// # Errors
    /// What the database says.
    pub async fn thresholds(&mut self) -> Result<StoredThresholds, StoreError> {
        stored(self.connection()).await
    }

    /// Sets a row, or takes the proposal again. A new generation: all dossiers are to be judged again.
    ///
    /// # Errors
    /// [`StoreError::Stale`]; what the database says.
    pub async fn set_threshold(
        &mut self,
        proof: &Administrator,
        row: &str,
        setting: Option<&ThresholdSetting>,
    ) -> Result<(), StoreError> {
        self.fresh(proof.epoch()).await?;
        match setting {
            Some(setting) => {
                sqlx::query(
                    "insert into threshold(row_id, enabled, low, high) values ($1, $2, $3, $4)
                     on conflict do update set enabled = excluded.enabled, low = excluded.low, high = excluded.high",
                )
                .bind(row)
                .bind(setting.on)
                .bind(setting.low.as_deref().unwrap_or_default())
                .bind(setting.high.as_deref().unwrap_or_default())
                .execute(self.connection())
                .await?;
            }
            None => {
                sqlx::query("delete from threshold where row_id = $1").bind(row).execute(self.connection()).await?;
            }
        }
        sqlx::query("update threshold_state set generation = generation + 1").execute(self.connection()).await?;
        Ok(())
    }

    /// Notes that the program proposes other thresholds now. A new generation, where it is another edition.
    ///
    /// # Errors
    /// What the database says.
    pub async fn adopt_thresholds(&mut self, edition: i64) -> Result<(), StoreError> {
        sqlx::query("update threshold_state set generation = generation + 1, edition = $1 where edition <> $1")
            .bind(edition)
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Notes what dossiers of this mailbox were judged to be. False, and nothing is changed, when the thresholds are others
    /// meanwhile. What changed is an act; the rest is progress, and the caller commits accordingly: gives how many changed.
    ///
    /// # Errors
    /// What the database says.
    pub async fn judged_again(
        &mut self,
        proof: &SystemAccess,
        generation: i64,
        judged: &[JudgedAgain],
        at: Timestamp,
    ) -> Result<Option<usize>, StoreError> {
        if stored(self.connection()).await?.generation != generation {
            return Ok(None);
        }
        let (mut critical, mut no_longer) = (Vec::new(), Vec::new());
        for one in judged {
            let id = one.dossier.0.into_bytes().to_vec();
            sqlx::query("update dossier set judged = $2 where id = $1 and judged < $2")
                .bind(&id)
                .bind(generation)
                .execute(self.connection())
                .await?;
            if let Some(values) = &one.values {
                let key = dossiers::key(self.connection(), one.dossier).await?;
                values::keep(self.connection(), &[(key, values)]).await?;
            }
            let Some((urgency, headline)) = &one.changed else { continue };
            let flag = headline.as_ref().map(|one| text::name_of(&one.flag)).transpose()?.unwrap_or_default();
            let headline = headline.as_ref();
            sqlx::query(
                "update dossier set urgency = $2, headline_label = $3, headline_value = $4, headline_flag = $5,
                     headline_threshold = $6, headline_unit = $7 where id = $1",
            )
            .bind(&id)
            .bind(urgency_number(*urgency))
            .bind(headline.map(|one| one.label.clone()).unwrap_or_default())
            .bind(headline.map(|one| one.value.clone()).unwrap_or_default())
            .bind(flag)
            .bind(threshold_of(headline))
            .bind(unit_of(headline))
            .execute(self.connection())
            .await?;
            sqlx::query(
                "update placement set urgency = $2 where urgency <> $2
                     and dossier = (select key from dossier where id = $1)",
            )
            .bind(&id)
            .bind(urgency_number(*urgency))
            .execute(self.connection())
            .await?;
            if *urgency == Urgency::Critical { critical.push(one.dossier) } else { no_longer.push(one.dossier) }
        }
        let changed = critical.len() + no_longer.len();
        if changed > 0 {
            let act = Act::DossiersJudgedAgain { mailbox: proof.mailbox(), critical, no_longer };
            self.record(Author::Program, at, &act);
        }
        Ok(Some(changed))
    }
}

/// The column of a headline's threshold.
pub(crate) fn threshold_of(headline: Option<&Headline>) -> String {
    headline.and_then(|one| one.threshold.clone()).unwrap_or_default()
}

/// The column of a headline's unit.
pub(crate) fn unit_of(headline: Option<&Headline>) -> String {
    headline.and_then(|one| one.unit.clone()).unwrap_or_default()
}

async fn stored(connection: &mut SqliteConnection) -> Result<StoredThresholds, StoreError> {
    let (generation, edition) =
        sqlx::query_as("select generation, edition from threshold_state").fetch_one(&mut *connection).await?;
    let rows: Vec<(String, bool, String, String)> =
        sqlx::query_as("select row_id, enabled, low, high from threshold order by row_id")
            .fetch_all(connection)
            .await?;
    let changed = rows.into_iter().map(|(row, on, low, high)| {
        (row, ThresholdSetting { on, low: text::some_text(low), high: text::some_text(high) })
    });
    Ok(StoredThresholds { generation, edition, changed: changed.collect() })
}

/// A dossier with bytes that it can be read from: its own, or those of another message that holds the same report.
async fn one(connection: &mut SqliteConnection, key: i64) -> Result<ToJudge, StoreError> {
    let (id, urgency, threshold, has_values): (Vec<u8>, i64, String, bool) = sqlx::query_as(
        "select id, urgency, headline_threshold,
             exists (select 1 from dossier_values v where v.dossier = dossier.key) from dossier where key = $1",
    )
    .bind(key)
    .fetch_one(&mut *connection)
    .await?;
    type Row = (i64, i64, String, String, i64, Vec<u8>, Vec<u8>);
    let row: Option<Row> = sqlx::query_as(
        "select * from (
             select d.part, r.key as raw, r.source, r.name, r.bytes, r.zstd, r.sha256 from dossier d
             join raw_message r on r.key = d.raw where d.key = $1 and r.purged_at = 0
             union all
             select c.part, r.key, r.source, r.name, r.bytes, r.zstd, r.sha256 from dossier_copy c
             join raw_message r on r.key = c.raw where c.dossier = $1 and r.purged_at = 0
         ) limit 1",
    )
    .bind(key)
    .fetch_optional(&mut *connection)
    .await?;
    let mut found = ToJudge {
        dossier: DossierId(text::uuid(&id)?),
        by_practice: !threshold.is_empty(),
        urgency: lists::urgency(urgency),
        source: RawSource::Message,
        name: String::new(),
        part: 0,
        bytes: None,
        opened: Vec::new(),
        has_values,
    };
    if let Some((part, raw, source, name, size, packed, sha256)) = row {
        found.part = usize::try_from(part).unwrap_or(usize::MAX);
        found.source = RawSource::of(&source);
        found.name = name;
        // Damaged bytes stand in nobody's way: the dossier stays what it is, and whoever opens it is told.
        found.bytes = packing::unpack(&packed, size, &sha256).ok();
        found.opened = sealed::opened_of(connection, raw).await?;
    }
    Ok(found)
}
