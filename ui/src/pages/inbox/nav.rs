//! The lists and the mailboxes, with what waits in each.

use crate::parts::live::{Show, each, live};
use crate::state::app::App;
use crate::state::clock;
use crate::state::tray::Place;
use crate::text::inbox;
use crate::text::{dossier, mailbox, number};
use bannette_api::MailboxId;
use bannette_api::dossiers::View;
use leptos::prelude::*;

/// What waits in a list; *Validés* waits for nothing.
fn count(app: App, view: View) -> Option<u64> {
    app.counts.with(|counts| match view {
        View::Mine => Some(counts.mine),
        View::Critical => Some(counts.critical),
        View::Abnormal => Some(counts.abnormal),
        View::Unidentified => Some(counts.unidentified),
        View::Team => Some(counts.team),
        View::Validated => None,
    })
}

/// A list.
fn list(app: App, view: View) -> impl IntoView {
    let on = Memo::new(move |_| app.place.with(|place| *place == Place::of(view)));
    view! {
        <li>
            <button
                type="button"
                class="place"
                data-test="view"
                data-name=dossier::view(view)
                aria-current=move || on.get().then_some("page")
                on:click=move |_| app.place.set(Place::of(view))
            >
                <span>{dossier::view(view)}</span>
                <b>{live(move || count(app, view).map(number::whole))}</b>
            </button>
        </li>
    }
}

/// A mailbox, with one's right and its end under it.
#[component]
fn Mailbox(id: MailboxId) -> impl IntoView {
    let app = App::get();
    let summary = Memo::new(move |_| app.mailboxes.with(|all| all.iter().find(|mailbox| mailbox.id == id).cloned()));
    let on = Memo::new(move |_| app.place.with(|place| place.mailbox == Some(id)));
    let name = move || summary.with(|summary| summary.as_ref().map(|summary| app.mailbox_name(summary)));
    let address = move || summary.with(|summary| summary.as_ref().map(|summary| summary.address.clone()));
    let waiting = move || summary.with(|summary| summary.as_ref().map(|summary| number::whole(summary.waiting)));
    let right = move || {
        let now = app.now.get();
        summary.with(|summary| summary.as_ref().map(|summary| mailbox::right(&summary.my_right, now, clock::local)))
    };
    view! {
        <li>
            <button
                type="button"
                class="place"
                data-test="mailbox"
                data-address=address
                title=address
                aria-current=move || on.get().then_some("page")
                on:click=move |_| app.place.set(Place { mailbox: Some(id), ..Place::of(View::Team) })
            >
                <span>{live(name)}<small class="address">{live(address)}</small><small>{live(right)}</small></span>
                <b>{live(waiting)}</b>
            </button>
        </li>
    }
}

/// The navigation.
#[component]
pub fn Navigation() -> impl IntoView {
    let app = App::get();
    let ids = move || app.mailboxes.with(|all| all.iter().map(|mailbox| mailbox.id).collect::<Vec<_>>());
    let any = move || app.mailboxes.with(|all| !all.is_empty());
    view! {
        <nav class="places" aria-label=inbox::NAVIGATION>
            <h2 id="nav-to-do">{inbox::TO_DO}</h2>
            <ul aria-labelledby="nav-to-do">{dossier::VIEWS.map(|view| list(app, view)).collect_view()}</ul>
            <Show when=any>
                <h2 id="nav-mailboxes">{inbox::MAILBOXES}</h2>
                <ul aria-labelledby="nav-mailboxes">
                    {each(ids, ToString::to_string, |id| view! { <Mailbox id /> })}
                </ul>
            </Show>
        </nav>
    }
}
