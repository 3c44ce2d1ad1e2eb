//! What *Supprimer les messages du serveur* would delete: the server is asked what it has, each kept copy is read back and
//! compared, and nothing is deleted.

use super::source::{Source, Task};
use crate::{Core, failures};
use bannette_api::connection::Trouble;
use bannette_api::keeping::{Amount, ServerDeletion, StayingOnServer, StaysOnServer};
use bannette_api::{Failure, MailboxId, Timestamp};
use bannette_mail::{Listed, MESSAGE_CEILING};
use bannette_store::{Copy, CopyState, MailboxRecord, StoreError};
use std::collections::{BTreeMap, BTreeSet};

/// Copies compared at once.
const AT_ONCE: u32 = 100;

/// What is known of a server's mailbox.
struct Found {
    uid_validity: u32,
    /// What lies there; none where it could not be asked.
    listed: Option<Vec<Listed>>,
    /// Whether it can delete single messages.
    single: bool,
    trouble: Option<Trouble>,
}

impl Core {
    /// What would be deleted on the server of a mailbox, whose owner asks.
    pub(crate) async fn deletion_preview(&self, mailbox: MailboxId) -> Result<ServerDeletion, Failure> {
        let store = self.store().await?;
        let task = Task::new(self.clone(), store.clone(), mailbox);
        let found = task.ask_server().await;
        let mut read = store.read().await.map_err(failures::of_store)?;
        let (record, _) = read.mailbox_to_fetch(&task.proof).await.map_err(failures::of_store)?;
        let refused_at = read.deletion_refused(&task.proof).await.map_err(failures::of_store)?;
        let uid_validity = found.as_ref().map_or(record.uid_validity, |found| found.uid_validity);
        let numbered_before = read.copies_numbered_before(&task.proof, uid_validity).await;
        let numbered_before = numbered_before.map_err(failures::of_store)?;
        drop(read);
        let mut copies = Vec::new();
        loop {
            let after = copies.last().map_or(0, |copy: &Copy| copy.uid);
            // A snapshot for each: a long one would keep the log of pending pages from being written back.
            let mut read = store.read().await.map_err(failures::of_store)?;
            let some = read.copies_on_server(&task.proof, uid_validity, after, AT_ONCE).await;
            let some = some.map_err(failures::of_store)?;
            if some.is_empty() {
                break;
            }
            copies.extend(some);
        }
        let delivered = delivered(&task, uid_validity).await.map_err(failures::of_store)?;
        let mut counted = counted(&record, found.as_ref(), &copies, &delivered);
        if found.as_ref().is_none_or(|found| found.listed.is_none()) {
            stay(&mut counted.1, StaysOnServer::UidValidityChanged, numbered_before);
        }
        let (goes, stays) = counted;
        Ok(ServerDeletion {
            wanted: record.options.delete_from_server,
            goes,
            stays: stays.into_iter().map(|(why, messages)| StayingOnServer { why, messages }).collect(),
            trouble: found.and_then(|found| found.trouble),
            refused_at,
        })
    }
}

async fn delivered(task: &Task, uid_validity: u32) -> Result<BTreeSet<u32>, StoreError> {
    task.store.read().await?.delivered(&task.proof, uid_validity, 0).await
}

impl Task {
    /// What the server has; none where there is no server.
    async fn ask_server(&self) -> Option<Found> {
        let nothing = |trouble| Found { uid_validity: 0, listed: None, single: true, trouble };
        let (mut session, uid_validity) = match self.connect().await {
            Ok((Source::Imap { session, uid_validity }, _)) => (session, uid_validity),
            Ok(_) => return None,
            Err(trouble) => {
                let known = self.numbering().await?;
                return Some(Found { uid_validity: known, ..nothing(Some(trouble)) });
            }
        };
        let single = session.can_uid_expunge();
        let listed = session.list_from(1).await.map_err(|error| error.trouble());
        session.log_out().await;
        Some(match listed {
            Ok(listed) => Found { uid_validity, listed: Some(listed), single, trouble: None },
            Err(trouble) => Found { uid_validity, single, ..nothing(Some(trouble)) },
        })
    }

    /// The server's numbering as it was seen last; none where there is no server.
    async fn numbering(&self) -> Option<u32> {
        let mut read = self.store.read().await.ok()?;
        let (record, _) = read.mailbox_to_fetch(&self.proof).await.ok()?;
        Some(record.uid_validity)
    }
}

type Stays = BTreeMap<StaysOnServer, u64>;

fn stay(stays: &mut Stays, why: StaysOnServer, messages: u64) {
    if messages > 0 {
        *stays.entry(why).or_default() += messages;
    }
}

/// Puts what lies on the server, or (where it was not asked) what should, under what would become of it.
fn counted(
    record: &MailboxRecord,
    found: Option<&Found>,
    copies: &[Copy],
    delivered: &BTreeSet<u32>,
) -> (Amount, Stays) {
    let (mut goes, mut stays) = (Amount::default(), Stays::new());
    let Some(found) = found else { return (goes, stays) };
    let there: Option<BTreeSet<u32>> = found.listed.as_ref().map(|listed| listed.iter().map(|one| one.uid).collect());
    let on_server = |uid: u32| there.as_ref().is_none_or(|there| there.contains(&uid));
    for copy in copies.iter().filter(|copy| on_server(copy.uid)) {
        match copy.state {
            CopyState::Differs => stay(&mut stays, StaysOnServer::CopyDiffers, 1),
            CopyState::Removed => stay(&mut stays, StaysOnServer::ContentRemoved, 1),
            CopyState::Whole if !found.single => stay(&mut stays, StaysOnServer::NoSingleDeletion, 1),
            CopyState::Whole if record.deletion_blocked => stay(&mut stays, StaysOnServer::UidValidityChanged, 1),
            CopyState::Whole => goes.add(copy.at, copy.bytes),
        }
    }
    let unknown = found.listed.iter().flatten().filter(|one| !delivered.contains(&one.uid));
    for one in unknown {
        let too_large = one.size > MESSAGE_CEILING;
        stay(&mut stays, if too_large { StaysOnServer::TooLarge } else { StaysOnServer::NotYetKept }, 1);
    }
    (goes, stays)
}

/// Notes that the server refused to delete, for whoever looks.
impl Task {
    pub(super) async fn note_refusal(&self, at: Timestamp) -> Result<(), StoreError> {
        let mut write = self.store.write().await?;
        write.set_deletion_refused(&self.proof, Some(at)).await?;
        write.commit_progress().await
    }
}
