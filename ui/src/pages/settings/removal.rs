//! *Retirer la boîte*: what lies there, and what becomes of it. The choice that loses nothing is the first.

use crate::backend::call;
use crate::parts::button::{Button, Look, press};
use crate::parts::chip::Complaint;
use crate::parts::choice::choice;
use crate::parts::dialog::Dialog;
use crate::parts::element::{el, say};
use crate::parts::live::live;
use crate::state::app::App;
use crate::state::draft::Draft;
use crate::text::common;
use crate::text::keeping::removal as words;
use bannette_api::MailboxId;
use bannette_api::keeping::{PreviewRemoval, Received, Removal, RemoveMailbox, Taker};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// What is chosen.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Chosen {
    Archive,
    HandOver,
    Purge,
}

/// What the dialog knows.
#[derive(Clone, Copy)]
struct State {
    app: App,
    mailbox: MailboxId,
    removal: RwSignal<Option<Removal>>,
    chosen: RwSignal<Chosen>,
    taker: RwSignal<usize>,
    complaint: RwSignal<Option<String>>,
    busy: RwSignal<bool>,
    close: Callback<()>,
    gone: Callback<()>,
}

impl State {
    async fn look(self) {
        match call(PreviewRemoval { mailbox: self.mailbox }).await {
            Ok(removal) => drop(self.removal.try_set(Some(removal))),
            Err(failure) => self.refused(&failure),
        }
    }

    fn received(self) -> Option<Received> {
        Some(match self.chosen.get_untracked() {
            Chosen::Archive => Received::Archive,
            Chosen::Purge => Received::Purged,
            Chosen::HandOver => {
                let place = self.taker.get_untracked();
                let to = self.removal.with_untracked(|removal| Some(removal.as_ref()?.takers.get(place)?.mailbox))?;
                Received::HandedOver { to }
            }
        })
    }

    fn remove(self) {
        let Some(received) = self.received().filter(|_| !self.busy.get_untracked()) else { return };
        self.complaint.set(None);
        self.busy.set(true);
        spawn_local(async move {
            match call(RemoveMailbox { mailbox: self.mailbox, received }).await {
                Ok(()) => {
                    self.app.say(words::DONE);
                    self.close.try_run(());
                    self.gone.try_run(());
                    self.app.load_mailboxes().await;
                }
                Err(failure) => {
                    self.refused(&failure);
                    self.look().await;
                }
            }
            self.busy.try_set(false);
        });
    }

    fn refused(self, failure: &bannette_api::Failure) {
        if !self.app.moves_away(failure) {
            self.complaint.try_set(Some(self.app.words_of(failure).sentence()));
        }
    }
}

/// One of the choices, with what it means.
#[inline(never)]
fn radio(state: State, own: Chosen, id: &'static str, label: &'static str, hint: &str, off: bool) -> AnyView {
    let hint_id = format!("{id}-hint");
    let input = view! {
        <input
            type="radio"
            name="removal"
            id=id
            disabled=off
            aria-describedby=hint_id.clone()
            prop:checked=move || state.chosen.get() == own
            on:change=move |_| state.chosen.set(own)
        />
    };
    let label = el("label", &[("class", "radio")], vec![input.into_any(), say("span", "", label)]);
    let hint = el("p", &[("class", "hint"), ("id", &hint_id)], vec![hint.to_owned().into_any()]);
    el("div", &[("class", "check")], vec![label, hint])
}

/// Which mailbox takes over, and who reads it.
#[inline(never)]
fn takers(state: State, takers: Vec<Taker>) -> AnyView {
    let (names, readers): (Vec<String>, Vec<u64>) = takers.into_iter().map(|one| (one.address, one.readers)).unzip();
    live(move || {
        if state.chosen.get() != Chosen::HandOver {
            return ().into_any();
        }
        let readers = readers.clone();
        let told = live(move || {
            let readers = readers.get(state.taker.get()).copied().unwrap_or_default();
            say("p", if readers > 1 { "banner warn" } else { "hint" }, &words::readers(readers))
        });
        let list = choice("removal-taker", words::TAKER, names.clone(), state.taker);
        el("div", &[("class", "said"), ("aria-live", "polite")], vec![list, told.into_any()])
    })
    .into_any()
}

