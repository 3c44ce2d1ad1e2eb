//! The daily purge: what was dealt with leaves each mailbox's tree once its delay has passed. In small changes, each of which
//! asks the rule again; whatever cuts it short, the next run goes on.

use crate::{Core, Inner};
use bannette_api::events::Event;
use bannette_api::{MailboxId, Timestamp};
use bannette_rights::SystemAccess;
use bannette_store::{Rule, Store, StoreError};
use std::sync::Weak;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How often the clock is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// After the start, others go first. In milliseconds of the clock.
const AFTER_START: i64 = 2 * 60_000;
/// How often there is a look whether a mailbox's day has passed.
const ASK_EVERY: i64 = 10 * 60_000;
/// Between two runs of one mailbox.
pub(crate) const EVERY: i64 = 24 * 3_600_000;
/// Messages of one change.
pub(crate) const AT_ONCE: usize = 50;
/// The pause between two changes: what a person does goes first.
pub(crate) const PAUSE: Duration = Duration::from_millis(5);

/// Purges each day, for as long as this program fetches.
pub(super) async fn run(core: Weak<Inner>, cancel: CancellationToken) {
    let mut next: Option<Timestamp> = None;
    loop {
        tokio::select! {
            () = cancel.cancelled() => return,
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
        let Some(core) = core.upgrade().map(Core) else { return };
        let now = core.now();
        let due = *next.get_or_insert(now.plus(AFTER_START));
        if now < due || !core.0.fetching.fetches_here() {
            continue;
        }
        next = Some(now.plus(ASK_EVERY));
        core.clear_key_store_soon();
        let Ok(store) = core.store().await else { continue };
        if let Err(error) = all(&core, &store, &cancel).await {
            tracing::warn!(%error, "the daily purge did not come to its end: it goes on next time");
        }
    }
}

async fn all(core: &Core, store: &Store, cancel: &CancellationToken) -> Result<(), StoreError> {
    let mailboxes = store.read().await?.mailboxes_to_purge().await?;
    for mailbox in mailboxes {
        if cancel.is_cancelled() {
            break;
        }
        one(core, store, mailbox, cancel).await?;
    }
    Ok(())
}

async fn one(core: &Core, store: &Store, mailbox: MailboxId, cancel: &CancellationToken) -> Result<(), StoreError> {
    let proof = SystemAccess::for_fetching(mailbox);
    let now = core.now();
    let retention = store.read().await?.retention(&proof).await?;
    let rule = match (retention.emptied, retention.archived) {
        (true, _) => Rule::AtOnce,
        (false, true) => return Ok(()),
        (false, false) => Rule::Delay,
    };
    // Not twice a day, nor again and again under a clock that went back.
    if retention.looked_at.is_some_and(|looked| now.since(looked) < EVERY) {
        return Ok(());
    }
    let judged = store.read().await?.to_purge(&proof).await?;
    let leaving: Vec<_> = judged.into_iter().filter(|one| one.may_leave(rule, now)).collect();
    let mut gone = 0;
    for some in leaving.chunks(AT_ONCE) {
        if cancel.is_cancelled() {
            return Ok(());
        }
        let mut write = store.write().await?;
        let left = write.purge(&proof, some, rule, now).await?;
        if left.messages > 0 {
            write.commit().await?;
            gone += left.messages;
        } else {
            drop(write);
        }
        tokio::time::sleep(PAUSE).await;
    }
    let mut write = store.write().await?;
    write.purge_looked(&proof, now).await?;
    write.commit_progress().await?;
    if gone > 0 {
        tracing::info!(messages = gone, "messages left the tree by their delay");
        store.forget_deleted().await?;
        core.tell_readers(mailbox, &[Event::Dossiers, Event::Mailboxes]).await;
    }
    Ok(())
}
