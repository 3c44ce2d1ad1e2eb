//! A Tauri window with nothing in it: the floor that Bannette's window is measured against. Never shipped.

use tauri::http::Response;
use tauri::{Url, WebviewUrl, WebviewWindowBuilder};

const PAGE: &str = "<!doctype html><html lang=\"en\"><title>Empty</title><p id=\"empty\">Empty</p></html>";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let page: Url = "empty://localhost/".parse()?;
    tauri::Builder::default()
        .register_uri_scheme_protocol("empty", |_, _| {
            Response::builder()
                .header("content-type", "text/html; charset=utf-8")
                .body(PAGE.as_bytes().to_vec())
                .unwrap_or_default()
        })
        .setup(move |app| {
            let folder = std::env::args_os().nth(1);
            let window = WebviewWindowBuilder::new(app, "main", WebviewUrl::CustomProtocol(page));
            let window = window.title("Empty").inner_size(1280.0, 800.0);
            match folder {
                Some(folder) => window.data_directory(folder.into()),
                None => window,
            }
            .build()?;
            Ok(())
        })
        .run(tauri::generate_context!())?;
    Ok(())
}
