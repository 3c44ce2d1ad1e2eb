//! A dialog: the focus stays in it, Escape cancels, and the focus goes back where it came from.

use crate::parts::element::say;
use crate::parts::focus::{CONTENT, focus_now};
use crate::parts::live::live;
use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlInputElement};

const FOCUSABLE: &str = "button:not([disabled]):not([tabindex='-1']), input:not([disabled]):not([tabindex='-1']), select:not([disabled]), [tabindex='0']";

/// Keeps Tab inside.
fn keep_focus(event: &KeyboardEvent, dialog: &web_sys::Element) {
    if event.key() != "Tab" {
        return;
    }
    let Ok(found) = dialog.query_selector_all(FOCUSABLE) else { return };
    let at = |place| found.item(place).and_then(|node| node.dyn_into::<HtmlElement>().ok());
    let (Some(first), Some(last)) = (at(0), at(found.length().saturating_sub(1))) else { return };
    let active = document().active_element();
    let (edge, other) = if event.shift_key() { (first, last) } else { (last, first) };
    if active.as_ref() == Some(edge.as_ref()) {
        event.prevent_default();
        drop(other.focus());
    }
}

/// Whether the focus is in a field where letters are typed.
pub fn typing() -> bool {
    let Some(active) = document().active_element() else { return false };
    let tag = active.tag_name();
    let boxes = ["checkbox", "radio"];
    match active.dyn_ref::<HtmlInputElement>() {
        Some(input) => !boxes.contains(&input.type_().as_str()),
        None => tag.eq_ignore_ascii_case("textarea") || tag.eq_ignore_ascii_case("select"),
    }
}

/// Whether nothing has the focus: a person who was quicker than the page keeps it.
pub fn focus_is_free() -> bool {
    document().active_element().is_none_or(|active| active.tag_name() == "BODY")
}

/// Whether a dialog is open.
pub fn dialog_open() -> bool {
    document().query_selector("dialog[open]").is_ok_and(|found| found.is_some())
}

/// The element, or the one that was drawn in its place meanwhile.
fn present(element: HtmlElement) -> HtmlElement {
    if element.is_connected() {
        return element;
    }
    let drawn = document().get_element_by_id(&element.id()).and_then(|drawn| drawn.dyn_into().ok());
    drawn.unwrap_or(element)
}

/// A dialog, open for as long as it stands on the page.
#[component]
pub fn Dialog(
    /// Title.
    #[prop(into)]
    title: Signal<String>,
    /// Identifier.
    id: &'static str,
    /// What Escape does.
    #[prop(into)]
    cancel: Callback<()>,
    /// Wide, for two lists or a source.
    #[prop(optional)]
    wide: bool,
    /// What stands beside the title.
    #[prop(optional, into)]
    beside: Option<ViewFn>,
    /// Whose dossier it is about: the dialog hides the patient's name.
    #[prop(optional, into)]
    about: Option<String>,
    /// What stands in it.
    children: Children,
) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    let came_from = document().active_element().and_then(|element| element.dyn_into::<HtmlElement>().ok());
    let came_from = StoredValue::new_local(came_from);
    Effect::new(move || {
        if let Some(dialog) = node.get()
            && !dialog.open()
        {
            drop(dialog.show_modal());
        }
    });
    on_cleanup(move || {
        if let Some(element) = came_from.try_with_value(Clone::clone).flatten() {
            // The page must be there again before it can take the focus.
            request_animation_frame(move || {
                if focus_is_free() {
                    drop(present(element).focus());
                }
                // What led here may be gone for good. Not at once: a dialog below this one that closes with it gives the
                // focus back too, to where it came from itself.
                request_animation_frame(|| {
                    if focus_is_free() {
                        focus_now(&[CONTENT]);
                    }
                });
            });
        }
    });
    let title_id = format!("{id}-title");
    let labelled = title_id.clone();
    let keys = move |event: KeyboardEvent| {
        if event.key() == "Escape" {
            event.prevent_default();
            cancel.try_run(());
        } else if let Some(dialog) = node.try_get_untracked().flatten() {
            keep_focus(&event, &dialog);
        }
    };
    view! {
        <dialog
            node_ref=node
            id=id
            class:wide=wide
            aria-labelledby=labelled
            on:keydown=keys
            on:close=move |_| cancel.run(())
        >
            <div class="dialog-head">
                <div>
                    <h2 id=title_id>{live(move || title.get())}</h2>
                    {about.filter(|about| !about.is_empty()).map(|about| say("p", "about", &about))}
                </div>
                {beside.map(|beside| beside.run())}
            </div>
            {children()}
        </dialog>
    }
}
