//! Where results go: one JSON document or French text on stdout; errors on stderr.
//!
//! Text may hold what strangers wrote (subjects, names, results): no control character reaches the terminal, so that a
//! message cannot move the cursor, rewrite what stands above or talk to the terminal.

use crate::error::{Error, Status};
use crate::{json, text};
use serde::Serialize;
use serde_json::json;
use std::io::Write;

/// How results are written.
#[derive(Clone, Copy, Debug)]
pub struct Output {
    json: bool,
}

impl Output {
    /// Results go to stdout, as JSON or as text.
    pub fn to_stdout(json: bool) -> Self {
        Self { json }
    }

    /// Whether a script reads.
    pub fn is_json(self) -> bool {
        self.json
    }

    /// Gives a result: as one JSON document, or as the text that `said` makes of it.
    pub fn give<T: Serialize>(self, result: &T, said: impl FnOnce(&T) -> String) -> Result<(), Error> {
        if self.json { self.line(&json::document(result)?.to_string()) } else { self.line(&harmless(&said(result))) }
    }

    /// Writes bytes as they are.
    pub fn raw(self, bytes: &[u8]) -> Result<(), Error> {
        std::io::stdout().lock().write_all(bytes).map_err(Error::Output)
    }

    fn line(self, line: &str) -> Result<(), Error> {
        let mut stdout = std::io::stdout().lock();
        writeln!(stdout, "{}", line.trim_end_matches('\n')).and_then(|()| stdout.flush()).map_err(Error::Output)
    }

    /// Says why a command did not succeed: on stderr in words, and for a script on stdout too.
    pub fn refuse(self, error: &Error) -> Status {
        let said = text::error(error);
        if self.json
            && let Err(Error::Output(cause)) = self.line(&refusal(error, &said).to_string())
        {
            tracing::warn!(%cause, "the refusal could not be written to stdout");
        }
        if let Err(cause) = writeln!(std::io::stderr(), "{}", harmless(&said.sentences())) {
            tracing::warn!(%cause, "the refusal could not be written to stderr");
        }
        error.status()
    }
}

/// `{"error":{"code":…,"message":…,"hint":…}}`, with what else the failure says.
fn refusal(error: &Error, said: &text::Said) -> serde_json::Value {
    let failure = match error {
        Error::Refused(failure) => json::document(failure).ok(),
        _ => None,
    };
    let mut fields = match failure {
        Some(serde_json::Value::Object(fields)) => fields,
        _ => serde_json::Map::new(),
    };
    fields.entry("code").or_insert_with(|| code(error).into());
    fields.insert("message".into(), said.message.as_str().into());
    if let Some(hint) = &said.hint {
        fields.insert("hint".into(), hint.as_str().into());
    }
    json!({ "error": fields })
}

/// The codes of what the core does not know of.
fn code(error: &Error) -> &'static str {
    match error {
        Error::Refused(_) | Error::Json(_) | Error::Runtime(_) => "internal",
        Error::Usage(_) => "usage",
        Error::Unknown { .. } => "not_found",
        Error::Unreadable { .. } => "unreadable_file",
        Error::Output(_) => "output",
        Error::Secret(_) => "secret",
    }
}

/// The same text without control characters but the end of a line.
fn harmless(text: &str) -> String {
    let replace = |letter: char| if letter.is_control() && letter != '\n' { '\u{fffd}' } else { letter };
    text.chars().map(replace).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use bannette_api::Failure;
    use bannette_api::failure::{Field, Needs, Why};

    #[test]
    fn no_control_character_reaches_the_terminal() {
        assert_eq!(harmless("Bilan\u{1b}[2J\u{9b}31m\r\nfin\u{7}"), "Bilan\u{fffd}[2J\u{fffd}31m\u{fffd}\nfin\u{fffd}");
    }

    #[test]
    fn a_refusal_says_its_code_and_what_else_it_knows() {
        let told = |error: Error| refusal(&error, &text::error(&error));
        let denied = told(Error::Refused(Failure::NotAllowed { needs: Needs::Send }));
        assert_eq!((&denied["error"]["code"], &denied["error"]["needs"]), (&"not_allowed".into(), &"send".into()));
        assert!(denied["error"]["message"].as_str().is_some_and(|message| !message.is_empty()));
        let invalid = told(Error::Refused(Failure::Invalid { field: Field::Login, why: Why::Taken }));
        assert_eq!((&invalid["error"]["code"], &invalid["error"]["field"]), (&"invalid".into(), &"login".into()));
        let usage = told(Error::Usage("Il manque un mot de passe.".into()));
        assert_eq!((&usage["error"]["code"], &usage["error"].get("hint")), (&"usage".into(), &None));
    }
}
