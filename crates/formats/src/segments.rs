//! Segments: the lines of HL7 v2 (chapter 2, "vertical bar" encoding) and of HPRIM Santé, which took it from ASTM E1238.
//! A line is a name and fields; a field holds repetitions, components, sub-components; the signs between them are
//! declared by the first line. It must never drop a character: what is no segment is given as it stands.

mod escape;

use crate::text::{self, entities};
use std::borrow::Cow;

/// Fields of a segment that are told apart; the rest stays one text.
const FIELDS: usize = 48;

/// How far the end of an escape sequence is looked for.
const ESCAPE: usize = 68;

/// The signs between the parts of a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Delimiters {
    pub(crate) field: u8,
    pub(crate) component: u8,
    pub(crate) repetition: u8,
    pub(crate) escape: u8,
    pub(crate) subcomponent: u8,
}

impl Delimiters {
    /// HL7 v2.
    pub(crate) const HL7: Self =
        Self { field: b'|', component: b'^', repetition: b'~', escape: b'\\', subcomponent: b'&' };
    /// HPRIM Santé.
    pub(crate) const HPRIM: Self =
        Self { field: b'|', component: b'~', repetition: b'^', escape: b'\\', subcomponent: b'&' };

    /// Those that a first line declares (`MSH|^~\&|…`, `H|~^\&|…`): component, repetition, escape, sub-component. None
    /// when they are not at least three different signs.
    pub(crate) fn declared(line: &str, name: &str) -> Option<Self> {
        let mut signs = line.strip_prefix(name)?.bytes();
        let field = signs.next().filter(|sign| is_sign(*sign))?;
        let signs: Vec<u8> = signs.take_while(|sign| *sign != field).take(6).collect();
        let distinct = signs.iter().enumerate().all(|(at, sign)| !signs.iter().take(at).any(|other| other == sign));
        let (component, repetition, escape, subcomponent) = match *signs.as_slice() {
            [component, repetition, escape] => (component, repetition, escape, 0),
            [component, repetition, escape, subcomponent, ..] => (component, repetition, escape, subcomponent),
            _ => return None,
        };
        let whole = signs.len() <= 5 && distinct && signs.iter().all(|sign| is_sign(*sign));
        whole.then_some(Self { field, component, repetition, escape, subcomponent })
    }
}

fn is_sign(byte: u8) -> bool {
    byte.is_ascii_punctuation()
}

/// The signs of a first line that does not declare them as it should: cut, of another character set (a small tilde for
/// `~`), doubled. What cannot be used is read as the usual sign of its place.
struct Mended {
    signs: Delimiters,
    /// Characters that stand for a sign, and which.
    replaced: Vec<(char, char)>,
}

impl Mended {
    fn of(line: &str, grammar: Grammar) -> Option<Self> {
        let Grammar { first, usual, .. } = grammar;
        let rest = line.strip_prefix(first)?;
        let sign = rest.chars().next().filter(|sign| !sign.is_alphanumeric() && !sign.is_whitespace())?;
        let mut replaced = Vec::new();
        let field = match u8::try_from(sign) {
            Ok(byte) if is_sign(byte) => byte,
            _ => {
                replaced.push((sign, char::from(usual.field)));
                usual.field
            }
        };
        let (declared, after) = rest.get(sign.len_utf8()..)?.split_once(sign)?;
        // A short name begins other lines too.
        if first.len() < 3 && (field != usual.field || after.matches(sign).count() < 5) {
            return None;
        }
        let places = [usual.component, usual.repetition, usual.escape, usual.subcomponent];
        let given: Vec<char> = declared.chars().collect();
        let mut signs: Vec<u8> = Vec::with_capacity(places.len());
        for (at, place) in places.into_iter().enumerate() {
            let given = given.get(at).copied().filter(|_| matches!(given.len(), 3..=5));
            let own = given.and_then(|given| u8::try_from(given).ok()).filter(|byte| is_sign(*byte));
            let free = |byte: u8| byte != field && !signs.contains(&byte);
            let chosen = match own {
                Some(own) if free(own) => own,
                _ if free(place) => {
                    let other = given.filter(|given| !given.is_ascii() && !given.is_alphanumeric());
                    replaced.extend(other.map(|other| (other, char::from(place))));
                    place
                }
                // None: no byte of a text is this one.
                _ => 0,
            };
            signs.push(chosen);
        }
        let &[component, repetition, escape, subcomponent] = signs.as_slice() else { return None };
        Some(Self { signs: Delimiters { field, component, repetition, escape, subcomponent }, replaced })
    }

