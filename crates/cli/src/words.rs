//! The French words for what results hold: people, rights, mailboxes, dossiers. Plain functions from data to text.

pub mod accesses;
pub mod dossiers;
pub mod keeping;
pub mod mailboxes;
pub mod people;
pub mod reports;
pub mod sharing;
pub mod thresholds;
