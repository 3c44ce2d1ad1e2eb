//! The dossiers that are chosen in the list, and what is done with them: shared, made confidential, treated as results.
//!
//! What a button offers is read from the rows; what may be done the core decides.

use crate::backend::call;
use crate::state::app::App;
use crate::state::tray::Tray;
use crate::text::visibility as words;
use bannette_api::dossiers::{Changed, DossierRow, SetVisibility, TreatAsResult, View, Visibility};
use bannette_api::{DossierId, Failure};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;

/// What can be done with some dossiers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Offer {
    /// Sharing: some wait for the decision, or are confidential.
    pub share: bool,
    /// All of these are confidential.
    pub reveal: bool,
    /// Making confidential.
    pub confidential: bool,
    /// Treating as results.
    pub treat: bool,
}

/// What can be done with these dossiers, as far as the rows and one's own mailboxes tell.
pub fn offer<'a>(app: App, rows: impl Iterator<Item = &'a DossierRow>) -> Offer {
    let only = app.place.with(|place| place.mailbox);
    let own = |id| {
        only.is_none_or(|only| only == id)
            && app.mailboxes.with(|all| all.iter().any(|mailbox| mailbox.id == id && mailbox.my_right.owner))
    };
    let mut offer = Offer { reveal: true, ..Offer::default() };
    for row in rows {
        for mailbox in row.mailboxes.iter().filter(|id| own(**id)) {
            let apart = row.apart.iter().find(|apart| apart.mailbox == *mailbox);
            let visibility = apart.map_or(Visibility::Shared, |apart| apart.visibility);
            offer.share |= visibility != Visibility::Shared;
            offer.reveal &= visibility != Visibility::Withheld;
            offer.confidential |= visibility != Visibility::Confidential;
        }
        offer.treat |= row.apart.iter().any(|apart| apart.to_sort);
    }
    offer
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Sets who sees them.
    Set(Visibility),
    /// Takes them out of *À trier*.
    Treat,
}

impl Tray {
    /// Whether a dossier is chosen.
    pub fn picked(self, id: DossierId) -> bool {
        self.picks.with(|picks| picks.iter().any(|row| row.id == id))
    }

    /// Chooses a dossier, or chooses it no more.
    pub fn pick(self, id: DossierId) {
        let Some(row) = self.list.with_untracked(|list| list.index_of(id).and_then(|place| list.row(place).cloned()))
        else {
            return;
        };
        self.picks.update(|picks| {
            let before = picks.len();
            picks.retain(|picked| picked.id != id);
            if picks.len() == before {
                picks.push(row);
            }
        });
        self.keep_to_most();
    }

    /// Chooses the dossier that the keyboard is on, or chooses it no more.
    pub fn pick_active(self) {
        if let Some(id) = self.active.get_untracked() {
            self.pick(id);
        }
    }

    /// Goes on by some rows and chooses what it comes to.
    pub fn pick_on(self, by: isize) {
        let here = self.active.get_untracked();
        if here.is_some_and(|id| !untrack(|| self.picked(id))) {
            self.pick_active();
        }
        self.step(by);
        let there = self.active.get_untracked();
        if there != here && there.is_some_and(|id| !untrack(|| self.picked(id))) {
            self.pick_active();
        }
    }

    /// Chooses all from the row that the keyboard is on to this one.
    pub fn pick_to(self, id: DossierId) {
        let rows = self.list.with_untracked(|list| {
            let to = list.index_of(id)?;
            let from = self.active.get_untracked().and_then(|id| list.index_of(id)).unwrap_or(to);
            let rows = (from.min(to)..=from.max(to)).filter_map(|place| list.row(place).cloned());
            Some(rows.collect::<Vec<_>>())
        });
        self.add(rows.unwrap_or_default());
        self.walk_to(id);
    }

    /// Chooses all rows of the list that are at hand.
    pub fn pick_all(self) {
        let rows =
            self.list.with_untracked(|list| (0..list.len()).filter_map(|place| list.row(place).cloned()).collect());
        self.add(rows);
    }

    fn add(self, rows: Vec<Arc<DossierRow>>) {
        self.picks.update(|picks| {
            for row in rows {
                if picks.iter().all(|picked| picked.id != row.id) {
                    picks.push(row);
                }
            }
        });
        self.keep_to_most();
    }

    fn keep_to_most(self) {
        let most = usize::try_from(SetVisibility::MOST).unwrap_or(usize::MAX);
        if self.picks.with_untracked(|picks| picks.len() > most) {
            self.picks.update(|picks| picks.truncate(most));
            self.app().say(words::most(SetVisibility::MOST));
        }
        self.app().polite.set(self.picks.with_untracked(|picks| words::chosen(picks.len())));
    }

