//! *Groupe* in the real window, by keyboard alone: a group and its members come, another name, a member taken out, the end
//! of the group with the rights that it takes along said before. Every screen and dialog is held against WCAG 2.2 AA and
//! kept as a picture in target/screenshots, at the usual size of the text and at twice that.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[path = "support/webdriver.rs"]
mod webdriver;
#[path = "support/window.rs"]
mod window;

use anyhow::{Context as _, Result, bail, ensure};
use fantoccini::key::Key;
use serde_json::{Value, json};
use window::{Folders, Window, invoke};

const PASSWORD: &str = "quatre chevaux gris";
const FIRST: &str = "trois chiens noirs";
const PAUL: &str = "Paul CS PISCINE";
const MARC: &str = "Marc PÉDICURE";

/// Presses Tab until this has the focus, as somebody without a mouse does.
async fn tab_to(window: &Window, selector: &str) -> Result<()> {
    window.finds(selector).await?;
    let there = "return document.activeElement?.matches(args[0]) ?? false";
    for _ in 0..80 {
        if window.look(there, &[json!(selector)]).await? == Value::Bool(true) {
            return Ok(());
        }
        window.press(&[Key::Tab]).await?;
    }
    bail!("Tab never leads to {selector}")
}

async fn has_focus(window: &Window, selector: &str) -> Result<()> {
    let script = "return document.activeElement?.matches(args[0]) ?? false";
    window.until(&format!("{selector} to have the focus"), script, &[json!(selector)]).await
}

/// Goes there by Tab and presses Enter.
async fn enter(window: &Window, selector: &str) -> Result<()> {
    tab_to(window, selector).await?;
    window.press(&[Key::Enter]).await
}

fn button(of: &str, name: &str) -> String {
    format!("[data-test={of}][data-name='{name}']")
}

fn row(name: &str, button: &str) -> String {
    format!("[data-test=group-row][data-name='{name}'] [data-test={button}]")
}

/// The names of the groups that are kept.
async fn kept(window: &Window) -> Result<Vec<String>> {
    let groups = invoke(window, "list_groups", json!({})).await?;
    let groups = groups.as_array().context("a list of groups")?;
    Ok(groups.iter().map(|group| group["name"].as_str().unwrap_or_default().to_owned()).collect())
}

/// Replaces what the field of the name holds.
async fn name(window: &Window, text: &str) -> Result<()> {
    has_focus(window, "#group-name").await?;
    // Emptying takes the focus away; typing into the field gives it back.
    let field = window.client().active_element().await?;
    field.clear().await?;
    field.send_keys(text).await.context("typing a name")
}

/// The usual size is 87.5 % of the web view's own: twice that is 175 %.
async fn size_of_text(window: &Window, size: &str) -> Result<()> {
    window.look("document.documentElement.style.fontSize = args[0]; return true", &[json!(size)]).await?;
    Ok(())
}

/// A picture at twice the size of the text, where nothing may stand beyond the edges.
async fn at_200_percent(window: &Window, name: &str) -> Result<()> {
    size_of_text(window, "175%").await?;
    window.accessible(name).await?;
    let wide = window
        .look(
            "const box = ground(); const right = (one) => one.getBoundingClientRect().right; \
             const cut = all('table button').map((one) => right(one) - right(one.closest('table'))); \
             return Math.round(Math.max(box.scrollWidth - box.clientWidth, \
             document.documentElement.scrollWidth - innerWidth, ...cut))",
            &[],
        )
        .await?;
    size_of_text(window, "").await?;
    ensure!(wide.as_i64().is_some_and(|wide| wide <= 1), "{name}: {wide} pixels stand beyond the edge");
    Ok(())
}

