//! A practice from its beginning, through the program itself: who must be named, where secrets come from, what a script
//! is told. The rules are the core's; what is tested here is that the command line carries them over.

// The helpers beside the test may fail the test too.
#![allow(clippy::expect_used)]

use serde_json::Value;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

const ANNE: &str = "une phrase bien longue 1";
const FIRST: &str = "premier mot de Bruno 2";
const BRUNO: &str = "autre phrase longue 3";

/// Runs `bannette` with these variables and this stdin: exit status and the document on stdout. No secret may be seen in
/// what is written.
fn run(folder: &Path, variables: &[(&str, &str)], stdin: &str, arguments: &[&str]) -> (i32, Value) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bannette"));
    for own in ["BANNETTE_PASSWORD", "BANNETTE_NEW_PASSWORD", "BANNETTE_SECRET", "BANNETTE_LOG"] {
        command.env_remove(own);
    }
    command
        .env("BANNETTE_DATA", folder.join("data"))
        .env("BANNETTE_KEY_FILE", folder.join("key"))
        .envs(variables.iter().copied())
        .args(["--json", "-vv"])
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    // A program that asks for nothing may be gone before it is told.
    drop(child.stdin.take().expect("its stdin is ours").write_all(stdin.as_bytes()));
    let output = child.wait_with_output().expect("it ends");
    let errors = String::from_utf8_lossy(&output.stderr);
    let written = format!("{}{errors}", String::from_utf8_lossy(&output.stdout));
    for secret in [ANNE, FIRST, BRUNO] {
        assert!(!written.contains(secret), "a secret was written by {arguments:?}");
    }
    let document = serde_json::from_slice(&output.stdout).expect("stdout is one JSON document");
    (output.status.code().expect("a status"), document)
}

#[test]
fn a_practice_from_its_beginning() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let anne = |arguments: &[&str]| {
        let named = [&["--as", "anne"], arguments].concat();
        run(folder, &[("BANNETTE_PASSWORD", ANNE), ("BANNETTE_NEW_PASSWORD", FIRST)], "", &named)
    };
    let code = |(status, document): (i32, Value)| (status, document["error"]["code"].as_str().unwrap_or("").to_owned());

    let init = ["init", "--practice", "Cabinet", "--admin", "Anne EXEMPLE", "--login", "anne", "--password-stdin"];
    let (status, me) = run(folder, &[], &format!("{ANNE}\n"), &init);
    assert_eq!((status, &me["person"]["last_name"]), (0, &"EXEMPLE".into()));
    assert!(me["person"].get("suspended_since").is_none(), "what is absent has no key");
    assert_eq!(code(run(folder, &[], &format!("{ANNE}\n"), &init)), (1, "practice_exists".into()));

    // Nobody is named; the wrong password; no password at all.
    assert_eq!(code(run(folder, &[], "", &["list"])), (3, "not_signed_in".into()));
    let wrong = run(folder, &[("BANNETTE_PASSWORD", "wrong")], "", &["--as", "anne", "list"]);
    assert_eq!(code(wrong), (3, "wrong_credentials".into()));
    assert_eq!(code(run(folder, &[], "", &["--as", "anne", "list"])), (2, "usage".into()));

    // `--login` names the one who is added, never the one who signs in.
    let add = ["person", "add", "--name", "Bruno MODELE", "--login", "bruno", "--role", "secretary"];
    let (status, bruno) = anne(&add);
    assert_eq!((status, &bruno["login"], &bruno["role"]), (0, &"bruno".into(), &"secretary".into()));
    assert_eq!(code(anne(&add)), (5, "invalid".into()));

    // The first password must be changed; both come from stdin, one line each.
    let first = [("BANNETTE_PASSWORD", FIRST)];
    assert_eq!(code(run(folder, &first, "", &["--as", "bruno", "list"])), (3, "password_must_change".into()));
    let change = ["--as", "bruno", "--password-stdin", "person", "password", "bruno", "--new-password-stdin"];
    assert_eq!(run(folder, &[], &format!("{FIRST}\n{BRUNO}\n"), &change).0, 0);
    let bruno = |arguments: &[&str]| {
        let named = [&["--as", "bruno"], arguments].concat();
        run(folder, &[("BANNETTE_PASSWORD", BRUNO)], "", &named)
    };

    // A mailbox of Anne's is nobody else's until it is shared, and not any more after.
    std::fs::create_dir(folder.join("in")).expect("a folder");
    let path = folder.join("in");
    let path = path.to_str().expect("a path in UTF-8");
    let (status, mailbox) = anne(&["mailbox", "add", "folder", "--path", path, "--address", "Labo"]);
    let id = mailbox["id"].as_str().expect("its identifier").to_owned();
    assert_eq!(status, 0);
    assert_eq!(code(bruno(&["share", "show", &id])), (4, "not_found".into()));
    assert_eq!(code(bruno(&["share", "show", "labo"])), (4, "not_found".into()));
    let (status, sharing) =
        anne(&["share", "set", "labo", "--person", "bruno", "--level", "read", "--until", "2100-12-31"]);
    assert_eq!((status, &sharing["shared"], sharing["readers"].as_array().map(Vec::len)), (0, &true.into(), Some(2)));
    assert!(sharing["grants"][0]["ends"].as_str().is_some_and(|ends| ends.starts_with("2101-01-01T00:00:00")));
    assert_eq!(code(bruno(&["share", "off", "labo"])), (3, "not_allowed".into()));
    assert_eq!(bruno(&["access", "labo"]).1.as_array().map(Vec::len), Some(2));
    assert_eq!(anne(&["share", "off", "labo"]).0, 0);
    assert_eq!(code(bruno(&["access", &id])), (4, "not_found".into()));

    let (status, report) = anne(&["journal", "verify"]);
    assert_eq!((status, report["faults"].as_array().map(Vec::len)), (0, Some(0)));
}
