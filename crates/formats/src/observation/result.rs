//! `OBX`: an observation. It is a result, a line of text that goes on with the one before, or a document.

use super::{Gathered, document, value};
use crate::meaning::{self, Bounds};
use crate::segments::Fields;
use crate::{limits, payload::Embedded, text};
use bannette_api::report::{Flag, FlagSource, LabResult, ResultStatus, ValueKind, WarningCode};
use std::borrow::Cow;

/// What the flag field says (table 0078).
#[derive(Default)]
struct Flags {
    flag: Option<Flag>,
    /// Beyond what the instrument measures, on this side.
    off_scale: Option<&'static str>,
    /// Words for the person, where it is no flag.
    words: Vec<String>,
    /// Susceptibility: no bound judges it.
    susceptibility: bool,
    unread: bool,
}

impl Gathered {
    /// Takes an observation. Of its fields, those of HL7 v2 chapter 7 (7.4.2) and HPRIM Santé chapter 9 that a result has.
    pub(crate) fn observation(&mut self, line: u32, fields: &mut Fields<'_>, segment: &str) {
        if self.results >= limits::RESULTS {
            self.too_many(Some(line));
            self.line(line, segment);
            return;
        }
        let kind = fields.take(2);
        if kind == "ED" && self.embedded(line, fields) {
            return;
        }
        let code = fields.get(3);
        let [first, words, system, other, other_words, _] = fields.components::<6>(code);
        let Some(label) = [words, other_words, first, other].into_iter().find_map(|part| fields.said(part)) else {
            // A value of nothing: words, on what stands before.
            let value = fields.take(5);
            let words = fields.words(value);
            self.note(line, &words);
            self.keep_left(line, fields, "OBX");
            return;
        };
        if system == "MetaDMPMSS" {
            // CI-SIS: how the document is to be handled, not what was measured.
            let value = fields.take(5);
            let words = fields.words(value);
            fields.take(3);
            fields.take(11);
            self.report(line).say(&format!("{label} : {words}"));
            self.keep_left(line, fields, "OBX");
            return;
        }
        if self.goes_on(line, kind, code, fields) {
            return;
        }
        self.results += 1;
        let mut result = LabResult { label, ..LabResult::default() };
        name(&mut result, code, fields);
        let unread = fill(&mut result, kind, fields);
        let open = self.report(line);
        let text = result.kind == ValueKind::Text && result.flag.is_none();
        open.text_code = (text && matches!(kind, "TX" | "FT")).then(|| code.to_owned());
        open.push(result);
        open.keep_left(fields, "OBX");
        if unread {
            self.warn_unread(line);
        }
    }

    /// A text in several observations, a line each, is one.
    fn goes_on(&mut self, line: u32, kind: &str, code: &str, fields: &mut Fields<'_>) -> bool {
        let bare = fields.get(6).is_empty() && fields.get(7).is_empty() && fields.get(8).is_empty();
        let open = self.report(line);
        if !matches!(kind, "TX" | "FT") || !bare || open.text_code.as_deref() != Some(code) {
            return false;
        }
        let status = status(fields.get(11));
        let read = value::read(kind, fields.get(5), "", false, fields);
        let Some(result) = open.result().filter(|result| result.status == status) else { return false };
        if let Some(more) = read.value.value {
            let value = result.value.get_or_insert_default();
            value.push('\n');
            // The words as they were sent: a number among them stays one of their lines.
            value.push_str(if read.value.numeric { fields.get(5) } else { &more });
        }
        for number in [3, 4, 5, 11] {
            fields.take(number);
        }
        open.keep_left(fields, "OBX");
        true
    }

