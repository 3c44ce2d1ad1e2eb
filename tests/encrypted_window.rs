//! A message that is still encrypted, in the real window: the list says so, the dossier says why and what to do, another try
//! is one key away, and once the tool works it reads by itself under the same name. The tool is a script of this test's own:
//! it opens nothing that is APICEM's.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[path = "support/practice.rs"]
mod practice;
#[path = "support/webdriver.rs"]
mod webdriver;
#[path = "support/window.rs"]
mod window;

use anyhow::Result;
use fantoccini::key::Key;
use practice::sealed_mail;
use serde_json::json;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use window::{Folders, Window, invoke};

const PASSWORD: &str = "quatre chevaux gris";

/// The tool of this test: base64 of what stands after the mark.
fn tool(path: &Path) -> Result<()> {
    std::fs::write(path, "#!/bin/sh\nsed '/APICRYPT/d' \"$1\" | tr -d '\\r' | base64 -d > \"$2\"\n")?;
    Ok(std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755))?)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_encrypted_message_says_why_it_waits_and_then_reads_by_itself() -> Result<()> {
    let scratch = tempfile::tempdir()?;
    let (arrivals, program) = (scratch.path().join("arrivees"), scratch.path().join("outil d'essai"));
    std::fs::create_dir(&arrivals)?;
    std::fs::write(arrivals.join("1.eml"), sealed_mail(1))?;
    let window = Window::open(&Folders::within(scratch.path())).await?;
    let practice = json!({
        "practice": "Cabinet des Essais", "title": "dr", "first_name": "Derek", "last_name": "SHEPERD", "role": "doctor",
        "login": "derek", "password": PASSWORD,
    });
    invoke(&window, "create_practice", practice).await?;
    let connection = json!({ "by": "folder", "path": arrivals.to_str() });
    let options = json!({ "enabled": true, "delete_from_server": false, "retention_days": 90, "auto_share": true });
    let account = json!({
        "kind": "apicrypt", "address": "derek@apicrypt.test", "secret": null, "connection": connection,
        "apicrypt": { "key_id": "derek.SHEPERD", "decryptor": { "by": "none" } }, "options": options,
    });
    let added = invoke(&window, "add_mailbox", account).await?;
    window.client().refresh().await?;
    window.sees("Bonjour").await?;
    let one = "return document.querySelector('#card-team strong')?.innerText === '1'";
    window.until("one dossier that waits", one, &[]).await?;
    // The mailbox says it too, where its state stands.
    window.sees("1 message chiffré").await?;
    window.accessible("61-encrypted-home").await?;

    window.click_css("#card-team").await?;
    window.finds("[data-test=dossier-row]").await?;
    window.sees("chiffré").await?;
    window.type_keys("j").await?;
    window.press(&[Key::Enter]).await?;
    window.finds("[data-test=encrypted]").await?;
    window.sees("Outil APICRYPT non configuré.").await?;
    window.sees("composants fournis par APICEM").await?;
    window.accessible("62-encrypted-dossier").await?;
    // By keyboard: another try.
    window.client().execute("document.querySelector('[data-test=try-again]').focus()", Vec::new()).await?;
    window.press(&[Key::Enter]).await?;
    window.sees("Nouvel essai demandé.").await?;

    // Somebody sets the tool. The list reads by itself; the open dossier says so, and shows it when asked: showing it counts as
    // having seen it.
    tool(&program)?;
    let change = json!({
        "mailbox": added["id"], "address": "derek@apicrypt.test", "connection": connection, "secret": null,
        "apicrypt": {
            "key_id": "derek.SHEPERD",
            "decryptor": { "by": "program", "program": program.to_str(), "arguments": ["{input}", "{output}"] },
        },
        "options": options, "password": PASSWORD,
    });
    invoke(&window, "change_mailbox", change).await?;
    window.sees("EXEMPLE ALICE").await?;
    window.sees("Ce message vient d’être ouvert").await?;
    window.accessible("63-opened-message").await?;
    window.finds_exactly("[data-test=dossier-row]", 1).await?;
    window.click_css("[data-test=show-opened]").await?;
    window.sees("mmol/L").await?;
    window.finds_exactly("[data-test=encrypted]", 0).await?;
    window.accessible("64-opened-dossier").await?;
    window.close().await
}
