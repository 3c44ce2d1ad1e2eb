//! Where the values of a history stand on a chart: plain numbers in, whole units of the drawing out.
//!
//! Numbers are only near here, to place marks; what is shown as a value stays the laboratory's own text.

use crate::text::number::near;
use crate::text::time;
use bannette_api::dossiers::HistoryPoint;
use bannette_api::report::Flag;

/// Width of the drawing.
pub const WIDTH: i32 = 760;
/// Height of the drawing.
pub const HEIGHT: i32 = 290;
/// The edges of the ground on which values stand.
pub const GROUND: (i32, i32, i32, i32) = (76, 705, 16, 244);
/// The room that a date needs below the chart.
const DATE: i32 = 95;

/// The form of a mark: never the colour alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Inside the bounds, or not judged.
    Round,
    /// Above.
    Up,
    /// Below.
    Down,
    /// Not normal, without a direction.
    Diamond,
}

/// A value's mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Where.
    pub at: (i32, i32),
    /// Its form.
    pub form: Form,
    /// Whether somebody must act: it has a ring.
    pub critical: bool,
    /// Whether the value is only known to lie below or above: it is hollow.
    pub open: bool,
    /// Whether a later version replaced the value: it is hollow and crossed out, and no line leads to it.
    pub replaced: bool,
}

/// A chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chart {
    /// The marks, the oldest first.
    pub marks: Vec<Mark>,
    /// The ground inside the bounds: left, right, top, bottom of each piece.
    pub band: Vec<(i32, i32, i32, i32)>,
    /// Heights and their words.
    pub heights: Vec<(i32, String)>,
    /// Dates and their words.
    pub dates: Vec<(i32, String)>,
}

/// A value that can be placed.
struct Placed<'a> {
    point: &'a HistoryPoint,
    day: f64,
    value: f64,
    low: Option<f64>,
    high: Option<f64>,
}

/// A number to place: finite, and not too large to be counted.
fn sound(text: &str) -> Option<f64> {
    near(text).filter(|number| number.abs() < 1e15)
}

fn placed(point: &HistoryPoint) -> Option<Placed<'_>> {
    let bound = |text: &Option<String>| text.as_deref().and_then(sound);
    let (day, value) = (time::place(&point.at)?, sound(&point.value)?);
    Some(Placed { point, day, value, low: bound(&point.low), high: bound(&point.high) })
}

/// The steps of the heights: the first, the last, and the size of one as `mantissa × 10^exponent`.
struct Steps {
    first: i64,
    last: i64,
    mantissa: i64,
    exponent: i32,
    size: f64,
}

/// Steps of 1, 2 or 5 that hold the lowest and the highest, four to seven of them.
fn steps(low: f64, high: f64) -> Steps {
    // What is flat, or nearly so for its size, still needs some height.
    let least = low.abs().max(high.abs()) * 0.01;
    let room = if least > 0.0 { least } else { 1.0 };
    let (low, high) = if high - low < room { (low - room / 2.0, high + room / 2.0) } else { (low, high) };
    let raw = (high - low) / 4.0;
    let (mut power, mut exponent) = (1.0, 0);
    while power * 10.0 <= raw {
        power *= 10.0;
        exponent += 1;
    }
    while power > raw && exponent > -40 {
        power /= 10.0;
        exponent -= 1;
    }
    let nice = [(1, 0, 1.0), (2, 0, 2.0), (5, 0, 5.0)].into_iter().find(|(.., factor)| factor * power >= raw);
    let (mantissa, more, factor) = nice.unwrap_or((1, 1, 10.0));
    let size = factor * power;
    #[allow(clippy::cast_possible_truncation)]
    let (first, last) = ((low / size + 1e-9).floor() as i64, (high / size - 1e-9).ceil() as i64);
    Steps { first, last, mantissa, exponent: exponent + more, size }
}

/// `units × 10^exponent` with a decimal comma.
fn written(units: i64, exponent: i32) -> String {
    let sign = if units < 0 { "\u{2212}" } else { "" };
    let digits = units.unsigned_abs().to_string();
    if exponent >= 0 {
        let zeros = if units == 0 { String::new() } else { "0".repeat(usize::try_from(exponent).unwrap_or(0)) };
        return format!("{sign}{digits}{zeros}");
    }
    let places = usize::try_from(exponent.unsigned_abs()).unwrap_or(0);
    let digits = format!("{digits:0>width$}", width = places + 1);
    let (whole, part) = digits.split_at_checked(digits.len() - places).unwrap_or((&digits, ""));
    format!("{sign}{whole},{part}")
}

/// A place between two edges.
fn between(edges: (i32, i32), share: f64) -> i32 {
    let (from, to) = (f64::from(edges.0), f64::from(edges.1));
    #[allow(clippy::cast_possible_truncation)]
    let place = (from + (to - from) * share).round() as i32;
    place
}

