//! The way to the core: the only module that touches Tauri's JavaScript.
//!
//! A call goes out as JSON and comes back as JSON, typed on both sides by [`Call`]. Nothing here writes to the console:
//! what passes through holds patients' data and secrets.

mod base64;
mod bridge;
mod json;
mod tree;

pub use base64::{decode as decode_base64, encode as encode_base64};
pub use bridge::{as_text, listen, listen_closing};

use bannette_api::{Call, Failure};
use serde::Serialize;
use std::pin::Pin;

/// The form in which the shell takes a call.
#[derive(Serialize)]
struct Envelope<'a, C> {
    call: &'a C,
}

/// The shell's own command: no call of the table, because it gives nothing and knows nothing.
const PRINT: &str = "plugin:webview|print";

/// What [`send`] will give.
type Reply = Pin<Box<dyn Future<Output = Result<json::Value, Failure>>>>;

/// Number of the incident shown when the two sides do not understand each other.
fn misunderstanding(kind: &str) -> Failure {
    Failure::Internal { incident: format!("ui-{kind}") }
}

/// A call on its way. It is boxed, and what does not depend on the call's type stands here once: each of the forty calls
/// would else bring its own copy of it into the module.
fn send(name: &'static str, json: Result<String, serde_json::Error>) -> Reply {
    Box::pin(async move {
        let json = json.map_err(|_| misunderstanding("args"))?;
        match bridge::invoke(name, &json).await {
            Ok(reply) => json::parse(&reply).ok_or_else(|| misunderstanding("reply")),
            Err(failure) => Err(json::parse(&failure)
                .and_then(|tree| tree::read(&tree))
                .unwrap_or_else(|| misunderstanding("failure"))),
        }
    })
}

/// Asks the shell to be asked before this window closes, or no longer to be. A hold is good for one request.
pub async fn hold_window(hold: bool) {
    // Refused or not understood, the window closes without asking: nothing else is lost by it.
    drop(bridge::invoke("hold_window", if hold { "{\"hold\":true}" } else { "{\"hold\":false}" }).await);
}

/// Closes this window.
pub async fn close_window() -> Result<(), Failure> {
    bridge::invoke("close_window", "{}").await.map(drop).map_err(|_| misunderstanding("close"))
}

/// Makes the window's content this large, in hundredths. Where that cannot be, it stays as it is.
pub async fn enlarge(percent: u16) {
    let value = f64::from(percent) / 100.0;
    drop(bridge::invoke("plugin:webview|set_webview_zoom", &format!("{{\"value\":{value}}}")).await);
}

/// Has the web view print the page. It asks the person, through the system's own dialog, where and how.
pub async fn print() -> Result<(), Failure> {
    bridge::invoke(PRINT, "{}").await.map(drop).map_err(|_| misunderstanding("print"))
}

/// An answer on its way. It is boxed too: whoever waits for it would else hold a copy of all of the above.
pub type Answer<T> = Pin<Box<dyn Future<Output = Result<T, Failure>>>>;

/// Asks the core. A refused call comes back as the core's [`Failure`].
#[inline(never)]
pub fn call<C: Call>(args: C) -> Answer<C::Reply> {
    let reply = send(C::NAME, serde_json::to_string(&Envelope { call: &args }));
    Box::pin(async move { tree::read(&reply.await?).ok_or_else(|| misunderstanding("reply")) })
}
