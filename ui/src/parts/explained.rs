//! What a control means: behind a « ? » that opens it, in its tooltip, and said to screen readers with the control. And
//! parts of a page that fold away under their button. Plain functions: a screen has many of them.

use crate::parts::icon::{Icon, sign};
use crate::parts::live::live;
use crate::text::accounts::meaning;
use leptos::prelude::*;

/// Draws something only while a condition holds, and anew only when it turns.
#[inline(never)]
pub fn only(when: Box<dyn Fn() -> bool + Send + Sync>, draw: Box<dyn Fn() -> AnyView + Send>) -> AnyView {
    let holds = Memo::new(move |_| when());
    live(move || if holds.get() { draw() } else { ().into_any() }).into_any()
}

/// The « ? » of a control and, under the control's identifier and `-meaning`, what it means.
#[inline(never)]
pub fn explained(id: &str, label: &str, text: &'static str) -> (AnyView, AnyView) {
    let shown = RwSignal::new(false);
    let (own, controls) = (format!("{id}-meaning"), format!("{id}-meaning"));
    let button = view! {
        <button
            type="button"
            class="explain"
            data-test="explain"
            title=text
            aria-label=meaning::of(label)
            aria-expanded=move || if shown.get() { "true" } else { "false" }
            aria-controls=controls
            on:click=move |_| shown.update(|shown| *shown = !*shown)
        >
            "?"
        </button>
    };
    let said = view! { <p class="hint meaning" id=own hidden=Signal::derive(move || !shown.get())>{text}</p> };
    (button.into_any(), said.into_any())
}

/// A box to tick whose meaning can be asked for.
#[inline(never)]
pub fn switch(
    id: &str,
    label: &'static str,
    text: &'static str,
    value: RwSignal<bool>,
    locked: Signal<bool>,
) -> AnyView {
    let (button, said) = explained(id, label, text);
    let (id, describing) = (id.to_owned(), format!("{id}-meaning"));
    view! {
        <div class="check">
            <div class="with-meaning">
                <label>
                    <input type="checkbox" id=id aria-describedby=describing disabled=locked bind:checked=value />
                    <span>{label}</span>
                </label>
                {button}
            </div>
            {said}
        </div>
    }
    .into_any()
}

/// The button of a part that folds away: `controls` is that part's identifier.
#[inline(never)]
pub fn fold(
    id: &str,
    class: &'static str,
    controls: String,
    shown: Signal<bool>,
    content: AnyView,
    turn: Callback<()>,
) -> AnyView {
    let id = id.to_owned();
    view! {
        <button
            type="button"
            class=class
            id=id
            aria-expanded=move || if shown.get() { "true" } else { "false" }
            aria-controls=controls
            on:click=move |_| turn.run(())
        >
            {sign(Icon::Down)}
            {content}
        </button>
    }
    .into_any()
}

/// A part that folds away.
#[inline(never)]
pub fn folded(id: String, class: &'static str, shown: Signal<bool>, content: AnyView) -> AnyView {
    view! { <div id=id class=class hidden=Signal::derive(move || !shown.get())>{content}</div> }.into_any()
}
