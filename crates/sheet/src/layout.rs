//! Where everything of a document stands, page by page. Measures are points, from the lower left corner.

use super::Sheet;
use super::font::Face;

/// A4, lying.
pub(super) const WIDTH: f32 = 842.0;
pub(super) const HEIGHT: f32 = 595.0;
pub(super) const MARGIN: f32 = 36.0;
const TITLE: f32 = 15.0;
const TEXT: f32 = 9.0;
/// From line to line.
const LEADING: f32 = 12.0;
/// Between two columns, and above and below a row.
const GAP: f32 = 8.0;
const PADDING: f32 = 4.0;
/// Above this, rows; below it, the foot.
const FLOOR: f32 = MARGIN + 22.0;

/// A thing on a page.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Drawn {
    /// A line of text, from its left end on its base line.
    Text { x: f32, y: f32, size: f32, strong: bool, text: String },
    /// A rule over the whole width.
    Rule { y: f32 },
}

/// The pages, with as many things on each as fit.
pub(super) fn pages(sheet: &Sheet, regular: &Face, bold: &Face) -> Vec<Vec<Drawn>> {
    let mut paper = Paper { pages: vec![Vec::new()], y: HEIGHT - MARGIN };
    let room = WIDTH - 2.0 * MARGIN;
    paper.y -= TITLE;
    for line in broken(&sheet.title, bold, TITLE, room) {
        paper.text(MARGIN, TITLE, true, line);
        paper.y -= TITLE * 1.3;
    }
    for line in sheet.head.iter().flat_map(|line| broken(line, regular, TEXT, room)) {
        paper.text(MARGIN, TEXT, false, line);
        paper.y -= LEADING;
    }
    paper.y -= PADDING;
    let columns = Columns::new(sheet, room);
    if sheet.rows.is_empty() {
        paper.text(MARGIN, TEXT, true, sheet.empty.clone());
    } else {
        let names: Vec<String> = sheet.columns.iter().map(|column| column.name.clone()).collect();
        let heading = columns.row(&names, bold);
        paper.row(&heading, &columns, true);
        for cells in &sheet.rows {
            for part in parts(columns.row(cells, regular)) {
                let height = row_height(&part);
                if paper.y - height < FLOOR {
                    paper.turn();
                    paper.row(&heading, &columns, true);
                }
                paper.row(&part, &columns, false);
            }
        }
    }
    foot(&mut paper.pages, sheet, regular);
    paper.pages
}

/// The cells of a row, each broken into lines.
type Row = Vec<Vec<String>>;

fn row_height(row: &Row) -> f32 {
    let lines = row.iter().map(Vec::len).max().unwrap_or(1).max(1);
    #[expect(clippy::cast_precision_loss, reason = "a few lines")]
    let lines = lines as f32;
    lines * LEADING + 2.0 * PADDING
}

/// A row that is higher than a page stands as several.
fn parts(row: Row) -> Vec<Row> {
    const LINES: usize = 30;
    let lines = row.iter().map(Vec::len).max().unwrap_or(0);
    if lines <= LINES {
        return vec![row];
    }
    let some = |first: usize| -> Row {
        row.iter().map(|cell| cell.iter().skip(first).take(LINES).cloned().collect()).collect()
    };
    (0..lines).step_by(LINES).map(some).collect()
}

struct Columns {
    /// Left end and width of each.
    places: Vec<(f32, f32)>,
}

impl Columns {
    fn new(sheet: &Sheet, room: f32) -> Self {
        let whole: f32 = sheet.columns.iter().map(|column| column.share).sum::<f32>().max(0.001);
        let mut x = MARGIN;
        let place = |share: f32| {
            let width = room * share / whole;
            let place = (x, (width - GAP).max(TEXT));
            x += width;
            place
        };
        Self { places: sheet.columns.iter().map(|column| column.share).map(place).collect() }
    }

    fn row(&self, cells: &[String], face: &Face) -> Row {
        cells.iter().zip(&self.places).map(|(cell, (_, width))| broken(cell, face, TEXT, *width)).collect()
    }
}

struct Paper {
    pages: Vec<Vec<Drawn>>,
    /// How far down the page is filled.
    y: f32,
}

