//! *Gestion du partage*: who may read a mailbox, who may also send. Nothing applies before **Valider**.

use crate::backend::call;
use crate::parts::button::{Button, Look};
use crate::parts::chip::Complaint;
use crate::parts::choice::YesNo;
use crate::parts::dialog::Dialog;
use crate::parts::live::{Show, live};
use crate::parts::picker::{Entry, Picker, PickerWords};
use crate::state::app::App;
use crate::state::clock;
use crate::state::effect::{Practice, Shares};
use crate::text::{common, mailbox, people, sharing as words};
use bannette_api::mailboxes::MailboxKind;
use bannette_api::sharing::{GetSharing, Grant, Grantee, Level, SetSharing, Sharing};
use bannette_api::{Failure, MailboxId, PersonId};
use leptos::prelude::*;
use leptos::task::spawn_local;

const PICKER: PickerWords = PickerWords {
    out: words::NOT_AUTHORISED,
    inside: words::AUTHORISED,
    name: words::NAME,
    tick: words::SEND,
    search: words::SEARCH,
    nobody: words::NOBODY,
    add: words::add,
    remove: words::remove,
    ticks: words::send,
};

/// A grantee in letters.
fn id(to: Grantee) -> String {
    match to {
        Grantee::Everyone => "everyone".to_owned(),
        Grantee::Group(id) => id.to_string(),
        Grantee::Person(id) => id.to_string(),
    }
}

/// What the dialog knows.
#[derive(Clone, Copy)]
struct State {
    app: App,
    mailbox: MailboxId,
    owner: Option<PersonId>,
    before: RwSignal<Option<Sharing>>,
    shared: RwSignal<bool>,
    grants: RwSignal<Vec<Grant>>,
    search: RwSignal<String>,
    complaint: RwSignal<Option<String>>,
    busy: RwSignal<bool>,
}

impl State {
    fn new(app: App, mailbox: MailboxId) -> Self {
        let state = Self {
            app,
            mailbox,
            owner: untrack(move || app.my_id()),
            before: RwSignal::new(None),
            shared: RwSignal::new(false),
            grants: RwSignal::new(Vec::new()),
            search: RwSignal::new(String::new()),
            complaint: RwSignal::new(None),
            busy: RwSignal::new(false),
        };
        spawn_local(state.load());
        state
    }

    async fn load(self) {
        // People may have come or gone since the window last asked.
        self.app.load_people().await;
        match call(GetSharing { mailbox: self.mailbox }).await {
            Ok(sharing) => {
                self.shared.try_set(sharing.shared);
                self.grants.try_set(sharing.grants.clone());
                self.before.try_set(Some(sharing));
            }
            Err(failure) => self.refused(&failure),
        }
    }

    fn refused(self, failure: &Failure) {
        if !self.app.moves_away(failure) {
            self.complaint.try_set(Some(self.app.words_of(failure).sentence()));
        }
    }

    fn name(self, to: Grantee) -> String {
        match to {
            Grantee::Everyone => words::EVERYONE.to_owned(),
            Grantee::Group(id) => self.app.group_name(id),
            Grantee::Person(id) => self.app.named(id, people::listed),
        }
    }

    fn line(self, to: Grantee) -> String {
        match to {
            Grantee::Everyone => words::everyone_size(
                self.app.people.with(|people| people.iter().filter(|person| person.here()).count() as u64),
            ),
            Grantee::Group(id) => self.app.groups.with(|groups| {
                let size = groups.iter().find(|group| group.id == id).map_or(0, |group| group.members.len());
                words::group_size(size as u64)
            }),
            Grantee::Person(id) => self.app.people.with(|people| {
                people
                    .iter()
                    .find(|person| person.id == id)
                    .map(|person| people::role(person.role).to_owned())
                    .unwrap_or_default()
            }),
        }
    }

    fn letters(self, to: Grantee) -> String {
        match to {
            Grantee::Everyone => "∗".to_owned(),
            Grantee::Group(id) => self.app.group_name(id).chars().take(2).collect(),
            Grantee::Person(id) => self.app.named(id, people::initials),
        }
    }

    /// Everybody and everything that could be authorised.
    fn candidates(self) -> Vec<Grantee> {
        let groups =
            self.app.groups.with(|groups| groups.iter().map(|group| Grantee::Group(group.id)).collect::<Vec<_>>());
        let people = self.app.people.with(|people| {
            people
                .iter()
                .filter(|person| Some(person.id) != self.owner && person.suspended_since.is_none())
                .map(|person| Grantee::Person(person.id))
                .collect::<Vec<_>>()
        });
        std::iter::once(Grantee::Everyone).chain(groups).chain(people).collect()
    }

    fn outside(self) -> Vec<Entry<Grantee>> {
        let inside = self.grants.with(|grants| grants.iter().map(|grant| grant.to).collect::<Vec<_>>());
        let looked_for = self.search.get();
        self.candidates()
            .into_iter()
            .filter(|to| !inside.contains(to))
            .map(|to| Entry {
                key: to,
                id: id(to),
                name: self.name(to),
                line: self.line(to),
                letters: self.letters(to),
                ticked: false,
            })
            .filter(|entry| people::matches(&entry.name, &looked_for))
            .collect()
    }

    fn inside(self) -> Vec<Entry<Grantee>> {
        let now = self.app.now.get_untracked();
        let entry = |grant: &Grant| Entry {
            key: grant.to,
            id: id(grant.to),
            name: self.name(grant.to),
            line: words::grant(grant, now, clock::local),
            letters: self.letters(grant.to),
            ticked: grant.level == Level::Send,
        };
        self.grants.with(|grants| grants.iter().map(entry).collect())
    }

