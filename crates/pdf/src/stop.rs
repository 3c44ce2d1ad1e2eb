//! Stopping work that runs in crates which know no stopping: from inside their callbacks the stack is unwound, and caught
//! again here. Their own panics are caught in the same place.

use crate::PdfTrouble;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// Leaves the work with this trouble. To be called inside [`guarded`] only.
pub(crate) fn leave(trouble: PdfTrouble) -> ! {
    // Not a panic: no hook runs, nothing is printed.
    resume_unwind(Box::new(trouble))
}

/// Runs the work; a panic in it is [`PdfTrouble::Damaged`].
pub(crate) fn guarded<T>(work: impl FnOnce() -> Result<T, PdfTrouble>) -> Result<T, PdfTrouble> {
    // Nothing that the work touched is looked at after it unwound.
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|thrown| Err(thrown.downcast::<PdfTrouble>().map_or(PdfTrouble::Damaged, |trouble| *trouble)))
}

/// Asks the caller's clock once in a while.
pub(crate) struct Patience<'a> {
    go_on: &'a dyn Fn() -> bool,
    until_asked: u32,
}

impl<'a> Patience<'a> {
    const EVERY: u32 = 256;

    pub(crate) fn new(go_on: &'a dyn Fn() -> bool) -> Self {
        Self { go_on, until_asked: 0 }
    }

    /// Whether to go on: asks at the first call, then at each 256th.
    pub(crate) fn lasts(&mut self) -> bool {
        if self.until_asked == 0 {
            self.until_asked = Self::EVERY;
            return (self.go_on)();
        }
        self.until_asked -= 1;
        true
    }

    /// Asks now.
    pub(crate) fn ask(&self) -> bool {
        (self.go_on)()
    }
}
