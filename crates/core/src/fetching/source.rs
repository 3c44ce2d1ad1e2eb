//! One open source, a server's INBOX or a folder: what the driver does with it. Every message is committed in the store
//! before anything else happens to it; what is removed from a server was read back from the store and compared first.

use super::folder::WatchedFolder;
use super::pop3::Pop3Source;
use super::prepare::{Raw, prepare};
use super::state::{Event, FOLDER_SECONDS, POLL_SECONDS};
use crate::Core;
use crate::accounts::Where;
use crate::pro_sante::Wanted;
use bannette_api::connection::Trouble;
use bannette_api::failure::StoreTrouble;
use bannette_api::mailboxes::{Connection, ServerTold, SignInWay};
use bannette_api::{MailboxId, PersonId};
use bannette_mail::{ImapSession, MailError, PublisherService as _, WithoutContract};
use bannette_rights::SystemAccess;
use bannette_store::{Act, Author, Batch, CopyState, MailboxRecord, NewMessage, Secrets, Store, StoreError};
use std::time::Duration;
use tokio::sync::mpsc;

/// IDLE is renewed after this time (RFC 2177 asks for less than 29 minutes; routers forget sooner).
const IDLE: Duration = Duration::from_secs(5 * 60);
/// How long a listing or a removal may take in all: a server that drips for ever is as good as silent.
const ANSWER: Duration = Duration::from_secs(120);
/// Copies removed from the server at once.
const REMOVE: u32 = 100;

/// A mailbox's task seen from inside: the only holder of its unguarded door to the store.
pub(super) struct Task {
    pub(super) core: Core,
    pub(super) store: Store,
    pub(super) proof: SystemAccess,
}

/// An open source.
pub(super) enum Source {
    Imap { session: Box<ImapSession>, uid_validity: u32 },
    Pop3(Box<Pop3Source>),
    Folder(Box<WatchedFolder>),
}

/// What the driver is told while messages come in.
pub(super) type Progress = mpsc::UnboundedSender<Event>;

impl Task {
    pub(super) fn new(core: Core, store: Store, mailbox: MailboxId) -> Self {
        Self { core, store, proof: SystemAccess::for_fetching(mailbox) }
    }

    pub(super) async fn record(&self) -> Result<MailboxRecord, Trouble> {
        let mut read = self.store.read().await.map_err(of_store)?;
        Ok(read.mailbox_to_fetch(&self.proof).await.map_err(of_store)?.0)
    }

    /// The mailbox and what it signs in with. The key store may ask a person first: nothing is held meanwhile, and it is
    /// asked for nothing else.
    pub(super) async fn record_and_secrets(&self) -> Result<(MailboxRecord, Secrets), Trouble> {
        let mut read = self.store.read().await.map_err(of_store)?;
        let (record, kept) = read.mailbox_to_fetch(&self.proof).await.map_err(of_store)?;
        drop(read);
        let kept = kept.to_sign_in(&record.connection);
        Ok((record, self.store.open_secrets(kept).await.map_err(of_store)?))
    }

    /// Connects and signs in, or finds the folder.
    pub(super) async fn connect(&self) -> Result<(Source, Event), Trouble> {
        let (record, secrets) = self.record_and_secrets().await?;
        match record.connection.clone() {
            Connection::Folder { path, after } => {
                let (folder, told) = WatchedFolder::open(path, after).await;
                Ok((Source::Folder(folder), Event::Connected { told, every_seconds: FOLDER_SECONDS }))
            }
            // The only service there is connects to nothing: see `bannette_mail::PublisherService`.
            Connection::Publisher { account } => match WithoutContract.look(&account).await {
                Ok(_) => Err(Trouble::ServerFault),
                Err(error) => Err(error.trouble()),
            },
            Connection::Pop3 { .. } => {
                let opened = self.connect_pop3(&record, &secrets).await?;
                let connected = Event::Connected { told: false, every_seconds: POLL_SECONDS };
                Ok((Source::Pop3(Box::new(opened)), connected))
            }
            Connection::Imap { host, port, tls, account, sign_in: way } => {
                let at = Where { host, port, tls, account, way };
                let mut session = self.sign_in(&at, record.owner, &secrets).await?;
                let inbox = session.open_inbox().await.map_err(|error| error.trouble())?;
                self.ask_told(&mut session, &record.told).await?;
                self.note_uid_validity(record.uid_validity, inbox.uid_validity).await?;
                let connected = Event::Connected { told: session.can_idle(), every_seconds: POLL_SECONDS };
                Ok((Source::Imap { session: Box::new(session), uid_validity: inbox.uid_validity }, connected))
            }
        }
    }

