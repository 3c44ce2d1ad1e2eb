//! The previous value beside each result of an opened dossier, from the practice's own history. One query gives the numbers of all of
//! the patient's reports that this person sees; what the laboratory recalls stays where it is, apart.
//!
//! A previous value is one that counts: of no report whose place another one took, withdrawn by nobody, of the same measure in the
//! same specimen and unit, and sampled before. What cannot be shown to be so is left out.

use crate::{Core, failures};
use bannette_analytes::thresholds::value;
use bannette_analytes::{Measure, Measures};
use bannette_api::dossiers::{ReportMoment, VersionLine};
use bannette_api::report::{EarlierValue, LabResult, Report, ReportStatus, ResultStatus, ValueKind};
use bannette_api::{DossierId, Failure, Timestamp};
use bannette_formats::{ReportValues, compare_times};
use bannette_rights::Rights;
use bannette_store::PatientValues;
use std::cmp::Ordering;
use std::collections::BTreeSet;

/// Reports of the same patient that are looked into: as for a curve.
pub(crate) const REPORTS: u32 = 200;

/// When a result was sampled, else when its report was written, else on which day it was received (none).
pub(crate) fn moment(
    result: &LabResult,
    (sampled_at, reported_at): (Option<&str>, Option<&str>),
    received_at: Timestamp,
) -> (String, Option<ReportMoment>) {
    if let Some(at) = result.observed_at.as_deref().or(sampled_at) {
        return (at.to_owned(), Some(ReportMoment::Sampled));
    }
    match reported_at {
        Some(at) => (at.to_owned(), Some(ReportMoment::Reported)),
        None => (day_of(received_at), None),
    }
}

/// The day (UTC) of arrival, `YYYY-MM-DD`: only where a report says no day at all.
pub(crate) fn day_of(received_at: Timestamp) -> String {
    let instant = jiff::Timestamp::from_millisecond(received_at.0).unwrap_or_default();
    instant.strftime("%Y-%m-%d").to_string()
}

/// Whether a result counts as a number of its patient.
fn counts(result: &LabResult) -> bool {
    result.kind == ValueKind::Numeric && result.value.is_some() && result.status != Some(ResultStatus::Cancelled)
}

fn measure<'a>(result: &'a LabResult, chapters: &'a str) -> Measure<'a> {
    let loinc = result.code.as_deref().filter(|_| result.code_system.as_deref() == Some("loinc"));
    Measure {
        label: &result.label,
        loinc,
        sub_id: result.sub_id.as_deref(),
        specimen: result.specimen.as_deref(),
        chapters,
        unit: result.unit.as_deref(),
    }
}

/// A value that may be a previous one.
struct Candidate<'a> {
    of: &'a PatientValues,
    result: &'a LabResult,
    at: String,
    moment: Option<ReportMoment>,
}

/// The previous values of an opened report, for each of its numbers in the order of [`ReportValues::results`]. `left_out`: dossiers
/// that another version replaced. `beside`: versions of the opened report, which are of the same sampling unless they say another
/// day.
pub(crate) fn previous(
    own: &ReportValues,
    received_at: Timestamp,
    known: &[PatientValues],
    left_out: &BTreeSet<DossierId>,
    beside: &BTreeSet<DossierId>,
) -> Vec<Vec<EarlierValue>> {
    let mut measures = Measures::default();
    let mut candidates: Vec<(usize, Candidate<'_>)> = Vec::new();
    for of in known.iter().filter(|of| !left_out.contains(&of.dossier)) {
        if of.values.status == Some(ReportStatus::Cancelled) {
            continue;
        }
        let dates = (of.values.sampled_at.as_deref(), of.values.reported_at.as_deref());
        for (chapters, result) in of.values.results().filter(|(_, result)| counts(result)) {
            let (at, moment) = moment(result, dates, of.received_at);
            candidates.push((measures.number(measure(result, chapters)), Candidate { of, result, at, moment }));
        }
    }
    let dates = (own.sampled_at.as_deref(), own.reported_at.as_deref());
    let withdrawn = own.status == Some(ReportStatus::Cancelled);
    own.results()
        .map(|(chapters, result)| {
            if withdrawn || !counts(result) {
                return Vec::new();
            }
            let number = measures.number(measure(result, chapters));
            let (at, _) = moment(result, dates, received_at);
            let same = candidates.iter().filter(|(other, _)| measures.same(*other, number)).map(|(_, one)| one);
            before(result, &at, same, beside)
        })
        .collect()
}

/// Of the values of one measure the last one before this time, and those of the same day of which nobody says which came first.
fn before<'a, 'b: 'a>(
    result: &LabResult,
    at: &str,
    same: impl Iterator<Item = &'a Candidate<'b>>,
    beside: &BTreeSet<DossierId>,
) -> Vec<EarlierValue> {
    let (mut last, mut same_day): (Option<&Candidate<'_>>, Vec<&Candidate<'_>>) = (None, Vec::new());
    for one in same {
        match compare_times(Some(&one.at), Some(at)) {
            Some(Ordering::Less) => {
                let later =
                    |before: &&Candidate<'_>| compare_times(Some(&one.at), Some(&before.at)) == Some(Ordering::Greater);
                if last.as_ref().is_none_or(later) {
                    last = Some(one);
                }
            }
            // The same minute is the same sampling; a day without an hour may be any of its hours.
            Some(Ordering::Equal) if !(beside.contains(&one.of.dossier) || has_clock(&one.at) && has_clock(at)) => {
                same_day.push(one);
            }
            _ => {}
        }
    }
    let said = |one: &Candidate<'_>, same_day: bool| EarlierValue {
        value: one.result.value.clone().unwrap_or_default(),
        comparator: one.result.comparator.clone(),
        unit: one.result.unit.clone(),
        at: one.at.clone(),
        of: one.moment,
        dossier: one.of.dossier,
        change: if same_day { None } else { change(result, one.result) },
        same_day,
    };
    let mut all: Vec<EarlierValue> = Vec::new();
    for one in same_day.into_iter().map(|one| said(one, true)) {
        // The same value once more tells nothing.
        if !all
            .iter()
            .any(|other| (&other.value, &other.comparator, &other.at) == (&one.value, &one.comparator, &one.at))
        {
            all.push(one);
        }
    }
    all.truncate(MOST_OF_ONE_DAY);
    all.extend(last.map(|one| said(one, false)));
    all
}

