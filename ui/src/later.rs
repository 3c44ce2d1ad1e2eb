//! The pages that the start does not need. They lie in a WebAssembly module of their own, which is fetched soon after the
//! first page stands, or when one of them is opened before: what the window loads at its start stays small
//! (docs/decisions/0007).
//!
//! Here, and nowhere else, is said what belongs to that module: whatever only [`Part`] leads to. A page that is called
//! elsewhere too comes back into the module of the start.

use crate::app::focus_if_nowhere;
use crate::pages::accesses;
use crate::pages::first_run::FirstRun;
use crate::pages::inbox::history::History;
use crate::pages::inbox::joining::Joining;
use crate::pages::inbox::source::Source;
use crate::pages::key_sheet::KeySheet;
use crate::pages::leaving::Leaving;
use crate::pages::login::Gate;
use crate::pages::paper;
use crate::pages::password::MustChange;
use crate::pages::settings::application::ApplicationSettings;
use crate::pages::settings::user::UserSettings;
use crate::pages::who::{Readable, WhoDialog};
use crate::parts::button::{Button, Look};
use crate::parts::dialog::Dialog;
use crate::parts::element::{el, words as text};
use crate::parts::live::live;
use crate::state::app::{App, Page, Way};
use crate::text::common;
use crate::text::common::later as words;
use bannette_api::DossierId;
use bannette_api::accesses::AccessOf;
use bannette_api::dossiers::{DossierView, GetHistory, PrintedDossier};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_split::{SplitLoaderError, wasm_split};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

/// What the second module draws.
#[derive(Clone, Debug)]
pub enum Part {
    /// The practice's first run.
    FirstRun,
    /// The password that must be changed.
    MustChange,
    /// Paramètre › Utilisateur.
    User,
    /// Paramètre › Application.
    Application,
    /// « Quitter sans enregistrer ? », and how.
    Leaving(Way),
    /// *Historique des accès*, of what, and of what in words.
    Accesses(AccessOf, String),
    /// *Qui peut lire ?*, and what follows.
    Who(Readable, Callback<()>),
    /// The curve of an analyte, of whom, and what follows.
    History(GetHistory, String, Callback<()>),
    /// The bytes received: of which dossier, how many, whose, and what follows.
    Source(DossierId, u64, String, Callback<()>),
    /// The keys, and the switch of the single letters.
    KeySheet,
    /// *C’est une version de…*, of the open dossier, and what follows.
    Joining(Arc<DossierView>, Callback<()>),
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

/// The way into the second module: this call is what parts it from the first.
#[wasm_split(later, wasm_split_path = ::leptos::wasm_split, preload(load), fallible)]
fn drawn(app: App, part: Part) -> Result<AnyView, SplitLoaderError> {
    Ok(match part {
        Part::FirstRun => view! { <FirstRun /> }.into_any(),
        Part::MustChange => view! { <MustChange /> }.into_any(),
        Part::User => view! { <UserSettings /> }.into_any(),
        Part::Application => view! { <ApplicationSettings /> }.into_any(),
        Part::Leaving(way) => view! { <Leaving way /> }.into_any(),
        Part::Accesses(of, name) => accesses::dialog(app, of, &name),
        Part::Who(what, done) => view! { <WhoDialog what done /> }.into_any(),
        Part::History(ask, patient, close) => view! { <History ask patient close /> }.into_any(),
        Part::Source(dossier, total, patient, close) => view! { <Source dossier total patient close /> }.into_any(),
        Part::KeySheet => view! { <KeySheet /> }.into_any(),
        Part::Joining(view, close) => view! { <Joining view close /> }.into_any(),
    })
}

/// What is printed is laid out there too: nobody prints at the start.
#[wasm_split(later, wasm_split_path = ::leptos::wasm_split, preload(load_paper), fallible)]
fn paper_of(app: App, printed: PrintedDossier, source: Option<String>) -> Result<Option<usize>, SplitLoaderError> {
    Ok(paper::lay_out(app, &printed, source))
}

/// Whether what lays out is here, or comes now.
pub async fn can_lay_out() -> bool {
    load_paper().await.is_ok()
}

/// Lays a dossier out for paper. Gives how many pages it has; nothing where it could not be.
pub async fn laid_out(app: App, printed: PrintedDossier, source: Option<String>) -> Option<usize> {
    paper_of(app, printed, source).await.ok().flatten()
}

/// How long the first page stands before the second module is fetched: long enough to be drawn first.
const REST: Duration = Duration::from_millis(500);

/// Fetches the second module when the first page had its time, so that no click has to wait for it. Should that fail, it
/// is tried again when it is needed, and told then.
pub fn fetch_soon(app: App) {
    let fetch = async move {
        if load().await.is_ok() {
            turn(app, Module::Ready);
        }
    };
    set_timeout(move || spawn_local(fetch), REST);
}

/// Fetches the second module, which is needed now. One that failed before is tried again.
pub async fn fetch(app: App) {
    turn(app, if load().await.is_ok() { Module::Ready } else { Module::Failed });
}

/// Says where the second module is: once when it is here, for who waits for it may be several, and what stands already
/// must not be drawn anew.
fn turn(app: App, to: Module) {
    if app.later.get_untracked() != Module::Ready {
        app.later.set(to);
    }
}

/// Draws a part of the second module, when that is here. The call is then answered in one breath: what is drawn belongs
/// to whoever asked.
fn draw(app: App, part: Part) -> Option<AnyView> {
    match pin!(drawn(app, part)).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(Ok(view)) => Some(view),
        _ => None,
    }
}

