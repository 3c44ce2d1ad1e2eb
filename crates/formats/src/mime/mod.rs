//! The structure of a mail message: its parts, in order, decoded.
//!
//! One pass over the bytes with a stack of open boundaries, never recursive on the input's structure (but for three
//! levels of messages that are themselves encoded): the work is bounded by the size and by [`limits::MIME_DEPTH`]. `mail-parser` walks messages too, but scans
//! to the end for each boundary that never comes, drops nested messages recursively and gives text parts in the charset
//! they declare, where an HPRIM payload needs its bytes. It must never fail, and never drop the content of a part.

pub(crate) mod decode;
mod fields;
mod uuencode;

use crate::limits;
use crate::text::charset;
use crate::wrapped::Wrapped;
use bannette_api::dossiers::MessageHead;
use bannette_api::report::WarningCode;
use fields::{Described, Fields};
use memchr::memmem;

/// A leaf of the message, decoded.
#[derive(Debug)]
pub(crate) struct Leaf {
    /// Media type, lower case.
    pub(crate) media_type: String,
    /// Charset declared.
    pub(crate) charset: Option<String>,
    /// File name, as sent.
    pub(crate) name: Option<String>,
    /// Whether the sender says that it is an attachment.
    pub(crate) attached: bool,
    /// The `multipart/alternative` it stands in, if any.
    pub(crate) alternative: Option<u32>,
    /// Its content.
    pub(crate) bytes: Vec<u8>,
}

/// What comes in a message, in order.
#[derive(Debug)]
pub(crate) enum Item {
    /// A part's content.
    Leaf(Leaf),
    /// A message in the message begins: what follows is of it.
    Nested(MessageHead),
}

/// A message, taken apart.
#[derive(Debug, Default)]
pub(crate) struct Structure {
    pub(crate) head: MessageHead,
    pub(crate) items: Vec<Item>,
    pub(crate) defects: Vec<WarningCode>,
    alternatives: u32,
    parts: usize,
}

impl Structure {
    fn note(&mut self, code: WarningCode) {
        if !self.defects.contains(&code) {
            self.defects.push(code);
        }
    }
}

/// An open multipart.
struct Open {
    boundary: Vec<u8>,
    alternative: Option<u32>,
    digest: bool,
    /// Depth of the part in which it stands.
    depth: usize,
}

/// A delimiter line.
struct Delimiter {
    /// Where the content before it ends.
    content_end: usize,
    /// Where the line after it begins.
    next: usize,
    /// Which of the open boundaries it is of.
    of: usize,
    /// Whether it closes.
    closes: bool,
}

/// Messages in messages that are themselves encoded (base64): how many levels are opened.
const ENCODED_MESSAGES: usize = 3;

/// A leaf's content as it stands in the message.
struct Content<'a> {
    bytes: &'a [u8],
    /// How many of them are base64 that was decoded already, and what they stand for.
    decoded: Option<(usize, &'a [u8])>,
}

/// Takes a message apart.
pub(crate) fn take_apart(bytes: &[u8]) -> Structure {
    take_apart_decoded(&Wrapped::unsearched(bytes))
}

/// The same, of a message whose documents were decoded already.
pub(crate) fn take_apart_decoded(message: &Wrapped<'_>) -> Structure {
    let bytes = message.text();
    let mut structure = Structure::default();
    let (fields, body) = header_block(bytes, 0, &[]);
    if fields.of_mail == 0 {
        structure.note(WarningCode::NoHeaders);
        push_leaf(&mut structure, bytes);
        return structure;
    }
    structure.head = fields.head();
    walk(message, (fields, body), &mut structure, ENCODED_MESSAGES);
    structure
}

/// Only From, To, Subject, Date.
pub(crate) fn head_only(bytes: &[u8]) -> MessageHead {
    header_block(bytes, 0, &[]).0.head()
}

/// Whether these bytes begin like a part: a block of fields that says what its content is.
pub(crate) fn begins_like_part(bytes: &[u8]) -> bool {
    let start = bytes.get(..limits::HEAD_BYTES).unwrap_or(bytes);
    header_block(start, 0, &[]).0.content_type.is_some()
}

/// Whether these bytes begin like a mail message.
pub(crate) fn begins_like_mail(bytes: &[u8]) -> bool {
    let start = bytes.get(..limits::HEAD_BYTES).unwrap_or(bytes);
    header_block(start, 0, &[]).0.of_mail >= 2
}

