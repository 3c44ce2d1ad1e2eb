//! Versions of one report: what belongs together, what is the same once more, what replaces what. A laboratory sends a
//! partial report, then the complete one, sometimes a corrected one; and the same report may come by two ways.
//!
//! It must never let a result disappear: a version steps back only where another holds everything that it holds, or where
//! the laboratory itself says that it is replaced.

use crate::text::fold;
use bannette_api::report::{LabResult, Report, ReportStatus};
use sha2::{Digest, Sha256};

/// A hash of a report's identity or of its contents.
pub type Mark = [u8; 32];

/// Numbers shorter than this are not a laboratory's own: a counter that begins anew every day.
const SHORTEST_NUMBER: usize = 4;

/// By what a report is known again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// The same for all versions of one report: the laboratory's number, and the patient by first name and birth date (names
    /// differ between a birth name and a used name). Nothing where one of these is missing: then a report stands alone.
    pub chain: Option<Mark>,
    /// The same for the same contents, whatever way they came and whomever they were addressed to.
    pub content: Mark,
    /// What was measured: a number for each analyte, ascending.
    pub analytes: Vec<u32>,
    /// The document's own identifier, where the format has one.
    pub document: Option<String>,
    /// The identifier of the document that this one replaces.
    pub replaces: Option<String>,
}

/// A report among its versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// By what it is known again.
    pub identity: Identity,
    /// What the laboratory says of it.
    pub status: Option<ReportStatus>,
    /// Its place in the order of arrival.
    pub arrived: i64,
}

/// By what a report is known again.
#[must_use]
pub fn identify(report: &Report) -> Identity {
    let mut analytes: Vec<u32> = results(report).map(analyte).collect();
    analytes.sort_unstable();
    analytes.dedup();
    Identity {
        chain: chain_of(report),
        content: content_of(report),
        analytes,
        document: report.id.clone(),
        replaces: report.replaces.clone(),
    }
}

/// For each version, the place of the one that replaces it, if any. At least one version stays unreplaced.
#[must_use]
pub fn replaced(versions: &[Version]) -> Vec<Option<usize>> {
    let best = |old: &Version| {
        let stronger = versions.iter().enumerate().filter(|(_, new)| replaces(new, old));
        stronger.max_by_key(|(_, new)| strength(new)).map(|(place, _)| place)
    };
    let mut replaced: Vec<Option<usize>> = versions.iter().map(best).collect();
    // Documents that replace each other in a circle: the laboratory's word is worth nothing then.
    if replaced.iter().all(Option::is_some)
        && let Some((latest, _)) = versions.iter().enumerate().max_by_key(|(_, version)| strength(version))
        && let Some(latest) = replaced.get_mut(latest)
    {
        *latest = None;
    }
    replaced
}

fn replaces(new: &Version, old: &Version) -> bool {
    if new.arrived == old.arrived {
        return false;
    }
    match (said(new, old), said(old, new)) {
        (true, false) => true,
        (false, true) => false,
        _ => strength(new) > strength(old) && covers(new, old),
    }
}

/// Whether the laboratory says that one replaces the other.
fn said(new: &Version, old: &Version) -> bool {
    old.identity.document.is_some() && new.identity.replaces == old.identity.document
}

/// A corrected report stands above a complete one, and that above a partial one, whatever came first.
fn strength(version: &Version) -> (u8, i64) {
    let rank = match version.status {
        Some(ReportStatus::Partial) => 0,
        Some(ReportStatus::Complete) | None => 1,
        Some(ReportStatus::Corrected | ReportStatus::Cancelled) => 2,
    };
    (rank, version.arrived)
}

/// Whether all that one measured is in the other. A report without results covers nothing: its text cannot be compared.
fn covers(new: &Version, old: &Version) -> bool {
    let (new, old) = (&new.identity.analytes, &old.identity.analytes);
    !old.is_empty() && old.iter().all(|one| new.binary_search(one).is_ok())
}

