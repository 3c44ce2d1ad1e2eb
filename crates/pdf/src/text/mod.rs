//! The text layer of a document, for the search.
//!
//! The pages are walked here and not by the renderer's interpreter: of a page's orders only those that place text are
//! followed, so that no colour space, function, pattern or image of a hostile file is ever evaluated for a search.

mod lines;
mod walk;

use crate::PdfTrouble;
use crate::document::Document;
use crate::limits::Limits;
use crate::stop::{Patience, guarded};
use lines::Lines;
use walk::Walk;

/// What was read of a document's text layer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    /// Pages of the document (0 when it could not be opened).
    pub pages: u32,
    /// The words, line after line, page after page.
    pub text: String,
    /// What is missing in it, and why.
    pub defects: Vec<Defect>,
}

/// What is missing in a document's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Defect {
    /// The document, or a page of it, could not be read.
    Trouble(PdfTrouble),
    /// A limit was met: the text ends there.
    Cut,
    /// So many characters have no Unicode value in the file.
    Unmapped(u32),
    /// No page has any text: a scan.
    NoText,
}

/// The text layer, in reading order good enough for a search. Never fails: what could not be read is a [`Defect`].
///
/// `go_on` is asked often (each 256 orders, each 64 KiB unpacked); `false` ends the reading with what was read so far.
#[must_use]
pub fn text(bytes: &[u8], limits: &Limits, go_on: &dyn Fn() -> bool) -> Text {
    let mut text = Text::default();
    let read = guarded(|| {
        let mut patience = Patience::new(go_on);
        let document = Document::open(bytes, &mut patience)?;
        text.pages = document.count();
        let mut walk = Walk::new(limits.operations, patience);
        for number in 0..document.count() {
            let Some(page) = document.page(number) else { break };
            if number >= limits.pages {
                text.defects.push(Defect::Cut);
                break;
            }
            let mut lines = Lines::default();
            let walked = guarded(|| walk.page(page, &mut lines));
            let whole = lines.write(&mut text.text, limits.bytes);
            match walked {
                Ok(()) if whole => {}
                Ok(()) => {
                    text.defects.push(Defect::Cut);
                    break;
                }
                // What a limit ended is cut; what the caller ended is stopped. A damaged page hides no other.
                Err(PdfTrouble::TooLarge) => {
                    text.defects.push(Defect::Cut);
                    break;
                }
                Err(PdfTrouble::Stopped) => return Err(PdfTrouble::Stopped),
                Err(trouble) => push_once(&mut text.defects, Defect::Trouble(trouble)),
            }
        }
        if walk.unmapped > 0 {
            text.defects.push(Defect::Unmapped(walk.unmapped));
        }
        Ok(())
    });
    match read {
        Err(trouble) => push_once(&mut text.defects, Defect::Trouble(trouble)),
        Ok(()) if text.text.is_empty() && text.defects.is_empty() => text.defects.push(Defect::NoText),
        Ok(()) => {}
    }
    text
}

fn push_once(defects: &mut Vec<Defect>, defect: Defect) {
    if !defects.contains(&defect) {
        defects.push(defect);
    }
}
