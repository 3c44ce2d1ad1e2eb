//! The in-tray: its list, the dossier that is open, and what keeps both true while things change.
//!
//! What the core refuses is emptied at once. A refresh never moves the row under the pointer or the keyboard.

use crate::backend::call;
use crate::state::app::{App, bump};
use crate::state::paged::{PAGE, Paged};
use crate::state::picks::Deed;
use crate::text::{dossier as words, inbox};
use bannette_api::dossiers::{DossierRow, DossierView, GetHistory, ListDossiers, OpenDossier, ValidateDossier, View};
use bannette_api::report::TextEncoding;
use bannette_api::{DossierId, Failure, MailboxId};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

/// Which list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// View.
    pub view: View,
    /// Only this mailbox.
    pub mailbox: Option<MailboxId>,
    /// Only with these words.
    pub words: String,
}

impl Place {
    /// *À moi*.
    pub fn start() -> Self {
        Self::of(View::Mine)
    }

    /// A view, whole.
    pub fn of(view: View) -> Self {
        Self { view, mailbox: None, words: String::new() }
    }

    fn ask(&self, after: Option<bannette_api::dossiers::Cursor>) -> ListDossiers {
        let words = self.words.trim();
        let words = (!words.is_empty()).then(|| words.to_owned());
        ListDossiers { view: self.view, mailbox: self.mailbox, words, after, limit: PAGE }
    }
}

/// How long the keys rest on a row before its dossier is opened: opening counts as having seen it, and whoever walks past
/// has seen nothing.
const REST: Duration = Duration::from_millis(250);

/// What is looked at besides the open dossier's results: the pages of a document in their place, the rest in a dialog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Over {
    /// The laboratory's own text.
    Narrative,
    /// The pages of an attached document: its place among the attachments.
    Pages(usize),
    /// The values of an analyte in time.
    History(GetHistory),
    /// The report whose place the open one takes is looked for.
    Joining,
}

/// The in-tray.
#[derive(Clone, Copy)]
pub struct Tray {
    app: App,
    /// The list.
    pub list: RwSignal<Paged>,
    /// Rows near the eye.
    pub shown: RwSignal<Range<usize>>,
    /// The cursor: the row that is ringed. The dossier beside the list is this one's, or none yet.
    pub active: RwSignal<Option<DossierId>>,
    /// The row under the pointer.
    pub hovered: RwSignal<Option<DossierId>>,
    /// By how many rows what is held has moved; the list scrolls along and sets it back.
    pub moved: RwSignal<Option<isize>>,
    /// The open dossier.
    pub open: RwSignal<Option<Arc<DossierView>>>,
    /// The open dossier, once it stands on the screen: before, no key decides on it.
    pub drawn: RwSignal<Option<DossierId>>,
    /// The dossier that is being opened.
    pub opening: RwSignal<Option<DossierId>>,
    /// Why the list is empty although it was not.
    pub list_gone: RwSignal<Option<String>>,
    /// Why the dossier is no longer there.
    pub open_gone: RwSignal<Option<String>>,
    /// Whether the source is shown.
    pub source: RwSignal<bool>,
    /// The encoding that the person ordered for the open dossier's texts.
    pub encoding: RwSignal<Option<TextEncoding>>,
    /// The message that the person chose for the open dossier, where it came in several.
    message: RwSignal<Option<String>>,
    /// What else is looked at over the dossier.
    pub over: RwSignal<Option<Over>>,
    /// Whether the open dossier is being printed.
    pub printing: RwSignal<bool>,
    /// What a key asked for that changes who sees dossiers, until the person confirms it.
    pub asked: RwSignal<Option<Deed>>,
    /// The rows that are chosen.
    pub picks: RwSignal<Vec<Arc<DossierRow>>>,
    /// Whether something is being done with some.
    pub acting: RwSignal<bool>,
    /// Where the cursor stood in the list: its row may leave.
    place: RwSignal<usize>,
    /// Whether the cursor was moved since a dossier was last asked for by Enter or Space.
    walked: RwSignal<bool>,
    /// Counts the moves of the cursor.
    moves: RwSignal<u32>,
    generation: RwSignal<u32>,
    filling: RwSignal<bool>,
    refreshing: RwSignal<bool>,
    again: RwSignal<bool>,
}

