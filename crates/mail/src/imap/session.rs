//! An open session: selecting the INBOX, listing, removing, leaving. Must never remove a message that was not named.

use super::login::{Capabilities, sign_in};
use super::uid_set::sets_of;
use super::wire::{Ended, Tag, Wire};
use crate::link::Link;
use crate::server::{Protocol, encrypt, reach, resolve};
use crate::{Account, Limits, MailError, Trust};
use async_imap::imap_proto::{AttributeValue, Response, ResponseCode};
use bannette_api::connection::ServerCertificate;
use std::time::Duration;
use tokio::time::timeout;

/// How long leaving may take: nothing depends on it.
const LEAVING: Duration = Duration::from_secs(2);
/// The longest list; the rest is listed from the last UID on.
const MOST_MESSAGES: usize = 4_000_000;

/// The INBOX as it was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Inbox {
    /// UIDs of another validity mean nothing any more.
    pub uid_validity: u32,
    /// The next message will have at least this UID, where the server tells.
    pub uid_next: Option<u32>,
    /// Messages there are.
    pub exists: u32,
}

/// A message as listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its UID.
    pub uid: u32,
    /// Its size in bytes, as the server tells it.
    pub size: u64,
}

/// A signed-in session with an IMAP server.
///
/// It may be dropped at any time. A call that was dropped midway, [`wait`](Self::wait) excepted, leaves the session
/// useless: every later call gives [`MailError::Interrupted`].
#[derive(Debug)]
pub struct ImapSession {
    pub(super) wire: Wire<Link>,
    pub(super) capabilities: Capabilities,
    pub(super) state: State,
    pub(super) idle_refused: bool,
    pub(super) certificate: Option<ServerCertificate>,
}

/// What the server is doing for us.
#[derive(Debug)]
pub(super) enum State {
    /// Nothing.
    Free,
    /// A command whose answers were not all read.
    Busy,
    /// A NOOP, which may be waited for by anyone.
    Asked(Tag),
    /// IDLE.
    Idling {
        /// Its tag.
        tag: Tag,
        /// Whether the server said that it listens.
        accepted: bool,
        /// Whether DONE is written down.
        leaving: bool,
    },
}

impl ImapSession {
    /// Connects, encrypts and signs in, within the usual limits.
    ///
    /// # Errors
    /// The first step that failed.
    pub async fn connect(account: &Account, trust: &Trust) -> Result<Self, MailError> {
        Self::connect_within(account, trust, &Limits::default()).await
    }

    /// Connects, encrypts and signs in.
    ///
    /// # Errors
    /// The first step that failed.
    pub async fn connect_within(account: &Account, trust: &Trust, limits: &Limits) -> Result<Self, MailError> {
        let addresses = resolve(account, limits).await?;
        let stream = reach(&addresses, account, limits).await?;
        let stream = encrypt(stream, Protocol::Imap, account, trust, limits).await?;
        let certificate = stream.certificate();
        let (wire, capabilities) = sign_in(stream, account, limits).await?;
        Ok(Self { wire, capabilities, state: State::Free, idle_refused: false, certificate })
    }

    /// The certificate that the server showed.
    #[must_use]
    pub fn certificate(&self) -> Option<&ServerCertificate> {
        self.certificate.as_ref()
    }

    /// Whether the server tells of new messages by itself.
    #[must_use]
    pub fn can_idle(&self) -> bool {
        self.capabilities.has("IDLE") && !self.idle_refused
    }

    /// Whether the server can remove single messages: without it [`remove`](Self::remove) removes nothing.
    #[must_use]
    pub fn can_uid_expunge(&self) -> bool {
        self.capabilities.has("UIDPLUS")
    }

    /// Opens the INBOX.
    ///
    /// # Errors
    /// [`MailError::NoInbox`] when the server refuses; what breaks the connection.
    pub async fn open_inbox(&mut self) -> Result<Inbox, MailError> {
        self.begin().await?;
        let inbox = open(&mut self.wire, "SELECT INBOX").await?;
        self.state = State::Free;
        Ok(inbox)
    }

    /// Lists the messages from a UID on, in ascending order.
    ///
    /// # Errors
    /// [`MailError::CommandRefused`]; what breaks the connection.
    pub async fn list_from(&mut self, uid: u32) -> Result<Vec<Listed>, MailError> {
        self.begin().await?;
        // The server looks for new messages only with commands other than FETCH: hence a NOOP before it. Not in one go:
        // Dovecot runs a FETCH that comes with a NOOP before the NOOP is done.
        accepted(self.wire.run("NOOP").await?)?;
        self.wire.seen.more = false;
        // Some servers refuse a set of UIDs in an empty mailbox.
        let listed = if self.wire.seen.exists == 0 { Vec::new() } else { self.list(uid.max(1)).await? };
        self.state = State::Free;
        Ok(listed)
    }

