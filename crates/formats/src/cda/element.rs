//! An element of a tree of XML: its name, its attributes, its children. It must never give what is of another namespace
//! where an element of CDA is asked for.

use super::xml::{Item, Kind, Space, Tree};
use std::borrow::Cow;

/// An element of a tree.
#[derive(Clone, Copy, Debug)]
pub(super) struct Element<'t> {
    tree: &'t Tree<'t>,
    at: usize,
}

/// A child of an element.
#[derive(Clone, Copy, Debug)]
pub(super) enum Child<'t> {
    Element(Element<'t>),
    Text(&'t str),
}

impl<'t> Element<'t> {
    /// The element in this place, if one is.
    pub(super) fn at(tree: &'t Tree<'t>, at: usize) -> Option<Self> {
        matches!(tree.items.get(at), Some(Item { kind: Kind::Element { .. }, .. })).then_some(Self { tree, at })
    }

    /// Its place in the document: the order of elements, and their identity.
    pub(super) fn place(self) -> usize {
        self.at
    }

    /// The place after its last descendant.
    pub(super) fn end(self) -> usize {
        self.tree.items.get(self.at).map_or(self.at + 1, |item| usize::try_from(item.end).unwrap_or(usize::MAX))
    }

    /// Its local name.
    pub(super) fn name(self) -> &'t str {
        match self.tree.items.get(self.at) {
            Some(Item { kind: Kind::Element { name, .. }, .. }) => name,
            _ => "",
        }
    }

    /// Its namespace.
    pub(super) fn space(self) -> Space {
        match self.tree.items.get(self.at) {
            Some(Item { kind: Kind::Element { space, .. }, .. }) => *space,
            _ => Space::None,
        }
    }

    /// Whether it is an element of CDA with this name.
    pub(super) fn is(self, name: &str) -> bool {
        self.name() == name && self.space() == Space::Hl7
    }

    /// Whether its end was read.
    pub(super) fn is_whole(self) -> bool {
        matches!(self.tree.items.get(self.at), Some(Item { kind: Kind::Element { closed: true, .. }, .. }))
    }

    /// An attribute without a prefix, trimmed; none when it is empty.
    pub(super) fn attribute(self, name: &str) -> Option<&'t str> {
        self.any_attribute(name, Space::None)
    }

    /// `xsi:type`, without its prefix.
    pub(super) fn instance_type(self) -> Option<&'t str> {
        let value = self.any_attribute("type", Space::Instance)?;
        Some(value.rsplit_once(':').map_or(value, |(_, local)| local))
    }

    fn any_attribute(self, name: &str, space: Space) -> Option<&'t str> {
        let item = self.tree.items.get(self.at)?;
        let Kind::Element { first_attribute, attributes, .. } = &item.kind else { return None };
        let first = usize::try_from(*first_attribute).ok()?;
        let count = usize::try_from(*attributes).ok()?;
        let all = self.tree.attributes.get(first..first.checked_add(count)?)?;
        let found = all.iter().find(|attribute| attribute.name == name && attribute.space == space)?;
        Some(found.value.trim()).filter(|value| !value.is_empty())
    }

    /// Its children, texts included.
    pub(super) fn nodes(self) -> impl Iterator<Item = Child<'t>> + use<'t> {
        let end = self.end();
        let tree = self.tree;
        let mut at = self.at + 1;
        std::iter::from_fn(move || {
            if at >= end {
                return None;
            }
            let item = tree.items.get(at)?;
            let child = match &item.kind {
                Kind::Element { .. } => Child::Element(Element { tree, at }),
                Kind::Text(text) => Child::Text(text),
            };
            at = usize::try_from(item.end).unwrap_or(usize::MAX).max(at + 1);
            Some(child)
        })
    }

    /// Its child elements, of any namespace.
    pub(super) fn children(self) -> impl Iterator<Item = Element<'t>> + use<'t> {
        self.nodes().filter_map(|child| match child {
            Child::Element(element) => Some(element),
            Child::Text(_) => None,
        })
    }

    /// Its child elements of CDA.
    pub(super) fn of_hl7(self) -> impl Iterator<Item = Element<'t>> + use<'t> {
        self.children().filter(|child| child.space() == Space::Hl7)
    }

    /// Its CDA children of this name.
    pub(super) fn all(self, name: &'static str) -> impl Iterator<Item = Element<'t>> + use<'t> {
        self.children().filter(move |child| child.is(name))
    }

    /// Its first CDA child of this name.
    pub(super) fn child(self, name: &'static str) -> Option<Element<'t>> {
        self.all(name).next()
    }

    /// The first CDA element at the end of this way of names.
    pub(super) fn descend(self, way: &[&'static str]) -> Option<Element<'t>> {
        match way {
            [] => Some(self),
            [name, rest @ ..] => self.all(name).find_map(|child| child.descend(rest)),
        }
    }

    /// Its own text, without that of its children.
    pub(super) fn own_text(self) -> Cow<'t, str> {
        let mut texts = self.nodes().filter_map(|child| match child {
            Child::Text(text) => Some(text),
            Child::Element(_) => None,
        });
        let Some(first) = texts.next() else { return Cow::Borrowed("") };
        let mut whole = Cow::Borrowed(first);
        for text in texts {
            whole.to_mut().push_str(text);
        }
        whole
    }

    /// Its elements at any depth, itself included, in document order.
    pub(super) fn descendants(self) -> impl Iterator<Item = Element<'t>> + use<'t> {
        let tree = self.tree;
        (self.at..self.end()).filter_map(move |at| Element::at(tree, at))
    }
}
