//! Which character encoding a text is in: a mark at its start, then strict UTF-8, then the reading that makes the most
//! French. It must decide over the whole text, since a single byte says nothing (0x88 is `à` in MacRoman and `ê` in
//! CP850), and must never fail: every byte has a character in the last resort, Windows-1252.

use bannette_api::report::TextEncoding;
use encoding_rs::{Encoding, ISO_8859_15, MACINTOSH, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use std::borrow::Cow;
use std::sync::LazyLock;

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

/// Decodes a text whose encoding nobody says. Where its letters were encoded twice on the way, they are put right.
pub(crate) fn detect(bytes: &[u8]) -> Decoded<'_> {
    if bytes.is_ascii() {
        return detect_once(bytes);
    }
    let decoded = detect_once(bytes);
    if let Some(text) = once(decoded.text.chars()) {
        return Decoded { text: Cow::Owned(text), encoding: decoded.encoding };
    }
    // What was encoded twice is no French in any encoding, so that none was recognised by it.
    if matches!(decoded.encoding, "windows-1252" | "ibm850" | "macintosh") {
        for (upper, encoding) in [(&WESTERN.mac, "macintosh"), (&CP850, "ibm850")] {
            if let Some(text) = once(bytes.iter().map(|byte| character(*byte, upper))) {
                return Decoded { text: Cow::Owned(text), encoding };
            }
        }
    }
    decoded
}

/// A text in which UTF-8 was taken for Windows-1252 or Latin-1 and encoded again (`Ã©` for `é`), put right. Nothing where
/// a single letter beyond ASCII does not read so: no right French text reads so all over, and most is left at its first.
fn once(letters: impl Iterator<Item = char>) -> Option<String> {
    let mut right = String::new();
    let mut run = Vec::new();
    for letter in letters {
        if letter.is_ascii() {
            end_run(&mut run, &mut right)?;
            right.push(letter);
        } else {
            run.push(byte_of(letter)?);
        }
    }
    end_run(&mut run, &mut right)?;
    Some(right)
}

/// What letters beyond ASCII that follow one another stand for. Nothing where that is no French.
fn end_run(run: &mut Vec<u8>, right: &mut String) -> Option<()> {
    let letters = std::str::from_utf8(run).ok().filter(|letters| letters.chars().all(is_of_french))?;
    right.push_str(letters);
    run.clear();
    Some(())
}

/// The byte that Windows-1252 shows as this character; Latin-1 for those that it leaves free.
fn byte_of(letter: char) -> Option<u8> {
    let at = WESTERN.windows.iter().position(|known| *known == letter);
    let at = at.and_then(|at| u8::try_from(at).ok()).map(|at| at | 0x80);
    at.or_else(|| u8::try_from(u32::from(letter)).ok())
}

/// Whether a character is one that French reports use.
fn is_of_french(letter: char) -> bool {
    letter.is_ascii()
        || matches!(
            letter,
            '\u{A0}'
                ..='\u{FF}'
                    | 'œ'
                    | 'Œ'
                    | '’'
                    | '‘'
                    | '“'
                    | '”'
                    | '–'
                    | '—'
                    | '…'
                    | '•'
                    | '€'
                    | '≤'
                    | '≥'
                    | 'μ'
                    | '‰'
                    | '→'
        )
}

/// The same, as it stands there.
fn detect_once(bytes: &[u8]) -> Decoded<'_> {
    if let Some(decoded) = marked(bytes) {
        return decoded;
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Decoded { text: Cow::Borrowed(text), encoding: "utf-8" };
    }
    let tally = Tally::of(bytes);
    if tally.whole >= 4 * tally.broken {
        return almost_utf8(bytes);
    }
    let [windows, dos, mac] = tally.scores;
    if windows >= dos && windows >= mac {
        Decoded { text: single(bytes, &WESTERN.windows), encoding: "windows-1252" }
    } else if dos >= mac {
        Decoded { text: single(bytes, &CP850), encoding: "ibm850" }
    } else {
        Decoded { text: single(bytes, &WESTERN.mac), encoding: "macintosh" }
    }
}

