//! XML into a flat tree: elements in document order, each with the place where it ends.
//!
//! Namespaces are resolved to what they are, whatever their prefixes. No document type is opened and no entity is
//! expanded: one that XML does not define stays as written. Reading stops at the first defect, and what stands before it
//! is kept. Work and memory are bounded by [`limits::XML_ITEMS`]. It must never resolve anything outside the document.

use super::element::Element;
use crate::limits;
use crate::text::entities;
use quick_xml::Reader;
use quick_xml::events::Event;
use quick_xml::events::attributes::Attributes;
use std::borrow::Cow;

/// The namespaces that matter in a CDA document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Space {
    /// None, or an attribute without a prefix.
    None,
    /// `urn:hl7-org:v3`
    Hl7,
    /// XD-LAB's extension, `urn:oid:1.3.6.1.4.1.19376.1.3.2`.
    Lab,
    /// XML Schema instances: `xsi:type`.
    Instance,
    /// Any other.
    Other,
}

/// The namespace of CDA.
pub(super) const HL7: &str = "urn:hl7-org:v3";

fn space(uri: &str) -> Space {
    match uri.trim() {
        "" => Space::None,
        HL7 => Space::Hl7,
        "urn:oid:1.3.6.1.4.1.19376.1.3.2" => Space::Lab,
        "http://www.w3.org/2001/XMLSchema-instance" => Space::Instance,
        _ => Space::Other,
    }
}

/// What was wrong with a document.
#[derive(Debug, Default)]
pub(super) struct Defects<'a> {
    /// Where reading stopped, and what follows: the document is broken there.
    pub(super) broken: Option<(usize, &'a str)>,
    /// Where reading stopped, and what follows: the document is too long.
    pub(super) too_long: Option<(usize, &'a str)>,
    /// It has a document type.
    pub(super) doctype: bool,
    /// Elements lie deeper than [`limits::XML_DEPTH`].
    pub(super) too_deep: bool,
}

/// What an item is.
#[derive(Debug)]
pub(super) enum Kind<'a> {
    Element { name: &'a str, space: Space, first_attribute: u32, attributes: u32, closed: bool },
    Text(Cow<'a, str>),
}

/// An element or a text, in document order.
#[derive(Debug)]
pub(super) struct Item<'a> {
    pub(super) kind: Kind<'a>,
    /// The place after its last descendant.
    pub(super) end: u32,
}

/// An attribute of an element.
#[derive(Debug)]
pub(super) struct Attribute<'a> {
    pub(super) name: &'a str,
    pub(super) space: Space,
    pub(super) value: Cow<'a, str>,
}

/// A document as read.
#[derive(Debug, Default)]
pub(super) struct Tree<'a> {
    pub(super) items: Vec<Item<'a>>,
    pub(super) attributes: Vec<Attribute<'a>>,
}

impl<'a> Tree<'a> {
    /// Reads a document.
    pub(super) fn read(text: &'a str) -> (Self, Defects<'a>) {
        let mut builder = Builder { text, ..Builder::default() };
        builder.run();
        (builder.tree, builder.defects)
    }

    /// All elements, in document order.
    pub(super) fn elements(&self) -> impl Iterator<Item = Element<'_>> {
        (0..self.items.len()).filter_map(|at| Element::at(self, at))
    }
}

/// An open element of the document.
struct Open {
    at: usize,
    /// How many namespaces were declared before it.
    scope: usize,
}

#[derive(Default)]
struct Builder<'a> {
    text: &'a str,
    tree: Tree<'a>,
    defects: Defects<'a>,
    open: Vec<Open>,
    /// Elements beyond the depth that is kept.
    skipped: usize,
    /// Prefixes in scope, the nearest last.
    scope: Vec<(&'a str, Space)>,
    /// Whether the last item is a text that goes on.
    writing: bool,
    /// How many `text` elements are open: only there do blanks between elements matter.
    worded: usize,
}

/// Reading must stop here.
struct Stop;

impl<'a> Builder<'a> {
    fn run(&mut self) {
        let mut reader = Reader::from_str(self.text);
        // `AT&T` is a defect of XML that harms nobody.
        reader.config_mut().allow_dangling_amp = true;
        loop {
            let before = place(reader.buffer_position());
            let event = reader.read_event();
            let after = place(reader.buffer_position());
            let stopped = match event {
                Ok(Event::Start(start)) => self.start(after.saturating_sub(1), start.len(), start.name().0.len()),
                Ok(Event::Empty(start)) => {
                    let stopped = self.start(after.saturating_sub(2), start.len(), start.name().0.len());
                    if stopped.is_ok() {
                        self.end();
                    }
                    stopped
                }
                Ok(Event::End(_)) => {
                    self.end();
                    Ok(())
                }
                Ok(Event::Text(text)) => {
                    self.words(text.into_inner());
                    Ok(())
                }
                Ok(Event::CData(text)) => {
                    self.words(text.into_inner());
                    Ok(())
                }
                Ok(Event::GeneralRef(reference)) => {
                    let written = format!("&{};", &*reference);
                    self.words(Cow::Owned(entities::decode(&written).into_owned()));
                    Ok(())
                }
                Ok(Event::DocType(_)) => {
                    self.defects.doctype = true;
                    Ok(())
                }
                Ok(Event::Comment(_) | Event::PI(_) | Event::Decl(_)) => Ok(()),
                Ok(Event::Eof) => {
                    if !self.open.is_empty() {
                        self.defects.broken = Some((self.text.len(), ""));
                    }
                    break;
                }
                Err(_) => {
                    let at = place(reader.error_position()).max(before);
                    self.defects.broken = Some((at, self.text.get(at..).unwrap_or_default()));
                    break;
                }
            };
            if stopped.is_err() {
                self.defects.broken = Some((before, self.text.get(before..).unwrap_or_default()));
                break;
            }
            if self.tree.items.len() + self.tree.attributes.len() >= limits::XML_ITEMS {
                let rest = self.text.get(after..).unwrap_or_default();
                self.defects.too_long = Some((after, rest));
                break;
            }
        }
        self.close_all();
    }

