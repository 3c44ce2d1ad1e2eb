//! Documents that are protected: those that open with the empty password are read as any other, the rest say so.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use bannette_pdf::{Defect, Limits, PdfTrouble, pages, render, text};
use std::path::PathBuf;

/// The files of `tests/encrypted` whose names begin so or do not.
fn files(locked: bool) -> Vec<(String, Vec<u8>)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/encrypted");
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files = entries.filter(|path| path.extension().is_some_and(|ending| ending == "pdf"));
    let named =
        files.map(|path| (path.file_stem().unwrap().to_str().unwrap().to_owned(), std::fs::read(path).unwrap()));
    named.filter(|(name, _)| name.starts_with("locked") == locked).collect()
}

#[test]
fn the_empty_password_opens() {
    let all = files(false);
    assert_eq!(all.len(), 20, "each way, with and without a password of its owner");
    let mut pictures = Vec::new();
    for (name, bytes) in all {
        assert_eq!(pages(&bytes), Ok(1), "{name}");
        let read = text(&bytes, &Limits::default(), &|| true);
        assert_eq!((read.text.trim(), &read.defects), ("Drepanocytes", &vec![]), "{name}");
        let picture = render(&bytes, 0, 200, &|| true).unwrap_or_else(|trouble| panic!("{name}: {trouble}"));
        assert!(!picture.signs_missing, "{name}");
        pictures.push(picture);
    }
    assert!(pictures.windows(2).all(|two| two[0] == two[1]), "they all show the same page");
}

#[test]
fn a_password_of_somebody_closes() {
    let all = files(true);
    assert_eq!(all.len(), 3);
    for (name, bytes) in all {
        assert_eq!(pages(&bytes), Err(PdfTrouble::Encrypted), "{name}");
        let read = text(&bytes, &Limits::default(), &|| true);
        assert_eq!((read.text.as_str(), read.defects), ("", vec![Defect::Trouble(PdfTrouble::Encrypted)]), "{name}");
        assert_eq!(render(&bytes, 0, 200, &|| true), Err(PdfTrouble::Encrypted), "{name}");
    }
}

#[test]
fn what_is_protected_and_damaged_ends() {
    for (name, bytes) in files(false) {
        // Each hundredth byte changed, and cut at each tenth of it.
        for at in (0..bytes.len()).step_by(97) {
            let mut changed = bytes.clone();
            *changed.get_mut(at).unwrap() ^= 0x55;
            let _ = (text(&changed, &Limits::default(), &|| true), pages(&changed), &name);
        }
        for part in 1..10 {
            let _ = text(bytes.get(..bytes.len() * part / 10).unwrap(), &Limits::default(), &|| true);
        }
    }
}
