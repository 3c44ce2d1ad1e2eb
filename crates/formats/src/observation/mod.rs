//! Observations: what HL7 v2 and HPRIM Santé have in common. Orders (`OBR`) are sections, observations (`OBX`) results,
//! notes (`NTE`, `C`) comments; both formats number their fields alike.
//!
//! It must never lose a field: what is not made use of stands at the end of the report's text, once.

mod document;
mod left;
mod order;
mod result;
mod value;

pub(crate) use order::party_of_person;

use crate::meaning;
use crate::payload::{self, Embedded, Understood};
use crate::segments::Fields;
use crate::{date::Moment, limits};
use bannette_api::report::{
    Format, LabResult, Party, Patient, Report, ReportStatus, ResultStatus, Section, Warning, WarningCode,
};
use std::collections::{BTreeMap, BTreeSet};

/// Fields that are remembered as already written; beyond, they are written again.
const REMEMBERED: usize = 20_000;

/// Results of a usual section: room for them is made at once.
const USUAL_RESULTS: usize = 4;

/// Bytes of text of a usual report: room for them is made at once.
const USUAL_TEXT: usize = 512;

/// Gathers the reports of one payload.
pub(crate) struct Gathered {
    format: Format,
    reports: Vec<Report>,
    open: Option<Open>,
    warnings: Vec<Warning>,
    documents: Vec<Embedded>,
    results: usize,
    /// The limit of reports was met.
    full: bool,
}

/// A report that is being read.
#[derive(Default)]
pub(crate) struct Open {
    pub(crate) report: Report,
    /// Notes of the laboratory on no result, and lines that are no segment.
    text: String,
    /// Fields that were made use of nowhere.
    left: String,
    /// The same, as sent, so that they are written once.
    written: BTreeSet<String>,
    last: Last,
    /// What `OBR-25` said of the orders.
    said: Said,
    /// When the message was sent, as it says.
    sent_at: Option<String>,
    /// The text observation before, which the next may go on with: its code and its sub-identifier as sent.
    text_code: Option<String>,
    text_sub: String,
    order: order::Order,
    /// The message as a whole takes its document back.
    withdrawn: bool,
    /// Where the documents of the message stand, as the laboratory says.
    documents: Vec<Option<ResultStatus>>,
    /// Sections with the answers of antibiotics: numbers there are those of the germs.
    germs: BTreeSet<usize>,
}

/// What a note belongs to.
#[derive(Clone, Copy, Default, PartialEq)]
enum Last {
    #[default]
    Report,
    Section,
    Result,
}

/// The statuses of the orders.
#[derive(Clone, Copy, Default)]
struct Said {
    orders: u32,
    complete: u32,
    cancelled: u32,
    partial: bool,
    corrected: bool,
}

impl Gathered {
    pub(crate) fn new(format: Format) -> Self {
        Self {
            format,
            reports: Vec::new(),
            open: None,
            warnings: Vec::new(),
            documents: Vec::new(),
            results: 0,
            full: false,
        }
    }

    /// Begins a report, unless there are too many.
    pub(crate) fn begin(&mut self, report: Report) {
        if self.reports.len() + 1 >= limits::REPORTS && self.open.is_some() {
            self.full = true;
            self.too_many(None);
            return;
        }
        self.close();
        self.open = Some(Open { report: Report { format: self.format, ..report }, ..Open::default() });
    }

    /// Whether no more reports are read: what follows is of another patient, and must only be text.
    pub(crate) fn is_full(&self) -> bool {
        self.full
    }

    /// Takes a patient: that of the report being read, or of a new one, which begins as `report`. Results that came
    /// before any patient stay without one.
    pub(crate) fn patient(&mut self, line: u32, patient: Patient, report: impl Fn() -> Report) -> &mut Open {
        let begun = self.open.as_ref().is_some_and(|open| {
            let known = &open.report.patient;
            let nobody = *known == Patient::default();
            let results = !open.report.sections.is_empty();
            !nobody && *known != patient || nobody && results
        });
        if begun {
            self.begin(report());
        }
        if let Some(open) = &mut self.open {
            open.end_order();
        }
        if self.open.is_none() {
            self.open = Some(Open { report: Report { format: self.format, ..report() }, ..Open::default() });
        }
        let full = self.full;
        let open = self.report(line);
        if !full {
            open.report.patient = patient;
        }
        open
    }

    /// The report being read. One without a patient is begun where none was.
    pub(crate) fn report(&mut self, line: u32) -> &mut Open {
        let format = self.format;
        if self.open.is_none() {
            self.warn_of_nobody(Some(line));
        }
        self.open.get_or_insert_with(|| Open { report: Report { format, ..Report::default() }, ..Open::default() })
    }

