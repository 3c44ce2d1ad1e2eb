//! The table of results: values to the right, unit and bounds beside, what is abnormal tinted, signed and worded.

use crate::parts::icon::FlagMark;
use crate::text::inbox::dossier::{COLUMNS, RESULTS};
use crate::text::{dossier as words, number, time};
use bannette_api::report::{Flag, LabResult, PreviousValue, SecondValue, Section};
use leptos::prelude::*;

/// A decimal number as laboratories write it, near enough to place a mark on a bar.
fn decimal(text: &str) -> Option<f64> {
    let (digits, sign) = text.strip_prefix('-').map_or((text, 1.0), |digits| (digits, -1.0));
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.is_empty() && part.is_empty() {
        return None;
    }
    let mut number = 0.0;
    for digit in whole.chars() {
        number = number * 10.0 + f64::from(digit.to_digit(10)?);
    }
    let mut place = 1.0;
    for digit in part.chars() {
        place /= 10.0;
        number += place * f64::from(digit.to_digit(10)?);
    }
    Some(sign * number)
}

/// Where a value stands, in hundredths of the bar, whose middle third lies inside the bounds.
#[must_use]
pub fn position(value: &str, low: Option<&str>, high: Option<&str>) -> Option<f64> {
    const THIRD: f64 = 100.0 / 3.0;
    let value = decimal(value)?;
    let place = match (low.and_then(decimal), high.and_then(decimal)) {
        (Some(low), Some(high)) if high > low => THIRD + (value - low) / (high - low) * THIRD,
        (None, Some(high)) if high > 0.0 => value / high * 2.0 * THIRD,
        (Some(low), None) if low > 0.0 => value / low * THIRD,
        _ => return None,
    };
    Some(place.clamp(3.0, 97.0))
}

/// Which columns have something in them.
#[derive(Clone, Copy)]
struct Columns {
    unit: bool,
    bounds: bool,
    previous: bool,
}

impl Columns {
    fn of(section: &Section) -> Self {
        let any = |has: fn(&LabResult) -> bool| section.results.iter().any(has);
        Self {
            unit: any(|result| result.unit.is_some()),
            bounds: any(|result| result.low.is_some() || result.high.is_some()),
            previous: any(|result| !result.previous.is_empty()),
        }
    }

    fn count(self) -> usize {
        2 + usize::from(self.unit) + 2 * usize::from(self.bounds) + usize::from(self.previous)
    }
}

/// The bar of a result, for the eye only: the bounds stand in words beside it.
#[component]
fn BoundsBar(place: f64) -> impl IntoView {
    #[allow(clippy::cast_possible_truncation)]
    let left = format!("{}%", place.round() as i64);
    view! {
        <span class="bar" aria-hidden="true">
            <i></i>
            <b style:left=left></b>
        </span>
    }
}

fn previous(earlier: &PreviousValue) -> String {
    let value = earlier.value.as_deref().map(number::value).unwrap_or_default();
    match earlier.at.as_deref().map(time::written) {
        Some(at) => format!("{value} · {at}"),
        None => value,
    }
}

fn second(value: &SecondValue) -> String {
    let bounds = words::bounds(value.low.as_deref(), value.high.as_deref());
    let shown = value.value.as_deref().map(number::value).unwrap_or_default();
    let unit = value.unit.clone().unwrap_or_default();
    let bounds = if bounds.is_empty() { bounds } else { format!("({bounds})") };
    [shown, unit, bounds].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\u{a0}")
}

fn tint(flag: Option<Flag>) -> &'static str {
    match flag {
        Some(flag) if flag.is_critical() => "critical",
        Some(flag) if flag.is_abnormal() => "abnormal",
        _ => "",
    }
}

