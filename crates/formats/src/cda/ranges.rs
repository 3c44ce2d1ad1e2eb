//! Reference ranges. A range only counts as the bounds of a value when it is of the same unit, alone of it, and written
//! as numbers; any other stays in words. It must never let a value be judged by bounds that may not be its own.

use super::element::Element;
use super::value::Value;
use super::words::Places;
use crate::decimal;
use crate::meaning::{self, Bounds};
use bannette_api::report::{Flag, SecondValue};
use std::cmp::Ordering;

/// A range as written.
#[derive(Clone, Debug, Default, PartialEq)]
struct Range {
    low: Option<String>,
    high: Option<String>,
    unit: Option<String>,
    /// A bound that is itself outside.
    low_outside: bool,
    high_outside: bool,
    /// It bounds something else than what is normal (what is high, what is critical…).
    other: bool,
    words: Option<String>,
}

/// The bounds of a value, and what else is said of what is normal.
#[derive(Debug, Default)]
pub(super) struct Ranges {
    pub(super) low: Option<String>,
    pub(super) high: Option<String>,
    low_outside: bool,
    high_outside: bool,
    /// Ranges that are not the value's bounds, in words.
    pub(super) remarks: Vec<String>,
}

impl Ranges {
    /// What the bounds say of a value.
    pub(super) fn judge(&self, value: &Value) -> Option<Flag> {
        let number = value.value.as_deref().filter(|_| value.numeric)?;
        let bounds = Bounds { low: self.low.clone(), high: self.high.clone(), ..Bounds::default() };
        let flag = meaning::judge(number, value.comparator, &bounds);
        // On a bound that is itself outside, the shared rule (bounds are inside) does not tell.
        let on = |bound: &Option<String>| {
            bound.as_deref().is_some_and(|bound| decimal::compare(number, bound) == Ordering::Equal)
        };
        let unclear = self.low_outside && on(&self.low) || self.high_outside && on(&self.high);
        flag.filter(|_| !unclear)
    }
}

/// Reads the ranges of an observation; those of the second value's unit become its bounds.
pub(super) fn read<'t>(observation: Element<'t>, value: &mut Value, places: &mut Places<'t>) -> Ranges {
    let all: Vec<Range> = observation
        .all("referenceRange")
        .filter_map(|range| range.child("observationRange"))
        .take(50)
        .map(|range| one(range, places))
        .collect();
    let mut ranges = Ranges::default();
    let second_unit = value.second.as_ref().and_then(|second| second.unit.clone());
    let of_unit = |unit: Option<&str>| {
        let of = |range: &&Range| is_plain(range) && same_unit(range.unit.as_deref().or(unit), unit);
        let mut found: Vec<&Range> = all.iter().filter(of).collect();
        found.dedup();
        match found.as_slice() {
            [only] => Some((*only).clone()),
            _ => None,
        }
    };
    let main = of_unit(value.unit.as_deref());
    let second = match (&main, second_unit.as_deref()) {
        (_, Some(unit)) if !same_unit(Some(unit), value.unit.as_deref()) => {
            let of = |range: &&Range| {
                is_plain(range) && range.unit.is_some() && same_unit(range.unit.as_deref(), Some(unit))
            };
            let found: Vec<&Range> = all.iter().filter(of).collect();
            match found.as_slice() {
                [only] => Some((*only).clone()),
                _ => None,
            }
        }
        _ => None,
    };
    for range in &all {
        let taken = Some(range) == main.as_ref() || Some(range) == second.as_ref();
        let written = if taken { range.words.clone() } else { Some(range.written()) };
        if let Some(written) = written.filter(|written| !written.is_empty()) {
            let remark = format!("Valeurs de référence : {written}");
            if !ranges.remarks.contains(&remark) {
                ranges.remarks.push(remark);
            }
        }
    }
    if let Some(range) = main {
        (ranges.low, ranges.high) = (range.low, range.high);
        (ranges.low_outside, ranges.high_outside) = (range.low_outside, range.high_outside);
    }
    if let (Some(range), Some(SecondValue { low, high, .. })) = (second, &mut value.second) {
        (*low, *high) = (range.low, range.high);
    }
    ranges
}