    pub(crate) fn warn(&mut self, code: WarningCode, line: Option<u32>, message: &str) {
        if self.warnings.len() < limits::WARNINGS {
            self.warnings.push(Warning { code, line, message: message.to_owned() });
        }
    }

    /// Says that a message does not declare its signs as it should.
    pub(crate) fn warn_of_signs(&mut self, line: u32, odd: bool) {
        if odd {
            self.warn(
                WarningCode::UnusualHeader,
                Some(line),
                "Ce message n’annonce pas ses séparateurs comme la norme le demande : vérifiez-le sur l’original.",
            );
        }
    }

    fn warn_of_nobody(&mut self, line: Option<u32>) {
        self.warn(
            WarningCode::MissingHeader,
            line,
            "Ces résultats n’ont pas d’en-tête : le patient n’est pas indiqué.",
        );
    }

    /// Says once that a field was not understood.
    fn warn_unread(&mut self, line: u32) {
        if !self.warnings.iter().any(|warning| warning.code == WarningCode::UnreadLine) {
            self.warn(
                WarningCode::UnreadLine,
                Some(line),
                "Une ligne de résultat n’a pas été entièrement comprise : elle figure dans le texte.",
            );
        }
    }

    fn too_many(&mut self, line: Option<u32>) {
        if !self.warnings.iter().any(|warning| warning.code == WarningCode::TooLarge) {
            self.warn(
                WarningCode::TooLarge,
                line,
                "Ce document contient plus de résultats qu’il n’en est lu : la suite figure dans le texte.",
            );
        }
    }

    /// A note (`NTE`, `C`): on the result before it, on the section, or on the report.
    pub(crate) fn note(&mut self, line: u32, words: &str) {
        let words = words.trim();
        if words.is_empty() {
            return;
        }
        let open = self.report(line);
        open.text_code = None;
        match open.last {
            Last::Result => {
                if let Some(result) = open.result() {
                    meaning::add_comment(result, words);
                }
            }
            Last::Section => {
                let title = open.report.sections.last().and_then(|section| section.title.clone());
                if let Some(title) = title {
                    open.say(&format!("{title} : {words}"));
                } else {
                    open.say(words);
                }
            }
            Last::Report => open.say(words),
        }
    }

    /// A line that is no segment, or one that is not known: it stands in the text as it is.
    pub(crate) fn line(&mut self, number: u32, text: &str) {
        let open = self.report(number);
        open.text_code = None;
        open.say(text);
    }

    /// Writes down the fields of a segment that were not made use of.
    pub(crate) fn keep_left(&mut self, line: u32, fields: &Fields<'_>, name: &str) {
        self.report(line).keep_left(fields, name);
    }

    fn close(&mut self) {
        if let Some(open) = self.open.take() {
            let results = open.report.sections.iter().any(|section| !section.results.is_empty());
            let told = self.warnings.iter().any(|warning| warning.code == WarningCode::MissingHeader);
            if results && open.report.patient == Patient::default() && !told {
                self.warn_of_nobody(None);
            }
            self.reports.push(open.finish());
        }
    }

    /// Ends the payload.
    pub(crate) fn finish(mut self, encoding: &'static str) -> Understood {
        self.close();
        payload::warn_of_several_patients(&self.reports, &mut self.warnings);
        Understood {
            reports: self.reports,
            warnings: self.warnings,
            documents: self.documents,
            encoding: Some(encoding),
        }
    }
}

impl Open {
    fn result(&mut self) -> Option<&mut LabResult> {
        self.report.sections.last_mut()?.results.last_mut()
    }

    fn push(&mut self, result: LabResult) {
        if self.report.sections.is_empty() {
            self.report.sections.push(Section::default());
        }
        if let Some(section) = self.report.sections.last_mut() {
            if section.results.capacity() == 0 {
                section.results.reserve(USUAL_RESULTS);
            }
            section.results.push(result);
            self.last = Last::Result;
        }
    }

    /// A line of the report's text.
    pub(crate) fn say(&mut self, words: &str) {
        self.text.push_str(words.trim_end());
        self.text.push('\n');
    }

    /// Adds a recipient, if there is room. Returns whether it is there.
    pub(crate) fn add_recipient(&mut self, party: Party) -> bool {
        let recipients = &mut self.report.recipients;
        if recipients.contains(&party) {
            return true;
        }
        let room = recipients.len() < limits::RECIPIENTS;
        if room {
            recipients.push(party);
        }
        room
    }

    /// Remembers that a field's words are to be seen already.
    pub(crate) fn remember(&mut self, field: &str) {
        if self.written.len() < REMEMBERED && !field.is_empty() && !self.written.contains(field) {
            self.written.insert(field.to_owned());
        }
    }

