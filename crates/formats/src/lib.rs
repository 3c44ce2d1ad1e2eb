//! Bytes to message and dossiers: MIME, HPRIM Médecin, IHE XDM, TNEF, limits.
//!
//! This crate reads what came from outside and says what it understood. It is pure: no input or output, no clock, no
//! global. It must never fail, never panic, never do work that its input does not bound, and never hide a line of
//! what it read: what cannot be understood stays in the text, with a warning.

mod apicrypt;
mod attachment;
pub mod by_format;
mod cda;
mod cms;
mod date;
mod decimal;
mod hl7;
mod hprim_medecin;
mod hprim_sante;
mod identity;
pub mod limits;
mod meaning;
mod message;
mod mime;
mod name;
mod observation;
mod payload;
mod readers;
mod reading;
mod segments;
mod summary;
mod text;
mod tnef;
mod values;
mod versions;
pub mod wrapped;
mod xdm;
mod zip;

pub use apicrypt::{Opened, Sealed, sealed};
pub use message::{Message, Part, Rows, Source, parse_file, read, read_as, read_opened, rows, rows_with};
pub use name::safe_name;
pub use summary::{Summary, summarise};
pub use text::fold;
pub use values::{ReportValues, ValueChapter};
pub use versions::{
    Choice, Facts, Identity, Mark, Measured, Relation, Standing, Version, changes, compare_times, identify, relate,
    stand,
};
