//! Commands out, answers in. Must never hold more than was agreed, never hand a server's text on to a log.

use crate::MailError;
use crate::link::Link;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::time::timeout;
use zeroize::Zeroizing;

/// The longest line of an answer (RFC 1939 says 512; servers write more).
const LONGEST_LINE: usize = 16 * 1024;
/// The longest list: of a few million messages.
const LONGEST_LIST: usize = 256 * 1024 * 1024;

/// The connection as commands and answers.
#[derive(Debug)]
pub(super) struct Wire {
    stream: BufReader<Link>,
    silence: Duration,
}

/// What a server answers in one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// `+OK`, and what stands behind it.
    Good(String),
    /// `-ERR`; whether it may be different later (RFC 2449 8, RFC 3206: IN-USE, LOGIN-DELAY, SYS/TEMP).
    Bad { for_now: bool },
    /// `+`, and more is wanted.
    Go,
}

impl Wire {
    pub(super) fn new(stream: Link, silence: Duration) -> Self {
        Self { stream: BufReader::with_capacity(64 * 1024, stream), silence }
    }

    /// Sends a command, and reads the line that answers it.
    pub(super) async fn ask(&mut self, command: &str) -> Result<Answer, MailError> {
        self.send(&[command.as_bytes(), b"\r\n"]).await?;
        self.answer().await
    }

    /// Sends a command whose end is secret.
    pub(super) async fn ask_secretly(&mut self, command: &str, secret: &str) -> Result<Answer, MailError> {
        let mut line = Zeroizing::new(Vec::with_capacity(command.len() + secret.len() + 2));
        line.extend_from_slice(command.as_bytes());
        line.extend_from_slice(secret.as_bytes());
        line.extend_from_slice(b"\r\n");
        self.send(&[&line]).await?;
        self.answer().await
    }

    async fn send(&mut self, parts: &[&[u8]]) -> Result<(), MailError> {
        let sending = async {
            for part in parts {
                self.stream.write_all(part).await?;
            }
            self.stream.flush().await
        };
        let sent = timeout(self.silence, sending).await.map_err(|_| MailError::TimedOut)?;
        sent.map_err(|error| MailError::of_stream(&error))
    }

    async fn answer(&mut self) -> Result<Answer, MailError> {
        let line = self.line(LONGEST_LINE).await?;
        let text = String::from_utf8_lossy(&line);
        if let Some(rest) = text.strip_prefix("+OK") {
            return Ok(Answer::Good(rest.trim().to_owned()));
        }
        if let Some(rest) = text.strip_prefix("-ERR") {
            let rest = rest.trim_start();
            let for_now = ["[IN-USE]", "[LOGIN-DELAY]", "[SYS/TEMP]"].iter().any(|code| rest.starts_with(code));
            return Ok(Answer::Bad { for_now });
        }
        if text.starts_with('+') { Ok(Answer::Go) } else { Err(MailError::NotPop3) }
    }

    /// Reads the lines of an answer up to the one that ends it.
    pub(super) async fn lines(&mut self) -> Result<Vec<String>, MailError> {
        let mut lines = Vec::new();
        let mut bytes = 0;
        loop {
            let line = self.line(LONGEST_LINE).await?;
            if line == b"." {
                return Ok(lines);
            }
            bytes += line.len() + 2;
            if bytes > LONGEST_LIST {
                return Err(MailError::ServerFault);
            }
            lines.push(String::from_utf8_lossy(&line).into_owned());
        }
    }

    /// Reads a message, at most so many bytes of it: its lines end with CRLF, and what was doubled for the way is single.
    pub(super) async fn message(&mut self, at_most: usize) -> Result<Vec<u8>, MailError> {
        let mut message = Vec::new();
        loop {
            let line = self.line(at_most).await?;
            let line = match line.strip_prefix(b".") {
                Some([]) => return Ok(message),
                Some(rest) => rest,
                None => &line,
            };
            if message.len() + line.len() + 2 > at_most {
                return Err(MailError::ServerFault);
            }
            message.extend_from_slice(line);
            message.extend_from_slice(b"\r\n");
        }
    }

    /// Reads a line without its end.
    async fn line(&mut self, at_most: usize) -> Result<Vec<u8>, MailError> {
        let mut line = Vec::new();
        loop {
            let filled = timeout(self.silence, self.stream.fill_buf()).await.map_err(|_| MailError::TimedOut)?;
            let buffer = filled.map_err(|error| MailError::of_stream(&error))?;
            if buffer.is_empty() {
                return Err(MailError::Interrupted);
            }
            let end = buffer.iter().position(|byte| *byte == b'\n');
            let piece = buffer.get(..end.unwrap_or(buffer.len())).unwrap_or_default();
            if line.len() + piece.len() > at_most {
                return Err(MailError::ServerFault);
            }
            line.extend_from_slice(piece);
            let used = piece.len() + usize::from(end.is_some());
            self.stream.consume(used);
            if end.is_some() {
                if line.last() == Some(&b'\r') {
                    line.pop();
                }
                return Ok(line);
            }
        }
    }
}
