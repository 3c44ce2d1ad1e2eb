//! A value as sent: a number, and whether it is only known to lie beyond it. Decimal from the first digit to the comparison.

use super::units;
use crate::words::words;
use rust_decimal::Decimal;

/// What a value says of the amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// It is this.
    Is,
    /// It is less (`<`).
    Less,
    /// It is at most this (`<=`).
    AtMost,
    /// It is more (`>`).
    More,
    /// It is at least this (`>=`).
    AtLeast,
}

/// A number with what is said of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Amount {
    /// The number.
    pub number: Decimal,
    /// Whether the amount is that number, or lies beyond it.
    pub said: Said,
}

/// Reads a value. `counted`: it is a count of cells in a cubic millimetre, where a blank or a point stands between thousands
/// (`7 200`, `7.200`); anywhere else a point is a decimal point.
#[must_use]
pub fn amount(value: &str, comparator: Option<&str>, counted: bool) -> Option<Amount> {
    let value = value.trim();
    let (inside, number) = split_comparator(value);
    let said = match comparator.map(str::trim).filter(|sign| !sign.is_empty()) {
        Some(sign) => said(sign)?,
        None => inside,
    };
    Some(Amount { number: number_of(number, counted)?, said })
}

fn said(sign: &str) -> Option<Said> {
    Some(match sign {
        "<" => Said::Less,
        "<=" | "≤" => Said::AtMost,
        ">" => Said::More,
        ">=" | "≥" => Said::AtLeast,
        "=" => Said::Is,
        _ => return None,
    })
}

/// Signs and words in front of a number that compare it.
const COMPARATORS: &[(&str, Said)] = &[
    ("<=", Said::AtMost),
    ("≤", Said::AtMost),
    (">=", Said::AtLeast),
    ("≥", Said::AtLeast),
    ("<", Said::Less),
    (">", Said::More),
    ("=", Said::Is),
    ("inf", Said::Less),
    ("moins de", Said::Less),
    ("sup", Said::More),
    ("plus de", Said::More),
];

fn split_comparator(value: &str) -> (Said, &str) {
    let Some(at) = value.find(|letter: char| letter.is_ascii_digit() || matches!(letter, '.' | ',')) else {
        return (Said::Is, value);
    };
    // « inf. à 10 », « supérieur à 6,5 », « < à 10 »: the point of an abbreviation is no decimal point.
    let at = value
        .get(at..)
        .filter(|rest| rest.starts_with(". "))
        .map_or(at, |_| value.find(|letter: char| letter.is_ascii_digit()).unwrap_or(at));
    let (front, number) = value.split_at(at);
    let front = front.trim().to_lowercase();
    for (sign, meaning) in COMPARATORS {
        if let Some(rest) = front.strip_prefix(sign) {
            let rest =
                rest.trim_start_matches("érieur").trim_start_matches("erieur").trim_start_matches(['e', '.', ' ']);
            let said = match rest {
                "" | "a" | "à" => *meaning,
                "ou égal à" | "ou egal a" | "ou égale à" if *meaning == Said::Less => Said::AtMost,
                "ou égal à" | "ou egal a" | "ou égale à" if *meaning == Said::More => Said::AtLeast,
                _ => continue,
            };
            return (said, number);
        }
    }
    (Said::Is, value)
}

/// Beginnings of words that say how a number was found or whether it is high, and leave it the number it is.
const REMARKS: &[&str] = &[
    "control",
    "recontrol",
    "verif",
    "confirm",
    "repet",
    "refait",
    "telephon",
    "eleve",
    "bas",
    "haut",
    "critiq",
    "alert",
    "hemolys",
    "lipem",
    "icter",
];

/// Flags, and words that such a remark may begin with.
const OPENINGS: &[&str] = &["h", "hh", "l", "ll", "a", "non", "valeur", "resultat"];

/// Words that may follow in it. Right behind the number they would say what was counted: `2 prélèvements`.
const FOLLOWING: &[&str] = &[
    "ce",
    "jour",
    "le",
    "la",
    "fois",
    "deux",
    "sur",
    "2e",
    "second",
    "nouveau",
    "nouvel",
    "prelevement",
    "echantillon",
    "tube",
    "et",
    "par",
    "au",
    "d",
    "index",
    "indice",
];

