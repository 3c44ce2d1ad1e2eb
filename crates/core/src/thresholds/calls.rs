//! The calls on the practice's thresholds: everybody who is signed in may look, administrators change.

use super::{Judge, read};
use crate::session::Session;
use crate::{Core, Handle, failures, fields};
use bannette_analytes::by_id;
use bannette_analytes::thresholds::{ROWS, Row, Setting, Thresholds, row, value};
use bannette_api::Failure;
use bannette_api::failure::{Field, Why};
use bannette_api::thresholds::{ListThresholds, SetThreshold, ThresholdRow, ThresholdSetting};
use bannette_store::{Act, Author};

impl Handle<ListThresholds> for Core {
    async fn handle(&self, session: &Session, _call: ListThresholds) -> Result<Vec<ThresholdRow>, Failure> {
        let (_, mut read) = self.reading(session).await?;
        let stored = read.thresholds().await.map_err(failures::of_store)?;
        Ok(rows(&Judge::of(&stored).thresholds))
    }
}

impl Handle<SetThreshold> for Core {
    async fn handle(&self, session: &Session, call: SetThreshold) -> Result<Vec<ThresholdRow>, Failure> {
        let (proof, mut write) = self.administering(session).await?;
        let Some(row) = row(&call.row) else { return fields::invalid(Field::Threshold, Why::Unknown) };
        let setting = call.setting.map(|setting| checked(row, &setting)).transpose()?;
        // What says the same as the proposal is the proposal, and follows it when it changes.
        let setting = setting.filter(|setting| read(setting) != Setting::proposed(row));
        let before = write.thresholds().await.map_err(failures::of_store)?;
        let judge = Judge::of(&before);
        let wanted = setting.as_ref().map_or_else(|| Setting::proposed(row), read);
        if judge.thresholds.setting(row) == wanted {
            return Ok(rows(&judge.thresholds));
        }
        write.set_threshold(&proof, row.id, setting.as_ref()).await.map_err(failures::of_store)?;
        let after = write.thresholds().await.map_err(failures::of_store)?;
        let act = Act::ThresholdSet { row: row.id.to_owned(), setting };
        write.record(Author::Person(proof.actor()), self.now(), &act);
        write.commit().await.map_err(failures::of_store)?;
        Ok(rows(&Judge::of(&after).thresholds))
    }
}

/// A setting as it is kept: decimal strings, inside what the unit can be, the low limit below the high one.
fn checked(row: &Row, setting: &ThresholdSetting) -> Result<ThresholdSetting, Failure> {
    let number = |text: &Option<String>| match text.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
        None => Ok(None),
        Some(text) => value::number_of(text, false)
            .ok_or(Failure::Invalid { field: Field::Threshold, why: Why::Form })
            .map(|number| Some(number.normalize())),
    };
    let (low, high) = (number(&setting.low)?, number(&setting.high)?);
    let (least, most) = row.plausible;
    let outside = [low, high].into_iter().flatten().any(|number| number < least || number > most);
    let crossed = low.zip(high).is_some_and(|(low, high)| low >= high);
    if outside || crossed {
        return fields::invalid(Field::Threshold, Why::Implausible);
    }
    if setting.on && low.is_none() && high.is_none() {
        return fields::invalid(Field::Threshold, Why::Empty);
    }
    let text = |number: Option<bannette_analytes::thresholds::Decimal>| number.map(|number| number.to_string());
    Ok(ThresholdSetting { on: setting.on, low: text(low), high: text(high) })
}

fn rows(thresholds: &Thresholds) -> Vec<ThresholdRow> {
    ROWS.iter().map(|row| line(row, thresholds)).collect()
}

fn line(row: &Row, thresholds: &Thresholds) -> ThresholdRow {
    let as_text = |setting: Setting| ThresholdSetting {
        on: setting.on,
        low: setting.low.map(|number| number.normalize().to_string()),
        high: setting.high.map(|number| number.normalize().to_string()),
    };
    ThresholdRow {
        row: row.id.to_owned(),
        analyte: by_id(row.analyte).map_or(row.symbol, |analyte| analyte.name).to_owned(),
        whom: row.whom.words.to_owned(),
        unit: row.unit.to_owned(),
        times_printed: row.times_printed,
        setting: as_text(thresholds.setting(row)),
        proposal: as_text(Setting::proposed(row)),
    }
}
