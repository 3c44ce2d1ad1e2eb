//! Signs that a page means and its picture would not show: asked of each glyph while the page is walked for a trial.
//!
//! A report whose *≥* is missing is worse than none, so where a sign is lacking a box stands in its place, and the picture
//! says so.

use crate::fonts::is_ours;
use hayro::hayro_interpret::font::{GlyphId, GlyphIdentifier, OutlineGlyph};
use hayro::hayro_interpret::hayro_cmap::BfString;
use hayro::kurbo::{Affine, BezPath, Rect, Shape as _};
use skrifa::{FontRef, MetadataProvider as _};
use std::collections::HashMap;

/// Boxes that are drawn; the rest is only told.
const BOXES: usize = 5_000;
/// How many outlines are remembered as blank or not.
const REMEMBERED: usize = 20_000;

/// What is lacking on a page.
#[derive(Default)]
pub(crate) struct Signs {
    /// How many signs.
    pub(crate) lacking: u64,
    /// Where, in pixels.
    pub(crate) boxes: Vec<BezPath>,
    blank: HashMap<GlyphIdentifier, bool>,
}

impl Signs {
    /// Looks at a glyph that is drawn there.
    pub(crate) fn look(&mut self, glyph: &OutlineGlyph, to_pixels: Affine) {
        let has_glyph = glyph.glyph_id() != GlyphId::NOTDEF;
        let is_blank = self.is_blank(glyph);
        let lacks = match stands_in(glyph) {
            Some(is_right) => !is_right,
            None if has_glyph && !is_blank => false,
            None => match glyph.as_unicode() {
                Some(means) => shows(&means),
                // Nobody knows what it means: codes without a glyph are signs, but for the blanks that some writers send.
                None => !has_glyph && !matches!(glyph.char_code(), 0..=32 | 127 | 160 | 173),
            },
        };
        if !lacks && has_glyph && !is_blank && has_no_place(glyph) {
            self.lack(None);
        }
        if lacks {
            let wide = glyph.advance_width().filter(|wide| *wide >= 200.0).map_or(600.0, f64::from);
            self.lack(Some(to_pixels * Rect::new(60.0, 0.0, wide - 60.0, 680.0).to_path(0.1)));
        }
    }

    /// Notes that a sign is lacking.
    pub(crate) fn lack(&mut self, place: Option<BezPath>) {
        self.lacking = self.lacking.saturating_add(1);
        self.boxes.extend(place.filter(|_| self.boxes.len() < BOXES));
    }

    fn is_blank(&mut self, glyph: &OutlineGlyph) -> bool {
        let id = glyph.identifier();
        if let Some(known) = self.blank.get(&id) {
            return *known;
        }
        let is_blank = glyph.outline().elements().is_empty();
        if self.blank.len() < REMEMBERED {
            self.blank.insert(id, is_blank);
        }
        is_blank
    }
}

/// Whether whatever follows is written over this sign: it is of a font that is not in the document, and neither that nor the
/// usual measures say how wide it is.
fn has_no_place(glyph: &OutlineGlyph) -> bool {
    glyph.advance_width().is_none_or(|wide| wide == 0.0)
        && glyph.font_data().is_none()
        && glyph
            .as_unicode()
            .is_some_and(|means| shows(&means) && !matches!(means, BfString::Char(sign) if is_accent(sign)))
}

/// Accents are written over letters.
fn is_accent(sign: char) -> bool {
    matches!(sign, '^' | '`' | '\u{a8}' | '\u{af}' | '\u{b4}' | '\u{b8}' | '\u{2b0}'..='\u{36f}' | '\u{1dc0}'..='\u{1dff}')
}

/// For a glyph of our fonts in place of a font of many signs that is not in the document: whether it is the sign that is
/// meant. There the renderer takes any glyph of that number where it finds none.
fn stands_in(glyph: &OutlineGlyph) -> Option<bool> {
    let data = glyph.font_data()?.data;
    let bytes = (*data).as_ref();
    if !is_ours(bytes) {
        return None;
    }
    let right = match glyph.as_unicode() {
        Some(means) if !shows(&means) => true,
        Some(BfString::Char(sign)) => {
            let font = FontRef::new(bytes).ok();
            let wanted = font.and_then(|font| font.charmap().map(sign));
            wanted.is_some_and(|wanted| wanted.to_u32() == glyph.glyph_id().to_u32())
        }
        _ => false,
    };
    Some(right)
}

/// Whether this is something that is seen.
pub(crate) fn shows(means: &BfString) -> bool {
    match means {
        BfString::Char(sign) => is_seen(*sign),
        BfString::String(signs) => signs.chars().any(is_seen),
    }
}

fn is_seen(sign: char) -> bool {
    let unseen = sign.is_whitespace()
        || sign.is_control()
        || matches!(sign, '\u{ad}' | '\u{34f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202f}' | '\u{2060}'..='\u{206f}')
        // The blank of fonts of signs, and what only marks the order of bytes.
        || matches!(sign, '\u{f020}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}');
    !unseen
}
