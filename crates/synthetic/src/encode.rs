//! Bytes: the character encodings of laboratories, and what mail needs (quoted-printable, base64, encoded words).

use std::fmt::Write as _;

/// The encodings that payloads come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Charset {
    Utf8,
    Utf8Marked,
    Windows1252,
    Cp850,
    MacRoman,
}

impl Charset {
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Utf8 | Self::Utf8Marked => "utf-8",
            Self::Windows1252 => "iso-8859-1",
            Self::Cp850 => "ibm850",
            Self::MacRoman => "macintosh",
        }
    }

    /// A text in this encoding. A character that it has not becomes `?`, as in laboratories.
    pub(crate) fn encode(self, text: &str) -> Vec<u8> {
        match self {
            Self::Utf8 => text.as_bytes().to_vec(),
            Self::Utf8Marked => [b"\xEF\xBB\xBF".as_slice(), text.as_bytes()].concat(),
            Self::Windows1252 => text.chars().map(windows_1252).collect(),
            Self::Cp850 => text.chars().map(|c| mapped(c, 0)).collect(),
            Self::MacRoman => text.chars().map(|c| mapped(c, 1)).collect(),
        }
    }
}

fn windows_1252(c: char) -> u8 {
    match c {
        '€' => 0x80,
        'œ' => 0x9C,
        '’' => 0x92,
        '–' => 0x96,
        _ => u8::try_from(u32::from(c)).unwrap_or(b'?'),
    }
}

/// The characters that French reports use: in CP850, in MacRoman.
const MAP: [(char, [u8; 2]); 24] = [
    ('à', [0x85, 0x88]),
    ('â', [0x83, 0x89]),
    ('ç', [0x87, 0x8D]),
    ('é', [0x82, 0x8E]),
    ('è', [0x8A, 0x8F]),
    ('ê', [0x88, 0x90]),
    ('ë', [0x89, 0x91]),
    ('î', [0x8C, 0x94]),
    ('ï', [0x8B, 0x95]),
    ('ô', [0x93, 0x99]),
    ('ù', [0x97, 0x9D]),
    ('û', [0x96, 0x9E]),
    ('À', [0xB7, 0xCB]),
    ('É', [0x90, 0x83]),
    ('È', [0xD4, 0xE9]),
    ('Ê', [0xD2, 0xE6]),
    ('Ç', [0x80, 0x82]),
    ('Ë', [0xD3, 0xE8]),
    ('Ï', [0xD8, 0xEC]),
    ('°', [0xF8, 0xA1]),
    ('µ', [0xE6, 0xB5]),
    ('²', [0xFD, b'2']),
    ('«', [0xAE, 0xC7]),
    ('»', [0xAF, 0xC8]),
];

fn mapped(c: char, column: usize) -> u8 {
    if c.is_ascii() {
        return u8::try_from(u32::from(c)).unwrap_or(b'?');
    }
    let row = MAP.iter().find(|(known, _)| *known == c);
    row.and_then(|(_, bytes)| bytes.get(column)).copied().unwrap_or(b'?')
}

/// Quoted-printable, lines of at most 76 characters, CRLF.
pub(crate) fn quoted_printable(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() + bytes.len() / 4);
    let mut column = 0;
    let mut rest = bytes;
    while let [byte, tail @ ..] = rest {
        if let [b'\r', b'\n', after @ ..] = rest {
            out.push_str("\r\n");
            column = 0;
            rest = after;
            continue;
        }
        rest = tail;
        let at_end = matches!(tail, [] | [b'\r', b'\n', ..]);
        let plain = matches!(byte, b'!'..=b'<' | b'>'..=b'~') || (matches!(byte, b' ' | b'\t') && !at_end);
        let width = if plain { 1 } else { 3 };
        if column + width > 75 {
            out.push_str("=\r\n");
            column = 0;
        }
        if plain {
            out.push(char::from(*byte));
        } else {
            // Writing to a String cannot fail.
            write!(out, "={byte:02X}").unwrap_or_default();
        }
        column += width;
    }
    out
}

/// Base64 in lines of 76 characters, CRLF.
pub(crate) fn base64_lines(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() / 3 * 4 + bytes.len() / 28);
    for chunk in bytes.chunks(57) {
        base64_into(chunk, &mut out);
        out.push_str("\r\n");
    }
    out
}

fn base64_into(bytes: &[u8], out: &mut String) {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digit =
        |value: u32| char::from(ALPHABET.get(usize::try_from(value & 63).unwrap_or(0)).copied().unwrap_or(b'='));
    for group in bytes.chunks(3) {
        let byte = |at: usize| u32::from(group.get(at).copied().unwrap_or(0));
        let bits = (byte(0) << 16) | (byte(1) << 8) | byte(2);
        out.push(digit(bits >> 18));
        out.push(digit(bits >> 12));
        out.push(if group.len() > 1 { digit(bits >> 6) } else { '=' });
        out.push(if group.len() > 2 { digit(bits) } else { '=' });
    }
}

/// A header value as encoded words (RFC 2047), folded; as it is where it is ASCII.
pub(crate) fn encoded_words(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let mut words = String::new();
    let mut piece = String::new();
    for c in text.chars() {
        if piece.len() + c.len_utf8() > 42 {
            encoded_word(&piece, &mut words);
            piece.clear();
        }
        piece.push(c);
    }
    encoded_word(&piece, &mut words);
    words
}

fn encoded_word(piece: &str, words: &mut String) {
    if !words.is_empty() {
        words.push_str("\r\n ");
    }
    words.push_str("=?utf-8?B?");
    base64_into(piece.as_bytes(), words);
    words.push_str("?=");
}
