//! What somebody without the right can see in the window: nothing. The owner looks at the mail first, in the same window;
//! then somebody else signs in there, tries everything that can be clicked, searches, and calls the core from the web
//! view's console with the ids of what is hidden. No canary may stand in the page, in what the web view keeps, or in its
//! folder on the disk.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    dead_code,
    reason = "a test fails by panicking, and uses a part of what it shares with the other"
)]

#[path = "canary/arguments.rs"]
mod arguments;
#[path = "canary/page.rs"]
mod page;
#[path = "support/practice.rs"]
mod practice;
#[path = "canary/reports.rs"]
mod reports;
#[path = "support/webdriver.rs"]
mod webdriver;
#[path = "support/window.rs"]
mod window;
#[path = "canary/words.rs"]
mod words;
#[path = "canary/world.rs"]
mod world;

use anyhow::{Context as _, Result, ensure};
use bannette_api::calls::NAMES;
use fantoccini::Locator;
use fantoccini::key::Key;
use practice::PASSWORD;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;
use window::{Folders, Window};
use words::{Canaries, STEM};
use world::World;

/// Calls that end the session or change who holds it: the console tries the others.
const ENDS_THE_SESSION: [&str; 4] = ["sign_in", "sign_out", "lock_window", "create_practice"];

async fn fill(window: &Window, selector: &str, text: &str) -> Result<()> {
    window.finds(selector).await?;
    let field = window.client().find(Locator::Css(selector)).await?;
    field.clear().await?;
    field.send_keys(text).await.with_context(|| format!("typing into {selector}"))
}

async fn sign_in(window: &Window, login: &str) -> Result<()> {
    fill(window, "#login", login).await?;
    fill(window, "#password", PASSWORD).await?;
    window.click_css("#sign-in").await?;
    window.finds("#home").await
}

/// The answer of a call made from the console: what it gives, or why not.
async fn invoke(window: &Window, name: &str, arguments: Value) -> Result<Value> {
    let script = "const [name, call, done] = arguments; window.__TAURI__.core.invoke(name, call) \
                  .then((reply) => done({ reply }), (failure) => done({ failure: failure?.message ?? failure }))";
    Ok(window.client().execute_async(script, vec![json!(name), arguments]).await?)
}

async fn search(window: &Window, words: &str) -> Result<()> {
    window.type_keys("/").await?;
    window.until("the search to have the focus", "return document.activeElement?.id === 'search'", &[]).await?;
    fill(window, "#search", words).await?;
    window.press(&[Key::Enter]).await?;
    window.sees(&format!("Recherche : {words}")).await
}

/// The owner's window holds the words: there is something to hide.
async fn the_owner_sees(window: &Window, canaries: &Canaries) -> Result<()> {
    sign_in(window, "owner").await?;
    let mut seen = page::look(window, canaries).await?;
    window.click_css("#card-team").await?;
    window.finds("[data-test=dossier-row]").await?;
    let rows = window.texts("[data-test=dossier-row]").await?.len();
    for row in 0..rows {
        window.press(&[Key::Escape]).await?;
        let script = "const row = all('[data-test=dossier-row]')[args[0]]; row?.click(); return row !== undefined";
        ensure!(window.look(script, &[json!(row)]).await? == json!(true), "row {row} is gone");
        window.finds("#open-dossier").await?;
        page::settled(window).await?;
        seen.extend(page::look(window, canaries).await?);
    }
    window.screenshot("canary-owner").await?;
    for field in ["hprim: last name", "hl7: last name", "cda: birth name", "mail: subject", "folder: label"] {
        ensure!(seen.contains(field), "the owner does not see {field}, but {seen:?}");
    }
    search(window, &STEM[..3]).await?;
    window.finds("[data-test=dossier-row]").await?;
    Ok(())
}

