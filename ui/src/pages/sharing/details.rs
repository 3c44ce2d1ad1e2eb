//! The dates and the motive of one right, in its own line behind a button: the usual right has neither.

use super::state::{Line, State};
use crate::parts::date::date_field;
use crate::parts::field::Field;
use crate::parts::live::{Show, live};
use crate::state::clock;
use crate::text::{field, sharing as words};
use bannette_api::failure::{Field as Of, Why};
use bannette_api::sharing::{Grantee, Motive};
use leptos::prelude::*;

/// A grantee in letters.
pub fn id(to: Grantee) -> String {
    match to {
        Grantee::Everyone => "everyone".to_owned(),
        Grantee::Group(id) => id.to_string(),
        Grantee::Person(id) => id.to_string(),
    }
}

/// Identifier of a field of a line.
pub fn field_id(field: &str, to: Grantee) -> String {
    format!("{field}-{}", id(to))
}

/// What is wrong with one of the dates.
fn fault(state: State, line: Line, last: bool) -> Signal<Option<String>> {
    Signal::derive(move || {
        let (from, until) = line.faults(state.now());
        let wrong = if last { until } else { from }?;
        Some(words::wrong(wrong).to_owned())
    })
}

/// The fields.
fn fields(state: State, line: Line) -> AnyView {
    let too_long = Why::TooLong { at_most: Motive::LONGEST };
    let motive_fault = Signal::derive(move || line.too_long().then(|| field::why(Of::Motive, too_long)));
    let day = |name: &str, label, value, fault| {
        date_field((field_id(name, line.to), label, words::DAY_HINT), value, fault, clock::today())
    };
    view! {
        <div class="details">
            {day("from", words::FROM, line.from, fault(state, line, false))}
            {day("until", words::UNTIL, line.until, fault(state, line, true))}
            <Field
                id=field_id("motive", line.to)
                label=words::MOTIVE
                value=line.motive
                hint=words::MOTIVE_HINT
                fault=motive_fault
            />
        </div>
    }
    .into_any()
}

/// The button, and what it shows.
pub fn details(state: State, to: Grantee) -> AnyView {
    let own = id(to);
    let shown = Memo::new(move |_| state.open.with(|open| *open == own));
    let panel = field_id("details", to);
    let controls = panel.clone();
    let name = state.name(to);
    let hook = name.clone();
    let turn = move |_| state.open.set(if shown.get_untracked() { String::new() } else { id(to) });
    view! {
        <button
            type="button"
            class="link"
            data-test="details"
            data-name=hook
            aria-label=words::details(&name)
            aria-expanded=move || if shown.get() { "true" } else { "false" }
            aria-controls=controls
            on:click=turn
        >
            {words::DETAILS}
        </button>
        <div id=panel class="details-holder" role="group" aria-label=name hidden=move || !shown.get()>
            <Show when=shown>
                {live(move || untrack(move || state.line(to)).map(|line| fields(state, line)))}
            </Show>
        </div>
    }
    .into_any()
}
