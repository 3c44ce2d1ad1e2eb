//! Every French sentence of the screens. It takes plain data and gives words; it knows no page and no clock.
//!
//! Before « : ; ? ! » and inside « » stands a non-breaking space, always written `\u{a0}` so that it can be seen in
//! the source; a test below holds every literal of this folder against that.

pub mod access;
pub mod accounts;
pub mod calendar;
pub mod common;
pub mod departure;
pub mod document;
pub mod dossier;
pub mod encrypted;
pub mod failure;
pub mod field;
pub mod groups;
pub mod history;
pub mod inbox;
pub mod keeping;
pub mod mailbox;
pub mod number;
pub mod paper;
pub mod people;
pub mod pro_sante;
pub mod result;
pub mod server;
pub mod session;
pub mod settings;
pub mod sharing;
pub mod store;
pub mod support;
pub mod thresholds;
pub mod time;
pub mod told;
pub mod trouble;
pub mod version;
pub mod visibility;

/// What happened, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    /// What happened and what it means.
    pub what: String,
    /// What the person can do; empty when there is nothing to do.
    pub then: String,
}

impl Advice {
    /// Both parts.
    pub fn new(what: impl Into<String>, then: impl Into<String>) -> Self {
        Self { what: what.into(), then: then.into() }
    }

    /// The two parts as one paragraph.
    #[must_use]
    pub fn sentence(&self) -> String {
        if self.then.is_empty() { self.what.clone() } else { format!("{} {}", self.what, self.then) }
    }
}

#[cfg(test)]
mod tests {
    const SOURCES: &[(&str, &str)] = &[
        ("access", include_str!("access.rs")),
        ("accounts", include_str!("accounts.rs")),
        ("calendar", include_str!("calendar.rs")),
        ("common", include_str!("common.rs")),
        ("departure", include_str!("departure.rs")),
        ("document", include_str!("document.rs")),
        ("dossier", include_str!("dossier.rs")),
        ("encrypted", include_str!("encrypted.rs")),
        ("failure", include_str!("failure.rs")),
        ("field", include_str!("field.rs")),
        ("groups", include_str!("groups.rs")),
        ("history", include_str!("history.rs")),
        ("inbox", include_str!("inbox.rs")),
        ("keeping", include_str!("keeping.rs")),
        ("mailbox", include_str!("mailbox.rs")),
        ("number", include_str!("number.rs")),
        ("paper", include_str!("paper.rs")),
        ("people", include_str!("people.rs")),
        ("pro_sante", include_str!("pro_sante.rs")),
        ("result", include_str!("result.rs")),
        ("server", include_str!("server.rs")),
        ("session", include_str!("session.rs")),
        ("settings", include_str!("settings.rs")),
        ("sharing", include_str!("sharing.rs")),
        ("store", include_str!("store.rs")),
        ("support", include_str!("support.rs")),
        ("thresholds", include_str!("thresholds.rs")),
        ("time", include_str!("time.rs")),
        ("told", include_str!("told.rs")),
        ("trouble", include_str!("trouble.rs")),
        ("version", include_str!("version.rs")),
        ("visibility", include_str!("visibility.rs")),
    ];

    /// The string literals of a source, tests and comments left out.
    fn literals(source: &str) -> Vec<String> {
        let code = source.split("#[cfg(test)]").next().unwrap_or_default();
        let code = code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
        code.split('"').skip(1).step_by(2).map(str::to_owned).collect()
    }

    #[test]
    fn french_punctuation_is_held_by_non_breaking_spaces() {
        for (name, source) in SOURCES {
            for literal in literals(source) {
                for wrong in [" :", " ;", " ?", " !", "« ", " »", "«\u{20}", "…."] {
                    assert!(!literal.contains(wrong), "{name}: {wrong:?} in {literal:?}");
                }
            }
        }
    }

    #[test]
    fn no_exclamation_mark_and_no_straight_sign() {
        for (name, source) in SOURCES {
            let code = source.split("#[cfg(test)]").next().unwrap_or_default();
            assert!(!code.contains("\\\""), "{name}: straight quotes");
            for literal in literals(source) {
                assert!(!literal.contains('!'), "{name}: {literal:?}");
                let between = |sides: &[char]| matches!(sides, [one, '\'', other] if one.is_alphabetic() && (other.is_alphabetic() || *other == '{'));
                let letters: Vec<char> = literal.chars().collect();
                assert!(!letters.windows(3).any(between), "{name}: a straight apostrophe in {literal:?}");
            }
        }
    }

    #[test]
    fn one_form_for_keys_and_for_names_of_products() {
        for (name, source) in SOURCES {
            for literal in literals(source) {
                for wrong in ["Ctrl ", "Ctrl\\u", "Ctrl-", "Apicrypt", "ApiCrypt", "e-mail", "courriel"] {
                    assert!(!literal.contains(wrong), "{name}: {wrong:?} in {literal:?}");
                }
            }
        }
    }

    #[test]
    fn who_opened_a_dossier_is_said_in_a_sentence() {
        use super::inbox::why::seen;
        assert_eq!(seen(&[]), "Personne d’autre ne l’a encore ouvert");
        assert_eq!(seen(&["Dr Exemple".to_owned(), "Paul Modele".to_owned()]), "Ouvert par Dr Exemple, Paul Modele");
    }
}
