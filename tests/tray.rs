//! The in-tray under quick hands, in the real window: one cursor, a held key acts once, nobody decides on what does not stand
//! on the screen, undo goes back step by step, no single key shows a dossier to others. And what is read there: a report's
//! own date, a document beside the list, columns that keep their width.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[path = "support/report.rs"]
mod report;
#[path = "support/webdriver.rs"]
mod webdriver;
#[path = "support/window.rs"]
mod window;

use anyhow::{Result, ensure};
use bannette_synthetic::Generator;
use fantoccini::key::Key;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;
use window::{Folders, Window, invoke};

/// Dispatches keys one after the other without waiting for anything: `v` once, `v*` as a key that is held.
const KEYS: &str = "
    for (const key of args[0]) {
        const [name, held] = [key.replace('*', ''), key.endsWith('*')];
        const control = name.startsWith('^');
        document.activeElement.dispatchEvent(new KeyboardEvent('keydown',
            { key: control ? name.slice(1) : name, ctrlKey: control, repeat: held, bubbles: true, cancelable: true }));
    }
    return true;
";
/// Whose row is ringed, and whose dossier stands beside the list; null where none does.
const CURSOR: &str = "
    const ring = document.querySelector('.row.active')?.dataset.patient ?? null;
    const pane = document.querySelector('#open-dossier #patient');
    return [ring, pane ? words(pane.innerText) : null];
";
/// Watches what is said aloud from now on (what stands there was said before), and whether another dossier than the ringed one ever stands beside the list.
const WATCH: &str = "
    window.aloud = []; window.apart = [];
    const regions = () => [...document.querySelectorAll('.unseen[role=alert], .unseen[role=status]')];
    const said = new Set(regions().map((region) => words(region.innerText)));
    new MutationObserver(() => {
        for (const region of regions()) {
            const text = words(region.innerText);
            if (text && !said.has(text) && window.aloud.at(-1) !== text) window.aloud.push(text);
        }
        const ring = document.querySelector('.row.active')?.dataset.patient;
        const pane = document.querySelector('#open-dossier #patient');
        if (ring && pane && words(pane.innerText) !== words(ring)) window.apart.push([ring, pane.innerText]);
    }).observe(document.body, { childList: true, subtree: true, characterData: true, attributes: true });
    return true;
";

async fn keys(window: &Window, keys: &[&str]) -> Result<()> {
    window.look(KEYS, &[json!(keys)]).await.map(drop)
}

/// Waits until that patient's row is ringed and their dossier stands beside the list.
async fn at(window: &Window, patient: &str) -> Result<()> {
    let script = format!(
        "const [ring, pane] = (() => {{ {CURSOR} }})(); \
         return ring !== null && ring === pane && pane.startsWith(args[0])"
    );
    window.until(&format!("{patient} ringed and shown"), &script, &[json!(patient)]).await?;
    // What stands in the page stands on the screen with the next frame: no hand is quicker.
    let drawn = "const done = arguments[arguments.length - 1]; \
                 requestAnimationFrame(() => requestAnimationFrame(() => done(true)))";
    window.client().execute_async(drawn, Vec::new()).await?;
    Ok(())
}

async fn patients(window: &Window) -> Result<Vec<String>> {
    let names = "return all('[data-test=dossier-row]').sort((a, b) => a.ariaPosInSet - b.ariaPosInSet) \
                 .map((row) => row.dataset.patient.split(' ')[0])";
    Ok(serde_json::from_value(window.look(names, &[]).await?)?)
}

/// The last names in a list of the core, in its order.
async fn listed(window: &Window, view: &str) -> Result<Vec<(String, bool)>> {
    let ask = json!({ "view": view, "mailbox": null, "words": null, "after": null, "limit": 100 });
    let page = invoke(window, "list_dossiers", ask).await?;
    let row = |row: &Value| {
        (row["patient"]["last_name"].as_str().unwrap_or_default().to_owned(), row["seen_by_me"] == json!(true))
    };
    Ok(page["rows"].as_array().unwrap().iter().map(row).collect())
}

