//! Values of every type that CDA R2 knows. It must never change a digit, nor give a number where there is none.

use super::codes;
use super::element::{Child, Element};
use super::in_one_line;
use super::media;
use super::outcome::Outcome;
use super::ranges::same_unit;
use super::time;
use super::words::Places;
use crate::meaning;
use crate::{limits, text};
use bannette_api::report::{SecondValue, ValueKind};

/// A value, taken apart.
#[derive(Debug, Default)]
pub(super) struct Value {
    pub(super) value: Option<String>,
    pub(super) comparator: Option<&'static str>,
    pub(super) unit: Option<String>,
    pub(super) kind: ValueKind,
    /// Whether `value` is a decimal string.
    pub(super) numeric: bool,
    pub(super) second: Option<SecondValue>,
    /// What else it says: why it is absent, further translations.
    pub(super) remarks: Vec<String>,
}

/// Reads the `value` elements of an observation: the first, and what others add to it.
pub(super) fn read<'t>(observation: Element<'t>, places: &mut Places<'t>, outcome: &mut Outcome) -> Value {
    let mut values = observation.all("value");
    let Some(first) = values.next() else { return Value::default() };
    let mut value = one(first, places, outcome);
    for other in values.take(50) {
        let other = one(other, places, outcome);
        let Some(written) = other.written() else {
            value.remarks.extend(other.remarks);
            continue;
        };
        if value.value.is_none() {
            let remarks = std::mem::take(&mut value.remarks);
            value = other;
            value.remarks.extend(remarks);
        } else if value.second.is_none() && other.numeric && !same_unit(other.unit.as_deref(), value.unit.as_deref()) {
            value.second = Some(other.as_second());
        } else {
            let unit = other.unit.as_deref().unwrap_or_default();
            value.remarks.push(format!("Autre valeur : {written} {unit}").trim_end().to_owned());
        }
    }
    value
}

impl Value {
    /// Value and comparator together.
    pub(super) fn written(&self) -> Option<String> {
        let value = self.value.as_deref()?;
        Some(self.comparator.map_or_else(|| value.to_owned(), |sign| format!("{sign} {value}")))
    }

    fn as_second(&self) -> SecondValue {
        SecondValue { value: self.written(), unit: self.unit.clone(), low: None, high: None }
    }

    fn text(text: &str, kind: ValueKind) -> Self {
        let text = text.trim();
        let shown = text::cut(text, limits::VALUE_BYTES);
        let mut value = Some(shown.to_owned()).filter(|value| !value.is_empty());
        if shown.len() < text.len()
            && let Some(value) = &mut value
        {
            value.push('…');
        }
        Self { value, kind, ..Self::default() }
    }
}

/// Reads one value.
fn one<'t>(value: Element<'t>, places: &mut Places<'t>, outcome: &mut Outcome) -> Value {
    let mut read = match value.instance_type().unwrap_or_else(|| likely_type(value)) {
        "PQ" | "INT" | "REAL" | "MO" | "PPD_PQ" => quantity(value),
        "CD" | "CE" | "CV" | "CO" | "CS" | "CR" | "EIVL_TS" => code(value, places),
        "ST" | "SC" | "ED" | "ADXP" | "EN" | "ON" | "PN" | "TN" => words(value, places, outcome),
        "BL" | "BN" => match value.attribute("value") {
            Some("true") => Value::text("Oui", ValueKind::Coded),
            Some("false") => Value::text("Non", ValueKind::Coded),
            other => Value::text(other.unwrap_or_default(), ValueKind::Coded),
        },
        "TS" => Value::text(&moment(value), ValueKind::Text),
        "IVL_TS" => {
            let side = |name: &'static str| value.child(name).map(moment).unwrap_or_default();
            let written = format!("{} – {}", side("low"), side("high"));
            Value::text(written.trim_matches(['–', ' ']), ValueKind::Text)
        }
        kind if kind.starts_with("IVL_") => interval(value),
        kind if kind.starts_with("RTO") => ratio(value),
        "II" => Value::text(value.attribute("extension").unwrap_or_default(), ValueKind::Text),
        _ => anything(value),
    };
    translations(value, &mut read);
    if read.value.is_none() {
        let original = value.child("originalText").and_then(|original| places.words(original));
        if let Some(original) = original {
            let kind = read.kind;
            read =
                Value { second: read.second, remarks: read.remarks, unit: read.unit, ..Value::text(&original, kind) };
        } else if let Some(null_flavor) = value.attribute("nullFlavor") {
            read.remarks.push(codes::absence(null_flavor));
        }
    }
    read
}

