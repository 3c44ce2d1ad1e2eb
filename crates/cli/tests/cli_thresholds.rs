//! The practice's critical thresholds, through the program itself.

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
fn a_value_without_a_flag_is_critical_until_its_row_is_switched_off() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    anne(folder, &["init", "--practice", "Cabinet", "--admin", "Anne EXEMPLE", "--login", "anne"]);
    let deposit = folder.join("in");
    std::fs::create_dir(&deposit).expect("a folder");
    let mail = report::mailed(1, &report::report(1, "MODELE", "7.9", ""));
    std::fs::write(deposit.join("1.eml"), mail).expect("a file");
    let path = deposit.to_str().expect("a path in UTF-8");
    anne(folder, &["mailbox", "add", "folder", "--path", path, "--address", "Labo"]);
    anne(folder, &["fetch"]);

    let critical = || anne(folder, &["list", "--view", "critical"]);
    let listed = critical();
    assert!(listed.contains("CRITIQUE : K 7,9 mmol/L > 6,2 (seuil du cabinet)"), "{listed}");
    let id = listed.split_whitespace().find(|word| word.len() == 36).expect("an identifier").to_owned();
    let shown = anne(folder, &["show", &id]);
    assert!(shown.contains("critique — seuil du cabinet : K 7,9 > 6,2 mmol/L"), "{shown}");

    let off = anne(folder, &["threshold", "off", "potassium"]);
    assert!(off.contains("non") && off.contains("modifié"), "{off}");
    assert!(!critical().contains("MODELE"));
    assert!(!anne(folder, &["show", &id]).contains("seuil du cabinet"));
    anne(folder, &["threshold", "on", "potassium"]);
    assert!(critical().contains("MODELE"));
    let set = anne(folder, &["threshold", "set", "potassium", "--high", "8,5"]);
    assert!(set.contains("8,5"), "{set}");
    assert!(!critical().contains("MODELE"));
    anne(folder, &["threshold", "reset", "potassium"]);
    assert!(critical().contains("> 6,2"));
    assert!(anne(folder, &["threshold", "list"]).contains("glucose-nouveau-ne"));
}
