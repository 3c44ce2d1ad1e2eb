//! PDF documents of laboratories: the words of their text layer for the search, and a page as a picture. Pure functions
//! over bytes: no file, no clock, no network, no store. Nothing here is ever read as a clinical value.
//!
//! Two ways, since two things are at stake. [`text()`] runs on everything that arrives, so it walks the page itself and
//! asks only for text: no colour, no function, no image is ever evaluated. [`render`] runs when a person asks for a page
//! and hands it to the renderer, after the page was walked once to see whether its work can be bounded.
//!
//! Both ask first what the bytes would become ([`PdfTrouble::TooLarge`], [`PdfTrouble::Unusual`]), catch the panics of
//! the crates they stand on, and ask `go_on` often: the caller owns the clock.

mod document;
mod doubt;
mod fonts;
mod image_size;
mod limits;
mod loops;
mod mend;
mod order;
mod picture;
mod promises;
mod signs;
mod stop;
mod text;
mod trial;
mod trouble;
mod weigh;

pub use document::pages;
pub use limits::{FILE_BYTES, Limits, PAGES, PICTURE_HEIGHT, PICTURE_WIDTHS};
pub use picture::{Picture, render};
pub use text::{Defect, Text, text};
pub use trouble::PdfTrouble;
