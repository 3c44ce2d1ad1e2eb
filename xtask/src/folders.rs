//! Where things stand.

use anyhow::{Context, Result};
use std::env;
use std::path::{Path, PathBuf};

/// The repository.
pub fn root() -> Result<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    Ok(here.parent().context("xtask stands in the repository")?.to_owned())
}

/// Where cargo builds.
pub fn target() -> Result<PathBuf> {
    let root = root()?;
    Ok(env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |folder| root.join(folder)))
}

/// A program of the workspace, built for this machine.
pub fn program(name: &str, profile: &str) -> Result<PathBuf> {
    Ok(target()?.join(profile).join(format!("{name}{}", env::consts::EXE_SUFFIX)))
}
