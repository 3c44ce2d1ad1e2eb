//! Instants and dates in words. The caller says what the local calendar is: nothing here reads a clock.

use bannette_api::Timestamp;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// A moment on a calendar and a clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Civil {
    /// Year.
    pub year: i64,
    /// Month, from 1.
    pub month: i64,
    /// Day of the month, from 1.
    pub day: i64,
    /// Hour.
    pub hour: i64,
    /// Minute.
    pub minute: i64,
}

/// How an instant reads on the wall of this post.
pub type Local = fn(Timestamp) -> Civil;

impl Civil {
    /// The moment that stands `offset_minutes` east of Greenwich (days from the civil calendar, Hinnant's algorithm).
    #[must_use]
    pub fn at(instant: Timestamp, offset_minutes: i64) -> Self {
        let local = instant.0.saturating_add(offset_minutes * MINUTE);
        let (days, rest) = (local.div_euclid(DAY), local.rem_euclid(DAY));
        let shifted = days + 719_468;
        let era = shifted.div_euclid(146_097);
        let of_era = shifted.rem_euclid(146_097);
        let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let march_month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * march_month + 2) / 5 + 1;
        let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        Self { year, month, day, hour: rest / HOUR, minute: rest % HOUR / MINUTE }
    }

    /// « 22/11/2026 ».
    #[must_use]
    pub fn date(self) -> String {
        format!("{:02}/{:02}/{:04}", self.day, self.month, self.year)
    }

    /// « 08:10 ».
    #[must_use]
    pub fn clock(self) -> String {
        format!("{:02}:{:02}", self.hour, self.minute)
    }

    /// « 22/11/2026 08:10 ».
    #[must_use]
    pub fn date_time(self) -> String {
        format!("{} {}", self.date(), self.clock())
    }

    fn same_day(self, other: Self) -> bool {
        (self.year, self.month, self.day) == (other.year, other.month, other.day)
    }
}

/// The hour today (« 10:42 »), else the day too (« le 21/11 à 10:42 » without its « le »).
#[must_use]
pub fn recent(at: Timestamp, now: Timestamp, local: Local) -> String {
    let (then, today) = (local(at), local(now));
    if then.same_day(today) {
        then.clock()
    } else if then.year == today.year {
        format!("{:02}/{:02} {}", then.day, then.month, then.clock())
    } else {
        then.date_time()
    }
}

/// The end of a right: the last day on which it holds (« 31/12 »), an end at midnight belonging to the day before.
#[must_use]
pub fn until(ends: Timestamp, now: Timestamp, local: Local) -> String {
    let (last, today) = (local(ends.plus(-1)), local(now));
    if last.year == today.year { format!("{:02}/{:02}", last.day, last.month) } else { last.date() }
}

/// How long ago: « 18 min », « 3 h », « 2 j ».
#[must_use]
pub fn age(since: Timestamp, now: Timestamp) -> String {
    let passed = now.since(since);
    if passed < MINUTE {
        "à l’instant".to_owned()
    } else if passed < HOUR {
        format!("{}\u{a0}min", passed / MINUTE)
    } else if passed < DAY {
        format!("{}\u{a0}h", passed / HOUR)
    } else {
        format!("{}\u{a0}j", passed / DAY)
    }
}

/// How long until: « 40 s », « 4 min ».
#[must_use]
pub fn remaining(until: Timestamp, now: Timestamp) -> String {
    let left = until.since(now).max(0);
    if left < 100_000 {
        format!("{}\u{a0}s", (left + 999) / 1000)
    } else if left < 100 * MINUTE {
        format!("{}\u{a0}min", (left + MINUTE - 1) / MINUTE)
    } else {
        format!("{}\u{a0}h", (left + HOUR - 1) / HOUR)
    }
}

/// Digits of a fixed width at the head of a text, and what follows them.
fn digits(text: &str, width: usize) -> Option<(i64, &str)> {
    let (head, rest) = text.split_at_checked(width)?;
    Some((head.parse().ok()?, rest))
}

fn day_of(text: &str) -> Option<(i64, i64, i64, &str)> {
    let (year, rest) = digits(text, 4)?;
    let (month, rest) = digits(rest.strip_prefix('-')?, 2)?;
    let (day, rest) = digits(rest.strip_prefix('-')?, 2)?;
    Some((year, month, day, rest))
}

