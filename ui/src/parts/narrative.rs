//! A laboratory's own text, block by block: it is the legal reference. Plain text only: nothing in it becomes markup.

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

/// A header row: an empty cell names nothing, and is no header.
fn header_row(row: &[String], width: usize) -> AnyView {
    let cell = |(text, span): (String, Option<String>)| {
        if text.trim().is_empty() {
            view! { <td colspan=span></td> }.into_any()
        } else {
            view! { <th scope="col" colspan=span>{text}</th> }.into_any()
        }
    };
    let cells = cells(row, width).map(cell).collect::<Vec<_>>();
    view! { <tr>{cells}</tr> }.into_any()
}

/// A row.
fn body_row(row: &[String], width: usize) -> AnyView {
    let cells = cells(row, width).map(|(text, span)| view! { <td colspan=span>{text}</td> }).collect::<Vec<_>>();
    view! { <tr>{cells}</tr> }.into_any()
}

fn table(caption: Option<&String>, header: &[Vec<String>], rows: &[Vec<String>]) -> AnyView {
    let width = width(header, rows);
    let caption = caption.cloned().map(|caption| view! { <caption>{caption}</caption> });
    let head = header.iter().map(|row| header_row(row, width)).collect::<Vec<_>>();
    let head = (!head.is_empty()).then(|| view! { <thead>{head}</thead> });
    let body = rows.iter().map(|row| body_row(row, width)).collect::<Vec<_>>();
    view! { <table class="plain">{caption} {head} <tbody>{body}</tbody></table> }.into_any()
}

fn block(block: &NarrativeBlock) -> AnyView {
    match block {
        NarrativeBlock::Heading { text } => view! { <h4>{text.clone()}</h4> }.into_any(),
        NarrativeBlock::Paragraph { text } => view! { <p>{text.clone()}</p> }.into_any(),
        NarrativeBlock::List { ordered, items } => {
            let items = items.iter().map(|item| view! { <li>{item.clone()}</li> }).collect::<Vec<_>>();
            if *ordered { view! { <ol>{items}</ol> }.into_any() } else { view! { <ul>{items}</ul> }.into_any() }
        }
        NarrativeBlock::Table { caption, header, rows } => table(caption.as_ref(), header, rows),
    }
}

/// The blocks of a text.
pub fn narrative(blocks: &[NarrativeBlock]) -> AnyView {
    let blocks = blocks.iter().map(block).collect::<Vec<_>>();
    view! { <div class="narrative">{blocks}</div> }.into_any()
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
