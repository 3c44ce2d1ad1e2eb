//! The rights story through the command line, against a real server: who owns a mailbox, who is let in, what each sees,
//! and that no secret and no patient's name is ever written where it should not be.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what a test helper meets fails the test"
)]

#[path = "support/bannette.rs"]
mod bannette;
#[path = "support/dovecot.rs"]
mod dovecot;
#[path = "support/practice.rs"]
mod practice;

use bannette::Bannette;
use dovecot::Dovecot;
use practice::mail;
use serde_json::{Value, json};

const DEREK: &str = "quatre chevaux gris 7";
const FIRST: &str = "premier mot provisoire 8";
const CLAIRE: &str = "cinq moutons verts 9";
const OSCAR: &str = "six canards jaunes 10";
const SECRET: &str = "secret-du-serveur-11";
const WRONG: &str = "secret-faux-12";
/// A patient whose name stands nowhere else.
const CANARY: &str = "ZYGOMATIQUE";
const ADDRESS: &str = "derek@medecin.test";

/// A practice with three people: Derek, who administers it, and two who changed their first password.
fn practice(folder: &std::path::Path) -> (Bannette, Bannette, Bannette) {
    let nobody = Bannette::at(folder);
    let init = ["init", "--practice", "Cabinet", "--admin", "Derek SHEPERD", "--login", "derek", "--title", "dr"];
    let me = nobody.clone().with("BANNETTE_PASSWORD", DEREK).json(&init).done();
    assert_eq!(me["person"]["administrator"], true);
    let derek = nobody.signed_in("derek", DEREK);
    for (name, login, role, own) in
        [("Claire MODELE", "claire", "secretary", CLAIRE), ("Oscar TEMOIN", "oscar", "doctor", OSCAR)]
    {
        let add = ["person", "add", "--name", name, "--login", login, "--role", role];
        derek.clone().with("BANNETTE_NEW_PASSWORD", FIRST).json(&add).done();
        let first = nobody.signed_in(login, FIRST);
        assert_eq!(first.json(&["list"]).refusal(), (3, "password_must_change".to_owned()));
        first.with("BANNETTE_NEW_PASSWORD", own).json(&["person", "password", login]).done();
    }
    (derek, nobody.signed_in("claire", CLAIRE), nobody.signed_in("oscar", OSCAR))
}

fn trust(data: &std::path::Path, server: &Dovecot) {
    std::fs::create_dir_all(data.join("autorites")).unwrap();
    std::fs::write(data.join("autorites/essai.pem"), server.ca_pem()).unwrap();
}

fn add_mailbox(derek: &Bannette, server: &Dovecot, more: &[&str]) -> Value {
    let imap = format!("localhost:{}", server.tls_port());
    let add = ["mailbox", "add", "mssante", "--owner", "derek", "--address", ADDRESS, "--imap", &imap];
    let add = [&add[..], &["--tls", "implicit", "--account", "derek"], more].concat();
    derek.clone().with("BANNETTE_SECRET", SECRET).json(&add).done()
}

fn subjects(of: &Bannette) -> Vec<String> {
    let page = of.json(&["list"]).done();
    let mut subjects: Vec<String> =
        page["rows"].as_array().unwrap().iter().map(|row| row["subject"].as_str().unwrap().to_owned()).collect();
    subjects.sort();
    subjects
}

/// The people who reach the mailbox, each with their ways.
fn reached_by(of: &Bannette) -> Vec<Vec<String>> {
    let readers = of.json(&["access", ADDRESS]).done();
    let ways = |reader: &Value| {
        let reasons = reader["right"]["reasons"].as_array().unwrap().iter();
        reasons.map(|reason| reason["path"]["path"].as_str().unwrap().to_owned()).collect()
    };
    let mut all: Vec<Vec<String>> = readers.as_array().unwrap().iter().map(ways).collect();
    all.sort();
    all
}

/// Neither a secret nor a patient may be read in clear.
fn nothing_in_clear(bannette: &Bannette) {
    let key = std::fs::read_to_string(&bannette.key).unwrap();
    for secret in [DEREK, FIRST, CLAIRE, OSCAR, SECRET, WRONG, key.trim()] {
        assert_eq!(bannette.finds(secret), None, "a secret in clear");
    }
}

