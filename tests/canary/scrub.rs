//! What differs between two practices of the same history by nature: ids, times, folders. What is left must be the same.

use serde_json::Value;

/// The answer without ids, times, numbers of incidents and this practice's own folder.
pub fn scrubbed(answer: &Value, folder: &str) -> Value {
    match answer {
        Value::String(text) => Value::String(scrubbed_text(text, folder)),
        Value::Number(number) if number.as_i64().is_some_and(|number| number > 1_000_000_000_000) => "(time)".into(),
        Value::Array(all) => all.iter().map(|one| scrubbed(one, folder)).collect(),
        Value::Object(fields) => {
            let fields = fields.iter().map(|(name, value)| match name.as_str() {
                // How long a step of the connection test took.
                "milliseconds" => (name.clone(), 0.into()),
                _ => (name.clone(), scrubbed(value, folder)),
            });
            Value::Object(fields.collect())
        }
        other => other.clone(),
    }
}

/// The text without ids, times and folder.
pub fn scrubbed_text(text: &str, folder: &str) -> String {
    let text = text.replace(folder, "(folder)");
    let mut out = String::with_capacity(text.len());
    let mut word = String::new();
    for letter in text.chars().chain(['\n']) {
        if letter.is_ascii_hexdigit() || letter == '-' {
            word.push(letter);
            continue;
        }
        let id = word.len() >= 32 && word.chars().filter(|one| *one != '-').count() == 32;
        let time = word.trim_start_matches('-').len() >= 13
            && word.trim_start_matches('-').chars().all(|one| one.is_ascii_digit());
        out.push_str(if id {
            "(id)"
        } else if time {
            "(time)"
        } else {
            &word
        });
        word.clear();
        out.push(letter);
    }
    out.pop();
    out
}