/// Values of one day that are shown beside a result.
const MOST_OF_ONE_DAY: usize = 3;

/// Whether a time has an hour.
fn has_clock(at: &str) -> bool {
    at.get(10..11) == Some("T")
}

/// What the newer value has more, exactly: only of two plain numbers.
fn change(newer: &LabResult, former: &LabResult) -> Option<String> {
    let plain = |result: &LabResult| {
        let bounded = result.comparator.as_deref().is_some_and(|sign| !sign.trim().is_empty());
        value::number_of(result.value.as_deref()?, false).filter(|_| !bounded)
    };
    let more = plain(newer)?.checked_sub(plain(former)?)?.normalize();
    Some(if more.is_sign_positive() && !more.is_zero() { format!("+{more}") } else { more.to_string() })
}

/// Puts what was found beside the report's results.
pub(crate) fn put(report: &mut Report, found: Vec<Vec<EarlierValue>>) {
    let results = report.sections.iter_mut().flat_map(|section| &mut section.results);
    let numbers = results.filter(|result| result.kind == ValueKind::Numeric && result.value.is_some());
    for (result, earlier) in numbers.zip(found) {
        result.earlier = earlier;
    }
}

impl Core {
    /// The previous values of a report that this person may see, and the dossiers that they stand in.
    pub(crate) async fn previous_values(
        &self,
        rights: &Rights,
        (dossier, received_at): (DossierId, Timestamp),
        report: &Report,
    ) -> Result<Vec<Vec<EarlierValue>>, Failure> {
        let own = ReportValues::of(report);
        if own.chapters.is_empty() {
            return Ok(Vec::new());
        }
        let visible = rights.visible();
        let mut read = self.store().await?.read().await.map_err(failures::of_store)?;
        let known = read.values_of_same_patient(&visible, dossier, REPORTS).await.map_err(failures::of_store)?;
        if known.is_empty() {
            return Ok(Vec::new());
        }
        let versions = crate::versions::lines(read.versions(&visible, dossier).await.map_err(failures::of_store)?);
        let beside: BTreeSet<DossierId> = versions.iter().filter(|one| is_beside(one)).map(|one| one.dossier).collect();
        let mut left_out: BTreeSet<DossierId> =
            versions.iter().filter(|one| one.replaced).map(|one| one.dossier).collect();
        let mut looked_at: BTreeSet<DossierId> = versions.iter().map(|one| one.dossier).collect();
        // Only of what would be shown it is asked whether something took its place.
        loop {
            let found = previous(&own, received_at, &known, &left_out, &beside);
            let shown: BTreeSet<DossierId> = found.iter().flatten().map(|one| one.dossier).collect();
            let asked = known.iter().filter(|one| one.has_versions && shown.contains(&one.dossier));
            let asked: Vec<DossierId> = asked.map(|one| one.dossier).filter(|one| !looked_at.contains(one)).collect();
            if asked.is_empty() {
                return Ok(found);
            }
            for one in asked {
                looked_at.insert(one);
                let versions = read.versions(&visible, one).await.map_err(failures::of_store)?;
                left_out.extend(versions.iter().filter(|version| version.replaced).map(|version| version.row.id));
                looked_at.extend(versions.iter().map(|version| version.row.id));
            }
        }
    }
}

/// Whether a version is one of the same sampling as the shown report, unless a person said that it is not.
fn is_beside(line: &VersionLine) -> bool {
    line.relation != bannette_api::dossiers::VersionRelation::Apart
}
