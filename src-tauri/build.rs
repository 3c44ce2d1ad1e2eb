//! Prepares the shell: the permissions of the web view come from the same table as the calls.

use std::error::Error;
use std::path::Path;
use tauri_build::{AppManifest, Attributes};

/// Stands in for the screens, so that the shell can be checked before they were built.
const NO_SCREENS: &str = "<!doctype html><html lang=\"fr\"><title>Bannette</title><p>cargo xtask ui</p></html>\n";

/// What a page may say about its own window, beside the calls.
const OF_THE_WINDOW: [&str; 2] = ["hold_window", "close_window"];

fn main() -> Result<(), Box<dyn Error>> {
    let screens = Path::new("ui/dist");
    if !screens.join("index.html").exists() {
        std::fs::create_dir_all(screens)?;
        std::fs::write(screens.join("index.html"), NO_SCREENS)?;
    }
    // Cargo follows the files that were embedded; a new file among them would go unseen.
    println!("cargo:rerun-if-changed=ui/dist");
    println!("cargo:rerun-if-changed=src-tauri/capabilities");
    let commands: Vec<&str> = bannette_api::calls::NAMES.iter().chain(&OF_THE_WINDOW).copied().collect();
    // The build lives no longer than its list.
    let manifest = AppManifest::new().commands(commands.leak());
    let attributes =
        Attributes::new().capabilities_path_pattern("src-tauri/capabilities/**/*.json").app_manifest(manifest);
    Ok(tauri_build::try_build(attributes)?)
}
