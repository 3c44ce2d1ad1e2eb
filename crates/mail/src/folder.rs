//! A watched folder: the files that laboratories or other programs put there. Must never change, move or remove a file,
//! never follow a link, never give a file that is still being written.

use crate::MailError;
use bannette_api::connection::{ConnectionReport, ConnectionStep, StepName};
use std::collections::HashMap;
use std::fs::{self, DirEntry, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

/// Files given at one look.
const MOST_FILES: usize = 100;
/// Bytes given at one look; one larger file is given alone.
const MOST_BYTES: u64 = 16 * 1024 * 1024;
/// The largest file that is taken.
const LARGEST: u64 = 256 * 1024 * 1024;
/// A file that has not changed for so long is complete.
const SETTLED: Duration = Duration::from_secs(2);

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

/// How a file looked: another size or time of change is another file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Look {
    size: u64,
    changed: SystemTime,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Known {
    /// Seen, and perhaps still growing.
    Seen(Look),
    /// Given to the caller, or too large for ever.
    Settled(Look),
}

/// A folder under watch. It remembers which files it gave.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    known: HashMap<PathBuf, Known>,
    more: bool,
}

impl Folder {
    /// A watch over a folder; nothing was given yet.
    #[must_use]
    pub fn new(path: PathBuf) -> Self {
        Self { path, known: HashMap::new(), more: false }
    }

    /// Looks once and gives the complete files that were not given yet, at most 100 files or 16 MiB, by name; look again
    /// while [`has_more`](Self::has_more). A file that cannot be read now (locked by who writes it) is tried again at the
    /// next look.
    ///
    /// If this is dropped midway, files that were given before may be given again.
    ///
    /// # Errors
    /// [`MailError::FolderMissing`], [`MailError::FolderUnreadable`].
    pub async fn look(&mut self) -> Result<Vec<Found>, MailError> {
        let mut watch = Self { path: self.path.clone(), known: std::mem::take(&mut self.known), more: false };
        let looked = tokio::task::spawn_blocking(move || {
            let found = watch.look_now();
            (watch, found)
        });
        let (watch, found) = looked.await.map_err(|_| MailError::FolderUnreadable)?;
        *self = watch;
        found
    }

    /// Whether the last look left complete files for the next one.
    #[must_use]
    pub fn has_more(&self) -> bool {
        self.more
    }

    fn look_now(&mut self) -> Result<Vec<Found>, MailError> {
        let mut files = list(&self.path)?;
        files.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        self.more = false;

        let now = SystemTime::now();
        let mut known = HashMap::with_capacity(files.len());
        let mut found = Vec::new();
        let mut bytes = 0_u64;
        for (path, look) in files {
            let before = self.known.get(&path).copied();
            let mut after = before.filter(|known| *known == Known::Settled(look)).unwrap_or(Known::Seen(look));
            if after == Known::Seen(look) && is_complete(before, look, now) {
                if look.size > LARGEST {
                    tracing::warn!(size = look.size, "a file is too large to be taken");
                    after = Known::Settled(look);
                } else if !found.is_empty() && (found.len() >= MOST_FILES || bytes + look.size > MOST_BYTES) {
                    self.more = true;
                } else if let Some(file) = read(&path, look) {
                    bytes += look.size;
                    found.push(file);
                    after = Known::Settled(look);
                }
            }
            known.insert(path, after);
        }
        // Files that are gone are forgotten.
        self.known = known;
        Ok(found)
    }
}

/// Looks at a folder once, and reads nothing.
#[must_use]
pub fn test_folder(path: &Path) -> ConnectionReport {
    let start = Instant::now();
    let listed = list(path);
    let step = ConnectionStep {
        step: StepName::Folder,
        milliseconds: u32::try_from(start.elapsed().as_millis()).unwrap_or(u32::MAX),
        trouble: listed.as_ref().err().map(MailError::trouble),
        detail: None,
    };
    let messages = listed.ok().and_then(|files| u64::try_from(files.len()).ok());
    ConnectionReport { steps: vec![step], messages, quota: None, certificate: None }
}

fn is_complete(before: Option<Known>, look: Look, now: SystemTime) -> bool {
    // A time of change in the future (clocks of network drives) says nothing: then two equal looks decide.
    let rests = now.duration_since(look.changed).is_ok_and(|rest| rest >= SETTLED);
    rests || before == Some(Known::Seen(look))
}

fn list(folder: &Path) -> Result<Vec<(PathBuf, Look)>, MailError> {
    let entries = fs::read_dir(folder).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => MailError::FolderMissing,
        _ => MailError::FolderUnreadable,
    })?;
    let mut files = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|_| MailError::FolderUnreadable)?;
        if let Some(look) = look_at(&entry) {
            files.push((entry.path(), look));
        }
    }
    Ok(files)
}

/// How a file looks, if it is one to be taken.
fn look_at(entry: &DirEntry) -> Option<Look> {
    if is_passing(&entry.file_name().to_string_lossy()) {
        return None;
    }
    // Does not follow links.
    let about = entry.metadata().ok()?;
    if !about.is_file() || is_hidden(&about) {
        return None;
    }
    Some(Look { size: about.len(), changed: about.modified().ok()? })
}

/// Names that programs give to what is not finished or not theirs to show.
fn is_passing(name: &str) -> bool {
    let name = name.to_lowercase();
    let ends = [".tmp", ".part", ".partial", ".crdownload", ".filepart"];
    name.starts_with('.') || name.starts_with("~$") || ends.iter().any(|end| name.ends_with(end))
}

#[cfg(windows)]
fn is_hidden(about: &fs::Metadata) -> bool {
    use std::os::windows::fs::MetadataExt as _;
    const HIDDEN_OR_SYSTEM: u32 = 0x2 | 0x4;
    about.file_attributes() & HIDDEN_OR_SYSTEM != 0
}

#[cfg(not(windows))]
fn is_hidden(_about: &fs::Metadata) -> bool {
    false
}

/// Reads a file, if it can be read now and is still the one that was looked at.
fn read(path: &Path, look: Look) -> Option<Found> {
    let bytes =
        read_whole(path, look).inspect_err(|error| tracing::debug!(kind = ?error.kind(), "a file waits")).ok()?;
    let after = fs::symlink_metadata(path).ok()?;
    let same = after.is_file() && after.len() == look.size && after.modified().ok() == Some(look.changed);
    let name = path.file_name()?.to_string_lossy().into_owned();
    let whole = u64::try_from(bytes.len()).is_ok_and(|size| size == look.size);
    (same && whole).then(|| Found { name, path: path.to_owned(), bytes })
}

fn read_whole(path: &Path, look: Look) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(usize::try_from(look.size).unwrap_or_default());
    // One byte more than there should be shows a file that grew.
    File::open(path)?.take(look.size + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}
