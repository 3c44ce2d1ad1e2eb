//! *Gestion du partage* in the real window, with the command line as the other owner's window: dates and a reason by
//! keyboard alone, what a change does read before it is made, what another changed meanwhile, and who can read what, and
//! why. Every screen on the way is held against WCAG 2.2 AA and kept as a picture in target/screenshots.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[path = "support/bannette.rs"]
mod bannette;
#[path = "support/webdriver.rs"]
mod webdriver;
#[path = "support/window.rs"]
mod window;

use anyhow::{Result, ensure};
use bannette::Bannette;
use fantoccini::Locator;
use fantoccini::key::Key;
use serde_json::json;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use window::{Folders, Window, invoke};

const PASSWORD: &str = "quatre chevaux gris";
const FIRST: &str = "trois chiens noirs";
const LEA: &str = "Dr Léa REMPLAÇANT";
const PAUL: &str = "Paul CS PISCINE";
const GROUP: &str = "Secrétariat";

/// Derek, Paul, Léa, a group, and a mailbox with one dossier.
async fn practice(window: &Window, arrivals: &Path) -> Result<()> {
    let first = json!({
        "practice": "Cabinet des Essais", "title": "dr", "first_name": "Derek", "last_name": "SHEPERD", "role": "doctor",
        "login": "derek", "password": PASSWORD,
    });
    invoke(window, "create_practice", first).await?;
    let mut ids = Vec::new();
    for (title, first_name, last_name, role, login) in
        [("none", "Paul", "CS PISCINE", "secretary", "paul"), ("dr", "Léa", "REMPLAÇANT", "locum", "lea")]
    {
        let person = json!({
            "title": title, "first_name": first_name, "last_name": last_name, "role": role, "rpps": null,
            "login": login, "password": FIRST, "administrator": false,
        });
        ids.push(invoke(window, "add_person", person).await?["id"].clone());
    }
    let group = invoke(window, "add_group", json!({ "name": GROUP })).await?["id"].clone();
    invoke(window, "join_group", json!({ "group": group, "person": ids[0] })).await?;
    let mailbox = json!({
        "kind": "folder", "address": "Laboratoire", "secret": null,
        "connection": { "by": "folder", "path": arrivals.to_str() },
        "options": { "enabled": true, "delete_from_server": false, "retention_days": 90, "auto_share": true },
    });
    invoke(window, "add_mailbox", mailbox).await?;
    window.client().refresh().await?;
    window.sees("Bonjour").await
}

/// Goes on with Tab until the focus is on what the selector finds.
async fn tab_to(window: &Window, selector: &str) -> Result<()> {
    let mut trail = Vec::new();
    for _ in 0..60 {
        let there = "return document.activeElement?.matches(args[0]) === true";
        let here = "const it = document.activeElement; return it?.id || it?.dataset.test || it?.tagName";
        trail.push(window.look(here, &[]).await?);
        if window.look(there, &[json!(selector)]).await? == json!(true) {
            return Ok(());
        }
        window.press(&[Key::Tab]).await?;
    }
    let picture = window.screenshot("failed").await?;
    anyhow::bail!("Tab never came to {selector}: {trail:?}; picture: {}", picture.display())
}

/// Presses Shift and Tab until this has the focus.
async fn back_to(window: &Window, selector: &str) -> Result<()> {
    for _ in 0..9 {
        window.press(&[Key::Shift, Key::Tab, Key::Null]).await?;
        let there = "return document.activeElement?.matches(args[0]) === true";
        if window.look(there, &[json!(selector)]).await? == json!(true) {
            return Ok(());
        }
    }
    anyhow::bail!("Shift and Tab never came back to {selector}")
}

/// Waits until the day of the calendar that has the focus is this one.
async fn on_day(window: &Window, day: &str) -> Result<()> {
    let there = "return document.activeElement?.dataset.day === args[0]";
    window.until(&format!("the calendar on {day}"), there, &[json!(day)]).await
}