    /// A line with the signs that are meant.
    fn line<'a>(replaced: &[(char, char)], line: &'a str) -> Cow<'a, str> {
        let meant = |c: char| replaced.iter().find(|(written, _)| *written == c).map(|(_, sign)| *sign);
        if line.contains(|c: char| meant(c).is_some()) {
            Cow::Owned(line.chars().map(|c| meant(c).unwrap_or(c)).collect())
        } else {
            Cow::Borrowed(line)
        }
    }
}

/// Whether bytes hold a first line of this name that does not declare its signs as it should, and one of these lines after
/// it, with the same sign behind its name.
pub(crate) fn declares_oddly(bytes: &[u8], first: &str, others: &[&str]) -> bool {
    let begins_line = |at: usize| {
        let before = bytes.get(..at).unwrap_or_default();
        let before = before.strip_suffix(b"\xEF\xBB\xBF").unwrap_or(before);
        let before = before.trim_ascii_end();
        before.is_empty()
            || bytes.get(before.len()..at).is_some_and(|between| between.iter().any(is_line_end))
            || before.last() == Some(&0x0B)
    };
    memchr::memmem::find_iter(bytes, first.as_bytes()).take(64).filter(|at| begins_line(*at)).any(|at| {
        let Some((&sign, rest)) = bytes.get(at + first.len()..).and_then(<[u8]>::split_first) else { return false };
        let usable = sign >= 0x80 || is_sign(sign);
        usable
            && others
                .iter()
                .any(|other| has_line(&memchr::memmem::Finder::new(&[other.as_bytes(), &[sign]].concat()), rest))
    })
}

fn is_line_end(byte: &u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

/// Whether bytes begin with a line that declares its signs: `first`, a sign, three to five different ones, the same sign.
pub(crate) fn declares(bytes: &[u8], first: &str) -> bool {
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let blanks = text.iter().take(16).take_while(|byte| byte.is_ascii_whitespace() || **byte == 0x0B).count();
    let start = text.get(blanks..).unwrap_or_default();
    let start = start.get(..16).unwrap_or(start);
    let wide = bytes.iter().take(8).any(|byte| *byte == 0 || *byte >= 0xFE);
    if wide {
        // UTF-16: what stands at the start is enough to tell.
        let decoded = text::charset::detect(bytes.get(..64).unwrap_or(bytes));
        return decoded.encoding.starts_with("utf-16") && declares(decoded.text.trim_start().as_bytes(), first);
    }
    let ascii = start.iter().position(|byte| !byte.is_ascii()).and_then(|end| start.get(..end)).unwrap_or(start);
    let Ok(line) = std::str::from_utf8(ascii) else { return false };
    let declared = Delimiters::declared(line, first);
    declared.is_some_and(|signs| line.bytes().skip(first.len() + 1).any(|byte| byte == signs.field))
}

/// Whether a line begins with these bytes.
pub(crate) fn has_line(start: &memchr::memmem::Finder<'_>, bytes: &[u8]) -> bool {
    let ends = |at: usize| bytes.get(at).is_none_or(|byte| matches!(byte, b'\n' | b'\r' | 0x0B));
    start.find_iter(bytes).any(|at| at == 0 || at.checked_sub(1).is_some_and(ends))
}

/// What splits a payload into segments: the names its lines have.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Grammar {
    /// The line that declares the signs.
    pub(crate) first: &'static str,
    /// The line that goes on with the one before (`A`, `ADD`).
    pub(crate) goes_on: &'static str,
    /// Segments whose text producers break over several lines, and which field that text is.
    pub(crate) broken: &'static [(&'static str, usize)],
    /// Signs where none are declared.
    pub(crate) usual: Delimiters,
}

