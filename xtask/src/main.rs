//! Everything a person types to work on Bannette: `cargo xtask run`, `test`, `ci`, `bench`, `fuzz`, `ui`.
//!
//! Each command sees to it that what it needs is there, says what it does and how long that took. It must never need
//! more than a Rust toolchain and git to begin with, and is built first: it stays light.

mod bench;
mod ci;
mod demo;
mod display;
mod folders;
mod fuzz;
mod npm;
mod run;
mod step;
mod system;
mod test;
mod ui;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// Works on Bannette.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", version, about)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Installs what is missing, builds, and opens the window
    Run(run::Options),
    /// Runs every test: unit, property, integration with a real IMAP server, and the real window
    Test(test::Options),
    /// Holds the code against the gates: format, lints, licences, documentation, size. The tests are `test`
    Ci(ci::Options),
    /// Measures, and prints the table of benchmarks
    Bench(bench::Options),
    /// Fuzzes everything that reads what comes from outside
    Fuzz(fuzz::Options),
    /// Builds the screens into ui/dist
    Ui,
}

fn main() -> Result<()> {
    match Arguments::parse().task {
        Task::Run(options) => run::run(&options),
        Task::Test(options) => test::run(&options),
        Task::Ci(options) => ci::run(&options),
        Task::Bench(options) => bench::run(&options),
        Task::Fuzz(options) => fuzz::run(&options),
        Task::Ui => ui::build(),
    }
}
