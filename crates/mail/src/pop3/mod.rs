//! A POP3 server (RFC 1939, with CAPA of RFC 2449 and STLS of RFC 2595): one account's session.
//!
//! `greeting` is what is said before TLS, `wire` speaks in commands and answers, `session` lists, fetches and removes,
//! `check` is the connection test. Must never send DELE for a message that was not named: QUIT makes it final.

mod check;
mod greeting;
mod session;
mod wire;

pub use check::{test_pop3, test_pop3_within};
pub(crate) use greeting::ask_for_tls;
pub use session::{Pop3List, Pop3Listed, Pop3Session};
