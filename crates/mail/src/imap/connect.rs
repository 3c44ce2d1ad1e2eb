//! From a server's name to an encrypted stream whose greeting has been read. Must never send anything in clear but
//! STARTTLS, and never believe what came in clear: no byte of it is kept.

use super::session::ImapAccount;
use crate::{Limits, MailError, Trust};
use bannette_api::mailboxes::Tls;
use futures::stream::{FuturesUnordered, StreamExt};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::pki_types::ServerName;

/// What all sessions run on. TLS reads 4 kB of its stream at a time: what is there is fetched from the system at once, and
/// given to it in its small pieces.
pub(crate) type Encrypted = TlsStream<BufReader<TcpStream>>;

/// What is fetched from the system at once.
const READ_AHEAD: usize = 64 * 1024;

/// Between the attempts at two addresses of one server (RFC 8305 recommends 250 ms).
const BETWEEN_ADDRESSES: Duration = Duration::from_millis(250);
/// The longest line before the session proper.
const LONGEST_LINE: usize = 8 * 1024;
/// Untagged lines that may precede the answer to STARTTLS.
const MOST_LINES: usize = 20;

/// Finds the server's addresses.
pub(crate) async fn resolve(account: &ImapAccount, limits: &Limits) -> Result<Vec<SocketAddr>, MailError> {
    let unknown = || MailError::NameNotFound { host: account.host.clone() };
    let found = timeout(limits.name, lookup_host((account.host.as_str(), account.port)));
    let addresses: Vec<_> = found.await.map_err(|_| MailError::TimedOut)?.map_err(|_| unknown())?.collect();
    if addresses.is_empty() { Err(unknown()) } else { Ok(addresses) }
}

/// Reaches the server at whichever address answers first; a silent address does not hold the next one up.
pub(crate) async fn reach(
    addresses: &[SocketAddr],
    account: &ImapAccount,
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

/// Encrypts the connection; with STARTTLS the greeting comes before, in clear.
pub(crate) async fn encrypt(
    mut stream: TcpStream,
    account: &ImapAccount,
    trust: &Trust,
    limits: &Limits,
) -> Result<Encrypted, MailError> {
    let name = ServerName::try_from(account.host.clone())
        .map_err(|_| MailError::NameNotFound { host: account.host.clone() })?;
    let agreeing = async {
        if account.tls == Tls::Starttls {
            ask_for_tls(&mut stream).await?;
        }
        let connector = TlsConnector::from(trust.config());
        let stream = BufReader::with_capacity(READ_AHEAD, stream);
        connector.connect(name, stream).await.map_err(|error| MailError::of_handshake(&error, &account.host))
    };
    timeout(limits.tls, agreeing).await.map_err(|_| MailError::TimedOut)?
}

async fn ask_for_tls(stream: &mut TcpStream) -> Result<(), MailError> {
    // A session that is already open (PREAUTH) cannot be encrypted any more (RFC 3501 6.2.1).
    if read_greeting(stream).await? == Greeting::Open {
        return Err(MailError::NoTls);
    }
    stream.write_all(b"b0 STARTTLS\r\n").await.map_err(|error| MailError::of_stream(&error))?;
    for _ in 0..MOST_LINES {
        let line = read_line(stream).await?;
        if let Some(answer) = line.strip_prefix(b"b0 ") {
            return if begins_with(answer, b"OK") { Ok(()) } else { Err(MailError::NoTls) };
        }
        if !line.starts_with(b"* ") {
            return Err(MailError::NotImap);
        }
    }
    Err(MailError::NotImap)
}

/// How a server greets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Greeting {
    /// It waits for a login.
    Ready,
    /// It holds us for known already.
    Open,
}

/// Reads the greeting.
pub(crate) async fn read_greeting(stream: &mut (impl AsyncRead + Unpin)) -> Result<Greeting, MailError> {
    let line = read_line(stream).await?;
    let Some(said) = line.strip_prefix(b"* ") else { return Err(MailError::NotImap) };
    if begins_with(said, b"OK") {
        Ok(Greeting::Ready)
    } else if begins_with(said, b"PREAUTH") {
        Ok(Greeting::Open)
    } else if begins_with(said, b"BYE") {
        Err(MailError::LoginUnavailable)
    } else {
        Err(MailError::NotImap)
    }
}

/// Reads a line byte by byte: what follows it stays in the stream. So nothing that was injected in clear behind the
/// answer to STARTTLS is ever taken for an answer: it goes into the TLS handshake, which fails.
async fn read_line(stream: &mut (impl AsyncRead + Unpin)) -> Result<Vec<u8>, MailError> {
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
        // Every line of a server begins with `*`, `+` or a tag; saying so early spares the wait for a line's end.
        if line.len() == 2 && line != b"* " && line != b"b0" {
            return Err(MailError::NotImap);
        }
    }
    Err(MailError::NotImap)
}

fn begins_with(text: &[u8], word: &[u8]) -> bool {
    let (Some(start), end) = (text.get(..word.len()), text.get(word.len())) else { return false };
    start.eq_ignore_ascii_case(word) && end.is_none_or(|byte| *byte == b' ')
}
