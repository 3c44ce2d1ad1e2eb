//! `OBR`: an order. It is a section of the report, and says who prescribed, when it was sampled, where it stands.

use super::{Gathered, Last, Open};
use crate::date::Moment;
use crate::segments::Fields;
use crate::{limits, text};
use bannette_api::report::{Party, Section};

/// What an order says of all its results.
#[derive(Default)]
pub(super) struct Order {
    /// Its section.
    section: Option<usize>,
    /// What was examined: `OBR-15`.
    source: Option<String>,
    /// The same, of each specimen (`SPM-4`).
    specimens: Vec<String>,
    /// When it was sampled.
    sampled_at: Option<String>,
    /// The laboratory cancels it.
    cancelled: bool,
    /// The laboratory cancels the one that follows (`ORC-1`).
    cancels_next: bool,
}

/// Whether a sub-identifier is a number, which may only count.
pub(super) fn is_count(sub: &str) -> bool {
    sub.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

impl Open {
    /// What `ORC` says of the order that follows.
    pub(crate) fn cancels_next(&mut self, cancelled: bool) {
        self.order.cancels_next = cancelled;
    }

    /// The message takes back the document that it is about.
    pub(crate) fn withdraw(&mut self) {
        self.withdrawn = true;
    }

    /// Whether the laboratory cancels the order being read, or all of the message.
    pub(super) fn is_cancelled(&self) -> bool {
        self.withdrawn || self.order.cancelled
    }

    /// The end of an order: what it says of its results goes to each of them.
    pub(super) fn end_order(&mut self) {
        let order = std::mem::take(&mut self.order);
        if order.cancels_next {
            // Nothing but this says that there was an order.
            self.said.orders += 1;
            self.said.cancelled += 1;
        }
        let Some(section) = order.section.and_then(|at| self.report.sections.get_mut(at)) else { return };
        let said: Vec<String> = order.source.into_iter().chain(order.specimens).collect();
        // Of several specimens nobody says which result is of which.
        let one = said.iter().all(|one| said.first() == Some(one)) && !section.results.is_empty();
        let specimen = said.first().filter(|_| one).cloned();
        for result in &mut section.results {
            if result.specimen.is_none() {
                result.specimen.clone_from(&specimen);
            }
            if result.observed_at.is_none() {
                result.observed_at.clone_from(&order.sampled_at);
            }
        }
        if !one {
            for specimen in said {
                self.say(&format!("Prélèvement : {specimen}"));
            }
        }
    }
}

impl Gathered {
    /// `SPM`: the specimen of the order that it stands in.
    pub(crate) fn specimen(&mut self, line: u32, fields: &mut Fields<'_>) {
        let sampled = fields.component(fields.get(17), 1);
        let words = specimen_words(fields, fields.get(4));
        let open = self.report(line);
        if let Some((words, whole)) = words {
            let known = open.order.specimens.contains(&words);
            if open.order.section.is_some() && !known && open.order.specimens.len() < limits::RECIPIENTS {
                open.order.specimens.push(words);
            }
            // The end of the order says it.
            if whole && open.order.specimens.len() < limits::RECIPIENTS && open.order.section.is_some() {
                fields.take(4);
            }
        }
        if open.order.sampled_at.is_none() {
            open.order.sampled_at = Moment::read(sampled).map(|moment| moment.known());
        }
        if open.set_moment(|report| &mut report.sampled_at, "Prélèvement", sampled) {
            fields.take(17);
        }
        open.keep_left(fields, "SPM");
    }

    /// Takes an order. Of its fields, those of HL7 v2 chapter 4 (4.5.3) and HPRIM Santé chapter 9 that a report has.
    pub(crate) fn order(&mut self, line: u32, fields: &mut Fields<'_>) {
        let sections: usize = self.open.as_ref().map_or(0, |open| open.report.sections.len());
        if sections >= limits::RESULTS {
            self.too_many(Some(line));
            return;
        }
        let open = self.report(line);
        open.text_code = None;
        let cancelled = std::mem::take(&mut open.order.cancels_next);
        open.end_order();
        let tests = fields.get(4);
        let mut title: Option<String> = None;
        for test in fields.repetitions(tests) {
            let [first, words, _, other, other_words] = fields.components(test);
            let Some(word) = [words, other_words, first, other].into_iter().find_map(|part| fields.said(part)) else {
                continue;
            };
            match &mut title {
                Some(title) => {
                    title.push_str(", ");
                    title.push_str(&word);
                }
                None => title = Some(word),
            }
        }
        let plain = fields.repetitions(tests).all(|test| {
            // The code is worth keeping only where it is not a local one that the title says already.
            fields.holds_only(test, &[2]) || fields.component(test, 2).is_empty() && fields.holds_only(test, &[1, 3])
        });
        if plain {
            fields.take(4);
        }
        open.report.sections.push(Section { title, ..Section::default() });
        open.last = Last::Section;
        open.order.section = Some(sections);
        open.order.cancelled = cancelled || fields.get(25) == "X";
        let sampled = fields.repetitions(fields.get(7)).next().unwrap_or_default();
        open.order.sampled_at = Moment::read(sampled).map(|moment| moment.known());
        if let Some((words, whole)) = specimen_words(fields, fields.get(15)) {
            open.order.source = Some(words);
            if whole {
                fields.take(15);
            }
        }

        let number = [3, 2].into_iter().find_map(|field| {
            let raw = fields.get(field);
            [1, 2].into_iter().find_map(|component| fields.word(raw, component)).map(|word| (field, word))
        });
        if let Some((field, number)) = number {
            let known = open.report.number.get_or_insert_with(|| number.clone());
            let whole = *known == number && fields.holds_only(fields.get(field), &[1, 2]);
            let alone =
                fields.component(fields.get(field), 1).is_empty() || fields.component(fields.get(field), 2).is_empty();
            if whole && alone {
                open.remember(fields.take(field));
            }
        }
        for (field, what) in [(7, "Prélèvement"), (22, "Compte rendu")] {
            let raw = fields.get(field);
            let first = fields.repetitions(raw).next().unwrap_or_default();
            let understood = if field == 7 {
                open.set_moment(|report| &mut report.sampled_at, what, first)
            } else {
                open.set_moment(|report| &mut report.reported_at, what, first)
            };
            if understood && first.len() == raw.len() {
                fields.take(field);
            }
        }
        let prescriber = party_of_person(fields, fields.get(16));
        if let Some((party, whole)) = prescriber {
            let same = *open.report.prescriber.get_or_insert_with(|| party.clone()) == party;
            if same && whole {
                fields.take(16);
            }
        }
        let copies = fields.get(28);
        let mut whole_copies = true;
        for copy in fields.repetitions(copies) {
            let Some((party, whole)) = party_of_person(fields, copy) else { continue };
            whole_copies &= open.add_recipient(party) && whole;
        }
        if whole_copies {
            fields.take(28);
        }
        open.said.orders += 1;
        match fields.get(25) {
            _ if cancelled => open.said.cancelled += 1,
            "F" => open.said.complete += 1,
            "C" => open.said.corrected = true,
            "X" => open.said.cancelled += 1,
            "P" | "A" | "R" | "S" | "I" | "O" => open.said.partial = true,
            _ => {}
        }
        if matches!(fields.get(25), "F" | "C" | "X" | "P" | "A" | "R" | "S" | "I" | "O") {
            fields.take(25);
        }
        open.keep_left(fields, "OBR");
    }
}

/// What a specimen is (`SPM-4`, `OBR-15`): the words of its kind, or its code; and whether that is all that is said.
fn specimen_words(fields: &Fields<'_>, raw: &str) -> Option<(String, bool)> {
    let first = fields.component(raw, 1);
    let parts = [fields.subcomponent(first, 2), fields.component(raw, 2), fields.subcomponent(first, 1)];
    let words = parts.into_iter().find_map(|part| fields.said(part))?;
    let whole = fields.words(raw) == words;
    Some((words, whole))
}

/// A person (`XCN`: id, name, first name; or a code and a name, as HPRIM writes it), and whether that is all of it.
pub(crate) fn party_of_person(fields: &Fields<'_>, raw: &str) -> Option<(Party, bool)> {
    let raw_person = text::parts(raw, fields.signs.repetition).next().unwrap_or_default();
    let mut name = fields.word(raw_person, 2);
    // In HPRIM the third component is the system of the code, `L`.
    if let Some(first) = fields.word(raw_person, 3).filter(|first| first != "L") {
        match &mut name {
            Some(name) => {
                name.push(' ');
                name.push_str(&first);
            }
            None => name = Some(first),
        }
    }
    let id = fields.word(raw_person, 1);
    if name.is_none() && id.is_none() {
        return None;
    }
    let whole = raw_person.len() == raw.len() && fields.holds_only(raw_person, &[1, 2, 3]);
    Some((Party { name, id }, whole))
}
