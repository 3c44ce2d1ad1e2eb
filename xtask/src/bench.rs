//! `cargo xtask bench`: the benchmarks, each beside its peer or its bound in the same run. The programs that measure stand
//! in `crates/core/benches` and `tests/benches`.

use crate::display::Display;
use crate::system::{self, Purpose};
use crate::{folders, step, ui};
use anyhow::{Result, bail};
use clap::Args;
use std::path::PathBuf;

/// What to measure.
#[derive(Debug, Args)]
pub struct Options {
    /// Only these (B1, B8…); without, all
    benchmarks: Vec<String>,
    /// Rounds of those that are compared with a peer
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Messages of B1, B2 and B3
    #[arg(long, default_value_t = 10_000)]
    messages: usize,
}

/// How one is measured.
enum How {
    /// `crates/core/benches/ingest.rs`, with arguments of its own.
    Ingest(&'static [&'static str]),
    /// `crates/core/benches/lists.rs`.
    Lists,
    /// The same, `lists/rights.rs`.
    Rights,
    /// `tests/benches/window.rs`: in the real window.
    Window(&'static str),
    /// `crates/formats/benches`.
    Parse,
    Size,
}

/// Numbers, what is measured, the bound to keep, and how.
const TABLE: &[(&str, &str, &str, How)] = &[
    (
        "B1",
        "small messages from a local IMAP server into the store, beside mbsync",
        "2.5 × its default, 0.8 × without fsync",
        How::Ingest(&[]),
    ),
    ("B1n", "B1 while another program writes to the disk", "4 × mbsync's default", How::Ingest(&["--noise"])),
    ("B2", "the same, 30 % with a PDF of 60 to 200 kB", "1.1 × mpop, 3 × mbsync's default", How::Ingest(&["--mixed"])),
    ("B3", "B1 through a delay of 40 ms", "60 % of B1", How::Ingest(&["--delay", "40"])),
    ("B5", "from delivery to the row on screen, p95", "a bare IDLE client + 80 ms", How::Window("notify")),
    ("B8", "first pages and counts of 100,000 dossiers, in the core; B13, one right", "10 ms; 50 µs", How::Lists),
    (
        "B13r",
        "rights of 1,000 people by 20,000 grants from the store, beside Dovecot's ACL plugin",
        "50 µs one right; 2 ms all that one reaches; the first page + 10 %",
        How::Rights,
    ),
    ("B8w", "scrolling 100,000 dossiers in the window", "1 % of frames over 33 ms, 60 rows", How::Window("scroll")),
    ("B10", "cold start with 100,000 dossiers, beside an empty window", "+ 300 ms", How::Window("start")),
    ("B11", "memory, beside an empty window", "1.3 ×, flat as the store grows", How::Window("memory")),
    ("B15", "reading of HPRIM Médecin and CDA, one core", "100 MB/s; 50 MB/s", How::Parse),
    ("B12", "size of the WebAssembly that the start loads, then of the rest", "1 MB", How::Size),
];

/// Measures and prints.
pub fn run(options: &Options) -> Result<()> {
    let known = |wanted: &String| TABLE.iter().any(|(number, ..)| number.eq_ignore_ascii_case(wanted));
    if let Some(unknown) = options.benchmarks.iter().find(|wanted| !known(wanted)) {
        bail!("no benchmark {unknown}; there are {}", TABLE.iter().map(|one| one.0).collect::<Vec<_>>().join(", "));
    }
    system::prepare(Purpose::Bench)?;
    for (number, what, bound, how) in TABLE {
        if !options.benchmarks.is_empty()
            && !options.benchmarks.iter().any(|wanted| wanted.eq_ignore_ascii_case(number))
        {
            continue;
        }
        println!("\n{number}: {what} (bound: {bound})");
        match how {
            How::Ingest(arguments) => ingest(options, arguments)?,
            How::Lists => lists(&[])?,
            How::Rights => lists(&["--rights"])?,
            How::Window(what) => window(options, what)?,
            How::Parse => parse()?,
            How::Size => size()?,
        }
    }
    Ok(())
}

fn ingest(options: &Options, arguments: &[&str]) -> Result<()> {
    let (rounds, messages) = (options.rounds.to_string(), options.messages.to_string());
    let cargo = ["bench", "--quiet", "--package", "bannette-core", "--bench", "ingest", "--"];
    let all = [&cargo[..], &["--rounds", &rounds, "--messages", &messages], arguments].concat();
    step::run("ingest", &mut step::cargo(&all)?)
}

fn lists(arguments: &[&str]) -> Result<()> {
    let cargo = ["bench", "--quiet", "--package", "bannette-core", "--bench", "lists", "--"];
    step::run("lists", &mut step::cargo(&[&cargo[..], arguments].concat())?)
}

fn window(options: &Options, what: &str) -> Result<()> {
    ui::build()?;
    let build = ["build", "--quiet", "--release", "--package", "bannette-desktop", "--example", "empty-window"];
    step::run("an empty window", &mut step::cargo(&build)?)?;
    let (full, small) = (filled("100000")?, filled("1000")?);
    let (full, small, rounds) = (full.to_string_lossy(), small.to_string_lossy(), options.rounds.to_string());
    let cargo = ["bench", "--quiet", "--package", "bannette-desktop", "--bench", "window", "--", what];
    let all = [&cargo[..], &["--full", &full, "--small", &small, "--rounds", &rounds]].concat();
    let display = Display::ensure()?;
    step::run(what, display.lend(&mut step::cargo(&all)?))
}

/// A practice with so many dossiers, filled when it is not there yet.
fn filled(dossiers: &str) -> Result<PathBuf> {
    let folder = folders::target()?.join("bench").join(dossiers);
    let done = folder.join("filled");
    if !done.exists() {
        if folder.exists() {
            std::fs::remove_dir_all(&folder)?;
        }
        std::fs::create_dir_all(&folder)?;
        lists(&["--dossiers", dossiers, "--keep", &folder.to_string_lossy()])?;
        std::fs::write(done, "")?;
    }
    Ok(folder)
}

fn parse() -> Result<()> {
    for bench in ["parse", "allocations"] {
        let cargo = ["bench", "--quiet", "--package", "bannette-formats", "--bench", bench];
        step::run(bench, &mut step::cargo(&cargo)?)?;
    }
    Ok(())
}

fn size() -> Result<()> {
    ui::build()?;
    println!("{}", ui::sizes(&ui::modules()?));
    Ok(())
}
