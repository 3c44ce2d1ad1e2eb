//! One result against the practice's thresholds.

use super::age::{self, Age};
use super::settings::Thresholds;
use super::specimen::{self, Specimen};
use super::table::{Bound, Row};
use super::units::{self, Unit};
use super::value::{self, Amount, Said, number_of};
use crate::names::{Analyte, analyte_of, by_id, candidates, is_unlisted};
use crate::words::words;
use rust_decimal::Decimal;
use unicode_normalization::UnicodeNormalization;

/// Whose sample it is.
#[derive(Clone, Copy, Debug, Default)]
pub struct Person<'a> {
    /// Birth date, `YYYY-MM-DD`.
    pub birth_date: Option<&'a str>,
    /// `F` or `M`.
    pub sex: Option<&'a str>,
}

/// A value with its unit, as sent.
#[derive(Clone, Copy, Debug, Default)]
pub struct Earlier<'a> {
    /// The value.
    pub value: &'a str,
    /// Its unit; none: the result's.
    pub unit: Option<&'a str>,
    /// When.
    pub at: Option<&'a str>,
}

/// A result, as sent.
#[derive(Clone, Copy, Debug, Default)]
pub struct Measured<'a> {
    /// What the laboratory calls it.
    pub label: &'a str,
    /// Its LOINC code.
    pub loinc: Option<&'a str>,
    /// The value.
    pub value: &'a str,
    /// `<`, `<=`, `>`, `>=`.
    pub comparator: Option<&'a str>,
    /// The unit.
    pub unit: Option<&'a str>,
    /// The same measure in another unit.
    pub second: Option<(&'a str, Option<&'a str>)>,
    /// The bounds that the laboratory prints.
    pub printed: (Option<&'a str>, Option<&'a str>),
    /// What was examined.
    pub specimen: Option<&'a str>,
    /// The titles of the chapters around it.
    pub chapters: &'a str,
    /// When it was sampled.
    pub sampled_at: Option<&'a str>,
    /// Comments on it.
    pub remarks: &'a str,
    /// Earlier values, as the laboratory recalls them.
    pub earlier: &'a [Earlier<'a>],
}

/// On which side of its threshold a value lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Below the low one.
    Below,
    /// Above the high one.
    Above,
}

/// What makes a verdict less than sure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// The birth date or the sex is not known: the stricter row was taken.
    PersonUnknown,
    /// The chapter speaks of blood and of another specimen, or the code is one that we do not know.
    SpecimenUnclear,
    /// The laboratory's own bounds hold the value inside: perhaps the unit is another one.
    InsidePrintedBounds,
    /// The laboratory's comment speaks of a haemolysed, clotted or aggregated sample.
    SampleDoubtful,
}

/// An earlier value that was beyond the same threshold already, and not better than this one is bad.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// The earlier value.
    pub value: String,
    /// When.
    pub at: Option<String>,
}

/// A result that lies beyond a threshold of the practice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Which threshold.
    pub row: &'static Row,
    /// The value as sent, with its comparator.
    pub value: String,
    /// Its unit as sent.
    pub unit: String,
    /// The value in the threshold's unit, where that is another one.
    pub converted: Option<Decimal>,
    /// The limit, in the threshold's unit.
    pub bound: Decimal,
    /// Whether the limit itself is critical already.
    pub inclusive: bool,
    /// Whether the limit is made of the laboratory's printed upper bound.
    pub printed: bool,
    /// On which side.
    pub direction: Direction,
    /// What is not sure.
    pub doubts: Vec<Doubt>,
    /// That it was so before.
    pub known: Option<Known>,
}

/// What the thresholds say of a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing: no threshold for it, or inside.
    Nothing,
    /// Beyond a threshold.
    Critical(Box<Verdict>),
    /// There is a threshold, but the unit is missing or unknown, the value cannot be meant in it, or more stands in its place
    /// than a number: nothing is computed.
    UnitUnknown(&'static Row),
}

