//! `OBX`: an observation. It is a result, a line of text that goes on with the one before, or a document.

use super::{Gathered, document, value};
use crate::date::Moment;
use crate::meaning::{self, Bounds, Verdict};
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
    /// It may say that the result is not normal: bounds alone cannot say that it is.
    not_normal: bool,
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
        let cancelled = self.report(line).is_cancelled();
        let read = fill(&mut result, kind, cancelled, fields);
        let open = self.report(line);
        let text = result.kind == ValueKind::Text && result.flag.is_none();
        open.text_code = (text && matches!(kind, "TX" | "FT")).then(|| code.to_owned());
        open.text_sub = result.sub_id.clone().unwrap_or_default();
        let contradicted = read.contradicted.then(|| meaning::contradiction(&result.label));
        open.push(result);
        if read.susceptibility {
            open.germs.insert(open.report.sections.len().saturating_sub(1));
        }
        open.keep_left(fields, "OBX");
        if read.unread {
            self.warn_unread(line);
        }
        if let Some(message) = contradicted {
            self.warn(WarningCode::FlagContradicted, Some(line), &message);
        }
    }

    /// A text in several observations, a line each, is one.
    fn goes_on(&mut self, line: u32, kind: &str, code: &str, fields: &mut Fields<'_>) -> bool {
        let bare = fields.get(6).is_empty() && fields.get(7).is_empty() && fields.get(8).is_empty();
        let open = self.report(line);
        if !matches!(kind, "TX" | "FT") || !bare || open.text_code.as_deref() != Some(code) {
            return false;
        }
        let status = status(fields.get(11), fields.get(5).is_empty());
        let sub = fields.get(4);
        let last = std::mem::take(&mut open.text_sub);
        // Lines are counted, and so are germs, whose words must not run together.
        let number = |sub: &str| sub.parse::<u32>().ok();
        let next = number(sub).zip(number(&last)).is_some_and(|(sub, last)| last.checked_add(1) == Some(sub));
        let others = open
            .report
            .sections
            .last()
            .is_some_and(|section| section.results.iter().rev().skip(1).any(|result| result.sub_id.is_some()));
        let observed = observed_at(fields);
        if sub != last && (!next || others) {
            return false;
        }
        sub.clone_into(&mut open.text_sub);
        let read = value::read(kind, fields.get(5), "", false, fields);
        let known =
            |result: &&mut LabResult| result.status == status && (observed.is_none() || result.observed_at == observed);
        let Some(result) = open.result().filter(known) else { return false };
        if sub != last {
            result.sub_id = None;
        }
        if let Some(more) = read.value.value {
            let value = result.value.get_or_insert_default();
            value.push('\n');
            // The words as they were sent: a number among them stays one of their lines.
            value.push_str(if read.value.numeric { fields.get(5) } else { &more });
        }
        for number in [3, 4, 5, 11, 14] {
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
        let cancelled = self.report(line).is_cancelled();
        let status = status(fields.get(11), false).or(cancelled.then_some(ResultStatus::Cancelled));
        if status.is_some() {
            fields.take(11);
        }
        let words = fields.words(code);
        self.report(line).documents.push(status);
        match status {
            Some(ResultStatus::Cancelled) => {
                self.report(line).say(&format!("Document retiré par le laboratoire : {words}"));
                let message = format!("Le laboratoire a retiré un document de cet envoi : {words}.");
                self.warn(WarningCode::WithdrawnDocument, Some(line), &message);
            }
            _ if cancelled => {
                self.report(line).say(&format!("Document d’une demande annulée par le laboratoire : {words}"));
                let message = format!("Le laboratoire a annulé la demande de ce document : {words}.");
                self.warn(WarningCode::WithdrawnDocument, Some(line), &message);
            }
            Some(ResultStatus::Corrected) => self.report(line).say(&format!("Document corrigé : {words}")),
            Some(ResultStatus::Preliminary) => self.report(line).say(&format!("Document provisoire : {words}")),
            Some(ResultStatus::Final) | None => self.report(line).say(&format!("Document joint : {words}")),
        }
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

/// How the fields of a result were read.
struct Filled {
    /// Something was not understood.
    unread: bool,
    /// The laboratory's flag says otherwise than its bounds.
    contradicted: bool,
    susceptibility: bool,
}

/// When the observation was made (`OBX-14`).
fn observed_at(fields: &Fields<'_>) -> Option<String> {
    Moment::read(fields.component(fields.get(14), 1)).map(|moment| moment.known())
}

/// Value, unit, bounds, flag, status. `cancelled`: its order is.
fn fill(result: &mut LabResult, kind: &str, cancelled: bool, fields: &mut Fields<'_>) -> Filled {
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
    let sub = fields.take(4);
    result.sub_id = fields.said(sub);
    result.observed_at = observed_at(fields);
    if result.observed_at.is_some() && fields.holds_only(fields.get(14), &[1]) {
        fields.take(14);
    }
    let mut value = read.value;
    let flags = flags(fields, fields.get(8));
    let sent = fields.get(11);
    let empty = fields.get(5).is_empty();
    result.status = status(sent, empty).or((cancelled && sent.is_empty()).then_some(ResultStatus::Cancelled));
    let withdrawn = result.status == Some(ResultStatus::Cancelled);
    if result.status.is_some() {
        fields.take(11);
    }
    // What is taken back is judged no more: the flag that it had stands in the text.
    if !withdrawn || flags.flag.is_none_or(|flag| !flag.is_abnormal()) {
        fields.take(8);
    }
    let comparator = value.comparator.or(flags.off_scale.filter(|_| value.numeric));
    let bounds = meaning::range(&range, &unit);
    value.comparator = comparator;
    let verdict = if flags.susceptibility { Verdict::Unknown } else { meaning::judge_value(&value, &bounds) };
    let computed = verdict.flag();
    let computed = computed.filter(|side| !flags.not_normal || side.is_abnormal());
    let laboratory = flags.flag.or(if flags.susceptibility { None } else { value.flag });
    let number = value.value.as_deref().filter(|_| value.numeric && !withdrawn).unwrap_or_default();
    let contradicted = meaning::contradicts(laboratory, computed, number, &bounds);
    if !withdrawn {
        (result.flag, result.flag_from) = meaning::decide(laboratory, value.starred, computed);
        meaning::keep_contradicted(result, laboratory, contradicted);
    }
    if let (None, Some(side), false) = (result.flag, flags.off_scale, withdrawn) {
        // Beyond the scale, and no bound says that this is normal: the laboratory called it out.
        result.flag = Some(if side == "<" { Flag::Low } else { Flag::High });
        result.flag_from = Some(FlagSource::Laboratory);
    }
    result.kind = read.kind;
    if verdict == Verdict::Doubtful {
        result.kind = ValueKind::Text;
        meaning::add_comment(result, meaning::DOUBTFUL_POINT);
    }
    result.value = value.value;
    result.comparator = comparator.map(str::to_owned);
    result.unit = if meaning::is_no_unit(&unit) { value.unit } else { Some(unit) };
    let Bounds { low, high, words, .. } = bounds;
    (result.low, result.high) = (low, high);
    let words = words.map(|words| format!("Valeurs de référence : {words}"));
    for remark in words.into_iter().chain(value.remark).chain(flags.words) {
        meaning::add_comment(result, &remark);
    }
    if cancelled && !withdrawn {
        meaning::add_comment(result, "Le laboratoire a annulé la demande de cette analyse.");
    }
    if let Some(words) = why_withdrawn(sent).filter(|_| withdrawn) {
        meaning::add_comment(result, words);
    }
    Filled {
        unread: flags.unread || result.status.is_none() && !sent.is_empty(),
        contradicted,
        susceptibility: flags.susceptibility,
    }
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
            "MS" => flags.susceptible("Modérément sensible"),
            "VS" => flags.susceptible("Très sensible"),
            "SDD" => flags.susceptible("Sensible selon la posologie"),
            "NS" => flags.susceptible("Non sensible"),
            // HL7 v2.8.2, table 0078.
            "HU" | "H>" | "HX" => flags.take(Flag::High),
            "LU" | "L<" | "LX" => flags.take(Flag::Low),
            // HPRIM Santé; no table of HL7 has another meaning for it here.
            "C" | "c" => flags.take(Flag::Critical),
            "EX" => flags.take(Flag::Abnormal),
            "POS" => flags.say("Positif"),
            "IND" => flags.say("Indéterminé"),
            "RR" => flags.say("Réactif"),
            "WR" => flags.say("Faiblement réactif"),
            "U" => flags.say("En nette hausse"),
            "D" => flags.say("En nette baisse"),
            "NEG" => flags.words.push("Négatif".to_owned()),
            "NR" => flags.words.push("Non réactif".to_owned()),
            word => match meaning::flag(word) {
                Some(flag) => flags.take(flag),
                None => {
                    (flags.unread, flags.not_normal) = (true, true);
                    flags.words.push(format!("Indication du laboratoire : {}", fields.words(one)));
                }
            },
        }
    }
    flags
}

