//! The dialogs of administrators about one person: change, suspend, resume. The effect is said before it is made.

use super::add_person::{Fields, Form};
use crate::backend::call;
use crate::parts::button::{Button, Look};
use crate::parts::chip::Complaint;
use crate::parts::dialog::Dialog;
use crate::state::app::App;
use crate::text::common;
use crate::text::departure as words;
use crate::text::settings::{self, users};
use bannette_api::Failure;
use bannette_api::departure::Departure;
use bannette_api::people::{Person, ResumePerson, SuspendPerson};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// « Modifier ».
#[component]
pub fn EditDialog(
    /// Whom.
    person: Person,
    /// It is over.
    #[prop(into)]
    done: Callback<()>,
) -> impl IntoView {
    let app = App::get();
    let form = Form::of(&person);
    let busy = RwSignal::new(false);
    let id = person.id;
    let before = RwSignal::new(person);
    // Somebody else changed the person: what they are now is shown, and nothing of it is overwritten unseen.
    let look_again = move || async move {
        app.load_people().await;
        let present = app.people.with_untracked(|all| all.iter().find(|one| one.id == id).cloned());
        if let Some(present) = present {
            form.take(&present);
            before.try_set(present);
            form.faults.whole.try_set(Some(words::CHANGED_MEANWHILE.to_owned()));
        }
    };
    // The core refuses it too; the box says it before.
    let only = app.people.with_untracked(|all| {
        let mut active = all.iter().filter(|one| one.administrator && one.suspended_since.is_none());
        active.next().is_some_and(|one| one.id == id) && active.next().is_none()
    });
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(ask) = form.changes(before.get_untracked()) else { return };
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            match call(ask).await {
                Ok(person) => {
                    app.say(words::changed(&person.listed()));
                    app.load_people().await;
                    done.try_run(());
                }
                Err(Failure::Conflict) => look_again().await,
                Err(failure) => form.faults.take(app, &failure),
            }
            busy.try_set(false);
        });
    };
    let title = Signal::derive(move || before.with(|person| words::title(common::EDIT, &person.listed())));
    view! {
        <Dialog id="edit-person-dialog" title cancel=done>
            <form on:submit=save novalidate>
                <Complaint text=form.faults.whole />
                <Fields form new=false only_administrator=only />
                <div class="actions">
                    <Button label=common::CANCEL id="edit-person-cancel" act=done />
                    <Button label=common::SAVE look=Look::Primary id="edit-person-save" submit=true busy />
                </div>
            </form>
        </Dialog>
    }
}

/// What a suspension leaves without its person.
fn left_behind(held: &Departure) -> Vec<(bool, String)> {
    let own = held.held.iter().filter(|one| one.owner == held.person);
    let alone = |readers: usize| u64::try_from(readers).unwrap_or(u64::MAX);
    let mut lines: Vec<_> =
        own.map(|one| (one.readers.is_empty(), words::left_alone(&one.address, alone(one.readers.len())))).collect();
    let waiting = held.held.iter().map(|one| one.waiting).sum::<u64>();
    if waiting > 0 {
        lines.push((false, words::still_responsible(waiting)));
    }
    lines
}

/// « Suspendre » and « Rétablir ».
#[component]
pub fn SuspensionDialog(
    /// Whom.
    person: Person,
    /// What the person holds.
    held: Departure,
    /// It is over.
    #[prop(into)]
    done: Callback<()>,
) -> impl IntoView {
    let app = App::get();
    let (busy, complaint) = (RwSignal::new(false), RwSignal::new(None::<String>));
    let suspended = person.suspended_since.is_some();
    let (id, name) = (person.id, person.listed());
    let (label, look) = if suspended { (users::RESUME, Look::Primary) } else { (users::SUSPEND, Look::Danger) };
    let title = words::title(label, &name);
    let act = move |()| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let name = name.clone();
        spawn_local(async move {
            let made = if suspended {
                call(ResumePerson { person: id }).await.map(|_| settings::resumed(&name))
            } else {
                call(SuspendPerson { person: id }).await.map(|_| settings::suspended(&name))
            };
            match made {
                Ok(said) => {
                    app.say(said);
                    app.load_people().await;
                    done.try_run(());
                }
                Err(failure) => {
                    if !app.moves_away(&failure) {
                        complaint.try_set(Some(app.words_of(&failure).sentence()));
                    }
                }
            }
            busy.try_set(false);
        });
    };
    let line = |(alone, text): (bool, String)| {
        view! { <p class=if alone { "banner warn" } else { "hint" }>{text}</p> }
    };
    let left = if suspended { Vec::new() } else { left_behind(&held) };
    view! {
        <Dialog id="suspension-dialog" title cancel=done>
            <Complaint text=complaint />
            <p>{if suspended { words::RESUMPTION } else { words::SUSPENSION }}</p>
            {left.into_iter().map(line).collect_view()}
            <div class="actions">
                <Button label=common::CANCEL id="suspension-cancel" act=done />
                <Button label look id="suspension-validate" busy act />
            </div>
        </Dialog>
    }
}
