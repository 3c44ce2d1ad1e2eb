//! What the search knows of analytes: who types one of their names finds what is printed under any other.

use bannette_analytes::names;
use bannette_analytes::words::words;
use bannette_store::{Search, Thesaurus, is_one_error};
use std::sync::OnceLock;

/// What was typed, understood; nothing where there is no letter and no digit in it.
pub(crate) fn understood(typed: &str) -> Option<Search> {
    Search::typed(typed, &Analytes)
}

struct Analytes;

impl Thesaurus for Analytes {
    fn synonyms(&self, phrase: &str, alone: bool) -> Vec<&'static str> {
        // K, Na, CA are initials and beginnings of names too: beside other words they are nothing else.
        if !alone && !is_printed(phrase) {
            return Vec::new();
        }
        names::synonyms(phrase)
    }

    fn near(&self, word: &str) -> Vec<&'static str> {
        // As the tables write it: without the s of a plural.
        let Some(typed) = words(word).pop() else { return Vec::new() };
        let mut found = Vec::new();
        for (one, name) in single_words() {
            if is_one_error(&typed, one) && !found.contains(name) {
                found.push(name);
                found.extend(names::synonyms(name));
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// Whether a phrase is a name or an abbreviation that is no other word.
fn is_printed(phrase: &str) -> bool {
    let typed = words(phrase).concat();
    names::named_by(phrase)
        .iter()
        .any(|analyte| std::iter::once(&analyte.name).chain(analyte.printed).any(|form| words(form).concat() == typed))
}

/// The names that are one word, as it is compared and as it is printed.
fn single_words() -> &'static [(String, &'static str)] {
    static WORDS: OnceLock<Vec<(String, &'static str)>> = OnceLock::new();
    WORDS.get_or_init(|| {
        let forms = names::all().flat_map(|analyte| std::iter::once(&analyte.name).chain(analyte.printed));
        let single = |form: &&'static str| match words(form).as_slice() {
            [word] if word.chars().count() >= 4 => Some((word.clone(), *form)),
            _ => None,
        };
        forms.filter_map(single).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use bannette_store::Words;

    fn finds(typed: &str, text: &str) -> bool {
        understood(typed).unwrap().finds(&Words::of(text), false)
    }

    fn finds_nearly(typed: &str, text: &str) -> bool {
        understood(typed).unwrap().finds(&Words::of(text), true)
    }

    #[test]
    fn an_analyte_is_found_by_its_other_names() {
        for (typed, text) in [
            ("glycémie", "GLUCOSE 5,2 mmol/L"),
            ("NFS", "Numération formule sanguine"),
            ("ECBU", "Examen cytobactériologique des urines"),
            ("TSH", "Thyréostimuline"),
            ("kaliémie", "Potassium"),
            ("globules blancs", "LEUCOCYTES"),
            ("K", "Potassium"),
            ("HbA1c", "Hémoglobine glyquée"),
            ("gamma gt", "GGT"),
            ("T.S.H.", "TSH us"),
        ] {
            assert!(finds(typed, text), "{typed} finds {text}");
        }
        assert!(!finds("glycémie", "Potassium"));
        assert!(!finds("exemple k", "EXEMPLE Potassium"), "a letter beside a name is the beginning of another");
        assert!(finds("exemple glycémie", "EXEMPLE Glucose"));
        assert!(!finds("exemple glycémie", "MODELE Glucose"));
    }

    #[test]
    fn an_analyte_is_found_with_a_typing_error() {
        for (typed, text) in [("glycemei", "Glucose"), ("potasium", "Kaliémie"), ("leucocites", "Globules blancs")] {
            assert!(!finds(typed, text), "{typed} is not {text}");
            assert!(finds_nearly(typed, text), "{typed} may be {text}");
        }
    }
}