/// Decodes a text as a person orders; without an order, as [`detect`] does. What is no character in the encoding ordered
/// is shown as such: the bytes are kept, and another order may be given.
pub(crate) fn ordered(bytes: &[u8], order: Option<TextEncoding>) -> Decoded<'_> {
    let Some(order) = order else { return detect(bytes) };
    let encoding = match order {
        TextEncoding::Ibm850 => {
            return Decoded { text: single(bytes, &CP850), encoding: order.iana() };
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
    if let Some(text) = label.and_then(|label| utf_7(bytes, label)) {
        return Decoded { text, encoding: "utf-7" };
    }
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

/// UTF-7 (RFC 2152), which browsers refuse and old mail programs still send; nothing where the label or the bytes are of
/// another one.
fn utf_7<'a>(bytes: &'a [u8], label: &str) -> Option<Cow<'a, str>> {
    let charset = charset::Charset::for_label(label.trim().as_bytes())?;
    if charset.name() != "UTF-7" || !bytes.is_ascii() {
        return None;
    }
    let (text, broken) = charset.decode_without_bom_handling(bytes);
    (!broken).then_some(text)
}

/// Whether a sender names an encoding that nobody here knows. What it wrote is then read as what it most likely is.
pub(crate) fn is_unknown(label: &str) -> bool {
    charset::Charset::for_label(label.trim().as_bytes()).is_none()
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
fn almost_utf8(bytes: &[u8]) -> Decoded<'_> {
    // A broken byte still stands for something: it is read as Windows-1252, not replaced.
    let mut text = String::with_capacity(bytes.len() + 8);
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|byte| character(*byte, &WESTERN.windows)));
    }
    Decoded { text: Cow::Owned(text), encoding: "utf-8" }
}

/// How long the UTF-8 character is that begins here, beyond ASCII. None: it does not hold together.
fn whole_character(bytes: &[u8]) -> Option<usize> {
    let length = match bytes.first()? {
        0xC2..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xF4 => 4,
        _ => return None,
    };
    std::str::from_utf8(bytes.get(..length)?).is_ok().then_some(length)
}

/// What a byte stands for where each byte is a character. `upper`: the characters from 0x80 on.
fn character(byte: u8, upper: &[char; 128]) -> char {
    match byte.checked_sub(128) {
        None => char::from(byte),
        Some(at) => upper.get(usize::from(at)).copied().unwrap_or('\u{FFFD}'),
    }
}

/// Decodes a text in which each byte is a character, plain stretches at once. `upper`: the characters from 0x80 on.
fn single<'a>(bytes: &'a [u8], upper: &[char; 128]) -> Cow<'a, str> {
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 16);
    let mut start = 0;
    for at in beyond_ascii(bytes) {
        text.push_str(bytes.get(start..at).and_then(|plain| std::str::from_utf8(plain).ok()).unwrap_or_default());
        text.extend(bytes.get(at).map(|byte| character(*byte, upper)));
        start = at + 1;
    }
    text.push_str(bytes.get(start..).and_then(|plain| std::str::from_utf8(plain).ok()).unwrap_or_default());
    Cow::Owned(text)
}

/// Where the bytes beyond ASCII stand: eight bytes are looked at at once, since most are plain.
fn beyond_ascii(bytes: &[u8]) -> impl Iterator<Item = usize> {
    let (words, last) = bytes.as_chunks::<8>();
    let mut padded = [0; 8];
    padded.iter_mut().zip(last).for_each(|(slot, byte)| *slot = *byte);
    let words = words.iter().copied().chain(std::iter::once(padded)).map(u64::from_le_bytes);
    (0..).step_by(8).zip(words).flat_map(|(start, word)| {
        let mut marks = word & 0x8080_8080_8080_8080;
        std::iter::from_fn(move || {
            let at = usize::try_from(marks.trailing_zeros() / 8).ok().filter(|at| *at < 8)?;
            marks &= marks - 1;
            Some(start + at)
        })
    })
}

