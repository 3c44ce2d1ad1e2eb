//! The JSON that scripts read: the core's data, with instants written as RFC 3339, and without the keys of what is absent.
//!
//! Inside the product instants travel as milliseconds; the command line's contract gives dates that a person can read.
//! The keys that hold instants are a closed list, held against the sources of the shared words by a test.

use crate::error::Error;
use crate::times;
use bannette_api::Timestamp;
use serde::Serialize;
use serde_json::Value;

/// The keys under which the core's data holds instants.
const INSTANTS: &[&str] = &[
    "archived_at",
    "at",
    "begins",
    "certificate_ends",
    "date",
    "departed_at",
    "ends",
    "last",
    "last_success",
    "newest",
    "now",
    "oldest",
    "oldest_critical",
    "oldest_to_sort_critical",
    "received_at",
    "refused_at",
    "removed_at",
    "since",
    "suspended_since",
    "until",
];

/// What the core gave, as the command line writes it.
pub fn document<T: Serialize>(given: &T) -> Result<Value, Error> {
    let mut value = serde_json::to_value(given).map_err(Error::Json)?;
    for_scripts(&mut value);
    Ok(value)
}

fn for_scripts(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(for_scripts),
        Value::Object(fields) => {
            fields.retain(|_, field| !field.is_null());
            for (key, field) in fields.iter_mut() {
                match field.as_i64() {
                    Some(at) if INSTANTS.contains(&key.as_str()) => {
                        *field = Value::String(times::rfc3339(Timestamp(at)));
                    }
                    _ => for_scripts(field),
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// The fields `name: Type` of the shared words, from their sources.
    fn fields() -> Vec<(String, String)> {
        let sources = [
            include_str!("../../api/src/accesses.rs"),
            include_str!("../../api/src/connection.rs"),
            include_str!("../../api/src/dossiers.rs"),
            include_str!("../../api/src/failure.rs"),
            include_str!("../../api/src/glass.rs"),
            include_str!("../../api/src/groups.rs"),
            include_str!("../../api/src/journal.rs"),
            include_str!("../../api/src/keeping.rs"),
            include_str!("../../api/src/mailboxes.rs"),
            include_str!("../../api/src/notices.rs"),
            include_str!("../../api/src/people.rs"),
            include_str!("../../api/src/pro_sante.rs"),
            include_str!("../../api/src/report.rs"),
            include_str!("../../api/src/session.rs"),
            include_str!("../../api/src/sharing.rs"),
        ];
        let field = |line: &str| {
            let line = line.trim().trim_start_matches("pub ").trim_end_matches(',');
            let (name, kind) = line.split_once(": ")?;
            let is_name = name.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_');
            is_name.then(|| (name.to_owned(), kind.to_owned()))
        };
        sources.iter().flat_map(|source| source.lines()).filter_map(field).collect()
    }

    #[test]
    fn the_keys_of_instants_are_those_of_the_shared_words() {
        let fields = fields();
        let instants: BTreeSet<_> =
            fields.iter().filter(|(_, kind)| kind.contains("Timestamp")).map(|(name, _)| name.as_str()).collect();
        assert_eq!(instants, INSTANTS.iter().copied().collect());
        let whole_numbers = ["u8", "u16", "u32", "u64", "i32", "i64", "usize"];
        for (name, kind) in &fields {
            let number = whole_numbers.iter().any(|number| kind == number || *kind == format!("Option<{number}>"));
            assert!(!(number && INSTANTS.contains(&name.as_str())), "{name} is a number and would become a date");
        }
    }

    #[test]
    fn instants_are_written_at_any_depth_and_nothing_else() {
        let given = serde_json::json!({"at": 0, "of": 3, "rows": [{"received_at": 1000, "port": 143, "until": null}],
            "previous": [{"at": "2026-01-02"}]});
        let written = document(&given).unwrap();
        assert_eq!(times::parse_begin(written["at"].as_str().unwrap()), Ok(Timestamp(0)));
        assert_eq!(times::parse_begin(written["rows"][0]["received_at"].as_str().unwrap()), Ok(Timestamp(1000)));
        assert_eq!((&written["of"], &written["rows"][0]["port"]), (&3.into(), &143.into()));
        assert_eq!(written["previous"][0]["at"], "2026-01-02");
        assert!(written["rows"][0].get("until").is_none(), "absent is absent");
    }
}
