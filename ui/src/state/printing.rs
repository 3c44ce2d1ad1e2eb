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
use bannette_api::dossiers::{DossierView, PrintDossier, PrintedDossier, ReadSource};
use bannette_api::report::TextEncoding;
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
        paper::take_away_soon();
        if asks(&event) {
            event.prevent_default();
            if !event.repeat() {
                key(app);
            }
        }
    });
    let _pointer = window_event_listener(ev::pointerdown, move |_| paper::take_away_soon());
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

/// The longest source that is printed, in bytes: what one answer of the core holds.
const LONGEST_SOURCE: u32 = 1024 * 1024;

/// Whether nothing but the bytes received says anything: a text that no reader knows.
fn only_source(view: &DossierView) -> bool {
    let report = &view.report;
    let said = |text: Option<&String>| text.is_some_and(|text| !text.trim().is_empty());
    let documents = view.attachments.iter();
    !said(report.text.as_ref())
        && !said(view.body.as_ref())
        && report.sections.iter().all(|section| section.results.is_empty() && section.narrative.is_empty())
        && view.attachments.len() < 2
        && documents.into_iter().all(|document| document.text.is_none())
        && view.source_bytes <= u64::from(LONGEST_SOURCE)
}

/// Bytes as text, where they are one.
fn readable(bytes: &[u8], encoding: Option<TextEncoding>) -> Option<String> {
    let text = backend::as_text(bytes, encoding.map(TextEncoding::iana));
    let strange = |letter: char| letter.is_control() && !matches!(letter, '\n' | '\r' | '\t' | '\u{c}');
    let whole = !text.starts_with("%PDF") && !text.chars().any(strange);
    whole.then_some(text)
}

impl Tray {
    /// The source of what was printed, where it is all that there is.
    async fn source_of(
        self,
        printed: &PrintedDossier,
        encoding: Option<TextEncoding>,
    ) -> Result<Option<String>, Failure> {
        if !only_source(&printed.view) {
            return Ok(None);
        }
        let message = self.message_shown();
        let dossier = printed.view.row.id;
        let piece = call(ReadSource { dossier, message, from: 0, length: LONGEST_SOURCE }).await?;
        Ok(readable(&backend::decode_base64(&piece.base64).unwrap_or_default(), encoding))
    }

    /// Prints the open dossier.
    pub fn print(self) {
        let (app, busy) = (self.app(), self.printing);
        let Some(dossier) = self.open.with_untracked(|open| open.as_ref().map(|open| open.row.id)) else { return };
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let (encoding, message) = (self.encoding.get_untracked(), self.message_shown());
        spawn_local(async move {
            // First: a print that the journal has and that cannot be laid out would be none.
            if later::can_lay_out().await {
                self.print_now(PrintDossier { dossier, encoding, message }).await;
            } else {
                app.toast(words::NO_SHEET.to_owned(), true, None);
            }
            busy.try_set(false);
        });
    }

    /// What the core gives, and the source where that is all.
    async fn asked(self, ask: PrintDossier) -> Result<(PrintedDossier, Option<String>), Failure> {
        let encoding = ask.encoding;
        let printed = call(ask).await?;
        let source = self.source_of(&printed, encoding).await?;
        Ok((printed, source))
    }

    async fn print_now(self, ask: PrintDossier) {
        let app = self.app();
        let dossier = ask.dossier;
        match self.asked(ask).await {
            Ok((printed, source)) => {
                // Who left the dossier meanwhile asked for nothing any more that could be seen.
                let still =
                    self.open.try_with_untracked(|open| open.as_ref().is_some_and(|open| open.row.id == dossier));
                if still != Some(true) || dialog_open() {
                    return;
                }
                let pages = later::laid_out(app, printed, source).await;
                if let Some(pages) = pages {
                    app.polite.set(words::laid_out(pages));
                }
                if pages.is_none() || backend::print().await.is_err() {
                    paper::take_away();
                    app.toast(words::NO_PRINTER.to_owned(), true, None);
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
