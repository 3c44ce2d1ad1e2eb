//! The main job, in the real window, on a real server: the practice is created, a mailbox is set up and shared, results
//! arrive by themselves, another person reads them, and loses the right again. Every screen on the way is held against
//! WCAG 2.2 AA and kept as a picture in target/screenshots.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[path = "support/dovecot.rs"]
mod dovecot;
#[path = "support/webdriver.rs"]
mod webdriver;
#[path = "support/window.rs"]
mod window;

use anyhow::{Context as _, Result};
use dovecot::Dovecot;
use fantoccini::Locator;
use window::{Folders, Window};

const PASSWORD: &str = "quatre chevaux gris";
const FIRST: &str = "trois chiens noirs";
const SECRET: &str = "secret-de-derek";

/// Types into what the selector finds, in place of what it held.
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

async fn create_practice(window: &Window) -> Result<()> {
    window.finds("#create-practice").await?;
    window.accessible("01-first-run").await?;
    // The obvious wrong move: a password that is too short.
    fill(window, "#practice", "Cabinet des Essais").await?;
    fill(window, "#last-name", "SHEPERD").await?;
    fill(window, "#first-name", "Derek").await?;
    fill(window, "#login", "derek").await?;
    fill(window, "#password", "court").await?;
    fill(window, "#password-again", "court").await?;
    window.click_css("#create-practice").await?;
    window.finds("#password-fault").await?;
    window.accessible("02-first-run-refused").await?;
    fill(window, "#password", PASSWORD).await?;
    fill(window, "#password-again", PASSWORD).await?;
    window.click_css("#create-practice").await?;
    window.sees("Bonjour").await?;
    window.accessible("03-home-empty").await
}

async fn add_person(window: &Window, last_name: &str, first_name: &str, login: &str, role: &str) -> Result<()> {
    window.click_css("#add-person").await?;
    window.finds("#person-last-name").await?;
    fill(window, "#person-last-name", last_name).await?;
    fill(window, "#person-first-name", first_name).await?;
    select(window, "#person-role", role).await?;
    fill(window, "#person-login", login).await?;
    fill(window, "#person-password", FIRST).await?;
    window.click_css("#add-person-save").await?;
    window.finds(&format!("[data-test=person-row][data-login={login}]")).await
}

