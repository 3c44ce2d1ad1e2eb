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

/// Clicks the next thing on screen that was never clicked. Each is known by the screen it stands on and by its own name.
const NEXT: &str = "const known = new Set(args[0]); \
    const screen = words(ground().querySelector('h1, h2, h3, [role=heading]')?.innerText).slice(0, 40); \
    const tab = words(all('[role=tab][aria-selected=true], [aria-current]').map((one) => one.innerText).join('/')).slice(0, 40); \
    const next = all(acting + ', select, label').find((one) => { \
      const key = [screen, tab, one.id || one.dataset.test || '', named(one).slice(0, 40)].join(' > '); \
      return !known.has(key) && !one.disabled && !/sign-out|lock-window|lock$/.test(one.id) \
        && !/déconnecter|verrouiller/i.test(named(one)); }); \
    if (!next) return null; \
    const key = [screen, tab, next.id || next.dataset.test || '', named(next).slice(0, 40)].join(' > '); \
    next.scrollIntoView?.(); next.click(); return key;";

/// Walks: clicks all there is, goes back where nothing is new, ends where nothing is new at home either.
pub async fn walk(window: &Window, canaries: &Canaries) -> Result<Walked> {
    let mut walked = Walked { clicked: Vec::new(), leaks: Vec::new() };
    let begun = Instant::now();
    let mut stuck = 0;
    while stuck < 4 && begun.elapsed() < Duration::from_secs(150) && walked.clicked.len() < 400 {
        match window.look(NEXT, &[json!(walked.clicked)]).await? {
            Value::String(key) => {
                stuck = 0;
                walked.clicked.push(key);
            }
            _ => {
                stuck += 1;
                if stuck == 2 {
                    window.look("document.querySelector('#home')?.click(); return null", &[]).await?;
                } else {
                    window.press(&[Key::Escape]).await?;
                }
            }
        }
        settled(window).await?;
        let place = walked.clicked.last().cloned().unwrap_or_default();
        walked.leaks.extend(look(window, canaries).await?.into_iter().map(|field| format!("{place}: {field}")));
    }
    Ok(walked)
}