    /// See [`Gathered::keep_left`].
    pub(crate) fn keep_left(&mut self, fields: &Fields<'_>, name: &str) {
        self.keep_left_of(fields.left(), fields, name);
    }

    /// The same, for fields whose numbers differ.
    pub(crate) fn keep_left_of<'s>(
        &mut self,
        left: impl Iterator<Item = (usize, &'s str)>,
        fields: &Fields<'_>,
        name: &str,
    ) {
        for (number, part) in left {
            // The first field only numbers the segments.
            let numbering = number == 1 && part.len() <= 6 && part.bytes().all(|byte| byte.is_ascii_digit());
            if numbering || self.written.contains(part) {
                continue;
            }
            if self.left.capacity() == 0 {
                self.left.reserve(USUAL_TEXT);
            }
            left::write(&mut self.left, fields, name, number, part);
            if self.written.len() < REMEMBERED {
                self.written.insert(part.to_owned());
            }
        }
    }

    /// Sets a moment of the report, if it has none yet. Says the time in the text where the moment cannot hold it.
    /// Returns whether the field was understood.
    pub(crate) fn set_moment(&mut self, slot: fn(&mut Report) -> &mut Option<String>, what: &str, raw: &str) -> bool {
        let Some(moment) = Moment::read(raw) else { return false };
        let slot = slot(&mut self.report);
        let known = moment.known();
        let said = match slot {
            Some(before) => *before == known,
            None => {
                *slot = Some(known);
                moment.is_known_whole()
            }
        };
        if !said && !self.written.contains(raw) {
            self.text.push_str(what);
            self.text.push_str(" : ");
            self.say(&moment.shown());
        }
        self.remember(raw);
        true
    }

    /// When the message was sent: that is when the report was written, where nothing says it better.
    pub(crate) fn sent_at(&mut self, raw: String) {
        self.sent_at = Some(raw).filter(|raw| !raw.is_empty());
    }

    fn finish(mut self) -> Report {
        self.end_order();
        self.which_of_several();
        if let Some(raw) = self.sent_at.take()
            && !self.set_moment(|report| &mut report.reported_at, "Message", &raw)
        {
            self.say(&format!("Message : {raw}"));
        }
        self.report.status = self.status();
        self.report.sections.retain(|section| section.title.is_some() || !section.results.is_empty());
        let mut text = self.text;
        if !self.left.is_empty() {
            if !text.is_empty() {
                text.push('\n');
            }
            text.reserve(self.left.len() + 64);
            text.push_str("Autres indications transmises :\n");
            text.push_str(&self.left);
        }
        text.truncate(text.trim_end().len());
        self.report.text = (!text.is_empty()).then_some(text);
        self.report
    }

    /// Takes away what says nothing of a result: a number that only counts lines, a time that is the report's own.
    fn which_of_several(&mut self) {
        let sampled = self.report.sampled_at.clone().unwrap_or_default();
        for (at, section) in self.report.sections.iter_mut().enumerate() {
            let results = &section.results;
            let counted = results.iter().filter_map(|result| result.sub_id.as_deref()).all(order::is_count);
            let mut of_one: BTreeMap<(&str, Option<&str>), BTreeSet<Option<&str>>> = BTreeMap::new();
            for result in results {
                let which = of_one.entry((&result.label, result.code.as_deref())).or_default();
                which.insert(result.sub_id.as_deref());
            }
            let several = of_one.values().any(|which| which.len() > 1);
            let counts = counted && !several && !self.germs.contains(&at);
            for result in &mut section.results {
                if counts {
                    result.sub_id = None;
                }
                result.observed_at = result.observed_at.take().filter(|at| !sampled.starts_with(at.as_str()));
            }
        }
    }

    /// Where the report stands, as its orders, results and documents say; complete only when every order says so.
    fn status(&self) -> Option<ReportStatus> {
        let results = self.report.sections.iter().flat_map(|section| &section.results).map(|result| result.status);
        let all: Vec<Option<ResultStatus>> = results.chain(self.documents.iter().copied()).collect();
        let any = |wanted: ResultStatus| all.contains(&Some(wanted));
        let said = self.said;
        let withdrawn =
            self.withdrawn || !all.is_empty() && all.iter().all(|status| *status == Some(ResultStatus::Cancelled));
        if withdrawn {
            Some(ReportStatus::Cancelled)
        } else if said.corrected || any(ResultStatus::Corrected) {
            Some(ReportStatus::Corrected)
        } else if said.orders > 0 && said.cancelled == said.orders {
            Some(ReportStatus::Cancelled)
        } else if said.partial || any(ResultStatus::Preliminary) {
            Some(ReportStatus::Partial)
        } else {
            (said.orders > 0 && said.complete + said.cancelled == said.orders).then_some(ReportStatus::Complete)
        }
    }
}
