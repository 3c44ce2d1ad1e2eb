//! Dates as laboratories write them, to `YYYY-MM-DD`. It must never guess: what is not surely a day is none.

use crate::text;

/// A day of the calendar.
#[derive(Clone, Copy)]
struct Day {
    year: u32,
    month: u32,
    day: u32,
}

/// Reads a line that holds a day and nothing else: `14/03/1957`, `14/03/57`, `1957-03-14`, `14031957`, `1 JAN 1911`.
/// `century_turn`: two-digit years above it are of the last century.
pub(crate) fn whole(text: &str, century_turn: u32) -> Option<String> {
    read(text, century_turn).map(Day::written)
}

/// Whether [`whole`] reads a day in this line.
pub(crate) fn is_whole(text: &str, century_turn: u32) -> bool {
    read(text, century_turn).is_some()
}

fn read(text: &str, century_turn: u32) -> Option<Day> {
    let text = text::trim(text).as_bytes();
    if text.len() > 20 || !text.first()?.is_ascii_digit() {
        return None;
    }
    if text.len() == 8 && text.iter().all(u8::is_ascii_digit) {
        return compact(text);
    }
    let is_sign = |byte: &u8| matches!(byte, b'/' | b'-' | b'.' | b' ');
    let mut pieces = text.split(is_sign).filter(|piece| !piece.is_empty());
    let (first, second, third) = (pieces.next()?, pieces.next()?, pieces.next()?);
    if let Some(time) = pieces.next()
        && !time.contains(&b':')
    {
        return None;
    }
    if first.len() == 4 {
        return day(number(first)?, month(second)?, number(third)?);
    }
    let year = match third.len() {
        4 => number(third)?,
        2 => {
            let year = number(third)?;
            if year > century_turn { 1900 + year } else { 2000 + year }
        }
        _ => return None,
    };
    day(year, month(second)?, number(first)?)
}

/// `13012020`, or `20200113`: the reading that makes a plausible year.
fn compact(text: &[u8]) -> Option<Day> {
    let piece = |from: usize, to: usize| text.get(from..to).and_then(number);
    let french = day(piece(4, 8)?, piece(2, 4)?, piece(0, 2)?);
    french.or_else(|| day(piece(0, 4)?, piece(4, 6)?, piece(6, 8)?))
}

/// One to four digits.
fn number(text: &[u8]) -> Option<u32> {
    if !matches!(text.len(), 1..=4) || !text.iter().all(u8::is_ascii_digit) {
        return None;
    }
    Some(text.iter().fold(0, |number, digit| number * 10 + u32::from(digit - b'0')))
}

/// A month by its number, or by its name in French or English.
fn month(text: &[u8]) -> Option<u32> {
    if let Some(month) = number(text) {
        return (text.len() <= 2).then_some(month);
    }
    let lower = std::str::from_utf8(text).ok()?.to_lowercase();
    const NAMES: [(&str, u32); 16] = [
        ("jan", 1),
        ("fev", 2),
        ("fév", 2),
        ("feb", 2),
        ("mar", 3),
        ("avr", 4),
        ("apr", 4),
        ("mai", 5),
        ("may", 5),
        ("juin", 6),
        ("jun", 6),
        ("juil", 7),
        ("jul", 7),
        ("aou", 8),
        ("aoû", 8),
        ("aug", 8),
    ];
    const REST: [(&str, u32); 6] = [("sep", 9), ("oct", 10), ("nov", 11), ("dec", 12), ("déc", 12), ("dez", 12)];
    NAMES.iter().chain(&REST).find(|(name, _)| lower.starts_with(name)).map(|(_, month)| *month)
}

fn day(year: u32, month: u32, day: u32) -> Option<Day> {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return None,
    };
    ((1850..=2100).contains(&year) && (1..=days).contains(&day)).then_some(Day { year, month, day })
}

impl Day {
    /// `YYYY-MM-DD`
    fn written(self) -> String {
        let mut text = String::with_capacity(10);
        write(&mut text, self.year, 4);
        text.push('-');
        write(&mut text, self.month, 2);
        text.push('-');
        write(&mut text, self.day, 2);
        text
    }
}

/// Writes a number of at most four digits, zeros before it.
fn write(text: &mut String, number: u32, width: usize) {
    for scale in [1000, 100, 10, 1].into_iter().skip(4 - width.min(4)) {
        text.push(char::from_digit(number / scale % 10, 10).unwrap_or('0'));
    }
}

