//! Drawn signs. They stand beside words and are never the only sign of something.

use crate::text::dossier;
use bannette_api::report::Flag;
use leptos::prelude::*;

/// The signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    /// The product's tray.
    Tray,
    /// Settings.
    Gear,
    /// Takes away.
    Bin,
    /// Adds.
    Plus,
    /// Goes well.
    Check,
    /// Went wrong.
    Cross,
    /// Warns.
    Warning,
    /// An attached document.
    Document,
    /// Opens a menu.
    Down,
    /// A calendar.
    Calendar,
    /// A curve.
    Curve,
}

impl Icon {
    fn path(self) -> &'static str {
        match self {
            Self::Tray => {
                "M2 9.2v3.3A1.5 1.5 0 0 0 3.5 14h9a1.5 1.5 0 0 0 1.5-1.5V9.2M2 9.2h3.4c.4 1.5 1.3 2.2 2.6 2.2s2.2-.7 2.6-2.2H14M4.3 6.4V3.2C4.3 2.5 4.8 2 5.5 2h5c.7 0 1.2.5 1.2 1.2v3.2M6.6 5h2.8"
            }
            Self::Gear => {
                "M8 10.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4M8 1.6v2M8 12.4v2M1.6 8h2M12.4 8h2M3.5 3.5l1.4 1.4M11.1 11.1l1.4 1.4M3.5 12.5l1.4-1.4M11.1 4.9l1.4-1.4"
            }
            Self::Bin => "M2.5 4.5h11M6 4.5V2.8h4v1.7M4 4.5l.7 9h6.6l.7-9M6.7 7v4.2M9.3 7v4.2",
            Self::Plus => "M8 3v10M3 8h10",
            Self::Check => "M3 8.5l3.2 3.2L13 5",
            Self::Cross => "M4 4l8 8M12 4l-8 8",
            Self::Warning => "M8 2.2l6.3 11.2H1.7zM8 6.4v3.4M8 11.4v.4",
            Self::Document => "M4 1.8h5.2L12.5 5v9.2H4zM9 1.8v3.4h3.5",
            Self::Down => "M4 6.2l4 4 4-4",
            Self::Calendar => "M2.5 3.5h11v10h-11zM2.5 6.6h11M5.4 1.8v3M10.6 1.8v3",
            Self::Curve => "M2 2v12h12M4.6 10.6l3-3.6 2.4 2 3.4-5",
        }
    }
}

/// A sign, the size of the text beside it.
#[component]
pub fn Sign(
    /// Which.
    icon: Icon,
) -> impl IntoView {
    view! {
        <svg class="sign" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
            <path d=icon.path() />
        </svg>
    }
}

/// [`Sign`] as a drawing whose type is hidden.
#[inline(never)]
pub fn sign(icon: Icon) -> AnyView {
    view! { <Sign icon /> }.into_any()
}

/// The mark of a flag: one triangle, two when critical, with its words for screen readers.
#[component]
pub fn FlagMark(
    /// Which.
    flag: Flag,
    /// Whether the words are said elsewhere.
    #[prop(optional)]
    silent: bool,
) -> impl IntoView {
    const UP: &str = "M1 9.5 6 1.5 11 9.5z";
    const DOWN: &str = "M1 2.5h10l-5 8z";
    const ROUND: &str = "M6 2a4 4 0 1 1 0 8 4 4 0 0 1 0-8z";
    let shape = match flag {
        Flag::Normal => None,
        Flag::Low | Flag::CriticallyLow => Some(DOWN),
        Flag::High | Flag::CriticallyHigh => Some(UP),
        Flag::Abnormal | Flag::Critical => Some(ROUND),
    };
    let times = if flag.is_critical() { 2 } else { 1 };
    shape.map(|shape| {
        let marks = (0..times)
            .map(|_| view! { <svg viewBox="0 0 12 12" aria-hidden="true"><path d=shape /></svg> })
            .collect_view();
        view! {
            <span class="mark">
                {marks} {(!silent).then(|| view! { <span class="unseen">{dossier::flag(flag)}</span> })}
            </span>
        }
    })
}

/// [`FlagMark`] as a drawing whose type is hidden.
#[inline(never)]
pub fn flag_mark(flag: Flag, silent: bool) -> AnyView {
    view! { <FlagMark flag silent=silent /> }.into_any()
}
