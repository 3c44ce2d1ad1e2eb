//! The root: which screen stands, the keys that work everywhere, what is said in passing.

use crate::backend;
use crate::later::{self, Module, Part};
use crate::pages::header::Header;
use crate::pages::home::Home;
use crate::pages::inbox::Inbox;
use crate::pages::key_sheet;
use crate::pages::lock::Lock;
use crate::pages::login::Login;
use crate::pages::told::Told;
use crate::pages::unopenable::Unopenable;
use crate::parts::button::{Button, Look};
use crate::parts::dialog::{Dialog, dialog_open, focus_is_free, typing};
use crate::parts::focus::focus_again;
use crate::parts::live::{Show, live};
use crate::parts::toast::Toasts;
use crate::state::app::{App, Page, Way};
use crate::state::{clock, idle, printing, zoom};
use crate::text::{common, paper};
use bannette_api::failure::StoreTrouble;
use bannette_api::session::Situation;
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;
use wasm_bindgen::JsCast;
use web_sys::{FocusOptions, HtmlElement, HtmlInputElement};

/// Which screen stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Screen {
    Waiting,
    FirstRun,
    Login,
    Lock,
    MustChange,
    Inside,
    Unopenable(StoreTrouble),
}

fn screen(situation: Option<&Situation>) -> Screen {
    match situation {
        None => Screen::Waiting,
        Some(Situation::NoPractice) => Screen::FirstRun,
        Some(Situation::SignedOut { .. }) => Screen::Login,
        Some(Situation::Locked { .. }) => Screen::Lock,
        Some(Situation::SignedIn { me, .. }) if me.password_must_change => Screen::MustChange,
        Some(Situation::SignedIn { .. }) => Screen::Inside,
        Some(Situation::Unopenable { trouble }) => Screen::Unopenable(*trouble),
    }
}

/// Gives the focus to an element, unless something has it: a person who was quicker (a menu just opened) keeps it.
pub fn focus_if_nowhere(id: &str) {
    if let Some(element) = element(id).filter(|_| focus_is_free()) {
        // Where the page stands is not this one's to say: the web view would scroll later, over what was scrolled since.
        let still = FocusOptions::new();
        still.set_prevent_scroll(true);
        drop(element.focus_with_options(&still));
    }
}

/// Gives the focus to the search, with what stands there chosen: what is typed takes its place.
fn begin_search() {
    if let Some(field) = element("search").and_then(|field| field.dyn_into::<HtmlInputElement>().ok()) {
        drop(field.focus());
        field.select();
    }
}

fn element(id: &str) -> Option<HtmlElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

/// `/`, `?` and Ctrl+Z. A key that is held acts once.
fn keys(app: App, event: &ev::KeyboardEvent) {
    let inside = app.situation.with_untracked(|situation| screen(situation.as_ref()) == Screen::Inside);
    if !inside || typing() || dialog_open() || event.default_prevented() {
        return;
    }
    let control = event.ctrl_key() || event.meta_key();
    match event.key().as_str() {
        "z" if control && event.repeat() => {}
        "z" if control => app.undo(),
        "/" if !control && app.single_keys.get_untracked() => begin_search(),
        "?" if !control && app.single_keys.get_untracked() => app.key_sheet.set(true),
        _ => return,
    }
    event.prevent_default();
}

