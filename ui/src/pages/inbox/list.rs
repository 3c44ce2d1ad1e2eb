//! The list: however long it is, only the rows near the eye stand on the page, and what is held never moves.

use super::picks;
use super::row::{Row, element_id};
use crate::pages::who::who_button;
use crate::parts::button::{Button, plain};
use crate::parts::live::{Show, each, live};
use crate::state::app::App;
use crate::state::tray::{Place, Tray};
use crate::text::{access, dossier, inbox};
use bannette_api::accesses::AccessOf;
use bannette_api::dossiers::{DossierRow, View};
use leptos::ev::{self, KeyboardEvent};
use leptos::html;
use leptos::prelude::*;
use std::sync::Arc;

/// Rows kept ready above and below the eye.
const READY: usize = 8;
/// Rows on the page at the most.
const MOST: usize = 60;

/// A length in whole pixels: what follows the point would be lost on the way to the screen.
#[allow(clippy::cast_possible_truncation)]
pub fn pixels(length: f64) -> String {
    format!("{}px", length.round() as i64)
}

/// Where the eye is.
#[derive(Clone, Copy)]
struct Eye {
    tray: Tray,
    scroller: NodeRef<html::Div>,
    probe: NodeRef<html::Div>,
    top: RwSignal<f64>,
    height: RwSignal<f64>,
    row: RwSignal<f64>,
    /// Room below the last row, so that a short list can stand still while rows enter above.
    room: RwSignal<f64>,
    /// Rows that entered above, out of sight.
    above: RwSignal<usize>,
    pointed: RwSignal<bool>,
}

impl Eye {
    fn new(tray: Tray) -> Self {
        Self {
            tray,
            scroller: NodeRef::new(),
            probe: NodeRef::new(),
            top: RwSignal::new(0.0),
            height: RwSignal::new(600.0),
            row: RwSignal::new(60.0),
            room: RwSignal::new(0.0),
            above: RwSignal::new(0),
            pointed: RwSignal::new(false),
        }
    }

    fn measure(self) {
        let found = (self.scroller.try_get_untracked().flatten(), self.probe.try_get_untracked().flatten());
        if let (Some(scroller), Some(probe)) = found {
            self.height.set(f64::from(scroller.client_height()));
            self.row.set(f64::from(probe.offset_height()).max(24.0));
        }
    }

    /// The rows near the eye.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    fn near(self) -> std::ops::Range<usize> {
        let row = self.row.get();
        let first = (self.top.get() / row).max(0.0) as usize;
        let count = ((self.height.get() / row).ceil().max(1.0) as usize + 2 * READY).min(MOST);
        let start = first.saturating_sub(READY);
        start..start + count
    }

    fn scrolled(self) {
        if let Some(scroller) = self.scroller.get_untracked() {
            let top = f64::from(scroller.scroll_top());
            self.top.set(top);
            if top < self.row.get_untracked() {
                self.above.set(0);
                self.room.set(0.0);
            }
        }
    }

    fn scroll_to(self, top: f64) {
        #[allow(clippy::cast_possible_truncation)]
        request_animation_frame(move || {
            // The page may have been left before this frame.
            if let Some(scroller) = self.scroller.try_get_untracked().flatten() {
                scroller.set_scroll_top(top.round() as i32);
            }
        });
    }

    /// Whether somebody is pointing at the list, works in it with the keyboard, or has read on.
    fn held(self) -> bool {
        let focused = self
            .scroller
            .get_untracked()
            .is_some_and(|scroller| document().active_element().is_some_and(|active| scroller.contains(Some(&active))));
        self.pointed.get_untracked() || focused || self.top.get_untracked() > 0.0
    }

    /// What is held moved by some rows: scrolls along.
    #[allow(clippy::cast_precision_loss)]
    fn follow(self, moved: isize) {
        if !self.held() {
            return;
        }
        let row = self.row.get_untracked();
        let top = (self.top.get_untracked() + moved as f64 * row).max(0.0);
        let whole = self.tray.list.with_untracked(|list| list.len() as f64) * row;
        self.room.set((top + self.height.get_untracked() - whole).max(0.0));
        self.above.update(|above| *above = above.saturating_add_signed(moved));
        self.scroll_to(top);
    }

    /// Brings the keyboard's row into sight.
    #[allow(clippy::cast_precision_loss)]
    fn reveal(self, place: usize) {
        let (row, height, top) = (self.row.get_untracked(), self.height.get_untracked(), self.top.get_untracked());
        let start = place as f64 * row;
        if start < top {
            self.scroll_to(start);
        } else if start + row > top + height {
            self.scroll_to(start + row - height);
        }
    }

    fn start(self) {
        let tray = self.tray;
        Effect::new(move || {
            if self.scroller.get().is_some() && self.probe.get().is_some() {
                self.measure();
            }
        });
        let resized = window_event_listener(ev::resize, move |_| self.measure());
        on_cleanup(move || resized.remove());
        // The list has no size before it has its first rows.
        let filled = Memo::new(move |_| tray.list.with(|list| !list.is_empty()));
        Effect::new(move || {
            if filled.get() {
                request_animation_frame(move || self.measure());
            }
        });
        let near = Memo::new(move |_| self.near());
        Effect::new(move || {
            tray.shown.set(near.get());
            tray.fill();
        });
        Effect::new(move || {
            if let Some(moved) = tray.moved.get() {
                tray.moved.set(None);
                self.follow(moved);
            }
        });
        Effect::new(move || {
            if let Some(id) = tray.active.get()
                && let Some(place) = tray.list.with_untracked(|list| list.index_of(id))
            {
                self.reveal(place);
            }
        });
        Effect::new(move || {
            App::get().place.track();
            self.above.set(0);
            self.room.set(0.0);
            self.scroll_to(0.0);
        });
    }
}

