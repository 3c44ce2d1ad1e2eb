//! What somebody without the right can learn of a mailbox: nothing. Every field of its mail holds an invented word; every
//! call of the table is made by everybody without the right, and neither the answers, nor the events, nor the logs, nor
//! the command line, nor the window may hold one of the words. And every answer is the one that a practice without that
//! mailbox gives.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "what a test helper meets fails the test"
)]

#[path = "canary/arguments.rs"]
mod arguments;
#[path = "support/practice.rs"]
mod practice;
#[path = "canary/reports.rs"]
mod reports;
#[path = "canary/scrub.rs"]
mod scrub;
#[path = "canary/words.rs"]
mod words;
#[path = "canary/world.rs"]
mod world;

use bannette_api::calls::NAMES;
use bannette_api::dossiers::View;
use bannette_api::people::Role;
use bannette_core::Session;
use practice::PASSWORD;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use words::Canaries;
use world::{OUTSIDERS, World, login};

/// Calls after which the session must be taken anew.
const MOVES_THE_SESSION: [&str; 5] = ["sign_in", "sign_out", "lock_window", "unlock_window", "create_practice"];

/// A file that holds a mail is shown as the mail; its name is kept and given to nobody.
const NOT_EVEN_THE_OWNER: [&str; 2] = ["mail: file name", "xdm: file name"];