/// A date as a report writes it (a day, or RFC 3339): on the clock of whoever wrote it; unreadable, as sent.
#[must_use]
pub fn written(text: &str) -> String {
    let Some((year, month, day, rest)) = day_of(text) else { return text.to_owned() };
    let date = format!("{day:02}/{month:02}/{year:04}");
    let clock = rest.strip_prefix(['T', ' ']).and_then(|clock| {
        let (hour, rest) = digits(clock, 2)?;
        let (minute, _) = digits(rest.strip_prefix(':')?, 2)?;
        Some(format!(" {hour:02}:{minute:02}"))
    });
    date + &clock.unwrap_or_default()
}

/// The day of a date as a report writes it, short: without its year where `near` lies in the same; unreadable, as sent.
#[must_use]
pub fn day(text: &str, near: Option<&str>) -> String {
    let Some((year, month, day, _)) = day_of(text) else { return text.to_owned() };
    if near.and_then(day_of).is_some_and(|(other, ..)| other == year) {
        format!("{day:02}/{month:02}")
    } else {
        format!("{day:02}/{month:02}/{year:04}")
    }
}

/// Where a date as a report writes it stands on the line of time, in days: for charts. Clocks are taken as they stand.
#[must_use]
pub fn place(text: &str) -> Option<f64> {
    let (year, month, day, rest) = day_of(text)?;
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    // Days from the civil calendar, Hinnant's algorithm.
    let shifted = year - i64::from(month <= 2);
    let of_era = shifted.rem_euclid(400);
    let of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
    let days = shifted.div_euclid(400) * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
    let minutes = rest.strip_prefix(['T', ' ']).and_then(|clock| {
        let (hour, rest) = digits(clock, 2)?;
        let (minute, _) = digits(rest.strip_prefix(':')?, 2)?;
        Some(hour * 60 + minute)
    });
    #[allow(clippy::cast_precision_loss)]
    Some(days as f64 + minutes.unwrap_or(0) as f64 / 1440.0)
}

/// How long ago a date was that a report writes: « 3 h », « 2 j »; of a day without a clock « aujourd’hui ». Nothing where it
/// cannot be read or lies ahead.
#[must_use]
pub fn age_written(text: &str, now: Civil) -> Option<String> {
    let day = |civil: Civil| place(&format!("{:04}-{:02}-{:02}", civil.year, civil.month, civil.day));
    let (then, today) = (place(text)?, day(now)?);
    let (_, _, _, rest) = day_of(text)?;
    #[allow(clippy::cast_possible_truncation)]
    if rest.starts_with(['T', ' ']) {
        #[allow(clippy::cast_precision_loss)]
        let here = today + (now.hour * 60 + now.minute) as f64 / 1440.0;
        let passed = ((here - then) * 1440.0).round() as i64;
        (passed >= 0).then(|| age(Timestamp(0), Timestamp(passed * MINUTE)))
    } else {
        match (today - then).floor() as i64 {
            0 => Some("aujourd’hui".to_owned()),
            days @ 1.. => Some(format!("{days}\u{a0}j")),
            _ => None,
        }
    }
}

