//! The body: sections, their batteries and isolates, and the results in the laboratory's order. It must never list what
//! an entry only refers to (an earlier result) as new.

use super::element::Element;
use super::narrative::Narrator;
use super::observation;
use super::outcome::Outcome;
use super::words::Places;
use super::{codes, header, in_one_line, media};
use crate::{limits, text};
use bannette_api::report::{Format, LabResult, Report, ResultStatus, Section, WarningCode};

/// CI-SIS's section and organizer of the PDF copy of a report (LOINC).
const PDF_COPY: [&str; 2] = ["55108-5", "55107-7"];

/// Reads a document.
pub(super) fn read(document: Element<'_>, outcome: &mut Outcome) -> Report {
    let mut report = Report::default();
    header::read(document, &mut report, outcome);
    let bodies: Vec<Element<'_>> = document.all("component").flat_map(Element::children).collect();
    let structured: Vec<Element<'_>> = bodies.iter().copied().filter(|body| body.is("structuredBody")).collect();
    report.format = if structured.is_empty() { Format::CdaN1 } else { Format::CdaN3 };
    for body in &bodies {
        if body.is("nonXMLBody") {
            level_one(*body, &mut report, outcome);
        }
    }
    if bodies.is_empty() {
        outcome.warn(WarningCode::NotUnderstood, "Ce compte rendu n’a pas de contenu.");
    }
    let mut reading = Reading::new(Places::of(document), outcome);
    for section in
        structured.iter().flat_map(|body| body.all("component")).flat_map(|component| component.all("section"))
    {
        reading.section(section, 0);
    }
    reading.finish(&mut report);
    report
}

/// The document of level 1: a PDF, or words.
fn level_one(body: Element<'_>, report: &mut Report, outcome: &mut Outcome) {
    let Some(content) = body.child("text") else {
        outcome.warn(WarningCode::NotUnderstood, "Ce compte rendu n’a pas de contenu.");
        return;
    };
    let media_type = content.attribute("mediaType").unwrap_or("text/plain");
    if !media::is_encoded(content) && media_type.eq_ignore_ascii_case("text/plain") {
        let words = content.own_text();
        report.text =
            Some(text::cut(words.trim(), limits::SHOWN_TEXT_BYTES).to_owned()).filter(|text| !text.is_empty());
        return;
    }
    let name = match &report.number {
        Some(number) => format!("Compte rendu {number}"),
        None => "Compte rendu".to_owned(),
    };
    media::take(content, &name, outcome);
}

/// What results stand in: a section, a battery, an isolate.
#[derive(Clone, Debug)]
struct Group {
    /// Which it is: the place of its element.
    place: usize,
    title: Option<String>,
    level: u8,
    /// The germ whose results these are.
    isolate: Option<String>,
    /// Its first section, where one was made.
    opened: Option<usize>,
}

struct Reading<'t, 'o> {
    places: Places<'t>,
    outcome: &'o mut Outcome,
    narrator: Narrator,
    sections: Vec<Section>,
    /// The groups that are open, the innermost last.
    groups: Vec<Group>,
    /// Which group the last section is of.
    current: Option<usize>,
    results: usize,
    /// When it was sampled: by the collection itself, by the first result.
    collected: Option<String>,
    observed: Option<String>,
    /// Earlier results that stand under no result.
    recalled: Vec<String>,
    full: bool,
}

impl<'t, 'o> Reading<'t, 'o> {
    fn new(places: Places<'t>, outcome: &'o mut Outcome) -> Self {
        Self {
            places,
            outcome,
            narrator: Narrator::default(),
            sections: Vec::new(),
            groups: Vec::new(),
            current: None,
            results: 0,
            collected: None,
            observed: None,
            recalled: Vec::new(),
            full: false,
        }
    }