/// Arrows, Home, End, pages, Enter, Space; with Shift the arrows choose, Ctrl+A chooses all.
fn keys(tray: Tray, event: &KeyboardEvent) {
    match event.key().as_str() {
        "ArrowDown" if event.shift_key() => tray.pick_on(1),
        "ArrowUp" if event.shift_key() => tray.pick_on(-1),
        "a" | "A" if event.ctrl_key() || event.meta_key() => tray.pick_all(),
        "ArrowDown" => tray.step(1),
        "ArrowUp" => tray.step(-1),
        "PageDown" => tray.step(10),
        "PageUp" => tray.step(-10),
        "Home" => tray.step(isize::MIN),
        "End" => tray.step(isize::MAX),
        // Held, it would open one dossier after the other unread.
        "Enter" if event.repeat() => {}
        "Enter" => tray.show_active(),
        " " => super::read_on(tray, event.repeat()),
        _ => return,
    }
    event.prevent_default();
}

/// Why there are no rows.
#[component]
fn Empty() -> impl IntoView {
    let (app, tray) = (App::get(), Tray::get());
    let clear = move |()| app.place.set(Place::start());
    live(move || {
        if let Some(gone) = tray.list_gone.get() {
            return view! { <p class="empty" role="status" data-test="list-gone">{gone}</p> }.into_any();
        }
        if !tray.list.with(crate::state::paged::Paged::holds_nothing) {
            return view! { <p class="empty faint" role="status">{inbox::LOADING}</p> }.into_any();
        }
        let place = app.place.get();
        if place.words.is_empty() {
            view! { <p class="empty" data-test="list-empty">{dossier::empty(place.view)}</p> }.into_any()
        } else {
            view! {
                <div class="empty" data-test="list-empty">
                    <p>{inbox::nothing_found(&place.words)}</p>
                    <p>{inbox::NOTHING_FOUND_THEN}</p>
                    <Button label=inbox::CLEAR_SEARCH act=clear />
                </div>
            }
            .into_any()
        }
    })
}

/// The list's title and order.
#[component]
fn Head() -> impl IntoView {
    let (app, tray) = (App::get(), Tray::get());
    let near = Memo::new(move |_| tray.list.with(|list| list.row(0).is_some_and(|row| row.near)));
    let title = move || app.place.with(|place| title(app, place, near.get()));
    // Of a mailbox that is no longer read, nothing can be asked. The same mailbox stays the same: the buttons would else be
    // drawn anew at each refresh of the list, and the dialog that one of them opened would go.
    let mailbox =
        Memo::new(move |_| app.place.with(|place| place.mailbox).filter(|_| tray.list_gone.with(Option::is_none)));
    let history = move || {
        mailbox.get().map(|id| {
            let show = move |()| app.accesses.set(Some((AccessOf::Mailbox(id), untrack(title))));
            plain("link", "accesses", None, access::HISTORY.into_any(), Callback::new(show))
        })
    };
    let order = move || {
        app.place.with(|place| match place {
            place if !place.words.is_empty() => inbox::ORDER_FOUND,
            place if place.view == View::Validated => inbox::ORDER_VALIDATED,
            _ => inbox::ORDER,
        })
    };
    view! {
        <div class="list-head">
            <h1 id="list-title">{live(title)}</h1>
            {live(history)}
            <span class="faint">{live(order)}</span>
            {live(move || mailbox.get().map(|id| who_button(id, &untrack(title))))}
        </div>
    }
}

