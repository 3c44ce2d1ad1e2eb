//! The window itself: that it opens, that its page can only do what it must, that there is one program a practice.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[path = "support/webdriver.rs"]
mod webdriver;
#[path = "support/window.rs"]
mod window;

use serde_json::{Value, json};
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use window::{Folders, Window};

#[tokio::test(flavor = "multi_thread")]
async fn the_page_asks_the_core_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let window = Window::open(&Folders::within(folder.path())).await.unwrap();
    window.screenshot("first-window").await.unwrap();

    assert_eq!(
        invoke(&window, "get_situation", json!({ "call": {} })).await,
        json!({ "ok": { "situation": "no_practice" } })
    );
    assert_eq!(
        invoke(&window, "list_people", json!({ "call": {} })).await,
        json!({ "error": { "code": "no_practice" } })
    );
    for foreign in
        ["plugin:app|version", "plugin:window|close", "plugin:webview|create_webview_window", "plugin:event|emit"]
    {
        let answer = invoke(&window, foreign, json!({})).await;
        assert!(answer["error"].as_str().is_some_and(|error| error.contains("not allowed")), "{foreign}: {answer}");
    }
    window.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_goes_nowhere_else_and_loads_nothing_foreign() {
    let outside = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    outside.set_nonblocking(true).unwrap();
    let address = format!("http://{}/", outside.local_addr().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let window = Window::open(&Folders::within(folder.path())).await.unwrap();
    let own = window.client().current_url().await.unwrap();

    let refused = async |script: &str| {
        let whole = format!(
            "const [outside, done] = arguments; \
             document.addEventListener('securitypolicyviolation', (event) => done(event.effectiveDirective), {{ once: true }}); \
             setTimeout(() => done('let in'), 5000); {script}"
        );
        window.client().execute_async(&whole, vec![json!(address)]).await.unwrap()
    };
    let image = "const image = new Image(); image.src = outside; document.body.append(image);";
    assert_eq!(refused(image).await, json!("img-src"));
    assert_eq!(refused("fetch(outside).catch(() => 0);").await, json!("connect-src"));
    let script = "const script = document.createElement('script'); script.textContent = 'window.foreign = 1'; \
                  document.body.append(script);";
    assert_eq!(refused(script).await, json!("script-src-elem"));
    assert_eq!(refused("document.body.setAttribute('style', 'color: red');").await, json!("style-src-attr"));

    // What the navigation's rule refuses before the page's policy is asked.
    let elsewhere = "const frame = document.createElement('iframe'); frame.src = arguments[0]; document.body.append(frame); \
                     const form = document.createElement('form'); form.action = arguments[0]; form.method = 'post'; \
                     document.body.append(form); form.submit(); \
                     window.open(arguments[0]); location.href = arguments[0];";
    window.client().execute(elsewhere, vec![json!(address)]).await.unwrap();
    window.screenshot("still-there").await.unwrap();
    assert_eq!(window.client().current_url().await.unwrap(), own);
    assert_eq!(window.client().windows().await.unwrap().len(), 1);
    assert!(outside.accept().is_err(), "something reached the outside");
    window.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_practice_that_could_not_be_opened_is_tried_again() {
    let folder = tempfile::tempdir().unwrap();
    let folders = Folders::within(folder.path());
    let window = Window::open(&folders).await.unwrap();
    invoke(&window, "create_practice", first_person()).await;
    window.close().await.unwrap();

    let away = folder.path().join("clef-ailleurs");
    std::fs::rename(folders.key_file(), &away).unwrap();
    let window = Window::open(&folders).await.unwrap();
    let missing = "La clé des données du cabinet est introuvable sur ce poste.";
    window.sees(missing).await.unwrap();
    window.accessible("unopenable").await.unwrap();
    window.screenshot("unopenable").await.unwrap();
    window.click("Réessayer").await.unwrap();
    window.sees(missing).await.unwrap();
    std::fs::rename(away, folders.key_file()).unwrap();
    window.click("Réessayer").await.unwrap();
    window.finds("input[type=password]").await.unwrap();
    window.sees_no(missing).await.unwrap();
    window.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn another_window_has_another_session() {
    let folder = tempfile::tempdir().unwrap();
    let window = Window::open(&Folders::within(folder.path())).await.unwrap();
    let me = invoke(&window, "create_practice", first_person()).await;
    assert_eq!(me["ok"]["person"]["login"], "anne", "{me}");

    let (first, second) = window.open_another().await.unwrap();
    let situation = invoke(&window, "get_situation", json!({ "call": {} })).await;
    assert_eq!(situation["ok"]["situation"], "signed_out", "{situation}");
    assert_eq!(invoke(&window, "list_people", json!({ "call": {} })).await["error"]["code"], "not_signed_in");

    window.turn_to(&first).await.unwrap();
    let situation = invoke(&window, "get_situation", json!({ "call": {} })).await;
    assert_eq!(situation["ok"]["situation"], "signed_in", "{situation}");
    assert_ne!(first, second);
    window.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changes_is_told_to_the_window_that_it_is_for() {
    let folder = tempfile::tempdir().unwrap();
    let window = Window::open(&Folders::within(folder.path())).await.unwrap();
    let listen = "const done = arguments[arguments.length - 1]; window.heard = []; \
                  const target = { kind: 'WebviewWindow', label: window.__TAURI_INTERNALS__.metadata.currentWindow.label }; \
                  window.__TAURI__.event.listen('bannette', (event) => window.heard.push(event.payload), { target }) \
                      .then(() => done(null), (error) => done(String(error)))";
    assert_eq!(window.client().execute_async(listen, Vec::new()).await.unwrap(), Value::Null);
    let (first, _) = window.open_another().await.unwrap();
    assert_eq!(window.client().execute_async(listen, Vec::new()).await.unwrap(), Value::Null);
    invoke(&window, "create_practice", first_person()).await;
    window.until("the event to be heard", "return window.heard.includes('session')", &[]).await.unwrap();
    window.turn_to(&first).await.unwrap();
    assert_eq!(window.client().execute("return window.heard", Vec::new()).await.unwrap(), json!([]));
    window.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_cannot_be_written_is_said_in_the_window() {
    let folder = tempfile::tempdir().unwrap();
    // Nobody writes there, root neither.
    let folders = Folders::within(folder.path()).with_data(Path::new("/proc/bannette"));
    let window = Window::open(&folders).await.unwrap();
    let failure = invoke(&window, "create_practice", first_person()).await;
    assert!(failure["error"]["code"].is_string(), "{failure}");
    window.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_grows_with_ctrl_and_plus_and_is_as_large_at_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let folders = Folders::within(folder.path());
    let window = Window::open(&folders).await.unwrap();
    invoke(&window, "create_practice", first_person()).await;
    let width = window.look("return innerWidth", &[]).await.unwrap();
    let narrower = "return innerWidth < args[0] * 0.85";
    // Ctrl, twice +, and the keys are let go.
    window.type_keys("\u{e009}++\u{e000}").await.unwrap();
    window.until("everything to be larger", narrower, std::slice::from_ref(&width)).await.unwrap();
    // Twice as large the whole page scrolls; another page begins at its top all the same.
    window.type_keys("\u{e009}+++\u{e000}").await.unwrap();
    let double = "return innerWidth === Math.round(args[0] / 2)";
    window.until("everything to be twice as large", double, std::slice::from_ref(&width)).await.unwrap();
    window.finds("#card-mine").await.unwrap();
    // Pressed by a script: the driver's pointer does not know of the size.
    window.look("document.querySelector('#card-mine').click(); return true", &[]).await.unwrap();
    let top = "const title = document.querySelector('#list-title')?.getBoundingClientRect(); \
               return document.activeElement?.id === 'content' && title.top >= 0 && title.bottom <= innerHeight";
    window.until("the list's title in sight", top, &[]).await.unwrap();
    window.screenshot("70-inbox-200").await.unwrap();
    window.type_keys("\u{e009}---\u{e000}").await.unwrap();
    window
        .until("everything to be smaller again", "return innerWidth > args[0] * 0.7", std::slice::from_ref(&width))
        .await
        .unwrap();
    // The web view writes what a page keeps a moment later; whoever closes sooner finds the size of before.
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    window.close().await.unwrap();

    let window = Window::open(&folders).await.unwrap();
    window.until("everything to be as large as before", narrower, std::slice::from_ref(&width)).await.unwrap();
    window.type_keys("\u{e009}0\u{e000}").await.unwrap();
    window.until("the usual size", "return innerWidth === args[0]", &[width]).await.unwrap();
    window.close().await.unwrap();
}

fn first_person() -> Value {
    json!({ "call": {
        "practice": "Cabinet d'essai", "title": "dr", "first_name": "Anne", "last_name": "EXEMPLE", "role": "doctor",
        "login": "anne", "password": "quatre chevaux gris",
    } })
}

/// What the page would get for a call.
async fn invoke(window: &Window, name: &str, args: Value) -> Value {
    let script = "const [name, args, done] = arguments; \
                  window.__TAURI__.core.invoke(name, args).then((ok) => done({ ok }), (error) => done({ error }))";
    window.client().execute_async(script, vec![json!(name), args]).await.unwrap()
}