impl Tray {
    /// An in-tray without rows.
    pub fn new(app: App) -> Self {
        Self {
            app,
            list: RwSignal::new(Paged::default()),
            shown: RwSignal::new(0..20),
            active: RwSignal::new(None),
            hovered: RwSignal::new(None),
            moved: RwSignal::new(None),
            open: RwSignal::new(None),
            drawn: RwSignal::new(None),
            opening: RwSignal::new(None),
            list_gone: RwSignal::new(None),
            open_gone: RwSignal::new(None),
            source: RwSignal::new(false),
            encoding: RwSignal::new(None),
            message: RwSignal::new(None),
            over: RwSignal::new(None),
            printing: RwSignal::new(false),
            asked: RwSignal::new(None),
            picks: RwSignal::new(Vec::new()),
            acting: RwSignal::new(false),
            place: RwSignal::new(0),
            walked: RwSignal::new(false),
            moves: RwSignal::new(0),
            generation: RwSignal::new(0),
            filling: RwSignal::new(false),
            refreshing: RwSignal::new(false),
            again: RwSignal::new(false),
        }
    }

    /// The one that the in-tray's components share.
    pub fn get() -> Self {
        expect_context::<Self>()
    }

    /// What all of the window shares.
    pub fn app(self) -> App {
        self.app
    }

    /// Begins another list.
    pub fn begin(self) {
        bump(self.generation);
        self.pick_none();
        self.list.set(Paged::default());
        self.shown.set(0..20);
        self.active.set(None);
        self.list_gone.set(None);
        self.filling.set(false);
        // Emptied before: the same words said again would not be heard.
        if self.app.place.with_untracked(|place| !place.words.is_empty()) {
            self.app.polite.set(String::new());
        }
        self.fill();
    }

    /// Whether the in-tray has been left. Answers and timers come later than that; what asks a signal that is gone ends the page.
    fn left(self) -> bool {
        self.generation.try_get_untracked().is_none()
    }

    /// Asks for the pages that are missing near the eye.
    pub fn fill(self) {
        if self.left() || self.filling.get_untracked() {
            return;
        }
        self.filling.set(true);
        let generation = self.generation.get_untracked();
        spawn_local(async move {
            if self.left() {
                return;
            }
            while let Some(need) = self.list.with_untracked(|list| list.need(self.shown.get_untracked())) {
                let ask = self.app.place.with_untracked(|place| place.ask(need.after.clone()));
                let page = call(ask).await;
                if self.generation.try_get_untracked() != Some(generation) {
                    return;
                }
                match page {
                    Ok(page) => {
                        let first = self.list.with_untracked(Paged::is_untouched);
                        self.list.update(|list| list.take(&need, page));
                        if first {
                            self.tell_found();
                        }
                    }
                    Err(failure) => {
                        self.refused(&failure);
                        break;
                    }
                }
            }
            let shown = self.shown.get_untracked();
            self.list.update_untracked(|list| list.let_go(&shown));
            self.filling.set(false);
        });
    }

    /// Says aloud what a search found, once: the list that changes afterwards says nothing.
    fn tell_found(self) {
        let words = self.app.place.with_untracked(|place| place.words.clone());
        if words.is_empty() {
            return;
        }
        let said = self.list.with_untracked(|list| {
            let found = inbox::found(list.len(), list.goes_on());
            match list.row(0) {
                None => format!("{} {}", inbox::nothing_found(&words), inbox::NOTHING_FOUND_THEN),
                Some(first) if first.near => format!("{}\u{a0}: {found}", inbox::near_title(&words)),
                Some(_) => found,
            }
        });
        self.app.polite.set(said);
    }

    /// The list was refused: it empties and says why.
    fn refused(self, failure: &Failure) {
        if self.app.moves_away(failure) {
            return;
        }
        self.list.set(Paged::default());
        self.active.set(None);
        let gone = match failure {
            Failure::NotAllowed { .. } | Failure::NotFound => inbox::MAILBOX_GONE.to_owned(),
            other => self.app.words_of(other).sentence(),
        };
        self.list_gone.set(Some(gone));
    }

