//! What a row of the list and the search need of a report. It must never say that a report is normal when that is not
//! known.

use crate::versions::{DocumentMarks, Identity, identify_with};
use crate::{Message, limits, text};
use bannette_api::dossiers::{Headline, PatientLine, Urgency};
use bannette_api::report::{
    Flag, Format, LabResult, NarrativeBlock, Patient, Report, ReportStatus, ResultStatus, ValueKind, WarningCode,
};

/// A report's row, and the words to find it by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// The sender's name (the laboratory, where the report names it).
    pub sender: String,
    /// Subject as shown.
    pub subject: String,
    /// The patient, as read.
    pub patient: Option<PatientLine>,
    /// The worst of its results.
    pub urgency: Urgency,
    /// The result that says it.
    pub headline: Option<Headline>,
    /// Results outside their bounds.
    pub abnormal: u32,
    /// Results in all.
    pub results: u32,
    /// What it is.
    pub format: Format,
    /// Partial, complete, corrected, cancelled.
    pub status: Option<ReportStatus>,
    /// Attached documents, the report's own payload not counted.
    pub documents: u32,
    /// Whether a warning stands with it.
    pub warned: bool,
    /// Whether it must not be filed in a patient's record without a person: the message speaks of several patients
    /// ([`WarningCode::SeveralPatients`]), or gives one patient two identities ([`WarningCode::IdentityMismatch`]).
    pub filing_blocked: bool,
    /// The laboratory's number for this file.
    pub number: Option<String>,
    /// Whether a PDF is attached: its words are no part of [`Summary::text`].
    pub has_pdf: bool,
    /// By what the report is known again.
    pub identity: Identity,
    /// For the full text search: names, labels, free text, body; at most [`crate::limits::SEARCH_TEXT_BYTES`].
    pub text: String,
}

/// One summary a report, in order.
#[must_use]
pub fn summarise(message: &Message) -> Vec<Summary> {
    let subject = without_prefix(&message.head.subject);
    let mut room = limits::MESSAGE_SEARCH_TEXT_BYTES;
    let mut marks = DocumentMarks::default();
    let one = |report| {
        let limit = limits::SEARCH_TEXT_BYTES.min(room).max(limits::LEAST_SEARCH_TEXT_BYTES);
        let summary = of_report(message, report, &subject, limit, &mut marks);
        room = room.saturating_sub(summary.text.len());
        summary
    };
    message.reports.iter().map(one).collect()
}

fn of_report(message: &Message, report: &Report, subject: &str, words: usize, marks: &mut DocumentMarks) -> Summary {
    let judged = judge(report);
    let laboratory = report.laboratory.as_ref().and_then(|party| party.name.as_deref().or(party.id.as_deref()));
    Summary {
        sender: laboratory.unwrap_or_else(|| display_name(&message.head.from)).to_owned(),
        subject: subject.to_owned(),
        patient: patient_line(&report.patient),
        urgency: judged.urgency,
        headline: judged.headline,
        abnormal: judged.abnormal,
        results: judged.results,
        format: report.format,
        status: report.status,
        documents: count(report.documents.len()),
        warned: message.warnings.iter().any(|warning| !warning.code.is_note()),
        filing_blocked: message.warnings.iter().any(|warning| blocks_filing(warning.code)),
        number: report.number.clone(),
        has_pdf: message.attachments.iter().any(|part| part.document.media_type == "application/pdf"),
        identity: identify_with(marks, message, report),
        text: search_text(message, report, words),
    }
}

fn blocks_filing(code: WarningCode) -> bool {
    matches!(code, WarningCode::SeveralPatients | WarningCode::IdentityMismatch)
}

