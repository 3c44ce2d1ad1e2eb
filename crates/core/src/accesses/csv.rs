//! The history as a table: UTF-8 with its mark, `;` and CRLF, as a French spreadsheet opens it by a double click (the form
//! is RFC 4180's but for the separator).
//!
//! A cell is never a formula: what a spreadsheet would compute (OWASP, "CSV Injection") gets an apostrophe before it.

use super::{Told, words};

/// The table's bytes.
pub(super) fn table(told: &Told) -> Vec<u8> {
    let mut text = String::from("\u{feff}");
    line(&mut text, words::COLUMNS.map(str::to_owned));
    for entry in &told.page.entries {
        line(&mut text, words::cells(told, entry));
    }
    text.into_bytes()
}

fn line<const N: usize>(text: &mut String, cells: [String; N]) {
    for (place, cell) in cells.iter().enumerate() {
        if place > 0 {
            text.push(';');
        }
        text.push_str(&quoted(cell));
    }
    text.push_str("\r\n");
}

fn quoted(cell: &str) -> String {
    let computed = cell.trim_start_matches([' ', '\u{a0}']).starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    let guard = if computed { "'" } else { "" };
    format!("\"{guard}{}\"", cell.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_never_a_formula() {
        for formula in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\u{a0}=1", "\n=1"] {
            assert!(quoted(formula).starts_with("\"'"), "{formula:?}");
        }
        assert_eq!(quoted("Dr Derek SHEPERD"), "\"Dr Derek SHEPERD\"");
    }

    #[test]
    fn a_cell_stays_one_cell() {
        let mut text = String::new();
        line(&mut text, ["a;b".to_owned(), "c\"d".to_owned(), "e\r\nf".to_owned()]);
        assert_eq!(text, "\"a;b\";\"c\"\"d\";\"e\r\nf\"\r\n");
    }
}
