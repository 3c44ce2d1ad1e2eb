//! Opening a PDF: weighed first, then parsed.

use crate::PdfTrouble;
use crate::limits::PAGES;
use crate::stop::{Patience, guarded};
use crate::weigh::weigh;
use hayro::hayro_syntax::{LoadPdfError, Pdf};

/// The pages of a document.
///
/// # Errors
///
/// [`PdfTrouble`]: not a PDF, encrypted, damaged, too large, unusual, too many pages.
pub fn pages(bytes: &[u8]) -> Result<u32, PdfTrouble> {
    guarded(|| {
        let pdf = open(bytes, &mut Patience::new(&|| true))?;
        let count = count(&pdf);
        if count > PAGES { Err(PdfTrouble::TooManyPages) } else { Ok(count) }
    })
}

/// To be called inside [`guarded`].
pub(crate) fn open(bytes: &[u8], patience: &mut Patience<'_>) -> Result<Pdf, PdfTrouble> {
    weigh(bytes, patience)?;
    let pdf = Pdf::new(bytes.to_vec()).map_err(|error| match error {
        LoadPdfError::Decryption(_) => PdfTrouble::Encrypted,
        LoadPdfError::Invalid => PdfTrouble::Damaged,
    })?;
    if !patience.ask() {
        return Err(PdfTrouble::Stopped);
    }
    Ok(pdf)
}

pub(crate) fn count(pdf: &Pdf) -> u32 {
    u32::try_from(pdf.pages().len()).unwrap_or(u32::MAX)
}
