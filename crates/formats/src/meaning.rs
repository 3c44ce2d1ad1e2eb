//! One value, its bounds, its flag: what every reader of results shares, so that the same numbers mean the same whatever
//! format they came in. It must never say that a value is normal when its bounds do not tell, nor change a
//! digit of what the laboratory wrote.

use crate::decimal::{self, Point};
use crate::text;
use bannette_api::report::{Flag, FlagSource, LabResult};
use std::cmp::Ordering;

/// A value field, taken apart.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Value {
    /// Decimal string, or the text as sent.
    pub(crate) value: Option<String>,
    pub(crate) comparator: Option<&'static str>,
    /// Whether `value` is a decimal string.
    pub(crate) numeric: bool,
    /// A unit written behind the number.
    pub(crate) unit: Option<String>,
    /// A flag written behind the number (`12,9 H`).
    pub(crate) flag: Option<Flag>,
    /// An asterisk: the laboratory's mark for what is not normal.
    pub(crate) starred: bool,
    /// Words in brackets behind the number.
    pub(crate) remark: Option<String>,
    /// What its point may mean.
    pub(crate) point: Point,
}

/// Reads a value field: `12,9`, `< 0.12  mg/l`, `85*`, `*12.9*`, `Oui`.
pub(crate) fn read(field: &str, unit_field: &str) -> Value {
    let whole = text::trim(field);
    if whole.is_empty() {
        return Value::default();
    }
    let bare = match whole.as_bytes() {
        // A number, as most are.
        [b'0'..=b'9'] | [b'0'..=b'9', .., b'0'..=b'9'] => whole,
        _ => whole.trim_matches(|c: char| c == '*' || c.is_whitespace()),
    };
    let starred = bare.len() != whole.len() && !bare.is_empty();
    let (comparator, unsigned) = comparator(bare);
    let text = || Value { value: Some(whole.to_owned()), ..Value::default() };
    let Some((number, rest)) = decimal::split(unsigned) else { return text() };
    let glued = !rest.starts_with(char::is_whitespace);
    let rest = rest.trim();
    // `4.5 x10^9/L` is a number and its unit only where the unit's own field says the same.
    if is_exponent(rest) || is_power(rest) && !unit_field.trim().eq_ignore_ascii_case(rest) {
        return text();
    }
    let rest = rest.trim_start_matches('*').trim_start();
    let point = Point::of(unsigned);
    let mut value =
        Value { value: Some(number.into_owned()), comparator, numeric: true, starred, point, ..Value::default() };
    if rest.is_empty() {
        return value;
    }
    let unit_field = unit_field.trim();
    if let Some(flag) = trailing_flag(rest, unit_field) {
        value.flag = Some(flag);
    } else if rest.starts_with('(') {
        value.remark = Some(rest.to_owned());
    } else if unit_field.eq_ignore_ascii_case(rest) || is_no_unit(unit_field) && is_unit(rest, glued) {
        value.unit = Some(rest.to_owned());
    } else {
        return text();
    }
    value
}

/// `<`, `<=`, `>`, `>=`, as written in any of their ways.
pub(crate) fn comparator(text: &str) -> (Option<&'static str>, &str) {
    const WAYS: [(&str, &str); 8] =
        [("<=", "<="), ("=<", "<="), ("≤", "<="), (">=", ">="), ("=>", ">="), ("≥", ">="), ("<", "<"), (">", ">")];
    if text.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return (None, text);
    }
    for (written, meant) in WAYS {
        if let Some(rest) = text.strip_prefix(written) {
            return (Some(meant), rest.trim_start());
        }
    }
    (None, text)
}

/// `.` or nothing.
pub(crate) fn is_no_unit(unit: &str) -> bool {
    matches!(unit, "" | "." | "-")
}

/// A flag behind a number. `L` alone may be litres, unless the unit stands in its own field.
fn trailing_flag(rest: &str, unit_field: &str) -> Option<Flag> {
    let alone = matches!(rest, "H" | "HH" | "LL") || rest == "L" && !is_no_unit(unit_field);
    if alone { flag(rest) } else { None }
}