impl Outcome {
    /// The key of the analyte that something is said of.
    #[must_use]
    pub fn analyte(&self) -> Option<&'static str> {
        match self {
            Self::Nothing => None,
            Self::Critical(verdict) => Some(verdict.row.analyte),
            Self::UnitUnknown(row) => Some(row.analyte),
        }
    }
}

/// A value in a row's unit.
struct Converted<'a> {
    amount: Amount,
    value: &'a str,
    comparator: Option<&'a str>,
    unit: Option<&'a str>,
    factor: Decimal,
    /// The bounds that are printed beside it: those of the first column are not those of the second.
    printed: (Option<&'a str>, Option<&'a str>),
}

/// A value and its unit, as they stand in a column.
#[derive(Clone, Copy)]
struct Column<'a> {
    value: &'a str,
    comparator: Option<&'a str>,
    unit: Option<&'a str>,
    /// Whether the label, or a time in seconds beside it, says that what has no unit is a ratio.
    ratio: bool,
    printed: (Option<&'a str>, Option<&'a str>),
}

impl Thresholds {
    /// Judges a result. It must not be one that the laboratory took back: the caller passes over those.
    #[must_use]
    pub fn judge(&self, result: &Measured<'_>, person: Person<'_>) -> Outcome {
        // Most results that are no number end here, before their label is read.
        if !has_digit(result.value) && !result.second.is_some_and(|(value, _)| has_digit(value)) {
            return Outcome::Nothing;
        }
        match self.analyte(result) {
            Some(analyte) if analyte.id == "calcium-total" && is_symbol(result) => {
                self.calcium(analyte, result, person)
            }
            Some(analyte) => self.judge_as(analyte, result, person),
            None => Outcome::Nothing,
        }
    }

    /// `Ca++` is printed for the total calcium and for the ionised one: the printed bounds say which. Without them it is
    /// critical only where it would be as either, and to the same side.
    fn calcium(&self, total: &'static Analyte, result: &Measured<'_>, person: Person<'_>) -> Outcome {
        let as_total = || self.judge_as(total, result, person);
        let as_ionised = || by_id("calcium-ionise").map_or(Outcome::Nothing, |one| self.judge_as(one, result, person));
        let row = super::row("calcium-total");
        let factor = row.and_then(|row| {
            let unit = units::unit(result.unit)?;
            row.units.iter().find(|(one, _)| *one == unit).map(|(_, factor)| *factor)
        });
        // No total calcium is normal below this, and no ionised one above.
        let between = super::table::n(18, 1);
        let bound = |text: Option<&str>| number_of(text?, false)?.checked_mul(factor?).filter(|bound| !bound.is_zero());
        match (bound(result.printed.0), bound(result.printed.1)) {
            (_, Some(high)) if high < between => return as_ionised(),
            (Some(low), _) if low >= between => return as_total(),
            _ => {}
        }
        match (as_total(), as_ionised()) {
            (Outcome::Critical(total), Outcome::Critical(ionised)) if total.direction == ionised.direction => {
                Outcome::Critical(total)
            }
            (Outcome::Critical(total), Outcome::Critical(_)) => Outcome::UnitUnknown(total.row),
            (Outcome::UnitUnknown(row), Outcome::UnitUnknown(_) | Outcome::Critical(_))
            | (Outcome::Critical(_), Outcome::UnitUnknown(row)) => Outcome::UnitUnknown(row),
            _ => Outcome::Nothing,
        }
    }

