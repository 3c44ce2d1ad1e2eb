//! The servers of a mail address, as its domain announces them. They are shown before they are used; nothing is sent to
//! them by asking.

use crate::mailboxes::Tls;
use serde::{Deserialize, Serialize};

/// Asks which servers an address's domain announces: known operators first, then the domain's own configuration file
/// (Mozilla's format, over HTTPS), then its SRV records (RFC 6186, RFC 8314). Only the domain is asked, never a third
/// party, and the part before the @ is not told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindServers {
    /// The address.
    pub address: String,
}

/// How servers were found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FoundBy {
    /// Bannette knows this operator.
    KnownOperator,
    /// The domain's configuration file.
    Autoconfig,
    /// The domain's SRV records.
    Srv,
}

/// A server, where it listens, and how it is encrypted: never in clear.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundServer {
    /// Its name.
    pub host: String,
    /// Port.
    pub port: u16,
    /// Encryption.
    pub tls: Tls,
}

/// What a domain announces. Nobody has vouched for it yet: the connection checks the server's certificate against this
/// name, and a person looks at the name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundServers {
    /// How it was found.
    pub by: FoundBy,
    /// The IMAP server.
    pub incoming: FoundServer,
    /// The server that takes what one sends.
    pub outgoing: Option<FoundServer>,
    /// The account's name there.
    pub account: String,
}
