//! Leaving with settings that are not kept, in the real window: locking, signing out and closing (as a window manager asks
//! for it) ask first, and do nothing when the person stays. The lock that falls by itself does not ask: what was typed is
//! lost, the secrets with it, and the person is told. A page that hangs keeps its window open once.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[path = "support/manager.rs"]
mod manager;
#[path = "support/webdriver.rs"]
mod webdriver;
#[path = "support/window.rs"]
mod window;

use anyhow::{Context as _, Result, ensure};
use fantoccini::Locator;
use fantoccini::key::Key;
use manager::Manager;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use window::{Folders, Window, invoke};

const PASSWORD: &str = "quatre chevaux gris";
const SECRET: &str = "secret-jamais-enregistre";
const ADDRESS: &str = "camille.modele@medecin.test";

/// A practice, and its first person at *Messagerie*.
async fn at_messaging() -> Result<(TempDir, Window)> {
    let scratch = tempfile::tempdir()?;
    let window = Window::open(&Folders::within(scratch.path())).await?;
    let practice = json!({
        "practice": "Cabinet des Essais", "title": "dr", "first_name": "Camille", "last_name": "MODELE", "role": "doctor",
        "login": "camille", "password": PASSWORD,
    });
    invoke(&window, "create_practice", practice).await?;
    window.client().refresh().await?;
    window.sees("Bonjour").await?;
    open_messaging(&window).await?;
    Ok((scratch, window))
}

async fn open_messaging(window: &Window) -> Result<()> {
    window.click_css("#settings-button").await?;
    window.click_css("#settings-user").await?;
    window.click_css("#tab-messaging").await?;
    window.finds("#edit:enabled").await
}

/// A mailbox that is typed, with its secret, and not kept.
async fn type_settings(window: &Window) -> Result<()> {
    window.click_css("#edit").await?;
    window.click_css("#add-mssante").await?;
    for (field, text) in [("[id^=address-]", ADDRESS), ("[id^=secret-]", SECRET)] {
        window.finds(field).await?;
        window.client().find(Locator::Css(field)).await?.send_keys(text).await.with_context(|| field.to_owned())?;
        window.press(&[Key::Tab]).await?;
    }
    typed(window).await?;
    // What the page told the shell before this was heard.
    invoke(window, "get_situation", json!({})).await.map(drop)
}

/// All of it stands there still.
async fn typed(window: &Window) -> Result<()> {
    let holds = "return find.css('[id^=address-]')?.value === args[0] && find.css('[id^=secret-]')?.value === args[1]";
    window.until("what was typed", holds, &[json!(ADDRESS), json!(SECRET)]).await
}

/// The page asks in these words.
async fn asks(window: &Window, title: &str) -> Result<()> {
    window.finds("#leaving-title").await?;
    window.sees(title).await?;
    window.sees("Ils seront perdus").await
}

async fn stay(window: &Window) -> Result<()> {
    window.click_css("#stay").await?;
    window.finds_exactly("#leaving-title", 0).await?;
    typed(window).await
}

async fn choose_from_my_menu(window: &Window, what: &str) -> Result<()> {
    window.click_css("#my-menu").await?;
    window.click_css(what).await
}

/// The secret is in no text, no attribute and no field of the page.
async fn no_secret(window: &Window) -> Result<()> {
    let held = "const fields = [...document.querySelectorAll('input, textarea')].map((field) => field.value); \
                return [document.documentElement.outerHTML, ...fields].some((text) => text.includes(args[0]))";
    ensure!(window.look(held, &[json!(SECRET)]).await? == Value::Bool(false), "the secret is on the page");
    Ok(())
}

async fn unlock(window: &Window) -> Result<()> {
    window.finds("#unlock").await?;
    window.client().find(Locator::Css("#password")).await?.send_keys(PASSWORD).await?;
    window.click_css("#unlock").await
}

