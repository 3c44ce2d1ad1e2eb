//! B10: from the start of the program to its first screen, drawn: a full practice's, beside an empty window's.

use crate::webdriver::Driver;
use crate::window::Folders;
use crate::{empty_window, range};
use anyhow::{Context as _, Result};
use serde_json::json;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

/// Says when the selector was found and drawn, in milliseconds since the epoch.
const DRAWN: &str = "const [selector, done] = arguments; \
    const look = () => document.querySelector(selector) \
        ? requestAnimationFrame(() => requestAnimationFrame(() => done(Date.now()))) \
        : requestAnimationFrame(look); \
    look();";

pub async fn measure(full: &Path, rounds: usize) -> Result<()> {
    let empty = empty_window()?;
    let scratch = tempfile::tempdir()?;
    let web_data = [scratch.path().join("web").display().to_string()];
    let ours = Folders::within(full).arguments();
    let program = Path::new(env!("CARGO_BIN_EXE_Bannette"));
    let (mut floor, mut bannette, mut more) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..=rounds {
        let nothing = started(&empty, &web_data, "#empty").await?;
        let something = started(program, &ours, "#sign-in").await?;
        // The first round fills the caches of the disk.
        if round > 0 {
            floor.push(nothing);
            bannette.push(something);
            more.push(something - nothing);
        }
    }
    println!(
        "cold start, {rounds} rounds, median [range] in ms, from the start of the program to its first screen drawn"
    );
    println!("{:<52} {}", "an empty Tauri window", range(&floor));
    println!("{:<52} {}", "Bannette, 100,000 dossiers, to the login", range(&bannette));
    println!("{:<52} {}", "the difference, round by round", range(&more));
    Ok(())
}

async fn started(program: &Path, arguments: &[String], selector: &str) -> Result<f64> {
    let driver = Driver::start()?;
    let begun = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs_f64() * 1e3;
    let client = driver.open(program, arguments).await?;
    let drawn = loop {
        // A page that is still on its way to its address ends the script.
        match client.execute_async(DRAWN, vec![json!(selector)]).await {
            Ok(drawn) => break drawn.as_f64().context("a time")?,
            Err(error) if error.to_string().contains("script timeout") => return Err(error.into()),
            Err(_) => {}
        }
    };
    client.close().await?;
    Ok(drawn - begun)
}