    /// A document in the message. False: its content is none that can be decoded.
    fn embedded(&mut self, line: u32, fields: &mut Fields<'_>) -> bool {
        if self.documents.len() >= limits::PARTS {
            return false;
        }
        let Some(read) = document::read(fields, fields.get(5)) else { return false };
        let code = fields.get(3);
        let label = [2, 5, 1, 4].into_iter().find_map(|number| fields.word(code, number));
        if read.broken {
            self.warn(
                WarningCode::BrokenEncoding,
                Some(line),
                "Un document joint est coupé ou abîmé : son contenu peut être incomplet.",
            );
        }
        fields.take(5);
        fields.take(3);
        fields.take(11);
        let words = fields.words(code);
        self.report(line).say(&format!("Document joint : {words}"));
        self.documents.push(Embedded { media_type: read.media_type, name: label, bytes: read.bytes });
        self.keep_left(line, fields, "OBX");
        true
    }
}

/// The code of a result: LOINC where it has one, else the laboratory's own.
fn name(result: &mut LabResult, code: &str, fields: &mut Fields<'_>) {
    let loinc = |system: &str| matches!(system, "LN" | "LOINC" | "2.16.840.1.113883.6.1");
    let [first, _, system, other, _, other_system] = fields.components(code);
    let (id, system, number) = if loinc(other_system) && !loinc(system) && !other.is_empty() || first.is_empty() {
        (other, other_system, 4)
    } else {
        (first, system, 1)
    };
    let system = if loinc(system) { "loinc" } else { "local" };
    let whole = (1usize..).zip(text::parts(code, fields.signs.component)).all(|(at, part)| {
        let part = text::trim(part);
        part.is_empty()
            || at == number
            || matches!(at, 3 | 6) && is_system(part)
            || text::trim(&fields.text(part)) == result.label
    });
    if whole {
        fields.take(3);
    }
    if !id.is_empty() {
        result.code = Some(text::trim(&fields.text(id)).to_owned());
        result.code_system = Some(Cow::Borrowed(system));
    }
}

/// Whether a component names a system of codes (`L`, `LN`, `SCT`, `99ABC`, an OID), which nobody needs to see.
pub(super) fn is_system(text: &str) -> bool {
    let named = text.len() <= 12
        && (text.starts_with(|c: char| c.is_ascii_uppercase()) || text.starts_with("99"))
        && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_'));
    let oid = || text.matches('.').count() >= 3 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    text.is_empty() || named || oid()
}

/// Value, unit, bounds, flag, status. Gives whether something of it was not understood.
fn fill(result: &mut LabResult, kind: &str, fields: &mut Fields<'_>) -> bool {
    let (unit, unit_whole) = unit(fields.get(6), fields);
    if unit_whole {
        fields.take(6);
    }
    let range = fields.take(7);
    let range = fields.text(range);
    let bounded = !unit.is_empty() || !range.is_empty();
    let read = value::read(kind, fields.get(5), &unit, bounded, fields);
    if read.whole {
        fields.take(5);
    }
    // A sub-identifier only numbers the lines of an observation.
    if fields.get(4).bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        fields.take(4);
    }
    let value = read.value;
    let flags = flags(fields, fields.get(8));
    fields.take(8);
    let comparator = value.comparator.or(flags.off_scale.filter(|_| value.numeric));
    let bounds = meaning::range(&range, &unit);
    let computed = match &value.value {
        Some(number) if value.numeric && !flags.susceptibility => meaning::judge(number, comparator, &bounds),
        _ => None,
    };
    let laboratory = flags.flag.or(if flags.susceptibility { None } else { value.flag });
    (result.flag, result.flag_from) = meaning::decide(laboratory, value.starred, computed);
    meaning::keep_contradicted(result, laboratory);
    if let (None, Some(side)) = (result.flag, flags.off_scale) {
        // Beyond the scale, and no bound says that this is normal: the laboratory called it out.
        result.flag = Some(if side == "<" { Flag::Low } else { Flag::High });
        result.flag_from = Some(FlagSource::Laboratory);
    }
    result.kind = read.kind;
    result.value = value.value;
    result.comparator = comparator.map(str::to_owned);
    result.unit = if meaning::is_no_unit(&unit) { value.unit } else { Some(unit) };
    let Bounds { low, high, words } = bounds;
    (result.low, result.high) = (low, high);
    let words = words.map(|words| format!("Valeurs de référence : {words}"));
    for remark in words.into_iter().chain(value.remark).chain(flags.words) {
        meaning::add_comment(result, &remark);
    }
    result.status = status(fields.get(11));
    if result.status.is_some() {
        fields.take(11);
    }
    flags.unread || result.status.is_none() && !fields.get(11).is_empty()
}

