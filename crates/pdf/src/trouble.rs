//! Why a PDF was not read, by what the caller does next: in every case the file stays as it came and can be saved.

use thiserror::Error;

/// Why a PDF was not read or not rendered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PdfTrouble {
    /// The bytes are not a PDF.
    #[error("not a PDF")]
    NotPdf,
    /// It is encrypted, and does not open with the empty password.
    #[error("the PDF is encrypted")]
    Encrypted,
    /// It cannot be understood.
    #[error("the PDF is damaged")]
    Damaged,
    /// It has more pages than are looked at.
    #[error("the PDF has too many pages")]
    TooManyPages,
    /// It has no such page.
    #[error("the PDF has no such page")]
    NoSuchPage,
    /// Its bytes, what they become when decompressed, or the work of a page are too much.
    #[error("the PDF is too large")]
    TooLarge,
    /// It is built in a way whose work cannot be bounded beforehand, and that laboratories do not use.
    #[error("the PDF is built in an unusual way")]
    Unusual,
    /// The caller wanted no more.
    #[error("reading the PDF was stopped")]
    Stopped,
}