fn walk<'a>(message: &Wrapped<'a>, first: (Fields<'a>, usize), structure: &mut Structure, encoded_levels: usize) {
    let bytes = message.text();
    let mut open: Vec<Open> = Vec::new();
    let (mut fields, mut body) = first;
    let mut depth = 0usize;
    loop {
        structure.parts += 1;
        if structure.parts > limits::PARTS {
            structure.note(WarningCode::TooManyParts);
            structure.items.push(Item::Leaf(Leaf {
                media_type: "application/octet-stream".to_owned(),
                charset: None,
                name: Some("suite-du-message.bin".to_owned()),
                attached: true,
                alternative: None,
                bytes: bytes.get(body..).unwrap_or_default().to_vec(),
            }));
            return;
        }
        let digest = open.last().is_some_and(|multipart| multipart.digest);
        let described = described(&fields, digest);
        if described.kind == "multipart/encrypted" {
            structure.note(WarningCode::Encrypted);
        }
        if described.kind == "multipart/signed" {
            structure.note(WarningCode::Signed);
        }
        let nested = is_nested_message(&described, &fields);
        if nested && depth >= limits::MIME_DEPTH {
            structure.note(WarningCode::TooManyParts);
        }
        if described.kind.starts_with("multipart/") && enter(bytes, body, &described, &mut open, depth, structure) {
            // Its first part comes next.
        } else if nested && depth < limits::MIME_DEPTH {
            depth += 1;
            let nested = header_block(bytes, body, &open);
            structure.items.push(Item::Nested(nested.0.head()));
            (fields, body) = nested;
            continue;
        } else {
            let end = next_delimiter(bytes, body, &open).map_or(bytes.len(), |delimiter| delimiter.content_end);
            let content = bytes.get(body..end.max(body)).unwrap_or_default();
            let content = Content { bytes: content, decoded: message.at(body) };
            let alternative = open.last().and_then(|multipart| multipart.alternative);
            leaf(content, &fields, described, alternative, depth, structure, encoded_levels);
        }
        match next_part(bytes, body, &mut open, structure) {
            Some((at, at_depth)) => {
                (fields, body) = header_block(bytes, at, &open);
                depth = at_depth;
            }
            None => return,
        }
    }
}

/// Opens a multipart, if it has a boundary that comes at least once and the depth allows it.
fn enter(
    bytes: &[u8],
    body: usize,
    described: &Described,
    open: &mut Vec<Open>,
    depth: usize,
    structure: &mut Structure,
) -> bool {
    let Some(boundary) = described.parameter("boundary") else {
        structure.note(WarningCode::BrokenMime);
        return false;
    };
    if depth >= limits::MIME_DEPTH {
        structure.note(WarningCode::TooManyParts);
        return false;
    }
    let alternative = if described.kind == "multipart/alternative" {
        structure.alternatives += 1;
        Some(structure.alternatives)
    } else {
        open.last().and_then(|multipart| multipart.alternative)
    };
    let digest = described.kind == "multipart/digest";
    open.push(Open { boundary: boundary.trim_end().as_bytes().to_vec(), alternative, digest, depth });
    let own = open.len() - 1;
    let begins = next_delimiter(bytes, body, open).is_some_and(|delimiter| delimiter.of == own);
    if !begins {
        open.pop();
        structure.note(WarningCode::BrokenMime);
    }
    begins
}

/// Where the next part's header begins, and how deep it stands.
fn next_part(bytes: &[u8], from: usize, open: &mut Vec<Open>, structure: &mut Structure) -> Option<(usize, usize)> {
    let mut at = from;
    while !open.is_empty() {
        let Some(delimiter) = next_delimiter(bytes, at, open) else {
            structure.note(WarningCode::BrokenMime);
            return None;
        };
        if delimiter.of + 1 < open.len() {
            // An inner multipart that was never closed.
            structure.note(WarningCode::BrokenMime);
        }
        open.truncate(delimiter.of + 1);
        at = delimiter.next;
        if !delimiter.closes {
            return open.last().map(|multipart| (at, multipart.depth + 1));
        }
        open.pop();
    }
    None
}

