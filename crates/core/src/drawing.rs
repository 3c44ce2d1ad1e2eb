//! Drawing pages of documents, away from everything else: on threads of their own, few at a time, each with its time. A
//! document that takes longer is given up. What draws cannot be stopped while it draws: such a thread ends later, and
//! keeps its place until then, so that a hostile document costs a place and never the post.

use crate::failures;
use bannette_api::Failure;
use bannette_api::dossiers::{PageImage, PageTrouble, RenderedPage};
use bannette_pdf::{PdfTrouble, Picture};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::{Semaphore, oneshot};

/// How long a page may take, waiting for a place included.
const PATIENCE: Duration = Duration::from_secs(5);
/// Pages that are drawn at once.
const PLACES: usize = 2;
/// Forms in forms and patterns in patterns, as deep as the renderer goes.
const STACK: usize = 16 * 1024 * 1024;

/// The places at which pages are drawn.
pub(crate) struct Drawing {
    places: Arc<Semaphore>,
    patience: Duration,
}

impl Default for Drawing {
    fn default() -> Self {
        Self { places: Arc::new(Semaphore::new(PLACES)), patience: PATIENCE }
    }
}

/// Tells the thread that nobody waits for it any more.
struct Waits(Arc<AtomicBool>);

impl Drop for Waits {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

impl Drawing {
    /// Draws a page of this document.
    pub(crate) async fn page(&self, document: Vec<u8>, page: u32, width: u32) -> Result<RenderedPage, Failure> {
        let waits = Waits(Arc::new(AtomicBool::new(true)));
        let drawn = tokio::time::timeout(self.patience, self.drawn(document, page, width, Arc::clone(&waits.0))).await;
        Ok(match drawn {
            Ok(picture) => rendered(picture?),
            Err(_) => RenderedPage::Refused { why: PageTrouble::TooSlow },
        })
    }

    async fn drawn(
        &self,
        document: Vec<u8>,
        page: u32,
        width: u32,
        waited_for: Arc<AtomicBool>,
    ) -> Result<Result<Picture, PdfTrouble>, Failure> {
        let place = Arc::clone(&self.places).acquire_owned().await.map_err(|error| failures::internal(&error))?;
        let (give, take) = oneshot::channel();
        let draw = move || {
            let picture = bannette_pdf::render(&document, page, width, &|| waited_for.load(Ordering::Relaxed));
            drop(place);
            // Nobody may be waiting any more.
            let _ = give.send(picture);
        };
        let thread = std::thread::Builder::new().name("page".to_owned()).stack_size(STACK);
        thread.spawn(draw).map_err(|error| failures::internal(&error))?;
        take.await.map_err(|error| failures::internal(&error))
    }
}

fn rendered(picture: Result<Picture, PdfTrouble>) -> RenderedPage {
    let why = match picture {
        Ok(Picture { pages, width, height, png }) => {
            return RenderedPage::Picture(PageImage { pages, width, height, base64: STANDARD.encode(png) });
        }
        Err(PdfTrouble::NotPdf) => PageTrouble::NotPdf,
        Err(PdfTrouble::Encrypted) => PageTrouble::Encrypted,
        Err(PdfTrouble::Damaged) => PageTrouble::Damaged,
        Err(PdfTrouble::NoSuchPage) => PageTrouble::NoSuchPage,
        Err(PdfTrouble::TooManyPages | PdfTrouble::TooLarge | PdfTrouble::Unusual) => PageTrouble::TooLarge,
        Err(PdfTrouble::Stopped) => PageTrouble::TooSlow,
    };
    RenderedPage::Refused { why }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_page_is_drawn_and_what_is_no_pdf_is_refused() {
        let drawing = Drawing::default();
        let report = bannette_synthetic::Generator::new(1).pdf_report(2, true).bytes;
        let Ok(RenderedPage::Picture(image)) = drawing.page(report, 1, 300).await else { panic!("no picture") };
        assert_eq!((image.pages, image.width), (2, 300));
        assert!(STANDARD.decode(image.base64).unwrap().starts_with(b"\x89PNG"));
        let refused = drawing.page(b"****FIN****".to_vec(), 0, 300).await;
        assert_eq!(refused, Ok(RenderedPage::Refused { why: PageTrouble::NotPdf }));
    }

    #[tokio::test]
    async fn who_finds_no_place_is_told_after_a_while() {
        let drawing = Drawing { patience: Duration::from_millis(20), ..Drawing::default() };
        let held = drawing.places.acquire_many(u32::try_from(PLACES).unwrap()).await.unwrap();
        let refused = drawing.page(Vec::new(), 0, 300).await;
        assert_eq!(refused, Ok(RenderedPage::Refused { why: PageTrouble::TooSlow }));
        drop(held);
    }
}
