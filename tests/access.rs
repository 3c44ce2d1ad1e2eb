//! Who did what, told to whom, in the real window: a reader is told of the right and opens a document; the owner looks at
//! the history, filters it and saves it; an administrator breaks the glass, the owner's open window shows it in red and
//! ends it. Every screen on the way is held against WCAG 2.2 AA and kept as a picture in target/screenshots, also with
//! text of twice its size.
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
use std::path::{Path, PathBuf};
use window::{Folders, Window, answer, invoke};

const PASSWORD: &str = "quatre chevaux gris";
const FIRST: &str = "trois chiens noirs";
const REASON: &str = "Le Dr Grey est absente et un résultat urgent est attendu.";

/// A mail with a report and a document.
fn mail(number: u32, name: &str) -> String {
    let head = report::mail_head(number, "meredith");
    let report = report::report(number, name, "4.2", "");
    format!(
        "{head}Content-Type: multipart/mixed; boundary=limite\r\n\r\n\
         --limite\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{report}\r\n--limite\r\n\
         Content-Type: text/plain; name=\"lettre.txt\"\r\nContent-Disposition: attachment; filename=\"lettre.txt\"\r\n\r\n\
         une lettre\r\n--limite--\r\n"
    )
}

async fn fill(window: &Window, selector: &str, text: &str) -> Result<()> {
    window.finds(selector).await?;
    let field = window.client().find(Locator::Css(selector)).await.with_context(|| format!("finding {selector}"))?;
    field.clear().await?;
    field.send_keys(text).await.with_context(|| format!("typing into {selector}"))
}

async fn select(window: &Window, selector: &str, label: &str) -> Result<()> {
    window.finds(selector).await?;
    let list = window.client().find(Locator::Css(selector)).await?;
    list.select_by_label(label).await.with_context(|| format!("choosing {label} in {selector}"))
}

/// Keeps the screen twice: as it is, held against WCAG, and with text of twice its size.
async fn look(window: &Window, name: &str) -> Result<()> {
    window.accessible(name).await?;
    let size = |size: &str| format!("document.documentElement.style.fontSize = '{size}'");
    window.client().execute(&size("175%"), Vec::new()).await?;
    window.accessible(&format!("{name}-200")).await?;
    window.client().execute(&size(""), Vec::new()).await?;
    Ok(())
}

async fn add_person(window: &Window, login: &str, first: &str, last: &str, title: &str, role: &str) -> Result<Value> {
    let person = json!({ "title": title, "first_name": first, "last_name": last, "role": role, "rpps": null,
        "login": login, "password": FIRST, "administrator": false });
    Ok(invoke(window, "add_person", person).await?["id"].clone())
}

/// Signs somebody in for the first time, and shows the page as they see it.
async fn enter(window: &Window, login: &str, first: bool) -> Result<()> {
    let password = if first { FIRST } else { PASSWORD };
    invoke(window, "sign_in", json!({ "login": login, "password": password })).await?;
    if first {
        invoke(window, "change_password", json!({ "current": FIRST, "new": PASSWORD })).await?;
    }
    window.client().refresh().await?;
    window.sees("Bonjour").await
}

/// The saved file of that ending.
fn saved(folder: &Path, ending: &str) -> Result<PathBuf> {
    let files = std::fs::read_dir(folder)?.filter_map(|entry| Some(entry.ok()?.path()));
    let mut found = files.filter(|path| path.extension().is_some_and(|own| own == ending));
    found.next().with_context(|| format!("no file .{ending}"))
}

/// A practice: Derek administers it, Meredith has a mailbox with two dossiers, Paul may read it.
async fn set_up(window: &Window, arrivals: &Path) -> Result<Value> {
    let practice = json!({ "practice": "Cabinet des Essais", "title": "dr", "first_name": "Derek",
        "last_name": "SHEPERD", "role": "doctor", "login": "derek", "password": PASSWORD });
    invoke(window, "create_practice", practice).await?;
    add_person(window, "meredith", "Meredith", "GREY", "dr", "doctor").await?;
    let paul = add_person(window, "paul", "Paul", "CS PISCINE", "m", "secretary").await?;
    invoke(window, "sign_out", json!({})).await?;
    enter(window, "meredith", true).await?;
    let mailbox = json!({
        "kind": "folder", "address": "Laboratoire", "secret": null,
        "connection": { "by": "folder", "path": arrivals.to_str() },
        "options": { "enabled": true, "delete_from_server": false, "retention_days": 90, "auto_share": true },
    });
    let mailbox = invoke(window, "add_mailbox", mailbox).await?["id"].clone();
    let version = invoke(window, "get_sharing", json!({ "mailbox": mailbox })).await?["version"].clone();
    let grant = json!({ "to": { "to": "person", "id": paul }, "level": "read", "begins": null, "ends": null });
    let sharing = json!({ "mailbox": mailbox, "shared": true, "grants": [grant], "version": version });
    invoke(window, "set_sharing", sharing).await?;
    let two = "return document.querySelector('#card-team strong')?.innerText === '2'";
    window.until("two dossiers that wait", two, &[]).await?;
    Ok(mailbox)
}