#[test]
fn what_is_shared_is_seen_and_nothing_else() {
    let server = Dovecot::start(&[("derek", SECRET), ("autre", SECRET)]).unwrap();
    let delivered = mail(1, "EXEMPLE", "HH");
    server.deliver("derek", &delivered).unwrap();
    server.deliver("derek", &mail(2, "MODELE", "N")).unwrap();
    server.deliver("autre", &mail(3, "TEMOIN", "N")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (derek, claire, oscar) = practice(folder.path());
    trust(&derek.data, &server);
    let mailbox = add_mailbox(&derek, &server, &[]);
    assert_eq!((&mailbox["secret_kept"], mailbox.get("secret")), (&true.into(), None));
    // Another mailbox of Derek's stays his own.
    let imap = format!("localhost:{}", server.tls_port());
    let other = ["mailbox", "add", "mssante", "--address", "autre@medecin.test", "--imap", &imap];
    let other = [&other[..], &["--tls", "implicit", "--account", "autre"]].concat();
    derek.clone().with("BANNETTE_SECRET", SECRET).json(&other).done();

    let outcomes = derek.json(&["fetch"]).done();
    let messages: Vec<u64> = outcomes.as_array().unwrap().iter().map(|one| one["messages"].as_u64().unwrap()).collect();
    assert_eq!(messages.iter().sum::<u64>(), 3);
    assert_eq!(subjects(&derek), ["Resultats 1", "Resultats 2", "Resultats 3"]);
    assert_eq!(reached_by(&derek), [["owner"]]);

    // The worst result stands first; opening gives what was read, and the source what was delivered.
    let page = derek.json(&["list", "--mailbox", ADDRESS]).done();
    let (critical, other) = (&page["rows"][0], &page["rows"][1]);
    assert_eq!((&critical["urgency"], &critical["patient"]["last_name"]), (&"critical".into(), &"EXEMPLE".into()));
    let (id, other) = (critical["id"].as_str().unwrap(), other["id"].as_str().unwrap());
    let view = derek.json(&["show", id]).done();
    assert_eq!(view["report"]["sections"][0]["results"][0]["value"], "4.2");
    let source = derek.run(&["show", id, "--source"]);
    assert_eq!((source.status, source.stdout == delivered), (0, true));
    let said = derek.run(&["show", id]);
    assert!(String::from_utf8_lossy(&said.stdout).contains("Potassium"));

    // Nobody else, not even by name.
    for person in [&claire, &oscar] {
        assert_eq!(subjects(person), Vec::<String>::new());
        assert_eq!(person.json(&["mailbox", "list"]).done(), json!([]));
        assert_eq!(person.json(&["access", ADDRESS]).refusal(), (4, "not_found".to_owned()));
        assert_eq!(person.json(&["show", id]).refusal(), (4, "not_found".to_owned()));
        assert_eq!(person.json(&["show", id, "--source"]).refusal(), (4, "not_found".to_owned()));
    }

    // Claire may read.
    let set = ["share", "set", ADDRESS, "--person", "claire", "--level", "read"];
    assert_eq!(derek.json(&set).done()["shared"], true);
    assert_eq!(subjects(&claire), ["Resultats 1", "Resultats 2"]);
    assert_eq!(claire.json(&["show", other]).done()["row"]["subject"], "Resultats 2");
    assert_eq!(claire.run(&["show", id, "--source"]).stdout, delivered);
    assert_eq!(reached_by(&claire), [["owner"], ["person"]]);
    assert_eq!(claire.json(&["mailbox", "list"]).done()[0]["my_right"]["level"], "read");
    for refused in [
        &["share", "set", ADDRESS, "--person", "oscar", "--level", "read"][..],
        &["share", "show", ADDRESS],
        &["share", "off", ADDRESS],
        &["mailbox", "set", ADDRESS, "enabled=false"],
        &["mailbox", "show", ADDRESS],
        &["mailbox", "test", ADDRESS],
        &["validate", id],
        &["access", "--person", "derek"],
    ] {
        assert_eq!(claire.json(refused).refusal(), (3, "not_allowed".to_owned()), "{refused:?}");
    }
    assert_eq!(subjects(&oscar), Vec::<String>::new());
    let reach = derek.json(&["access", "--person", "claire"]).done();
    assert_eq!((reach.as_array().unwrap().len(), &reach[0]["address"]), (1, &ADDRESS.into()));

    // A group's right, and the widest one counts.
    derek.json(&["group", "add", "Accueil"]).done();
    derek.json(&["group", "join", "Accueil", "claire"]).done();
    derek.json(&["share", "set", ADDRESS, "--group", "Accueil", "--level", "send"]).done();
    assert_eq!(reached_by(&derek), [vec!["group", "person"], vec!["owner"]]);
    assert_eq!(claire.json(&["mailbox", "list"]).done()[0]["my_right"]["level"], "send");
    // What would be lost is said, nothing is changed by asking; another name changes no right.
    let lost = derek.json(&["group", "remove", "Accueil", "--preview"]).done();
    assert_eq!((&lost["given"], &lost["lost"][0]["had"]), (&1.into(), &"send".into()));
    assert_eq!(lost["lost"][0]["keeps"], "read");
    assert_eq!(claire.json(&["group", "remove", "Accueil", "--preview"]).refusal().1, "not_allowed");
    assert_eq!(derek.json(&["group", "rename", "Accueil", "Secrétariat"]).done()["name"], "Secrétariat");
    assert_eq!(claire.json(&["mailbox", "list"]).done()[0]["my_right"]["level"], "send");

    // Taken back: nothing is left.
    assert_eq!(derek.json(&["share", "off", ADDRESS]).done()["shared"], false);
    assert_eq!(subjects(&claire), Vec::<String>::new());
    assert_eq!(claire.json(&["show", id]).refusal(), (4, "not_found".to_owned()));
    assert_eq!(claire.json(&["access", ADDRESS]).refusal(), (4, "not_found".to_owned()));
    // A person who is suspended is nobody.
    derek.json(&["share", "on", ADDRESS]).done();
    derek.json(&["person", "suspend", "claire"]).done();
    assert_eq!(claire.json(&["list"]).refusal(), (3, "suspended".to_owned()));
    assert_eq!(reached_by(&derek), [["owner"]]);

    let report = derek.json(&["journal", "verify"]).done();
    assert_eq!(report["faults"], json!([]));
    assert!(report["entries"].as_u64().unwrap() > 15, "{report}");
    // A head that was noted, as an exported document has it; and one at which the journal never stood.
    let noted = format!("{}:{}", report["entries"], report["head"].as_str().unwrap().get(..16).unwrap());
    derek.json(&["person", "resume", "claire"]).done();
    assert_eq!(derek.json(&["journal", "verify", "--noted", &noted]).done()["faults"], json!([]));
    let (entries, _) = noted.split_once(':').unwrap();
    let other = derek.json(&["journal", "verify", "--noted", &format!("{entries}:0123456789abcdef")]);
    assert_eq!(other.status, 7);
    assert_eq!(other.json()["faults"][0], json!({ "entry": report["entries"], "kind": "other_head" }));
    assert_eq!(derek.json(&["journal", "verify", "--noted", &format!("{entries}:0123")]).status, 2);
    nothing_in_clear(&derek);
}

#[test]
fn no_secret_and_no_patient_lies_in_clear() {
    let server = Dovecot::start(&[("derek", SECRET)]).unwrap();
    for number in 1..=30 {
        server.deliver("derek", &mail(number, CANARY, "N")).unwrap();
    }
    let folder = tempfile::tempdir().unwrap();
    let (derek, ..) = practice(folder.path());
    trust(&derek.data, &server);
    add_mailbox(&derek, &server, &[]);
    derek.json(&["fetch"]).done();
    // What is asked for is not a leak; the log beside it would be.
    let listed = derek.json(&["list"]);
    assert!(String::from_utf8_lossy(&listed.stdout).contains(CANARY));
    assert!(!listed.stderr.contains(CANARY), "a patient's name in the log");
    let id = listed.done()["rows"][0]["id"].as_str().unwrap().to_owned();
    assert!(!derek.json(&["show", &id]).stderr.contains(CANARY), "a patient's name in the log");
    nothing_in_clear(&derek);
    let files = bannette::files(&derek.data);
    assert!(files.iter().any(|file| file.ends_with("bannette.db")), "{files:?}");
    for file in files {
        let bytes = std::fs::read(&file).unwrap();
        for word in [CANARY, "Potassium", "labo.test", ADDRESS, "SQLite format 3"] {
            let found = bytes.windows(word.len()).any(|some| some == word.as_bytes());
            assert!(!found, "{word} in {}", file.display());
        }
    }
}

#[test]
fn the_connection_test_names_the_step_that_failed() {
    let server = Dovecot::start(&[("derek", SECRET)]).unwrap();
    server.deliver("derek", &mail(1, "EXEMPLE", "N")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (derek, ..) = practice(folder.path());
    add_mailbox(&derek, &server, &[]);
    let last = |ended: &bannette::Ended| {
        let report = ended.json();
        let step = report["steps"].as_array().unwrap().last().unwrap().clone();
        (ended.status, step["step"].as_str().unwrap().to_owned(), step["trouble"]["trouble"].clone())
    };
    let untrusted = derek.json(&["mailbox", "test", ADDRESS]);
    assert_eq!(last(&untrusted), (6, "tls".to_owned(), "certificate_untrusted".into()));
    trust(&derek.data, &server);
    let good = derek.json(&["mailbox", "test", ADDRESS]);
    assert_eq!(last(&good), (0, "capabilities".to_owned(), Value::Null));
    assert_eq!(good.json()["messages"], 1);
    let set = ["mailbox", "set", ADDRESS, "--new-secret"];
    derek.clone().with("BANNETTE_SECRET", WRONG).json(&set).done();
    let refused = derek.json(&["mailbox", "test", ADDRESS]);
    assert_eq!(last(&refused), (6, "login".to_owned(), "login_refused".into()));
    // In words too, in French.
    let said = derek.run(&["mailbox", "test", ADDRESS]);
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    assert!(said.contains("mot de passe") || said.contains("refus"), "{said}");
    let fetched = derek.json(&["fetch"]);
    assert_eq!((fetched.status, &fetched.json()[0]["trouble"]["trouble"]), (6, &"login_refused".into()));
    assert_eq!(subjects(&derek), Vec::<String>::new());
    derek.clone().with("BANNETTE_SECRET", SECRET).json(&set).done();
    derek.json(&["fetch"]).done();
    assert_eq!(subjects(&derek), ["Resultats 1"]);
    nothing_in_clear(&derek);
}

#[test]
fn following_tells_what_comes_and_ends_when_asked() {
    let server = Dovecot::start(&[("derek", SECRET)]).unwrap();
    server.deliver("derek", &mail(1, "EXEMPLE", "N")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (derek, ..) = practice(folder.path());
    trust(&derek.data, &server);
    add_mailbox(&derek, &server, &[]);
    let following = derek.follow();
    let of_mailbox = |line: &Value| line["mailboxes"][0].clone();
    following.until(|line| {
        let mailbox = of_mailbox(line);
        mailbox["state"]["doing"]["doing"] == "listening" && mailbox["waiting"] == 1
    });
    // Another program of this post does not fetch meanwhile.
    assert_eq!(derek.json(&["fetch"]).status, 7);
    server.deliver("derek", &mail(2, "MODELE", "HH")).unwrap();
    let line = following.until(|line| line["mailboxes"][0]["waiting"] == 2);
    assert_eq!(of_mailbox(&line)["address"], ADDRESS);
    assert_eq!(following.terminate(), Some(0));
    assert_eq!(subjects(&derek), ["Resultats 1", "Resultats 2"]);
    assert_eq!(derek.json(&["journal", "verify"]).done()["faults"], json!([]));
    nothing_in_clear(&derek);
}

#[test]
fn another_key_opens_nothing_and_spoils_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (derek, ..) = practice(folder.path());
    let other = folder.path().join("autre-clef");
    std::fs::write(&other, format!("{}\n", "5a".repeat(32))).unwrap();
    let before = std::fs::read(derek.data.join("bannette.db")).unwrap();
    let refused = derek.clone().with_key(&other).json(&["list"]);
    assert_eq!(refused.refusal(), (7, "store".to_owned()));
    assert_eq!(refused.json()["error"]["trouble"]["trouble"], "wrong_key");
    assert!(!refused.json()["error"]["message"].as_str().unwrap().is_empty());
    let none = derek.clone().with_key(&folder.path().join("aucune")).json(&["list"]);
    assert_eq!((none.refusal().0, &none.json()["error"]["trouble"]["trouble"]), (7, &"no_key".into()));
    assert!(before == std::fs::read(derek.data.join("bannette.db")).unwrap(), "a wrong key changed the file");
    assert_eq!(subjects(&derek), Vec::<String>::new());
}

#[test]
fn files_are_read_without_a_practice() {
    let folder = tempfile::tempdir().unwrap();
    let (name, bytes) = bannette_synthetic::Generator::new(3).hprim_file();
    let (good, strange) = (folder.path().join(name), folder.path().join("illisible.bin"));
    std::fs::write(&good, bytes).unwrap();
    std::fs::write(&strange, [0, 159, 146, 150]).unwrap();
    let nobody = Bannette::at(folder.path());
    let parsed = nobody.json(&["parse", good.to_str().unwrap(), strange.to_str().unwrap()]).done();
    let files = parsed["files"].as_array().unwrap();
    assert_eq!((&files[0]["format"], &files[1]["format"]), (&"hprim_medecin".into(), &"unknown".into()));
    assert!(files[0]["dossiers"][0]["sections"][0]["results"][0]["label"].is_string(), "{parsed}");
    assert!(!files[1]["warnings"].as_array().unwrap().is_empty());
    assert_eq!(nobody.json(&["parse", "absent.hpr"]).status, 5);
    assert!(!nobody.data.exists(), "nothing is created for reading a file");
}
