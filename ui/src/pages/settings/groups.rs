//! Paramètre › Application › Groupe: the groups of the practice. Administrators add, change and delete them.

use super::group_dialogs::{DeleteDialog, GroupDialog};
use crate::parts::button::{Button, Look};
use crate::parts::live::{Show, each, live};
use crate::state::app::App;
use crate::text::groups as words;
use crate::text::settings::users;
use crate::text::{common, people};
use bannette_api::GroupId;
use bannette_api::people::Group;
use leptos::prelude::*;

/// The dialog that is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Doing {
    /// A new group.
    Adding,
    /// This one is changed.
    Changing(Group),
    /// This one may be deleted.
    Deleting(Group),
}

/// The members, by name.
fn members(app: App, group: &Group) -> String {
    // The people come by name.
    let names = app.people.with(|all| {
        let member = all.iter().filter(|person| group.members.contains(&person.id));
        let name = member.map(|person| {
            let suspended = if person.suspended_since.is_some() { words::SUSPENDED } else { "" };
            format!("{}{suspended}", people::listed(person))
        });
        name.collect::<Vec<_>>()
    });
    if names.is_empty() { words::EMPTY.to_owned() } else { names.join(", ") }
}

/// What can be done with a group.
fn acts(group: &Group, doing: RwSignal<Option<Doing>>) -> AnyView {
    let edit = button(
        edit_id(group.id),
        "edit-group",
        words::edit(&group.name),
        common::EDIT,
        doing,
        Doing::Changing(group.clone()),
    );
    let delete = format!("delete-{}", group.id);
    let delete = button(
        delete,
        "delete-group",
        words::delete(&group.name),
        words::DELETE,
        doing,
        Doing::Deleting(group.clone()),
    );
    view! { <td class="act">{edit} {delete}</td> }.into_any()
}

/// The identifier of a group's button *Modifier*: the focus comes back to it.
pub fn edit_id(group: GroupId) -> String {
    format!("edit-{group}")
}

/// A button of a row: the name that is read aloud says of which group.
fn button(
    id: String,
    hook: &'static str,
    name: String,
    label: &'static str,
    doing: RwSignal<Option<Doing>>,
    what: Doing,
) -> AnyView {
    view! {
        <button
            type="button"
            class="button quiet"
            id=id
            data-test=hook
            aria-label=name
            on:click=move |_| doing.set(Some(what.clone()))
        >
            {label}
        </button>
    }
    .into_any()
}

/// A group in the table.
fn row(app: App, id: GroupId, administrator: Signal<bool>, doing: RwSignal<Option<Doing>>) -> AnyView {
    let group = Memo::new(move |_| app.groups.with(|all| all.iter().find(|group| group.id == id).cloned()));
    live(move || {
        group.get().map(|group| {
            let listed = group.clone();
            view! {
                <tr data-test="group-row" data-name=group.name.clone()>
                    <th scope="row">{group.name.clone()}</th>
                    <td data-test="group-members">{live(move || members(app, &listed))}</td>
                    {administrator.get().then(|| acts(&group, doing))}
                </tr>
            }
        })
    })
    .into_any()
}

/// The table.
fn table(app: App, administrator: Signal<bool>, doing: RwSignal<Option<Doing>>) -> impl IntoView {
    let [name, who] = words::COLUMNS;
    let ids = move || app.groups.with(|all| all.iter().map(|group| group.id).collect::<Vec<_>>());
    let head = move || {
        administrator.get().then(|| view! { <th scope="col"><span class="unseen">{users::ACTIONS}</span></th> })
    };
    view! {
        <table class="plain">
            <thead>
                <tr>
                    <th scope="col">{name}</th>
                    <th scope="col">{who}</th>
                    {live(head)}
                </tr>
            </thead>
            <tbody>{each(ids, ToString::to_string, move |id| row(app, id, administrator, doing))}</tbody>
        </table>
    }
}

/// *Groupe*.
#[component]
pub fn Groups(
    /// Whether who looks administers the practice.
    administrator: Signal<bool>,
) -> impl IntoView {
    let app = App::get();
    let doing = RwSignal::new(None::<Doing>);
    let some = move || app.groups.with(|all| !all.is_empty());
    let done = Callback::new(move |()| doing.set(None));
    view! {
        <section class="block" aria-labelledby="groups-title">
            <h2 id="groups-title">{words::TITLE}</h2>
            {live(move || (!administrator.get()).then(|| view! { <p class="hint">{words::ONLY_LISTED}</p> }))}
            <Show when=some fallback=move || view! { <p class="empty-state">{words::NONE}</p> }>
                {table(app, administrator, doing)}
            </Show>
        </section>
        {live(move || administrator.get().then(|| view! {
            <div class="adders">
                <Button label=words::ADD look=Look::Primary id="add-group" act=move |()| doing.set(Some(Doing::Adding)) />
            </div>
        }))}
        {live(move || doing.get().map(|what| match what {
            Doing::Adding => view! { <GroupDialog before=None done /> }.into_any(),
            Doing::Changing(group) => view! { <GroupDialog before=Some(group) done /> }.into_any(),
            Doing::Deleting(group) => view! { <DeleteDialog group done /> }.into_any(),
        }))}
    }
}
