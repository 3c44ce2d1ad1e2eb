//! How large the window's content is: Ctrl with +, − or 0. The page keeps it from one start to the next.

use crate::backend;
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Name under which it is kept on this post.
const KEPT: &str = "bannette.zoom";

/// In hundredths.
const STEPS: [u16; 8] = [80, 90, 100, 110, 125, 150, 175, 200];
const USUAL: u16 = 100;

/// What a key makes of it; nothing for another key. On a French keyboard the key of the zero is « à ».
fn changed(now: u16, key: &str) -> Option<u16> {
    match key {
        "+" | "=" => Some(STEPS.into_iter().find(|step| *step > now).unwrap_or(now)),
        "-" | "−" => Some(STEPS.into_iter().rev().find(|step| *step < now).unwrap_or(now)),
        "0" | "à" => Some(USUAL),
        _ => None,
    }
}

fn kept() -> u16 {
    let kept = window().local_storage().ok().flatten().and_then(|kept| kept.get_item(KEPT).ok().flatten());
    kept.and_then(|kept| kept.parse().ok()).filter(|kept| STEPS.contains(kept)).unwrap_or(USUAL)
}

/// Makes the content as large as it was, and watches for the keys as long as the page lives.
pub fn watch() {
    let now = StoredValue::new(kept());
    if now.get_value() != USUAL {
        spawn_local(backend::enlarge(now.get_value()));
    }
    let _keys = window_event_listener(ev::keydown, move |event| {
        let control = (event.ctrl_key() || event.meta_key()) && !event.alt_key();
        let Some(wanted) = control.then(|| changed(now.get_value(), &event.key())).flatten() else { return };
        event.prevent_default();
        if wanted != now.get_value() {
            now.set_value(wanted);
            if let Some(kept) = window().local_storage().ok().flatten() {
                drop(kept.set_item(KEPT, &wanted.to_string()));
            }
            spawn_local(backend::enlarge(wanted));
        }
    });
}

#[cfg(test)]
mod tests {
    use super::changed;

    #[test]
    fn keys_go_one_step_and_no_further_than_the_last() {
        assert_eq!([changed(100, "+"), changed(100, "="), changed(100, "-")], [Some(110), Some(110), Some(90)]);
        assert_eq!([changed(200, "+"), changed(80, "-")], [Some(200), Some(80)]);
        assert_eq!([changed(175, "0"), changed(175, "à"), changed(175, "v")], [Some(100), Some(100), None]);
    }
}
