//! A button that opens a small menu (ARIA pattern: arrows move, Escape closes, the focus goes back).

use crate::parts::live::Show;
use leptos::ev::{FocusEvent, KeyboardEvent};
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, Node};

/// Gives the focus to an item of the open menu.
fn focus_item(menu: NodeRef<html::Div>, place: i32) {
    request_animation_frame(move || {
        let Some(menu) = menu.try_get_untracked().flatten() else { return };
        let Ok(items) = menu.query_selector_all("[role='menuitem']") else { return };
        let count = i32::try_from(items.length()).unwrap_or(0).max(1);
        let item = u32::try_from(place.rem_euclid(count)).ok().and_then(|place| items.item(place));
        if let Some(item) = item.and_then(|item| item.dyn_into::<HtmlElement>().ok()) {
            drop(item.focus());
        }
    });
}

/// The item that has the focus.
fn focused(menu: NodeRef<html::Div>) -> i32 {
    let Some(menu) = menu.try_get_untracked().flatten() else { return 0 };
    let Ok(items) = menu.query_selector_all("[role='menuitem']") else { return 0 };
    let active = document().active_element();
    (0..items.length())
        .find(|place| {
            items
                .item(*place)
                .is_some_and(|item| active.as_ref().is_some_and(|active| active.is_same_node(Some(&item))))
        })
        .and_then(|place| i32::try_from(place).ok())
        .unwrap_or(0)
}

/// A button and its menu.
#[component]
pub fn Menu(
    /// Identifier of the button.
    id: &'static str,
    /// Name of the menu.
    label: &'static str,
    /// Identifier, words and act of each item.
    items: Vec<(&'static str, &'static str, Callback<()>)>,
    /// Class of the button.
    class: &'static str,
    /// Whether the menu opens upwards.
    #[prop(optional)]
    upwards: bool,
    /// What stands in the button.
    children: Children,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let (button, menu) = (NodeRef::<html::Button>::new(), NodeRef::<html::Div>::new());
    let close = move |back: bool| {
        open.set(false);
        if let Some(button) = button.get_untracked().filter(|_| back) {
            drop(button.focus());
        }
    };
    let keys = move |event: KeyboardEvent| {
        let place = match event.key().as_str() {
            "ArrowDown" => focused(menu) + 1,
            "ArrowUp" => focused(menu) - 1,
            "Home" => 0,
            "End" => -1,
            "Escape" => {
                event.prevent_default();
                return close(true);
            }
            _ => return,
        };
        event.prevent_default();
        focus_item(menu, place);
    };
    let opens = move |event: KeyboardEvent| {
        if matches!(event.key().as_str(), "ArrowDown" | "ArrowUp") {
            event.prevent_default();
            open.set(true);
            focus_item(menu, if event.key() == "ArrowUp" { -1 } else { 0 });
        }
    };
    let leaves = move |event: FocusEvent| {
        let target = event.related_target().and_then(|target| target.dyn_into::<Node>().ok());
        // WebKit says that the focus leaves when the element is taken out of the page: what belonged to it may be gone.
        let inside = target.as_ref().is_some_and(|target| {
            menu.try_get_untracked().flatten().is_some_and(|menu| menu.contains(Some(target)))
                || button.try_get_untracked().flatten().is_some_and(|button| button.contains(Some(target)))
        });
        if !inside {
            open.try_set(false);
        }
    };
    let entries = StoredValue::new(items);
    let list = move || {
        entries
            .with_value(Clone::clone)
            .into_iter()
            .map(|(id, words, act)| {
                let choose = move |_| {
                    close(true);
                    act.try_run(());
                };
                view! { <button type="button" role="menuitem" tabindex="-1" id=id on:click=choose>{words}</button> }
            })
            .collect_view()
    };
    view! {
        <div class="menu-holder" class:upwards=upwards on:focusout=leaves>
            <button
                node_ref=button
                type="button"
                class=class
                id=id
                aria-haspopup="menu"
                aria-expanded=move || if open.get() { "true" } else { "false" }
                on:click=move |_| {
                    open.update(|open| *open = !*open);
                    if open.get_untracked() {
                        focus_item(menu, 0);
                    }
                }
                on:keydown=opens
            >
                {children()}
            </button>
            <Show when=move || open.get()>
                <div node_ref=menu class="menu" role="menu" aria-label=label on:keydown=keys>
                    {list()}
                </div>
            </Show>
        </div>
    }
}
