//! Utilisateurs, in the real window, by keyboard: a person is changed (with a wrong RPPS number, which is a warning),
//! suspended and resumed, and leaves after what they hold was handed over. Every screen and dialog on the way is held
//! against WCAG 2.2 AA, with text of twice the size too, and kept as a picture in target/screenshots.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[path = "support/report.rs"]
mod report;
#[path = "support/webdriver.rs"]
mod webdriver;
#[path = "support/window.rs"]
mod window;

use anyhow::{Context as _, Result, ensure};
use fantoccini::Locator;
use fantoccini::key::Key;
use serde_json::{Value, json};
use std::path::Path;
use window::{Folders, Window, answer, invoke};

const FIRST: &str = "trois chiens noirs";
const PASSWORD: &str = "quatre chevaux gris";

async fn add_person(window: &Window, title: &str, first_name: &str, last_name: &str, role: &str) -> Result<Value> {
    let call = json!({
        "title": title, "first_name": first_name, "last_name": last_name, "role": role, "rpps": null,
        "login": first_name.to_lowercase(), "password": FIRST, "administrator": false,
    });
    Ok(invoke(window, "add_person", call).await?["id"].clone())
}

async fn sign_in(window: &Window, login: &str) -> Result<()> {
    invoke(window, "sign_out", json!({})).await?;
    invoke(window, "sign_in", json!({ "login": login, "password": PASSWORD })).await.map(drop)
}

/// Derek administers; Anne owns a mailbox with two reports, which Claire reads too, and another that nobody reads.
async fn fill(window: &Window, scratch: &Path) -> Result<()> {
    let practice = json!({
        "practice": "Cabinet des Essais", "title": "dr", "first_name": "Derek", "last_name": "SHEPERD", "role": "doctor",
        "login": "derek", "password": PASSWORD,
    });
    invoke(window, "create_practice", practice).await?;
    add_person(window, "dr", "Anne", "EXEMPLE", "doctor").await?;
    let claire = add_person(window, "mme", "Claire", "MODELE", "secretary").await?;
    invoke(window, "sign_out", json!({})).await?;
    invoke(window, "sign_in", json!({ "login": "anne", "password": FIRST })).await?;
    invoke(window, "change_password", json!({ "current": FIRST, "new": PASSWORD })).await?;
    for (name, reports) in [("Laboratoire", 2), ("Radiologie", 0)] {
        let folder = scratch.join(name);
        std::fs::create_dir(&folder)?;
        for number in 1..=reports {
            std::fs::write(
                folder.join(format!("{number}.hpr")),
                report::report(number, "EXEMPLE", &format!("4.{number}"), ""),
            )?;
        }
        let mailbox = json!({
            "kind": "folder", "address": name, "secret": null, "connection": { "by": "folder", "path": folder.to_str() },
            "options": { "enabled": true, "delete_from_server": false, "retention_days": 90, "auto_share": true },
        });
        let mailbox = invoke(window, "add_mailbox", mailbox).await?["id"].clone();
        if reports > 0 {
            let grants =
                json!([{ "to": { "to": "person", "id": claire }, "level": "read", "begins": null, "ends": null }]);
            let sharing = json!({ "mailbox": mailbox, "shared": true, "grants": grants, "version": 1 });
            invoke(window, "set_sharing", sharing).await?;
        }
    }
    window.client().refresh().await?;
    window.sees("Bonjour").await?;
    let two = "return document.querySelector('#card-team strong')?.innerText === '2'";
    window.until("two dossiers that wait", two, &[]).await?;
    sign_in(window, "derek").await?;
    window.client().refresh().await?;
    window.sees("Bonjour").await
}

