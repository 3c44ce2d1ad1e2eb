//! Pages of documents, drawn in a process of their own (`bannette-pdf-process`): no PDF is opened in this one.

use bannette_api::dossiers::{PageImage, PageTrouble, RenderedPage};
use bannette_pdf_process::{PdfTrouble, Picture, Refusal};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// What the window is told of it.
pub(crate) fn rendered(drawn: Result<Picture, Refusal>) -> RenderedPage {
    let why = match drawn {
        Ok(Picture { pages, width, height, signs_missing, png }) => {
            let base64 = STANDARD.encode(png);
            return RenderedPage::Picture(PageImage { pages, width, height, signs_missing, base64 });
        }
        Err(Refusal::Trouble(trouble)) => match trouble {
            PdfTrouble::NotPdf => PageTrouble::NotPdf,
            PdfTrouble::Encrypted => PageTrouble::Encrypted,
            PdfTrouble::Damaged => PageTrouble::Damaged,
            PdfTrouble::NoSuchPage => PageTrouble::NoSuchPage,
            PdfTrouble::TooManyPages | PdfTrouble::TooLarge | PdfTrouble::Unusual => PageTrouble::TooLarge,
            PdfTrouble::Stopped => PageTrouble::TooSlow,
        },
        Err(Refusal::TooSlow) => PageTrouble::TooSlow,
        Err(Refusal::Failed) => PageTrouble::Failed,
    };
    RenderedPage::Refused { why }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_handed_on_and_a_refusal_says_why() {
        for signs_missing in [false, true] {
            let picture = Picture { pages: 3, width: 900, height: 1273, signs_missing, png: b"png".to_vec() };
            let image = PageImage { pages: 3, width: 900, height: 1273, signs_missing, base64: "cG5n".to_owned() };
            assert_eq!(rendered(Ok(picture)), RenderedPage::Picture(image));
        }
        let why = |refusal| rendered(Err(refusal));
        assert_eq!(why(Refusal::TooSlow), RenderedPage::Refused { why: PageTrouble::TooSlow });
        assert_eq!(why(Refusal::Failed), RenderedPage::Refused { why: PageTrouble::Failed });
        assert_eq!(why(PdfTrouble::NotPdf.into()), RenderedPage::Refused { why: PageTrouble::NotPdf });
    }
}
