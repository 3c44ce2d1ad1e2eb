//! The server that takes what one sends (SMTP submission, RFC 6409): signing in, and leaving again. Must never send MAIL
//! FROM: nothing is sent from here yet.

mod check;
mod talk;

pub use check::{test_smtp, test_smtp_within};
pub(crate) use talk::ask_for_tls;
