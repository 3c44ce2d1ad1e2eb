//! Paramètre › Application › Utilisateurs: the people of the practice. Administrators add, change, suspend, give new passwords,
//! and hand over what somebody who leaves holds.

use super::add_person::{AddPersonDialog, ResetDialog};
use super::departure::DepartureDialog;
use super::frame::Frame;
use super::glass;
use super::groups::groups;
use super::person::{EditDialog, SuspensionDialog};
use super::thresholds::thresholds;
use crate::backend::call;
use crate::parts::button::{Button, Look};
use crate::parts::chip::{Chip, Tint};
use crate::parts::live::{Show, each, live};
use crate::state::app::App;
use crate::text::settings::{self, users as words};
use crate::text::{common, departure, groups as group_words, people, thresholds as threshold_words};
use bannette_api::PersonId;
use bannette_api::departure::{Departure, PreviewDeparture};
use bannette_api::people::Person;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The dialog that is open, and about whom.
#[derive(Clone)]
enum Open {
    Edit(Person),
    Reset(Person),
    Suspension(Person, Departure),
    Departure(Person, Departure),
}

/// What can be done with a person.
#[component]
fn Acts(person: Person, open: RwSignal<Option<Open>>) -> impl IntoView {
    let app = App::get();
    // What the person holds is known before the dialog opens, so that it says all at once.
    let held = move |person: Person, then: fn(Person, Departure) -> Open| {
        spawn_local(async move {
            match call(PreviewDeparture { person: person.id }).await {
                Ok(held) => {
                    open.try_set(Some(then(person, held)));
                }
                Err(failure) => app.complain(&failure),
            }
        });
    };
    let suspended = person.suspended_since.is_some();
    let (label, hook) = if suspended { (words::RESUME, "resume") } else { (words::SUSPEND, "suspend") };
    let not_me = untrack(move || app.my_id()) != Some(person.id);
    let (edited, reset, paused, leaving) = (person.clone(), person.clone(), person.clone(), person);
    let others = move || {
        let (paused, leaving) = (paused.clone(), leaving.clone());
        view! {
            <Button label look=Look::Quiet hook act=move |()| held(paused.clone(), Open::Suspension) />
            <Button
                label=departure::DEPARTURE
                look=Look::Quiet
                hook="depart"
                act=move |()| held(leaving.clone(), Open::Departure)
            />
        }
    };
    view! {
        <Button label=common::EDIT look=Look::Quiet hook="edit-person" act=move |()| open.set(Some(Open::Edit(edited.clone()))) />
        <Button label=words::RESET look=Look::Quiet hook="reset-password" act=move |()| open.set(Some(Open::Reset(reset.clone()))) />
        {not_me.then(others)}
    }
}

/// The chip of a person's state.
fn state(person: &Person) -> (Tint, &'static str) {
    match (person.here(), person.suspended_since) {
        (false, _) => (Tint::Muted, departure::DEPARTED),
        (true, Some(_)) => (Tint::Abnormal, words::SUSPENDED),
        (true, None) => (Tint::Good, words::ACTIVE),
    }
}

/// A person in the table.
#[component]
fn Row(id: PersonId, administrator: Signal<bool>, open: RwSignal<Option<Open>>) -> impl IntoView {
    let app = App::get();
    let person = Memo::new(move |_| app.people.with(|all| all.iter().find(|person| person.id == id).cloned()));
    live(move || {
        person.get().map(|person| {
            let state = state(&person);
            let acts = person.here().then(|| person.clone());
            view! {
                <tr data-test="person-row" data-login=person.login.clone()>
                    <th scope="row">
                        {person.listed()} " "
                        {person.administrator.then(|| view! { <Chip tint=Tint::Info>{words::ADMINISTRATOR_CHIP}</Chip> })}
                    </th>
                    <td>{people::role(&person)}</td>
                    <td>{person.login.clone()}</td>
                    <td><Chip tint=state.0>{state.1}</Chip></td>
                    {administrator
                        .get()
                        .then(|| view! { <td class="act">{acts.map(|person| view! { <Acts person open /> })}</td> })}
                </tr>
            }
        })
    })
}

/// The practice's settings.
#[component]
pub fn ApplicationSettings() -> impl IntoView {
    let app = App::get();
    let administrator = Memo::new(move |_| app.me().is_some_and(|me| me.person.administrator));
    let adding = RwSignal::new(false);
    let open = RwSignal::new(None::<Open>);
    let tab = app.practice_tab;
    spawn_local(app.load_people());
    let place = Signal::derive(move || format!("{} › {}", common::APPLICATION, app.practice()));
    let [name, role, login, state] = words::COLUMNS;
    // Whoever left stands below those who are here.
    let ids = move || {
        app.people.with(|all| {
            let (here, gone): (Vec<&Person>, Vec<&Person>) = all.iter().partition(|person| person.here());
            here.into_iter().chain(gone).map(|person| person.id).collect::<Vec<_>>()
        })
    };
    let close = Callback::new(move |()| open.set(None));
    let dialog = move || {
        open.get().map(|open| match open {
            Open::Edit(person) => view! { <EditDialog person done=close /> }.into_any(),
            Open::Reset(person) => view! { <ResetDialog person done=close /> }.into_any(),
            Open::Suspension(person, held) => view! { <SuspensionDialog person held done=close /> }.into_any(),
            Open::Departure(person, held) => view! { <DepartureDialog person held done=close /> }.into_any(),
        })
    };
    let others = move || match tab.get() {
        "thresholds" => thresholds(administrator.into()),
        _ => groups(administrator.into()),
    };
    let add = move || {
        view! { <Button label=words::ADD look=Look::Primary id="add-person" act=move |()| adding.set(true) /> }
    };
    view! {
        <Frame
            place
            buttons=move || (administrator.get() && tab.get() == "users").then(add)
            tabs=vec![("users", settings::USERS), ("groups", group_words::TAB), ("thresholds", threshold_words::TAB)]
            chosen=tab
            choose=move |chosen| tab.set(chosen)
        >
            <Show when=move || tab.get() == "users" fallback=move || live(others)>
            <section class="block" aria-labelledby="users-title">
                <h2 id="users-title">{settings::USERS}</h2>
                {live(move || (!administrator.get()).then(|| view! { <p class="hint">{words::ONLY_LISTED}</p> }))}
                <table class="plain">
                    <thead>
                        <tr>
                            <th scope="col">{name}</th>
                            <th scope="col">{role}</th>
                            <th scope="col">{login}</th>
                            <th scope="col">{state}</th>
                            {live(move || {
                                administrator.get().then(|| view! { <th scope="col"><span class="unseen">{words::ACTIONS}</span></th> })
                            })}
                        </tr>
                    </thead>
                    <tbody>
                        {each(ids, ToString::to_string, move |id| view! { <Row id administrator=administrator.into() open /> })}
                    </tbody>
                </table>
            </section>
            {live(move || if administrator.get() { glass::section(app) } else { ().into_any() })}
            </Show>
            <Show when=move || adding.get()>
                <AddPersonDialog done=move |()| adding.set(false) />
            </Show>
            {live(dialog)}
        </Frame>
    }
}
