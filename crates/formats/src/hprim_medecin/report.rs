//! Line by line, from the lines of a payload to reports. It must give each line a place: a field, a comment, the text.

use super::results::{Gathered, Read};
use super::{Tag, header, is_edge, tag, warning};
use crate::{limits, meaning, payload, text};
use bannette_api::report::{Format, LabResult, Report, ReportStatus, ResultStatus, Warning, WarningCode};
use std::borrow::Cow;
use std::collections::BTreeSet;

/// Lines kept before the header of a report is looked for.
const FREE_LINES: usize = 200_000;

/// Lines that a header has at the least.
const SHORTEST_HEADER: usize = 8;

/// Lines that a message with an end of its own has at the least.
const SHORTEST_MESSAGE: usize = 3;

/// Bytes of text among the results of a usual report.
const USUAL_TEXT: usize = 512;

/// Lines before the results of a usual report: room for them is made at once.
const USUAL_FREE_LINES: usize = 32;

/// Reads lines, gives reports.
#[derive(Default)]
pub(super) struct Reader<'a> {
    reports: Vec<Report>,
    warnings: Vec<Warning>,
    block: Block<'a>,
    results: usize,
}

/// The lines of one report.
#[derive(Default)]
struct Block<'a> {
    first_line: u32,
    /// Lines before the results.
    free: Vec<&'a str>,
    /// Lines since the last result that are neither results nor text of the laboratory.
    noise: Vec<(u32, &'a str)>,
    gathered: Gathered<'a>,
    text: String,
    /// `****LAB****` or a result was met.
    in_results: bool,
    /// One of these or a line of `TEX` was met: the lines before it are all that the header can be among.
    headed: bool,
    tagged: bool,
    /// A line with something on it was met.
    begun: bool,
    unread: Option<u32>,
    /// It has an end tag of its own.
    ended: bool,
    /// Nobody can tell whose lines these are.
    doubtful: bool,
    /// It ends where the header of the next one begins.
    unended: bool,
}

impl<'a> Reader<'a> {
    /// Takes the next line.
    pub(super) fn line(&mut self, number: u32, line: &'a str) {
        let trimmed = text::trimmed(line, is_edge);
        if !self.block.begun {
            if trimmed.is_empty() && self.block.free.is_empty() && self.reports.is_empty() {
                // An empty first line may be the first line of a header.
                self.block.first_line = number;
                self.block.free.push(line);
                return;
            }
            self.block.begun = !trimmed.is_empty();
        }
        if self.block.first_line == 0 {
            self.block.first_line = number;
        }
        if trimmed.starts_with('*')
            && let Some(tag) = tag(trimmed)
        {
            self.tag(tag);
        } else if let Some(words) = after_name(trimmed, "TEX").or_else(|| (trimmed == "TEX").then_some("")) {
            self.settle();
            self.end_words();
            self.block.text_line(words);
            self.block.gathered.words(Cow::Borrowed(words));
        } else if after_name(trimmed, "RES").is_some() {
            self.result(number, trimmed);
        } else if self.block.headed {
            self.block.noise.push((number, line));
        } else if self.block.free.len() < FREE_LINES {
            if self.block.free.capacity() == 0 {
                self.block.free.reserve(USUAL_FREE_LINES);
            }
            self.block.free.push(line);
        } else {
            // A header among these lines would not be seen.
            self.block.doubtful = true;
            self.block.text_line(line);
        }
    }

    fn tag(&mut self, tag: Tag) {
        match tag {
            Tag::Lab => {
                self.settle();
                self.begin_results();
                self.block.tagged = true;
            }
            Tag::End | Tag::EndOfFile => {
                self.block.ended = tag == Tag::End;
                let tagged = tag == Tag::End || !self.block.free.is_empty() || self.block.in_results;
                self.close(tagged);
            }
        }
    }

    /// Lines of results or of `TEX` follow: the words before them are those of one patient.
    fn end_words(&mut self) {
        if !self.block.headed {
            self.split_words();
            self.block.headed = true;
        }
    }

    fn begin_results(&mut self) {
        self.end_words();
        self.block.in_results = true;
    }

