//! The windows: how they open, and what a page in them may never do (go elsewhere, open windows, download by itself).

use crate::drawing;
use crate::events;
use crate::sessions::Sessions;
use bannette_core::Core;
use std::path::PathBuf;
use tauri::webview::NewWindowResponse;
use tauri::{AppHandle, Manager, Url, WebviewUrl, WebviewWindowBuilder};

/// The label of the first window.
pub const MAIN: &str = "main";

/// The labels of further windows begin so; the capabilities name both.
const FURTHER: &str = "window-";

const SIZE: (f64, f64) = (1280.0, 800.0);
const LEAST: (f64, f64) = (1024.0, 640.0);

/// Where the web view keeps what it must: beside the practice, so that two practices of one post share nothing. Without,
/// where the platform has it.
pub struct WebData(pub Option<PathBuf>);

/// Opens a window with a session of its own, of nobody yet.
pub fn open(app: &AppHandle, label: &str) -> tauri::Result<()> {
    let core = app.state::<Core>();
    let session = core.session();
    let carried = events::carry(app.clone(), &core, &session, label);
    app.state::<Sessions>().open(label, session, carried);
    let window = WebviewWindowBuilder::new(app, label, WebviewUrl::App("index.html".into()))
        .title("Bannette")
        .inner_size(SIZE.0, SIZE.1)
        .min_inner_size(LEAST.0, LEAST.1)
        .devtools(cfg!(debug_assertions))
        .disable_drag_drop_handler()
        .on_navigation(is_own)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_download(|_, _| false);
    let window = match &app.state::<WebData>().0 {
        Some(folder) => window.data_directory(folder.clone()),
        None => window,
    };
    drawing::suit(&window.build()?)
}

/// Opens one window more.
pub fn open_further(app: &AppHandle) -> tauri::Result<()> {
    let free =
        (2u32..).map(|number| format!("{FURTHER}{number}")).find(|label| app.get_webview_window(label).is_none());
    free.map_or(Ok(()), |label| open(app, &label))
}

/// Brings the windows before the others.
pub fn show_all(app: &AppHandle) -> tauri::Result<()> {
    for window in app.webview_windows().values() {
        window.unminimize()?;
        window.show()?;
        window.set_focus()?;
    }
    Ok(())
}

/// Whether an address is the program's own.
fn is_own(url: &Url) -> bool {
    match url.scheme() {
        "tauri" => url.host_str() == Some("localhost"),
        // Where the web view knows no schemes of one's own (Windows).
        "http" | "https" => url.host_str() == Some("tauri.localhost"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_own_pages_are_gone_to() {
        let own = |url: &str| is_own(&url.parse().unwrap());
        assert!(own("tauri://localhost/index.html"));
        assert!(own("http://tauri.localhost/"));
        for foreign in [
            "https://example.org/",
            "http://localhost/",
            "http://tauri.localhost.example.org/",
            "file:///etc/hosts",
            "tauri://example.org/",
            "data:text/html,x",
            "javascript:void(0)",
            "about:blank",
        ] {
            assert!(!own(foreign), "{foreign}");
        }
    }
}
