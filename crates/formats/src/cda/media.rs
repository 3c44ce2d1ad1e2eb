//! Documents inside a document: the PDF of level 1, the PDF copy of level 3, images. It must never fetch one from outside.

use super::element::Element;
use super::outcome::Outcome;
use crate::mime::decode;
use crate::payload::Embedded;
use bannette_api::report::WarningCode;

/// Whether an element holds bytes in base64.
pub(super) fn is_encoded(element: Element<'_>) -> bool {
    element.attribute("representation") == Some("B64")
}

/// Takes the bytes of an element (`value`, `text`) into the documents. `name`: what it is, without its extension.
pub(super) fn take(element: Element<'_>, name: &str, outcome: &mut Outcome) {
    let media_type = element.attribute("mediaType").unwrap_or_default().to_ascii_lowercase();
    let content = element.own_text();
    if content.trim_ascii().is_empty() {
        let message = if element.child("reference").is_some() {
            "Un document se trouve à une adresse extérieure\u{a0}: il n’a pas été chargé."
        } else {
            "Un document annoncé dans ce compte rendu est vide."
        };
        outcome.warn(WarningCode::BrokenEncoding, message);
        return;
    }
    let bytes = if is_encoded(element) {
        let decoded = decode::base64(content.as_bytes());
        // Where the document is cut, so is this; the end of its text was not read.
        if decoded.broken || !element.is_whole() {
            outcome.warn(
                WarningCode::BrokenEncoding,
                "Un document de ce compte rendu est coupé ou abîmé\u{a0}: son contenu peut être incomplet.",
            );
        }
        decoded.bytes
    } else {
        content.into_owned().into_bytes()
    };
    if bytes.is_empty() {
        return;
    }
    let name = format!("{name}{}", extension(&media_type, &bytes));
    outcome.add(Embedded { media_type, name: Some(name), bytes });
}

/// The extension of a type; of an unsaid type, by its first bytes.
fn extension(media_type: &str, bytes: &[u8]) -> &'static str {
    match media_type {
        "application/pdf" => ".pdf",
        "image/png" => ".png",
        "image/jpeg" | "image/jpg" => ".jpg",
        "image/gif" => ".gif",
        "image/tiff" => ".tif",
        "image/bmp" => ".bmp",
        "image/svg+xml" => ".svg",
        "text/plain" => ".txt",
        "text/rtf" | "application/rtf" => ".rtf",
        "text/html" => ".html",
        "text/xml" | "application/xml" => ".xml",
        _ if bytes.starts_with(b"%PDF") => ".pdf",
        _ if bytes.starts_with(b"\x89PNG") => ".png",
        _ if bytes.starts_with(b"\xFF\xD8\xFF") => ".jpg",
        _ => "",
    }
}