    /// A token that the server refuses is renewed once; no other way in stands in for it.
    async fn sign_in(&self, at: &Where, owner: PersonId, secrets: &Secrets) -> Result<ImapSession, Trouble> {
        let trust = self.core.trust().await.map_err(|error| error.trouble())?;
        let account = self.core.account(at.clone(), owner, secrets, Wanted::Held).await?;
        let session = match ImapSession::connect(&account, &trust).await {
            Err(MailError::LoginRefused) if at.way == SignInWay::ProSanteConnect => {
                let account = self.core.account(at.clone(), owner, secrets, Wanted::Another).await?;
                ImapSession::connect(&account, &trust).await
            }
            other => other,
        };
        session.map_err(|error| error.trouble())
    }

    /// Asks how full the mailbox is, and notes what the server told.
    pub(super) async fn ask_told(&self, session: &mut ImapSession, before: &ServerTold) -> Result<(), Trouble> {
        let quota = within(session.quota()).await?;
        let told = ServerTold { certificate_ends: session.certificate().map(|shown| shown.ends), quota };
        self.note_told(before, &told).await
    }

    /// Notes what the server told, where that is new.
    pub(super) async fn note_told(&self, before: &ServerTold, told: &ServerTold) -> Result<(), Trouble> {
        if told == before {
            return Ok(());
        }
        let mut write = self.store.write().await.map_err(of_store)?;
        write.server_told(&self.proof, told).await.map_err(of_store)?;
        write.commit_progress().await.map_err(of_store)
    }

    pub(super) async fn note_uid_validity(&self, before: u32, after: u32) -> Result<(), Trouble> {
        if before == after {
            return Ok(());
        }
        let mut write = self.store.write().await.map_err(of_store)?;
        write.set_uid_validity(&self.proof, after).await.map_err(of_store)?;
        if before == 0 {
            return write.commit_progress().await.map_err(of_store);
        }
        tracing::warn!(before, after, "UIDVALIDITY changed: all is listed anew, nothing is removed from the server");
        let act = Act::UidValidityChanged { mailbox: self.proof.mailbox(), before, after };
        write.record(Author::Program, self.core.now(), &act);
        write.commit().await.map_err(of_store)
    }

    /// Takes in all that is new.
    pub(super) async fn catch_up(&self, source: &mut Source, progress: &Progress) -> Result<(), Trouble> {
        self.core.learn_thresholds(&self.store).await.map_err(of_store)?;
        let uid_next = match source {
            Source::Imap { session, uid_validity } => self.catch_up_imap(session, *uid_validity, progress).await?,
            Source::Pop3(source) => {
                self.catch_up_pop3(source, progress).await?;
                1
            }
            Source::Folder(folder) => self.catch_up_folder(folder, progress).await?,
        };
        let mut write = self.store.write().await.map_err(of_store)?;
        write.caught_up(&self.proof, uid_next, self.core.now()).await.map_err(of_store)?;
        write.commit_progress().await.map_err(of_store)
    }

    pub(super) async fn keep(&self, batch: Batch, progress: &Progress) -> Result<(), Trouble> {
        let messages = u64::try_from(batch.messages.len()).unwrap_or(u64::MAX);
        let mut write = self.store.write().await.map_err(of_store)?;
        let arrived = write.take_in(&self.proof, batch, self.core.now()).await.map_err(of_store)?;
        // All of it may have come already, by a task that was being ended when this one looked.
        if arrived.taken > 0 {
            write.commit().await.map_err(of_store)?;
        }
        tell(progress, Event::Stored { messages });
        if arrived.placed > 0 {
            self.core.tell_readers(self.proof.mailbox(), &[bannette_api::events::Event::Dossiers]).await;
        }
        Ok(())
    }