async fn validated(window: &Window) -> Result<Vec<String>> {
    Ok(listed(window, "validated").await?.into_iter().map(|(name, _)| name).collect())
}

/// So long that whatever a key began has come to its end.
async fn rest() {
    tokio::time::sleep(Duration::from_millis(1500)).await;
}

/// A doctor with a folder in which these files lie.
async fn practice(scratch: &Path, auto_share: bool, files: &[(&str, Vec<u8>)]) -> Result<Window> {
    let arrivals = scratch.join("arrivees");
    std::fs::create_dir(&arrivals)?;
    for (name, bytes) in files {
        std::fs::write(arrivals.join(name), bytes)?;
    }
    let window = Window::open(&Folders::within(scratch)).await?;
    let practice = json!({
        "practice": "Cabinet des Essais", "title": "dr", "first_name": "Derek", "last_name": "SHEPERD", "role": "doctor",
        "login": "derek", "password": "quatre chevaux gris",
    });
    invoke(&window, "create_practice", practice).await?;
    let mailbox = json!({
        "kind": "folder", "address": "Laboratoire", "secret": null,
        "connection": { "by": "folder", "path": arrivals.to_str() },
        "options": { "enabled": true, "delete_from_server": false, "retention_days": 90, "auto_share": auto_share },
    });
    invoke(&window, "add_mailbox", mailbox).await?;
    window.client().refresh().await?;
    window.sees("Bonjour").await?;
    let all = format!("return document.querySelector('#card-team strong')?.innerText === '{}'", files.len());
    window.until("all that was sent", &all, &[]).await?;
    Ok(window)
}

