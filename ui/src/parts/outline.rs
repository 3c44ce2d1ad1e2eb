//! How the sections of a report stand one below the other, and which of its results must be seen first.

use crate::text::inbox::dossier::RESULTS;
use crate::text::result::continued;
use bannette_api::report::{LabResult, ResultStatus, Section};

/// Where a result stands: its section and its row.
pub type Place = (usize, usize);

/// The identifier of a result's row on the page.
#[must_use]
pub fn row_id((section, row): Place) -> String {
    format!("result-{section}-{row}")
}

/// A section's heading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    /// Its place in the report.
    pub section: usize,
    /// Its words; absent where the section goes on directly after one of the same title.
    pub title: Option<String>,
    /// How its table is called.
    pub name: String,
    /// How deep.
    pub level: u8,
    /// Whether its own text is all that it has: then the text stands in its place.
    pub only_text: bool,
}

fn blank(text: Option<&String>) -> bool {
    text.is_none_or(|text| text.trim().is_empty())
}

/// The headings of a report's sections; a section without anything in it has none.
#[must_use]
pub fn headings(sections: &[Section]) -> Vec<Heading> {
    // The title that stands at each level, the upper ones first, and whether something deeper came since.
    let mut open: Vec<(u8, String, bool)> = Vec::new();
    let mut found = Vec::new();
    for (place, section) in sections.iter().enumerate() {
        let parent = sections.get(place + 1).is_some_and(|next| next.level > section.level);
        let only_text = section.results.is_empty() && !parent && !section.narrative.is_empty();
        if blank(section.title.as_ref()) && section.results.is_empty() && blank(section.comment.as_ref()) && !only_text
        {
            continue;
        }
        let written = section.title.as_deref().map(str::trim).filter(|title| !title.is_empty());
        open.retain(|(level, ..)| *level <= section.level);
        let again = open.last().filter(|(level, title, _)| *level == section.level && Some(title.as_str()) == written);
        let title = match (again, written) {
            (Some((_, title, true)), _) => Some(continued(title)),
            (Some(_), _) => None,
            (None, Some(title)) => Some(title.to_owned()),
            (None, None) => (section.level == 0).then(|| RESULTS.to_owned()),
        };
        open.retain(|(level, ..)| *level < section.level);
        open.iter_mut().for_each(|(.., deeper)| *deeper = true);
        let name = written.map_or_else(|| RESULTS.to_owned(), str::to_owned);
        open.push((section.level, written.unwrap_or_default().to_owned(), false));
        found.push(Heading { section: place, title, name, level: section.level, only_text });
    }
    found
}

/// More results than this do not lie before the eye at once.
const AT_A_GLANCE: usize = 8;

/// The results that must be seen first, the critical ones before the abnormal ones; none where all lie before the eye.
#[must_use]
pub fn worst(sections: &[Section]) -> Vec<(Place, &LabResult)> {
    let filled = sections.iter().filter(|section| !section.results.is_empty()).count();
    let results: usize = sections.iter().map(|section| section.results.len()).sum();
    if filled < 2 && results <= AT_A_GLANCE {
        return Vec::new();
    }
    let mut found = Vec::new();
    for critical in [true, false] {
        for (section, held) in sections.iter().enumerate() {
            for (row, result) in held.results.iter().enumerate() {
                // What the laboratory withdrew is judged no more.
                let stands = result.status != Some(ResultStatus::Cancelled);
                let by_practice = stands && result.threshold.as_ref().is_some_and(|word| word.is_critical());
                let by_laboratory = result.flag.filter(|flag| stands && flag.is_abnormal());
                let is_critical = by_practice || by_laboratory.is_some_and(|flag| flag.is_critical());
                if (by_practice || by_laboratory.is_some()) && is_critical == critical {
                    found.push(((section, row), result));
                }
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use bannette_api::report::{Flag, NarrativeBlock};

    fn section(title: &str, level: u8, results: usize) -> Section {
        let title = (!title.is_empty()).then(|| title.to_owned());
        Section { title, level, results: vec![LabResult::default(); results], ..Section::default() }
    }

    fn titles(sections: &[Section]) -> Vec<(Option<String>, u8)> {
        headings(sections).into_iter().map(|heading| (heading.title, heading.level)).collect()
    }

    fn line(title: &str, level: u8) -> (Option<String>, u8) {
        (Some(title.to_owned()), level)
    }

    #[test]
    fn what_goes_on_after_a_battery_says_so() {
        let sections = [section("Biochimie", 0, 1), section("Ionogramme", 1, 2), section("Biochimie", 0, 1)];
        assert_eq!(titles(&sections), [line("Biochimie", 0), line("Ionogramme", 1), line("Biochimie (suite)", 0)]);
    }

    #[test]
    fn a_title_is_not_said_twice_in_a_row() {
        let sections = [section("Biochimie", 0, 1), section("Biochimie", 0, 1), section("Biochimie", 1, 1)];
        assert_eq!(titles(&sections), [line("Biochimie", 0), (None, 0), line("Biochimie", 1)]);
        assert_eq!(headings(&sections)[1].name, "Biochimie");
    }

    #[test]
    fn a_chapter_without_results_of_its_own_keeps_its_title() {
        let sections = [section("Hématologie", 0, 0), section("NFS", 1, 3), section("", 0, 0)];
        assert_eq!(titles(&sections), [line("Hématologie", 0), line("NFS", 1)]);
        assert_eq!(titles(&[section("", 0, 2)]), [line("Résultats", 0)]);
    }

    #[test]
    fn a_sub_chapter_of_another_chapter_is_not_the_same() {
        let sections = [
            section("A", 0, 1),
            section("Examen", 1, 1),
            section("B", 0, 1),
            section("Examen", 1, 1),
            section("A", 0, 1),
        ];
        assert_eq!(titles(&sections), [line("A", 0), line("Examen", 1), line("B", 0), line("Examen", 1), line("A", 0)]);
    }

    #[test]
    fn a_section_of_text_alone_is_never_left_out() {
        let narrative = vec![NarrativeBlock::Paragraph { text: "Examen direct négatif.".into() }];
        let text = Section { narrative, ..section("", 0, 0) };
        let found = headings(&[text.clone(), section("Détail", 1, 1)]);
        assert!(found.iter().all(|heading| !heading.only_text), "its results stand below it");
        assert!(headings(&[section("Détail", 1, 1), text])[1].only_text);
    }

    #[test]
    fn the_worst_come_first_where_not_all_is_seen() {
        let flagged = |flag| LabResult { flag: Some(flag), ..LabResult::default() };
        let mut one = section("A", 0, 0);
        one.results = vec![flagged(Flag::Normal), flagged(Flag::High), flagged(Flag::CriticallyLow)];
        assert!(worst(std::slice::from_ref(&one)).is_empty(), "three results lie before the eye");
        let two = Section { results: vec![flagged(Flag::Critical), flagged(Flag::Low)], ..one.clone() };
        let places: Vec<Place> = worst(&[one.clone(), two]).into_iter().map(|(place, _)| place).collect();
        assert_eq!(places, [(0, 2), (1, 0), (0, 1), (1, 1)]);
        one.results.extend(vec![LabResult::default(); 6]);
        assert_eq!(worst(std::slice::from_ref(&one)).len(), 2);
        one.results[2].status = Some(ResultStatus::Cancelled);
        assert_eq!(worst(&[one]).len(), 1, "what was withdrawn raises no alarm");
    }
}
