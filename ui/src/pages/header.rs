//! The header of every page: brand, search, the state of fetching in words, the person's menu.

use crate::parts::chip::Tint;
use crate::parts::icon::{Icon, Sign};
use crate::parts::live::live;
use crate::parts::menu::Menu;
use crate::state::app::{App, Page, Way};
use crate::state::clock;
use crate::state::tray::Place;
use crate::text::{common, mailbox, people, session};
use bannette_api::dossiers::View;
use leptos::html;
use leptos::prelude::*;

/// The search field. It leads to the in-tray.
#[component]
fn Search() -> impl IntoView {
    let app = App::get();
    let field = NodeRef::<html::Input>::new();
    let words = RwSignal::new(app.place.with_untracked(|place| place.words.clone()));
    Effect::new(move || words.set(app.place.with(|place| place.words.clone())));
    let look = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let typed = words.get_untracked().trim().to_owned();
        if !typed.is_empty() {
            app.place.set(Place { words: typed, ..Place::of(View::Team) });
            app.go(Page::Inbox);
        } else {
            app.ends_search();
        }
    };
    // Ends the search, and leaves the field.
    let leave = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Escape"
            && let Some(field) = field.get_untracked()
        {
            event.prevent_default();
            words.set(String::new());
            drop(field.blur());
            app.ends_search();
        }
    };
    view! {
        <form role="search" class="search" on:submit=look>
            <input
                node_ref=field
                id="search"
                type="search"
                placeholder=common::SEARCH
                aria-label=common::SEARCH
                aria-keyshortcuts="/"
                autocomplete="off"
                on:keydown=leave
                bind:value=words
            />
            <kbd aria-hidden="true">"/"</kbd>
        </form>
    }
}

/// The state of all mailboxes, in one chip.
#[component]
fn Overall() -> impl IntoView {
    let app = App::get();
    let state = Memo::new(move |_| {
        app.known.get().then(|| app.mailboxes.with(|all| mailbox::overall(all, app.now.get(), clock::local)))
    });
    view! {
        <span role="status" class="overall" data-test="overall-state">
            {live(move || {
                state.get().map(|state| {
                    let told = state.told.join("\n");
                    let aloud = (!told.is_empty()).then(|| view! { <span class="unseen">{state.told.join("\u{a0}; ")}</span> });
                    view! { <span class=Tint::from(state.tone).class() title=told>{state.chip}</span>{aloud} }
                })
            })}
        </span>
    }
}

/// The person's menu.
#[component]
pub fn Mine() -> impl IntoView {
    let app = App::get();
    let name = Memo::new(move |_| app.me().map(|me| me.person.listed()).unwrap_or_default());
    let letters = Memo::new(move |_| app.me().map(|me| people::initials(&me.person)).unwrap_or_default());
    let password = move || {
        app.tab.set("password");
        app.go(Page::User);
    };
    let keys = move || app.key_sheet.set(true);
    let items = vec![
        ("change-my-password", session::CHANGE, Callback::new(move |()| password())),
        ("show-keys", common::KEYS, Callback::new(move |()| keys())),
        ("lock-window", common::LOCK, Callback::new(move |()| app.leave(Way::Lock))),
        ("sign-out", common::SIGN_OUT, Callback::new(move |()| app.leave(Way::Out))),
    ];
    view! {
        <Menu id="my-menu" label=common::MY_MENU items class="button quiet mine">
            <span class="avatar" aria-hidden="true">{live(move || letters.get())}</span>
            <span class="name">{live(move || name.get())}</span>
            <Sign icon=Icon::Down />
        </Menu>
    }
}

/// The header.
#[component]
pub fn Header() -> impl IntoView {
    let app = App::get();
    view! {
        <a class="skip" href="#content">{common::SKIP}</a>
        <header class="top">
            <button type="button" class="brand" id="home" on:click=move |_| app.go(Page::Home)>
                <Sign icon=Icon::Tray />
                {common::BANNETTE}
                <span class="unseen">{common::HOME}</span>
            </button>
            <Search />
            <Overall />
            <Mine />
        </header>
    }
}
