//! Words out of narrative markup, and the places that the entries refer to (`originalText/reference[@value="#id"]`).
//! Only characters come out. It must never let a number change: an exponent written small stays an exponent.

use super::element::{Child, Element};
use crate::limits;
use crate::text::cut;
use std::collections::HashMap;

/// Writes words and line breaks; blanks that follow one another become one.
#[derive(Debug)]
pub(super) struct Plain {
    out: String,
    blank: bool,
    breaks: bool,
    room: usize,
}

impl Default for Plain {
    fn default() -> Self {
        Self::within(limits::NARRATIVE_BYTES)
    }
}

impl Plain {
    /// Words of about this length at most; whoever asks cuts what is longer, and so sees that it was.
    fn within(room: usize) -> Self {
        Self { out: String::new(), blank: false, breaks: false, room }
    }

    /// The words so far; begins anew.
    pub(super) fn take(&mut self) -> String {
        let plain = std::mem::replace(self, Self::within(self.room));
        plain.out
    }

    pub(super) fn length(&self) -> usize {
        self.out.len()
    }

    pub(super) fn text(&mut self, text: &str) {
        if self.out.len() > self.room {
            return;
        }
        let text = cut(text, self.room + 4);
        for (at, word) in text.split(char::is_whitespace).enumerate() {
            self.blank |= at > 0;
            if !word.is_empty() {
                if !self.out.is_empty() {
                    if self.breaks {
                        self.out.push('\n');
                    } else if self.blank {
                        self.out.push(' ');
                    }
                }
                (self.blank, self.breaks) = (false, false);
                self.out.push_str(word);
            }
        }
    }

    /// What follows stands on another line.
    pub(super) fn line_end(&mut self) {
        self.breaks = true;
    }

    /// What follows does not stick to what is there.
    fn gap(&mut self) {
        self.blank = true;
    }

    /// Writes the words of an element. `steps`: how many elements and texts may still be walked through.
    pub(super) fn element(&mut self, element: Element<'_>, steps: &mut usize) {
        if *steps == 0 {
            return;
        }
        *steps -= 1;
        match element.name() {
            "br" => self.line_end(),
            "sup" | "sub" => {
                let mut inner = Self::default();
                inner.children(element, steps);
                let raised = element.name() == "sup";
                let written = small(&inner.take(), raised);
                self.text(&written);
            }
            "td" | "th" => {
                self.gap();
                self.children(element, steps);
                self.gap();
            }
            "paragraph" | "list" | "item" | "table" | "tr" | "caption" | "title" => {
                self.line_end();
                self.children(element, steps);
                self.line_end();
            }
            "linkHtml" => self.link(element, steps),
            "content" if element.attribute("revised") == Some("delete") => {
                self.text("[supprimé : ");
                self.children(element, steps);
                self.text("]");
            }
            "renderMultiMedia" => {
                self.text("[image]");
                self.gap();
                self.children(element, steps);
            }
            _ => self.children(element, steps),
        }
    }

    pub(super) fn children(&mut self, element: Element<'_>, steps: &mut usize) {
        for child in element.nodes() {
            if *steps == 0 {
                return;
            }
            match child {
                Child::Text(text) => {
                    *steps -= 1;
                    self.text(text);
                }
                Child::Element(element) => self.element(element, steps),
            }
        }
    }

    /// A link is its words, and its address where that says more.
    fn link(&mut self, element: Element<'_>, steps: &mut usize) {
        let before = self.out.len();
        self.children(element, steps);
        let shown = self.out.get(before..).unwrap_or_default().trim();
        if let Some(address) =
            element.attribute("href").filter(|address| !address.starts_with('#') && *address != shown)
        {
            let address = format!(" ({address})");
            self.text(&address);
        }
    }
}

/// An exponent or an index in small figures; words as they are.
fn small(text: &str, raised: bool) -> String {
    const RAISED: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    const LOWERED: [char; 10] = ['₀', '₁', '₂', '₃', '₄', '₅', '₆', '₇', '₈', '₉'];
    let figures = if raised { RAISED } else { LOWERED };
    let one = |c: char| match (c, raised) {
        ('+', true) => Some('⁺'),
        ('-' | '−', true) => Some('⁻'),
        ('+', false) => Some('₊'),
        ('-' | '−', false) => Some('₋'),
        _ => c.to_digit(10).and_then(|digit| figures.get(usize::try_from(digit).ok()?).copied()),
    };
    if let Some(written) = text.chars().map(one).collect::<Option<String>>() {
        written
    } else if text.contains(|c: char| c.is_ascii_digit()) {
        format!("{}({text})", if raised { '^' } else { '_' })
    } else {
        text.to_owned()
    }
}

