//! Opening a PDF: weighed first, then parsed.

use crate::PdfTrouble;
use crate::limits::PAGES;
use crate::mend::{mend_names, mend_packed_names};
use crate::order::order;
use crate::stop::{Patience, guarded};
use crate::weigh::{Kind, weigh, weigh_encrypted};
use hayro::hayro_syntax::page::Page;
use hayro::hayro_syntax::{LoadPdfError, Pdf};

/// The pages of a document.
///
/// # Errors
///
/// [`PdfTrouble`]: not a PDF, encrypted, damaged, too large, unusual, too many pages.
pub fn pages(bytes: &[u8]) -> Result<u32, PdfTrouble> {
    guarded(|| {
        let count = Document::open(bytes, &mut Patience::new(&|| true))?.count();
        if count > PAGES { Err(PdfTrouble::TooManyPages) } else { Ok(count) }
    })
}

/// An open document.
pub(crate) struct Document {
    pub(crate) pdf: Pdf,
    /// Its pages in their order, as places in the parser's list: one that is named twice stands here twice.
    order: Vec<usize>,
}

impl Document {
    /// To be called inside [`guarded`].
    pub(crate) fn open(bytes: &[u8], patience: &mut Patience<'_>) -> Result<Self, PdfTrouble> {
        let kind = weigh(bytes, patience)?;
        let pdf = parse(mend_names(bytes))?;
        if kind == Kind::Encrypted {
            weigh_encrypted(&pdf, bytes.len(), patience)?;
        }
        Self::of(pdf, patience)
    }

    /// The same document with the names of its fonts mended where they lie packed; to be asked for before a page is drawn.
    pub(crate) fn with_packed_names_mended(self, patience: &Patience<'_>) -> Result<Self, PdfTrouble> {
        match mend_packed_names(&self.pdf) {
            Some(bytes) => Self::of(parse(bytes)?, patience),
            None => Ok(self),
        }
    }

    fn of(pdf: Pdf, patience: &Patience<'_>) -> Result<Self, PdfTrouble> {
        let order = order(&pdf)?;
        if patience.ask() { Ok(Self { pdf, order }) } else { Err(PdfTrouble::Stopped) }
    }

    pub(crate) fn count(&self) -> u32 {
        u32::try_from(self.order.len()).unwrap_or(u32::MAX)
    }

    /// The page of this number; the first is 0.
    pub(crate) fn page(&self, number: u32) -> Option<&Page<'_>> {
        let place = self.order.get(usize::try_from(number).ok()?)?;
        self.pdf.pages().get(*place)
    }
}

fn parse(bytes: Vec<u8>) -> Result<Pdf, PdfTrouble> {
    // Opened with the empty password, as every reader does: what only forbids changes is read.
    Pdf::new(bytes).map_err(|error| match error {
        LoadPdfError::Decryption(_) => PdfTrouble::Encrypted,
        LoadPdfError::Invalid => PdfTrouble::Damaged,
    })
}
