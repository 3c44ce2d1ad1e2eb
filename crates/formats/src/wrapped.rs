//! Base64 as mail carries documents: lines of one length. Reads them quickly, and only where writing them again gives the
//! same characters, so that a document can be kept in its own bytes. What is broken or written in another way is left to
//! others (`mime::decode`, which forgives). It must never take a run whose characters could not be had back.

use memchr::memchr;

/// A run shorter than this is not worth being kept apart.
const LEAST_BYTES: usize = 1024;
/// No digit of base64: more than 24 bits, whatever it is combined with.
const NOT_A_DIGIT: u32 = 1 << 31;

/// For each of four places in a group, the bits that a byte stands for there.
const DIGITS: [[u32; 256]; 4] = digits();

#[allow(clippy::indexing_slicing, reason = "evaluated by the compiler, which refuses an index out of bounds")]
const fn digits() -> [[u32; 256]; 4] {
    let alphabet = *b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut table = [[NOT_A_DIGIT; 256]; 4];
    let mut value = 0;
    while value < alphabet.len() {
        let mut place = 0;
        while place < 4 {
            table[place][alphabet[value] as usize] = (value as u32) << (18 - 6 * place);
            place += 1;
        }
        value += 1;
    }
    table
}

/// Lines of base64 as they stand in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// Where its first digit stands.
    pub start: usize,
    /// Where its last line ends; the end of that line is not of it.
    pub end: usize,
    /// Characters of each line but the last; a multiple of four.
    pub line: usize,
    /// Whether lines end with CRLF, not LF.
    pub returns: bool,
    /// How many bytes it stands for.
    pub bytes: usize,
}

/// A text and the runs in it that are worth being kept apart: so that what is read and kept is decoded once.
#[derive(Debug)]
pub struct Wrapped<'a> {
    text: &'a [u8],
    runs: Vec<Run>,
    bytes: Vec<u8>,
}

impl<'a> Wrapped<'a> {
    /// Looks for the runs in a text.
    #[must_use]
    pub fn find(text: &'a [u8]) -> Self {
        let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
        let runs = runs(text, &mut bytes);
        Self { text, runs, bytes }
    }

    /// A text in which nobody looks for runs: it is read once, and not kept.
    #[must_use]
    pub fn unsearched(text: &'a [u8]) -> Self {
        Self { text, runs: Vec::new(), bytes: Vec::new() }
    }

    /// The text, whole.
    #[must_use]
    pub fn text(&self) -> &'a [u8] {
        self.text
    }

    /// The runs, in order.
    #[must_use]
    pub fn runs(&self) -> &[Run] {
        &self.runs
    }

    /// What the runs stand for, one after the other: less than three quarters of the text.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The run whose first digit stands there: how many bytes of the text it takes, and what it stands for.
    pub(crate) fn at(&self, start: usize) -> Option<(usize, &[u8])> {
        let place = self.runs.binary_search_by_key(&start, |run| run.start).ok()?;
        let (before, from) = self.runs.split_at_checked(place)?;
        let run = from.first()?;
        let begins: usize = before.iter().map(|run| run.bytes).sum();
        Some((run.end - run.start, self.bytes.get(begins..begins + run.bytes)?))
    }
}

fn runs(text: &[u8], into: &mut Vec<u8>) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let before = into.len();
        let mut read = 0;
        if let Some(run) = run_at(rest, into) {
            read = run.end;
            if run.bytes >= LEAST_BYTES {
                runs.push(Run { start: at, end: at + run.end, ..run });
            } else {
                into.truncate(before);
            }
        }
        let after = rest.get(read..).unwrap_or_default();
        at += read + memchr(b'\n', after).map_or(after.len(), |end| end + 1);
    }
    runs
}

