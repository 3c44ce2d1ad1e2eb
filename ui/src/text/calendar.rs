//! Words of the calendar beside a date.

use crate::state::day::Day;

/// Months.
const MONTHS: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];
/// Days of the week, from Monday.
pub const WEEKDAYS: [&str; 7] = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"];
/// Button.
pub const BEFORE: &str = "Mois précédent";
/// Button.
pub const AFTER: &str = "Mois suivant";

/// Names the button that opens it, and what it opens.
#[must_use]
pub fn choose(label: &str) -> String {
    format!("Calendrier\u{a0}: {label}")
}

/// « décembre 2026 ».
#[must_use]
pub fn month(day: Day) -> String {
    let name = usize::try_from(day.month - 1).ok().and_then(|place| MONTHS.get(place)).copied().unwrap_or_default();
    format!("{name} {}", day.year)
}

/// « jeudi 31 décembre 2026 »; the first is « 1 », as the cell shows it (WCAG 2.5.3: the name holds what is seen).
#[must_use]
pub fn whole(day: Day) -> String {
    let name = WEEKDAYS.get(day.weekday()).copied().unwrap_or_default();
    format!("{name} {} {}", day.day, month(day))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_read_aloud_in_whole_words() {
        let said = |text: &str| Day::read(text).map(whole).unwrap();
        assert_eq!(said("311226"), "jeudi 31 décembre 2026");
        assert_eq!(said("1/8/27"), "dimanche 1 août 2027");
    }
}
