//! Waiting for new messages: IDLE (RFC 2177) where the server has it, else asking at the end of the wait. Must never lose
//! an announcement that came while we were doing something else.

use super::session::{ImapSession, State, accepted};
use super::wire::{Ended, end_of};
use crate::MailError;
use async_imap::imap_proto::Response;
use std::time::Duration;
use tokio::time::{Instant, sleep_until, timeout_at};

/// No wait is longer: RFC 2177 tells clients to begin anew within 29 minutes.
const LONGEST: Duration = Duration::from_secs(29 * 60);

/// What a wait brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waited {
    /// There are new messages.
    Something,
    /// There are none.
    Nothing,
}

impl ImapSession {
    /// Waits until something arrives, at most this long (and never longer than 29 minutes); not at all if something has arrived since the last list. Without
    /// IDLE it sleeps that long and then asks.
    ///
    /// May be dropped: the next call ends the wait on the server first.
    ///
    /// # Errors
    /// What breaks the connection.
    pub async fn wait(&mut self, at_most: Duration) -> Result<Waited, MailError> {
        self.end_waiting().await?;
        if !matches!(self.state, State::Free) {
            return Err(MailError::Interrupted);
        }
        if self.wire.seen.more {
            return Ok(Waited::Something);
        }
        let end = Instant::now() + at_most.min(LONGEST);
        if self.can_idle() {
            self.idle(end).await?;
        }
        // No IDLE, or one that the server refused or ended by itself at once.
        if matches!(self.state, State::Free) && !self.wire.seen.more {
            sleep_until(end).await;
            let tag = self.wire.queue("NOOP");
            self.state = State::Asked(tag);
        }
        self.end_waiting().await?;
        Ok(if self.wire.seen.more { Waited::Something } else { Waited::Nothing })
    }

    async fn idle(&mut self, end: Instant) -> Result<(), MailError> {
        let tag = self.wire.queue("IDLE");
        self.state = State::Idling { tag, accepted: false, leaving: false };
        self.wire.flush().await?;
        if !self.is_accepted().await? {
            self.idle_refused = true;
            self.state = State::Free;
            return Ok(());
        }
        self.wire.let_be_silent(true);
        // To have waited long enough is no fault.
        timeout_at(end, self.hear()).await.unwrap_or(Ok(()))
    }

    /// Listens until something arrives or the server ends the wait by itself.
    async fn hear(&mut self) -> Result<(), MailError> {
        let State::Idling { tag, .. } = &self.state else { return Ok(()) };
        let mut ended = None;
        while ended.is_none() && !self.wire.seen.more {
            ended = self.wire.response(|response| end_of(response, tag)).await?;
        }
        if ended.is_some() {
            self.state = State::Free;
        }
        Ok(())
    }

    /// Whether the server lets us idle.
    async fn is_accepted(&mut self) -> Result<bool, MailError> {
        while let State::Idling { tag, accepted: accepted @ false, .. } = &mut self.state {
            let (go, ended) = self
                .wire
                .response(|response| (matches!(response, Response::Continue(_)), end_of(response, tag)))
                .await?;
            *accepted = go;
            if ended.is_some() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Ends a wait on the server, finished or dropped.
    pub(super) async fn end_waiting(&mut self) -> Result<(), MailError> {
        self.wire.let_be_silent(false);
        if matches!(self.state, State::Idling { .. }) && !self.is_accepted().await? {
            self.idle_refused = true;
            self.state = State::Free;
        }
        let ended = match &mut self.state {
            State::Free | State::Busy => return Ok(()),
            State::Asked(tag) => {
                self.wire.flush().await?;
                self.wire.until_end(tag, |_| ()).await?
            }
            State::Idling { tag, leaving, .. } => {
                if !*leaving {
                    *leaving = true;
                    self.wire.queue_line("DONE");
                }
                self.wire.flush().await?;
                self.wire.until_end(tag, |_| ()).await?
            }
        };
        self.state = State::Free;
        match ended {
            Ended::Done => Ok(()),
            other => accepted(other),
        }
    }
}
