//! HPRIM Médecin: a header of twelve lines, text, and (since "HPRIM 2") results between `****LAB****` and `****FIN****`.
//!
//! Producers break every rule of it (shared knowledge of six readers of this format went into the tests): tags missing
//! or swapped, headers shifted, several patients in a file. Reading goes line by line, once, and each line ends in a
//! field, in a comment or in the text. It must never lose a line, and never fail.

mod header;
mod heading;
mod report;
mod results;

use crate::payload::Understood;
use crate::text::{charset, entities, lines};
use bannette_api::report::{Report, Warning, WarningCode};
use memchr::memmem;
use std::borrow::Cow;

/// A tag between the parts of a payload.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Tag {
    Lab,
    End,
    EndOfFile,
}

/// Whether these bytes hold an HPRIM payload: a tag, or a line of results.
pub(crate) fn is_in(bytes: &[u8]) -> bool {
    if bytes.starts_with(b"%PDF") {
        return false;
    }
    if bytes.iter().take(6).any(|byte| *byte == 0 || *byte >= 0xFE) {
        let decoded = charset::detect(bytes);
        return decoded.encoding.starts_with("utf-16") && is_in_text(&decoded.text);
    }
    holds_marks(bytes)
}

fn is_in_text(text: &str) -> bool {
    holds_marks(text.as_bytes())
}

fn holds_marks(bytes: &[u8]) -> bool {
    let begins_line = |at: usize| {
        let before = bytes.get(..at).unwrap_or_default();
        let indent = before.iter().rev().take(8).take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        matches!(before.len().checked_sub(indent + 1).and_then(|last| before.get(last)), None | Some(b'\n' | b'\r'))
            || before == b"\xEF\xBB\xBF"
    };
    // By its bar: a finder of the whole word costs more to make than most files take to be looked through.
    let result = |bar: usize| {
        let start = bar.checked_sub(3).filter(|start| bytes.get(*start..bar) == Some(b"RES".as_slice()));
        start.is_some_and(begins_line)
    };
    if memchr::memchr_iter(b'|', bytes).any(result) {
        return true;
    }
    let mut from = 0;
    while let Some(found) = memmem::find(bytes.get(from..).unwrap_or_default(), b"***") {
        let rest = bytes.get(from + found..).unwrap_or_default();
        let length = memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
        let line = rest.get(..length.min(64)).unwrap_or_default();
        if std::str::from_utf8(line).ok().and_then(tag).is_some() {
            return true;
        }
        from += found + length.max(1);
    }
    false
}

/// Whether these bytes begin with a header, even if no tag follows: for files whose name says HPRIM.
pub(crate) fn has_header(bytes: &[u8]) -> bool {
    let decoded = charset::detect(bytes);
    let lines: Vec<&str> = lines(&decoded.text).take(40).collect();
    header::find(&lines, false).is_some()
}

/// Reads a payload.
pub(crate) fn read(bytes: &[u8]) -> Understood {
    let decoded = charset::detect(bytes);
    let (reports, warnings) = read_text(&decoded.text);
    Understood { reports, warnings, documents: Vec::new(), encoding: Some(decoded.encoding) }
}

fn read_text(text: &str) -> (Vec<Report>, Vec<Warning>) {
    let mut reader = report::Reader::default();
    if memchr::memchr2(b'&', b'<', text.as_bytes()).is_none() {
        for (number, line) in (1u32..).zip(lines(text)) {
            reader.line(number, line);
        }
        return reader.finish();
    }
    let plain: Vec<Cow<'_, str>> = lines(text).map(plain).collect();
    for (number, line) in (1u32..).zip(&plain) {
        reader.line(number, line);
    }
    reader.finish()
}

/// A line as it is meant: some producers send words of HTML. The fields of a result are told apart first, since a reference
/// may stand for their sign.
fn plain(line: &str) -> Cow<'_, str> {
    let start = line.trim_start_matches(is_edge);
    let result = start.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("RES|"));
    if result || memchr::memchr2(b'&', b'<', line.as_bytes()).is_none() {
        return Cow::Borrowed(line);
    }
    match without_breaks(line) {
        Cow::Borrowed(line) => entities::decode(line),
        Cow::Owned(line) => Cow::Owned(entities::decode(line.trim_end_matches('\n')).into_owned()),
    }
}

/// `<br>`, `<BR />`: line breaks.
fn without_breaks(text: &str) -> Cow<'_, str> {
    let Some(first) = next_break(text) else { return Cow::Borrowed(text) };
    let mut plain = String::with_capacity(text.len());
    let (mut rest, mut next) = (text, Some(first));
    while let Some((start, end)) = next {
        plain.push_str(rest.get(..start).unwrap_or_default());
        plain.push('\n');
        rest = rest.get(end..).unwrap_or_default();
        next = next_break(rest);
    }
    plain.push_str(rest);
    Cow::Owned(plain)
}

/// Where the next line break begins and ends.
fn next_break(text: &str) -> Option<(usize, usize)> {
    memchr::memchr_iter(b'<', text.as_bytes()).find_map(|start| {
        let name = text.get(start + 1..start + 3).filter(|name| name.eq_ignore_ascii_case("br"))?;
        let behind = text.get(start + 1 + name.len()..)?;
        let blanks = behind.len() - behind.trim_start_matches([' ', '/']).len();
        behind.get(blanks..)?.starts_with('>').then_some((start, start + 1 + name.len() + blanks + 1))
    })
}

/// Reads a line as a tag: stars around `LAB`, `FIN` or `FINFICHIER`, indented or spaced out.
fn tag(line: &str) -> Option<Tag> {
    let line = line.trim_matches(is_edge);
    let name = line.trim_start_matches('*');
    if line.len() - name.len() < 3 {
        return None;
    }
    let name = name.trim_end_matches('*').trim();
    let is = |word: &str| name.eq_ignore_ascii_case(word);
    match name.len() {
        3 if is("LAB") => Some(Tag::Lab),
        3 if is("FIN") => Some(Tag::End),
        10 | 11 if is("FINFICHIER") || is("FIN FICHIER") => Some(Tag::EndOfFile),
        _ => None,
    }
}

/// Blanks, and what old programs leave around lines.
fn is_edge(c: char) -> bool {
    c.is_whitespace() || c.is_control() || c == '\u{FEFF}'
}

/// A warning about a line.
fn warning(code: WarningCode, line: Option<u32>, message: &str) -> Warning {
    Warning { code, line, message: message.to_owned() }
}
