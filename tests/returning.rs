//! The lock, the way back and the focus, in the real window: whoever unlocks finds the page, the dossier and the tab again;
//! the focus is where one types, and never on the page itself; who signs out leaves nothing to be read aloud.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[path = "support/report.rs"]
mod report;
#[path = "support/webdriver.rs"]
mod webdriver;
#[path = "support/window.rs"]
mod window;

use anyhow::{Result, ensure};
use fantoccini::Locator;
use fantoccini::key::Key;
use serde_json::{Value, json};
use std::path::Path;
use window::{Folders, Window, invoke};

const PASSWORD: &str = "quatre chevaux gris";

/// A practice with one mailbox, a folder in which three reports lie.
async fn practice(window: &Window, arrivals: &Path) -> Result<()> {
    let first = json!({
        "practice": "Cabinet des Essais", "title": "dr", "first_name": "Camille", "last_name": "MODELE", "role": "doctor",
        "login": "camille", "password": PASSWORD,
    });
    invoke(window, "create_practice", first).await?;
    std::fs::create_dir(arrivals)?;
    for number in 1..=3 {
        arrives(arrivals, number)?;
    }
    let mailbox = json!({
        "kind": "folder", "address": "Laboratoire", "secret": null,
        "connection": { "by": "folder", "path": arrivals.to_str() },
        "options": { "enabled": true, "delete_from_server": false, "retention_days": 90, "auto_share": true,
                     "auto_relay": true },
    });
    let mailbox = invoke(window, "add_mailbox", mailbox).await?["id"].clone();
    let paul = json!({
        "title": "none", "first_name": "Paul", "last_name": "CS PISCINE", "role": "secretary", "rpps": null,
        "login": "paul", "password": "trois chiens noirs", "administrator": false,
    });
    let paul = invoke(window, "add_person", paul).await?["id"].clone();
    // Until the end of 2029.
    let grants = json!([{ "to": { "to": "person", "id": paul }, "level": "read", "begins": null, "ends": 1_893_452_400_000_i64 }]);
    let sharing = json!({ "mailbox": mailbox, "shared": true, "grants": grants, "version": 1 });
    invoke(window, "set_sharing", sharing).await?;
    window.client().refresh().await?;
    window.sees("Bonjour Dr Modele").await
}

fn arrives(arrivals: &Path, number: u32) -> Result<()> {
    let text = report::report(number, "EXEMPLE", &format!("4.{number}"), "");
    Ok(std::fs::write(arrivals.join(format!("{number}.hpr")), text)?)
}

async fn focused(window: &Window, selector: &str) -> Result<()> {
    let there = "return document.activeElement?.matches(args[0]) === true";
    window.until(&format!("the focus on {selector}"), there, &[json!(selector)]).await
}

/// Something of the page has the focus.
async fn not_on_the_page(window: &Window) -> Result<()> {
    let somewhere = "return document.activeElement !== null && document.activeElement !== document.body";
    window.until("the focus somewhere", somewhere, &[]).await
}

async fn type_into(window: &Window, selector: &str, text: &str) -> Result<()> {
    window.client().find(Locator::Css(selector)).await?.send_keys(text).await.map_err(Into::into)
}

async fn from_my_menu(window: &Window, what: &str) -> Result<()> {
    window.click_css("#my-menu").await?;
    window.click_css(what).await
}

/// Locks, and unlocks without touching the mouse: the password has the focus by itself.
async fn lock_and_unlock(window: &Window) -> Result<()> {
    from_my_menu(window, "#lock-window").await?;
    window.finds("#unlock").await?;
    focused(window, "#password").await?;
    window.type_keys(PASSWORD).await?;
    window.press(&[Key::Enter]).await?;
    window.finds_exactly("#unlock", 0).await
}

