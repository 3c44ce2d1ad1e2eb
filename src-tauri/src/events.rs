//! Carries the core's events to the window whose session they are for, and to no other.

use bannette_core::{Core, Session};
use tauri::async_runtime::{JoinHandle, spawn};
use tauri::{AppHandle, Emitter, EventTarget};

/// The name under which the screens listen.
const NAME: &str = "bannette";

/// Carries until the window is closed.
pub fn carry(app: AppHandle, core: &Core, session: &Session, label: &str) -> JoinHandle<()> {
    let mut events = core.events(session);
    let target = EventTarget::webview_window(label);
    spawn(async move {
        loop {
            let event = events.next().await;
            if let Err(error) = app.emit_to(target.clone(), NAME, event) {
                tracing::warn!(%error, "a window was not told of a change");
            }
        }
    })
}
