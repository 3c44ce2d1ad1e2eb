//! Times of two reports held against each other, only as exactly as both are known.

use std::cmp::Ordering;

/// A time as reports give it: a day, or a time of day, with an offset or without.
struct Moment<'a> {
    whole: &'a str,
    day: &'a str,
    /// `HH:MM`.
    clock: Option<&'a str>,
    offset: bool,
}

impl<'a> Moment<'a> {
    fn of(text: &'a str) -> Option<Self> {
        let day = text.get(..10).filter(|day| day.parse::<jiff::civil::Date>().is_ok())?;
        let clock = text.get(11..16).filter(|_| text.get(10..11) == Some("T"));
        let offset = text.ends_with('Z') || text.get(19..).is_some_and(|rest| rest.contains(['+', '-']));
        Some(Self { whole: text, day, clock, offset })
    }
}

/// The order of two times; `None` where one of them is not known. Equal where no difference is seen at the exactness of the
/// less exact one: a day holds all its hours.
pub fn compare(one: Option<&str>, other: Option<&str>) -> Option<Ordering> {
    let (one, other) = (Moment::of(one?)?, Moment::of(other?)?);
    let (Some(clock), Some(other_clock)) = (one.clock, other.clock) else {
        return Some(one.day.cmp(other.day));
    };
    if one.offset && other.offset {
        let instant = |moment: &Moment<'_>| moment.whole.parse::<jiff::Timestamp>().ok();
        return Some((instant(&one)?.as_second() / 60).cmp(&(instant(&other)?.as_second() / 60)));
    }
    Some(one.day.cmp(other.day).then(clock.cmp(other_clock)))
}

/// Days between two times, whichever is first; `None` where one of them is not known.
pub(super) fn days_between(one: Option<&str>, other: Option<&str>) -> Option<u32> {
    let day = |text: &str| Moment::of(text).and_then(|moment| moment.day.parse::<jiff::civil::Date>().ok());
    let days = day(one?)?.until(day(other?)?).ok()?.get_days();
    Some(days.unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_as_exactly_as_both_are_known() {
        let order = |one, other| compare(Some(one), Some(other));
        assert_eq!(order("2025-11-24", "2025-11-24T08:10:00"), Some(Ordering::Equal));
        assert_eq!(order("2025-11-24T08:10:00", "2025-11-24T08:12:00"), Some(Ordering::Less));
        assert_eq!(order("2025-11-24T08:10:00", "2025-11-24T08:10:59"), Some(Ordering::Equal));
        assert_eq!(order("2025-11-24T08:10:00+01:00", "2025-11-24T07:10:00Z"), Some(Ordering::Equal));
        assert_eq!(order("2025-11-24T08:10:00+01:00", "2025-11-24T08:10:00"), Some(Ordering::Equal));
        assert_eq!(order("2025-11-25", "2025-11-24T23:59:00"), Some(Ordering::Greater));
        assert_eq!(order("24/11/2025", "2025-11-24"), None);
        assert_eq!(compare(None, Some("2025-11-24")), None);
    }

    #[test]
    fn days() {
        assert_eq!(days_between(Some("2024-11-24"), Some("2025-11-24T10:00:00")), Some(365));
        assert_eq!(days_between(Some("2025-11-25"), Some("2025-11-24")), Some(1));
        assert_eq!(days_between(Some("2025-11-25"), None), None);
    }
}