/// The type of a value that does not say it.
fn likely_type(value: Element<'_>) -> &'static str {
    if value.attribute("unit").is_some() {
        "PQ"
    } else if value.attribute("code").is_some() || value.attribute("displayName").is_some() {
        "CD"
    } else if value.child("low").is_some() || value.child("high").is_some() {
        "IVL_PQ"
    } else if value.child("numerator").is_some() {
        "RTO"
    } else if matches!(value.attribute("value"), Some("true" | "false")) {
        "BL"
    } else if value.attribute("value").is_some() {
        "REAL"
    } else {
        "ST"
    }
}

/// A number and its unit; what is no number (a comparator inside, an exponent) is read as words are.
fn quantity(value: Element<'_>) -> Value {
    let unit = value.attribute("unit").filter(|unit| *unit != "1");
    let written = value.attribute("value").unwrap_or_default();
    let mut read = numeral(written, unit.unwrap_or_default());
    read.unit = unit.map(str::to_owned).or(read.unit);
    if read.value.is_none() {
        read.kind = ValueKind::Numeric;
    }
    read
}

/// A number in words, with its comparator (`< 0,05`); else the words.
fn numeral(written: &str, unit: &str) -> Value {
    let read = meaning::read(written, unit);
    // A mark or a remark behind the number is not part of it: the words stay whole.
    if !read.numeric || read.starred || read.flag.is_some() || read.remark.is_some() {
        return Value::text(written, ValueKind::Text);
    }
    Value {
        value: read.value,
        comparator: read.comparator,
        unit: read.unit,
        kind: ValueKind::Numeric,
        numeric: true,
        ..Value::default()
    }
}

fn code<'t>(value: Element<'t>, places: &mut Places<'t>) -> Value {
    let display = value.attribute("displayName").map(str::to_owned);
    let original = || value.child("originalText").and_then(|original| places.words(original));
    let shown = display.or_else(original).or_else(|| codes::shown(value).map(str::to_owned));
    Value::text(&shown.unwrap_or_default(), ValueKind::Coded)
}

/// Words; a document in base64 goes to the documents. Words that are a number and nothing else are one: laboratories send
/// numbers as ST, and bounds with them.
fn words<'t>(value: Element<'t>, places: &mut Places<'t>, outcome: &mut Outcome) -> Value {
    if media::is_encoded(value) {
        media::take(value, "Pièce jointe", outcome);
        return Value::text("Document joint", ValueKind::Text);
    }
    let text = places.words(value).unwrap_or_default();
    let number = numeral(&text, "");
    if number.numeric { number } else { Value::text(&text, ValueKind::Text) }
}

fn moment(value: Element<'_>) -> String {
    let written = value.attribute("value").unwrap_or_default();
    time::read(written).unwrap_or_else(|| written.to_owned())
}