    /// Asks for the rows near the eye anew, without moving what is held.
    pub fn refresh(self) {
        if self.left() {
            return;
        }
        if self.refreshing.get_untracked() {
            self.again.set(true);
            return;
        }
        self.refreshing.set(true);
        let generation = self.generation.get_untracked();
        spawn_local(async move {
            self.refresh_once(generation).await;
            if self.again.try_get_untracked() == Some(true) {
                set_timeout(
                    move || {
                        self.refreshing.set(false);
                        self.again.set(false);
                        self.refresh();
                    },
                    Duration::from_millis(250),
                );
            } else {
                self.refreshing.try_set(false);
            }
        });
    }

    async fn refresh_once(self, generation: u32) {
        let Some(shown) = self.shown.try_get_untracked() else { return };
        // Deep in a long list only the pages near the eye are asked for: what lies above is read again at the top.
        let (slot, _) = self.list.with_untracked(|list| list.begin_of(shown.start));
        let mut fresh = self.list.with_untracked(|list| list.cut(if slot > 3 { slot } else { 0 }));
        while let Some(need) = fresh.need(shown.clone()) {
            let ask = self.app.place.with_untracked(|place| place.ask(need.after.clone()));
            let page = call(ask).await;
            if self.generation.try_get_untracked() != Some(generation) {
                return;
            }
            match page {
                Ok(page) => fresh.take(&need, page),
                Err(failure) => return self.refused(&failure),
            }
        }
        let moved = self.held(&shown).and_then(|(id, before)| {
            let after = fresh.index_of(id)?;
            isize::try_from(after).ok()?.checked_sub_unsigned(before)
        });
        self.list_gone.set(None);
        self.list.set(fresh);
        if moved.is_some_and(|moved| moved != 0) {
            self.moved.set(moved);
        }
        self.fill();
    }

    /// The row that must not move: under the pointer, else under the keyboard, else the first one in sight.
    fn held(self, shown: &Range<usize>) -> Option<(DossierId, usize)> {
        self.list.with_untracked(|list| {
            let kept = |id: Option<DossierId>| {
                let id = id?;
                list.index_of(id).filter(|place| shown.contains(place)).map(|place| (id, place))
            };
            kept(self.hovered.get_untracked())
                .or_else(|| kept(self.active.get_untracked()))
                .or_else(|| list.row(shown.start).map(|row| (row.id, shown.start)))
        })
    }

    /// Rights changed: asks for everything anew, and empties what is no longer there.
    pub fn recheck(self) {
        if self.left() {
            return;
        }
        let mailbox = self.app.place.with_untracked(|place| place.mailbox);
        let readable = |id| self.app.mailboxes.with_untracked(|all| all.iter().any(|mailbox| mailbox.id == id));
        if mailbox.is_some_and(|id| !readable(id)) {
            bump(self.generation);
            self.list.set(Paged::default());
            self.active.set(None);
            self.list_gone.set(Some(inbox::MAILBOX_GONE.to_owned()));
        } else {
            self.refresh();
        }
        if let Some(id) = self.open_id() {
            self.load(id);
        }
    }

    /// Opens a dossier.
    pub fn show(self, id: DossierId) {
        if self.left() {
            return;
        }
        self.walked.set(false);
        self.ring(id);
        self.load(id);
    }

    /// Puts the cursor on a row. What stands beside the list is what is ringed: another dossier leaves at once.
    fn ring(self, id: DossierId) {
        bump(self.moves);
        self.active.set(Some(id));
        if let Some(place) = self.list.with_untracked(|list| list.index_of(id)) {
            self.place.set(place);
        }
        if self.open_id() == Some(id) {
            self.opening.set(None);
        } else {
            self.close(None);
            self.opening.set(Some(id));
        }
    }

