//! What two reports are to each other: the one decision on which it depends whether a result waits or steps back.
//!
//! | outcome | when |
//! | --- | --- |
//! | *replaces* | one laboratory, one sender, one patient, one sampling; and the laboratory says so (CDA `RPLC` of that document's identifier; a corrected or withdrawn status on every result of the other), or it holds every result of the other and is the later one |
//! | *may belong together* | one of these cannot be shown: both wait, each names the other |
//! | *unrelated* | another laboratory, another patient, another sampling, or a number that came back |
//!
//! The order is the laboratory's (time of the report, then the version's number), never that of arrival. Where neither is
//! later, a report replaces another only if it holds the very same values and more, or final ones for preliminary ones.

use super::{Facts, Measured, Version, moment, patient};
use crate::versions::patient::Patients;
use bannette_api::report::ReportStatus;
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// What one report is to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// The first replaces the second.
    Replaces,
    /// The second replaces the first.
    ReplacedBy,
    /// They may belong together: a person decides.
    MayBelongTogether,
    /// They have nothing to do with each other.
    Unrelated,
}

/// Numbers shorter than this are given again every day or every week.
const SHORT_NUMBER: usize = 6;

/// How many days a laboratory's long number may still be that of one file, where the reports tell no sampling: cultures of
/// mycobacteria take eight weeks.
const DAYS_OF_A_NUMBER: u32 = 62;

/// What two reports are to each other.
#[must_use]
pub fn relate(one: &Version, other: &Version) -> Relation {
    let named = names(one, other) || names(other, one);
    let (facts, other_facts) = (&one.identity.facts, &other.identity.facts);
    let source = sources(facts, other_facts);
    let patients = patient::compare(facts, other_facts);
    let sampling = samplings(facts, other_facts);
    if source == Source::Different || patients == Patients::Different || sampling == Sampling::Different {
        return if named { Relation::MayBelongTogether } else { Relation::Unrelated };
    }
    if source != Source::Same || patients != Patients::Same {
        return Relation::MayBelongTogether;
    }
    match (replaces(one, other, sampling), replaces(other, one, sampling)) {
        (true, false) => Relation::Replaces,
        (false, true) => Relation::ReplacedBy,
        _ => Relation::MayBelongTogether,
    }
}

