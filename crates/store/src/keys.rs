//! The practice's keys: one random secret of 256 bits, kept by the operating system or in a file that only its owner
//! can read, and the two keys derived from it: the cipher's and the journal's.

use crate::StoreError;
use crate::key_store::{self, KeyStore};
use bannette_api::failure::StoreTrouble;
use hkdf::Hkdf;
use sha2::Sha256;
use std::fmt;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use zeroize::{ZeroizeOnDrop, Zeroizing};

/// Where the practice's secret is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyPlace {
    /// The operating system's key store.
    KeyStore,
    /// A file, for posts without a key store.
    File(PathBuf),
}

/// The keys of a store. They print as `***`.
#[derive(Clone, ZeroizeOnDrop)]
pub struct Keys {
    cipher: [u8; 32],
    journal: [u8; 32],
    check: [u8; 16],
    /// Where this post keeps its other secrets; nothing on a post that has its key in a file.
    #[zeroize(skip)]
    key_store: Option<KeyStore>,
}

impl fmt::Debug for Keys {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("***")
    }
}

impl Keys {
    /// Derives the keys from the practice's secret (HKDF-SHA256, RFC 5869).
    fn derive(secret: &[u8; 32], place: &KeyPlace, data: &Path) -> Result<Self, StoreError> {
        let key_store = (*place == KeyPlace::KeyStore).then(|| KeyStore::of(data));
        let hkdf = Hkdf::<Sha256>::new(Some(b"bannette store 1"), secret);
        let mut keys = Self { cipher: [0; 32], journal: [0; 32], check: [0; 16], key_store };
        let expanded = hkdf
            .expand(b"cipher", &mut keys.cipher)
            .and_then(|()| hkdf.expand(b"journal", &mut keys.journal))
            .and_then(|()| hkdf.expand(b"check", &mut keys.check));
        expanded.map_err(|_| StoreError::Content("a key of the wrong length"))?;
        Ok(keys)
    }

    /// Makes a new secret for the practice in `data`, keeps it in `place`, and gives its keys.
    ///
    /// # Errors
    /// When the place cannot keep it, or (a file) holds something already.
    pub fn create(place: &KeyPlace, data: &Path) -> Result<Self, StoreError> {
        let mut secret = Zeroizing::new([0u8; 32]);
        getrandom::fill(secret.as_mut()).map_err(|_| StoreError::Content("no randomness"))?;
        match place {
            KeyPlace::KeyStore => KeyStore::of(data).put_practice(secret.as_ref())?,
            KeyPlace::File(path) => write_secret(path, &secret)?,
        }
        Self::derive(&secret, place, data)
    }

    /// Reads the secret of the practice in `data` and gives its keys.
    ///
    /// # Errors
    /// When there is none, or the place does not answer.
    pub fn load(place: &KeyPlace, data: &Path) -> Result<Self, StoreError> {
        let mut secret = Zeroizing::new([0u8; 32]);
        match place {
            KeyPlace::KeyStore => {
                let kept = KeyStore::of(data).practice()?;
                let kept: &[u8; 32] =
                    kept.as_slice().try_into().map_err(|_| StoreError::Trouble(StoreTrouble::WrongKey))?;
                secret.copy_from_slice(kept);
            }
            KeyPlace::File(path) => read_secret(path, &mut secret)?,
        }
        Self::derive(&secret, place, data)
    }

    /// As [`Keys::create`], where the key store may take its time.
    ///
    /// # Errors
    /// As there, and when it did not answer.
    pub async fn create_in_time(place: &KeyPlace, data: &Path) -> Result<Self, StoreError> {
        in_time(place, data, Self::create).await
    }

    /// As [`Keys::load`], where the key store may take its time.
    ///
    /// # Errors
    /// As there, and when it did not answer.
    pub async fn load_in_time(place: &KeyPlace, data: &Path) -> Result<Self, StoreError> {
        in_time(place, data, Self::load).await
    }

    /// The cipher's key, as SQLCipher's `pragma key` takes it: a blob literal, so that no passphrase derivation is done.
    pub(crate) fn pragma(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("\"x'{}'\"", hex(&self.cipher)))
    }

    /// The journal's key.
    pub(crate) fn journal(&self) -> &[u8; 32] {
        &self.journal
    }

    /// Where this post keeps its other secrets; nothing on a post that has its key in a file.
    pub(crate) fn key_store(&self) -> Option<&KeyStore> {
        self.key_store.as_ref()
    }

    /// A mark of these keys that says nothing about them: it tells a wrong key from a damaged file.
    pub(crate) fn check(&self) -> String {
        hex(&self.check)
    }
}

async fn in_time(
    place: &KeyPlace,
    data: &Path,
    work: fn(&KeyPlace, &Path) -> Result<Keys, StoreError>,
) -> Result<Keys, StoreError> {
    match place {
        KeyPlace::File(_) => work(place, data),
        KeyPlace::KeyStore => {
            let (place, data) = (place.clone(), data.to_path_buf());
            key_store::ask(move || work(&place, &data)).await
        }
    }
}

/// Hexadecimal digits, lower case.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing into a String cannot fail.
        let _written = write!(text, "{byte:02x}");
        text
    })
}

fn write_secret(path: &Path, secret: &[u8; 32]) -> Result<(), StoreError> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut file = options.open(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => StoreError::Exists,
        _ => error.into(),
    })?;
    let text = Zeroizing::new(format!("{}\n", hex(secret)));
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    Ok(())
}

fn read_secret(path: &Path, secret: &mut [u8; 32]) -> Result<(), StoreError> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => Zeroizing::new(text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(StoreError::Trouble(StoreTrouble::NoKey));
        }
        Err(error) if error.kind() == std::io::ErrorKind::InvalidData => {
            return Err(StoreError::Trouble(StoreTrouble::WrongKey));
        }
        Err(error) => return Err(error.into()),
    };
    let digits = text.trim();
    let wrong = StoreError::Trouble(StoreTrouble::WrongKey);
    if digits.len() != 64 || !digits.is_ascii() {
        return Err(wrong);
    }
    for (byte, pair) in secret.iter_mut().zip(digits.as_bytes().chunks(2)) {
        let pair = std::str::from_utf8(pair).map_err(|_| StoreError::Trouble(StoreTrouble::WrongKey))?;
        *byte = u8::from_str_radix(pair, 16).map_err(|_| StoreError::Trouble(StoreTrouble::WrongKey))?;
    }
    Ok(())
}
