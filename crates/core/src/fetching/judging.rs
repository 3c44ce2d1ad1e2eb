//! Dossiers already here are judged again when the practice's thresholds changed: those that wait first, then all others. In
//! small steps, each of which notes what it judged; whatever cuts it short (the end of the program, another change of the
//! thresholds), the next look goes on.

use crate::thresholds::{Judge, raise};
use crate::{Core, Inner};
use bannette_analytes::thresholds::EDITION;
use bannette_api::MailboxId;
use bannette_api::dossiers::Urgency;
use bannette_api::events::Event;
use bannette_formats::{ReportValues, Source, summarise};
use bannette_rights::SystemAccess;
use bannette_store::{JudgedAgain, PackedValues, Packer, RawSource, Store, StoreError, ToJudge};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How often there is a look whether thresholds changed.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// Dossiers of one step: their messages are in memory together.
const AT_ONCE: u32 = 10;
/// The pause between two steps: what a person does goes first.
const PAUSE: Duration = Duration::from_millis(5);
/// The same while messages are brought in.
const PAUSE_BESIDE: Duration = Duration::from_millis(200);

/// Judges again what is to be, for as long as this program fetches.
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
        if let Err(error) = all(&core, &store, &cancel).await {
            tracing::warn!(%error, "dossiers could not be judged again: it goes on next time");
        }
    }
}

impl Core {
    /// Judges again all that the practice's thresholds ask for, to the end: for a command, while no window does it.
    ///
    /// # Errors
    /// When there is no practice, or its store does not answer.
    pub async fn judge_again(&self) -> Result<(), bannette_api::Failure> {
        let store = self.store().await?;
        all(self, &store, &CancellationToken::new()).await.map_err(crate::failures::of_store)
    }
}

pub(super) async fn all(core: &Core, store: &Store, cancel: &CancellationToken) -> Result<(), StoreError> {
    adopt(store).await?;
    let judge = core.learn_thresholds(store).await?;
    let mut read = store.read().await?;
    if !read.has_to_judge(judge.generation()).await? {
        return Ok(());
    }
    let mailboxes = read.mailboxes_to_purge().await?;
    drop(read);
    for waiting in [true, false] {
        for mailbox in &mailboxes {
            while !cancel.is_cancelled() {
                match step(core, store, &judge, *mailbox, waiting).await? {
                    Step::Done => break,
                    Step::Outdated => return Ok(()),
                    Step::More => {}
                }
                tokio::time::sleep(if core.0.fetching.catches_up() { PAUSE_BESIDE } else { PAUSE }).await;
            }
        }
    }
    Ok(())
}

/// Another version of the program may propose other thresholds than the store was judged by.
async fn adopt(store: &Store) -> Result<(), StoreError> {
    if store.read().await?.thresholds().await?.edition == EDITION {
        return Ok(());
    }
    let mut write = store.write().await?;
    write.adopt_thresholds(EDITION).await?;
    write.commit_progress().await
}

enum Step {
    /// Nothing is left in this mailbox.
    Done,
    More,
    /// The thresholds are others by now.
    Outdated,
}

async fn step(
    core: &Core,
    store: &Store,
    judge: &Arc<Judge>,
    mailbox: MailboxId,
    waiting: bool,
) -> Result<Step, StoreError> {
    let proof = SystemAccess::for_fetching(mailbox);
    let generation = judge.generation();
    let found = store.read().await?.to_judge(&proof, generation, waiting, AT_ONCE).await?;
    if found.is_empty() {
        return Ok(Step::Done);
    }
    let by = Arc::clone(judge);
    let work = move || {
        let mut packer = Packer::new()?;
        found.iter().map(|one| judged(one, &by, &mut packer)).collect::<Result<Vec<_>, StoreError>>()
    };
    let judged = tokio::task::spawn_blocking(work).await;
    let judged = judged.map_err(|_| StoreError::Content("a dossier that cannot be judged again"))??;
    let mut write = store.write().await?;
    match write.judged_again(&proof, generation, &judged, core.now()).await? {
        None => return Ok(Step::Outdated),
        Some(0) => write.commit_progress().await?,
        Some(_) => {
            write.commit().await?;
            core.tell_readers(mailbox, &[Event::Dossiers]).await;
        }
    }
    Ok(Step::More)
}

/// What a dossier is by these thresholds, and its numbers where they were never kept. Only the thresholds' own part changes: what
/// the laboratory calls critical stays so, and what cannot be read stays as it is.
fn judged(stored: &ToJudge, judge: &Judge, packer: &mut Packer) -> Result<JudgedAgain, StoreError> {
    let mut judged = JudgedAgain { dossier: stored.dossier, changed: None, values: None };
    let by_laboratory = stored.urgency == Urgency::Critical && !stored.by_practice;
    if by_laboratory && stored.has_values {
        return Ok(judged);
    }
    // Of what cannot be read no numbers are kept, and it is not tried again.
    judged.values = (!stored.has_values).then(PackedValues::default);
    let Some(bytes) = &stored.bytes else { return Ok(judged) };
    let source = match stored.source {
        RawSource::Message => Source::Message,
        RawSource::File => Source::File { name: &stored.name },
    };
    let read = catch_unwind(AssertUnwindSafe(|| {
        let message = bannette_formats::read_opened(source, bytes, &stored.opened, None);
        let summary = summarise(&message).into_iter().nth(stored.part)?;
        let report = message.reports.get(stored.part)?;
        Some((summary.urgency, summary.headline, judge.headline(report), ReportValues::of(report)))
    }));
    let Ok(Some((mut urgency, mut headline, beyond, values))) = read else { return Ok(judged) };
    if !stored.has_values {
        judged.values = Some(PackedValues::of(&values, packer)?);
    }
    if by_laboratory || (!stored.by_practice && beyond.is_none()) {
        return Ok(judged);
    }
    raise(&mut urgency, &mut headline, beyond);
    judged.changed = Some((urgency, headline));
    Ok(judged)
}
