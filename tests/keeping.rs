//! *Conservation* and *Retirer la boîte*, in the real window, by keyboard: what would leave the tree and the server, a purge,
//! a dossier of which the conclusions are left, and a mailbox that is handed over. Every screen and dialog on the way is held
//! against WCAG 2.2 AA, with text of twice the size too, and kept as a picture in target/screenshots.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[path = "support/dovecot.rs"]
mod dovecot;
#[path = "support/report.rs"]
mod report;
#[path = "support/rows.rs"]
mod rows;
#[path = "support/webdriver.rs"]
mod webdriver;
#[path = "support/window.rs"]
mod window;

use anyhow::{Context as _, Result, ensure};
use dovecot::Dovecot;
use fantoccini::key::Key;
use serde_json::{Value, json};
use std::path::Path;
use window::{Folders, Window, invoke};

const PASSWORD: &str = "quatre chevaux gris";

fn report(number: u32) -> String {
    report::report(number, "EXEMPLE", &format!("5.{number}"), "H")
}

fn options() -> Value {
    json!({ "enabled": true, "delete_from_server": false, "retention_days": 90, "auto_share": true })
}

/// Derek has a server's mailbox with three reports, two of them validated, and a folder with one, which Anne reads.
async fn fill(window: &Window, scratch: &Path, server: &Dovecot) -> Result<()> {
    let practice = json!({
        "practice": "Cabinet des Essais", "title": "dr", "first_name": "Derek", "last_name": "SHEPERD", "role": "doctor",
        "login": "derek", "password": PASSWORD,
    });
    invoke(window, "create_practice", practice).await?;
    let anne = json!({
        "title": "dr", "first_name": "Anne", "last_name": "EXEMPLE", "role": "doctor", "rpps": null, "login": "anne",
        "password": "trois chiens noirs", "administrator": false,
    });
    let anne = invoke(window, "add_person", anne).await?["id"].clone();
    let authorities = scratch.join("cabinet/autorites");
    std::fs::create_dir_all(&authorities)?;
    std::fs::write(authorities.join("essai.pem"), server.ca_pem())?;
    let imap = json!({
        "kind": "mssante", "address": "derek@medecin.test", "secret": "s1", "options": options(),
        "connection": { "by": "imap", "host": "localhost", "port": server.tls_port(), "tls": "implicit", "account": "derek" },
    });
    invoke(window, "add_mailbox", imap).await?;
    let folder = scratch.join("depot");
    std::fs::create_dir(&folder)?;
    std::fs::write(folder.join("9.hpr"), report(9))?;
    let folder = json!({
        "kind": "folder", "address": "Laboratoire du port", "secret": null, "options": options(),
        "connection": { "by": "folder", "path": folder.to_str() },
    });
    let folder = invoke(window, "add_mailbox", folder).await?["id"].clone();
    let grants = json!([{ "to": { "to": "person", "id": anne }, "level": "read", "begins": null, "ends": null }]);
    let sharing = json!({ "mailbox": folder, "shared": true, "grants": grants, "version": 1 });
    invoke(window, "set_sharing", sharing).await?;
    window.client().refresh().await?;
    window.sees("Bonjour").await?;
    let four = "return document.querySelector('#card-team strong')?.innerText === '4'";
    window.until("four dossiers that wait", four, &[]).await?;
    let list = json!({ "view": "team", "mailbox": null, "words": null, "after": null, "limit": 50 });
    let rows = invoke(window, "list_dossiers", list).await?["rows"].clone();
    for row in rows.as_array().context("rows")? {
        if ["Resultats 1", "Resultats 2"].contains(&row["subject"].as_str().unwrap_or_default()) {
            invoke(window, "validate_dossier", json!({ "dossier": row["id"], "validated": true })).await?;
        }
    }
    Ok(())
}

/// As if two of them had been validated a hundred days ago.
async fn long_ago(folders: &Folders) {
    let mut file = rows::open(&folders.data(), &folders.key_file()).await;
    for statement in [
        "update dossier set validated_at = validated_at - 100 * 86400000 where validated_at <> 0",
        "update delivery set at = at - 101 * 86400000",
    ] {
        rows::change(&mut file, statement).await;
    }
    sqlx::Connection::close(file).await.unwrap();
}

/// Presses Tab until this has the focus.
async fn tab_to(window: &Window, selector: &str) -> Result<()> {
    for _ in 0..80 {
        let there = "return document.activeElement?.matches(args[0]) ?? false";
        if window.look(there, &[json!(selector)]).await? == Value::Bool(true) {
            return Ok(());
        }
        window.press(&[Key::Tab]).await?;
    }
    anyhow::bail!("Tab does not come to {selector}")
}

async fn press_at(window: &Window, selector: &str) -> Result<()> {
    tab_to(window, selector).await?;
    window.press(&[Key::Enter]).await
}

/// Whether this has the focus (again).
async fn focused(window: &Window, selector: &str) -> Result<()> {
    let there = "return document.activeElement?.matches(args[0]) ?? false";
    window.until(&format!("{selector} to have the focus"), there, &[json!(selector)]).await
}

/// Text of twice the size: nothing stands beside the window or the dialog, and it is as accessible.
async fn at_twice_the_size(window: &Window, name: &str) -> Result<()> {
    let resize = "document.documentElement.style.fontSize = arguments[0]";
    window.client().execute(resize, vec![json!("175%")]).await?;
    window.accessible(name).await?;
    let beside = "const within = (box) => box === null || box.scrollWidth <= box.clientWidth + 1; \
                  return within(document.documentElement) && within(document.querySelector('dialog[open]'))";
    ensure!(window.look(beside, &[]).await? == Value::Bool(true), "{name}: something stands beside");
    window.client().execute(resize, vec![json!("")]).await?;
    Ok(())
}

