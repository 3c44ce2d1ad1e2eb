//! Fields with their label above or beside, hint and fault below, tied together for screen readers.

use crate::parts::live::{Show, live};
use leptos::prelude::*;

/// Identifiers of what describes a field.
fn described(id: &str, meaning: bool, hint: bool, warning: bool, fault: bool) -> Option<String> {
    let parts: Vec<String> = [(meaning, "meaning"), (hint, "hint"), (warning, "warning"), (fault, "fault")]
        .into_iter()
        .filter(|(there, _)| *there)
        .map(|(_, name)| format!("{id}-{name}"))
        .collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

/// A fault stands until somebody types in its field: what is being mended is not reproached. Gives what stands, and what
/// to do at each letter.
fn standing(fault: Signal<Option<String>>) -> (Signal<Option<String>>, impl Fn(leptos::ev::Event) + Copy) {
    let mending = RwSignal::new(false);
    Effect::new(move || {
        fault.track();
        mending.set(false);
    });
    let stands = Signal::derive(move || if mending.get() { None } else { fault.get() });
    (stands, move |_| mending.set(true))
}

/// The frame of a field: label, what is typed, unit, hint, fault.
#[component]
fn Frame(
    id: String,
    label: String,
    hint: Option<String>,
    #[prop(optional)] warning: Signal<Option<&'static str>>,
    fault: Signal<Option<String>>,
    children: Children,
) -> impl IntoView {
    let fault_id = format!("{id}-fault");
    let warning_id = format!("{id}-warning");
    let hint_id = format!("{id}-hint");
    view! {
        <div class="field" class:wrong=move || fault.with(Option::is_some)>
            <label for=id>{label}</label>
            <div class="entry">
                {children()}
                {hint.map(|hint| view! { <p class="hint" id=hint_id>{hint}</p> })}
                // Said when it appears, without taking the word from whoever types.
                <div role="status">
                    {live(move || {
                        let id = warning_id.clone();
                        warning.get().map(|why| view! { <p class="hint warns" id=id>{why}</p> })
                    })}
                </div>
                {live(move || {
                    let fault_id = fault_id.clone();
                    fault.get().map(|why| view! { <p class="fault" id=fault_id role="alert">{why}</p> })
                })}
            </div>
        </div>
    }
}

/// A field of one line.
#[component]
pub fn Field(
    /// Identifier, unique on the page.
    #[prop(into)]
    id: String,
    /// Label.
    #[prop(into)]
    label: String,
    /// What is typed.
    value: RwSignal<String>,
    /// A sentence below.
    #[prop(optional, into)]
    hint: Option<String>,
    /// What looks wrong, and is taken all the same.
    #[prop(optional)]
    warning: Signal<Option<&'static str>>,
    /// What is wrong.
    #[prop(optional, into)]
    fault: Signal<Option<String>>,
    /// What the browser may fill in.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// Whether it can be typed in.
    #[prop(optional, into)]
    locked: Signal<bool>,
    /// Short, for a number.
    #[prop(optional)]
    short: bool,
    /// What stands after it.
    #[prop(optional, into)]
    unit: Option<String>,
    /// A button that stands after it.
    #[prop(optional)]
    after: Option<AnyView>,
    /// Whether it has the focus when the page appears.
    #[prop(optional)]
    first: bool,
    /// Whether what it means stands elsewhere, under its identifier and `-meaning`.
    #[prop(optional)]
    explained: bool,
) -> impl IntoView {
    let (input_id, has_hint) = (id.clone(), hint.is_some());
    let describing = id.clone();
    let (fault, typing) = standing(fault);
    view! {
        <Frame id label hint warning fault>
            <span class="with-unit">
                <input
                    id=input_id
                    class:short=short
                    type="text"
                    inputmode=short.then_some("numeric")
                    autocomplete=autocomplete
                    spellcheck="false"
                    autocapitalize="off"
                    autofocus=first
                    disabled=locked
                    aria-invalid=move || fault.with(Option::is_some).then_some("true")
                    aria-describedby=move || described(&describing, explained, has_hint, warning.with(Option::is_some), fault.with(Option::is_some))
                    on:input=typing
                    bind:value=value
                />
                {unit.map(|unit| view! { <span class="unit">{unit}</span> })}
                {after}
            </span>
        </Frame>
    }
}

/// A field for a secret: never shown unless asked, never filled in from what is kept.
#[component]
pub fn SecretField(
    /// Identifier, unique on the page.
    #[prop(into)]
    id: String,
    /// Label.
    #[prop(into)]
    label: String,
    /// What is typed.
    value: RwSignal<String>,
    /// A sentence below.
    #[prop(optional, into)]
    hint: Option<String>,
    /// What is wrong.
    #[prop(optional, into)]
    fault: Signal<Option<String>>,
    /// What the browser may fill in.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// Whether it can be typed in.
    #[prop(optional, into)]
    locked: Signal<bool>,
    /// What stands in the empty field: that one is kept.
    #[prop(optional, into)]
    kept: Signal<Option<String>>,
    /// Whether it has the focus when the page appears.
    #[prop(optional)]
    first: bool,
) -> impl IntoView {
    use crate::text::session;
    let shown = RwSignal::new(false);
    let (input_id, has_hint) = (id.clone(), hint.is_some());
    let (describing, controls) = (id.clone(), id.clone());
    let (fault, typing) = standing(fault);
    view! {
        <Frame id label=label.clone() hint fault>
            <span class="with-unit">
                <input
                    id=input_id
                    type=move || if shown.get() { "text" } else { "password" }
                    autocomplete=autocomplete
                    spellcheck="false"
                    autocapitalize="off"
                    autofocus=first
                    placeholder=kept
                    disabled=locked
                    aria-invalid=move || fault.with(Option::is_some).then_some("true")
                    aria-describedby=move || described(&describing, false, has_hint, false, fault.with(Option::is_some))
                    on:input=typing
                    bind:value=value
                />
                <Show when=move || !locked.get() && value.with(|value| !value.is_empty())>
                    <button
                        type="button"
                        class="button quiet"
                        aria-controls=controls.clone()
                        aria-pressed=move || if shown.get() { "true" } else { "false" }
                        on:click=move |_| shown.update(|shown| *shown = !*shown)
                    >
                        {live(move || if shown.get() { session::HIDE } else { session::SHOW })}
                    </button>
                </Show>
            </span>
        </Frame>
    }
}