    /// The analyte of a result, where a row of it is used.
    #[must_use]
    pub fn analyte(&self, result: &Measured<'_>) -> Option<&'static Analyte> {
        let named = analyte_of(result.label, result.loinc).or_else(|| clotting(result));
        // Urine has a pH too: alone, the word says whose only in a chapter on gases.
        let gases =
            || words(result.label) == ["ph"] && words(result.chapters).iter().any(|word| word.starts_with("gaz"));
        let analyte = named.or_else(|| if gases() { crate::names::by_id("ph") } else { None })?;
        if analyte.id == "procalcitonine" && !is_said(result.label, "procalc") && plateletcrit(result) {
            return None;
        }
        let related = related(analyte.id).iter().copied();
        std::iter::once(analyte.id).chain(related).any(|id| self.rows(id).next().is_some()).then_some(analyte)
    }

    /// Judges a result as one of this analyte.
    #[must_use]
    pub fn judge_as(&self, analyte: &Analyte, result: &Measured<'_>, person: Person<'_>) -> Outcome {
        let specimen = specimen::of(result.specimen, result.chapters);
        let urine = || units::is_urinary(result.unit);
        if specimen == Specimen::Other || urine() || (analyte.id == "po2" && venous(result)) {
            return Outcome::Nothing;
        }
        let age = age::at(person.birth_date, result.sampled_at);
        let related = related(analyte.id).iter().flat_map(|id| self.rows(id));
        let rows: Vec<(&'static Row, Fits)> = self
            .rows(analyte.id)
            .chain(related)
            .map(|row| (row, fits(row, age, person.sex)))
            .filter(|(_, fits)| *fits != Fits::No)
            .collect();
        // Where newborns alone have a row, one that fits everybody's age may still be nobody's.
        let adults = rows.iter().any(|(row, _)| row.whom.until.is_none());
        let mut unknown = None;
        let mut verdicts = Vec::new();
        let mut inside = 0usize;
        for (row, fits) in &rows {
            match in_unit(row, result, row.analyte == analyte.id) {
                InUnit::Value(value) => match self.beyond(row, &value, result) {
                    Some(verdict) => verdicts.push((*fits, verdict)),
                    None => inside += 1,
                },
                InUnit::Aside => {}
                InUnit::Unknown => unknown = unknown.or(Some(*row)),
            }
        }
        // The row that surely fits goes first; else the stricter one, which is the one that says something.
        let sure = verdicts.iter().position(|(fits, _)| *fits == Fits::Yes).unwrap_or(0);
        if sure < verdicts.len() {
            let (fits, mut verdict) = verdicts.swap_remove(sure);
            if fits == Fits::Perhaps && (inside > 0 || !adults) {
                verdict.doubts.push(Doubt::PersonUnknown);
            }
            if specimen == Specimen::Unclear || is_unlisted(result.loinc) {
                verdict.doubts.push(Doubt::SpecimenUnclear);
            }
            if doubtful(result.remarks) || haemolysed(result.label) || haemolysed(result.value) {
                verdict.doubts.push(Doubt::SampleDoubtful);
            }
            return Outcome::Critical(Box::new(verdict));
        }
        unknown.map_or(Outcome::Nothing, Outcome::UnitUnknown)
    }

    fn beyond(&self, row: &'static Row, value: &Converted<'_>, result: &Measured<'_>) -> Option<Verdict> {
        let (bound, direction, printed) = self.broken(row, value)?;
        let shown = match value.comparator {
            Some(sign) => format!("{} {}", sign.trim(), value.value.trim()),
            None => value.value.trim().to_owned(),
        };
        let doubts = if inside_printed(value) { vec![Doubt::InsidePrintedBounds] } else { Vec::new() };
        Some(Verdict {
            row,
            value: shown,
            unit: value.unit.unwrap_or_default().trim().to_owned(),
            converted: (value.factor != Decimal::ONE).then_some(value.amount.number),
            bound: bound.number,
            inclusive: bound.inclusive,
            printed,
            direction,
            doubts,
            known: known(row, value, result, bound, direction),
        })
    }

    /// The limit that a value lies beyond.
    fn broken(&self, row: &Row, value: &Converted<'_>) -> Option<(Bound, Direction, bool)> {
        if let Some(low) = self.low(row).filter(|low| below(value.amount, *low)) {
            return Some((low, Direction::Below, false));
        }
        let (high, proposed) = self.high(row);
        let printed = row.times_printed.filter(|_| proposed && high.is_some()).and_then(|times| {
            let printed = number_of(value.printed.1?, false).filter(|number| !number.is_zero())?;
            let number = printed.checked_mul(value.factor)?.checked_mul(Decimal::from(times))?;
            Some(Bound { number, inclusive: false })
        });
        let bound = printed.or(high).filter(|bound| above(value.amount, *bound))?;
        Some((bound, Direction::Above, printed.is_some()))
    }
}

/// Whether a row is for somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fits {
    Yes,
    No,
    /// Not known: the birth date, the sampling date or the sex is missing.
    Perhaps,
}

fn fits(row: &Row, age: Option<Age>, sex: Option<&str>) -> Fits {
    let whom = &row.whom;
    let sex = match (whom.sex, sex.filter(|sex| matches!(*sex, "F" | "M"))) {
        (None, _) => Fits::Yes,
        (Some(_), None) => Fits::Perhaps,
        (Some(wanted), Some(sex)) if wanted == sex => Fits::Yes,
        (Some(_), Some(_)) => Fits::No,
    };
    let by_age = match age {
        None if whom.from.is_some() || whom.until.is_some() => Fits::Perhaps,
        None => Fits::Yes,
        Some(age) => {
            let from = whom.from.is_none_or(|limit| limit.reached(age));
            let until = whom.until.is_none_or(|limit| !limit.reached(age));
            if from && until { Fits::Yes } else { Fits::No }
        }
    };
    match (sex, by_age) {
        (Fits::No, _) | (_, Fits::No) => Fits::No,
        (Fits::Yes, Fits::Yes) => Fits::Yes,
        _ => Fits::Perhaps,
    }
}

enum InUnit<'a> {
    Value(Converted<'a>),
    /// Another measure of the same name.
    Aside,
    Unknown,
}

/// The value in the row's unit: of the first column that is understood in it. A laboratory prints what has two measures (a
/// percentage and a count, seconds and a ratio) in two columns, and either may be the one that has a threshold.
///
/// `named`: the label names the row's analyte. Else a column counts only where its unit says that it is this analyte.
fn in_unit<'a>(row: &Row, result: &Measured<'a>, named: bool) -> InUnit<'a> {
    let label = words(result.label);
    let says = |beginning: &str| label.iter().any(|word| word.starts_with(beginning));
    let compared = says("temoin") && (says("malade") || says("patient"));
    let says_ratio = compared || label.iter().any(|word| word == "ratio" || word == "rapport");
    let first = Column {
        value: result.value,
        comparator: result.comparator,
        unit: result.unit,
        ratio: says_ratio,
        printed: result.printed,
    };
    let second = result.second.map(|(value, unit)| Column {
        value,
        comparator: result.comparator,
        unit,
        ratio: units::unit(result.unit) == Some(Unit::Second),
        printed: (None, None),
    });
    if !named {
        let said = |column: &Column<'_>| units::says(column.unit, row.analyte);
        let own = [Some(first), second].into_iter().flatten().filter(said).map(|column| convert(row, column));
        return own.into_iter().find(|one| !matches!(one, InUnit::Aside)).unwrap_or(InUnit::Aside);
    }
    let first = convert(row, first);
    match (first, second) {
        (first @ InUnit::Value(_), _) | (first, None) => first,
        (first, Some(second)) => match (first, convert(row, second)) {
            (_, second @ InUnit::Value(_)) | (InUnit::Aside, second) => second,
            (first, _) => first,
        },
    }
}

