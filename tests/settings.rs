//! *Messagerie*, in the real window: an account of every kind is added, with the obvious wrong moves, each told beside its
//! field; servers are found before they are used; what is unsaved is asked about; blocks stay as they were folded; the
//! default sender is kept. Every state on the way is held against WCAG 2.2 AA, with text of twice the size too, and kept
//! as a picture in target/screenshots. Nothing but this post is reached: the only servers are closed ports of it, and
//! servers are found for an operator whom the program knows by itself.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[path = "support/webdriver.rs"]
mod webdriver;
#[path = "support/window.rs"]
mod window;

use anyhow::{Context as _, Result, ensure};
use fantoccini::Locator;
use fantoccini::key::Key;
use serde_json::{Value, json};
use std::path::Path;
use window::{Folders, Window, invoke};

const PASSWORD: &str = "quatre chevaux gris";
/// An address of the national operator's test space for software.
const ADDRESS: &str = "camille.modele@medecin.formation.mssante.fr";

/// Types into what the selector finds, in place of what it held, and leaves it.
async fn fill(window: &Window, selector: &str, text: &str) -> Result<()> {
    window.finds(selector).await?;
    let field = window.client().find(Locator::Css(selector)).await.with_context(|| format!("finding {selector}"))?;
    field.clear().await?;
    // The driver empties a field without a key: to leave it empty is a key's work (Ctrl+A, then back).
    let keys = if text.is_empty() { "x\u{e009}a\u{e000}\u{e003}" } else { text };
    field.send_keys(keys).await.with_context(|| format!("typing into {selector}"))?;
    window.press(&[Key::Tab]).await
}

async fn select(window: &Window, selector: &str, label: &str) -> Result<()> {
    window.finds(selector).await?;
    let list = window.client().find(Locator::Css(selector)).await?;
    list.select_by_label(label).await.with_context(|| format!("choosing {label} in {selector}"))
}

async fn value(window: &Window, selector: &str, wanted: &str) -> Result<()> {
    let holds = "return document.querySelector(args[0])?.value === args[1]";
    window.until(&format!("{selector} to hold {wanted}"), holds, &[json!(selector), json!(wanted)]).await
}

/// Whether this has the focus (again).
async fn focused(window: &Window, selector: &str) -> Result<()> {
    let there = "return document.activeElement?.matches(args[0]) ?? false";
    window.until(&format!("{selector} to have the focus"), there, &[json!(selector)]).await
}

/// Presses Tab until this has the focus.
async fn tab_to(window: &Window, selector: &str) -> Result<()> {
    for _ in 0..120 {
        let there = "return document.activeElement?.matches(args[0]) ?? false";
        if window.look(there, &[json!(selector)]).await? == Value::Bool(true) {
            return Ok(());
        }
        window.press(&[Key::Tab]).await?;
    }
    anyhow::bail!("Tab does not come to {selector}")
}

/// Brings a thing to the top of the screen, so that the picture shows it.
async fn show(window: &Window, selector: &str) -> Result<()> {
    window
        .look("document.querySelector(args[0]).scrollIntoView({ block: 'start' }); return true", &[json!(selector)])
        .await?;
    Ok(())
}

async fn seen(window: &Window, selector: &str, name: &str) -> Result<()> {
    show(window, selector).await?;
    window.accessible(name).await
}

/// Text of twice the size: nothing stands beside the window, and it is as accessible.
async fn at_twice_the_size(window: &Window, selector: &str, name: &str) -> Result<()> {
    let resize = "document.documentElement.style.fontSize = arguments[0]";
    window.client().execute(resize, vec![json!("175%")]).await?;
    seen(window, selector, name).await?;
    let beside = "const main = document.querySelector('main'); \
                  const wide = [document.documentElement, main].some((box) => box.scrollWidth > box.clientWidth + 1); \
                  const edge = main.getBoundingClientRect().left + main.clientWidth; \
                  const beside = [...main.querySelectorAll('*')].filter((one) => one.getBoundingClientRect().right > edge); \
                  return wide ? `yes: ${beside.slice(0, 3).map((one) => one.outerHTML.slice(0, 200)).join(' ')}` : 'no'";
    let beside = window.look(beside, &[]).await?;
    ensure!(beside == "no", "{name}: something stands beside: {beside}");
    window.client().execute(resize, vec![json!("")]).await?;
    Ok(())
}