    /// A header among the words of a report begins the next one: an end tag is missing.
    fn split_words(&mut self) {
        if self.block.free.len() < 2 * SHORTEST_HEADER {
            return;
        }
        let marks = header::marks(&self.block.free);
        let mut places: Vec<(usize, bool)> = Vec::new();
        let mut before: Option<&header::Mark> = None;
        for mark in &marks {
            let place = match before {
                // What stands before the first header is no report, unless it looks like one.
                None => header::may_begin(self.block.free.get(..mark.start).unwrap_or_default()),
                Some(before) => {
                    let same = mark.repeats(before) || !mark.sure && mark.names_the_same(before);
                    !same
                }
            };
            if place {
                places.push((mark.start, mark.sure));
            }
            before = Some(mark);
        }
        // From the last to the first, so that each piece is cut off the end.
        let mut pieces = Vec::with_capacity(places.len());
        for (start, sure) in places.into_iter().rev() {
            pieces.push((start, sure, self.block.free.split_off(start)));
        }
        let first_line = self.block.first_line;
        for (start, sure, free) in pieces.into_iter().rev() {
            let line = first_line.saturating_add(u32::try_from(start).unwrap_or(u32::MAX));
            self.next_block(line, sure, free);
        }
    }

    /// Begins the report whose header begins at this line, without an end tag before it.
    fn next_block(&mut self, line: u32, sure: bool, free: Vec<&'a str>) {
        self.warnings.push(missing_end(Some(line)));
        self.block.doubtful |= !sure;
        self.block.unended = true;
        let block = std::mem::take(&mut self.block);
        self.end(block, true);
        self.block = Block { first_line: line, free, begun: true, doubtful: !sure, ..Block::default() };
    }

    /// Lines among the results that are neither results nor text: a header among them is that of the next patient, whose
    /// report before had no end.
    fn settle(&mut self) {
        if self.block.noise.len() < SHORTEST_HEADER {
            self.block.settle_noise();
            return;
        }
        let lines: Vec<&str> = self.block.noise.iter().map(|(_, line)| *line).collect();
        let marks = header::marks(&lines);
        let own = header::marks(&self.block.free).into_iter().next();
        let same = |mark: &&header::Mark| {
            own.as_ref().is_some_and(|own| mark.repeats(own) || !mark.sure && mark.names_the_same(own))
        };
        let Some(mark) = marks.iter().find(|mark| !same(mark)) else {
            // The header of the next page is no remark on a result.
            let repeated = marks.iter().flat_map(|mark| mark.start..mark.end).collect();
            self.block.settle_noise_but(&repeated);
            return;
        };
        let noise = self.block.noise.split_off(mark.start);
        let line = noise.first().map_or(0, |(number, _)| *number);
        self.block.settle_noise();
        self.next_block(line, mark.sure, noise.into_iter().map(|(_, line)| line).collect());
        self.split_words();
    }

    fn result(&mut self, number: u32, line: &'a str) {
        self.settle();
        self.begin_results();
        if self.results >= limits::RESULTS || self.reports.len() >= limits::REPORTS {
            if self.results <= limits::RESULTS {
                self.results = limits::RESULTS + 1;
                self.warnings.push(too_many(number));
            }
            self.block.text_line(line);
            return;
        }
        let before = self.block.gathered.count;
        let read = self.block.gathered.result(line);
        if let Some(label) = self.block.gathered.contradicted.take()
            && self.warnings.len() < limits::WARNINGS
        {
            let message = meaning::contradiction(&label);
            self.warnings.push(Warning { code: WarningCode::FlagContradicted, line: Some(number), message });
        }
        self.results += (self.block.gathered.count - before).max(1);
        match read {
            Read::Whole | Read::Nothing => {}
            Read::Words(words) => self.block.text_line(&words),
            Read::Partly => {
                self.block.text_line(line);
                self.block.unread.get_or_insert(number);
            }
        }
    }

    /// Ends a report. `tagged`: by a tag, as it should.
    fn close(&mut self, tagged: bool) {
        self.settle();
        self.end_words();
        let block = std::mem::take(&mut self.block);
        self.end(block, tagged);
    }