fn convert<'a>(row: &Row, column: Column<'a>) -> InUnit<'a> {
    if !has_digit(column.value) {
        return InUnit::Aside;
    }
    // A unit may stand behind the number instead of in its own field.
    let (number, note) = value::parted(column.value);
    let written = match value::unit_in(note) {
        _ if units::unit(column.unit).is_some_and(|unit| row.aside.contains(&unit)) => column.unit,
        Some(behind) if units::is_missing(column.unit) => Some(behind),
        Some(behind) if units::unit(Some(behind)) == units::unit(column.unit) => column.unit,
        Some(_) => return InUnit::Unknown,
        None if value::is_remark(note) => column.unit,
        // Neither a number nor a word about it: with a unit it was meant as a value.
        None if units::is_missing(column.unit) => return InUnit::Aside,
        None => return InUnit::Unknown,
    };
    let Some(mut unit) = units::unit(written) else { return InUnit::Unknown };
    if unit == Unit::Missing && column.ratio {
        unit = Unit::Ratio;
    }
    if row.aside.contains(&unit) {
        return InUnit::Aside;
    }
    // A haematocrit is a share of the blood: of one, or of a hundred, and the two are nowhere near each other.
    if unit == Unit::Missing && row.analyte == "hematocrite" {
        let whole = value::amount(number, column.comparator, false).is_some_and(|read| read.number > Decimal::ONE);
        unit = if whole { Unit::Percent } else { Unit::LitreLitre };
    }
    let Some((_, factor)) = row.units.iter().find(|(one, _)| *one == unit) else { return InUnit::Unknown };
    let counted = unit == Unit::PerMm3;
    let Some(read) = value::amount(number, column.comparator, counted) else { return InUnit::Unknown };
    // A cubic millimetre holds whole cells: a fraction means thousands.
    if counted && !read.number.fract().is_zero() {
        return InUnit::Unknown;
    }
    let Some(number) = read.number.checked_mul(*factor) else { return InUnit::Unknown };
    let (least, most) = row.plausible;
    // There may be no cell at all; there is no haemoglobin of zero.
    let none_at_all = number.is_zero() && matches!(row.analyte, "leucocytes" | "neutrophiles" | "plaquettes");
    if !none_at_all && (number < least || number > most) && !beyond_measure(read.said, number, least, most) {
        return InUnit::Unknown;
    }
    InUnit::Value(Converted {
        amount: Amount { number, ..read },
        value: column.value,
        comparator: column.comparator,
        unit: written,
        factor: *factor,
        printed: column.printed,
    })
}

