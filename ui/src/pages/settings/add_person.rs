//! The dialogs of administrators: a new person, a new first password.

use crate::backend::call;
use crate::parts::button::{Button, Look};
use crate::parts::chip::Complaint;
use crate::parts::choice::{CheckBox, Select};
use crate::parts::dialog::Dialog;
use crate::parts::field::{Field, SecretField};
use crate::state::app::App;
use crate::state::faults::Faults;
use crate::text::settings::{self, users as words};
use crate::text::{common, departure, people, session};
use bannette_api::failure::Field as Of;
use bannette_api::people::{AddPerson, ChangePerson, Person, ResetPassword, Role, Title};
use bannette_api::rpps;
use bannette_api::session::Password;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// What is typed for a person.
#[derive(Clone, Copy)]
pub struct Form {
    title: RwSignal<Title>,
    role: RwSignal<Role>,
    last_name: RwSignal<String>,
    first_name: RwSignal<String>,
    rpps: RwSignal<String>,
    login: RwSignal<String>,
    password: RwSignal<String>,
    administrator: RwSignal<bool>,
    /// What is wrong in it.
    pub faults: Faults,
}

impl Form {
    fn new() -> Self {
        let text = || RwSignal::new(String::new());
        Self {
            title: RwSignal::new(Title::None),
            role: RwSignal::new(Role::Doctor),
            last_name: text(),
            first_name: text(),
            rpps: text(),
            login: text(),
            password: text(),
            administrator: RwSignal::new(false),
            faults: Faults::new(),
        }
    }

    /// What is known of a person, to be changed.
    pub fn of(person: &Person) -> Self {
        let form = Self::new();
        form.take(person);
        form
    }

    /// Shows a person as they are now.
    pub fn take(self, person: &Person) {
        self.title.set(person.title);
        self.role.set(person.role);
        self.last_name.set(person.last_name.clone());
        self.first_name.set(person.first_name.clone());
        self.rpps.set(person.rpps.clone().unwrap_or_default());
        self.administrator.set(person.administrator);
    }

    /// What is asked for, of a person who is there already.
    pub fn changes(self, before: Person) -> Option<ChangePerson> {
        self.faults.clear();
        let trimmed = |signal: RwSignal<String>| signal.get_untracked().trim().to_owned();
        let ask = ChangePerson {
            before,
            title: self.title.get_untracked(),
            first_name: trimmed(self.first_name),
            last_name: trimmed(self.last_name),
            role: self.role.get_untracked(),
            rpps: self.number(),
            administrator: self.administrator.get_untracked(),
        };
        self.faults.require(Of::LastName, &ask.last_name);
        self.faults.require(Of::FirstName, &ask.first_name);
        self.faults.none().then_some(ask)
    }

    /// The RPPS number, without its white space.
    fn number(self) -> Option<String> {
        let rpps: String = self.rpps.get_untracked().split_whitespace().collect();
        (!rpps.is_empty()).then_some(rpps)
    }

    fn read(self) -> Option<AddPerson> {
        self.faults.clear();
        let trimmed = |signal: RwSignal<String>| signal.get_untracked().trim().to_owned();
        let ask = AddPerson {
            title: self.title.get_untracked(),
            first_name: trimmed(self.first_name),
            last_name: trimmed(self.last_name),
            role: self.role.get_untracked(),
            rpps: self.number(),
            login: trimmed(self.login),
            password: Password(self.password.get_untracked()),
            administrator: self.administrator.get_untracked(),
        };
        self.faults.require(Of::LastName, &ask.last_name);
        self.faults.require(Of::FirstName, &ask.first_name);
        self.faults.require(Of::Login, &ask.login);
        self.faults.require(Of::Password, &ask.password.0);
        self.faults.none().then_some(ask)
    }
}

/// What looks wrong with an RPPS number that is all there.
fn looks_wrong(typed: &str) -> Option<&'static str> {
    let figures = typed.chars().filter(char::is_ascii_digit).count();
    (figures == 11 && !rpps::passes_luhn(typed)).then_some(departure::RPPS_WARNING)
}