/// A segment, or a line that is none.
#[derive(Clone, Debug)]
pub(crate) struct Segment<'a> {
    /// Its first line, from 1.
    pub(crate) line: u32,
    /// As sent, its continuations joined.
    pub(crate) text: Cow<'a, str>,
    /// The signs that hold for it.
    pub(crate) signs: Delimiters,
    /// Whether it is a first line that does not declare them as it should.
    pub(crate) odd: bool,
}

impl Segment<'_> {
    /// Its name; none when it is a line of another kind.
    pub(crate) fn name(&self) -> &str {
        name(&self.text, self.signs.field)
    }

    /// Its fields.
    pub(crate) fn fields(&self) -> Fields<'_> {
        Fields::of(&self.text, self.signs)
    }
}

/// The name that a line begins with: a capital, at most two more capitals or digits, then the field sign or nothing.
fn name(line: &str, field: u8) -> &str {
    let bytes = line.as_bytes();
    let length = bytes.iter().take(4).take_while(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()).count();
    let ended = bytes.get(length).is_none_or(|byte| *byte == field);
    let named = (1..=3).contains(&length) && ended && bytes.first().is_some_and(u8::is_ascii_uppercase);
    if named { line.get(..length).unwrap_or_default() } else { "" }
}

/// Goes through the segments of a payload, one pass.
pub(crate) fn split(text: &str, grammar: Grammar) -> impl Iterator<Item = Segment<'_>> {
    let mut lines = (1u32..).zip(text::lines(text));
    let mut signs = grammar.usual;
    let mut replaced: Vec<(char, char)> = Vec::new();
    let mut pending: Option<Pending<'_>> = None;
    std::iter::from_fn(move || {
        for (number, line) in lines.by_ref() {
            let line = trimmed(line);
            if line.is_empty() {
                continue;
            }
            let mut odd = false;
            if let Some(declared) = Delimiters::declared(line, grammar.first) {
                signs = declared;
                replaced.clear();
            } else if let Some(mended) = Mended::of(line, grammar) {
                (signs, replaced) = (mended.signs, mended.replaced);
                odd = true;
            }
            let text = if replaced.is_empty() { Cow::Borrowed(line) } else { Mended::line(&replaced, line) };
            let name = name(&text, signs.field);
            if let Some(pending) = pending.as_mut()
                && pending.takes(&text, name, grammar)
            {
                continue;
            }
            let next = Pending { segment: Segment { line: number, text, signs, odd }, counted: None };
            if let Some(before) = pending.replace(next) {
                return Some(before.segment);
            }
        }
        pending.take().map(|last| last.segment)
    })
}

/// A line without the bytes that frame a message on the wire (MLLP: VT before, FS after) and the blanks around it.
fn trimmed(line: &str) -> &str {
    text::trimmed(line, is_edge)
}

fn is_edge(c: char) -> bool {
    c.is_control() || matches!(c, ' ' | '\u{FEFF}')
}

/// A segment that may go on.
struct Pending<'a> {
    segment: Segment<'a>,
    /// How many field signs it has, once somebody asked.
    counted: Option<usize>,
}

impl Pending<'_> {
    /// Takes a line as the continuation of this segment, if it is one.
    fn takes(&mut self, line: &str, name: &str, grammar: Grammar) -> bool {
        let field = self.segment.signs.field;
        // The end of a message (`L`) is whole.
        if name == grammar.goes_on
            && self::name(&self.segment.text, field) != "L"
            && let Some(rest) = line.get(name.len() + 1..)
        {
            self.segment.text.to_mut().push_str(rest);
            self.counted = None;
            return true;
        }
        if !name.is_empty() {
            return false;
        }
        let own = self::name(&self.segment.text, field);
        let Some((_, value)) = grammar.broken.iter().find(|(broken, _)| *broken == own) else { return false };
        let count = |text: &str| memchr::memchr_iter(field, text.as_bytes()).count();
        let counted = *self.counted.get_or_insert_with(|| count(&self.segment.text));
        if counted != *value {
            return false;
        }
        self.counted = Some(counted + count(line));
        let text = self.segment.text.to_mut();
        text.push('\n');
        text.push_str(line);
        true
    }
}

