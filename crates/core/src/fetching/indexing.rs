//! The words by which dossiers are found are made anew where an earlier program wrote them otherwise. In small steps, each of
//! which notes what it did; whatever cuts it short, the next look goes on.

use crate::{Core, Inner};
use bannette_api::MailboxId;
use bannette_formats::{Source, summarise};
use bannette_rights::SystemAccess;
use bannette_store::{Indexed, RawSource, Store, StoreError, ToIndex};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Weak;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How often there is a look whether dossiers are left: those of a program that was updated.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// Dossiers of one step: their messages are in memory together.
const AT_ONCE: u32 = 20;
/// The pause between two steps: what a person does goes first.
const PAUSE: Duration = Duration::from_millis(5);
/// The same while messages are brought in.
const PAUSE_BESIDE: Duration = Duration::from_millis(200);

/// Makes them anew, and ends when none is left: what arrives is written in today's words.
pub(super) async fn run(core: Weak<Inner>, cancel: CancellationToken) {
    loop {
        tokio::select! {
            () = cancel.cancelled() => return,
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
        let Some(core) = core.upgrade().map(Core) else { return };
        if !core.0.fetching.fetches_here() {
            continue;
        }
        let Ok(store) = core.store().await else { continue };
        match all(&core, &store, &cancel).await {
            Ok(true) => return,
            Ok(false) => {}
            Err(error) => tracing::warn!(%error, "words could not be made anew: it goes on next time"),
        }
    }
}

/// Whether none is left that lies in a mailbox.
pub(super) async fn all(core: &Core, store: &Store, cancel: &CancellationToken) -> Result<bool, StoreError> {
    let mut read = store.read().await?;
    if !read.has_to_index().await? {
        return Ok(true);
    }
    let mailboxes = read.mailboxes_to_purge().await?;
    drop(read);
    for mailbox in mailboxes {
        loop {
            if cancel.is_cancelled() {
                return Ok(false);
            }
            if !step(store, mailbox).await? {
                break;
            }
            tokio::time::sleep(if core.0.fetching.catches_up() { PAUSE_BESIDE } else { PAUSE }).await;
        }
    }
    Ok(true)
}

/// Whether there were any.
async fn step(store: &Store, mailbox: MailboxId) -> Result<bool, StoreError> {
    let proof = SystemAccess::for_fetching(mailbox);
    let found = store.read().await?.to_index(&proof, AT_ONCE).await?;
    if found.is_empty() {
        return Ok(false);
    }
    let words = tokio::task::spawn_blocking(move || found.iter().map(indexed).collect::<Vec<_>>()).await;
    let words = words.map_err(|_| StoreError::Content("a dossier whose words cannot be read"))?;
    let mut write = store.write().await?;
    write.index(&proof, &words).await?;
    write.commit_progress().await?;
    Ok(true)
}

fn indexed(stored: &ToIndex) -> Indexed {
    let none = Indexed { dossier: stored.dossier, words: None, unread_documents: false };
    let Some(bytes) = &stored.bytes else { return none };
    let source = match stored.source {
        RawSource::Message => Source::Message,
        RawSource::File => Source::File { name: &stored.name },
    };
    let read = catch_unwind(AssertUnwindSafe(|| {
        let message = bannette_formats::read_opened(source, bytes, &stored.opened, None);
        summarise(&message).into_iter().nth(stored.part)
    }));
    match read {
        Ok(Some(summary)) => Indexed { words: Some(summary.text), unread_documents: summary.has_pdf, ..none },
        Ok(None) | Err(_) => none,
    }
}
