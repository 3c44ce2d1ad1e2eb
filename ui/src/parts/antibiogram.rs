//! Antibiograms: which results of a section are answers to antibiotics, and of which germ.

use crate::text::result::{self as words, susceptibility};
use bannette_api::letters::lower;
use bannette_api::report::{LabResult, Section, ValueKind};

/// An answer: its place in the section, and the germ it is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Its row in the section.
    pub row: usize,
    /// The germ; empty where the report does not say it for certain.
    pub germ: String,
}

/// Fewer answers than this are no table of their own.
const TABLE: usize = 2;

/// The answers to antibiotics of a section; none where there are too few for a table.
#[must_use]
pub fn answers(sections: &[Section], section: usize) -> Vec<Answer> {
    let Some(held) = sections.get(section) else { return Vec::new() };
    let rows = held.results.iter().enumerate().filter(|(_, result)| susceptibility(result).is_some());
    let found: Vec<Answer> =
        rows.map(|(row, result)| Answer { row, germ: germ(sections, held, result).unwrap_or_default() }).collect();
    if found.len() < TABLE { Vec::new() } else { found }
}

/// Whether a result names a germ that grew.
fn names_a_germ(result: &LabResult) -> bool {
    const WORDS: [&str; 8] =
        ["germe", "bacterie", "bactérie", "micro-organisme", "microorganisme", "souche", "organism", "identification"];
    let label: String = result.label.chars().map(lower).collect();
    result.kind != ValueKind::Numeric
        && susceptibility(result).is_none()
        && result.value.as_deref().is_some_and(|value| !value.trim().is_empty())
        && WORDS.iter().any(|word| label.contains(word))
}

/// The germ that an answer is of: the one that bears the same number; else the only one that the section, or the whole
/// report, names. Where several are named and nothing ties the answer to one of them, none is said.
fn germ(sections: &[Section], section: &Section, answer: &LabResult) -> Option<String> {
    let named = |result: &&LabResult| names_a_germ(result);
    let all = || sections.iter().flat_map(|section| &section.results).filter(named);
    let said = |result: &LabResult| result.value.clone();
    if let Some(number) = &answer.sub_id {
        let mut same = all().filter(|result| result.sub_id.as_ref() == Some(number));
        match (same.next(), same.next()) {
            (Some(only), None) => return said(only),
            // Two of one number, or none of this one: the only germ without a number may be meant, or may not.
            _ if all().any(|result| result.sub_id.is_some()) => return None,
            _ => {}
        }
    }
    let here: Vec<&LabResult> = section.results.iter().filter(named).collect();
    let there: Vec<&LabResult> = all().collect();
    match (here.as_slice(), there.as_slice()) {
        ([only], _) | ([], [only]) => said(only),
        ([], []) => section.title.as_deref().and_then(words::germ_of_title),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn result(label: &str, value: &str, number: Option<&str>) -> LabResult {
        LabResult {
            label: label.into(),
            value: Some(value.into()),
            kind: ValueKind::Coded,
            sub_id: number.map(str::to_owned),
            ..LabResult::default()
        }
    }

    fn germs(sections: &[Section], section: usize) -> Vec<String> {
        answers(sections, section).into_iter().map(|answer| answer.germ).collect()
    }

    fn section(title: Option<&str>, results: Vec<LabResult>) -> Section {
        Section { title: title.map(str::to_owned), results, ..Section::default() }
    }

    #[test]
    fn the_only_germ_is_the_one_that_is_meant() {
        let results = vec![
            result("Germe isolé", "Escherichia coli", None),
            result("Amoxicilline", "R", None),
            result("Fosfomycine", "S", None),
        ];
        assert_eq!(germs(&[section(None, results.clone())], 0), ["Escherichia coli", "Escherichia coli"]);
        // Named in another section.
        let parted = [section(None, results[..1].to_vec()), section(None, results[1..].to_vec())];
        assert_eq!(germs(&parted, 1), ["Escherichia coli", "Escherichia coli"]);
        assert!(answers(&[section(None, results[..2].to_vec())], 0).is_empty(), "one answer is a result as any other");
    }

    #[test]
    fn each_answer_is_of_the_germ_of_its_number_and_of_none_by_guess() {
        let mut results = vec![
            result("Germe", "Escherichia coli", Some("1")),
            result("Germe", "Proteus mirabilis", Some("2")),
            result("Amoxicilline", "R", Some("2")),
            result("Amoxicilline", "S", Some("1")),
            result("Fosfomycine", "S", Some("3")),
        ];
        assert_eq!(germs(&[section(None, results.clone())], 0), ["Proteus mirabilis", "Escherichia coli", ""]);
        results.iter_mut().for_each(|result| result.sub_id = None);
        assert_eq!(germs(&[section(None, results)], 0), ["", "", ""], "nothing says which of the two");
    }

    #[test]
    fn a_title_may_name_the_germ() {
        let results = vec![result("Amoxicilline", "R", None), result("Fosfomycine", "S", None)];
        let titled = |title| germs(&[section(Some(title), results.clone())], 0);
        assert_eq!(titled("Antibiogramme : Escherichia coli")[0], "Escherichia coli");
        assert_eq!(titled("ANTIBIOGRAMME")[0], "");
        assert_eq!(titled("Bactériologie")[0], "");
    }
}