fn results(report: &Report) -> impl Iterator<Item = &LabResult> {
    report.sections.iter().flat_map(|section| &section.results)
}

fn chain_of(report: &Report) -> Option<Mark> {
    let number = fold(report.number.as_deref()?);
    let patient = &report.patient;
    let birth_date = patient.birth_date.as_deref()?;
    let first_name = fold(patient.first_name.as_deref()?.split([' ', ',']).find(|name| !name.is_empty())?);
    if number.len() < SHORTEST_NUMBER || first_name.is_empty() {
        return None;
    }
    Some(mark(&[&number, birth_date, &first_name]))
}

fn analyte(result: &LabResult) -> u32 {
    let hash = mark(&[&fold(&result.label), result.code.as_deref().unwrap_or_default()]);
    let [first, second, third, fourth, ..] = hash;
    u32::from_be_bytes([first, second, third, fourth])
}

/// Documents and recipients are left out: the same report is sent with a PDF by one way and without by another, and to two
/// doctors.
fn content_of(report: &Report) -> Mark {
    let mut hash = Sha256::new();
    let mut add = |text: Option<&str>| {
        let text = text.unwrap_or_default();
        hash.update(u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(text.as_bytes());
    };
    add(Some(&format!("{:?}", report.status)));
    add(report.number.as_deref());
    add(report.sampled_at.as_deref());
    let patient = &report.patient;
    for text in [&patient.birth_name, &patient.used_name, &patient.first_name, &patient.birth_date, &patient.sex] {
        add(text.as_deref());
    }
    for section in &report.sections {
        add(section.title.as_deref());
        for result in &section.results {
            add(Some(&result.label));
            for text in [&result.code, &result.value, &result.comparator, &result.unit, &result.low, &result.high] {
                add(text.as_deref());
            }
            add(result.comment.as_deref());
            add(Some(&format!("{:?} {:?} {:?}", result.flag, result.status, result.second)));
        }
    }
    for line in report.text.iter().flat_map(|text| text.lines()) {
        add(Some(line.trim_end()));
    }
    hash.finalize().into()
}

fn mark(parts: &[&str]) -> Mark {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use bannette_api::report::{Patient, Section};
    use proptest::prelude::*;

    fn report(number: &str, labels: &[&str], status: Option<ReportStatus>) -> Report {
        let result = |label: &&str| LabResult {
            label: (*label).to_owned(),
            value: Some("1".to_owned()),
            ..LabResult::default()
        };
        Report {
            patient: Patient {
                used_name: Some("EXEMPLE".to_owned()),
                first_name: Some("Alice".to_owned()),
                birth_date: Some("1957-03-14".to_owned()),
                ..Patient::default()
            },
            number: Some(number.to_owned()),
            status,
            sections: vec![Section { results: labels.iter().map(result).collect(), ..Section::default() }],
            ..Report::default()
        }
    }

    fn version(labels: &[&str], status: Option<ReportStatus>, arrived: i64) -> Version {
        Version { identity: identify(&report("A250513068", labels, status)), status, arrived }
    }

    const PARTIAL: Option<ReportStatus> = Some(ReportStatus::Partial);
    const COMPLETE: Option<ReportStatus> = Some(ReportStatus::Complete);
    const CORRECTED: Option<ReportStatus> = Some(ReportStatus::Corrected);

    #[test]
    fn the_way_does_not_count_but_the_patient_does() {
        let one = report("A250513068", &["Sodium"], COMPLETE);
        let mut by_another_way = one.clone();
        by_another_way.recipients.push(bannette_api::report::Party::default());
        by_another_way.documents.push(bannette_api::report::Document::default());
        assert_eq!(identify(&one), identify(&by_another_way));
        let mut birth_name = one.clone();
        birth_name.patient.used_name = None;
        birth_name.patient.birth_name = Some("MODELE".to_owned());
        birth_name.patient.first_name = Some("ALICE MARIE".to_owned());
        assert_eq!(identify(&one).chain, identify(&birth_name).chain);
        let mut other = one.clone();
        other.patient.birth_date = Some("1958-03-14".to_owned());
        assert_ne!(identify(&one).chain, identify(&other).chain);
        let mut corrected = one.clone();
        corrected.sections[0].results[0].value = Some("2".to_owned());
        assert_ne!(identify(&one).content, identify(&corrected).content);
    }

    #[test]
    fn without_a_number_or_a_birth_date_a_report_stands_alone() {
        let one = report("A250513068", &["Sodium"], None);
        for change in [
            |report: &mut Report| report.number = None,
            |report: &mut Report| report.number = Some("12".to_owned()),
            |report: &mut Report| report.patient.birth_date = None,
            |report: &mut Report| report.patient.first_name = Some(" ".to_owned()),
        ] {
            let mut alone = one.clone();
            change(&mut alone);
            assert_eq!(identify(&alone).chain, None);
        }
    }

    #[test]
    fn partial_then_complete_then_corrected() {
        let all = [
            version(&["Sodium"], PARTIAL, 1),
            version(&["Sodium", "Potassium"], COMPLETE, 2),
            version(&["Sodium", "Potassium"], CORRECTED, 3),
        ];
        assert_eq!(replaced(&all), [Some(2), Some(2), None]);
    }

    #[test]
    fn a_partial_one_that_comes_late_replaces_nothing() {
        let all = [version(&["Sodium", "Potassium"], COMPLETE, 1), version(&["Sodium"], PARTIAL, 2)];
        assert_eq!(replaced(&all), [None, Some(0)]);
    }

    #[test]
    fn what_holds_something_more_stays() {
        let all = [version(&["Sodium", "Troponine"], PARTIAL, 1), version(&["Sodium"], COMPLETE, 2)];
        assert_eq!(replaced(&all), [None, None]);
        let text_only = [version(&[], PARTIAL, 1), version(&["Sodium"], COMPLETE, 2)];
        assert_eq!(replaced(&text_only), [None, None]);
    }

    #[test]
    fn the_laboratorys_word_counts_in_any_order() {
        let named = |mut version: Version, document: &str, replaces: Option<&str>| {
            version.identity.document = Some(document.to_owned());
            version.identity.replaces = replaces.map(str::to_owned);
            version
        };
        let old = named(version(&["Sodium", "Erreur"], COMPLETE, 2), "1.2.3", None);
        let new = named(version(&["Sodium"], CORRECTED, 1), "1.2.4", Some("1.2.3"));
        assert_eq!(replaced(&[old.clone(), new.clone()]), [Some(1), None]);
        // In a circle it counts for nothing.
        let circle = named(old, "1.2.3", Some("1.2.4"));
        assert!(replaced(&[circle, new]).contains(&None));
    }

    proptest! {
        #[test]
        fn no_result_disappears(
            all in prop::collection::vec((prop::collection::btree_set(0usize..6, 0..5), 0usize..5, 0usize..4, 0usize..4), 1..7)
        ) {
            let labels = ["Sodium", "Potassium", "Chlore", "Urée", "CRP", "TSH"];
            let statuses = [None, PARTIAL, COMPLETE, CORRECTED, Some(ReportStatus::Cancelled)];
            let versions: Vec<Version> = all.iter().enumerate().map(|(place, (chosen, status, own, other))| {
                let chosen: Vec<&str> = chosen.iter().map(|one| labels[*one]).collect();
                let mut version = version(&chosen, statuses[*status], i64::try_from(place).unwrap());
                // Some say by themselves what they replace, truly or not.
                version.identity.document = (*own > 0).then(|| own.to_string());
                version.identity.replaces = (*other > 0).then(|| other.to_string());
                version
            }).collect();
            let replaced = replaced(&versions);
            prop_assert!(replaced.contains(&None));
            for (place, by) in replaced.iter().enumerate() {
                if let Some(by) = by {
                    let (old, new) = (&versions[place], &versions[*by]);
                    prop_assert!(place != *by);
                    prop_assert!(covers(new, old) || said(new, old));
                }
            }
        }
    }
}
