//! Where an account is, and what opens it: the same for every protocol.

use crate::{ClientCertificate, MailError, Secret};
use bannette_api::mailboxes::Tls;

/// Where an account is, and what opens it.
#[derive(Debug)]
pub struct Account {
    /// The server's name; its certificate must be for it.
    pub host: String,
    /// The port.
    pub port: u16,
    /// How the connection is encrypted.
    pub tls: Tls,
    /// The account's name on the server.
    pub account: String,
    /// How one signs in.
    pub sign_in: SignIn,
}

/// How one signs in. One way never stands in for another: what is refused is refused.
#[derive(Debug)]
pub enum SignIn {
    /// By the account's secret.
    Password(Secret),
    /// By an access token (SASL XOAUTH2).
    Token(Secret),
    /// By a client's certificate in the TLS handshake (SASL EXTERNAL).
    Certificate(ClientCertificate),
}

impl SignIn {
    /// The certificate to show in the handshake.
    pub(crate) fn certificate(&self) -> Option<&ClientCertificate> {
        match self {
            Self::Certificate(certificate) => Some(certificate),
            Self::Password(_) | Self::Token(_) => None,
        }
    }
}

impl Account {
    /// What a refused login means for this way in.
    pub(crate) fn refused(&self) -> MailError {
        match self.sign_in {
            SignIn::Certificate(_) => MailError::CertificateRefused,
            SignIn::Password(_) | SignIn::Token(_) => MailError::LoginRefused,
        }
    }
}
