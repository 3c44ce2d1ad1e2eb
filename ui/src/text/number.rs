//! Numbers as a French reader expects them: decimal comma, thin groups of three, sizes.

use std::cmp::Ordering;

/// A narrow non-breaking space, between groups of three digits.
const GROUP: char = '\u{202f}';

/// A value for display: a decimal point becomes a comma when the whole is a number, and five digits or more stand in groups
/// of three. Anything else stays as sent, a number that begins with a zero too: it is a reference.
#[must_use]
pub fn value(sent: &str) -> String {
    // A comparator may stand before it.
    let (before, number) = sent.split_at(sent.find(|letter: char| letter.is_ascii_digit()).unwrap_or(sent.len()));
    let (whole, part) = number.split_once('.').map_or((number, None), |(whole, part)| (whole, Some(part)));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let numeric = before.chars().all(|sign| matches!(sign, '-' | '+' | '<' | '>' | '=' | ' '));
    if !numeric || !digits(whole) || !part.is_none_or(digits) {
        return sent.to_owned();
    }
    let whole = if whole.len() < 5 || whole.starts_with('0') { whole.to_owned() } else { grouped(whole) };
    match part {
        Some(part) => format!("{before}{whole},{part}"),
        None => format!("{before}{whole}"),
    }
}

/// Digits in groups of three.
fn grouped(digits: &str) -> String {
    let mut grouped = String::with_capacity(digits.len() * 2);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(GROUP);
        }
        grouped.push(digit);
    }
    grouped
}

/// A decimal number as laboratories write it, near enough to place a mark on a bar or a chart, never to be shown.
#[must_use]
pub fn near(sent: &str) -> Option<f64> {
    let (digits, sign) = sent.strip_prefix('-').map_or((sent, 1.0), |digits| (digits, -1.0));
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.is_empty() && part.is_empty() {
        return None;
    }
    let mut number = 0.0;
    for digit in whole.chars() {
        number = number * 10.0 + f64::from(digit.to_digit(10)?);
    }
    let mut place = 1.0;
    for digit in part.chars() {
        place /= 10.0;
        number += place * f64::from(digit.to_digit(10)?);
    }
    Some(sign * number)
}

/// How a value moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Up, down, or not at all.
    pub way: Ordering,
    /// By how much, without a sign, with a decimal comma.
    pub by: String,
}

/// A decimal number as a whole one, and how many of its digits are decimals.
fn scaled(sent: &str) -> Option<(i64, u32)> {
    let (digits, sign) = sent.strip_prefix('-').map_or((sent, 1), |digits| (digits, -1));
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    // Seventeen digits are more than any measure has, and far from the end of an i64.
    if whole.len() + part.len() > 17 || whole.is_empty() || digits.ends_with('.') {
        return None;
    }
    let mut number = 0_i64;
    for digit in whole.chars().chain(part.chars()) {
        number = number * 10 + i64::from(digit.to_digit(10)?);
    }
    Some((sign * number, u32::try_from(part.len()).ok()?))
}

/// The change between two decimal numbers, exact: it has as many decimals as the finer of the two.
#[must_use]
pub fn change(now: &str, before: &str) -> Option<Change> {
    let ((now, now_places), (before, before_places)) = (scaled(now)?, scaled(before)?);
    let places = now_places.max(before_places);
    let brought = |number: i64, has: u32| number.checked_mul(10_i64.checked_pow(places - has)?);
    let moved = brought(now, now_places)?.checked_sub(brought(before, before_places)?)?;
    let places = usize::try_from(places).ok()?;
    let digits = format!("{:0width$}", moved.unsigned_abs(), width = places + 1);
    let (whole, part) = digits.split_at_checked(digits.len() - places)?;
    let by = if part.is_empty() { whole.to_owned() } else { format!("{whole},{part}") };
    Some(Change { way: moved.cmp(&0), by })
}

/// A whole number, in groups of three.
#[must_use]
pub fn whole(number: u64) -> String {
    grouped(&number.to_string())
}

/// « 1 dossier », « 3 dossiers »: French counts one up to, but not including, two.
#[must_use]
pub fn plural(number: u64, one: &str, many: &str) -> String {
    format!("{}\u{a0}{}", whole(number), if number < 2 { one } else { many })
}