/// The unit, and whether that is all of its field. `10^9/L` is often sent without the escape that it needs.
fn unit(raw: &str, fields: &Fields<'_>) -> (String, bool) {
    let sign = fields.signs.component;
    let repetition = fields.signs.repetition;
    let part = |number: usize| fields.component(raw, number);
    let power = (sign == b'^' || repetition == b'^') && {
        let (base, exponent) = text::first_part(b'^', raw);
        exponent.is_some_and(|exponent| exponent.trim_start().starts_with(|c: char| c.is_ascii_digit()))
            && base.trim().ends_with("10")
    };
    if power {
        let mut parts = raw.split('^');
        let (base, exponent) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let whole = sign != b'^' || parts.all(|part| part.trim().is_empty());
        let unit = format!("{}^{}", base.trim(), exponent.trim());
        return (fields.text(&unit).into_owned(), whole);
    }
    if text::find(sign, raw.as_bytes()).is_none() {
        return (text::trim(&fields.text(raw)).to_owned(), true);
    }
    let number = [1, 2, 4].into_iter().find(|number| !part(*number).is_empty()).unwrap_or(1);
    let unit = text::trim(&fields.text(part(number))).to_owned();
    let same = part(2).is_empty() || part(2) == part(1);
    let whole = fields.holds_only(raw, &[number]) || same && fields.holds_only(raw, &[1, 2, 3]) && is_system(part(3));
    (unit, whole)
}

fn flags(fields: &Fields<'_>, raw: &str) -> Flags {
    let mut flags = Flags::default();
    for one in fields.repetitions(raw) {
        let word = fields.text(fields.component(one, 1));
        match text::trim(&word) {
            "<" => flags.off_scale = Some("<"),
            ">" => flags.off_scale = Some(">"),
            "S" | "s" => flags.susceptible("Sensible à posologie standard"),
            "R" | "r" => flags.susceptible("Résistant"),
            "I" | "i" => flags.susceptible("Sensible à forte posologie"),
            word => match meaning::flag(word) {
                Some(flag) => {
                    if flags.flag.is_none_or(|known| rank(flag) > rank(known)) {
                        flags.flag = Some(flag);
                    }
                }
                None => {
                    flags.unread = true;
                    flags.words.push(format!("Indication du laboratoire : {}", fields.words(one)));
                }
            },
        }
    }
    flags
}

impl Flags {
    fn susceptible(&mut self, words: &str) {
        self.susceptibility = true;
        self.words.push(words.to_owned());
    }
}

/// The gravest of several flags speaks; one with a side says more than one without.
fn rank(flag: Flag) -> u8 {
    match flag {
        Flag::Normal => 0,
        Flag::Abnormal => 1,
        Flag::Low | Flag::High => 2,
        Flag::Critical => 3,
        Flag::CriticallyLow | Flag::CriticallyHigh => 4,
    }
}

/// Table 0085.
fn status(field: &str) -> Option<ResultStatus> {
    Some(match field {
        "F" | "f" | "U" => ResultStatus::Final,
        "P" | "p" | "R" | "r" | "I" | "S" | "O" => ResultStatus::Preliminary,
        "C" | "c" => ResultStatus::Corrected,
        "X" | "x" | "D" | "d" | "W" => ResultStatus::Cancelled,
        _ => return None,
    })
}
