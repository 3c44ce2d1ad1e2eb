//! A laboratory's report as a PDF of several pages, laid out as laboratories do: a head, a table with lines, a foot; in the
//! standard fonts, which no file needs to hold.

use crate::encode::Charset;
use crate::mail::Draft;
use crate::panel::{self, Analyte, Standing, written};
use crate::random::Random;
use crate::{PdfSpecimen, deflate, pdf};

const LEFT: u32 = 50;
const RIGHT: u32 = 545;
/// Where the columns of the table begin.
const COLUMNS: [u32; 5] = [LEFT, 235, 300, 365, 470];
const TABLE_TOP: u32 = 640;
const ROW: u32 = 18;
const ROWS: usize = 28;

/// What stands where.
pub(crate) struct Layout {
    pages: Vec<Vec<Piece>>,
}

struct Piece {
    text: String,
    x: u32,
    y: u32,
    size: u32,
    bold: bool,
}

fn piece(text: impl Into<String>, x: u32, y: u32, size: u32, bold: bool) -> Piece {
    Piece { text: text.into(), x, y, size, bold }
}

impl Layout {
    /// Lays out a report about the draft's patient.
    pub(crate) fn of(draft: &Draft, pages: usize, random: &mut Random) -> Self {
        let pages = (1..=pages).map(|number| page(draft, number, pages, random)).collect();
        Self { pages }
    }

    /// The file.
    pub(crate) fn write(self, compressed: bool) -> PdfSpecimen {
        let first = 5;
        let kids: Vec<String> = (0..self.pages.len()).map(|page| format!("{} 0 R", first + 2 * page)).collect();
        let font = |name: &str| {
            format!("<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>").into_bytes()
        };
        let mut objects = vec![
            b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
            format!(
                "<< /Type /Pages /Kids [{}] /Count {} /MediaBox [0 0 595 842] \
                 /Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> >>",
                kids.join(" "),
                kids.len()
            )
            .into_bytes(),
            font("Helvetica"),
            font("Helvetica-Bold"),
        ];
        for page in &self.pages {
            let content = objects.len() + 2;
            objects.push(format!("<< /Type /Page /Parent 2 0 R /Contents {content} 0 R >>").into_bytes());
            objects.push(stream(&drawn(page), compressed));
        }
        PdfSpecimen {
            bytes: pdf::assembled(&objects),
            places: self.pages.iter().map(|page| page.iter().map(|piece| (piece.x, piece.y)).collect()).collect(),
            pages: self.pages.into_iter().map(|page| page.into_iter().map(|piece| piece.text).collect()).collect(),
        }
    }
}

fn page(draft: &Draft, number: usize, of: usize, random: &mut Random) -> Vec<Piece> {
    let person = &draft.payload.person;
    let title = if person.woman { "Mme" } else { "M." };
    let mut pieces = vec![
        piece(draft.laboratory.name, LEFT, 790, 16, true),
        piece("Biologie médicale – prélèvements à domicile", LEFT, 774, 9, false),
        piece(format!("Dossier n° {}", draft.number), LEFT, 740, 10, false),
        piece(format!("du {}", draft.day.french()), 235, 740, 10, false),
        piece(format!("{title} {} {}", person.last, person.first), LEFT, 722, 12, true),
        piece(format!("né(e) le {}", person.birth.french()), 365, 722, 10, false),
    ];
    let heads = ["Analyse", "Résultat", "Unité", "Valeurs de référence", "Antériorité"];
    let heads = heads.into_iter().zip(COLUMNS).map(|(head, x)| piece(head, x, TABLE_TOP + 5, 9, true));
    pieces.extend(heads);
    let analytes = panel::ALL.iter().flat_map(|panel| panel.analytes);
    let skipped = (number - 1) * ROWS;
    for (row, analyte) in (1u32..).zip(analytes.cycle().skip(skipped).take(ROWS)) {
        let y = TABLE_TOP + 5 - row * ROW;
        let now = analyte.value(Standing::Normal, random).0;
        let before = analyte.value(Standing::Normal, random).0;
        let cells = [
            analyte.label.to_owned(),
            written(now, analyte.decimals, ','),
            analyte.unit.to_owned(),
            bounds(analyte),
            written(before, analyte.decimals, ','),
        ];
        let cells = cells.into_iter().zip(COLUMNS).filter(|(cell, _)| !cell.is_empty());
        pieces.extend(cells.map(|(cell, x)| piece(cell, x, y, 9, false)));
    }
    pieces.push(piece("Résultats validés électroniquement par le biologiste (fictif)", LEFT, 60, 8, false));
    pieces.push(piece(format!("Page {number}/{of}"), 500, 60, 8, false));
    pieces
}

fn bounds(analyte: &Analyte) -> String {
    let bound = |value: i64| written(value, analyte.decimals, ',');
    match (analyte.low, analyte.high) {
        (Some(low), Some(high)) => format!("{} à {}", bound(low), bound(high)),
        (Some(low), None) => format!("> {}", bound(low)),
        (None, Some(high)) => format!("< {}", bound(high)),
        (None, None) => String::new(),
    }
}

/// The page's orders.
fn drawn(pieces: &[Piece]) -> Vec<u8> {
    let bottom = TABLE_TOP - u32::try_from(ROWS).unwrap_or(0) * ROW;
    let mut orders = b"0.5 w\n".to_vec();
    for row in 0..=u32::try_from(ROWS).unwrap_or(0) {
        let y = TABLE_TOP - row * ROW;
        orders.extend_from_slice(format!("{LEFT} {y} m {RIGHT} {y} l S\n").as_bytes());
    }
    for x in COLUMNS.iter().skip(1) {
        let x = x - 5;
        orders.extend_from_slice(format!("{x} {bottom} m {x} {} l S\n", TABLE_TOP + ROW).as_bytes());
    }
    for Piece { text, x, y, size, bold } in pieces {
        let font = if *bold { "F2" } else { "F1" };
        orders.extend_from_slice(format!("BT /{font} {size} Tf {x} {y} Td (").as_bytes());
        for byte in Charset::Windows1252.encode(text) {
            if matches!(byte, b'(' | b')' | b'\\') {
                orders.push(b'\\');
            }
            orders.push(byte);
        }
        orders.extend_from_slice(b") Tj ET\n");
    }
    orders
}

fn stream(content: &[u8], compressed: bool) -> Vec<u8> {
    let (filter, content) = match compressed {
        true => (" /Filter /FlateDecode", deflate::zlib(content)),
        false => ("", content.to_vec()),
    };
    let mut stream = format!("<< /Length {}{filter} >>\nstream\n", content.len()).into_bytes();
    stream.extend_from_slice(&content);
    stream.extend_from_slice(b"\nendstream");
    stream
}
