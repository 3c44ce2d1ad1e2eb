//! Which character encoding a text is in: a mark at its start, then strict UTF-8, then the reading that makes the most
//! French. It must decide over the whole text, since a single byte says nothing (0x88 is `à` in MacRoman and `ê` in
//! CP850), and must never fail: every byte has a character in the last resort, Windows-1252.

use bannette_api::report::TextEncoding;
use encoding_rs::{Encoding, ISO_8859_15, MACINTOSH, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
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
    let met = tally.met();
    let windows = tally.score(&met, WINDOWS_1252.decode_without_bom_handling(&met).0.chars());
    let dos = tally.score(&met, met.iter().map(|byte| cp850(*byte)));
    let mac = tally.score(&met, MACINTOSH.decode_without_bom_handling(&met).0.chars());
    if windows >= dos && windows >= mac {
        Decoded { text: WINDOWS_1252.decode_without_bom_handling(bytes).0, encoding: "windows-1252" }
    } else if dos >= mac {
        Decoded { text: from_cp850(bytes), encoding: "ibm850" }
    } else {
        Decoded { text: MACINTOSH.decode_without_bom_handling(bytes).0, encoding: "macintosh" }
    }
}

/// Decodes a text as a person orders; without an order, as [`detect`] does. What is no character in the encoding ordered
/// is shown as such: the bytes are kept, and another order may be given.
pub(crate) fn ordered(bytes: &[u8], order: Option<TextEncoding>) -> Decoded<'_> {
    let Some(order) = order else { return detect(bytes) };
    let encoding = match order {
        TextEncoding::Ibm850 => {
            return Decoded { text: from_cp850(bytes), encoding: order.iana() };
        }
        TextEncoding::Utf8 => UTF_8,
        TextEncoding::Windows1252 => WINDOWS_1252,
        TextEncoding::Iso885915 => ISO_8859_15,
        TextEncoding::Macintosh => MACINTOSH,
        TextEncoding::Utf16Le => UTF_16LE,
        TextEncoding::Utf16Be => UTF_16BE,
    };
    Decoded { text: encoding.decode_with_bom_removal(bytes).0, encoding: order.iana() }
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
    let (good, broken) = characters(bytes);
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

/// Characters above ASCII that hold together as UTF-8, and bytes that do not.
fn characters(bytes: &[u8]) -> (usize, usize) {
    let (mut good, mut broken) = (0usize, 0usize);
    let mut rest = bytes;
    loop {
        // Plain stretches in strides; then byte by byte to the next character.
        while let Some((stride, behind)) = rest.split_at_checked(32).filter(|(stride, _)| stride.is_ascii()) {
            let _ = stride;
            rest = behind;
        }
        let Some(at) = rest.iter().position(|byte| *byte >= 128) else { return (good, broken) };
        let here = rest.get(at..).unwrap_or_default();
        let length = match here.first() {
            Some(0xC2..=0xDF) => 2,
            Some(0xE0..=0xEF) => 3,
            Some(0xF0..=0xF4) => 4,
            _ => 0,
        };
        let whole = length > 0 && here.get(..length).is_some_and(|character| std::str::from_utf8(character).is_ok());
        if whole {
            good += 1;
        } else {
            broken += 1;
        }
        rest = here.get(if whole { length } else { 1 }..).unwrap_or_default();
    }
}

fn windows_1252(byte: u8) -> char {
    let (text, _) = WINDOWS_1252.decode_without_bom_handling(std::slice::from_ref(&byte));
    text.chars().next().unwrap_or('\u{FFFD}')
}

fn cp850(byte: u8) -> char {
    match byte.checked_sub(128) {
        None => char::from(byte),
        Some(at) => CP850.get(usize::from(at)).copied().unwrap_or('\u{FFFD}'),
    }
}

/// Decodes CP850, plain stretches at once.
fn from_cp850(bytes: &[u8]) -> Cow<'_, str> {
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 16);
    for chunk in bytes.chunk_by(|a, b| a.is_ascii() == b.is_ascii()) {
        match std::str::from_utf8(chunk) {
            Ok(plain) if plain.is_ascii() => text.push_str(plain),
            _ => text.extend(chunk.iter().map(|byte| cp850(*byte))),
        }
    }
    Cow::Owned(text)
}

/// How often each byte above 0x7F comes, by what stands before and behind it.
struct Tally {
    counts: [[u32; 128]; PLACES.len()],
    /// The bytes that came at all, from 0x80 on.
    met: u128,
}

/// What stands on one side of a character. Another accent counts as a small letter: most are.
#[derive(Clone, Copy, PartialEq)]
enum Side {
    Small,
    Capital,
    Other,
}