#[inline(never)]
fn choices(state: State, removal: &Removal) -> AnyView {
    let none = removal.takers.is_empty();
    let open = removal.open;
    let purge = if open == 0 { words::PURGE_HINT.to_owned() } else { words::still_open(open) };
    let hand_over = if none { words::NO_TAKER } else { "" };
    let parts = vec![
        el("p", &[("data-test", "removal-lies")], vec![words::lies(removal).into_any()]),
        el("p", &[("id", "removal-question")], vec![say("b", "", words::QUESTION)]),
        el(
            "div",
            &[("class", "said"), ("role", "radiogroup"), ("aria-labelledby", "removal-question")],
            vec![
                radio(state, Chosen::Archive, "removal-archive", words::ARCHIVE, words::ARCHIVE_HINT, false),
                radio(state, Chosen::HandOver, "removal-hand-over", words::HAND_OVER, hand_over, none),
                takers(state, removal.takers.clone()),
                radio(state, Chosen::Purge, "removal-purge", words::PURGE, &purge, open > 0),
            ],
        ),
    ];
    el("div", &[("class", "said")], parts)
}

#[inline(never)]
fn dialog(state: State, address: &str) -> AnyView {
    spawn_local(state.look());
    let title = words::title(address);
    let content = live(move || {
        state.removal.with(|removal| {
            removal.as_ref().map_or_else(|| say("p", "hint", common::LOADING), |removal| choices(state, removal))
        })
    });
    let unknown = Signal::derive(move || state.removal.with(Option::is_none));
    let remove = view! {
        <Button
            label=words::REMOVE
            look=Look::Danger
            hook="removal-validate"
            busy=state.busy
            disabled=unknown
            act=move |()| state.remove()
        />
    };
    let acts = vec![
        press(common::CANCEL, Look::Normal, "removal-cancel", Signal::stored(false), state.close),
        remove.into_any(),
    ];
    view! {
        <Dialog id="removal-dialog" title cancel=state.close>
            {say("p", "", words::MEANING)}
            <Complaint text=state.complaint />
            {content}
            {el("div", &[("class", "actions")], acts)}
        </Dialog>
    }
    .into_any()
}

/// The button and its dialog. Of a mailbox that is not kept yet there is nothing to take away.
#[inline(never)]
pub fn section(draft: Draft, locked: Signal<bool>, gone: Callback<()>) -> AnyView {
    let kept = Memo::new(move |_| draft.kept.with(|kept| kept.as_ref().map(|kept| (kept.id, kept.address.clone()))));
    let part = move || kept.get().map_or_else(|| ().into_any(), |(id, address)| of_kept(id, address, locked, gone));
    live(part).into_any()
}

#[inline(never)]
fn of_kept(mailbox: MailboxId, address: String, locked: Signal<bool>, gone: Callback<()>) -> AnyView {
    let app = App::get();
    let open = RwSignal::new(false);
    let close = Callback::new(move |()| {
        open.try_set(false);
    });
    let act = Callback::new(move |()| open.set(true));
    let button = press(words::REMOVE, Look::Quiet, "remove-mailbox", locked, act);
    let over = live(move || {
        if !open.get() {
            return ().into_any();
        }
        let state = State {
            app,
            mailbox,
            removal: RwSignal::new(None),
            chosen: RwSignal::new(Chosen::Archive),
            taker: RwSignal::new(0),
            complaint: RwSignal::new(None),
            busy: RwSignal::new(false),
            close,
            gone,
        };
        dialog(state, &address)
    });
    (el("div", &[("class", "acts")], vec![button]), over).into_any()
}