/// The encodings of one byte a character that French laboratories use.
struct Western {
    /// Windows-1252, from 0x80 on.
    windows: [char; 128],
    /// MacRoman, from 0x80 on.
    mac: [char; 128],
    /// How French each byte reads, from 0x80 on, in each place of [`PLACES`], if it is Windows-1252, CP850, MacRoman.
    weights: [[[i64; 3]; PLACES.len()]; 128],
}

static WESTERN: LazyLock<Western> = LazyLock::new(|| {
    let upper: [u8; 128] = std::array::from_fn(|at| 128 | u8::try_from(at).unwrap_or(0));
    let of = |encoding: &'static Encoding| {
        let text = encoding.decode_without_bom_handling(&upper).0;
        let mut characters = text.chars();
        std::array::from_fn(|_| characters.next().unwrap_or('\u{FFFD}'))
    };
    let (windows, mac) = (of(WINDOWS_1252), of(MACINTOSH));
    let weights = upper
        .map(|byte| PLACES.map(|place| [&windows, &CP850, &mac].map(|upper| weight(character(byte, upper), place))));
    Western { windows, mac, weights }
});

/// What the bytes beyond ASCII are, all over a text.
struct Tally {
    /// Characters that hold together as UTF-8.
    whole: usize,
    /// Bytes that are of none.
    broken: usize,
    /// How French the text reads, if it is Windows-1252, CP850, MacRoman.
    scores: [i64; 3],
}

impl Tally {
    fn of(bytes: &[u8]) -> Self {
        let weights = &WESTERN.weights;
        let mut tally = Self { whole: 0, broken: 0, scores: [0; 3] };
        let mut next = 0;
        for at in beyond_ascii(bytes) {
            if at >= next {
                let length = bytes.get(at..).and_then(whole_character);
                tally.whole += usize::from(length.is_some());
                tally.broken += usize::from(length.is_none());
                next = at + length.unwrap_or(1);
            }
            let byte = |at: usize| bytes.get(at).copied().unwrap_or(b' ');
            let place = place(at.checked_sub(1).map_or(b' ', byte), byte(at + 1));
            if let Some(weights) = weights.get(usize::from(byte(at) & 127)).and_then(|places| places.get(place)) {
                tally.scores.iter_mut().zip(weights).for_each(|(score, weight)| *score += weight);
            }
        }
        tally
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SENTENCE: &str = "Protéinurie élevée à répéter très bientôt, 3 µg/L – l’œdème « régresse »";

    /// UTF-8 as who takes it for Windows-1252 (Latin-1 where that is free) reads it.
    fn taken_for_western(text: &str) -> String {
        text.bytes().map(|byte| character(byte, &WESTERN.windows)).collect()
    }

    #[test]
    fn letters_that_were_encoded_twice_are_put_right() {
        let twice = taken_for_western(SENTENCE);
        assert!(twice.contains("Ã©"));
        assert_eq!(detect(twice.as_bytes()).text, SENTENCE, "in UTF-8 again");
        let short = "Protéinurie élevée à répéter très bientôt";
        let again = taken_for_western(short);
        assert_eq!(detect(&MACINTOSH.encode(&again).0).text, short, "in Mac Roman");
    }

    #[test]
    fn a_text_in_which_one_letter_is_right_stays() {
        let mixed = format!("{} puis é", taken_for_western("élevée"));
        assert_eq!(detect(mixed.as_bytes()).text, mixed);
    }

    #[test]
    fn utf_7() {
        let read = |bytes: &'static [u8], label| declared(bytes, Some(label)).text;
        assert_eq!(read(b"D+AOk-pistage n+AOk-gatif +AOA- confirmer", "utf-7"), "Dépistage négatif à confirmer");
        assert_eq!(read(b"1 + 1 = 2", "UTF-7"), "1 + 1 = 2");
        assert!(is_unknown("x-inconnu") && !is_unknown("iso-8859-15") && !is_unknown("UTF-7"));
    }

    proptest! {
        /// Right text stays as it is, in each encoding.
        #[test]
        fn right_french_stays(words in "([A-Z]?[a-zéèêàâçôîûùëïœÉÈÀÇ]{1,9}[ ,.'’:«»°µ±²-]){1,30}") {
            prop_assert_eq!(detect(words.as_bytes()).text, words.as_str());
        }
    }
}
