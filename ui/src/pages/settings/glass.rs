//! *Bris de glace*, for administrators: opens a mailbox that one cannot read, for a stated reason and a limited time.

use crate::backend::call;
use crate::parts::button::{Button, Look};
use crate::parts::chip::Complaint;
use crate::parts::choice::Select;
use crate::parts::dialog::Dialog;
use crate::parts::field::Field;
use crate::parts::live::{Show, live};
use crate::state::app::App;
use crate::state::faults::Faults;
use crate::text::told::breaking as words;
use crate::text::{common, mailbox, people};
use bannette_api::failure::Field as Of;
use bannette_api::glass::{BreakGlass, ClosedMailbox, ListClosedMailboxes};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The button and its dialog.
#[component]
pub fn Glass() -> impl IntoView {
    let open = RwSignal::new(false);
    view! {
        <section class="block" aria-labelledby="glass-title">
            <h2 id="glass-title">{words::TITLE}</h2>
            <p class="hint">{words::HINT}</p>
            <div class="acts">
                <Button label=words::TITLE id="break-glass" look=Look::Danger act=move |()| open.set(true) />
            </div>
        </section>
        <Show when=move || open.get()>
            <GlassDialog done=move |()| open.set(false) />
        </Show>
    }
}

/// The mailboxes that can be opened.
fn choose(app: App, all: &[ClosedMailbox], place: RwSignal<usize>) -> AnyView {
    let option = |(own, one): (usize, &ClosedMailbox)| {
        let owner = app.named(one.owner, people::listed);
        let words = format!("{} – {} – {owner}", mailbox::kind(one.kind), one.address);
        view! { <option value=own.to_string()>{words}</option> }
    };
    let options = all.iter().enumerate().map(option).collect_view();
    let chosen = move |event| {
        if let Ok(chosen) = event_target_value(&event).parse() {
            place.set(chosen);
        }
    };
    view! {
        <div class="field">
            <label for="glass-mailbox">{words::MAILBOX}</label>
            <div class="entry"><select id="glass-mailbox" on:change=chosen>{options}</select></div>
        </div>
    }
    .into_any()
}

/// Which mailbox, why, for how long.
#[component]
fn GlassDialog(
    /// It is over.
    #[prop(into)]
    done: Callback<()>,
) -> impl IntoView {
    let app = App::get();
    let closed = RwSignal::new(None::<Vec<ClosedMailbox>>);
    let place = RwSignal::new(0);
    let reason = RwSignal::new(String::new());
    let minutes = RwSignal::new(15);
    let faults = Faults::new();
    let busy = RwSignal::new(false);
    spawn_local(async move {
        match call(ListClosedMailboxes {}).await {
            Ok(all) => {
                closed.try_set(Some(all));
            }
            Err(failure) => app.complain(&failure),
        }
    });
    let act = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        faults.clear();
        let chosen = closed.with_untracked(|all| all.as_ref()?.get(place.get_untracked()).map(|one| one.mailbox));
        let Some(mailbox) = chosen.filter(|_| !busy.get_untracked()) else { return };
        let ask = BreakGlass { mailbox, reason: reason.get_untracked(), minutes: minutes.get_untracked() };
        busy.set(true);
        spawn_local(async move {
            match call(ask).await {
                Ok(_) => {
                    app.say(words::DONE);
                    done.run(());
                }
                Err(failure) => faults.take(app, &failure),
            }
            busy.try_set(false);
        });
    };
    let which = faults.of(Of::Mailbox);
    let whole = Signal::derive(move || faults.whole.get().or_else(|| which.get()));
    let none = move || closed.with(|all| all.as_ref().is_some_and(Vec::is_empty));
    let known = move || closed.with(|all| all.as_ref().is_some_and(|all| !all.is_empty()));
    view! {
        <Dialog id="glass-dialog" title=words::TITLE cancel=done>
            <p class="banner warn">{words::HINT}</p>
            <Show when=none>
                <p>{words::NONE}</p>
            </Show>
            <form on:submit=act>
                <Complaint text=whole />
                <Show when=known>
                    {live(move || closed.with(|all| all.as_ref().map(|all| choose(app, all, place))))}
                    <Field
                        id="glass-reason"
                        label=words::REASON
                        value=reason
                        hint=words::REASON_HINT
                        fault=faults.of(Of::Reason)
                        first=true
                    />
                    <Select id="glass-duration" label=words::DURATION value=minutes choices=words::DURATIONS.to_vec() />
                </Show>
                <div class="actions">
                    <Button label=common::CANCEL id="glass-cancel" act=done />
                    <Show when=known>
                        <Button label=words::OPEN look=Look::Danger id="glass-open" submit=true busy=busy />
                    </Show>
                </div>
            </form>
        </Dialog>
    }
}
