//! What is kept of a report to know it again and to hold it against its versions, so that no report has to be read anew
//! for that.

use crate::Message;
use crate::text::fold;
use bannette_api::report::{LabResult, NarrativeBlock, Report, ReportStatus, ResultStatus};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::HashMap;

/// A hash of a report's identity or of its contents.
pub type Mark = [u8; 32];

/// Numbers shorter than this name no report: they may be anything.
const SHORTEST_NUMBER: usize = 4;

/// By what a report is known again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// Which reports are held against one another: those of one number, first name and birth date, or of one set of
    /// documents. It decides nothing by itself. Nothing where the report has neither: then it stands alone.
    pub chain: Option<Mark>,
    /// The same for the same words and values, whatever way they came and whomever they were addressed to. Documents are
    /// apart: see [`Facts::documents`].
    pub content: Mark,
    /// What was measured, ascending.
    pub measured: Vec<Measured>,
    /// The document's own identifier, where the format has one.
    pub document: Option<String>,
    /// The identifier of the document that this one replaces.
    pub replaces: Option<String>,
    /// What tells whether two reports are of one laboratory, one patient, one sampling.
    pub facts: Facts,
}

/// A result, as far as versions are held against one another by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Measured {
    /// The analyte, its chapter, specimen, time and sub-identifier: the same for the same measurement.
    pub what: u64,
    /// Value, unit, bounds and flag.
    pub value: u64,
    /// 0 preliminary, 1 final, 2 corrected, 3 withdrawn.
    pub rank: u8,
}

/// What two reports are compared by, beside their results. Names are folded (no case, no accent, no blank).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Facts {
    /// The laboratory's identifier (FINESS, or its own code).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub laboratory_id: Option<String>,
    /// The laboratory's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub laboratory: Option<String>,
    /// The address of the mail that brought it; none for a file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sender: Option<String>,
    /// Family names of the patient: that of birth, the one used.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub family_names: Vec<String>,
    /// First names, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub first_names: Vec<String>,
    /// Birth date, `YYYY-MM-DD`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub birth_date: Option<String>,
    /// `F` or `M`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sex: Option<String>,
    /// Matricule of the INS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ins: Option<String>,
    /// Identifiers of the patient: who gave it (empty: the laboratory), and which.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub identifiers: Vec<(String, String)>,
    /// Number of the insured, its digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub insured_number: Option<String>,
    /// The laboratory's number for this file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// When it was sampled, as the report says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sampled_at: Option<String>,
    /// When it was written, as the report says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reported_at: Option<String>,
    /// Version within its set (CDA `versionNumber`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<u64>,
    /// Marks of its documents (PDF, pictures…), ascending, in hexadecimal digits.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<String>,
    /// Marks of what it says in words, line by line, ascending. Left out are lines that speak of the version itself.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<u64>,
}

/// A line of words as a person writes one, in bytes; longer ones are no line of a version.
const LONGEST_LINE: usize = 240;

/// Lines of words that are told apart; a report with more of them is held against another one as a whole.
const MOST_LINES: usize = 200;

/// Marks of a message's documents by their fingerprints, made when they are first asked for: to hash a document costs as
/// much as to read its message.
#[derive(Default)]
pub(crate) struct DocumentMarks(HashMap<String, String>);

impl DocumentMarks {
    fn of(&mut self, message: &Message, fingerprint: &str) -> String {
        if let Some(known) = self.0.get(fingerprint) {
            return known.clone();
        }
        let part = message.attachments.iter().find(|part| part.document.sha256 == fingerprint);
        // A document that is named and not there (only of an archive's list) is known by what it is named.
        let hash = blake3::hash(part.map_or(fingerprint.as_bytes(), |part| part.bytes.as_slice()));
        let mark = hash.to_hex().get(..32).unwrap_or_default().to_owned();
        self.0.insert(fingerprint.to_owned(), mark.clone());
        mark
    }
}

/// By what a report of this message is known again.
#[must_use]
pub fn identify(message: &Message, report: &Report) -> Identity {
    identify_with(&mut DocumentMarks::default(), message, report)
}

/// The same for several reports of one message, whose documents are hashed once.
pub(crate) fn identify_with(marks: &mut DocumentMarks, message: &Message, report: &Report) -> Identity {
    let mut documents: Vec<String> =
        report.documents.iter().map(|document| marks.of(message, &document.sha256)).collect();
    documents.sort_unstable();
    documents.dedup();
    let facts = Facts { documents, sender: address(&message.head.from), ..facts_of(report) };
    Identity {
        chain: chain_of(report),
        content: content_of(report),
        measured: measured(report),
        document: report.id.clone(),
        replaces: report.replaces.clone(),
        facts,
    }
}

impl Facts {
    /// Whether all that the other one says in words is said here too.
    #[must_use]
    pub(crate) fn hold_words_of(&self, other: &Self) -> bool {
        other.words.iter().all(|one| self.words.binary_search(one).is_ok())
    }

    /// Whether all documents of the other one are among these.
    #[must_use]
    pub(crate) fn hold_documents_of(&self, other: &Self) -> bool {
        other.documents.iter().all(|one| self.documents.binary_search(one).is_ok())
    }
}

