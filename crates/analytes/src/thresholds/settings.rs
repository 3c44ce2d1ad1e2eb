//! The proposals with what the practice changed.

use super::table::{Bound, ROWS, Row};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// What the practice set for a row in place of the proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Whether the row is used.
    pub on: bool,
    /// Critical below; none: no low limit.
    pub low: Option<Decimal>,
    /// Critical above; none: no high limit.
    pub high: Option<Decimal>,
}

impl Setting {
    /// What is proposed for a row.
    #[must_use]
    pub fn proposed(row: &Row) -> Self {
        Self { on: row.on, low: row.low.map(|bound| bound.number), high: row.high.map(|bound| bound.number) }
    }
}

/// The thresholds that count in a practice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Thresholds {
    changed: BTreeMap<&'static str, Setting>,
}

impl Thresholds {
    /// The proposals, but for these rows. A key that is no row's is passed over: it is of another version of the program.
    #[must_use]
    pub fn with(changed: impl IntoIterator<Item = (String, Setting)>) -> Self {
        let known = changed.into_iter().filter_map(|(id, setting)| super::row(&id).map(|row| (row.id, setting)));
        Self { changed: known.collect() }
    }

    /// What counts for a row.
    #[must_use]
    pub fn setting(&self, row: &Row) -> Setting {
        self.changed.get(row.id).copied().unwrap_or_else(|| Setting::proposed(row))
    }

    /// The rows of an analyte that are used.
    pub(super) fn rows(&self, analyte: &str) -> impl Iterator<Item = &'static Row> {
        ROWS.iter().filter(move |row| row.analyte == analyte && self.setting(row).on)
    }

    /// The low limit that counts. A number of the practice's own is critical only beyond it, as most proposals are.
    pub(super) fn low(&self, row: &Row) -> Option<Bound> {
        bound(self.setting(row).low, row.low)
    }

    /// The high limit that counts, and whether it is the proposed one (which a printed upper bound may take the place of).
    pub(super) fn high(&self, row: &Row) -> (Option<Bound>, bool) {
        let high = bound(self.setting(row).high, row.high);
        (high, high == row.high)
    }
}

fn bound(set: Option<Decimal>, proposed: Option<Bound>) -> Option<Bound> {
    let number = set?;
    Some(proposed.filter(|bound| bound.number == number).unwrap_or(Bound { number, inclusive: false }))
}
