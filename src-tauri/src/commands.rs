//! The calls as Tauri commands: one expansion of the table, and the two words about the window itself. No logic lives here.

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
            tauri::generate_handler![$($name,)* crate::closing::hold_window, crate::closing::close_window]
        }
    };
}

bannette_api::calls! { commands }
