//! The pieces of a table.

use crate::parts::element::{el, say};
use leptos::prelude::*;

/// A header cell of a column.
pub fn head(class: &'static str, name: &str) -> AnyView {
    el("th", &[("scope", "col"), ("class", class)], vec![name.to_owned().into_any()])
}

/// A header cell of a row.
pub fn row_head(content: Vec<AnyView>) -> AnyView {
    el("th", &[("scope", "row")], content)
}

/// A cell.
pub fn cell(class: &'static str, content: Vec<AnyView>) -> AnyView {
    el("td", &[("class", class)], content)
}

/// A cell of a text.
pub fn said(class: &'static str, text: &str) -> AnyView {
    say("td", class, text)
}

/// A table with one row of headers.
pub fn results_table(class: &'static str, name: &str, heads: Vec<AnyView>, rows: Vec<AnyView>) -> AnyView {
    let heads = el("thead", &[], vec![el("tr", &[], heads)]);
    el("table", &[("class", class), ("aria-label", name)], vec![heads, el("tbody", &[], rows)])
}
