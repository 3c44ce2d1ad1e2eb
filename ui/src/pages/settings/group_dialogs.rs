//! The dialogs of *Groupe*: name and members, where nothing applies before **Valider**; and the one before a group goes.

use super::groups::edit_id;
use crate::backend::call;
use crate::parts::button::{Button, Look};
use crate::parts::chip::Complaint;
use crate::parts::dialog::Dialog;
use crate::parts::field::Field;
use crate::parts::live::live;
use crate::parts::picker::{Entry, Picker, PickerWords};
use crate::state::app::App;
use crate::state::clock;
use crate::state::faults::Faults;
use crate::text::groups as words;
use crate::text::{common, people, sharing as share_words};
use bannette_api::failure::Field as Of;
use bannette_api::groups::{GroupLosses, PreviewGroupRemoval, SetGroup};
use bannette_api::people::{Group, Person, RemoveGroup};
use bannette_api::sharing::Grantee;
use bannette_api::{Failure, PersonId};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

const NAME_FIELD: &str = "group-name";
const PICKER: PickerWords = PickerWords {
    out: words::OUTSIDE,
    inside: words::MEMBERS,
    name: share_words::NAME,
    tick: "",
    search: words::SEARCH,
    nobody: words::NOBODY,
    add: words::add,
    remove: words::remove,
    ticks: share_words::send,
};

/// What would be lost: what it comes to, then one sentence for each mailbox.
fn said(app: App, losses: &GroupLosses) -> Vec<String> {
    let now = app.now.get_untracked();
    let mut sentences = vec![words::summary(losses)];
    sentences.extend(words::losses(&losses.lost, now, clock::local, |person| app.name(person)));
    sentences
}

/// The same, drawn; nothing before it is known.
fn drawn(sentences: &[String]) -> Option<AnyView> {
    let (summary, each) = sentences.split_first()?;
    let each = each.iter().map(|sentence| view! { <li>{sentence.clone()}</li> }.into_any()).collect::<Vec<_>>();
    Some(view! { <p data-test="losses">{summary.clone()}</p><ul class="losses">{each}</ul> }.into_any())
}

/// Asks now, and again when any right changes: what is lost depends on everybody's sharing.
fn whenever_rights_change(app: App, ask: Box<dyn Fn()>) {
    Effect::new(move || {
        app.changes.rights.track();
        ask();
    });
}

/// What the dialog of one group knows. A member is a [`Grantee`], so that the picker is the very one of *Gestion du
/// partage*: a second kind of key would be a second copy of it in the module.
#[derive(Clone, Copy)]
struct State {
    app: App,
    /// The group as it was seen; none: a new one.
    before: RwSignal<Vec<Group>>,
    name: RwSignal<String>,
    members: RwSignal<Vec<PersonId>>,
    search: RwSignal<String>,
    losses: RwSignal<Vec<String>>,
    faults: Faults,
    busy: RwSignal<bool>,
}

impl State {
    fn new(app: App, before: Vec<Group>) -> Self {
        let state = Self {
            app,
            name: RwSignal::new(String::new()),
            members: RwSignal::new(Vec::new()),
            before: RwSignal::new(Vec::new()),
            search: RwSignal::new(String::new()),
            losses: RwSignal::new(Vec::new()),
            faults: Faults::new(),
            busy: RwSignal::new(false),
        };
        state.take(before);
        whenever_rights_change(app, Box::new(move || state.preview()));
        state
    }

    fn take(self, before: Vec<Group>) {
        if let Some(group) = before.first() {
            self.name.set(group.name.clone());
            self.members.set(group.members.clone());
        }
        self.before.set(before);
    }

    /// Those who are in the one list and not in the other.
    fn difference(self, joining: bool) -> Vec<PersonId> {
        let former = self.before.with(|before| before.first().map(|group| group.members.clone()).unwrap_or_default());
        self.members.with(|members| {
            let (from, without) = if joining { (members, &former) } else { (&former, members) };
            from.iter().copied().filter(|person| !without.contains(person)).collect()
        })
    }

