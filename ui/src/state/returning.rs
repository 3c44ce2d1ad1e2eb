//! What the lock takes from the screen and the unlocking gives back: the place, the open dossier, what had the focus. Only
//! identifiers are kept meanwhile, nothing of a patient, and they are forgotten when somebody signs out.

use crate::state::tray::Tray;
use bannette_api::DossierId;
use leptos::prelude::*;

/// Where somebody was.
#[derive(Clone, Copy)]
pub struct Returning {
    /// The dossier that is open in the in-tray.
    open: RwSignal<Option<DossierId>>,
    /// The dossier that was open when the window was locked.
    locked: RwSignal<Option<DossierId>>,
    /// The identifier of what had the focus then.
    focus: RwSignal<String>,
}

impl Returning {
    /// Nowhere yet.
    pub fn new() -> Self {
        Self { open: RwSignal::new(None), locked: RwSignal::new(None), focus: RwSignal::new(String::new()) }
    }

    /// The window locks: what is to be found again. Asked again while it is locked, it keeps the first answer.
    pub fn locks(self) {
        let open = self.open.get_untracked();
        self.open.set(None);
        if open.is_some() {
            self.locked.set(open);
        }
        let focus = document().active_element().map(|active| active.id()).unwrap_or_default();
        // The fields of the lock itself are no place to come back to.
        if !focus.is_empty() && document().query_selector("main.gate").is_ok_and(|gate| gate.is_none()) {
            self.focus.set(focus);
        }
    }

    /// Somebody signs out: nothing is found again.
    pub fn forgets(self) {
        self.open.set(None);
        self.locked.set(None);
        self.focus.set(String::new());
    }

    /// What had the focus; asked once.
    pub fn focus(self) -> String {
        let focus = self.focus.get_untracked();
        self.focus.set(String::new());
        focus
    }

    /// The in-tray opens: shows the dossier that the lock took away, and notes from now on which one is open.
    pub fn of(self, tray: Tray) {
        Effect::new(move |before: Option<()>| {
            let open = tray.open.with(|open| open.as_ref().map(|open| open.row.id));
            if before.is_some() {
                self.open.set(open);
            } else if let Some(locked) = self.locked.get_untracked() {
                self.locked.set(None);
                tray.show(locked);
            }
        });
        // Left for another page, nothing is open.
        on_cleanup(move || {
            self.open.try_set(None);
        });
    }
}