    /// Removes from the server what is provably kept, where the owner wants that and the server can remove single
    /// messages.
    pub(super) async fn remove(&self, source: &mut Source) -> Result<(), Trouble> {
        let (session, uid_validity) = match source {
            Source::Imap { session, uid_validity } => (session, uid_validity),
            Source::Pop3(source) => return self.remove_pop3(source).await,
            Source::Folder(folder) => return self.put_away(folder).await,
        };
        let mut after = 0;
        loop {
            // Asked each time: the owner may change their mind in the middle of it.
            let record = self.record().await?;
            if !record.options.delete_from_server || record.deletion_blocked || !session.can_uid_expunge() {
                return Ok(());
            }
            let mut read = self.store.read().await.map_err(of_store)?;
            let copies = read.copies_on_server(&self.proof, *uid_validity, after, REMOVE).await.map_err(of_store)?;
            drop(read);
            let Some(last) = copies.last() else { return Ok(()) };
            // Those that stay for good must not stand in the way of those after them.
            after = last.uid;
            let whole = copies.iter().filter(|copy| copy.state == CopyState::Whole);
            let uids: Vec<u32> = whole.map(|copy| copy.uid).collect();
            if uids.is_empty() {
                continue;
            }
            let removed = async {
                session.remove(&uids).await?;
                session.still_there(&uids).await
            };
            let left = match tokio::time::timeout(ANSWER, removed).await {
                Ok(Ok(left)) => left,
                // What arrives must not wait for what is not deleted: it is tried again after the next messages.
                Ok(Err(MailError::CommandRefused)) => {
                    tracing::warn!("the server refused to delete messages: they stay there, it is tried again");
                    return self.note_refusal(self.core.now()).await.map_err(of_store);
                }
                Ok(Err(error)) => return Err(error.trouble()),
                Err(_) => return Err(Trouble::TimedOut),
            };
            // The journal names what is gone, not what was asked.
            let gone: Vec<u32> = uids.into_iter().filter(|uid| !left.contains(uid)).collect();
            if !gone.is_empty() {
                let mut write = self.store.write().await.map_err(of_store)?;
                write.mark_removed(&self.proof, *uid_validity, &gone, self.core.now()).await.map_err(of_store)?;
                write.commit().await.map_err(of_store)?;
            }
            if !left.is_empty() {
                tracing::warn!(
                    left = left.len(),
                    "the server kept messages that it was asked to delete: it is tried again"
                );
                return self.note_refusal(self.core.now()).await.map_err(of_store);
            }
        }
    }

    /// Waits for news.
    pub(super) async fn listen(&self, source: &mut Source) -> Result<(), Trouble> {
        match source {
            Source::Folder(folder) => folder.wait().await,
            Source::Pop3(_) => tokio::time::sleep(Duration::from_secs(u64::from(POLL_SECONDS))).await,
            Source::Imap { session, .. } => {
                let at_most = if session.can_idle() { IDLE } else { Duration::from_secs(u64::from(POLL_SECONDS)) };
                session.wait(at_most).await.map_err(|error| error.trouble())?;
            }
        }
        Ok(())
    }
}

pub(super) async fn within<T>(answer: impl Future<Output = Result<T, MailError>>) -> Result<T, Trouble> {
    match tokio::time::timeout(ANSWER, answer).await {
        Ok(answer) => answer.map_err(|error| error.trouble()),
        Err(_) => Err(Trouble::TimedOut),
    }
}

pub(super) async fn in_background(core: &Core, raws: Vec<Raw>) -> Result<Vec<NewMessage>, Trouble> {
    if raws.is_empty() {
        return Ok(Vec::new());
    }
    let judge = core.judge();
    let prepared = tokio::task::spawn_blocking(move || prepare(raws, &judge)).await;
    prepared.map_err(|_| Trouble::StoreFailed)?.map_err(of_store)
}

pub(super) fn tell(progress: &Progress, event: Event) {
    // Nobody listens any more when the task is being stopped.
    if progress.send(event).is_err() {
        tracing::debug!("progress of a task that is being stopped");
    }
}

/// What of the store's errors concerns the person who looks at the mailbox.
pub(super) fn of_store(error: StoreError) -> Trouble {
    match error {
        StoreError::Trouble(StoreTrouble::DiskFull) => Trouble::DiskFull,
        StoreError::Trouble(StoreTrouble::KeyStoreClosed) => Trouble::KeyStoreClosed,
        error => {
            tracing::error!(%error, "the store did not accept what arrived");
            Trouble::StoreFailed
        }
    }
}
