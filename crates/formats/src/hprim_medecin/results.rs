//! The lines between `****LAB****` and `****FIN****`: `RES` and `TEX`. It must never drop one: what is not a result, or
//! not wholly one, stands in the text.

use super::{heading, without_breaks};
use crate::meaning::{self, Bounds, Verdict};
use crate::text::{self, entities};
use bannette_api::report::{Flag, FlagSource, LabResult, ResultStatus, SecondValue, Section, ValueKind};
use std::borrow::Cow;

/// Fields of a `RES` line, its name not counted.
const FIELDS: usize = 13;

/// Results that one line may hold, besides its first.
const RESULTS_IN_A_LINE: u32 = 20;

/// Results of a usual section: room for them is made at once.
const USUAL_RESULTS: usize = 4;

/// Lines that a title has at the most.
const LONGEST_TITLE: usize = 3;

/// What a `RES` line was.
#[derive(Debug, PartialEq)]
pub(super) enum Read {
    /// A result, or a part of the one before.
    Whole,
    /// An empty place holder.
    Nothing,
    /// A title or a remark, without a value.
    Words(String),
    /// Something of it was not understood: the line must stand in the text.
    Partly,
}

/// Gathers results, sections and comments.
#[derive(Default)]
pub(super) struct Gathered<'a> {
    pub(super) sections: Vec<Section>,
    pub(super) count: usize,
    /// The last result whose flag says otherwise than its own bounds.
    pub(super) contradicted: Option<String>,
    /// Lines of text since the last result, not yet given to it.
    waiting: Vec<Cow<'a, str>>,
    /// Whether a blank line, or nothing, came before the first of `waiting`'s last title.
    blank_before: bool,
}

impl<'a> Gathered<'a> {
    fn last(&mut self) -> Option<&mut LabResult> {
        self.sections.last_mut()?.results.last_mut()
    }

    fn push(&mut self, result: LabResult) {
        if self.sections.is_empty() {
            self.sections.push(Section::default());
        }
        if let Some(section) = self.sections.last_mut() {
            if section.results.capacity() == 0 {
                section.results.reserve(USUAL_RESULTS);
            }
            section.results.push(result);
            self.count += 1;
        }
    }

    fn open_section(&mut self, title: String) {
        self.sections.push(Section { title: Some(title), ..Section::default() });
    }

    /// A line of text among the results.
    pub(super) fn words(&mut self, text: Cow<'a, str>) {
        let text = match text {
            Cow::Borrowed(text) => Cow::Borrowed(text::trimmed(text, char::is_whitespace)),
            Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
        };
        if text.is_empty() {
            self.blank_before = true;
        } else if self.waiting.len() < 1000 {
            if self.blank_before {
                self.waiting.push(Cow::Borrowed(""));
            }
            self.blank_before = false;
            self.waiting.push(text);
        }
    }

    /// Gives the waiting lines to the result before them; those that announce the result `next` are not of it, and a heading
    /// with the words below it is of what follows.
    fn settle(&mut self, next: Option<&str>) {
        self.blank_before = false;
        if self.waiting.is_empty() {
            return;
        }
        let mut waiting = std::mem::take(&mut self.waiting);
        if let Some(label) = next {
            let announces = |line: &Cow<'_, str>| !label.is_empty() && begins_with(line, label);
            if let Some(at) = waiting.iter().position(announces) {
                waiting.truncate(at);
            }
        }
        let first = (0..waiting.len()).find(|at| self.is_heading_at(&waiting, *at, next.is_some()));
        let (comment, mut rest) = waiting.split_at(first.unwrap_or(waiting.len()));
        self.comment(comment);
        while !rest.is_empty() {
            let paragraph = rest.iter().position(|line| line.is_empty()).unwrap_or(rest.len());
            let lines = rest.get(1..paragraph).unwrap_or_default();
            let whole = paragraph <= LONGEST_TITLE && lines.iter().all(|line| heading::goes_on(line));
            let title = if whole { paragraph } else { 1 };
            let (heading, below) = rest.split_at(title);
            let words = heading.iter().filter(|line| !heading::is_rule(line)).map(|line| heading::words(line));
            self.open_section(words.collect::<Vec<_>>().join(" — "));
            let next_heading = (0..below.len()).find(|at| self.is_heading_at(below, *at, next.is_some()));
            let (words, after) = below.split_at(next_heading.unwrap_or(below.len()));
            if let Some(section) = self.sections.last_mut() {
                let words = words.join("\n");
                section.comment = Some(words.trim().to_owned()).filter(|words| !words.is_empty());
            }
            rest = after;
        }
        // Its room serves again.
        waiting.clear();
        self.waiting = waiting;
    }