/// Presses Tab until this has the focus.
async fn tab_to(window: &Window, selector: &str) -> Result<()> {
    for _ in 0..60 {
        let there = "return document.activeElement?.matches(args[0]) ?? false";
        if window.look(there, &[json!(selector)]).await? == Value::Bool(true) {
            return Ok(());
        }
        window.press(&[Key::Tab]).await?;
    }
    anyhow::bail!("Tab does not come to {selector}")
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

fn of_anne(hook: &str) -> String {
    format!("[data-login=anne] [data-test={hook}]")
}

/// Opens a dialog about Anne, by keyboard.
async fn open(window: &Window, hook: &str, dialog: &str) -> Result<()> {
    tab_to(window, &of_anne(hook)).await?;
    window.press(&[Key::Enter]).await?;
    window.finds(dialog).await
}

/// Another administrator changes Anne while this dialog is open: it is said, and nothing of it is overwritten unseen.
async fn changed_meanwhile(window: &Window) -> Result<()> {
    open(window, "edit-person", "#edit-person-dialog-title").await?;
    let people = invoke(window, "list_people", json!({})).await?;
    let anne = people.as_array().context("people")?.iter().find(|one| one["login"] == "anne").context("Anne")?;
    let mut other = json!({ "before": anne });
    for field in ["first_name", "last_name", "role", "rpps", "administrator"] {
        other[field] = anne[field].clone();
    }
    other["title"] = json!("pr");
    invoke(window, "change_person", other).await?;
    let field = window.client().find(Locator::Css("#person-rpps")).await?;
    field.send_keys("01234567897").await?;
    window.press(&[Key::Enter]).await?;
    window.sees("Ce compte a été modifié entre-temps").await?;
    let present = "return document.querySelector('#person-title').selectedOptions[0].innerText === 'Pr' \
                   && document.querySelector('#person-rpps').value === ''";
    window.until("what she is now", present, &[]).await?;
    window.sees("Modifier — Pr Anne EXEMPLE").await?;
    window.accessible("61-person-changed-meanwhile").await?;
    window.press(&[Key::Escape]).await?;
    window.finds_exactly("#edit-person-dialog-title", 0).await?;
    let people = invoke(window, "list_people", json!({})).await?;
    let anne = people.as_array().context("people")?.iter().find(|one| one["login"] == "anne").context("Anne")?;
    ensure!((&anne["title"], &anne["rpps"]) == (&json!("pr"), &Value::Null), "{anne}");
    focused(window, &of_anne("edit-person")).await
}

async fn changed(window: &Window) -> Result<()> {
    open(window, "edit-person", "#edit-person-dialog-title").await?;
    let field = window.client().find(Locator::Css("#person-rpps")).await?;
    // The last figure is wrong.
    field.send_keys("10002422978").await?;
    window.finds("#person-rpps-warning").await?;
    let told = "return document.querySelector('#person-rpps').getAttribute('aria-describedby').includes('person-rpps-warning')";
    window.until("the warning to be told with the field", told, &[]).await?;
    window.accessible("61-person").await?;
    at_twice_the_size(window, "61-person-200").await?;
    window.press(&[Key::Enter]).await?;
    window.finds_exactly("#edit-person-dialog-title", 0).await?;
    window.sees("compte modifié").await?;
    focused(window, &of_anne("edit-person")).await?;
    // The last administrator cannot stop being one.
    window.click_css("[data-login=derek] [data-test=edit-person]").await?;
    window.finds("#person-administrator:disabled").await?;
    window.accessible("62-last-administrator").await?;
    window.press(&[Key::Escape]).await?;
    window.finds_exactly("#edit-person-dialog-title", 0).await
}

async fn suspended_and_resumed(window: &Window) -> Result<()> {
    open(window, "suspend", "#suspension-dialog-title").await?;
    window.sees("Radiologie : personne d’autre ne lit cette boîte").await?;
    window.sees("2 dossiers à traiter restent sous sa responsabilité").await?;
    window.accessible("63-suspension").await?;
    at_twice_the_size(window, "63-suspension-200").await?;
    // Nothing applies before it is validated.
    window.press(&[Key::Escape]).await?;
    window.finds_exactly("#suspension-dialog-title", 0).await?;
    focused(window, &of_anne("suspend")).await?;
    window.finds_exactly(&of_anne("resume"), 0).await?;
    open(window, "suspend", "#suspension-dialog-title").await?;
    tab_to(window, "#suspension-validate").await?;
    window.press(&[Key::Enter]).await?;
    window.finds(&of_anne("resume")).await?;
    window.accessible("64-suspended").await?;
    open(window, "resume", "#suspension-dialog-title").await?;
    window.accessible("65-resumption").await?;
    tab_to(window, "#suspension-validate").await?;
    window.press(&[Key::Enter]).await?;
    window.finds(&of_anne("suspend")).await
}

/// Chooses by the first letters of a name, as a person does who knows it.
async fn choose(window: &Window, selector: &str, letters: &str, whole: &str) -> Result<()> {
    tab_to(window, selector).await?;
    window.type_keys(letters).await?;
    let chosen = "const list = document.querySelector(args[0]); return list.selectedOptions[0]?.innerText === args[1]";
    window.until(&format!("{whole} to be chosen"), chosen, &[json!(selector), json!(whole)]).await
}

async fn departed(window: &Window) -> Result<()> {
    open(window, "depart", "#departure-dialog-title").await?;
    window.finds_exactly("[data-test=held]", 2).await?;
    window.accessible("66-departure").await?;
    // Not before everything is handed over.
    tab_to(window, "#departure-validate").await?;
    window.press(&[Key::Enter]).await?;
    window.finds("#new-owner-0-fault").await?;
    window.accessible("67-departure-refused").await?;
    choose(window, "#new-owner-0", "d", "Dr Derek SHEPERD").await?;
    window.sees("Vous pourrez lire tout ce que contient cette boîte").await?;
    choose(window, "#responsible-0", "m", "Mme Claire MODELE").await?;
    choose(window, "#new-owner-1", "m", "Mme Claire MODELE").await?;
    window.sees("Mme Modele pourra lire").await?;
    window.accessible("68-departure-handed-over").await?;
    at_twice_the_size(window, "68-departure-handed-over-200").await?;
    // Escape leaves all as it was.
    window.press(&[Key::Escape]).await?;
    window.finds_exactly("#departure-dialog-title", 0).await?;
    focused(window, &of_anne("depart")).await?;
    window.press(&[Key::Enter]).await?;
    // A key pressed while the dialog opens has nowhere to go.
    window.finds_exactly("[data-test=held]", 2).await?;
    choose(window, "#new-owner-0", "d", "Dr Derek SHEPERD").await?;
    choose(window, "#responsible-0", "m", "Mme Claire MODELE").await?;
    choose(window, "#new-owner-1", "m", "Mme Claire MODELE").await?;
    tab_to(window, "#departure-validate").await?;
    window.press(&[Key::Enter]).await?;
    window.finds_exactly("#departure-dialog-title", 0).await?;
    window.sees("départ enregistré").await?;
    // She is named still, below the others, and nothing can be done with her.
    window.finds_exactly("[data-login=anne] button", 0).await?;
    let last = window.texts("[data-test=person-row]").await?;
    ensure!(last.last().is_some_and(|row| row.contains("Anne EXEMPLE") && row.contains("parti")), "{last:?}");
    window.accessible("69-departed").await?;
    at_twice_the_size(window, "69-departed-200").await
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_changed_suspended_and_leave() -> Result<()> {
    let scratch = tempfile::tempdir()?;
    let window = Window::open(&Folders::within(scratch.path())).await?;
    fill(&window, scratch.path()).await?;
    window.click_css("#settings-button").await?;
    window.click_css("#settings-application").await?;
    window.finds(&of_anne("edit-person")).await?;
    window.accessible("60-people").await?;
    at_twice_the_size(&window, "60-people-200").await?;
    changed_meanwhile(&window).await?;
    changed(&window).await?;
    suspended_and_resumed(&window).await?;
    departed(&window).await?;

    // Derek owns the mailbox now: he reads it, and finds Anne in no list to choose from.
    let mailboxes = invoke(&window, "list_mailboxes", json!({})).await?;
    let mailbox = &mailboxes.as_array().context("mailboxes")?[0];
    ensure!((&mailbox["address"], &mailbox["waiting"]) == (&json!("Laboratoire"), &json!(2)), "{mailboxes}");
    window.click_css("#home").await?;
    let two = "return document.querySelector('#card-team strong')?.innerText === '2'";
    window.until("the dossiers of the mailbox handed over", two, &[]).await?;
    window.click_css("#settings-button").await?;
    window.click_css("#settings-user").await?;
    window.click_css("#tab-messaging").await?;
    window.click("Gestion du partage").await?;
    window.finds("#share-dialog-title").await?;
    window.sees("Claire MODELE").await?;
    window.sees_no("EXEMPLE").await?;
    window.press(&[Key::Escape]).await?;
    let refused = answer(&window, "sign_in", json!({ "login": "anne", "password": PASSWORD })).await?;
    ensure!(refused["error"]["code"] == "wrong_credentials", "{refused}");
    window.close().await
}
