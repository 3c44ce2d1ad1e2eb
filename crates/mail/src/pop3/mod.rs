//! A POP3 server (RFC 1939, with CAPA of RFC 2449 and STLS of RFC 2595): one account's session.
//!
//! `greeting` is what is said before TLS, `session` lists, fetches and removes, `check` is the connection test. Must never
//! send DELE for a message that was not named, and never QUIT after one unless it is meant: QUIT is what removes.

mod greeting;

pub(crate) use greeting::ask_for_tls;
