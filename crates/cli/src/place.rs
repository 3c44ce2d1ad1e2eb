//! Where the practice lies: its folder, its key, and the name of this post.

use crate::arguments::Common;
use crate::error::Error;
use bannette_core::{KeyPlace, Place};
use std::path::{Path, PathBuf};

/// The place that the arguments name, or the usual one of this platform.
pub fn of(common: &Common) -> Result<Place, Error> {
    let data = match &common.data {
        Some(folder) => absolute(folder)?,
        None => usual().ok_or_else(|| {
            Error::Usage("Le dossier du cabinet n’est pas connu : donnez-le avec --data ou BANNETTE_DATA.".to_owned())
        })?,
    };
    let key = match &common.key_file {
        Some(file) => KeyPlace::File(absolute(file)?),
        None => KeyPlace::KeyStore,
    };
    // What a command saves is expected where it was typed.
    let downloads = absolute(Path::new("."))?;
    Ok(Place { data, key, downloads, post: gethostname::gethostname().to_string_lossy().into_owned() })
}

/// The application data folder of this platform.
fn usual() -> Option<PathBuf> {
    dirs::data_dir().map(|folder| folder.join("bannette"))
}

/// The same path from the root, so that nothing depends on where the program stands.
pub fn absolute(path: &Path) -> Result<PathBuf, Error> {
    std::path::absolute(path).map_err(|cause| Error::Unreadable { path: path.display().to_string(), cause })
}
