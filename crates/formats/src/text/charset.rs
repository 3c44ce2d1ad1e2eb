//! Which character encoding a text is in: a mark at its start, then strict UTF-8, then the reading that makes the most
//! French. It must decide over the whole text, since a single byte says nothing (0x88 is `à` in MacRoman and `ê` in
//! CP850), and must never fail: every byte has a character in the last resort, Windows-1252.

use encoding_rs::{Encoding, MACINTOSH, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use std::borrow::Cow;

/// A decoded text and the name of its encoding (IANA, lower case).
pub(crate) struct Decoded<'a> {
    pub(crate) text: Cow<'a, str>,
    pub(crate) encoding: &'static str,
}

/// Code page 850, from 0x80 on: laboratories whose software comes from DOS.
const CP850: [char; 128] = [
    'Ç', 'ü', 'é', 'â', 'ä', 'à', 'å', 'ç', 'ê', 'ë', 'è', 'ï', 'î', 'ì', 'Ä', 'Å', 'É', 'æ', 'Æ', 'ô', 'ö', 'ò', 'û',
    'ù', 'ÿ', 'Ö', 'Ü', 'ø', '£', 'Ø', '×', 'ƒ', 'á', 'í', 'ó', 'ú', 'ñ', 'Ñ', 'ª', 'º', '¿', '®', '¬', '½', '¼', '¡',
    '«', '»', '░', '▒', '▓', '│', '┤', 'Á', 'Â', 'À', '©', '╣', '║', '╗', '╝', '¢', '¥', '┐', '└', '┴', '┬', '├', '─',
    '┼', 'ã', 'Ã', '╚', '╔', '╩', '╦', '╠', '═', '╬', '¤', 'ð', 'Ð', 'Ê', 'Ë', 'È', 'ı', 'Í', 'Î', 'Ï', '┘', '┌', '█',
    '▄', '¦', 'Ì', '▀', 'Ó', 'ß', 'Ô', 'Ò', 'õ', 'Õ', 'µ', 'þ', 'Þ', 'Ú', 'Û', 'Ù', 'ý', 'Ý', '¯', '´', '\u{AD}', '±',
    '‗', '¾', '¶', '§', '÷', '¸', '°', '¨', '·', '¹', '³', '²', '■', '\u{A0}',
];

/// Decodes a text whose encoding nobody says.
pub(crate) fn detect(bytes: &[u8]) -> Decoded<'_> {
    if let Some(decoded) = marked(bytes) {
        return decoded;
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Decoded { text: Cow::Borrowed(text), encoding: "utf-8" };
    }
    if let Some(decoded) = almost_utf8(bytes) {
        return decoded;
    }
    let tally = Tally::of(bytes);
    let windows = tally.score(windows_1252);
    let dos = tally.score(cp850);
    let mac = tally.score(macintosh);
    if windows >= dos && windows >= mac {
        Decoded { text: WINDOWS_1252.decode_without_bom_handling(bytes).0, encoding: "windows-1252" }
    } else if dos >= mac {
        Decoded { text: bytes.iter().map(|byte| cp850(*byte)).collect(), encoding: "ibm850" }
    } else {
        Decoded { text: MACINTOSH.decode_without_bom_handling(bytes).0, encoding: "macintosh" }
    }
}

/// Decodes a text whose sender names its encoding; where the name is wrong or unknown, the encoding is looked for.
pub(crate) fn declared<'a>(bytes: &'a [u8], label: Option<&str>) -> Decoded<'a> {
    let named = label.and_then(|label| Encoding::for_label(label.trim().as_bytes()));
    match named {
        // Single-byte western names are often wrong; UTF-8 can be checked.
        None => detect(bytes),
        Some(encoding) if encoding == UTF_8 || encoding == WINDOWS_1252 => match std::str::from_utf8(bytes) {
            Ok(_) => detect(bytes),
            Err(_) if encoding == WINDOWS_1252 && marked(bytes).is_none() => {
                Decoded { text: WINDOWS_1252.decode_without_bom_handling(bytes).0, encoding: "windows-1252" }
            }
            Err(_) => detect(bytes),
        },
        Some(encoding) => {
            let (text, broken) = encoding.decode_with_bom_removal(bytes);
            if broken { detect(bytes) } else { Decoded { text, encoding: iana(encoding) } }
        }
    }
}

