//! `cargo xtask fuzz`: coverage-guided fuzzing of everything that reads what comes from outside, with an ordinary compiler.
//!
//! The seeds in fuzz/corpus are part of the project; what a run finds beyond them lies in the target folder. An input
//! that breaks something is kept there too, and the run fails.

use crate::{folders, step, system};
use anyhow::{Context, Result, bail};
use clap::Args;
use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::Instant;

/// The targets of fuzz/src/main.rs, and the longest input each is given.
const TARGETS: &[(&str, u32)] = &[
    ("message", 65_536),
    ("hprim", 16_384),
    ("sante", 16_384),
    ("cda", 65_536),
    ("xdm", 65_536),
    ("tnef", 16_384),
    ("parse", 16_384),
    ("pdf", 65_536),
];

/// What the compiler adds so that the fuzzer sees which ways were taken (LLVM's SanitizerCoverage).
const COVERAGE: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1 --cfg fuzzing";

/// What to fuzz, and for how long.
#[derive(Debug, Args)]
pub struct Options {
    /// Only these; without, all
    targets: Vec<String>,
    /// Seconds for each
    #[arg(long, default_value_t = 600)]
    seconds: u32,
    /// Where the dice begin: the same number tries the same inputs; 0 chooses one
    #[arg(long, default_value_t = 1)]
    seed: u32,
    /// Bytes of memory (in MiB) beyond which an input counts as a defect
    #[arg(long, default_value_t = 1024)]
    memory: u32,
}

/// Fuzzes, and prints how many runs were made.
pub fn run(options: &Options) -> Result<()> {
    let known = |wanted: &String| TARGETS.iter().any(|(name, _)| name == wanted);
    if let Some(unknown) = options.targets.iter().find(|wanted| !known(wanted)) {
        bail!("no target {unknown}; there are {}", TARGETS.iter().map(|one| one.0).collect::<Vec<_>>().join(", "));
    }
    system::prepare(system::Purpose::Build)?;
    let build_folder = folders::target()?.join("fuzz");
    let target_folder = build_folder.to_string_lossy().into_owned();
    // A target is named so that the flags hold for the program alone, not for build scripts.
    let machine = step::answer(&mut step::program("rustc", &["--print", "host-tuple"])?).context("rustc's machine")?;
    let machine = machine.trim();
    let build = ["build", "--release", "--manifest-path", "fuzz/Cargo.toml", "--target", machine, "--target-dir"];
    let mut build = step::cargo(&[&build[..], &[&target_folder]].concat())?;
    step::run("the fuzzed program", build.env("RUSTFLAGS", COVERAGE))?;
    let program = build_folder.join(machine).join("release").join("fuzz");
    let mut lines = Vec::new();
    let mut broken = Vec::new();
    for (name, longest) in TARGETS {
        if !options.targets.is_empty() && !options.targets.iter().any(|wanted| wanted == name) {
            continue;
        }
        match one(&program, &build_folder, name, *longest, options) {
            Ok(line) => lines.push(line),
            Err(error) => broken.push(format!("{name}: {error:#}")),
        }
    }
    println!("\n{:<10} {:>8} {:>12} {:>10}", "target", "seconds", "runs", "runs/s");
    for line in lines {
        println!("{line}");
    }
    if broken.is_empty() { Ok(()) } else { bail!("{}", broken.join("\n")) }
}

fn one(program: &Path, folder: &Path, name: &str, longest: u32, options: &Options) -> Result<String> {
    let (found, artifacts) = (folder.join("found").join(name), folder.join("broken").join(name));
    fs::create_dir_all(&found)?;
    fs::create_dir_all(&artifacts)?;
    let seeds = folders::root()?.join("fuzz").join("corpus").join(name);
    let mut command = step::program(&program.to_string_lossy(), &[])?;
    command.env("BANNETTE_FUZZ", name).arg(&found).arg(&seeds);
    command.arg(format!("-max_total_time={}", options.seconds)).arg(format!("-max_len={longest}"));
    command.arg(format!("-rss_limit_mb={}", options.memory)).args(["-timeout=10", "-print_final_stats=1"]);
    command.arg(format!("-seed={}", options.seed));
    command.arg(format!("-artifact_prefix={}/", artifacts.display()));
    eprintln!("\n==> {name}");
    let begin = Instant::now();
    let output = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).output()?;
    let told = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        let end: Vec<&str> = told.lines().rev().take(30).collect();
        bail!("{}", end.into_iter().rev().collect::<Vec<_>>().join("\n"));
    }
    let runs = told.lines().find_map(|line| line.strip_prefix("stat::number_of_executed_units:")?.trim().parse().ok());
    let runs: u64 = runs.context("the fuzzer did not say how many runs it made")?;
    let seconds = begin.elapsed().as_secs().max(1);
    Ok(format!("{name:<10} {seconds:>8} {runs:>12} {:>10}", runs / seconds))
}
