//! An attached document: what it is, a safe name, its fingerprint, its text where it can be shown. It must never trust
//! what the sender says of it further than its bytes confirm.

use crate::text::{self, charset};
use crate::{Part, hprim_medecin, limits, safe_name};
use bannette_api::report::{Document, TextEncoding};
use sha2::{Digest, Sha256};

/// What a document's content is, by its first bytes and its type.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Content {
    Hprim,
    Pdf,
    Text,
    Other,
}

/// Makes a document of bytes, its text in the encoding ordered, if one is. Gives also whether its name had to be changed.
pub(crate) fn part(
    bytes: Vec<u8>,
    media_type: &str,
    charset: Option<&str>,
    name: Option<&str>,
    order: Option<TextEncoding>,
) -> (Part, Content, bool) {
    let content = content(&bytes, media_type, name);
    let media_type = media_type_of(content, media_type);
    let (name, changed) = match name {
        Some(name) => {
            let (name, changed) = safe_name(name);
            (Some(name), changed)
        }
        None => (None, false),
    };
    let text = match content {
        Content::Hprim => Some(shown(&charset::ordered(&bytes, order).text)),
        Content::Text if order.is_some() => Some(shown(&charset::ordered(&bytes, order).text)),
        Content::Text => Some(shown(&charset::declared(&bytes, charset).text)),
        Content::Pdf | Content::Other => None,
    };
    let document =
        Document { media_type, name, bytes: u64::try_from(bytes.len()).unwrap_or(u64::MAX), sha256: sha256(&bytes) };
    (Part { document, bytes, text }, content, changed)
}

fn content(bytes: &[u8], media_type: &str, name: Option<&str>) -> Content {
    if bytes.starts_with(b"%PDF") || media_type == "application/pdf" {
        Content::Pdf
    } else if holds_no_text(media_type) {
        Content::Other
    } else if hprim_medecin::is_in(bytes) || name.is_some_and(is_hprim_name) && hprim_medecin::has_header(bytes) {
        Content::Hprim
    } else if is_plain_text(media_type) || name.is_some_and(is_hprim_name) {
        Content::Text
    } else {
        Content::Other
    }
}

/// Types in which no HPRIM payload can stand.
fn holds_no_text(media_type: &str) -> bool {
    ["image/", "audio/", "video/", "font/"].iter().any(|start| media_type.starts_with(start))
        || matches!(media_type, "application/zip" | "application/x-zip-compressed")
}

fn is_plain_text(media_type: &str) -> bool {
    media_type.starts_with("text/") && !matches!(media_type, "text/html" | "text/xml")
}

/// The extensions that HPRIM files have.
pub(crate) fn is_hprim_name(name: &str) -> bool {
    let Some((_, extension)) = name.rsplit_once('.') else { return false };
    let extension = extension.trim().to_ascii_lowercase();
    matches!(extension.as_str(), "hpr" | "hprim" | "hprm" | "hp") || extension.starts_with("hpm")
}

/// The type as sent, unless it says nothing or the bytes say otherwise.
fn media_type_of(content: Content, sent: &str) -> String {
    let says_nothing = matches!(sent, "" | "application/octet-stream");
    match content {
        Content::Pdf => "application/pdf",
        Content::Hprim | Content::Text if says_nothing => "text/plain",
        _ if sent.is_empty() => "application/octet-stream",
        _ => sent,
    }
    .to_owned()
}

fn shown(text: &str) -> String {
    text::cut(text, limits::SHOWN_TEXT_BYTES).to_owned()
}

fn sha256(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |value: u8| char::from(DIGITS.get(usize::from(value)).copied().unwrap_or(b'0'));
    let mut hexadecimal = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        hexadecimal.push(digit(byte >> 4));
        hexadecimal.push(digit(byte & 15));
    }
    hexadecimal
}
