//! Decimal numbers as the laboratory wrote them: kept as digits, compared digit by digit. It must never go through a
//! float, which would change what is shown and decide bounds wrongly.

use std::cmp::Ordering;

/// Splits a number off the start of a text: its decimal string (point, no blanks between thousands), and what follows.
pub(crate) fn split(text: &str) -> Option<(String, &str)> {
    let mut number = String::with_capacity(8);
    let mut rest = text;
    if let Some(after) = rest.strip_prefix('-') {
        number.push('-');
        rest = after.trim_start();
    } else if let Some(after) = rest.strip_prefix('+') {
        rest = after.trim_start();
    }
    let before = number.len();
    rest = digits(rest, &mut number);
    let whole = number.len() - before;
    if (1..=3).contains(&whole) {
        rest = thousands(rest, &mut number);
    }
    if let Some(after) = rest.strip_prefix(['.', ','])
        && after.starts_with(|c: char| c.is_ascii_digit())
    {
        number.push('.');
        let rest = digits(after, &mut number);
        return Some((number, rest));
    }
    (whole > 0).then_some((number, rest))
}

/// Moves the digits that a text begins with.
fn digits<'a>(text: &'a str, number: &mut String) -> &'a str {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (found, rest) = text.split_at_checked(end).unwrap_or((text, ""));
    number.push_str(found);
    rest
}

/// Moves groups of exactly three digits, each after one blank: `4 500 000`.
fn thousands<'a>(text: &'a str, number: &mut String) -> &'a str {
    let mut rest = text;
    loop {
        let Some(after) = rest.strip_prefix([' ', '\u{A0}', '\u{202F}']) else { return rest };
        let length = after.bytes().take_while(u8::is_ascii_digit).count();
        match after.split_at_checked(3) {
            Some((group, left)) if length == 3 => {
                number.push_str(group);
                rest = left;
            }
            _ => return rest,
        }
    }
}

/// A whole text as a decimal string.
pub(crate) fn exact(text: &str) -> Option<String> {
    let (number, rest) = split(text.trim())?;
    rest.is_empty().then_some(number)
}

/// Compares two decimal strings as [`split`] gives them.
pub(crate) fn compare(a: &str, b: &str) -> Ordering {
    let (a_negative, a_whole, a_fraction) = parts(a);
    let (b_negative, b_whole, b_fraction) = parts(b);
    match (a_negative, b_negative) {
        (true, false) => Ordering::Less,
        (false, true) => Ordering::Greater,
        (negative, _) => {
            let size = (a_whole.len().cmp(&b_whole.len())).then(a_whole.cmp(b_whole)).then(a_fraction.cmp(b_fraction));
            if negative { size.reverse() } else { size }
        }
    }
}

/// Whether a decimal string is zero.
pub(crate) fn is_zero(number: &str) -> bool {
    let (_, whole, fraction) = parts(number);
    whole.is_empty() && fraction.is_empty()
}

/// Sign, digits before the point without leading zeros, digits after it without trailing zeros. Zero has no sign.
fn parts(number: &str) -> (bool, &str, &str) {
    let (negative, unsigned) = match number.strip_prefix('-') {
        Some(unsigned) => (true, unsigned),
        None => (false, number),
    };
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
    (negative && !(whole.is_empty() && fraction.is_empty()), whole, fraction)
}
