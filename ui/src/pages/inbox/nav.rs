//! The lists and the mailboxes, with what waits in each.

use crate::parts::element::say;
use crate::parts::live::{Show, each, live};
use crate::state::app::App;
use crate::state::clock;
use crate::state::tray::Place;
use crate::text::inbox;
use crate::text::{dossier, mailbox, number, visibility};
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
        View::ToShare => Some(counts.to_share),
        View::ToSort => Some(counts.to_sort),
    })
}

/// Whether a list stands there: those where something is done by hand only where it is, or where something waits.
fn stands(app: App, view: View) -> bool {
    app.counts.with(|counts| match view {
        View::ToShare => counts.withholds || counts.to_share > 0,
        View::ToSort => counts.sorts || counts.to_sort > 0,
        _ => true,
    })
}

/// Critical ones among what waits for somebody's hand.
fn critical(app: App, view: View) -> u64 {
    app.counts.with(|counts| match view {
        View::ToShare => counts.to_share_critical,
        View::ToSort => counts.to_sort_critical,
        _ => 0,
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
                <span>
                    {dossier::view(view)}
                    {live(move || {
                        let critical = critical(app, view);
                        (critical > 0).then(|| say("small", "urgent", &visibility::of_which_critical(critical)))
                    })}
                </span>
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
    let by_hand = move || dossier::BY_HAND.into_iter().filter(|view| stands(app, *view)).collect::<Vec<_>>();
    let any = move || app.mailboxes.with(|all| !all.is_empty());
    view! {
        <nav class="places" aria-label=inbox::NAVIGATION>
            <h2 id="nav-to-do">{inbox::TO_DO}</h2>
            <ul aria-labelledby="nav-to-do">
                {dossier::VIEWS.map(|view| list(app, view)).collect_view()}
                {each(by_hand, |view| dossier::view(*view).to_owned(), move |view| list(app, view))}
            </ul>
            <Show when=any>
                <h2 id="nav-mailboxes">{inbox::MAILBOXES}</h2>
                <ul aria-labelledby="nav-mailboxes">
                    {each(ids, ToString::to_string, |id| view! { <Mailbox id /> })}
                </ul>
            </Show>
        </nav>
    }
}
