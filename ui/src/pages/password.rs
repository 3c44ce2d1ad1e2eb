//! Changing one's own password, by wish or because it was given by an administrator.

use crate::backend::call;
use crate::pages::login::Gate;
use crate::parts::button::{Button, Look};
use crate::parts::chip::Complaint;
use crate::parts::field::SecretField;
use crate::parts::focus::{WRONG, focus_drawn};
use crate::state::app::App;
use crate::state::faults::Faults;
use crate::text::session;
use bannette_api::failure::Field as Of;
use bannette_api::session::{ChangePassword, Password, SignOut};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The form.
#[component]
pub fn PasswordForm(
    /// Whether the first field takes the focus.
    #[prop(optional)]
    first: bool,
) -> impl IntoView {
    let app = App::get();
    let text = || RwSignal::new(String::new());
    let (current, new, again) = (text(), text(), text());
    let differ = RwSignal::new(None::<String>);
    let (busy, faults) = (RwSignal::new(false), Faults::new());
    let change = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        faults.clear();
        let ask = ChangePassword { current: Password(current.get_untracked()), new: Password(new.get_untracked()) };
        faults.require(Of::CurrentPassword, &ask.current.0);
        faults.require(Of::Password, &ask.new.0);
        let same = ask.new.0 == again.get_untracked();
        differ.set((!same).then(|| session::PASSWORDS_DIFFER.to_owned()));
        if !same || !faults.none() {
            return focus_drawn(&[WRONG]);
        }
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            match call(ask).await {
                Ok(_) => {
                    for field in [current, new, again] {
                        field.try_set(String::new());
                    }
                    app.look().await;
                    app.say(session::CHANGED);
                }
                Err(failure) => {
                    faults.take(app, &failure);
                    focus_drawn(&[WRONG]);
                }
            }
            busy.try_set(false);
        });
    };
    view! {
        <form on:submit=change novalidate class="password-form">
            <Complaint text=faults.whole />
            <SecretField
                id="current-password"
                label=session::CURRENT
                value=current
                fault=faults.of(Of::CurrentPassword)
                autocomplete="current-password"
                first=first
            />
            <SecretField
                id="new-password"
                label=session::NEW
                value=new
                hint=session::PASSWORD_HINT
                fault=faults.of(Of::Password)
                autocomplete="new-password"
            />
            <SecretField id="new-password-again" label=session::NEW_AGAIN value=again fault=differ autocomplete="new-password" />
            <div class="actions">
                <Button label=session::CHANGE look=Look::Primary id="change-password" submit=true busy />
            </div>
        </form>
    }
}

/// The password must be changed before anything else.
#[component]
pub fn MustChange() -> impl IntoView {
    let app = App::get();
    let other = move |()| {
        spawn_local(async move {
            match call(SignOut {}).await {
                Ok(()) => app.look().await,
                Err(failure) => app.complain(&failure),
            }
        });
    };
    view! {
        <Gate title=session::MUST_CHANGE>
            <p class="intro">{session::MUST_CHANGE_WHY}</p>
            <PasswordForm first=true />
            <div class="actions">
                <Button label=session::CHANGE_USER look=Look::Quiet id="change-user" act=other />
            </div>
        </Gate>
    }
}