    /// The same with keys that may go on: the dossier is opened when they rest.
    pub fn walk_to(self, id: DossierId) {
        self.walked.set(true);
        self.ring(id);
        if self.open_id() == Some(id) {
            return;
        }
        let moves = self.moves.get_untracked();
        let rested = move || {
            if self.moves.try_get_untracked() == Some(moves) && self.opening.get_untracked() == Some(id) {
                self.load(id);
            }
        };
        set_timeout(rested, REST);
    }

    /// The dossier that stands beside the list.
    pub fn open_id(self) -> Option<DossierId> {
        self.open.try_with_untracked(|open| open.as_ref().map(|open| open.row.id)).flatten()
    }

    /// Whose the open dossier is, for what hides the name; nothing of another dossier.
    pub fn patient_of(self, id: DossierId) -> Option<String> {
        let of = |open: &Option<Arc<DossierView>>| {
            let row = &open.as_ref()?.row;
            (row.id == id).then(|| words::identified(row.patient.as_ref()))
        };
        self.open.try_with_untracked(of).flatten()
    }

    /// Which message the open dossier is read from, for what is asked of it; nothing where it came in one only.
    pub fn message_shown(self) -> Option<String> {
        let shown = |open: &Option<Arc<DossierView>>| {
            let view = open.as_ref()?;
            view.arrivals.iter().any(|way| way.message != view.shown).then(|| view.shown.clone())
        };
        self.open.try_with_untracked(shown).flatten()
    }

    /// Shows the open dossier as it came in another message.
    pub fn show_message(self, message: String) {
        let Some(id) = self.open_id() else { return };
        self.message.set(Some(message));
        self.load(id);
    }

    /// Asks for a dossier and puts it in view; the keyboard stays on the row where it is.
    pub(super) fn load(self, id: DossierId) {
        if self.left() {
            return;
        }
        self.opening.set(Some(id));
        if self.open_id() != Some(id) {
            self.encoding.set(None);
            self.message.set(None);
        }
        let encoding = self.encoding.get_untracked();
        let message = self.message.get_untracked();
        let chosen = message.is_some();
        spawn_local(async move {
            let view = call(OpenDossier { dossier: id, encoding, message }).await;
            if self.opening.try_get_untracked().flatten() != Some(id) {
                return;
            }
            self.opening.set(None);
            match view {
                Ok(view) => {
                    self.open_gone.set(None);
                    // The list names the first message, whichever is looked at.
                    if !chosen {
                        self.list.update(|list| list.replace(view.row.clone()));
                    }
                    let same = |open: &Arc<DossierView>| open.row.id == id && open.shown == view.shown;
                    if self.open.with_untracked(|open| !open.as_ref().is_some_and(same)) {
                        self.over.set(None);
                    }
                    if self.open.with_untracked(|open| open.as_deref() != Some(&view)) {
                        self.open.set(Some(Arc::new(view)));
                    }
                }
                Err(Failure::NotAllowed { .. } | Failure::NotFound) => {
                    self.close(Some(inbox::DOSSIER_GONE.to_owned()));
                    self.refresh();
                }
                // It stands there as it was.
                Err(failure) if self.open_id() == Some(id) => self.app.complain(&failure),
                Err(failure) if self.app.moves_away(&failure) => {}
                Err(failure) => self.close(Some(self.app.words_of(&failure).sentence())),
            }
        });
    }

    /// Opens the dossier that is ringed; where it was opened by this key already, or none is ringed, the next one: a list
    /// is read through with one key.
    pub fn show_active(self) {
        let walked = self.walked.get_untracked();
        self.walked.set(false);
        match self.active.get_untracked() {
            Some(id) if walked || self.open_id() != Some(id) => {
                if self.open_id() != Some(id) {
                    self.show(id);
                }
            }
            before => {
                if let Some(next) = self.beside(1).filter(|next| Some(*next) != before) {
                    self.show(next);
                }
            }
        }
    }

    /// Closes the open dossier, and awaits none.
    pub fn close(self, why: Option<String>) {
        self.open.set(None);
        self.opening.set(None);
        self.drawn.set(None);
        self.asked.set(None);
        self.source.set(false);
        self.over.set(None);
        self.open_gone.set(why);
    }

