//! Asks before settings that were typed and not kept are lost.

use crate::parts::button::{Button, Look};
use crate::parts::dialog::Dialog;
use crate::state::app::{App, Way};
use crate::text::common::leaving;
use leptos::prelude::*;

/// « Quitter sans enregistrer ? »
#[component]
pub fn Leaving(
    /// How.
    way: Way,
) -> impl IntoView {
    let app = App::get();
    let stay = move |()| app.leaving.set(None);
    let leave = match way {
        Way::To(_) => leaving::LEAVE,
        Way::Lock => leaving::LOCK,
        Way::Out => leaving::SIGN_OUT,
        Way::Close => leaving::CLOSE,
    };
    view! {
        <Dialog id="leaving" title=leaving::title(leave) cancel=stay>
            <p>{leaving::BODY}</p>
            <div class="actions">
                <Button label=leave look=Look::Danger id="leave" act=move |()| app.left(way) />
                <Button label=leaving::STAY look=Look::Primary id="stay" act=stay />
            </div>
        </Dialog>
    }
}
