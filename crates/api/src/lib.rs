//! The words that the screens, the shells and the core share.
//!
//! Plain data with public fields: identifiers, what a call takes and gives, events, failures.
//! This crate builds to WebAssembly; it must never know a database, a network, a clock or a right.

pub mod calls;
pub mod connection;
pub mod dossiers;
pub mod events;
pub mod failure;
pub mod groups;
pub mod ids;
pub mod journal;
pub mod mailboxes;
pub mod people;
pub mod report;
pub mod session;
pub mod sharing;
pub mod time;
pub mod unit;

pub use calls::Call;
pub use failure::Failure;
pub use ids::{DossierId, GroupId, MailboxId, PersonId};
pub use time::Timestamp;