impl Identity {
    /// Whether the other one brings nothing that is not here: the same words and values, no document that this one lacks,
    /// and no identifier of its own.
    #[must_use]
    pub fn is_repeated_by(&self, other: &Self) -> bool {
        self.content == other.content && self.document == other.document && self.facts.hold_documents_of(&other.facts)
    }
}

fn facts_of(report: &Report) -> Facts {
    let patient = &report.patient;
    let folded = |text: &Option<String>| text.as_deref().map(fold).filter(|text| !text.is_empty());
    let mut family_names: Vec<String> =
        [&patient.birth_name, &patient.used_name].into_iter().filter_map(folded).collect();
    family_names.dedup();
    let first_names = patient.first_name.as_deref().unwrap_or_default();
    let first_names = first_names.split([' ', ',']).map(fold).filter(|name| !name.is_empty());
    let laboratory = report.laboratory.as_ref();
    let digits = |text: &String| text.chars().filter(char::is_ascii_alphanumeric).collect::<String>();
    Facts {
        laboratory_id: laboratory.and_then(|party| folded(&party.id)),
        laboratory: laboratory.and_then(|party| folded(&party.name)),
        family_names,
        first_names: first_names.collect(),
        birth_date: patient.birth_date.clone(),
        sex: patient.sex.clone().filter(|sex| sex != "U"),
        ins: patient.ins.as_ref().map(|ins| ins.value.clone()),
        identifiers: patient
            .identifiers
            .iter()
            .map(|one| (one.authority.as_deref().map(fold).unwrap_or_default(), fold(&one.value)))
            .filter(|(_, value)| !value.is_empty())
            .collect(),
        insured_number: patient.insured_number.as_ref().map(digits).filter(|number| !number.is_empty()),
        number: folded(&report.number),
        sampled_at: report.sampled_at.clone(),
        reported_at: report.reported_at.clone(),
        version: report.version.as_deref().and_then(|version| version.trim().parse().ok()),
        sender: None,
        documents: Vec::new(),
        words: worded(report),
    }
}

/// Marks of the lines in which a report says something in words: its text, remarks, and narratives that stand for results.
/// Left out are lines that two versions of one report do not share because of what they are: dates and hours, pages, who
/// signed, whether it is partial, and what the readers took from fields without a place of their own.
fn worded(report: &Report) -> Vec<u64> {
    let mut lines: Vec<String> = Vec::new();
    let mut add = |text: Option<&str>| {
        let folded = |line: &str| if line.len() > LONGEST_LINE { line.trim().to_owned() } else { fold(line) };
        lines.extend(text.unwrap_or_default().lines().filter(|line| !is_of_one_version(line)).map(folded));
    };
    add(report.text_and_indications().0);
    for section in &report.sections {
        add(section.comment.as_deref());
        if section.results.is_empty() {
            section.narrative.iter().for_each(|block| narrative(block, &mut add));
        }
    }
    lines.retain(|line| line.len() > 2);
    let mut words: Vec<u64> = if lines.len() > MOST_LINES {
        vec![short(&lines.iter().map(String::as_str).collect::<Vec<_>>())]
    } else {
        lines.iter().map(|line| short(&[line])).collect()
    };
    words.sort_unstable();
    words.dedup();
    words
}

/// Whether a line speaks of the version that it stands in, not of the patient.
fn is_of_one_version(line: &str) -> bool {
    const WORDS: [&str; 14] = [
        "partiel",
        "complet",
        "definitif",
        "provisoire",
        "annuleetremplace",
        "edite",
        "edition",
        "imprime",
        "page1",
        "page2",
        "validepar",
        "signepar",
        "signele",
        "encours",
    ];
    // A longer line says more than that.
    const LONGEST: usize = 48;
    if line.len() > LONGEST_LINE {
        return false;
    }
    let folded = fold(line);
    has_day_or_hour(line) || folded.len() <= LONGEST && WORDS.iter().any(|word| folded.contains(word))
}

/// Whether a day (`24/11`) or an hour (`08:10`, `8h10`) stands in a line. `1:80` is a titre.
fn has_day_or_hour(line: &str) -> bool {
    let bytes = line.as_bytes();
    let digit = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_digit);
    bytes.iter().enumerate().any(|(at, byte)| {
        let behind = digit(at.checked_add(1)) && digit(at.checked_add(2));
        let before = digit(at.checked_sub(1));
        match byte {
            b'/' | b':' => behind && before && digit(at.checked_sub(2)),
            b'h' | b'H' => behind && before,
            _ => false,
        }
    })
}

/// The address in a From line, in lower case.
fn address(from: &str) -> Option<String> {
    let address = from.rsplit_once('<').map_or(from, |(_, behind)| behind).trim().trim_end_matches('>').trim();
    (address.contains('@') && !address.contains(' ')).then(|| address.to_lowercase())
}

