//! The pages that the start does not need. They lie in a WebAssembly module of their own, which is fetched once the first
//! page stands, or when one of them is opened before: what the window loads at its start stays small
//! (docs/decisions/0007).
//!
//! Here, and nowhere else, is said what belongs to that module: whatever only [`Part`] leads to. A page that is named
//! elsewhere too comes back into the module of the start.

use crate::pages::settings::application::ApplicationSettings;
use crate::pages::settings::user::UserSettings;
use crate::parts::live::live;
use crate::state::app::App;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_split::{SplitLoaderError, wasm_split};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

/// What the second module draws.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Paramètre › Utilisateur.
    User,
    /// Paramètre › Application.
    Application,
}

/// Where the second module is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Module {
    /// Not here yet.
    Awaited,
    /// Here: its parts are drawn at once.
    Ready,
    /// It could not be loaded.
    Failed,
}

/// The way into the second module: the call is what parts it from the first.
#[wasm_split(later, wasm_split_path = ::leptos::wasm_split, preload(load), fallible)]
fn drawn(part: Part) -> Result<AnyView, SplitLoaderError> {
    Ok(match part {
        Part::User => view! { <UserSettings /> }.into_any(),
        Part::Application => view! { <ApplicationSettings /> }.into_any(),
    })
}

/// Fetches the second module, unless it is here.
pub fn fetch(app: App) {
    if app.later.get_untracked() == Module::Ready {
        return;
    }
    spawn_local(async move {
        app.later.set(if load().await.is_ok() { Module::Ready } else { Module::Failed });
    });
}

/// Draws a part of the second module, which is here. The call is answered in one breath: what is drawn belongs to
/// whoever asked.
fn draw(part: Part) -> Option<AnyView> {
    match pin!(drawn(part)).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(Ok(view)) => Some(view),
        _ => None,
    }
}

/// A part of the second module, as soon as that is here.
pub fn part(app: App, part: Part) -> AnyView {
    fetch(app);
    live(move || match app.later.get() {
        Module::Ready => draw(part),
        Module::Awaited | Module::Failed => None,
    })
    .into_any()
}