    fn end(&mut self, mut block: Block<'a>, tagged: bool) {
        block.settle_noise();
        block.gathered.finish();
        let has_results = block.in_results;
        let full = self.reports.len() >= limits::REPORTS;
        let found = if full { None } else { header::find(&block.free, tagged || block.tagged) };
        let filled = block.free.iter().filter(|line| !text::trimmed(line, is_edge).is_empty()).count();
        // After another report, a message with an end of its own is no remark on that one's patient.
        let message = if block.ended { filled >= SHORTEST_MESSAGE } else { tagged && filled >= SHORTEST_HEADER };
        let own = block.doubtful || block.unended || message && !self.reports.is_empty();
        if found.is_none() && !has_results && !own || full {
            self.loose(block);
            return;
        }
        if !tagged && block.tagged {
            self.warnings.push(missing_end(None));
        }
        if let Some(line) = block.unread {
            self.warnings.push(warning(
                WarningCode::UnreadLine,
                Some(line),
                "Une ligne de résultat n’a pas été entièrement comprise : elle figure dans le texte.",
            ));
        }
        let report = self.report(block, found);
        self.reports.push(report);
    }

    /// Lines without a report of their own: after the end of one, or before any.
    fn loose(&mut self, block: Block<'a>) {
        let mut text = block.free.join("\n");
        text.push('\n');
        text.push_str(&block.text);
        if trimmed_lines(&text).is_empty() {
            return;
        }
        match self.reports.last_mut() {
            Some(report) => {
                let before = report.text.get_or_insert_default();
                if !before.is_empty() {
                    before.push_str("\n\n");
                }
                before.push_str(trimmed_lines(&text));
            }
            None => {
                // Kept for the report that follows, or to be one by themselves.
                self.block.text = trimmed_lines(&text).to_owned();
                self.block.begun = true;
            }
        }
    }

    fn report(&mut self, block: Block<'a>, found: Option<header::Header>) -> Report {
        let mut report = Report { format: Format::HprimMedecin, ..Report::default() };
        let mut text = String::with_capacity(block.text.len() + USUAL_TEXT);
        let line_of = |at: usize| block.first_line.saturating_add(u32::try_from(at).unwrap_or(u32::MAX));
        let mut left = Vec::new();
        match found.filter(|_| !block.doubtful) {
            Some(header) => {
                if !header.usual {
                    self.warnings.push(warning(
                        WarningCode::UnusualHeader,
                        Some(line_of(header.start)),
                        "L’en-tête ne suit pas la norme : vérifiez l’identité du patient sur le document d’origine.",
                    ));
                }
                for at in header.unread_dates {
                    self.warnings.push(warning(
                        WarningCode::UnreadDate,
                        Some(line_of(at)),
                        "Une date de l’en-tête n’a pas pu être lue : elle figure dans le texte.",
                    ));
                }
                push_lines(&mut text, block.free.get(..header.start).unwrap_or_default());
                push_lines(&mut text, block.free.get(header.end..).unwrap_or_default());
                report.patient = header.patient;
                report.laboratory = header.laboratory;
                report.recipients = header.recipients;
                report.number = header.number;
                report.reported_at = header.reported_at;
                left = header.left;
            }
            None => {
                let message = if block.doubtful {
                    "On ne peut pas dire où un compte rendu finit et où le suivant commence : le patient n’est pas \
                     indiqué, vérifiez le document d’origine."
                } else if block.in_results {
                    "Ces résultats n’ont pas d’en-tête : le patient n’est pas indiqué."
                } else {
                    "Ce compte rendu n’a pas d’en-tête : le patient n’est pas indiqué."
                };
                self.warnings.push(warning(WarningCode::MissingHeader, Some(block.first_line.max(1)), message));
                push_lines(&mut text, &block.free);
            }
        }
        text.push_str(&block.text);
        report.status = status(&block.gathered, &text);
        report.sections = block.gathered.sections;
        for line in left {
            text.push('\n');
            text.push_str(&line);
        }
        // In place: a report's text may be long.
        let kept = trimmed_lines(&text).len();
        let end = text.trim_end_matches(is_edge).len();
        text.truncate(end);
        text.drain(..end.saturating_sub(kept));
        report.text = (!text.is_empty()).then_some(text);
        report
    }

    /// The end of the payload.
    pub(super) fn finish(mut self) -> (Vec<Report>, Vec<Warning>) {
        self.close(false);
        let text = std::mem::take(&mut self.block.text);
        if !text.is_empty() {
            let found = None;
            let report = self.report(Block { text, first_line: 1, ..Block::default() }, found);
            self.reports.push(report);
        }
        payload::warn_of_several_patients(&self.reports, &mut self.warnings);
        (self.reports, self.warnings)
    }
}