fn of(address: &str, hook: &str) -> String {
    format!("[data-address='{address}'] [data-test={hook}]")
}

async fn settings(window: &Window) -> Result<()> {
    window.click_css("#home").await?;
    window.click_css("#settings-button").await?;
    window.click_css("#settings-user").await?;
    window.click_css("#tab-messaging").await?;
    window.finds("[data-test=keeping]").await
}

async fn what_would_go(window: &Window) -> Result<()> {
    let (purge, deletion) = (of("derek@medecin.test", "purge-preview"), of("derek@medecin.test", "deletion-preview"));
    window.sees("Prochaine purge").await?;
    window.sees("2 messages").await?;
    window.accessible("70-keeping").await?;
    at_twice_the_size(window, "70-keeping-200").await?;
    press_at(window, &deletion).await?;
    window.finds("#deletion-dialog-title").await?;
    window.sees("3 messages, du").await?;
    window.sees("La suppression n’est pas activée").await?;
    window.accessible("71-deletion").await?;
    at_twice_the_size(window, "71-deletion-200").await?;
    window.press(&[Key::Escape]).await?;
    window.finds_exactly("#deletion-dialog-title", 0).await?;
    focused(window, &deletion).await?;
    press_at(window, &purge).await?;
    window.finds("#purge-dialog-title").await?;
    window.sees("Restent : non validés").await?;
    window.accessible("72-purge").await?;
    at_twice_the_size(window, "72-purge-200").await?;
    window.press(&[Key::Escape]).await?;
    window.finds_exactly("#purge-dialog-title", 0).await?;
    focused(window, &purge).await?;
    window.press(&[Key::Enter]).await?;
    window.finds("#purge-dialog-title").await?;
    let can = "const it = document.querySelector('[data-test=purge-now]'); return it !== null && !it.disabled";
    window.until("the purge to be possible", can, &[]).await?;
    press_at(window, "[data-test=purge-now]").await?;
    window.finds_exactly("#purge-dialog-title", 0).await?;
    window.sees("Contenu retiré : 2 messages").await?;
    window.sees("Aucune purge prévue").await
}

async fn what_is_left(window: &Window) -> Result<()> {
    window.click_css("#home").await?;
    window.click_css("#card-team").await?;
    window.finds_exactly("[data-test=dossier-row]", 2).await?;
    window.client().find(fantoccini::Locator::Css("#search")).await?.send_keys("exemple").await?;
    window.press(&[Key::Enter]).await?;
    window.finds_exactly("[data-test=dossier-row]", 4).await?;
    let of_one = "const row = all('[data-test=dossier-row]').find((row) => row.innerText.includes('Resultats 1')); \
                  row?.click(); return row !== undefined";
    window.until("the row of the first report", of_one, &[]).await?;
    window.finds("[data-test=removed]").await?;
    window.sees("selon le délai de conservation ; les conclusions restent").await?;
    window.sees("Validé par vous le").await?;
    window.sees("14/03/1957").await?;
    window.sees_no("Aucun résultat").await?;
    window.finds_exactly("#source, #reopen", 0).await?;
    window.accessible("73-removed").await
}

async fn handed_over(window: &Window) -> Result<()> {
    let button = of("derek@medecin.test", "remove-mailbox");
    press_at(window, &button).await?;
    window.finds("#removal-dialog-title").await?;
    window.sees("1 message est à traiter encore").await?;
    // What loses nothing is chosen before anybody chooses; what would lose something cannot be.
    let safe = "return document.querySelector('#removal-archive').checked && document.querySelector('#removal-purge').disabled";
    window.until("the archive to be chosen", safe, &[]).await?;
    window.accessible("74-removal").await?;
    at_twice_the_size(window, "74-removal-200").await?;
    window.press(&[Key::Escape]).await?;
    window.finds_exactly("#removal-dialog-title", 0).await?;
    focused(window, &button).await?;
    window.press(&[Key::Enter]).await?;
    window.finds("#removal-archive").await?;
    tab_to(window, "#removal-archive").await?;
    window.press(&[Key::Down]).await?;
    window.finds("#removal-taker").await?;
    window.sees("2 personnes lisent cette boîte : elles liront aussi ces dossiers").await?;
    window.accessible("75-removal-hand-over").await?;
    at_twice_the_size(window, "75-removal-hand-over-200").await?;
    press_at(window, "[data-test=removal-validate]").await?;
    window.finds_exactly("#removal-dialog-title", 0).await?;
    window.sees("Ses mots de passe sont oubliés").await?;
    window.finds_exactly("[data-test=mailbox-block]", 1).await?;
    window.accessible("76-removed-mailbox").await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_leaves_is_said_before_and_a_mailbox_ends_without_a_loss() -> Result<()> {
    let server = Dovecot::start(&[("derek", "s1")])?;
    for number in 1..=3 {
        server.deliver("derek", &report::mailed(number, &report(number)))?;
    }
    let scratch = tempfile::tempdir()?;
    let folders = Folders::within(scratch.path());
    let window = Window::open(&folders).await?;
    fill(&window, scratch.path(), &server).await?;
    long_ago(&folders).await;
    settings(&window).await?;
    what_would_go(&window).await?;
    ensure!(server.count("derek")? == 3, "a preview deleted something");
    what_is_left(&window).await?;
    settings(&window).await?;
    handed_over(&window).await?;
    // All of it lies in the other mailbox now, and waits there.
    window.click_css("#home").await?;
    let two = "return document.querySelector('#card-team strong')?.innerText === '2'";
    window.until("the dossiers that were handed over", two, &[]).await?;
    let journal = invoke(&window, "verify_journal", json!({})).await?;
    ensure!(journal["faults"] == json!([]), "{journal}");
    window.close().await
}
