//! *Départ*: who takes over each mailbox and the dossiers to be dealt with. Nothing applies before it is validated.

use crate::backend::call;
use crate::parts::button::{Button, Look};
use crate::parts::chip::Complaint;
use crate::parts::choice::Places;
use crate::parts::dialog::Dialog;
use crate::parts::live::live;
use crate::state::app::App;
use crate::text::departure as words;
use crate::text::{common, mailbox};
use bannette_api::departure::{DepartPerson, Departure, HandOver, Held, PreviewDeparture};
use bannette_api::people::Person;
use bannette_api::{Failure, PersonId};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// Something held, and who was chosen to take it over.
#[derive(Clone)]
struct Line {
    held: Held,
    owner: RwSignal<Option<PersonId>>,
    responsible: RwSignal<Option<PersonId>>,
    /// It was validated without an owner.
    missing: RwSignal<bool>,
}

/// What the dialog knows.
#[derive(Clone, Copy)]
struct State {
    app: App,
    person: PersonId,
    version: RwSignal<u64>,
    lines: RwSignal<Vec<Line>>,
    complaint: RwSignal<Option<String>>,
    busy: RwSignal<bool>,
}

impl State {
    /// Takes what is held now; what was chosen for a mailbox before stays.
    fn take(self, departure: Departure) {
        // The dialog may have been closed before the answer came.
        let Some(before) = self.lines.try_get_untracked() else { return };
        let line = |held: Held| {
            let old = before.iter().find(|line| line.held.mailbox == held.mailbox);
            Line {
                owner: RwSignal::new(old.and_then(|line| line.owner.get_untracked())),
                responsible: RwSignal::new(old.and_then(|line| line.responsible.get_untracked())),
                missing: RwSignal::new(false),
                held,
            }
        };
        let lines = departure.held.into_iter().map(line).collect();
        self.version.try_set(departure.version);
        self.lines.try_set(lines);
    }

    /// Everybody who could take over, by name.
    fn candidates(self) -> Vec<(PersonId, String)> {
        self.app.people.with_untracked(|all| {
            let able = all.iter().filter(|one| one.id != self.person && one.here() && one.suspended_since.is_none());
            able.map(|one| (one.id, one.listed())).collect()
        })
    }

    fn ask(self) -> Option<DepartPerson> {
        let lines = self.lines.get_untracked();
        let mut whole = true;
        for (number, line) in lines.iter().enumerate() {
            let missing = line.held.owner == self.person && line.owner.get_untracked().is_none();
            line.missing.set(missing);
            if whole && missing {
                // Where something is missing may be out of sight.
                focus(&format!("new-owner-{number}"));
            }
            whole = whole && !missing;
        }
        let hand_over = |line: &Line| HandOver {
            mailbox: line.held.mailbox,
            owner: line.owner.get_untracked(),
            responsible: line.responsible.get_untracked(),
        };
        let hand_over = lines.iter().map(hand_over).collect();
        whole.then(|| DepartPerson { person: self.person, version: self.version.get_untracked(), hand_over })
    }

    fn validate(self, done: Callback<()>) {
        self.complaint.set(None);
        if self.busy.get_untracked() {
            return;
        }
        let Some(ask) = self.ask() else { return };
        self.busy.set(true);
        spawn_local(async move {
            match call(ask).await {
                Ok(person) => {
                    self.app.say(words::departed(&person.listed()));
                    self.app.load_people().await;
                    self.app.load_mailboxes().await;
                    done.try_run(());
                }
                Err(Failure::Conflict) => self.look_again().await,
                Err(failure) => self.refused(&failure),
            }
            self.busy.try_set(false);
        });
    }

    async fn look_again(self) {
        self.app.load_people().await;
        match call(PreviewDeparture { person: self.person }).await {
            Ok(departure) => {
                self.take(departure);
                self.complaint.try_set(Some(words::CONFLICT.to_owned()));
            }
            Err(failure) => self.refused(&failure),
        }
    }

    fn refused(self, failure: &Failure) {
        if !self.app.moves_away(failure) {
            self.complaint.try_set(Some(self.app.words_of(failure).sentence()));
        }
    }
}

fn focus(id: &str) {
    if let Some(element) = document().get_element_by_id(id).and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        drop(element.focus());
    }
}

