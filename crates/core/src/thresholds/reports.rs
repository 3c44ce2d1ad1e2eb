//! A report's results against the practice's thresholds.

use super::Judge;
use bannette_analytes::thresholds::{self, Direction, Doubt, Earlier, Measured, Outcome, Person, Verdict};
use bannette_api::dossiers::Headline;
use bannette_api::report::{Flag, LabResult, Report, ReportStatus, ResultStatus};
use bannette_api::thresholds::{KnownValue, ThresholdDoubt, ThresholdHit, ThresholdWord};

impl Judge {
    /// The result for which a report is critical by the practice's thresholds: the first one that is new, else the first.
    pub(crate) fn headline(&self, report: &Report) -> Option<Headline> {
        let mut best: Option<Verdict> = None;
        self.each(report, |_, _, outcome| {
            if let Outcome::Critical(verdict) = outcome
                && best.as_ref().is_none_or(|best| best.known.is_some() && verdict.known.is_none())
            {
                best = Some(*verdict);
            }
        });
        let verdict = best?;
        let flag = match verdict.direction {
            Direction::Below => Flag::CriticallyLow,
            Direction::Above => Flag::CriticallyHigh,
        };
        let hit = hit(verdict);
        let unit = Some(hit.unit.clone()).filter(|unit| !unit.is_empty());
        Some(Headline { label: hit.symbol.clone(), value: hit.value.clone(), unit, flag, threshold: Some(hit.limit()) })
    }

    /// Says of each result what the thresholds say.
    pub(crate) fn annotate(&self, report: &mut Report) {
        let mut words = Vec::new();
        self.each(report, |section, result, outcome| match outcome {
            Outcome::Nothing => {}
            Outcome::Critical(verdict) => words.push((section, result, ThresholdWord::Beyond(Box::new(hit(*verdict))))),
            Outcome::UnitUnknown(row) => {
                words.push((section, result, ThresholdWord::UnitUnknown { symbol: row.symbol.to_owned() }));
            }
        });
        for (section, result, word) in words {
            let section = report.sections.get_mut(section);
            if let Some(result) = section.and_then(|section| section.results.get_mut(result)) {
                result.threshold = Some(Box::new(word));
            }
        }
    }

    /// Judges each result that the laboratory did not take back.
    fn each(&self, report: &Report, mut then: impl FnMut(usize, usize, Outcome)) {
        if report.status == Some(ReportStatus::Cancelled) {
            return;
        }
        let person = Person { birth_date: report.patient.birth_date.as_deref(), sex: report.patient.sex.as_deref() };
        // Where the laboratory prints a corrected calcium, the total one is not what is judged.
        let corrected = self.has_corrected_calcium(report);
        let mut titles: Vec<(u8, &str)> = Vec::new();
        for (at_section, section) in report.sections.iter().enumerate() {
            titles.retain(|(level, _)| *level < section.level);
            titles.push((section.level, section.title.as_deref().unwrap_or_default()));
            let chapters = titles.iter().map(|(_, title)| *title).collect::<Vec<_>>().join(" ");
            for (at_result, result) in section.results.iter().enumerate() {
                if result.status == Some(ResultStatus::Cancelled) || result.value.is_none() {
                    continue;
                }
                let earlier = earlier(result);
                let remarks = remarks(result.comment.as_deref(), section.comment.as_deref());
                let measured = measured(report, result, &chapters, &earlier, &remarks);
                let outcome = self.thresholds.judge(&measured, person);
                let passed_over = corrected && outcome.analyte() == Some("calcium-total");
                if !passed_over {
                    then(at_section, at_result, outcome);
                }
            }
        }
    }

    fn has_corrected_calcium(&self, report: &Report) -> bool {
        let mut results = report.sections.iter().flat_map(|section| &section.results);
        results.any(|result| {
            let measured = Measured { label: &result.label, loinc: loinc(result), ..Measured::default() };
            let number =
                || result.value.as_deref().is_some_and(|value| thresholds::value::number_of(value, false).is_some());
            result.status != Some(ResultStatus::Cancelled)
                && result.label.to_lowercase().contains("cor")
                && result.unit.is_some()
                && number()
                && self.thresholds.analyte(&measured).is_some_and(|analyte| analyte.id == "calcium-corrige")
        })
    }
}

fn measured<'a>(
    report: &'a Report,
    result: &'a LabResult,
    chapters: &'a str,
    earlier: &'a [Earlier<'a>],
    remarks: &'a str,
) -> Measured<'a> {
    let second = result.second.as_deref();
    Measured {
        label: &result.label,
        loinc: loinc(result),
        value: result.value.as_deref().unwrap_or_default(),
        comparator: result.comparator.as_deref(),
        unit: result.unit.as_deref(),
        second: second.and_then(|second| Some((second.value.as_deref()?, second.unit.as_deref()))),
        printed: (result.low.as_deref(), result.high.as_deref()),
        specimen: result.specimen.as_deref(),
        chapters,
        // Of a report without a time of sampling, the day it was written is close enough for an age.
        sampled_at: result.observed_at.as_deref().or(report.sampled_at.as_deref()).or(report.reported_at.as_deref()),
        remarks,
        earlier,
    }
}

fn loinc(result: &LabResult) -> Option<&str> {
    result.code.as_deref().filter(|_| result.code_system.as_deref() == Some("loinc"))
}

fn earlier(result: &LabResult) -> Vec<Earlier<'_>> {
    let known = result.previous.iter().filter_map(|one| {
        Some(Earlier { value: one.value.as_deref()?, unit: one.unit.as_deref(), at: one.at.as_deref() })
    });
    known.collect()
}

fn remarks(of_result: Option<&str>, of_section: Option<&str>) -> String {
    [of_result, of_section].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn hit(verdict: Verdict) -> ThresholdHit {
    let sign = match (verdict.direction, verdict.inclusive) {
        (Direction::Below, false) => "<",
        (Direction::Below, true) => "≤",
        (Direction::Above, false) => ">",
        (Direction::Above, true) => "≥",
    };
    let doubt = |doubt: &Doubt| match doubt {
        Doubt::PersonUnknown => ThresholdDoubt::PersonUnknown,
        Doubt::SpecimenUnclear => ThresholdDoubt::SpecimenUnclear,
        Doubt::InsidePrintedBounds => ThresholdDoubt::InsidePrintedBounds,
        Doubt::SampleDoubtful => ThresholdDoubt::SampleDoubtful,
    };
    ThresholdHit {
        row: verdict.row.id.to_owned(),
        symbol: verdict.row.symbol.to_owned(),
        value: verdict.value,
        unit: verdict.unit,
        converted: verdict.converted.map(|number| shown(&number, &verdict.bound)),
        sign: sign.to_owned(),
        bound: verdict.bound.normalize().to_string(),
        bound_unit: verdict.row.unit.to_owned(),
        printed: verdict.printed,
        whom: verdict.row.whom.words.to_owned(),
        doubts: verdict.doubts.iter().map(doubt).collect(),
        known: verdict.known.map(|known| KnownValue { value: known.value, at: known.at }),
    }
}

/// A converted number with two decimals, or with more where two would show it on its limit.
fn shown(number: &thresholds::Decimal, bound: &thresholds::Decimal) -> String {
    let rounded = number.round_dp(2);
    let plain = if rounded == *bound && number != bound { number } else { &rounded };
    plain.normalize().to_string()
}
