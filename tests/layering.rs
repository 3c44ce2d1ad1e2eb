//! The house's rooms: who may depend on whom, and what may be said in one room only. Holds the manifests and the sources
//! against docs/architecture.md.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Which of the house's own crates each may use in what it ships or builds with.
const MAY_USE: &[(&str, &[&str])] = &[
    ("bannette-api", &[]),
    ("bannette-analytes", &[]),
    ("bannette-rights", &["bannette-api"]),
    ("bannette-formats", &["bannette-api"]),
    ("bannette-pdf", &[]),
    ("bannette-pdf-process", &["bannette-pdf"]),
    ("bannette-sheet", &[]),
    ("bannette-mail", &["bannette-api"]),
    ("bannette-store", &["bannette-api", "bannette-rights", "bannette-formats"]),
    (
        "bannette-core",
        &[
            "bannette-analytes",
            "bannette-api",
            "bannette-rights",
            "bannette-formats",
            "bannette-pdf-process",
            "bannette-sheet",
            "bannette-mail",
            "bannette-store",
        ],
    ),
    ("bannette-desktop", &["bannette-api", "bannette-core"]),
    ("bannette-cli", &["bannette-api", "bannette-core"]),
    ("bannette-ui", &["bannette-api"]),
    ("bannette-synthetic", &[]),
    ("xtask", &["bannette-synthetic"]),
];

/// Crates from outside that stay in one room.
const ONLY_IN: &[(&str, &str)] = &[
    ("sqlx", "bannette-store"),
    ("libsqlite3-sys", "bannette-store"),
    ("keyring", "bannette-store"),
    ("async-imap", "bannette-mail"),
    ("notify", "bannette-mail"),
    ("tokio-rustls", "bannette-mail"),
    ("mail-parser", "bannette-formats"),
    ("hayro", "bannette-pdf"),
    ("hayro-font", "bannette-pdf"),
    ("pdf-writer", "bannette-sheet"),
    ("tauri", "bannette-desktop"),
    ("tauri-build", "bannette-desktop"),
    ("leptos", "bannette-ui"),
    ("web-sys", "bannette-ui"),
    ("wasm-bindgen-cli-support", "xtask"),
];

/// What may be written under some paths only. A path that ends in `/` is a folder. Comments do not count.
const SAID_ONLY_IN: &[(&[&str], &[&str])] = &[
    // Every unguarded door into the store.
    (&["SystemAccess::for_fetching"], &["crates/core/src/fetching/"]),
    // Who makes a practice's rights says what everybody may.
    (&["Practice::new("], &["crates/store/src/"]),
    (
        &[
            "sqlx::",
            "insert into ",
            "delete from ",
            "create table ",
            "select count",
            "\"select ",
            "\"update ",
            "\"pragma ",
        ],
        &["crates/store/"],
    ),
    (&["__TAURI__", "__TAURI_INTERNALS__"], &["ui/src/backend/"]),
    (&["#[tauri::command]"], &["src-tauri/src/commands.rs"]),
];

/// Names that say nothing of what is in them.
const NO_NAMES: &[&str] = &["manager", "service", "helper", "helpers", "util", "utils"];

#[test]
fn each_crate_uses_only_what_stands_below_it() {
    let allowed: BTreeMap<_, BTreeSet<_>> =
        MAY_USE.iter().map(|(name, may)| (*name, may.iter().copied().collect())).collect();
    let crates = crates();
    let names: BTreeSet<_> = crates.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(
        names,
        allowed.keys().copied().collect(),
        "a crate without a place in the house, or a place without one"
    );
    for one in &crates {
        let used: BTreeSet<_> = one.ships.iter().map(String::as_str).filter(|used| names.contains(used)).collect();
        let foreign: Vec<_> = used.difference(&allowed[one.name.as_str()]).collect();
        assert!(foreign.is_empty(), "{} must not use {foreign:?}", one.name);
    }
}

#[test]
fn what_belongs_to_one_room_stays_there() {
    let crates = crates();
    for (outside, room) in ONLY_IN {
        for one in crates.iter().filter(|one| one.name != *room) {
            assert!(!one.ships.contains(*outside), "{} must not use {outside}: that is {room}'s", one.name);
        }
    }
}

#[test]
fn what_ships_holds_nothing_invented() {
    for one in crates().iter().filter(|one| one.name != "xtask") {
        assert!(!one.ships.contains("bannette-synthetic"), "{} would ship invented reports", one.name);
    }
}

#[test]
fn every_crate_obeys_the_common_lints() {
    for one in crates() {
        let manifest = std::fs::read_to_string(&one.manifest).unwrap();
        assert!(manifest.contains("[lints]\nworkspace = true"), "{} has lints of its own", one.name);
    }
}

