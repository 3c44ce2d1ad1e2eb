//! The system's browser, for signing in with Pro Santé Connect, and its program for documents. Only the core gives them an
//! address or a file, never a page.

use bannette_core::Browser;
use std::io;
use std::path::Path;

/// The browser that the system opens addresses in.
pub struct SystemBrowser;

impl Browser for SystemBrowser {
    fn open(&self, address: &str) -> io::Result<()> {
        open::that_detached(address)
    }

    fn open_file(&self, path: &Path) -> io::Result<()> {
        open::that_detached(path)
    }
}
