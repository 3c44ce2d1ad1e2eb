//! Previous values beside the values, through the program itself.

// The helpers beside the test may fail the test too.
#![allow(clippy::expect_used)]

#[path = "../../../tests/support/report.rs"]
mod report;

use std::path::Path;
use std::process::Command;

/// Runs `bannette` as Anne: what it wrote for a person.
fn anne(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_bannette"))
        .env("BANNETTE_DATA", folder.join("data"))
        .env("BANNETTE_KEY_FILE", folder.join("key"))
        .env("BANNETTE_PASSWORD", "une phrase bien longue 1")
        .args(["--as", "anne"])
        .args(arguments)
        .output()
        .expect("the program runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {errors}");
    String::from_utf8_lossy(&output.stdout).replace(['\u{a0}', '\u{202f}'], " ")
}

#[test]
fn a_shown_dossier_names_the_last_value_before_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    anne(folder, &["init", "--practice", "Cabinet", "--admin", "Anne EXEMPLE", "--login", "anne"]);
    let deposit = folder.join("in");
    std::fs::create_dir(&deposit).expect("a folder");
    let path = deposit.to_str().expect("a path in UTF-8");
    anne(folder, &["mailbox", "add", "folder", "--path", path, "--address", "Labo"]);
    for (number, day, value) in [("B0000001", "03/11/2026", "4.1"), ("B0000002", "22/11/2026", "4.4")] {
        let line = format!("RES|Potassium|K|N|{value}|mmol/L|3.5|5.1|N|F||||");
        let text = report::with_lines("PAT00001", "MODELE", number, day, &[line]);
        std::fs::write(deposit.join(format!("{number}.hpr")), text).expect("a file");
        anne(folder, &["fetch"]);
    }
    let listed = anne(folder, &["list"]);
    let ids = listed.split_whitespace().filter(|word| word.len() == 36);
    let shown: Vec<String> = ids.map(|id| anne(folder, &["show", id])).collect();
    assert_eq!(shown.len(), 2, "{listed}");
    let newer = shown.iter().find(|text| text.contains("4,4")).expect("the newer one");
    assert!(newer.contains("antériorité du cabinet : 4,1 ") && newer.contains(" le 03/11/2026"), "{newer}");
    assert!(newer.contains("▲ +0,3 (en hausse)"), "{newer}");
    let older = shown.iter().find(|text| !text.contains("4,4")).expect("the older one");
    assert!(!older.contains("antériorité du cabinet"), "{older}");

    // Nothing leaves by itself where nobody chose a delay.
    let preview = anne(folder, &["mailbox", "purge", "Labo", "--dry-run"]);
    assert!(preview.contains("garder"), "{preview}");
}