/// What stands before a character, and behind it.
#[derive(Clone, Copy, PartialEq)]
struct Place {
    before: Side,
    behind: Side,
}

const PLACES: [Place; 9] = {
    use Side::{Capital, Other, Small};
    [
        Place { before: Small, behind: Small },
        Place { before: Small, behind: Capital },
        Place { before: Small, behind: Other },
        Place { before: Capital, behind: Small },
        Place { before: Capital, behind: Capital },
        Place { before: Capital, behind: Other },
        Place { before: Other, behind: Small },
        Place { before: Other, behind: Capital },
        Place { before: Other, behind: Other },
    ]
};

/// Where a place stands among [`PLACES`].
fn place(before: u8, behind: u8) -> usize {
    let side = |byte| match byte {
        b'a'..=b'z' | 128.. => 0,
        b'A'..=b'Z' => 1,
        _ => 2,
    };
    side(before) * 3 + side(behind)
}

impl Tally {
    fn of(bytes: &[u8]) -> Self {
        let mut tally = Self { counts: [[0; 128]; PLACES.len()], met: 0 };
        let mut start = 0;
        for chunk in bytes.chunks(64) {
            // Most stretches of a report are plain.
            if !chunk.is_ascii() {
                for (at, byte) in (start..).zip(chunk) {
                    if *byte >= 128 {
                        tally.count(bytes, at, *byte);
                    }
                }
            }
            start += chunk.len();
        }
        tally
    }

    fn count(&mut self, bytes: &[u8], at: usize, byte: u8) {
        let before = at.checked_sub(1).and_then(|before| bytes.get(before)).copied().unwrap_or(b' ');
        let behind = bytes.get(at + 1).copied().unwrap_or(b' ');
        self.met |= 1 << (byte & 127);
        let slot = self.counts.get_mut(place(before, behind));
        if let Some(count) = slot.and_then(|counts| counts.get_mut(usize::from(byte & 127))) {
            *count = count.saturating_add(1);
        }
    }

    /// The bytes that came, from 0x80 on, each once.
    fn met(&self) -> Vec<u8> {
        let mut met = self.met;
        let mut bytes = Vec::with_capacity(32);
        while met != 0 {
            bytes.push(128 | u8::try_from(met.trailing_zeros()).unwrap_or(0));
            met &= met - 1;
        }
        bytes
    }

    /// How French the text reads, where the bytes met are these characters.
    fn score(&self, met: &[u8], characters: impl Iterator<Item = char>) -> i64 {
        let mut score = 0i64;
        for (byte, c) in met.iter().zip(characters) {
            for (counts, place) in self.counts.iter().zip(PLACES) {
                let count = counts.get(usize::from(byte & 127)).copied().unwrap_or(0);
                if count > 0 {
                    score += i64::from(count) * weight(c, place);
                }
            }
        }
        score
    }
}

/// How likely a character is in French medical text, where it stands.
fn weight(c: char, place: Place) -> i64 {
    let inside = place.behind == Side::Small;
    let first = place.before == Side::Other;
    let after_small = place.before == Side::Small;
    match c {
        'é' | 'è' | 'à' | 'ê' | 'ç' | 'ô' | 'î' | 'û' | 'â' | 'ï' | 'ë' | 'ù' if place.behind == Side::Capital => {
            -2
        }
        'é' => 5,
        // « à », « déjà », « où »: nothing follows.
        'à' | 'ù' if !inside => 5,
        'à' => -2,
        // « prélèvement », « même »: something does; few words begin so (« âge », « être »).
        'ê' | 'è' | 'ô' | 'û' | 'ï' | 'ë' if inside && first => 1,
        'â' | 'î' if inside && first => 3,
        'è' | 'ê' | 'ç' | 'ô' | 'î' | 'û' | 'â' | 'ï' if inside => 4,
        'ë' if inside => 3,
        'è' | 'ê' | 'ô' | 'î' | 'û' | 'â' | 'ï' | 'ë' | 'ç' | 'ù' => 0,
        '°' | 'µ' | '²' | '³' | '±' if !after_small => 3,
        '°' | 'µ' | '²' | '³' => 1,
        '\u{A0}' | '«' | '»' | '’' | '–' | '€' | '…' | '•' | '≥' | '≤' => 1,
        'É' | 'È' | 'À' if !after_small => 4,
        'Ç' | 'Ê' | 'Ô' | 'Î' | 'Œ' if !after_small => 2,
        'œ' | 'æ' | 'ü' | 'ö' | 'ä' | 'ñ' => 1,
        _ => -4,
    }
}
