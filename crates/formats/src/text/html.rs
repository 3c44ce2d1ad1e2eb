//! HTML reduced to readable plain text: no script, no style, nothing loaded, blocks on their own lines.
//!
//! One pass, no tree, no recursion: 100,000 elements in one another cost what 100,000 side by side do, so that no limit
//! on nesting is needed. It must never keep anything that could act, since it keeps only characters.

use crate::limits;
use std::borrow::Cow;

/// How far the attributes of one tag are read for quotes. Each hostile tag could open one, so it must stay small.
const QUOTED_BYTES: usize = 1024;

/// The readable text of an HTML document, and whether all of it was read.
pub(crate) fn to_text(html: &str) -> (String, bool) {
    let read = super::cut(html, limits::HTML_BYTES);
    let mut writer = Writer { out: String::with_capacity(read.len() / 2), ..Writer::default() };
    let mut rest = read;
    while let Some((text, after)) = rest.split_once('<') {
        writer.text(text);
        rest = match tag(after) {
            Some((tag, left)) => element(&tag, left, &mut writer),
            None => {
                writer.text("<");
                after
            }
        };
    }
    writer.text(rest);
    (writer.finish(), read.len() == html.len())
}

/// The text with its references replaced as HTML 5 says (13.2.5.72): old names stand without their semicolon too. A
/// control sign that a number names is none.
fn references(text: &str) -> Cow<'_, str> {
    let decoded = htmlize::unescape(text);
    let hidden = |sign: char| sign.is_control() && !matches!(sign, '\n' | '\t' | '\r');
    if decoded.contains(hidden) { decoded.replace(hidden, " ").into() } else { decoded }
}

/// A tag: its name, whether it closes, its attributes as they stand.
struct Tag<'a> {
    name: &'a str,
    closing: bool,
}

/// Reads a tag after its `<`; gives what follows it.
fn tag(text: &str) -> Option<(Tag<'_>, &str)> {
    if let Some(comment) = text.strip_prefix("!--") {
        let left = comment.split_once("-->").map_or("", |(_, left)| left);
        return Some((Tag { name: "", closing: false }, left));
    }
    let (closing, text) = match text.strip_prefix('/') {
        Some(text) => (true, text),
        None => (false, text),
    };
    let first = text.chars().next()?;
    if !(first.is_ascii_alphabetic() || matches!(first, '!' | '?')) {
        return None;
    }
    let end = text.find(|c: char| c.is_ascii_whitespace() || matches!(c, '>' | '/')).unwrap_or(text.len());
    let (name, attributes) = text.split_at_checked(end)?;
    Some((Tag { name, closing }, after_attributes(attributes)))
}

/// What follows the `>` that ends a tag; a `>` inside quotes does not end it.
fn after_attributes(attributes: &str) -> &str {
    let mut quote = None;
    let mut after_equals = false;
    for (at, byte) in attributes.bytes().enumerate().take(QUOTED_BYTES) {
        match (quote, byte) {
            (Some(open), _) if open == byte => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'') if after_equals => quote = Some(byte),
            (None, b'>') => return attributes.get(at + 1..).unwrap_or_default(),
            (None, _) => {}
        }
        if !byte.is_ascii_whitespace() {
            after_equals = byte == b'=';
        }
    }
    // An unclosed or very long quote: the tag ends at the first `>` after all, so that the text behind is not swallowed.
    attributes.split_once('>').map_or("", |(_, left)| left)
}

fn element<'a>(tag: &Tag<'_>, left: &'a str, writer: &mut Writer) -> &'a str {
    let name = tag.name.to_ascii_lowercase();
    match name.as_str() {
        "script" | "style" | "title" | "template" | "noscript" | "iframe" | "object" | "svg" | "math" | "textarea"
            if !tag.closing =>
        {
            return after_closing(left, &name);
        }
        "br" => writer.line_break(),
        "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "blockquote" | "pre" | "table" | "ul" | "ol" | "dl" => {
            writer.paragraph();
        }
        "div" | "tr" | "li" | "dt" | "dd" | "section" | "article" | "header" | "footer" | "hr" | "center"
        | "address" | "fieldset" | "form" | "body" | "head" | "html" | "caption" | "main" | "nav" => {
            writer.line_end();
            if name == "li" && !tag.closing {
                writer.text("• ");
            }
        }
        "td" | "th" => writer.cell(),
        _ => {}
    }
    left
}

/// What follows the end of an element whose content is not text to read. Where it never ends, what follows its start is
/// skipped: it is script, not words.
fn after_closing<'a>(text: &'a str, name: &str) -> &'a str {
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("</") {
        if after.get(..name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name)) {
            return after.split_once('>').map_or("", |(_, left)| left);
        }
        rest = after;
    }
    ""
}

/// Writes words and line breaks; blanks that follow one another become one.
#[derive(Default)]
struct Writer {
    out: String,
    /// A blank stands before the next word.
    blank: bool,
    /// Line breaks stand before the next word.
    breaks: u8,
}

impl Writer {
    fn text(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        let decoded = references(text);
        if decoded.starts_with(is_blank) {
            self.blank = true;
        }
        for word in decoded.split(is_blank).filter(|word| !word.is_empty()) {
            self.before_word();
            self.out.push_str(word);
            self.blank = true;
        }
        self.blank = decoded.ends_with(is_blank) || (self.blank && decoded.trim_matches(is_blank).is_empty());
    }

    fn before_word(&mut self) {
        if self.out.is_empty() {
            // Nothing stands before the first word.
        } else if self.breaks > 0 {
            self.out.extend(std::iter::repeat_n('\n', usize::from(self.breaks)));
        } else if self.blank {
            self.out.push(' ');
        }
        self.breaks = 0;
        self.blank = false;
    }

    fn line_break(&mut self) {
        self.breaks = (self.breaks + 1).min(2);
    }

    fn line_end(&mut self) {
        self.breaks = self.breaks.max(1);
    }

    fn paragraph(&mut self) {
        self.breaks = 2;
    }

    /// Cells of a row stand beside one another.
    fn cell(&mut self) {
        if self.breaks == 0 {
            self.blank = true;
        }
    }

    fn finish(self) -> String {
        self.out
    }
}

fn is_blank(c: char) -> bool {
    c.is_whitespace()
}
