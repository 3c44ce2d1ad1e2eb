//! B11: the memory of the program and of its web processes, each page counted once among those that share it (PSS).

use crate::webdriver::Driver;
use crate::window::Window;
use crate::{empty_window, signed_in};
use anyhow::{Context as _, Result};
use fantoccini::key::Key;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

/// How long a window is left alone before it is measured.
const IDLE: Duration = Duration::from_secs(5);
/// Dossiers opened one after the other.
const OPENED: usize = 200;

pub async fn measure(full: &Path, small: &Path) -> Result<()> {
    let scratch = tempfile::tempdir()?;
    let driver = Driver::start()?;
    let client = driver.open(&empty_window()?, &[scratch.path().join("web").display().to_string()]).await?;
    tokio::time::sleep(IDLE).await;
    let floor = used(driver.process())?;
    client.close().await?;
    drop(driver);
    println!("memory (PSS), MB: the program, its web processes, all; against the empty window");
    let row = |name: &str, used: Used| {
        let Used { program, web } = used;
        println!("{name:<52} {program:>6.0} {web:>6.0} {:>6.0} {:>6.2} ×", used.all(), used.all() / floor.all());
    };
    row("an empty Tauri window", floor);
    for (name, folder) in [("1,000 dossiers", small), ("100,000 dossiers", full)] {
        let window = signed_in(folder).await?;
        tokio::time::sleep(IDLE).await;
        row(&format!("Bannette, {name}: home"), used(window.process())?);
        window.click_css("#card-team").await?;
        window.finds("[data-test=dossier-row]").await?;
        tokio::time::sleep(IDLE).await;
        row(&format!("Bannette, {name}: the in-tray"), used(window.process())?);
        open_many(&window).await?;
        tokio::time::sleep(IDLE).await;
        row(&format!("Bannette, {name}: {OPENED} dossiers opened"), used(window.process())?);
        window.close().await?;
    }
    Ok(())
}

async fn open_many(window: &Window) -> Result<()> {
    window.click_css("[data-test=dossier-row]").await?;
    window.finds("#open-dossier").await?;
    const ACTIVE: &str = "document.querySelector('#dossiers').getAttribute('aria-activedescendant')";
    const SELECTED: &str = "document.querySelector('[data-test=dossier-row][aria-selected=true]')?.id";
    for _ in 1..OPENED {
        let before = window.look(&format!("return {ACTIVE}"), &[]).await?;
        window.type_keys("j").await?;
        window.until("the next row", &format!("return {ACTIVE} !== args[0]"), &[before]).await?;
        window.press(&[Key::Enter]).await?;
        window.until("its dossier", &format!("return {SELECTED} === {ACTIVE}"), &[]).await?;
    }
    Ok(())
}

/// Megabytes that are used.
#[derive(Clone, Copy, Default)]
struct Used {
    program: f64,
    web: f64,
}

impl Used {
    fn all(self) -> f64 {
        self.program + self.web
    }
}

/// What the descendants of a process use, the driver itself and its shell left out.
fn used(keeper: u32) -> Result<Used> {
    let mut children: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for entry in std::fs::read_dir("/proc")? {
        let Some(process) = entry?.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else { continue };
        let Ok(stat) = std::fs::read_to_string(format!("/proc/{process}/stat")) else { continue };
        // The name stands in brackets and may hold anything; the parent is the second word behind it.
        let parent = stat.rsplit_once(')').and_then(|(_, rest)| rest.split_whitespace().nth(1)?.parse().ok());
        children.entry(parent.context("a process has a parent")?).or_default().push(process);
    }
    let (mut waiting, mut used) = (vec![keeper], Used::default());
    while let Some(process) = waiting.pop() {
        waiting.extend(children.get(&process).into_iter().flatten());
        let name = std::fs::read_to_string(format!("/proc/{process}/comm")).unwrap_or_default();
        if process == keeper || name.starts_with("WebKitWebDriver") || name.trim() == "sh" {
            continue;
        }
        let Ok(rollup) = std::fs::read_to_string(format!("/proc/{process}/smaps_rollup")) else { continue };
        let pss = rollup.lines().find_map(|line| line.strip_prefix("Pss:")?.split_whitespace().next()?.parse().ok());
        let megabytes: f64 = pss.unwrap_or(0.0) / 1e3;
        if name.starts_with("WebKit") { used.web += megabytes } else { used.program += megabytes }
    }
    anyhow::ensure!(used.all() > 0.0, "nothing runs");
    Ok(used)
}
