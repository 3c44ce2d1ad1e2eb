//! What the servers tell, in the real window, of real servers: how full each mailbox is, and until when its server's
//! certificate and its own are valid. What is well stands in small; what will soon be wrong warns in the block's head,
//! which is seen folded away too. Pictures in target/screenshots.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[path = "support/dovecot.rs"]
mod dovecot;
#[path = "support/webdriver.rs"]
mod webdriver;
#[path = "support/window.rs"]
mod window;

use anyhow::Result;
use base64::Engine as _;
use dovecot::{Dovecot, Options, QUOTA};
use serde_json::{Value, json};
use window::{Folders, Window, invoke};

const USER: &str = "derek";

/// A message of so many bytes.
fn message(bytes: u64) -> Vec<u8> {
    let head = "From: Laboratoire <labo@labo.test>\r\nSubject: Brochure\r\nContent-Type: text/plain\r\n\r\n";
    let line = "Une ligne de la brochure du laboratoire, qui en compte beaucoup.\r\n";
    let lines = usize::try_from(bytes).unwrap_or(0).saturating_sub(head.len()) / line.len();
    (head.to_owned() + &line.repeat(lines)).into_bytes()
}

/// A mailbox there, whose first reception is over.
async fn mailbox(window: &Window, server: &Dovecot, address: &str, more: Value) -> Result<()> {
    let by_certificate = !more["certificate"].is_null();
    let mut call = json!({
        "kind": "mssante", "address": address,
        "connection": {
            "by": "imap", "host": "localhost", "port": server.starttls_port(), "tls": "starttls", "account": USER,
            "sign_in": if by_certificate { "certificate" } else { "password" },
        },
        "options": { "enabled": true, "delete_from_server": false, "retention_days": 90, "auto_share": true },
    });
    if let (Some(call), Some(more)) = (call.as_object_mut(), more.as_object()) {
        call.extend(more.clone());
    }
    invoke(window, "add_mailbox", call).await.map(drop)
}

/// This stands in the mailbox's block, as a warning or in small.
async fn says(window: &Window, address: &str, words: &str, warns: bool) -> Result<()> {
    let script = "const lines = all(`[data-test=mailbox-block][data-address='${args[0]}'] p.hint`); \
                  const said = lines.filter((one) => words(one.innerText).includes(words(args[1]))); \
                  return said.length === 1 && said[0].classList.contains('warns') === args[2]";
    window
        .until(
            &format!("{address}: «{words}», warning: {warns}"),
            script,
            &[json!(address), json!(words), json!(warns)],
        )
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_tells_how_full_the_mailbox_is_and_when_certificates_end() -> Result<()> {
    let soon = Dovecot::start_with(
        &[(USER, "secret-1")],
        Options { with_quota: true, certificate_days: Some(12), ..Options::default() },
    )?;
    soon.deliver(USER, &message(QUOTA * 935 / 1000))?;
    let late = Dovecot::start_with(
        &[(USER, "unused")],
        Options { with_quota: true, client_certificates: true, ..Options::default() },
    )?;
    late.deliver(USER, &message(QUOTA * 205 / 1000))?;

    let scratch = tempfile::tempdir()?;
    let folders = Folders::within(scratch.path());
    let authorities = folders.data().join("autorites");
    std::fs::create_dir_all(&authorities)?;
    std::fs::write(authorities.join("une.pem"), soon.ca_pem())?;
    std::fs::write(authorities.join("autre.pem"), late.ca_pem())?;
    let window = Window::open(&folders).await?;
    let practice = json!({
        "practice": "Cabinet des Essais", "title": "dr", "first_name": "Camille", "last_name": "MODELE", "role": "doctor",
        "login": "camille", "password": "quatre chevaux gris",
    });
    invoke(&window, "create_practice", practice).await?;
    window.client().refresh().await?;
    window.sees("Bonjour").await?;
    window.click_css("#settings-button").await?;
    window.click_css("#settings-user").await?;
    window.click_css("#tab-messaging").await?;
    window.finds("#edit:enabled").await?;

    mailbox(&window, &soon, "pleine@medecin.test", json!({ "secret": "secret-1" })).await?;
    let (certificate, key) = late.client_certificate(USER, false)?;
    let pem = base64::engine::general_purpose::STANDARD.encode(certificate + &key);
    mailbox(&window, &late, "large@medecin.test", json!({ "certificate": { "base64": pem, "password": "" } })).await?;

    // Of 10 MiB: what is well stands in small.
    says(&window, "large@medecin.test", "Place occupée sur le serveur : 2,1 Mo sur 10 Mo (20 %).", false).await?;
    says(&window, "large@medecin.test", "Certificat de la boîte (derek) : valable jusqu’au 01/01/2090.", false).await?;
    says(&window, "large@medecin.test", "Certificat du serveur : valable jusqu’au 01/01/2090.", false).await?;
    let full = "(93 %). La boîte est presque pleine : faites de la place dans le webmail.";
    says(&window, "pleine@medecin.test", full, true).await?;
    says(&window, "pleine@medecin.test", "Certificat du serveur : valable encore 11 jours, jusqu’au", true).await?;
    says(&window, "pleine@medecin.test", "Votre opérateur doit le renouveler.", true).await?;
    window.accessible("91-quota-and-certificates").await?;

    // The session goes on, and what comes by it fills the mailbox.
    late.deliver(USER, &message(QUOTA * 303 / 1000))?;
    says(&window, "large@medecin.test", "Place occupée sur le serveur : 5,3 Mo sur 10 Mo (50 %).", false).await?;

    // What warns is seen of a block that is folded away too.
    window.click_css("[data-address='pleine@medecin.test'] .fold:not(.aside)").await?;
    window.finds_exactly(".fold:not(.aside)[aria-expanded=false]", 1).await?;
    says(&window, "pleine@medecin.test", full, true).await?;
    window.click_css("[data-address='large@medecin.test'] .fold:not(.aside)").await?;
    window.finds_exactly(".fold:not(.aside)[aria-expanded=false]", 2).await?;
    window.accessible("92-quota-and-certificates-folded").await?;

    window.close().await
}
