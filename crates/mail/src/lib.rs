//! The outside: IMAP servers and watched folders.
//!
//! This crate brings bytes in and removes messages that it is told to remove; it turns everything that can go wrong on
//! the way into one [`MailError`] with one [`Trouble`](bannette_api::connection::Trouble). It must never know SQL, rights
//! or formats, never change a flag of a message (but for `\Deleted` of those it removes), never speak in clear to a
//! server, and never write a secret or a byte of a message to a log.

mod discovery;
mod error;
mod folder;
mod imap;
mod limits;
mod secret;
mod trust;

// Only its feature matters: see Cargo.toml.
use log as _;

pub use discovery::{Network, find_servers};
pub use error::MailError;
pub use folder::{Folder, Found, test_folder};
pub use imap::{
    Fetched, ImapAccount, ImapSession, Inbox, Listed, MESSAGE_CEILING, Waited, test_imap, test_imap_within,
};
pub use limits::Limits;
pub use secret::Secret;
pub use trust::Trust;
