//! The text of a section, as blocks of plain words: what the laboratory's people read and signed. It must keep every
//! word in reading order and each cell in its column, and never anything that could act.

use super::element::{Child, Element};
use super::words::Plain;
use crate::limits;
use crate::text::cut;
use bannette_api::report::NarrativeBlock;

/// Reads narratives within the limits of one report.
#[derive(Debug)]
pub(super) struct Narrator {
    bytes: usize,
    cells: usize,
    steps: usize,
    /// Whether something was left out.
    pub(super) cut: bool,
}

impl Default for Narrator {
    fn default() -> Self {
        Self { bytes: limits::NARRATIVE_BYTES, cells: limits::NARRATIVE_CELLS, steps: limits::XML_ITEMS, cut: false }
    }
}

impl Narrator {
    /// The blocks of a `text`.
    pub(super) fn blocks(&mut self, text: Element<'_>) -> Vec<NarrativeBlock> {
        let mut blocks = Vec::new();
        let mut words = Plain::default();
        self.walk(text, &mut words, &mut blocks);
        self.paragraph(&mut words, &mut blocks);
        blocks
    }

    fn walk(&mut self, element: Element<'_>, words: &mut Plain, blocks: &mut Vec<NarrativeBlock>) {
        for child in element.nodes() {
            if self.bytes == 0 || self.steps == 0 {
                self.cut = true;
                return;
            }
            self.steps -= 1;
            match child {
                Child::Text(text) => words.text(text),
                Child::Element(child) => self.block(child, words, blocks),
            }
        }
    }

    fn block(&mut self, element: Element<'_>, words: &mut Plain, blocks: &mut Vec<NarrativeBlock>) {
        match element.name() {
            "paragraph" => {
                self.paragraph(words, blocks);
                self.walk(element, words, blocks);
                self.paragraph(words, blocks);
            }
            "caption" | "title" => {
                self.paragraph(words, blocks);
                let text = self.words(element);
                if !text.is_empty() {
                    blocks.push(NarrativeBlock::Heading { text });
                }
            }
            "list" => {
                self.paragraph(words, blocks);
                self.list(element, blocks);
            }
            "table" => {
                self.paragraph(words, blocks);
                self.table(element, blocks);
            }
            "br" | "sup" | "sub" | "linkHtml" | "renderMultiMedia" => words.element(element, &mut self.steps),
            "content" if element.attribute("revised").is_some() => words.element(element, &mut self.steps),
            _ => self.walk(element, words, blocks),
        }
    }

    /// Ends a paragraph.
    fn paragraph(&mut self, words: &mut Plain, blocks: &mut Vec<NarrativeBlock>) {
        let text = words.take();
        let text = self.within(text);
        if !text.is_empty() {
            blocks.push(NarrativeBlock::Paragraph { text });
        }
    }

    fn list(&mut self, list: Element<'_>, blocks: &mut Vec<NarrativeBlock>) {
        let ordered = list.attribute("listType") == Some("ordered");
        let mut items = Vec::new();
        for child in list.nodes() {
            let words = match child {
                Child::Text(text) => self.within(text.trim().to_owned()),
                Child::Element(child) => {
                    let words = self.words(child);
                    if child.name() == "caption" && !words.is_empty() {
                        blocks.push(NarrativeBlock::Heading { text: words });
                        continue;
                    }
                    words
                }
            };
            if !words.is_empty() {
                items.push(words);
            }
        }
        if !items.is_empty() {
            blocks.push(NarrativeBlock::List { ordered, items });
        }
    }

    fn table(&mut self, table: Element<'_>, blocks: &mut Vec<NarrativeBlock>) {
        let (mut caption, mut header, mut rows) = (None, Vec::new(), Vec::new());
        for child in table.nodes() {
            match child {
                Child::Text(text) if text.trim().is_empty() => {}
                Child::Text(text) => rows.push(vec![self.within(text.trim().to_owned())]),
                Child::Element(child) => match child.name() {
                    "caption" => caption = Some(self.words(child)).filter(|words| !words.is_empty()),
                    "thead" => self.rows(child, &mut header),
                    "tr" => self.row(child, &mut rows, &mut Vec::new()),
                    "col" | "colgroup" => {}
                    _ => self.rows(child, &mut rows),
                },
            }
        }
        if caption.is_some() || !header.is_empty() || !rows.is_empty() {
            blocks.push(NarrativeBlock::Table { caption, header, rows });
        }
    }

    fn rows(&mut self, group: Element<'_>, rows: &mut Vec<Vec<String>>) {
        let mut spans = Vec::new();
        for child in group.nodes() {
            match child {
                Child::Element(row) => self.row(row, rows, &mut spans),
                Child::Text(text) if text.trim().is_empty() => {}
                Child::Text(text) => rows.push(vec![self.within(text.trim().to_owned())]),
            }
        }
    }

    /// A row. `spans`: for how many rows each column still holds a cell from above.
    fn row(&mut self, row: Element<'_>, rows: &mut Vec<Vec<String>>, spans: &mut Vec<usize>) {
        let mut cells: Vec<String> = Vec::new();
        for child in row.nodes() {
            let (words, columns, height) = match child {
                Child::Text(text) if text.trim().is_empty() => continue,
                Child::Text(text) => (self.within(text.trim().to_owned()), 1, 1),
                Child::Element(cell) => (self.words(cell), span(cell, "colspan"), span(cell, "rowspan")),
            };
            self.fill(&mut cells, spans);
            let first = cells.len();
            if !self.cell() {
                break;
            }
            cells.push(words);
            for _ in 1..columns {
                if cells.len() >= limits::NARRATIVE_COLUMNS || !self.cell() {
                    break;
                }
                cells.push(String::new());
            }
            if height > 1 && cells.len() <= limits::NARRATIVE_COLUMNS {
                spans.resize(spans.len().max(cells.len()), 0);
                for span in spans.iter_mut().take(cells.len()).skip(first) {
                    *span = height;
                }
            }
        }
        self.fill(&mut cells, spans);
        for span in spans.iter_mut() {
            *span = span.saturating_sub(1);
        }
        if !cells.is_empty() {
            rows.push(cells);
        }
    }

    /// Empty cells where cells of rows above reach down.
    fn fill(&mut self, cells: &mut Vec<String>, spans: &[usize]) {
        while spans.get(cells.len()).is_some_and(|height| *height > 0) && self.cell() {
            cells.push(String::new());
        }
    }

    /// Whether one more cell may be made.
    fn cell(&mut self) -> bool {
        if self.cells == 0 {
            self.cut = true;
            return false;
        }
        self.cells -= 1;
        true
    }

    /// The words of an element.
    fn words(&mut self, element: Element<'_>) -> String {
        let mut plain = Plain::default();
        plain.children(element, &mut self.steps);
        self.within(plain.take())
    }

    /// A text, cut where the report's limit ends.
    fn within(&mut self, mut text: String) -> String {
        let fits = cut(&text, self.bytes).len();
        if fits < text.len() {
            text.truncate(fits);
            self.cut = true;
        }
        self.bytes -= fits;
        text
    }
}

/// How many columns or rows a cell spans.
fn span(cell: Element<'_>, attribute: &'static str) -> usize {
    let written = cell.attribute(attribute).and_then(|span| span.parse::<usize>().ok());
    written.unwrap_or(1).clamp(1, limits::NARRATIVE_CELLS)
}
