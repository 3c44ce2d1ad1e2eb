//! The value of an observation, by its type. It must never change what the laboratory sent but for the signs around it.

use super::result::is_system;
use crate::date::Moment;
use crate::decimal;
use crate::meaning::{self, Value};
use crate::segments::Fields;
use crate::text;
use bannette_api::report::ValueKind;

/// A value, as read.
pub(super) struct Read {
    pub(super) value: Value,
    pub(super) kind: ValueKind,
    /// Whether all of the field is in it.
    pub(super) whole: bool,
}

impl Read {
    fn words(words: String, kind: ValueKind, whole: bool) -> Self {
        let words = words.trim().to_owned();
        Self { value: Value { value: (!words.is_empty()).then_some(words), ..Value::default() }, kind, whole }
    }
}

/// Reads a field of this type (`OBX-2`). `bounded`: bounds or a unit stand beside it.
pub(super) fn read(kind: &str, raw: &str, unit: &str, bounded: bool, fields: &Fields<'_>) -> Read {
    match kind {
        "SN" => structured(raw, unit, fields),
        "CE" | "CWE" | "CNE" | "CF" | "CNA" => coded(raw, fields),
        "DT" | "TS" | "DTM" => match Moment::read(fields.component(raw, 1)) {
            Some(moment) if fields.holds_only(raw, &[1]) => Read::words(moment.shown(), ValueKind::Text, true),
            _ => free(raw, unit, bounded, fields),
        },
        "TM" => time(raw).unwrap_or_else(|| free(raw, unit, bounded, fields)),
        "NM" | "ST" | "TX" | "FT" | "GC" | "STD" | "IS" | "ID" | "SI" | "" => free(raw, unit, bounded, fields),
        // Pointers (`RP`, `FIC`), persons, addresses: their words.
        _ => Read::words(fields.words(raw), ValueKind::Text, true),
    }
}

/// A text, or a number whatever its type says.
fn free(raw: &str, unit: &str, bounded: bool, fields: &Fields<'_>) -> Read {
    let mut lines = text::parts(raw, fields.signs.repetition);
    // A sign before a number (`~10`) is no repetition.
    let repeated =
        text::find(fields.signs.repetition, raw.as_bytes()).is_some() && lines.all(|line| !text::trim(line).is_empty());
    // A sign of decimals may be that of repetitions: a number is one all the same.
    let decimals = matches!(fields.signs.repetition, b'.' | b',') && decimal::exact(raw).is_some();
    if repeated && !is_power(raw) && !decimals {
        let lines: Vec<_> = fields.repetitions(raw).map(|line| fields.text(line).trim().to_owned()).collect();
        return Read::words(lines.join("\n"), ValueKind::Text, true);
    }
    let bare = raw.trim_end_matches(char::from(fields.signs.component));
    let text = fields.text(bare);
    let value = meaning::read(&text, unit);
    // `12 H` with neither unit nor bounds may be twelve hours.
    if value.numeric && (value.flag.is_none() || bounded) {
        return Read { value, kind: ValueKind::Numeric, whole: true };
    }
    Read::words(text.into_owned(), ValueKind::Text, true)
}

/// `10^9`, written without its escape.
fn is_power(raw: &str) -> bool {
    raw.contains("10^")
}

/// `<^5`, `^1^:^160`, `^10^-^20`, `^2^+` (HL7 v2.5, 2.A.70).
fn structured(raw: &str, unit: &str, fields: &Fields<'_>) -> Read {
    let part = |number| fields.component(raw, number);
    let (sign, first, between, second) = (part(1), part(2), part(3), part(4));
    let sign = if sign == "=" { "" } else { sign };
    if !fields.holds_only(raw, &[1, 2, 3, 4]) {
        return Read::words(fields.words(raw), ValueKind::Text, true);
    }
    let words = |text: String| Read::words(fields.text(&text).into_owned(), ValueKind::Text, true);
    if between.is_empty() && second.is_empty() {
        let text = format!("{sign}{first}");
        let value = meaning::read(&fields.text(&text), unit);
        let number = value.numeric && (value.comparator.is_some() || sign.is_empty() || first.is_empty());
        return if number { Read { value, kind: ValueKind::Numeric, whole: true } } else { words(text) };
    }
    let blank = if between == "-" { " " } else { "" };
    words(format!("{sign}{first}{blank}{between}{blank}{second}"))
}

/// A code and its words: the words, or the code where there are none.
fn coded(raw: &str, fields: &Fields<'_>) -> Read {
    let mut whole = true;
    let mut words = Vec::new();
    for one in fields.repetitions(raw) {
        let (number, word) = [2, 9, 5, 1, 4]
            .into_iter()
            .find_map(|number| fields.word(one, number).map(|word| (number, word)))
            .unwrap_or((1, fields.words(one)));
        // A local code that is the word itself says nothing more.
        let code = fields.component(one, 1);
        let same = code == word || code.is_empty();
        whole &= is_system(fields.component(one, 3))
            && (fields.holds_only(one, &[number, 3]) || same && fields.holds_only(one, &[1, number, 3]));
        words.push(word);
    }
    Read::words(words.join("\n"), ValueKind::Coded, whole)
}

/// `1030`, `103000`
fn time(raw: &str) -> Option<Read> {
    let digits = matches!(raw.len(), 4 | 6) && raw.bytes().all(|byte| byte.is_ascii_digit());
    let (hour, minute) = (raw.get(..2)?, raw.get(2..4)?);
    let exists = digits && hour < "24" && minute < "60";
    let mut text = format!("{hour}:{minute}");
    if let Some(second) = raw.get(4..6) {
        text.push(':');
        text.push_str(second);
    }
    exists.then(|| Read::words(text, ValueKind::Text, true))
}