/// A part of the second module, as soon as that is here.
pub fn part(app: App, part: Part) -> AnyView {
    spawn_local(fetch(app));
    live(move || match app.later.get() {
        Module::Ready => draw(app, part.clone()),
        Module::Awaited => waiting(&part),
        Module::Failed => Some(failed(app, &part)),
    })
    .into_any()
}

/// What stands meanwhile: before the first screen nothing else does. The other parts come when they are ready.
fn waiting(part: &Part) -> Option<AnyView> {
    let said = || el("p", &[("class", "faint"), ("role", "status")], vec![text(common::LOADING)]);
    matches!(part, Part::FirstRun | Part::MustChange)
        .then(|| el("main", &[("class", "gate"), ("id", "content")], vec![said()]))
}

/// The part could not be loaded: says so, tries again, leads back where there is a way back.
fn failed(app: App, part: &Part) -> AnyView {
    let back: Option<Callback<()>> = match part {
        Part::FirstRun | Part::MustChange => None,
        Part::User | Part::Application => Some(Callback::new(move |()| app.go(Page::Home))),
        Part::Leaving(_) => Some(Callback::new(move |()| app.leaving.set(None))),
        Part::Accesses(..) => Some(Callback::new(move |()| app.accesses.set(None))),
        Part::KeySheet => Some(Callback::new(move |()| app.key_sheet.set(false))),
        Part::Who(_, done) | Part::History(.., done) | Part::Joining(_, done) | Part::Source(.., done) => Some(*done),
    };
    // Whoever opens another part is not told of this failure again.
    let back = back.map(|back| {
        Callback::new(move |()| {
            app.later.set(Module::Awaited);
            back.try_run(());
        })
    });
    match (part, back) {
        (Part::FirstRun | Part::MustChange | Part::User | Part::Application, back) => failed_page(app, back),
        (_, Some(back)) => failed_dialog(app, back),
        (_, None) => failed_page(app, None),
    }
}

/// What is said of any part.
fn said() -> AnyView {
    el("p", &[("class", "banner bad"), ("role", "alert")], vec![text(words::BODY)])
}

/// A page that could not be loaded.
fn failed_page(app: App, back: Option<Callback<()>>) -> AnyView {
    let again = move |()| {
        spawn_local(async move {
            fetch(app).await;
            request_animation_frame(|| focus_if_nowhere("content"));
        });
    };
    request_animation_frame(|| focus_if_nowhere("later-retry"));
    view! {
        <Gate title=words::TITLE>
            {said()}
            <div class="actions">
                {back.map(|back| view! { <Button label=common::HOME look=Look::Quiet id="later-back" act=back /> })}
                <Button label=words::RETRY look=Look::Primary id="later-retry" act=again />
            </div>
        </Gate>
    }
    .into_any()
}

/// A dialog that could not be loaded.
fn failed_dialog(app: App, back: Callback<()>) -> AnyView {
    let again = move |()| {
        app.later.set(Module::Awaited);
        // The focus goes back first where this dialog came from: the one that follows gives it back to the same place.
        request_animation_frame(move || request_animation_frame(move || spawn_local(fetch(app))));
    };
    view! {
        <Dialog id="later-failed" title=words::TITLE cancel=back>
            {said()}
            <div class="actions">
                <Button label=common::CLOSE look=Look::Quiet id="later-back" act=back />
                <Button label=words::RETRY look=Look::Primary id="later-retry" act=again />
            </div>
        </Dialog>
    }
    .into_any()
}