/// An age at a day: « 69 ans », « 8 mois », « 12 jours »; nothing when the birth date cannot be read or lies ahead.
#[must_use]
pub fn years(birth: &str, today: Civil) -> Option<String> {
    let (year, month, day, _) = day_of(birth)?;
    let months = (today.year - year) * 12 + today.month - month - i64::from(today.day < day);
    match months {
        24.. => Some(format!("{}\u{a0}ans", months / 12)),
        1.. => Some(format!("{months}\u{a0}mois")),
        0 if (today.year, today.month) == (year, month) => {
            Some(super::number::plural(u64::try_from(today.day - day).ok()?, "jour", "jours"))
        }
        0 => Some("moins d’un mois".to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Civil, age, age_written, day, place, recent, remaining, until, written, years};
    use bannette_api::Timestamp;

    // 2026-11-22T07:10:00Z
    const MORNING: Timestamp = Timestamp(1_795_331_400_000);

    fn paris(at: Timestamp) -> Civil {
        Civil::at(at, 60)
    }

    #[test]
    fn a_written_date_has_an_age() {
        let now = paris(MORNING);
        assert_eq!(age_written("2026-11-22T05:10:00", now).as_deref(), Some("3\u{a0}h"));
        assert_eq!(age_written("2026-11-20T08:10:00+01:00", now).as_deref(), Some("2\u{a0}j"));
        assert_eq!(age_written("2026-11-22", now).as_deref(), Some("aujourd’hui"));
        assert_eq!(age_written("2026-11-21", now).as_deref(), Some("1\u{a0}j"));
        for text in ["2026-11-23", "2026-11-22T09:00:00", "hier", ""] {
            assert_eq!(age_written(text, now), None, "{text}");
        }
    }

    #[test]
    fn the_calendar_is_right() {
        assert_eq!(paris(MORNING).date_time(), "22/11/2026 08:10");
        assert_eq!(Civil::at(Timestamp(0), 0).date_time(), "01/01/1970 00:00");
        assert_eq!(Civil::at(Timestamp(951_782_400_000), 0).date(), "29/02/2000");
        assert_eq!(Civil::at(Timestamp(-1), 0).date_time(), "31/12/1969 23:59");
    }

    #[test]
    fn what_is_recent_is_short() {
        assert_eq!(recent(MORNING, MORNING.plus(3_600_000), paris), "08:10");
        assert_eq!(recent(MORNING, MORNING.plus(86_400_000), paris), "22/11 08:10");
        assert_eq!(recent(MORNING, MORNING.plus(86_400_000 * 60), paris), "22/11/2026 08:10");
    }

    #[test]
    fn a_right_that_ends_at_midnight_holds_the_day_before() {
        // 2026-12-31T23:00:00Z is midnight of New Year in Paris.
        assert_eq!(until(Timestamp(1_798_758_000_000), MORNING, paris), "31/12");
    }

    #[test]
    fn ages_and_waits() {
        assert_eq!(age(MORNING, MORNING.plus(30_000)), "à l’instant");
        assert_eq!(age(MORNING, MORNING.plus(18 * 60_000)), "18\u{a0}min");
        assert_eq!(age(MORNING, MORNING.plus(26 * 3_600_000)), "1\u{a0}j");
        assert_eq!(remaining(MORNING.plus(39_500), MORNING), "40\u{a0}s");
        assert_eq!(remaining(MORNING, MORNING.plus(5000)), "0\u{a0}s");
        assert_eq!(remaining(MORNING.plus(240_000), MORNING), "4\u{a0}min");
    }

    #[test]
    fn dates_of_reports_keep_their_own_clock() {
        assert_eq!(written("2026-11-22T08:10:00+01:00"), "22/11/2026 08:10");
        assert_eq!(written("1957-03-14"), "14/03/1957");
        assert_eq!(written("hier"), "hier");
        assert_eq!(written("2026-é"), "2026-é");
    }

    #[test]
    fn a_day_near_another_needs_no_year() {
        assert_eq!(day("2026-09-12T08:00:00", Some("2026-11-22")), "12/09");
        assert_eq!(day("2025-09-12", Some("2026-11-22")), "12/09/2025");
        assert_eq!(day("2026-09-12", None), "12/09/2026");
        assert_eq!(day("hier", Some("2026-11-22")), "hier");
    }

    #[test]
    fn days_stand_on_a_line() {
        let is = |text, days: f64| assert!(place(text).is_some_and(|place| (place - days).abs() < 1e-9), "{text}");
        is("1970-01-01", 0.0);
        is("1970-01-02T12:00:00+01:00", 1.5);
        is("2000-02-29", 11_016.0);
        is("2026-11-22T08:10:00", 20_779.0 + 490.0 / 1440.0);
        for text in ["", "hier", "2026-13-01", "2026-00-10", "2026-01-32"] {
            assert_eq!(place(text), None, "{text}");
        }
    }

    #[test]
    fn ages_of_patients() {
        let today = paris(MORNING);
        assert_eq!(years("1957-03-14", today).as_deref(), Some("69\u{a0}ans"));
        assert_eq!(years("1957-11-23", today).as_deref(), Some("68\u{a0}ans"));
        assert_eq!(years("2026-03-14", today).as_deref(), Some("8\u{a0}mois"));
        assert_eq!(years("2026-11-10", today).as_deref(), Some("12\u{a0}jours"));
        assert_eq!(years("2027-01-01", today), None);
        assert_eq!(years("", today), None);
    }
}
