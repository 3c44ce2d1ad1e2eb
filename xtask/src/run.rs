//! `cargo xtask run`: from a clean clone to the open window.

use crate::demo::Demo;
use crate::system::{self, Purpose};
use crate::{folders, step, ui};
use anyhow::Result;
use clap::Args;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What to open.
#[derive(Debug, Args)]
pub struct Options {
    /// Opens a ready practice with people, groups, a mailbox of every kind and some 200 invented dossiers (kept in target/demo)
    #[arg(long)]
    demo: bool,
    /// Forgets the former demonstration first
    #[arg(long, requires = "demo")]
    fresh: bool,
    /// Builds as for a release: slower to build, faster to run
    #[arg(long)]
    release: bool,
    /// Handed to the window's program
    #[arg(last = true)]
    arguments: Vec<String>,
}

/// Builds what is needed and opens the window.
pub fn run(options: &Options) -> Result<()> {
    system::prepare(Purpose::Build)?;
    ui::build()?;
    let profile = if options.release { "release" } else { "debug" };
    // Where capitals do not tell files apart, Bannette and bannette are one file: each is built when its turn comes.
    let demo = match options.demo {
        true => Some(ready(options, &build("bannette", options.release, profile)?)?),
        false => None,
    };
    let mut window = Command::new(build("Bannette", options.release, profile)?);
    if let Some(demo) = demo {
        demo.announce();
        demo.lend(&mut window);
    }
    step::run("the window is open", window.args(&options.arguments))
}

fn ready(options: &Options, bannette: &Path) -> Result<Demo> {
    let demo = Demo::at(&folders::target()?.join("demo"));
    if options.fresh {
        demo.forget()?;
    }
    demo.prepare(bannette)?;
    Ok(demo)
}

/// Builds one program. Both packages are named each time, so that what they share is built once, with what both need.
fn build(name: &str, release: bool, profile: &str) -> Result<PathBuf> {
    let mut build = vec!["build", "--package", "bannette-desktop", "--package", "bannette-cli", "--bin", name];
    if release {
        build.push("--release");
    }
    step::run(name, &mut step::cargo(&build)?)?;
    folders::program(name, profile)
}