/// Derek's practice, with two people and a mailbox. Gives the mailbox.
async fn furnish(window: &Window, arrivals: &std::path::Path) -> Result<Value> {
    let practice = json!({
        "practice": "Cabinet des Essais", "title": "dr", "first_name": "Derek", "last_name": "SHEPERD", "role": "doctor",
        "login": "derek", "password": PASSWORD,
    });
    invoke(window, "create_practice", practice).await?;
    for (last, first, login, role) in
        [("CS PISCINE", "Paul", "paul", "secretary"), ("PÉDICURE", "Marc", "marc", "nurse")]
    {
        let person = json!({
            "title": "none", "first_name": first, "last_name": last, "role": role, "rpps": null, "login": login,
            "password": FIRST, "administrator": false,
        });
        invoke(window, "add_person", person).await?;
    }
    let mailbox = json!({
        "kind": "folder", "address": "Laboratoire", "secret": null,
        "connection": { "by": "folder", "path": arrivals.to_str() },
        "options": { "enabled": true, "delete_from_server": false, "retention_days": 90, "auto_share": true },
    });
    let mailbox = invoke(window, "add_mailbox", mailbox).await?;
    window.client().refresh().await?;
    window.sees("Bonjour").await?;
    Ok(mailbox["id"].clone())
}

async fn go_to_groups(window: &Window) -> Result<()> {
    window.click_css("#settings-button").await?;
    window.click_css("#settings-application").await?;
    tab_to(window, "#tab-users").await?;
    window.press(&[Key::Down]).await?;
    has_focus(window, "#tab-groups").await?;
    window.sees("Groupes").await
}

/// A group and its members, by keyboard.
async fn add(window: &Window) -> Result<()> {
    window.accessible("groups-1-none").await?;
    enter(window, "#add-group").await?;
    has_focus(window, "#group-name").await?;
    window.accessible("groups-2-new").await?;
    // The obvious wrong move: no name.
    enter(window, "#group-validate").await?;
    window.finds("#group-name-fault").await?;
    name(window, "Accueil").await?;
    enter(window, &button("add-grantee", PAUL)).await?;
    // The focus goes on to whom stands next.
    has_focus(window, &button("add-grantee", MARC)).await?;
    window.press(&[Key::Enter]).await?;
    window.finds_exactly("[data-test=remove-grantee]", 2).await?;
    window.sees("2 personnes rejoignent le groupe.").await?;
    window.accessible("groups-3-filled").await?;
    at_200_percent(window, "groups-3-filled-200").await?;
    ensure!(kept(window).await?.is_empty(), "something was kept before Valider");
    enter(window, "#group-validate").await?;
    window.finds(&row("Accueil", "edit-group")).await?;
    has_focus(window, "#add-group").await?;
    window.sees(&format!("{PAUL}, {MARC}")).await?;
    window.accessible("groups-4-added").await
}

/// Another name, a member taken out: said, taken back, done.
async fn change(window: &Window) -> Result<()> {
    invoke(window, "add_group", json!({ "name": "Été" })).await?;
    window.finds(&row("Été", "edit-group")).await?;
    enter(window, &row("Accueil", "edit-group")).await?;
    has_focus(window, "#group-name").await?;
    tab_to(window, &button("remove-grantee", MARC)).await?;
    window.press(&[Key::Delete]).await?;
    window.finds_exactly("[data-test=remove-grantee]", 1).await?;
    window.sees("1 personne quitte le groupe.").await?;
    window.sees("Laboratoire (titulaire : Dr Sheperd) : Marc Pédicure perd la lecture.").await?;
    window.accessible("groups-5-taken-out").await?;
    at_200_percent(window, "groups-5-taken-out-200").await?;
    window.press(&[Key::Escape]).await?;
    has_focus(window, &row("Accueil", "edit-group")).await?;
    window.sees(&format!("{PAUL}, {MARC}")).await?;
    // A name that another group has.
    window.press(&[Key::Enter]).await?;
    name(window, "été").await?;
    window.press(&[Key::Enter]).await?;
    window.finds("#group-name-fault").await?;
    window.sees("Ce nom est déjà pris.").await?;
    window.accessible("groups-6-name-taken").await?;
    name(window, "Secrétariat").await?;
    window.press(&[Key::Enter]).await?;
    window.finds(&row("Secrétariat", "edit-group")).await?;
    has_focus(window, &row("Secrétariat", "edit-group")).await?;
    ensure!(kept(window).await? == ["Secrétariat", "Été"], "{:?}", kept(window).await?);
    window.accessible("groups-7-renamed").await?;
    at_200_percent(window, "groups-7-renamed-200").await
}

