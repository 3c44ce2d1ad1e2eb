//! Where the practice lies on this post: as the arguments say, or where the command line looks for it as well.

use crate::arguments::Arguments;
use bannette_core::{KeyPlace, Place};
use std::error::Error;
use std::path::{PathBuf, absolute};
use tauri::{App, Manager};

/// The place that the arguments name, or the usual one of this platform.
pub fn of(app: &App, arguments: &Arguments) -> Result<Place, Box<dyn Error>> {
    let data = match &arguments.data {
        Some(folder) => absolute(folder)?,
        None => app.path().data_dir()?.join("bannette"),
    };
    let key = match &arguments.key_file {
        Some(file) => KeyPlace::File(absolute(file)?),
        None => KeyPlace::KeyStore,
    };
    let downloads = match &arguments.downloads {
        Some(folder) => absolute(folder)?,
        None => usual_downloads(app)?,
    };
    Ok(Place { data, key, downloads, post: gethostname::gethostname().to_string_lossy().into_owned() })
}

/// A post without desktop folders has a home all the same.
fn usual_downloads(app: &App) -> tauri::Result<PathBuf> {
    app.path().download_dir().or_else(|_| app.path().home_dir())
}
