//! Decimal numbers as the laboratory wrote them: kept as digits, compared digit by digit. It must never go through a
//! float, which would change what is shown and decide bounds wrongly.

use crate::text;
use std::borrow::Cow;
use std::cmp::Ordering;

/// Splits a number off the start of a text: its decimal string (point, no blanks between thousands), and what follows.
pub(crate) fn split(text: &str) -> Option<(Cow<'_, str>, &str)> {
    plain(text).or_else(|| written(text).map(|(number, rest)| (Cow::Owned(number), rest)))
}

/// A number that is a decimal string as it stands, as most are: no sign, no comma, no thousands.
fn plain(text: &str) -> Option<(Cow<'_, str>, &str)> {
    let bytes = text.as_bytes();
    let whole = count_digits(bytes);
    let behind = bytes.get(whole..).unwrap_or_default();
    let fraction = match behind {
        [b'.', behind @ ..] => count_digits(behind),
        // Perhaps thousands, or blanks that are no ASCII.
        [b',' | 128.., ..] | [b' ', b'0'..=b'9', ..] => return None,
        _ => 0,
    };
    let end = if fraction > 0 { whole + 1 + fraction } else { whole };
    let (number, rest) = text.split_at_checked(end)?;
    (whole > 0).then_some((Cow::Borrowed(number), rest))
}

/// A number in any of the ways that laboratories write it.
fn written(text: &str) -> Option<(String, &str)> {
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

/// How many digits a text begins with.
fn count_digits(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| byte.is_ascii_digit()).count()
}

/// Moves the digits that a text begins with.
fn digits<'a>(text: &'a str, number: &mut String) -> &'a str {
    let (found, rest) = text.split_at_checked(count_digits(text.as_bytes())).unwrap_or((text, ""));
    number.push_str(found);
    rest
}

/// Moves groups of exactly three digits, each after one blank: `4 500 000`.
fn thousands<'a>(text: &'a str, number: &mut String) -> &'a str {
    let mut rest = text;
    loop {
        let Some(after) = rest.strip_prefix([' ', '\u{A0}', '\u{202F}']) else { return rest };
        let length = count_digits(after.as_bytes());
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
    let (number, rest) = split(text::trim(text))?;
    rest.is_empty().then(|| number.into_owned())
}

/// How a number is written, as far as its point may mean something else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Point {
    /// There is none, or a comma in its place.
    #[default]
    Absent,
    /// It stands before decimals for sure: `5.2`, `0.270`.
    Decimals,
    /// Before three digits, behind one to three: `1.500` may be fifteen hundred.
    Doubtful,
}

impl Point {
    /// Of the number that this text begins with, behind a sign.
    pub(crate) fn of(text: &str) -> Self {
        let digits = text.trim_start_matches(|c: char| !c.is_ascii_digit());
        let whole = count_digits(digits.as_bytes());
        let Some(behind) = digits.get(whole..).and_then(|rest| rest.strip_prefix('.')) else { return Self::Absent };
        match (whole, count_digits(behind.as_bytes())) {
            (_, 0) => Self::Absent,
            (1..=3, 3) if !digits.starts_with('0') => Self::Doubtful,
            _ => Self::Decimals,
        }
    }
}

/// A number whose point stands between thousands: `1.500` read so.
pub(crate) fn without_point(number: &str) -> String {
    number.replace('.', "")
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
fn parts(number: &str) -> (bool, &[u8], &[u8]) {
    let (negative, unsigned) = match number.as_bytes() {
        [b'-', unsigned @ ..] => (true, unsigned),
        unsigned => (false, unsigned),
    };
    let point = unsigned.iter().position(|byte| *byte == b'.').unwrap_or(unsigned.len());
    let mut whole = unsigned.get(..point).unwrap_or_default();
    let mut fraction = unsigned.get(point + 1..).unwrap_or_default();
    while let [b'0', rest @ ..] = whole {
        whole = rest;
    }
    while let [rest @ .., b'0'] = fraction {
        fraction = rest;
    }
    (negative && !(whole.is_empty() && fraction.is_empty()), whole, fraction)
}