/// The reader is told, once; opens a dossier and saves its document.
async fn read(window: &Window) -> Result<()> {
    enter(window, "paul", true).await?;
    window.sees("Vous pouvez maintenant lire la boîte Laboratoire (par Dr Grey").await?;
    look(window, "31-told").await?;
    window.click_css("[data-test=notices-seen]").await?;
    window.finds_exactly("[data-test=notices]", 0).await?;
    window.client().refresh().await?;
    window.sees("Laboratoire").await?;
    window.finds_exactly("[data-test=notices]", 0).await?;
    window.click_css("#card-team").await?;
    window.click_css("[data-test=dossier-row]").await?;
    window.finds("#open-dossier").await?;
    window.click_css("[data-test=save-attachment]").await?;
    window.finds("[data-test=toast]").await?;
    // A reader finds their own acts, and is told so.
    window.click_css("[data-test=dossier-accesses]").await?;
    window.finds("[data-test=access][data-act=document_saved]").await?;
    window.sees("Vous voyez ici vos propres actes").await?;
    window.press(&[Key::Escape]).await?;
    window.finds_exactly("#access-dialog", 0).await
}

/// The owner looks at the history, filters it and saves it.
async fn history(window: &Window, folders: &Folders) -> Result<()> {
    window.click_css("#settings-button").await?;
    window.click_css("#settings-user").await?;
    window.click_css("#tab-messaging").await?;
    window.click_css("[data-test=accesses]").await?;
    window.finds("[data-test=access][data-act=document_saved]").await?;
    window.sees("aucune n’a été modifiée ni retirée").await?;
    look(window, "32-history").await?;
    let text = window.text().await?;
    for said in ["Paul CS PISCINE", "Document enregistré", "EXEMPLE", "à titre personnel", "Partage modifié"] {
        ensure!(text.contains(said), "{said} is not in the history: {text}");
    }
    // The obvious wrong move: no date.
    fill(window, "#access-from", "hier").await?;
    window.click_css("#access-filter").await?;
    window.finds("#access-from-fault").await?;
    fill(window, "#access-from", "01/01/2020").await?;
    select(window, "#access-person", "M. Paul CS PISCINE").await?;
    select(window, "#access-kind", "Export").await?;
    window.click_css("#access-filter").await?;
    window.finds_exactly("[data-test=access]", 1).await?;
    window.accessible("33-history-filtered").await?;
    fill(window, "#access-until", "01/01/2020").await?;
    window.press(&[Key::Enter]).await?;
    window.sees("Aucun accès ne correspond à ces critères.").await?;
    fill(window, "#access-until", " ").await?;
    select(window, "#access-person", "Toutes").await?;
    select(window, "#access-kind", "Tous").await?;
    window.click_css("#access-filter").await?;
    window.finds("[data-test=access][data-act=sharing_set]").await?;
    window.click_css("[data-test=access-csv]").await?;
    window.finds("#access-saved").await?;
    window.finds_exactly("[data-test=access][data-act=accesses_exported]", 1).await?;
    window.click_css("[data-test=access-pdf]").await?;
    window.finds_exactly("[data-test=access][data-act=accesses_exported]", 2).await?;
    window.accessible("34-history-saved").await?;
    let csv = std::fs::read_to_string(saved(&folders.downloads(), "csv")?)?;
    ensure!(csv.starts_with("\u{feff}\"Date et heure\";\"Personne\";"), "{csv}");
    ensure!(csv.contains("\"M. Paul CS PISCINE\";\"Document enregistré hors de Bannette\";\"EXEMPLE"), "{csv}");
    let pdf = std::fs::read(saved(&folders.downloads(), "pdf")?)?;
    ensure!(pdf.starts_with(b"%PDF-") && pdf.len() > 20_000, "{} bytes", pdf.len());
    window.press(&[Key::Escape]).await?;
    window.finds_exactly("#access-dialog", 0).await?;
    // The focus is where it came from.
    let back = "return document.activeElement?.getAttribute('data-test') === 'accesses'";
    window.until("the focus to be back", back, &[]).await
}

