//! Two lists side by side: those who are out with « + », those who are in with a box and the bin.
//! Arrows move, Enter moves across, Delete takes out. It changes nothing by itself: it asks.

use crate::parts::dialog::typing;
use crate::parts::focus::focus_now;
use crate::parts::icon::{Icon, Sign};
use crate::parts::live::{Show, each, live};
use leptos::ev::{KeyboardEvent, MouseEvent};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, EventTarget, HtmlElement};

/// Somebody or something in one of the lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry<K> {
    /// What it is.
    pub key: K,
    /// The same in letters, unique.
    pub id: String,
    /// Its name.
    pub name: String,
    /// A line below.
    pub line: String,
    /// Two letters.
    pub letters: String,
    /// The box, in the right list.
    pub ticked: bool,
}

/// The words of a picker.
#[derive(Clone, Copy)]
pub struct PickerWords {
    /// Title of the left list.
    pub out: &'static str,
    /// Title of the right list.
    pub inside: &'static str,
    /// Head of the names.
    pub name: &'static str,
    /// Head of the boxes; empty: there are none.
    pub tick: &'static str,
    /// Search field.
    pub search: &'static str,
    /// Nobody on the right.
    pub nobody: &'static str,
    /// Names the button that adds.
    pub add: fn(&str) -> String,
    /// Names the button that takes out.
    pub remove: fn(&str) -> String,
    /// Names the box.
    pub ticks: fn(&str) -> String,
}

/// The search field, which is always there.
const SEARCH: &str = "#share-search";

/// The element that an event concerns.
fn target(event: &KeyboardEvent) -> Option<HtmlElement> {
    event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok())
}

/// The same control of the row that stands so many rows further.
fn neighbour(here: &HtmlElement, step: i32) -> Option<HtmlElement> {
    let kind = here.get_attribute("data-test")?;
    let all = here.closest("ul").ok()??.query_selector_all(&format!("[data-test='{kind}']")).ok()?;
    let place = (0..all.length()).find(|place| all.item(*place).is_some_and(|node| node.is_same_node(Some(here))))?;
    all.item(place.checked_add_signed(step)?)?.dyn_into().ok()
}

/// Arrows move the focus to the same control of the next or previous row; up from the first row of those who are out,
/// the search field has it, and down from there the first row.
fn move_focus(event: &KeyboardEvent) {
    let step = match event.key().as_str() {
        "ArrowDown" => 1,
        "ArrowUp" => -1,
        _ => return,
    };
    let Some(here) = target(event) else { return };
    if here.id() == "share-search" {
        if step == 1 && focus_now(&["#picker-out [data-test=add-grantee]"]) {
            event.prevent_default();
        }
        return;
    }
    if here.get_attribute("data-test").is_none() || here.closest("ul").ok().flatten().is_none() {
        return;
    }
    event.prevent_default();
    if let Some(next) = neighbour(&here, step) {
        drop(next.focus());
    } else if step == -1 && here.closest("#picker-out").ok().flatten().is_some() {
        focus_now(&[SEARCH]);
    }
}

/// A row is about to go: the focus goes to the same control of the row that takes its place, else of the one before, else
/// to the search field. Now, and not once the row is gone: meanwhile a key would be pressed on nothing. `here` is what was
/// pressed in that row, `control` what of the next row is to have the focus.
fn step_aside(here: Option<EventTarget>, control: &str) {
    let row = here.and_then(|here| here.dyn_into::<Element>().ok()).and_then(|here| here.closest("li").ok().flatten());
    let own = row.and_then(|row| row.query_selector(control).ok().flatten());
    let own = own.and_then(|own| own.dyn_into::<HtmlElement>().ok());
    match own.and_then(|own| neighbour(&own, 1).or_else(|| neighbour(&own, -1))) {
        Some(next) => drop(next.focus()),
        None => {
            focus_now(&[SEARCH]);
        }
    }
}

/// The head of a row: letters, name, line.
fn who<K>(entry: &Entry<K>, line: Signal<String>) -> impl IntoView + use<K> {
    view! {
        <span class="avatar" aria-hidden="true">{entry.letters.clone()}</span>
        <span class="who">{entry.name.clone()}<small>{line}</small></span>
    }
}

