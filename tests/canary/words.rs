//! Invented words that stand in one field each and nowhere else: what is found in an answer says which field leaked.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use std::collections::BTreeSet;

/// Every canary that is a word begins so: no language has it, and one look finds them all, cut short or not.
pub const STEM: &str = "zwiq";

/// How long a canary must be to be looked for in bytes that may be random.
const WHOLE: usize = 10;

/// From this length on, what can be read as base64 is taken to be bytes in base64: no word here is as long.
const CARRIED: usize = 64;

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

    /// Whether a canary of ten bytes or more stands whole in these bytes, in UTF-8 or in UTF-16, in capitals or not.
    /// Ciphered, compressed or base64 bytes are as good as random: they hold any four letters now and then (once in a
    /// few hundred megabytes, in capitals or not), but never ten of them.
    pub fn whole_in(&self, bytes: &[u8]) -> BTreeSet<String> {
        let bytes = bytes.to_ascii_lowercase();
        let holds = |form: &[u8]| bytes.windows(form.len()).any(|some| some == form);
        let stands = |form: &String| {
            let wide: Vec<u8> = form.encode_utf16().flat_map(u16::to_le_bytes).collect();
            form.len() >= WHOLE && (holds(form.as_bytes()) || holds(&wide))
        };
        self.0.iter().filter(|canary| canary.forms.iter().any(stands)).map(|canary| canary.field.clone()).collect()
    }

    /// The fields whose canary stands in this answer, what it carries in base64 included.
    pub fn found_in_answer(&self, answer: &Value) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        walk(answer, &mut |text| match STANDARD.decode(text) {
            Ok(bytes) if text.len() >= CARRIED => {
                found.extend(self.whole_in(text.as_bytes()));
                match String::from_utf8(bytes) {
                    Ok(text) => found.extend(self.found_in(&text)),
                    Err(binary) => found.extend(self.whole_in(binary.as_bytes())),
                }
            }
            // So short it may be a word as well: looked at as both.
            short => {
                found.extend(self.found_in(text));
                found.extend(short.map(|bytes| self.whole_in(&bytes)).unwrap_or_default());
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
        Value::Object(fields) => fields.iter().for_each(|(name, one)| {
            with(name);
            walk(one, with);
        }),
        _ => {}
    }
}

#[test]
fn bytes_hold_whole_canaries_only() {
    let mut canaries = Canaries::default();
    let word = canaries.word("a word");
    canaries.note("a day", &["1916-02-10", "19160210"]);
    let wide: Vec<u8> = word.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for bytes in [word.as_bytes(), word.to_lowercase().as_bytes(), &wide] {
        let among = [&[0, 255, 7], bytes, &[200]].concat();
        assert_eq!(canaries.whole_in(&among), BTreeSet::from(["a word".to_owned()]));
        let carried = serde_json::json!({ "content": STANDARD.encode([&[255; 60], bytes].concat()) });
        assert_eq!(canaries.found_in_answer(&carried), BTreeSet::from(["a word".to_owned()]));
    }
    assert_eq!(canaries.whole_in(b"1916-02-10"), BTreeSet::from(["a day".to_owned()]));
    for by_chance in ["zwiq", "ZwIq", "zwiqba", "19160210"] {
        assert_eq!(canaries.whole_in(by_chance.as_bytes()), BTreeSet::new(), "{by_chance}");
    }
    // As text, a piece of one is a leak.
    assert!(!canaries.found_in("ZWIQBA").is_empty());
    assert!(!canaries.found_in_answer(&serde_json::json!(["zwiqba"])).is_empty());
}