/// A point in time as HL7 writes it (`TS`, `DTM`): a day, perhaps a time, perhaps how far from UTC.
#[derive(Clone, Copy)]
pub(crate) struct Moment {
    day: Day,
    time: Option<Time>,
    offset: Option<Offset>,
}

/// A time of the day.
#[derive(Clone, Copy)]
struct Time {
    hour: u32,
    minute: u32,
    second: u32,
    /// Whether the minutes are written too.
    minutes: bool,
}

/// How far from UTC.
#[derive(Clone, Copy)]
struct Offset {
    sign: char,
    hours: u32,
    minutes: u32,
}

impl Moment {
    /// Reads `YYYYMMDD[HHMM[SS[.S…]]][±ZZZZ]`. None: not surely a point in time.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let text = text::trim(text).as_bytes();
        if text.len() > 32 || !text.first()?.is_ascii_digit() || !text.is_ascii() {
            return None;
        }
        let zone = text.iter().position(|byte| matches!(byte, b'+' | b'-')).unwrap_or(text.len());
        let (local, zone) = text.split_at_checked(zone)?;
        let point = local.iter().position(|byte| *byte == b'.').unwrap_or(local.len());
        let local = local.get(..point)?;
        if !matches!(local.len(), 8 | 10 | 12 | 14) {
            return None;
        }
        let value = |from: usize| local.get(from..from + 2).and_then(number);
        let day = day(number(local.get(..4)?)?, value(4)?, value(6)?)?;
        let rest = local.get(8..)?;
        if !rest.iter().all(u8::is_ascii_digit) {
            return None;
        }
        let time = match value(8) {
            None => None,
            Some(hour) => {
                let (minute, second) = (value(10).unwrap_or(0), value(12).unwrap_or(0));
                let exists = hour < 24 && minute < 60 && second < 61;
                exists.then_some(())?;
                Some(Time { hour, minute, second, minutes: value(10).is_some() })
            }
        };
        let offset = if zone.is_empty() { None } else { Some(Offset::read(zone)?) };
        Some(Self { day, time, offset })
    }

    /// RFC 3339, without an offset from UTC where none is written; a day where no minutes are. Neither is ever invented.
    pub(crate) fn known(&self) -> String {
        let mut known = self.day();
        if let Some(time) = self.time.filter(|time| time.minutes) {
            known.push('T');
            time.write(&mut known, true);
            if let Some(offset) = self.offset {
                offset.write(&mut known);
            }
        }
        known
    }

    /// Whether [`Moment::known`] says all of it.
    pub(crate) fn is_known_whole(&self) -> bool {
        self.time.is_none_or(|time| time.minutes)
    }

    /// The day alone.
    pub(crate) fn day(&self) -> String {
        self.day.written()
    }

    /// `13/05/2025 à 10:30`, as it is shown.
    pub(crate) fn shown(&self) -> String {
        let Day { year, month, day } = self.day;
        let mut shown = String::with_capacity(32);
        for (number, width, sign) in [(day, 2, "/"), (month, 2, "/"), (year, 4, "")] {
            write(&mut shown, number, width);
            shown.push_str(sign);
        }
        if let Some(time) = self.time {
            shown.push_str(" à ");
            time.write(&mut shown, time.second > 0);
        }
        if let Some(offset) = self.offset {
            shown.push(' ');
            offset.write(&mut shown);
        }
        shown
    }
}

impl Time {
    /// `10:30:00`, or `10:30`.
    fn write(self, text: &mut String, seconds: bool) {
        write(text, self.hour, 2);
        text.push(':');
        write(text, self.minute, 2);
        if seconds {
            text.push(':');
            write(text, self.second, 2);
        }
    }
}

impl Offset {
    /// `+0200`, at most fourteen hours.
    fn read(zone: &[u8]) -> Option<Self> {
        let [sign, zone @ ..] = zone else { return None };
        let (hours, minutes) = zone.split_at_checked(2).filter(|(_, minutes)| minutes.len() == 2)?;
        let (hours, minutes) = (number(hours)?, number(minutes)?);
        (hours <= 14 && minutes < 60).then_some(Self { sign: char::from(*sign), hours, minutes })
    }

    /// `+02:00`
    fn write(self, text: &mut String) {
        text.push(self.sign);
        write(text, self.hours, 2);
        text.push(':');
        write(text, self.minutes, 2);
    }
}
