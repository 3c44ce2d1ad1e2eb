//! Chips and banners: a word or a sentence on a tinted ground.

use crate::parts::live::live;
use crate::text::mailbox::Tone;
use leptos::prelude::*;

/// A tint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tint {
    /// Critical.
    Critical,
    /// Abnormal, or a person must act.
    Abnormal,
    /// Good.
    Good,
    /// For information.
    Info,
    /// Muted.
    Muted,
}

impl Tint {
    /// Its class.
    pub fn class(self) -> &'static str {
        match self {
            Self::Critical => "chip critical",
            Self::Abnormal => "chip abnormal",
            Self::Good => "chip good",
            Self::Info => "chip info",
            Self::Muted => "chip muted",
        }
    }
}

impl From<Tone> for Tint {
    fn from(tone: Tone) -> Self {
        match tone {
            Tone::Good => Self::Good,
            Tone::Info => Self::Info,
            Tone::Warn => Self::Abnormal,
            Tone::Muted => Self::Muted,
        }
    }
}

/// A chip.
#[component]
pub fn Chip(
    /// Tint.
    tint: Tint,
    /// What stands in it.
    children: Children,
) -> impl IntoView {
    view! { <span class=tint.class()>{children()}</span> }
}

/// A sentence above a form or a page, said aloud when it appears.
#[component]
pub fn Complaint(
    /// The sentence.
    #[prop(into)]
    text: Signal<Option<String>>,
) -> impl IntoView {
    view! {
        <div role="alert" class="alerts">
            {live(move || text.get().map(|text| view! { <p class="banner bad">{text}</p> }))}
        </div>
    }
}
