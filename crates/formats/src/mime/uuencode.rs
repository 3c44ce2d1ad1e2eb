//! uuencode (POSIX.1, `uuencode`), which old gateways still send: as transfer encoding of a part, and in the words of a
//! message. It must never refuse a content: what can be decoded is kept. And it must never do more than linear work: words
//! are gone through once, however often they begin like a content.

use super::decode::Decoded;
use crate::text::charset::detect;

/// The name that a `begin 644 name` gives, and where the lines after it begin. `None`: this is no such line.
fn begin(line: &[u8]) -> Option<&[u8]> {
    let rest = line.strip_prefix(b"begin ")?;
    let digits = rest.iter().take_while(|byte| (b'0'..=b'7').contains(byte)).count();
    let name = rest.get(digits..)?.strip_prefix(b" ").filter(|_| (3..=4).contains(&digits))?.trim_ascii();
    (!name.is_empty()).then_some(name)
}

/// A decoded content with its name, where one was given.
pub(super) struct Content {
    pub(super) name: Option<String>,
    pub(super) decoded: Decoded,
    /// Where it ends in what was given, its last line included.
    pub(super) end: usize,
}

/// The first content that stands in these bytes, and where its first line begins.
pub(super) fn find(bytes: &[u8]) -> Option<(usize, Content)> {
    let mut from = 0;
    loop {
        let rest = bytes.get(from..)?;
        // Each look begins at the beginning of a line.
        let at = if rest.starts_with(b"begin ") { 0 } else { memchr::memmem::find(rest, b"\nbegin ")? + 1 };
        let line = lines(rest.get(at..)?).next()?;
        if let Some(name) = begin(line.0.trim_ascii_end()) {
            let name = Some(detect(name).text.into_owned());
            // Words that begin so by chance are followed by no such lines: they are left at the first that is none, and no
            // line of a content begins another one.
            let content = decode(rest.get(at + line.1..)?, Faults::End);
            if !content.decoded.bytes.is_empty() && !content.decoded.broken {
                let end = from + at + line.1 + content.end;
                return Some((from + at, Content { name, end, ..content }));
            }
        }
        from += at + line.1;
    }
}

/// The name that the content of a part gives itself.
pub(super) fn name(bytes: &[u8]) -> Option<String> {
    first(bytes).map(|(name, _)| name)
}

/// The content of a part in this encoding. Broken: lines that are none, or no end.
pub(super) fn part(bytes: &[u8]) -> Decoded {
    let behind = first(bytes).map_or(0, |(_, at)| at);
    decode(bytes.get(behind..).unwrap_or_default(), Faults::Count).decoded
}

/// The name of the first content, and where the lines after its first one begin.
fn first(bytes: &[u8]) -> Option<(String, usize)> {
    let mut at = 0;
    for (line, length) in lines(bytes) {
        at += length;
        if let Some(name) = begin(line.trim_ascii_end()) {
            return Some((detect(name).text.into_owned(), at));
        }
    }
    None
}

/// What is done about a line that is none.
#[derive(Clone, Copy, PartialEq)]
enum Faults {
    /// It is passed over: a part says that it is in this encoding.
    Count,
    /// It ends the content: words do not say so.
    End,
}

/// Lines without their end, each with its whole length.
fn lines(bytes: &[u8]) -> impl Iterator<Item = (&[u8], usize)> {
    bytes.split_inclusive(|byte| *byte == b'\n').map(|line| {
        let text = line.strip_suffix(b"\n").unwrap_or(line);
        (text.strip_suffix(b"\r").unwrap_or(text), line.len())
    })
}

/// Decodes the lines up to `end`.
fn decode(encoded: &[u8], faults: Faults) -> Content {
    let mut decoded = Decoded { bytes: Vec::new(), broken: false };
    let (mut ended, mut at) = (false, 0);
    for (line, length) in lines(encoded) {
        if decoded.broken && faults == Faults::End {
            break;
        }
        at += length;
        if line.trim_ascii_end() == b"end" {
            ended = true;
            break;
        }
        let Some((&first, digits)) = line.split_first() else { continue };
        let Some(count) = digit(first) else {
            decoded.broken = true;
            continue;
        };
        let before = decoded.bytes.len();
        for group in digits.chunks(4) {
            // Relays cut blanks at the end of a line; a blank is a zero.
            let mut value = 0u32;
            for place in 0..4 {
                let sign = group.get(place).copied().unwrap_or(b' ');
                decoded.broken |= digit(sign).is_none();
                value = (value << 6) | u32::from(digit(sign).unwrap_or(0));
            }
            let [_, a, b, c] = value.to_be_bytes();
            decoded.bytes.extend_from_slice(&[a, b, c]);
        }
        // A line tells how many bytes it holds; whatever it tells, no more comes out than went in.
        let told = before + usize::from(count);
        let wanted = told.min(encoded.len());
        decoded.broken |= decoded.bytes.len() + 3 < wanted || wanted < told;
        decoded.bytes.resize(wanted, 0);
    }
    decoded.broken |= !ended;
    Content { name: None, decoded, end: at }
}

/// The value of a sign: a blank or a grave accent is zero.
fn digit(sign: u8) -> Option<u8> {
    matches!(sign, b' '..=b'`').then(|| (sign - b' ') & 63)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CAT: &[u8] = b"begin 644 cat.txt\r\n#0V%T\r\n`\r\nend\r\n";

    #[test]
    fn a_content_with_its_name() {
        let content = part(CAT);
        assert_eq!((name(CAT).as_deref(), content.bytes.as_slice()), (Some("cat.txt"), b"Cat".as_slice()));
        assert!(!content.broken);
        let whole = [b"Ci-joint.\r\n", CAT, b"Cordialement"].concat();
        let (at, content) = find(&whole).unwrap();
        assert_eq!((at, &whole[content.end..]), (11, b"Cordialement".as_slice()));
    }

    #[test]
    fn blanks_that_a_relay_cut_and_a_last_line_that_is_missing() {
        let zeroes = part(b"begin 644 z\n&\n`\nend\n");
        assert_eq!(zeroes.bytes, [0; 6].to_vec());
        let cut = part(b"begin 644 cat.txt\n#0V%T\n");
        assert!(cut.broken && cut.bytes == b"Cat");
    }

    #[test]
    fn a_beginning_by_chance_hides_no_content() {
        let whole = [b"begin 644 x\r\n", CAT].concat();
        let (at, content) = find(&whole).unwrap();
        assert_eq!((at, content.name.as_deref()), (13, Some("cat.txt")));
    }

    #[test]
    fn words_are_words() {
        for words in ["begin with", "begin 644 x\nBonjour à tous", "We begin 644 x", "begin 9 x\n#0V%T\nend"] {
            assert!(find(words.as_bytes()).is_none(), "{words}");
        }
    }
}
