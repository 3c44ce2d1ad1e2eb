//! A person before the system's print dialog, which is no part of the page: chooses « to a file » (the tests' windows know
//! no other printer, see `Folders`) and prints, or leaves. The product has no door of its own for that.
#![cfg(target_os = "linux")]

use anyhow::{Context as _, Result, bail, ensure};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// How long the dialog, and the file, may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// The identifier of the dialog's window, where it is there.
fn dialog() -> Result<Option<String>> {
    let found = Command::new("xdotool")
        .args(["search", "--onlyvisible", "--name", "^(Print|Imprimer)$"])
        .output()
        .context("xdotool is not there: apt-get install xdotool")?;
    Ok(String::from_utf8(found.stdout)?.lines().next().map(str::to_owned))
}

/// Presses a key in the dialog. It may be gone already: whoever asks looks again.
fn key(dialog: &str, key: &str) -> Result<()> {
    let there = Command::new("xdotool").args(["windowfocus", "--sync", dialog]).output()?;
    if there.status.success() {
        Command::new("xdotool").args(["key", key]).output()?;
    }
    Ok(())
}

async fn until<T>(what: &str, mut look: impl FnMut() -> Result<Option<T>>) -> Result<T> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look()? {
            return Ok(found);
        }
        if Instant::now() > deadline {
            bail!("waited in vain for {what}");
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// Whether the system asks where to print.
pub fn asks() -> Result<bool> {
    Ok(dialog()?.is_some())
}

/// Leaves the dialog without printing.
pub async fn leave() -> Result<()> {
    until("the print dialog", dialog).await?;
    until("the print dialog to be gone", || match dialog()? {
        Some(open) => key(&open, "Escape").map(|()| None),
        None => Ok(Some(())),
    })
    .await
}

/// Prints to a file and takes it from the folder; what was printed is kept as target/screenshots/NAME.pdf too.
pub async fn print(folder: &Path, name: &str) -> Result<Vec<u8>> {
    let made = folder.join("output.pdf");
    ensure!(!made.exists(), "{} is still there", made.display());
    until("the print dialog", dialog).await?;
    // The only printer takes a moment to be there: until then its button does nothing.
    until("the print dialog to be gone", || match dialog()? {
        Some(open) => key(&open, "Down").and_then(|()| key(&open, "Return")).map(|()| None),
        None => Ok(Some(())),
    })
    .await?;
    let bytes = until("what was printed", || {
        let bytes = std::fs::read(&made).unwrap_or_default();
        let whole = bytes.trim_ascii_end().ends_with(b"%%EOF");
        Ok(whole.then_some(bytes))
    })
    .await?;
    std::fs::remove_file(&made)?;
    let kept = kept(name)?;
    std::fs::write(&kept, &bytes).with_context(|| format!("keeping {}", kept.display()))?;
    Ok(bytes)
}

fn kept(name: &str) -> Result<PathBuf> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().context("no target folder")?;
    let folder = target.join("screenshots");
    std::fs::create_dir_all(&folder)?;
    Ok(folder.join(format!("{name}.pdf")))
}
