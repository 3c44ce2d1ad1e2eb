//! The accounts of every kind by the command line: APICRYPT with a tool, Bioserveur, a watched folder; what each says when it
//! does not work, and that the usage code of a key stands nowhere in clear. The tool is a script of this test's own: it opens
//! nothing that is APICEM's.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what a test helper meets fails the test"
)]

#[path = "support/bannette.rs"]
mod bannette;
#[path = "support/practice.rs"]
mod practice;

use bannette::Bannette;
use practice::sealed_mail;
use serde_json::{Value, json};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

const DEREK: &str = "quatre chevaux gris 7";
const CODE: &str = "code-d-usage-de-la-clef-13";
const WRONG: &str = "code-faux-14";
const SECRET: &str = "secret-de-l-editeur-15";
const ADDRESS: &str = "derek@apicrypt.test";

fn practice(folder: &Path) -> Bannette {
    let nobody = Bannette::at(folder);
    let init = ["init", "--practice", "Cabinet", "--admin", "Derek SHEPERD", "--login", "derek", "--title", "dr"];
    nobody.clone().with("BANNETTE_PASSWORD", DEREK).json(&init).done();
    nobody.signed_in("derek", DEREK)
}

/// The tool of this test: the code by its standard input, base64 of what stands after the mark.
fn tool(folder: &Path) -> PathBuf {
    let path = folder.join("outil d'essai");
    let script = format!(
        "#!/bin/sh\nread -r code\n[ \"$code\" = '{CODE}' ] || exit 9\n\
         sed '/APICRYPT/d' \"$1\" | tr -d '\\r' | base64 -d > \"$2\"\n"
    );
    fs::write(&path, script).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn formats(of: &Bannette) -> Vec<String> {
    let page = of.json(&["list"]).done();
    let rows = page["rows"].as_array().unwrap().iter();
    let mut formats: Vec<String> = rows.map(|row| row["format"].as_str().unwrap().to_owned()).collect();
    formats.sort();
    formats
}

fn state(of: &Bannette, address: &str) -> Value {
    let all = of.json(&["mailbox", "list"]).done();
    all.as_array().unwrap().iter().find(|one| one["address"] == address).unwrap()["state"].clone()
}

#[test]
fn the_server_of_a_known_operator_needs_not_be_given() {
    let folder = tempfile::tempdir().unwrap();
    let derek = practice(folder.path()).with("BANNETTE_SECRET", SECRET);
    let address = "camille.modele@medecin.formation.mssante.fr";
    // Not fetched: nothing but this post is reached.
    let added = derek.json(&["mailbox", "add", "mssante", "--address", address, "--disabled"]).done();
    let host = "mail-psc.formation.mailiz.mssante.fr";
    assert_eq!(added["connection"]["host"], host);
    assert_eq!((&added["connection"]["account"], &added["outgoing"]["host"]), (&address.into(), &host.into()));
    // A server that is given is the one that is kept.
    let other = "autre.modele@medecin.formation.mssante.fr";
    let add = ["mailbox", "add", "mssante", "--address", other, "--imap", "127.0.0.1:1143", "--disabled"];
    let added = derek.json(&add).done();
    assert_eq!((&added["connection"]["host"], &added["connection"]["port"]), (&"127.0.0.1".into(), &1143.into()));
    // Any other mailbox.
    let add = ["mailbox", "add", "imap", "--address", "labo@example.org", "--imap", "127.0.0.1:1143", "--disabled"];
    assert_eq!(derek.json(&add).done()["kind"], "imap");
}

#[test]
fn what_does_not_exist_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let derek = practice(folder.path());
    for (command, words) in [
        (&["mailbox", "test", "nulle.part@example.org"][..], "Aucune boîte «\u{a0}nulle.part@example.org\u{a0}»"),
        (&["person", "suspend", "pol"], "Personne n’a l’identifiant «\u{a0}pol\u{a0}»"),
        (&["group", "join", "Acueil", "derek"], "Aucun groupe ne s’appelle «\u{a0}Acueil\u{a0}»"),
    ] {
        assert_eq!(derek.json(command).refusal(), (4, "not_found".to_owned()), "{command:?}");
        let said = derek.run(command).stderr;
        assert!(said.contains(words) && said.contains(" list"), "{said}");
    }
    // One's own account: told as what it is, not as somebody else's change.
    let said = derek.run(&["person", "suspend", "derek"]).stderr;
    assert!(said.contains("son propre compte"), "{said}");
}

