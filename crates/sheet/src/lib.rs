//! Writes a document of our own: a heading, lines under it, one table over as many pages as it takes, a foot on each page.
//!
//! A4, lying; a font of our own is embedded, so that a name reads as it is written. Long words are broken, never cut off.

mod font;
mod layout;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use font::Face;
use layout::{Drawn, HEIGHT, WIDTH};
use pdf_writer::types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap};
use pdf_writer::{Content, Filter, Finish, Name, Pdf, Rect, Ref, Str, TextStr};
use std::io::Write as _;

/// A column of the table.
#[derive(Clone, Debug)]
pub struct Column {
    /// Its heading, on every page.
    pub name: String,
    /// Its share of the width, beside the shares of the others.
    pub share: f32,
}

/// What is to be written.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// The heading, and the document's title.
    pub title: String,
    /// The lines under it.
    pub head: Vec<String>,
    /// The columns of the table.
    pub columns: Vec<Column>,
    /// Its rows, each a cell for each column.
    pub rows: Vec<Vec<String>>,
    /// What stands in place of a table without rows.
    pub empty: String,
    /// At the foot of each page, on the left.
    pub foot: String,
    /// At the foot of each page, on the right: from its number and how many there are.
    pub page: fn(usize, usize) -> String,
}

/// Objects of a font in the file.
const OF_FONT: i32 = 5;
const SYSTEM: SystemInfo = SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };

/// The document's bytes.
#[must_use]
pub fn sheet(sheet: &Sheet) -> Vec<u8> {
    let (regular, bold) = (Face::regular(), Face::bold());
    let pages = layout::pages(sheet, &regular, &bold);
    let (catalog, tree, info) = (Ref::new(1), Ref::new(2), Ref::new(3));
    let fonts = [Ref::new(4), Ref::new(4 + OF_FONT)];
    let first_page = 4 + 2 * OF_FONT;
    let ids: Vec<(Ref, Ref)> = (0..pages.len())
        .filter_map(|number| i32::try_from(2 * number).ok())
        .map(|number| (Ref::new(first_page + number), Ref::new(first_page + number + 1)))
        .collect();
    let mut pdf = Pdf::new();
    let mut root = pdf.catalog(catalog);
    root.pages(tree).lang(TextStr("fr-FR"));
    root.viewer_preferences().display_doc_title(true);
    root.finish();
    pdf.document_info(info).title(TextStr(&sheet.title)).creator(TextStr("Bannette"));
    pdf.pages(tree).kids(ids.iter().map(|(page, _)| *page)).count(i32::try_from(ids.len()).unwrap_or(i32::MAX));
    embed(&mut pdf, fonts[0].get(), &regular, b"AtkinsonHyperlegibleNext-Regular");
    embed(&mut pdf, fonts[1].get(), &bold, b"AtkinsonHyperlegibleNext-Bold");
    for ((page, content), drawn) in ids.iter().zip(&pages) {
        let mut written = pdf.page(*page);
        written.media_box(Rect::new(0.0, 0.0, WIDTH, HEIGHT)).parent(tree).contents(*content);
        written.resources().fonts().pair(Name(b"R"), fonts[0]).pair(Name(b"B"), fonts[1]);
        written.finish();
        let packed = packed(&paint(drawn, &regular, &bold));
        pdf.stream(*content, &packed).filter(Filter::FlateDecode);
    }
    pdf.finish()
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    // Writing into memory does not fail.
    if encoder.write_all(bytes).is_err() {
        return Vec::new();
    }
    encoder.finish().unwrap_or_default()
}

/// What stands on a page, as PDF says it.
fn paint(drawn: &[Drawn], regular: &Face, bold: &Face) -> Vec<u8> {
    let mut content = Content::new();
    for one in drawn {
        match one {
            Drawn::Text { x, y, size, strong, text } => {
                let (name, face) = if *strong { (Name(b"B"), bold) } else { (Name(b"R"), regular) };
                content.begin_text().set_font(name, *size).next_line(*x, *y);
                content.show(Str(&face.encoded(text))).end_text();
            }
            Drawn::Rule { y } => {
                content.set_line_width(0.5).set_stroke_gray(0.6);
                content.move_to(layout::MARGIN, *y).line_to(WIDTH - layout::MARGIN, *y).stroke();
            }
        }
    }
    content.finish().to_vec()
}

/// Embeds a font as a whole: sixty kilobytes, and any name can be copied out of the document again.
fn embed(pdf: &mut Pdf, first: i32, face: &Face, name: &[u8]) {
    let [font, cid, descriptor, cmap, file] = [0, 1, 2, 3, 4].map(|place| Ref::new(first + place));
    pdf.type0_font(font)
        .base_font(Name(name))
        .encoding_predefined(Name(b"Identity-H"))
        .descendant_font(cid)
        .to_unicode(cmap);
    let mut written = pdf.cid_font(cid);
    written.subtype(CidFontType::Type2).base_font(Name(name)).system_info(SYSTEM).font_descriptor(descriptor);
    written.default_width(0.0).cid_to_gid_map_predefined(Name(b"Identity"));
    written.widths().consecutive(0, face.widths());
    written.finish();
    let (ascent, descent, cap_height) = face.heights();
    pdf.font_descriptor(descriptor)
        .name(Name(name))
        .flags(FontFlags::SYMBOLIC)
        .bbox(Rect::new(-300.0, descent, 1300.0, ascent))
        .italic_angle(0.0)
        .ascent(ascent)
        .descent(descent)
        .cap_height(cap_height)
        .stem_v(80.0)
        .font_file2(file);
    let mut map = UnicodeCmap::new(Name(b"Custom"), SYSTEM);
    for (glyph, letter) in face.letters() {
        map.pair(glyph, letter);
    }
    pdf.cmap(cmap, &map.finish());
    let bytes = packed(face.bytes());
    let length = i32::try_from(face.bytes().len()).unwrap_or(0);
    let mut stream = pdf.stream(file, &bytes);
    stream.filter(Filter::FlateDecode).pair(Name(b"Length1"), length);
}