async fn set_up_mailbox(window: &Window, port: u16) -> Result<()> {
    window.click_css("#home").await?;
    window.click_css("#settings-button").await?;
    window.click_css("#settings-user").await?;
    window.click_css("#tab-messaging").await?;
    window.accessible("06-messaging-locked").await?;
    window.click_css("#edit").await?;
    window.click_css("#add-mssante").await?;
    fill(window, "[id^=address-]", "derek.sheperd@medecin.test").await?;
    fill(window, "[id^=host-]", "localhost").await?;
    select(window, "[id^=tls-]", "TLS").await?;
    fill(window, "[id^=port-]", &port.to_string()).await?;
    fill(window, "[id^=account-]", "derek").await?;
    fill(window, "[id^=secret-]", "pas le bon").await?;
    window.click_css("[data-test=test-connection]").await?;
    window.finds("[data-test=test-report][data-good=false]").await?;
    // Whoever waits for it need not look for it.
    let in_sight = "const found = document.querySelector('[data-test=test-report]').getBoundingClientRect(); \
                    return found.top >= 0 && found.bottom <= innerHeight + 1";
    window.until("the report to be in sight", in_sight, &[]).await?;
    window.accessible("07-connection-refused").await?;
    fill(window, "[id^=secret-]", SECRET).await?;
    window.click_css("[data-test=test-connection]").await?;
    window.finds("[data-test=test-report][data-good=true]").await?;
    window.accessible("08-connection-good").await?;
    window.click_css("#save").await?;
    window.finds("#edit").await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_main_job() -> Result<()> {
    let server = Dovecot::start(&[("derek", SECRET)])?;
    let mut generator = bannette_synthetic::Generator::new(42);
    let mut specimens: Vec<_> = (0..40).map(|_| generator.specimen("derek.sheperd@medecin.test")).collect();
    for specimen in &specimens {
        server.deliver("derek", &specimen.message)?;
    }
    let critical = specimens.iter().find(|specimen| specimen.critical).context("a critical specimen")?.clone();
    let folder = tempfile::tempdir()?;
    let folders = Folders::within(folder.path());
    std::fs::create_dir_all(folders.data().join("autorites"))?;
    std::fs::write(folders.data().join("autorites/essai.pem"), server.ca_pem())?;
    let window = Window::open(&folders).await?;

    // 1. The practice and a few people.
    create_practice(&window).await?;
    window.click_css("#settings-button").await?;
    window.click_css("#settings-application").await?;
    window.accessible("04-people").await?;
    add_person(&window, "CS PISCINE", "Paul", "paul", "Secrétaire").await?;
    add_person(&window, "PÉDICURE", "Marc", "marc", "Infirmier").await?;
    window.accessible("05-people-added").await?;

    // 2. The mailbox, its connection tested for real.
    set_up_mailbox(&window, server.tls_port()).await?;

    // 3. What lies on the server arrives without a click.
    window.click_css("#home").await?;
    window
        .until(
            "40 dossiers on the home page",
            "return document.querySelector('#card-team')?.innerText.includes('40')",
            &[],
        )
        .await?;
    window.accessible("09-home").await?;
    window.click_css("#card-mine").await?;
    window.finds("[data-test=dossier-row]").await?;
    window.click_css("[data-test=dossier-row]").await?;
    window.finds("#open-dossier").await?;
    window.accessible("10-dossier").await?;
    let row = format!("[data-test=dossier-row][data-patient^='{}']", critical.patient_last);
    window.finds(&row).await?;
    window.click_css("#source").await?;
    window.finds("#source-close").await?;
    window.accessible("11-source").await?;
    window.click_css("#source-close").await?;
    let later = generator.specimen("derek.sheperd@medecin.test");
    server.deliver("derek", &later.message)?;
    specimens.push(later);
    window
        .until(
            "the 41st dossier",
            "return [...document.querySelectorAll('[data-test=view]')].some((one) => one.innerText.includes('41'))",
            &[],
        )
        .await?;

    // 4. Gestion du partage: one person, to read only.
    window.click_css("#home").await?;
    window.click_css("#settings-button").await?;
    window.click_css("#settings-user").await?;
    window.click_css("#tab-messaging").await?;
    window.click_css("#edit").await?;
    window.click_css("[data-test=share]").await?;
    window.finds("#share-validate").await?;
    window.click_css("#shared-yes").await?;
    window.accessible("12-sharing").await?;
    window.click_css("[data-test=add-grantee][data-name='Paul CS PISCINE']").await?;
    window.finds("[data-test=remove-grantee][data-name='Paul CS PISCINE']").await?;
    window.accessible("13-sharing-one").await?;
    // Annuler leaves all as it was.
    window.click_css("#share-cancel").await?;
    window.finds_exactly("[data-test=reader][data-name='Paul CS PISCINE']", 0).await?;
    window.click_css("[data-test=share]").await?;
    window.click_css("#shared-yes").await?;
    window.click_css("[data-test=add-grantee][data-name='Paul CS PISCINE']").await?;
    window.click_css("#share-validate").await?;
    window.finds("[data-test=reader][data-name='Paul CS PISCINE']").await?;
    window.accessible("14-shared").await?;

    // 5. The other person, in a window of their own: sees what was shared, read only.
    let (first, second) = window.open_another().await?;
    window.finds("#sign-in").await?;
    window.accessible("15-login").await?;
    fill(&window, "#login", "paul").await?;
    fill(&window, "#password", "faux faux faux").await?;
    window.click_css("#sign-in").await?;
    window.finds("[role=alert] .banner").await?;
    window.accessible("16-login-refused").await?;
    fill(&window, "#password", FIRST).await?;
    window.click_css("#sign-in").await?;
    window.finds("#current-password").await?;
    window.accessible("17-password-change").await?;
    fill(&window, "#current-password", FIRST).await?;
    fill(&window, "#new-password", PASSWORD).await?;
    fill(&window, "#new-password-again", PASSWORD).await?;
    window.click_css("#change-password").await?;
    window.sees("Lecture seule").await?;
    window.accessible("18-home-of-paul").await?;
    window.click_css("#card-team").await?;
    window.finds("[data-test=dossier-row]").await?;
    window.click_css("[data-test=dossier-row]").await?;
    window.finds("#open-dossier").await?;
    window.finds_exactly("#validate", 0).await?;
    window.accessible("19-dossier-of-paul").await?;

    // The owner takes the right back; the open window empties by itself.
    window.turn_to(&first).await?;
    window.click_css("[data-test=share]").await?;
    window.click_css("[data-test=remove-grantee][data-name='Paul CS PISCINE']").await?;
    window.click_css("#share-validate").await?;
    window.finds_exactly("[data-test=reader][data-name='Paul CS PISCINE']", 0).await?;
    window.turn_to(&second).await?;
    window.finds_exactly("[data-test=dossier-row]", 0).await?;
    window.finds_exactly("#open-dossier table", 0).await?;
    let text = window.text().await?;
    for specimen in &specimens {
        assert!(!text.contains(&specimen.patient_last), "{} is still on screen", specimen.patient_last);
    }
    window.accessible("20-right-taken-back").await?;
    window.close().await
}