/// The fields of a segment, numbered as the norm does: field 1 follows the name. Remembers which were made use of, so
/// that the others can be shown.
pub(crate) struct Fields<'s> {
    parts: [&'s str; FIELDS],
    /// Fields that hold something, one bit each.
    filled: u64,
    /// Fields that were made use of, one bit each.
    taken: u64,
    /// Whether an escape or a character reference may stand in one of them.
    escaped: bool,
    /// What follows the last field told apart.
    rest: &'s str,
    pub(crate) signs: Delimiters,
}

impl<'s> Fields<'s> {
    fn of(text: &'s str, signs: Delimiters) -> Self {
        let escaped = memchr::memchr2(signs.escape, b'&', text.as_bytes()).is_some();
        let mut fields = Self { parts: [""; FIELDS], filled: 0, taken: 1, escaped, rest: "", signs };
        let mut rest = Some(text);
        for (number, slot) in fields.parts.iter_mut().enumerate() {
            let Some(text) = rest else { break };
            let (part, behind) = text::first_part(signs.field, text);
            rest = behind;
            if !part.is_empty() {
                *slot = text::trim(part);
                fields.filled |= u64::from(!slot.is_empty()) << number;
            }
        }
        // With the sign before it.
        fields.rest = rest.and_then(|rest| text.get(text.len() - rest.len() - 1..)).unwrap_or_default();
        fields
    }