/// Whoever does not administer the practice sees the groups, and no button.
async fn look_as_paul(window: &Window) -> Result<()> {
    let (first, _) = window.open_another().await?;
    window.finds("#sign-in").await?;
    invoke(window, "sign_in", json!({ "login": "paul", "password": FIRST })).await?;
    invoke(window, "change_password", json!({ "current": FIRST, "new": PASSWORD })).await?;
    window.client().refresh().await?;
    window.sees("Bonjour").await?;
    go_to_groups(window).await?;
    window.finds_exactly("[data-test=group-row]", 2).await?;
    window.finds_exactly("#add-group, [data-test=edit-group], [data-test=delete-group]", 0).await?;
    window.accessible("groups-8-of-paul").await?;
    window.turn_to(&first).await
}

/// Another administrator takes Marc out while the dialog is open: nothing is deleted before that was seen.
async fn deleted_meanwhile_changed(window: &Window, delete: &str) -> Result<()> {
    window.press(&[Key::Enter]).await?;
    window.sees("2 personnes perdent des droits").await?;
    let groups = invoke(window, "list_groups", json!({})).await?;
    let group = groups.as_array().unwrap().iter().find(|one| one["name"] == "Secrétariat").unwrap()["id"].clone();
    let people = invoke(window, "list_people", json!({})).await?;
    let marc = people.as_array().unwrap().iter().find(|one| one["first_name"] == "Marc").unwrap()["id"].clone();
    let member = json!({ "group": group, "person": marc });
    invoke(window, "leave_group", member.clone()).await?;
    window.sees("1 personne perd des droits").await?;
    enter(window, "#group-delete").await?;
    window.sees("Ce groupe a été modifié entre-temps").await?;
    window.accessible("groups-9-changed-meanwhile").await?;
    ensure!(kept(window).await? == ["Secrétariat", "Été"], "deleted unseen");
    window.press(&[Key::Escape]).await?;
    window.finds_exactly("#group-delete", 0).await?;
    invoke(window, "join_group", member).await?;
    // The row is drawn anew: the focus is looked for again.
    window.sees(&format!("{PAUL}, {MARC}")).await?;
    tab_to(window, delete).await
}

/// The end of the group: what is lost is said first.
async fn delete(window: &Window) -> Result<()> {
    let delete = row("Secrétariat", "delete-group");
    enter(window, &delete).await?;
    window.sees("2 personnes perdent des droits sur 1 boîte :").await?;
    let lost = "Laboratoire (titulaire : Dr Sheperd) : Paul Cs Piscine, Marc Pédicure perdent la lecture.";
    window.sees(lost).await?;
    window.accessible("groups-9-deleting").await?;
    at_200_percent(window, "groups-9-deleting-200").await?;
    window.press(&[Key::Escape]).await?;
    has_focus(window, &delete).await?;
    ensure!(kept(window).await? == ["Secrétariat", "Été"], "Escape deleted");
    deleted_meanwhile_changed(window, &delete).await?;
    window.press(&[Key::Enter]).await?;
    window.sees(lost).await?;
    enter(window, "#group-delete").await?;
    window.finds_exactly(&delete, 0).await?;
    has_focus(window, "#add-group").await?;
    ensure!(kept(window).await? == ["Été"], "not deleted");
    window.accessible("groups-10-deleted").await?;
    enter(window, &row("Été", "delete-group")).await?;
    window.sees("Aucun droit n’est donné à ce groupe : personne ne perd d’accès.").await?;
    window.accessible("groups-11-nothing-lost").await
}

#[tokio::test(flavor = "multi_thread")]
async fn groups_by_keyboard_alone() -> Result<()> {
    let scratch = tempfile::tempdir()?;
    let arrivals = scratch.path().join("arrivees");
    std::fs::create_dir(&arrivals)?;
    let window = Window::open(&Folders::within(scratch.path())).await?;
    let mailbox = furnish(&window, &arrivals).await?;
    go_to_groups(&window).await?;
    add(&window).await?;
    let group = invoke(&window, "list_groups", json!({})).await?[0]["id"].clone();
    let version = invoke(&window, "get_sharing", json!({ "mailbox": mailbox })).await?["version"].clone();
    let grant = json!({ "to": { "to": "group", "id": group }, "level": "read", "begins": null, "ends": null });
    let sharing = json!({ "mailbox": mailbox, "shared": true, "grants": [grant], "version": version });
    invoke(&window, "set_sharing", sharing).await?;
    change(&window).await?;
    look_as_paul(&window).await?;
    delete(&window).await?;
    window.close().await
}