#[test]
fn what_may_be_said_in_one_place_is_said_there_only() {
    let mut wrong = Vec::new();
    for file in sources() {
        let text = std::fs::read_to_string(root().join(&file)).unwrap();
        for (number, line) in (1..).zip(text.lines()) {
            let code = without_comment(line);
            for (words, places) in SAID_ONLY_IN {
                let here = places.iter().any(|place| file.starts_with(place));
                wrong.extend(
                    words
                        .iter()
                        .filter(|word| !here && code.contains(**word))
                        .map(|word| format!("{file}:{number}: {word}")),
                );
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_rules_about_words_can_be_broken() {
    for (words, places) in SAID_ONLY_IN {
        assert!(places.iter().all(|place| root().join(place).exists()), "{places:?}: no such place");
        // A rule about a word that is said nowhere holds nothing.
        let said = words.iter().any(|word| {
            sources().iter().any(|file| std::fs::read_to_string(root().join(file)).unwrap().contains(word))
        });
        assert!(said, "{words:?} is said nowhere");
    }
    assert_eq!(without_comment("    // select count(*) from x"), "    ");
    assert_eq!(without_comment("    let a = \"https://x\"; // b"), "    let a = \"https://x\"; ");
}

#[test]
fn no_module_has_a_name_that_says_nothing() {
    for file in sources() {
        let stem = Path::new(&file).file_stem().unwrap().to_str().unwrap();
        let empty = NO_NAMES.iter().any(|name| stem == *name || stem.ends_with(&format!("_{name}")));
        assert!(!empty, "{file}: what is it for?");
    }
}

#[test]
fn the_page_may_make_every_call_of_the_table_and_nothing_else() {
    let text = std::fs::read_to_string(root().join("src-tauri/capabilities/main.json")).unwrap();
    let capability: Value = serde_json::from_str(&text).unwrap();
    let granted: BTreeSet<_> =
        capability["permissions"].as_array().unwrap().iter().map(|one| one.as_str().unwrap().to_owned()).collect();
    let mut wanted: BTreeSet<_> =
        bannette_api::calls::NAMES.iter().map(|name| format!("allow-{}", name.replace('_', "-"))).collect();
    // To hear events, to be larger or smaller, to be printed, and the page's own window.
    wanted.extend(["core:event:allow-listen", "core:event:allow-unlisten"].map(str::to_owned));
    wanted.extend(["core:webview:allow-set-webview-zoom", "core:webview:allow-print"].map(str::to_owned));
    wanted.extend(["allow-hold-window", "allow-close-window"].map(str::to_owned));
    assert_eq!(granted, wanted);
    assert!(capability["remote"].is_null(), "no page from elsewhere is given anything");
    let files = std::fs::read_dir(root().join("src-tauri/capabilities")).unwrap().count();
    assert_eq!(files, 1, "another file would give more");
}

struct Crate {
    name: String,
    manifest: PathBuf,
    /// What it depends on, tests aside.
    ships: BTreeSet<String>,
}

fn crates() -> Vec<Crate> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let arguments = ["metadata", "--format-version", "1", "--no-deps", "--offline"];
    let output = Command::new(cargo).args(arguments).current_dir(root()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let read = |package: &Value| Crate {
        name: package["name"].as_str().unwrap().to_owned(),
        manifest: package["manifest_path"].as_str().unwrap().into(),
        ships: package["dependencies"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|dependency| dependency["kind"] != "dev")
            .map(|dependency| dependency["name"].as_str().unwrap().to_owned())
            .collect(),
    };
    metadata["packages"].as_array().unwrap().iter().map(read).collect()
}

/// All Rust sources of what ships, as paths from the root with `/`.
fn sources() -> Vec<String> {
    let mut found = Vec::new();
    for folder in ["src-tauri/src", "ui/src", "crates", "xtask/src"] {
        walk(&root().join(folder), &mut found);
    }
    found.sort();
    assert!(found.len() > 50, "the sources are not where they are looked for");
    found
}

fn walk(folder: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            // Tests look into rooms from outside, and the rights' own crate makes what it defines.
            let outside = ["tests", "benches", "examples"].iter().any(|name| path.ends_with(name));
            if !outside && !path.ends_with("crates/rights") {
                walk(&path, found);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let relative = path.strip_prefix(root()).unwrap();
            found.push(relative.iter().map(|part| part.to_str().unwrap()).collect::<Vec<_>>().join("/"));
        }
    }
}

/// The line up to a comment; `//` inside a string is none.
fn without_comment(line: &str) -> &str {
    let mut quoted = false;
    let mut before = ' ';
    for (at, letter) in line.char_indices() {
        match letter {
            '"' if before != '\\' => quoted = !quoted,
            '/' if before == '/' && !quoted => return line.get(..at - 1).unwrap_or(line),
            _ => {}
        }
        before = letter;
    }
    line
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
