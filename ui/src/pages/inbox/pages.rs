//! The pages of an attached PDF, one at a time, drawn by the core: the document itself never comes into the page. They stand
//! in the dossier's place beside the list, under the patient's name.

use super::content::{open, save};
use crate::backend::call;
use crate::parts::button::{Button, Look};
use crate::parts::dialog::{dialog_open, focus_is_free, typing};
use crate::parts::live::live;
use crate::state::app::bump;
use crate::state::tray::Tray;
use crate::text::Advice;
use crate::text::document as words;
use crate::text::inbox::dossier;
use bannette_api::DossierId;
use bannette_api::dossiers::{PageImage, PageTrouble, RenderPage, RenderedPage};
use leptos::ev::{self, KeyboardEvent};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// How wide pages are drawn, in pixels.
const WIDTHS: [u32; 3] = [900, 1400, 2000];

/// What stands there: never more than one page.
#[derive(Clone)]
enum Sheet {
    /// A page is being drawn.
    Awaited,
    /// A page: its address, its size, whether signs are missing on it.
    Drawn { source: String, width: u32, height: u32, signs_missing: bool },
    /// No page, and why; whether asking again may help.
    Missing { why: Advice, again: bool },
}

/// The document that is looked at.
#[derive(Clone, Copy)]
struct Viewer {
    tray: Tray,
    dossier: DossierId,
    part: usize,
    page: RwSignal<u32>,
    pages: RwSignal<Option<u32>>,
    size: RwSignal<usize>,
    sheet: RwSignal<Sheet>,
    /// Counts what was asked for: an answer to an older question is let go.
    asked: RwSignal<u32>,
    /// Whether the document is being written or opened, and what came of it.
    saving: RwSignal<bool>,
}

impl Viewer {
    fn new(dossier: DossierId, part: usize) -> Self {
        Self {
            tray: Tray::get(),
            dossier,
            part,
            page: RwSignal::new(0),
            pages: RwSignal::new(None),
            size: RwSignal::new(0),
            sheet: RwSignal::new(Sheet::Awaited),
            asked: RwSignal::new(0),
            saving: RwSignal::new(false),
        }
    }

    /// Lets the page go that stands there, and asks for the one that is wanted.
    fn draw(self) {
        self.sheet.set(Sheet::Awaited);
        bump(self.asked);
        let asked = self.asked.get_untracked();
        let width = WIDTHS.get(self.size.get_untracked()).copied().unwrap_or(900);
        let Ok(part) = u32::try_from(self.part) else { return };
        let (dossier, message) = (self.dossier, self.tray.message_shown());
        let ask = RenderPage { dossier, message, part, page: self.page.get_untracked(), width };
        spawn_local(async move {
            let reply = call(ask).await;
            if self.asked.try_get_untracked() != Some(asked) {
                return;
            }
            let sheet = match reply {
                Ok(RenderedPage::Picture(picture)) => {
                    self.pages.set(Some(picture.pages));
                    let source = format!("data:image/png;base64,{}", picture.base64);
                    let PageImage { width, height, signs_missing, .. } = picture;
                    Sheet::Drawn { source, width, height, signs_missing }
                }
                Ok(RenderedPage::Refused { why }) => {
                    let again = matches!(why, PageTrouble::TooSlow | PageTrouble::Failed);
                    Sheet::Missing { why: words::trouble(why), again }
                }
                Err(failure) if self.tray.app().moves_away(&failure) => return,
                Err(failure) => Sheet::Missing { why: self.tray.app().words_of(&failure), again: true },
            };
            self.sheet.set(sheet);
        });
    }

    /// The page that lies so far away, where there is one.
    fn neighbour(self, by: i64) -> Option<u32> {
        beside(self.page.get(), by, self.pages.get())
    }

    /// Turns over.
    fn turn(self, by: i64) {
        let Some(page) = untrack(move || self.neighbour(by)) else { return };
        self.page.set(page);
        self.draw();
        // At an end the button that was pressed goes out of use: the focus must not be lost.
        if untrack(move || self.neighbour(by)).is_none() {
            focus_soon("pdf-page");
        }
    }

    /// Draws larger or smaller.
    fn resize(self, larger: bool) {
        let size = self.size.get_untracked();
        let size = if larger { (size + 1).min(WIDTHS.len() - 1) } else { size.saturating_sub(1) };
        if size != self.size.get_untracked() {
            self.size.set(size);
            self.draw();
        }
    }

    fn keys(self, event: &KeyboardEvent) {
        if event.default_prevented() || dialog_open() || typing() {
            return;
        }
        match event.key().as_str() {
            "PageDown" => self.turn(1),
            "PageUp" => self.turn(-1),
            _ => return,
        }
        event.prevent_default();
    }
}

/// Gives the focus to an element once it stands on the page.
fn focus_soon(id: &'static str) {
    request_animation_frame(move || {
        let area = document().get_element_by_id(id);
        if let Some(area) = area.and_then(|area| area.dyn_into::<HtmlElement>().ok()) {
            drop(area.focus());
        }
    });
}