    fn preview(self) {
        let leaving = self.difference(false);
        let group = self.before.with(|before| before.first().map(|group| group.id));
        let moves = !leaving.is_empty() || !self.difference(true).is_empty();
        let Some(group) = group.filter(|_| moves) else { return self.losses.set(Vec::new()) };
        spawn_local(async move {
            let asked = PreviewGroupRemoval { group, leaving: Some(leaving.clone()) };
            let reply = call(asked).await;
            // Another name may have been taken out meanwhile: that answer is under way.
            if self.members.try_get_untracked().is_none() || untrack(move || self.difference(false)) != leaving {
                return;
            }
            match reply {
                // Nobody leaves: what the group has is what the newcomers are given.
                Ok(losses) if leaving.is_empty() => self.losses.set(vec![words::gains(losses.given)]),
                Ok(losses) => self.losses.set(said(self.app, &losses)),
                Err(failure) => {
                    self.losses.set(Vec::new());
                    self.faults.take(self.app, &failure);
                }
            }
        });
    }

    /// The people who are members, or who are not.
    fn entries(self, inside: bool) -> Vec<Entry<Grantee>> {
        let entry = |person: &Person| Entry {
            key: Grantee::Person(person.id),
            id: person.id.to_string(),
            name: person.listed(),
            line: people::role(person).to_owned(),
            letters: people::initials(person),
            ticked: false,
        };
        // A suspended member stays to be seen and can be taken out; nobody suspended is offered.
        let looked_for = self.search.get();
        self.members.with(|members| {
            self.app.people.with(|people| {
                let on_this_side = people.iter().filter(|person| {
                    let member = members.contains(&person.id);
                    member == inside && (inside || person.suspended_since.is_none())
                });
                let all = on_this_side.map(entry);
                all.filter(|entry| inside || people::matches(&entry.name, &looked_for)).collect()
            })
        })
    }

    fn effect(self) -> AnyView {
        let (joining, leaving) = (self.difference(true).len() as u64, self.difference(false).len() as u64);
        let empty = joining == 0 && self.before.with(Vec::is_empty);
        let moves = if empty { words::EMPTY_EFFECT.to_owned() } else { words::moves(joining, leaving) };
        view! {
            <p><b>{share_words::EFFECT}</b> " " {moves}</p>
            {self.losses.with(|losses| drawn(losses))}
        }
        .into_any()
    }

    fn validate(self, done: Callback<()>) {
        if self.busy.get_untracked() {
            return;
        }
        self.faults.clear();
        let name = self.name.get_untracked().trim().to_owned();
        self.faults.require(Of::Group, &name);
        if !self.faults.none() {
            return focus(NAME_FIELD.to_owned());
        }
        self.busy.set(true);
        let before = self.before.with_untracked(|before| before.first().cloned());
        let known = before.is_some();
        let ask = SetGroup { before, name, members: self.members.get_untracked() };
        spawn_local(async move {
            match call(ask).await {
                Ok(group) => {
                    self.app.say(words::kept(&group.name));
                    self.app.load_people().await;
                    done.try_run(());
                    // The row that led here was drawn anew, and with it the button that had the focus.
                    if known {
                        focus(edit_id(group.id));
                    }
                }
                Err(Failure::Conflict) => self.look_again().await,
                Err(failure) => {
                    self.faults.take(self.app, &failure);
                    focus(NAME_FIELD.to_owned());
                }
            }
            self.busy.try_set(false);
        });
    }

    /// Somebody else changed the group: what it is now is shown, and nothing of theirs is overwritten unseen.
    async fn look_again(self) {
        self.app.load_people().await;
        let Some(id) = self.before.try_with_untracked(|before| before.first().map(|group| group.id)) else { return };
        let present = self.app.groups.with_untracked(|all| all.iter().find(|group| Some(group.id) == id).cloned());
        self.take(present.into_iter().collect());
        self.faults.whole.try_set(Some(words::CONFLICT.to_owned()));
    }
}

/// The focus goes to what has this identifier, once it is drawn.
fn focus(id: String) {
    request_animation_frame(move || {
        let element = document().get_element_by_id(&id).and_then(|element| element.dyn_into::<HtmlElement>().ok());
        if let Some(element) = element {
            drop(element.focus());
        }
    });
}

