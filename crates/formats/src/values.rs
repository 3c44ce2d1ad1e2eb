//! The numbers of a report, apart from everything else it says: what a previous value and a curve are made of. They are kept when
//! the report's bytes leave the tree, so no word of a laboratory's or of a person's is among them.

use bannette_api::report::{LabResult, Report, ReportStatus, Section, ValueKind};
use serde::{Deserialize, Serialize};

/// The numeric results of a report.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportValues {
    /// As [`Report::sampled_at`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sampled_at: Option<String>,
    /// As [`Report::reported_at`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reported_at: Option<String>,
    /// As [`Report::status`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<ReportStatus>,
    /// The results, by chapter.
    pub chapters: Vec<ValueChapter>,
}

/// The numeric results of one section.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ValueChapter {
    /// The titles above the results, the outermost first: they may say what was examined.
    pub titles: String,
    /// The results as they were sent, without the laboratory's comments.
    pub results: Vec<LabResult>,
}

impl ReportValues {
    /// Those of a report.
    #[must_use]
    pub fn of(report: &Report) -> Self {
        let titles = titles(&report.sections);
        let chapter = |(section, titles): (&Section, String)| {
            let results: Vec<LabResult> = section.results.iter().filter(|one| is_number(one)).map(bare).collect();
            (!results.is_empty()).then_some(ValueChapter { titles, results })
        };
        Self {
            sampled_at: report.sampled_at.clone(),
            reported_at: report.reported_at.clone(),
            status: report.status,
            chapters: report.sections.iter().zip(titles).filter_map(chapter).collect(),
        }
    }

    /// Each result with the titles above it.
    pub fn results(&self) -> impl Iterator<Item = (&str, &LabResult)> {
        self.chapters
            .iter()
            .flat_map(|chapter| chapter.results.iter().map(move |result| (chapter.titles.as_str(), result)))
    }
}

/// The titles above each section's results, its own included.
fn titles(sections: &[Section]) -> Vec<String> {
    let mut above: Vec<(u8, &str)> = Vec::new();
    let mut all = Vec::with_capacity(sections.len());
    for section in sections {
        above.retain(|(level, _)| *level < section.level);
        above.push((section.level, section.title.as_deref().unwrap_or_default()));
        all.push(above.iter().map(|(_, title)| *title).collect::<Vec<_>>().join(" "));
    }
    all
}

fn is_number(result: &LabResult) -> bool {
    result.kind == ValueKind::Numeric && result.value.is_some()
}

/// A result without what is no number.
fn bare(result: &LabResult) -> LabResult {
    LabResult { comment: None, threshold: None, earlier: Vec::new(), ..result.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_numbers_are_kept_and_no_words() {
        let number = LabResult {
            label: "Potassium".into(),
            value: Some("4.1".into()),
            kind: ValueKind::Numeric,
            comment: Some("Madame EXEMPLE".into()),
            ..LabResult::default()
        };
        let words = LabResult { label: "Aspect".into(), value: Some("trouble".into()), ..LabResult::default() };
        let sections = vec![
            Section { title: Some("Biochimie".into()), results: vec![words], ..Section::default() },
            Section { title: Some("Urines".into()), level: 1, results: vec![number], ..Section::default() },
        ];
        let report = Report { sections, text: Some("EXEMPLE".into()), ..Report::default() };
        let kept = ReportValues::of(&report);
        let seen: Vec<_> = kept.results().map(|(titles, one)| (titles, one.label.as_str())).collect();
        assert_eq!(seen, [("Biochimie Urines", "Potassium")]);
        assert!(!serde_json::to_string(&kept).unwrap().contains("EXEMPLE"));
    }
}
