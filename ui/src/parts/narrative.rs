//! A laboratory's own text, block by block: it is the legal reference. Plain text only: nothing in it becomes markup.

use crate::parts::element::{el, say, words};
use bannette_api::report::NarrativeBlock;
use leptos::prelude::*;

/// The widest row of a table.
fn width(header: &[Vec<String>], rows: &[Vec<String>]) -> usize {
    header.iter().chain(rows).map(Vec::len).max().unwrap_or(0)
}

/// How many columns the last cell of a row takes, so that short rows fill the table's width; nothing where it is one.
fn last_span(length: usize, width: usize) -> Option<String> {
    // A browser takes no more than a thousand.
    let span = (width.saturating_sub(length) + 1).min(1000);
    (span > 1 && length > 0).then(|| span.to_string())
}

/// The cells of a row, with what the last one spans.
fn cells(row: &[String], width: usize) -> impl Iterator<Item = (String, Option<String>)> {
    let last = row.len().saturating_sub(1);
    let span = last_span(row.len(), width);
    row.iter().enumerate().map(move |(at, text)| (text.clone(), if at == last { span.clone() } else { None }))
}

/// A row of headers or of values; an empty cell among headers names nothing, and is no header.
fn row(row: &[String], width: usize, header: bool) -> AnyView {
    let mut drawn = Vec::with_capacity(row.len());
    for (text, span) in cells(row, width) {
        let span = span.as_deref().unwrap_or("1");
        drawn.push(if header && !text.trim().is_empty() {
            el("th", &[("scope", "col"), ("colspan", span)], vec![words(&text)])
        } else {
            el("td", &[("colspan", span)], vec![words(&text)])
        });
    }
    el("tr", &[], drawn)
}

fn table(caption: Option<&String>, header: &[Vec<String>], rows: &[Vec<String>]) -> AnyView {
    let width = width(header, rows);
    let mut parts = Vec::new();
    if let Some(caption) = caption {
        parts.push(say("caption", "", caption));
    }
    if !header.is_empty() {
        parts.push(el("thead", &[], header.iter().map(|one| row(one, width, true)).collect()));
    }
    parts.push(el("tbody", &[], rows.iter().map(|one| row(one, width, false)).collect()));
    el("table", &[("class", "plain")], parts)
}

fn block(block: &NarrativeBlock) -> AnyView {
    match block {
        NarrativeBlock::Heading { text } => say("h4", "", text),
        NarrativeBlock::Paragraph { text } => say("p", "", text),
        NarrativeBlock::List { ordered, items } => {
            el(if *ordered { "ol" } else { "ul" }, &[], items.iter().map(|item| say("li", "", item)).collect())
        }
        NarrativeBlock::Table { caption, header, rows } => table(caption.as_ref(), header, rows),
    }
}

/// The blocks of a text.
pub fn narrative(blocks: &[NarrativeBlock]) -> AnyView {
    el("div", &[("class", "narrative")], blocks.iter().map(block).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(cells: &[&str]) -> Vec<String> {
        cells.iter().map(|cell| (*cell).to_owned()).collect()
    }

    #[test]
    fn short_rows_fill_the_width_of_the_table() {
        let (header, rows) = (vec![row(&["Analyse", "Résultat", "Unité"])], vec![row(&["Remarque"]), row(&[])]);
        let width = width(&header, &rows);
        assert_eq!(width, 3);
        let spanned = |row: &[String]| cells(row, width).map(|(_, span)| span).collect::<Vec<_>>();
        assert_eq!(spanned(&header[0]), [None, None, None]);
        assert_eq!(spanned(&rows[0]), [Some("3".to_owned())]);
        assert!(spanned(&rows[1]).is_empty());
    }

    #[test]
    fn no_cell_spans_more_than_a_browser_takes() {
        assert_eq!(last_span(1, 5000).as_deref(), Some("1000"));
        assert_eq!(last_span(0, 5), None);
        assert_eq!(last_span(5, 5), None);
    }
}
