//! Asks before settings that were typed and not kept are lost.

use crate::parts::button::{Button, Look};
use crate::parts::dialog::Dialog;
use crate::state::app::{App, Page};
use crate::text::common::leaving;
use leptos::prelude::*;

/// « Quitter sans enregistrer ? »
#[component]
pub fn Leaving(
    /// Where to.
    to: Page,
) -> impl IntoView {
    let app = App::get();
    let stay = move |()| app.leaving_for.set(None);
    let leave = move |()| {
        app.unsaved.set(false);
        app.leaving_for.set(None);
        app.page.set(to);
    };
    view! {
        <Dialog id="leaving" title=leaving::TITLE cancel=stay>
            <p>{leaving::BODY}</p>
            <div class="actions">
                <Button label=leaving::LEAVE look=Look::Danger id="leave" act=leave />
                <Button label=leaving::STAY look=Look::Primary id="stay" act=stay />
            </div>
        </Dialog>
    }
}