/// The identifier of a field in the last block of a section: blocks are numbered.
async fn last(window: &Window, section: &str, name: &str) -> Result<String> {
    let script = "const ones = document.querySelectorAll(`section[aria-labelledby=section-${args[0]}] [id^='${args[1]}-']`); \
                  return [...ones].map((one) => one.id).filter((id) => /^[a-z]+-[0-9]+$/.test(id)).pop() ?? ''";
    let found = window.look(script, &[json!(section), json!(name)]).await?;
    let id = found.as_str().filter(|id| !id.is_empty()).with_context(|| format!("no {name} in {section}"))?;
    Ok(format!("#{id}"))
}

/// Takes the last new block of a section away.
async fn drop_last(window: &Window, section: &str) -> Result<()> {
    let script = "const ones = document.querySelectorAll(`section[aria-labelledby=section-${args[0]}] [data-test=drop-new]`); \
                  [...ones].pop().click(); return true";
    window.look(script, &[json!(section)]).await.map(drop)
}

/// The text that says what is wrong with a field.
async fn fault(window: &Window, field: &str, text: &str) -> Result<()> {
    let script = "const field = document.querySelector(args[0]), fault = document.querySelector(`${args[0]}-fault`); \
                  return field?.getAttribute('aria-invalid') === 'true' && fault?.innerText.includes(args[1]) \
                  && field.getAttribute('aria-describedby').includes(fault.id)";
    window.until(&format!("{field} to say «{text}»"), script, &[json!(field), json!(text)]).await
}

async fn no_fault(window: &Window, field: &str) -> Result<()> {
    let script = "return document.querySelector(args[0])?.getAttribute('aria-invalid') !== 'true'";
    window.until(&format!("{field} to be right"), script, &[json!(field)]).await
}

async fn open_messaging(window: &Window) -> Result<()> {
    window.click_css("#settings-button").await?;
    window.click_css("#settings-user").await?;
    window.click_css("#tab-messaging").await?;
    window.finds("#edit:enabled").await
}

/// A mailbox of the MSSanté space: address, servers found, ways of signing in, a delay, what each switch means.
async fn mssante(window: &Window, scratch: &Path) -> Result<()> {
    // By keyboard: the focus goes into the new block.
    tab_to(window, "#add-mssante").await?;
    window.press(&[Key::Enter]).await?;
    let address = last(window, "add-mssante", "address").await?;
    focused(window, &address).await?;
    window.type_keys("camille.modele").await?;
    window.press(&[Key::Tab]).await?;
    fault(window, &address, "adresse complète").await?;
    fill(window, &address, ADDRESS).await?;
    no_fault(window, &address).await?;

    // Found, shown, and only then used.
    window.click_css("[data-test=find-servers]").await?;
    window.finds("[data-test=found-servers]").await?;
    let host = last(window, "add-mssante", "host").await?;
    value(window, &host, "").await?;
    seen(window, "[data-test=mailbox-block]", "71-servers-found").await?;
    window.click_css("[data-test=use-servers]").await?;
    value(window, &host, "mail-psc.formation.mailiz.mssante.fr").await?;
    focused(window, &host).await?;
    let port = last(window, "add-mssante", "port").await?;
    value(window, &port, "143").await?;
    value(window, &last(window, "add-mssante", "smtpport").await?, "587").await?;
    // This test stays on this post.
    fill(window, &host, "localhost").await?;
    let sending = last(window, "add-mssante", "smtphost").await?;
    fill(window, &sending, "").await?;
    value(window, &sending, "").await?;
    fill(window, &port, "70000").await?;
    fault(window, &port, "Entre 1 et 65").await?;
    fill(window, &port, "1").await?;
    no_fault(window, &port).await?;
    let days = last(window, "add-mssante", "retention").await?;
    for (wrong, right) in [("0", false), ("3651", false), ("dix", false), ("3650", true)] {
        fill(window, &days, wrong).await?;
        if right { no_fault(window, &days).await? } else { fault(window, &days, "Entre 1 et 3").await? }
    }

    // What a switch means: by keyboard, and told with it.
    let explain = "[data-test=mailbox-block] [data-test=explain][aria-controls^=retention]";
    tab_to(window, explain).await?;
    window.press(&[Key::Enter]).await?;
    window.finds(&format!("{explain}[aria-expanded=true]")).await?;
    window.sees("Jamais un message non validé").await?;
    let told = "return [...document.querySelectorAll('[data-test=mailbox-block] :is(input[type=checkbox], [id^=retention-].short)')] \
                .every((box) => box.getAttribute('aria-describedby').split(' ').some((id) => document.getElementById(id)?.textContent.length > 40))";
    window.until("each switch to say what it means", told, &[]).await?;
    window.click_css("[id^=delete-]").await?;
    window.sees("ne seront plus dans le webmail").await?;
    seen(window, &days, "72-decisions").await?;
    window.click_css("[id^=delete-]").await?;

    // The ways of signing in.
    let way = last(window, "add-mssante", "signin").await?;
    select(window, &way, "Pro Santé Connect").await?;
    window.sees("s’ouvre dans votre navigateur").await?;
    select(window, &way, "Certificat").await?;
    let file = scratch.join("cabinet.p12");
    std::fs::write(&file, [0x30, 0x82, 0xff])?;
    let chooser = last(window, "add-mssante", "certificate").await?;
    window.client().find(Locator::Css(&chooser)).await?.send_keys(&file.to_string_lossy()).await?;
    window.sees("cabinet.p12").await?;
    window.finds("[id^=certpassword-]").await?;
    seen(window, &way, "73-certificate").await?;
    select(window, &way, "Mot de passe").await?;

    // Without its password it is not kept: the focus goes where it is missing.
    window.click_css("#save").await?;
    let secret = last(window, "add-mssante", "secret").await?;
    fault(window, &secret, "mot de passe du compte").await?;
    focused(window, &secret).await?;
    at_twice_the_size(window, "[data-test=mailbox-block]", "74-mssante-200").await?;
    fill(window, &secret, "secret-de-camille").await
}

