//! From when until when a right is given, as it is typed: two days, both included. In the model the end is the
//! midnight after the last day.

use crate::state::day::Day;
use crate::text::time::Local;
use bannette_api::Timestamp;

/// The instant at which a day begins here. The day after the last one of a month is the first of the next.
pub type Midnight = fn(year: i64, month: i64, day: i64) -> Timestamp;

/// From when until when, exclusive.
pub type Period = (Option<Timestamp>, Option<Timestamp>);

/// What is wrong with a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// It is no day of the calendar.
    NotADate,
    /// The last day stands before the first.
    EndsBeforeBegin,
    /// The last day is over.
    Over,
}

/// What is wrong with « du » and « au ».
pub type Faults = (Option<Wrong>, Option<Wrong>);

/// The two days as they are shown in their fields; empty where there is no date.
#[must_use]
pub fn written((begins, ends): Period, local: Local) -> (String, String) {
    let date = |at: Option<Timestamp>| at.map(|at| local(at).date()).unwrap_or_default();
    (date(begins), date(ends.map(|ends| ends.plus(-1))))
}

/// Reads what stands in the fields. Where a field still shows what is kept, that very instant stays (an hour that the
/// command line set is not lost), and what was over already may stay so.
///
/// # Errors
/// What is wrong with each of the two.
pub fn read(
    (from, until): (&str, &str),
    kept: Period,
    now: Timestamp,
    local: Local,
    midnight: Midnight,
) -> Result<Period, Faults> {
    let shown = written(kept, local);
    let one = |text: &str, shown: &str, kept: Option<Timestamp>, later: i64| match (text.trim(), Day::read(text)) {
        ("", _) => Ok(None),
        (text, _) if text == shown => Ok(kept),
        (_, Some(Day { year, month, day })) => Ok(Some(midnight(year, month, day + later))),
        (_, None) => Err(Wrong::NotADate),
    };
    let begins = one(from, &shown.0, kept.0, 0);
    let ends = one(until, &shown.1, kept.1, 1);
    match (begins, ends) {
        (Ok(Some(begins)), Ok(Some(ends))) if ends <= begins => Err((None, Some(Wrong::EndsBeforeBegin))),
        (Ok(_), Ok(Some(ends))) if ends <= now && Some(ends) != kept.1 => Err((None, Some(Wrong::Over))),
        (Ok(begins), Ok(ends)) => Ok((begins, ends)),
        (begins, ends) => Err((begins.err(), ends.err())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::time::Civil;

    /// 2026-11-22T07:10:00Z, at 08:10 on the wall.
    const NOW: Timestamp = Timestamp(1_795_331_400_000);

    fn local(at: Timestamp) -> Civil {
        Civil::at(at, 60)
    }

    /// Midnight one hour east of Greenwich, without a summer time.
    fn midnight(year: i64, month: i64, day: i64) -> Timestamp {
        let first = crate::text::time::place(&format!("{year:04}-{month:02}-01")).unwrap();
        Timestamp((first as i64 + day - 1) * 86_400_000 - 3_600_000)
    }

    fn typed(from: &str, until: &str) -> Result<Period, Faults> {
        read((from, until), (None, None), NOW, local, midnight)
    }

    #[test]
    fn the_last_day_is_included() {
        let (begins, ends) = typed("01/12/2026", "31/12/2026").unwrap();
        assert_eq!(local(begins.unwrap()).date_time(), "01/12/2026 00:00");
        assert_eq!(local(ends.unwrap()).date_time(), "01/01/2027 00:00");
        assert_eq!(written((begins, ends), local), ("01/12/2026".to_owned(), "31/12/2026".to_owned()));
        // One day is a period; so is today.
        assert!(typed("22/11/2026", "22/11/2026").is_ok());
        assert_eq!(typed("", " "), Ok((None, None)));
    }

    #[test]
    fn what_is_wrong_is_told_beside_its_field() {
        assert_eq!(typed("31/11/2026", "demain"), Err((Some(Wrong::NotADate), Some(Wrong::NotADate))));
        assert_eq!(typed("x", "31/12/2026"), Err((Some(Wrong::NotADate), None)));
        assert_eq!(typed("31/12/2026", "30/12/2026"), Err((None, Some(Wrong::EndsBeforeBegin))));
        assert_eq!(typed("", "21/11/2026"), Err((None, Some(Wrong::Over))));
        assert_eq!(typed("20/11/2026", "21/11/2026"), Err((None, Some(Wrong::Over))));
    }

    #[test]
    fn what_is_kept_stays_to_the_instant() {
        let kept = (Some(NOW.plus(-7_200_000)), Some(NOW.plus(3_600_000)));
        let (from, until) = written(kept, local);
        assert_eq!(read((&from, &until), kept, NOW, local, midnight), Ok(kept));
        let over = (None, Some(NOW.plus(-86_400_000)));
        let (from, until) = written(over, local);
        assert_eq!(read((&from, &until), over, NOW, local, midnight), Ok(over));
    }
}
