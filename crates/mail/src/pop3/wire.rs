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
    /// Whether this server ends its lines with a bare LF.
    bare: bool,
}

/// What a server answers in one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// `+OK`, and what stands behind it.
    Good(String),
    /// `-ERR`; whether it may be different later (RFC 2449 8, RFC 3206: IN-USE, LOGIN-DELAY, SYS/TEMP; or by its words).
    Bad { for_now: bool },
    /// `+`, and more is wanted.
    Go,
}

impl Wire {
    pub(super) fn new(stream: Link, silence: Duration) -> Self {
        Self { stream: BufReader::with_capacity(64 * 1024, stream), silence, bare: false }
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
        let (line, bare) = self.line(LONGEST_LINE).await?;
        self.bare = bare;
        let text = String::from_utf8_lossy(&line);
        if let Some(rest) = text.strip_prefix("+OK") {
            return Ok(Answer::Good(rest.trim().to_owned()));
        }
        if let Some(rest) = text.strip_prefix("-ERR") {
            let rest = rest.trim_start();
            let for_now = ["[IN-USE]", "[LOGIN-DELAY]", "[SYS/TEMP]"].iter().any(|code| rest.starts_with(code));
            let for_now = for_now || says_in_use(rest);
            return Ok(Answer::Bad { for_now });
        }
        if text.starts_with('+') { Ok(Answer::Go) } else { Err(MailError::NotPop3) }
    }

    /// Reads the lines of an answer up to the one that ends it.
    pub(super) async fn lines(&mut self) -> Result<Vec<String>, MailError> {
        let mut lines = Vec::new();
        let mut bytes = 0;
        loop {
            let (line, _) = self.line(LONGEST_LINE).await?;
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
    /// Where the server's lines end with CRLF, a bare LF is a byte of the message like others: a point that stands alone
    /// between two of them does not end it.
    pub(super) async fn message(&mut self, at_most: usize) -> Result<Vec<u8>, MailError> {
        let mut message = Vec::new();
        let mut at_start = true;
        loop {
            let (line, bare) = self.line(at_most).await?;
            let ends = !bare || self.bare;
            let line = match line.strip_prefix(b".") {
                Some([]) if at_start && ends => return Ok(message),
                Some(rest) if at_start => rest,
                _ => &line,
            };
            if message.len() + line.len() + 2 > at_most {
                return Err(MailError::ServerFault);
            }
            message.extend_from_slice(line);
            message.extend_from_slice(if ends { b"\r\n" } else { b"\n" });
            at_start = ends;
        }
    }

    /// Reads a line without its end, and whether that was a bare LF.
    async fn line(&mut self, at_most: usize) -> Result<(Vec<u8>, bool), MailError> {
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
                let bare = line.pop_if(|last| *last == b'\r').is_none();
                return Ok((line, bare));
            }
        }
    }
}

/// Whether a refusal without a code says that another session has the mailbox: RFC 1939's own example is « maildrop already
/// locked ». An account that is locked is another thing.
fn says_in_use(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    says(&["maildrop", "mail drop", "mailbox"]) && says(&["lock", "in use", "busy"])
}

#[cfg(test)]
mod tests {
    use super::says_in_use;

    #[test]
    fn a_mailbox_that_another_session_has_is_no_wrong_secret() {
        for busy in ["maildrop already locked", "Your mailbox is already locked", "Mailbox in use by another session"] {
            assert!(says_in_use(busy), "{busy}");
        }
        for refused in ["invalid password", "account locked", "mailbox unknown", ""] {
            assert!(!says_in_use(refused), "{refused}");
        }
    }
}
