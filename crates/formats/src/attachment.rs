//! An attached document: what it is, a safe name, its fingerprint, its text where it can be shown. It must never trust
//! what the sender says of it further than its bytes confirm.

use crate::readers::{self, Reader};
use crate::text::{self, charset};
use crate::{Part, cms, limits, mime, safe_name, tnef, xdm};
use bannette_api::report::{Document, TextEncoding};
use sha2::{Digest, Sha256};

/// What a document's content is, by its first bytes and its type.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Content {
    /// A payload, and its reader.
    Payload(&'static Reader),
    Pdf,
    /// A zip archive.
    Archive,
    /// Outlook's `winmail.dat`.
    Tnef,
    /// A mail message.
    Mail,
    /// A content enclosed in its signature (CMS `SignedData`).
    Signed,
    /// A signature beside what it signs.
    Signature,
    /// S/MIME, OpenPGP, Apicrypt.
    Encrypted,
    Text,
    Other,
}

/// Makes a document of bytes; `fingerprint` gives its own. Gives also whether its name had to be changed.
pub(crate) fn part(
    bytes: Vec<u8>,
    media_type: &str,
    charset: Option<&str>,
    name: Option<&str>,
    order: Option<TextEncoding>,
    fingerprint: impl FnOnce(Content, &[u8]) -> String,
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
        Content::Payload(reader) if reader.media_type == PLAIN => Some(shown(&charset::ordered(&bytes, order).text)),
        Content::Text if order.is_some() => Some(shown(&charset::ordered(&bytes, order).text)),
        Content::Text => Some(shown(&charset::declared(&bytes, charset).text)),
        _ => None,
    };
    let sha256 = fingerprint(content, &bytes);
    let document = Document { media_type, name, bytes: u64::try_from(bytes.len()).unwrap_or(u64::MAX), sha256 };
    (Part { document, bytes, text }, content, changed)
}

const PLAIN: &str = "text/plain";

fn content(bytes: &[u8], media_type: &str, name: Option<&str>) -> Content {
    if xdm::is_in(bytes) {
        Content::Archive
    } else if tnef::is_in(bytes) {
        Content::Tnef
    } else if bytes.starts_with(b"%PDF") || media_type == "application/pdf" {
        Content::Pdf
    } else if let Some(sealed) = sealed(bytes, media_type, name.unwrap_or_default()) {
        sealed
    } else if holds_no_text(media_type) {
        Content::Other
    } else if name.is_some_and(is_mail_name) && mime::begins_like_mail(bytes) {
        Content::Mail
    } else if let Some(reader) = readers::of(bytes) {
        Content::Payload(reader)
    } else if let Some(reader) = name.filter(|name| is_hprim_name(name)).and_then(|_| readers::of_hprim_file(bytes)) {
        Content::Payload(reader)
    } else if is_plain_text(media_type) || name.is_some_and(is_hprim_name) {
        Content::Text
    } else {
        Content::Other
    }
}

/// S/MIME (RFC 8551), OpenPGP, and the attachments of Apicrypt.
fn sealed(bytes: &[u8], media_type: &str, name: &str) -> Option<Content> {
    let name = name.to_ascii_lowercase();
    let ends = |ends: &[&str]| ends.iter().any(|end| name.ends_with(end));
    match media_type {
        "application/pkcs7-signature" | "application/x-pkcs7-signature" | "application/pgp-signature" => {
            return Some(Content::Signature);
        }
        "application/pkcs7-mime" | "application/x-pkcs7-mime" => {}
        "application/pgp-encrypted" => return Some(Content::Encrypted),
        _ if ends(&[".p7m"]) => {}
        _ if ends(&[".p7s"]) => return Some(Content::Signature),
        _ => return ends(&[".apz", ".apx", ".pgp"]).then_some(Content::Encrypted),
    }
    Some(if cms::is_signed(bytes) { Content::Signed } else { Content::Encrypted })
}

/// Types in which no payload can stand.
fn holds_no_text(media_type: &str) -> bool {
    ["image/", "audio/", "video/", "font/"].iter().any(|start| media_type.starts_with(start))
}

fn is_plain_text(media_type: &str) -> bool {
    media_type.starts_with("text/") && !matches!(media_type, "text/html" | "text/xml")
}

/// The extension of mail messages.
pub(crate) fn is_mail_name(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, extension)| extension.eq_ignore_ascii_case("eml"))
}

/// The extensions that HPRIM files have.
fn is_hprim_name(name: &str) -> bool {
    let Some((_, extension)) = name.rsplit_once('.') else { return false };
    let extension = extension.trim().to_ascii_lowercase();
    matches!(extension.as_str(), "hpr" | "hprim" | "hprm" | "hp") || extension.starts_with("hpm")
}

/// The type as sent, unless it says nothing or the bytes say otherwise.
fn media_type_of(content: Content, sent: &str) -> String {
    let says_nothing = matches!(sent, "" | "application/octet-stream");
    match content {
        Content::Pdf => "application/pdf",
        Content::Payload(reader) if says_nothing => reader.media_type,
        Content::Text if says_nothing => PLAIN,
        Content::Archive if says_nothing => "application/zip",
        Content::Tnef if says_nothing => "application/ms-tnef",
        Content::Mail if says_nothing => "message/rfc822",
        _ if sent.is_empty() => "application/octet-stream",
        _ => sent,
    }
    .to_owned()
}

fn shown(text: &str) -> String {
    text::cut(text, limits::SHOWN_TEXT_BYTES).to_owned()
}

/// The fingerprint of bytes, hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |value: u8| char::from(DIGITS.get(usize::from(value)).copied().unwrap_or(b'0'));
    let mut hexadecimal = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        hexadecimal.push(digit(byte >> 4));
        hexadecimal.push(digit(byte & 15));
    }
    hexadecimal
}
