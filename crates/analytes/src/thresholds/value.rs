//! A value as sent: a number, and whether it is only known to lie beyond it. Decimal from the first digit to the comparison.

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

fn split_comparator(value: &str) -> (Said, &str) {
    for (sign, meaning) in [
        ("<=", Said::AtMost),
        ("≤", Said::AtMost),
        (">=", Said::AtLeast),
        ("≥", Said::AtLeast),
        ("<", Said::Less),
        (">", Said::More),
    ] {
        if let Some(rest) = value.strip_prefix(sign) {
            return (meaning, rest);
        }
    }
    (Said::Is, value)
}

/// A decimal number, and nothing else.
#[must_use]
pub fn number_of(text: &str, counted: bool) -> Option<Decimal> {
    let text = text.trim();
    if text.len() > 20 || !text.starts_with(|letter: char| letter.is_ascii_digit()) {
        return None;
    }
    let plain: String = text.chars().map(|letter| if letter == ',' { '.' } else { letter }).collect();
    let digits = |part: &str| !part.is_empty() && part.chars().all(|letter| letter.is_ascii_digit());
    // Thousands by blanks are the same in every unit: no number has a blank in it otherwise.
    let groups: Vec<&str> = plain.split([' ', '\u{a0}', '\u{202f}']).collect();
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
    use super::{Said, amount, number_of};
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
    fn a_comparator_is_read_beside_the_value_or_in_it() {
        let of = |value, comparator| amount(value, comparator, false).map(|one| one.said);
        assert_eq!(of("10", Some("<")), Some(Said::Less));
        assert_eq!(of("<10", None), Some(Said::Less));
        assert_eq!(of("≥ 6,5", None), Some(Said::AtLeast));
        assert_eq!(of("6,5", None), Some(Said::Is));
        assert_eq!(of("6,5", Some("~")), None);
        assert_eq!(amount("> 6,5", None, false).map(|one| one.number), Decimal::from_str_exact("6.5").ok());
    }
}
