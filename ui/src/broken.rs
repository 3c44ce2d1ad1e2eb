//! Should the screens ever stop on a fault of their own, the page says so and can be loaded again. Nothing of what was
//! shown is written anywhere: the fault's own words may hold a patient's name.

use crate::text::common::broken;
use leptos::prelude::{document, window};
use std::sync::atomic::{AtomicBool, Ordering};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::Element;

/// From now on a fault leaves a page that says so.
pub fn watch() {
    // The place in our own code, for whoever is asked to help; the fault's words stay unsaid.
    std::panic::set_hook(Box::new(|fault| {
        // The end of the path: what stands before it is the builder's.
        let end = |file: &str| {
            file.rsplit(['/', '\\']).take(3).collect::<Vec<_>>().into_iter().rev().collect::<Vec<_>>().join("/")
        };
        show(&fault.location().map(|place| format!("{}:{}", end(place.file()), place.line())).unwrap_or_default());
    }));
}

fn element(name: &str, class: &str, text: &str) -> Option<Element> {
    let element = document().create_element(name).ok()?;
    element.set_class_name(class);
    element.set_text_content(Some(text));
    Some(element)
}

/// Puts the card in the page's place, without the framework that has just failed. What fails afterwards fails because of
/// that: the first place is the one that helps.
fn show(place: &str) {
    static SHOWN: AtomicBool = AtomicBool::new(false);
    if SHOWN.swap(true, Ordering::Relaxed) {
        return;
    }
    let Some(body) = document().body() else { return };
    body.set_text_content(None);
    let (Some(gate), Some(card)) = (element("main", "gate", ""), element("div", "card", "")) else { return };
    let button = element("button", "button primary", broken::RELOAD);
    let reload = Closure::<dyn FnMut()>::new(|| drop(window().location().reload()));
    if let Some(button) = &button {
        drop(button.add_event_listener_with_callback("click", reload.as_ref().unchecked_ref()));
    }
    // The page is left by loading it again: the handler lives until then.
    reload.forget();
    let parts =
        [element("h1", "", broken::TITLE), element("p", "intro", broken::BODY), button, element("p", "hint", place)];
    for part in parts.into_iter().flatten() {
        drop(card.append_child(&part));
    }
    drop(gate.append_child(&card));
    drop(body.append_child(&gate));
}