/// APICRYPT: a key, what opens the messages, a folder of the official tool; the same address twice.
async fn apicrypt(window: &Window, scratch: &Path) -> Result<()> {
    window.click_css("#add-apicrypt").await?;
    let key = last(window, "add-apicrypt", "keyid").await?;
    focused(window, &key).await?;
    fill(window, &key, "camille.MODELE").await?;
    // Another tab and back: what was typed is there, and the block still works.
    window.click_css("#tab-password").await?;
    window.finds_exactly(&key, 0).await?;
    window.click_css("#tab-messaging").await?;
    value(window, &key, "camille.MODELE").await?;
    fill(window, &last(window, "add-apicrypt", "keycode").await?, "code-de-camille").await?;
    fill(window, &last(window, "add-apicrypt", "address").await?, "c.modele@apicrypt.test").await?;
    window.sees("il faut ses composants").await?;
    let comes = last(window, "add-apicrypt", "comes").await?;
    select(window, &comes, "Relais local de l’outil APICRYPT (POP3)").await?;
    value(window, &last(window, "add-apicrypt", "host").await?, "127.0.0.1").await?;
    value(window, &last(window, "add-apicrypt", "port").await?, "110").await?;
    let opens = last(window, "add-apicrypt", "opens").await?;
    let clear = "return document.querySelector(args[0]).selectedOptions[0].innerText === 'Déjà en clair à l’arrivée'";
    window.until("what comes from the tool to be clear", clear, &[json!(opens)]).await?;
    select(window, &opens, "Programme sur ce poste").await?;
    let program = last(window, "add-apicrypt", "program").await?;
    fill(window, &program, "ouvrir.exe").await?;
    fault(window, &program, "chemin complet du programme").await?;
    // A program is named by whoever knows the password, not by whoever finds the window open.
    let own = last(window, "add-apicrypt", "ownpassword").await?;
    window.finds(&own).await?;
    window.click_css("#save").await?;
    fault(window, &own, "Saisissez votre mot de passe").await?;
    seen(window, "#section-add-apicrypt", "75-apicrypt").await?;
    at_twice_the_size(window, "#section-add-apicrypt", "75-apicrypt-200").await?;
    select(window, &opens, "Déjà en clair à l’arrivée").await?;
    window.finds_exactly(&own, 0).await?;
    select(window, &comes, "Dossier où l’outil officiel les dépose").await?;
    fill(window, &last(window, "add-apicrypt", "path").await?, &scratch.join("apicrypt").to_string_lossy()).await?;
    // What the help page names is there all the same, and says why it asks for nothing.
    for field in ["keycode", "delete"] {
        window.finds(&format!("{}:disabled", last(window, "add-apicrypt", field).await?)).await?;
    }
    window.sees("les messages viennent d’un dossier").await?;
    window.sees("les messages arrivent déjà en clair").await?;
    seen(window, "#section-add-apicrypt", "75-apicrypt-folder").await?;

    // Another at the same address: said at once, and taken away again.
    window.click_css("#add-apicrypt").await?;
    focused(window, &last(window, "add-apicrypt", "keyid").await?).await?;
    let address = last(window, "add-apicrypt", "address").await?;
    fill(window, &address, "C.Modele@apicrypt.test").await?;
    fault(window, &address, "déjà un compte de ce type").await?;
    drop_last(window, "add-apicrypt").await?;
    let blocks = "section[aria-labelledby=section-add-apicrypt] [data-test=mailbox-block]";
    window.finds_exactly(blocks, 1).await?;
    focused(window, "#add-apicrypt").await
}

