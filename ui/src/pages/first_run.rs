//! First run: creates the practice and its first person.

use crate::backend::call;
use crate::pages::login::Gate;
use crate::parts::button::{Button, Look};
use crate::parts::chip::Complaint;
use crate::parts::choice::Select;
use crate::parts::field::{Field, SecretField};
use crate::state::app::App;
use crate::state::faults::Faults;
use crate::text::people;
use crate::text::session::{self, first};
use bannette_api::failure::Field as Of;
use bannette_api::people::{Role, Title};
use bannette_api::session::{CreatePractice, Password};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// What is typed on the first run.
#[derive(Clone, Copy)]
struct Form {
    practice: RwSignal<String>,
    title: RwSignal<Title>,
    last_name: RwSignal<String>,
    first_name: RwSignal<String>,
    role: RwSignal<Role>,
    login: RwSignal<String>,
    password: RwSignal<String>,
    again: RwSignal<String>,
    faults: Faults,
    differ: RwSignal<Option<String>>,
}

impl Form {
    fn new() -> Self {
        let text = || RwSignal::new(String::new());
        Self {
            practice: text(),
            title: RwSignal::new(Title::Dr),
            last_name: text(),
            first_name: text(),
            role: RwSignal::new(Role::Doctor),
            login: text(),
            password: text(),
            again: text(),
            faults: Faults::new(),
            differ: RwSignal::new(None),
        }
    }

    /// The call, when every field holds something and the passwords are the same.
    fn read(self) -> Option<CreatePractice> {
        self.faults.clear();
        let trimmed = |signal: RwSignal<String>| signal.get_untracked().trim().to_owned();
        let call = CreatePractice {
            practice: trimmed(self.practice),
            title: self.title.get_untracked(),
            first_name: trimmed(self.first_name),
            last_name: trimmed(self.last_name),
            role: self.role.get_untracked(),
            login: trimmed(self.login),
            password: Password(self.password.get_untracked()),
        };
        self.faults.require(Of::Practice, &call.practice);
        self.faults.require(Of::LastName, &call.last_name);
        self.faults.require(Of::FirstName, &call.first_name);
        self.faults.require(Of::Login, &call.login);
        self.faults.require(Of::Password, &call.password.0);
        let same = self.again.get_untracked() == call.password.0;
        self.differ.set((!same).then(|| session::PASSWORDS_DIFFER.to_owned()));
        (same && self.faults.none()).then_some(call)
    }
}

/// Who one is.
#[component]
fn Person(form: Form) -> impl IntoView {
    let titles = people::TITLES.map(|title| (title, people::title_choice(title))).to_vec();
    let roles = people::ROLES.map(|role| (role, people::role_choice(role))).to_vec();
    view! {
        <fieldset>
            <legend>{first::THE_PERSON}</legend>
            <div class="pair">
                <Select id="title" label=session::TITLE value=form.title choices=titles />
                <Select id="role" label=session::ROLE value=form.role choices=roles />
                <Field
                    id="last-name"
                    label=session::LAST_NAME
                    value=form.last_name
                    fault=form.faults.of(Of::LastName)
                    autocomplete="family-name"
                />
                <Field
                    id="first-name"
                    label=session::FIRST_NAME
                    value=form.first_name
                    fault=form.faults.of(Of::FirstName)
                    autocomplete="given-name"
                />
            </div>
        </fieldset>
    }
}

/// How one signs in.
#[component]
fn Account(form: Form) -> impl IntoView {
    view! {
        <fieldset>
            <legend>{first::THE_ACCOUNT}</legend>
            <Field id="login" label=session::LOGIN value=form.login fault=form.faults.of(Of::Login) autocomplete="username" />
            <div class="pair">
                <SecretField
                    id="password"
                    label=session::PASSWORD
                    value=form.password
                    hint=session::PASSWORD_HINT
                    fault=form.faults.of(Of::Password)
                    autocomplete="new-password"
                />
                <SecretField
                    id="password-again"
                    label=session::PASSWORD_AGAIN
                    value=form.again
                    fault=form.differ
                    autocomplete="new-password"
                />
            </div>
        </fieldset>
    }
}

/// « Créer le cabinet ».
#[component]
pub fn FirstRun() -> impl IntoView {
    let app = App::get();
    let form = Form::new();
    let busy = RwSignal::new(false);
    let create = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(ask) = form.read() else { return };
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            match call(ask).await {
                Ok(_) => app.enter().await,
                Err(failure) => form.faults.take(app, &failure),
            }
            busy.try_set(false);
        });
    };
    view! {
        <Gate title=first::TITLE wide=true>
            <p class="intro">{first::INTRO}</p>
            <form on:submit=create novalidate>
                <Complaint text=form.faults.whole />
                <fieldset>
                    <legend>{first::THE_PRACTICE}</legend>
                    <Field
                        id="practice"
                        label=first::PRACTICE
                        value=form.practice
                        hint=first::PRACTICE_HINT
                        fault=form.faults.of(Of::Practice)
                        autocomplete="organization"
                        first=true
                    />
                </fieldset>
                <Person form />
                <Account form />
                <div class="actions">
                    <Button label=first::TITLE look=Look::Primary id="create-practice" submit=true busy />
                </div>
            </form>
        </Gate>
    }
}