/// What stands for somebody who is signed in.
#[component]
fn Inside() -> impl IntoView {
    let app = App::get();
    // The page before stands until the wanted one can be drawn: nothing flashes, the focus stays where it is.
    let page = Memo::new(move |before: Option<&Page>| {
        let (wanted, awaited) = (app.page.get(), app.later.get() == Module::Awaited);
        if awaited && wanted.later() { before.copied().unwrap_or(Page::Home) } else { wanted }
    });
    Effect::new(move || {
        if app.page.get().later() {
            spawn_local(later::fetch(app));
        }
    });
    // Signed in or unlocked, one goes on where one was: by keyboard too.
    focus_again(app.returning.focus());
    // The element that led here is gone: the focus goes to the new page's content.
    Effect::new(move |before: Option<Page>| {
        let page = page.get();
        if before.is_some_and(|before| before != page) {
            request_animation_frame(|| {
                focus_if_nowhere("content");
                // Where everything is so large that the whole page scrolls, it begins at its top all the same.
                window().scroll_to_with_x_and_y(0.0, 0.0);
            });
        }
        page
    });
    let shown = move || match page.get() {
        Page::Home => view! { <Header /><Told /><Home /> }.into_any(),
        Page::Inbox => view! { <Header /><Told /><Inbox /> }.into_any(),
        Page::User => later::part(app, Part::User),
        Page::Application => later::part(app, Part::Application),
    };
    view! {
        <div class="window">{live(shown)}</div>
        {live(move || app.accesses.get().map(|(of, name)| later::part(app, Part::Accesses(of, name))))}
        {live(move || app.leaving.get().map(|way| later::part(app, Part::Leaving(way))))}
        {live(move || app.key_sheet.get().then(|| later::part(app, Part::KeySheet)))}
    }
}

/// Has the shell ask before it closes a window whose settings are not kept, and asks the person then.
fn closing(app: App) {
    let unsaved = Memo::new(move |_| app.unsaved.get());
    Effect::new(move || {
        let hold = unsaved.get();
        spawn_local(backend::hold_window(hold));
    });
    let asked = move || {
        // Held again while the person is asked; a page that hangs does not come here, and its window can be closed.
        spawn_local(backend::hold_window(app.unsaved.get_untracked()));
        app.leave(Way::Close);
    };
    // What is not heard cannot be asked about: then the window closes at the second request.
    spawn_local(async move { backend::listen_closing(asked).await.unwrap_or(()) });
}

/// Starts what runs as long as the page lives.
fn start(app: App) {
    app.single_keys.set(key_sheet::read_switch());
    spawn_local(async move {
        if backend::listen(move |event| spawn_local(app.heard(event))).await.is_err() {
            // Without events the screens still work: they ask again at each step.
            app.polite.set(String::new());
        }
        app.look().await;
        later::fetch_soon(app);
    });
    drop(set_interval_with_handle(move || app.now.set(clock::now()), Duration::from_secs(1)));
    idle::watch(app);
    closing(app);
    zoom::watch();
    printing::watch(app);
    let _keys = window_event_listener(ev::keydown, move |event| keys(app, &event));
}

/// Over an open dialog: that nothing was printed, and what to do.
fn not_printed(app: App) -> impl IntoView {
    let close = move |()| app.not_printed.set(false);
    view! {
        <Dialog id="not-printed" title=paper::NOT_PRINTED cancel=close>
            <p role="status">{paper::DIALOG_OPEN}</p>
            <div class="actions">
                <Button label=common::CLOSE look=Look::Primary id="not-printed-close" act=close />
            </div>
        </Dialog>
    }
}

/// The root.
#[component]
pub fn Root() -> impl IntoView {
    let app = App::new();
    provide_context(app);
    start(app);
    let now = Memo::new(move |_| app.situation.with(|situation| screen(situation.as_ref())));
    let shown = move || match now.get() {
        Screen::Waiting => {
            view! { <main class="gate" id="content"><p class="faint" role="status">{common::LOADING}</p></main> }
                .into_any()
        }
        Screen::FirstRun => later::part(app, Part::FirstRun),
        Screen::Login => view! { <Login /> }.into_any(),
        Screen::Lock => view! { <Lock /> }.into_any(),
        Screen::MustChange => later::part(app, Part::MustChange),
        Screen::Inside => view! { <Inside /> }.into_any(),
        Screen::Unopenable(trouble) => view! { <Unopenable trouble /> }.into_any(),
    };
    view! {
        {live(shown)}
        <Toasts />
        <Show when=move || app.not_printed.get()>{not_printed(app)}</Show>
        <p id="not-by-the-act">{paper::NOT_BY_THE_ACT}</p>
        <div class="unseen" aria-live="polite" role="status">{live(move || app.polite.get())}</div>
        <div class="unseen" aria-live="assertive" role="alert">{live(move || app.assertive.get())}</div>
    }
}