/// Name and members of a group, or of a new one.
pub fn group_dialog(before: Vec<Group>, done: Callback<()>) -> AnyView {
    let title = before.first().map_or_else(|| words::ADD_TITLE.to_owned(), |group| words::edit_title(&group.name));
    let state = State::new(App::get(), before);
    let empty = Signal::derive(move || {
        if state.search.with(|search| search.trim().is_empty()) { words::ALL_IN } else { share_words::NOT_FOUND }
    });
    let add = move |to: Grantee| {
        if let Grantee::Person(person) = to {
            state.members.update(|members| members.push(person));
        }
    };
    let remove = move |to: Grantee| {
        state.members.update(|members| members.retain(|person| to != Grantee::Person(*person)));
    };
    view! {
        <Dialog id="group-dialog" title cancel=done wide=true>
            <Complaint text=state.faults.whole />
            <form
                novalidate
                on:submit=move |event| {
                    event.prevent_default();
                    state.validate(done);
                }
            >
                <Field id=NAME_FIELD label=words::NAME value=state.name fault=state.faults.of(Of::Group) first=true />
            </form>
            <Picker
                words=PICKER
                outside=Signal::derive(move || state.entries(false))
                inside=Signal::derive(move || state.entries(true))
                search=state.search
                empty
                add
                tick=|_| ()
                remove
            />
            <div class="effect" aria-live="polite" data-test="group-effect">{live(move || state.effect())}</div>
            <div class="actions">
                <Button label=common::CANCEL id="group-cancel" act=done />
                <Button
                    label=common::VALIDATE
                    look=Look::Primary
                    id="group-validate"
                    busy=state.busy
                    act=move |()| state.validate(done)
                />
            </div>
        </Dialog>
    }
    .into_any()
}

/// « Supprimer le groupe ? », with what would be lost. Nothing can be deleted before that is known.
pub fn delete_dialog(group: &Group, done: Callback<()>) -> AnyView {
    let app = App::get();
    let id = group.id;
    let before = RwSignal::new(group.clone());
    let losses = RwSignal::new(Vec::<String>::new());
    let (busy, faults) = (RwSignal::new(false), Faults::new());
    let ask = move || {
        // The change that is told may be this very removal.
        if busy.get_untracked() {
            return;
        }
        spawn_local(async move {
            match call(PreviewGroupRemoval { group: id, leaving: None }).await {
                Ok(found) => drop(losses.try_set(said(app, &found))),
                Err(failure) => faults.take(app, &failure),
            }
        });
    };
    whenever_rights_change(app, Box::new(ask));
    let delete = move |()| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let seen = before.get_untracked();
        spawn_local(async move {
            match call(RemoveGroup { before: seen.clone() }).await {
                Ok(()) => {
                    app.say(words::deleted(&seen.name));
                    app.load_people().await;
                    done.try_run(());
                    focus("add-group".to_owned());
                }
                // Somebody else changed it: its name and what would be lost now are shown before anything is.
                Err(Failure::Conflict) => {
                    app.load_people().await;
                    let present = app.groups.with_untracked(|all| all.iter().find(|one| one.id == id).cloned());
                    present.into_iter().for_each(|present| drop(before.try_set(present)));
                    busy.try_set(false);
                    ask();
                    faults.whole.try_set(Some(words::CHANGED_BEFORE_DELETING.to_owned()));
                }
                Err(failure) => faults.take(app, &failure),
            }
            busy.try_set(false);
        });
    };
    let unknown = Signal::derive(move || losses.with(Vec::is_empty));
    let known = move || {
        losses.with(|losses| {
            drawn(losses).unwrap_or_else(|| view! { <p class="hint" role="status">{common::LOADING}</p> }.into_any())
        })
    };
    view! {
        <Dialog id="group-delete-dialog" title=Signal::derive(move || before.with(|group| words::delete_title(&group.name))) cancel=done>
            <Complaint text=faults.whole />
            <p>{words::DELETE_BODY}</p>
            <div class="losses-box" aria-live="polite">{live(known)}</div>
            <div class="actions">
                <Button label=common::CANCEL id="group-delete-cancel" act=done />
                <Button label=words::DELETE_BUTTON look=Look::Danger id="group-delete" busy disabled=unknown act=delete />
            </div>
        </Dialog>
    }
    .into_any()
}