fn is_said(label: &str, beginning: &str) -> bool {
    words(label).iter().any(|word| word.starts_with(beginning))
}

fn has_digit(text: &str) -> bool {
    text.contains(|letter: char| letter.is_ascii_digit())
}

/// What is printed under the names of an analyte as well, where its unit says so: the prothrombin time is given in seconds, as
/// a rate (%) and as an INR, in one line.
fn related(analyte: &str) -> &'static [&'static str] {
    match analyte {
        "inr" => &["tp"],
        "tp" => &["inr"],
        "temps-de-quick" => &["tp", "inr"],
        _ => &[],
    }
}

/// Whether a calcium is named by its sign with a charge alone, or stands among the blood gases, where the ionised one is
/// measured; and is named by no code.
fn is_symbol(result: &Measured<'_>) -> bool {
    let coded = analyte_of("", result.loinc).is_some();
    let label = words(result.label);
    let named =
        label.iter().any(|word| word.starts_with("calc") || word.starts_with("corr") || word.starts_with("total"));
    let plain: String = result.label.nfkd().filter(|letter| !letter.is_whitespace()).collect();
    let gases = is_said(result.chapters, "gaz") && !is_said(result.label, "total");
    let sign = || ["Ca++", "CA++", "ca++", "Ca2+", "CA2+", "ca2+"].iter().any(|sign| plain.contains(sign));
    let charged = || ["calcium++", "calcium2+"].iter().any(|name| plain.to_lowercase().contains(name));
    !coded && (gases || charged() || (!named && sign()))
}

/// `PCT` is procalcitonin, and among the blood cells the plateletcrit.
fn plateletcrit(result: &Measured<'_>) -> bool {
    let weighed = matches!(units::unit(result.unit), Some(Unit::Ug | Unit::Ng));
    let cells = ["hemat", "hemogram", "nfs", "nfp", "numeration", "plaquett", "cytolog", "formule"];
    !weighed
        && words(result.label).iter().any(|word| word == "pct")
        && words(result.chapters).iter().any(|word| cells.iter().any(|beginning| word.starts_with(beginning)))
}

