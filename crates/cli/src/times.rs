//! Instants: as RFC 3339 with this post's offset, as French dates, and back from what a person types.
//!
//! The only place that knows the time zone of this post.

use bannette_api::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{Span, Zoned};

fn zoned(at: Timestamp) -> Option<Zoned> {
    let instant = jiff::Timestamp::from_millisecond(at.0).ok()?;
    Some(instant.to_zoned(TimeZone::system()))
}

/// `2026-11-24T10:42:00.123+01:00`. What lies outside the calendar stays a number of milliseconds.
pub fn rfc3339(at: Timestamp) -> String {
    zoned(at).map_or_else(|| at.0.to_string(), |at| at.strftime("%Y-%m-%dT%H:%M:%S%.f%:z").to_string())
}

/// `24/11/2026 10:42`.
pub fn said(at: Timestamp) -> String {
    zoned(at).map_or_else(|| at.0.to_string(), |at| at.strftime("%d/%m/%Y %H:%M").to_string())
}

/// The end of a right: `31/12/2026 18:00`, or `31/12/2026 inclus` when it is the end of that day here.
pub fn end_said(ends: Timestamp) -> String {
    let midnight = zoned(ends).filter(|ends| ends.time() == Time::midnight());
    match midnight.and_then(|midnight| midnight.date().yesterday().ok()) {
        Some(last_day) => last_day.strftime("%d/%m/%Y inclus").to_string(),
        None => said(ends),
    }
}

/// A date that a laboratory wrote, with the hour where there is one; what is no date stays as it is.
pub fn written_said(text: &str) -> String {
    match text.parse::<DateTime>() {
        Ok(hour) if text.contains(':') => hour.strftime("%d/%m/%Y %H:%M").to_string(),
        _ => day_said(text),
    }
}

/// A birth date `YYYY-MM-DD` as `14/03/1957`; what is no such date stays as it is.
pub fn day_said(day: &str) -> String {
    day.parse::<Date>().map_or_else(|_| day.to_owned(), |day| day.strftime("%d/%m/%Y").to_string())
}

/// This moment, for what is shown only.
pub fn now() -> Timestamp {
    Timestamp(jiff::Timestamp::now().as_millisecond())
}

/// The beginning of a right: a day (from its first minute here) or an RFC 3339 instant.
pub fn parse_begin(text: &str) -> Result<Timestamp, String> {
    parse(text, 0)
}

/// The end of a right: a day (until its last minute here) or an RFC 3339 instant (exclusive).
pub fn parse_end(text: &str) -> Result<Timestamp, String> {
    parse(text, 1)
}

fn parse(text: &str, days_later: i64) -> Result<Timestamp, String> {
    if let Ok(instant) = text.parse::<jiff::Timestamp>() {
        return Ok(Timestamp(instant.as_millisecond()));
    }
    // A day may also be read from a text that goes on with an hour: that hour must not be dropped.
    let here = if text.contains(':') {
        text.parse::<DateTime>().and_then(|hour| hour.to_zoned(TimeZone::system()))
    } else {
        text.parse::<Date>()
            .and_then(|day| day.checked_add(Span::new().try_days(days_later)?))
            .and_then(|day| day.to_zoned(TimeZone::system()))
    };
    here.map(|here| Timestamp(here.timestamp().as_millisecond()))
        .map_err(|_| "écrivez un jour (2026-12-31) ou un instant (2026-12-31T18:00:00+01:00)".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_comes_back() {
        for at in [0, 1_795_331_400_123, -1] {
            assert_eq!(parse_begin(&rfc3339(Timestamp(at))), Ok(Timestamp(at)));
        }
    }

    #[test]
    fn a_day_lasts_from_its_midnight_to_the_next() {
        let (begin, end) = (parse_begin("2026-12-31").unwrap(), parse_end("2026-12-31").unwrap());
        assert_eq!(end.since(begin), 24 * 3_600_000);
        assert_eq!(parse_begin("2027-01-01"), Ok(end));
        assert!(said(begin).starts_with("31/12/2026 00:00"));
    }

    #[test]
    fn an_end_is_said_as_it_was_typed() {
        assert_eq!(end_said(parse_end("2026-12-31").unwrap()), "31/12/2026 inclus");
        assert_eq!(end_said(parse_end("2026-12-31T18:00:00").unwrap()), "31/12/2026 18:00");
    }

    #[test]
    fn a_laboratorys_date_keeps_its_hour() {
        assert_eq!(written_said("2026-11-22T08:10:00+01:00"), "22/11/2026 08:10");
        assert_eq!(written_said("2026-11-22"), "22/11/2026");
        assert_eq!(written_said("hier"), "hier");
    }

    #[test]
    fn an_hour_without_offset_is_this_posts() {
        let midnight = parse_begin("2026-12-31").unwrap();
        assert_eq!(parse_end("2026-12-31T18:00:00").unwrap().since(midnight), 18 * 3_600_000);
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in ["", "demain", "2026-13-01", "31/12/2026", "2026-12-31T25:00:00", "12:30"] {
            assert!(parse_end(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_birth_date_is_said_in_french() {
        assert_eq!(day_said("1957-03-14"), "14/03/1957");
        assert_eq!(day_said("1957"), "1957");
    }
}
