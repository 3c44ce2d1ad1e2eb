//! An IMAP server (RFC 3501, with IDLE, UIDPLUS, SASL-IR): one account's session.
//!
//! `guard` limits what a server may make us hold, `wire` speaks in commands and responses, `connect` and `login` lead to
//! an open session, `session` lists and removes, `fetch` brings messages, `wait` listens, `check` is the connection test.
//! Must never set a flag but `\Deleted` on messages to remove, never send EXPUNGE or CLOSE without UIDs.

mod check;
mod connect;
mod fetch;
mod guard;
mod login;
mod session;
mod uid_set;
mod wait;
mod wire;

pub use check::{test_imap, test_imap_within};
pub use fetch::{Fetched, MESSAGE_CEILING};
pub use session::{ImapAccount, ImapSession, Inbox, Listed};
pub use wait::Waited;
