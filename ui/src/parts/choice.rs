//! Choices: check box, Oui/Non, a list to choose from.

use crate::parts::element::el;
use crate::parts::live::live;
use crate::text::common;
use leptos::prelude::*;

/// A check box with its label and, below, what it means.
#[component]
pub fn CheckBox(
    /// Identifier, unique on the page.
    #[prop(into)]
    id: String,
    /// Label.
    #[prop(into)]
    label: String,
    /// Whether it is ticked.
    value: RwSignal<bool>,
    /// What it means.
    #[prop(optional, into)]
    hint: Option<String>,
    /// Whether the hint warns, and stands only when the box is ticked.
    #[prop(optional)]
    warns: bool,
    /// Whether it can be changed.
    #[prop(optional, into)]
    locked: Signal<bool>,
) -> impl IntoView {
    let hint_id = format!("{id}-hint");
    let describing = hint.is_some().then(|| hint_id.clone());
    let shown = move || !warns || value.get();
    view! {
        <div class="check">
            <label>
                <input
                    type="checkbox"
                    id=id
                    aria-describedby=describing
                    disabled=locked
                    bind:checked=value
                />
                <span>{label}</span>
            </label>
            {hint
                .map(|hint| {
                    view! {
                        <p class="hint" class:warns=warns hidden=Signal::derive(move || !shown()) id=hint_id>
                            {hint}
                        </p>
                    }
                })}
        </div>
    }
}

/// Oui or Non.
#[component]
pub fn YesNo(
    /// Name of the pair, unique on the page.
    name: &'static str,
    /// What is asked.
    label: &'static str,
    /// The answer.
    value: RwSignal<bool>,
) -> impl IntoView {
    let radio = move |answer: bool, words: &'static str| {
        let id = format!("{name}-{}", if answer { "yes" } else { "no" });
        view! {
            <label class="radio">
                <input
                    type="radio"
                    name=name
                    id=id
                    prop:checked=move || value.get() == answer
                    on:change=move |_| value.set(answer)
                />
                <span>{words}</span>
            </label>
        }
    };
    let (named, own) = (format!("{name}-label"), format!("{name}-label"));
    view! {
        <div class="yes-no" role="radiogroup" aria-labelledby=named>
            <span id=own>{label}</span>
            {radio(true, common::YES)}
            {radio(false, common::NO)}
        </div>
    }
}

/// A list to choose one from.
#[component]
pub fn Select<T>(
    /// Identifier, unique on the page.
    #[prop(into)]
    id: String,
    /// Label.
    #[prop(into)]
    label: String,
    /// What is chosen.
    value: RwSignal<T>,
    /// The choices and their words.
    choices: Vec<(T, &'static str)>,
    /// Whether it can be changed.
    #[prop(optional, into)]
    locked: Signal<bool>,
    /// What follows from another choice.
    #[prop(optional, into)]
    chosen: Option<Callback<T>>,
) -> impl IntoView
where
    T: Copy + PartialEq + Send + Sync + 'static,
{
    let (choices, words): (Vec<T>, Vec<String>) = choices.into_iter().map(|(one, said)| (one, said.to_owned())).unzip();
    let of = choices.clone();
    let place = Signal::derive(move || of.iter().position(|choice| *choice == value.get()).unwrap_or(0));
    let choose = Callback::new(move |place: usize| {
        if let Some(choice) = choices.get(place) {
            value.set(*choice);
            if let Some(chosen) = chosen {
                chosen.run(*choice);
            }
        }
    });
    view! { <Places id label words place choose locked /> }
}

/// The list itself, whatever is chosen from it.
#[component]
pub fn Places(
    /// Identifier, unique on the page.
    id: String,
    /// Label.
    label: String,
    /// The words of the lines.
    words: Vec<String>,
    /// Which line is chosen.
    place: Signal<usize>,
    /// Another line is chosen.
    choose: Callback<usize>,
    /// Whether it can be changed.
    #[prop(optional)]
    locked: Signal<bool>,
    /// What is wrong.
    #[prop(optional)]
    fault: Signal<Option<String>>,
    /// Whether what it means stands elsewhere, under its identifier and `-meaning`.
    #[prop(optional)]
    explained: bool,
) -> impl IntoView {
    let option = |(own, words): (usize, String)| {
        view! { <option value=own.to_string() prop:selected=move || place.get() == own>{words}</option> }
    };
    let options = words.into_iter().enumerate().map(option).collect_view();
    let choose = move |event| {
        if let Ok(place) = event_target_value(&event).parse() {
            choose.run(place);
        }
    };
    let select_id = id.clone();
    let fault_id = format!("{id}-fault");
    let meaning = explained.then(|| format!("{id}-meaning"));
    let describing = fault_id.clone();
    view! {
        <div class="field" class:wrong=move || fault.with(Option::is_some)>
            <label for=id>{label}</label>
            <div class="entry">
                <select
                    id=select_id
                    disabled=locked
                    aria-invalid=move || fault.with(Option::is_some).then_some("true")
                    aria-describedby=move || if fault.with(Option::is_some) { Some(describing.clone()) } else { meaning.clone() }
                    on:change=choose
                >
                    {options}
                </select>
                {live(move || {
                    let fault_id = fault_id.clone();
                    fault.get().map(|why| view! { <p class="fault" id=fault_id role="alert">{why}</p> })
                })}
            </div>
        </div>
    }
}

/// A list to choose one from, by its place among the words.
#[inline(never)]
pub fn choice(id: &'static str, label: &'static str, words: Vec<String>, place: RwSignal<usize>) -> AnyView {
    let option = |(own, words): (usize, String)| el("option", &[("value", &own.to_string())], vec![words.into_any()]);
    let options = words.into_iter().enumerate().map(option).collect::<Vec<_>>();
    let choose = move |event| {
        if let Ok(chosen) = event_target_value(&event).parse() {
            place.set(chosen);
        }
    };
    let list = view! { <select id=id on:change=choose>{options}</select> }.into_any();
    let label = el("label", &[("for", id)], vec![label.into_any()]);
    el("div", &[("class", "field")], vec![label, el("div", &[("class", "entry")], vec![list])])
}
