//! The store is there and cannot be opened: says why and what to do, and tries again on demand.

use crate::pages::login::Gate;
use crate::parts::button::{Button, Look};
use crate::state::app::App;
use crate::text::common::unopenable;
use crate::text::store::store;
use bannette_api::failure::StoreTrouble;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// What happened, what to do.
#[component]
pub fn Unopenable(
    /// Why.
    trouble: StoreTrouble,
) -> impl IntoView {
    let app = App::get();
    let advice = store(trouble);
    let busy = RwSignal::new(false);
    let again = move |()| {
        busy.set(true);
        spawn_local(async move {
            app.look().await;
            // The page may have given way to another.
            busy.try_set(false);
        });
    };
    view! {
        <Gate title=unopenable::TITLE>
            <p class="banner bad" role="alert">{advice.what}" "{unopenable::UNTOUCHED}</p>
            <p class="intro">{advice.then}</p>
            <div class="actions">
                <Button label=unopenable::RETRY look=Look::Primary id="retry" busy act=again />
            </div>
        </Gate>
    }
}