/// Replaces what stands in the field that has the focus.
async fn retype(window: &Window, text: &str) -> Result<()> {
    let empty = "document.activeElement.select(); return true";
    window.look(empty, &[]).await?;
    window.press(&[Key::Delete]).await?;
    if !text.is_empty() {
        window.type_keys(text).await?;
    }
    window.until("what was typed", "return document.activeElement.value === args[0]", &[json!(text)]).await
}

/// A day so many days from today: as typed, and as said in a sentence.
async fn day(window: &Window, days: i64) -> Result<(String, String)> {
    let script = "const at = new Date(); const year = at.getFullYear(); at.setDate(at.getDate() + args[0]); \
                  const two = (number) => String(number).padStart(2, '0'); \
                  const short = `${two(at.getDate())}/${two(at.getMonth() + 1)}`; \
                  const whole = `${short}/${at.getFullYear()}`; return [whole, at.getFullYear() === year ? short : whole]";
    Ok(serde_json::from_value(window.look(script, &[json!(days)]).await?)?)
}

/// Opens *Gestion du partage* of the mailbox.
async fn open_sharing(window: &Window) -> Result<()> {
    window.click_css("[data-test=share]").await?;
    window.finds("#share-validate:not([disabled])").await
}

async fn to_messaging(window: &Window) -> Result<()> {
    window.click_css("#home").await?;
    window.click_css("#settings-button").await?;
    window.click_css("#settings-user").await?;
    window.click_css("#tab-messaging").await?;
    window.finds("[data-test=share]").await
}

/// Authorises Léa by keyboard alone, and opens her dates.
async fn authorise_lea(window: &Window) -> Result<()> {
    let focused = "return document.querySelector('#share-dialog').contains(document.activeElement)";
    window.until("the focus to be in the dialog", focused, &[]).await?;
    tab_to(window, "[name=shared]").await?;
    window.type_keys(" ").await?;
    window.until("Oui", "return document.querySelector('#shared-yes').checked", &[]).await?;
    tab_to(window, "#share-search").await?;
    window.type_keys("rempl").await?;
    window.finds_exactly("[data-test=add-grantee]", 1).await?;
    tab_to(window, &format!("[data-test=add-grantee][data-name='{LEA}']")).await?;
    window.press(&[Key::Enter]).await?;
    tab_to(window, &format!("[data-test=details][data-name='{LEA}']")).await?;
    window.press(&[Key::Enter]).await?;
    tab_to(window, "input[id^=from-]").await
}

/// The fields say aloud what they are and what is wrong with them.
async fn is_told(window: &Window, field: &str, sentence: &str) -> Result<()> {
    let script = "const field = all(`input[id^=${args[0]}-]`)[0]; \
                  const ids = (field?.getAttribute('aria-describedby') ?? '').split(' '); \
                  return field?.getAttribute('aria-invalid') === 'true' \
                    && ids.some((id) => words(document.getElementById(id)?.innerText) === words(args[1]))";
    window.until(&format!("« {sentence} » at {field}"), script, &[json!(field), json!(sentence)]).await
}

async fn effect(window: &Window, sentence: &str) -> Result<()> {
    let script = "return words(document.querySelector('[data-test=effect]')?.innerText) === words(args[0])";
    window.until(&format!("« {sentence} »"), script, &[json!(sentence)]).await
}

async fn at_200_percent(window: &Window, name: &str) -> Result<()> {
    // The page is set at 87.5 %: twice that.
    let size = "document.documentElement.style.fontSize = args[0]; return true";
    window.look(size, &[json!("175%")]).await?;
    window.accessible(name).await?;
    let wide =
        "return [...document.querySelectorAll('dialog[open]')].every((one) => one.scrollWidth <= one.clientWidth)";
    ensure!(window.look(wide, &[]).await? == json!(true), "{name}: at 200 % something runs out of sight to the right");
    window.look(size, &[json!("")]).await.map(drop)
}

