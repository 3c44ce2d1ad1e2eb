//! The dossier's view, in the real window, on reports of every kind in a watched folder: by keyboard, the laboratory's own
//! text, the pages of a PDF, the versions of a report, the curve of an analyte. Every screen on the way is held against
//! WCAG 2.2 AA and kept as a picture in target/screenshots.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[path = "support/report.rs"]
mod report;
#[path = "support/webdriver.rs"]
mod webdriver;
#[path = "support/window.rs"]
mod window;

use anyhow::{Result, ensure};
use bannette_synthetic::{CdaSpecimen, Generator, XdmDocument, XdmPatient};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fantoccini::key::Key;
use serde_json::json;
use std::path::Path;
use window::{Folders, Window, invoke};

const PASSWORD: &str = "quatre chevaux gris";

/// A report on a patient who is followed; the same number for versions of one report.
fn followed(number: &str, day: &str, potassium: &str, sodium: Option<&str>, status: &str) -> String {
    let flag = if potassium >= "6.5" { "HH" } else { "" };
    let mut lines = vec![format!("RES|Potassium|K|N|{potassium}|mmol/L|3.5|5.1|{flag}|{status}||||")];
    lines.extend(sodium.map(|sodium| format!("RES|Sodium|NA|N|{sodium}|mmol/L|136|145||{status}||||")));
    report::with_lines("PAT0042", "EXEMPLE", number, day, &lines)
}

/// A CDA with a narrative and a PDF copy, in an XDM archive in an MSSanté mail.
fn xdm_mail(generator: &mut Generator) -> (CdaSpecimen, Vec<u8>) {
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
    (report, mail)
}

/// The CDA, and the number that stands in the PDF and nowhere else.
fn fill(folder: &Path) -> Result<(CdaSpecimen, String)> {
    let mut generator = Generator::new(8);
    let days = ["03/12/2025", "08/04/2026", "12/09/2026"];
    for (number, (day, potassium)) in days.iter().zip(["4.3", "4.9", "5.6"]).enumerate() {
        let text = followed(&format!("A25000010{number}"), day, potassium, None, "F");
        let (name, text) = match number {
            0 => ("0.eml".to_owned(), mailed("Premier envoi", "mordore.pdf")),
            _ => (format!("{number}.hpr"), text),
        };
        std::fs::write(folder.join(name), text)?;
    }
    let versions = [("6.8", None, "R"), ("6.8", Some("139"), "F"), ("6.4", Some("139"), "C")];
    for (number, (potassium, sodium, status)) in versions.into_iter().enumerate() {
        let text = followed("A250000109", "20/11/2026", potassium, sodium, status);
        std::fs::write(folder.join(format!("version{number}.hpr")), text)?;
    }
    let pdf = generator.pdf_report(3, true);
    let number = pdf.pages.iter().flatten().find_map(|piece| piece.strip_prefix("Dossier n° ")).unwrap().to_owned();
    std::fs::write(folder.join("zinzolin.pdf"), pdf.bytes)?;
    let (report, mail) = xdm_mail(&mut generator);
    std::fs::write(folder.join("xdm.eml"), mail)?;
    Ok((report, number))
}

/// Opens the first dossier that has these words.
async fn open(window: &Window, words: &str) -> Result<()> {
    window.press(&[Key::Escape]).await?;
    window.type_keys("/").await?;
    window.until("the search to have the focus", "return document.activeElement?.id === 'search'", &[]).await?;
    let field = window.client().find(fantoccini::Locator::Css("#search")).await?;
    field.clear().await?;
    field.send_keys(words).await?;
    window.press(&[Key::Enter]).await?;
    window.sees(&format!("Recherche : {words}")).await?;
    // The rows of the list before may stand for a moment under the new title.
    window.finds_exactly("[data-test=dossier-row]", 1).await?;
    window.click_css("[data-test=dossier-row]").await?;
    window.finds("#open-dossier").await
}

/// The first report as a mail of that subject, with its PDF under that name.
fn mailed(subject: &str, name: &str) -> String {
    let head = format!(
        "From: Laboratoire des Essais <labo@labo.test>\r\nTo: derek@medecin.test\r\nSubject: {subject}\r\n\
         Date: Thu, 03 Dec 2025 08:10:00 +0100\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=limite\r\n"
    );
    let report = followed("A250000100", "03/12/2025", "4.3", None, "F");
    let pdf = STANDARD.encode(Generator::new(9).pdf_report(2, true).bytes);
    let parts = [
        format!("Content-Type: text/plain; charset=utf-8\r\n\r\n{report}"),
        format!(
            "Content-Type: application/pdf; name={name}\r\nContent-Transfer-Encoding: base64\r\n\
             Content-Disposition: attachment; filename={name}\r\n\r\n{pdf}"
        ),
    ];
    let parts: String = parts.iter().map(|part| format!("\r\n--limite\r\n{part}")).collect();
    format!("{head}{parts}\r\n--limite--\r\n")
}

