//! From a server's name to a stream that may carry a secret. Must never send anything in clear to another post but
//! STARTTLS, and never believe what came in clear: no byte of it is kept.

use crate::link::Link;
use crate::trust::Speaking;
use crate::{Account, Limits, MailError, Trust, imap, pop3, smtp};
use bannette_api::mailboxes::Tls;
use futures::stream::{FuturesUnordered, StreamExt};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, BufReader};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;

/// TLS reads 4 kB of its stream at a time: what is there is fetched from the system at once, so many bytes, and given to it
/// in its small pieces.
const READ_AHEAD: usize = 64 * 1024;

/// What a server speaks: it decides how TLS is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protocol {
    Imap,
    Pop3,
    Smtp,
    /// HTTP knows no STARTTLS.
    Http,
}

/// Between the attempts at two addresses of one server (RFC 8305 recommends 250 ms).
const BETWEEN_ADDRESSES: Duration = Duration::from_millis(250);
/// The longest line before the session proper.
const LONGEST_LINE: usize = 8 * 1024;

/// Finds the server's addresses.
pub(crate) async fn resolve(account: &Account, limits: &Limits) -> Result<Vec<SocketAddr>, MailError> {
    let unknown = || MailError::NameNotFound { host: account.host.clone() };
    let found = timeout(limits.name, lookup_host((account.host.as_str(), account.port)));
    let addresses: Vec<_> = found.await.map_err(|_| MailError::TimedOut)?.map_err(|_| unknown())?.collect();
    if addresses.is_empty() { Err(unknown()) } else { Ok(addresses) }
}

/// Reaches the server at whichever address answers first; a silent address does not hold the next one up.
pub(crate) async fn reach(
    addresses: &[SocketAddr],
    account: &Account,
    limits: &Limits,
) -> Result<TcpStream, MailError> {
    let mut attempts: FuturesUnordered<_> = addresses
        .iter()
        .zip(0_u32..)
        .map(|(address, turn)| async move {
            sleep(BETWEEN_ADDRESSES * turn).await;
            TcpStream::connect(address).await
        })
        .collect();
    let racing = async {
        let mut failure = MailError::Unreachable;
        while let Some(attempt) = attempts.next().await {
            match attempt {
                Ok(stream) => return Ok(stream),
                Err(error) => {
                    let now = MailError::of_connecting(&error, &account.host, account.port);
                    // A refusal tells more than a family of addresses that this network does not have.
                    if !matches!(failure, MailError::Refused { .. }) {
                        failure = now;
                    }
                }
            }
        }
        Err(failure)
    };
    let stream = timeout(limits.connect, racing).await.map_err(|_| MailError::TimedOut)??;
    // Small commands are not to wait for one another. Not worth failing for.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(kind = ?error.kind(), "no TCP_NODELAY");
    }
    Ok(stream)
}

/// Encrypts the connection; with STARTTLS something is said before, in clear.
pub(crate) async fn encrypt(
    mut stream: TcpStream,
    protocol: Protocol,
    account: &Account,
    trust: &Trust,
    limits: &Limits,
) -> Result<Link, MailError> {
    if account.tls == Tls::Local {
        // Names lie: what counts is where the stream has come to.
        let here = stream.peer_addr().is_ok_and(|peer| peer.ip().is_loopback());
        return if here { Ok(Link::Local(stream)) } else { Err(MailError::NoTls) };
    }
    let name = ServerName::try_from(account.host.clone())
        .map_err(|_| MailError::NameNotFound { host: account.host.clone() })?;
    let agreeing = async {
        if account.tls == Tls::Starttls {
            match protocol {
                Protocol::Imap => imap::ask_for_tls(&mut stream).await?,
                Protocol::Pop3 => pop3::ask_for_tls(&mut stream).await?,
                Protocol::Smtp => smtp::ask_for_tls(&mut stream).await?,
                Protocol::Http => return Err(MailError::NoTls),
            }
        }
        let Speaking { config, asked } = trust.speaking(account.sign_in.certificate())?;
        let stream = BufReader::with_capacity(READ_AHEAD, stream);
        let encrypted = TlsConnector::from(config).connect(name, stream).await;
        let stream = encrypted.map_err(|error| MailError::of_handshake(&error, &account.host))?;
        Ok(Link::Encrypted { stream: Box::new(stream), asked })
    };
    timeout(limits.tls, agreeing).await.map_err(|_| MailError::TimedOut)?
}

/// Reads a line byte by byte: what follows it stays in the stream. So nothing that was injected in clear behind the
/// answer to STARTTLS is ever taken for an answer: it goes into the TLS handshake, which fails.
///
/// A line whose beginning is not `plausible` is [`MailError::ServerFault`] at once: that spares the wait for its end.
pub(crate) async fn read_line(
    stream: &mut (impl AsyncRead + Unpin),
    plausible: impl Fn(&[u8]) -> bool,
) -> Result<Vec<u8>, MailError> {
    let mut line = Vec::new();
    while line.len() < LONGEST_LINE {
        match stream.read_u8().await {
            Ok(b'\n') => {
                if line.last() == Some(&b'\r') {
                    line.pop();
                }
                return Ok(line);
            }
            Ok(byte) => line.push(byte),
            Err(error) => return Err(MailError::of_stream(&error)),
        }
        if !plausible(&line) {
            return Err(MailError::ServerFault);
        }
    }
    Err(MailError::ServerFault)
}

/// Whether the text begins with this word.
pub(crate) fn begins_with(text: &[u8], word: &[u8]) -> bool {
    let (Some(start), end) = (text.get(..word.len()), text.get(word.len())) else { return false };
    start.eq_ignore_ascii_case(word) && end.is_none_or(|byte| *byte == b' ')
}