    /// A field as sent, without blanks around it; empty when it is absent, or said to be (`""`).
    pub(crate) fn get(&self, number: usize) -> &'s str {
        let part = self.parts.get(number).copied().unwrap_or_default();
        if part == "\"\"" { "" } else { part }
    }

    /// A field that is made use of.
    pub(crate) fn take(&mut self, number: usize) -> &'s str {
        if number < FIELDS {
            self.taken |= 1 << number;
        }
        self.get(number)
    }

    /// Fields that hold something and were not made use of, with their numbers.
    pub(crate) fn left(&self) -> impl Iterator<Item = (usize, &'s str)> + '_ {
        let mut left = self.filled & !self.taken;
        let known = std::iter::from_fn(move || {
            let number = usize::try_from(left.trailing_zeros()).ok().filter(|number| *number < FIELDS)?;
            left &= left - 1;
            Some((number, *self.parts.get(number)?))
        });
        known
            .chain(std::iter::once((FIELDS, self.rest)))
            .filter(|(_, part)| part.bytes().any(|byte| byte.is_ascii_alphanumeric() || byte >= 0x80))
    }

    /// Fields left of a first line, numbered as the norm does: its field sign counts as one.
    pub(crate) fn shifted(&self) -> impl Iterator<Item = (usize, &'s str)> + '_ {
        self.left().map(|(number, part)| (number + 1, part))
    }

    /// The repetitions of a field.
    pub(crate) fn repetitions<'t>(&self, field: &'t str) -> impl Iterator<Item = &'t str> + use<'t> {
        text::parts(field, self.signs.repetition).map(text::trim).filter(|repetition| !repetition.is_empty())
    }

    /// A component (from 1) of a field, or of a repetition of it, as sent.
    pub(crate) fn component<'t>(&self, field: &'t str, number: usize) -> &'t str {
        if field.is_empty() {
            return "";
        }
        text::trim(text::part(field, self.signs.component, number).unwrap_or_default())
    }

    /// The first components of a field, as sent; empty where there are fewer.
    pub(crate) fn components<'t, const N: usize>(&self, field: &'t str) -> [&'t str; N] {
        let mut components = text::parts(field, self.signs.component);
        std::array::from_fn(|_| text::trim(components.next().unwrap_or_default()))
    }

    /// A component as text; none when it is empty.
    pub(crate) fn word(&self, field: &str, number: usize) -> Option<String> {
        self.said(self.component(field, number))
    }

    /// A part of a field as text; none when it is empty.
    pub(crate) fn said(&self, part: &str) -> Option<String> {
        let word = self.text(part);
        let word = text::trim(&word);
        (!word.is_empty()).then(|| word.to_owned())
    }

    /// A sub-component (from 1).
    pub(crate) fn subcomponent<'t>(&self, component: &'t str, number: usize) -> &'t str {
        if self.signs.subcomponent == 0 {
            return if number == 1 { component } else { "" };
        }
        text::trim(text::part(component, self.signs.subcomponent, number).unwrap_or_default())
    }

    /// Whether nothing but these components holds anything.
    pub(crate) fn holds_only(&self, field: &str, components: &[usize]) -> bool {
        let mut parts = (1usize..).zip(text::parts(field, self.signs.component));
        parts.all(|(number, part)| components.contains(&number) || text::trim(part).is_empty())
    }

    /// The words of a field: its escapes read, blanks where its signs stood.
    pub(crate) fn words(&self, field: &str) -> String {
        let mut words = String::with_capacity(field.len());
        self.words_into(field, &mut words);
        words
    }

    /// Appends the words of a field.
    pub(crate) fn words_into(&self, field: &str, out: &mut String) {
        if field.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            out.push_str(field);
            return;
        }
        let signs = [self.signs.component, self.signs.repetition, self.signs.subcomponent];
        let is_sign = |byte: u8| byte != 0 && signs.contains(&byte);
        let plain = if field.bytes().any(is_sign) {
            Cow::Owned(field.replace(|c: char| u8::try_from(c).is_ok_and(is_sign), " "))
        } else {
            Cow::Borrowed(field)
        };
        let mut first = true;
        for word in self.text(&plain).split_whitespace() {
            if !std::mem::take(&mut first) {
                out.push(' ');
            }
            out.push_str(word);
        }
    }

    /// A text with its escapes read. One that is unknown stays as it stands.
    pub(crate) fn text<'t>(&self, raw: &'t str) -> Cow<'t, str> {
        if !self.escaped || memchr::memchr2(self.signs.escape, b'&', raw.as_bytes()).is_none() {
            return Cow::Borrowed(raw);
        }
        let mark = char::from(self.signs.escape);
        let decoded = entities::decode(raw);
        if !decoded.contains(mark) {
            return decoded;
        }
        let mut text = String::with_capacity(decoded.len());
        let mut rest: &str = &decoded;
        while let Some((plain, after)) = rest.split_once(mark) {
            text.push_str(plain);
            let sequence = text::cut(after, ESCAPE).split_once(mark).map(|(sequence, _)| sequence);
            match sequence.filter(|sequence| self.escape_into(sequence, &mut text)) {
                Some(sequence) => rest = after.get(sequence.len() + 1..).unwrap_or_default(),
                None => {
                    text.push(mark);
                    rest = after;
                }
            }
        }
        text.push_str(rest);
        Cow::Owned(text)
    }

    /// Writes what an escape sequence stands for; false when it is none (HL7 v2.5, 2.7).
    fn escape_into(&self, sequence: &str, out: &mut String) -> bool {
        let signs = self.signs;
        match sequence {
            "F" => out.push(char::from(signs.field)),
            "S" => out.push(char::from(signs.component)),
            "R" => out.push(char::from(signs.repetition)),
            "E" => out.push(char::from(signs.escape)),
            "T" => out.push(char::from(if signs.subcomponent == 0 { b'&' } else { signs.subcomponent })),
            // Bold and its end.
            "H" | "N" => {}
            ".br" | ".ce" | ".sp" => out.push('\n'),
            ".fi" | ".nf" => {}
            _ => return escape::hexadecimal(sequence, out) || escape::spacing(sequence, out),
        }
        true
    }
}