/// The program has no window any more.
async fn closed(window: &Window, manager: &Manager) -> Result<()> {
    let begun = Instant::now();
    while !manager.windows(window.process())?.is_empty() {
        ensure!(begun.elapsed() < Duration::from_secs(20), "the window stands");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn locking_signing_out_and_closing_ask_and_a_person_may_stay() -> Result<()> {
    let (_scratch, window) = at_messaging().await?;
    let manager = Manager::new()?;
    type_settings(&window).await?;
    choose_from_my_menu(&window, "#lock-window").await?;
    asks(&window, "Verrouiller sans enregistrer ?").await?;
    window.accessible("87-leaving-by-locking").await?;
    stay(&window).await?;
    choose_from_my_menu(&window, "#sign-out").await?;
    asks(&window, "Se déconnecter sans enregistrer ?").await?;
    window.press(&[Key::Escape]).await?;
    window.finds_exactly("#leaving-title", 0).await?;
    typed(&window).await?;
    // Each time that somebody wants to close it.
    for _ in 0..3 {
        manager.ask_to_close(window.process())?;
        asks(&window, "Fermer sans enregistrer ?").await?;
        window.accessible("88-leaving-by-closing").await?;
        stay(&window).await?;
    }

    // Whoever says so leaves: nothing of what was typed is there afterwards, and nothing is said that is known.
    choose_from_my_menu(&window, "#lock-window").await?;
    window.click_css("#leave").await?;
    window.finds("#unlock").await?;
    no_secret(&window).await?;
    unlock(&window).await?;
    window.finds("#edit:enabled").await?;
    window.finds_exactly("[data-test=mailbox-block]", 0).await?;
    ensure!(!window.text().await?.contains("La fenêtre s’est verrouillée"), "said though it was asked");
    type_settings(&window).await?;
    choose_from_my_menu(&window, "#sign-out").await?;
    window.click_css("#leave").await?;
    window.finds("#login").await?;
    no_secret(&window).await?;

    // Nobody is there, nothing to lose: it closes at once.
    manager.ask_to_close(window.process())?;
    closed(&window, &manager).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lock_that_falls_by_itself_does_not_ask_and_takes_secrets_with_it() -> Result<()> {
    let (_scratch, window) = at_messaging().await?;
    let manager = Manager::new()?;
    invoke(&window, "set_idle_lock", json!({ "minutes": 1 })).await?;
    type_settings(&window).await?;
    // Over the question too.
    choose_from_my_menu(&window, "#sign-out").await?;
    asks(&window, "Se déconnecter sans enregistrer ?").await?;
    let begun = Instant::now();
    while window.look("return all('#unlock').length === 1", &[]).await? != Value::Bool(true) {
        ensure!(begun.elapsed() < Duration::from_secs(90), "the window does not lock");
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    window.finds_exactly("#leaving-title", 0).await?;
    no_secret(&window).await?;
    window.accessible("89-locked-over-settings").await?;
    unlock(&window).await?;
    window.sees("les réglages qui n’étaient pas enregistrés sont perdus").await?;
    window.accessible("90-told-that-settings-are-lost").await?;
    window.finds("#edit:enabled").await?;
    window.finds_exactly("[data-test=mailbox-block]", 0).await?;
    no_secret(&window).await?;

    // Nothing is typed any more: whoever takes the place is not asked.
    choose_from_my_menu(&window, "#lock-window").await?;
    window.click_css("#change-user").await?;
    window.finds("#login").await?;
    manager.ask_to_close(window.process())?;
    closed(&window, &manager).await
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_all_the_same_closes_and_a_page_that_hangs_keeps_its_window_once() -> Result<()> {
    let manager = Manager::new()?;
    let (_scratch, window) = at_messaging().await?;
    type_settings(&window).await?;
    manager.ask_to_close(window.process())?;
    asks(&window, "Fermer sans enregistrer ?").await?;
    // The program ends with its last window: the driver may miss the answer to this click.
    let clicked = window.click_css("#leave").await;
    closed(&window, &manager).await.with_context(|| format!("{clicked:?}"))?;
    drop(window);

    let (_scratch, window) = at_messaging().await?;
    type_settings(&window).await?;
    window.look("setTimeout(() => { for (;;); }, 100); return true", &[]).await?;
    tokio::time::sleep(Duration::from_millis(500)).await;
    manager.ask_to_close(window.process())?;
    // Nothing can be seen of a page that hangs: what is waited for is that nothing comes.
    tokio::time::sleep(Duration::from_secs(2)).await;
    ensure!(!manager.windows(window.process())?.is_empty(), "the page was not asked");
    manager.ask_to_close(window.process())?;
    closed(&window, &manager).await
}