/// The fields.
#[component]
pub fn Fields(
    /// What is typed.
    form: Form,
    /// Whether the person is new, and needs a login and a first password.
    new: bool,
    /// Whether nobody else administers the practice.
    #[prop(optional)]
    only_administrator: bool,
) -> impl IntoView {
    let titles = people::TITLES.map(|title| (title, people::title_choice(title))).to_vec();
    let roles = people::ROLES.map(|role| (role, people::role_choice(role))).to_vec();
    let faults = form.faults;
    let login =
        || view! { <Field id="person-login" label=session::LOGIN value=form.login fault=faults.of(Of::Login) /> };
    let password = || {
        view! {
            <SecretField
                id="person-password"
                label=words::FIRST_PASSWORD
                value=form.password
                hint=words::FIRST_PASSWORD_HINT
                fault=faults.of(Of::Password)
                autocomplete="new-password"
            />
        }
    };
    view! {
        <div class="pair">
            <Select id="person-title" label=session::TITLE value=form.title choices=titles />
            <Select id="person-role" label=session::ROLE value=form.role choices=roles />
            <Field id="person-last-name" label=session::LAST_NAME value=form.last_name fault=faults.of(Of::LastName) first=true />
            <Field id="person-first-name" label=session::FIRST_NAME value=form.first_name fault=faults.of(Of::FirstName) />
            {new.then(login)}
            <Field
                id="person-rpps"
                label=words::RPPS
                value=form.rpps
                hint=words::RPPS_HINT
                warning=Signal::derive(move || form.rpps.with(|typed| looks_wrong(typed)))
                fault=faults.of(Of::Rpps)
            />
        </div>
        {new.then(password)}
        <CheckBox
            id="person-administrator"
            label=words::ADMINISTRATOR
            value=form.administrator
            locked=Signal::derive(move || only_administrator)
        />
        {only_administrator.then(|| view! { <p class="hint">{departure::ONLY_ADMINISTRATOR}</p> })}
    }
}

/// « Ajouter un utilisateur ».
#[component]
pub fn AddPersonDialog(
    /// It is over.
    #[prop(into)]
    done: Callback<()>,
) -> impl IntoView {
    let app = App::get();
    let form = Form::new();
    let busy = RwSignal::new(false);
    let add = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(ask) = form.read() else { return };
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            match call(ask).await {
                Ok(person) => {
                    app.say(settings::added(&person.listed()));
                    app.load_people().await;
                    done.try_run(());
                }
                Err(failure) => form.faults.take(app, &failure),
            }
            busy.try_set(false);
        });
    };
    view! {
        <Dialog id="add-person-dialog" title=words::ADD_TITLE cancel=done>
            <form on:submit=add novalidate>
                <Complaint text=form.faults.whole />
                <Fields form new=true />
                <div class="actions">
                    <Button label=common::CANCEL id="add-person-cancel" act=done />
                    <Button label=words::ADD_BUTTON look=Look::Primary id="add-person-save" submit=true busy />
                </div>
            </form>
        </Dialog>
    }
}

/// « Nouveau mot de passe ».
#[component]
pub fn ResetDialog(
    /// For whom.
    person: Person,
    /// It is over.
    #[prop(into)]
    done: Callback<()>,
) -> impl IntoView {
    let app = App::get();
    let password = RwSignal::new(String::new());
    let (busy, faults) = (RwSignal::new(false), Faults::new());
    let (id, name) = (person.id, person.listed());
    let title = format!("{} — {name}", words::RESET);
    let give = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        faults.clear();
        let ask = ResetPassword { person: id, password: Password(password.get_untracked()) };
        faults.require(Of::Password, &ask.password.0);
        if busy.get_untracked() || !faults.none() {
            return;
        }
        busy.set(true);
        let name = name.clone();
        spawn_local(async move {
            match call(ask).await {
                Ok(_) => {
                    app.say(settings::reset(&name));
                    done.try_run(());
                }
                Err(failure) => faults.take(app, &failure),
            }
            busy.try_set(false);
        });
    };
    view! {
        <Dialog id="reset-dialog" title cancel=done>
            <form on:submit=give novalidate>
                <Complaint text=faults.whole />
                <SecretField
                    id="reset-new"
                    label=words::FIRST_PASSWORD
                    value=password
                    hint=words::FIRST_PASSWORD_HINT
                    fault=faults.of(Of::Password)
                    autocomplete="new-password"
                    first=true
                />
                <div class="actions">
                    <Button label=common::CANCEL id="reset-cancel" act=done />
                    <Button label=words::RESET_BUTTON look=Look::Primary id="reset-save" submit=true busy />
                </div>
            </form>
        </Dialog>
    }
}
