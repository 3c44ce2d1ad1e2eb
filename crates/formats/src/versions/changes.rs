//! What a report says otherwise than the version whose place it takes.

use super::facts::{value_of, what_of};
use crate::text::fold;
use bannette_api::dossiers::{Change, ChangeOf, ShownValue};
use bannette_api::report::{Document, LabResult, Report, ResultStatus};
use std::collections::{BTreeMap, BTreeSet};

/// The differences between two versions of a report: results whose value, unit, bounds, flag or comment differ, in the
/// order of the newer report; then those that are not there any more, documents, and lines of the free text.
#[must_use]
pub fn changes(new: &Report, old: &Report) -> Vec<Change> {
    let mut changes = results(new, old);
    documents(&new.documents, &old.documents, &mut changes);
    words(new.text.as_deref(), old.text.as_deref(), &mut changes);
    changes
}

/// A report's results with what they measure.
fn measured(report: &Report) -> impl Iterator<Item = (u64, &LabResult)> {
    report.sections.iter().flat_map(|section| {
        let title = section.title.as_deref().map(fold).unwrap_or_default();
        section.results.iter().map(move |result| (what_of(&title, result), result))
    })
}

fn results(new: &Report, old: &Report) -> Vec<Change> {
    let mut former: BTreeMap<u64, Vec<&LabResult>> = BTreeMap::new();
    for (what, result) in measured(old) {
        former.entry(what).or_default().push(result);
    }
    // The same values first, so that of two values of one analyte the one that changed is held against the one that did.
    let mut open: Vec<(u64, &LabResult)> = Vec::new();
    for (what, result) in measured(new) {
        let same = |one: &&LabResult| value_of(one) == value_of(result) && is_withdrawn(one) == is_withdrawn(result);
        let known = former.get_mut(&what);
        match known.and_then(|known| known.iter().position(same).map(|at| known.remove(at))) {
            Some(_) => {}
            None => open.push((what, result)),
        }
    }
    let mut changes = Vec::new();
    for (what, result) in open {
        let before = former.get_mut(&what).filter(|known| !known.is_empty()).map(|known| known.remove(0));
        changes.push(Change {
            of: ChangeOf::Result,
            label: label(result),
            before: before.map(shown),
            after: Some(shown(result)),
        });
    }
    let mut left: Vec<&LabResult> = former.into_values().flatten().collect();
    left.sort_by_key(|result| !result.flag.is_some_and(|flag| flag.is_abnormal()));
    changes.extend(left.into_iter().map(|result| Change {
        of: ChangeOf::Result,
        label: label(result),
        before: Some(shown(result)),
        after: None,
    }));
    changes
}

fn is_withdrawn(result: &LabResult) -> bool {
    result.status == Some(ResultStatus::Cancelled)
}

fn label(result: &LabResult) -> String {
    match &result.sub_id {
        Some(sub) if !sub.is_empty() => format!("{} ({sub})", result.label),
        _ => result.label.clone(),
    }
}

fn shown(result: &LabResult) -> ShownValue {
    let value = result.value.clone().unwrap_or_default();
    ShownValue {
        value: result.comparator.as_ref().map_or(value.clone(), |comparator| format!("{comparator} {value}")),
        unit: result.unit.clone(),
        flag: result.flag,
        withdrawn: is_withdrawn(result),
    }
}

fn documents(new: &[Document], old: &[Document], changes: &mut Vec<Change>) {
    let lacks = |all: &[Document], one: &Document| all.iter().all(|other| other.sha256 != one.sha256);
    let change = |one: &Document, added: bool| {
        let name = one.name.clone().unwrap_or_else(|| one.media_type.clone());
        let value = Some(ShownValue { value: name.clone(), ..ShownValue::default() });
        let (before, after) = if added { (None, value) } else { (value, None) };
        Change { of: ChangeOf::Document, label: name, before, after }
    };
    changes.extend(new.iter().filter(|one| lacks(old, one)).map(|one| change(one, true)));
    changes.extend(old.iter().filter(|one| lacks(new, one)).map(|one| change(one, false)));
}

fn words(new: Option<&str>, old: Option<&str>, changes: &mut Vec<Change>) {
    let lines = |text: Option<&str>| -> Vec<String> {
        let lines = text.unwrap_or_default().lines().map(|line| line.trim().to_owned());
        lines.filter(|line| !line.is_empty()).collect()
    };
    let (new, old) = (lines(new), lines(old));
    let (in_new, in_old): (BTreeSet<&String>, BTreeSet<&String>) = (new.iter().collect(), old.iter().collect());
    let line = |line: &String| Some(ShownValue { value: line.clone(), ..ShownValue::default() });
    let change = |before, after| Change { of: ChangeOf::Words, label: String::new(), before, after };
    changes.extend(old.iter().filter(|one| !in_new.contains(one)).map(|one| change(line(one), None)));
    changes.extend(new.iter().filter(|one| !in_old.contains(one)).map(|one| change(None, line(one))));
}

#[cfg(test)]
mod tests {
    use super::*;
    use bannette_api::report::Section;

    fn report(results: &[(&str, &str)], text: &str) -> Report {
        let result = |(label, value): &(&str, &str)| LabResult {
            label: (*label).to_owned(),
            value: Some((*value).to_owned()),
            ..LabResult::default()
        };
        Report {
            sections: vec![Section { results: results.iter().map(result).collect(), ..Section::default() }],
            text: Some(text.to_owned()),
            ..Report::default()
        }
    }

    fn told(changes: &[Change]) -> Vec<(String, Option<String>, Option<String>)> {
        let value = |shown: &Option<ShownValue>| shown.as_ref().map(|shown| shown.value.clone());
        changes.iter().map(|one| (one.label.clone(), value(&one.before), value(&one.after))).collect()
    }

    #[test]
    fn changed_added_and_gone() {
        let old = report(&[("Potassium", "7.2"), ("Sodium", "139"), ("CRP", "12")], "Appelé à 11 h\nTube 1");
        let new = report(&[("Potassium", "4.0"), ("Sodium", "139"), ("Chlore", "101")], "Tube 1\nTube 2");
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(
            told(&changes(&new, &old)),
            [
                ("Potassium".to_owned(), some("7.2"), some("4.0")),
                ("Chlore".to_owned(), None, some("101")),
                ("CRP".to_owned(), some("12"), None),
                (String::new(), some("Appelé à 11 h"), None),
                (String::new(), None, some("Tube 2")),
            ]
        );
        assert!(changes(&new, &new).is_empty());
    }

    #[test]
    fn of_one_analyte_twice_the_one_that_changed() {
        let old = report(&[("Glycémie", "13.4"), ("Glycémie", "5.6")], "");
        let new = report(&[("Glycémie", "5.6"), ("Glycémie", "13.9")], "");
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(told(&changes(&new, &old)), [("Glycémie".to_owned(), some("13.4"), some("13.9"))]);
    }

    #[test]
    fn a_withdrawn_value_is_a_change() {
        let old = report(&[("Potassium", "7.2")], "");
        let mut new = old.clone();
        new.sections[0].results[0].status = Some(ResultStatus::Cancelled);
        let changes = changes(&new, &old);
        assert!(changes[0].after.as_ref().is_some_and(|after| after.withdrawn));
    }
}