fn title(app: App, place: &Place, near: bool) -> String {
    if !place.words.is_empty() {
        return if near { inbox::near_title(&place.words) } else { inbox::search_title(&place.words) };
    }
    let mailbox = place.mailbox.and_then(|id| {
        app.mailboxes.with(|all| all.iter().find(|mailbox| mailbox.id == id).map(|mailbox| mailbox.address.clone()))
    });
    mailbox.unwrap_or_else(|| dossier::view(place.view).to_owned())
}

/// What makes a row another row to look at.
fn key((_, row): &(usize, Arc<DossierRow>)) -> String {
    let count = [row.abnormal, row.results, row.documents];
    let found = [row.near, row.replaced];
    format!(
        "{}{}{}{count:?}{found:?}{:?}{:?}{:?}",
        row.id,
        row.seen_by_me,
        row.validated.is_some(),
        row.status,
        row.urgency,
        row.apart
    )
}

/// The rows near the eye.
#[component]
fn Rows(eye: Eye) -> impl IntoView {
    let tray = Tray::get();
    let near = Memo::new(move |_| {
        let shown = tray.shown.get();
        tray.list.with(|list| shown.filter_map(|place| Some((place, list.row(place)?.clone()))).collect::<Vec<_>>())
    });
    let of = Memo::new(move |_| tray.list.with(|list| (!list.goes_on()).then(|| list.len())));
    let draw = move |(first, row): (usize, Arc<DossierRow>)| {
        let id = row.id;
        let place = Memo::new(move |before: Option<&usize>| {
            let found = near.with(|near| near.iter().find(|(_, row)| row.id == id).map(|(place, _)| *place));
            found.or(before.copied()).unwrap_or(first)
        });
        view! { <Row row place of height=eye.row /> }
    };
    each(move || near.get(), key, draw)
}

/// The list.
#[component]
pub fn List() -> impl IntoView {
    let tray = Tray::get();
    let eye = Eye::new(tray);
    eye.start();
    #[allow(clippy::cast_precision_loss)]
    let whole = move || {
        let rows = tray.list.with(|list| list.len() + usize::from(list.goes_on())) as f64;
        pixels(rows * eye.row.get() + eye.room.get())
    };
    let filled = Memo::new(move |_| tray.list.with(|list| !list.is_empty()));
    let above = move || (eye.above.get() > 0 && filled.get()).then(|| inbox::above(eye.above.get()));
    view! {
        <section class="list" aria-labelledby="list-title">
            <Head />
            {picks::critical_elsewhere()}
            {live(move || {
                above().map(|words| {
                    view! { <button type="button" class="above" on:click=move |_| eye.scroll_to(0.0)>{words}</button> }
                })
            })}
            <Show when=move || !filled.get()>
                <Empty />
            </Show>
            <div
                node_ref=eye.scroller
                class="scroller"
                hidden=Signal::derive(move || !filled.get())
                role="listbox"
                aria-multiselectable="true"
                id="dossiers"
                tabindex="0"
                aria-labelledby="list-title"
                aria-activedescendant=move || tray.active.get().map(element_id)
                on:scroll=move |_| eye.scrolled()
                on:keydown=move |event| keys(tray, &event)
                on:pointerenter=move |_| eye.pointed.set(true)
                on:pointerleave=move |_| {
                    eye.pointed.set(false);
                    tray.hovered.set(None);
                }
            >
                <div class="rows" role="presentation" style:height=whole>
                    <Rows eye />
                </div>
            </div>
            {picks::bar(tray)}
            <div node_ref=eye.probe class="row-probe" aria-hidden="true"></div>
        </section>
    }
}
