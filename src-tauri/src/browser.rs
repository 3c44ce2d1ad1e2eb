//! The system's browser, for signing in with Pro Santé Connect. Only the core gives it an address, never a page.

use bannette_core::Browser;
use std::io;

/// The browser that the system opens addresses in.
pub struct SystemBrowser;

impl Browser for SystemBrowser {
    fn open(&self, address: &str) -> io::Result<()> {
        open::that_detached(address)
    }
}
