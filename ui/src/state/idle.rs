//! Tells the core that somebody is there: now and then, and only while there are gestures.

use crate::backend::call;
use crate::state::app::App;
use crate::state::clock;
use bannette_api::Timestamp;
use bannette_api::session::{Situation, StillHere};
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Least time between two calls, in milliseconds: a window that locks after a minute must hear of gestures before.
const EVERY: i64 = 15_000;

/// Watches for keys, clicks and scrolling as long as the page lives.
pub fn watch(app: App) {
    let told = StoredValue::new(Timestamp(0));
    let gesture = move || {
        let now = clock::now();
        let inside = app.situation.with_untracked(|situation| matches!(situation, Some(Situation::SignedIn { .. })));
        if !inside || now.since(told.get_value()) < EVERY {
            return;
        }
        told.set_value(now);
        spawn_local(async move {
            if let Err(failure) = call(StillHere {}).await {
                app.moves_away(&failure);
            }
        });
    };
    let _keys = window_event_listener(ev::keydown, move |_| gesture());
    let _pointer = window_event_listener(ev::pointerdown, move |_| gesture());
    let _moves = window_event_listener(ev::pointermove, move |_| gesture());
    let _wheel = window_event_listener(ev::wheel, move |_| gesture());
}