impl Paper {
    fn put(&mut self, drawn: Drawn) {
        if let Some(page) = self.pages.last_mut() {
            page.push(drawn);
        }
    }

    fn text(&mut self, x: f32, size: f32, strong: bool, text: String) {
        if !text.is_empty() {
            let y = self.y;
            self.put(Drawn::Text { x, y, size, strong, text });
        }
    }

    fn turn(&mut self) {
        self.pages.push(Vec::new());
        self.y = HEIGHT - MARGIN;
    }

    fn row(&mut self, row: &Row, columns: &Columns, strong: bool) {
        let top = self.y;
        for (lines, (x, _)) in row.iter().zip(&columns.places) {
            self.y = top - PADDING - TEXT;
            for line in lines {
                self.text(*x, TEXT, strong, line.clone());
                self.y -= LEADING;
            }
        }
        self.y = top - row_height(row);
        let y = self.y;
        self.put(Drawn::Rule { y });
    }
}

fn foot(pages: &mut [Vec<Drawn>], sheet: &Sheet, face: &Face) {
    let of = pages.len();
    for (place, page) in pages.iter_mut().enumerate() {
        let number = (sheet.page)(place + 1, of);
        let x = WIDTH - MARGIN - face.width(&number, TEXT);
        let room = x - MARGIN - GAP;
        let left = broken(&sheet.foot, face, TEXT, room).into_iter().next().unwrap_or_default();
        page.push(Drawn::Text { x: MARGIN, y: MARGIN, size: TEXT, strong: false, text: left });
        page.push(Drawn::Text { x, y: MARGIN, size: TEXT, strong: false, text: number });
    }
}

/// A text in lines that fit: broken between words, and inside a word that is longer than a line.
fn broken(text: &str, face: &Face, size: f32, room: f32) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let fits = |text: &str| face.width(text, size) <= room;
    // A non-breaking space holds its words together: only the plain ones part.
    for word in text.split(|letter: char| letter == ' ' || letter.is_control()).filter(|word| !word.is_empty()) {
        let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
        if fits(&longer) {
            line = longer;
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        for letter in word.chars() {
            line.push(letter);
            if !fits(&line) && line.chars().count() > 1 {
                line.pop();
                lines.push(std::mem::replace(&mut line, letter.to_string()));
            }
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Column;

    #[test]
    fn nothing_is_lost_and_nothing_is_too_wide() {
        let face = Face::regular();
        let text = "Anticonstitutionnellement désoxyribonucléotidique – x à y";
        for room in [12.0, 30.0, 60.0, 200.0] {
            let lines = broken(text, &face, TEXT, room);
            assert!(lines.iter().all(|line| face.width(line, TEXT) <= room), "{lines:?}");
            let whole = |text: &str| text.replace(' ', "");
            assert_eq!(whole(&lines.concat()), whole(text));
        }
    }

    #[test]
    fn rows_stand_above_the_foot_and_each_page_has_its_heading() {
        let rows = (0..200).map(|number| vec![format!("ligne {number}"), "mot ".repeat(number % 40)]).collect();
        let columns = ["Un", "Deux"].map(|name| Column { name: name.to_owned(), share: 1.0 }).to_vec();
        let sheet = Sheet {
            title: "Titre".to_owned(),
            head: vec!["tête".to_owned()],
            columns,
            rows,
            empty: String::new(),
            foot: "pied".to_owned(),
            page: |number, of| format!("page {number} sur {of}"),
        };
        let pages = pages(&sheet, &Face::regular(), &Face::bold());
        assert!(pages.len() > 5);
        for (place, page) in pages.iter().enumerate() {
            let says = |wanted: &str| page.iter().any(|one| matches!(one, Drawn::Text { text, .. } if text == wanted));
            assert!(says("Un") && says("pied") && says(&format!("page {} sur {}", place + 1, pages.len())), "{place}");
            let lowest = page.iter().filter_map(|one| match one {
                Drawn::Text { y, text, .. } if !text.starts_with("page") && text != "pied" => Some(*y),
                _ => None,
            });
            assert!(lowest.fold(f32::MAX, f32::min) > FLOOR, "{place}");
        }
    }
}
