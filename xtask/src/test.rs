//! `cargo xtask test`: every test there is. What a test needs is installed, and a display started, before.

use crate::display::Display;
use crate::system::{self, Purpose};
use crate::{npm, step, ui};
use anyhow::Result;
use clap::Args;

/// Which tests.
#[derive(Debug, Args)]
pub struct Options {
    /// Handed to `cargo test` (a package, the name of a test…); without, the whole workspace is tested
    #[arg(last = true)]
    arguments: Vec<String>,
}

/// Runs the tests.
pub fn run(options: &Options) -> Result<()> {
    system::prepare(Purpose::Test)?;
    ui::build()?;
    let (axe, oidc) = (npm::axe()?, npm::oidc()?);
    let display = Display::ensure()?;

    // The window first: Tauri packs the screens into it while it is compiled, and two compilations at once (the library, and
    // its own tests) could read each other's half-written package. The window would then have no screens.
    step::run("the window", &mut step::cargo(&["build", "--workspace", "--bins"])?)?;

    let mut test = step::cargo(&["test"])?;
    if options.arguments.is_empty() {
        // One failure hides no other.
        test.args(["--workspace", "--no-fail-fast"]);
    } else {
        test.args(&options.arguments);
    }
    // A gate throws no dice: property tests start from the same seed, unless somebody gives another.
    if std::env::var_os("PROPTEST_RNG_SEED").is_none() {
        test.env("PROPTEST_RNG_SEED", "1");
    }
    // A window that is not there must be a failure here, not a test passed over.
    step::run(
        "the tests",
        display.lend(test.env("BANNETTE_AXE", axe).env("BANNETTE_OIDC", oidc).env("BANNETTE_TEST_ALL", "1")),
    )
}
