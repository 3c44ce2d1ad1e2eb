//! What of a message is encrypted by APICRYPT: recognised by its marks, never opened here. The cipher is APICEM's and stays
//! with its tools; what they give back is read in the place of what they opened. It must never read an encrypted content
//! as anything else.

use crate::message::Source;
use crate::mime::{self, Item, Leaf};
use crate::reading::is_mail;
use crate::{limits, readers, safe_name};
use memchr::memmem;
use std::collections::BTreeMap;

/// The mark of an encrypted text.
const MARK: &[u8] = b"$APICRYPT";
/// Where it is looked for: before it stand a few words of the sender's at the most.
const MARKED_WITHIN: usize = 64 * 1024;
/// Encrypted contents of one message that are opened.
const MOST: usize = 50;

/// An encrypted content of a message or a file.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed {
    /// Its place among the contents of the message.
    pub place: u32,
    /// The name of the attachment, made safe; none for the message's own words.
    pub name: Option<String>,
    /// What the tool is to open.
    pub bytes: Vec<u8>,
}

impl std::fmt::Debug for Sealed {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // A name may be a patient's.
        to.debug_struct("Sealed").field("place", &self.place).field("bytes", &self.bytes.len()).finish_non_exhaustive()
    }
}

/// What a tool gave for an encrypted content.
#[derive(Clone, PartialEq, Eq)]
pub struct Opened {
    /// The place of that content.
    pub place: u32,
    /// The clear bytes.
    pub bytes: Vec<u8>,
}

impl std::fmt::Debug for Opened {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.debug_struct("Opened").field("place", &self.place).field("bytes", &self.bytes.len()).finish()
    }
}

/// The encrypted contents of a message or a file, in order, fifty at the most. Never fails.
#[must_use]
pub fn sealed(source: Source<'_>, bytes: &[u8]) -> Vec<Sealed> {
    if bytes.len() > limits::MESSAGE_BYTES {
        return Vec::new();
    }
    match source {
        Source::File { name } if !is_mail(name, bytes) => {
            let own = is_sealed_file(name, bytes);
            let name = Some(safe_name(name).0);
            own.then(|| Sealed { place: 0, name, bytes: bytes.to_vec() }).into_iter().collect()
        }
        _ => {
            let mut leaves = leaves(mime::take_apart(bytes).items);
            let places = sealed_places(&leaves);
            let taken = leaves.iter_mut().enumerate().filter(|(place, _)| places.contains(place));
            let sealed = taken.map(|(place, leaf)| Sealed {
                place: u32::try_from(place).unwrap_or(u32::MAX),
                name: leaf.name.as_deref().map(|name| safe_name(name).0),
                bytes: std::mem::take(&mut leaf.bytes),
            });
            sealed.take(MOST).collect()
        }
    }
}

fn leaves(items: Vec<Item>) -> Vec<Leaf> {
    let leaves = items.into_iter().filter_map(|item| match item {
        Item::Leaf(leaf) => Some(leaf),
        Item::Nested(_) => None,
    });
    leaves.collect()
}

/// Which leaves are encrypted. Of alternatives that say the same, only the first one.
fn sealed_places(leaves: &[Leaf]) -> Vec<usize> {
    let mut told = Vec::new();
    let mut places = Vec::new();
    for (place, leaf) in leaves.iter().enumerate() {
        if !is_sealed(leaf) || leaf.alternative.is_some_and(|alternative| told.contains(&alternative)) {
            continue;
        }
        told.extend(leaf.alternative);
        places.push(place);
    }
    places
}

fn is_sealed(leaf: &Leaf) -> bool {
    let written = leaf.media_type.starts_with("text/") || leaf.media_type == "application/octet-stream";
    leaf.name.as_deref().is_some_and(is_sealed_name) || written && is_marked(&leaf.bytes)
}

/// Whether a file that is no mail message is encrypted as a whole.
pub(crate) fn is_sealed_file(name: &str, bytes: &[u8]) -> bool {
    is_sealed_name(name) || is_marked(bytes)
}

/// The extensions that encrypted attachments have.
pub(crate) fn is_sealed_name(name: &str) -> bool {
    clear_name(name) != name
}

/// Marked, and nothing that can be read: a clear report may speak of APICRYPT.
fn is_marked(bytes: &[u8]) -> bool {
    let marked = memmem::find(bytes.get(..MARKED_WITHIN).unwrap_or(bytes), MARK).is_some();
    marked && readers::of(bytes).is_none()
}

/// `document.pdf.apz` → `document.pdf`.
pub(crate) fn clear_name(name: &str) -> &str {
    let ending = name.char_indices().rev().nth(3).map(|(at, _)| at);
    match ending.and_then(|at| name.split_at_checked(at)) {
        Some((clear, ending)) if [".apz", ".apx"].iter().any(|known| ending.eq_ignore_ascii_case(known)) => clear,
        _ => name,
    }
}

/// Puts what was opened in the place of what was encrypted. Gives whether something stays encrypted.
pub(crate) fn put_in(items: &mut [Item], mut opened: BTreeMap<u32, Vec<u8>>) -> bool {
    let mut leaves: Vec<&mut Leaf> = Vec::new();
    for item in items {
        if let Item::Leaf(leaf) = item {
            leaves.push(leaf);
        }
    }
    let mut told = Vec::new();
    let mut stays = false;
    for (place, leaf) in leaves.into_iter().enumerate() {
        if !is_sealed(leaf) {
            continue;
        }
        let repeats = leaf.alternative.is_some_and(|alternative| told.contains(&alternative));
        match u32::try_from(place).ok().and_then(|place| opened.remove(&place)) {
            Some(clear) => {
                told.extend(leaf.alternative);
                leaf.bytes = clear;
                leaf.charset = None;
                if let Some(name) = leaf.name.take() {
                    leaf.name = Some(clear_name(&name).to_owned());
                    leaf.media_type = String::new();
                }
            }
            // The same words once more, still encrypted: they say nothing new.
            None if repeats => leaf.bytes.clear(),
            None => stays = true,
        }
    }
    stays
}
