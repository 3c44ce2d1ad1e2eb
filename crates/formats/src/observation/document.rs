//! `ED`: a document inside an observation. It must never say of a content more than its bytes or its sender do.

use crate::mime::decode;
use crate::segments::Fields;

/// A document, decoded.
pub(super) struct Read {
    pub(super) media_type: String,
    pub(super) bytes: Vec<u8>,
    pub(super) broken: bool,
}

/// Reads a field `source^type^subtype^encoding^data` (HL7 v2.5, 2.A.24). None: there is no data in it.
pub(super) fn read(fields: &Fields<'_>, raw: &str) -> Option<Read> {
    let part = |number| fields.component(raw, number);
    let (kind, subtype, encoding) = (part(2), part(3), part(4).to_ascii_lowercase());
    let data = if raw.contains(char::from(fields.signs.component)) { part(5) } else { raw };
    if data.trim().is_empty() {
        return None;
    }
    let (bytes, broken) = match encoding.as_str() {
        "a" => (fields.text(data).into_owned().into_bytes(), false),
        "hex" => hexadecimal(data),
        _ => {
            let plain = fields.text(data);
            let decoded = decode::base64(plain.as_bytes());
            if decoded.broken && encoding != "base64" {
                // Nobody says that it is base64, and it is not: words.
                return None;
            }
            (decoded.bytes, decoded.broken)
        }
    };
    if bytes.is_empty() {
        return None;
    }
    let found = by_first_bytes(&bytes);
    if encoding.is_empty() && found.is_none() && kind.is_empty() && subtype.is_empty() {
        // Short words may happen to be base64.
        return None;
    }
    let media_type = found.map_or_else(|| media_type(kind, subtype), str::to_owned);
    Some(Read { media_type, bytes, broken })
}

/// What the first bytes say, whatever the sender does.
fn by_first_bytes(bytes: &[u8]) -> Option<&'static str> {
    const KNOWN: [(&[u8], &str); 6] = [
        (b"%PDF", "application/pdf"),
        (b"\xFF\xD8\xFF", "image/jpeg"),
        (b"\x89PNG", "image/png"),
        (b"{\\rtf", "application/rtf"),
        (b"PK\x03\x04", "application/zip"),
        (b"<ClinicalDocument", "text/xml"),
    ];
    KNOWN.iter().find(|(start, _)| bytes.starts_with(start)).map(|(_, media_type)| *media_type)
}

fn media_type(kind: &str, subtype: &str) -> String {
    let (kind, subtype) = (kind.to_ascii_lowercase(), subtype.to_ascii_lowercase());
    if kind.contains('/') {
        return kind;
    }
    let top = match kind.as_str() {
        "text" | "tx" | "multipart" => "text",
        "application" | "ap" => "application",
        "image" | "im" => "image",
        "audio" | "au" => "audio",
        _ => "",
    };
    let subtype = if subtype.starts_with("x-hl7-cda") { "xml" } else { &subtype };
    match (top, subtype) {
        (_, "pdf") => "application/pdf".to_owned(),
        ("" | "text", "xml") => "text/xml".to_owned(),
        ("text", "") => "text/plain".to_owned(),
        ("image", "jpg") => "image/jpeg".to_owned(),
        ("", _) | (_, "") => String::new(),
        (top, subtype) => format!("{top}/{subtype}"),
    }
}

fn hexadecimal(data: &str) -> (Vec<u8>, bool) {
    let digits: Vec<u8> = data.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let value = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let mut broken = !digits.len().is_multiple_of(2);
    let mut bytes = Vec::with_capacity(digits.len() / 2);
    for pair in digits.chunks(2) {
        match pair {
            [high, low] => match (value(*high), value(*low)) {
                (Some(high), Some(low)) => bytes.push((high << 4) | low),
                _ => broken = true,
            },
            _ => broken = true,
        }
    }
    (bytes, broken)
}
