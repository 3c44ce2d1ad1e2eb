//! Bytes to message and dossiers: MIME, HPRIM Médecin, limits.
//!
//! This crate reads what came from outside and says what it understood. It is pure: no input or output, no clock, no
//! global. It must never fail, never panic, never do work that its input does not bound, and never hide a line of
//! what it read: what cannot be understood stays in the text, with a warning.

mod attachment;
#[cfg_attr(not(test), expect(dead_code, reason = "wired by the next change"))]
mod cda;
mod date;
mod decimal;
mod hprim_medecin;
pub mod limits;
mod meaning;
mod message;
mod mime;
mod name;
mod payload;
mod summary;
mod text;

pub use message::{Message, Part, Source, parse_file, read};
pub use name::safe_name;
pub use summary::{Summary, summarise};
