//! The outermost layers of a signed S/MIME content (CMS `SignedData`, RFC 5652 5.1): just enough to take what was signed
//! out of it. It verifies nothing and must never say that a signature holds.

/// `1.2.840.113549.1.7.2`, as BER writes it.
const SIGNED_DATA: [u8; 11] = [0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02];

const INTEGER: u8 = 0x02;
const OCTETS: u8 = 0x04;
const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const OBJECT_IDENTIFIER: u8 = 0x06;
const OCTETS_IN_PIECES: u8 = 0x24;
const EXPLICIT_0: u8 = 0xA0;

/// Whether these bytes are a `SignedData`.
pub(crate) fn is_signed(bytes: &[u8]) -> bool {
    element(bytes).is_some_and(|outer| outer.tag == SEQUENCE && outer.content.starts_with(&SIGNED_DATA))
}

/// What was signed; none where it stands elsewhere (a detached signature) or cannot be found.
pub(crate) fn content(bytes: &[u8]) -> Option<Vec<u8>> {
    let outer = entered(bytes, SEQUENCE)?;
    let signed = entered(entered(skipped(outer, OBJECT_IDENTIFIER)?, EXPLICIT_0)?, SEQUENCE)?;
    let enclosed = entered(skipped(skipped(signed, INTEGER)?, SET)?, SEQUENCE)?;
    let octets = entered(skipped(enclosed, OBJECT_IDENTIFIER)?, EXPLICIT_0)?;
    let found = element(octets)?;
    match found.tag {
        OCTETS => Some(found.content.to_vec()),
        OCTETS_IN_PIECES => {
            let mut whole = Vec::new();
            let mut rest = found.content;
            while let Some(piece) = element(rest).filter(|piece| piece.tag == OCTETS) {
                whole.extend_from_slice(piece.content);
                rest = piece.after?;
            }
            Some(whole)
        }
        _ => None,
    }
}

/// A tag, its content, and what stands behind it (unknown where its length is not said).
struct Element<'a> {
    tag: u8,
    content: &'a [u8],
    after: Option<&'a [u8]>,
}

/// The element at the start of these bytes. One that is cut ends with the bytes.
fn element(bytes: &[u8]) -> Option<Element<'_>> {
    let [tag, first, rest @ ..] = bytes else { return None };
    let (length, rest) = match first {
        0x80 => return Some(Element { tag: *tag, content: rest, after: None }),
        0..=0x7F => (usize::from(*first), rest),
        0x81..=0x84 => {
            let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7F))?;
            (digits.iter().fold(0usize, |length, digit| length << 8 | usize::from(*digit)), rest)
        }
        _ => return None,
    };
    let (content, after) = rest.split_at_checked(length).unwrap_or((rest, &[]));
    Some(Element { tag: *tag, content, after: Some(after) })
}

fn entered(bytes: &[u8], tag: u8) -> Option<&[u8]> {
    element(bytes).filter(|found| found.tag == tag).map(|found| found.content)
}

fn skipped(bytes: &[u8], tag: u8) -> Option<&[u8]> {
    element(bytes).filter(|found| found.tag == tag)?.after
}
