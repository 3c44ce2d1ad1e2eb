//! Days, without a clock: all dates come from a base day that the caller gives.

/// A day, counted from 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Day(pub(crate) i64);

/// 22 November 2026.
pub(crate) const DEFAULT: Day = Day(20_779);

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const WEEK: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];

impl Day {
    /// Reads `YYYY-MM-DD`.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let mut pieces = text.split('-').map(str::parse::<i64>);
        let (year, month, day) = (pieces.next()?.ok()?, pieces.next()?.ok()?, pieces.next()?.ok()?);
        let plausible = (1900..=2200).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
        plausible.then(|| Self::of(year, month, day))
    }

    /// The day of a date of the Gregorian calendar (Hinnant's `days_from_civil`).
    pub(crate) fn of(year: i64, month: i64, day: i64) -> Self {
        let shifted = if month <= 2 { year - 1 } else { year };
        let era = shifted.div_euclid(400);
        let year_of_era = shifted.rem_euclid(400);
        let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        Self(era * 146_097 + day_of_era - 719_468)
    }

    /// Year, month, day (Hinnant's `civil_from_days`).
    pub(crate) fn date(self) -> (i64, i64, i64) {
        let shifted = self.0 + 719_468;
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_index = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_index + 2) / 5 + 1;
        let month = if month_index < 10 { month_index + 3 } else { month_index - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        (year, month, day)
    }

    /// `1957-03-14`
    pub(crate) fn iso(self) -> String {
        let (year, month, day) = self.date();
        format!("{year:04}-{month:02}-{day:02}")
    }

    /// `14/03/1957`
    pub(crate) fn french(self) -> String {
        let (year, month, day) = self.date();
        format!("{day:02}/{month:02}/{year:04}")
    }

    /// `Sun, 22 Nov 2026`
    pub(crate) fn mail(self) -> String {
        let (year, month, day) = self.date();
        let index = |value: i64| usize::try_from(value).unwrap_or(0);
        let name = MONTHS.get(index(month - 1)).copied().unwrap_or_default();
        let week = WEEK.get(index(self.0.rem_euclid(7))).copied().unwrap_or_default();
        format!("{week}, {day:02} {name} {year:04}")
    }
}