/// The run that begins with this text, if one does. Its bytes are put behind `into`.
pub(crate) fn run_at(text: &[u8], into: &mut Vec<u8>) -> Option<Run> {
    let length = memchr(b'\n', text).unwrap_or(text.len());
    let returns = text.get(..length).is_some_and(|line| line.ends_with(b"\r"));
    let line = length - usize::from(returns);
    let ending: &[u8] = if returns { b"\r\n" } else { b"\n" };
    let before = into.len();
    let (mut at, mut end) = (0, 0);
    if line > 0 && line.is_multiple_of(4) {
        while text.get(at..at + line).is_some_and(|digits| read_digits(digits, into)) {
            end = at + line;
            at = end + ending.len();
            if text.get(end..at) != Some(ending) {
                return Some(Run { start: 0, end, line, returns, bytes: into.len() - before });
            }
        }
    }
    // Beyond the whole lines: a shorter one, or the padding.
    let rest = text.get(at..).unwrap_or_default();
    let last = rest.get(..memchr(b'\n', rest).unwrap_or(rest.len())).unwrap_or_default();
    let last = last.strip_suffix(b"\r").unwrap_or(last);
    if last.len() <= line && read_last(last, into) {
        end = at + last.len();
    }
    (end > 0).then(|| Run { start: 0, end, line, returns, bytes: into.len() - before })
}

/// Writes a run again.
pub fn write(bytes: &[u8], line: usize, returns: bool, into: &mut Vec<u8>) {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digit = |group: u32, place: u32| {
        let value = usize::try_from((group >> (18 - 6 * place)) & 63).unwrap_or_default();
        ALPHABET.get(value).copied().unwrap_or(b'A')
    };
    for (number, of_line) in bytes.chunks((line / 4 * 3).max(3)).enumerate() {
        if number > 0 {
            into.extend_from_slice(if returns { b"\r\n" } else { b"\n" });
        }
        for group in of_line.chunks(3) {
            let (bits, digits) = match *group {
                [a, b, c] => (u32::from_be_bytes([0, a, b, c]), 4),
                [a, b] => (u32::from_be_bytes([0, a, b, 0]), 3),
                [a] => (u32::from_be_bytes([0, a, 0, 0]), 2),
                _ => continue,
            };
            let mut written = [b'='; 4];
            for (place, to) in (0..digits).zip(&mut written) {
                *to = digit(bits, place);
            }
            into.extend_from_slice(&written);
        }
    }
}

fn bits(place: &[u32; 256], byte: u8) -> u32 {
    place.get(usize::from(byte)).copied().unwrap_or(NOT_A_DIGIT)
}

fn group([a, b, c, d]: [u8; 4]) -> u32 {
    let [first, second, third, fourth] = &DIGITS;
    bits(first, a) | bits(second, b) | bits(third, c) | bits(fourth, d)
}

/// Reads whole groups of digits. Where one byte is none, nothing is read.
fn read_digits(digits: &[u8], into: &mut Vec<u8>) -> bool {
    let before = into.len();
    into.resize(before + digits.len() / 4 * 3, 0);
    let room = into.get_mut(before..).unwrap_or_default();
    let mut seen = 0;
    // Two groups at once: one write for six bytes.
    let (pairs, single) = digits.as_chunks::<8>();
    let (room_of_pairs, room_of_single) = room.as_chunks_mut::<6>();
    for (&[a, b, c, d, e, f, g, h], to) in pairs.iter().zip(room_of_pairs) {
        let (high, low) = (group([a, b, c, d]), group([e, f, g, h]));
        seen |= high | low;
        let [_, _, bytes @ ..] = ((u64::from(high) << 24) | u64::from(low)).to_be_bytes();
        *to = bytes;
    }
    for (&digits, to) in single.as_chunks::<4>().0.iter().zip(room_of_single.as_chunks_mut::<3>().0) {
        let bits = group(digits);
        seen |= bits;
        let [_, bytes @ ..] = bits.to_be_bytes();
        *to = bytes;
    }
    let whole = seen & NOT_A_DIGIT == 0;
    if !whole {
        into.truncate(before);
    }
    whole
}

/// Reads a last line, which may end with padding; only in the one form that is written for its bytes.
fn read_last(line: &[u8], into: &mut Vec<u8>) -> bool {
    let before = into.len();
    let (groups, []) = line.as_chunks::<4>() else { return false };
    let Some((&last, groups)) = groups.split_last() else { return false };
    let whole = read_digits(groups.as_flattened(), into)
        && match last {
            [a, b, b'=', b'='] => read_short([a, b, b'A', b'A'], 1, into),
            [a, b, c, b'='] => read_short([a, b, c, b'A'], 2, into),
            _ => read_digits(&last, into),
        };
    if !whole {
        into.truncate(before);
    }
    whole
}

