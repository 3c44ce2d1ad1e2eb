//! The chart of an analyte: the bounds as a band, the values as marks whose form says what they mean. It is for the eye:
//! a table of the same values always stands below it.

use super::scale::{Chart, Form, GROUND, HEIGHT, Mark, WIDTH};
use leptos::prelude::*;
use std::fmt::Write;

/// The outline of a mark.
fn outline(mark: &Mark) -> String {
    let (x, y) = mark.at;
    match mark.form {
        Form::Round => format!("M{} {y}a5 5 0 1 0 10 0a5 5 0 1 0-10 0z", x - 5),
        Form::Up => format!("M{} {}h14l-7-13z", x - 7, y + 6),
        Form::Down => format!("M{} {}h14l-7 13z", x - 7, y - 6),
        Form::Diamond => format!("M{x} {}l7 7-7 7-7-7z", y - 7),
    }
}

/// The ring of a critical mark.
fn ring((x, y): (i32, i32)) -> String {
    format!("M{} {y}a12 12 0 1 0 24 0a12 12 0 1 0-24 0z", x - 12)
}

/// What crosses out a mark that counts no more.
fn cross((x, y): (i32, i32)) -> String {
    format!("M{} {}l22-22", x - 11, y + 11)
}

fn mark(mark: &Mark) -> AnyView {
    let class = match (mark.critical, mark.form == Form::Round) {
        _ if mark.replaced => "value replaced",
        (true, _) => "value critical",
        (false, false) => "value abnormal",
        (false, true) => "value",
    };
    let ring = mark.critical.then(|| view! { <path class="ring" d=ring(mark.at) /> });
    let crossed = mark.replaced.then(|| view! { <path class="crossed" d=cross(mark.at) /> });
    view! { {ring} {crossed} <path class=class class:open=mark.open d=outline(mark) /> }.into_any()
}

/// The line through the marks that count.
fn line(marks: &[Mark]) -> String {
    let mut path = String::new();
    for mark in marks.iter().filter(|mark| !mark.replaced) {
        let letter = if path.is_empty() { 'M' } else { 'L' };
        // Writing to a text cannot fail.
        let _ = write!(path, "{letter}{} {}", mark.at.0, mark.at.1);
    }
    path
}

/// Words beside a place.
fn words((x, y): (i32, i32), class: &'static str, words: String) -> AnyView {
    view! { <text class=class x=x.to_string() y=y.to_string()>{words}</text> }.into_any()
}

/// A chart.
pub fn drawing(chart: &Chart, label: String) -> impl IntoView + use<> {
    let (left, right, _, bottom) = GROUND;
    let (mut band, mut grid) = (String::new(), String::new());
    for (from, to, top, bottom) in &chart.band {
        let _ = write!(band, "M{from} {top}H{to}V{bottom}H{from}z");
    }
    for (y, _) in &chart.heights {
        let _ = write!(grid, "M{left} {y}H{right}");
    }
    for (x, _) in &chart.dates {
        let _ = write!(grid, "M{x} {bottom}v6");
    }
    let heights = chart.heights.iter().map(|(y, height)| words((left - 10, y + 5), "height", height.clone()));
    let dates = chart.dates.iter().map(|(x, date)| words((*x, bottom + 24), "date", date.clone()));
    view! {
        <svg class="chart" viewBox=format!("0 0 {WIDTH} {HEIGHT}") role="img" aria-label=label>
            <path class="band" d=band />
            <path class="grid" d=grid />
            {heights.chain(dates).collect::<Vec<_>>()}
            <path class="line" d=line(&chart.marks) />
            {chart.marks.iter().map(mark).collect::<Vec<_>>()}
        </svg>
    }
}
