//! Printing, in the real window and through the system's own dialog, to a file that is read again: what comes on paper is
//! the open dossier, after the journal said so; everything else that could be printed is one sentence. What was printed
//! lies in target/screenshots/*.pdf.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

#[path = "support/bannette.rs"]
mod bannette;
#[path = "support/printer.rs"]
mod printer;
#[path = "support/report.rs"]
mod report;
#[path = "support/webdriver.rs"]
mod webdriver;
#[path = "support/window.rs"]
mod window;

use anyhow::{Result, ensure};
use bannette::Bannette;
use bannette_pdf::{Limits, text};
use bannette_synthetic::{Generator, XdmDocument, XdmPatient};
use fantoccini::Locator;
use fantoccini::key::Key;
use serde_json::{Value, json};
use std::path::Path;
use window::{Folders, Window, invoke};

const PASSWORD: &str = "quatre chevaux gris";

/// A report of several pages: 90 results, some of them critical, some with a long comment; all on one patient.
fn long() -> String {
    let mut lines = Vec::new();
    for number in 1..=90 {
        let (value, flag) = match number % 11 {
            3 => ("6.8", "HH"),
            5 => ("5.9", "H"),
            7 => ("3.1", "L"),
            _ => ("4.4", ""),
        };
        let status = if number == 4 { "R" } else { "F" };
        lines.push(format!("RES|Analyse {number}|A{number}|N|{value}|mmol/L|3.5|5.1|{flag}|{status}||||"));
        if number % 17 == 0 {
            lines.push(format!("TEX|{}", "Une remarque du laboratoire sur ce resultat. ".repeat(6)));
        }
    }
    report::with_lines("PAT0042", "EXEMPLE", "A250000109", "20/11/2026", &lines)
}

/// A report on another patient.
fn other(name: &str) -> String {
    report::report(777, name, "4.2", "")
}

fn fill(folder: &Path) -> Result<String> {
    std::fs::write(folder.join("long.hpr"), long())?;
    std::fs::write(folder.join("autre.hpr"), other("MODELE"))?;
    let lines: String = (1..=130)
        .fold(String::new(), |text, number| text + &format!("Ligne {number} d'un courrier libre, tel que recu.\r\n"));
    std::fs::write(folder.join("courrier.txt"), format!("Madame, Monsieur,\r\n{lines}Fin du courrier.\r\n"))?;
    let mut generator = Generator::new(8);
    let report = std::iter::from_fn(|| Some(generator.cda_n3())).find(|report| report.results.len() > 4).unwrap();
    let patient = XdmPatient {
        last: report.birth_name.clone(),
        first: report.first_name.clone(),
        birth: report.birth_date.clone(),
        sex: report.sex.chars().next().unwrap(),
        ins: report.ins.clone().map(|(matricule, _)| matricule).unwrap_or_default(),
    };
    let document = XdmDocument { name: "DOC0001.XML", media_type: "text/xml", bytes: &report.bytes };
    let mail = generator.xdm_mail("derek@medecin.test", Some(&patient), &[document], &[]).message;
    std::fs::write(folder.join("xdm.eml"), mail)?;
    Ok(report.birth_name)
}

/// Ctrl+P, wherever the focus is.
async fn control_p(window: &Window) -> Result<()> {
    let (control, released) = (char::from(Key::Control), char::from(Key::Null));
    window.type_keys(&format!("{control}p{released}")).await
}

/// How many prints the journal has in the mailbox's history.
async fn prints(window: &Window, mailbox: &Value) -> Result<usize> {
    let filter = json!({ "person": null, "kind": "printed", "begins": null, "ends": null });
    let of = json!({ "of": "mailbox", "id": mailbox });
    let page =
        invoke(window, "list_accesses", json!({ "of": of, "filter": filter, "after": null, "limit": 50 })).await?;
    Ok(page["entries"].as_array().unwrap().len())
}