/// An interval: with one side open, that side's comparator; with both, words.
fn interval(value: Element<'_>) -> Value {
    let side = |name: &'static str| value.child(name).filter(|side| side.attribute("value").is_some());
    let inclusive = |side: Element<'_>| side.attribute("inclusive") != Some("false");
    match (side("low"), side("high")) {
        (None, Some(high)) => open(high, if inclusive(high) { "<=" } else { "<" }),
        (Some(low), None) => open(low, if inclusive(low) { ">=" } else { ">" }),
        (Some(low), Some(high)) => {
            let (from, to) = (quantity(low), quantity(high));
            let written = format!("{} - {}", from.value.unwrap_or_default(), to.value.unwrap_or_default());
            if same_unit(from.unit.as_deref(), to.unit.as_deref()) || from.unit.is_none() {
                Value { unit: to.unit, ..Value::text(&written, ValueKind::Text) }
            } else {
                Value::text(&format!("{} {}", written, to.unit.unwrap_or_default()), ValueKind::Text)
            }
        }
        (None, None) => match value.child("center") {
            Some(center) => quantity(center),
            None if value.attribute("value").is_some() => quantity(value),
            None => anything(value),
        },
    }
}

/// A bound that is all that is known of a value.
fn open(side: Element<'_>, sign: &'static str) -> Value {
    let mut read = quantity(side);
    if read.numeric && read.comparator.is_none() {
        read.comparator = Some(sign);
    } else if let Some(written) = read.written() {
        read = Value { unit: read.unit, ..Value::text(&format!("{sign} {written}"), ValueKind::Text) };
    }
    read
}

/// A ratio or a titre: `1/160`.
fn ratio(value: Element<'_>) -> Value {
    let part = |name: &'static str| value.child(name).map(quantity).unwrap_or_default();
    let (above, below) = (part("numerator"), part("denominator"));
    let number = |part: &Value| part.written().unwrap_or_default();
    let (over, under) = (number(&above), number(&below));
    let written = if under.is_empty() { over } else { format!("{over}/{under}") };
    let unit = match (above.unit, below.unit) {
        (above, None) => above,
        (None, Some(below)) => Some(format!("/{below}")),
        (Some(above), Some(below)) if above == below => None,
        (Some(above), Some(below)) => Some(format!("{above}/{below}")),
    };
    Value { unit, ..Value::text(&written, ValueKind::Text) }
}

/// A type that is not known: all its words and numbers, in order.
fn anything(value: Element<'_>) -> Value {
    const PIECES: usize = 1000;
    let mut pieces: Vec<String> = Vec::new();
    for element in value.descendants().take(PIECES) {
        let unit = element.attribute("unit");
        for attribute in ["value", "displayName"] {
            if let Some(written) = element.attribute(attribute) {
                pieces.push([Some(written), unit].into_iter().flatten().collect::<Vec<_>>().join(" "));
            }
        }
        for child in element.nodes() {
            if let Child::Text(text) = child {
                pieces.push(in_one_line(text).into_owned());
            }
        }
    }
    pieces.retain(|piece| !piece.is_empty());
    Value::text(&pieces.join(" "), ValueKind::Text)
}

/// The same in other units.
fn translations(value: Element<'_>, read: &mut Value) {
    if read.kind == ValueKind::Coded {
        return;
    }
    for translation in value.all("translation").take(20) {
        let named = || translation.attribute("code").or_else(|| translation.attribute("displayName"));
        let unit = translation.attribute("unit").or_else(named).filter(|unit| *unit != "1");
        let Some(written) = translation.attribute("value") else { continue };
        let mut other = numeral(written, unit.unwrap_or_default());
        other.unit = unit.map(str::to_owned).or(other.unit);
        if read.comparator.is_some() && other.comparator.is_none() {
            other.comparator = read.comparator;
        }
        if read.value.is_none() {
            (read.value, read.unit, read.numeric, read.kind) = (other.value, other.unit, other.numeric, other.kind);
            read.comparator = other.comparator;
        } else if same_unit(other.unit.as_deref(), read.unit.as_deref()) && other.value == read.value {
            // The same again.
        } else if read.second.is_none() {
            read.second = Some(other.as_second());
        } else if let Some(written) = other.written() {
            let unit = other.unit.unwrap_or_default();
            read.remarks.push(format!("Soit {written} {unit}").trim_end().to_owned());
        }
    }
}