/// The next line that delimits one of the open multiparts, the innermost first.
fn next_delimiter(bytes: &[u8], from: usize, open: &[Open]) -> Option<Delimiter> {
    if open.is_empty() {
        return None;
    }
    let rest = bytes.get(from..)?;
    if rest.starts_with(b"--")
        && let Some(delimiter) = delimiter_at(bytes, from, from, open)
    {
        return Some(delimiter);
    }
    for found in memmem::find_iter(rest, b"\n--") {
        let line_feed = from + found;
        let before = bytes.get(..line_feed).unwrap_or_default();
        let content_end = if before.ends_with(b"\r") && line_feed > from { line_feed - 1 } else { line_feed };
        if let Some(delimiter) = delimiter_at(bytes, line_feed + 1, content_end, open) {
            return Some(delimiter);
        }
    }
    None
}

/// Reads the line at `line` as a delimiter of one of the open multiparts.
fn delimiter_at(bytes: &[u8], line: usize, content_end: usize, open: &[Open]) -> Option<Delimiter> {
    let after_dashes = bytes.get(line + 2..)?;
    for (of, multipart) in open.iter().enumerate().rev() {
        let Some(rest) = after_dashes.strip_prefix(multipart.boundary.as_slice()) else { continue };
        let (closes, rest) = match rest.strip_prefix(b"--") {
            Some(rest) => (true, rest),
            None => (false, rest),
        };
        let blanks = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r')).count();
        match rest.get(blanks) {
            None => return Some(Delimiter { content_end, next: bytes.len(), of, closes }),
            Some(b'\n') => {
                let next = bytes.len() - rest.len() + blanks + 1;
                return Some(Delimiter { content_end, next, of, closes });
            }
            Some(_) => {}
        }
    }
    None
}