fn form(flag: Option<Flag>) -> Form {
    match flag {
        None | Some(Flag::Normal) => Form::Round,
        Some(Flag::High | Flag::CriticallyHigh) => Form::Up,
        Some(Flag::Low | Flag::CriticallyLow) => Form::Down,
        Some(Flag::Abnormal | Flag::Critical) => Form::Diamond,
    }
}

/// The chart of a history; nothing where fewer than two values can be placed.
#[must_use]
pub fn chart(points: &[HistoryPoint]) -> Option<Chart> {
    let mut all: Vec<Placed<'_>> = Vec::with_capacity(points.len());
    for one in points.iter().filter_map(placed) {
        // They come in order but for their clocks: each is nearly at its place already.
        let later = all.iter().rev().take_while(|other| other.day > one.day).count();
        all.insert(all.len() - later, one);
    }
    let (first, last) = (all.first()?, all.last()?);
    if all.len() < 2 {
        return None;
    }
    let (left, right, top, bottom) = GROUND;
    let (begins, lasts) = (first.day, last.day - first.day);
    let across = |day: f64| between((left, right), if lasts > 0.0 { (day - begins) / lasts } else { 0.5 });
    let numbers = || all.iter().flat_map(|one| [Some(one.value), one.low, one.high]).flatten();
    let steps = steps(numbers().fold(f64::INFINITY, f64::min), numbers().fold(f64::NEG_INFINITY, f64::max));
    #[allow(clippy::cast_precision_loss)]
    let (floor, ceiling) = (steps.first as f64 * steps.size, steps.last as f64 * steps.size);
    let up = |value: f64| between((bottom, top), (value - floor) / (ceiling - floor));
    let marks = all.iter().map(|one| Mark {
        at: (across(one.day), up(one.value)),
        form: form(one.point.flag),
        critical: one.point.flag.is_some_and(Flag::is_critical) && !one.point.replaced,
        open: one.point.comparator.is_some() || one.point.replaced,
        replaced: one.point.replaced,
    });
    let marks: Vec<Mark> = marks.collect();
    // The bounds are those of the values that count.
    let counts: Vec<(&Placed<'_>, i32)> =
        all.iter().zip(&marks).filter(|(one, _)| !one.point.replaced).map(|(one, mark)| (one, mark.at.0)).collect();
    let column = |at: usize| counts.get(at).map(|(_, column)| *column);
    let mut band = Vec::new();
    for (at, (one, here)) in counts.iter().enumerate() {
        let here = *here;
        let before = at.checked_sub(1).and_then(column).map_or(left, |before| i32::midpoint(before, here));
        let after = column(at + 1).map_or(right, |after| i32::midpoint(here, after));
        if (one.low.is_some() || one.high.is_some()) && after > before {
            band.push((before, after, one.high.map_or(top, up), one.low.map_or(bottom, up)));
        }
    }
    #[allow(clippy::cast_precision_loss)]
    let heights = (steps.first..=steps.last)
        .take(12)
        .map(|step| (up(step as f64 * steps.size), written(step.saturating_mul(steps.mantissa), steps.exponent)));
    let heights = heights.collect();
    let mut dates: Vec<(i32, String)> = Vec::new();
    // The newest date is always written; older ones where there is room.
    for (mark, one) in marks.iter().zip(&all).rev() {
        if dates.last().is_none_or(|(written, _)| mark.at.0 + DATE <= *written) {
            dates.push((mark.at.0, time::day(&one.point.at, None)));
        }
    }
    Some(Chart { marks, band, heights, dates })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(at: &str, value: &str, bounds: (Option<&str>, Option<&str>), flag: Option<Flag>) -> HistoryPoint {
        HistoryPoint {
            at: at.into(),
            value: value.into(),
            comparator: None,
            unit: Some("mmol/L".into()),
            low: bounds.0.map(str::to_owned),
            high: bounds.1.map(str::to_owned),
            flag,
            dossier: "00000000-0000-7000-8000-000000000001".parse().unwrap(),
            recalled: false,
            of: None,
            replaced: false,
            sub_id: None,
        }
    }

    const BOUNDS: (Option<&str>, Option<&str>) = (Some("3.5"), Some("5.1"));
    const NONE: (Option<&str>, Option<&str>) = (None, None);

    #[test]
    fn values_stand_by_their_day_and_their_height() {
        let points = [
            point("2026-01-01", "4.0", BOUNDS, Some(Flag::Normal)),
            point("2026-01-11", "6.8", BOUNDS, Some(Flag::CriticallyHigh)),
            point("2026-01-21", "3.0", BOUNDS, Some(Flag::Low)),
        ];
        let chart = chart(&points).unwrap();
        let (left, right, top, bottom) = GROUND;
        let across: Vec<i32> = chart.marks.iter().map(|mark| mark.at.0).collect();
        assert_eq!(across, [left, between((left, right), 0.5), right]);
        // 3 to 6.8 takes steps of one: from 3 to 7.
        let words: Vec<&str> = chart.heights.iter().map(|(_, words)| words.as_str()).collect();
        assert_eq!(words, ["3", "4", "5", "6", "7"]);
        assert_eq!((chart.heights[0].0, chart.heights[4].0), (bottom, top));
        assert_eq!(chart.marks[0].at.1, chart.heights[1].0);
        assert_eq!(chart.marks[2].at.1, bottom);
        let forms: Vec<(Form, bool)> = chart.marks.iter().map(|mark| (mark.form, mark.critical)).collect();
        assert_eq!(forms, [(Form::Round, false), (Form::Up, true), (Form::Down, false)]);
        // The band goes from edge to edge without a gap.
        assert_eq!((chart.band[0].0, chart.band[2].1), (left, right));
        assert_eq!((chart.band[0].1, chart.band[1].1), (chart.band[1].0, chart.band[2].0));
        assert!(chart.band.iter().all(|piece| piece.2 < piece.3));
    }

    #[test]
    fn the_order_of_the_points_does_not_matter() {
        let (old, new) = (point("2025-12-31", "1", NONE, None), point("2026-01-02", "2", NONE, None));
        assert_eq!(chart(&[old.clone(), new.clone()]), chart(&[new, old]));
    }

    #[test]
    fn a_value_below_a_limit_is_hollow() {
        let mut points = [point("2026-01-01", "0.05", NONE, None), point("2026-02-01", "0.20", NONE, None)];
        points[0].comparator = Some("<".into());
        let chart = chart(&points).unwrap();
        assert_eq!(chart.marks.iter().map(|mark| mark.open).collect::<Vec<_>>(), [true, false]);
        assert!(chart.heights.iter().any(|(_, words)| words == "0,05"), "{:?}", chart.heights);
    }

    #[test]
    fn a_replaced_value_is_hollow_and_gives_no_bounds() {
        let mut points = [
            point("2026-01-01", "4.0", BOUNDS, Some(Flag::Normal)),
            point("2026-01-11", "7.2", (Some("1"), Some("2")), Some(Flag::CriticallyHigh)),
            point("2026-01-21", "4.2", BOUNDS, Some(Flag::Normal)),
        ];
        points[1].replaced = true;
        let chart = chart(&points).unwrap();
        let seen: Vec<_> = chart.marks.iter().map(|mark| (mark.open, mark.replaced, mark.critical)).collect();
        assert_eq!(seen, [(false, false, false), (true, true, false), (false, false, false)]);
        assert_eq!(chart.band.len(), 2);
        assert_eq!((chart.band[0].0, chart.band[1].1), (GROUND.0, GROUND.1));
    }

    #[test]
    fn one_bound_reaches_to_the_edge() {
        let points =
            [point("2026-01-01", "4", (None, Some("5")), None), point("2026-01-02", "6", (Some("5"), None), None)];
        let band = chart(&points).unwrap().band;
        assert_eq!((band[0].3, band[1].2), (GROUND.3, GROUND.2));
    }

    #[test]
    fn what_cannot_be_placed_is_left_to_the_table() {
        let good = point("2026-01-01", "4", NONE, None);
        for other in [point("", "4", NONE, None), point("2026-01-02", "positif", NONE, None)] {
            assert_eq!(chart(&[good.clone(), other]), None);
        }
        let huge = point("2026-01-02", &"9".repeat(400), NONE, None);
        assert_eq!(chart(&[good.clone(), huge]), None);
        assert_eq!(chart(&[]), None);
        assert_eq!(chart(&[good]), None);
    }

    #[test]
    fn flat_and_far_values_still_have_a_scale() {
        for value in ["5", "0", "0.0000001", "99999999999999", "-3"] {
            let points = [point("2026-01-01", value, NONE, None), point("2026-01-01", value, NONE, None)];
            let chart = chart(&points).unwrap();
            let (left, right, top, bottom) = GROUND;
            assert_eq!(chart.marks[0].at.0, between((left, right), 0.5), "{value}: one day stands in the middle");
            assert!(chart.marks.iter().all(|mark| (top..=bottom).contains(&mark.at.1)), "{value}: {chart:?}");
            assert!((3..=12).contains(&chart.heights.len()), "{value}: {:?}", chart.heights);
        }
    }

    #[test]
    fn heights_are_french_and_exact() {
        assert_eq!(written(5, -1), "0,5");
        assert_eq!(written(-25, -2), "\u{2212}0,25");
        assert_eq!(written(12, 0), "12");
        assert_eq!(written(2, 2), "200");
        assert_eq!(written(0, 3), "0");
    }

    #[test]
    fn dates_do_not_lie_on_one_another() {
        let points: Vec<HistoryPoint> =
            (1..=28).map(|day| point(&format!("2026-01-{day:02}"), "4", NONE, None)).collect();
        let dates = chart(&points).unwrap().dates;
        assert_eq!(dates[0], (GROUND.1, "28/01/2026".to_owned()));
        assert!(dates.windows(2).all(|pair| pair[1].0 + DATE <= pair[0].0), "{dates:?}");
        assert!(dates.len() > 3);
    }
}
