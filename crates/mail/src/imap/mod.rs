//! An IMAP server (RFC 3501, with IDLE, UIDPLUS, SASL-IR): one account's session.
//!
//! `guard` limits what a server may make us hold, `wire` speaks in commands and responses, `greeting` and `login` lead
//! to an open session, `session` lists and removes, `fetch` brings messages, `wait` listens, `quota` asks how full the
//! mailbox is, `check` is the connection test.
//! Must never set a flag but `\Deleted` on messages to remove, never send EXPUNGE or CLOSE without UIDs.

mod check;
mod fetch;
mod greeting;
mod guard;
mod login;
mod quota;
mod session;
mod uid_set;
mod wait;
mod wire;

pub use check::{test_imap, test_imap_within};
pub use fetch::{Fetched, Fetching, MESSAGE_CEILING};
pub(crate) use greeting::ask_for_tls;
pub use session::{ImapSession, Inbox, Listed};
pub use wait::Waited;