/// A value in two parts: the number with its comparator, and what stands behind it. Marks in front of a number (`*7.9`, `H 7.9`) are
/// left out.
#[must_use]
pub fn parted(value: &str) -> (&str, &str) {
    let mut value = value.trim().trim_start_matches(['*', '!', '↑', '↓', ' ']);
    for flag in ["H ", "HH ", "L ", "LL "] {
        value = value.strip_prefix(flag).unwrap_or(value).trim_start();
    }
    let from = value.find(|letter: char| letter.is_ascii_digit()).unwrap_or(value.len());
    let is_number = |letter: char| letter.is_ascii_digit() || matches!(letter, '.' | ',') || is_blank(letter);
    let (front, rest) = value.split_at(from);
    let digits = rest.find(|letter: char| !is_number(letter)).unwrap_or(rest.len());
    let number = value.get(..front.len() + digits).unwrap_or(value);
    (number.trim_end(), value.get(number.len()..).unwrap_or_default().trim())
}

/// The unit that stands behind a number, before a remark or alone.
#[must_use]
pub fn unit_in(note: &str) -> Option<&str> {
    let known = |text: &str| {
        !is_remark(text) && units::unit(Some(text)).is_some_and(|unit| !matches!(unit, units::Unit::Missing))
    };
    if known(note) {
        return Some(note);
    }
    let (first, rest) = note.split_once(is_blank)?;
    (known(first) && is_remark(rest)).then_some(first)
}

/// Whether what stands behind a number only says how it was found, or that it is high: `7.9 contrôlé`, `7.9 *`, `7.9 (1)`.
#[must_use]
pub fn is_remark(note: &str) -> bool {
    let footnote = note.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    if footnote.is_some_and(|mark| mark.len() == 1) {
        return true;
    }
    // What a sign binds to the number makes another of it: 1/80, 5-10, 7 ± 1.
    if note.contains(['/', '±', '%', '^', ':']) {
        return false;
    }
    words(note).iter().enumerate().all(|(at, word)| {
        OPENINGS.contains(&word.as_str())
            || (at > 0 && FOLLOWING.contains(&word.as_str()))
            || REMARKS.iter().any(|beginning| word.starts_with(beginning))
    })
}

fn is_blank(letter: char) -> bool {
    matches!(letter, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}')
}

/// A decimal number, and nothing else.
#[must_use]
pub fn number_of(text: &str, counted: bool) -> Option<Decimal> {
    let text = text.trim();
    if text.len() > 20 || !text.starts_with(|letter: char| letter.is_ascii_digit() || matches!(letter, '.' | ',')) {
        return None;
    }
    let mut plain: String = text.chars().map(|letter| if letter == ',' { '.' } else { letter }).collect();
    // A zero before the point is often left out.
    if plain.starts_with('.') {
        plain.insert(0, '0');
    }
    let digits = |part: &str| !part.is_empty() && part.chars().all(|letter| letter.is_ascii_digit());
    // Thousands by blanks are the same in every unit: no number has a blank in it otherwise.
    let groups: Vec<&str> = plain.split(is_blank).collect();
    let joined = match groups.as_slice() {
        [one] => (*one).to_owned(),
        [first, rest @ ..] => {
            let (last, middle) = rest.split_last()?;
            let whole = last.split('.').next().unwrap_or_default();
            let grouped =
                digits(first) && first.len() <= 3 && middle.iter().all(|part| digits(part) && part.len() == 3);
            if !grouped || whole.len() != 3 {
                return None;
            }
            groups.concat()
        }
        [] => return None,
    };
    let parts: Vec<&str> = joined.split('.').collect();
    let decimal = match parts.as_slice() {
        [first, rest @ ..]
            if counted
                && !rest.is_empty()
                && first.len() <= 3
                && rest.iter().all(|part| digits(part) && part.len() == 3) =>
        {
            parts.concat()
        }
        [whole] if digits(whole) => joined,
        [whole, fraction] if digits(whole) && digits(fraction) => joined,
        _ => return None,
    };
    Decimal::from_str_exact(&decimal).ok()
}