/// An administrator opens the mailbox without a right.
async fn break_glass(window: &Window) -> Result<()> {
    window.sees("Aucune boîte pour l’instant").await?;
    window.click_css("#settings-button").await?;
    window.click_css("#settings-application").await?;
    window.click_css("[data-test=break-glass]").await?;
    fill(window, "#glass-reason", "urgence").await?;
    window.click_css("#glass-open").await?;
    window.finds("#glass-reason-fault").await?;
    look(window, "35-glass-dialog").await?;
    fill(window, "#glass-reason", REASON).await?;
    window.click_css("#glass-open").await?;
    window.finds_exactly("#glass-dialog", 0).await?;
    window.finds("[data-test=own-glass]").await?;
    window.click_css("#home").await?;
    window.sees("Bris de glace, jusqu’à").await?;
    window.accessible("36-glass-of-administrator").await?;
    window.click_css("#card-team").await?;
    window.finds("[data-test=dossier-row]").await?;
    window.click_css("[data-test=dossier-row]").await?;
    window.finds("#open-dossier").await?;
    // To read only: a doctor and administrator cannot validate what they broke into.
    window.finds_exactly("#validate", 0).await
}

#[tokio::test(flavor = "multi_thread")]
async fn who_did_what_and_who_is_told() -> Result<()> {
    let scratch = tempfile::tempdir()?;
    let arrivals = scratch.path().join("arrivees");
    std::fs::create_dir(&arrivals)?;
    for (number, name) in [(1, "EXEMPLE"), (2, "MODELE")] {
        std::fs::write(arrivals.join(format!("{number}.eml")), mail(number, name))?;
    }
    let folders = Folders::within(scratch.path());
    let window = Window::open(&folders).await?;
    let mailbox = set_up(&window, &arrivals).await?;
    let (owner, _reader) = window.open_another().await?;
    read(&window).await?;
    window.turn_to(&owner).await?;
    history(&window, &folders).await?;

    // The owner has a dialog open, somewhere else: it is shown at once all the same.
    let (owner, administrator) = window.open_another().await?;
    enter(&window, "derek", false).await?;
    break_glass(&window).await?;
    window.turn_to(&owner).await?;
    window.finds("[data-test=glass]").await?;
    window.sees("lit votre boîte Laboratoire sans droit").await?;
    window.sees(REASON).await?;
    let red = "const style = getComputedStyle(document.querySelector('[data-test=glass]')); \
               const [red, green] = style.color.match(/\\d+/g).map(Number); return red > 2 * green";
    window.until("it to be red", red, &[]).await?;
    window.finds("[data-test=glass] svg").await?;
    look(&window, "37-glass-of-owner").await?;
    // Whoever asks who can read sees it too.
    let readers = invoke(&window, "who_can_read", json!({ "mailbox": mailbox })).await?;
    ensure!(readers.to_string().contains("break_glass"), "{readers}");
    window.click_css("[data-test=end-glass]").await?;
    window.finds_exactly("[data-test=end-glass]", 0).await?;
    window.sees("L’accès est terminé.").await?;
    window.click_css("[data-test=acknowledge-glass]").await?;
    window.finds_exactly("[data-test=glass]", 0).await?;
    window.client().refresh().await?;
    window.sees("Bonjour").await?;
    window.finds_exactly("[data-test=glass]", 0).await?;

    // The administrator's window empties, and the next action is refused.
    window.turn_to(&administrator).await?;
    window.finds_exactly("[data-test=dossier-row]", 0).await?;
    window.sees("Vous ne lisez plus la boîte Laboratoire (par Dr Grey").await?;
    window.accessible("38-glass-ended").await?;
    let refused = answer(&window, "who_can_read", json!({ "mailbox": mailbox })).await?;
    ensure!(refused["error"]["code"] == "not_found", "{refused}");
    let report = invoke(&window, "verify_journal", json!({})).await?;
    ensure!(report["faults"] == json!([]), "{report}");
    window.close().await
}