    async fn list(&mut self, from: u32) -> Result<Vec<Listed>, MailError> {
        let fetch = self.wire.command(&format!("UID FETCH {from}:* (UID RFC822.SIZE)")).await?;
        let mut listed = Vec::new();
        let ended = self
            .wire
            .until_end(&fetch, |response| {
                // `n:*` gives the last message even when its UID is lower (RFC 3501 6.4.8).
                listed.extend(listed_in(response).filter(|one| one.uid >= from && listed.len() < MOST_MESSAGES));
            })
            .await?;
        accepted(ended)?;
        listed.sort_unstable_by_key(|one| one.uid);
        listed.dedup_by_key(|one| one.uid);
        Ok(listed)
    }

    /// Removes these messages, and no others, from the server for good.
    ///
    /// # Errors
    /// [`MailError::NoUidExpunge`] when the server cannot (nothing was done); [`MailError::CommandRefused`]; what breaks
    /// the connection. After an error some may be gone: list anew.
    pub async fn remove(&mut self, uids: &[u32]) -> Result<(), MailError> {
        if !self.can_uid_expunge() {
            return Err(MailError::NoUidExpunge);
        }
        self.begin().await?;
        for set in sets_of(uids) {
            let marked = self.wire.run(&format!("UID STORE {set} +FLAGS.SILENT (\\Deleted)")).await?;
            let removed = match marked {
                Ended::Done => self.wire.run(&format!("UID EXPUNGE {set}")).await?,
                other => other,
            };
            if let Err(refused) = accepted(removed) {
                self.state = State::Free;
                return Err(refused);
            }
        }
        self.state = State::Free;
        Ok(())
    }

    /// Which of these messages are there still: some servers pass over a removal that they do not allow and say that it
    /// was done (RFC 4314, 4).
    ///
    /// # Errors
    /// [`MailError::CommandRefused`]; what breaks the connection.
    pub async fn still_there(&mut self, uids: &[u32]) -> Result<Vec<u32>, MailError> {
        self.begin().await?;
        let mut there = Vec::new();
        for set in sets_of(uids) {
            let fetch = self.wire.command(&format!("UID FETCH {set} (UID RFC822.SIZE)")).await?;
            let ended =
                self.wire.until_end(&fetch, |response| there.extend(listed_in(response).map(|one| one.uid))).await?;
            if let Err(refused) = accepted(ended) {
                self.state = State::Free;
                return Err(refused);
            }
        }
        self.state = State::Free;
        there.retain(|uid| uids.contains(uid));
        Ok(there)
    }

    /// Says goodbye. The server takes away nothing by it.
    pub async fn log_out(mut self) {
        let leaving = async {
            self.begin().await?;
            self.wire.run("LOGOUT").await?;
            self.wire.close().await
        };
        match timeout(LEAVING, leaving).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::debug!(%error, "leaving a server"),
            Err(_) => tracing::debug!("a server did not let go in time"),
        }
    }

    /// Before any command: ends what a dropped [`wait`](Self::wait) left open.
    pub(super) async fn begin(&mut self) -> Result<(), MailError> {
        self.end_waiting().await?;
        match self.state {
            State::Free => {
                self.state = State::Busy;
                Ok(())
            }
            _ => Err(MailError::Interrupted),
        }
    }
}

/// Opens the INBOX by SELECT or EXAMINE.
pub(super) async fn open(wire: &mut Wire<Link>, command: &str) -> Result<Inbox, MailError> {
    wire.seen = super::wire::Seen::default();
    let tag = wire.command(command).await?;
    let (mut uid_validity, mut uid_next) = (None, None);
    let ended = wire
        .until_end(&tag, |response| {
            let (Response::Data { outcome, .. } | Response::Done { outcome, .. }) = response else { return };
            match outcome.code {
                Some(ResponseCode::UidValidity(value)) => uid_validity = Some(value),
                Some(ResponseCode::UidNext(value)) => uid_next = Some(value),
                _ => {}
            }
        })
        .await?;
    wire.seen.more = false;
    match (ended, uid_validity) {
        (Ended::Done, Some(uid_validity)) => Ok(Inbox { uid_validity, uid_next, exists: wire.seen.exists }),
        // Without UIDs that last, no message could ever be known again.
        (Ended::Done, None) => Err(MailError::ServerFault),
        (Ended::Refused(_) | Ended::Unknown, _) => Err(MailError::NoInbox),
    }
}

/// The end of a command that should have been obeyed.
pub(super) fn accepted(ended: Ended) -> Result<(), MailError> {
    match ended {
        Ended::Done => Ok(()),
        Ended::Refused(_) => Err(MailError::CommandRefused),
        Ended::Unknown => Err(MailError::ServerFault),
    }
}

fn listed_in(response: &Response<'_>) -> Option<Listed> {
    let Response::Fetch(_, attributes) = response else { return None };
    let (mut uid, mut size) = (None, None);
    for attribute in attributes {
        match attribute {
            AttributeValue::Uid(value) => uid = Some(*value),
            AttributeValue::Rfc822Size(value) => size = Some(u64::from(*value)),
            _ => {}
        }
    }
    Some(Listed { uid: uid?, size: size? })
}
