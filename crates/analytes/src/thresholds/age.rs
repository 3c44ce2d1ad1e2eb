//! How old somebody was when the sample was taken.

/// An age in whole days and in whole months.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Age {
    days: i64,
    months: i64,
}

/// A limit of age: the first day or month that does not belong below it any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Days after birth; the day of birth is day 0.
    Days(i64),
    /// Months after birth.
    Months(i64),
}

impl Limit {
    /// Years after birth.
    #[must_use]
    pub const fn years(years: i64) -> Self {
        Self::Months(years * 12)
    }

    /// Whether somebody of this age has reached the limit.
    #[must_use]
    pub fn reached(self, age: Age) -> bool {
        match self {
            Self::Days(days) => age.days >= days,
            Self::Months(months) => age.months >= months,
        }
    }
}

/// The age at a date; none where one of the two is no date, or where the second lies before the first.
///
/// Both begin with `YYYY-MM-DD`; what follows (a time) does not count.
#[must_use]
pub fn at(birth: Option<&str>, sampled: Option<&str>) -> Option<Age> {
    let (born, then) = (date(birth?)?, date(sampled?)?);
    let days = number_of_day(then) - number_of_day(born);
    let months = (then.0 - born.0) * 12 + (then.1 - born.1) - i64::from(then.2 < born.2);
    (days >= 0).then_some(Age { days, months })
}

fn date(text: &str) -> Option<(i64, i64, i64)> {
    let mut parts = text.get(..10)?.split('-');
    let mut next = |length: usize| {
        let part = parts.next().filter(|part| part.len() == length)?;
        part.parse::<i64>().ok()
    };
    let (year, month, day) = (next(4)?, next(2)?, next(2)?);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let longest = match month {
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        1..=12 => 31,
        _ => return None,
    };
    (year >= 1800 && (1..=longest).contains(&day)).then_some((year, month, day))
}

/// Days since a fixed one (the years begin in March, so that a leap day is a year's last).
fn number_of_day((year, month, day): (i64, i64, i64)) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let month = (month + 9) % 12;
    365 * year + year / 4 - year / 100 + year / 400 + (month * 306 + 5) / 10 + day
}

#[cfg(test)]
mod tests {
    use super::{Limit, at};

    #[test]
    fn an_age_is_counted_to_the_day_of_the_sample() {
        let age = |birth, sampled| at(Some(birth), Some(sampled));
        let six_months = Limit::Months(6);
        let reached = |birth, sampled, limit: Limit| age(birth, sampled).is_some_and(|age| limit.reached(age));
        assert!(!reached("2026-06-02", "2026-12-01", six_months));
        assert!(reached("2026-06-01", "2026-12-01T08:10:00", six_months));
        assert!(!reached("2010-12-02", "2026-12-01", Limit::years(16)));
        assert!(reached("2010-12-01", "2026-12-01", Limit::years(16)));
        assert!(reached("2026-02-28", "2026-03-01", Limit::Days(1)));
        assert!(!reached("2024-02-28", "2024-03-01", Limit::Days(3)), "a leap day counts");
        assert!(reached("2024-02-28", "2024-03-01", Limit::Days(2)));
    }

    #[test]
    fn what_is_no_date_gives_no_age() {
        for (birth, sampled) in [
            (None, Some("2026-12-01")),
            (Some("1980-01-01"), None),
            (Some("1980-00-00"), Some("2026-12-01")),
            (Some("1980-02-30"), Some("2026-12-01")),
            (Some("01/02/1980"), Some("2026-12-01")),
            (Some("1980"), Some("2026-12-01")),
            (Some("2026-12-02"), Some("2026-12-01")),
        ] {
            assert_eq!(at(birth, sampled), None, "{birth:?} {sampled:?}");
        }
    }
}