#[cfg(test)]
mod tests {
    use super::{Said, amount, is_remark, number_of, parted, unit_in};
    use rust_decimal::Decimal;

    fn read(text: &str, counted: bool) -> Option<String> {
        number_of(text, counted).map(|number| number.to_string())
    }

    #[test]
    fn numbers_are_read_as_they_are_written() {
        assert_eq!(read("7.9", false).as_deref(), Some("7.9"));
        assert_eq!(read("7,9", false).as_deref(), Some("7.9"));
        assert_eq!(read(" 7200 ", false).as_deref(), Some("7200"));
        assert_eq!(read("7 200", false).as_deref(), Some("7200"));
        assert_eq!(read("4 500 000", false).as_deref(), Some("4500000"));
        assert_eq!(read(".3", false).as_deref(), Some("0.3"));
        assert_eq!(read(",35", false).as_deref(), Some("0.35"));
        for text in [".", ",", "..3", ".3.5", ". 3"] {
            assert_eq!(read(text, false), None, "{text}");
        }
        assert_eq!(read("7\u{202f}200", false).as_deref(), Some("7200"));
        for text in ["", "Positif", "7.9 *", "1/80", "12:30", "7,9,1", "-3", "7 20", "1 2 3", "7 200 0", "1e5"] {
            assert_eq!(read(text, false), None, "{text}");
        }
    }

    #[test]
    fn a_point_parts_thousands_only_where_cells_are_counted_in_a_cubic_millimetre() {
        assert_eq!(read("7.200", true).as_deref(), Some("7200"));
        assert_eq!(read("1.250.000", true).as_deref(), Some("1250000"));
        assert_eq!(read("7.2", true).as_deref(), Some("7.2"));
        assert_eq!(read("7.200", false), Some("7.200".to_owned()));
        assert_eq!(read("7200.5", true).as_deref(), Some("7200.5"));
    }

    #[test]
    fn what_stands_behind_a_number_is_a_unit_a_remark_or_not_understood() {
        for (value, number, unit, remark) in [
            ("7.9", "7.9", None, true),
            ("7 200", "7 200", None, true),
            ("7.9 contrôlé", "7.9", None, true),
            ("7,9 (contrôlé ce jour)", "7,9", None, true),
            ("7.9*", "7.9", None, true),
            ("*7.9", "7.9", None, true),
            ("7.9 (1)", "7.9", None, true),
            ("7.9 H", "7.9", None, true),
            ("> 7.9 vérifié", "> 7.9", None, true),
            ("7.9 mmol/L", "7.9", Some("mmol/L"), false),
            ("7.9mmol/L contrôlé", "7.9", Some("mmol/L"), false),
            ("1/80", "1", None, false),
            ("5-10", "5", None, false),
            ("7.9 ± 0.2", "7.9", None, false),
            ("2 prélèvements", "2", None, false),
            ("4 à 5", "4", None, false),
        ] {
            let (read, note) = parted(value);
            assert_eq!((read, unit_in(note), is_remark(note)), (number, unit, remark), "{value}");
        }
    }

    #[test]
    fn a_comparator_is_read_beside_the_value_or_in_it() {
        let of = |value, comparator| amount(value, comparator, false).map(|one| one.said);
        assert_eq!(of("10", Some("<")), Some(Said::Less));
        assert_eq!(of("<10", None), Some(Said::Less));
        assert_eq!(of("≥ 6,5", None), Some(Said::AtLeast));
        assert_eq!(of("6,5", None), Some(Said::Is));
        assert_eq!(of("inf. à 10", None), Some(Said::Less));
        assert_eq!(of("Inférieur à 10", None), Some(Said::Less));
        assert_eq!(of("INFERIEUR A 10", None), Some(Said::Less));
        assert_eq!(of("sup à 6,5", None), Some(Said::More));
        assert_eq!(of("Supérieure ou égale à 6,5", None), Some(Said::AtLeast));
        assert_eq!(of("< à .3", None), Some(Said::Less));
        assert_eq!(of("environ 10", None), None);
        assert_eq!(of("-3", None), None);
        assert_eq!(of("6,5", Some("~")), None);
        assert_eq!(amount("> 6,5", None, false).map(|one| one.number), Decimal::from_str_exact("6.5").ok());
    }
}
