//! Printing: the core is asked first, and what it gives is what comes on paper. Whatever is printed in another way (by
//! the web view's own menu) is one sentence that says how (paper.css).

use crate::backend::{self, call};
use crate::later;
use crate::pages::paper;
use crate::parts::dialog::dialog_open;
use crate::state::app::{App, Page};
use crate::state::tray::Tray;
use crate::text::{inbox, paper as words};
use bannette_api::Failure;
use bannette_api::dossiers::PrintDossier;
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement, HtmlTextAreaElement};

/// The button of the open dossier.
pub const BUTTON: &str = "print";

/// Whether a key asks for a print: Ctrl+P, Cmd+P, and what web views know beside it (Ctrl+Shift+P).
fn asks(event: &ev::KeyboardEvent) -> bool {
    (event.ctrl_key() || event.meta_key()) && event.key().eq_ignore_ascii_case("p")
}

/// Presses the dossier's button, or says why nothing is printed. The web view never prints by itself.
fn key(app: App) {
    let on_page = |id: &str| document().get_element_by_id(id);
    let inbox = app.page.get_untracked() == Page::Inbox;
    if dialog_open() {
        app.not_printed.set(true);
    } else if let Some(button) =
        on_page(BUTTON).filter(|_| inbox).and_then(|found| found.dyn_into::<HtmlElement>().ok())
    {
        button.click();
    } else if inbox && on_page("open-dossier").is_some() {
        app.toast(words::REMOVED.to_owned(), true, None);
    } else {
        app.toast(words::NOTHING_OPEN.to_owned(), true, None);
    }
}

/// Whether a place has a use for the web view's menu: a field (paste), words that are chosen (copy).
fn has_menu(event: &ev::MouseEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let field = target.is_some_and(|target| {
        target.dyn_ref::<HtmlInputElement>().is_some() || target.dyn_ref::<HtmlTextAreaElement>().is_some()
    });
    let chosen = window().get_selection().ok().flatten();
    field || chosen.is_some_and(|chosen| !chosen.is_collapsed())
}

/// Watches for the key and for the web view's menu as long as the page lives. The next gesture ends what was to be
/// printed: while the system's dialog is open, the page has none.
pub fn watch(app: App) {
    let _keys = window_event_listener(ev::keydown, move |event| {
        paper::take_away();
        if asks(&event) {
            event.prevent_default();
            if !event.repeat() {
                key(app);
            }
        }
    });
    let _pointer = window_event_listener(ev::pointerdown, move |_| paper::take_away());
    let _menu = window_event_listener(ev::contextmenu, move |event| {
        if !has_menu(&event) {
            event.prevent_default();
        }
    });
    // Locked, or another page: the same.
    Effect::new(move |_| {
        app.situation.track();
        app.page.track();
        paper::take_away();
    });
}

impl Tray {
    /// Prints the open dossier.
    pub fn print(self) {
        let (app, busy) = (self.app(), self.printing);
        let Some(dossier) = self.open.with_untracked(|open| open.as_ref().map(|open| open.row.id)) else { return };
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let encoding = self.encoding.get_untracked();
        spawn_local(async move {
            // First: a print that the journal has and that cannot be laid out would be none.
            if later::can_lay_out().await {
                self.print_now(PrintDossier { dossier, encoding }).await;
            } else {
                app.toast(words::NO_SHEET.to_owned(), true, None);
            }
            busy.try_set(false);
        });
    }

    async fn print_now(self, ask: PrintDossier) {
        let app = self.app();
        let dossier = ask.dossier;
        match call(ask).await {
            Ok(printed) => {
                // Who left the dossier meanwhile asked for nothing any more that could be seen.
                let still =
                    self.open.try_with_untracked(|open| open.as_ref().is_some_and(|open| open.row.id == dossier));
                if still != Some(true) || dialog_open() {
                    return;
                }
                match later::laid_out(app, printed).await {
                    Some(pages) => {
                        app.polite.set(words::laid_out(pages));
                        if backend::print().await.is_err() {
                            paper::take_away();
                            app.toast(words::NO_PRINTER.to_owned(), true, None);
                        }
                    }
                    None => app.toast(words::NO_PRINTER.to_owned(), true, None),
                }
            }
            Err(Failure::NotAllowed { .. } | Failure::NotFound) => {
                self.close(Some(inbox::DOSSIER_GONE.to_owned()));
                self.refresh();
            }
            Err(failure) => app.complain(&failure),
        }
    }
}
