//! The table of results: values to the right, unit and bounds beside, what is abnormal tinted, signed and worded.

use crate::parts::antibiogram::{Answer, answers};
use crate::parts::button::plain;
use crate::parts::element::{el, say, words as text};
use crate::parts::icon::{Icon, Sign, flag_mark};
use crate::parts::narrative::narrative;
use crate::parts::outline::{Heading, Place, headings, row_id, worst};
use crate::parts::position::{Bar, position};
use crate::parts::table::{cell, head, results_table, row_head, said};
use crate::text::dossier;
use crate::text::inbox::dossier::COLUMNS;
use crate::text::number::{Change, near};
use crate::text::result as words;
use bannette_api::report::{Flag, LabResult, Report, ResultStatus, Section, ValueKind};
use bannette_api::unit::shown;
use leptos::prelude::*;
use std::cmp::Ordering;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// Which columns have something in them.
#[derive(Clone, Copy)]
struct Columns {
    unit: bool,
    bounds: bool,
    previous: bool,
    curve: bool,
}

impl Columns {
    fn of(results: &[(usize, &LabResult)]) -> Self {
        let any = |has: fn(&LabResult) -> bool| results.iter().any(|(_, result)| has(result));
        Self {
            unit: any(|result| result.unit.as_deref().is_some_and(|unit| !shown(unit).is_empty())),
            bounds: any(|result| result.low.is_some() || result.high.is_some()),
            previous: any(|result| !result.previous.is_empty() || !result.earlier.is_empty()),
            curve: any(has_curve),
        }
    }
}

/// The bar of a result, for the eye only: the bounds stand in words beside it.
#[component]
fn BoundsBar(bar: Bar) -> impl IntoView {
    #[allow(clippy::cast_possible_truncation)]
    let percent = |place: f64| format!("{}%", place.round() as i64);
    let mark = match (bar.beyond, bar.open) {
        (Some(Ordering::Less), _) => "beyond low",
        (Some(_), _) => "beyond high",
        (None, true) => "open",
        (None, false) => "",
    };
    view! {
        <span class="bar" aria-hidden="true">
            <i style:left=percent(bar.inside.0) style:right=percent(100.0 - bar.inside.1)></i>
            <b class=mark style:left=percent(bar.place)></b>
        </span>
    }
}

/// What a result means to whoever reads it: nothing where the laboratory withdrew it.
fn meaning(result: &LabResult) -> Option<Flag> {
    result.flag.filter(|_| result.status != Some(ResultStatus::Cancelled))
}

fn tint(flag: Option<Flag>) -> &'static str {
    match flag {
        Some(flag) if flag.is_critical() => "critical",
        Some(flag) if flag.is_abnormal() => "abnormal",
        _ => "",
    }
}

/// How a result moved, in a sign and in words.
fn moved(change: &Change) -> AnyView {
    let mark = match change.way {
        Ordering::Greater => flag_mark(Flag::High, true),
        Ordering::Less => flag_mark(Flag::Low, true),
        Ordering::Equal => ().into_any(),
    };
    let seen =
        el("span", &[("class", "change"), ("aria-hidden", "true")], vec![mark, text(&words::change_seen(change))]);
    let said = say("span", "unseen", &format!(", {}", words::change_said(change)));
    el("span", &[], vec![text(" "), seen, said])
}

/// The earlier values of a result, one a line: those of the practice's own history with the change since, then those that the
/// laboratory recalls, named as such.
fn earlier(result: &LabResult, near: Option<&str>) -> Vec<AnyView> {
    let newest = words::newest(&result.previous);
    let mut lines = Vec::with_capacity(result.earlier.len() + result.previous.len() + 1);
    for earlier in &result.earlier {
        let mut line = vec![text(&words::own_earlier(earlier))];
        line.extend(words::moved_since(earlier).map(|change| moved(&change)));
        lines.push(el("div", &[("class", "own"), ("data-test", "earlier")], line));
    }
    if !result.previous.is_empty() {
        lines.push(say("small", "which", words::RECALLED));
    }
    for (place, earlier) in result.previous.iter().enumerate() {
        let mut line = vec![text(&words::previous(earlier, result, near))];
        if let Some(change) = words::moved(result, earlier).filter(|_| newest == Some(place)) {
            line.push(moved(&change));
        }
        lines.push(el("div", &[], line));
    }
    lines
}

