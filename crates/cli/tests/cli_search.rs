//! The search through the program itself: what a person types finds what came, and nothing says more than that.

// The helpers beside the test may fail the test too.
#![allow(clippy::expect_used)]

#[path = "../../../tests/support/report.rs"]
mod report;

use std::path::Path;
use std::process::Command;

const ANNE: &str = "une phrase bien longue 1";

/// Runs `bannette` as Anne: what it wrote for a person.
fn anne(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_bannette"))
        .env("BANNETTE_DATA", folder.join("data"))
        .env("BANNETTE_KEY_FILE", folder.join("key"))
        .env("BANNETTE_PASSWORD", ANNE)
        .args(["--as", "anne"])
        .args(arguments)
        .output()
        .expect("the program runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {errors}");
    String::from_utf8_lossy(&output.stdout).replace(['\u{a0}', '\u{202f}'], " ")
}

#[test]
fn what_is_typed_finds_what_came() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    anne(folder, &["init", "--practice", "Cabinet", "--admin", "Anne EXEMPLE", "--login", "anne"]);
    let deposit = folder.join("in");
    std::fs::create_dir(&deposit).expect("a folder");
    // The second one is critical by the practice's threshold alone.
    for (number, name, value) in
        [(1, "SPECIMEN", "4.1"), (2, "SPECIMEN", "7.9"), (3, "FICTIF", "4.2"), (4, "SPECIMEN", "4.3")]
    {
        let mail = report::mailed(number, &report::report(number, name, value, ""));
        std::fs::write(deposit.join(format!("{number}.eml")), mail).expect("a file");
        if number == 1 {
            let path = deposit.to_str().expect("a path in UTF-8");
            anne(folder, &["mailbox", "add", "folder", "--path", path, "--address", "Labo"]);
        }
        anne(folder, &["fetch"]);
    }
    let values = |typed: &[&str]| {
        let found = anne(folder, &[&["search"], typed].concat());
        let all = ["4,1", "7,9", "4,2", "4,3"];
        let lines = found.lines().filter(|line| line.split_whitespace().next().is_some_and(|id| id.len() == 36));
        (lines.count(), all.iter().filter(|value| found.contains(**value)).count(), found)
    };
    for typed in [&["kaliémie"][..], &["potasium"], &["potassium"]] {
        assert_eq!(values(typed).0, 4, "{typed:?}");
    }
    let (count, _, found) = values(&["spec"]);
    assert_eq!(count, 3, "{found}");
    let first = found.lines().find(|line| line.contains("SPECIMEN")).expect("a line");
    assert!(first.contains("CRITIQUE"), "the critical one stands first: {found}");
    assert!(!found.contains("proche"), "{found}");
    let (count, _, found) = values(&["specimne"]);
    assert_eq!(count, 3, "{found}");
    assert!(found.starts_with("Résultats proches de « specimne »"), "{found}");
    let nothing = anne(folder, &["search", "quelqu’un", "d’autre"]);
    assert!(nothing.starts_with("Aucun dossier ne répond à « quelqu’un d’autre »."), "{nothing}");
    assert!(nothing.contains("date de naissance"), "{nothing}");

    // What is validated is found as well, and once.
    let id = anne(folder, &["search", "fictif"]);
    let id = id.split_whitespace().find(|word| word.len() == 36).expect("an identifier").to_owned();
    anne(folder, &["validate", &id]);
    let (count, _, found) = values(&["fictif"]);
    assert_eq!(count, 1, "{found}");
    assert!(found.contains("validé"), "{found}");
}