/// One result: its row, and its comment below.
fn row(result: &LabResult, columns: Columns) -> impl IntoView + use<> {
    let flag = result.flag.filter(|flag| flag.is_abnormal());
    let status = result.status.and_then(words::result_status);
    let low_high = (result.low.as_deref(), result.high.as_deref());
    let place = result.value.as_deref().and_then(|value| position(value, low_high.0, low_high.1));
    let bounds = words::bounds(low_high.0, low_high.1);
    let comment_class = format!("comment {}", tint(result.flag));
    let comment = result.comment.clone().map(|comment| {
        view! { <tr class=comment_class><td colspan=columns.count().to_string()>{comment}</td></tr> }
    });
    let second = result.second.as_ref().map(second).filter(|text| !text.is_empty());
    let words_only = result.value.as_deref().is_none_or(|value| decimal(value).is_none());
    let earlier = result.previous.iter().map(previous).collect::<Vec<_>>().join(", ");
    view! {
        <tr class=tint(result.flag)>
            <th scope="row">
                {result.label.clone()} {flag.map(|flag| view! { "\u{a0}" <FlagMark flag /> })}
                {status.map(|status| view! { " " <span class="chip muted">{status}</span> })}
            </th>
            <td class="value" class:words=words_only>
                {words::value(result)} {second.map(|text| view! { <small>{text}</small> })}
            </td>
            {columns.unit.then(|| view! { <td>{result.unit.clone()}</td> })}
            {columns
                .bounds
                .then(|| {
                    view! {
                        <td class="bounds">{bounds}</td>
                        <td class="bar-cell">{place.map(|place| view! { <BoundsBar place /> })}</td>
                    }
                })}
            {columns.previous.then(|| view! { <td class="previous">{earlier}</td> })}
        </tr>
        {comment}
    }
}

/// A section's table.
fn table(section: &Section) -> impl IntoView + use<> {
    let columns = Columns::of(section);
    let [label, value, unit, bounds, place, earlier] = COLUMNS;
    let title = section.title.clone().filter(|title| !title.trim().is_empty());
    view! {
        <table class="results">
            <caption>{title.unwrap_or_else(|| RESULTS.to_owned())}</caption>
            <thead>
                <tr>
                    <th scope="col" class="label">{label}</th>
                    <th scope="col" class="value" class:words=!columns.bounds>{value}</th>
                    {columns.unit.then(|| view! { <th scope="col">{unit}</th> })}
                    {columns
                        .bounds
                        .then(|| {
                            view! {
                                <th scope="col" class="bounds">{bounds}</th>
                                <th scope="col" class="bar-head">{place}</th>
                            }
                        })}
                    {columns.previous.then(|| view! { <th scope="col" class="previous">{earlier}</th> })}
                </tr>
            </thead>
            <tbody>{section.results.iter().map(|result| row(result, columns)).collect_view()}</tbody>
        </table>
    }
}

/// The sections of a report.
#[component]
pub fn Results(
    /// The sections.
    sections: Vec<Section>,
) -> impl IntoView {
    sections.iter().filter(|section| !section.results.is_empty()).map(table).collect_view()
}

#[cfg(test)]
mod tests {
    use super::{decimal, position};

    fn at(value: &str, low: Option<&str>, high: Option<&str>) -> Option<i32> {
        #[allow(clippy::cast_possible_truncation)]
        position(value, low, high).map(|place| place.round() as i32)
    }

    #[test]
    fn inside_the_bounds_is_the_middle_third() {
        assert_eq!(at("3.5", Some("3.5"), Some("5.1")), Some(33));
        assert_eq!(at("5.1", Some("3.5"), Some("5.1")), Some(67));
        assert_eq!(at("6.8", Some("3.5"), Some("5.1")), Some(97));
        assert_eq!(at("0", Some("3.5"), Some("5.1")), Some(3));
    }

    #[test]
    fn decimals_are_read_and_nothing_else() {
        for (text, number) in [("139", 139.0), ("-0.5", -0.5), (".25", 0.25), ("6.8", 6.8)] {
            assert!(decimal(text).is_some_and(|read| (read - number).abs() < 1e-9), "{text}");
        }
        for text in ["", "-", ".", "1e3", "1,5", "positif", "1.2.3"] {
            assert_eq!(decimal(text), None, "{text}");
        }
    }

    #[test]
    fn one_bound_is_enough_and_none_is_not() {
        assert_eq!(at("5", None, Some("5")), Some(67));
        assert_eq!(at("5", Some("5"), None), Some(33));
        assert_eq!(at("5", None, None), None);
        assert_eq!(at("positif", Some("1"), Some("2")), None);
        assert_eq!(at("1", Some("2"), Some("2")), None);
    }
}
