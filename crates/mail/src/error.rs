//! What can go wrong outside, by what the caller does next. Must never hold a secret, a name of a person or a byte of a
//! message: errors end in logs. Hence no `source` from the libraries below, whose texts quote what they read.

use bannette_api::connection::Trouble;
use std::io;
use tokio_rustls::rustls::{self, AlertDescription, CertificateError};

/// What went wrong outside.
#[derive(thiserror::Error, Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MailError {
    /// The server's name is not known to the network.
    #[error("the server's name is not known to the network")]
    NameNotFound {
        /// The name asked for.
        host: String,
    },
    /// Nothing listens at this port.
    #[error("nothing listens at port {port}")]
    Refused {
        /// The server.
        host: String,
        /// The port.
        port: u16,
    },
    /// No answer in time.
    #[error("no answer in time")]
    TimedOut,
    /// There is no way to the network or to the server.
    #[error("the server cannot be reached")]
    Unreachable,
    /// The connection broke off, or a call was dropped midway and the session is of no more use.
    #[error("the connection broke off")]
    Interrupted,
    /// What answers does not speak IMAP.
    #[error("what answers does not speak IMAP")]
    NotImap,
    /// The server offers no encryption at this port.
    #[error("the server offers no encryption at this port")]
    NoTls,
    /// The server's certificate is no longer valid, or not yet.
    #[error("the server's certificate is not valid now")]
    CertificateExpired,
    /// The server's certificate comes from an authority that is not trusted here.
    #[error("the server's certificate is not trusted")]
    CertificateUntrusted,
    /// The server's certificate is for another name.
    #[error("the server's certificate is for another name")]
    CertificateWrongName {
        /// The name asked for.
        host: String,
    },
    /// Encryption could not be agreed on, for another reason.
    #[error("encryption could not be agreed on")]
    TlsFailed,
    /// The server refused the account's name or secret. To try again does not help, and may lock the account.
    #[error("the server refused the account's name or secret")]
    LoginRefused,
    /// The server cannot check accounts now (RFC 5530: UNAVAILABLE, INUSE, LIMIT): to be tried again later.
    #[error("the server cannot sign anyone in now")]
    LoginUnavailable,
    /// The server wants a client's certificate and has seen none.
    #[error("the server wants a client's certificate")]
    CertificateMissing,
    /// The server does not accept the client's certificate, or signs nobody in by one.
    #[error("the server refused the client's certificate")]
    CertificateRefused,
    /// What answers does not speak POP3.
    #[error("what answers does not speak POP3")]
    NotPop3,
    /// What answers does not speak SMTP.
    #[error("what answers does not speak SMTP")]
    NotSmtp,
    /// The account has no INBOX or it cannot be opened.
    #[error("the INBOX cannot be opened")]
    NoInbox,
    /// The server refused a command of an open session.
    #[error("the server refused a command")]
    CommandRefused,
    /// The server answered what cannot be understood, or more than was agreed.
    #[error("the server's answer cannot be understood")]
    ServerFault,
    /// The server cannot remove just the messages named (no UIDPLUS): nothing was removed.
    #[error("the server cannot remove single messages (no UIDPLUS)")]
    NoUidExpunge,
    /// The folder is not there.
    #[error("the folder is not there")]
    FolderMissing,
    /// The folder cannot be read.
    #[error("the folder cannot be read")]
    FolderUnreadable,
    /// The folder leads round in a circle of links.
    #[error("the folder leads round in a circle of links")]
    FolderLoop,
    /// The publisher's service needs a contract.
    #[error("the publisher's service needs a contract")]
    ContractNeeded,
}

impl MailError {
    /// The trouble that people are told of.
    #[must_use]
    pub fn trouble(&self) -> Trouble {
        match self {
            Self::NameNotFound { host } => Trouble::NameNotFound { host: host.clone() },
            Self::Refused { host, port } => Trouble::Refused { host: host.clone(), port: *port },
            Self::TimedOut => Trouble::TimedOut,
            Self::Unreachable => Trouble::Unreachable,
            Self::Interrupted => Trouble::Interrupted,
            Self::NotImap => Trouble::NotImap,
            Self::NoTls => Trouble::NoTls,
            Self::CertificateExpired => Trouble::CertificateExpired,
            Self::CertificateUntrusted => Trouble::CertificateUntrusted,
            Self::CertificateWrongName { host } => Trouble::CertificateWrongName { host: host.clone() },
            Self::TlsFailed => Trouble::TlsFailed,
            Self::LoginRefused => Trouble::LoginRefused,
            Self::CertificateMissing => Trouble::CertificateMissing,
            Self::CertificateRefused => Trouble::CertificateRefused,
            Self::NotPop3 => Trouble::NotPop3,
            Self::NotSmtp => Trouble::NotSmtp,
            Self::NoInbox => Trouble::NoInbox,
            Self::LoginUnavailable | Self::CommandRefused | Self::ServerFault | Self::NoUidExpunge => {
                Trouble::ServerFault
            }
            Self::FolderMissing => Trouble::FolderMissing,
            Self::FolderUnreadable => Trouble::FolderUnreadable,
            Self::FolderLoop => Trouble::FolderLoop,
            Self::ContractNeeded => Trouble::ContractNeeded,
        }
    }

