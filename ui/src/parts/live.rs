//! What is drawn again when what it shows changes.
//!
//! Both parts hide the type of what they are given: each closure in a page would else bring its own copy of the
//! framework's drawing code into the module, which must stay small.

use leptos::prelude::*;

/// A drawing whose type is hidden.
pub type Live = Box<dyn FnMut() -> AnyView + Send>;

/// Draws again when what it reads changes.
pub fn live<V>(draw: impl Fn() -> V + Send + 'static) -> Live
where
    V: IntoAny + 'static,
{
    Box::new(move || draw().into_any())
}

/// Draws one thing or another, and again only when the condition turns.
#[component]
pub fn Show(
    /// The condition.
    #[prop(into)]
    when: Signal<bool>,
    /// What stands when it does not hold.
    #[prop(optional, into)]
    fallback: ViewFn,
    /// What stands when it holds.
    children: ChildrenFn,
) -> impl IntoView {
    let holds = Memo::new(move |_| when.get());
    live(move || if holds.get() { children() } else { fallback.run() })
}

/// Something to draw once, under a key.
struct Item {
    key: String,
    draw: Box<dyn FnOnce() -> AnyView + Send>,
}

/// Where the things of a list come from.
type Items = Box<dyn Fn() -> Vec<Item> + Send + Sync>;

/// A list of things that are drawn once each, and moved, added and taken away by their keys.
pub fn each<T, V>(
    things: impl Fn() -> Vec<T> + Send + Sync + 'static,
    key: impl Fn(&T) -> String + Send + Sync + 'static,
    draw: impl Fn(T) -> V + Send + Sync + 'static,
) -> AnyView
where
    T: Send + 'static,
    V: IntoAny,
{
    let draw = std::sync::Arc::new(draw);
    let item = move |thing: T| {
        let draw = std::sync::Arc::clone(&draw);
        Item { key: key(&thing), draw: Box::new(move || draw(thing).into_any()) }
    };
    let items: Items = Box::new(move || things().into_iter().map(&item).collect());
    view! { <For each=items key=|item| item.key.clone() children=|item| (item.draw)() /> }.into_any()
}
