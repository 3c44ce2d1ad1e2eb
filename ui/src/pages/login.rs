//! Signing in, and the frame of every screen that stands before the practice.

use crate::backend::call;
use crate::parts::button::{Button, Look};
use crate::parts::chip::Complaint;
use crate::parts::field::{Field, SecretField};
use crate::parts::focus::{FIRST, WRONG, focus_drawn};
use crate::parts::icon::{Icon, Sign};
use crate::parts::live::live;
use crate::state::app::App;
use crate::state::faults::Faults;
use crate::text::{common, session};
use bannette_api::failure::Field as Of;
use bannette_api::session::{Password, SignIn};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The frame: the brand, a card, its title.
#[component]
pub fn Gate(
    /// Title of the card.
    #[prop(into)]
    title: Signal<String>,
    /// A wider card.
    #[prop(optional)]
    wide: bool,
    /// What stands in the card.
    children: Children,
) -> impl IntoView {
    focus_drawn(&[FIRST]);
    view! {
        <main class="gate" id="content">
            <div class="card" class:wide=wide>
                <p class="brand">
                    <Sign icon=Icon::Tray />
                    {common::BANNETTE}
                </p>
                <h1>{live(move || title.get())}</h1>
                {children()}
            </div>
        </main>
    }
}

/// Sign in.
#[component]
pub fn Login() -> impl IntoView {
    let app = App::get();
    let (login, password) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (busy, faults) = (RwSignal::new(false), Faults::new());
    let sign_in = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        faults.clear();
        let ask =
            SignIn { login: login.get_untracked().trim().to_owned(), password: Password(password.get_untracked()) };
        faults.require(Of::Login, &ask.login);
        faults.require(Of::Password, &ask.password.0);
        if !faults.none() {
            return focus_drawn(&[WRONG]);
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
    view! {
        <Gate title=Signal::derive(move || app.practice())>
            <form on:submit=sign_in novalidate>
                <Complaint text=faults.whole />
                <Field id="login" label=session::LOGIN value=login fault=faults.of(Of::Login) autocomplete="username" first=true />
                <SecretField
                    id="password"
                    label=session::PASSWORD
                    value=password
                    fault=faults.of(Of::Password)
                    autocomplete="current-password"
                />
                <div class="actions">
                    <Button label=session::SIGN_IN look=Look::Primary id="sign-in" submit=true busy />
                </div>
            </form>
        </Gate>
    }
}