    /// What an error of a stream means once the connection stands.
    pub(crate) fn of_stream(error: &io::Error) -> Self {
        if let Some(error) = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
            // In TLS 1.3 a server refuses the client's certificate after our side of the handshake is over.
            return Self::of_alert(error).unwrap_or(Self::TlsFailed);
        }
        match error.kind() {
            io::ErrorKind::UnexpectedEof
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::BrokenPipe
            | io::ErrorKind::NotConnected
            | io::ErrorKind::WriteZero => Self::Interrupted,
            io::ErrorKind::TimedOut => Self::TimedOut,
            kind if is_unreachable(kind) => Self::Unreachable,
            // What the reader of responses or our own guard does not accept.
            io::ErrorKind::InvalidData | io::ErrorKind::Other => Self::ServerFault,
            _ => Self::Interrupted,
        }
    }

    /// What an error of the first attempt to reach a server means.
    pub(crate) fn of_connecting(error: &io::Error, host: &str, port: u16) -> Self {
        match error.kind() {
            io::ErrorKind::ConnectionRefused => Self::Refused { host: host.to_owned(), port },
            io::ErrorKind::TimedOut => Self::TimedOut,
            io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted => Self::Interrupted,
            _ => Self::Unreachable,
        }
    }

    /// What an error of the TLS handshake means.
    pub(crate) fn of_handshake(error: &io::Error, host: &str) -> Self {
        match error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
            Some(rustls::Error::InvalidCertificate(problem)) => Self::of_certificate(problem, host),
            // The very first bytes are no TLS: a port that speaks in clear.
            Some(rustls::Error::InvalidMessage(_)) => Self::NoTls,
            Some(error) => Self::of_alert(error).unwrap_or(Self::TlsFailed),
            None => match Self::of_stream(error) {
                Self::ServerFault => Self::TlsFailed,
                other => other,
            },
        }
    }

    /// What a server says of the client's certificate, or of its absence.
    fn of_alert(error: &rustls::Error) -> Option<Self> {
        let rustls::Error::AlertReceived(alert) = error else { return None };
        match alert {
            AlertDescription::CertificateRequired | AlertDescription::NoCertificate => Some(Self::CertificateMissing),
            AlertDescription::BadCertificate
            | AlertDescription::UnsupportedCertificate
            | AlertDescription::CertificateRevoked
            | AlertDescription::CertificateExpired
            | AlertDescription::CertificateUnknown
            | AlertDescription::UnknownCA => Some(Self::CertificateRefused),
            _ => None,
        }
    }

    fn of_certificate(problem: &CertificateError, host: &str) -> Self {
        match problem {
            CertificateError::Expired
            | CertificateError::ExpiredContext { .. }
            | CertificateError::NotValidYet
            | CertificateError::NotValidYetContext { .. } => Self::CertificateExpired,
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                Self::CertificateWrongName { host: host.to_owned() }
            }
            _ => Self::CertificateUntrusted,
        }
    }
}

fn is_unreachable(kind: io::ErrorKind) -> bool {
    matches!(kind, io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable | io::ErrorKind::NetworkDown)
}

#[cfg(test)]
mod tests {
    use super::{CertificateError, MailError};
    use tokio_rustls::rustls::pki_types::ServerName;

    #[test]
    fn each_problem_of_a_certificate_has_its_name() {
        let name = |host: &str| ServerName::try_from(host.to_owned());
        let wrong = CertificateError::NotValidForNameContext {
            expected: name("imap.example.test").unwrap(),
            presented: vec!["other.test".to_owned()],
        };
        let expected = MailError::CertificateWrongName { host: "imap.example.test".to_owned() };
        assert_eq!(MailError::of_certificate(&wrong, "imap.example.test"), expected);
        for (problem, expected) in [
            (CertificateError::Expired, MailError::CertificateExpired),
            (CertificateError::NotValidYet, MailError::CertificateExpired),
            (CertificateError::UnknownIssuer, MailError::CertificateUntrusted),
            (CertificateError::BadSignature, MailError::CertificateUntrusted),
            (CertificateError::Revoked, MailError::CertificateUntrusted),
        ] {
            assert_eq!(MailError::of_certificate(&problem, "imap.example.test"), expected);
        }
    }
}
