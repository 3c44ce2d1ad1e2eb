//! How long what was received is kept: what would leave the tree or a server, and the end of a mailbox.

use crate::fetching::purge::{AT_ONCE, EVERY, PAUSE};
use crate::session::Session;
use crate::{Core, Handle, failures};
use bannette_api::events::Event;
use bannette_api::failure::{Field, Needs, Why};
use bannette_api::keeping::{
    EraseValues, NextPurge, PreviewPurge, PreviewRemoval, PreviewServerDeletion, PurgeMailbox, PurgePreview, Purged,
    Received, Removal, RemoveMailbox, ServerDeletion, StayingInTree, StaysInTree, Taker, ValuesErased,
};
use bannette_api::{Failure, MailboxId, Timestamp};
use bannette_rights::{Own, Rights};
use bannette_store::{Act, Author, Judged, NEVER, Retention, Rule, Taken, amount};
use std::collections::BTreeMap;

impl Handle<PreviewServerDeletion> for Core {
    async fn handle(&self, session: &Session, call: PreviewServerDeletion) -> Result<ServerDeletion, Failure> {
        let (me, mut read) = self.reading(session).await?;
        let rights = read.rights_of(me, self.now()).await.map_err(failures::of_store)?;
        let proof = rights.grant::<Own>(call.mailbox).map_err(failures::of_denied)?;
        drop(read);
        self.deletion_preview(proof.mailbox()).await
    }
}

impl Handle<PreviewPurge> for Core {
    async fn handle(&self, session: &Session, call: PreviewPurge) -> Result<PurgePreview, Failure> {
        let (me, mut read) = self.reading(session).await?;
        let now = self.now();
        let rights = read.rights_of(me, now).await.map_err(failures::of_store)?;
        let proof = rights.grant::<Own>(call.mailbox).map_err(failures::of_denied)?;
        let (retention, judged) = read.kept_in_tree(&proof).await.map_err(failures::of_store)?;
        let archived_at = read.lies_in(&proof).await.map_err(failures::of_store)?.archived_at;
        let by_delay = !retention.archived;
        let due = |one: &&Judged| by_delay && one.may_leave(Rule::Delay, now);
        Ok(PurgePreview {
            retention_days: retention.days,
            next: if by_delay { next(&retention, &judged, now) } else { None },
            due: amount(judged.iter().filter(due)),
            stays: stays(&retention, &judged, now),
            archived_at,
        })
    }
}

/// The next run in which something leaves.
fn next(retention: &Retention, judged: &[Judged], now: Timestamp) -> Option<NextPurge> {
    let dues = || judged.iter().filter(|one| one.why.is_none() && one.due != NEVER).map(|one| one.due);
    let first = dues().min()?;
    let run = retention.looked_at.map_or(now, |looked| looked.plus(EVERY).max(now));
    let late = first.since(run).max(0);
    // Runs are a day apart: the first one after it is due.
    let runs = late.saturating_add(EVERY - 1) / EVERY;
    let at = run.plus(runs.saturating_mul(EVERY));
    let messages = dues().filter(|due| *due <= at).count();
    Some(NextPurge { at, messages: u64::try_from(messages).unwrap_or(u64::MAX) })
}

fn stays(retention: &Retention, judged: &[Judged], now: Timestamp) -> Vec<StayingInTree> {
    let otherwise = if retention.days.is_some() { StaysInTree::NotDue } else { StaysInTree::Kept };
    let mut stays: BTreeMap<StaysInTree, u64> = BTreeMap::new();
    for one in judged.iter().filter(|one| !one.may_leave(Rule::Delay, now)) {
        *stays.entry(one.why.unwrap_or(otherwise)).or_default() += 1;
    }
    stays.into_iter().map(|(why, messages)| StayingInTree { why, messages }).collect()
}

/// Messages with something that is not dealt with. What waits for its deletion on a server is dealt with, and so is what this
/// program still has to read.
fn open(judged: &[Judged]) -> u64 {
    let is_open = |why| !matches!(why, StaysInTree::OnServer | StaysInTree::NumbersNotKept);
    let open = judged.iter().filter(|one| one.why.is_some_and(is_open));
    u64::try_from(open.count()).unwrap_or(u64::MAX)
}

impl Handle<PurgeMailbox> for Core {
    async fn handle(&self, session: &Session, call: PurgeMailbox) -> Result<Purged, Failure> {
        let (me, mut read) = self.reading(session).await?;
        let rights = read.rights_of(me, self.now()).await.map_err(failures::of_store)?;
        let proof = rights.grant::<Own>(call.mailbox).map_err(failures::of_denied)?;
        let (retention, _) = read.kept_in_tree(&proof).await.map_err(failures::of_store)?;
        drop(read);
        match (retention.emptied, retention.archived) {
            (false, true) => Ok(Purged::default()),
            (emptied, _) => self.purge(session, call.mailbox, if emptied { Rule::AtOnce } else { Rule::Delay }).await,
        }
    }
}