/// All that is logged, at its most talkative.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Log {
    fn start() -> Self {
        let log = Self::default();
        let writer = log.clone();
        let filter = "debug,bannette_core=trace,bannette_store=trace,bannette_mail=trace,bannette_formats=trace";
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(move || writer.clone()).with_ansi(false).init();
        log
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

/// An answer as one value: what it gives, or why not.
async fn ask(world: &World, session: &Session, name: &str, arguments: Value) -> Value {
    match world.practice.core.call_by_name(session, name, arguments).await {
        Ok(reply) => json!({ "reply": reply }),
        Err(failure) => json!({ "failure": failure }),
    }
}

/// What an answer may say that differs from a practice without the mailbox, and why that is no leak.
fn allowed(name: &str, who: &str, answer: Value) -> Value {
    match name {
        // The chain of acts is one for the practice: how many there are says nothing of whom or what.
        "verify_journal" => json!({ "faults": answer["reply"]["faults"], "failure": answer["failure"] }),
        // An administrator may know which mailboxes somebody reaches, by name (« rights.md »), never what lies in them.
        "what_can_reach" if who == "administrator" => json!({ "failure": answer["failure"] }),
        // Which mailboxes could be opened by breaking the glass, by name, for the same reason; and who holds what.
        "list_closed_mailboxes" | "preview_departure" | "preview_group_removal" if who == "administrator" => {
            json!({ "failure": answer["failure"] })
        }
        // Whoever loses a right is told of which mailbox, and may know it: they could read it.
        "get_told" if ["former", "left", "ended", "suspended"].contains(&who) => {
            json!({ "failure": answer["failure"] })
        }
        _ => answer,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_no_right_learns_nothing_by_any_call() {
    let log = Log::start();
    let mut canaries = Canaries::default();
    let mut world = World::build(Some(&mut canaries)).await;
    let mut without = World::build(None).await;
    let mut leaks = Vec::new();
    for who in OUTSIDERS {
        // Two of them type every single word; the others the letters that all of them begin with.
        let words = if ["stranger", "former"].contains(&who) { usize::MAX } else { 6 };
        for one in [&mut world, &mut without] {
            one.target.searches = canaries.searches().into_iter().take(words).collect();
        }
        leaks.extend(asks_everything(&world, &without, &canaries, who).await);
    }
    assert!(leaks.is_empty(), "{} leaks:\n{}", leaks.len(), leaks.join("\n"));

    // The owner's answers hold every canary: else nothing was hidden that could be found.
    let mut seen = BTreeSet::new();
    for (number, name) in NAMES.iter().enumerate().filter(|(_, name)| !MOVES_THE_SESSION.contains(name)) {
        for arguments in world.target.arguments(name, "owner", PASSWORD, 9_000 + number) {
            // The settings are looked at before they are changed.
            if !["change_mailbox", "add_mailbox"].contains(name) {
                seen.extend(canaries.found_in_answer(&ask(&world, &world.owner, name, arguments).await));
            }
        }
    }
    let unseen: Vec<_> =
        canaries.fields().filter(|field| !seen.contains(*field) && !NOT_EVEN_THE_OWNER.contains(field)).collect();
    assert!(unseen.is_empty(), "not even the owner is shown: {unseen:?}");

    // No log holds contents, whoever reads them.
    let refused = ask(&world, &world.owner, "open_dossier", json!({})).await;
    assert_eq!(refused["failure"]["code"], "internal", "a call that is none");
    let text = log.text();
    assert!(text.contains("internal failure"), "nothing is logged at all");
    assert_eq!(canaries.found_in(&text), BTreeSet::new(), "in the log");
}

/// Makes every call as one of the people without a right, in both practices. Gives what leaked.
async fn asks_everything(world: &World, without: &World, canaries: &Canaries, who: &str) -> Vec<String> {
    let mut leaks = Vec::new();
    let (mut here, mut there) = (world.session(who).await, without.session(who).await);
    let mut told = world.practice.core.events(&here);
    for (number, name) in NAMES.iter().enumerate() {
        let number = OUTSIDERS.iter().position(|one| *one == who).unwrap() * 1000 + number;
        let asked = world.target.arguments(name, login(who), PASSWORD, number);
        let same = without.target.arguments(name, login(who), PASSWORD, number);
        // There are more dossiers here than there: the last answer there stands for all, since it knows none of them.
        let mut answered = Value::Null;
        for (place, arguments) in asked.into_iter().enumerate() {
            let found = ask(world, &here, name, arguments.clone()).await;
            if let Some(same) = same.get(place) {
                answered = ask(without, &there, name, same.clone()).await;
            }
            let hidden = canaries.found_in_answer(&allowed(name, who, found.clone()));
            if !hidden.is_empty() {
                leaks.push(format!("{name} tells {who}: {hidden:?}, asked with {arguments}"));
            }
            let found_here = scrub::scrubbed(&allowed(name, who, found), &world.folder());
            let found_there = scrub::scrubbed(&allowed(name, who, answered.clone()), &without.folder());
            if found_here != found_there {
                leaks.push(format!(
                    "{name} by {who} tells the practices apart, asked with {arguments}:\n  {found_here}\n  {found_there}"
                ));
            }
            if MOVES_THE_SESSION.contains(name) || who == "suspended" && !matches!(*name, "get_situation") {
                if who == "former" {
                    sign_in_again(world, &here).await;
                    sign_in_again(without, &there).await;
                } else {
                    (here, there) = (world.session(who).await, without.session(who).await);
                }
            }
        }
    }
    // An event is one of five words: which kind of thing changed, never what.
    while let Ok(event) = tokio::time::timeout(Duration::from_millis(20), told.next()).await {
        let event = serde_json::to_value(event).unwrap();
        if !["dossiers", "mailboxes", "rights", "people", "session"].iter().any(|word| event == *word) {
            leaks.push(format!("an event tells {who}: {event}"));
        }
    }
    leaks
}

/// The former reader's session stays the one that was open.
async fn sign_in_again(world: &World, session: &Session) {
    let call = json!({ "login": "former", "password": PASSWORD });
    world.practice.core.call_by_name(session, "sign_in", call).await.unwrap();
}

/// One report in two messages is one dossier; whoever may read the second mailbox alone is shown the second message.
#[tokio::test(flavor = "multi_thread")]
async fn the_same_report_in_another_message_shows_nothing_of_the_hidden_one() {
    let practice = practice::Practice::new().await;
    let (owner, _) = practice.person("owner", Role::Doctor).await;
    let (stranger, _) = practice.person("stranger", Role::Doctor).await;
    let mut canaries = Canaries::default();
    let report = reports::hprim(&mut Canaries::default(), "the report").replace(&words::STEM.to_uppercase(), "EXEMPLE");
    for (session, name) in [(&owner, "cache"), (&stranger, "depot")] {
        let folder = practice.folder.path().join(name);
        std::fs::create_dir(&folder).unwrap();
        let mut word = |field: &str| match name {
            "cache" => canaries.word(field),
            _ => "Autre".to_owned(),
        };
        let message = reports::around(&report, &mut word);
        std::fs::write(folder.join("a.eml"), message).unwrap();
        practice.folder_mailbox(session, &folder).await;
        practice.core.fetch_once(session, None).await.unwrap();
    }
    let (mine, theirs) = (practice.list(&stranger, View::Team).await.unwrap(), practice.list(&owner, View::Team).await);
    assert_eq!(mine.len(), 1, "the report came");
    assert_eq!(mine[0].id, theirs.unwrap()[0].id, "it is one dossier");
    let dossier = mine[0].id;
    let searches = canaries.searches().into_iter().chain(["autre", "exemple"].map(str::to_owned));
    let mut calls: Vec<(&str, Value)> = searches
        .map(|words| json!({ "view": "team", "mailbox": null, "words": words, "after": null, "limit": 50 }))
        .map(|arguments| ("list_dossiers", arguments))
        .collect();
    calls.push(("open_dossier", json!({ "dossier": dossier })));
    calls.push(("print_dossier", json!({ "dossier": dossier })));
    calls.push(("read_source", json!({ "dossier": dossier, "from": 0, "length": 1 << 20 })));
    calls.extend(
        (0..3)
            .map(|part| json!({ "dossier": dossier, "part": part, "from": 0, "length": 1 << 20 }))
            .map(|it| ("read_attachment", it)),
    );
    // Nor by the hidden message's own name, should somebody know it.
    let whole = practice.core.call_by_name(&owner, "open_dossier", json!({ "dossier": dossier })).await.unwrap();
    let hidden = whole["shown"].as_str().unwrap().to_owned();
    for name in ["open_dossier", "print_dossier", "read_source", "read_attachment", "render_page", "save_attachment"] {
        let arguments = json!({
            "dossier": dossier, "message": hidden, "part": 0, "from": 0, "length": 1 << 20, "page": 0, "width": 600,
        });
        let refused = practice.core.call_by_name(&stranger, name, arguments.clone()).await;
        assert_eq!(refused, Err(bannette_api::Failure::NotFound), "{name}");
        calls.push((name, arguments));
    }
    calls.push(("validate_dossier", json!({ "dossier": dossier, "validated": true })));
    let mut seen = BTreeSet::new();
    for (name, arguments) in calls {
        let answer = practice.core.call_by_name(&stranger, name, arguments.clone()).await;
        let answer = json!({ "answer": answer.as_ref().ok(), "failure": answer.as_ref().err() });
        assert_eq!(canaries.found_in_answer(&answer), BTreeSet::new(), "{name} with {arguments}");
        // A row that is found by words of the other message tells that they stand there.
        let asked = arguments["words"].as_str().unwrap_or_default();
        let found = answer["answer"]["rows"].as_array().is_some_and(|rows| !rows.is_empty());
        assert!(!found || !asked.starts_with(&words::STEM[..1]), "found by «{asked}»");
        if asked == "exemple" {
            assert!(found, "not found by what the report says");
            assert_eq!(answer["answer"]["rows"][0]["subject"], "Resultats Autre");
        }
        let answer = practice.core.call_by_name(&owner, name, arguments).await.ok();
        seen.extend(canaries.found_in_answer(&json!(answer)));
    }
    let unseen: Vec<_> = canaries.fields().filter(|field| !seen.contains(*field)).collect();
    assert!(unseen.is_empty(), "the owner is not shown {unseen:?}");
}