/// Bioserveur, a folder, and another IMAP mailbox.
async fn others(window: &Window, scratch: &Path) -> Result<()> {
    window.click_css("#add-bioserveur").await?;
    focused(window, &last(window, "add-bioserveur", "address").await?).await?;
    fill(window, &last(window, "add-bioserveur", "address").await?, "Bioserveur du cabinet").await?;
    let comes = last(window, "add-bioserveur", "comes").await?;
    select(window, &comes, "Service de Bioserveur").await?;
    window.finds("[data-test=contract]").await?;
    window.sees("demande un contrat avec son éditeur").await?;
    seen(window, "#section-add-bioserveur", "76-bioserveur").await?;
    window.click_css("[data-test=use-folder]").await?;
    window.finds_exactly("[data-test=contract]", 0).await?;
    let path = last(window, "add-bioserveur", "path").await?;
    focused(window, &path).await?;
    for field in ["account", "secret"] {
        window.finds(&format!("{}:disabled", last(window, "add-bioserveur", field).await?)).await?;
    }
    window.sees("qui dépose les résultats dans le dossier, s’en charge").await?;
    fill(window, &path, &scratch.join("nulle part").to_string_lossy()).await?;

    window.click_css("#add-folder").await?;
    focused(window, &last(window, "add-imap", "address").await?).await?;
    fill(window, &last(window, "add-imap", "address").await?, "Dépôt").await?;
    fill(window, &last(window, "add-imap", "path").await?, &scratch.join("depot").to_string_lossy()).await?;
    select(window, &last(window, "add-imap", "after").await?, "Le déplacer vers").await?;
    let to = last(window, "add-imap", "moveto").await?;
    fill(window, &to, "pris").await?;
    fault(window, &to, "chemin complet du dossier").await?;
    fill(window, &to, &scratch.join("pris").to_string_lossy()).await?;
    no_fault(window, &to).await?;

    // The same address as the MSSanté mailbox: taken all the same, but said.
    window.click_css("#add-imap").await?;
    let address = last(window, "add-imap", "address").await?;
    focused(window, &address).await?;
    fill(window, &address, ADDRESS).await?;
    window.finds(&format!("{address}-warning")).await?;
    seen(window, "#section-add-imap", "77-other-source").await?;
    drop_last(window, "add-imap").await?;

    // A folder that is not there is refused by the core, beside its field; what went before it is kept.
    window.click_css("#save").await?;
    fault(window, &path, "n’existe pas").await?;
    focused(window, &path).await?;
    seen(window, "#section-add-bioserveur", "78-refused").await?;
    fill(window, &path, &scratch.join("bioserveur").to_string_lossy()).await?;
    window.click_css("#save").await?;
    window.finds("#edit:enabled").await?;
    window.finds_exactly("[data-test=mailbox-block]", 4).await
}

