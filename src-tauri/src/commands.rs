//! The calls as Tauri commands: one expansion of the table, and the two words about the window itself. No logic lives here.

use crate::closing::Holds;
use crate::sessions::Sessions;
use bannette_api::Failure;
use bannette_core::{Core, Handle};
use tauri::ipc::Invoke;
use tauri::{State, WebviewWindow, Wry};

macro_rules! commands {
    ($($name:ident($args:ty) -> $reply:ty;)*) => {
        $(
            #[tauri::command]
            async fn $name(
                core: State<'_, Core>,
                sessions: State<'_, Sessions>,
                window: WebviewWindow,
                call: $args,
            ) -> Result<$reply, Failure> {
                let session = sessions.of(window.label()).ok_or(Failure::NotSignedIn)?;
                core.handle(&session, call).await
            }
        )*

        /// Answers what the screens ask.
        pub fn handler() -> impl Fn(Invoke<Wry>) -> bool + Send + Sync + 'static {
            tauri::generate_handler![$($name,)* hold_window, close_window]
        }
    };
}

/// The page wants to be asked before its window closes, or no longer.
#[tauri::command]
fn hold_window(window: WebviewWindow, holds: State<'_, Holds>, hold: bool) {
    holds.set(window.label(), hold);
}

/// Closes the window of the page that says so, and no other.
#[tauri::command]
fn close_window(window: WebviewWindow) {
    if let Err(error) = window.destroy() {
        tracing::warn!(%error, "a window could not be closed");
    }
}

bannette_api::calls! { commands }
