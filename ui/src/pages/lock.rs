//! The locked window: it shows whose it is, and nothing of the practice.

use crate::backend::call;
use crate::pages::login::Gate;
use crate::parts::button::{Button, Look};
use crate::parts::chip::Complaint;
use crate::parts::field::SecretField;
use crate::parts::focus::focus_drawn;
use crate::parts::live::live;
use crate::state::app::{App, Way};
use crate::state::faults::Faults;
use crate::text::session;
use bannette_api::failure::Field as Of;
use bannette_api::session::{Password, UnlockWindow};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The lock.
#[component]
pub fn Lock() -> impl IntoView {
    let app = App::get();
    let password = RwSignal::new(String::new());
    let (busy, faults) = (RwSignal::new(false), Faults::new());
    let unlock = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        faults.clear();
        let ask = UnlockWindow { password: Password(password.get_untracked()) };
        faults.require(Of::Password, &ask.password.0);
        if !faults.none() {
            return focus_drawn(&["#password"]);
        }
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            match call(ask).await {
                Ok(_) => app.enter().await,
                Err(failure) => {
                    password.try_set(String::new());
                    faults.take(app, &failure);
                    focus_drawn(&["#password"]);
                }
            }
            busy.try_set(false);
        });
    };
    let who = move || app.me().map(|me| me.person.listed()).unwrap_or_default();
    view! {
        <Gate title=session::LOCKED>
            <p class="intro">{live(who)}</p>
            <form on:submit=unlock novalidate>
                <Complaint text=faults.whole />
                <SecretField
                    id="password"
                    label=session::PASSWORD
                    value=password
                    fault=faults.of(Of::Password)
                    autocomplete="current-password"
                    first=true
                />
                <div class="actions">
                    <Button label=session::CHANGE_USER look=Look::Quiet id="change-user" act=move |()| app.leave(Way::Out) />
                    <Button label=session::UNLOCK look=Look::Primary id="unlock" submit=true busy />
                </div>
            </form>
        </Gate>
    }
}
