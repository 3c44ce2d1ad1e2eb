//! Tables of text for a terminal: columns as wide as their widest cell, two spaces apart. No rule lines, so that a
//! screen reader reads words only.

use unicode_width::UnicodeWidthStr;

/// A table: a heading line, then rows. A cell is one line; line ends in it become spaces.
pub fn table<const N: usize>(heading: [&str; N], rows: impl IntoIterator<Item = [String; N]>) -> String {
    let heading = heading.map(str::to_uppercase);
    let rows: Vec<[String; N]> = std::iter::once(heading).chain(rows).map(|row| row.map(one_line)).collect();
    let mut widths = [0; N];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.width());
        }
    }
    rows.iter().map(|row| line(row, &widths)).collect::<Vec<_>>().join("\n")
}

fn line(row: &[String], widths: &[usize]) -> String {
    let padded = |(cell, width): (&String, &usize)| {
        let padding = width.saturating_sub(cell.width());
        format!("{cell}{}", " ".repeat(padding))
    };
    row.iter().zip(widths).map(padded).collect::<Vec<_>>().join("  ").trim_end().to_owned()
}

fn one_line(cell: String) -> String {
    if cell.contains(char::is_control) { cell.replace(char::is_control, " ") } else { cell }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_they_look() {
        let rows = [["é".to_owned(), "1".to_owned()], ["日本".to_owned(), "2".to_owned()]];
        assert_eq!(table(["n", "x"], rows), "N     X\né     1\n日本  2");
    }

    #[test]
    fn a_cell_is_one_line() {
        assert_eq!(table(["n"], [["a\nb".to_owned()]]), "N\na b");
    }

    #[test]
    fn without_rows_the_heading_stands_alone() {
        assert_eq!(table(["nom", "état"], []), "NOM  ÉTAT");
    }
}
