//! The operating system's key store: Windows Credential Manager, macOS Keychain, Secret Service. It holds the practice's
//! secret, and beside it what its mailboxes sign in with.

use crate::StoreError;
use crate::keys::hex;
use bannette_api::failure::StoreTrouble;
use sha2::{Digest, Sha256};
use std::path::Path;
use zeroize::Zeroizing;

const PRACTICE: &str = "fr.bannette.store";
const MAILBOX: &str = "fr.bannette.mailbox";
/// Bytes of one entry. Windows takes 2,560 (`CRED_MAX_CREDENTIAL_BLOB_SIZE`), a certificate with its chain has more.
const PART: usize = 2048;

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

fn entry(service: &str, account: &str) -> Result<keyring::Entry, StoreError> {
    keyring::Entry::new(service, account).map_err(closed)
}

fn closed(error: keyring::Error) -> StoreError {
    match error {
        keyring::Error::NoEntry => StoreError::Trouble(StoreTrouble::NoKey),
        _ => StoreError::Trouble(StoreTrouble::KeyStoreClosed),
    }
}
