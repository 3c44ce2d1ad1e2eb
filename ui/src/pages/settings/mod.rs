//! Paramètre: the person's own settings, and the practice's.

pub mod add_person;
pub mod application;
pub mod block;
mod certificate;
pub mod connection_test;
pub mod departure;
mod fields;
mod finding;
pub mod frame;
mod glass;
pub mod group_dialogs;
pub mod groups;
pub mod keeping;
pub mod locking;
pub mod messaging;
pub mod person;
pub mod pro_sante;
pub mod removal;
mod sections;
mod sender;
mod source;
mod thresholds;
pub mod user;
