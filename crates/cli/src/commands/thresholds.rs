//! The practice's critical thresholds.

use crate::arguments::thresholds::ThresholdCommand;
use crate::desk::Desk;
use crate::error::{Error, Status};
use crate::words::thresholds::table_of;
use bannette_api::Failure;
use bannette_api::failure::{Field, Why};
use bannette_api::thresholds::{ListThresholds, SetThreshold, ThresholdRow, ThresholdSetting};

/// `threshold`.
pub async fn threshold(desk: &Desk, command: ThresholdCommand) -> Result<Status, Error> {
    let all = desk.call(ListThresholds {}).await?;
    let (row, setting) = match command {
        ThresholdCommand::List => {
            desk.output.give(&all, |all| table_of(all))?;
            return Ok(Status::Done);
        }
        ThresholdCommand::Set(set) => {
            let row = found(&all, &set.row)?;
            let limit = |typed: Option<String>, kept: &Option<String>| match typed {
                None => kept.clone(),
                Some(typed) => Some(typed).filter(|typed| typed != "aucun"),
            };
            let low = limit(set.low, &row.setting.low);
            let high = limit(set.high, &row.setting.high);
            (row, Some(ThresholdSetting { on: true, low, high }))
        }
        ThresholdCommand::On(one) => switched(&all, &one.row, true)?,
        ThresholdCommand::Off(one) => switched(&all, &one.row, false)?,
        ThresholdCommand::Reset(one) => (found(&all, &one.row)?, None),
    };
    let key = row.row.clone();
    let after = desk.call(SetThreshold { row: key.clone(), setting }).await?;
    // The window does it in the background; a command is done when it is done.
    desk.core.judge_again().await?;
    let changed: Vec<ThresholdRow> = after.into_iter().filter(|row| row.row == key).collect();
    desk.output.give(&changed, |changed| table_of(changed))?;
    Ok(Status::Done)
}

fn switched<'a>(
    all: &'a [ThresholdRow],
    row: &str,
    on: bool,
) -> Result<(&'a ThresholdRow, Option<ThresholdSetting>), Error> {
    let row = found(all, row)?;
    Ok((row, Some(ThresholdSetting { on, ..row.setting.clone() })))
}

fn found<'a>(all: &'a [ThresholdRow], row: &str) -> Result<&'a ThresholdRow, Failure> {
    let unknown = Failure::Invalid { field: Field::Threshold, why: Why::Unknown };
    all.iter().find(|one| one.row == row).ok_or(unknown)
}
