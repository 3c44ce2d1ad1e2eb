//! Paramètre › Application › Utilisateurs: the people of the practice. Administrators add, suspend, give new passwords.

use super::add_person::{AddPersonDialog, ResetDialog};
use super::frame::Frame;
use super::groups::groups;
use crate::backend::call;
use crate::parts::button::{Button, Look};
use crate::parts::chip::{Chip, Tint};
use crate::parts::live::{Show, each, live};
use crate::state::app::App;
use crate::text::settings::{self, users as words};
use crate::text::{common, groups as group_words, people};
use bannette_api::PersonId;
use bannette_api::people::{Person, ResumePerson, SuspendPerson};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// What can be done with a person.
#[component]
fn Acts(person: Person, reset: RwSignal<Option<Person>>) -> impl IntoView {
    let app = App::get();
    let id = person.id;
    let name = people::listed(&person);
    let suspended = person.suspended_since.is_some();
    let toggle = move |()| {
        let name = name.clone();
        spawn_local(async move {
            let done = if suspended {
                call(ResumePerson { person: id }).await.map(|_| settings::resumed(&name))
            } else {
                call(SuspendPerson { person: id }).await.map(|_| settings::suspended(&name))
            };
            match done {
                Ok(said) => {
                    app.say(said);
                    app.load_people().await;
                }
                Err(failure) => app.complain(&failure),
            }
        });
    };
    let (label, hook) = if suspended { (words::RESUME, "resume") } else { (words::SUSPEND, "suspend") };
    let not_me = untrack(move || app.my_id()) != Some(id);
    view! {
        <Button label=words::RESET look=Look::Quiet hook="reset-password" act=move |()| reset.set(Some(person.clone())) />
        {not_me.then(|| view! { <Button label look=Look::Quiet hook act=toggle /> })}
    }
}

/// A person in the table.
#[component]
fn Row(id: PersonId, administrator: Signal<bool>, reset: RwSignal<Option<Person>>) -> impl IntoView {
    let app = App::get();
    let person = Memo::new(move |_| app.people.with(|all| all.iter().find(|person| person.id == id).cloned()));
    live(move || {
        person.get().map(|person| {
            let suspended = person.suspended_since.is_some();
            let state = if suspended { (Tint::Abnormal, words::SUSPENDED) } else { (Tint::Good, words::ACTIVE) };
            let acts = person.clone();
            view! {
                <tr data-test="person-row" data-login=person.login.clone()>
                    <th scope="row">
                        {people::listed(&person)} " "
                        {person.administrator.then(|| view! { <Chip tint=Tint::Info>{words::ADMINISTRATOR_CHIP}</Chip> })}
                    </th>
                    <td>{people::role(person.role)}</td>
                    <td>{person.login.clone()}</td>
                    <td><Chip tint=state.0>{state.1}</Chip></td>
                    {administrator.get().then(|| view! { <td class="act"><Acts person=acts reset /></td> })}
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
    let tab = RwSignal::new("users");
    let reset = RwSignal::new(None::<Person>);
    spawn_local(app.load_people());
    let place = Signal::derive(move || format!("{} › {}", common::APPLICATION, app.practice()));
    let [name, role, login, state] = words::COLUMNS;
    let ids = move || app.people.with(|all| all.iter().map(|person| person.id).collect::<Vec<_>>());
    let add = move || {
        view! { <Button label=words::ADD look=Look::Primary id="add-person" act=move |()| adding.set(true) /> }
    };
    view! {
        <Frame
            place
            buttons=move || (administrator.get() && tab.get() == "users").then(add)
            tabs=vec![("users", settings::USERS), ("groups", group_words::TAB)]
            chosen=tab
            choose=move |chosen| tab.set(chosen)
        >
            <Show when=move || tab.get() == "users" fallback=move || groups(administrator.into())>
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
                        {each(ids, ToString::to_string, move |id| view! { <Row id administrator=administrator.into() reset /> })}
                    </tbody>
                </table>
            </section>
            </Show>
            <Show when=move || adding.get()>
                <AddPersonDialog done=move |()| adding.set(false) />
            </Show>
            {live(move || reset.get().map(|person| view! { <ResetDialog person done=move |()| reset.set(None) /> }))}
        </Frame>
    }
}
