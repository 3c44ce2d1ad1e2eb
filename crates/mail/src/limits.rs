//! How long each step may take. Given from outside, so that tests do not wait for the real limits.

use std::time::Duration;

/// How long the steps of a connection may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Finding the server's address.
    pub name: Duration,
    /// Reaching it.
    pub connect: Duration,
    /// Agreeing on encryption, what is said in clear before it (STARTTLS) included.
    pub tls: Duration,
    /// Greeting, signing in, learning the capabilities.
    pub login: Duration,
    /// The longest silence while an answer is due. Not the length of an answer: a large message over a slow line takes
    /// its time.
    pub silence: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            name: Duration::from_secs(10),
            connect: Duration::from_secs(10),
            tls: Duration::from_secs(10),
            login: Duration::from_secs(30),
            silence: Duration::from_secs(60),
        }
    }
}
