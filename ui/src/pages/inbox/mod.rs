//! The in-tray: lists on the left, dossiers in the middle, the open dossier on the right.

mod content;
mod details;
mod divider;
mod dossier;
mod encrypted;
pub mod history;
pub mod joining;
mod list;
mod narrative;
mod nav;
mod pages;
mod picks;
mod removed;
mod row;
pub mod source;
mod versions;

use self::divider::divider;
use crate::parts::dialog::{dialog_open, typing};
use crate::state::app::{App, Page};
use crate::state::panes::Panes;
use crate::state::picks::Deed;
use crate::state::tray::{Over, Tray};
use bannette_api::dossiers::Visibility;
use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// The buttons of the curves: of the row that has the focus, else of the worst result.
const CURVES: [&str; 4] = [
    "tr:focus [data-test=history], tr:focus-within [data-test=history]",
    "#open-dossier tr.critical [data-test=history]",
    "#open-dossier tr.abnormal [data-test=history]",
    "#open-dossier [data-test=history]",
];

/// The first of these buttons that stands on the page.
fn found(buttons: &[&str]) -> Option<HtmlElement> {
    let found = buttons.iter().find_map(|button| document().query_selector(button).ok().flatten());
    found.and_then(|found| found.dyn_into().ok())
}

/// Presses the first button that stands on the page: a key does what a button does, and only where there is one.
fn press(buttons: &[&str]) {
    if let Some(button) = found(buttons) {
        button.click();
    }
}

/// Asks whether dossiers are to be shared: a letter that was hit by mistake shows nobody anything.
fn ask_to_share(tray: Tray) {
    if found(&["#share-chosen", "#share-dossier"]).is_some() {
        tray.asked.set(Some(Deed::Set(Visibility::Shared)));
    }
}

/// Goes on in the list and gives it the focus: Enter then opens the row, and does not press what was clicked last.
fn walk(tray: Tray, by: isize) {
    tray.step(by);
    let list = document().get_element_by_id("dossiers").and_then(|list| list.dyn_into::<HtmlElement>().ok());
    if let Some(list) = list {
        // Where it cannot have the focus, it stays where it was.
        drop(list.focus());
    }
}

/// Goes on by a screen in the open dossier; at its end, or where another row is to be opened, opens that. A key that is
/// held reads to the end of this one.
fn read_on(tray: Tray, held: bool) {
    let open = tray.open_id();
    if open.is_some() && open == tray.active.get_untracked() {
        // Where everything is large the whole page scrolls in place of the dossier.
        let content = found(&["#pdf-page", "#open-dossier .content"]).map(Element::from);
        for scroller in content.into_iter().chain(document().document_element()) {
            let (top, height) = (scroller.scroll_top(), scroller.client_height());
            if scroller.scroll_height() - top - height > 2 {
                scroller.set_scroll_top(top + height * 9 / 10);
                return;
            }
        }
    }
    if !held {
        tray.show_active();
    }
}

/// Closes the pages of a document; whether there were some.
fn close_pages(tray: Tray) -> bool {
    let stands = tray.over.with_untracked(|over| matches!(over, Some(Over::Pages(_))));
    if stands {
        tray.over.set(None);
    }
    stands
}

/// J, K, arrows, Space, Enter, V, X, P, R, S, T, D, A, Q: only when no field has the focus. A key that is held acts once;
/// it goes on only through the rows of the list, and to the end of what is read.
fn keys(app: App, tray: Tray, event: &ev::KeyboardEvent) {
    let control = event.ctrl_key() || event.meta_key() || event.alt_key();
    if control || typing() || dialog_open() || event.default_prevented() {
        return;
    }
    // The arrows belong to whatever has the focus; where nothing has, they walk through the list.
    let nowhere =
        document().active_element().is_none_or(|active| active.id() == "content" || active.tag_name() == "BODY");
    let single = app.single_keys.get_untracked();
    let held = event.repeat();
    match event.key().as_str() {
        "j" | "J" if single => walk(tray, 1),
        "k" | "K" if single => walk(tray, -1),
        "ArrowDown" if nowhere => tray.step(1),
        "ArrowUp" if nowhere => tray.step(-1),
        " " if nowhere => read_on(tray, held),
        "Escape" if !held && close_pages(tray) => {}
        _ if held => return,
        "Enter" if nowhere => tray.show_active(),
        "v" | "V" if single => tray.validate(true),
        "x" | "X" if single => tray.pick_active(),
        "p" | "P" if single => ask_to_share(tray),
        "r" | "R" if single => press(&["#treat-chosen", "#treat-dossier"]),
        "Escape" if tray.picks.with_untracked(|picks| !picks.is_empty()) => tray.pick_none(),
        "s" | "S" if single && tray.open.with_untracked(Option::is_some) => tray.source.set(true),
        "t" | "T" if single => press(&["#narrative"]),
        "d" | "D" if single => press(&["#open-dossier [data-test=show-pdf]"]),
        "a" | "A" if single => press(&CURVES),
        "q" | "Q" if single => press(&["#who-can-read", ".list-head [data-test=who-can-read]"]),
        _ => return,
    }
    event.prevent_default();
}

/// The in-tray.
#[component]
pub fn Inbox() -> impl IntoView {
    let app = App::get();
    let tray = Tray::new(app);
    provide_context(tray);
    Effect::new(move |before: Option<()>| {
        app.place.track();
        tray.begin();
        if before.is_some() {
            tray.close(None);
        }
    });
    app.returning.of(tray);
    Effect::new(move |before: Option<()>| {
        app.changes.dossiers.track();
        if before.is_some() {
            tray.refresh();
        }
    });
    Effect::new(move |before: Option<()>| {
        app.changes.rights.track();
        if before.is_some() {
            tray.recheck();
        }
    });
    // After the list: what begins anew closes what was open.
    Effect::new(move || {
        if let Some(wanted) = app.wanted.get() {
            app.wanted.set(None);
            tray.show(wanted);
        }
    });
    Effect::new(move |before: Option<()>| {
        if let Some(id) = app.returned.get() {
            app.returned.set(None);
            // What came back while another page stood waits in its list as any other.
            if before.is_some() {
                tray.show_returned(id);
            }
        }
    });
    let listener = window_event_listener(ev::keydown, move |event| {
        if app.page.get_untracked() == Page::Inbox {
            keys(app, tray, &event);
        }
    });
    on_cleanup(move || listener.remove());
    let panes = Panes::kept();
    view! {
        <div class="tray" style:--places=panes.places.written() style:--list=panes.list.written()>
            <nav::Navigation />
            {divider(panes.places)}
            <list::List />
            {divider(panes.list)}
            <dossier::Dossier />
        </div>
        {picks::question(tray)}
    }
}