    /// Whether this line is a heading: one that nothing else can be, or a paragraph of its own (or the very first) in
    /// capitals that something follows.
    fn is_heading_at(&self, lines: &[Cow<'_, str>], at: usize, result_follows: bool) -> bool {
        let Some(line) = lines.get(at) else { return false };
        let next = lines.get(at + 1).map(|line| &**line);
        if heading::is_chapter(line) || heading::is_underlined(line, next) {
            return true;
        }
        let own = at
            .checked_sub(1)
            .map_or(self.sections.is_empty(), |before| lines.get(before).is_some_and(|line| line.is_empty()));
        let followed = result_follows || lines.get(at + 1..).unwrap_or_default().iter().any(|line| !line.is_empty());
        own && followed && heading::is_title(line)
    }

    fn comment(&mut self, lines: &[Cow<'_, str>]) {
        if lines.is_empty() {
            return;
        }
        let text = lines.join("\n");
        if let Some(result) = self.last() {
            meaning::add_comment(result, text.trim());
        }
    }

    /// The end of the results.
    pub(super) fn finish(&mut self) {
        self.settle(None);
        self.sections.retain(|section| section.title.is_some() || !section.results.is_empty());
    }

    /// Reads a `RES` line. Some hold several results, each with its `RES`.
    pub(super) fn result(&mut self, line: &'a str) -> Read {
        let mut fields = [""; FIELDS];
        let (mut at, mut partly, mut more) = (0, false, RESULTS_IN_A_LINE);
        for field in text::parts(line, b'|').skip(1).map(|field| text::trimmed(field, char::is_whitespace)) {
            if field == "RES" && at >= 4 && more > 0 {
                more -= 1;
                partly |= self.fields(fields) == Read::Partly;
                (fields, at) = ([""; FIELDS], 0);
                continue;
            }
            match fields.get_mut(at) {
                Some(slot) => *slot = field,
                None => partly |= !field.is_empty(),
            }
            at += 1;
        }
        let read = self.fields(fields);
        if partly { Read::Partly } else { read }
    }

    fn fields(&mut self, fields: [&'a str; FIELDS]) -> Read {
        let [label, code, _, value, unit, low, high, flag, status, second @ ..] = fields;
        let label = clean_label(label);
        let no_value = value.is_empty();
        let no_details = no_value && is_blank(unit) && no_bounds(low, high);
        let [more, second_unit, second_low, second_high] = second;
        let one_value = is_blank(more) && is_blank(second_unit) && no_bounds(second_low, second_high);
        if label.is_empty() && no_details {
            return if one_value { Read::Nothing } else { Read::Partly };
        }
        if no_details && one_value && code.is_empty() {
            return self.label_only(&label, fields);
        }
        if label.is_empty() && code.is_empty() {
            self.words(Cow::Borrowed(value));
            let alone = is_blank(unit) && no_bounds(low, high) && one_value;
            return if alone { Read::Words(value.to_owned()) } else { Read::Partly };
        }
        self.settle(Some(&label));
        if is_second_unit(&label) && self.attach_second([value, unit, low, high], flag) {
            let known = meaning::flag(flag).is_some() || is_blank(flag) || flag == "0";
            return if known { Read::Whole } else { Read::Partly };
        }
        let mut understood = true;
        let mut result = LabResult {
            label: if label.is_empty() { code.to_owned() } else { label.into_owned() },
            code: Some(code).filter(|code| !code.is_empty()).map(str::to_owned),
            ..LabResult::default()
        };
        result.code_system = result.code.as_ref().map(|_| Cow::Borrowed("local"));
        let contradicted = fill_value(&mut result, fields);
        result.status = match status {
            "F" | "f" => Some(ResultStatus::Final),
            "R" | "r" | "P" | "p" => Some(ResultStatus::Preliminary),
            "C" | "c" => Some(ResultStatus::Corrected),
            "X" | "x" | "D" | "d" | "W" | "w" => Some(ResultStatus::Cancelled),
            other => {
                understood = is_blank(other) || other == "0";
                None
            }
        };
        if result.status == Some(ResultStatus::Cancelled) {
            // What is taken back is judged no more: the flag that it had stands in the text.
            understood &= result.flag.is_none_or(|flag| !flag.is_abnormal());
            (result.flag, result.flag_from) = (None, None);
        } else if contradicted {
            self.contradicted = Some(result.label.clone());
        }
        understood &= meaning::flag(flag).is_some() || is_blank(flag) || flag == "0";
        result.second = second_value(more, second_unit, second_low, second_high);
        second_speaks(&mut result, [more, second_unit, second_low, second_high], "");
        self.push(result);
        if understood { Read::Whole } else { Read::Partly }
    }

    /// A `RES` line with a label and nothing else: a title, or a remark on the result before.
    fn label_only(&mut self, label: &str, fields: [&str; FIELDS]) -> Read {
        if heading::is_title(label) || heading::is_chapter(label) {
            self.settle(Some(label));
            self.open_section(label.to_owned());
            return Read::Words(label.to_owned());
        }
        // A sentence keeps its full stop.
        let [sent, ..] = fields;
        let sent = entities::decode(sent);
        let words = without_breaks(&sent).trim().to_owned();
        self.words(Cow::Owned(words.clone()));
        Read::Words(words)
    }

    /// A `soit` line: the same measure in another unit.
    fn attach_second(&mut self, fields: [&str; 4], flag: &str) -> bool {
        let Some(result) = self.last() else { return false };
        let [value, unit, low, high] = fields;
        if result.second.is_some() || value.is_empty() {
            return false;
        }
        result.second = second_value(value, unit, low, high);
        second_speaks(result, fields, flag);
        result.second.is_some()
    }
}

/// Value, unit, bounds, flag and kind of a result. Gives whether the laboratory's flag says otherwise than its bounds.
fn fill_value(result: &mut LabResult, fields: [&str; FIELDS]) -> bool {
    let [_, _, kind, value, unit, low, high, flag_field, ..] = fields;
    let value = entities::decode(value);
    let read = meaning::read(&without_breaks(&value), unit);
    let bounds = meaning::bounds(&entities::decode(low), &entities::decode(high));
    result.kind = match (read.numeric, kind) {
        (_, "C" | "c") if read.value.is_some() => ValueKind::Coded,
        (true, _) => ValueKind::Numeric,
        (false, _) => ValueKind::Text,
    };
    let laboratory = meaning::flag(flag_field).or(read.flag);
    let verdict = meaning::judge_value(&read, &bounds);
    let computed = verdict.flag();
    if verdict == Verdict::Doubtful {
        result.kind = ValueKind::Text;
        meaning::add_comment(result, meaning::DOUBTFUL_POINT);
    }
    // A flag of another dialect may say that it is not normal.
    let known = meaning::flag(flag_field).is_some() || is_blank(flag_field) || flag_field == "0";
    let computed = computed.filter(|side| known || side.is_abnormal());
    (result.flag, result.flag_from) = meaning::decide(laboratory, read.starred, computed);
    let number = read.value.as_deref().filter(|_| read.numeric).unwrap_or_default();
    let contradicted = meaning::contradicts(laboratory, computed, number, &bounds);
    meaning::keep_contradicted(result, laboratory, contradicted);
    result.value = read.value;
    result.comparator = read.comparator.map(str::to_owned);
    result.unit = if meaning::is_no_unit(unit) { read.unit } else { Some(entities::decode(unit).into_owned()) };
    let Bounds { low, high, words, .. } = bounds;
    (result.low, result.high) = (low, high);
    for remark in [words.map(|words| format!("Valeurs de référence : {words}")), read.remark].into_iter().flatten() {
        meaning::add_comment(result, &remark);
    }
    contradicted
}

/// The second value speaks for the result too: what is outside of its bounds, or flagged, is not normal because the first
/// one is (a percentage beside a count).
fn second_speaks(result: &mut LabResult, [value, unit, low, high]: [&str; 4], flag: &str) {
    if result.second.is_none() || result.status == Some(ResultStatus::Cancelled) {
        return;
    }
    let read = meaning::read(&without_breaks(&entities::decode(value)), unit);
    let bounds = meaning::bounds(&entities::decode(low), &entities::decode(high));
    let laboratory = meaning::flag(flag).or(read.flag).filter(|flag| flag.is_abnormal());
    let computed = meaning::judge_value(&read, &bounds).flag().filter(|flag| flag.is_abnormal());
    let Some(said) = laboratory.or(computed) else { return };
    let louder = said.is_critical() && !result.flag.is_some_and(Flag::is_critical);
    if louder || !result.flag.is_some_and(Flag::is_abnormal) {
        result.flag = Some(said);
        result.flag_from = Some(if laboratory.is_some() { FlagSource::Laboratory } else { FlagSource::Bounds });
        meaning::add_comment(result, "La seconde valeur est hors de ses bornes.");
    }
}

fn second_value(value: &str, unit: &str, low: &str, high: &str) -> Option<Box<SecondValue>> {
    if [value, unit, low, high].iter().all(|field| is_blank(field)) {
        return None;
    }
    let bounds = meaning::bounds(&entities::decode(low), &entities::decode(high));
    let value = entities::decode(value);
    let read = meaning::read(&without_breaks(&value), unit);
    let written = match (&read.value, read.comparator) {
        (Some(number), Some(sign)) => Some(format!("{sign} {number}")),
        _ => read.value,
    };
    let low = bounds.low.or(bounds.words);
    let unit = if meaning::is_no_unit(unit) { read.unit } else { Some(entities::decode(unit).into_owned()) };
    let second = SecondValue { value: written, unit, low, high: bounds.high };
    (second != SecondValue::default()).then(|| Box::new(second))
}

/// A label without what laboratories put around it: `- `, ` :`, dots that lead to the value.
fn clean_label(label: &str) -> Cow<'_, str> {
    let mut bare = label;
    while let Some(behind) = bare.strip_prefix("- ") {
        bare = behind;
    }
    let bare = text::trim(bare).trim_end_matches(is_label_edge);
    match entities::decode(bare) {
        Cow::Owned(decoded) => Cow::Owned(without_breaks(&decoded).trim().to_owned()),
        Cow::Borrowed(plain) => match without_breaks(plain) {
            Cow::Owned(plain) => Cow::Owned(plain.trim_matches(is_label_edge).to_owned()),
            borrowed => borrowed,
        },
    }
}

fn is_label_edge(c: char) -> bool {
    c.is_whitespace() || matches!(c, ':' | '.')
}

/// Nothing, or a sign that stands for it. A zero is a value.
fn is_blank(field: &str) -> bool {
    matches!(field, "" | "." | "-")
}

/// No bounds, or the `0|0` that stands for it.
fn no_bounds(low: &str, high: &str) -> bool {
    meaning::bounds(low, high) == Bounds::default()
}

fn is_second_unit(label: &str) -> bool {
    label.eq_ignore_ascii_case("soit")
}

/// Whether a line begins with these words, whatever their case.
fn begins_with(line: &str, words: &str) -> bool {
    line.get(..words.len()).is_some_and(|start| start.eq_ignore_ascii_case(words))
}