/// A value; an antibiogram's letter with its meaning; the same measure in another unit below.
fn value(result: &LabResult) -> Vec<AnyView> {
    let mut value = match words::susceptibility(result) {
        Some((letter, meaning)) => vec![say("b", "letter", letter), text(" "), text(meaning)],
        None => vec![text(&dossier::value(result))],
    };
    let second = result.second.as_deref().map(words::second).unwrap_or_default();
    if !second.is_empty() {
        value.push(say("small", "", &second));
    }
    value
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

/// What was measured, with its sign, where it stands when that is worth saying, and of what it is one of several.
fn label(result: &LabResult, near_to: Option<&str>) -> Vec<AnyView> {
    let mut label = vec![text(&result.label)];
    if let Some(flag) = meaning(result).filter(|flag| flag.is_abnormal()) {
        label.extend([text("\u{a0}"), flag_mark(flag, false)]);
    }
    if let Some(status) = result.status.and_then(dossier::result_status) {
        label.extend([text(" "), say("span", "chip muted", status)]);
    }
    let which = words::which(result, near_to);
    if !which.is_empty() {
        label.push(say("small", "which", &which));
    }
    label
}

/// One result: its row, and its comment below.
fn row(
    rows: &mut Vec<AnyView>,
    result: &LabResult,
    place: Place,
    columns: Columns,
    near_to: Option<&str>,
    curve: Callback<Place>,
) {
    let low_high = (result.low.as_deref(), result.high.as_deref());
    let words_only = result.value.as_deref().is_none_or(|value| near(value).is_none());
    let mut cells =
        vec![row_head(label(result, near_to)), cell(if words_only { "value words" } else { "value" }, value(result))];
    if columns.unit {
        cells.push(said("", &result.unit.as_deref().map(shown).unwrap_or_default()));
    }
    if columns.bounds {
        cells.push(said("bounds", &dossier::bounds(low_high.0, low_high.1)));
        let bar = position(result).map(|bar| view! { <BoundsBar bar /> }.into_any());
        cells.push(cell("bar-cell", bar.into_iter().collect()));
    }
    if columns.previous {
        cells.push(cell("previous", earlier(result, near_to)));
    }
    if columns.curve {
        cells.push(cell("curve", vec![curve_button(result, place, curve)]));
    }
    push_row(rows, result, place, cells);
}

/// The row itself, and the comment below it.
fn push_row(rows: &mut Vec<AnyView>, result: &LabResult, place: Place, cells: Vec<AnyView>) {
    let span = cells.len().to_string();
    let id = row_id(place);
    // What the laboratory took back must not be read as a value that holds.
    let cancelled = result.status == Some(ResultStatus::Cancelled);
    let class = if cancelled { "cancelled" } else { tint(result.flag) };
    let attributes =
        [("class", class), ("id", &id), ("tabindex", "-1"), ("data-test", "result"), ("data-name", &result.label)];
    rows.push(el("tr", &attributes, cells));
    if let Some(word) = &result.threshold {
        let by_practice = if word.is_critical() { "comment critical" } else { "comment" };
        let sentence = el("td", &[("colspan", &span), ("data-test", "threshold")], vec![text(&word.sentence())]);
        rows.push(el("tr", &[("class", by_practice)], vec![sentence]));
    }
    if let Some(comment) = &result.comment {
        let comment = el("td", &[("colspan", &span)], vec![text(comment)]);
        rows.push(el("tr", &[("class", &format!("comment {class}"))], vec![comment]));
    }
}

/// The answers to antibiotics: of which germ, to which antibiotic, which letter.
fn antibiogram(section: &Section, heading: &Heading, answers: &[Answer], near_to: Option<&str>) -> AnyView {
    let germs = answers.iter().any(|answer| !answer.germ.is_empty());
    let [germ, antibiotic, letter] = words::ANTIBIOGRAM;
    let mut heads = if germs { vec![head("germ", germ)] } else { Vec::new() };
    heads.extend([head("label", antibiotic), head("letters", letter)]);
    let mut rows = Vec::with_capacity(answers.len());
    for answer in answers {
        let Some(result) = section.results.get(answer.row) else { continue };
        let mut cells = if germs { vec![said("germ", words::germ(&answer.germ))] } else { Vec::new() };
        cells.extend([row_head(label(result, near_to)), cell("value words", value(result))]);
        push_row(&mut rows, result, (heading.section, answer.row), cells);
    }
    results_table("results antibiogram", &words::antibiogram_of(&heading.name), heads, rows)
}

/// A section's table.
fn table(results: &[(usize, &LabResult)], heading: &Heading, near_to: Option<&str>, curve: Callback<Place>) -> AnyView {
    let columns = Columns::of(results);
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
    let mut rows = Vec::with_capacity(results.len());
    for (at, result) in results {
        row(&mut rows, result, (heading.section, *at), columns, near_to, curve);
    }
    results_table("results", &heading.name, heads.collect(), rows)
}

/// A title of the depth that it has in the report.
pub fn title(words: &str, level: u8) -> AnyView {
    let tag = match level {
        0 => "h3",
        1 => "h4",
        2 => "h5",
        _ => "h6",
    };
    say(tag, "", words)
}

/// A section: its title, its results or its text, its comment.
fn section(
    section: &Section,
    heading: &Heading,
    answers: &[Answer],
    near_to: Option<&str>,
    curve: Callback<Place>,
) -> AnyView {
    let mut parts = Vec::new();
    if let Some(words) = &heading.title {
        parts.push(title(words, heading.level));
    }
    let apart = |at: usize| answers.iter().any(|answer| answer.row == at);
    let rest: Vec<_> = section.results.iter().enumerate().filter(|(at, _)| !apart(*at)).collect();
    if !rest.is_empty() {
        parts.push(table(&rest, heading, near_to, curve));
    }
    if !answers.is_empty() {
        parts.push(antibiogram(section, heading, answers, near_to));
    }
    if heading.only_text {
        parts.push(narrative(&section.narrative));
    }
    if let Some(comment) = section.comment.as_deref().filter(|comment| !comment.trim().is_empty()) {
        let comment = vec![say("b", "", words::COMMENT), text(" "), text(comment)];
        parts.push(el("p", &[("class", "section-comment preserved")], comment));
    }
    el("section", &[("class", &format!("section level-{}", heading.level.min(3)))], parts)
}

/// The sections of a report; `curve` is called when the curve of a result is asked for.
pub fn results(report: &Report, curve: Callback<Place>) -> AnyView {
    let near_to = report.sampled_at.as_deref();
    let mut all = Vec::new();
    for heading in headings(&report.sections) {
        if let Some(held) = report.sections.get(heading.section) {
            let answers = answers(&report.sections, heading.section);
            all.push(section(held, &heading, &answers, near_to, curve));
        }
    }
    all.into_any()
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
pub fn worst_first(sections: &[Section]) -> AnyView {
    let mut lines = Vec::new();
    for (place, result) in worst(sections) {
        let by_practice = result.threshold.as_ref().is_some_and(|word| word.is_critical());
        let said = result.flag.filter(|flag| !by_practice || flag.is_critical());
        let flag = said.unwrap_or(if by_practice { Flag::Critical } else { Flag::Abnormal });
        let class = if flag.is_critical() { "jump critical" } else { "jump abnormal" };
        let content = vec![
            flag_mark(flag, false),
            text(" "),
            say("span", "", &result.label),
            text(" "),
            say("b", "", &words::measure(result)),
            if by_practice { say("small", "", words::BY_PRACTICE) } else { ().into_any() },
        ];
        let act = Callback::new(move |()| lead_to(place));
        lines.push(el("li", &[], vec![plain(class, "worst", None, content.into_any(), act)]));
    }
    if lines.is_empty() {
        return ().into_any();
    }
    let title = el("h3", &[("id", "worst")], vec![text(words::WORST)]);
    let list = el("ul", &[], lines);
    el("section", &[("class", "worst-list"), ("aria-labelledby", "worst")], vec![title, list])
}
