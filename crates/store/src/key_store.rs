//! The operating system's key store: Windows Credential Manager, macOS Keychain, Secret Service. It holds the practice's
//! secret, and beside it what its mailboxes sign in with.

use crate::StoreError;
use crate::keys::hex;
use bannette_api::failure::StoreTrouble;
use sha2::{Digest, Sha256};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{OnceLock, mpsc};
use std::time::Duration;
use tokio::sync::oneshot;
use zeroize::Zeroizing;

const PRACTICE: &str = "fr.bannette.store";
const MAILBOX: &str = "fr.bannette.mailbox";
/// Bytes of one entry. Windows takes 2,560 (`CRED_MAX_CREDENTIAL_BLOB_SIZE`), a certificate with its chain has more.
const PART: usize = 2048;
/// How long an answer is waited for: somebody may have to type the key store's password first.
const PATIENCE: Duration = Duration::from_secs(20);

/// The entries of one practice.
#[derive(Clone, Debug)]
pub(crate) struct KeyStore {
    /// One name for each folder, so that two practices on one post share nothing.
    practice: String,
}

impl KeyStore {
    /// The entries of the practice in `data`.
    pub(crate) fn of(data: &Path) -> Self {
        let folder = data.canonicalize().unwrap_or_else(|_| data.to_path_buf());
        let digest = Sha256::digest(folder.to_string_lossy().as_bytes());
        Self { practice: hex(digest.as_slice().get(..8).unwrap_or_default()) }
    }

    /// Keeps the practice's secret.
    pub(crate) fn put_practice(&self, secret: &[u8]) -> Result<(), StoreError> {
        entry(PRACTICE, &self.practice)?.set_secret(secret).map_err(closed)
    }

    /// The practice's secret.
    pub(crate) fn practice(&self) -> Result<Zeroizing<Vec<u8>>, StoreError> {
        entry(PRACTICE, &self.practice)?.get_secret().map(Zeroizing::new).map_err(closed)
    }

    /// In how many parts a secret of that many bytes is kept.
    pub(crate) fn parts(bytes: usize) -> usize {
        bytes.div_ceil(PART).max(1)
    }

    fn part(&self, name: &str, part: usize) -> Result<keyring::Entry, StoreError> {
        entry(MAILBOX, &format!("{}/{name}/{part}", self.practice))
    }

    /// Keeps a secret under a new name.
    pub(crate) fn put(&self, name: &str, secret: &[u8]) -> Result<(), StoreError> {
        for part in 0..Self::parts(secret.len()) {
            let bytes = secret.chunks(PART).nth(part).unwrap_or_default();
            self.part(name, part)?.set_secret(bytes).map_err(closed)?;
        }
        Ok(())
    }

    /// The secret of that name; nothing where somebody took it away.
    pub(crate) fn get(&self, name: &str, parts: usize) -> Result<Option<Zeroizing<Vec<u8>>>, StoreError> {
        let mut secret = Zeroizing::new(Vec::with_capacity(parts.saturating_mul(PART)));
        for part in 0..parts {
            match self.part(name, part)?.get_secret() {
                Ok(bytes) => secret.extend_from_slice(&Zeroizing::new(bytes)),
                Err(keyring::Error::NoEntry) => return Ok(None),
                Err(error) => return Err(closed(error)),
            }
        }
        Ok(Some(secret))
    }

    /// Takes a secret away. One that is not there is no failure.
    pub(crate) fn remove(&self, name: &str, parts: usize) -> Result<(), StoreError> {
        for part in 0..parts {
            match self.part(name, part)?.delete_credential() {
                Ok(()) | Err(keyring::Error::NoEntry) => {}
                Err(error) => return Err(closed(error)),
            }
        }
        Ok(())
    }
}

type Question = Box<dyn FnOnce() + Send>;

/// Asks the key store, on the one thread that does. It may show a person that it is locked and waits for them without an
/// end: whoever asked goes on after [`PATIENCE`], and what nobody waits for any more is not asked.
pub(crate) async fn ask<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    let (answer, answered) = oneshot::channel();
    let question = move || {
        if !answer.is_closed() && answer.send(work()).is_err() {
            tracing::debug!("the key store answered when nobody waited any more");
        }
    };
    let silent = StoreError::Trouble(StoreTrouble::KeyStoreClosed);
    let Some(asking) = asking() else { return Err(silent) };
    if asking.send(Box::new(question)).is_err() {
        return Err(silent);
    }
    match tokio::time::timeout(PATIENCE, answered).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(_)) | Err(_) => Err(silent),
    }
}

fn asking() -> Option<&'static mpsc::Sender<Question>> {
    static ASKING: OnceLock<Option<mpsc::Sender<Question>>> = OnceLock::new();
    let start = || {
        let (sender, questions) = mpsc::channel::<Question>();
        let work = move || {
            for question in questions {
                if catch_unwind(AssertUnwindSafe(question)).is_err() {
                    tracing::error!("the key store's library failed");
                }
            }
        };
        let thread = std::thread::Builder::new().name("key store".to_owned()).spawn(work);
        thread.is_ok().then_some(sender)
    };
    ASKING.get_or_init(start).as_ref()
}

fn entry(service: &str, account: &str) -> Result<keyring::Entry, StoreError> {
    keyring::Entry::new(service, account).map_err(closed)
}

fn closed(error: keyring::Error) -> StoreError {
    match error {
        keyring::Error::NoEntry => StoreError::Trouble(StoreTrouble::NoKey),
        _ => StoreError::Trouble(StoreTrouble::KeyStoreClosed),
    }
}
