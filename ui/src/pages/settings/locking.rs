//! After how many minutes without a gesture the window locks.

use crate::backend::call;
use crate::parts::button::{Button, Look};
use crate::parts::chip::Complaint;
use crate::parts::field::Field;
use crate::state::app::App;
use crate::state::faults::Faults;
use crate::text::{common, field, settings};
use bannette_api::failure::{Field as Of, Why};
use bannette_api::session::SetIdleLock;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The idle lock.
#[component]
pub fn Locking() -> impl IntoView {
    let app = App::get();
    let now = untrack(move || app.me()).map(|me| me.idle_minutes.to_string()).unwrap_or_default();
    let minutes = RwSignal::new(now);
    let (busy, faults) = (RwSignal::new(false), Faults::new());
    let keep = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        faults.clear();
        let typed = minutes.with_untracked(|minutes| minutes.trim().parse::<u32>().ok());
        let Some(minutes) = typed.filter(|minutes| (1..=120).contains(minutes)) else {
            faults.add(Of::IdleMinutes, field::why(Of::IdleMinutes, Why::OutOfRange { least: 1, most: 120 }));
            return;
        };
        busy.set(true);
        spawn_local(async move {
            match call(SetIdleLock { minutes }).await {
                Ok(_) => {
                    app.look().await;
                    app.say(settings::SAVED);
                }
                Err(failure) => faults.take(app, &failure),
            }
            busy.try_set(false);
        });
    };
    view! {
        <section class="block">
            <h2>{settings::LOCKING}</h2>
            <form on:submit=keep novalidate>
                <Complaint text=faults.whole />
                <Field
                    id="idle-minutes"
                    label=settings::IDLE
                    value=minutes
                    hint=settings::IDLE_HINT
                    unit=settings::MINUTES
                    fault=faults.of(Of::IdleMinutes)
                    short=true
                />
                <div class="actions">
                    <Button label=common::SAVE look=Look::Primary id="save-idle" submit=true busy />
                </div>
            </form>
        </section>
    }
}
