//! The pages that the start does not load, in the real window: until they come the page before stands, and when they do
//! not come they say so and can be asked for again.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[path = "support/webdriver.rs"]
mod webdriver;
#[path = "support/window.rs"]
mod window;

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::{Value, json};
use std::path::Path;
use std::time::Duration;
use window::{Folders, Window};

/// Stands in the way of the second module, before it is fetched: `window.way` says how.
const WAY: &str = "const real = window.fetch; window.way = arguments[0]; window.asked = 0; \
    window.fetch = async (what, ...rest) => { \
        if (String(what).includes('split_later')) { \
            window.asked += 1; \
            if (window.way === 'cut') throw new TypeError('cut'); \
            while (window.way === 'held') await new Promise((done) => setTimeout(done, 10)); \
        } \
        return real(what, ...rest); \
    };";
/// How often a page is loaded anew when the second module was quicker than the test.
const TRIES: usize = 10;

async fn ask(window: &Window, call: &str, fields: Value) -> Result<Value> {
    const ASK: &str = "const [call, fields, done] = arguments; \
        window.__TAURI__.core.invoke(call, { call: fields }).then((ok) => done({ ok }), (error) => done({ error }))";
    let answer = window.client().execute_async(ASK, vec![json!(call), fields]).await?;
    answer.get("ok").cloned().with_context(|| format!("{call}: {answer}"))
}

/// A doctor who is signed in and has a mailbox.
async fn practice(folder: &Path) -> Result<Window> {
    let arrivals = folder.join("arrivees");
    std::fs::create_dir_all(&arrivals)?;
    let window = Window::open(&Folders::within(folder)).await?;
    let practice = json!({ "practice": "Cabinet des Essais", "title": "dr", "first_name": "Derek",
        "last_name": "SHEPERD", "role": "doctor", "login": "derek", "password": "quatre chevaux gris" });
    ask(&window, "create_practice", practice).await?;
    let mailbox = json!({
        "kind": "folder", "address": "Laboratoire", "secret": null,
        "connection": { "by": "folder", "path": arrivals.to_str() },
        "options": { "enabled": true, "delete_from_server": false, "retention_days": 90, "auto_share": true },
    });
    ask(&window, "add_mailbox", mailbox).await?;
    Ok(window)
}

/// The home page, just loaded, with something in the way of the second module.
async fn home(window: &Window, way: &str) -> Result<()> {
    for _ in 0..TRIES {
        window.client().refresh().await?;
        window.client().execute(WAY, vec![json!(way)]).await?;
        window.sees("Bonjour").await?;
        tokio::time::sleep(Duration::from_secs(2)).await;
        if asked(window).await? > 0 {
            return window.finds("[data-test=mailbox-row]").await;
        }
    }
    bail!("the second module was always there before")
}

/// How often the second module was asked for since it was stood in its way.
async fn asked(window: &Window) -> Result<u64> {
    window.look("return window.asked", &[]).await?.as_u64().context("a number")
}

async fn let_in(window: &Window) -> Result<()> {
    window.look("window.way = 'free'", &[]).await.map(drop)
}

async fn focused(window: &Window, id: &str) -> Result<()> {
    window.until(&format!("the focus on {id}"), "return document.activeElement.id === args[0]", &[json!(id)]).await
}

async fn open_settings(window: &Window) -> Result<()> {
    window.click_css("#settings-button").await?;
    window.click_css("#settings-application").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_does_not_come_says_so_and_comes_when_it_can() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let window = practice(folder.path()).await?;
    home(&window, "cut").await?;
    ensure!(asked(&window).await? == 1, "it is fetched before it is needed, once");
    ensure!(!window.text().await?.contains("ne s’est pas chargée"), "nobody asked for it yet");

    open_settings(&window).await?;
    window.sees("ne s’est pas chargée").await?;
    focused(&window, "later-retry").await?;
    window.accessible("50-page-not-loaded").await?;
    window.click_css("#later-back").await?;
    window.sees("Bonjour").await?;
    open_settings(&window).await?;
    window.finds("#later-retry").await?;
    let before = asked(&window).await?;
    window.click_css("#later-retry").await?;
    window.until("another try", "return window.asked > args[0]", &[json!(before)]).await?;
    window.sees("ne s’est pas chargée").await?;
    let_in(&window).await?;
    window.click_css("#later-retry").await?;
    window.finds("#tab-users").await?;
    focused(&window, "content").await?;

    home(&window, "cut").await?;
    window.click_css("[data-test=who-can-read]").await?;
    window.finds("#later-retry").await?;
    window.accessible("51-dialog-not-loaded").await?;
    window.click_css("#later-back").await?;
    window.sees("Bonjour").await?;
    let there = "return document.activeElement.dataset.test === 'who-can-read'";
    window.until("the focus where it came from", there, &[]).await?;
    window.click_css("[data-test=who-can-read]").await?;
    window.finds("#later-retry").await?;
    let_in(&window).await?;
    window.click_css("#later-retry").await?;
    window.finds("#who-close").await?;
    window.click_css("#who-close").await?;
    window.until("the focus where it came from", there, &[]).await?;
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_before_stands_until_the_next_has_come() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let window = practice(folder.path()).await?;
    home(&window, "held").await?;
    // From now on, a page without content at any time is a flash.
    let watch = "window.blank = 0; window.took = null; \
        const look = () => { \
            if (!words(document.querySelector('#content')?.innerText)) window.blank += 1; \
            if (window.freed && !window.took && document.querySelector('.settings')) window.took = performance.now() - window.freed; \
        }; \
        new MutationObserver(look).observe(document.body, { childList: true, subtree: true });";
    window.look(watch, &[]).await?;
    open_settings(&window).await?;
    tokio::time::sleep(Duration::from_millis(300)).await;
    focused(&window, "settings-button").await?;
    window.sees("Bonjour").await?;
    window.look("window.freed = performance.now(); window.way = 'free'", &[]).await?;
    window.finds("#tab-users").await?;
    window.click_css("#tab-groups").await?;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let tab = "return document.querySelector('#tab-groups').getAttribute('aria-selected')";
    ensure!(window.look(tab, &[]).await? == json!("true"), "the page was drawn anew");
    ensure!(window.look("return window.blank", &[]).await? == json!(0), "a page was blank");
    let took = window.look("return window.took", &[]).await?;
    eprintln!("the second module came and drew the settings in {took} ms");

    // What is here already comes at once.
    window.click_css("#home").await?;
    window.sees("Bonjour").await?;
    open_settings(&window).await?;
    window.finds("#tab-users").await?;
    focused(&window, "content").await?;
    ensure!(asked(&window).await? == 1, "it is fetched once");
    window.close().await
}