/// Whether the laboratory says that a document takes the place of another one.
fn names(new: &Version, old: &Version) -> bool {
    old.identity.document.is_some() && new.identity.replaces == old.identity.document
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Source {
    Same,
    Unclear,
    Different,
}

/// Anybody can write a laboratory's name into a report: it counts only together with the address that it came from.
fn sources(one: &Facts, other: &Facts) -> Source {
    let both = |one: &Option<String>, other: &Option<String>| match (one, other) {
        (Some(one), Some(other)) => Some(one == other),
        _ => None,
    };
    let laboratory = match (both(&one.laboratory_id, &other.laboratory_id), both(&one.laboratory, &other.laboratory)) {
        (Some(true), _) | (None, Some(true)) => Source::Same,
        (Some(false), Some(true)) => Source::Unclear,
        (Some(false), _) | (None, Some(false)) => Source::Different,
        (None, None) => Source::Unclear,
    };
    let nameless = |facts: &Facts| facts.laboratory_id.is_none() && facts.laboratory.is_none();
    match (laboratory, both(&one.sender, &other.sender)) {
        (Source::Different, _) => Source::Different,
        (Source::Same, Some(true)) => Source::Same,
        // Two files of a folder.
        (Source::Same, None) if one.sender.is_none() && other.sender.is_none() => Source::Same,
        (Source::Unclear, Some(true)) if nameless(one) && nameless(other) => Source::Same,
        _ => Source::Unclear,
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Sampling {
    /// The same hour and minute of the same day.
    Same,
    /// It may be one: the reports do not tell, or only the day.
    Unclear,
    Different,
}

fn samplings(one: &Facts, other: &Facts) -> Sampling {
    let (at, other_at) = (one.sampled_at.as_deref(), other.sampled_at.as_deref());
    match moment::compare(at, other_at) {
        Some(Ordering::Equal) => {
            let exact = |at: Option<&str>| at.is_some_and(|at| at.len() > 10);
            return if exact(at) && exact(other_at) { Sampling::Same } else { Sampling::Unclear };
        }
        Some(_) => return Sampling::Different,
        None => {}
    }
    let short = |facts: &Facts| facts.number.as_ref().is_some_and(|number| number.len() < SHORT_NUMBER);
    let most = if short(one) || short(other) { 0 } else { DAYS_OF_A_NUMBER };
    match moment::days_between(one.reported_at.as_deref(), other.reported_at.as_deref()) {
        Some(days) if days > most => Sampling::Different,
        _ => Sampling::Unclear,
    }
}

/// Which of two reports is the later one for the laboratory; `None` where it does not say.
pub(super) fn order(one: &Version, other: &Version) -> Option<Ordering> {
    let (facts, other_facts) = (&one.identity.facts, &other.identity.facts);
    let written = moment::compare(facts.reported_at.as_deref(), other_facts.reported_at.as_deref());
    match written {
        Some(Ordering::Less | Ordering::Greater) => written,
        _ => facts.version.zip(other_facts.version).map(|(one, other)| one.cmp(&other)).or(written),
    }
}

/// Whether the first takes the place of the second. They are of one laboratory and one patient.
fn replaces(new: &Version, old: &Version, sampling: Sampling) -> bool {
    let order = order(new, old);
    let later = order == Some(Ordering::Greater);
    if order == Some(Ordering::Less) {
        return false;
    }
    if names(new, old) {
        return !names(old, new);
    }
    let (results, old_results) = (&new.identity.measured, &old.identity.measured);
    let (facts, old_facts) = (&new.identity.facts, &old.identity.facts);
    let documents = facts.hold_documents_of(old_facts);
    let as_many_documents = facts.documents.len() >= old_facts.documents.len();
    if corrects(new) && (later || !corrects(old)) {
        let the_same_document = old_results.is_empty() && !old_facts.documents.is_empty() && documents;
        if the_same_document || names_all(results, old_results) && (documents || as_many_documents) {
            return true;
        }
    }
    if !documents {
        // A partial report's own print is taken over by the print of the complete one; any other document stays.
        let completed = old.status == Some(ReportStatus::Partial) && new.status == Some(ReportStatus::Complete);
        return completed
            && as_many_documents
            && holds(results, old_results)
            && only_final_for_preliminary(results, old_results);
    }
    if new.identity.content == old.identity.content {
        // The same words and values, and documents beside.
        return later || facts.documents.len() > old_facts.documents.len();
    }
    if !holds(results, old_results) {
        return false;
    }
    if has_values(results, old_results) {
        let more = !has_values(old_results, results) || !old_facts.hold_documents_of(facts);
        return later || more || (finished(new) && !finished(old));
    }
    only_final_for_preliminary(results, old_results) || later && sampling == Sampling::Same
}

/// Whether the laboratory says that it takes something back: of the report, or of a result.
fn corrects(version: &Version) -> bool {
    matches!(version.status, Some(ReportStatus::Corrected | ReportStatus::Cancelled))
        || version.identity.measured.iter().any(|one| one.rank >= 2)
}

fn finished(version: &Version) -> bool {
    version.status != Some(ReportStatus::Partial) && version.identity.measured.iter().all(|one| one.rank > 0)
}

/// The results of a report by what they measure. One analyte may stand there several times.
fn by_what(results: &[Measured]) -> BTreeMap<u64, Vec<Measured>> {
    let mut all: BTreeMap<u64, Vec<Measured>> = BTreeMap::new();
    for one in results {
        all.entry(one.what).or_default().push(*one);
    }
    all
}

/// Whether for all that the old one measured there is a pair of groups that this condition accepts. A report without
/// results holds nothing: its words cannot be compared.
fn all_of(new: &[Measured], old: &[Measured], accepts: impl Fn(&[Measured], &[Measured]) -> bool) -> bool {
    let new = by_what(new);
    let old = by_what(old);
    !old.is_empty() && old.iter().all(|(what, old)| new.get(what).is_some_and(|new| accepts(new, old)))
}

/// Every measurement is named again, whatever its value.
fn names_all(new: &[Measured], old: &[Measured]) -> bool {
    all_of(new, old, |new, old| new.len() >= old.len())
}

/// Every measurement is there again, none preliminary that was final, none withdrawn that stood.
fn holds(new: &[Measured], old: &[Measured]) -> bool {
    all_of(new, old, |new, old| {
        let all_were = |rank: u8| old.iter().all(|one| one.rank == rank);
        new.len() >= old.len() && new.iter().all(|one| (one.rank != 0 || all_were(0)) && (one.rank != 3 || all_were(3)))
    })
}

/// Every value is there again.
fn has_values(new: &[Measured], old: &[Measured]) -> bool {
    all_of(new, old, |new, old| {
        let mut left: Vec<u64> = new.iter().map(|one| one.value).collect();
        old.iter().all(|one| {
            let at = left.iter().position(|value| *value == one.value);
            at.map(|at| left.swap_remove(at)).is_some()
        })
    })
}

/// Every value is there again, but for preliminary ones that a final one took the place of.
fn only_final_for_preliminary(new: &[Measured], old: &[Measured]) -> bool {
    all_of(new, old, |new, old| {
        let all_final = new.iter().all(|one| one.rank > 0);
        let stays = |old: &Measured| new.iter().any(|one| one.value == old.value);
        old.iter().all(|one| one.rank == 0 && all_final || stays(one))
    })
}
