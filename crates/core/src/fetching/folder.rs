//! A watched folder as a source: what lies there is taken in, the same bytes once; a file is put away only when its copy was
//! committed, read back from the store and compared.

use super::beside::Beside;
use super::prepare::Raw;
use super::source::{Progress, Task, in_background, of_store, tell};
use super::state::Event;
use bannette_api::connection::Trouble;
use bannette_api::mailboxes::AfterTaking;
use bannette_mail::{Folder, Found, MailError, PutAway};
use bannette_store::{Act, Author, Batch};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::pin::pin;
use std::time::Duration;

/// After how long a folder that does not answer is said to be silent. It is not given up: the thread that waits for it could
/// not be, and would be joined by one more at each try.
const SILENT: Duration = Duration::from_secs(60);
/// Files put away together: one act in the journal.
const TOGETHER: usize = 50;

/// A folder under watch, and what is still to be put away there.
pub(super) struct WatchedFolder {
    folder: Folder,
    after: AfterTaking,
    /// Files whose bytes are committed, by their hash.
    taken: Vec<(PathBuf, [u8; 32])>,
}

impl WatchedFolder {
    /// Begins to watch; and whether the system tells of changes.
    pub(super) async fn open(path: String, after: AfterTaking) -> (Box<Self>, bool) {
        let mut folder = Folder::new(PathBuf::from(path));
        let told = folder.watch().await;
        (Box::new(Self { folder, after, taken: Vec::new() }), told)
    }

    /// Waits until there is something to look at.
    pub(super) async fn wait(&self) {
        self.folder.wait().await;
    }

    /// Whether another look, soon, may find more.
    pub(super) fn expects_soon(&self) -> bool {
        self.folder.expects_soon()
    }
}

impl Task {
    pub(super) async fn catch_up_folder(
        &self,
        watched: &mut WatchedFolder,
        progress: &Progress,
    ) -> Result<u32, Trouble> {
        loop {
            let found = self.look(&mut watched.folder).await.map_err(|error| error.trouble())?;
            let paths: Vec<PathBuf> = found.iter().map(|file| file.path.clone()).collect();
            let raws = found.into_iter().map(|file| Raw { uid: 0, file: Some(file.name), bytes: file.bytes });
            let messages = in_background(&self.core, raws.collect()).await?;
            let taken: Vec<_> = paths.into_iter().zip(messages.iter().map(|message| message.sha256)).collect();
            // A folder has no UIDs: the same bytes are the same file.
            let mut read = self.store.read().await.map_err(of_store)?;
            let mut met = BTreeSet::new();
            let mut new = Vec::with_capacity(messages.len());
            for message in messages {
                let known = read.is_delivered(&self.proof, &message.sha256).await.map_err(of_store)?;
                if !known && met.insert(message.sha256) {
                    new.push(message);
                }
            }
            drop(read);
            if !new.is_empty() {
                tell(progress, Event::Counted { of: u64::try_from(new.len()).unwrap_or(u64::MAX) });
                self.keep(Batch { uid_validity: 0, messages: new }, progress).await?;
            }
            if watched.after != AfterTaking::Leave {
                watched.taken.extend(taken);
            }
            if !watched.folder.has_more() {
                return Ok(1);
            }
        }
    }

    async fn look(&self, folder: &mut Folder) -> Result<Vec<Found>, MailError> {
        let mut looking = pin!(folder.look());
        if let Ok(found) = tokio::time::timeout(SILENT, &mut looking).await {
            return found;
        }
        tracing::warn!("a watched folder does not answer");
        let say = |troubles| self.core.say_beside(self.proof.mailbox(), Beside::Folder, troubles);
        say(vec![Trouble::FolderSilent]).await;
        let found = looking.await;
        say(Vec::new()).await;
        found
    }

    /// Moves or deletes the files that are provably kept, where that is wanted. What fails is tried again at the next turn
    /// and said; it does not stop the reception.
    pub(super) async fn put_away(&self, watched: &mut WatchedFolder) -> Result<(), Trouble> {
        let mut failed = Vec::new();
        let mut taken = std::mem::take(&mut watched.taken);
        while !taken.is_empty() {
            let some = taken.split_off(taken.len().saturating_sub(TOGETHER));
            failed.extend(self.put_some_away(some, &watched.after).await?);
        }
        let mut beside = Vec::new();
        if !failed.is_empty() {
            beside.push(Trouble::FolderNotWritable);
        }
        let left = watched.folder.left();
        if left.too_large + left.empty + left.unreadable > 0 {
            let (too_large, empty, unreadable) = (left.too_large, left.empty, left.unreadable);
            beside.push(Trouble::FilesLeft { too_large, empty, unreadable });
        }
        watched.taken = failed;
        self.core.say_beside(self.proof.mailbox(), Beside::Folder, beside).await;
        Ok(())
    }

    /// Gives those that could not be put away.
    async fn put_some_away(
        &self,
        files: Vec<(PathBuf, [u8; 32])>,
        after: &AfterTaking,
    ) -> Result<Vec<(PathBuf, [u8; 32])>, Trouble> {
        let mut read = self.store.read().await.map_err(of_store)?;
        let mut kept = Vec::with_capacity(files.len());
        for (path, sha256) in files {
            // Read back from the store and compared: what is damaged there stays in the folder.
            if read.is_kept(&self.proof, &sha256).await.map_err(of_store)? {
                kept.push((path, sha256));
            }
        }
        drop(read);
        let how = after.clone();
        let work = move || {
            let tried = kept.into_iter().map(|(path, sha256)| {
                let became = bannette_mail::put_away(&path, &sha256, &how);
                (path, sha256, became)
            });
            tried.collect::<Vec<_>>()
        };
        let tried = tokio::task::spawn_blocking(work).await.map_err(|_| Trouble::StoreFailed)?;
        let (mut gone, mut failed) = (Vec::new(), Vec::new());
        for (path, sha256, became) in tried {
            match became {
                PutAway::Done => gone.push(sha256),
                PutAway::Failed => failed.push((path, sha256)),
                // Another file took its place: it is seen at the next look.
                PutAway::Other => {}
            }
        }
        if !gone.is_empty() {
            let mut write = self.store.write().await.map_err(of_store)?;
            write.mark_put_away(&self.proof, &gone).await.map_err(of_store)?;
            let moved = matches!(after, AfterTaking::Move { .. });
            let act = Act::FilesPutAway { mailbox: self.proof.mailbox(), moved, sha256: gone };
            write.record(Author::Program, self.core.now(), &act);
            write.commit().await.map_err(of_store)?;
        }
        Ok(failed)
    }
}
