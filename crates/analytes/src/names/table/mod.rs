//! The table of analytes, by field of medicine.

mod blood;
mod chemistry;
mod drugs;
mod germs;
mod hormones;

use super::Analyte;

/// All parts of the table.
pub(super) const PARTS: [&[Analyte]; 5] = [blood::ROWS, chemistry::ROWS, hormones::ROWS, drugs::ROWS, germs::ROWS];
