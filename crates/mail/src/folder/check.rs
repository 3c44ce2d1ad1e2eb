//! Whether a folder may be a source: looked at before it is one, and in the connection test.

use super::look::{list, of_folder};
use crate::MailError;
use bannette_api::connection::{ConnectionReport, ConnectionStep, StepName};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Where a folder really is, if it can be listed.
///
/// # Errors
/// [`MailError::FolderMissing`], [`MailError::FolderLoop`], [`MailError::FolderUnreadable`] (also when it is no folder).
pub fn real_folder(path: &Path) -> Result<PathBuf, MailError> {
    let real = path.canonicalize().map_err(|error| of_folder(&error))?;
    fs::read_dir(&real).map_err(|error| of_folder(&error))?;
    Ok(real)
}

/// Whether files can be made and removed in a folder: tried with one of our own, which stays hidden.
#[must_use]
pub fn is_writable(folder: &Path) -> bool {
    for number in 0..100_u32 {
        let trial = folder.join(format!(".bannette-essai-{}-{number}.tmp", std::process::id()));
        match File::options().write(true).create_new(true).open(&trial) {
            Ok(_) => return fs::remove_file(&trial).is_ok(),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(_) => return false,
        }
    }
    false
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