/// The name of an encoding in lower case, for those that mail uses.
fn iana(encoding: &'static Encoding) -> &'static str {
    match encoding.name() {
        "UTF-8" => "utf-8",
        "UTF-16LE" => "utf-16le",
        "UTF-16BE" => "utf-16be",
        "windows-1252" => "windows-1252",
        "ISO-8859-15" => "iso-8859-15",
        other => other,
    }
}

/// A byte order mark, or the zero bytes that only UTF-16 has.
fn marked(bytes: &[u8]) -> Option<Decoded<'_>> {
    let (encoding, name, text) = match bytes {
        [0xEF, 0xBB, 0xBF, text @ ..] => (UTF_8, "utf-8", text),
        [0xFF, 0xFE, text @ ..] => (UTF_16LE, "utf-16le", text),
        [0xFE, 0xFF, text @ ..] => (UTF_16BE, "utf-16be", text),
        [a, 0, b, 0, c, 0, ..] if *a != 0 && *b != 0 && *c != 0 => (UTF_16LE, "utf-16le", bytes),
        [0, a, 0, b, 0, c, ..] if *a != 0 && *b != 0 && *c != 0 => (UTF_16BE, "utf-16be", bytes),
        _ => return None,
    };
    let (decoded, broken) = encoding.decode_without_bom_handling(text);
    if broken && encoding == UTF_8 {
        return None;
    }
    Some(Decoded { text: decoded, encoding: name })
}

/// UTF-8 with a few broken bytes (a file cut in a character, two files put together) is still UTF-8, if much more of it
/// holds together than not.
fn almost_utf8(bytes: &[u8]) -> Option<Decoded<'_>> {
    let (mut good, mut broken) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        broken += chunk.invalid().len();
    }
    if good < 4 * broken {
        return None;
    }
    // A broken byte still stands for something: it is read as Windows-1252, not replaced.
    let mut text = String::with_capacity(bytes.len() + 8);
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|byte| windows_1252(*byte)));
    }
    Some(Decoded { text: Cow::Owned(text), encoding: "utf-8" })
}

fn windows_1252(byte: u8) -> char {
    let (text, _) = WINDOWS_1252.decode_without_bom_handling(std::slice::from_ref(&byte));
    text.chars().next().unwrap_or('\u{FFFD}')
}

fn macintosh(byte: u8) -> char {
    let (text, _) = MACINTOSH.decode_without_bom_handling(std::slice::from_ref(&byte));
    text.chars().next().unwrap_or('\u{FFFD}')
}

fn cp850(byte: u8) -> char {
    match byte.checked_sub(128) {
        None => char::from(byte),
        Some(at) => CP850.get(usize::from(at)).copied().unwrap_or('\u{FFFD}'),
    }
}

/// How often each byte above 0x7F comes, by what stands before it.
struct Tally {
    after_lower: [u32; 128],
    after_upper: [u32; 128],
    elsewhere: [u32; 128],
}

impl Tally {
    fn of(bytes: &[u8]) -> Self {
        let mut tally = Self { after_lower: [0; 128], after_upper: [0; 128], elsewhere: [0; 128] };
        let mut before = b' ';
        for &byte in bytes {
            if let Some(at) = byte.checked_sub(128) {
                let counts = match before {
                    b'a'..=b'z' => &mut tally.after_lower,
                    b'A'..=b'Z' => &mut tally.after_upper,
                    _ => &mut tally.elsewhere,
                };
                if let Some(count) = counts.get_mut(usize::from(at)) {
                    *count = count.saturating_add(1);
                }
            }
            before = byte;
        }
        tally
    }

    /// How French the text reads in an encoding.
    fn score(&self, reading: fn(u8) -> char) -> i64 {
        let mut score = 0i64;
        for byte in 128..=255u8 {
            let at = usize::from(byte - 128);
            let count = |counts: &[u32; 128]| i64::from(counts.get(at).copied().unwrap_or(0));
            let (lower, upper, other) = (count(&self.after_lower), count(&self.after_upper), count(&self.elsewhere));
            if lower + upper + other > 0 {
                let c = reading(byte);
                score += lower * weight(c, Before::Lower);
                score += upper * weight(c, Before::Upper);
                score += other * weight(c, Before::Other);
            }
        }
        score
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Before {
    Lower,
    Upper,
    Other,
}

/// How likely a character is in French medical text, after a small letter, a capital, or something else.
fn weight(c: char, before: Before) -> i64 {
    match c {
        'é' | 'è' | 'à' => 5,
        'ê' | 'ç' | 'ô' | 'î' | 'ù' | 'û' | 'â' | 'ï' | 'ë' => 3,
        '°' | 'µ' | '²' | '³' | '±' if before != Before::Lower => 3,
        '°' | 'µ' => 1,
        '\u{A0}' | '«' | '»' | '’' | '–' | '€' | '…' | '•' | '≥' | '≤' => 1,
        'É' | 'È' | 'À' | 'Ç' | 'Ê' | 'Ô' | 'Î' | 'Œ' if before != Before::Lower => 2,
        'œ' | 'æ' | 'ü' | 'ö' | 'ä' | 'ñ' => 1,
        _ => -4,
    }
}
