//! Buttons: primary, normal, quiet, danger; one that works says so and takes no second click.

use crate::parts::live::live;
use leptos::prelude::*;

/// How a button looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Look {
    /// The one thing to do here.
    Primary,
    /// One thing among others.
    #[default]
    Normal,
    /// Aside.
    Quiet,
    /// Takes something away.
    Danger,
}

impl Look {
    fn class(self) -> &'static str {
        match self {
            Self::Primary => "button primary",
            Self::Normal => "button",
            Self::Quiet => "button quiet",
            Self::Danger => "button danger",
        }
    }
}

/// A button.
#[component]
pub fn Button(
    /// What it does.
    #[prop(into)]
    label: Signal<String>,
    /// How it looks.
    #[prop(optional)]
    look: Look,
    /// Identifier.
    #[prop(optional)]
    id: Option<&'static str>,
    /// Hook for tests.
    #[prop(optional)]
    hook: Option<&'static str>,
    /// Whether it sends the form it stands in.
    #[prop(optional)]
    submit: bool,
    /// Whether it is at work.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// Whether it cannot be used now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// The key that does the same.
    #[prop(optional)]
    key: Option<&'static str>,
    /// What happens.
    #[prop(optional, into)]
    act: Option<Callback<()>>,
) -> impl IntoView {
    let click = move |_| {
        if let Some(act) = act
            && !busy.get_untracked()
        {
            act.try_run(());
        }
    };
    view! {
        <button
            class=look.class()
            type=if submit { "submit" } else { "button" }
            id=id
            data-test=hook
            aria-busy=move || busy.get().then_some("true")
            aria-keyshortcuts=key.map(|key| key.replace("Ctrl", "Control"))
            disabled=disabled
            on:click=click
        >
            {live(move || label.get())}
            {key.map(|key| view! { <kbd aria-hidden="true">{key}</kbd> })}
        </button>
    }
}

/// A button whose drawing has one type: for screens with many. `hook` is its hook for tests.
#[inline(never)]
pub fn press(label: &'static str, look: Look, hook: &'static str, off: Signal<bool>, act: Callback<()>) -> AnyView {
    view! {
        <button class=look.class() type="button" data-test=hook disabled=off on:click=move |_| act.run(())>
            {label}
        </button>
    }
    .into_any()
}

/// A button without a look of its own: a link inside words, a sign, a line of a list. `name` is read aloud in place of
/// what it shows.
pub fn plain(
    class: &'static str,
    hook: &'static str,
    name: Option<String>,
    content: AnyView,
    act: Callback<()>,
) -> AnyView {
    let title = name.clone();
    view! {
        <button type="button" class=class data-test=hook aria-label=name title=title on:click=move |_| act.run(())>
            {content}
        </button>
    }
    .into_any()
}
