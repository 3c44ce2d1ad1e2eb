//! Fetching: one supervised task a mailbox, begun when the program begins and ended with it. One program of a post
//! fetches at a time: it holds the lock file, the others only look.
//!
//! Only this module makes a [`bannette_rights::SystemAccess`]: it stores what arrives and reads nothing to anybody.

mod beside;
mod deletion;
mod documents;
mod folder;
mod imap;
mod indexing;
mod judging;
mod opening;
mod pop3;
mod prepare;
pub(crate) mod purge;
mod source;
mod state;
mod supervisor;

pub use supervisor::{FetchSummary, Fetched};

pub(crate) use supervisor::Supervisor;
