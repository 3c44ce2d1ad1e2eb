//! One look at a folder: which files lie there, how they look, and their bytes. Follows no link, goes into no sub-folder.

use crate::MailError;
use std::fs::{self, DirEntry, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// How a file looked: another size or time of change is another file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Look {
    pub(super) size: u64,
    changed: SystemTime,
}

/// The files of a folder that may be taken, by path.
pub(super) fn list(folder: &Path) -> Result<Vec<(PathBuf, Look)>, MailError> {
    let entries = fs::read_dir(folder).map_err(|error| of_folder(&error))?;
    let mut files = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|_| MailError::FolderUnreadable)?;
        if let Some(look) = look_at_entry(&entry) {
            files.push((entry.path(), look));
        }
    }
    files.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
    Ok(files)
}

/// What an error of opening a folder means.
pub(super) fn of_folder(error: &io::Error) -> MailError {
    match error.kind() {
        io::ErrorKind::NotFound => MailError::FolderMissing,
        _ if is_loop(error) => MailError::FolderLoop,
        _ => MailError::FolderUnreadable,
    }
}

/// `ErrorKind::FilesystemLoop` is not stable: the systems' own numbers (ELOOP, ERROR_CANT_RESOLVE_FILENAME).
fn is_loop(error: &io::Error) -> bool {
    let number = if cfg!(windows) {
        1921
    } else if cfg!(target_os = "linux") {
        40
    } else {
        62
    };
    error.raw_os_error() == Some(number)
}

/// How a file looks, if it is one to be taken.
fn look_at_entry(entry: &DirEntry) -> Option<Look> {
    if is_passing(&entry.file_name().to_string_lossy()) {
        return None;
    }
    // Does not follow links.
    look_of(&entry.metadata().ok()?)
}

/// How the file at this path looks now.
pub(super) fn look_at(path: &Path) -> Option<Look> {
    look_of(&fs::symlink_metadata(path).ok()?)
}

fn look_of(about: &fs::Metadata) -> Option<Look> {
    if !about.is_file() || is_hidden(about) {
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

/// All bytes of a file, if it can be read now and is still the one that was looked at.
pub(super) fn read(path: &Path, look: Look) -> Option<Vec<u8>> {
    let whole = read_whole(path, look);
    let bytes = whole.inspect_err(|error| tracing::debug!(kind = ?error.kind(), "a file waits")).ok()?;
    let whole = u64::try_from(bytes.len()).is_ok_and(|size| size == look.size);
    (whole && look_at(path) == Some(look)).then_some(bytes)
}

fn read_whole(path: &Path, look: Look) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(usize::try_from(look.size).unwrap_or_default());
    // One byte more than there should be shows a file that grew.
    open(path)?.take(look.size + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Opens a file to read it. On Windows this fails while another program has it open for writing.
#[cfg(windows)]
pub(super) fn open(path: &Path) -> io::Result<File> {
    use std::os::windows::fs::OpenOptionsExt as _;
    const OTHERS_MAY_READ: u32 = 0x1;
    File::options().read(true).share_mode(OTHERS_MAY_READ).open(path)
}

/// Opens a file to read it.
#[cfg(not(windows))]
pub(super) fn open(path: &Path) -> io::Result<File> {
    File::open(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_file_that_changed_since_it_was_looked_at_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.hpr");
        fs::write(&path, b"first").unwrap();
        let look = look_at(&path).unwrap();
        assert_eq!(read(&path, look).as_deref(), Some(&b"first"[..]));
        // As long as before, and written meanwhile.
        fs::write(&path, b"other").unwrap();
        File::options()
            .write(true)
            .open(&path)
            .unwrap()
            .set_modified(SystemTime::now() + Duration::from_secs(5))
            .unwrap();
        assert_eq!(read(&path, look), None);
        fs::write(&path, b"longer than before").unwrap();
        assert_eq!(read(&path, look), None);
    }
}
