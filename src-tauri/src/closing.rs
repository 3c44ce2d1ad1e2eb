//! Closing a window. A page that holds what would be lost says so beforehand; then whoever closes its window is not
//! obeyed at once: the page is told, and closes the window itself when the person says so there.
//!
//! A hold is good for one request: the page that is asked holds anew while it asks the person. One that hangs does not,
//! and its window closes at the next request.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tauri::menu::{Menu, MenuItem, MenuItemKind};
use tauri::{AppHandle, Builder, CloseRequestApi, Emitter, EventTarget, Manager, Wry};

/// The name under which a page hears that its window should be closed.
const ASKED: &str = "bannette-closing";

/// The entry of the system's menu that ends the program.
const QUIT: &str = "quit";

/// The windows whose pages want to be asked, by label.
#[derive(Default)]
pub struct Holds(Mutex<BTreeSet<String>>);

impl Holds {
    /// The page wants to be asked, or no longer.
    pub fn set(&self, label: &str, hold: bool) {
        let mut held = self.held();
        if hold {
            held.insert(label.to_owned());
        } else {
            held.remove(label);
        }
    }

    /// Whether the page wants to be asked; it does not after this, until it says so again.
    fn take(&self, label: &str) -> bool {
        self.held().remove(label)
    }

    fn held(&self) -> MutexGuard<'_, BTreeSet<String>> {
        // A panic elsewhere leaves whole labels behind: they are still true.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Somebody wants to close a window: tells its page, where that wants to be asked.
pub fn asked(app: &AppHandle, label: &str, request: &CloseRequestApi) {
    if !app.state::<Holds>().take(label) {
        return;
    }
    match app.emit_to(EventTarget::webview_window(label), ASKED, ()) {
        Ok(()) => request.prevent_close(),
        Err(error) => tracing::warn!(%error, "a window was not told that it is being closed"),
    }
}

/// Where the system's menu ends a program without asking its windows (Cmd+Q), an entry that asks them takes its place.
pub fn with_menu(builder: Builder<Wry>) -> Builder<Wry> {
    if !cfg!(target_os = "macos") {
        return builder;
    }
    builder.menu(menu).on_menu_event(|app, event| {
        if event.id() == QUIT {
            for window in app.webview_windows().values() {
                if let Err(error) = window.close() {
                    tracing::warn!(%error, "a window could not be closed");
                }
            }
        }
    })
}

/// The usual menu; the first of it is the program's own, and ends with the entry that ends the program.
fn menu(app: &AppHandle) -> tauri::Result<Menu<Wry>> {
    let menu = Menu::default(app)?;
    if let Some(MenuItemKind::Submenu(own)) = menu.items()?.first() {
        if let Some(last) = own.items()?.len().checked_sub(1) {
            own.remove_at(last)?;
        }
        own.append(&MenuItem::with_id(app, QUIT, "Quitter Bannette", true, Some("CmdOrCtrl+Q"))?)?;
    }
    Ok(menu)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hold_is_good_for_one_request() {
        let holds = Holds::default();
        holds.set("main", true);
        assert!(!holds.take("window-2"), "each page holds its own window");
        assert!(holds.take("main"));
        assert!(!holds.take("main"), "a page that hangs keeps its window open once");
        holds.set("main", true);
        holds.set("main", false);
        assert!(!holds.take("main"));
    }
}
