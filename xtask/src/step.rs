//! Runs the programs that the tasks are made of, and says which and for how long.

use crate::folders;
use anyhow::{Context, Result, bail};
use std::process::{Command, Stdio};
use std::time::Instant;

/// A cargo command in the repository.
///
/// Without the variables that the outer `cargo run` sets for xtask itself: a build script that reads one would see
/// another value than in a build typed by hand, and everything after it would be built again.
pub fn cargo(arguments: &[&str]) -> Result<Command> {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        let of_xtask = ["CARGO_PKG_", "CARGO_BIN_", "CARGO_MANIFEST_"].iter().any(|start| text.starts_with(start));
        if of_xtask || text == "CARGO_CRATE_NAME" || text == "OUT_DIR" {
            command.env_remove(&name);
        }
    }
    command.args(arguments).current_dir(folders::root()?);
    Ok(command)
}

/// Any other program, in the repository.
pub fn program(name: &str, arguments: &[&str]) -> Result<Command> {
    let mut command = Command::new(name);
    command.args(arguments).current_dir(folders::root()?);
    Ok(command)
}

/// Runs it, says so, and fails when it fails.
pub fn run(what: &str, command: &mut Command) -> Result<()> {
    eprintln!("\n==> {what}");
    let begin = Instant::now();
    let status = command.status().with_context(|| format!("cannot start {}", name_of(command)))?;
    let took = begin.elapsed().as_secs_f64();
    if !status.success() {
        bail!("{what}: {} ended with {status} after {took:.1} s", name_of(command));
    }
    eprintln!("<== {what}: {took:.1} s");
    Ok(())
}

/// Runs it in silence and gives what it wrote, or nothing when it failed or is not there.
pub fn answer(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Whether it runs and succeeds, in silence.
pub fn succeeds(command: &mut Command) -> bool {
    answer(command).is_some()
}

fn name_of(command: &Command) -> String {
    command.get_program().to_string_lossy().into_owned()
}