/// Reads a group that stands for one or two bytes: the bits beyond them are zero where it is written as usual.
fn read_short(digits: [u8; 4], bytes: usize, into: &mut Vec<u8>) -> bool {
    let before = into.len();
    let usual = read_digits(&digits, into)
        && into.get(before + bytes..).is_some_and(|beyond| beyond.iter().all(|byte| *byte == 0));
    into.truncate(before + if usual { bytes } else { 0 });
    usual
}

#[cfg(test)]
mod tests {
    use super::{LEAST_BYTES, Run, runs, write};
    use proptest::prelude::*;

    /// Takes the runs out and puts them back.
    fn again(text: &[u8]) -> (Vec<Run>, Vec<u8>) {
        let mut bytes = Vec::new();
        let found = runs(text, &mut bytes);
        let (mut written, mut at, mut read) = (Vec::new(), 0, 0);
        for run in &found {
            written.extend_from_slice(&text[at..run.start]);
            write(&bytes[read..read + run.bytes], run.line, run.returns, &mut written);
            (at, read) = (run.end, read + run.bytes);
        }
        assert_eq!(read, bytes.len());
        written.extend_from_slice(&text[at..]);
        (found, written)
    }

    fn wrapped(bytes: &[u8], line: usize, returns: bool) -> Vec<u8> {
        let mut text = Vec::new();
        write(bytes, line, returns, &mut text);
        text
    }

    fn document(length: usize) -> Vec<u8> {
        (0..length).map(|number| (number * number % 251) as u8).collect()
    }

    #[test]
    fn a_document_in_a_message_is_found_whole() {
        for length in LEAST_BYTES..LEAST_BYTES + 200 {
            for (line, returns) in [(76, true), (76, false), (64, true), (4, true), (100_000, true)] {
                let mut text = b"Content-Transfer-Encoding: base64\r\n\r\n".to_vec();
                let start = text.len();
                text.extend(wrapped(&document(length), line, returns));
                let end = text.len();
                text.extend_from_slice(b"\r\n--boundary--\r\n");
                let (found, written) = again(&text);
                assert_eq!(written, text);
                let [run] = found[..] else { panic!("{} runs of {length}", found.len()) };
                assert_eq!((run.start, run.end, run.bytes), (start, end, length), "{line} {returns}");
            }
        }
    }

    #[test]
    fn what_is_not_written_as_usual_stays_text() {
        let usual = wrapped(&document(1999), 76, true);
        let lines = usual.split(|byte| *byte == b'\n').count();
        // A bit beyond the last byte, no padding, too much of it, a blank, a byte that is no digit, lines of two lengths.
        let mut bit = usual.clone();
        let at = bit.len() - 2;
        assert_eq!(&bit[at..], b"==");
        bit[at - 1] += 1;
        let mut blank = usual.clone();
        blank[80] = b' ';
        let mut eight_bit = usual.clone();
        eight_bit[90] = 0xe9;
        let mut uneven = usual.clone();
        uneven.insert(78 * 10, b'\n');
        let unpadded = usual[..usual.len() - 2].to_vec();
        let double = [&usual[..], b"===="].concat();
        assert!(lines > 20);
        for text in [bit, blank, eight_bit, uneven, unpadded, double] {
            assert_eq!(again(&text).1, text);
        }
    }

    #[test]
    fn small_runs_and_words_stay_text() {
        let text = [&b"word\r\n"[..], &wrapped(&document(LEAST_BYTES - 1), 76, true), b"\r\nABCD\r\n"].concat();
        let (found, written) = again(&text);
        assert!(found.is_empty());
        assert_eq!(written, text);
        assert!(again(b"").0.is_empty());
    }

    proptest! {
        #[test]
        fn every_text_comes_back(
            parts in prop::collection::vec(
                (prop::collection::vec(any::<u8>(), 0..3000), 1usize..30, any::<bool>(), "[ -~\r\n=]{0,90}"), 0..5),
            spoil in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
        ) {
            let mut text = Vec::new();
            for (bytes, line, returns, words) in parts {
                write(&bytes, line * 4, returns, &mut text);
                text.extend_from_slice(words.as_bytes());
            }
            for (at, byte) in spoil {
                if !text.is_empty() {
                    let at = at.index(text.len());
                    text[at] = byte;
                }
            }
            prop_assert_eq!(again(&text).1, text);
        }
    }
}
