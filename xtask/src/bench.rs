//! `cargo xtask bench`: the benchmarks, each beside its peer or its bound in the same run. The programs that measure stand
//! in `crates/core/benches`; what is not measured yet is named as such.

use crate::system::{self, Purpose};
use crate::{step, ui};
use anyhow::{Result, bail};
use clap::Args;

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
    /// A program of `crates/core/benches`, with arguments of its own.
    Ingest(&'static [&'static str]),
    Lists,
    Size,
    /// Nothing measures it.
    NotYet,
}

/// Numbers, what is measured, the bound to keep, and how.
const TABLE: &[(&str, &str, &str, How)] = &[
    (
        "B1",
        "small messages from a local IMAP server into the store, beside mbsync",
        "2.5 × its default, 0.8 × without fsync",
        How::Ingest(&[]),
    ),
    ("B2", "the same, 30 % with a PDF of 60 to 200 kB", "1.1 × mpop, 3 × mbsync's default", How::Ingest(&["--mixed"])),
    ("B3", "B1 through a delay of 40 ms", "60 % of B1", How::Ingest(&["--delay", "40"])),
    ("B5", "from delivery to the row on screen, p95", "a bare IDLE client + 80 ms", How::NotYet),
    ("B8", "first pages and counts of 100,000 dossiers, in the core; B13, one right", "10 ms; 50 µs", How::Lists),
    ("B10", "scrolling 100,000 dossiers, long frames", "none", How::NotYet),
    ("B11", "cold start and memory, beside an empty window", "+ 300 ms; 1.3 ×", How::NotYet),
    ("B12", "size of the WebAssembly", "1 MB", How::Size),
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
            How::Lists => program("lists", &[])?,
            How::Size => size()?,
            How::NotYet => println!("not yet"),
        }
    }
    Ok(())
}

fn ingest(options: &Options, arguments: &[&str]) -> Result<()> {
    let (rounds, messages) = (options.rounds.to_string(), options.messages.to_string());
    program("ingest", &[&["--rounds", &rounds, "--messages", &messages], arguments].concat())
}

fn program(name: &str, arguments: &[&str]) -> Result<()> {
    let cargo = ["bench", "--quiet", "--package", "bannette-core", "--bench", name, "--"];
    step::run(name, &mut step::cargo(&[&cargo, arguments].concat())?)
}

fn size() -> Result<()> {
    ui::build()?;
    println!("{} kB", ui::module_size()? / 1000);
    Ok(())
}
