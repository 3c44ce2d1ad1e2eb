//! The names of analytes: what a laboratory prints, what a doctor types, what a code says.

mod beside;
mod elsewhere;
mod label;
mod table;

use crate::words::words;
use std::collections::HashMap;
use std::sync::OnceLock;

pub use label::{analyte_of, candidates, is_unlisted};

/// Something that laboratories measure or look for.
#[derive(Debug, PartialEq, Eq)]
pub struct Analyte {
    /// Its key, which never changes: the practice's settings are kept under it.
    pub id: &'static str,
    /// Its French name.
    pub name: &'static str,
    /// What is printed for it as well: other names, abbreviations that are no other word.
    pub printed: &'static [&'static str],
    /// Abbreviations that are also a word, initials or another measure (K, Na, Fe, RA…): they name it only where nothing
    /// else stands beside them.
    pub short: &'static [&'static str],
    /// Its LOINC codes, of every unit in which it is given.
    pub loinc: &'static [&'static str],
}

const fn one(
    id: &'static str,
    name: &'static str,
    printed: &'static [&'static str],
    short: &'static [&'static str],
    loinc: &'static [&'static str],
) -> Analyte {
    Analyte { id, name, printed, short, loinc }
}

/// All analytes.
pub fn all() -> impl Iterator<Item = &'static Analyte> {
    table::PARTS.into_iter().flatten()
}

/// The analyte of a key.
#[must_use]
pub fn by_id(id: &str) -> Option<&'static Analyte> {
    all().find(|one| one.id == id)
}

/// The analytes that a typed word, abbreviation or short phrase names as a whole: *NFS*, *kaliémie*, *globules blancs*, *K*.
/// Several where the word means several (*transaminases*), none where it means no analyte.
#[must_use]
pub fn named_by(phrase: &str) -> &'static [&'static Analyte] {
    index().names.get(words(phrase).concat().as_str()).map_or(&[], |entry| entry.analytes.as_slice())
}

/// Everything else that is printed for what the phrase names, to be looked for beside it. Abbreviations that are also
/// words or initials are not among them: who looks for *kaliémie* does not want every patient with a K.
#[must_use]
pub fn synonyms(phrase: &str) -> Vec<&'static str> {
    let typed = words(phrase).concat();
    let mut found: Vec<&'static str> = Vec::new();
    for analyte in named_by(phrase) {
        for form in std::iter::once(&analyte.name).chain(analyte.printed) {
            if words(form).concat() != typed && !found.contains(form) {
                found.push(form);
            }
        }
    }
    found
}

/// The name or abbreviation, its words written together, to the analytes it may mean.
struct Index {
    names: HashMap<String, Entry>,
    codes: HashMap<&'static str, &'static Analyte>,
}

struct Entry {
    analytes: Vec<&'static Analyte>,
    /// Whether it says so only where nothing else stands beside it.
    wary: bool,
}

fn index() -> &'static Index {
    static INDEX: OnceLock<Index> = OnceLock::new();
    INDEX.get_or_init(|| {
        let mut names: HashMap<String, Entry> = HashMap::new();
        let mut codes = HashMap::new();
        for analyte in all() {
            let sure = std::iter::once(&analyte.name).chain(analyte.printed).map(|form| (form, false));
            for (form, wary) in sure.chain(analyte.short.iter().map(|form| (form, true))) {
                let entry = names.entry(words(form).concat()).or_insert_with(|| Entry { analytes: Vec::new(), wary });
                if !entry.analytes.contains(&analyte) {
                    entry.analytes.push(analyte);
                }
                entry.wary |= wary;
            }
            codes.extend(analyte.loinc.iter().map(|code| (*code, analyte)));
        }
        Index { names, codes }
    })
}

#[cfg(test)]
mod tests;
