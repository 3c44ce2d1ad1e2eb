//! Paramètre › Application › Groupe: the groups of the practice. Administrators add, change and delete them.

use super::group_dialogs::{delete_dialog, group_dialog};
use crate::parts::button::{Button, Look};
use crate::parts::live::{each, live};
use crate::state::app::App;
use crate::text::common;
use crate::text::groups as words;
use crate::text::settings::users;
use bannette_api::GroupId;
use bannette_api::people::Group;
use leptos::prelude::*;

/// Which dialog is open, and about which group.
#[derive(Clone, Copy)]
struct Doing {
    dialog: RwSignal<&'static str>,
    group: RwSignal<Vec<Group>>,
}

/// A group is added.
const ADDING: &str = "add-group";
/// One is changed.
const CHANGING: &str = "edit-group";
/// One may be deleted.
const DELETING: &str = "delete-group";

impl Doing {
    fn begin(self, dialog: &'static str, group: Vec<Group>) {
        self.group.set(group);
        self.dialog.set(dialog);
    }

    /// The dialog.
    fn drawn(self) -> Option<AnyView> {
        let done = Callback::new(move |()| self.dialog.set(""));
        let group = move || self.group.get_untracked();
        match self.dialog.get() {
            ADDING | CHANGING => Some(group_dialog(group(), done)),
            DELETING => group().first().map(|group| delete_dialog(group, done)),
            _ => None,
        }
    }
}

/// The members, by name.
fn members(app: App, group: &Group) -> String {
    // The people come by name.
    let names = app.people.with(|all| {
        let member = all.iter().filter(|person| group.members.contains(&person.id));
        let name = member.map(|person| {
            let suspended = if person.suspended_since.is_some() { words::SUSPENDED } else { "" };
            format!("{}{suspended}", person.listed())
        });
        name.collect::<Vec<_>>()
    });
    if names.is_empty() { words::EMPTY.to_owned() } else { names.join(", ") }
}

/// What can be done with a group.
fn acts(group: &Group, doing: Doing) -> AnyView {
    let edit = button(edit_id(group.id), CHANGING, words::edit(&group.name), common::EDIT, doing, group);
    let delete = format!("delete-{}", group.id);
    let delete = button(delete, DELETING, words::delete(&group.name), words::DELETE, doing, group);
    view! { <td class="act">{edit} {delete}</td> }.into_any()
}

/// The identifier of a group's button *Modifier*: the focus comes back to it.
pub fn edit_id(group: GroupId) -> String {
    format!("edit-{group}")
}

/// A button of a row: the name that is read aloud says of which group.
fn button(id: String, dialog: &'static str, name: String, label: &'static str, doing: Doing, group: &Group) -> AnyView {
    let group = group.clone();
    view! {
        <button
            type="button"
            class="button quiet"
            id=id
            data-test=dialog
            aria-label=name
            on:click=move |_| doing.begin(dialog, vec![group.clone()])
        >
            {label}
        </button>
    }
    .into_any()
}

/// A group in the table.
fn row(app: App, group: Group, administrator: Signal<bool>, doing: Doing) -> AnyView {
    let (name, hook) = (group.name.clone(), group.name.clone());
    let listed = group.clone();
    view! {
        <tr data-test="group-row" data-name=hook>
            <th scope="row">{name}</th>
            <td data-test="group-members">{live(move || members(app, &listed))}</td>
            {live(move || administrator.get().then(|| acts(&group, doing)))}
        </tr>
    }
    .into_any()
}

/// What a row shows: one that did not change stays, and with it the focus.
fn key(group: &Group) -> String {
    let members: Vec<_> = group.members.iter().map(ToString::to_string).collect();
    format!("{} {} {}", group.id, group.name, members.join(" "))
}

/// The table.
fn table(app: App, administrator: Signal<bool>, doing: Doing) -> AnyView {
    let [name, who] = words::COLUMNS;
    let head = move || {
        administrator.get().then(|| view! { <th scope="col"><span class="unseen">{users::ACTIONS}</span></th> })
    };
    view! {
        <table class="plain groups">
            <thead>
                <tr>
                    <th scope="col">{name}</th>
                    <th scope="col">{who}</th>
                    {live(head)}
                </tr>
            </thead>
            <tbody>{each(move || app.groups.get(), key, move |group| row(app, group, administrator, doing))}</tbody>
        </table>
    }
    .into_any()
}

/// *Groupe*.
pub fn groups(administrator: Signal<bool>) -> AnyView {
    let app = App::get();
    let doing = Doing { dialog: RwSignal::new(""), group: RwSignal::new(Vec::new()) };
    let some = Memo::new(move |_| app.groups.with(|all| !all.is_empty()));
    let none = || view! { <p class="empty-state">{words::NONE}</p> }.into_any();
    let add = move |()| doing.begin(ADDING, Vec::new());
    let adder = move || {
        view! {
            <div class="adders foot"><Button label=words::ADD look=Look::Primary id="add-group" act=add /></div>
        }
    };
    view! {
        <section class="block" aria-labelledby="groups-title">
            <h2 id="groups-title">{words::TITLE}</h2>
            {live(move || (!administrator.get()).then(|| view! { <p class="hint">{words::ONLY_LISTED}</p> }))}
            {live(move || if some.get() { table(app, administrator, doing) } else { none() })}
        </section>
        {live(move || administrator.get().then(adder))}
        {live(move || doing.drawn())}
    }
    .into_any()
}
