//! Every query on `placement` says who sees what it finds: by a shelf, by the condition of `reach.rs`, or by the sight of the
//! proof. Those that ask for all of them are the store's own, and stand here with their reason.
#![allow(clippy::unwrap_used, clippy::panic, clippy::string_slice, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};

/// Per file: how many queries are the store's own, and why they give nothing to anybody.
const OWN: [(&str, usize, &str); 15] = [
    ("departure.rs", 4, "what passes to others at a departure: by an administrator's proof, ids and numbers only"),
    ("documents.rs", 4, "the background's reading of documents, by SystemAccess"),
    (
        "dossiers.rs",
        3,
        "a validation counts in every mailbox; who answers for what waits again; what left, after its sight",
    ),
    ("indexing.rs", 2, "words made anew in the background, by SystemAccess"),
    ("keeping.rs", 1, "what may leave, for the owner and by SystemAccess"),
    ("leaving.rs", 1, "what leaves, by SystemAccess or the owner's proof"),
    ("opened.rs", 4, "what was opened takes the place of what was encrypted, by SystemAccess"),
    ("receiving.rs", 2, "arrivals, by SystemAccess"),
    ("removing.rs", 8, "a mailbox that ends, by its owner's proof"),
    ("returning.rs", 1, "what comes again, by SystemAccess"),
    ("thresholds.rs", 4, "dossiers judged again in the background, by SystemAccess"),
    ("values.rs", 2, "the numbers of what left, erased by the owner's proof"),
    ("versions.rs", 3, "which version waits in which mailbox: each sight by itself"),
    ("visibility.rs", 3, "changes of what the proof's sight has found"),
    ("reach.rs", 0, "the place itself"),
];

/// What makes a query one that is guarded.
const GUARDS: [&str; 4] = ["push_seen(&mut query", "push_undecided(&mut query", "shelf.held", "p.held <= $"];

fn queries(source: &str) -> usize {
    let before = ["from placement", "join placement", "update placement", "into placement"];
    let ends = |rest: &str| !rest.starts_with(|letter: char| letter.is_ascii_alphanumeric() || letter == '_');
    let of = |start: &str| source.match_indices(start).filter(|(at, _)| ends(&source[at + start.len()..])).count();
    before.into_iter().map(of).sum()
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] }).collect()
}

#[test]
fn no_query_forgets_who_sees_what() {
    let mut found = 0;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for path in sources(&folder) {
        let name = path.strip_prefix(&folder).unwrap().to_string_lossy().into_owned();
        let source = std::fs::read_to_string(&path).unwrap();
        let source = source.split("#[cfg(test)]").next().unwrap();
        let queries = queries(source);
        let own = OWN.iter().find(|(file, ..)| *file == name).map_or(0, |(_, own, _)| *own);
        let mut guards: usize = GUARDS.iter().map(|guard| source.matches(guard).count()).sum();
        guards += source.matches("reach.push_seen(query").count();
        assert!(
            queries <= own + guards,
            "{name}: {queries} queries on placement, {guards} guarded, {own} the store's own"
        );
        found += queries;
    }
    assert!(found > 20, "only {found} queries were found");
}
