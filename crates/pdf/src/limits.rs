//! How much is read of a PDF. Every limit is asked before the work it bounds.

use std::ops::RangeInclusive;

/// A larger file is not opened (the same as a message's limit).
pub const FILE_BYTES: usize = 25 * 1024 * 1024;
/// A document of more pages is not rendered; of its text, the first pages are read.
pub const PAGES: u32 = 200;
/// Widths of a rendered page, in pixels; others are brought to the nearest.
pub const PICTURE_WIDTHS: RangeInclusive<u32> = 200..=2400;
/// The greatest height of a rendered page, in pixels: a longer page is made narrower.
pub const PICTURE_HEIGHT: u32 = 4000;

/// What one compressed stream may become.
pub(crate) const STREAM_BYTES: usize = 128 * 1024 * 1024;
/// What all compressed streams of a file may become together.
pub(crate) const ALL_STREAMS_BYTES: usize = 256 * 1024 * 1024;
/// Streams in a file.
pub(crate) const STREAMS: usize = 20_000;
/// Objects in a file.
pub(crate) const OBJECTS: usize = 200_000;
/// Columns of a fax, or of a table of bytes that was compressed row by row.
pub(crate) const COLUMNS: usize = 65_535;
/// Dictionaries in dictionaries.
pub(crate) const NESTED: u32 = 256;
/// What the content of one page, or of one form in it, may become.
pub(crate) const CONTENT_BYTES: usize = 16 * 1024 * 1024;
/// References that lead to references: colour spaces of colour spaces, functions of functions.
pub(crate) const REFERENCES: usize = 32;
/// Inputs of a function made of samples: inks of a colour.
pub(crate) const INPUTS: usize = 8;
/// Arrays and dictionaries in one another, in one object.
pub(crate) const NESTED_IN_OBJECT: u32 = 64;
/// Characters that a font gives widths to, those it gives them to twice included.
pub(crate) const CHARACTERS: u32 = 200_000;

/// Drawing orders of a page that is rendered, the repetitions of its forms included.
pub(crate) const DRAWN: u64 = 200_000;
/// Points of all its paths.
pub(crate) const POINTS: u64 = 2_000_000;
/// Pixels of all that it draws: what covers the page a thousand times is not a report.
pub(crate) const PAINTED: u64 = 2_000_000_000;
/// Pixels of all its images, as they are stored.
pub(crate) const IMAGE_PIXELS: u64 = 60_000_000;
/// Layers (transparency, masks, patterns): each costs as much as the page's pixels.
pub(crate) const LAYERS: u64 = 300;

/// How much of a text layer is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Pages.
    pub pages: u32,
    /// Bytes of text (UTF-8).
    pub bytes: usize,
    /// Orders of the pages, each character counting as one.
    pub operations: u64,
}

impl Default for Limits {
    /// 200 pages, 64 KiB (as much as the search takes of one message), two million orders.
    fn default() -> Self {
        Self { pages: PAGES, bytes: 64 * 1024, operations: 2_000_000 }
    }
}
