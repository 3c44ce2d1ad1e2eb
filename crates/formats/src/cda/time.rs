//! Times of HL7 (TS, `20250513083000+0200`) to RFC 3339. It must never invent what is not written: no offset, no day.

use crate::date;

/// A time as the report writes it: RFC 3339, without an offset where none is written; or a day. None when not even a day
/// is written, or it is none of the calendar.
pub(super) fn read(text: &str) -> Option<String> {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at_checked(end)?;
    let piece = |from: usize, to: usize| digits.get(from..to);
    let day = date::whole(&format!("{}-{}-{}", piece(0, 4)?, piece(4, 6)?, piece(6, 8)?), 0)?;
    let (Some(hour), Some(minute)) = (piece(8, 10), piece(10, 12)) else { return Some(day) };
    let second = piece(12, 14).unwrap_or("00");
    let below = |text: &str, limit: u32| text.parse::<u32>().is_ok_and(|number| number < limit);
    if digits.len() > 14 || !below(hour, 24) || !below(minute, 60) || !below(second, 60) {
        return Some(day);
    }
    let rest = match rest.strip_prefix('.') {
        Some(fraction) => fraction.trim_start_matches(|c: char| c.is_ascii_digit()),
        None => rest,
    };
    Some(format!("{day}T{hour}:{minute}:{second}{}", offset(rest).unwrap_or_default()))
}

/// The day of a time.
pub(super) fn day(text: &str) -> Option<String> {
    let mut day = read(text)?;
    day.truncate(10);
    Some(day)
}

fn offset(text: &str) -> Option<String> {
    if text.eq_ignore_ascii_case("z") {
        return Some("Z".to_owned());
    }
    let sign = text.chars().next().filter(|c| matches!(c, '+' | '-'))?;
    let digits: String = text.chars().skip(1).filter(|c| *c != ':').collect();
    let (hours, minutes) = (digits.get(..2)?, digits.get(2..4).unwrap_or("00"));
    let valid = digits.len() <= 4 && digits.bytes().all(|byte| byte.is_ascii_digit());
    (valid && hours.parse::<u32>().ok()? < 24 && minutes.parse::<u32>().ok()? < 60)
        .then(|| format!("{sign}{hours}:{minutes}"))
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn times_keep_what_is_written_and_nothing_else() {
        let known = [
            ("20250513083000+0200", Some("2025-05-13T08:30:00+02:00")),
            ("20250513083000.123-0430", Some("2025-05-13T08:30:00-04:30")),
            ("202505130830+0200", Some("2025-05-13T08:30:00+02:00")),
            ("202505130830", Some("2025-05-13T08:30:00")),
            ("20250513083000Z", Some("2025-05-13T08:30:00Z")),
            ("20250513", Some("2025-05-13")),
            ("2025051308", Some("2025-05-13")),
            ("20250513250000+0200", Some("2025-05-13")),
            ("20250513083000+99", Some("2025-05-13T08:30:00")),
            ("202505", None),
            ("20250230", None),
            ("", None),
            ("hier", None),
        ];
        for (text, expected) in known {
            assert_eq!(read(text).as_deref(), expected, "{text}");
        }
    }
}