/// `E5`, `e-3`, behind a number: no format of results says that this is a number, and it is no unit.
fn is_exponent(rest: &str) -> bool {
    rest.strip_prefix(['e', 'E']).is_some_and(|power| power.trim_start_matches(['+', '-']).starts_with(is_digit))
}

/// `x10^3`, `×10`, `* 10^6` behind a number: what stands before it is not the whole value.
fn is_power(rest: &str) -> bool {
    rest.strip_prefix(['x', 'X', '×', '*']).is_some_and(|power| power.trim_start().starts_with("10"))
}

/// `b` of a genotype `1b`, `H30` of a time `2H30`, `Rh+` of a blood group `0 Rh+`: words that look like a unit.
fn is_part_of_words(rest: &str) -> bool {
    let letter = matches!(rest.as_bytes(), [one] if one.is_ascii_alphabetic() && !b"gLlmsSUhj".contains(one));
    let time = rest.strip_prefix(['h', 'H']).is_some_and(|minutes| minutes.starts_with(is_digit));
    // « 2 croix » of a strip: no number.
    letter || time || rest.ends_with(['+', '-']) || rest.eq_ignore_ascii_case("croix")
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit()
}

/// Whether words behind a number can be its unit: no blank inside, at least one letter or sign of a unit. `glued`: no
/// blank before it; then it must be one that is known, since it may be a part of a word (`46XX`, `1er`, `2a2c`).
fn is_unit(rest: &str, glued: bool) -> bool {
    let ratio = matches!(rest.as_bytes(), [b'/', b'0'..=b'9', ..]);
    // What begins with a sign of its own goes on with the number (`^6/mL`, `·10⁹`).
    let begun = rest.starts_with(|c: char| c.is_alphabetic() || matches!(c, '%' | '‰' | '°' | '/' | '[' | '{'));
    let signs = rest.contains(|c: char| c.is_alphabetic() || matches!(c, '%' | '‰' | '°'));
    let unit = signs && begun && !ratio && !is_part_of_words(rest);
    unit && rest.len() <= 24 && !rest.contains(char::is_whitespace) && (!glued || is_known_unit(rest))
}

/// Whether this is written as units are: a known one, or one by another.
fn is_known_unit(unit: &str) -> bool {
    const KNOWN: [&str; 49] = [
        "%", "‰", "°", "°c", "g", "mg", "µg", "μg", "ug", "ng", "pg", "kg", "l", "dl", "ml", "µl", "μl", "ul", "fl",
        "mol", "mmol", "µmol", "μmol", "umol", "nmol", "pmol", "meq", "ui", "u", "mui", "kui", "µui", "iu", "miu", "s",
        "sec", "min", "mn", "mm", "cm", "mmhg", "kpa", "mosm", "h", "j", "an", "ans", "jours", "mois",
    ];
    let lower = unit.to_lowercase();
    match lower.split_once('/') {
        Some((_, by)) => by.trim_start_matches(|c: char| c.is_ascii_digit()).starts_with(char::is_alphabetic),
        None => KNOWN.contains(&lower.as_str()),
    }
}

/// The flag field.
pub(crate) fn flag(field: &str) -> Option<Flag> {
    let field = text::trim(field);
    let is = |name: &str| field.eq_ignore_ascii_case(name);
    Some(match field.len() {
        1 if is("N") => Flag::Normal,
        1 if is("L") => Flag::Low,
        1 if is("H") => Flag::High,
        1 if is("A") || is("*") => Flag::Abnormal,
        2 if is("LL") => Flag::CriticallyLow,
        2 if is("HH") => Flag::CriticallyHigh,
        2 if is("AA") || is("**") => Flag::Critical,
        _ => return None,
    })
}

