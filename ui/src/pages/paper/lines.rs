//! The lines of a sheet: what is never cut between two pages, each short enough for one.

/// No line is longer than this, in characters: one that no page holds could not be put on any.
const LONGEST: usize = 1200;

/// The same of a cell, which is narrow.
const LONGEST_CELL: usize = 400;

/// How a line looks: its classes in paper.css.
pub type Look = &'static str;

/// A line: one text, or the cells of a row. It is never cut between two pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Look.
    pub look: Look,
    /// Texts, in which a line feed is one.
    pub cells: Vec<String>,
    /// It stays on the page of the line that follows.
    pub with_next: bool,
    /// The line that stands above it on each page: the head of its table.
    pub head: Option<usize>,
}

/// Collects the lines.
#[derive(Default)]
pub struct Lines(pub Vec<Line>);

/// A text in pieces that a page holds, cut between lines, else between words.
pub fn pieces(text: &str) -> Vec<String> {
    cut(text, LONGEST)
}

fn cut(text: &str, longest: usize) -> Vec<String> {
    let mut found = Vec::new();
    for line in text.trim_end().split('\n') {
        let (mut piece, mut length) = (String::new(), 0);
        for word in line.trim_end_matches('\r').split_inclusive(' ') {
            if length + word.chars().count() > longest && length > 0 {
                found.push(std::mem::take(&mut piece));
                length = 0;
            }
            // One word that is longer than a page has no better place to be cut.
            for letter in word.chars() {
                if length >= longest {
                    found.push(std::mem::take(&mut piece));
                    length = 0;
                }
                piece.push(letter);
                length += 1;
            }
        }
        found.push(piece);
    }
    found
}

impl Lines {
    /// A line as it is.
    pub fn push(&mut self, look: Look, cells: Vec<String>, with_next: bool, head: Option<usize>) {
        self.0.push(Line { look, cells, with_next, head });
    }

    /// A title, which stays with what it names.
    pub fn title(&mut self, text: &str, level: u8) {
        let look = match level {
            0 => "heading",
            1 => "heading lower",
            _ => "heading lowest",
        };
        self.push(look, vec![text.to_owned()], true, None);
    }

    /// A text, in as many lines as it needs.
    pub fn text(&mut self, look: Look, text: &str) {
        for piece in pieces(text) {
            self.push(look, vec![piece], false, None);
        }
    }

    /// A text under its title; nothing where there is none.
    pub fn titled(&mut self, title: &str, text: Option<&str>) {
        if let Some(text) = text.filter(|text| !text.trim().is_empty()) {
            self.title(title, 0);
            self.text("prose", text);
        }
    }

    /// What is known, beside its name; nothing where it is not.
    pub fn fact(&mut self, label: &str, value: &str) {
        if !value.trim().is_empty() {
            self.push("fact", vec![label.to_owned(), value.trim().to_owned()], false, None);
        }
    }

    /// A row, whose cells may be longer than a page holds: then it goes on in the next row.
    pub fn row(&mut self, look: Look, cells: &[String], with_next: bool, head: Option<usize>) {
        let columns: Vec<_> = cells.iter().map(|cell| whole_or_pieces(cell)).collect();
        let rows = columns.iter().map(Vec::len).max().unwrap_or(0);
        let mut columns: Vec<_> = columns.into_iter().map(Vec::into_iter).collect();
        for at in 1..=rows {
            let cells = columns.iter_mut().map(|column| column.next().unwrap_or_default()).collect();
            self.push(look, cells, with_next && at == rows, head);
        }
    }
}

/// A cell keeps its own line feeds, as long as a page holds it.
fn whole_or_pieces(cell: &str) -> Vec<String> {
    let short = cell.chars().count() <= LONGEST_CELL && cell.lines().count() <= 20;
    if short { vec![cell.to_owned()] } else { cut(cell, LONGEST_CELL) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_longer_than_a_page_and_no_letter_is_lost() {
        let long = format!("{}\n\n{}", "mot ".repeat(2000), "é".repeat(3000));
        let found = pieces(&long);
        assert!(found.iter().all(|piece| piece.chars().count() <= LONGEST));
        assert_eq!(found.concat(), long.replace('\n', ""));
        let mut lines = Lines::default();
        lines.row("cells quoted", &["court".to_owned(), long.clone()], true, Some(0));
        assert_eq!(lines.0.iter().map(|line| line.cells[1].as_str()).collect::<String>(), long.replace('\n', ""));
        assert_eq!(lines.0.iter().filter(|line| line.cells[0] == "court").count(), 1);
        assert!(lines.0.iter().rev().skip(1).all(|line| !line.with_next) && lines.0.last().unwrap().with_next);
    }
}
