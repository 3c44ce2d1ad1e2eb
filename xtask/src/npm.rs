//! The one thing that comes by npm: axe-core, which holds every screen against WCAG.

use crate::{folders, step};
use anyhow::{Result, bail};
use std::fs;
use std::path::PathBuf;

/// The version that the screens were held against. A newer one may find more: raise it on purpose.
const AXE: &str = "4.14.1";

/// The script to inject, fetched when it is not there in this version.
pub fn axe() -> Result<PathBuf> {
    let folder = folders::target()?.join("npm");
    let package = folder.join("node_modules").join("axe-core");
    let script = package.join("axe.min.js");
    let version = format!("\"version\": \"{AXE}\"");
    let present = fs::read_to_string(package.join("package.json")).is_ok_and(|text| text.contains(&version));
    if present && script.exists() {
        return Ok(script);
    }
    fs::create_dir_all(&folder)?;
    let prefix = folder.to_string_lossy().into_owned();
    let package = format!("axe-core@{AXE}");
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let install =
        ["install", "--no-save", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", &prefix, &package];
    step::run("axe-core", &mut step::program(npm, &install)?)?;
    if !script.exists() {
        bail!("npm left no {}", script.display());
    }
    Ok(script)
}
