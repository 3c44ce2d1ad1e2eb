//! Versions of one report: what belongs together, what is the same once more, what replaces what. A laboratory sends a
//! partial report, then the complete one, sometimes a corrected one; and the same report may come by two ways.
//!
//! It must never let a result disappear. A version steps back only where [`relate`] says that another one replaces it, and
//! that is never a guess: where one of the conditions cannot be shown, both stay and each names the other.

mod changes;
mod facts;
mod moment;
mod patient;
mod relation;
mod set;
#[cfg(test)]
mod tests;

pub use changes::changes;
pub(crate) use facts::{DocumentMarks, identify_with};
pub use facts::{Facts, Identity, Mark, Measured, identify};
pub use moment::compare as compare_times;
pub use relation::{Relation, relate};
pub use set::{Choice, Standing, stand};

use bannette_api::report::ReportStatus;

/// A report among its versions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Version {
    /// By what it is known again.
    pub identity: Identity,
    /// What the laboratory says of it.
    pub status: Option<ReportStatus>,
}