    /// A section, then its sub-sections.
    fn section(&mut self, section: Element<'t>, level: u8) {
        let code = section.child("code");
        let own = section.child("title").and_then(|title| self.places.words(title));
        let title = own
            .map(|title| in_one_line(&title).into_owned())
            .or_else(|| code.and_then(codes::shown).map(str::to_owned));
        let narrative = section.child("text").map(|text| self.narrator.blocks(text)).unwrap_or_default();
        let copy = code.and_then(|code| code.attribute("code")) == Some(PDF_COPY[0]);
        let group = Group { place: section.place(), title, level, isolate: None, opened: None };
        self.groups.push(group);
        if let Some(words) = observation::other_subject(section, &mut self.places) {
            self.comment(&words);
        }
        // The copy's section says nothing of its own, unless it has a text.
        if !copy || !narrative.is_empty() {
            self.open();
            if let Some(opened) = self.sections.last_mut()
                && self.current == Some(section.place())
            {
                opened.narrative = narrative;
            }
        }
        for child in section.children() {
            if child.is("entry") {
                self.related(child, None);
            } else if child.is("component") {
                for sub in child.all("section") {
                    self.section(sub, level.saturating_add(1));
                }
            }
        }
        self.groups.pop();
    }

    /// Makes the last section one of the innermost group.
    fn open(&mut self) -> bool {
        let Some(group) = self.groups.last_mut() else { return false };
        if self.current == Some(group.place) {
            return true;
        }
        if self.sections.len() >= limits::SECTIONS {
            self.full = true;
            return false;
        }
        self.current = Some(group.place);
        group.opened.get_or_insert(self.sections.len());
        self.sections.push(Section { title: group.title.clone(), level: group.level, ..Section::default() });
        true
    }

    /// What an `entry`, `entryRelationship` or `component` holds.
    fn related(&mut self, relation: Element<'t>, inherited: Option<ResultStatus>) {
        let refers = relation.attribute("typeCode") == Some("REFR");
        for child in relation.of_hl7() {
            if refers {
                self.refer(child);
            } else {
                self.entry(child, inherited);
            }
        }
    }

    fn entry(&mut self, element: Element<'t>, inherited: Option<ResultStatus>) {
        match element.name() {
            "observation" => self.observation(element, inherited),
            "organizer" => self.organizer(element, inherited),
            "observationMedia" => observation::image(element, self.outcome),
            "act" => match observation::act_comment(element, &mut self.places) {
                Some(words) => self.comment(&words),
                None => self.inside(element, inherited),
            },
            "procedure" => {
                let at = header::moment(element.child("effectiveTime"), self.outcome);
                self.collected = self.collected.take().or(at);
                self.inside(element, inherited);
            }
            _ => self.inside(element, inherited),
        }
    }

    fn inside(&mut self, element: Element<'t>, inherited: Option<ResultStatus>) {
        if let Some(words) = observation::other_subject(element, &mut self.places) {
            self.comment(&words);
        }
        for child in element.children() {
            if child.is("entryRelationship") || child.is("component") {
                self.related(child, inherited);
            }
        }
    }

    fn observation(&mut self, element: Element<'t>, inherited: Option<ResultStatus>) {
        if self.results >= limits::RESULTS {
            self.full = true;
            return;
        }
        if element.attribute("moodCode").is_some_and(|mood| mood != "EVN") {
            let message =
                "Une demande ou un objectif n’est pas donné parmi les résultats\u{a0}: lisez-le dans le texte.";
            self.outcome.warn(WarningCode::UnreadLine, message);
            return;
        }
        if self.observed.is_none() {
            self.observed = header::moment(element.child("effectiveTime"), self.outcome);
        }
        let read = observation::read(element, inherited, &mut self.places, self.outcome);
        self.push(read.result);
        for further in read.further {
            self.entry(further, inherited);
        }
    }

    fn push(&mut self, result: LabResult) {
        if self.open()
            && let Some(section) = self.sections.last_mut()
        {
            section.results.push(result);
            self.results += 1;
        }
    }