/// A label that names the prothrombin time in two ways (*TP/INR*): what is in the column is what its unit says, and only the
/// INR has none.
fn clotting(result: &Measured<'_>) -> Option<&'static Analyte> {
    let named = candidates(result.label);
    let all = named.len() > 1 && named.iter().all(|one| matches!(one.id, "tp" | "inr" | "temps-de-quick"));
    let id = if named.iter().any(|one| one.id == "inr") { "inr" } else { "tp" };
    let contradicted = result.loinc.is_some_and(|code| analyte_of("", Some(code)).is_some());
    (all && !contradicted).then(|| by_id(id)).flatten()
}

/// `< 0,005` is less than can be, as it should: a limit of the method, not a value.
fn beyond_measure(said: Said, number: Decimal, least: Decimal, most: Decimal) -> bool {
    match said {
        Said::Less | Said::AtMost => number < least,
        Said::More | Said::AtLeast => number > most,
        Said::Is => false,
    }
}

/// Whether an amount surely lies below a limit. `< 10` is at most 10; `> 3` says nothing of what is low.
fn below(amount: Amount, bound: Bound) -> bool {
    let Amount { number, said } = amount;
    match said {
        Said::Is | Said::AtMost if bound.inclusive => number <= bound.number,
        Said::Is | Said::AtMost => number < bound.number,
        Said::Less => number <= bound.number,
        Said::More | Said::AtLeast => false,
    }
}

/// Whether an amount surely lies above a limit.
fn above(amount: Amount, bound: Bound) -> bool {
    let Amount { number, said } = amount;
    match said {
        Said::Is | Said::AtLeast if bound.inclusive => number >= bound.number,
        Said::Is | Said::AtLeast => number > bound.number,
        Said::More => number >= bound.number,
        Said::Less | Said::AtMost => false,
    }
}

/// Whether the laboratory prints bounds in the unit of the value, and the value lies inside both.
fn inside_printed(value: &Converted<'_>) -> bool {
    let printed = |text: Option<&str>| text.and_then(|text| number_of(text, false)?.checked_mul(value.factor));
    match (printed(value.printed.0), printed(value.printed.1)) {
        (Some(low), Some(high)) => low < high && (low..=high).contains(&value.amount.number),
        _ => false,
    }
}

/// An earlier value beyond the same limit, where this one is no worse. One that got worse is new again.
fn known(row: &Row, now: &Converted<'_>, result: &Measured<'_>, bound: Bound, direction: Direction) -> Option<Known> {
    let last = result.earlier.first()?;
    // Without one of its own it is in the first column's unit, whichever column the value beyond the limit stands in.
    let unit = last.unit.or(if units::is_missing(result.unit) { now.unit } else { result.unit });
    let ratio = units::unit(now.unit) == Some(Unit::Missing) && row.analyte == "tca";
    let column = Column { value: last.value, comparator: None, unit, ratio, printed: (None, None) };
    let InUnit::Value(then) = convert(row, column) else { return None };
    let as_bad = match direction {
        Direction::Below => below(then.amount, bound) && now.amount.number >= then.amount.number,
        Direction::Above => above(then.amount, bound) && now.amount.number <= then.amount.number,
    };
    as_bad.then(|| Known { value: last.value.trim().to_owned(), at: last.at.map(str::to_owned) })
}

/// The comment speaks of what makes a sample doubtful, even if to deny it: a person reads it.
fn doubtful(remarks: &str) -> bool {
    let beginnings = ["hemolys", "coagul", "caillot", "agregat", "lipemi"];
    !remarks.is_empty()
        && words(remarks).iter().any(|word| beginnings.iter().any(|beginning| word.starts_with(beginning)))
}

/// The label or the value itself speaks of a doubtful sample (*Potassium - index hémolyse*, `7.1 (hémolyse)`).
fn haemolysed(label: &str) -> bool {
    let beginnings = ["hemolys", "caillot", "lipem"];
    words(label).iter().any(|word| beginnings.iter().any(|beginning| word.starts_with(beginning)))
}

fn venous(result: &Measured<'_>) -> bool {
    [result.label, result.chapters, result.specimen.unwrap_or_default()]
        .into_iter()
        .any(|text| words(text).iter().any(|word| word.starts_with("vein") || word == "bldv"))
}
