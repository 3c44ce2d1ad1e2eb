//! Escape sequences of HL7 v2 that need more than one sign (chapter 2, 2.7). It must never take for one what is none.

use crate::text;

/// `X0D0A`: bytes, of which line ends and printable ones are kept.
pub(super) fn hexadecimal(sequence: &str, out: &mut String) -> bool {
    let Some(digits) = sequence.strip_prefix('X').filter(|digits| digits.len() >= 2 && digits.len().is_multiple_of(2))
    else {
        return false;
    };
    if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return false;
    }
    let bytes: Vec<u8> = digits
        .as_bytes()
        .chunks(2)
        .filter_map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect();
    let decoded = text::charset::detect(&bytes);
    out.extend(decoded.text.replace("\r\n", "\n").chars().map(|c| if c == '\r' { '\n' } else { c }));
    true
}

/// `.sp2`, `.in4`, `.ti-2`, `.sk3`: lines and blanks.
pub(super) fn spacing(sequence: &str, out: &mut String) -> bool {
    let Some((kind, amount)) = sequence.split_at_checked(3) else { return false };
    let amount = amount.trim_start_matches(['+', '-']);
    if amount.is_empty() || amount.len() > 2 || !amount.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    match kind {
        ".sp" => out.push('\n'),
        ".sk" => out.push(' '),
        ".in" | ".ti" => {}
        _ => return false,
    }
    true
}