    /// A battery or an isolate.
    fn organizer(&mut self, organizer: Element<'t>, inherited: Option<ResultStatus>) {
        let status = organizer.child("statusCode").and_then(|status| status.attribute("code"));
        // A battery that is taken back takes its results back; otherwise each has a state of its own.
        let status = status.and_then(codes::status).or(inherited);
        let code = organizer.child("code");
        if code.and_then(|code| code.attribute("code")) == Some(PDF_COPY[1]) {
            self.inside(organizer, status);
            return;
        }
        let outer = self.groups.last().cloned();
        let (level, around) = outer.as_ref().map_or((0, None), |group| (group.level, group.isolate.clone()));
        let battery = code.and_then(|code| codes::name(code, &mut self.places));
        let isolate = if organizer.attribute("classCode") == Some("CLUSTER") { self.germ(organizer) } else { None };
        let is_isolate = isolate.is_some();
        let title = match (&isolate, &around, battery) {
            (Some(isolate), _, _) => Some(isolate.clone()),
            (None, Some(germ), Some(battery)) => Some(format!("{germ} — {battery}")),
            (None, _, battery) => battery,
        };
        let known = outer.as_ref().is_some_and(|outer| outer.title == title);
        let grouped = title.is_some() && !known;
        if grouped {
            let level = level.saturating_add(1);
            self.groups.push(Group {
                place: organizer.place(),
                title,
                level,
                isolate: isolate.or(around),
                opened: None,
            });
        }
        if is_isolate {
            // A germ that was found is said, whatever follows.
            self.open();
        }
        self.inside(organizer, status);
        if grouped {
            self.groups.pop();
        }
    }

    /// The germ of an isolate.
    fn germ(&mut self, organizer: Element<'t>) -> Option<String> {
        let entity = organizer.descend(&["specimen", "specimenRole", "specimenPlayingEntity"])?;
        let code = entity.child("code").and_then(|code| codes::name(code, &mut self.places));
        let name = || entity.child("name").map(|name| in_one_line(&name.own_text()).into_owned());
        let germ = code.or_else(name).filter(|germ| !germ.is_empty())?;
        Some(text::cut(&germ, limits::REFERENCE_BYTES).to_owned())
    }

    /// A comment on the innermost group.
    fn comment(&mut self, words: &str) {
        let words = words.trim();
        let opened = self.groups.last().and_then(|group| group.opened);
        if words.is_empty() || opened.is_none() && !self.open() {
            return;
        }
        let at = self.groups.last().and_then(|group| group.opened);
        if let Some(section) = at.and_then(|at| self.sections.get_mut(at)) {
            let comment = section.comment.get_or_insert_default();
            let room = limits::COMMENT_BYTES.saturating_sub(comment.len() + 1);
            if !comment.is_empty() && room > 0 {
                comment.push('\n');
            }
            comment.push_str(text::cut(words, room));
        }
    }

    /// What is only referred to, and stands under no result: earlier results, in words.
    fn refer(&mut self, element: Element<'t>) {
        for earlier in element.descendants().filter(|element| element.is("observation")) {
            if self.recalled.len() >= limits::RESULTS {
                self.full = true;
                return;
            }
            let words = observation::recalled(earlier, &mut self.places, self.outcome);
            self.recalled.push(words);
        }
        for media in element.descendants().filter(|element| element.is("observationMedia")) {
            observation::image(media, self.outcome);
        }
    }

    fn finish(self, report: &mut Report) {
        if self.full {
            self.outcome.too_much("Ce compte rendu contient trop de résultats\u{a0}: seuls les premiers sont donnés.");
        }
        if self.places.is_spent() {
            self.outcome
                .too_much("Des libellés de ce compte rendu n’ont pas été repris du texte\u{a0}: il y en a trop.");
        }
        if self.narrator.cut {
            self.outcome.too_much("Le texte de ce compte rendu est trop long\u{a0}: la suite n’est pas montrée.");
        }
        if !self.recalled.is_empty() {
            let text = report.text.get_or_insert_default();
            for line in self.recalled {
                if !text.is_empty() {
                    text.push('\n');
                }
                text.push_str(&line);
            }
        }
        report.sections = self.sections;
        report.sampled_at = self.collected.or(report.sampled_at.take()).or(self.observed);
    }
}
