//! The words that the screens, the shells and the core share.
//!
//! Plain data with public fields: identifiers, what a call takes and gives, events, failures.
//! This crate builds to WebAssembly; it must never know a database, a network, a clock or a right.

pub mod accesses;
pub mod calls;
pub mod connection;
pub mod departure;
pub mod dossiers;
pub mod events;
pub mod failure;
pub mod glass;
pub mod groups;
pub mod ids;
pub mod journal;
pub mod keeping;
pub mod letters;
pub mod mailboxes;
pub mod names;
pub mod notices;
pub mod people;
pub mod pro_sante;
pub mod redaction;
pub mod report;
pub mod rpps;
pub mod senders;
pub mod servers;
pub mod session;
pub mod sharing;
pub mod thresholds;
pub mod time;
pub mod unit;

pub use calls::Call;
pub use failure::Failure;
pub use ids::{DossierId, GlassId, GroupId, MailboxId, PersonId};
pub use time::Timestamp;
