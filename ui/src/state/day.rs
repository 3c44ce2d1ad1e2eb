//! A day of the calendar as people type it, and the steps of a calendar on the screen. Pure: no clock, no page.

/// A day from 2000 to 2199: nothing here is older than that, and a right that lasts longer is a slip of the finger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day {
    /// Year.
    pub year: i64,
    /// Month, from 1.
    pub month: i64,
    /// Day of the month, from 1.
    pub day: i64,
}

/// How many days a month has.
#[must_use]
pub fn length(year: i64, month: i64) -> i64 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        4 | 6 | 9 | 11 => 30,
        2 => 28 + i64::from(leap),
        _ => 31,
    }
}

/// The numbers of a date as typed: three parts, or six or eight figures in a row.
fn numbers(text: &str) -> Option<[&str; 3]> {
    let figures = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if figures(text) {
        let (day, rest) = text.split_at_checked(2)?;
        let (month, year) = rest.split_at_checked(2)?;
        return matches!(year.len(), 2 | 4).then_some([day, month, year]);
    }
    let mut parts = text.split(['/', '.', '-', ' ']);
    let three = [parts.next()?, parts.next()?, parts.next()?];
    let [day, month, year] = three;
    let lengths = day.len() <= 2 && month.len() <= 2 && matches!(year.len(), 2 | 4);
    (parts.next().is_none() && lengths && three.into_iter().all(figures)).then_some(three)
}

impl Day {
    /// A day that exists.
    #[must_use]
    pub fn new(year: i64, month: i64, day: i64) -> Option<Self> {
        let good =
            (2000..2200).contains(&year) && (1..=12).contains(&month) && (1..=length(year, month)).contains(&day);
        good.then_some(Self { year, month, day })
    }

    /// 31/12/2026, 31/12/26, 31.12.2026, 31-12-26, 311226, 31122026. A year of two figures is one of this century.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let [day, month, year] = numbers(text.trim())?;
        let century = if year.len() == 2 { 2000 } else { 0 };
        Self::new(year.parse::<i64>().ok()? + century, month.parse().ok()?, day.parse().ok()?)
    }

    /// « 31/12/2026 ».
    #[must_use]
    pub fn written(self) -> String {
        format!("{:02}/{:02}/{:04}", self.day, self.month, self.year)
    }

    /// So many days on, or back; the first and the last day of all stay where they are.
    #[must_use]
    pub fn plus(self, days: i64) -> Self {
        (0..days.unsigned_abs()).fold(self, |day, _| if days > 0 { day.next() } else { day.before() })
    }

    /// So many months on, or back; the last of a month is no more than the last of the other.
    #[must_use]
    pub fn plus_months(self, months: i64) -> Self {
        let all = self.year * 12 + self.month - 1 + months;
        let (year, month) = (all.div_euclid(12), all.rem_euclid(12) + 1);
        Self::new(year, month, self.day.min(length(year, month))).unwrap_or(self)
    }

    fn next(self) -> Self {
        Self::new(self.year, self.month, self.day + 1)
            .or_else(|| Self::new(self.year, self.month + 1, 1))
            .or_else(|| Self::new(self.year + 1, 1, 1))
            .unwrap_or(self)
    }

    fn before(self) -> Self {
        Self::new(self.year, self.month, self.day - 1)
            .or_else(|| Self::new(self.year, self.month - 1, length(self.year, self.month - 1)))
            .or_else(|| Self::new(self.year - 1, 12, 31))
            .unwrap_or(self)
    }

    /// The day of the week, 0 for Monday (Zeller's rule).
    #[must_use]
    pub fn weekday(self) -> usize {
        let early = i64::from(self.month < 3);
        let (year, month) = (self.year - early, self.month + 12 * early);
        let from_saturday = self.day + 13 * (month + 1) / 5 + year + year / 4 - year / 100 + year / 400;
        usize::try_from((from_saturday + 5).rem_euclid(7)).unwrap_or(0)
    }

    /// The weeks of its month, from Monday to Sunday; nothing where another month's days would stand.
    #[must_use]
    pub fn month(self) -> Vec<[Option<Self>; 7]> {
        let Some(first) = Self::new(self.year, self.month, 1) else { return Vec::new() };
        let before = std::iter::repeat_n(None, first.weekday());
        let days = (1..=length(self.year, self.month)).map(|day| Self::new(self.year, self.month, day));
        let all: Vec<Option<Self>> = before.chain(days).collect();
        all.chunks(7).map(|week| std::array::from_fn(|place| week.get(place).copied().flatten())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Day;

    fn day(year: i64, month: i64, day: i64) -> Day {
        Day::new(year, month, day).unwrap()
    }

    #[test]
    fn as_typed() {
        let last = day(2026, 12, 31);
        for text in
            ["31/12/2026", "31/12/26", "311226", "31122026", "31-12-26", "31.12.2026", " 31 12 2026 ", "31-12-2026"]
        {
            assert_eq!(Day::read(text), Some(last), "{text}");
        }
        assert_eq!(Day::read("1/2/27"), Some(day(2027, 2, 1)));
        assert_eq!(Day::read("29.02.2028"), Some(day(2028, 2, 29)));
        for text in [
            "",
            "31/12",
            "3112",
            "31126",
            "3112202",
            "311220266",
            "31/11/2026",
            "29/02/2027",
            "290227",
            "0/1/2027",
            "1/13/2027",
            "2026-12-31",
            "20261231",
            "1/1/2027/",
            "demain",
            "1/1/1999",
            "1/1/2200",
            "001/1/2027",
            "+1/1/2027",
            "1/1/027",
            "31/1226",
            "１/1/2027",
        ] {
            assert_eq!(Day::read(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let mut one = day(2000, 1, 1);
        let mut weekday = 5;
        loop {
            assert_eq!(Day::read(&one.written()), Some(one));
            assert_eq!(one.weekday(), weekday, "{one:?}");
            let next = one.plus(1);
            if next == one {
                break;
            }
            assert_eq!(next.plus(-1), one);
            (one, weekday) = (next, (weekday + 1) % 7);
        }
        assert_eq!(one, day(2199, 12, 31));
    }

    #[test]
    fn steps_of_the_calendar() {
        assert_eq!(day(2026, 12, 31).plus(1), day(2027, 1, 1));
        assert_eq!(day(2027, 3, 1).plus(-7), day(2027, 2, 22));
        assert_eq!(day(2027, 1, 31).plus_months(1), day(2027, 2, 28));
        assert_eq!(day(2027, 1, 31).plus_months(-1), day(2026, 12, 31));
        assert_eq!(day(2000, 1, 1).plus_months(-1), day(2000, 1, 1));
        let weeks = day(2026, 12, 25).month();
        // The first of December 2026 is a Tuesday.
        assert_eq!(
            weeks[0],
            [None, Some(day(2026, 12, 1))]
                .into_iter()
                .chain((2..7).map(|n| Some(day(2026, 12, n))))
                .collect::<Vec<_>>()[..]
        );
        assert_eq!((weeks.len(), weeks[4][3], weeks[4][4]), (5, Some(day(2026, 12, 31)), None));
    }
}