/// The two bounds of a value, decimal strings.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Bounds {
    pub(crate) low: Option<String>,
    pub(crate) high: Option<String>,
    /// A field that is no bound: kept as the laboratory's words.
    pub(crate) words: Option<String>,
    /// What the points of the low and of the high one may mean.
    pub(crate) points: (Point, Point),
}

/// Reads the two bound fields.
pub(crate) fn bounds(low_field: &str, high_field: &str) -> Bounds {
    let bounds = in_two_fields(low_field, high_field);
    if bounds.points == (Point::Absent, Point::Absent) && bounds.words.is_none() {
        let point =
            |field: &str, bound: &Option<String>| if bound.is_some() { Point::of(field) } else { Point::Absent };
        return Bounds { points: (point(low_field, &bounds.low), point(high_field, &bounds.high)), ..bounds };
    }
    bounds
}

fn in_two_fields(low_field: &str, high_field: &str) -> Bounds {
    let (low_field, high_field) = (text::trim(low_field), text::trim(high_field));
    if is_no_unit(low_field) && is_no_unit(high_field) {
        return Bounds::default();
    }
    let (low, high) = (decimal::exact(low_field), decimal::exact(high_field));
    match (low, high) {
        (Some(low), Some(high)) if decimal::is_zero(&low) && decimal::is_zero(&high) => Bounds::default(),
        (Some(low), Some(high)) => Bounds { low: Some(low), high: Some(high), ..Bounds::default() },
        (Some(low), None) if is_no_unit(high_field) => Bounds { low: Some(low), ..Bounds::default() },
        (None, Some(high)) if is_no_unit(low_field) => Bounds { high: Some(high), ..Bounds::default() },
        _ if is_no_unit(high_field) => range(low_field, ""),
        _ if is_no_unit(low_field) => range(high_field, ""),
        _ => Bounds { words: Some(format!("{low_field} - {high_field}")), ..Bounds::default() },
    }
}

/// Reads bounds that stand in one field: `2.20-2.60`, `-2 - 2`, `(0,74 à 1,06)`, `< 5`, `> 60`, `inf. à 5`. `unit`: that
/// of the value, which some repeat behind the bounds.
pub(crate) fn range(field: &str, unit: &str) -> Bounds {
    let (field, unit) = (text::trim(field), text::trim(unit));
    let bare = match field.strip_suffix(unit) {
        Some(bare) if !is_no_unit(unit) => bare,
        _ => field,
    };
    if is_no_unit(text::trim(bare)) {
        return Bounds::default();
    }
    match in_one_field(bare) {
        Bounds { low: Some(low), high: Some(high), .. } if decimal::is_zero(&low) && decimal::is_zero(&high) => {
            Bounds::default()
        }
        Bounds { words: Some(_), .. } => Bounds { words: Some(field.to_owned()), ..Bounds::default() },
        bounds => bounds,
    }
}

fn in_one_field(field: &str) -> Bounds {
    let bare = field.trim_matches(|c: char| matches!(c, '(' | ')' | '[' | ']') || c.is_whitespace());
    let (comparator, rest) = match comparator(bare) {
        (None, _) => worded_comparator(bare),
        signed => signed,
    };
    let words = || Bounds { words: Some(field.to_owned()), ..Bounds::default() };
    if let Some(comparator) = comparator
        && let Some(number) = decimal::exact(rest)
    {
        let point = Point::of(rest);
        return match comparator {
            "<" | "<=" => Bounds { high: Some(number), points: (Point::Absent, point), ..Bounds::default() },
            _ => Bounds { low: Some(number), points: (point, Point::Absent), ..Bounds::default() },
        };
    }
    let Some((low, rest)) = decimal::split(bare) else { return words() };
    let rest = rest.trim_start();
    let separated = ["-", "–", "à", "a ", "/", ";", ".."].iter().find_map(|sign| rest.strip_prefix(sign));
    let points = (Point::of(bare), separated.map(Point::of).unwrap_or_default());
    match separated.and_then(decimal::exact) {
        Some(high) if decimal::compare(&low, &high) != Ordering::Greater => {
            Bounds { low: Some(low.into_owned()), high: Some(high), points, ..Bounds::default() }
        }
        _ => words(),
    }
}

