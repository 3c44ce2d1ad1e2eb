//! Commands out, responses in. Must never send a command while the answer of a dropped one is still to come, and never
//! hand a server's text on to a log.

use super::guard::{Guarded, ORDINARY};
use crate::MailError;
use async_imap::Client;
use async_imap::imap_proto::{MailboxDatum, Outcome, Response, Status};
use std::collections::VecDeque;
use std::fmt;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::time::timeout;
use zeroize::Zeroizing;

/// What a stream must be able to do.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Unpin + Send + fmt::Debug {}
impl<S: AsyncRead + AsyncWrite + Unpin + Send + fmt::Debug> Stream for S {}

/// The tag of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tag(String);

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// OK.
    Done,
    /// NO, with the code that the caller has to know apart.
    Refused(Refusal),
    /// BAD: the server does not know the command or its form.
    Unknown,
}

/// Why a server says NO.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// It may be different later (RFC 5530: UNAVAILABLE, INUSE, LIMIT, SERVERBUG).
    ForNow,
    /// Any other reason.
    Other,
}

/// What the server says of the selected mailbox at any time.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Seen {
    /// Messages there are.
    pub(crate) exists: u32,
    /// Whether some came since this was last set to false.
    pub(crate) more: bool,
}

/// The connection as commands and responses.
#[derive(Debug)]
pub(crate) struct Wire<S: Stream> {
    client: Client<Guarded<S>>,
    /// What is still to be written: a dropped call leaves the rest here, so that the next one goes on where it stopped.
    outgoing: VecDeque<u8>,
    last_tag: u32,
    silence: Duration,
    pub(crate) seen: Seen,
}

impl<S: Stream> Wire<S> {
    /// A wire over a stream whose greeting has been read.
    pub(crate) fn new(stream: S, silence: Duration) -> Self {
        Self {
            client: Client::new(Guarded::new(stream, silence)),
            outgoing: VecDeque::new(),
            last_tag: 0,
            silence,
            seen: Seen::default(),
        }
    }

    /// How many bytes one response may have until this is said anew.
    pub(crate) fn allow(&mut self, bytes: usize) {
        self.client.get_mut().allow(bytes);
    }

    /// Back to what ordinary responses may have.
    pub(crate) fn allow_ordinary(&mut self) {
        self.allow(ORDINARY);
    }

    /// Whether the server may be silent for as long as it likes.
    pub(crate) fn let_be_silent(&mut self, yes: bool) {
        let longest = if yes { None } else { Some(self.silence) };
        self.client.get_mut().limit_silence(longest);
    }

    /// Puts a command on its way; several may be.
    pub(crate) async fn command(&mut self, command: &str) -> Result<Tag, MailError> {
        let tag = self.queue(command);
        self.flush().await?;
        Ok(tag)
    }

    /// Writes a command down, to be sent with the next one.
    pub(crate) fn queue(&mut self, command: &str) -> Tag {
        let tag = self.queue_beginning(command);
        self.outgoing.extend(b"\r\n");
        tag
    }

    /// Writes the beginning of a command down, whose line is still open.
    pub(crate) fn queue_beginning(&mut self, command: &str) -> Tag {
        self.last_tag = self.last_tag.wrapping_add(1);
        let tag = format!("b{}", self.last_tag);
        for part in [tag.as_str(), " ", command] {
            self.outgoing.extend(part.as_bytes());
        }
        Tag(tag)
    }

    /// Writes down a line that is no command: DONE, the rest of a command.
    pub(crate) fn queue_line(&mut self, line: &str) {
        self.outgoing.extend(line.as_bytes());
        self.outgoing.extend(b"\r\n");
    }

    /// Sends bytes that are secret, after what is written down; they leave no copy in this wire.
    pub(crate) async fn secret(&mut self, bytes: Zeroizing<Vec<u8>>) -> Result<(), MailError> {
        self.flush().await?;
        let silence = self.silence;
        let stream = self.client.get_mut();
        let sending = async {
            stream.write_all(&bytes).await?;
            stream.flush().await
        };
        finished(timeout(silence, sending).await)
    }

    pub(crate) async fn flush(&mut self) -> Result<(), MailError> {
        let stream = self.client.get_mut();
        let sending = async {
            stream.write_all_buf(&mut self.outgoing).await?;
            stream.flush().await
        };
        finished(timeout(self.silence, sending).await)
    }

    /// Reads one response. May be dropped: nothing is lost.
    pub(crate) async fn response<T>(&mut self, read: impl FnOnce(&Response<'_>) -> T) -> Result<T, MailError> {
        match self.client.read_response().await {
            Ok(Some(response)) => {
                let response = response.parsed();
                self.seen.note(response);
                Ok(read(response))
            }
            Ok(None) => Err(MailError::Interrupted),
            Err(error) => Err(MailError::of_stream(&error)),
        }
    }

    /// Reads until the command has ended, and shows every other response.
    pub(crate) async fn until_end(
        &mut self,
        tag: &Tag,
        mut show: impl FnMut(&Response<'_>),
    ) -> Result<Ended, MailError> {
        loop {
            let ended = self
                .response(|response| {
                    let ended = end_of(response, tag);
                    // An ended command is shown too: its status may carry capabilities.
                    show(response);
                    ended
                })
                .await?;
            if let Some(ended) = ended {
                return Ok(ended);
            }
        }
    }

    /// Runs a command whose responses do not matter.
    pub(crate) async fn run(&mut self, command: &str) -> Result<Ended, MailError> {
        let tag = self.command(command).await?;
        self.until_end(&tag, |_| ()).await
    }

    /// Ends the encryption, and with it the connection.
    pub(crate) async fn close(mut self) -> Result<(), MailError> {
        self.client.get_mut().shutdown().await.map_err(|error| MailError::of_stream(&error))
    }
}

impl Seen {
    fn note(&mut self, response: &Response<'_>) {
        match response {
            Response::MailboxData(MailboxDatum::Exists(now)) => {
                self.more |= *now > self.exists;
                self.exists = *now;
            }
            Response::Expunge(_) => self.exists = self.exists.saturating_sub(1),
            _ => {}
        }
    }
}

/// How this response ends the command, if it does.
pub(crate) fn end_of(response: &Response<'_>, awaited: &Tag) -> Option<Ended> {
    let Response::Done { tag, status, outcome } = response else { return None };
    if tag.0 != awaited.0 {
        return None;
    }
    Some(match status {
        Status::Ok => Ended::Done,
        Status::No => Ended::Refused(refusal(outcome)),
        _ => Ended::Unknown,
    })
}

fn refusal(outcome: &Outcome<'_>) -> Refusal {
    // The reader knows no code of RFC 5530 and leaves them in the text.
    let text = outcome.information.as_deref().unwrap_or_default();
    let code = text.strip_prefix('[').and_then(|rest| rest.split([']', ' ']).next()).unwrap_or_default();
    let for_now = ["UNAVAILABLE", "INUSE", "LIMIT", "SERVERBUG"].iter().any(|known| code.eq_ignore_ascii_case(known));
    if for_now { Refusal::ForNow } else { Refusal::Other }
}

fn finished(sent: Result<std::io::Result<()>, tokio::time::error::Elapsed>) -> Result<(), MailError> {
    match sent {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(MailError::of_stream(&error)),
        Err(_) => Err(MailError::TimedOut),
    }
}