fn chain_of(report: &Report) -> Option<Mark> {
    let by_number = || {
        let number = fold(report.number.as_deref()?);
        let birth_date = report.patient.birth_date.as_deref()?;
        let first_names = report.patient.first_name.as_deref()?;
        let first_name = fold(first_names.split([' ', ',']).find(|name| !name.is_empty())?);
        let named = number.len() >= SHORTEST_NUMBER && !first_name.is_empty();
        named.then(|| mark(&[&number, birth_date, &first_name]))
    };
    let by_set = || Some(mark(&["set", report.set_id.as_deref()?]));
    // A document alone begins a chain that whatever replaces it will join.
    let by_document = || Some(mark(&["document", report.replaces.as_deref().or(report.id.as_deref())?]));
    by_number().or_else(by_set).or_else(by_document)
}

fn measured(report: &Report) -> Vec<Measured> {
    let results = |title: &str, result: &LabResult| Measured {
        what: what_of(title, result),
        value: value_of(result),
        rank: match result.status {
            Some(ResultStatus::Preliminary) => 0,
            Some(ResultStatus::Final) | None if report.status == Some(ReportStatus::Cancelled) => 3,
            Some(ResultStatus::Final) | None => 1,
            Some(ResultStatus::Corrected) => 2,
            Some(ResultStatus::Cancelled) => 3,
        },
    };
    let mut all = Vec::new();
    for section in &report.sections {
        let title = section.title.as_deref().map(fold).unwrap_or_default();
        all.extend(section.results.iter().map(|result| results(&title, result)));
    }
    all.sort_unstable();
    all
}

pub(super) fn what_of(title: &str, result: &LabResult) -> u64 {
    let label = fold(&result.label);
    let folded = |text: &Option<String>| text.as_deref().map(fold).unwrap_or_default();
    let specimen = folded(&result.specimen);
    short(&[
        title,
        &label,
        result.code.as_deref().unwrap_or_default(),
        &specimen,
        result.observed_at.as_deref().unwrap_or_default(),
        result.sub_id.as_deref().unwrap_or_default(),
    ])
}

pub(super) fn value_of(result: &LabResult) -> u64 {
    let flag = format!("{:?} {:?}", result.flag, result.second);
    let text = |text: &'_ Option<String>| text.clone().unwrap_or_default();
    short(&[
        &text(&result.comparator),
        &text(&result.value),
        &text(&result.unit),
        &text(&result.low),
        &text(&result.high),
        &text(&result.comment),
        &flag,
    ])
}

/// Words and values of a report. Documents and recipients are left out: documents are compared one by one, and the same
/// report is sent to two doctors.
fn content_of(report: &Report) -> Mark {
    let mut hash = Sha256::new();
    let mut add = |text: Option<&str>| {
        let text = text.unwrap_or_default();
        hash.update(u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(text.as_bytes());
    };
    add(Some(&format!("{:?}", report.status)));
    for text in [&report.number, &report.sampled_at, &report.reported_at, &report.replaces, &report.version] {
        add(text.as_deref());
    }
    let laboratory = report.laboratory.as_ref();
    add(laboratory.and_then(|party| party.id.as_deref()));
    add(laboratory.and_then(|party| party.name.as_deref()));
    let patient = &report.patient;
    for text in [&patient.birth_name, &patient.used_name, &patient.first_name, &patient.birth_date, &patient.sex] {
        add(text.as_deref());
    }
    add(patient.ins.as_ref().map(|ins| ins.value.as_str()));
    for one in &patient.identifiers {
        add(one.authority.as_deref());
        add(Some(&one.value));
    }
    for section in &report.sections {
        add(section.title.as_deref());
        for result in &section.results {
            add(Some(&result.label));
            for text in [&result.code, &result.value, &result.comparator, &result.unit, &result.low, &result.high] {
                add(text.as_deref());
            }
            for text in [&result.comment, &result.sub_id, &result.specimen, &result.observed_at] {
                add(text.as_deref());
            }
            add(Some(&format!("{:?} {:?} {:?}", result.flag, result.status, result.second)));
        }
        add(section.comment.as_deref());
        for block in &section.narrative {
            narrative(block, &mut add);
        }
    }
    for line in report.text.iter().flat_map(|text| text.lines()) {
        add(Some(line.trim_end()));
    }
    hash.finalize().into()
}

fn narrative(block: &NarrativeBlock, add: &mut impl FnMut(Option<&str>)) {
    match block {
        NarrativeBlock::Heading { text } | NarrativeBlock::Paragraph { text } => add(Some(text)),
        NarrativeBlock::List { items, .. } => items.iter().for_each(|item| add(Some(item))),
        NarrativeBlock::Table { caption, header, rows } => {
            add(caption.as_deref());
            for row in header.iter().chain(rows) {
                row.iter().for_each(|cell| add(Some(cell)));
            }
        }
    }
}

fn mark(parts: &[&str]) -> Mark {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    hash.finalize().into()
}

fn short(parts: &[&str]) -> u64 {
    let mut hash = blake3::Hasher::new();
    for part in parts {
        hash.update(part.as_bytes());
        hash.update(&[0]);
    }
    let mut eight = [0; 8];
    hash.finalize_xof().fill(&mut eight);
    u64::from_be_bytes(eight)
}