/// A size in octets, with one decimal under ten.
#[must_use]
pub fn size(bytes: u64) -> String {
    const UNITS: [&str; 3] = ["ko", "Mo", "Go"];
    if bytes < 1000 {
        return format!("{bytes}\u{a0}o");
    }
    let mut tenths = bytes / 100;
    for unit in UNITS {
        if tenths < 100 {
            return format!("{},{}\u{a0}{unit}", tenths / 10, tenths % 10);
        }
        if tenths < 10_000 {
            return format!("{}\u{a0}{unit}", tenths / 10);
        }
        tenths /= 1000;
    }
    format!("{}\u{a0}To", tenths / 10)
}

#[cfg(test)]
mod tests {
    use super::{Change, change, near, plural, size, value, whole};
    use std::cmp::Ordering;

    #[test]
    fn the_decimal_comma_stands_in_numbers_only() {
        assert_eq!(value("6.8"), "6,8");
        assert_eq!(value("-0.10"), "-0,10");
        assert_eq!(value("139"), "139");
        assert_eq!(value("v. infra"), "v. infra");
        assert_eq!(value("1.2.3"), "1.2.3");
        assert_eq!(value("."), ".");
        assert_eq!(value("<0.05"), "<0,05");
        assert_eq!(value("1E5"), "1E5");
        assert_eq!(value("6.8 mmol"), "6.8 mmol");
        assert_eq!(value("\u{3b1}1"), "\u{3b1}1");
    }

    #[test]
    fn large_numbers_stand_in_groups() {
        assert_eq!(value("120000"), "120\u{202f}000");
        assert_eq!(value(">1000000"), ">1\u{202f}000\u{202f}000");
        assert_eq!(value("12345.67"), "12\u{202f}345,67");
        assert_eq!(value("9800"), "9800");
        assert_eq!(value("0123456"), "0123456");
    }

    #[test]
    fn decimals_are_read_and_nothing_else() {
        for (text, number) in [("139", 139.0), ("-0.5", -0.5), (".25", 0.25), ("6.8", 6.8)] {
            assert!(near(text).is_some_and(|read| (read - number).abs() < 1e-9), "{text}");
        }
        for text in ["", "-", ".", "1e3", "1,5", "positif", "1.2.3"] {
            assert_eq!(near(text), None, "{text}");
        }
    }

    #[test]
    fn a_change_is_exact() {
        let moved = |now, before, way, by: &str| {
            assert_eq!(change(now, before), Some(Change { way, by: by.to_owned() }), "{before} -> {now}");
        };
        moved("5.0", "4.6", Ordering::Greater, "0,4");
        moved("0.3", "0.1", Ordering::Greater, "0,2");
        moved("139", "140", Ordering::Less, "1");
        moved("4.60", "4.6", Ordering::Equal, "0,00");
        moved("1", "1.25", Ordering::Less, "0,25");
        moved("-0.5", "0.5", Ordering::Less, "1,0");
        moved("0.05", "0.1", Ordering::Less, "0,05");
        moved("1234567890123456.9", "0.1", Ordering::Greater, "1234567890123456,8");
    }

    #[test]
    fn what_is_no_number_has_no_change() {
        for text in ["", "-", "positif", "1e3", "1,5", "<0.1", "1.", ".5", &"9".repeat(18)] {
            assert_eq!(change(text, "1"), None, "{text}");
            assert_eq!(change("1", text), None, "{text}");
        }
        assert_eq!(change("12345678901234567", "0.0000000000000001"), None, "too far apart to be exact");
    }

    #[test]
    fn groups_plurals_and_sizes() {
        assert_eq!(whole(100_000), "100\u{202f}000");
        assert_eq!(whole(34), "34");
        assert_eq!(plural(0, "dossier", "dossiers"), "0\u{a0}dossier");
        assert_eq!(plural(2, "dossier", "dossiers"), "2\u{a0}dossiers");
        assert_eq!(size(512), "512\u{a0}o");
        assert_eq!(size(4_200), "4,2\u{a0}ko");
        assert_eq!(size(131_072), "131\u{a0}ko");
        assert_eq!(size(60_000_000), "60\u{a0}Mo");
    }
}
