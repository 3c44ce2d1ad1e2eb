//! Bringing in what is new in a server's INBOX: the disk works beside the network and the readers, and what lies between
//! them is bounded by its bytes.

use super::prepare::Raw;
use super::source::{Progress, Task, in_background, of_store, tell, within};
use super::state::Event;
use crate::Core;
use bannette_api::connection::Trouble;
use bannette_mail::{ImapSession, Listed, MESSAGE_CEILING};
use bannette_store::{Batch, NewMessage};
use std::sync::Arc;
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio_util::sync::CancellationToken;

/// Batches that wait to be stored; [`ROOM`] is what bounds them.
const READ_AHEAD: usize = 32;
/// Room for what is being read or waits to be stored, in KiB of messages: the disk takes its time in lumps, and what comes
/// meanwhile must not stop. One larger message takes all of it, and so is alone.
const ROOM: u32 = 48 * 1024;
/// Messages and bytes of one commit.
const COMMIT_MESSAGES: usize = 400;
const COMMIT_BYTES: usize = 16 * 1024 * 1024;

/// Messages that were read, and the room that they take until they are stored.
struct Prepared {
    messages: Vec<NewMessage>,
    room: OwnedSemaphorePermit,
}

impl Task {
    /// Takes in all that is new, and gives the UID from which on the next look has to ask.
    pub(super) async fn catch_up_imap(
        &self,
        session: &mut ImapSession,
        uid_validity: u32,
        progress: &Progress,
    ) -> Result<u32, Trouble> {
        let record = self.record().await?;
        let listed = within(session.list_from(record.uid_next)).await?;
        let uid_next = listed.last().map_or(record.uid_next, |last| last.uid.saturating_add(1));
        let delivered = {
            let mut read = self.store.read().await.map_err(of_store)?;
            read.delivered(&self.proof, uid_validity, record.uid_next).await.map_err(of_store)?
        };
        let wanted: Vec<_> = listed.into_iter().filter(|one| !delivered.contains(&one.uid)).collect();
        for giant in wanted.iter().filter(|one| one.size > MESSAGE_CEILING) {
            tracing::error!(
                uid = giant.uid,
                bytes = giant.size,
                "a message is too large to be fetched: it stays on the server"
            );
        }
        if wanted.is_empty() {
            return Ok(uid_next);
        }
        tell(progress, Event::Counted { of: u64::try_from(wanted.len()).unwrap_or(u64::MAX) });
        let (read, to_keep) = mpsc::channel(READ_AHEAD);
        let keeper = Self::new(self.core.clone(), self.store.clone(), self.proof.mailbox());
        let (told, stop) = (progress.clone(), CancellationToken::new());
        // Whoever drops this call stops the keeping too: what is not committed is not kept.
        let _stop = stop.clone().drop_guard();
        // On a thread of its own: a task would wait after each statement for the runtime's threads, which the network keeps
        // busy, and the disk with it.
        let keep = tokio::task::spawn_blocking(move || {
            Handle::current().block_on(stop.run_until_cancelled(keeper.keep_all(to_keep, uid_validity, &told)))
        });
        // Each ends when the other does not go on.
        let (fetched, kept) = tokio::join!(read_all(&self.core, session, &wanted, read), keep);
        let kept = kept.map_err(|_| Trouble::StoreFailed)?.unwrap_or(Err(Trouble::Interrupted));
        // What the disk says is the cause of what the network then says.
        kept.and(fetched)?;
        // A session may last for days: what comes fills the mailbox meanwhile.
        self.ask_told(session, &record.told).await?;
        Ok(uid_next)
    }

    /// Commits what comes, several batches together while they wait.
    async fn keep_all(
        &self,
        mut from: mpsc::Receiver<Prepared>,
        uid_validity: u32,
        progress: &Progress,
    ) -> Result<(), Trouble> {
        while let Some(Prepared { mut messages, mut room }) = from.recv().await {
            let mut bytes: usize = messages.iter().map(|message| message.packed.len()).sum();
            while messages.len() < COMMIT_MESSAGES && bytes < COMMIT_BYTES {
                let Ok(more) = from.try_recv() else { break };
                bytes += more.messages.iter().map(|message| message.packed.len()).sum::<usize>();
                messages.extend(more.messages);
                room.merge(more.room);
            }
            self.keep(Batch { uid_validity, messages }, progress).await?;
            drop(room);
        }
        Ok(())
    }
}

/// Fetches and reads, batch by batch, as far as there is room. Not both at once: the disk is what the others wait for, and
/// with fewer at work beside it, it is sooner done; meanwhile what the network brings waits in the system.
async fn read_all(
    core: &Core,
    session: &mut ImapSession,
    listed: &[Listed],
    into: mpsc::Sender<Prepared>,
) -> Result<(), Trouble> {
    let all = Arc::new(Semaphore::new(usize::try_from(ROOM).unwrap_or(usize::MAX)));
    let mut fetching = session.fetch(listed).await.map_err(|error| error.trouble())?;
    while let Some(batch) = fetching.next().await.map_err(|error| error.trouble())? {
        let bytes: usize = batch.iter().map(|one| one.bytes.len()).sum();
        let wanted = u32::try_from(bytes / 1024).unwrap_or(ROOM).clamp(1, ROOM);
        // Nobody closes it.
        let Ok(room) = Arc::clone(&all).acquire_many_owned(wanted).await else { break };
        let raws = batch.into_iter().map(|one| Raw { uid: one.uid, file: None, bytes: one.bytes }).collect();
        if into.send(Prepared { messages: in_background(core, raws).await?, room }).await.is_err() {
            break;
        }
    }
    Ok(())
}