impl Handle<EraseValues> for Core {
    async fn handle(&self, session: &Session, call: EraseValues) -> Result<ValuesErased, Failure> {
        let (me, read) = self.reading(session).await?;
        drop(read);
        let now = self.now();
        let mut write = self.store().await?.write().await.map_err(failures::of_store)?;
        let rights = write.rights_of(me, now).await.map_err(failures::of_store)?;
        let lies_in = write.mailboxes_of(&rights.visible(), call.dossier).await.map_err(failures::of_store)?;
        if lies_in.is_empty() {
            return Err(Failure::NotFound);
        }
        // Only whoever owns a mailbox in which this dossier lies; then all of theirs, for it is the patient who goes.
        if !lies_in.iter().any(|mailbox| rights.grant::<Own>(*mailbox).is_ok()) {
            return Err(Failure::NotAllowed { needs: Needs::Own });
        }
        let mut erased = ValuesErased::default();
        let mut mailboxes = Vec::new();
        for proof in crate::glass::owned(&rights) {
            let done = write.erase_values(&proof, call.dossier, now).await.map_err(failures::of_store)?;
            if !done.dossiers.is_empty() {
                erased.dossiers += u64::try_from(done.dossiers.len()).unwrap_or(u64::MAX);
                mailboxes.push(proof.mailbox());
            }
        }
        if mailboxes.is_empty() {
            return Ok(erased);
        }
        write.commit().await.map_err(failures::of_store)?;
        self.store().await?.forget_deleted().await.map_err(failures::of_store)?;
        for mailbox in mailboxes {
            self.tell_readers(mailbox, &[Event::Dossiers]).await;
        }
        Ok(erased)
    }
}

impl Core {
    /// Lets everything leave one's mailbox that may by this rule, in small changes.
    async fn purge(&self, session: &Session, mailbox: MailboxId, rule: Rule) -> Result<Purged, Failure> {
        let (me, mut read) = self.reading(session).await?;
        let now = self.now();
        let rights = read.rights_of(me, now).await.map_err(failures::of_store)?;
        let proof = rights.grant::<Own>(mailbox).map_err(failures::of_denied)?;
        let (_, judged) = read.kept_in_tree(&proof).await.map_err(failures::of_store)?;
        drop(read);
        let store = self.store().await?;
        let leaving: Vec<Judged> = judged.into_iter().filter(|one| one.may_leave(rule, now)).collect();
        let mut purged = Purged::default();
        for some in leaving.chunks(AT_ONCE) {
            let mut write = store.write().await.map_err(failures::of_store)?;
            let rights = write.rights_of(me, now).await.map_err(failures::of_store)?;
            let proof = rights.grant::<Own>(mailbox).map_err(failures::of_denied)?;
            let gone = write.purge_own(&proof, some, rule, now).await.map_err(failures::of_store)?;
            if gone.messages == 0 {
                continue;
            }
            write.commit().await.map_err(failures::of_store)?;
            purged.messages += gone.messages;
            purged.bytes += gone.bytes;
            purged.dossiers += u64::try_from(gone.dossiers.len()).unwrap_or(0);
            tokio::time::sleep(PAUSE).await;
        }
        if purged.messages > 0 {
            store.forget_deleted().await.map_err(failures::of_store)?;
            self.tell_readers(mailbox, &[Event::Dossiers, Event::Mailboxes]).await;
        }
        Ok(purged)
    }
}

impl Handle<PreviewRemoval> for Core {
    async fn handle(&self, session: &Session, call: PreviewRemoval) -> Result<Removal, Failure> {
        let (me, mut read) = self.reading(session).await?;
        let rights = read.rights_of(me, self.now()).await.map_err(failures::of_store)?;
        let proof = rights.grant::<Own>(call.mailbox).map_err(failures::of_denied)?;
        let lies = read.lies_in(&proof).await.map_err(failures::of_store)?;
        let (_, judged) = read.kept_in_tree(&proof).await.map_err(failures::of_store)?;
        let records = read.mailboxes(&rights.visible()).await.map_err(failures::of_store)?;
        let others = records.into_iter().filter(|record| record.id != call.mailbox && record.archived_at.is_none());
        let takers = others.filter(|record| rights.grant::<Own>(record.id).is_ok());
        let taker = |record: bannette_store::MailboxRecord| {
            let readers = readers(&rights, record.id);
            Taker { mailbox: record.id, address: record.address, readers }
        };
        Ok(Removal {
            dossiers: lies.dossiers,
            messages: amount(judged.iter()),
            open: open(&judged),
            takers: takers.map(taker).collect(),
            archived_at: lies.archived_at,
        })
    }
}

