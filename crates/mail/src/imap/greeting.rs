//! What is said before a session: the greeting, and STARTTLS.

use crate::MailError;
use crate::server::{begins_with, read_line};
use tokio::io::{AsyncRead, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Untagged lines that may precede the answer to STARTTLS.
const MOST_LINES: usize = 20;

/// Asks for TLS, in clear.
pub(crate) async fn ask_for_tls(stream: &mut TcpStream) -> Result<(), MailError> {
    // A session that is already open (PREAUTH) cannot be encrypted any more (RFC 3501 6.2.1).
    if read_greeting(stream).await? == Greeting::Open {
        return Err(MailError::NoTls);
    }
    stream.write_all(b"b0 STARTTLS\r\n").await.map_err(|error| MailError::of_stream(&error))?;
    for _ in 0..MOST_LINES {
        let line = line(stream).await?;
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
    let line = line(stream).await?;
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

/// A line of an IMAP server before its session: it begins with `*` or our tag.
async fn line(stream: &mut (impl AsyncRead + Unpin)) -> Result<Vec<u8>, MailError> {
    let plausible = |line: &[u8]| line.len() != 2 || line == b"* " || line == b"b0";
    read_line(stream, plausible).await.map_err(|error| match error {
        MailError::ServerFault => MailError::NotImap,
        other => other,
    })
}
