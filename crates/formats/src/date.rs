//! Dates as laboratories write them, to `YYYY-MM-DD`. It must never guess: what is not surely a day is none.

/// Reads a line that holds a day and nothing else: `14/03/1957`, `14/03/57`, `1957-03-14`, `14031957`, `1 JAN 1911`.
/// `century_turn`: two-digit years above it are of the last century.
pub(crate) fn whole(text: &str, century_turn: u32) -> Option<String> {
    let text = text.trim();
    if text.len() > 20 || !text.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    if text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return compact(text);
    }
    let mut pieces = text.split(['/', '-', '.', ' ']).filter(|piece| !piece.is_empty());
    let (first, second, third) = (pieces.next()?, pieces.next()?, pieces.next()?);
    if let Some(time) = pieces.next()
        && !time.contains(':')
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
fn compact(text: &str) -> Option<String> {
    let piece = |from: usize, to: usize| text.get(from..to).and_then(number);
    let french = day(piece(4, 8)?, piece(2, 4)?, piece(0, 2)?);
    french.or_else(|| day(piece(0, 4)?, piece(4, 6)?, piece(6, 8)?))
}

fn number(text: &str) -> Option<u32> {
    if text.len() > 4 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

/// A month by its number, or by its name in French or English.
fn month(text: &str) -> Option<u32> {
    if let Some(month) = number(text) {
        return (text.len() <= 2).then_some(month);
    }
    let lower = text.to_lowercase();
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

fn day(year: u32, month: u32, day: u32) -> Option<String> {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return None,
    };
    ((1850..=2100).contains(&year) && (1..=days).contains(&day)).then(|| format!("{year:04}-{month:02}-{day:02}"))
}