/// Calls the core as a script in the page could, with the ids of what is hidden.
async fn from_the_console(window: &Window, world: &World, canaries: &Canaries) -> Result<Vec<String>> {
    let mut leaks = Vec::new();
    for (number, name) in NAMES.iter().enumerate().filter(|(_, name)| !ENDS_THE_SESSION.contains(name)) {
        for arguments in world.target.arguments(name, "stranger", PASSWORD, number) {
            let answer = invoke(window, name, json!({ "call": arguments })).await?;
            let hidden = canaries.found_in_answer(&answer);
            if !hidden.is_empty() {
                leaks.push(format!("{name} from the console: {hidden:?}, asked with {arguments}"));
            }
        }
    }
    // What a web view offers besides: nothing of it is allowed.
    let file = world.practice.data().join("bannette.db").to_string_lossy().into_owned();
    for (command, arguments) in [
        ("plugin:fs|read_text_file", json!({ "path": file })),
        ("plugin:shell|execute", json!({ "program": "cat", "args": [file] })),
        ("plugin:http|fetch", json!({ "clientConfig": { "url": "http://127.0.0.1/" } })),
        ("plugin:event|emit", json!({ "event": "bannette", "payload": "rights" })),
        ("plugin:event|emit_to", json!({ "target": { "kind": "Any" }, "event": "bannette", "payload": "rights" })),
        ("plugin:webview|create_webview_window", json!({ "options": { "label": "main-2", "url": "index.html" } })),
        ("plugin:webview|get_all_webviews", json!({})),
        ("plugin:window|get_all_windows", json!({})),
        ("plugin:path|resolve_directory", json!({ "directory": 1 })),
        ("plugin:app|app_show", json!({})),
        ("practice_rights", json!({ "call": {} })),
    ] {
        let answer = invoke(window, command, arguments).await?;
        if answer.get("failure").is_none() {
            leaks.push(format!("{command} is answered: {answer}"));
        }
    }
    // Nor does the page reach a file or another host.
    for address in [format!("file://{file}"), format!("asset://localhost/{file}"), "http://127.0.0.1:9/".to_owned()] {
        let script = "const [address, done] = arguments; fetch(address).then((got) => got.text()) \
                      .then((text) => done('got ' + text.slice(0, 200)), () => done('refused'))";
        let answer = window.client().execute_async(script, vec![json!(address)]).await?;
        if answer != json!("refused") {
            leaks.push(format!("{address}: {answer}"));
        }
    }
    Ok(leaks)
}

/// The files below a folder in which a canary stands in clear. Most of them are ciphered: see [`Canaries::whole_in`].
fn in_clear(folder: &Path, canaries: &Canaries) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let fields = canaries.whole_in(&std::fs::read(&path).unwrap_or_default());
            if !fields.is_empty() {
                found.push(format!("{}: {fields:?}", path.display()));
            }
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_no_right_sees_nothing_in_the_window() -> Result<()> {
    let mut canaries = Canaries::default();
    let mut world = World::build(Some(&mut canaries)).await;
    world.target.searches = canaries.searches().into_iter().take(6).collect();
    world.practice.core.stop().await;
    let window = Window::open(&Folders::within(world.practice.folder.path())).await?;
    the_owner_sees(&window, &canaries).await?;
    window.click_css("#my-menu").await?;
    window.click_css("#sign-out").await?;
    window.finds("#sign-in").await?;
    // Signed out, the page has forgotten what it showed.
    let mut leaks: Vec<String> = named("signed out", page::look(&window, &canaries).await?);

    sign_in(&window, "stranger").await?;
    for words in [&STEM[..1], &STEM[..3], "exemple"] {
        search(&window, words).await?;
        page::settled(&window).await?;
        leaks.extend(named(&format!("search {words}"), page::look(&window, &canaries).await?));
    }
    window.press(&[Key::Escape]).await?;
    let walked = page::walk(&window, &canaries).await?;
    println!("{} things were clicked", walked.clicked.len());
    for reached in ["row-", "history", "show-attachment", "tab-messaging", "tab-users", "add-mssante", "share-"] {
        ensure!(
            walked.clicked.iter().any(|key| key.contains(reached)),
            "{reached} was not reached: {:#?}",
            walked.clicked
        );
    }
    leaks.extend(walked.leaks);
    window.screenshot("canary-stranger").await?;
    leaks.extend(from_the_console(&window, &world, &canaries).await?);
    leaks.extend(named("after the console", page::look(&window, &canaries).await?));
    window.close().await?;

    ensure!(!in_clear(world.practice.folder.path(), &canaries).is_empty(), "the watched folder itself holds the words");
    for folder in [world.practice.data(), world.practice.folder.path().join("telechargements")] {
        leaks.extend(in_clear(&folder, &canaries).into_iter().map(|file| format!("in clear on the disk: {file}")));
    }
    ensure!(leaks.is_empty(), "{} leaks:\n{}", leaks.len(), leaks.join("\n"));
    Ok(())
}

fn named(place: &str, fields: BTreeSet<String>) -> Vec<String> {
    fields.into_iter().map(|field| format!("{place}: {field}")).collect()
}
