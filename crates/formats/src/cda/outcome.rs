//! What has been understood of a payload so far, and what is doubtful in it.

use crate::limits;
use crate::payload::{Embedded, Understood};
use bannette_api::report::{Warning, WarningCode};

/// Gathers reports, warnings and documents within their limits.
#[derive(Default)]
pub(super) struct Outcome {
    pub(super) understood: Understood,
}

impl Outcome {
    /// Says something once.
    pub(super) fn warn(&mut self, code: WarningCode, message: &str) {
        self.say(code, None, message);
    }

    /// Says something of a line.
    pub(super) fn warn_at(&mut self, code: WarningCode, line: u32, message: &str) {
        self.say(code, Some(line), message);
    }

    fn say(&mut self, code: WarningCode, line: Option<u32>, message: &str) {
        let warnings = &mut self.understood.warnings;
        let said = warnings.iter().any(|warning| warning.code == code && warning.message == message);
        if !said && warnings.len() < limits::WARNINGS {
            warnings.push(Warning { code, line, message: message.to_owned() });
        }
    }

    /// Takes a document in. The same bytes twice are one.
    pub(super) fn add(&mut self, document: Embedded) {
        let documents = &mut self.understood.documents;
        if documents.len() >= limits::EMBEDDED {
            self.warn(
                WarningCode::TooLarge,
                "Ce compte rendu contient trop de documents\u{a0}: seuls les premiers sont gardés.",
            );
        } else if !documents.iter().any(|known| known.bytes == document.bytes) {
            documents.push(document);
        }
    }

    /// Says that an earlier limit was met, once.
    pub(super) fn too_much(&mut self, message: &str) {
        self.warn(WarningCode::TooLarge, message);
    }
}