/// The places of a document that its entries refer to.
#[derive(Debug)]
pub(super) struct Places<'t> {
    by_id: HashMap<&'t str, Element<'t>>,
    steps: usize,
    bytes: usize,
}

impl<'t> Places<'t> {
    pub(super) fn of(document: Element<'t>) -> Self {
        let mut by_id = HashMap::new();
        for element in document.descendants() {
            if let Some(id) = element.attribute("ID") {
                by_id.entry(id).or_insert(element);
            }
        }
        Self { by_id, steps: limits::REFERENCE_STEPS, bytes: limits::REFERENCES_BYTES }
    }

    /// The words of an `originalText` or `text`: those that it refers to, then its own where they say something else.
    pub(super) fn words(&mut self, element: Element<'t>) -> Option<String> {
        self.found(element, false)
    }

    /// The same for a name: of a row of a table, its first cell that is not empty.
    pub(super) fn name(&mut self, element: Element<'t>) -> Option<String> {
        self.found(element, true)
    }

    fn found(&mut self, element: Element<'t>, name: bool) -> Option<String> {
        // An element's own words are read a few times at most; those referred to, as often as a hostile document likes.
        const OWN_STEPS: usize = 10_000;
        let target = element.child("reference").and_then(|reference| self.target(reference));
        let referred = target.and_then(|target| self.referred(target, name));
        if name && referred.is_some() {
            return referred;
        }
        let (mut plain, mut steps) = (Plain::within(limits::VALUE_BYTES), OWN_STEPS);
        plain.children(element, &mut steps);
        let own = shortened(plain.take(), limits::VALUE_BYTES, steps == 0);
        match referred {
            Some(referred) if own.is_empty() || referred.contains(&own) => Some(referred),
            Some(referred) if own.contains(&referred) => Some(own),
            Some(referred) => Some(format!("{referred}\n{own}")),
            None => Some(own).filter(|words| !words.is_empty()),
        }
    }

    fn referred(&mut self, target: Element<'t>, name: bool) -> Option<String> {
        if self.is_spent() {
            return None;
        }
        let room = limits::REFERENCE_BYTES.min(self.bytes);
        let mut plain = Plain::within(room);
        let cut = self.write(target, name, &mut plain);
        let words = shortened(plain.take(), room, cut);
        self.bytes = self.bytes.saturating_sub(words.len());
        Some(words).filter(|words| !words.is_empty())
    }

    /// Whether so much was taken that nothing more is.
    pub(super) fn is_spent(&self) -> bool {
        self.bytes == 0 || self.steps == 0
    }

    /// Whether an element refers to a whole row of a table.
    pub(super) fn is_row(&self, element: Element<'t>) -> bool {
        element.child("reference").and_then(|reference| self.target(reference)).is_some_and(|target| target.is("tr"))
    }

    fn target(&self, reference: Element<'t>) -> Option<Element<'t>> {
        let id = reference.attribute("value")?.strip_prefix('#')?;
        self.by_id.get(id).copied()
    }

    /// Writes the words of a place; gives whether some were left out.
    fn write(&mut self, target: Element<'t>, name: bool, plain: &mut Plain) -> bool {
        // A few hundred elements are more than any label or comment has; a hostile one has them all.
        const STEPS: usize = 500;
        let mut steps = STEPS.min(self.steps);
        let before = steps;
        if name && target.is("tr") {
            for cell in target.children() {
                plain.element(cell, &mut steps);
                if plain.length() > 0 || steps == 0 {
                    break;
                }
            }
        } else {
            plain.children(target, &mut steps);
        }
        self.steps -= before - steps;
        steps == 0
    }
}

/// Words that fit, marked where some were left out.
fn shortened(mut words: String, limit: usize, cut_before: bool) -> String {
    let fits = cut(&words, limit).len();
    let shorter = fits < words.len();
    words.truncate(fits);
    if (shorter || cut_before) && !words.is_empty() {
        words.push('…');
    }
    words
}
