//! The rich text of Outlook: unpacked (MS-OXRTFCP) and reduced to its words. It must never give formatting for words, nor
//! hold more than [`limits::HTML_BYTES`].

use crate::limits;
use crate::text::charset;

/// What the dictionary holds before anything is read (MS-OXRTFCP 2.1.2.1).
const DICTIONARY: &[u8] = b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \
\\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \
\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";
const DICTIONARY_BYTES: usize = 4096;
const PACKED: [u8; 4] = *b"LZFu";
const PLAIN: [u8; 4] = *b"MELA";

/// Unpacks a rich text; none where it is none.
pub(super) fn unpacked(bytes: &[u8]) -> Option<Vec<u8>> {
    let size = bytes.get(4..8)?.first_chunk().map(|four| u32::from_le_bytes(*four))?;
    let most = usize::try_from(size).ok()?.min(limits::HTML_BYTES);
    let kind = bytes.get(8..12)?;
    let content = bytes.get(16..)?;
    if kind == PLAIN {
        return Some(content.get(..most).unwrap_or(content).to_vec());
    }
    if kind != PACKED {
        return None;
    }
    let mut window = [b' '; DICTIONARY_BYTES];
    for (slot, byte) in window.iter_mut().zip(DICTIONARY) {
        *slot = *byte;
    }
    let mut next = DICTIONARY.len();
    let mut text = Vec::new();
    let mut rest = content.iter().copied();
    'all: while let Some(control) = rest.next() {
        for bit in 0..8 {
            if text.len() >= most {
                break 'all;
            }
            let Some(first) = rest.next() else { break 'all };
            if control >> bit & 1 == 0 {
                push(first, &mut text, &mut window, &mut next);
                continue;
            }
            let Some(second) = rest.next() else { break 'all };
            let reference = usize::from(u16::from_be_bytes([first, second]));
            let (from, length) = (reference >> 4, (reference & 15) + 2);
            // A reference to where the next byte goes says the end.
            if from == next {
                break 'all;
            }
            for at in from..from + length {
                let byte = window.get(at % DICTIONARY_BYTES).copied().unwrap_or(b' ');
                push(byte, &mut text, &mut window, &mut next);
            }
        }
    }
    text.truncate(most);
    Some(text)
}

fn push(byte: u8, text: &mut Vec<u8>, window: &mut [u8], next: &mut usize) {
    text.push(byte);
    if let Some(slot) = window.get_mut(*next) {
        *slot = byte;
    }
    *next = (*next + 1) % DICTIONARY_BYTES;
}

/// Groups whose content is no text.
const SILENT: [&[u8]; 8] =
    [b"fonttbl", b"colortbl", b"stylesheet", b"info", b"pict", b"object", b"htmltag", b"themedata"];

/// The words of a rich text.
pub(super) fn text(rtf: &[u8]) -> String {
    let mut words: Vec<u8> = Vec::new();
    let mut text = String::new();
    // How deep groups are open; from which depth on nothing is text.
    let (mut depth, mut silent) = (0usize, None::<usize>);
    let mut rest = rtf;
    // Characters that stand for the last `\u` where nobody reads it.
    let mut skip = 0usize;
    while let Some((byte, tail)) = rest.split_first() {
        rest = tail;
        match byte {
            b'{' => depth += 1,
            b'}' => {
                silent = silent.filter(|from| *from < depth);
                depth = depth.saturating_sub(1);
            }
            b'\\' => {
                let (word, number, after) = control(tail);
                rest = after;
                let heard = silent.is_none();
                match word {
                    b"*" => silent = silent.or(Some(depth)),
                    b"par" | b"line" | b"row" | b"sect" | b"page" if heard => words.push(b'\n'),
                    b"tab" | b"cell" if heard => words.push(b'\t'),
                    b"'" if heard && skip > 0 => skip -= 1,
                    b"'" if heard => words.extend(number.and_then(|code| u8::try_from(code).ok())),
                    b"u" if heard => {
                        flush(&mut words, &mut text);
                        let code = number.map_or(0xFFFD, |code| if code < 0 { code + 0x1_0000 } else { code });
                        text.push(u32::try_from(code).ok().and_then(char::from_u32).unwrap_or('\u{FFFD}'));
                        skip = 1;
                    }
                    b"\\" | b"{" | b"}" if heard => words.extend_from_slice(word),
                    b"~" if heard => words.push(b' '),
                    word if SILENT.contains(&word) => silent = silent.or(Some(depth)),
                    _ => {}
                }
            }
            b'\r' | b'\n' => {}
            _ if silent.is_some() => {}
            _ if skip > 0 => skip -= 1,
            _ => words.push(*byte),
        }
    }
    flush(&mut words, &mut text);
    text
}

/// Bytes are in the code page of the writer; what they are is told by all of them at once.
fn flush(words: &mut Vec<u8>, text: &mut String) {
    text.push_str(&charset::detect(words).text);
    words.clear();
}

/// A control word after its backslash, its number, and what follows.
fn control(bytes: &[u8]) -> (&[u8], Option<i32>, &[u8]) {
    let letters = bytes.iter().take(32).take_while(|byte| byte.is_ascii_alphabetic()).count();
    if letters == 0 {
        let (word, rest) = bytes.split_at_checked(1).unwrap_or((bytes, &[]));
        if word != b"'" {
            return (word, None, rest);
        }
        let (digits, rest) = rest.split_at_checked(2).unwrap_or((rest, &[]));
        let code = std::str::from_utf8(digits).ok().and_then(|digits| i32::from_str_radix(digits, 16).ok());
        return (word, code, rest);
    }
    let (word, rest) = bytes.split_at_checked(letters).unwrap_or((bytes, &[]));
    let sign = usize::from(rest.first() == Some(&b'-'));
    let digits = sign + rest.iter().skip(sign).take(10).take_while(|byte| byte.is_ascii_digit()).count();
    let (number, after) = rest.split_at_checked(digits).unwrap_or((rest, &[]));
    let number = std::str::from_utf8(number).ok().and_then(|number| number.parse().ok());
    let after = if number.is_some() || digits == 0 { after } else { rest };
    (word, number, after.strip_prefix(b" ").unwrap_or(after))
}
