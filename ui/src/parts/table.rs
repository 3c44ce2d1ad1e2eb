//! The pieces of a table, each of one type: every cell drawn in its own way would bring its own code into the module.

use leptos::prelude::*;

/// A header cell of a column.
pub fn head(class: &'static str, words: &'static str) -> AnyView {
    view! { <th scope="col" class=class>{words}</th> }.into_any()
}

/// A cell.
pub fn cell(class: &'static str, content: AnyView) -> AnyView {
    view! { <td class=class>{content}</td> }.into_any()
}

/// A table with one row of headers.
pub fn results_table(class: &'static str, name: String, heads: Vec<AnyView>, rows: Vec<AnyView>) -> AnyView {
    view! {
        <table class=class aria-label=name>
            <thead>
                <tr>{heads}</tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}