/// The left list.
#[component]
fn Outside<K>(
    words: PickerWords,
    entries: Signal<Vec<Entry<K>>>,
    search: RwSignal<String>,
    empty: Signal<&'static str>,
    add: Callback<K>,
) -> impl IntoView
where
    K: Copy + Eq + Send + Sync + 'static,
{
    let row = move |entry: Entry<K>| {
        let key = entry.key;
        let act = move |event: MouseEvent| {
            step_aside(event.target(), "[data-test=add-grantee]");
            add.run(key);
        };
        view! {
            <li>
                {who(&entry, Signal::stored(entry.line.clone()))}
                <button
                    type="button"
                    class="button square"
                    data-test="add-grantee"
                    data-name=entry.name.clone()
                    aria-label=(words.add)(&entry.name)
                    on:click=act
                >
                    <Sign icon=Icon::Plus />
                </button>
            </li>
        }
    };
    view! {
        <section class="column" aria-labelledby="picker-out-title">
            <h3 id="picker-out-title">{words.out}</h3>
            <div class="column-search">
                <input
                    id="share-search"
                    type="search"
                    aria-label=words.search
                    placeholder=words.search
                    autocomplete="off"
                    on:keydown=move |event| move_focus(&event)
                    bind:value=search
                />
            </div>
            <Show when=move || entries.with(|entries| !entries.is_empty()) fallback=move || view! { <p class="empty">{live(move || empty.get())}</p> }>
                <ul id="picker-out" class="people" on:keydown=move |event| move_focus(&event)>
                    {each(move || entries.get(), |entry| entry.id.clone(), row)}
                </ul>
            </Show>
        </section>
    }
}

/// The right list.
#[component]
fn Inside<K>(
    words: PickerWords,
    entries: Signal<Vec<Entry<K>>>,
    tick: Callback<(K, bool)>,
    remove: Callback<K>,
    more: Option<Callback<K, AnyView>>,
) -> impl IntoView
where
    K: Copy + Eq + Send + Sync + 'static,
{
    let take_out = move |key: K, here: Option<EventTarget>| {
        step_aside(here, "[data-test=remove-grantee]");
        remove.run(key);
    };
    let row = move |entry: Entry<K>| {
        let key = entry.key;
        let name = entry.name.clone();
        // The row stays, and with it the focus, when its box or its line changes.
        let own = Memo::new(move |_| entries.with(|all| all.iter().find(|other| other.key == key).cloned()));
        let line = Signal::derive(move || own.get().map(|entry| entry.line).unwrap_or_default());
        let ticked = move || own.get().is_some_and(|entry| entry.ticked);
        let keys = move |event: KeyboardEvent| {
            // In a field Delete takes out a letter.
            if event.key() == "Delete" && !typing() {
                event.prevent_default();
                take_out(key, event.target());
            }
        };
        view! {
            <li on:keydown=keys>
                {who(&entry, line)}
                {more.map(|more| more.run(key))}
                <label class="tick" hidden=words.tick.is_empty()>
                    <input
                        type="checkbox"
                        data-test="send-box"
                        data-name=name.clone()
                        aria-label=(words.ticks)(&name)
                        prop:checked=ticked
                        on:change=move |event| tick.run((key, event_target_checked(&event)))
                    />
                </label>
                <button
                    type="button"
                    class="button square"
                    data-test="remove-grantee"
                    data-name=name.clone()
                    aria-label=(words.remove)(&name)
                    on:click=move |event: MouseEvent| take_out(key, event.target())
                >
                    <Sign icon=Icon::Bin />
                </button>
            </li>
        }
    };
    view! {
        <section class="column" aria-labelledby="picker-in-title">
            <h3 id="picker-in-title">{words.inside}</h3>
            <div class="column-head" aria-hidden="true">
                <span>{words.name}</span>
                <span>{words.tick}</span>
            </div>
            <Show
                when=move || entries.with(|entries| !entries.is_empty())
                fallback=move || view! { <p class="empty">{words.nobody}</p> }
            >
                <ul id="picker-in" class="people" on:keydown=move |event| move_focus(&event)>
                    {each(move || entries.get(), |entry| entry.id.clone(), row)}
                </ul>
            </Show>
        </section>
    }
}

/// Two lists side by side.
#[component]
pub fn Picker<K>(
    /// The words.
    words: PickerWords,
    /// Those who are out, as found.
    #[prop(into)]
    outside: Signal<Vec<Entry<K>>>,
    /// Those who are in.
    #[prop(into)]
    inside: Signal<Vec<Entry<K>>>,
    /// What is looked for.
    search: RwSignal<String>,
    /// Why nobody is out.
    #[prop(into)]
    empty: Signal<&'static str>,
    /// Somebody comes in.
    #[prop(into)]
    add: Callback<K>,
    /// Somebody's box is ticked or not.
    #[prop(into)]
    tick: Callback<(K, bool)>,
    /// Somebody goes out.
    #[prop(into)]
    remove: Callback<K>,
    /// What else stands in the line of somebody who is in.
    #[prop(optional)]
    more: Option<Callback<K, AnyView>>,
) -> impl IntoView
where
    K: Copy + Eq + Send + Sync + 'static,
{
    view! {
        <div class="picker">
            <Outside words entries=outside search empty add />
            <Inside words entries=inside tick remove more />
        </div>
    }
}
