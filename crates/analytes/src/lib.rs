//! What laboratories measure: how each analyte is named on paper and by which LOINC codes, and beyond which
//! thresholds a value is critical to the practice.
//!
//! Pure tables and functions: no clock, no disk, no network. It also builds to WebAssembly. Where the tables come from and
//! what they must not be taken for stands in `docs/clinical-safety.md`.

pub mod measures;
pub mod names;
mod specimens;
pub mod thresholds;
pub mod words;

pub use measures::{Measure, Measures};
pub use names::{Analyte, analyte_of, by_id, named_by, synonyms};