/// What is kept: states, the default sender, what is folded away, what must be typed again, what is unsaved.
async fn kept(window: &Window) -> Result<()> {
    focused(window, "#edit").await?;
    let secrets = window.look("return document.documentElement.outerHTML", &[]).await?.to_string();
    let settings = invoke(window, "list_mailbox_settings", json!({})).await?;
    ensure!(settings[0]["secret_kept"] == true && settings[0]["outgoing"].is_null(), "{}", settings[0]);
    ensure!(!secrets.contains("secret-de-camille") && !secrets.contains("code-de-camille"), "a secret is in the page");
    seen(window, "#section-add-mssante", "79-kept").await?;
    seen(window, "#section-add-apicrypt", "80-kept-apicrypt").await?;
    seen(window, "#section-sender", "81-kept-others").await?;

    // Folded away by keyboard, and still so after the page was loaded anew.
    tab_to(window, "[id^=block-][id$=-title]").await?;
    window.press(&[Key::Enter]).await?;
    window.finds_exactly(".fold:not(.aside)[aria-expanded=false]", 1).await?;
    window.finds_exactly("[id^=enabled-]", 3).await?;
    window.client().refresh().await?;
    window.sees("Bonjour").await?;
    open_messaging(window).await?;
    window.finds_exactly(".fold:not(.aside)[aria-expanded=false]", 1).await?;
    seen(window, "#section-add-mssante", "82-folded").await?;
    tab_to(window, "[id^=block-][id$=-title]").await?;
    window.press(&[Key::Enter]).await?;
    window.finds_exactly(".fold:not(.aside)[aria-expanded=false]", 0).await?;

    // The default sender is one from which one may send: neither folder nor Bioserveur.
    window.click_css("#edit").await?;
    window.finds("#default-sender:enabled").await?;
    let choices = "return [...document.querySelectorAll('#default-sender option')].map((one) => one.innerText)";
    let choices = window.look(choices, &[]).await?;
    let wanted = ["Aucune", &format!("{ADDRESS} (MSSanté)"), "c.modele@apicrypt.test (APICRYPT)"];
    ensure!(choices == json!(wanted), "{choices}");
    select(window, "#default-sender", &format!("{ADDRESS} (MSSanté)")).await?;
    window.click_css("#save").await?;
    window.finds("#edit:enabled").await?;
    let senders = invoke(window, "get_senders", json!({})).await?;
    ensure!(senders["chosen"] == senders["among"][0]["mailbox"] && !senders["chosen"].is_null(), "{senders}");

    // Another server: the password must be typed again, and says so before anything is kept.
    window.click_css("#edit").await?;
    window.click_css("[id^=servers-title-]").await?;
    let host = last(window, "add-mssante", "host").await?;
    fill(window, &host, "127.0.0.1").await?;
    window.sees("Le serveur ou le compte a changé : saisissez à nouveau le mot de passe.").await?;
    show(window, "[data-test=mailbox-block]").await?;
    window.accessible("83-secret-again").await?;

    // Leaving asks; staying keeps what was typed; Annuler puts it back.
    window.click_css("#home").await?;
    window.finds("#leaving-title").await?;
    window.accessible("84-leaving").await?;
    window.press(&[Key::Escape]).await?;
    value(window, &host, "127.0.0.1").await?;
    window.click_css("#cancel").await?;
    window.finds("#edit:enabled").await?;
    window.click_css("[id^=servers-title-]").await?;
    value(window, &last(window, "add-mssante", "host").await?, "localhost").await?;
    at_twice_the_size(window, "#section-add-mssante", "85-kept-200").await?;
    at_twice_the_size(window, "#section-sender", "86-kept-others-200").await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_account_of_messagerie() -> Result<()> {
    let scratch = tempfile::tempdir()?;
    for folder in ["apicrypt", "bioserveur", "depot", "pris"] {
        std::fs::create_dir(scratch.path().join(folder))?;
    }
    let window = Window::open(&Folders::within(scratch.path())).await?;
    let practice = json!({
        "practice": "Cabinet des Essais", "title": "dr", "first_name": "Camille", "last_name": "MODELE", "role": "doctor",
        "login": "camille", "password": PASSWORD,
    });
    invoke(&window, "create_practice", practice).await?;
    window.client().refresh().await?;
    window.sees("Bonjour").await?;
    open_messaging(&window).await?;
    window.accessible("70-messaging-empty").await?;
    window.click_css("#edit").await?;
    mssante(&window, scratch.path()).await?;
    apicrypt(&window, scratch.path()).await?;
    others(&window, scratch.path()).await?;
    kept(&window).await?;
    window.close().await
}