/// Six patients, of whom two are critical.
fn six() -> Vec<(&'static str, Vec<u8>)> {
    let names = [
        ("1.hpr", "ABRICOT", "6.9", "HH"),
        ("2.hpr", "BANANE", "7.1", "HH"),
        ("3.hpr", "CERISE", "4.0", ""),
        ("4.hpr", "DATTE", "4.1", ""),
        ("5.hpr", "FIGUE", "4.2", ""),
        ("6.hpr", "GRENADE", "4.3", ""),
    ];
    let file =
        |(number, (file, name, potassium, flag))| (file, report::report(number, name, potassium, flag).into_bytes());
    (0..).zip(names).map(file).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_cursor_and_keys_that_act_once() -> Result<()> {
    let scratch = tempfile::tempdir()?;
    let window = practice(scratch.path(), true, &six()).await?;
    window.click_css("#card-team").await?;
    window.finds_exactly("[data-test=dossier-row]", 6).await?;
    let order = patients(&window).await?;
    window.look(WATCH, &[]).await?;

    // 1. What is ringed is shown, and nothing else ever is. Who walks past has seen nothing.
    keys(&window, &["j"]).await?;
    at(&window, &order[0]).await?;
    keys(&window, &["j", "j", "j"]).await?;
    at(&window, &order[3]).await?;
    let seen = listed(&window, "team").await?.into_iter().filter(|(_, seen)| *seen).map(|(name, _)| name);
    let mut seen: Vec<String> = seen.collect();
    seen.sort();
    let mut wanted = vec![order[0].clone(), order[3].clone()];
    wanted.sort();
    ensure!(seen == wanted, "{seen:?} were seen, {wanted:?} shown");
    // Between two dossiers no key decides on either.
    keys(&window, &["k", "v"]).await?;
    at(&window, &order[2]).await?;
    rest().await;
    ensure!(validated(&window).await?.is_empty(), "something was validated that was not shown");
    window.accessible("75-one-cursor").await?;

    // 2. A held key acts once: V, Enter.
    keys(&window, &["k", "k", "k"]).await?;
    at(&window, &order[0]).await?;
    keys(&window, &["v", "v*", "v*", "v*"]).await?;
    at(&window, &order[1]).await?;
    for _ in 0..20 {
        keys(&window, &["v*"]).await?;
    }
    rest().await;
    ensure!(validated(&window).await? == order[..1], "{:?}", validated(&window).await?);
    at(&window, &order[1]).await?;
    // Enter reads on where the ringed one is open already: one step, however long it is held.
    keys(&window, &["Enter", "Enter*", "Enter*", "Enter*"]).await?;
    rest().await;
    at(&window, &order[2]).await?;
    keys(&window, &["k"]).await?;
    at(&window, &order[1]).await?;

    // 3. Pressed again before the next one stands there, it decides on nothing; then on what stands there, in their order.
    keys(&window, &["v", "v", "v"]).await?;
    at(&window, &order[2]).await?;
    rest().await;
    ensure!(validated(&window).await?.len() == 2, "{:?}", validated(&window).await?);
    keys(&window, &["v"]).await?;
    at(&window, &order[3]).await?;
    let done: BTreeSet<String> = validated(&window).await?.into_iter().collect();
    ensure!(done == order[..3].iter().cloned().collect(), "validated others than were shown: {done:?}, {order:?}");

    // 4. Back step by step, each shown when it comes; a held key goes one step.
    for left in (1..3).rev() {
        keys(&window, &["^z", "^z*", "^z*"]).await?;
        at(&window, &order[left]).await?;
        window.sees("est de nouveau à traiter").await?;
        rest().await;
        ensure!(validated(&window).await?.len() == left, "{:?}", validated(&window).await?);
    }
    window.accessible("76-undone").await?;
    keys(&window, &["^z"]).await?;
    at(&window, &order[0]).await?;
    ensure!(validated(&window).await?.is_empty());
    // Nothing is left to take back.
    keys(&window, &["^z"]).await?;
    rest().await;
    at(&window, &order[0]).await?;

    // 5. Nothing of all that was said to be new, and nothing else than the ringed dossier was ever shown.
    let aloud = window.look("return window.aloud.join(' | ')", &[]).await?;
    ensure!(!aloud.as_str().unwrap_or_default().contains("nouve"), "what is old was said to be new: {aloud}");
    let apart = window.look("return window.apart", &[]).await?;
    ensure!(apart == json!([]), "ringed and shown: {apart}");
    // What is new is.
    let more = report::report(9, "HOUX", "7.4", "HH");
    std::fs::write(scratch.path().join("arrivees/9.hpr"), more)?;
    let said = "return window.aloud.some((text) => text.includes('nouveau résultat critique'))";
    window.until("what is new to be said", said, &[]).await?;
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn no_single_key_shows_a_dossier_to_others() -> Result<()> {
    let scratch = tempfile::tempdir()?;
    let window = practice(scratch.path(), false, &six()[..2]).await?;
    window.click_css("#card-team").await?;
    window.finds_exactly("[data-test=dossier-row]", 2).await?;
    let order = patients(&window).await?;
    keys(&window, &["j"]).await?;
    at(&window, &order[0]).await?;
    window.type_keys("p").await?;
    window.finds("#share-confirmed").await?;
    window.sees(&format!("{} ALICE, 14/03/1957", order[0])).await?;
    window.accessible("77-share-question").await?;
    // The key that was pressed in a hurry goes on into nothing: the way back has the focus.
    window.press(&[Key::Enter]).await?;
    window.finds_exactly("#share-confirmed", 0).await?;
    rest().await;
    ensure!(listed(&window, "to_share").await?.len() == 2, "a single key showed it to others");
    window.type_keys("p").await?;
    window.click_css("#share-confirmed").await?;
    window.sees("1 dossier partagé.").await?;
    let waiting: Vec<String> = listed(&window, "to_share").await?.into_iter().map(|(name, _)| name).collect();
    ensure!(waiting == order[1..], "{waiting:?}");
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn dates_documents_and_columns() -> Result<()> {
    let scratch = tempfile::tempdir()?;
    let pdf = Generator::new(11).pdf_report(2, true).bytes;
    let lines = [
        "RES|Potassium|K|N|4.2|mmol/L|3.5|5.1||F||||",
        "RES|Plaquettes|PLQ|N|120000|/mm3|150000|400000|L|F||||",
        "RES|Sodium|NA|N|128|mmol/L|136|145|LL|F||||",
    ]
    .map(str::to_owned);
    let read = report::with_lines("PAT00001", "ABRICOT", "A00000001", "22/11/2026", &lines);
    let files = [("a.hpr", read.into_bytes()), ("b.pdf", pdf)];
    let window = practice(scratch.path(), true, &files).await?;
    window.click_css("#card-team").await?;
    window.finds_exactly("[data-test=dossier-row]", 2).await?;

    // Whose it is by the birth date too, and no file's name where the laboratory is named.
    let row = window.texts("[data-test=dossier-row][data-patient^=ABRICOT]").await?.join(" ");
    ensure!(row.contains("14/03/1957") && row.contains("Laboratoire des Essais") && !row.contains(".hpr"), "{row}");
    window.click_css("[data-test=dossier-row][data-patient^=ABRICOT]").await?;
    window.sees("édité le 22/11/2026").await?;
    window.sees("120 000").await?;
    // What is technical is folded away.
    window.finds_exactly("[data-test=details]:not([open])", 1).await?;
    ensure!(!window.text().await?.contains("a.hpr"), "a file's name is a technical detail");
    window.accessible("78-results").await?;

    // A document that says no date says when it came. Its pages stand beside the list.
    window.click_css("[data-test=dossier-row]:not([data-patient^=ABRICOT])").await?;
    window.sees("reçu le").await?;
    window.type_keys("d").await?;
    let drawn = "const page = document.querySelector('#pdf-page img'); return page !== null && page.naturalWidth > 400";
    window.until("the page", drawn, &[]).await?;
    window.finds_exactly("dialog[open]", 0).await?;
    window.finds_exactly("[data-test=dossier-row]", 2).await?;
    window.finds("#open-dossier #patient").await?;
    window.accessible("79-pdf-beside").await?;
    window.press(&[Key::Escape]).await?;
    window.finds_exactly("#pdf-page", 0).await?;
    window.finds("#open-dossier .content").await?;

    // A column is as wide as it was drawn, at the next start of the page too.
    let wide = "return Math.round(document.querySelector('.list').getBoundingClientRect().width)";
    let before = window.look(wide, &[]).await?.as_i64().unwrap_or_default();
    window.look("document.querySelectorAll('[data-test=divider]')[1].focus(); return true", &[]).await?;
    for _ in 0..4 {
        window.press(&[Key::Right]).await?;
    }
    let grown = "return Math.round(document.querySelector('.list').getBoundingClientRect().width) === args[0]";
    window.until("a wider list", grown, &[json!(before + 64)]).await?;
    window.accessible("80-wider-list").await?;
    window.client().refresh().await?;
    window.sees("Bonjour").await?;
    window.click_css("#card-team").await?;
    window.until("the list as wide as before", grown, &[json!(before + 64)]).await?;
    // A double click gives the usual width again.
    let twice = "document.querySelectorAll('[data-test=divider]')[1] \
                 .dispatchEvent(new MouseEvent('dblclick', { bubbles: true })); return true";
    window.look(twice, &[]).await?;
    window.until("the usual width", grown, &[json!(before)]).await?;
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replaced_report_says_what_changed_and_a_person_joins_and_parts() -> Result<()> {
    let scratch = tempfile::tempdir()?;
    let result =
        |value: &str, flag: &str, status: &str| format!("RES|Potassium|K|N|{value}|mmol/L|3.5|5.1|{flag}|{status}||||");
    let file = |number: &str, day: &str, line: String| {
        report::with_lines("PAT00001", "ABRICOT", number, day, &[line]).into_bytes()
    };
    let first = [("a.hpr", file("A00000001", "22/11/2026", result("7.2", "HH", "F")))];
    let window = practice(scratch.path(), true, &first).await?;
    window.click_css("#card-team").await?;
    window.click_css("[data-test=dossier-row]").await?;
    window.finds("#open-dossier #patient").await?;
    window.type_keys("v").await?;
    window.finds_exactly("[data-test=dossier-row]", 0).await?;

    // 1. Its correction waits, says what it changes and who had validated the former one, who is told at home.
    let arrivals = scratch.path().join("arrivees");
    std::fs::write(arrivals.join("b.hpr"), file("A00000001", "23/11/2026", result("4.0", "", "C")))?;
    window.finds_exactly("[data-test=dossier-row]", 1).await?;
    window.click_css("[data-test=dossier-row]").await?;
    window.finds("[data-test=changes]").await?;
    let told = window.texts("[data-test=changes]").await?.join(" ");
    ensure!(told.contains("remplace celui reçu le") && told.contains("validé par"), "{told}");
    let change = window.texts("[data-test=change]").await?.join(" ");
    ensure!(
        change.contains("Potassium") && change.contains("7,2") && change.contains("→") && change.contains("4"),
        "{change}"
    );
    window.accessible("81-correction").await?;

    // 2. Another report, which no rule joins: a person does, having seen what that means.
    let sodium = "RES|Sodium|NA|N|128|mmol/L|136|145|LL|F||||".to_owned();
    std::fs::write(arrivals.join("c.hpr"), file("B00000777", "23/11/2026", sodium))?;
    window.finds_exactly("[data-test=dossier-row]", 2).await?;
    window
        .until(
            "the critical one",
            "return all('[data-test=dossier-row]').some((row) => row.innerText.includes('Sodium'))",
            &[],
        )
        .await?;
    let sodium = "all('[data-test=dossier-row]').find((row) => row.innerText.includes('Sodium')).click(); return true";
    window.look(sodium, &[]).await?;
    window
        .until(
            "it is shown",
            "return words(document.querySelector('#open-dossier')?.innerText ?? '').includes('128')",
            &[],
        )
        .await?;
    window.finds_exactly("[data-test=versions]", 0).await?;
    window.click_css("[data-test=join]").await?;
    window.finds("#join-dialog #join-do[disabled]").await?;
    window.finds_exactly("[data-test=join-line]", 2).await?;
    window.accessible("82-join").await?;
    let corrected = "all('[data-test=join-line] button')[0].click(); return true";
    window.look(corrected, &[]).await?;
    window.finds("[data-test=join-consequence]").await?;
    window.accessible("83-join-consequence").await?;
    window.click_css("#join-do").await?;
    window.sees("ce compte rendu remplace l’autre").await?;
    window.finds("[data-test=changes]").await?;

    // 3. And takes it back: both wait again.
    window.click_css("[data-test=version-apart]").await?;
    window.sees("ce sont deux analyses").await?;
    window.finds_exactly("[data-test=dossier-row]", 2).await?;
    window.close().await
}

/// Types into the search, from wherever the eye is, and asks.
async fn search(window: &Window, typed: &str) -> Result<()> {
    // A field that has the focus would take the key for a letter.
    window.look("document.activeElement?.blur(); return true", &[]).await?;
    window.type_keys("/").await?;
    let chosen = "const field = document.activeElement; return field?.id === 'search' \
                  && field.selectionStart === 0 && field.selectionEnd === field.value.length";
    window.until("the search to have the focus, with its text chosen", chosen, &[]).await?;
    // What is typed takes the place of what was chosen.
    window.type_keys(typed).await?;
    window.press(&[Key::Enter]).await?;
    let asked = "return document.querySelector('#search').value === args[0]";
    window.until("what was typed in the field", asked, &[json!(typed)]).await
}

/// Waits until that was said aloud, once; then forgets what was said.
async fn said(window: &Window, wanted: &str) -> Result<()> {
    let heard = "return window.aloud.some((text) => text.includes(words(args[0])))";
    window.until(&format!("« {wanted} » to be said"), heard, &[json!(wanted)]).await?;
    rest().await;
    let times = "const times = window.aloud.filter((text) => text.includes(words(args[0]))).length; \
                 window.aloud = []; return times";
    let times = window.look(times, &[json!(wanted)]).await?;
    ensure!(times == json!(1), "« {wanted} » was said {times} times");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_searched_for_is_found_said_and_emptied() -> Result<()> {
    let scratch = tempfile::tempdir()?;
    let mut files = six();
    let replaced = |value: &str, status: &str| {
        let line = format!("RES|Potassium|K|N|{value}|mmol/L|3.5|5.1||{status}||||");
        report::with_lines("PAT00077", "HOUX", "A00000077", "22/11/2026", &[line]).into_bytes()
    };
    files.push(("7.hpr", replaced("4.4", "F")));
    let window = practice(scratch.path(), true, &files).await?;
    window.look(WATCH, &[]).await?;

    // 1. From the home page, by an analyte's other name and by a birth date: the critical ones first.
    search(&window, "kaliémie").await?;
    window.finds_exactly("[data-test=dossier-row]", 7).await?;
    said(&window, "7 dossiers trouvés").await?;
    let order = patients(&window).await?;
    ensure!(order[..2].iter().all(|name| ["ABRICOT", "BANANE"].contains(&name.as_str())), "{order:?}");
    search(&window, "14/03/1957 ceri").await?;
    window.finds_exactly("[data-test=dossier-row]", 1).await?;
    window.sees("Recherche : 14/03/1957 ceri").await?;
    said(&window, "1 dossier trouvé").await?;

    // 2. With a typing error; a row says so, and the title.
    search(&window, "alcie grenaed").await?;
    window.sees("Résultats proches de « alcie grenaed »").await?;
    window.finds_exactly("[data-test=dossier-row][data-patient^=GRENADE]", 1).await?;
    let row = window.texts("[data-test=dossier-row]").await?.join(" ");
    ensure!(row.contains("proche"), "{row}");
    said(&window, "Résultats proches de « alcie grenaed » : 1 dossier trouvé").await?;
    window.accessible("82-near").await?;

    // 3. Nothing: what was looked for, and what to do.
    search(&window, "zzyzx").await?;
    window.sees("Aucun dossier ne répond à « zzyzx ».").await?;
    window.sees("Vérifiez l’orthographe, ou cherchez par la date de naissance.").await?;
    said(&window, "Aucun dossier ne répond à « zzyzx »").await?;
    window.accessible("83-nothing-found").await?;

    // 4. A report whose place another has taken is found, and says so.
    std::fs::write(scratch.path().join("arrivees/8.hpr"), replaced("4.6", "C"))?;
    window.sees("Tout est relevé").await?;
    search(&window, "houx").await?;
    window.finds_exactly("[data-test=dossier-row]", 2).await?;
    let rows = window.texts("[data-test=dossier-row]").await?;
    ensure!(rows.iter().filter(|row| row.contains("remplacé")).count() == 1, "{rows:?}");
    window.accessible("84-replaced-found").await?;

    // 5. Escape empties the field and ends the search; so does leaving the page.
    window.type_keys("/").await?;
    window.press(&[Key::Escape]).await?;
    let empty = "return document.querySelector('#search').value === ''";
    window.until("the field to be empty", empty, &[]).await?;
    window.sees_no("Recherche : houx").await?;
    search(&window, "houx").await?;
    window.finds_exactly("[data-test=dossier-row]", 2).await?;
    window.click_css("#home").await?;
    window.sees("Bonjour").await?;
    window.until("the field to be empty at home", empty, &[]).await?;
    window.click_css("#card-team").await?;
    window.sees_no("Recherche : houx").await?;
    window.until("the field to be empty in the in-tray", empty, &[]).await?;
    window.close().await
}