/// Whether a range can be the bounds of a value. Where several can (by age, by sex), which one is this patient's is not
/// known here: none is taken.
fn is_plain(range: &Range) -> bool {
    !range.other && (range.low.is_some() || range.high.is_some())
}

fn one<'t>(range: Element<'t>, places: &mut Places<'t>) -> Range {
    let words = range.child("text").and_then(|text| places.words(text));
    // Other interpretations than N bound what is abnormal, not what is normal.
    let other = range.child("interpretationCode").and_then(|code| code.attribute("code")).filter(|code| *code != "N");
    let mut read = Range { words, other: other.is_some(), ..Range::default() };
    let Some(value) = range.child("value") else { return read };
    let side = |name: &'static str| value.child(name).filter(|side| side.attribute("value").is_some());
    let (low, high) = (side("low"), side("high"));
    let written = |side: Option<Element<'t>>| side.and_then(|side| side.attribute("value")).unwrap_or_default();
    let units: Vec<&str> =
        [Some(value), low, high].into_iter().flatten().filter_map(|element| element.attribute("unit")).collect();
    read.unit = units.first().map(|unit| (*unit).to_owned());
    let one_unit = units.windows(2).all(|pair| matches!(pair, [a, b] if same_unit(Some(a), Some(b))));
    let bounds = meaning::bounds(written(low), written(high));
    let crossed = matches!((&bounds.low, &bounds.high), (Some(low), Some(high))
        if decimal::compare(low, high) == Ordering::Greater);
    if one_unit && !crossed && bounds.words.is_none() {
        (read.low, read.high) = (bounds.low, bounds.high);
        let outside = |side: Option<Element<'t>>| side.and_then(|side| side.attribute("inclusive")) == Some("false");
        (read.low_outside, read.high_outside) = (outside(low), outside(high));
    } else {
        add(&mut read.words, &format!("{} - {}", shown(low), shown(high)));
    }
    if low.is_none() && high.is_none() {
        let own = value.own_text();
        for text in [value.attribute("value"), value.attribute("displayName"), Some(own.trim())].into_iter().flatten() {
            add(&mut read.words, text);
        }
    }
    read
}

fn shown(side: Option<Element<'_>>) -> String {
    let Some(side) = side else { return "…".to_owned() };
    [side.attribute("value"), side.attribute("unit")].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn add(words: &mut Option<String>, text: &str) {
    if !text.is_empty() {
        let words = words.get_or_insert_default();
        if !words.is_empty() {
            words.push_str(", ");
        }
        words.push_str(text);
    }
}

impl Range {
    fn written(&self) -> String {
        let unit = self.unit.as_deref().unwrap_or_default();
        let bounds = match (&self.low, &self.high) {
            (Some(low), Some(high)) => format!("{low} - {high} {unit}"),
            (None, Some(high)) => format!("< {high} {unit}"),
            (Some(low), None) => format!("> {low} {unit}"),
            (None, None) => String::new(),
        };
        let parts = [self.words.as_deref().unwrap_or_default(), bounds.trim()];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" : ")
    }
}

/// Whether two units are the same. No unit, `1` and what stands in braces (a remark, by UCUM) are no unit.
pub(super) fn same_unit(first: Option<&str>, second: Option<&str>) -> bool {
    let bare = |unit: Option<&str>| {
        let unit = unit.unwrap_or_default().trim();
        let remark = unit.starts_with('{') && unit.ends_with('}') && unit.matches('{').count() == 1;
        if unit == "1" || remark { String::new() } else { unit.to_owned() }
    };
    bare(first) == bare(second)
}
