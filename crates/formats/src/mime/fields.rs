//! The header fields of a message or of a part. `mail-parser` reads each value (RFC 2047 words, RFC 2231 parameters,
//! addresses, dates); what is handed to it is cut first, because some of its loops are not linear on hostile values.

use bannette_api::Timestamp;
use bannette_api::dossiers::{MessageHead, MssFields};
use mail_parser::parsers::MessageStream;
use mail_parser::{Addr, HeaderValue};
use std::borrow::Cow;

/// What is read of a field that describes a part.
const PART_FIELD_BYTES: usize = 2 * 1024;
/// What is read of a subject, a sender.
const FIELD_BYTES: usize = 8 * 1024;
/// What is read of a list of recipients.
const LIST_BYTES: usize = 16 * 1024;
/// Recipients kept.
const RECIPIENTS: usize = 100;

/// The header block of a message or of a part: each field's value, raw and still folded.
#[derive(Default)]
pub(super) struct Fields<'a> {
    pub(super) content_type: Option<&'a [u8]>,
    pub(super) disposition: Option<&'a [u8]>,
    pub(super) transfer_encoding: Option<&'a [u8]>,
    from: Option<&'a [u8]>,
    sender: Option<&'a [u8]>,
    to: Option<&'a [u8]>,
    cc: Option<&'a [u8]>,
    subject: Option<&'a [u8]>,
    date: Option<&'a [u8]>,
    mss_mes: Option<&'a [u8]>,
    mss_ins: Option<&'a [u8]>,
    mss_nil: Option<&'a [u8]>,
    mss_codecda: Option<&'a [u8]>,
    notification_to: Option<&'a [u8]>,
    /// Fields met, whatever they are.
    pub(super) count: usize,
    /// Fields met that only a mail message has.
    pub(super) of_mail: usize,
}

impl<'a> Fields<'a> {
    /// Notes a field. Where a field comes twice, the first counts.
    pub(super) fn note(&mut self, name: &[u8], value: &'a [u8]) {
        self.count += 1;
        let slot = match name.len() {
            2 if name.eq_ignore_ascii_case(b"to") => &mut self.to,
            2 if name.eq_ignore_ascii_case(b"cc") => &mut self.cc,
            4 if name.eq_ignore_ascii_case(b"from") => &mut self.from,
            4 if name.eq_ignore_ascii_case(b"date") => &mut self.date,
            6 if name.eq_ignore_ascii_case(b"sender") => &mut self.sender,
            7 if name.eq_ignore_ascii_case(b"subject") => &mut self.subject,
            9 if name.eq_ignore_ascii_case(b"x-mss-mes") => &mut self.mss_mes,
            9 if name.eq_ignore_ascii_case(b"x-mss-ins") => &mut self.mss_ins,
            9 if name.eq_ignore_ascii_case(b"x-mss-nil") => &mut self.mss_nil,
            12 if name.eq_ignore_ascii_case(b"content-type") => &mut self.content_type,
            13 if name.eq_ignore_ascii_case(b"x-mss-codecda") => &mut self.mss_codecda,
            19 if name.eq_ignore_ascii_case(b"content-disposition") => &mut self.disposition,
            25 if name.eq_ignore_ascii_case(b"content-transfer-encoding") => &mut self.transfer_encoding,
            27 if name.eq_ignore_ascii_case(b"disposition-notification-to") => &mut self.notification_to,
            _ => {
                self.of_mail += usize::from(is_of_mail(name));
                return;
            }
        };
        self.of_mail += 1;
        if slot.is_none() {
            *slot = Some(value);
        }
    }

    /// From, to, subject, date, decoded.
    pub(super) fn head(&self) -> MessageHead {
        let mut to = Vec::new();
        for list in [self.to, self.cc].into_iter().flatten() {
            let room = RECIPIENTS.saturating_sub(to.len());
            to.extend(mailboxes(list, LIST_BYTES).into_iter().take(room));
        }
        let from = self.from.or(self.sender).map(|value| mailboxes(value, FIELD_BYTES)).unwrap_or_default();
        MessageHead {
            from: from.into_iter().next().unwrap_or_default(),
            to,
            subject: self.subject.map(unstructured).unwrap_or_default(),
            date: self.date.and_then(date),
            mss: self.mss(),
        }
    }

    /// The fields of MSSanté, as sent (REF#2 2.2.8, 2.3.2, 2.4.1–2.4.3).
    fn mss(&self) -> MssFields {
        let text = |field: Option<&[u8]>| field.map(unstructured).filter(|text| !text.is_empty());
        MssFields {
            mes: text(self.mss_mes),
            code_cda: text(self.mss_codecda),
            ins: text(self.mss_ins),
            nil: text(self.mss_nil),
            notification_to: self.notification_to.and_then(|value| mailboxes(value, FIELD_BYTES).into_iter().next()),
        }
    }
}

/// Fields, besides those read here, by which a mail message is known.
fn is_of_mail(name: &[u8]) -> bool {
    const NAMES: [&[u8]; 12] = [
        b"received",
        b"return-path",
        b"message-id",
        b"mime-version",
        b"delivered-to",
        b"reply-to",
        b"x-mailer",
        b"dkim-signature",
        b"references",
        b"in-reply-to",
        b"bcc",
        b"user-agent",
    ];
    NAMES.iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// A media type or a disposition, with its parameters.
#[derive(Default)]
pub(super) struct Described {
    /// Lower case: `text/plain`, `attachment`.
    pub(super) kind: String,
    /// Parameters by lower-case name.
    parameters: Vec<(String, String)>,
}

impl Described {
    pub(super) fn read(value: &[u8]) -> Self {
        let line = line_of(value, PART_FIELD_BYTES);
        let HeaderValue::ContentType(content) = MessageStream::new(&line).parse_content_type() else {
            return Self::default();
        };
        let mut kind = content.c_type.trim().to_ascii_lowercase();
        if let Some(subtype) = &content.c_subtype {
            kind.push('/');
            kind.push_str(&subtype.trim().to_ascii_lowercase());
        }
        let parameters = content
            .attributes
            .unwrap_or_default()
            .into_iter()
            .map(|attribute| (attribute.name.to_ascii_lowercase(), attribute.value.into_owned()))
            .collect();
        Self { kind, parameters }
    }

    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        let (_, value) = self.parameters.iter().find(|(key, _)| key == name)?;
        Some(value.as_str()).filter(|value| !value.trim().is_empty())
    }
}

