//! Files of an MIT-licensed parser's own tests (see data/hprim/NOTICE.md), and what is understood of them. To accept a
//! change after reading it: `BANNETTE_ACCEPT=1 cargo test -p bannette-formats --test golden`.
#![allow(clippy::unwrap_used)] // a test may fail so

use bannette_formats::parse_file;
use std::path::Path;

fn check(name: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/hprim");
    let parsed = parse_file(name, &std::fs::read(folder.join(name)).unwrap());
    let understood = serde_json::to_string_pretty(&parsed).unwrap() + "\n";
    let expected = folder.join(format!("{name}.json"));
    if std::env::var_os("BANNETTE_ACCEPT").is_some() {
        std::fs::write(&expected, &understood).unwrap();
    }
    assert_eq!(understood, std::fs::read_to_string(expected).unwrap());
}

#[test]
fn header_of_columns() {
    check("header-solabio.hpm");
}

#[test]
fn results_without_header() {
    check("pipes.hpr");
}

#[test]
fn tags_without_header() {
    check("tags.hpr");
}

#[test]
fn marks_glued_to_values() {
    check("test-file.hpr");
}

#[test]
fn text_without_tags() {
    check("text.hpr");
}
