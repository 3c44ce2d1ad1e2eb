//! Signing in with Pro Santé Connect, in the system's browser: the button, how it stands, its end.

use crate::backend::call;
use crate::parts::button::{Look, press};
use crate::parts::element::{el, words as text};
use crate::parts::live::live;
use crate::state::app::App;
use crate::state::clock;
use crate::text::mailbox::Tone;
use crate::text::pro_sante as words;
use bannette_api::pro_sante::{BeginProSante, EndProSante, GetProSante, ProSanteState};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// What is known of it here.
#[derive(Clone, Copy)]
struct Standing {
    app: App,
    state: RwSignal<Option<ProSanteState>>,
    busy: RwSignal<bool>,
}

impl Standing {
    fn take(self, answered: Result<ProSanteState, bannette_api::Failure>) {
        match answered {
            Ok(state) => {
                self.state.try_set(Some(state));
            }
            Err(failure) => self.app.complain(&failure),
        }
        self.busy.try_set(false);
    }

    fn ask(self) {
        spawn_local(async move { self.take(call(GetProSante {}).await) });
    }

    fn begin(self) {
        self.busy.set(true);
        spawn_local(async move { self.take(call(BeginProSante {}).await) });
    }

    fn end(self) {
        self.busy.set(true);
        spawn_local(async move { self.take(call(EndProSante {}).await) });
    }
}

/// The button for what can be done now.
fn act(standing: Standing) -> AnyView {
    let busy = Signal::from(standing.busy);
    let begin = Callback::new(move |()| standing.begin());
    let end = Callback::new(move |()| standing.end());
    match standing.state.get() {
        Some(ProSanteState::SignedOut { .. }) => press(words::SIGN_IN, Look::Normal, "pro-sante-begin", busy, begin),
        Some(ProSanteState::InBrowser { .. }) => press(words::GIVE_UP, Look::Normal, "pro-sante-end", busy, end),
        Some(ProSanteState::SignedIn { .. }) => press(words::SIGN_OUT, Look::Quiet, "pro-sante-end", busy, end),
        Some(ProSanteState::NotRegistered) | None => ().into_any(),
    }
}

/// How it stands, in words.
fn said(standing: Standing) -> AnyView {
    let Some(state) = standing.state.get() else { return ().into_any() };
    let (tone, said) = words::state(&state, standing.app.now.get(), clock::local);
    let class = match tone {
        Tone::Warn => "banner warn",
        Tone::Good => "good",
        Tone::Info | Tone::Muted => "hint",
    };
    el("p", &[("class", class), ("data-test", "pro-sante-state")], vec![text(&said)])
}

/// Pro Santé Connect for one's own mailboxes.
#[inline(never)]
pub fn section(app: App) -> AnyView {
    let standing = Standing { app, state: RwSignal::new(None), busy: RwSignal::new(false) };
    // The core tells of each change as it does for mailboxes.
    Effect::new(move || {
        app.changes.mailboxes.track();
        standing.ask();
    });
    let parts = vec![
        el("div", &[("role", "status")], vec![live(move || said(standing)).into_any()]),
        el("div", &[("class", "acts")], vec![live(move || act(standing)).into_any()]),
    ];
    el("div", &[("class", "pro-sante"), ("role", "group"), ("aria-label", words::TITLE)], parts)
}
