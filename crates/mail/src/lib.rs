//! The outside: IMAP and POP3 servers, the servers that take what one sends, watched folders, the official tools that open
//! encrypted messages.
//!
//! This crate brings bytes in and removes messages that it is told to remove; it turns everything that can go wrong on
//! the way into one [`MailError`] with one [`Trouble`](bannette_api::connection::Trouble). It must never know SQL, rights
//! or formats, never change a flag of a message (but for `\Deleted` of those it removes), never speak in clear to another
//! post, and never write a secret or a byte of a message to a log.

mod account;
mod certificate;
mod decryptor;
mod discovery;
mod error;
mod folder;
mod http;
mod imap;
mod limits;
mod link;
mod oidc;
mod pop3;
mod publisher;
mod report;
mod sasl;
mod secret;
mod server;
mod smtp;
mod trust;

// Only its feature matters: see Cargo.toml.
use log as _;

pub use account::{Account, SignIn};
pub use certificate::{CERTIFICATE_CEILING, CertificateProblem, ClientCertificate, OpenedCertificate};
pub use decryptor::{Tool, wipe_leftovers};
pub use discovery::{Network, find_servers};
pub use error::MailError;
pub use folder::{Folder, Found, Left, PutAway, is_writable, put_away, real_folder, test_folder};
pub use imap::{Fetched, Fetching, ImapSession, Inbox, Listed, MESSAGE_CEILING, Waited, test_imap, test_imap_within};
pub use limits::Limits;
pub use oidc::{Attempt, OidcError, OidcSettings, Pages, Provider, Tokens};
pub use pop3::{Pop3List, Pop3Listed, Pop3Session, test_pop3, test_pop3_within};
pub use publisher::{PublisherService, WithoutContract};
pub use secret::Secret;
pub use smtp::{test_smtp, test_smtp_within};
pub use trust::Trust;
