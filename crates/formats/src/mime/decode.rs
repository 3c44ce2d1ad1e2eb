//! Base64 and quoted-printable, as broken as they come: what can be decoded is kept. It must never refuse a content.

use crate::wrapped;

/// A decoded content, and whether it was broken.
pub(crate) struct Decoded {
    pub(crate) bytes: Vec<u8>,
    pub(crate) broken: bool,
}

/// No digit of base64.
const NOT_A_DIGIT: u8 = 0xFF;

/// The value of each byte as a digit of base64.
const DIGITS: [u8; 256] = digits();

#[allow(clippy::indexing_slicing, reason = "evaluated by the compiler, which refuses an index out of bounds")]
const fn digits() -> [u8; 256] {
    let alphabet = *b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut table = [NOT_A_DIGIT; 256];
    let mut value = 0;
    while value < alphabet.len() {
        table[alphabet[value] as usize] = value as u8;
        value += 1;
    }
    table
}

fn digit(byte: u8) -> u8 {
    DIGITS.get(usize::from(byte)).copied().unwrap_or(NOT_A_DIGIT)
}

/// Decodes base64. Broken: a byte that does not belong there, digits after the padding, or a cut last group.
pub(crate) fn base64(encoded: &[u8]) -> Decoded {
    base64_after(encoded, None)
}

/// The same, where it is known already how many bytes it begins with that are written as usual, and what they stand for.
pub(crate) fn base64_after(encoded: &[u8], known: Option<(usize, &[u8])>) -> Decoded {
    let mut bytes = Vec::with_capacity(encoded.len() / 4 * 3 + 3);
    let mut broken = false;
    let (mut group, mut held, mut padded) = (0u32, 0u8, false);
    let mut rest = encoded;
    // Nearly all that comes is written as usual: all of it, or all before the first fault, is read quickly.
    let read = match known.filter(|(read, _)| *read <= encoded.len()) {
        Some((read, decoded)) => {
            bytes.extend_from_slice(decoded);
            Some(read)
        }
        None => wrapped::run_at(encoded, &mut bytes).map(|run| run.end),
    };
    if let Some(read) = read {
        rest = encoded.get(read..).unwrap_or_default();
        padded = encoded.get(..read).is_some_and(|read| read.ends_with(b"="));
    }
    loop {
        if held == 0 {
            rest = whole_groups(rest, &mut bytes);
        }
        let Some((&byte, tail)) = rest.split_first() else { break };
        rest = tail;
        match (byte, digit(byte)) {
            (b'\r' | b'\n' | b' ' | b'\t', _) => {}
            (b'=', _) => {
                broken |= held == 1;
                flush(&mut bytes, group, held);
                (group, held, padded) = (0, 0, true);
            }
            (_, NOT_A_DIGIT) => broken = true,
            (_, value) => {
                broken |= padded;
                group = (group << 6) | u32::from(value);
                held += 1;
                if held == 4 {
                    let [_, a, b, c] = group.to_be_bytes();
                    bytes.extend_from_slice(&[a, b, c]);
                    (group, held) = (0, 0);
                }
            }
        }
    }
    broken |= held != 0;
    flush(&mut bytes, group, held);
    Decoded { bytes, broken }
}

/// The quick way, as long as four digits follow one another. Gives what is left.
fn whole_groups<'a>(mut rest: &'a [u8], bytes: &mut Vec<u8>) -> &'a [u8] {
    while let [a, b, c, d, tail @ ..] = rest {
        let (a, b, c, d) = (digit(*a), digit(*b), digit(*c), digit(*d));
        if (a | b | c | d) > 63 {
            break;
        }
        let group = (u32::from(a) << 18) | (u32::from(b) << 12) | (u32::from(c) << 6) | u32::from(d);
        let [_, x, y, z] = group.to_be_bytes();
        bytes.extend_from_slice(&[x, y, z]);
        rest = tail;
    }
    rest
}

/// The bytes of a last, shorter group.
fn flush(bytes: &mut Vec<u8>, group: u32, held: u8) {
    if held == 2 {
        let [.., byte] = (group >> 4).to_be_bytes();
        bytes.push(byte);
    } else if held == 3 {
        let [.., first, second] = (group >> 2).to_be_bytes();
        bytes.extend_from_slice(&[first, second]);
    }
}

/// Decodes quoted-printable. An escape that is none stays as it is.
pub(crate) fn quoted_printable(encoded: &[u8]) -> Decoded {
    let mut bytes = Vec::with_capacity(encoded.len());
    let mut broken = false;
    let mut rest = encoded;
    while let Some(at) = memchr::memchr(b'=', rest) {
        let (plain, escape) = rest.split_at(at);
        bytes.extend_from_slice(plain);
        rest = match escape {
            [_, b'\r', b'\n', tail @ ..] | [_, b'\n', tail @ ..] => tail,
            [_, high, low, tail @ ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                bytes.push((hexadecimal(*high) << 4) | hexadecimal(*low));
                tail
            }
            [_, tail @ ..] => match after_padding(tail) {
                Some(next_line) => next_line,
                None => {
                    broken = true;
                    bytes.push(b'=');
                    tail
                }
            },
            [] => break,
        };
    }
    bytes.extend_from_slice(rest);
    Decoded { bytes, broken }
}

/// A soft line break may be followed by blanks that a relay added (at most a line of them, so that the work is bounded).
fn after_padding(tail: &[u8]) -> Option<&[u8]> {
    let blanks = tail.iter().take(80).take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    match tail.get(blanks..)? {
        [b'\r', b'\n', rest @ ..] | [b'\n', rest @ ..] => Some(rest),
        [] => Some(&[]),
        _ => None,
    }
}

fn hexadecimal(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        b'a'..=b'f' => digit - b'a' + 10,
        b'A'..=b'F' => digit - b'A' + 10,
        _ => 0,
    }
}