/// The same report with the same document by another way is no second dossier, and its own message is not hidden.
async fn two_messages(window: &Window, folder: &Path) -> Result<()> {
    open(window, "A250000100").await?;
    window.finds_exactly("[data-test=messages]", 0).await?;
    std::fs::write(folder.join("encore.eml"), mailed("Avec le document", "cinabre.pdf"))?;
    // It is told by the row that is read again.
    let again =
        "document.querySelector('[data-test=dossier-row]')?.click(); return all('[data-test=message]').length === 2";
    window.until("the second message", again, &[]).await?;
    let document = "[data-test=attachment][data-name='cinabre.pdf']";
    window.finds_exactly(document, 0).await?;
    window.accessible("26-messages").await?;
    window.click_css("[data-test=message-open]").await?;
    window.finds(document).await?;
    window.sees("Avec le document").await?;
    window.finds_exactly("[data-test=dossier-row]", 1).await?;
    window.click_css("[data-test=show-pdf]").await?;
    let drawn = "const page = document.querySelector('#pdf-page img'); return page !== null && page.naturalWidth > 400";
    window.until("the page of the second message's document", drawn, &[]).await?;
    window.accessible("27-second-message").await?;
    window.press(&[Key::Escape]).await?;
    window.finds_exactly("#pdf-close", 0).await?;
    window.click_css("[data-test=message-open]").await?;
    window.finds_exactly(document, 0).await
}

/// Whoever validates and leaves at once leaves answers and timers behind that find no page any more: the next one stands.
async fn left_in_haste(window: &Window) -> Result<()> {
    for _ in 0..3 {
        window.click_css("#home").await?;
        window.click_css("#card-team").await?;
        window.click_css("[data-test=dossier-row]").await?;
        window.finds("#validate").await?;
        window.type_keys("v").await?;
        let leave = "const done = all('[data-test=toast]').some((toast) => toast.innerText.includes('validé')); \
                     if (done) document.querySelector('#home').click(); return done";
        window.until("the validation, then home", leave, &[]).await?;
        tokio::time::sleep(std::time::Duration::from_millis(600)).await;
        window.finds("#settings-button").await?;
        window.click_css("[data-test=undo]").await?;
        window.finds_exactly("[data-test=undo]", 0).await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_dossiers_view() -> Result<()> {
    let scratch = tempfile::tempdir()?;
    let arrivals = scratch.path().join("arrivees");
    std::fs::create_dir(&arrivals)?;
    let (report, number) = fill(&arrivals)?;
    let window = Window::open(&Folders::within(scratch.path())).await?;
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
    invoke(&window, "add_mailbox", mailbox).await?;
    window.client().refresh().await?;
    window.sees("Bonjour").await?;
    // Eight files; of the three versions of one report only the corrected one waits.
    let six = "return document.querySelector('#card-team strong')?.innerText === '6'";
    window.until("six dossiers that wait", six, &[]).await?;

    // The first by the mouse, the next by the keyboard. The first is the corrected one, critical by the practice's
    // threshold, with the versions before it.
    window.click_css("#card-team").await?;
    window.click_css("[data-test=dossier-row]").await?;
    window.finds("#open-dossier").await?;
    window.finds_exactly("[data-test=version]", 3).await?;
    window.accessible("21-versions").await?;
    window.type_keys("j").await?;
    window.press(&[Key::Enter]).await?;
    window.finds_exactly("[data-test=version]", 0).await?;
    window.type_keys("k").await?;
    window.press(&[Key::Enter]).await?;
    window.finds_exactly("[data-test=version]", 3).await?;

    // Beside its value the last one before it, of another report: not those that its own versions had.
    let earlier = "return document.querySelector('[data-name=Potassium] [data-test=earlier]')?.innerText ?? ''";
    let said = window.client().execute(earlier, Vec::new()).await?;
    let said = said.as_str().unwrap_or_default().replace('\u{a0}', " ");
    ensure!(said.contains("5,6 édité le 12/09/2026") && said.contains("+0,8"), "the previous value: {said}");
    window.finds_exactly("[data-name=Potassium] [data-test=earlier]", 1).await?;

    // The curve: five values, of which two of one day differ by the correction.
    window.type_keys("a").await?;
    window.finds("#history-close").await?;
    window.finds("[data-test=history-point]").await?;
    window.accessible("22-history").await?;
    let text = window.text().await?;
    for value in ["4,3", "4,9", "5,6", "6,4"] {
        ensure!(text.contains(value), "{value} is not in the curve's table: {text}");
    }
    window.press(&[Key::Escape]).await?;
    window.finds_exactly("#history-close", 0).await?;

    // The laboratory's own text, beside the results that were read from it.
    open(&window, &report.birth_name).await?;
    window.sees(&report.number).await?;
    // What the laboratory took back does not read as a value that holds.
    let struck = "const value = document.querySelector('#open-dossier tr.cancelled td.value'); \
                  return value !== null && getComputedStyle(value).textDecorationLine === 'line-through'";
    window.until("the cancelled value to be struck through", struck, &[]).await?;
    window.accessible("23-cda").await?;
    window.press(&[Key::Escape]).await?;
    window.click_css("#narrative").await?;
    window.finds("#narrative-close").await?;
    window.finds("table").await?;
    window.accessible("24-narrative").await?;
    window.press(&[Key::Escape]).await?;
    window.finds_exactly("#narrative-close", 0).await?;

    // The pages of a PDF, drawn by the core; and found by the words on them.
    open(&window, "zinzolin.pdf").await?;
    window.click_css("[data-test=show-pdf]").await?;
    let drawn = "const page = document.querySelector('#pdf-page img, img#pdf-page'); \
                 return page !== null && page.complete && page.naturalWidth > 400";
    window.until("a page to be drawn", drawn, &[]).await?;
    window.accessible("25-pdf").await?;
    window.click_css("#pdf-after").await?;
    window.sees("2 sur 3").await?;
    window.press(&[Key::Escape]).await?;
    window.finds_exactly("#pdf-close", 0).await?;
    // By a word that only a process of its own can have read.
    open(&window, &number).await?;
    window.sees("zinzolin.pdf").await?;
    two_messages(&window, &arrivals).await?;
    left_in_haste(&window).await?;
    window.close().await
}