/// A raw value made ready for `mail-parser`: cut, in UTF-8 (old senders write raw Latin-1), ended by a line break (it
/// drops a last line that has none).
fn line_of(value: &[u8], limit: usize) -> Vec<u8> {
    let value = value.get(..limit).unwrap_or(value).trim_ascii();
    let value = &*escaped_words(value);
    let text = match std::str::from_utf8(value) {
        Ok(text) => Cow::Borrowed(text),
        Err(error) if error.error_len().is_none() => String::from_utf8_lossy(value),
        Err(_) => encoding_rs::WINDOWS_1252.decode_without_bom_handling(value).0,
    };
    let mut line = Vec::with_capacity(text.len() + 2);
    line.push(b' ');
    line.extend_from_slice(text.as_bytes());
    line.push(b'\n');
    line
}

/// Encoded words (RFC 2047) in which bytes beyond ASCII stand raw, as some programs write them: those bytes are of the
/// charset that the word names, not of the field's. Each is written as the word's encoding wants it (`=E9`).
fn escaped_words(value: &[u8]) -> Cow<'_, [u8]> {
    if value.is_ascii() || memchr::memmem::find(value, b"=?").is_none() {
        return Cow::Borrowed(value);
    }
    let mut escaped = Vec::with_capacity(value.len() + value.len() / 4);
    let mut rest = value;
    while let Some(at) = memchr::memmem::find(rest, b"=?") {
        let (before, word) = rest.split_at(at);
        escaped.extend_from_slice(before);
        match raw_word(word) {
            Some((start, text, left)) if !text.is_ascii() => {
                // Bytes that hold together as UTF-8 are, whatever the word says: no French text in Latin-1 has them.
                let utf_8 = std::str::from_utf8(text).is_ok() && !has_escaped_letters(text);
                escaped.extend_from_slice(if utf_8 { b"=?utf-8?Q?" } else { start });
                for byte in text {
                    if byte.is_ascii() {
                        escaped.push(*byte);
                    } else {
                        escaped.extend_from_slice(format!("={byte:02X}").as_bytes());
                    }
                }
                rest = left;
            }
            _ => {
                escaped.extend_from_slice(b"=?");
                rest = word.get(2..).unwrap_or_default();
            }
        }
    }
    escaped.extend_from_slice(rest);
    Cow::Owned(escaped)
}

/// An encoded word in quoted-printable: its beginning up to the text, the text, and what follows from `?=` on.
fn raw_word(word: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    const LONGEST_CHARSET: usize = 40;
    let named = word.get(2..)?;
    let charset = memchr::memchr(b'?', named.get(..LONGEST_CHARSET).unwrap_or(named))?;
    let text_at = match named.get(charset..charset + 3)? {
        [b'?', b'Q' | b'q', b'?'] => 2 + charset + 3,
        _ => return None,
    };
    let (start, behind) = word.split_at_checked(text_at)?;
    let end = memchr::memmem::find(behind, b"?=")?;
    let (text, left) = behind.split_at_checked(end)?;
    Some((start, text, left))
}

/// Whether letters beyond ASCII stand there as they should too (`=E9`): then the charset is as named.
fn has_escaped_letters(text: &[u8]) -> bool {
    text.windows(3)
        .any(|three| matches!(three, [b'=', b'8'..=b'9' | b'A'..=b'F' | b'a'..=b'f', low] if low.is_ascii_hexdigit()))
}

fn unstructured(value: &[u8]) -> String {
    let line = line_of(value, FIELD_BYTES);
    match MessageStream::new(&line).parse_unstructured() {
        HeaderValue::Text(text) => without_controls(&text),
        _ => String::new(),
    }
}

fn date(value: &[u8]) -> Option<Timestamp> {
    let line = line_of(value, PART_FIELD_BYTES);
    match MessageStream::new(&line).parse_date() {
        HeaderValue::DateTime(date) if date.is_valid() => Some(Timestamp(date.to_timestamp().saturating_mul(1000))),
        _ => None,
    }
}

fn mailboxes(value: &[u8], limit: usize) -> Vec<String> {
    let line = line_of(value, limit);
    match MessageStream::new(&line).parse_address() {
        HeaderValue::Address(address) => address.iter().filter_map(mailbox).collect(),
        _ => {
            let text = without_controls(&String::from_utf8_lossy(&line));
            if text.is_empty() { Vec::new() } else { vec![text] }
        }
    }
}

fn mailbox(address: &Addr<'_>) -> Option<String> {
    let name = address.name().map(without_controls).filter(|name| !name.is_empty());
    let place = address.address().map(without_controls).filter(|place| !place.is_empty());
    match (name, place) {
        (Some(name), Some(place)) => Some(format!("{name} <{place}>")),
        (name, place) => name.or(place),
    }
}

/// A line that a screen can show: no control character, no blank at its ends.
fn without_controls(text: &str) -> String {
    text.trim().chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
