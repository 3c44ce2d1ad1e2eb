//! B8, the eye's half: ten seconds of steady scrolling through 100,000 dossiers, beside a plain windowed list in
//! JavaScript with as many rows, in an empty window.

use crate::webdriver::Driver;
use crate::{at, empty_window, signed_in};
use anyhow::Result;
use fantoccini::Client;
use serde_json::json;
use std::path::Path;

/// A list of 100,000 rows of which only those near the eye stand on the page.
const PLAIN_LIST: &str = "
    document.body.innerHTML = '<div id=\"scroller\" style=\"height:700px;overflow:auto\"><div id=\"all\" style=\"position:relative;height:6000000px\"></div></div>';
    const scroller = document.querySelector('#scroller'), all = document.querySelector('#all');
    const draw = () => {
        const first = Math.max(0, Math.floor(scroller.scrollTop / 60) - 8);
        all.replaceChildren(...Array.from({ length: 28 }, (_, at) => {
            const row = document.createElement('div');
            row.style.cssText = `position:absolute;height:60px;top:${(first + at) * 60}px`;
            row.textContent = `SPECIMEN${first + at} Alice, Laboratoire des Essais`;
            return row;
        }));
    };
    scroller.addEventListener('scroll', draw);
    draw();
    return true;";

/// Scrolls for ten seconds, a third of the height each frame, and gives each frame's length and the most rows on the page.
const SCROLL: &str = "
    const [selector, rows, done] = arguments;
    const scroller = document.querySelector(selector);
    const frames = []; let most = 0, last = performance.now();
    const begun = last;
    const step = (now) => {
        frames.push(now - last); last = now;
        most = Math.max(most, document.querySelectorAll(rows).length);
        if (now - begun > 10000) return done({ frames, most, top: scroller.scrollTop });
        scroller.scrollTop += scroller.clientHeight / 3;
        requestAnimationFrame(step);
    };
    requestAnimationFrame(step);";

struct Scrolled {
    frames: Vec<f64>,
    most: u64,
    top: f64,
}

pub async fn measure(full: &Path, rounds: usize) -> Result<()> {
    let (mut plain, mut ours) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        plain.push(in_plain_list().await?);
        ours.push(in_tray(full).await?);
    }
    println!("ten seconds of scrolling through 100,000 rows, {rounds} rounds");
    println!("{:<40} {:>9} {:>9} {:>14} {:>9} {:>12}", "", "median ms", "p99 ms", "over 33 ms", "rows", "scrolled px");
    for (name, all) in [("a plain windowed list in JavaScript", plain), ("Bannette's in-tray", ours)] {
        let frames: Vec<f64> = all.iter().flat_map(|one| one.frames.iter().skip(1).copied()).collect();
        let long = frames.iter().filter(|frame| **frame > 33.4).count() as f64 / frames.len() as f64 * 100.0;
        let most = all.iter().map(|one| one.most).max().unwrap_or(0);
        let tops: Vec<f64> = all.iter().map(|one| one.top).collect();
        println!(
            "{name:<40} {:>9.1} {:>9.1} {long:>12.2} % {most:>9} {:>12.0}",
            at(&frames, 50),
            at(&frames, 99),
            at(&tops, 50)
        );
    }
    Ok(())
}

async fn in_plain_list() -> Result<Scrolled> {
    let scratch = tempfile::tempdir()?;
    let driver = Driver::start()?;
    let client = driver.open(&empty_window()?, &[scratch.path().join("web").display().to_string()]).await?;
    client.wait().for_element(fantoccini::Locator::Css("#empty")).await?;
    client.execute(PLAIN_LIST, Vec::new()).await?;
    let scrolled = scroll(&client, "#scroller", "#all > div").await?;
    client.close().await?;
    Ok(scrolled)
}

async fn in_tray(full: &Path) -> Result<Scrolled> {
    let window = signed_in(full).await?;
    window.click_css("#card-team").await?;
    window.finds("[data-test=dossier-row]").await?;
    let scrolled = scroll(window.client(), "#dossiers", "[data-test=dossier-row]").await?;
    window.close().await?;
    Ok(scrolled)
}

async fn scroll(client: &Client, scroller: &str, rows: &str) -> Result<Scrolled> {
    let found = client.execute_async(SCROLL, vec![json!(scroller), json!(rows)]).await?;
    let frames = found["frames"].as_array().into_iter().flatten().filter_map(serde_json::Value::as_f64).collect();
    Ok(Scrolled { frames, most: found["most"].as_u64().unwrap_or(0), top: found["top"].as_f64().unwrap_or(0.0) })
}
