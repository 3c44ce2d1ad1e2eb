//! One program for one practice on a post: a second one started would fetch the same mail twice. It asks the first for
//! its windows instead, and ends.
//!
//! The lock is the operating system's, so that it falls with the program that held it. The request is a file: it needs
//! no port, no bus and no permission beyond the practice's folder.

use crate::window;
use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tauri::AppHandle;

const LOCK: &str = "fenetre.lock";
const SHOW: &str = "fenetre.montrer";
const OPEN: &str = "fenetre.ouvrir";
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// The right to be the program of this practice. Held for as long as it lives.
pub struct Instance {
    lock: File,
    data: PathBuf,
}

impl Instance {
    /// Takes the right, unless another program has it.
    pub fn claim(data: &Path) -> io::Result<Option<Self>> {
        std::fs::create_dir_all(data)?;
        let lock = File::options().create(true).write(true).truncate(false).open(data.join(LOCK))?;
        match lock.try_lock() {
            Ok(()) => {
                // Requests to a program that is gone.
                taken(&data.join(SHOW));
                taken(&data.join(OPEN));
                Ok(Some(Self { lock, data: data.to_owned() }))
            }
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    /// Does what later programs ask for, until this one ends.
    pub fn listen(self, app: AppHandle) {
        tauri::async_runtime::spawn(async move {
            let _held = self.lock;
            loop {
                tokio::time::sleep(LOOK_EVERY).await;
                let opened = if taken(&self.data.join(OPEN)) { window::open_further(&app) } else { Ok(()) };
                let shown = if taken(&self.data.join(SHOW)) { window::show_all(&app) } else { Ok(()) };
                if let Err(error) = opened.and(shown) {
                    tracing::warn!(%error, "a window could not be opened or shown");
                }
            }
        });
    }
}

/// Asks the program of this practice to show its windows, or to open one more.
pub fn ask(data: &Path, new_window: bool) -> io::Result<()> {
    File::create(data.join(if new_window { OPEN } else { SHOW })).map(drop)
}

/// Whether there was such a request; there is none after it.
fn taken(request: &Path) -> bool {
    std::fs::remove_file(request).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_program_a_practice_and_another_after_it() {
        let data = tempfile::tempdir().unwrap();
        let first = Instance::claim(data.path()).unwrap();
        assert!(first.is_some());
        assert!(Instance::claim(data.path()).unwrap().is_none());
        drop(first);
        assert!(Instance::claim(data.path()).unwrap().is_some());
    }

    #[test]
    fn a_request_is_taken_once_and_an_old_one_is_forgotten() {
        let data = tempfile::tempdir().unwrap();
        ask(data.path(), true).unwrap();
        assert!(taken(&data.path().join(OPEN)));
        assert!(!taken(&data.path().join(OPEN)));
        ask(data.path(), false).unwrap();
        let _instance = Instance::claim(data.path()).unwrap();
        assert!(!taken(&data.path().join(SHOW)));
    }
}