/// Whether a subject says that this message takes the place of an earlier one (`[Annule et remplace]`, before the prefix
/// of MSSanté or behind it).
pub(crate) fn says_replaces(subject: &str) -> bool {
    find_ignoring_case(subject, "[annule et remplace").is_some()
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// The name of a mailbox, or its address.
fn display_name(from: &str) -> &str {
    match from.split_once('<') {
        Some((name, _)) if !name.trim().is_empty() => name.trim().trim_matches('"'),
        _ => from.trim_matches(['<', '>']),
    }
}

/// A subject without the prefix that MSSanté puts on messages with documents (it stays in the message's head).
fn without_prefix(subject: &str) -> String {
    const PREFIX: &str = "XDM/1.0/DDM";
    let mut shown = String::with_capacity(subject.len());
    let mut rest = subject;
    while let Some(at) = find_ignoring_case(rest, PREFIX) {
        let Some((before, after)) = rest.split_at_checked(at) else { break };
        let after = after.get(PREFIX.len()..).unwrap_or_default();
        shown.push_str(before);
        rest = after.strip_prefix('+').unwrap_or(after);
    }
    shown.push_str(rest);
    shown.trim().to_owned()
}

/// Where an ASCII word stands in a text, in any case.
fn find_ignoring_case(text: &str, word: &str) -> Option<usize> {
    text.as_bytes().windows(word.len()).position(|window| window.eq_ignore_ascii_case(word.as_bytes()))
}

fn patient_line(patient: &Patient) -> Option<PatientLine> {
    let last_name = patient.used_name.clone().or_else(|| patient.birth_name.clone());
    let first_name = patient.first_name.clone();
    if last_name.is_none() && first_name.is_none() {
        return None;
    }
    Some(PatientLine {
        last_name: last_name.unwrap_or_default(),
        first_name: first_name.unwrap_or_default(),
        birth_date: patient.birth_date.clone(),
        sex: patient.sex.clone(),
    })
}

struct Judged {
    urgency: Urgency,
    headline: Option<Headline>,
    abnormal: u32,
    results: u32,
}

/// The worst of the results. Normal only where at least one result is inside its bounds, none is outside, and none is in
/// words that nobody judged (`Présence de…`); numbers without bounds do not count.
fn judge(report: &Report) -> Judged {
    let mut worst: Option<(u8, &LabResult, Flag)> = None;
    let (mut abnormal, mut results, mut normal, mut unjudged) = (0u32, 0u32, false, false);
    for result in report.sections.iter().flat_map(|section| &section.results) {
        results = results.saturating_add(1);
        if result.status == Some(ResultStatus::Cancelled) {
            continue;
        }
        match result.flag {
            Some(flag) if flag.is_abnormal() => {
                abnormal = abnormal.saturating_add(1);
                let rank = if flag.is_critical() { 2 } else { 1 };
                if worst.is_none_or(|(found, ..)| rank > found) {
                    worst = Some((rank, result, flag));
                }
            }
            Some(_) => normal = true,
            None => unjudged |= result.kind != ValueKind::Numeric,
        }
    }
    let urgency = match worst {
        Some((_, _, flag)) if flag.is_critical() => Urgency::Critical,
        Some(_) => Urgency::Abnormal,
        None if normal && !unjudged => Urgency::Normal,
        None => Urgency::Unknown,
    };
    let headline = worst.map(|(_, result, flag)| Headline {
        label: result.label.clone(),
        value: match (&result.comparator, &result.value) {
            (Some(comparator), Some(value)) => format!("{comparator} {value}"),
            (_, value) => value.clone().unwrap_or_default(),
        },
        unit: result.unit.clone(),
        flag,
        threshold: None,
    });
    Judged { urgency, headline, abnormal, results }
}

/// The words by which a report is found, as many bytes at the most.
fn search_text(message: &Message, report: &Report, limit: usize) -> String {
    let mut words = SearchText { text: String::new(), limit };
    let patient = &report.patient;
    for name in [&patient.used_name, &patient.birth_name, &patient.first_name].into_iter().flatten() {
        words.add(name);
    }
    words.add(&message.head.subject);
    words.add(&message.head.from);
    for party in report.laboratory.iter().chain(&report.prescriber).chain(&report.recipients) {
        words.add(party.name.as_deref().unwrap_or_default());
    }
    words.add(report.number.as_deref().unwrap_or_default());
    for section in &report.sections {
        words.add(section.title.as_deref().unwrap_or_default());
        for result in &section.results {
            words.add(&result.label);
            if result.kind != ValueKind::Numeric {
                words.add(result.value.as_deref().unwrap_or_default());
            }
            words.add(result.comment.as_deref().unwrap_or_default());
        }
        words.add(section.comment.as_deref().unwrap_or_default());
        // Beside results, the narrative says the same again.
        if section.results.is_empty() {
            section.narrative.iter().for_each(|block| words.narrative(block));
        }
    }
    words.add(report.text.as_deref().unwrap_or_default());
    for document in &report.documents {
        words.add(document.name.as_deref().unwrap_or_default());
    }
    // A payload in the body is the report itself; what else the body says belongs to each report.
    if let Some(body) = &message.body
        && crate::readers::of(body.as_bytes()).is_none()
    {
        words.add(body);
    }
    words.text
}

/// A text that stops growing at its limit.
struct SearchText {
    text: String,
    limit: usize,
}

impl SearchText {
    fn narrative(&mut self, block: &NarrativeBlock) {
        match block {
            NarrativeBlock::Heading { text } | NarrativeBlock::Paragraph { text } => self.add(text),
            NarrativeBlock::List { items, .. } => items.iter().for_each(|item| self.add(item)),
            NarrativeBlock::Table { caption, header, rows } => {
                self.add(caption.as_deref().unwrap_or_default());
                header.iter().chain(rows).flatten().for_each(|cell| self.add(cell));
            }
        }
    }

    fn add(&mut self, words: &str) {
        let room = self.limit.saturating_sub(self.text.len() + 1);
        if words.is_empty() || room == 0 {
            return;
        }
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text.push_str(text::cut(words, room));
    }
}