/// `inf. à 5`, `Inférieur à 5`, `sup à 60`, `Supérieure à 60`.
fn worded_comparator(text: &str) -> (Option<&'static str>, &str) {
    let Some((word, rest)) = text.split_once(' ') else { return (None, text) };
    let rest = rest.trim_start();
    let Some(number) = ["à", "a", "À"].iter().find_map(|to| rest.strip_prefix(to)) else { return (None, text) };
    let meant = match word.trim_end_matches('.').to_lowercase().as_str() {
        "inf" | "inférieur" | "inférieure" | "inferieur" | "inferieure" => "<",
        "sup" | "supérieur" | "supérieure" | "superieur" | "superieure" => ">",
        _ => return (None, text),
    };
    (Some(meant), number.trim_start())
}

/// What the bounds say of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Is(Flag),
    /// They do not tell.
    Unknown,
    /// A point may stand before decimals or between thousands, and the bounds say something else of each.
    Doubtful,
}

impl Verdict {
    pub(crate) fn flag(self) -> Option<Flag> {
        if let Self::Is(flag) = self { Some(flag) } else { None }
    }
}

/// Said of a value that is [`Verdict::Doubtful`].
pub(crate) const DOUBTFUL_POINT: &str =
    "Le point peut séparer des décimales ou des milliers : ce résultat n’a pas été comparé aux bornes.";

/// What the bounds say of a value. A number whose point may mean two things is judged only if that changes nothing.
pub(crate) fn judge_value(value: &Value, bounds: &Bounds) -> Verdict {
    let Some(number) = value.value.as_deref().filter(|_| value.numeric) else { return Verdict::Unknown };
    let of = |flag: Option<Flag>| flag.map_or(Verdict::Unknown, Verdict::Is);
    let points = [value.point, bounds.points.0, bounds.points.1];
    let judged = judge(number, value.comparator, bounds);
    // A laboratory writes all numbers of one analyte in one way.
    if points.contains(&Point::Decimals) || !points.contains(&Point::Doubtful) {
        return of(judged);
    }
    let meant = |number: &str, point: Point| match point {
        Point::Doubtful => decimal::without_point(number),
        _ => number.to_owned(),
    };
    let bound = |bound: &Option<String>, point: Point| bound.as_deref().map(|bound| meant(bound, point));
    let (low, high) = bounds.points;
    let thousands = Bounds { low: bound(&bounds.low, low), high: bound(&bounds.high, high), ..Bounds::default() };
    let other = judge(&meant(number, value.point), value.comparator, &thousands);
    if judged == other { of(judged) } else { Verdict::Doubtful }
}

/// What the bounds say of a number. None: they do not tell.
pub(crate) fn judge(number: &str, comparator: Option<&str>, bounds: &Bounds) -> Option<Flag> {
    let against = |bound: &Option<String>| bound.as_deref().map(|bound| decimal::compare(number, bound));
    let (low, high) = (against(&bounds.low), against(&bounds.high));
    // A zero alone, from below, bounds nothing that is measured.
    let from_zero = high.is_none() && bounds.low.as_deref().is_some_and(decimal::is_zero);
    if low.is_none() && high.is_none() || from_zero && low != Some(Ordering::Less) {
        return None;
    }
    match comparator {
        None => Some(match (low, high) {
            (Some(Ordering::Less), _) => Flag::Low,
            (_, Some(Ordering::Greater)) => Flag::High,
            _ => Flag::Normal,
        }),
        // Below `number`, nobody knows how far: low for sure, or normal if nothing bounds it from below.
        Some("<" | "<=") => {
            let unbounded = bounds.low.as_deref().is_none_or(decimal::is_zero);
            match (low, high) {
                (Some(Ordering::Less), _) => Some(Flag::Low),
                (Some(Ordering::Equal), _) if comparator == Some("<") && !unbounded => Some(Flag::Low),
                (_, Some(Ordering::Less | Ordering::Equal)) if unbounded => Some(Flag::Normal),
                _ => None,
            }
        }
        Some(_) => match (low, high) {
            (_, Some(Ordering::Greater)) => Some(Flag::High),
            (_, Some(Ordering::Equal)) if comparator == Some(">") => Some(Flag::High),
            (Some(Ordering::Greater | Ordering::Equal), None) => Some(Flag::Normal),
            _ => None,
        },
    }
}

