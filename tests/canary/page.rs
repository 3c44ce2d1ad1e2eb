//! Looks through a page and what the web view keeps, and walks everywhere that can be clicked.

use crate::window::Window;
use crate::words::Canaries;
use anyhow::Result;
use fantoccini::key::Key;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// The whole page with what is typed in it, its title and address, and everything that the web view can keep for it.
const ALL: &str = "const done = arguments[arguments.length - 1]; (async () => { \
    const fields = [...document.querySelectorAll('input, textarea, select')].map((one) => one.value); \
    const kept = []; \
    for (const base of await (indexedDB.databases?.() ?? [])) kept.push(base.name); \
    for (const name of await (window.caches?.keys?.() ?? [])) kept.push(name); \
    return [document.documentElement.outerHTML, document.title, location.href, JSON.stringify(history.state), \
            JSON.stringify(fields), JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage }), \
            document.cookie, window.name, JSON.stringify(kept)].join('\\n'); \
})().then(done, (error) => done('failed: ' + error))";

/// The fields whose canary stands in the page or in what is kept.
pub async fn look(window: &Window, canaries: &Canaries) -> Result<BTreeSet<String>> {
    let all = window.client().execute_async(ALL, Vec::new()).await?;
    let all = all.as_str().unwrap_or_default();
    anyhow::ensure!(all.contains("<body"), "the page could not be looked at: {all}");
    Ok(canaries.found_in(all))
}

/// Waits until the page has not changed for a moment.
pub async fn settled(window: &Window) -> Result<()> {
    let begun = Instant::now();
    let mut before = Value::Null;
    loop {
        let now = window.look("return document.body.innerText + document.querySelectorAll('*').length", &[]).await?;
        if now == before || begun.elapsed() > Duration::from_secs(5) {
            return Ok(());
        }
        before = now;
        tokio::time::sleep(Duration::from_millis(60)).await;
    }
}

/// What a walk found.
pub struct Walked {
    pub clicked: Vec<String>,
    pub leaks: Vec<String>,
}

/// Clicks the next thing on screen that was never clicked. Each is known by the screen it stands on and by its own name; the
/// header's, the same everywhere, by its name alone, and after all others, as what closes a dialog:
/// they lead away.
const NEXT: &str = "const known = new Set(args[0]); \
    const screen = words(ground().querySelector('h1, h2, h3, [role=heading]')?.innerText).slice(0, 40); \
    const current = all('[role=tab][aria-selected=true], [aria-current]'); \
    const tab = words(current.map((one) => one.innerText).join('/')).slice(0, 40); \
    const above = (one) => one.closest('header.top') !== null; \
    const leaves = (one) => above(one) || /cancel|close|validate$|join-do/.test(one.id); \
    const name = (one) => [one.id || one.dataset.test || '', named(one).slice(0, 40)].join(' > '); \
    const key = (one) => (above(one) ? 'header' : screen + ' > ' + tab) + ' > ' + name(one); \
    const left = all(acting + ', [data-test=dossier-row]').filter((one) => !known.has(key(one)) && !one.disabled \
      && !['home', 'sign-out', 'lock-window'].includes(one.id) && !one.classList.contains('skip')); \
    const next = left.find((one) => !leaves(one)) ?? left[0]; \
    if (!next) return null; \
    const found = key(next); next.scrollIntoView?.(); next.click(); return found;";

/// The ways into the screens from home, gone again when all on the way was clicked once: what stands behind them may have
/// been left before all of it was.
const WAYS: [&[&str]; 7] = [
    &[],
    &["#card-team"],
    &["#card-critical"],
    &["#card-mine"],
    &["#settings-button", "#settings-user"],
    &["#settings-button", "#settings-application"],
    &["#my-menu", "#show-keys"],
];

/// Walks: on each way, clicks all there is, and ends where nothing is new.
pub async fn walk(window: &Window, canaries: &Canaries) -> Result<Walked> {
    let mut walked = Walked { clicked: Vec::new(), leaks: Vec::new() };
    for way in WAYS {
        home(window).await?;
        for step in way {
            // Some of them are there for administrators only.
            let click = "const it = all(args[0])[0]; it?.click(); return it !== undefined";
            window.look(click, &[json!(step)]).await?;
            settled(window).await?;
        }
        exhaust(window, canaries, &mut walked).await?;
    }
    Ok(walked)
}

async fn home(window: &Window) -> Result<()> {
    for _ in 0..3 {
        window.press(&[Key::Escape]).await?;
    }
    window.look("document.querySelector('#home')?.click(); return null", &[]).await?;
    settled(window).await
}

/// Clicks until nothing here is new; a dialog is closed by Escape, and then what lies below it is looked at.
async fn exhaust(window: &Window, canaries: &Canaries, walked: &mut Walked) -> Result<()> {
    let begun = Instant::now();
    let mut stuck = 0;
    while stuck < 3 && begun.elapsed() < Duration::from_secs(60) && walked.clicked.len() < 500 {
        match window.look(NEXT, &[json!(walked.clicked)]).await? {
            Value::String(key) => {
                stuck = 0;
                walked.clicked.push(key);
            }
            _ => {
                stuck += 1;
                window.press(&[Key::Escape]).await?;
            }
        }
        settled(window).await?;
        let place = walked.clicked.last().cloned().unwrap_or_default();
        walked.leaks.extend(look(window, canaries).await?.into_iter().map(|field| format!("{place}: {field}")));
    }
    Ok(())
}
