//! Characters: from bytes in some encoding to text, and from HTML to plain text. It must never lose a byte that stands
//! for a character, and never do more than linear work.

pub(crate) mod charset;
pub(crate) mod entities;
pub(crate) mod html;

/// A text without what writers do differently: small letters, no accents, letters and digits only. To compare names and
/// numbers, never to show them.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for letter in text.chars().flat_map(char::to_lowercase) {
        match letter {
            'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' => folded.push('a'),
            'ç' => folded.push('c'),
            'è' | 'é' | 'ê' | 'ë' => folded.push('e'),
            'ì' | 'í' | 'î' | 'ï' => folded.push('i'),
            'ñ' => folded.push('n'),
            'ò' | 'ó' | 'ô' | 'õ' | 'ö' => folded.push('o'),
            'ù' | 'ú' | 'û' | 'ü' => folded.push('u'),
            'ý' | 'ÿ' => folded.push('y'),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            other if other.is_alphanumeric() => folded.push(other),
            _ => {}
        }
    }
    folded
}

/// The longest start of `text` that fits in `limit` bytes.
pub(crate) fn cut(text: &str, limit: usize) -> &str {
    let mut end = limit.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

/// Lines that end with CRLF, LF or CR, even mixed.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text.strip_prefix('\u{FEFF}').unwrap_or(text));
    std::iter::from_fn(move || {
        let text = rest?;
        match memchr::memchr2(b'\n', b'\r', text.as_bytes()) {
            Some(end) => {
                let (line, after) = text.split_at_checked(end)?;
                let after = after.strip_prefix("\r\n").or_else(|| after.get(1..)).unwrap_or_default();
                rest = Some(after);
                Some(line)
            }
            None => {
                rest = None;
                Some(text)
            }
        }
    })
}

/// A text without what `is_edge` says at both ends. Most lines begin and end with a letter, a digit or a sign, which is
/// seen at once.
#[inline]
pub(crate) fn trimmed(text: &str, is_edge: fn(char) -> bool) -> &str {
    match text.as_bytes() {
        [] | [b'!'..=b'~'] | [b'!'..=b'~', .., b'!'..=b'~'] => text,
        _ => text.trim_matches(is_edge),
    }
}

/// A text without blanks at both ends.
#[inline]
pub(crate) fn trim(text: &str) -> &str {
    trimmed(text, char::is_whitespace)
}

/// Where a sign of ASCII first stands. Short texts, as fields are, are gone through byte by byte: a search that strides
/// costs more to begin with.
#[inline]
pub(crate) fn find(sign: u8, bytes: &[u8]) -> Option<usize> {
    if bytes.len() <= 48 { bytes.iter().position(|byte| *byte == sign) } else { memchr::memchr(sign, bytes) }
}

/// What stands before the first such sign of ASCII, and what behind it, if there is one.
#[inline]
pub(crate) fn first_part(sign: u8, text: &str) -> (&str, Option<&str>) {
    let split = |end: usize| Some((text.get(..end)?, Some(text.get(end + 1..)?)));
    find(sign, text.as_bytes()).and_then(split).unwrap_or((text, None))
}

/// The part of a text that has this number, from 1, among those between signs of ASCII.
pub(crate) fn part(text: &str, sign: u8, number: usize) -> Option<&str> {
    let mut start = 0;
    for _ in 1..number {
        start += find(sign, text.as_bytes().get(start..)?)? + 1;
    }
    let behind = text.get(start..)?;
    behind.get(..find(sign, behind.as_bytes()).unwrap_or(behind.len()))
}

/// The parts of a text between signs of ASCII.
pub(crate) fn parts(text: &str, sign: u8) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let (part, behind) = first_part(sign, rest?);
        rest = behind;
        Some(part)
    })
}
