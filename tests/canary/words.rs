//! Invented words that stand in one field each and nowhere else: what is found in an answer says which field leaked.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use std::collections::BTreeSet;

/// Every canary that is a word begins so: no language has it, and one look finds them all, cut short or not.
pub const STEM: &str = "zwiq";

/// Hidden words, in the order in which they were handed out.
#[derive(Clone, Debug, Default)]
pub struct Canaries(Vec<Canary>);

/// One field's canary.
#[derive(Clone, Debug)]
pub struct Canary {
    /// Which field it stands in.
    pub field: String,
    /// How it may be written, in lower case.
    forms: Vec<String>,
}

impl Canaries {
    /// A word for a field, in capitals as laboratories write names.
    pub fn word(&mut self, field: &str) -> String {
        const SYLLABLES: [&str; 16] =
            ["ba", "do", "fu", "gi", "ke", "la", "mo", "nu", "pi", "re", "sa", "to", "vu", "xi", "ze", "ku"];
        let number = self.0.len() + 256;
        let word: String = [number / 256, number / 16 % 16, number % 16].iter().map(|at| SYLLABLES[*at]).collect();
        let word = format!("{STEM}{word}");
        self.0.push(Canary { field: field.to_owned(), forms: vec![word.clone()] });
        word.to_uppercase()
    }

    /// Notes a canary that is no word: a day, a number, in each of the ways it may be written.
    pub fn note(&mut self, field: &str, forms: &[&str]) {
        let forms = forms.iter().map(|form| form.to_lowercase()).collect();
        self.0.push(Canary { field: field.to_owned(), forms });
    }

    /// The fields whose canary stands in this text.
    pub fn found_in(&self, text: &str) -> BTreeSet<String> {
        let text = text.to_lowercase();
        let mut found: BTreeSet<String> = self
            .0
            .iter()
            .filter(|canary| canary.forms.iter().any(|form| text.contains(form)))
            .map(|canary| canary.field.clone())
            .collect();
        if found.is_empty() && text.contains(STEM) {
            found.insert(format!("a piece of a canary: {}", around(&text)));
        }
        found
    }

    /// The fields whose canary stands in this answer, what it carries in base64 included.
    pub fn found_in_answer(&self, answer: &Value) -> BTreeSet<String> {
        let mut found = self.found_in(&answer.to_string());
        walk(answer, &mut |text| {
            if let Ok(bytes) = STANDARD.decode(text) {
                found.extend(self.found_in(&String::from_utf8_lossy(&bytes)));
            }
        });
        found
    }

    /// What one would type into a search: the first letters of the words, then each of them whole.
    pub fn searches(&self) -> Vec<String> {
        let mut all: Vec<String> = (1..=STEM.len()).map(|letters| STEM[..letters].to_owned()).collect();
        all.push(format!("{STEM} alice"));
        all.extend(self.0.iter().filter_map(|canary| canary.forms.first().cloned()));
        all
    }

    /// The fields, in the order in which they were handed out.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|canary| canary.field.as_str())
    }
}

fn around(text: &str) -> String {
    let at = text.find(STEM).unwrap_or(0);
    text[at..].chars().take(24).collect()
}

fn walk(value: &Value, with: &mut impl FnMut(&str)) {
    match value {
        Value::String(text) => with(text),
        Value::Array(all) => all.iter().for_each(|one| walk(one, with)),
        Value::Object(fields) => fields.values().for_each(|one| walk(one, with)),
        _ => {}
    }
}