/// What the regions that are read aloud say.
async fn aloud(window: &Window) -> Result<String> {
    let said =
        "return [...document.querySelectorAll('[aria-live]')].map((region) => words(region.textContent)).join('')";
    Ok(window.look(said, &[]).await?.as_str().unwrap_or_default().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn one_comes_back_to_where_one_was() -> Result<()> {
    let scratch = tempfile::tempdir()?;
    let arrivals = scratch.path().join("arrivees");
    let window = Window::open(&Folders::within(scratch.path())).await?;
    practice(&window, &arrivals).await?;

    // The dossier that was open.
    window.click_css("#card-team").await?;
    window.finds_exactly("[data-test=dossier-row]", 3).await?;
    let pick = "const row = all('[data-test=dossier-row]')[1]; row.click(); return words(row.innerText)";
    window.look(pick, &[]).await?;
    window.finds("#open-dossier").await?;
    let title = "return words(document.querySelector('#open-dossier h2, #open-dossier h3')?.innerText)";
    let before = window.look(title, &[]).await?;
    ensure!(before != Value::Null && before != json!(""), "no dossier is open");
    lock_and_unlock(&window).await?;
    window.finds("#open-dossier").await?;
    window.until("the same dossier", &format!("return (() => {{ {title} }})() === args[0]"), &[before]).await?;
    not_on_the_page(&window).await?;

    // The tab of the practice's settings.
    window.click_css("#home").await?;
    window.click_css("#settings-button").await?;
    window.click_css("#settings-application").await?;
    window.click_css("#tab-groups").await?;
    window.finds("#add-group").await?;
    window.screenshot("100-groups").await?;
    lock_and_unlock(&window).await?;
    window.finds("#add-group").await?;
    not_on_the_page(&window).await?;

    // A wrong password: the field is empty and has the focus again.
    from_my_menu(&window, "#lock-window").await?;
    window.finds("#unlock").await?;
    type_into(&window, "#password", "pas le bon").await?;
    window.click_css("#unlock").await?;
    window.finds("[role=alert]").await?;
    focused(&window, "#password").await?;
    window.accessible("101-lock-refused").await?;
    window.type_keys(PASSWORD).await?;
    window.press(&[Key::Enter]).await?;
    window.finds("#add-group").await?;

    // Signed out, nothing that was read aloud is left, and nobody comes back to another's place.
    window.click_css("#home").await?;
    window.click_css("#card-team").await?;
    window.finds_exactly("[data-test=dossier-row]", 3).await?;
    arrives(&arrivals, 4)?;
    window.finds_exactly("[data-test=dossier-row]", 4).await?;
    ensure!(aloud(&window).await?.contains("nouveau dossier"), "the arrival was not read aloud");
    from_my_menu(&window, "#sign-out").await?;
    window.finds("#sign-in").await?;
    ensure!(aloud(&window).await?.is_empty(), "what was read aloud is still on the page: {}", aloud(&window).await?);
    focused(&window, "#login").await?;
    window.press(&[Key::Enter]).await?;
    window.finds("#login[aria-invalid=true]").await?;
    focused(&window, "#login").await?;
    type_into(&window, "#login", "camille").await?;
    type_into(&window, "#password", "pas le bon").await?;
    window.press(&[Key::Enter]).await?;
    window.sees("n’est pas le bon").await?;
    focused(&window, "#password").await?;
    window.type_keys(PASSWORD).await?;
    window.press(&[Key::Enter]).await?;
    window.sees("Bonjour Dr Modele").await?;
    not_on_the_page(&window).await?;
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_focus_follows_the_buttons_that_change() -> Result<()> {
    let scratch = tempfile::tempdir()?;
    let window = Window::open(&Folders::within(scratch.path())).await?;
    practice(&window, &scratch.path().join("arrivees")).await?;
    window.click_css("#settings-button").await?;
    window.click_css("#settings-user").await?;
    window.finds("#edit:enabled").await?;
    let corner = "const tab = document.querySelector('#tab-messaging').getBoundingClientRect(); \
                  return tab.right > innerWidth - 40 && tab.bottom > innerHeight - 60";
    ensure!(window.look(corner, &[]).await? == json!(true), "Messagerie is not at the bottom right");
    let readers = window.texts("[data-test=reader]").await?;
    ensure!(readers.len() == 1 && readers[0].starts_with("Paul CS PISCINE · lecture seule, jusqu’au "), "{readers:?}");
    ensure!(readers[0].ends_with("2029") || readers[0].ends_with("2030"), "{readers:?}");
    window.accessible("102-messaging").await?;
    // Modifier, Annuler.
    window.click_css("#edit").await?;
    focused(&window, "#content input:enabled").await?;
    window.click_css("#cancel").await?;
    focused(&window, "#edit").await?;
    window.press(&[Key::Enter]).await?;
    focused(&window, "#content input:enabled").await?;
    window.click_css("#cancel").await?;
    focused(&window, "#edit").await?;
    // Valider of a dialog: back to the button that opened it.
    window.click_css("[data-test=share]").await?;
    window.finds("#share-validate:enabled").await?;
    window.click_css("#share-validate").await?;
    window.finds_exactly("#share-dialog", 0).await?;
    focused(&window, "[data-test=share]").await?;
    // The new group stands at the bottom left; its dialog gives the focus back.
    window.click_css("#home").await?;
    window.click_css("#settings-button").await?;
    window.click_css("#settings-application").await?;
    window.click_css("#tab-groups").await?;
    window.finds("#add-group").await?;
    let corner = "const button = document.querySelector('#add-group').getBoundingClientRect(); \
                  return button.left < 60 && button.bottom > innerHeight - 60";
    ensure!(window.look(corner, &[]).await? == json!(true), "+ Ajouter un groupe is not at the bottom left");
    window.click_css("#add-group").await?;
    focused(&window, "#group-name").await?;
    window.sees("groupe vide, aucun accès ne change.").await?;
    window.type_keys("Secrétariat").await?;
    // The arrows of the two lists: down from the search field, and up to it again.
    window.client().find(Locator::Css("#share-search")).await?.click().await?;
    window.press(&[Key::Down]).await?;
    focused(&window, "#picker-out [data-test=add-grantee]").await?;
    window.press(&[Key::Up]).await?;
    focused(&window, "#share-search").await?;
    // Whoever is added leaves the focus to the next one, and the last of them to the search field.
    window.press(&[Key::Down]).await?;
    window.press(&[Key::Enter]).await?;
    window.finds_exactly("#picker-in [data-test=remove-grantee]", 1).await?;
    focused(&window, "#picker-out [data-test=add-grantee]").await?;
    window.press(&[Key::Enter]).await?;
    window.finds_exactly("#picker-in [data-test=remove-grantee]", 2).await?;
    focused(&window, "#share-search").await?;
    window.client().find(Locator::Css("#group-validate")).await?.click().await?;
    window.finds_exactly("#group-dialog", 0).await?;
    not_on_the_page(&window).await?;
    window.close().await
}
