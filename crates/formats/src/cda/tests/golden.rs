//! Documents of `tests/data/cda`, invented here, and what is understood of them. To accept a change after reading it:
//! `BANNETTE_ACCEPT=1 cargo test -p bannette-formats cda::tests::golden`.

use super::super::{is_in, read};
use bannette_api::report::{Report, Warning};
use serde::Serialize;
use std::path::Path;

#[derive(Serialize)]
struct Shown<'a> {
    encoding: Option<&'static str>,
    reports: &'a [Report],
    warnings: &'a [Warning],
    documents: Vec<String>,
}

fn check(name: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/cda");
    let bytes = std::fs::read(folder.join(name)).unwrap();
    assert!(is_in(&bytes));
    let understood = read(&bytes);
    let documents = understood
        .documents
        .iter()
        .map(|document| {
            format!("{} {} {}", document.name.as_deref().unwrap_or("-"), document.media_type, document.bytes.len())
        })
        .collect();
    let shown = Shown {
        encoding: understood.encoding,
        reports: &understood.reports,
        warnings: &understood.warnings,
        documents,
    };
    let text = serde_json::to_string_pretty(&shown).unwrap() + "\n";
    let expected = folder.join(format!("{name}.json"));
    if std::env::var_os("BANNETTE_ACCEPT").is_some() {
        std::fs::write(&expected, &text).unwrap();
    }
    assert_eq!(text, std::fs::read_to_string(expected).unwrap());
    let back: Vec<Report> = serde_json::from_str(&serde_json::to_string(&understood.reports).unwrap()).unwrap();
    assert_eq!(back, understood.reports);
}

#[test]
fn biochemistry_with_all_that_an_observation_can_have() {
    check("biochimie.xml");
}

#[test]
fn microbiology_with_an_isolate() {
    check("microbiologie.xml");
}

#[test]
fn wrapped_in_a_stylesheet() {
    check("auto-presentable.xml");
}

#[test]
fn level_1_partial_and_corrected() {
    check("n1.xml");
}
