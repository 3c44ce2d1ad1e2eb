//! The stream of a session: encrypted, or in clear to this post itself and nowhere else.

use bannette_api::Timestamp;
use bannette_api::connection::ServerCertificate;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, BufReader, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::ProtocolVersion;
use x509_parser::certificate::X509Certificate;
use x509_parser::parse_x509_certificate;

/// What all sessions run on.
#[derive(Debug)]
pub(crate) enum Link {
    /// Through TLS.
    Encrypted {
        /// The stream.
        stream: Box<TlsStream<BufReader<TcpStream>>>,
        /// Whether the server asked for a client's certificate and was shown none.
        asked: Arc<AtomicBool>,
    },
    /// In clear, to a server on this post: [`encrypt`](crate::server::encrypt) has looked at its address.
    Local(TcpStream),
}

impl Link {
    /// The certificate that the server showed.
    pub(crate) fn certificate(&self) -> Option<ServerCertificate> {
        self.read_certificate(|certificate| ServerCertificate {
            subject: text_of(certificate.subject()),
            issuer: text_of(certificate.issuer()),
            ends: Timestamp(certificate.validity().not_after.timestamp().saturating_mul(1000)),
        })
    }

    /// Whether the server asked for a client's certificate and was shown none.
    pub(crate) fn wants_certificate(&self) -> bool {
        matches!(self, Self::Encrypted { asked, .. } if asked.load(Ordering::Relaxed))
    }

    /// The protocol's version, the certificate's last day, its issuer.
    pub(crate) fn detail(&self) -> String {
        let Self::Encrypted { stream, .. } = self else { return "127.0.0.1".to_owned() };
        let version = match stream.get_ref().1.protocol_version() {
            Some(ProtocolVersion::TLSv1_3) => "TLS 1.3",
            Some(ProtocolVersion::TLSv1_2) => "TLS 1.2",
            _ => "TLS",
        };
        let certificate = self.read_certificate(|certificate| {
            let end = certificate.validity().not_after.to_datetime().date();
            format!("; {end}; {}", text_of(certificate.issuer()))
        });
        format!("{version}{}", certificate.unwrap_or_default())
    }

    fn read_certificate<T>(&self, read: impl FnOnce(&X509Certificate<'_>) -> T) -> Option<T> {
        let Self::Encrypted { stream, .. } = self else { return None };
        let certificate = stream.get_ref().1.peer_certificates()?.first()?;
        parse_x509_certificate(certificate).ok().map(|(_, certificate)| read(&certificate))
    }
}

/// A name as one line of bounded length: servers write into it what they like.
fn text_of(name: &x509_parser::x509::X509Name<'_>) -> String {
    name.to_string().chars().filter(|letter| !letter.is_control()).take(300).collect()
}

impl AsyncRead for Link {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Encrypted { stream, .. } => Pin::new(stream).poll_read(context, into),
            Self::Local(stream) => Pin::new(stream).poll_read(context, into),
        }
    }
}

impl AsyncWrite for Link {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Encrypted { stream, .. } => Pin::new(stream).poll_write(context, bytes),
            Self::Local(stream) => Pin::new(stream).poll_write(context, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Encrypted { stream, .. } => Pin::new(stream).poll_flush(context),
            Self::Local(stream) => Pin::new(stream).poll_flush(context),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Encrypted { stream, .. } => Pin::new(stream).poll_shutdown(context),
            Self::Local(stream) => Pin::new(stream).poll_shutdown(context),
        }
    }
}
