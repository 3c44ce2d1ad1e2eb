//! *Bris de glace*, for administrators: opens a mailbox that one cannot read, for a stated reason and a limited time.

use crate::backend::call;
use crate::parts::button::{Button, Look, press};
use crate::parts::chip::Complaint;
use crate::parts::choice::choice;
use crate::parts::dialog::Dialog;
use crate::parts::element::{el, say};
use crate::parts::field::Field;
use crate::parts::live::live;
use crate::state::app::App;
use crate::state::faults::Faults;
use crate::text::told::breaking as words;
use crate::text::{common, mailbox};
use bannette_api::failure::Field as Of;
use bannette_api::glass::{BreakGlass, ClosedMailbox, ListClosedMailboxes};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// What the dialog knows.
#[derive(Clone, Copy)]
struct State {
    app: App,
    /// The mailboxes that can be opened, once they are known.
    closed: RwSignal<Option<Vec<ClosedMailbox>>>,
    place: RwSignal<usize>,
    reason: RwSignal<String>,
    duration: RwSignal<usize>,
    faults: Faults,
    busy: RwSignal<bool>,
    done: Callback<()>,
}

impl State {
    fn open(self) {
        self.faults.clear();
        let chosen =
            self.closed.with_untracked(|all| all.as_ref()?.get(self.place.get_untracked()).map(|one| one.mailbox));
        let minutes = words::DURATIONS.get(self.duration.get_untracked()).map_or(15, |(minutes, _)| *minutes);
        let Some(mailbox) = chosen.filter(|_| !self.busy.get_untracked()) else { return };
        let ask = BreakGlass { mailbox, reason: self.reason.get_untracked(), minutes };
        self.busy.set(true);
        spawn_local(async move {
            match call(ask).await {
                Ok(_) => {
                    self.app.say(words::DONE);
                    self.done.try_run(());
                }
                Err(failure) => self.faults.take(self.app, &failure),
            }
            self.busy.try_set(false);
        });
    }
}

/// What is to be filled in.
#[inline(never)]
fn fields(state: State) -> AnyView {
    state.closed.with(|all| {
        let Some(all) = all else { return say("p", "hint", common::LOADING) };
        if all.is_empty() {
            return say("p", "", words::NONE);
        }
        let name = |one: &ClosedMailbox| {
            let owner = state.app.listed(one.owner);
            format!("{} – {} – {owner}", mailbox::kind(one.kind), one.address)
        };
        let durations = words::DURATIONS.iter().map(|(_, words)| (*words).to_owned()).collect();
        let reason = view! {
            <Field
                id="glass-reason"
                label=words::REASON
                value=state.reason
                hint=words::REASON_HINT
                fault=state.faults.of(Of::Reason)
            />
        };
        let open = view! { <Button label=words::OPEN look=Look::Danger id="glass-open" submit=true busy=state.busy /> };
        let parts = vec![
            choice("glass-mailbox", words::MAILBOX, all.iter().map(name).collect(), state.place),
            reason.into_any(),
            choice("glass-duration", words::DURATION, durations, state.duration),
            el("div", &[("class", "actions")], vec![open.into_any()]),
        ];
        el("div", &[("class", "said")], parts)
    })
}

/// Which mailbox, why, for how long.
#[inline(never)]
fn dialog(app: App, done: Callback<()>) -> AnyView {
    let state = State {
        app,
        closed: RwSignal::new(None),
        place: RwSignal::new(0),
        reason: RwSignal::new(String::new()),
        duration: RwSignal::new(0),
        faults: Faults::new(),
        busy: RwSignal::new(false),
        done,
    };
    spawn_local(async move {
        match call(ListClosedMailboxes {}).await {
            Ok(all) => {
                state.closed.try_set(Some(all));
            }
            Err(failure) => app.complain(&failure),
        }
    });
    let (whole, which) = (state.faults.whole, state.faults.of(Of::Mailbox));
    let wrong = Signal::derive(move || whole.get().or_else(|| which.get()));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        state.open();
    };
    let cancel = press(common::CANCEL, Look::Normal, "glass-cancel", Signal::stored(false), done);
    view! {
        <Dialog id="glass-dialog" title=words::TITLE cancel=done>
            {say("p", "banner warn", words::HINT)}
            <Complaint text=wrong />
            <form on:submit=submit>{live(move || fields(state))}</form>
            {el("div", &[("class", "actions")], vec![cancel])}
        </Dialog>
    }
    .into_any()
}

/// The button and its dialog.
#[inline(never)]
pub fn section(app: App) -> AnyView {
    let open = RwSignal::new(false);
    let done = Callback::new(move |()| open.set(false));
    let act = Callback::new(move |()| open.set(true));
    let button = press(words::TITLE, Look::Danger, "break-glass", Signal::stored(false), act);
    let parts = vec![
        el("h2", &[("id", "glass-title")], vec![words::TITLE.into_any()]),
        say("p", "hint", words::HINT),
        el("div", &[("class", "acts")], vec![button]),
    ];
    let section = el("section", &[("class", "block"), ("aria-labelledby", "glass-title")], parts);
    let over = live(move || if open.get() { dialog(app, done) } else { ().into_any() });
    (section, over).into_any()
}
