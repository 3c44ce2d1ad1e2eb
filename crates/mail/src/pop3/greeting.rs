//! What is said before a session: the greeting, and STLS.

use crate::MailError;
use crate::server::{begins_with, read_line};
use tokio::io::{AsyncRead, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Asks for TLS, in clear.
pub(crate) async fn ask_for_tls(stream: &mut TcpStream) -> Result<(), MailError> {
    read_greeting(stream).await?;
    stream.write_all(b"STLS\r\n").await.map_err(|error| MailError::of_stream(&error))?;
    let answer = line(stream).await?;
    if begins_with(&answer, b"+OK") { Ok(()) } else { Err(MailError::NoTls) }
}

/// Reads the greeting.
pub(super) async fn read_greeting(stream: &mut (impl AsyncRead + Unpin)) -> Result<(), MailError> {
    let greeting = line(stream).await?;
    if begins_with(&greeting, b"+OK") { Ok(()) } else { Err(MailError::LoginUnavailable) }
}

/// A line before the session: it says yes or no.
async fn line(stream: &mut (impl AsyncRead + Unpin)) -> Result<Vec<u8>, MailError> {
    let known = |word: &[u8], line: &[u8]| line.iter().zip(word).all(|(one, other)| one.eq_ignore_ascii_case(other));
    let plausible = |line: &[u8]| known(b"+OK", line) || known(b"-ERR", line);
    read_line(stream, plausible).await.map_err(|error| match error {
        MailError::ServerFault => MailError::NotPop3,
        other => other,
    })
}