/// Reads a header block from `at`: its fields, and where the body begins.
fn header_block<'a>(bytes: &'a [u8], at: usize, open: &[Open]) -> (Fields<'a>, usize) {
    let mut fields = Fields::default();
    let mut line = at;
    let mut current: Option<(&'a [u8], usize)> = None;
    let limit = at.saturating_add(limits::PART_HEAD_BYTES).min(bytes.len());
    loop {
        let rest = bytes.get(line..).unwrap_or_default();
        let length = memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
        let text = rest.get(..length).unwrap_or_default();
        let folded = matches!(text.first(), Some(b' ' | b'\t')) && !text.trim_ascii().is_empty();
        if folded && current.is_some() {
            line += length;
            continue;
        }
        if let Some((name, value)) = current.take() {
            fields.note(name, bytes.get(value..line).unwrap_or_default());
        }
        let blank = text.trim_ascii().is_empty();
        if blank {
            // Blank lines before the first field belong to nothing.
            if fields.count == 0 && length > 0 && at == 0 {
                line += length;
                continue;
            }
            return (fields, line + length);
        }
        let delimits = text.starts_with(b"--") && delimiter_at(bytes, line, line, open).is_some();
        match field_name(text) {
            Some(name) if !delimits && line < limit => current = Some((name, line + name.len() + 1)),
            // A line of `From ` that mailbox files put first.
            _ if line == 0 && text.starts_with(b"From ") => {}
            _ => return (fields, line),
        }
        line += length;
    }
}

/// The name of the field that this line begins, with the blanks that stand before its colon.
fn field_name(line: &[u8]) -> Option<&[u8]> {
    let colon = memchr::memchr(b':', line.get(..200).unwrap_or(line))?;
    let name = line.get(..colon)?;
    let word = name.trim_ascii_end();
    let fits = !word.is_empty() && word.iter().all(|byte| byte.is_ascii_graphic());
    fits.then_some(name)
}

/// The media type of a part; where it has none, what its place says.
fn described(fields: &Fields<'_>, in_digest: bool) -> Described {
    let mut described = fields.content_type.map(Described::read).unwrap_or_default();
    if !described.kind.contains('/') {
        described.kind = if in_digest { "message/rfc822" } else { "text/plain" }.to_owned();
    }
    described
}

fn is_encoded(fields: &Fields<'_>) -> bool {
    let encoding = fields.transfer_encoding.unwrap_or_default().trim_ascii();
    encoding.eq_ignore_ascii_case(b"base64") || encoding.eq_ignore_ascii_case(b"quoted-printable")
}

fn is_nested_message(described: &Described, fields: &Fields<'_>) -> bool {
    is_message(&described.kind) && !is_encoded(fields)
}

fn is_message(kind: &str) -> bool {
    matches!(kind, "message/rfc822" | "message/global" | "message/news")
}

fn leaf(
    content: Content<'_>,
    fields: &Fields<'_>,
    described: Described,
    alternative: Option<u32>,
    depth: usize,
    structure: &mut Structure,
    encoded_levels: usize,
) {
    if is_message(&described.kind) && is_encoded(fields) && encoded_levels > 0 && depth < limits::MIME_DEPTH {
        let decoded = decode(content, fields, structure);
        let first = header_block(&decoded, 0, &[]);
        structure.items.push(Item::Nested(first.0.head()));
        walk(&Wrapped::unsearched(&decoded), first, structure, encoded_levels - 1);
        return;
    }
    push_described(structure, fields, described, alternative, content);
}

fn push_leaf(structure: &mut Structure, content: &[u8]) {
    let fields = Fields::default();
    let content = Content { bytes: content, decoded: None };
    push_described(structure, &fields, described(&fields, false), None, content);
}

fn push_described(
    structure: &mut Structure,
    fields: &Fields<'_>,
    described: Described,
    alternative: Option<u32>,
    content: Content<'_>,
) {
    let disposition = fields.disposition.map(Described::read).unwrap_or_default();
    let name = disposition.parameter("filename").or_else(|| described.parameter("name")).map(str::to_owned);
    let name = name.or_else(|| is_uuencoded(fields).then(|| uuencode::name(content.bytes)).flatten());
    let mut bytes = decode(content, fields, structure);
    let charset = described.parameter("charset").map(str::to_owned);
    // Of what is no text a charset says nothing.
    if described.kind.starts_with("text/") && charset.as_deref().is_some_and(charset::is_unknown) {
        structure.note(WarningCode::UnknownEncoding);
    }
    let mut contents = Vec::new();
    if described.kind == "text/plain"
        && name.is_none()
        && let Some((words, found)) = take_uuencoded(&bytes)
    {
        (bytes, contents) = (words, found);
    }
    structure.items.push(Item::Leaf(Leaf {
        charset,
        name,
        attached: disposition.kind == "attachment",
        alternative,
        bytes,
        media_type: described.kind,
    }));
    for (name, bytes) in contents {
        structure.items.push(Item::Leaf(Leaf {
            media_type: "application/octet-stream".to_owned(),
            charset: None,
            name,
            attached: true,
            alternative: None,
            bytes,
        }));
    }
}

/// Whether a part says that it is in uuencode (RFC 2045 5 lets names begin with `x-`).
fn is_uuencoded(fields: &Fields<'_>) -> bool {
    let encoding = fields.transfer_encoding.unwrap_or_default().trim_ascii();
    [&b"x-uuencode"[..], b"uuencode", b"x-uue", b"uue"].iter().any(|known| encoding.eq_ignore_ascii_case(known))
}

/// A content that was taken out of a text: its name, if it had one, and its bytes.
type Taken = (Option<String>, Vec<u8>);

/// Takes the contents out of a text that stand in it in uuencode: each becomes a part after it.
fn take_uuencoded(text: &[u8]) -> Option<(Vec<u8>, Vec<Taken>)> {
    let (mut words, mut contents, mut rest) = (Vec::new(), Vec::new(), text);
    while contents.len() < limits::PARTS
        && let Some((at, content)) = uuencode::find(rest)
    {
        words.extend_from_slice(rest.get(..at).unwrap_or_default());
        rest = rest.get(content.end..).unwrap_or_default();
        contents.push((content.name, content.decoded.bytes));
    }
    if contents.is_empty() {
        return None;
    }
    words.extend_from_slice(rest);
    Some((words, contents))
}

/// Undoes the transfer encoding.
fn decode(content: Content<'_>, fields: &Fields<'_>, structure: &mut Structure) -> Vec<u8> {
    let encoding = fields.transfer_encoding.unwrap_or_default().trim_ascii();
    if is_uuencoded(fields) {
        return kept(uuencode::part(content.bytes), structure);
    }
    let known = ["", "7bit", "8bit", "binary", "base64", "quoted-printable"];
    if !known.iter().any(|known| encoding.eq_ignore_ascii_case(known.as_bytes())) {
        structure.note(WarningCode::UnknownEncoding);
    }
    let decoded = if encoding.eq_ignore_ascii_case(b"base64") {
        decode::base64_after(content.bytes, content.decoded)
    } else if encoding.eq_ignore_ascii_case(b"quoted-printable") {
        decode::quoted_printable(content.bytes)
    } else {
        return content.bytes.to_vec();
    };
    kept(decoded, structure)
}

/// What could be decoded; that it was broken is noted.
fn kept(decoded: decode::Decoded, structure: &mut Structure) -> Vec<u8> {
    if decoded.broken {
        structure.note(WarningCode::BrokenEncoding);
    }
    decoded.bytes
}
