//! B5, B8 (the scrolling), B10 and B11: what a person feels of the window, beside an empty Tauri window, a plain list in
//! JavaScript and a bare IDLE client, in the same interleaved rounds.
//!
//! `cargo xtask bench` builds what is needed and calls it: `window start|scroll|memory|notify --full DIR --small DIR
//! --rounds N`, where the folders hold practices that `lists --keep` filled.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a benchmark ends by panicking"
)]

#[path = "../support/dovecot.rs"]
mod dovecot;
#[path = "window/memory.rs"]
mod memory;
#[path = "window/notify.rs"]
mod notify;
#[path = "../support/report.rs"]
mod report;
#[path = "window/scroll.rs"]
mod scroll;
#[path = "window/start.rs"]
mod start;
#[path = "../support/webdriver.rs"]
mod webdriver;
#[path = "../support/window.rs"]
mod window;

use anyhow::{Context as _, Result, bail};
use fantoccini::Locator;
use std::path::{Path, PathBuf};
use window::{Folders, Window};

/// The login and the password of the practices that `lists --keep` leaves.
const LOGIN: &str = "derek";
const PASSWORD: &str = "quatre chevaux gris";

struct Arguments {
    what: Vec<String>,
    full: PathBuf,
    small: PathBuf,
    rounds: usize,
}

fn arguments() -> Result<Arguments> {
    let mut all = Arguments { what: Vec::new(), full: PathBuf::new(), small: PathBuf::new(), rounds: 5 };
    let mut given = std::env::args().skip(1);
    while let Some(word) = given.next() {
        let mut value = || given.next().context("a value is missing");
        match word.as_str() {
            "--full" => all.full = value()?.into(),
            "--small" => all.small = value()?.into(),
            "--rounds" => all.rounds = value()?.parse()?,
            // What cargo adds.
            "--bench" => {}
            other => all.what.push(other.to_owned()),
        }
    }
    Ok(all)
}

#[tokio::main]
async fn main() -> Result<()> {
    let arguments = arguments()?;
    for what in &arguments.what {
        match what.as_str() {
            "start" => start::measure(&arguments.full, arguments.rounds).await?,
            "scroll" => scroll::measure(&arguments.full, arguments.rounds).await?,
            "memory" => memory::measure(&arguments.full, &arguments.small).await?,
            "notify" => notify::measure().await?,
            other => bail!("nothing measures {other}"),
        }
    }
    Ok(())
}

/// The program of the window with nothing in it, beside Bannette's.
fn empty_window() -> Result<PathBuf> {
    let beside = Path::new(env!("CARGO_BIN_EXE_Bannette")).parent().context("a program lies in a folder")?;
    let program = beside.join("examples").join("empty-window");
    anyhow::ensure!(program.exists(), "{} is not built", program.display());
    Ok(program)
}

/// Opens the window of the practice in this folder, and signs in.
async fn signed_in(folder: &Path) -> Result<Window> {
    let window = Window::open(&Folders::within(folder)).await?;
    window.finds("#sign-in").await?;
    for (selector, text) in [("#login", LOGIN), ("#password", PASSWORD)] {
        window.client().find(Locator::Css(selector)).await?.send_keys(text).await?;
    }
    window.click_css("#sign-in").await?;
    window.sees("Bonjour").await?;
    Ok(window)
}

/// The value below which this share (in hundredths) of the values lies.
fn at(values: &[f64], share: usize) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values[(values.len() * share / 100).min(values.len() - 1)]
}

fn range(values: &[f64]) -> String {
    format!("{:>8.0} [{:.0}–{:.0}]", at(values, 50), at(values, 0), at(values, 100))
}