#[tokio::test(flavor = "multi_thread")]
async fn sharing_explains_itself() -> Result<()> {
    let scratch = tempfile::tempdir()?;
    let arrivals = scratch.path().join("arrivees");
    std::fs::create_dir(&arrivals)?;
    let mut generator = bannette_synthetic::Generator::new(4);
    std::fs::write(arrivals.join("1.eml"), generator.specimen("derek@medecin.test").message)?;
    let window = Window::open(&Folders::within(scratch.path())).await?;
    practice(&window, &arrivals).await?;
    let derek = Bannette::at(scratch.path()).signed_in("derek", PASSWORD);
    let shown = || derek.json(&["share", "show", "Laboratoire"]).done();
    let ((_, _), (from, from_said), (until, until_said)) =
        (day(&window, 0).await?, day(&window, 3).await?, day(&window, 10).await?);
    let yesterday = day(&window, -1).await?.0;

    // 1. Dates and a reason, by keyboard alone; what is wrong stands beside its field.
    to_messaging(&window).await?;
    open_sharing(&window).await?;
    authorise_lea(&window).await?;
    window.type_keys("demain matin").await?;
    is_told(&window, "from", "Écrivez une date, par exemple 31/12/2026.").await?;
    retype(&window, &until).await?;
    tab_to(&window, "input[id^=until-]").await?;
    window.type_keys(&from).await?;
    is_told(&window, "until", "La fin est avant le début.").await?;
    effect(&window, "Corrigez d’abord le champ signalé en rouge.").await?;
    back_to(&window, "input[id^=from-]").await?;
    retype(&window, "").await?;
    tab_to(&window, "input[id^=until-]").await?;
    retype(&window, &yesterday).await?;
    is_told(&window, "until", "Ce jour est déjà passé.").await?;
    // Valider on something wrong changes nothing, and leads to it.
    tab_to(&window, "#share-validate").await?;
    window.press(&[Key::Enter]).await?;
    let there = "return document.activeElement?.id.startsWith('until-')";
    window.until("the focus on what is wrong", there, &[]).await?;
    window.accessible("30-sharing-wrong-date").await?;
    ensure!(shown()["grants"] == json!([]), "something wrong was kept");
    retype(&window, &until).await?;
    back_to(&window, "input[id^=from-]").await?;
    window.type_keys(&from).await?;
    tab_to(&window, "input[id^=motive-]").await?;
    window.type_keys("Remplacement de congé").await?;
    let foretold = format!(
        "Effet : 1 personne de plus peut lire (Dr Remplaçant, du {from_said} au {until_said}). \
         Personne ne perd d’accès."
    );
    effect(&window, &foretold).await?;
    window.accessible("31-sharing-dates").await?;
    at_200_percent(&window, "31b-sharing-dates-200").await?;
    let tree = "const button = all('[data-test=details]').find((one) => one.dataset.name === args[0]); \
                const panel = document.getElementById(button.getAttribute('aria-controls')); \
                return [named(button), button.getAttribute('aria-expanded'), panel?.getAttribute('role'), named(panel)]";
    let expected = json!([format!("Dates et motif… ({LEA})"), "true", "group", LEA]);
    ensure!(window.look(tree, &[json!(LEA)]).await? == expected);

    // 2. Escape asks before choices are lost; nothing was applied.
    window.press(&[Key::Escape]).await?;
    window.finds("#go-on").await?;
    window.accessible("32-sharing-abandon").await?;
    window.press(&[Key::Escape]).await?;
    window.finds_exactly("#go-on", 0).await?;
    effect(&window, &foretold).await?;
    window.press(&[Key::Escape]).await?;
    window.click_css("#abandon").await?;
    window.finds_exactly("#share-dialog", 0).await?;
    ensure!(shown()["grants"] == json!([]), "nothing applies before Valider");
    let back = "return document.activeElement?.dataset.test === 'share'";
    window.until("the focus to be back", back, &[]).await?;

    // 3. Again, and Valider.
    window.press(&[Key::Enter]).await?;
    window.finds("#share-validate:not([disabled])").await?;
    authorise_lea(&window).await?;
    // In six figures; once left, it stands as dates do here.
    window.type_keys(&from.replacen("/20", "/", 1).replace('/', "")).await?;
    tab_to(&window, "input[id^=until-]").await?;
    let stands = "return all('input[id^=from-]')[0].value === args[0]";
    window.until("the date in its usual form", stands, &[json!(from)]).await?;
    // In the calendar, by its keys; Escape closes it, and only it.
    tab_to(&window, "[data-test=open-calendar][aria-label$='(inclus)']").await?;
    window.press(&[Key::Enter]).await?;
    on_day(&window, &day(&window, 0).await?.0).await?;
    window.press(&[Key::Escape]).await?;
    window.finds_exactly(".calendar", 0).await?;
    window.finds("#share-dialog-title").await?;
    tab_to(&window, "[data-test=open-calendar][aria-label$='(inclus)']").await?;
    window.press(&[Key::Enter]).await?;
    on_day(&window, &day(&window, 0).await?.0).await?;
    window.press(&[Key::Down]).await?;
    on_day(&window, &day(&window, 7).await?.0).await?;
    for days in 8..=10 {
        window.press(&[Key::Right]).await?;
        on_day(&window, &day(&window, days).await?.0).await?;
    }
    window.accessible("33a-sharing-calendar").await?;
    at_200_percent(&window, "33a-sharing-calendar-200").await?;
    window.press(&[Key::Enter]).await?;
    window.finds_exactly(".calendar", 0).await?;
    let stands =
        "return document.activeElement?.matches('input[id^=until-]') && document.activeElement.value === args[0]";
    window.until("the day that was chosen", stands, &[json!(until)]).await?;
    tab_to(&window, "input[id^=motive-]").await?;
    window.type_keys("Remplacement de congé").await?;
    tab_to(&window, "#share-validate").await?;
    window.press(&[Key::Enter]).await?;
    window.finds_exactly("#share-dialog", 0).await?;
    let kept = shown();
    ensure!(kept["motives"][0]["text"] == "Remplacement de congé", "{kept}");
    let midnights =
        ["begins", "ends"].map(|end| kept["grants"][0][end].as_str().unwrap_or_default().contains("T00:00:00"));
    ensure!(midnights == [true, true], "{kept}");

    // 4. The command line is quicker: the window shows what it changed, and overwrites nothing.
    open_sharing(&window).await?;
    window.click_css(&format!("[data-test=add-grantee][data-name='{GROUP}']")).await?;
    window.click_css(&format!("[data-test=send-box][data-name='{LEA}']")).await?;
    let add = ["share", "set", "Laboratoire", "--person", "paul", "--level", "send", "--reason", "Accueil"];
    derek.json(&add).done();
    derek.json(&["share", "set", "Laboratoire", "--person", "lea", "--level", "read"]).done();
    window.click_css("#share-validate").await?;
    window.finds("[data-test=meanwhile]").await?;
    let told = window.texts("[data-test=meanwhile] li").await?;
    ensure!(told.iter().any(|line| line == &format!("ajouté : {PAUL} (lecture et envoi · Accueil)")), "{told:?}");
    let changed = told.iter().find(|line| line.starts_with(&format!("changé : {LEA}"))).cloned().unwrap_or_default();
    ensure!(changed.contains("votre choix : lecture et envoi · du"), "{told:?}");
    window.accessible("33-sharing-conflict").await?;
    at_200_percent(&window, "33b-sharing-conflict-200").await?;
    ensure!(shown()["grants"].as_array().map(Vec::len) == Some(2), "something was overwritten");
    window.click_css("#share-validate").await?;
    window.finds_exactly("#share-dialog", 0).await?;
    let kept = shown();
    ensure!(kept["grants"].as_array().map(Vec::len) == Some(3) && kept["motives"].as_array().map(Vec::len) == Some(2));

    // 5. Who can read: from the settings, from the home page, of a dossier by one key.
    window.click_css("[data-test=mailbox-block] [data-test=who-can-read]").await?;
    window.finds("#who-close").await?;
    window.finds(&format!("[data-test=who][data-name='{PAUL}']")).await?;
    window.press(&[Key::Escape]).await?;
    window.finds_exactly("#who-dialog", 0).await?;
    window.click_css("#home").await?;
    window.finds("[data-test=mailbox-row]").await?;
    window.accessible("34-home-who").await?;
    window.click_css("[data-test=mailbox-row] [data-test=who-can-read]").await?;
    window.finds(&format!("[data-test=who][data-name='{PAUL}']")).await?;
    window.accessible("35-who-mailbox").await?;
    let who = window.texts("[data-test=who]").await?;
    ensure!(who[0].contains("Dr Derek SHEPERD") && who[0].contains("titulaire"), "oneself first: {who:?}");
    ensure!(who[1].contains("à titre personnel, lecture et envoi — motif : Accueil"), "{who:?}");
    ensure!(who[1].contains("par le groupe Secrétariat, lecture seule"), "{who:?}");
    window.press(&[Key::Escape]).await?;
    window.finds_exactly("#who-dialog", 0).await?;
    let back = "return document.activeElement?.dataset.test === 'who-can-read'";
    window.until("the focus to be back", back, &[]).await?;
    window.click_css("#card-team").await?;
    window.click_css("[data-test=dossier-row]").await?;
    window.finds("#open-dossier").await?;
    window.type_keys("q").await?;
    window.finds(&format!("[data-test=who][data-name='{PAUL}']")).await?;
    window.accessible("36-who-dossier").await?;
    at_200_percent(&window, "36b-who-dossier-200").await?;
    window.press(&[Key::Enter]).await?;
    window.finds_exactly("#who-dialog", 0).await?;

    // 6. Paul, in a window of his own: why he has access, first; the reasons of others are not his.
    let (_, second) = window.open_another().await?;
    window.finds("#sign-in").await?;
    invoke(&window, "sign_in", json!({ "login": "paul", "password": FIRST })).await?;
    invoke(&window, "change_password", json!({ "current": FIRST, "new": PASSWORD })).await?;
    window.client().refresh().await?;
    window.sees("Bonjour").await?;
    window.click_css("#card-team").await?;
    window.click_css("[data-test=mailbox][data-address=Laboratoire]").await?;
    window.click_css(".list-head [data-test=who-can-read]").await?;
    window.finds("[data-test=why] [data-test=who]").await?;
    window.accessible("37-who-of-paul").await?;
    let own = window.texts("[data-test=why] [data-test=who]").await?;
    ensure!(own.len() == 1 && own[0].contains(PAUL) && own[0].contains("motif : Accueil"), "{own:?}");
    ensure!(!window.text().await?.contains("Remplacement de congé"), "the reason of another");
    // What arrives meanwhile closes nothing.
    std::fs::write(arrivals.join("2.eml"), generator.specimen("derek@medecin.test").message)?;
    let behind = "return document.querySelectorAll('[data-test=dossier-row]').length === 2";
    window.until("the new dossier behind the dialog", behind, &[]).await?;
    window.finds("[data-test=why] [data-test=who]").await?;
    window.click_css("#who-close").await?;
    window.click_css("[data-test=dossier-row]").await?;
    window.finds("#open-dossier").await?;

    // 7. A date passes: the open window empties by itself, as nobody touches it.
    let soon = SystemTime::now().duration_since(UNIX_EPOCH)? + Duration::from_secs(8);
    let soon = rfc3339(soon.as_secs());
    let set = ["share", "set", "Laboratoire", "--person", "paul", "--level", "send", "--until", &soon];
    derek.json(&set).done();
    derek.json(&["share", "set", "Laboratoire", "--group", GROUP, "--level", "none"]).done();
    window.finds("#open-dossier").await?;
    window.turn_to(&second).await?;
    window.finds_exactly("[data-test=dossier-row]", 0).await?;
    window.finds("[data-test=dossier-gone]").await?;
    window.accessible("38-right-ended").await?;
    window.client().find(Locator::Css("[data-test=dossier-gone]")).await?;
    window.close().await
}

/// An instant as RFC 3339 in UTC (days from the civil calendar, Hinnant's algorithm).
fn rfc3339(since_1970: u64) -> String {
    let (days, rest) = (since_1970 / 86_400 + 719_468, since_1970 % 86_400);
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", rest / 3600, rest % 3600 / 60, rest % 60)
}
