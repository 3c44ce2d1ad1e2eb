//! `cargo xtask ci`: the gates. With `cargo xtask test`, all that the continuous integration asks.

use crate::system::{self, Purpose};
use crate::{folders, step, ui};
use anyhow::{Context, Result, bail};
use clap::Args;
use std::path::PathBuf;

/// The largest module that the window may have to load at its start: docs/decisions/0007.
const MODULE_LIMIT: u64 = 1_000_000;

/// The tool that reads deny.toml, and its version: its rules change between versions.
const DENY: (&str, &str) = ("cargo-deny", "0.20.2");

/// Which gates.
#[derive(Debug, Args)]
pub struct Options {
    /// Leaves out the gates that need the network (licences and sources of what is depended on)
    #[arg(long)]
    offline: bool,
}

/// A gate's name and what it does.
type Gate = (&'static str, fn() -> Result<()>);

const GATES: &[Gate] = &[
    ("format", format),
    ("size of the screens", size),
    ("lints", lints),
    ("documentation", documentation),
    ("dependencies", deny),
];

/// Holds the code against every gate. One that is closed hides no other.
pub fn run(options: &Options) -> Result<()> {
    // With npm, which makes the module of the screens smaller: its size is a gate.
    system::prepare(Purpose::Test)?;
    system::compiler_tools()?;
    ui::build()?;
    let mut closed = Vec::new();
    for (name, gate) in GATES.iter().filter(|(name, _)| !options.offline || *name != "dependencies") {
        if let Err(error) = gate() {
            eprintln!("*** {name}: {error:#}");
            closed.push(*name);
        }
    }
    if closed.is_empty() { Ok(()) } else { bail!("closed: {}", closed.join(", ")) }
}

fn format() -> Result<()> {
    step::run("format", &mut step::cargo(&["fmt", "--all", "--check"])?)
}

fn documentation() -> Result<()> {
    let mut documentation = step::cargo(&["doc", "--workspace", "--no-deps", "--document-private-items"])?;
    step::run("documentation", documentation.env("RUSTDOCFLAGS", "-D warnings"))
}

fn size() -> Result<()> {
    let modules = ui::modules()?;
    let first = modules.iter().find(|(name, _)| name == ui::MODULE);
    let (name, size) = first.with_context(|| format!("{} is not there", ui::MODULE))?;
    if *size >= MODULE_LIMIT {
        bail!("{name} has {size} bytes: {MODULE_LIMIT} is the limit of what the start loads");
    }
    if modules.len() == 1 {
        bail!("{name} stands alone: nothing is left to be loaded later");
    }
    eprintln!("<== {} (the first: of {} kB)", ui::sizes(&modules), MODULE_LIMIT / 1000);
    Ok(())
}

fn lints() -> Result<()> {
    let clippy = ["clippy", "--workspace", "--all-targets", "--keep-going", "--", "-D", "warnings"];
    step::run("lints", &mut step::cargo(&clippy)?)?;
    // The screens are another program where they run: what is only compiled there is looked at there.
    let screens = ["clippy", "--package", "bannette-ui", "--package", "bannette-api"];
    let wasm = ["--target", "wasm32-unknown-unknown", "--", "-D", "warnings"];
    step::run("lints of the screens", &mut step::cargo(&[&screens[..], &wasm[..]].concat())?)
}

/// Licences, sources and who may depend on what; known weaknesses where their list can be reached.
fn deny() -> Result<()> {
    let program = deny_program()?.to_string_lossy().into_owned();
    let deny = |arguments: &[&str]| step::program(&program, &[&["--workspace", "--all-features"], arguments].concat());
    step::run("licences and sources", &mut deny(&["check", "bans", "licenses", "sources"])?)?;
    if step::run("list of known weaknesses", &mut deny(&["fetch", "db"])?).is_err() {
        eprintln!("warning: the list of known weaknesses cannot be reached: this gate was left out");
        return Ok(());
    }
    step::run("known weaknesses", &mut deny(&["check", "--disable-fetch", "advisories"])?)
}

fn deny_program() -> Result<PathBuf> {
    let (name, version) = DENY;
    let tools = folders::target()?.join("tools");
    let program = tools.join("bin").join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    let path = program.to_string_lossy().into_owned();
    let present = step::answer(&mut step::program(&path, &["--version"])?).is_some_and(|text| text.contains(version));
    if !present {
        let root = tools.to_string_lossy().into_owned();
        // Unoptimised: it reads one file list for two seconds, and its own build is what takes time.
        let install = ["install", "--locked", "--debug", "--root", &root, "--version", version, name];
        step::run("installing cargo-deny", &mut step::cargo(&install)?)?;
    }
    Ok(program)
}
