//! The key sheet, and the switch of the single letters.

use crate::parts::button::{Button, Look};
use crate::parts::choice::CheckBox;
use crate::parts::dialog::Dialog;
use crate::state::app::App;
use crate::text::common::{self, keys};
use leptos::prelude::*;

/// Name under which the switch is kept on this post.
const KEPT: &str = "bannette.single-keys";

/// Reads the switch.
pub fn read_switch() -> bool {
    let kept = window().local_storage().ok().flatten().and_then(|kept| kept.get_item(KEPT).ok().flatten());
    kept.as_deref() != Some("off")
}

/// Keeps the switch.
fn keep_switch(on: bool) {
    if let Some(kept) = window().local_storage().ok().flatten() {
        drop(kept.set_item(KEPT, if on { "on" } else { "off" }));
    }
}

/// The key sheet.
#[component]
pub fn KeySheet() -> impl IntoView {
    let app = App::get();
    Effect::new(move || keep_switch(app.single_keys.get()));
    let close = move |()| app.key_sheet.set(false);
    let rows =
        keys::SHEET.map(|(key, act)| view! { <div><dt><kbd>{key}</kbd></dt><dd>{act}</dd></div> }).collect_view();
    view! {
        <Dialog id="key-sheet" title=keys::TITLE cancel=close>
            <dl class="keys">{rows}</dl>
            <CheckBox id="single-keys" label=keys::SINGLE value=app.single_keys hint=keys::HINT />
            <div class="actions">
                <Button label=common::CLOSE look=Look::Primary id="key-sheet-close" act=close />
            </div>
        </Dialog>
    }
}
