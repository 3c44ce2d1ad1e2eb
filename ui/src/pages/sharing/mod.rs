//! *Gestion du partage*: who may read a mailbox, who may also send. Nothing applies before **Valider**.

mod details;
mod state;

use crate::parts::button::{Button, Look};
use crate::parts::chip::Complaint;
use crate::parts::choice::YesNo;
use crate::parts::dialog::Dialog;
use crate::parts::element::{el, say, words as words_of};
use crate::parts::live::{Show, live};
use crate::parts::picker::{Entry, Picker, PickerWords};
use crate::state::app::App;
use crate::state::clock;
use crate::text::{common, mailbox, people, sharing as words};
use bannette_api::MailboxId;
use bannette_api::mailboxes::MailboxKind;
use bannette_api::sharing::{Grantee, Level};
use details::id;
use leptos::prelude::*;
use state::{Line, State};

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

impl State {
    fn about(self, to: Grantee) -> String {
        match to {
            Grantee::Everyone => {
                let here = self.app.people.with(|people| people.iter().filter(|person| person.here()).count());
                words::everyone_size(here as u64)
            }
            Grantee::Group(id) => self.app.groups.with(|groups| {
                let size = groups.iter().find(|group| group.id == id).map_or(0, |group| group.members.len());
                words::group_size(size as u64)
            }),
            Grantee::Person(id) => self.app.people.with(|people| {
                people
                    .iter()
                    .find(|person| person.id == id)
                    .map(|person| people::role(person).to_owned())
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
        let inside = self.lines.with(|lines| lines.iter().map(|line| line.to).collect::<Vec<_>>());
        let looked_for = self.search.get();
        self.candidates()
            .into_iter()
            .filter(|to| !inside.contains(to))
            .map(|to| Entry {
                key: to,
                id: id(to),
                name: self.name(to),
                line: self.about(to),
                letters: self.letters(to),
                ticked: false,
            })
            .filter(|entry| people::matches(&entry.name, &looked_for))
            .collect()
    }

    fn inside(self) -> Vec<Entry<Grantee>> {
        let now = self.now();
        let entry = |line: Line| {
            let level = line.level();
            Entry {
                key: line.to,
                id: id(line.to),
                name: self.name(line.to),
                // While a date is being typed, what is given is not known.
                line: line.given(now).map_or_else(
                    || mailbox::level_said(level).to_owned(),
                    |given| words::given(&given, now, clock::local),
                ),
                letters: self.letters(line.to),
                ticked: level == Level::Send,
            }
        };
        self.lines.get().into_iter().map(entry).collect()
    }

    fn tick(self, to: Grantee, sends: bool) {
        if let Some(line) = untrack(move || self.line(to)) {
            line.sends.set(sends);
        }
    }
}

/// What another changed while one was choosing.
fn meanwhile(state: State) -> impl IntoView {
    live(move || {
        if state.overtaken.with(Option::is_none) {
            return ().into_any();
        }
        let told = state.meanwhile().iter().map(|line| say("li", "", line)).collect();
        let title = el("h3", &[("id", "meanwhile-title")], vec![words_of(words::MEANWHILE)]);
        let parts = el("div", &[], vec![title, el("ul", &[], told)]);
        let attributes = [("class", "banner warn"), ("data-test", "meanwhile"), ("aria-labelledby", "meanwhile-title")];
        el("section", &attributes, vec![parts])
    })
}

/// Asks before choices are lost.
fn abandon(asking: RwSignal<bool>, done: Callback<()>) -> impl IntoView {
    let stay = move |()| asking.set(false);
    view! {
        <Dialog id="share-abandon" title=words::ABANDON_TITLE cancel=stay>
            {say("p", "", words::ABANDON_BODY)}
            <div class="actions">
                <Button label=words::ABANDON look=Look::Danger id="abandon" act=done />
                <Button label=words::GO_ON look=Look::Primary id="go-on" act=stay />
            </div>
        </Dialog>
    }
}

/// What changes, and who will have access.
#[component]
fn Foot(state: State, done: Callback<()>) -> impl IntoView {
    let unknown = Signal::derive(move || state.before.with(Option::is_none));
    view! {
        <p class="effect" aria-live="polite" data-test="effect">
            // What is to be corrected first is no effect.
            {live(move || state.choice().is_some().then(|| view! { <b>{words::EFFECT}</b> " " }))}
            {live(move || state.effect())}
        </p>
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
    let remove = move |to: Grantee| state.lines.update(|lines| lines.retain(|line| line.to != to));
    let more = Callback::new(move |to| details::details(state, to));
    // Escape may be pressed by mistake; **Annuler** says what it does.
    let asking = RwSignal::new(false);
    let escape = move |()| {
        if untrack(move || state.changed()) {
            asking.set(true);
        } else {
            done.try_run(());
        }
    };
    let off = move || view! { <p class="banner info">{words::OFF}</p> };
    view! {
        <Dialog id="share-dialog" title cancel=escape wide=true beside>
            <Complaint text=state.complaint />
            {meanwhile(state)}
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
                        more
                    />
                </Show>
            </Show>
            <Foot state done />
        </Dialog>
        <Show when=move || asking.get()>{move || abandon(asking, done)}</Show>
    }
}
