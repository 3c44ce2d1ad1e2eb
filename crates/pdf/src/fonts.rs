//! The fonts for what a document names and does not hold.
//!
//! The renderer's own (Foxit's) have the letters of western Europe and few signs. Those of `fonts/` have the Greek letters,
//! the signs of mathematics, arrows, indices; they are taken for a page on which the others lack something.

use hayro::hayro_interpret::FontResolverFn;
use hayro::hayro_interpret::font::{FontData, FontQuery, StandardFont};
use std::sync::Arc;

/// Which fonts stand for those that are missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FontSet {
    /// The renderer's own.
    Small,
    /// Those with many signs; the two fonts of signs stay the renderer's own.
    Wide,
    /// The same, in place of Symbol too.
    WideForAll,
}

static SANS: &[u8] = include_bytes!("../fonts/sans.ttf");
static SANS_BOLD: &[u8] = include_bytes!("../fonts/sans-bold.ttf");
static SERIF: &[u8] = include_bytes!("../fonts/serif.ttf");
static SERIF_BOLD: &[u8] = include_bytes!("../fonts/serif-bold.ttf");
static MONO: &[u8] = include_bytes!("../fonts/mono.ttf");
static MONO_BOLD: &[u8] = include_bytes!("../fonts/mono-bold.ttf");

impl FontSet {
    pub(crate) fn resolver(self) -> FontResolverFn {
        Arc::new(move |query| {
            let font = match query {
                FontQuery::Standard(font) => *font,
                FontQuery::Fallback(font) => font.pick_standard_font(),
            };
            Some(self.wide(font).unwrap_or_else(|| font.get_font_data()))
        })
    }

    fn wide(self, font: StandardFont) -> Option<(FontData, u32)> {
        use StandardFont as Font;
        let bytes = match (self, font) {
            (Self::Small, _) | (_, Font::ZapfDingBats) | (Self::Wide, Font::Symbol) => return None,
            (_, Font::Helvetica | Font::HelveticaOblique | Font::Symbol) => SANS,
            (_, Font::HelveticaBold | Font::HelveticaBoldOblique) => SANS_BOLD,
            (_, Font::TimesRoman | Font::TimesItalic) => SERIF,
            (_, Font::TimesBold | Font::TimesBoldItalic) => SERIF_BOLD,
            (_, Font::Courier | Font::CourierOblique) => MONO,
            (_, Font::CourierBold | Font::CourierBoldOblique) => MONO_BOLD,
        };
        Some((Arc::new(bytes), 0))
    }
}

/// Whether these are the bytes of a font of `fonts/`: whatever is drawn with it is not in the document.
pub(crate) fn is_ours(bytes: &[u8]) -> bool {
    let ours = [SANS, SANS_BOLD, SERIF, SERIF_BOLD, MONO, MONO_BOLD];
    ours.iter().any(|font| font.len() == bytes.len() && std::ptr::eq(font.as_ptr(), bytes.as_ptr()))
}