    /// A start tag: where its content ends in the text, how long it is, how long its name.
    fn start(&mut self, end: usize, length: usize, name: usize) -> Result<(), Stop> {
        self.writing = false;
        if self.open.len() >= limits::XML_DEPTH {
            self.defects.too_deep = true;
            self.skipped += 1;
            return Ok(());
        }
        let content = self.text.get(end.saturating_sub(length)..end).ok_or(Stop)?;
        let qualified = content.get(..name).ok_or(Stop)?;
        let (scope, first) = (self.scope.len(), self.tree.attributes.len());
        if let Err(stop) = self.attributes(content, name) {
            self.scope.truncate(scope);
            self.tree.attributes.truncate(first);
            return Err(stop);
        }
        let (prefix, local) = qualified.split_once(':').unwrap_or(("", qualified));
        let space = self.resolve(prefix);
        let count = self.tree.attributes.len() - first;
        self.worded += usize::from(local == "text");
        self.open.push(Open { at: self.tree.items.len(), scope });
        let kind = Kind::Element {
            name: local,
            space,
            first_attribute: narrow(first),
            attributes: narrow(count),
            closed: false,
        };
        self.tree.items.push(Item { kind, end: 0 });
        Ok(())
    }

    fn attributes(&mut self, content: &'a str, name: usize) -> Result<(), Stop> {
        let first = self.tree.attributes.len();
        let mut attributes = Attributes::new(content, name);
        let mut prefixed = false;
        for attribute in attributes.with_checks(false) {
            let attribute = attribute.map_err(|_| Stop)?;
            let key = attribute.key.into_inner();
            let value = match attribute.value {
                Cow::Borrowed(value) => entities::decode(value),
                Cow::Owned(value) => Cow::Owned(entities::decode(&value).into_owned()),
            };
            let declared = if key == "xmlns" { Some("") } else { key.strip_prefix("xmlns:") };
            match (declared, key.split_once(':')) {
                (Some(prefix), _) => {
                    if self.scope.len() >= limits::XML_NAMESPACES {
                        return Err(Stop);
                    }
                    self.scope.push((prefix, space(&value)));
                }
                (None, Some(_)) => {
                    prefixed = true;
                    self.tree.attributes.push(Attribute { name: key, space: Space::Other, value });
                }
                (None, None) => self.tree.attributes.push(Attribute { name: key, space: Space::None, value }),
            }
            if self.tree.attributes.len() - first > limits::XML_ATTRIBUTES {
                return Err(Stop);
            }
        }
        if prefixed {
            // A prefix may be declared behind the attribute that uses it.
            let scope = &self.scope;
            for attribute in self.tree.attributes.iter_mut().skip(first) {
                if let Some((prefix, local)) = attribute.name.split_once(':') {
                    attribute.space = find(scope, prefix);
                    attribute.name = local;
                }
            }
        }
        Ok(())
    }

    fn resolve(&self, prefix: &str) -> Space {
        find(&self.scope, prefix)
    }

    fn end(&mut self) {
        self.writing = false;
        if self.skipped > 0 {
            self.skipped -= 1;
            return;
        }
        let Some(open) = self.open.pop() else { return };
        self.close(&open, true);
    }

    fn close(&mut self, open: &Open, whole: bool) {
        self.scope.truncate(open.scope);
        let end = narrow(self.tree.items.len());
        if let Some(item) = self.tree.items.get_mut(open.at) {
            item.end = end;
            if let Kind::Element { closed, name, .. } = &mut item.kind {
                *closed = whole;
                self.worded -= usize::from(*name == "text");
            }
        }
    }

    /// What stays open at the end of what was read.
    fn close_all(&mut self) {
        while let Some(open) = self.open.pop() {
            self.close(&open, false);
        }
    }

    fn words(&mut self, text: Cow<'a, str>) {
        if self.open.is_empty() || text.is_empty() {
            return;
        }
        if self.writing
            && let Some(Item { kind: Kind::Text(before), .. }) = self.tree.items.last_mut()
        {
            before.to_mut().push_str(&text);
            return;
        }
        let blank = self.worded == 0 && text.trim_ascii().is_empty();
        if blank {
            return;
        }
        let end = narrow(self.tree.items.len() + 1);
        self.tree.items.push(Item { kind: Kind::Text(text), end });
        self.writing = true;
    }
}

fn find(scope: &[(&str, Space)], prefix: &str) -> Space {
    let declared = scope.iter().rev().find(|(known, _)| *known == prefix);
    match declared {
        Some((_, space)) => *space,
        None if prefix.is_empty() => Space::None,
        None => Space::Other,
    }
}

fn place(position: u64) -> usize {
    usize::try_from(position).unwrap_or(usize::MAX)
}

fn narrow(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}