    fn add(self, to: Grantee) {
        self.grants.update(|grants| {
            if grants.iter().all(|grant| grant.to != to) {
                grants.push(Grant { to, level: Level::Read, begins: None, ends: None });
            }
        });
    }

    fn tick(self, to: Grantee, sends: bool) {
        let level = if sends { Level::Send } else { Level::Read };
        self.grants.update(|grants| {
            if let Some(grant) = grants.iter_mut().find(|grant| grant.to == to) {
                grant.level = level;
            }
        });
    }

    /// The computation of what changes for whom, on what is known now.
    fn with_practice<T>(self, then: impl FnOnce(Practice<'_>) -> T) -> Option<T> {
        let owner = self.owner?;
        let now = self.app.now.get_untracked();
        Some(
            self.app.people.with(|people| self.app.groups.with(|groups| then(Practice { people, groups, owner, now }))),
        )
    }

    fn effect(self) -> String {
        let said = self.before.with(|before| {
            let before = before.as_ref()?;
            let effect = self.with_practice(|practice| {
                let after = self.grants.get();
                let old = Shares { shared: before.shared, grants: &before.grants };
                practice.effect(old, Shares { shared: self.shared.get(), grants: &after })
            })?;
            let now = self.app.now.get_untracked();
            Some(words::effect(&effect, now, clock::local, |change| self.app.named(change.person, people::said)))
        });
        said.unwrap_or_default()
    }

    /// Those who will have access, in words.
    fn access(self) -> String {
        let now = self.app.now.get_untracked();
        let grants = self.grants.get();
        let shared = self.shared.get();
        let names = self.with_practice(|practice| {
            let shares = Shares { shared, grants: &grants };
            practice
                .concerned()
                .filter_map(|person| {
                    let held = practice.held(shares, person.id)?;
                    let name = people::said(person);
                    Some(match held.begins {
                        Some(begins) => words::from_day(&name, begins, now, clock::local),
                        None => name,
                    })
                })
                .collect::<Vec<_>>()
        });
        let others = words::enumerated(&names.unwrap_or_default());
        if others.is_empty() { words::YOU_OWNER.to_owned() } else { format!("{others}, {}", words::YOU_OWNER) }
    }

    fn validate(self, done: Callback<()>) {
        let Some(version) = self.before.with_untracked(|before| before.as_ref().map(|before| before.version)) else {
            return;
        };
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.complaint.set(None);
        let ask = SetSharing {
            mailbox: self.mailbox,
            shared: self.shared.get_untracked(),
            grants: self.grants.get_untracked(),
            version,
        };
        spawn_local(async move {
            match call(ask).await {
                Ok(_) => {
                    self.app.say(words::DONE);
                    self.app.load_mailboxes().await;
                    done.run(());
                }
                Err(Failure::Conflict) => {
                    self.load().await;
                    self.complaint.try_set(Some(words::CONFLICT.to_owned()));
                }
                Err(failure) => self.refused(&failure),
            }
            self.busy.try_set(false);
        });
    }
}

/// What changes, and who will have access.
#[component]
fn Foot(state: State, done: Callback<()>) -> impl IntoView {
    let unknown = Signal::derive(move || state.before.with(Option::is_none));
    view! {
        <p class="effect" aria-live="polite" data-test="effect"><b>{words::EFFECT}</b> " " {live(move || state.effect())}</p>
        <div class="actions spread">
            <p class="access" data-test="access">{words::ACCESS} " " {live(move || state.access())}</p>
            <Button label=common::CANCEL id="share-cancel" act=done />
            <Button
                label=common::VALIDATE
                look=Look::Primary
                id="share-validate"
                busy=state.busy
                disabled=unknown
                act=move |()| state.validate(done)
            />
        </div>
    }
}

/// *Gestion du partage*.
#[component]
pub fn ShareDialog(
    /// Which mailbox.
    mailbox: MailboxId,
    /// Its kind.
    kind: MailboxKind,
    /// Its address.
    address: String,
    /// It is over.
    #[prop(into)]
    done: Callback<()>,
) -> impl IntoView {
    let state = State::new(App::get(), mailbox);
    let title = words::title(&format!("{} {address}", mailbox::kind(kind)));
    let empty = Signal::derive(move || {
        if state.search.with(|search| search.trim().is_empty()) { words::ALL_IN } else { words::NOT_FOUND }
    });
    // Nothing can be chosen before the present rights are known: they would overwrite the choice.
    let known = move || state.before.with(Option::is_some);
    let beside =
        move || view! { <Show when=known><YesNo name="shared" label=words::SHARED value=state.shared /></Show> };
    let unknown = move || {
        let asked = move || state.complaint.with(Option::is_none);
        view! { <Show when=asked><p class="hint" role="status">{common::LOADING}</p></Show> }
    };
    let remove = move |to: Grantee| state.grants.update(|grants| grants.retain(|grant| grant.to != to));
    let off = move || view! { <p class="banner info">{words::OFF}</p> };
    view! {
        <Dialog id="share-dialog" title cancel=done wide=true beside>
            <Complaint text=state.complaint />
            <Show when=known fallback=unknown>
                <Show when=move || state.shared.get() fallback=off>
                    <Picker
                        words=PICKER
                        outside=Signal::derive(move || state.outside())
                        inside=Signal::derive(move || state.inside())
                        search=state.search
                        empty
                        add=move |to| state.add(to)
                        tick=move |(to, sends)| state.tick(to, sends)
                        remove
                    />
                </Show>
            </Show>
            <Foot state done />
        </Dialog>
    }
}
