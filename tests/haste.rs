//! Somebody in a hurry: hundreds of gestures, chosen by chance, none of which waits for what the one before has asked for.
//! Answers, timers and frames come to pages that were left meanwhile; the screens go on. The choices come from a seed, the
//! pauses between them too.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[path = "support/report.rs"]
mod report;
#[path = "support/webdriver.rs"]
mod webdriver;
#[path = "support/window.rs"]
mod window;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use std::path::Path;
use std::time::Duration;
use window::{Folders, Window, invoke};

/// As many as CI has time for; `BANNETTE_HASTE` and `BANNETTE_HASTE_SEED` give others.
const GESTURES: usize = 300;
/// Pauses in milliseconds: none, less than an answer takes, about as long, longer.
const PAUSES: [u64; 5] = [0, 2, 10, 40, 260];

/// One gesture: what was pressed, or nothing where the screens stopped. What ends the session, opens a dialog of the system, or takes
/// the mailboxes away is left alone.
const GESTURE: &str = r##"
    const [chance, other] = args;
    const card = document.querySelector("main.gate .card h1");
    if (card?.innerText.includes("écran s’est arrêté")) return null;
    const pick = (from) => from[other % from.length];
    const key = (name) => {
        document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: name, bubbles: true, cancelable: true }));
        return `key ${name}`;
    };
    if (chance < 15) return key(pick(["v", "j", "k", "Enter", "Escape", "r", "p", "q", "t", "a", "d", "s", "/", "?", "x"]));
    const never = /verrouiller|déconnecter|imprimer|quitter|recharger|pro santé|parcourir|fichier|enregistrer$|retirer la boîte$|départ/i;
    const well = (one) => visible(one) && !one.disabled && one.type !== "file" && one.id !== "print" && !never.test(named(one))
        && one.dataset.test !== "removal-validate" && one.getAttribute("aria-disabled") !== "true";
    const ways = "#home, #card-team, #card-mine, #settings-button, #settings-user, #settings-application, [data-test=dossier-row], #validate, #edit, #cancel, [role=tab]";
    const here = [...ground().querySelectorAll(chance < 60 ? ways : acting)].filter(well);
    if (here.length === 0) return key("Escape");
    const one = pick(here);
    const name = one.id || one.dataset.test || named(one);
    one.click();
    return name;
"##;

async fn fill(window: &Window, scratch: &Path) -> Result<()> {
    let practice = json!({
        "practice": "Cabinet des Essais", "title": "dr", "first_name": "Derek", "last_name": "SHEPERD", "role": "doctor",
        "login": "derek", "password": "quatre chevaux gris",
    });
    invoke(window, "create_practice", practice).await?;
    let anne = json!({
        "title": "dr", "first_name": "Anne", "last_name": "EXEMPLE", "role": "doctor", "rpps": null, "login": "anne",
        "password": "trois chiens noirs", "administrator": false,
    });
    invoke(window, "add_person", anne).await?;
    for (name, numbers) in [("un", 0..30), ("deux", 30..40)] {
        let folder = scratch.join(name);
        std::fs::create_dir(&folder)?;
        for number in numbers {
            let flag = if number % 3 == 0 { "HH" } else { "" };
            let report = report::report(number, "EXEMPLE", &format!("4.{number}"), flag);
            std::fs::write(folder.join(format!("{number}.hpr")), report)?;
        }
        let mailbox = json!({
            "kind": "folder", "address": name, "secret": null,
            "connection": { "by": "folder", "path": folder.to_str() },
            "options": { "enabled": true, "delete_from_server": false, "retention_days": 90, "auto_share": name == "un" },
        });
        invoke(window, "add_mailbox", mailbox).await?;
    }
    Ok(())
}

/// Numbers that look like chance (Knuth's linear congruential generator, its upper half).
struct Chance(u64);

impl Chance {
    fn next(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_screens_go_on_whoever_waits_for_nothing() -> Result<()> {
    let scratch = tempfile::tempdir()?;
    let window = Window::open(&Folders::within(scratch.path())).await?;
    fill(&window, scratch.path()).await?;
    window.client().refresh().await?;
    window.sees("Bonjour").await?;
    let given = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let gestures = given("BANNETTE_HASTE").map_or(GESTURES, |many| usize::try_from(many).unwrap_or(GESTURES));
    let mut chance = Chance(given("BANNETTE_HASTE_SEED").unwrap_or(1));
    let mut done: Vec<String> = Vec::new();
    for _ in 0..gestures {
        let arguments = [json!(chance.next(100)), json!(chance.next(10_000))];
        let pressed = window.look(GESTURE, &arguments).await?;
        if pressed == Value::Null {
            let picture = window.screenshot("failed").await?;
            let last = done.iter().rev().take(8).rev().cloned().collect::<Vec<_>>().join(", ");
            let text = window.text().await?;
            ensure!(false, "the screens stopped after: {last}; picture: {}; {text}", picture.display());
        }
        done.push(pressed.as_str().context("what was pressed")?.to_owned());
        let pause = PAUSES[usize::try_from(chance.next(PAUSES.len() as u64))?];
        tokio::time::sleep(Duration::from_millis(pause)).await;
    }
    println!("{} gestures: {}", done.len(), done.join(", "));
    // Still there, and still at work.
    tokio::time::sleep(Duration::from_millis(500)).await;
    ensure!(window.look(GESTURE, &[json!(0), json!(4)]).await? != Value::Null, "the screens stopped at the end");
    window.close().await
}
