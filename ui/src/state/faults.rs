//! What is wrong in a form: at most one sentence for each field, and one for the form as a whole.

use crate::state::app::App;
use crate::text::field;
use bannette_api::Failure;
use bannette_api::failure::{Field, Why};
use leptos::prelude::*;

/// The faults of one form.
#[derive(Clone, Copy)]
pub struct Faults {
    fields: RwSignal<Vec<(Field, String)>>,
    /// What concerns no field.
    pub whole: RwSignal<Option<String>>,
}

impl Faults {
    /// None yet.
    pub fn new() -> Self {
        Self { fields: RwSignal::new(Vec::new()), whole: RwSignal::new(None) }
    }

    /// The sentence of a field.
    pub fn of(self, which: Field) -> Signal<Option<String>> {
        Signal::derive(move || {
            self.fields.with(|fields| fields.iter().find(|(field, _)| *field == which).map(|(_, why)| why.clone()))
        })
    }

    /// Forgets them all.
    pub fn clear(self) {
        self.fields.set(Vec::new());
        self.whole.set(None);
    }

    /// Something is wrong with a field.
    pub fn add(self, which: Field, sentence: String) {
        self.fields.update(|fields| fields.push((which, sentence)));
    }

    /// What is wrong with a field now, in place of what was.
    pub fn set(self, which: Field, sentence: Option<String>) {
        if sentence.is_some() || self.has(which) {
            self.fields.update(|fields| {
                fields.retain(|(field, _)| *field != which);
                fields.extend(sentence.map(|sentence| (which, sentence)));
            });
        }
    }

    /// Whether something is wrong with a field.
    pub fn has(self, which: Field) -> bool {
        self.fields.with_untracked(|fields| fields.iter().any(|(field, _)| *field == which))
    }

    /// Asks for a field to be filled in.
    pub fn require(self, which: Field, value: &str) {
        if value.trim().is_empty() {
            self.add(which, field::why(which, Why::Empty));
        }
    }

    /// Whether nothing is wrong.
    pub fn none(self) -> bool {
        self.fields.with_untracked(Vec::is_empty) && self.whole.with_untracked(Option::is_none)
    }

    /// Takes a refused call: beside its field when it names one, else above the form.
    pub fn take(self, app: App, failure: &Failure) {
        match failure {
            Failure::Invalid { field: which, why } => self.add(*which, field::why(*which, *why)),
            other => {
                if !app.moves_away(other) {
                    self.whole.set(Some(app.words_of(other).sentence()));
                }
            }
        }
    }
}
