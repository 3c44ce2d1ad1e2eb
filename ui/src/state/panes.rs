//! How wide the in-tray's columns are: what a person drew them to is kept on this post from one start to the next.

use leptos::prelude::*;

/// A column whose width a person may change, in pixels of the page.
#[derive(Clone, Copy, Debug)]
pub struct Pane {
    /// Name under which it is kept on this post.
    kept: &'static str,
    /// As narrow as it may be.
    pub least: i32,
    /// As wide as it may be.
    pub most: i32,
    /// As much of the window's width as it may take, in hundredths.
    share: u8,
    /// Its width; none: the one that the styles give.
    pub width: RwSignal<Option<i32>>,
}

/// The columns beside the dossier.
#[derive(Clone, Copy, Debug)]
pub struct Panes {
    /// The lists and the mailboxes.
    pub places: Pane,
    /// The rows of a list.
    pub list: Pane,
}

impl Panes {
    /// As they were left.
    pub fn kept() -> Self {
        Self {
            places: Pane::kept("bannette.pane.places", 140, 420, 30),
            list: Pane::kept("bannette.pane.list", 220, 760, 50),
        }
    }
}

impl Pane {
    fn kept(name: &'static str, least: i32, most: i32, share: u8) -> Self {
        let pane = Self { kept: name, least, most, share, width: RwSignal::new(None) };
        let stored = window().local_storage().ok().flatten().and_then(|kept| kept.get_item(name).ok().flatten());
        pane.width.set(stored.and_then(|width| width.parse().ok()).map(|width| pane.within(width)));
        pane
    }

    fn within(self, width: i32) -> i32 {
        width.clamp(self.least, self.most)
    }

    /// Sets its width, and keeps it; none is the usual one again.
    pub fn set(self, width: Option<i32>) {
        let width = width.map(|width| self.within(width));
        self.width.set(width);
        let Some(kept) = window().local_storage().ok().flatten() else { return };
        match width {
            Some(width) => drop(kept.set_item(self.kept, &width.to_string())),
            None => drop(kept.remove_item(self.kept)),
        }
    }

    /// Its width for the styles.
    pub fn written(self) -> impl Fn() -> Option<String> + Clone + Send + 'static {
        // Never so wide that the dossier has no room: the window may be narrower than when it was drawn.
        move || self.width.get().map(|width| format!("min({width}px, {}vw)", self.share))
    }
}
