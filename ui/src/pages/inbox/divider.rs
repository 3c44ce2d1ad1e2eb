//! The line between two columns: drawn by the pointer, moved by the arrows, set back by a double click.

use crate::state::panes::Pane;
use crate::text::inbox;
use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::Element;

/// By how much an arrow moves it, in pixels.
const STEP: i32 = 16;

/// The column that the line ends: the one before it.
fn column(line: &Element) -> Option<Element> {
    line.previous_element_sibling()
}

/// How wide the column is now, whatever made it so.
#[allow(clippy::cast_possible_truncation)]
fn drawn(line: &Element) -> Option<i32> {
    Some(column(line)?.get_bounding_client_rect().width().round() as i32)
}

/// The line.
pub fn divider(pane: Pane) -> impl IntoView {
    let node = NodeRef::<html::Div>::new();
    let dragged = RwSignal::new(false);
    let line = move || node.try_get_untracked().flatten().map(|node| node.unchecked_into::<Element>());
    let grip = move |event: PointerEvent| {
        event.prevent_default();
        dragged.set(true);
        if let Some(line) = line() {
            drop(line.set_pointer_capture(event.pointer_id()));
        }
    };
    let draw = move |event: PointerEvent| {
        let left = line().and_then(|line| column(&line)).map(|column| column.get_bounding_client_rect().left());
        if let Some(left) = left.filter(|_| dragged.get_untracked()) {
            #[allow(clippy::cast_possible_truncation)]
            pane.set(Some(event.client_x() - left.round() as i32));
        }
    };
    let keys = move |event: KeyboardEvent| {
        let by = match event.key().as_str() {
            "ArrowLeft" => -STEP,
            "ArrowRight" => STEP,
            _ => return,
        };
        event.prevent_default();
        if let Some(width) = line().and_then(|line| drawn(&line)) {
            pane.set(Some(width + by));
        }
    };
    // Before it was moved, its place is the styles': the nearest that can be told.
    let value = move || pane.width.get().unwrap_or(i32::midpoint(pane.least, pane.most)).to_string();
    view! {
        <div
            node_ref=node
            class="divider"
            class:dragged=dragged
            data-test="divider"
            role="separator"
            tabindex="0"
            aria-orientation="vertical"
            aria-label=inbox::DIVIDER
            aria-valuemin=pane.least.to_string()
            aria-valuemax=pane.most.to_string()
            aria-valuenow=value
            on:pointerdown=grip
            on:pointermove=draw
            on:pointerup=move |_| dragged.set(false)
            on:pointercancel=move |_| dragged.set(false)
            on:dblclick=move |_| pane.set(None)
            on:keydown=keys
        ></div>
    }
}