#[test]
fn an_apicrypt_account_from_its_adding_to_its_results() {
    let folder = tempfile::tempdir().unwrap();
    let derek = practice(folder.path());
    let (depot, tool) = (folder.path().join("depot"), tool(folder.path()));
    fs::create_dir(&depot).unwrap();
    fs::write(depot.join("1.eml"), sealed_mail(1)).unwrap();
    let add = ["mailbox", "add", "apicrypt", "--address", ADDRESS, "--key-id", "derek.SHEPERD", "--path", text(&depot)];
    // Without a tool first: kept, listed, and said.
    let added = derek.clone().with("BANNETTE_KEY_CODE", CODE).json(&add).done();
    assert_eq!((&added["key_code_kept"], &added["secret_kept"]), (&true.into(), &false.into()));
    assert_eq!(added["apicrypt"], json!({ "key_id": "derek.SHEPERD", "decryptor": { "by": "none" } }));
    let fetched = derek.json(&["fetch"]).done();
    assert_eq!(fetched[0]["beside"], json!([{ "trouble": "encrypted", "messages": 1, "why": { "fault": "no_tool" } }]));
    assert_eq!(formats(&derek), ["apicrypt"]);
    let said = String::from_utf8(derek.run(&["fetch"]).stdout).unwrap();
    assert!(said.contains("composants d’APICEM") || said.contains("composants d’APICEM"), "{said}");

    // With it: by itself at the next fetch. Another program than before gets the code anew.
    let set = format!("decryptor={}", text(&tool));
    let set = ["mailbox", "set", ADDRESS, &set, "decryptor_args={input} {output}", "--new-key-code"];
    derek.clone().with("BANNETTE_KEY_CODE", WRONG).json(&set).done();
    let refused = derek.json(&["fetch"]).done();
    assert_eq!(refused[0]["beside"][0]["why"], json!({ "fault": "refused", "code": 9 }));
    assert_eq!(formats(&derek), ["apicrypt"]);
    let code = ["mailbox", "set", ADDRESS, "--new-key-code"];
    derek.clone().with("BANNETTE_KEY_CODE", CODE).json(&code).done();
    let opened = derek.json(&["fetch"]).done();
    assert_eq!(opened[0].get("beside"), None);
    assert_eq!(formats(&derek), ["hprim_medecin"]);

    // What stands in the settings, and what is refused.
    let shown = String::from_utf8(derek.run(&["mailbox", "show", ADDRESS]).stdout).unwrap();
    assert!(shown.contains("derek.SHEPERD") && shown.contains("{input} {output}") && !shown.contains(CODE), "{shown}");
    for (refused, status) in [
        (&["mailbox", "set", ADDRESS, "decryptor_args={input}"][..], 5),
        (&["mailbox", "set", ADDRESS, "key_id="], 5),
        (&["mailbox", "set", ADDRESS, "imap=ailleurs.test"], 2),
        (&["mailbox", "set", ADDRESS, "decryptor="], 2),
        (&["mailbox", "add", "apicrypt", "--address", "autre@apicrypt.test", "--key-id", "a"], 2),
        (&["mailbox", "set", ADDRESS, "key_code=visible"], 2),
    ] {
        assert_eq!(derek.json(refused).status, status, "{refused:?}");
    }
    // The same address again.
    assert_eq!(derek.json(&add).status, 5);
    assert_eq!(derek.json(&["mailbox", "set", ADDRESS, "decryptor=none"]).done()["key_code_kept"], false);
    assert_eq!(derek.json(&["journal", "verify"]).done()["faults"], json!([]));
    for secret in [CODE, WRONG, DEREK] {
        // The script of the test holds the code it expects.
        let found = bannette::files(&derek.data).into_iter().find(|file| {
            let bytes = fs::read(file).unwrap();
            bytes.windows(secret.len()).any(|some| some == secret.as_bytes())
        });
        assert_eq!(found, None);
    }
}

#[test]
fn bioserveur_says_that_it_needs_a_contract_and_takes_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let derek = practice(folder.path());
    let add = ["mailbox", "add", "bioserveur", "--account", "cabinet42"];
    let added = derek.clone().with("BANNETTE_SECRET", SECRET).json(&add).done();
    assert_eq!(added["connection"], json!({ "by": "publisher", "account": "cabinet42" }));
    let fetched = derek.json(&["fetch"]);
    assert_eq!((fetched.status, &fetched.json()[0]["trouble"]["trouble"]), (6, &"contract_needed".into()));
    let said = String::from_utf8(derek.run(&["fetch"]).stdout).unwrap();
    assert!(said.contains("contrat") && said.contains("dossier"), "{said}");

    let depot = folder.path().join("agent");
    fs::create_dir(&depot).unwrap();
    let (name, bytes) = bannette_synthetic::Generator::new(4).hprim_file();
    fs::write(depot.join(name), bytes).unwrap();
    let add = ["mailbox", "add", "bioserveur", "--address", "Laboratoires", "--path", text(&depot)];
    derek.json(&add).done();
    assert_eq!(derek.json(&["fetch", "--mailbox", "Laboratoires"]).done()[0]["messages"], 1);
    assert_eq!(formats(&derek), ["hprim_medecin"]);
    assert_eq!(derek.finds(SECRET), None);
}

#[test]
fn a_folder_whose_files_go_once_they_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    let derek = practice(folder.path());
    let (depot, archive) = (folder.path().join("depot"), folder.path().join("archive"));
    fs::create_dir(&depot).unwrap();
    let put = |number: u64| {
        let (name, bytes) = bannette_synthetic::Generator::new(number).hprim_file();
        fs::write(depot.join(name), bytes).unwrap();
    };
    let count = |folder: &Path| fs::read_dir(folder).unwrap().count();
    let to = format!("move:{}", text(&archive));
    let add = ["mailbox", "add", "folder", "--path", text(&depot), "--address", "Depot", "--after", &to];
    assert_eq!(derek.json(&add).status, 5, "the archive is not there");
    fs::create_dir(&archive).unwrap();
    let added = derek.json(&add).done();
    assert_eq!(added["connection"]["after"], json!({ "then": "move", "to": text(&archive) }));
    put(1);
    assert_eq!(derek.json(&["fetch"]).done()[0]["messages"], 1);
    assert_eq!((count(&depot), count(&archive)), (0, 1));
    derek.json(&["mailbox", "set", "Depot", "after=delete"]).done();
    put(2);
    derek.json(&["fetch"]).done();
    assert_eq!((count(&depot), count(&archive)), (0, 1));
    derek.json(&["mailbox", "set", "Depot", "after=leave"]).done();
    put(3);
    derek.json(&["fetch"]).done();
    assert_eq!((count(&depot), formats(&derek).len()), (1, 3));
    assert_eq!(derek.json(&["mailbox", "set", "Depot", "after=perdre"]).status, 2);
    assert_eq!(derek.json(&["mailbox", "set", "Depot", "decryptor=none"]).status, 2);
    assert!(state(&derek, "Depot")["last_success"].is_string());
}
