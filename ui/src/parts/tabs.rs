//! Tabs that stand in a column (ARIA pattern: arrows move, the focus follows).

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// A column of tabs. Each controls the panel `panel-<name>`.
#[component]
pub fn Tabs(
    /// What the tabs are.
    label: &'static str,
    /// Names and words.
    tabs: Vec<(&'static str, &'static str)>,
    /// The tab shown.
    #[prop(into)]
    chosen: Signal<&'static str>,
    /// Another tab is wanted.
    #[prop(into)]
    choose: Callback<&'static str>,
) -> impl IntoView {
    let names: Vec<&'static str> = tabs.iter().map(|(name, _)| *name).collect();
    let keys = move |event: KeyboardEvent| {
        let here = names.iter().position(|name| *name == chosen.get_untracked()).unwrap_or(0);
        let last = names.len().saturating_sub(1);
        let next = match event.key().as_str() {
            "ArrowDown" | "ArrowRight" => {
                if here == last {
                    0
                } else {
                    here + 1
                }
            }
            "ArrowUp" | "ArrowLeft" => here.checked_sub(1).unwrap_or(last),
            "Home" => 0,
            "End" => last,
            _ => return,
        };
        event.prevent_default();
        if let Some(name) = names.get(next) {
            choose.run(name);
            let tab = document().get_element_by_id(&format!("tab-{name}"));
            if let Some(tab) = tab.and_then(|tab| tab.dyn_into::<HtmlElement>().ok()) {
                drop(tab.focus());
            }
        }
    };
    let buttons = tabs
        .into_iter()
        .map(|(name, words)| {
            let on = move || chosen.get() == name;
            view! {
                <button
                    type="button"
                    role="tab"
                    class="tab"
                    id=format!("tab-{name}")
                    aria-selected=move || if on() { "true" } else { "false" }
                    aria-controls=move || on().then(|| format!("panel-{name}"))
                    tabindex=move || if on() { "0" } else { "-1" }
                    on:click=move |_| choose.run(name)
                >
                    {words}
                </button>
            }
        })
        .collect_view();
    view! {
        <div class="tabs" role="tablist" aria-orientation="vertical" aria-label=label on:keydown=keys>
            {buttons}
        </div>
    }
}