fn readers(rights: &Rights, mailbox: MailboxId) -> u64 {
    let proof = rights.grant::<bannette_rights::Read>(mailbox);
    proof.map_or(0, |proof| u64::try_from(rights.readers(&proof).len()).unwrap_or(u64::MAX))
}

impl Handle<RemoveMailbox> for Core {
    async fn handle(&self, session: &Session, call: RemoveMailbox) -> Result<(), Failure> {
        let (me, read) = self.reading(session).await?;
        drop(read);
        let now = self.now();
        let mut write = self.store().await?.write().await.map_err(failures::of_store)?;
        let rights = write.rights_of(me, now).await.map_err(failures::of_store)?;
        let proof = rights.grant::<Own>(call.mailbox).map_err(failures::of_denied)?;
        if call.received == Received::Purged {
            let open = open(&write.kept_in_tree(&proof).await.map_err(failures::of_store)?);
            if open > 0 {
                return Err(Failure::NotDealtWith { messages: open });
            }
        }
        let lies = match call.received {
            Received::HandedOver { to } => {
                let taker = rights.grant::<Own>(to);
                let taker = taker.map_err(|_| Failure::Invalid { field: Field::Mailbox, why: Why::Unknown })?;
                let archive = write.mailbox(&taker).await.map_err(failures::of_store)?.archived_at.is_some();
                if archive || to == call.mailbox {
                    return Err(Failure::Invalid { field: Field::Mailbox, why: Why::Unknown });
                }
                write.hand_over_mailbox(&proof, &taker, now).await.map_err(failures::of_store)?
            }
            Received::Archive => {
                write.archive_mailbox(&proof, Taken::Archived, now).await.map_err(failures::of_store)?
            }
            Received::Purged => write.archive_mailbox(&proof, Taken::Emptied, now).await.map_err(failures::of_store)?,
        };
        let handed_over = matches!(call.received, Received::HandedOver { .. });
        if lies.dossiers == 0 && !handed_over {
            // Nothing to be read: an archive of nothing would only be in the way.
            match write.take_away_empty(&proof, now).await {
                Ok(()) | Err(bannette_store::StoreError::Conflict) => {}
                Err(error) => return Err(failures::of_store(error)),
            }
        }
        let act = Act::MailboxRemoved { mailbox: call.mailbox, received: call.received, dossiers: lies.dossiers };
        write.record(Author::Person(me), now, &act);
        write.commit().await.map_err(failures::of_store)?;
        self.refresh_fetching(Some(call.mailbox)).await;
        self.clear_key_store_soon();
        self.tell_all(&[Event::Rights, Event::Mailboxes, Event::Dossiers]);
        // From here on the daily run would do the same: a program that ends now leaves nothing half done.
        if call.received == Received::Purged && lies.dossiers > 0 {
            self.purge(session, call.mailbox, Rule::AtOnce).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 24 * 3_600_000;

    #[test]
    fn the_next_purge_is_the_first_run_after_something_is_due() {
        let retention = |looked_at| Retention { days: Some(90), looked_at, archived: false, emptied: false };
        let due = |at: i64| Judged::due_at(Timestamp(at));
        let now = Timestamp(100 * DAY);
        assert_eq!(next(&retention(None), &[], now), None);
        assert_eq!(next(&retention(None), &[Judged::due_at(NEVER)], now), None);
        // Due already: the next run, which is at once where there was none yet.
        let judged = [due(99 * DAY), due(98 * DAY), due(101 * DAY)];
        assert_eq!(next(&retention(None), &judged, now), Some(NextPurge { at: now, messages: 2 }));
        let looked = retention(Some(Timestamp(100 * DAY - 3_600_000)));
        let at = Timestamp(101 * DAY - 3_600_000);
        assert_eq!(next(&looked, &judged, now), Some(NextPurge { at, messages: 2 }));
        // Not due before days have passed: runs are a day apart.
        let judged = [due(103 * DAY), due(103 * DAY + 1), due(200 * DAY)];
        let at = Timestamp(104 * DAY - 3_600_000);
        assert_eq!(next(&looked, &judged, now), Some(NextPurge { at, messages: 2 }));
        let exactly = [due(103 * DAY - 3_600_000)];
        let at = Timestamp(103 * DAY - 3_600_000);
        assert_eq!(next(&looked, &exactly, now), Some(NextPurge { at, messages: 1 }));
    }
}
