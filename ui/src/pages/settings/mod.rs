//! Paramètre: the person's own settings, and the practice's.

pub mod add_person;
pub mod application;
pub mod block;
pub mod connection_test;
pub mod departure;
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
pub mod user;
