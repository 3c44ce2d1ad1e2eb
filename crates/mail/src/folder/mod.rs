//! A watched folder: the files that laboratories or other programs put there. Must never follow a link, never give a file
//! that is still being written, and never change, move or remove one but those it is told to put away.

mod away;
mod check;
mod look;
mod watch;

pub use away::{PutAway, put_away};
pub use check::{is_writable, real_folder, test_folder};

use crate::{MESSAGE_CEILING, MailError};
use look::Look;
use std::collections::HashMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use watch::Watch;

/// Files given at one look.
const MOST_FILES: usize = 100;
/// Bytes given at one look; one larger file is given alone.
const MOST_BYTES: u64 = 16 * 1024 * 1024;
/// A file that looked the same over so long has stopped growing.
const SETTLED: Duration = Duration::from_secs(2);
/// A file that is empty or cannot be read over so many times that pause is told of.
const PATIENCE: u32 = 15;
/// How often there is a look when nothing is told: network drives tell nothing of what other posts write.
const LOOK_EVERY: Duration = Duration::from_secs(60);
/// What a program writes in one go comes as several events.
const GATHER: Duration = Duration::from_millis(300);

/// A file found in a watched folder.
#[derive(Clone, PartialEq, Eq)]
pub struct Found {
    /// Its name.
    pub name: String,
    /// Where it lies.
    pub path: PathBuf,
    /// All its bytes.
    pub bytes: Vec<u8>,
}

impl std::fmt::Debug for Found {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // A file's name may be a patient's.
        to.debug_struct("Found").field("bytes", &self.bytes.len()).finish_non_exhaustive()
    }
}

/// Files that lie in a folder and are not given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Left {
    /// Larger than [`MESSAGE_CEILING`]: never read into memory.
    pub too_large: u64,
    /// Empty for a while: a transfer that failed, or has not begun.
    pub empty: u64,
    /// Not readable for a while: locked by another program, or not ours to read.
    pub unreadable: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Known {
    /// Seen like that since then, and perhaps still growing.
    Seen(Look, Instant),
    /// Given to the caller.
    Given(Look),
}

/// A folder under watch. It remembers which files it gave.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    settled: Duration,
    known: HashMap<PathBuf, Known>,
    more: bool,
    /// Whether a file is expected to be complete soon.
    soon: bool,
    left: Left,
    watch: Option<Watch>,
}

impl Folder {
    /// A watch over a folder; nothing was given yet.
    #[must_use]
    pub fn new(path: PathBuf) -> Self {
        let (known, left) = (HashMap::new(), Left::default());
        Self { path, settled: SETTLED, known, more: false, soon: false, left, watch: None }
    }

    /// The same, where a file is complete that looked the same over this time.
    #[must_use]
    pub fn settled_within(self, settled: Duration) -> Self {
        Self { settled, ..self }
    }

    /// Asks the system to be told of changes; whether it does.
    pub async fn watch(&mut self) -> bool {
        let path = self.path.clone();
        // The first question to a network drive may take long.
        let watch = tokio::task::spawn_blocking(move || Watch::begin(&path)).await;
        self.watch = watch.ok().flatten();
        self.watch.is_some()
    }

    /// Looks once and gives the complete files that were not given yet, at most 100 files or 16 MiB, by name; look again
    /// while [`has_more`](Self::has_more). A file is complete when it looked the same at two looks with a pause between
    /// them. One that cannot be read now (locked by who writes it) is tried again at the next look.
    ///
    /// If this is dropped midway, files that were given before may be given again.
    ///
    /// # Errors
    /// [`MailError::FolderMissing`], [`MailError::FolderUnreadable`], [`MailError::FolderLoop`].
    pub async fn look(&mut self) -> Result<Vec<Found>, MailError> {
        let mut inner = Self::new(self.path.clone()).settled_within(self.settled);
        inner.known = std::mem::take(&mut self.known);
        let looked = tokio::task::spawn_blocking(move || {
            let found = inner.look_now();
            (inner, found)
        });
        let (inner, found) = looked.await.map_err(|_| MailError::FolderUnreadable)?;
        (self.known, self.more, self.soon, self.left) = (inner.known, inner.more, inner.soon, inner.left);
        found
    }

    /// Whether the last look left complete files for the next one.
    #[must_use]
    pub fn has_more(&self) -> bool {
        self.more
    }

    /// Whether a file should be complete, or readable, soon.
    #[must_use]
    pub fn expects_soon(&self) -> bool {
        self.soon
    }

    /// The files that the last look left for good or for now.
    #[must_use]
    pub fn left(&self) -> Left {
        self.left
    }

    /// Waits until there is something to look at: a change that the system tells, a file that should be complete by now, or
    /// a minute over.
    pub async fn wait(&self) {
        if self.soon {
            return tokio::time::sleep(self.settled).await;
        }
        let changed = async {
            match &self.watch {
                Some(watch) => watch.changed().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = changed => tokio::time::sleep(GATHER).await,
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
    }

    fn look_now(&mut self) -> Result<Vec<Found>, MailError> {
        let files = look::list(&self.path)?;
        let now = Instant::now();
        let mut known = HashMap::with_capacity(files.len());
        let mut found: Vec<Found> = Vec::new();
        let mut bytes = 0_u64;
        for (path, look) in files {
            let mut state = match self.known.get(&path) {
                Some(Known::Given(given)) if *given == look => Known::Given(look),
                Some(Known::Seen(seen, since)) if *seen == look => Known::Seen(look, *since),
                _ => Known::Seen(look, now),
            };
            if let Known::Seen(_, since) = state {
                let rests = now.duration_since(since);
                if look.size > MESSAGE_CEILING {
                    self.left.too_large += 1;
                } else if rests < self.settled {
                    self.soon = true;
                } else if look.size == 0 {
                    self.left.empty += u64::from(rests >= self.settled * PATIENCE);
                } else if !found.is_empty() && (found.len() >= MOST_FILES || bytes + look.size > MOST_BYTES) {
                    self.more = true;
                } else if let Some((name, read)) = path.file_name().zip(look::read(&path, look)) {
                    bytes += look.size;
                    found.push(Found { name: name.to_string_lossy().into_owned(), path: path.clone(), bytes: read });
                    state = Known::Given(look);
                } else if rests < self.settled * PATIENCE {
                    self.soon = true;
                } else {
                    self.left.unreadable += 1;
                }
            }
            known.insert(path, state);
        }
        // Files that are gone are forgotten.
        self.known = known;
        Ok(found)
    }
}
