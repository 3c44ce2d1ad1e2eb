//! Where the focus goes when what had it is taken away: never to the page itself, where no key leads anywhere.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, FocusOptions, HtmlElement};

/// Gives the focus to the first of these that can take it, now. Says whether one did.
pub fn focus_now(selectors: &[&str]) -> bool {
    selectors.iter().any(|selector| {
        let found = document().query_selector(selector).ok().flatten();
        let Some(element) = found.and_then(|found| found.dyn_into::<HtmlElement>().ok()) else { return false };
        // The content is as large as the page: where it stands is not this one's to say.
        let still = FocusOptions::new();
        still.set_prevent_scroll(*selector == CONTENT);
        drop(element.focus_with_options(&still));
        document().active_element().as_ref() == Some(AsRef::<Element>::as_ref(&element))
    })
}

/// Gives the focus to the first of these that can take it, once what was just changed is drawn.
pub fn focus_drawn(selectors: &'static [&'static str]) {
    request_animation_frame(move || {
        focus_now(selectors);
    });
}

/// The first field that is wrong.
pub const WRONG: &str = "[aria-invalid=true]";

/// Where the focus goes in a form that was just drawn: the first field. The attribute `autofocus` alone is not enough: a
/// web view heeds it once, when the document loads.
pub const FIRST: &str = "#content [autofocus]";

/// The page's content, which can always take it.
pub const CONTENT: &str = "#content";

/// Gives the focus to what had it before the window was locked, or to the page's content; whoever was quicker keeps it.
pub fn focus_again(id: String) {
    request_animation_frame(move || {
        if super::dialog::focus_is_free() {
            let known = document().get_element_by_id(&id).and_then(|element| element.dyn_into::<HtmlElement>().ok());
            if let Some(element) = known {
                drop(element.focus());
            }
        }
        if super::dialog::focus_is_free() {
            focus_now(&[CONTENT]);
        }
    });
}