/// The page that lies so far from another; before the number of pages is known there is only the first.
fn beside(page: u32, by: i64, pages: Option<u32>) -> Option<u32> {
    let page = u32::try_from(i64::from(page) + by).ok()?;
    (page < pages?).then_some(page)
}

/// What stands there.
fn sheet(viewer: Viewer, name: &str) -> AnyView {
    match viewer.sheet.get() {
        Sheet::Awaited => ().into_any(),
        Sheet::Drawn { source, width, height, signs_missing } => {
            let alt = untrack(move || words::page_of(viewer.page.get(), viewer.pages.get().unwrap_or(1), name));
            let fits = untrack(move || viewer.size.get()) == 0;
            let told = signs_missing.then(|| told(&words::signs_missing(), "pdf-signs-missing", viewer, false));
            view! {
                {told}
                <img class:fits=fits src=source alt=alt width=width.to_string() height=height.to_string() />
            }
            .into_any()
        }
        Sheet::Missing { why, again } => told(&why, "pdf-trouble", viewer, again),
    }
}

/// What is wrong with the page, and the ways to see it all the same.
fn told(why: &Advice, hook: &'static str, viewer: Viewer, again: bool) -> AnyView {
    let Viewer { tray, dossier, part, saving, .. } = viewer;
    view! {
        <div class="banner warn" role="alert" data-test=hook>
            <div>
                <b>{why.what.clone()}</b>
                <p>{why.then.clone()}</p>
                {again
                    .then(|| {
                        view! { <Button label=words::AGAIN hook="pdf-again" act=move |()| viewer.draw() /> }
                    })}
                <Button
                    label=words::OPEN
                    hook="pdf-open"
                    busy=saving
                    act=move |()| open(tray, dossier, part, saving)
                />
            </div>
        </div>
    }
    .into_any()
}

/// The pages of a document.
#[component]
pub fn Pages(
    /// Which dossier.
    dossier: DossierId,
    /// Which of its documents.
    part: usize,
    /// What it is called.
    name: String,
    /// It is over.
    close: Callback<()>,
) -> impl IntoView {
    let viewer = Viewer::new(dossier, part);
    let title = name.clone();
    viewer.draw();
    let listener = window_event_listener(ev::keydown, move |event| viewer.keys(&event));
    on_cleanup(move || listener.remove());
    let saving = viewer.saving;
    let edge = move |by| Signal::derive(move || viewer.neighbour(by).is_none());
    let awaited = move || viewer.sheet.with(|sheet| matches!(sheet, Sheet::Awaited));
    let state = move || {
        let (page, pages) = (viewer.page.get(), viewer.pages.get());
        if awaited() { words::drawing(page, pages) } else { words::page(page, pages) }
    };
    let smallest = Signal::derive(move || viewer.size.get() == 0);
    let largest = Signal::derive(move || viewer.size.get() + 1 >= WIDTHS.len());
    // The button that led here is hidden with the results: the keys go on in the page, and come back to it.
    focus_soon("pdf-page");
    on_cleanup(|| {
        request_animation_frame(|| {
            if focus_is_free()
                && let Ok(Some(content)) = document().query_selector("#open-dossier .content")
                && let Ok(content) = content.dyn_into::<HtmlElement>()
            {
                drop(content.focus());
            }
        });
    });
    view! {
        <section class="pdf" aria-labelledby="pdf-title" data-test="pdf">
            <div class="actions pdf-tools">
                <h3 id="pdf-title">{title}</h3>
                <Button label=words::BEFORE id="pdf-before" disabled=edge(-1) act=move |()| viewer.turn(-1) />
                <Button label=words::AFTER id="pdf-after" disabled=edge(1) act=move |()| viewer.turn(1) />
                <p role="status" id="pdf-state">{live(state)}</p>
                <Button label=words::SMALLER look=Look::Quiet id="pdf-smaller" disabled=smallest act=move |()| viewer.resize(false) />
                <Button label=words::LARGER look=Look::Quiet id="pdf-larger" disabled=largest act=move |()| viewer.resize(true) />
                <Button
                    label=dossier::SAVE
                    look=Look::Quiet
                    id="pdf-save"
                    busy=saving
                    act=move |()| save(viewer.tray, dossier, part, saving)
                />
                <Button label=words::CLOSE look=Look::Primary id="pdf-close" key="Échap" act=close />
            </div>
            <div
                class="sheet"
                id="pdf-page"
                tabindex="0"
                role="region"
                aria-labelledby="pdf-title"
                aria-busy=move || awaited().then_some("true")
            >
                {live(move || sheet(viewer, &name))}
            </div>
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::beside;

    #[test]
    fn one_turns_over_inside_the_document_only() {
        assert_eq!(beside(0, 1, Some(3)), Some(1));
        assert_eq!(beside(2, 1, Some(3)), None);
        assert_eq!(beside(0, -1, Some(3)), None);
        assert_eq!(beside(2, -1, Some(3)), Some(1));
        assert_eq!(beside(0, 1, None), None, "how many pages there are is not known yet");
    }
}
