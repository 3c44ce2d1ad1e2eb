//! The fonts of our own documents: which glyph a letter has and how wide it is.

use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider as _};
use std::collections::BTreeMap;
use unicode_normalization::UnicodeNormalization as _;

const REGULAR: &[u8] = include_bytes!("../fonts/regular.ttf");
const BOLD: &[u8] = include_bytes!("../fonts/bold.ttf");

/// A font.
pub(super) struct Face {
    bytes: &'static [u8],
    glyphs: BTreeMap<char, u16>,
    /// By glyph, in thousandths of the size.
    widths: Vec<f32>,
    heights: (f32, f32, f32),
}

impl Face {
    pub(super) fn regular() -> Self {
        Self::of(REGULAR)
    }

    pub(super) fn bold() -> Self {
        Self::of(BOLD)
    }

    fn of(bytes: &'static [u8]) -> Self {
        // Our own file, held by a test. Were it broken, the document would be blank, and nothing worse.
        let Ok(font) = FontRef::new(bytes) else {
            return Self { bytes, glyphs: BTreeMap::new(), widths: Vec::new(), heights: (800.0, -200.0, 700.0) };
        };
        let glyphs = font
            .charmap()
            .mappings()
            .filter_map(|(letter, glyph)| Some((char::from_u32(letter)?, u16::try_from(glyph.to_u32()).ok()?)))
            .collect();
        let metrics = font.metrics(Size::unscaled(), LocationRef::default());
        let thousand = 1000.0 / f32::from(metrics.units_per_em.max(1));
        let advances = font.glyph_metrics(Size::unscaled(), LocationRef::default());
        let width = |glyph: u32| advances.advance_width(glyph.into()).unwrap_or(0.0) * thousand;
        Self {
            bytes,
            glyphs,
            widths: (0..metrics.glyph_count).map(width).collect(),
            heights: (
                metrics.ascent * thousand,
                metrics.descent * thousand,
                metrics.cap_height.unwrap_or(700.0) * thousand,
            ),
        }
    }

    pub(super) fn bytes(&self) -> &'static [u8] {
        self.bytes
    }

    pub(super) fn widths(&self) -> impl Iterator<Item = f32> {
        self.widths.iter().copied()
    }

    /// Ascent, descent (below zero), height of capitals.
    pub(super) fn heights(&self) -> (f32, f32, f32) {
        self.heights
    }

    /// Glyphs and the letters that they are.
    pub(super) fn letters(&self) -> impl Iterator<Item = (u16, char)> {
        let by_glyph: BTreeMap<u16, char> = self.glyphs.iter().rev().map(|(letter, glyph)| (*glyph, *letter)).collect();
        by_glyph.into_iter()
    }

    /// The glyph of a letter: its own, else that of the letter without its marks, else the box of what is missing.
    fn glyph(&self, letter: char) -> u16 {
        let own = self.glyphs.get(&letter);
        let base = || std::iter::once(letter).nfkd().find_map(|part| self.glyphs.get(&part));
        own.or_else(base).copied().unwrap_or(0)
    }

    /// A text as the document holds it: two bytes a glyph.
    pub(super) fn encoded(&self, text: &str) -> Vec<u8> {
        text.chars().flat_map(|letter| self.glyph(letter).to_be_bytes()).collect()
    }

    /// How wide a text is at a size, in points.
    pub(super) fn width(&self, text: &str, size: f32) -> f32 {
        let width = |letter| self.widths.get(usize::from(self.glyph(letter))).copied().unwrap_or(0.0);
        text.chars().map(width).sum::<f32>() * size / 1000.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_letter_of_french_and_of_its_neighbours_has_a_glyph() {
        let letters =
            "ÀÂÄÇÉÈÊËÎÏÔÖŒÙÛÜŸàâäçéèêëîïôöœùûüÿæÆ’‘«»–—…€ŁłŚśŞşŠšŽžĐđĞğİıŐőŘřČčĄąĘęÑñÅåØøß0123456789 .,;:!?()/";
        for face in [Face::regular(), Face::bold()] {
            let missing: String = letters.chars().filter(|letter| !face.glyphs.contains_key(letter)).collect();
            assert_eq!(missing, "");
            assert!(face.width("EXEMPLE", 10.0) > 30.0);
        }
    }

    #[test]
    fn a_letter_that_is_missing_shows_its_base() {
        let face = Face::regular();
        assert!(!face.glyphs.contains_key(&'ạ'));
        assert_eq!(face.encoded("ạ"), face.encoded("a"));
        assert_eq!(face.encoded("漢"), [0, 0]);
    }
}