/// A list of people to choose one from, or none (the first line).
fn choose(
    id: String,
    label: String,
    none: String,
    from: Vec<(PersonId, String)>,
    value: RwSignal<Option<PersonId>>,
    fault: Signal<Option<String>>,
) -> AnyView {
    let (ids, names): (Vec<PersonId>, Vec<String>) = from.into_iter().unzip();
    let of = ids.clone();
    let place = Signal::derive(move || {
        value.get().and_then(|chosen| of.iter().position(|id| *id == chosen)).map_or(0, |place| place + 1)
    });
    let choose = Callback::new(move |place: usize| {
        value.set(place.checked_sub(1).and_then(|place| ids.get(place).copied()));
    });
    let words = std::iter::once(none).chain(names).collect::<Vec<_>>();
    view! { <Places id label words place choose fault /> }.into_any()
}

/// A mailbox and who takes it over.
fn block(state: State, number: usize, line: Line) -> AnyView {
    let app = state.app;
    let Line { held, owner, responsible, missing } = line;
    let own = held.owner == state.person;
    let all = state.candidates();
    let readers = all.iter().filter(|(id, _)| held.readers.contains(id) && *id != held.owner).cloned().collect();
    let same = if own { words::SAME.to_owned() } else { app.listed(held.owner) };
    let fault = Signal::derive(move || {
        // Said until somebody is chosen.
        (missing.get() && owner.get().is_none()).then(|| words::MISSING.to_owned())
    });
    let owners = own.then(|| {
        let label = words::NEW_OWNER.to_owned();
        choose(format!("new-owner-{number}"), label, words::CHOOSE.to_owned(), all, owner, fault)
    });
    let gains = move || {
        owner.get().map(|id| {
            let mine = app.my_id() == Some(id);
            let text = if mine { words::YOU_WILL_READ.to_owned() } else { words::will_read(&app.name(id)) };
            view! { <p class=if mine { "banner warn" } else { "hint" }>{text}</p> }
        })
    };
    let answers = (held.waiting > 0).then(|| {
        let label = words::responsible(held.waiting);
        choose(format!("responsible-{number}"), label, same, readers, responsible, Signal::derive(|| None))
    });
    let count = u64::try_from(held.readers.len()).unwrap_or(u64::MAX);
    let title_id = format!("held-{number}");
    let labelled = title_id.clone();
    let whose = (!own).then(|| view! { <p class="hint">{words::of_somebody(&app.listed(held.owner))}</p> });
    view! {
        <section class="block" aria-labelledby=labelled data-test="held">
            <h3 id=title_id>{mailbox::kind(held.kind)} " " {held.address}</h3>
            {whose}
            <p class="hint">{words::held(held.waiting, count)}</p>
            {owners}
            <div aria-live="polite">{live(gains)}</div>
            {answers}
        </section>
    }
    .into_any()
}

/// *Départ*.
#[component]
pub fn DepartureDialog(
    /// Whose.
    person: Person,
    /// What the person holds.
    held: Departure,
    /// It is over.
    #[prop(into)]
    done: Callback<()>,
) -> impl IntoView {
    let state = State {
        app: App::get(),
        person: person.id,
        version: RwSignal::new(0),
        lines: RwSignal::new(Vec::new()),
        complaint: RwSignal::new(None),
        busy: RwSignal::new(false),
    };
    state.take(held);
    let title = words::title(words::DEPARTURE, &person.listed());
    let blocks = move || {
        let lines = state.lines.get();
        let head = if lines.is_empty() { words::NOTHING } else { words::TO_HAND_OVER };
        let blocks = lines.into_iter().enumerate().map(|(number, line)| block(state, number, line)).collect_view();
        view! {
            <p>{head}</p>
            {blocks}
        }
    };
    view! {
        <Dialog id="departure-dialog" title cancel=done>
            <p>{words::EFFECT}</p>
            {live(blocks)}
            <Complaint text=state.complaint />
            <div class="actions">
                <Button label=common::CANCEL id="departure-cancel" act=done />
                <Button
                    label=words::VALIDATE
                    look=Look::Danger
                    id="departure-validate"
                    busy=state.busy
                    act=move |()| state.validate(done)
                />
            </div>
        </Dialog>
    }
}
