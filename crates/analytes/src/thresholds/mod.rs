//! The practice's critical thresholds: what a result is judged by where the laboratory said nothing.
//!
//! They only ever add. What the laboratory says stays what it is, and where anything is not sure (which analyte, which unit,
//! which specimen) nothing is computed.

pub mod age;
mod conversions;
mod judging;
mod settings;
pub mod specimen;
pub mod table;
pub mod units;
pub mod value;

pub use rust_decimal::Decimal;

pub use judging::{Direction, Doubt, Earlier, Known, Measured, Outcome, Person, Verdict};
pub use settings::{Setting, Thresholds};
pub use table::{Bound, EDITION, ROWS, Row};

/// The row of a key.
#[must_use]
pub fn row(id: &str) -> Option<&'static Row> {
    ROWS.iter().find(|row| row.id == id)
}

#[cfg(test)]
mod ordinary;
#[cfg(test)]
mod tests;