impl Block<'_> {
    fn text_line(&mut self, line: &str) {
        if self.text.capacity() == 0 {
            self.text.reserve(USUAL_TEXT);
        }
        self.text.push_str(line.trim_end_matches(is_edge));
        self.text.push('\n');
    }

    /// Lines among the results that are neither `RES` nor `TEX` are words of the laboratory all the same.
    fn settle_noise(&mut self) {
        if !self.noise.is_empty() {
            self.settle_noise_but(&BTreeSet::new());
        }
    }

    /// The same, but for these lines, which only stand in the text.
    fn settle_noise_but(&mut self, others: &BTreeSet<usize>) {
        for (at, (_, line)) in std::mem::take(&mut self.noise).into_iter().enumerate() {
            self.text_line(line);
            if !others.contains(&at) {
                self.gathered.words(Cow::Borrowed(line));
            }
        }
    }
}

/// What follows `NAME|`.
fn after_name<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    let (start, rest) = line.split_at_checked(name.len())?;
    if !start.eq_ignore_ascii_case(name) {
        return None;
    }
    rest.strip_prefix('|')
}

fn push_lines(text: &mut String, lines: &[&str]) {
    for line in lines {
        text.push_str(line.trim_end_matches(is_edge));
        text.push('\n');
    }
}

/// Without the blank lines at both ends; the indent of the first line stays.
fn trimmed_lines(text: &str) -> &str {
    let mut start = text;
    while let Some((line, rest)) = start.split_once('\n') {
        if !line.trim_matches(is_edge).is_empty() {
            break;
        }
        start = rest;
    }
    start.trim_end_matches(is_edge)
}

/// Partial or corrected, when the laboratory says so; never a guess that all is there.
fn status(gathered: &Gathered<'_>, text: &str) -> Option<ReportStatus> {
    let results = || gathered.sections.iter().flat_map(|section| &section.results);
    let said = said(text);
    let withdrawn = |result: &LabResult| result.status == Some(ResultStatus::Cancelled);
    if results().next().is_some() && results().all(withdrawn) {
        Some(ReportStatus::Cancelled)
    } else if results().any(|result| result.status == Some(ResultStatus::Corrected)) || said.replaces {
        Some(ReportStatus::Corrected)
    } else if results().any(|result| result.status == Some(ResultStatus::Preliminary)) || said.partial {
        Some(ReportStatus::Partial)
    } else {
        said.complete.then_some(ReportStatus::Complete)
    }
}

/// What a text says of where the report stands.
#[derive(Default)]
struct Said {
    replaces: bool,
    partial: bool,
    complete: bool,
}

/// Looks for the words in one pass: all of them hold a P, which few words do. « résultats » and « RÉSULTATS » differ by
/// more than ASCII case, so that their first letters are left out.
fn said(text: &str) -> Said {
    let bytes = text.as_bytes();
    let mut said = Said::default();
    for at in memchr::memchr2_iter(b'p', b'P', bytes) {
        let ends = |words: &str, from: usize| {
            let start = at.checked_sub(from);
            let found = start.and_then(|start| bytes.get(start..start + words.len()));
            found.is_some_and(|found| found.eq_ignore_ascii_case(words.as_bytes()))
        };
        let report = |word: &str, from: usize| {
            ["sultats ", "compte rendu ", "compte-rendu "]
                .iter()
                .any(|noun| ends(word, from) && ends(noun, noun.len() + from))
        };
        match bytes.get(at + 1) {
            Some(b'a' | b'A') => said.partial |= report("partiel", 0),
            Some(b'l' | b'L') => {
                said.replaces |= ends("annule et remplace", 13);
                said.complete |= report("complet", 3);
            }
            _ => {}
        }
    }
    said
}

fn missing_end(line: Option<u32>) -> Warning {
    warning(WarningCode::MissingEndTag, line, "La marque de fin ****FIN**** manque : le document est peut-être coupé.")
}

fn too_many(line: u32) -> Warning {
    warning(
        WarningCode::TooLarge,
        Some(line),
        "Ce document contient plus de résultats qu’il n’en est lu : la suite figure dans le texte.",
    )
}
