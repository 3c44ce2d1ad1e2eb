//! `bannette parse` as a script runs it: no practice, no identity, one JSON document on stdout.

// The helpers beside the tests may fail the test too.
#![allow(clippy::expect_used)]

use std::io::Write;
use std::process::{Command, Output, Stdio};

/// An invented report, HPRIM Médecin with its tail of coded results.
const REPORT: &str = "\
000042\r\nEXEMPLE\r\nAlice\r\n12 RUE DES ESSAIS\r\n\r\n35000 RENNES\r\n14/03/1957\r\n\r\nA250513068\r\n13/05/2025\r\n\
LABO.TEST    LABORATOIRE DES ESSAIS\r\nMODELE  DR MODELE BRUNO\r\n\
\r\nBiochimie\r\nPotassium : 6,8 mmol/l\r\n\r\n\
****LAB****\r\n\
RES|Potassium|K|N|6.8|mmol/l|3.5|5.1|HH|F||||\r\n\
RES|Sodium|NA|N|140|mmol/l|136|145|N|F||||\r\n\
****FIN****\r\n****FINFICHIER****\r\n";

fn bannette() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bannette"));
    let own = ["BANNETTE_DATA", "BANNETTE_KEY_FILE", "BANNETTE_PASSWORD", "BANNETTE_LOG"];
    for variable in own {
        command.env_remove(variable);
    }
    command
}

fn run(arguments: &[&str], stdin: &[u8]) -> Output {
    let mut child = bannette()
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    child.stdin.take().expect("its stdin is ours").write_all(stdin).expect("it reads what it is given");
    child.wait_with_output().expect("it ends")
}

fn json(output: &Output) -> serde_json::Value {
    serde_json::from_slice(&output.stdout).expect("stdout is one JSON document")
}

#[test]
fn a_report_is_understood() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("alice.hpr");
    std::fs::write(&path, REPORT).expect("a file");
    let output = run(&["parse", "--json", path.to_str().expect("a path in UTF-8")], b"");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let file = &json(&output)["files"][0];
    assert_eq!(file["name"], "alice.hpr");
    assert_eq!(file["format"], "hprim_medecin");
    let dossier = &file["dossiers"][0];
    assert_eq!(dossier["patient"]["birth_date"], "1957-03-14");
    assert_eq!(dossier["patient"]["first_name"], "Alice");
    let results: Vec<_> = dossier["sections"]
        .as_array()
        .expect("sections")
        .iter()
        .flat_map(|section| section["results"].as_array().expect("results"))
        .collect();
    assert_eq!(results.len(), 2);
    assert_eq!(
        (&results[0]["label"], &results[0]["value"], &results[0]["flag"]),
        (&"Potassium".into(), &"6.8".into(), &"critically_high".into())
    );
    assert_eq!((&results[1]["value"], &results[1]["flag"]), (&"140".into(), &"normal".into()));
}

#[test]
fn the_same_from_stdin_in_words() {
    let output = run(&["parse", "-"], REPORT.as_bytes());
    let said = String::from_utf8(output.stdout).expect("text");
    assert_eq!(output.status.code(), Some(0));
    assert!(said.contains("EXEMPLE Alice, 14/03/1957"), "{said}");
    let potassium = said.lines().find(|line| line.starts_with("Potassium  ")).expect("a line for it");
    assert!(potassium.contains("6,8") && potassium.contains("▲▲"), "{potassium}");
}

#[test]
fn what_is_not_understood_is_said_and_is_no_failure() {
    let output = run(&["parse", "--json", "-"], &[0, 159, 146, 150, 27, 91, 50, 74]);
    assert_eq!(output.status.code(), Some(0));
    let file = &json(&output)["files"][0];
    assert_eq!(file["format"], "unknown");
    assert!(file["warnings"].as_array().is_some_and(|warnings| !warnings.is_empty()));
    let said = run(&["parse", "-"], &[0, 159, 146, 150, 27, 91, 50, 74]);
    assert!(!said.stdout.contains(&27), "an escape reached the terminal");
}

#[test]
fn a_missing_file_is_bad_input() {
    let output = run(&["parse", "--json", "/nowhere/at/all.hpr"], b"");
    assert_eq!(output.status.code(), Some(5));
    assert_eq!(json(&output)["error"]["code"], "unreadable_file");
    assert!(!output.stderr.is_empty());
}

#[test]
fn wrong_usage_says_so_on_both_outputs() {
    let output = run(&["parse", "--json"], b"");
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(json(&output)["error"]["code"], "usage");
    let silent = run(&["lits"], b"");
    assert_eq!((silent.status.code(), silent.stdout.len()), (Some(2), 0));
}

#[test]
fn without_a_practice_the_rest_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().to_str().expect("a path in UTF-8");
    let output = run(&["--data", data, "--json", "list"], b"");
    assert_eq!(output.status.code(), Some(4));
    assert_eq!(json(&output)["error"]["code"], "no_practice");
    assert_eq!(std::fs::read_dir(folder.path()).expect("the folder").count(), 0, "looking leaves nothing behind");
}

#[test]
fn help_is_french_and_completions_are_written() {
    let help = run(&["--help"], b"");
    let help = String::from_utf8_lossy(&help.stdout).into_owned();
    assert!(help.contains("Utilisation") && help.contains("Codes de sortie") && !help.contains("Usage:"), "{help}");
    let script = run(&["completions", "bash"], b"");
    assert!(script.status.success() && String::from_utf8_lossy(&script.stdout).contains("bannette"));
}
