//! An OpenID provider (Pro Santé Connect): the authorization code flow with PKCE (RFC 7636, S256) in the system's browser,
//! back to a port of loopback (RFC 8252). Tokens are held in memory and go nowhere by themselves.
//!
//! `provider` finds the endpoints and trades codes for tokens, `attempt` waits for the browser, `claims` reads the identity
//! token. Must never log an address of a redirection: it holds the code.

mod attempt;
mod claims;
mod provider;

pub use attempt::{Attempt, Pages};
pub use provider::{OidcError, OidcSettings, Provider, Tokens};
