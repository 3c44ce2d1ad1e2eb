//! What is said in passing, with a way back where there is one.

use crate::parts::icon::{Icon, Sign};
use crate::parts::live::each;
use crate::state::app::{App, Toast};
use crate::text::common;
use leptos::prelude::*;

/// One toast.
fn toast_view(app: App, toast: Toast) -> impl IntoView + use<> {
    view! {
        <div class="toast" class:bad=toast.bad data-test="toast">
            <p>{toast.text}</p>
            {toast
                .undo
                .map(|_| {
                    view! {
                        <button type="button" class="button" data-test="undo" on:click=move |_| app.undo()>
                            {common::UNDO}
                            <kbd aria-hidden="true">{common::keys::UNDO}</kbd>
                        </button>
                    }
                })}
            <button
                type="button"
                class="button quiet square"
                aria-label=common::CLOSE
                on:click=move |_| app.dismiss(toast.number)
            >
                <Sign icon=Icon::Cross />
            </button>
        </div>
    }
}

/// The toasts, at the foot of the window.
#[component]
pub fn Toasts() -> impl IntoView {
    let app = App::get();
    view! {
        <section class="toasts" aria-label=common::TOASTS aria-live="polite">
            {each(move || app.toasts.get(), |toast| toast.number.to_string(), move |toast| toast_view(app, toast))}
        </section>
    }
}