    /// The row so far from the cursor; where its row has left the list, from where that stood.
    fn beside(self, by: isize) -> Option<DossierId> {
        self.list.with_untracked(|list| {
            let last = list.len().saturating_sub(1);
            let place = match self.active.get_untracked().map(|id| list.index_of(id)) {
                Some(Some(here)) => here.saturating_add_signed(by).min(last),
                // What came in its place is the next one.
                Some(None) if by > 0 => self.place.get_untracked().saturating_add_signed(by - 1).min(last),
                Some(None) => self.place.get_untracked().saturating_add_signed(by).min(last),
                None => self.shown.get_untracked().start,
            };
            list.row(place).map(|row| row.id)
        })
    }

    /// Moves the cursor by some rows.
    pub fn step(self, by: isize) {
        if let Some(next) = self.beside(by) {
            self.walk_to(next);
        }
    }

    /// The dossier to open after one leaves the list: the next, else the one before.
    fn neighbour(self, id: DossierId) -> Option<DossierId> {
        self.list.with_untracked(|list| {
            let here = list.index_of(id)?;
            let next = list.row(here + 1).or_else(|| list.row(here.checked_sub(1)?));
            next.map(|row| row.id)
        })
    }

    /// Marks the open dossier as drawn, once it stands on the screen.
    pub fn draws(self, id: DossierId) {
        request_animation_frame(move || {
            if self.open_id() == Some(id) {
                self.drawn.set(Some(id));
            }
        });
    }

    /// Validates the open dossier and opens the next, or puts it back among those that wait. Nothing while a decision is
    /// under way, and nothing before the dossier stands on the screen: nobody decides on what was not seen.
    pub fn validate(self, validated: bool) {
        let Some(open) = self.open.get_untracked() else { return };
        let id = open.row.id;
        let other = self.opening.get_untracked().is_some_and(|opening| opening != id);
        let seen = self.drawn.get_untracked() == Some(id) && !other;
        if !open.may_validate || open.row.validated.is_some() == validated || !seen || !self.app.begins_deciding() {
            return;
        }
        let next = self.neighbour(id);
        spawn_local(async move {
            let done = call(ValidateDossier { dossier: id, validated }).await;
            self.app.ends_deciding();
            match done {
                Ok(row) => self.decided(&row, next).await,
                Err(Failure::NotFound) => {
                    self.gone(id);
                    self.refresh();
                }
                Err(failure) => {
                    if matches!(failure, Failure::NotAllowed { .. }) {
                        self.recheck();
                    }
                    self.app.complain(&failure);
                }
            }
            self.app.undo_waiting();
        });
    }

    /// A dossier was validated, or put back. Who has gone on to another one meanwhile stays there.
    async fn decided(self, row: &DossierRow, next: Option<DossierId>) {
        let patient = words::row_patient(row.patient.as_ref());
        if row.validated.is_some() {
            self.app.may_undo(row.id);
            self.app.toast(inbox::validated(&patient), false, Some(row.id));
        } else {
            self.app.no_longer_undo(row.id);
            self.app.say(inbox::reopened(&patient));
        }
        if self.open_id() == Some(row.id) {
            match next {
                _ if row.validated.is_none() => self.load(row.id),
                Some(next) => self.show(next),
                None => {
                    self.active.set(None);
                    self.close(None);
                }
            }
        }
        self.refresh();
        self.app.undo_waiting();
        self.app.load_counts(false).await;
    }

    /// Whether the cursor was moved by keys, and no dossier asked for since: the eye is in the list.
    pub fn walking(self) -> bool {
        self.walked.get_untracked()
    }

    /// A dossier is no longer there.
    fn gone(self, id: DossierId) {
        if self.open_id() == Some(id) {
            self.close(Some(inbox::DOSSIER_GONE.to_owned()));
        }
    }

    /// Shows what came back among those that wait: the list is asked for first, so that it is ringed there.
    pub fn show_returned(self, id: DossierId) {
        if self.left() {
            return;
        }
        let generation = self.generation.get_untracked();
        spawn_local(async move {
            self.refresh_once(generation).await;
            if self.generation.try_get_untracked() == Some(generation) {
                self.show(id);
            }
        });
    }
}