    /// Chooses nothing any more.
    pub fn pick_none(self) {
        if self.picks.try_with_untracked(|picks| !picks.is_empty()) == Some(true) {
            self.picks.set(Vec::new());
        }
    }

    /// What the deed would be done with: the dossiers that are chosen, else the open one.
    pub fn concerned(self, deed: Deed) -> Vec<Arc<DossierRow>> {
        let mut rows = self.picks.get_untracked();
        if rows.is_empty() {
            rows.extend(self.open.with_untracked(|open| open.as_ref().map(|open| Arc::new(open.row.clone()))));
        }
        rows.retain(|row| untrack(|| self.may(row, deed)));
        rows
    }

    /// Does what a key asked for, now that the person confirmed it.
    pub fn confirmed(self) {
        let Some(deed) = self.asked.get_untracked() else { return };
        self.asked.set(None);
        let dossiers = self.concerned(deed).iter().map(|row| row.id).collect();
        self.act(dossiers, deed);
    }

    fn may(self, row: &DossierRow, deed: Deed) -> bool {
        let offer = offer(self.app(), std::iter::once(row));
        match deed {
            Deed::Set(Visibility::Confidential) => offer.confidential,
            Deed::Set(_) => offer.share,
            Deed::Treat => offer.treat,
        }
    }

    /// Does it with the dossiers that are chosen.
    pub fn act_on_picks(self, deed: Deed) {
        let rows = self.picks.get_untracked();
        let dossiers = untrack(|| rows.iter().filter(|row| self.may(row, deed)).map(|row| row.id).collect());
        self.act(dossiers, deed);
    }

    /// Does it with the open dossier, and opens the next where it leaves the list.
    pub fn act_on_open(self, deed: Deed) {
        if let Some(id) = self.open_id() {
            self.act(vec![id], deed);
        }
    }

    fn act(self, dossiers: Vec<DossierId>, deed: Deed) {
        if dossiers.is_empty() || self.acting.get_untracked() {
            return;
        }
        self.acting.set(true);
        let app = self.app();
        let (view, mailbox) = app.place.with_untracked(|place| (place.view, place.mailbox));
        let leaves = matches!((view, deed), (View::ToShare, Deed::Set(_)) | (View::ToSort, Deed::Treat));
        let open = self.open_id().filter(|id| dossiers.contains(id));
        let next = open.filter(|_| leaves).map(|id| self.neighbour_outside(id, &dossiers));
        spawn_local(async move {
            let done = match deed {
                Deed::Set(visibility) => {
                    let done = call(SetVisibility { dossiers, mailbox, visibility }).await;
                    done.map(|Changed { dossiers }| words::done(visibility, dossiers))
                }
                Deed::Treat => {
                    let done = call(TreatAsResult { dossiers }).await;
                    done.map(|Changed { dossiers }| words::treated(dossiers))
                }
            };
            self.acting.try_set(false);
            match done {
                Ok(words) => {
                    app.say(words);
                    self.pick_none();
                    match (next, open) {
                        (Some(Some(next)), _) => self.show(next),
                        (Some(None), _) => self.close(None),
                        (None, Some(open)) => self.load(open),
                        (None, None) => {}
                    }
                    self.refresh();
                    app.load_counts(false).await;
                    focus_on_list();
                }
                Err(failure) => {
                    if matches!(failure, Failure::NotAllowed { .. } | Failure::NotFound) {
                        self.pick_none();
                        self.recheck();
                    }
                    app.complain(&failure);
                }
            }
        });
    }

    /// The nearest dossier after one, else before it, that is not among these.
    fn neighbour_outside(self, id: DossierId, these: &[DossierId]) -> Option<DossierId> {
        self.list.with_untracked(|list| {
            let here = list.index_of(id)?;
            let other = |place: usize| list.row(place).map(|row| row.id).filter(|id| !these.contains(id));
            let near = usize::try_from(SetVisibility::MOST).unwrap_or(usize::MAX);
            let after = (here + 1..list.len().min(here + near)).find_map(other);
            after.or_else(|| (here.saturating_sub(near)..here).rev().find_map(other))
        })
    }
}

/// The button that was pressed is gone: the focus goes where the work goes on.
fn focus_on_list() {
    use wasm_bindgen::JsCast;
    request_animation_frame(|| {
        let lost = document().active_element().is_none_or(|active| active.tag_name() == "BODY");
        let list = ["dossiers", "content"].into_iter().filter_map(|id| document().get_element_by_id(id));
        let list = list.filter_map(|found| found.dyn_into::<web_sys::HtmlElement>().ok()).find(|found| !found.hidden());
        if let Some(list) = list.filter(|_| lost) {
            drop(list.focus());
        }
    });
}