impl Flags {
    fn take(&mut self, flag: Flag) {
        if self.flag.is_none_or(|known| rank(flag) > rank(known)) {
            self.flag = Some(flag);
        }
    }

    /// Words that are no flag, and do not go with a normal result.
    fn say(&mut self, words: &str) {
        self.not_normal = true;
        self.words.push(words.to_owned());
    }

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

/// Table 0085. `empty`: there is no value.
fn status(field: &str, empty: bool) -> Option<ResultStatus> {
    Some(match field.to_ascii_uppercase().as_str() {
        "F" | "U" => ResultStatus::Final,
        "P" | "R" | "I" | "S" | "O" => ResultStatus::Preliminary,
        "C" => ResultStatus::Corrected,
        "X" | "D" | "W" => ResultStatus::Cancelled,
        "N" if empty => ResultStatus::Cancelled,
        _ => return None,
    })
}

/// Why there is no result, where the laboratory says it (table 0085).
fn why_withdrawn(status: &str) -> Option<&'static str> {
    Some(match status.to_ascii_uppercase().as_str() {
        "X" => "Le laboratoire n’a pas pu obtenir ce résultat.",
        "D" => "Le laboratoire a supprimé ce résultat.",
        "W" => "Le laboratoire a transmis ce résultat à tort, par exemple pour un autre patient.",
        "N" => "Cette analyse n’a pas été demandée.",
        _ => return None,
    })
}
