//! The table of results: values to the right, unit and bounds beside, what is abnormal tinted, signed and worded.

use crate::parts::button::plain;
use crate::parts::icon::{FlagMark, Icon, Sign};
use crate::parts::narrative::narrative;
use crate::parts::outline::{Heading, Place, headings, row_id, worst};
use crate::parts::table::{cell, head, results_table};
use crate::text::dossier;
use crate::text::inbox::dossier::COLUMNS;
use crate::text::number::near;
use crate::text::result as words;
use bannette_api::report::{Flag, LabResult, PreviousValue, Report, Section, ValueKind};
use bannette_api::unit::shown;
use leptos::prelude::*;
use std::cmp::Ordering;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// Where a value stands, in hundredths of the bar, whose middle third lies inside the bounds.
#[must_use]
pub fn position(value: &str, low: Option<&str>, high: Option<&str>) -> Option<f64> {
    const THIRD: f64 = 100.0 / 3.0;
    let value = near(value)?;
    let place = match (low.and_then(near), high.and_then(near)) {
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
    curve: bool,
}

impl Columns {
    fn of(section: &Section) -> Self {
        let any = |has: fn(&LabResult) -> bool| section.results.iter().any(has);
        Self {
            unit: any(|result| result.unit.as_deref().is_some_and(|unit| !shown(unit).is_empty())),
            bounds: any(|result| result.low.is_some() || result.high.is_some()),
            previous: any(|result| !result.previous.is_empty()),
            curve: any(has_curve),
        }
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

fn tint(flag: Option<Flag>) -> &'static str {
    match flag {
        Some(flag) if flag.is_critical() => "critical",
        Some(flag) if flag.is_abnormal() => "abnormal",
        _ => "",
    }
}

/// The earlier values of a result, one a line, with the change since the newest.
fn earlier(result: &LabResult, near: Option<&str>) -> AnyView {
    let newest = words::newest(&result.previous);
    let line = |(place, earlier): (usize, &PreviousValue)| {
        let change = words::moved(result, earlier).filter(|_| newest == Some(place)).map(|change| {
            let mark = match change.way {
                Ordering::Greater => Some(Flag::High),
                Ordering::Less => Some(Flag::Low),
                Ordering::Equal => None,
            };
            view! {
                " "
                <span class="change" aria-hidden="true">
                    {mark.map(|flag| view! { <FlagMark flag silent=true /> })} {words::change_seen(&change)}
                </span>
                <span class="unseen">", " {words::change_said(&change)}</span>
            }
        });
        view! { <div>{words::previous(earlier, result, near)} {change}</div> }.into_any()
    };
    result.previous.iter().enumerate().map(line).collect::<Vec<_>>().into_any()
}

/// A value; an antibiogram's letter with its meaning.
fn value(result: &LabResult) -> AnyView {
    match words::susceptibility(result) {
        Some((letter, meaning)) => view! { <b class="letter">{letter}</b> " " {meaning} }.into_any(),
        None => dossier::value(result).into_any(),
    }
}

/// Whether a curve can be drawn of a result.
fn has_curve(result: &LabResult) -> bool {
    result.kind == ValueKind::Numeric && result.value.as_deref().is_some_and(|value| near(value).is_some())
}

/// The button that opens the curve of a result.
fn curve_button(result: &LabResult, place: Place, curve: Callback<Place>) -> AnyView {
    if !has_curve(result) {
        return ().into_any();
    }
    let act = Callback::new(move |()| curve.run(place));
    let sign = view! { <Sign icon=Icon::Curve /> }.into_any();
    plain("button quiet square", "history", Some(words::curve_of(&result.label)), sign, act)
}

/// One result: its row, and its comment below.
fn row(result: &LabResult, place: Place, columns: Columns, near_to: Option<&str>, curve: Callback<Place>) -> AnyView {
    let flag = result.flag.filter(|flag| flag.is_abnormal());
    let status = result.status.and_then(dossier::result_status);
    let low_high = (result.low.as_deref(), result.high.as_deref());
    let second = result.second.as_ref().map(words::second).filter(|text| !text.is_empty());
    let words_only = result.value.as_deref().is_none_or(|value| near(value).is_none());
    let label = view! {
        <th scope="row">
            {result.label.clone()} {flag.map(|flag| view! { "\u{a0}" <FlagMark flag /> })}
            {status.map(|status| view! { " " <span class="chip muted">{status}</span> })}
        </th>
    };
    let value = view! { {value(result)} {second.map(|text| view! { <small>{text}</small> })} };
    let mut cells = vec![label.into_any(), cell(if words_only { "value words" } else { "value" }, value.into_any())];
    if columns.unit {
        let unit = result.unit.as_deref().map(|unit| shown(unit).into_owned()).unwrap_or_default();
        cells.push(cell("", unit.into_any()));
    }
    if columns.bounds {
        cells.push(cell("bounds", dossier::bounds(low_high.0, low_high.1).into_any()));
        let bar = result.value.as_deref().and_then(|value| position(value, low_high.0, low_high.1));
        cells.push(cell("bar-cell", bar.map(|place| view! { <BoundsBar place /> }).into_any()));
    }
    if columns.previous {
        cells.push(cell("previous", earlier(result, near_to)));
    }
    if columns.curve {
        cells.push(cell("curve", curve_button(result, place, curve)));
    }
    let comment = result.comment.clone().map(|comment| {
        let class = format!("comment {}", tint(result.flag));
        view! { <tr class=class><td colspan=cells.len().to_string()>{comment}</td></tr> }
    });
    view! {
        <tr class=tint(result.flag) id=row_id(place) tabindex="-1" data-test="result" data-name=result.label.clone()>
            {cells}
        </tr>
        {comment}
    }
    .into_any()
}

/// A section's table.
fn table(section: &Section, heading: &Heading, near_to: Option<&str>, curve: Callback<Place>) -> AnyView {
    let columns = Columns::of(section);
    let [label, value, unit, bounds, place, earlier] = COLUMNS;
    let heads = [
        (true, "label", label),
        (true, if columns.bounds { "value" } else { "value words" }, value),
        (columns.unit, "", unit),
        (columns.bounds, "bounds", bounds),
        (columns.bounds, "bar-head", place),
        (columns.previous, "previous", earlier),
        (columns.curve, "curve", words::CURVES),
    ];
    let heads = heads.into_iter().filter(|(there, ..)| *there).map(|(_, class, words)| head(class, words));
    let mut rows = Vec::with_capacity(section.results.len());
    for (at, result) in section.results.iter().enumerate() {
        rows.push(row(result, (heading.section, at), columns, near_to, curve));
    }
    results_table("results", heading.name.clone(), heads.collect(), rows)
}

/// A title of the depth that it has in the report.
pub fn title(words: String, level: u8) -> AnyView {
    match level {
        0 => view! { <h3>{words}</h3> }.into_any(),
        1 => view! { <h4>{words}</h4> }.into_any(),
        2 => view! { <h5>{words}</h5> }.into_any(),
        _ => view! { <h6>{words}</h6> }.into_any(),
    }
}

/// A section: its title, its results or its text, its comment.
fn section(section: &Section, heading: Heading, near_to: Option<&str>, curve: Callback<Place>) -> AnyView {
    let table = (!section.results.is_empty()).then(|| table(section, &heading, near_to, curve));
    let text = heading.only_text.then(|| narrative(&section.narrative));
    let comment = section.comment.clone().filter(|comment| !comment.trim().is_empty()).map(|comment| {
        view! { <p class="section-comment preserved"><b>{words::COMMENT}</b> " " {comment}</p> }
    });
    let class = format!("section level-{}", heading.level.min(3));
    view! {
        <section class=class>
            {heading.title.map(|words| title(words, heading.level))} {table} {text} {comment}
        </section>
    }
    .into_any()
}

/// The sections of a report.
#[component]
pub fn Results(
    /// The report.
    report: Report,
    /// The curve of a result is asked for.
    #[prop(into)]
    curve: Callback<Place>,
) -> impl IntoView {
    let near_to = report.sampled_at.as_deref();
    let all = headings(&report.sections).into_iter();
    all.filter_map(|heading| Some(section(report.sections.get(heading.section)?, heading, near_to, curve)))
        .collect_view()
}

/// Leads to a result's row, which takes the focus so that it is read aloud and seen.
fn lead_to(place: Place) {
    let row = document().get_element_by_id(&row_id(place)).and_then(|row| row.dyn_into::<HtmlElement>().ok());
    if let Some(row) = row {
        row.scroll_into_view();
        drop(row.focus());
    }
}

/// What must be seen first, where not all results lie before the eye.
#[component]
pub fn Worst(
    /// The sections.
    sections: Vec<Section>,
) -> impl IntoView {
    let line = |(place, result): (Place, &LabResult)| {
        let flag = result.flag.unwrap_or(Flag::Abnormal);
        let class = if flag.is_critical() { "jump critical" } else { "jump abnormal" };
        let content =
            view! { <FlagMark flag /> " " <span>{result.label.clone()}</span> " " <b>{words::measure(result)}</b> };
        let act = Callback::new(move |()| lead_to(place));
        view! { <li>{plain(class, "worst", None, content.into_any(), act)}</li> }.into_any()
    };
    let lines = worst(&sections).into_iter().map(line).collect::<Vec<_>>();
    (!lines.is_empty()).then(|| {
        view! {
            <section class="worst-list" aria-labelledby="worst">
                <h3 id="worst">{words::WORST}</h3>
                <ul>{lines}</ul>
            </section>
        }
    })
}

#[cfg(test)]
mod tests {
    use super::position;

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
    fn one_bound_is_enough_and_none_is_not() {
        assert_eq!(at("5", None, Some("5")), Some(67));
        assert_eq!(at("5", Some("5"), None), Some(33));
        assert_eq!(at("5", None, None), None);
        assert_eq!(at("positif", Some("1"), Some("2")), None);
        assert_eq!(at("1", Some("2"), Some("2")), None);
    }
}