/// The flag of a result and who gave it: the laboratory's own wins over what the bounds say, but for one case. A value
/// outside of the laboratory's own bounds is never shown as normal: the bounds' flag stands. `N` may be a default that
/// nobody looked at, and to overlook costs more than to look twice.
///
/// `starred`: the laboratory marked the value with an asterisk, which says that it is not normal; the bounds, when they
/// agree, say on which side.
pub(crate) fn decide(
    laboratory: Option<Flag>,
    starred: bool,
    computed: Option<Flag>,
) -> (Option<Flag>, Option<FlagSource>) {
    match (laboratory, computed) {
        (Some(Flag::Normal), Some(side)) if side.is_abnormal() => (Some(side), Some(FlagSource::Bounds)),
        (Some(flag), _) => (Some(flag), Some(FlagSource::Laboratory)),
        (None, Some(side)) if starred && side.is_abnormal() => (Some(side), Some(FlagSource::Laboratory)),
        (None, _) if starred => (Some(Flag::Abnormal), Some(FlagSource::Laboratory)),
        (None, Some(flag)) => (Some(flag), Some(FlagSource::Bounds)),
        (None, None) => (None, None),
    }
}

/// Whether the laboratory's flag says otherwise than its own bounds: normal outside of them, high or low inside of them or
/// on the other side. On a bound itself both may be meant; without a bound on its side nothing contradicts a flag.
pub(crate) fn contradicts(laboratory: Option<Flag>, computed: Option<Flag>, number: &str, bounds: &Bounds) -> bool {
    let (Some(laboratory), Some(computed), false) = (laboratory, computed, number.is_empty()) else { return false };
    let against = |bound: &Option<String>| bound.as_deref().map(|bound| decimal::compare(number, bound));
    match (laboratory, computed) {
        (Flag::Normal, side) => side.is_abnormal(),
        (Flag::High | Flag::CriticallyHigh, Flag::Low) | (Flag::Low | Flag::CriticallyLow, Flag::High) => true,
        (Flag::High | Flag::CriticallyHigh, Flag::Normal) => against(&bounds.high) == Some(Ordering::Less),
        (Flag::Low | Flag::CriticallyLow, Flag::Normal) => against(&bounds.low) == Some(Ordering::Greater),
        _ => false,
    }
}

/// The sentence of a warning about it.
pub(crate) fn contradiction(label: &str) -> String {
    format!("« {label} » : l’indication du laboratoire contredit les bornes qu’il donne, vérifiez le résultat.")
}

/// Keeps the word of a laboratory that says otherwise than its own bounds; of one that says normal, [`decide`] shows the
/// bounds' flag.
pub(crate) fn keep_contradicted(result: &mut LabResult, laboratory: Option<Flag>, contradicted: bool) {
    if laboratory == Some(Flag::Normal) && result.flag != laboratory {
        add_comment(result, "Indiqué « normal » par le laboratoire, mais hors des bornes qu’il donne.");
    } else if contradicted {
        add_comment(result, "L’indication du laboratoire contredit les bornes qu’il donne.");
    }
}

/// Adds words to the comment of a result, on a line of their own.
pub(crate) fn add_comment(result: &mut LabResult, text: &str) {
    if text.is_empty() {
        return;
    }
    let comment = result.comment.get_or_insert_default();
    if !comment.is_empty() {
        comment.push('\n');
    }
    comment.push_str(text);
}
