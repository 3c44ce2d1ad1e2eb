//! The history as a document to print or to hand over.

use super::{Told, words};
use bannette_sheet::{Column, Sheet, sheet};

/// Shares of the width of a page, in the order of [`words::COLUMNS`].
const SHARES: [f32; 7] = [1.45, 1.9, 2.5, 2.0, 1.7, 1.5, 0.7];

/// The document's bytes.
pub(super) fn document(told: &Told) -> Vec<u8> {
    let columns = words::COLUMNS.iter().zip(SHARES).map(|(name, share)| Column { name: (*name).to_owned(), share });
    sheet(&Sheet {
        title: words::title(told),
        head: words::head(told),
        columns: columns.collect(),
        rows: told.page.entries.iter().map(|entry| words::cells(told, entry).to_vec()).collect(),
        empty: words::NOTHING.to_owned(),
        foot: words::foot(told),
        page: words::page,
    })
}