/// Opens the first dossier that has these words.
async fn open(window: &Window, words: &str) -> Result<()> {
    let field = window.client().find(Locator::Css("#search")).await?;
    field.clear().await?;
    field.send_keys(words).await?;
    window.press(&[Key::Enter]).await?;
    window.sees(&format!("Recherche : {words}")).await?;
    window.finds_exactly("[data-test=dossier-row]", 1).await?;
    window.click_css("[data-test=dossier-row]").await?;
    window.finds("#open-dossier").await
}

/// What is on paper: its words, with all blanks as one; and how many pages.
fn read(pdf: &[u8]) -> (String, u32) {
    let read = text(pdf, &Limits::default(), &|| true);
    (read.text.split_whitespace().collect::<Vec<_>>().join(" "), read.pages)
}

fn each_page(paper: &str, pages: u32, words: &str) -> Result<()> {
    let found = paper.matches(words).count();
    ensure!(found == pages as usize, "« {words} » stands {found} times on {pages} pages:\n{paper}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_printed_is_the_open_dossier_and_the_journal_has_it() -> Result<()> {
    let scratch = tempfile::tempdir()?;
    let arrivals = scratch.path().join("arrivees");
    std::fs::create_dir(&arrivals)?;
    let cda = fill(&arrivals)?;
    let folders = Folders::within(scratch.path());
    let window = Window::open(&folders).await?;
    let practice = json!({
        "practice": "Cabinet des Essais", "title": "dr", "first_name": "Derek", "last_name": "SHEPERD", "role": "doctor",
        "login": "derek", "password": PASSWORD,
    });
    invoke(&window, "create_practice", practice).await?;
    let mailbox = json!({
        "kind": "folder", "address": "Laboratoire", "secret": null,
        "connection": { "by": "folder", "path": arrivals.to_str() },
        "options": { "enabled": true, "delete_from_server": false, "retention_days": 90, "auto_share": true },
    });
    let mailbox = invoke(&window, "add_mailbox", mailbox).await?["id"].clone();
    window.client().refresh().await?;
    window.sees("Bonjour").await?;
    let all = "return document.querySelector('#card-team strong')?.innerText === '4'";
    window.until("four dossiers that wait", all, &[]).await?;

    // At home and in the list nothing is printed, and it is said what to do.
    control_p(&window).await?;
    window.sees("Ouvrez un dossier pour l’imprimer").await?;
    window.click_css("#card-team").await?;
    window.finds("[data-test=dossier-row]").await?;
    control_p(&window).await?;
    window.sees("Ouvrez un dossier pour l’imprimer").await?;
    window.accessible("51-nothing-printed").await?;
    // Over a dialog neither.
    open(&window, "EXEMPLE").await?;
    window.accessible("52-printable").await?;
    window.click_css("#source").await?;
    window.finds("#source-close").await?;
    control_p(&window).await?;
    window.sees("Fermez d’abord cette fenêtre").await?;
    window.accessible("53-not-over-a-dialog").await?;
    window.click_css("#not-printed-close").await?;
    window.finds_exactly("#not-printed-close", 0).await?;
    window.press(&[Key::Escape]).await?;
    window.finds_exactly("#source-close", 0).await?;
    ensure!(prints(&window, &mailbox).await? == 0 && !printer::asks()?, "something was printed");

    // The open dossier, by the keyboard.
    control_p(&window).await?;
    let printed = printer::print(&folders.printed(), "54-several-pages").await?;
    ensure!(prints(&window, &mailbox).await? == 1, "one print is one entry");
    let (paper, pages) = read(&printed);
    ensure!((3..=6).contains(&pages), "{pages} pages:\n{paper}");
    for words in ["EXEMPLE ALICE", "le 14/03/1957", "Imprimé le", "SHEPERD — boîte Dossier surveillé Laboratoire"]
    {
        each_page(&paper, pages, words)?;
    }
    each_page(&paper, pages, "Analyse Résultat Unité Bornes Antérieur")?;
    for number in 1..=90 {
        ensure!(paper.contains(&format!("Analyse {number} ")), "analyse {number} is missing:\n{paper}");
    }
    for words in [
        "↑↑ critique, très élevé",
        "↑ élevé",
        "↓ bas",
        "(provisoire)",
        "Laboratoire des Essais",
        "Une remarque du laboratoire",
        "3,5 – 5,1",
    ] {
        ensure!(paper.contains(words), "« {words} » is not on paper:\n{paper}");
    }
    for absent in ["MODELE BERTHE", "Critiques", "Équipe", "Valider", &cda] {
        ensure!(!paper.contains(absent), "« {absent} » is on paper:\n{paper}");
    }

    // Its history says who and when.
    window.click_css("[data-test=dossier-accesses]").await?;
    window.finds_exactly("[data-test=access][data-act=dossier_printed]", 1).await?;
    let line = window.texts("[data-test=access][data-act=dossier_printed]").await?.join(" ");
    ensure!(line.contains("Impression") && line.contains("SHEPERD"), "{line}");
    window.accessible("55-print-in-the-history").await?;
    window.press(&[Key::Escape]).await?;
    window.finds_exactly("[data-test=access]", 0).await?;

    // What the web view prints by itself, however it is asked: one sentence, and no patient. (`window.print()` does
    // nothing in an automated window: the shell is asked for the same, without the act.)
    let gone = "return document.getElementById('paper') === null";
    window.until("the sheet to be gone", gone, &[]).await?;
    let print = "window.__TAURI__.core.invoke('plugin:webview|print')";
    window.client().execute(print, Vec::new()).await?;
    let (paper, _) = read(&printer::print(&folders.printed(), "56-not-by-the-act").await?);
    ensure!(paper.contains("Rien n’est imprimé de cette façon"), "{paper}");
    for absent in ["EXEMPLE", "Potassium", "Analyse", "SHEPERD", &cda] {
        ensure!(!paper.contains(absent), "« {absent} » came on paper without an entry:\n{paper}");
    }
    ensure!(prints(&window, &mailbox).await? == 1, "nothing of a dossier was printed");

    // By the button: a CDA with its sections, and a text that nothing understood.
    open(&window, &cda).await?;
    window.click_css("#print").await?;
    let (paper, pages) = read(&printer::print(&folders.printed(), "57-cda").await?);
    ensure!(paper.contains(&cda.to_uppercase()), "{paper}");
    each_page(&paper, pages, "INS ")?;
    ensure!(paper.contains("qui fait foi"), "{paper}");
    open(&window, "courrier").await?;
    window.click_css("#print").await?;
    let (paper, pages) = read(&printer::print(&folders.printed(), "58-unknown-text").await?);
    each_page(&paper, pages, "Patient à identifier")?;
    ensure!(pages > 1 && paper.contains("Ligne 1 d'un") && paper.contains("Fin du courrier."), "{pages}:\n{paper}");
    ensure!(prints(&window, &mailbox).await? == 3, "each is an entry");
    // Asked for and left: the journal says that it was asked for. The window goes on.
    window.click_css("#print").await?;
    printer::leave().await?;
    window.press(&[Key::Escape]).await?;
    window.until("the sheet to be gone", gone, &[]).await?;
    ensure!(prints(&window, &mailbox).await? == 4, "the act comes before the dialog");
    window.close().await?;

    // By the command line: the same four, and nothing else.
    let derek = Bannette::at(scratch.path()).signed_in("derek", PASSWORD);
    let asked = ["journal", "--mailbox", "Laboratoire", "--kind", "printed"];
    let entries = derek.json(&asked).done()["entries"].clone();
    let acts: Vec<_> = entries.as_array().unwrap().iter().map(|entry| entry["act"].as_str().unwrap()).collect();
    ensure!(acts == ["dossier_printed"; 4], "{entries}");
    let shown = String::from_utf8(derek.run(&asked).stdout)?;
    ensure!(shown.matches("impression").count() == 4, "{shown}");
    Ok(())
}
