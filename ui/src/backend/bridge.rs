//! JSON text in and out of `window.__TAURI__`. It knows no type of the contract but the event's.

use super::{json, tree};
use bannette_api::events::Event;
use js_sys::{Function, JSON, Promise, Reflect};
use wasm_bindgen::prelude::{Closure, JsValue};
use wasm_bindgen::{JsCast, intern};
use wasm_bindgen_futures::JsFuture;

/// The name of the core's events on the shell's side.
const CHANGED: &str = "bannette";
/// The name under which the shell says that somebody wants to close this window.
const CLOSING: &str = "bannette-closing";

/// `window.__TAURI__.<area>.<name>` and the object it belongs to.
fn function(area: &str, name: &str) -> Result<(JsValue, Function), JsValue> {
    let tauri = Reflect::get(&js_sys::global(), &JsValue::from_str(intern("__TAURI__")))?;
    let area = Reflect::get(&tauri, &JsValue::from_str(area))?;
    let function = Reflect::get(&area, &JsValue::from_str(name))?.dyn_into::<Function>()?;
    Ok((area, function))
}

/// A JavaScript value as JSON text; what has no JSON form (`undefined`) is `null`.
fn to_json(value: &JsValue) -> String {
    JSON::stringify(value).ok().and_then(|text| text.as_string()).unwrap_or_else(|| "null".to_owned())
}

async fn invoke_raw(name: &str, json: &str) -> Result<JsValue, JsValue> {
    let (area, invoke) = function("core", "invoke")?;
    let args = JSON::parse(json)?;
    let promise = invoke.call2(&area, &JsValue::from_str(name), &args)?.dyn_into::<Promise>()?;
    JsFuture::from(promise).await
}

/// Invokes a command; both the reply and the refusal are JSON text.
pub async fn invoke(name: &str, json: &str) -> Result<String, String> {
    invoke_raw(name, json).await.map(|reply| to_json(&reply)).map_err(|failure| to_json(&failure))
}

/// Hears the core's events for as long as the page lives.
pub async fn listen(mut heard: impl FnMut(Event) + 'static) -> Result<(), ()> {
    let handler = Closure::<dyn FnMut(JsValue)>::new(move |event: JsValue| {
        let payload = Reflect::get(&event, &JsValue::from_str("payload")).unwrap_or(JsValue::NULL);
        if let Some(event) = json::parse(&to_json(&payload)).and_then(|tree| tree::read::<Event>(&tree)) {
            heard(event);
        }
    });
    hear(CHANGED, handler).await
}

/// Hears that somebody wants to close this window, if the page holds it.
pub async fn listen_closing(mut asked: impl FnMut() + 'static) -> Result<(), ()> {
    hear(CLOSING, Closure::<dyn FnMut(JsValue)>::new(move |_| asked())).await
}

async fn hear(channel: &str, handler: Closure<dyn FnMut(JsValue)>) -> Result<(), ()> {
    let (area, listen) = function("event", "listen").map_err(|_| ())?;
    let promise = listen
        .call2(&area, &JsValue::from_str(channel), handler.as_ref().unchecked_ref())
        .and_then(JsCast::dyn_into::<Promise>)
        .map_err(|_| ())?;
    // The page listens until it is closed: there is no moment at which the handler could be let go.
    handler.forget();
    JsFuture::from(promise).await.map(|_| ()).map_err(|_| ())
}

/// Bytes as text: in the encoding ordered, where the web view knows it; else UTF-8 where they are, else Windows-1252, which
/// every byte string is.
pub fn as_text(bytes: &[u8], ordered: Option<&str>) -> String {
    let decode = |label: &str| {
        web_sys::TextDecoder::new_with_label(label).and_then(|decoder| decoder.decode_with_u8_array(bytes))
    };
    if let Some(Ok(text)) = ordered.map(decode) {
        return text;
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.to_owned();
    }
    let decoded = decode("windows-1252");
    decoded.unwrap_or_else(|_| String::from_utf8_lossy(bytes).into_owned())
}
