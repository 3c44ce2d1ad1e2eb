//! The practice's critical thresholds in words.

use crate::table::table;
use crate::words::reports::comma;
use bannette_api::thresholds::ThresholdRow;

/// The thresholds, one a line.
pub fn table_of(rows: &[ThresholdRow]) -> String {
    let limit = |number: &Option<String>| number.as_deref().map(comma).unwrap_or_default();
    let line = |row: &ThresholdRow| {
        let name = if row.whom.is_empty() { row.analyte.clone() } else { format!("{}, {}", row.analyte, row.whom) };
        let high = match row.times_printed.filter(|_| row.setting.high == row.proposal.high) {
            Some(times) => format!("{} ou {times} × la borne imprimée", limit(&row.setting.high)),
            None => limit(&row.setting.high),
        };
        let used = if row.setting.on { "oui" } else { "non" };
        let changed = if row.is_changed() { "modifié" } else { "" };
        [row.row.clone(), name, row.unit.clone(), limit(&row.setting.low), high, used.to_owned(), changed.to_owned()]
    };
    let heads = ["ligne", "analyse", "unité", "critique sous", "critique au-dessus", "utilisé", ""];
    format!("{}\n", table(heads, rows.iter().map(line)))
}
