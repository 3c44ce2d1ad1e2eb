//! Names of attachments, made safe to show and to write. It must never let a path, a control character or a name
//! that a system reserves go through.

use crate::limits;

/// The name that stands for one of which nothing is left.
const NAMELESS: &str = "document";

/// Names that Windows keeps for devices, whatever their extension.
const RESERVED: [&str; 4] = ["CON", "PRN", "AUX", "NUL"];

/// A name without path, control characters, reserved names, leading dots, trailing dots or spaces, of at most
/// [`limits::NAME_CHARS`] characters; and whether it had to be changed. `../../x` gives `x`.
#[must_use]
pub fn safe_name(name: &str) -> (String, bool) {
    let last = name.rsplit(['/', '\\']).find(|piece| !piece.trim_matches(is_edge).is_empty()).unwrap_or_default();
    let cleaned: String = last.chars().filter(|c| !is_unsafe(*c)).collect();
    let trimmed = cleaned.trim_start_matches(is_edge).trim_end_matches(is_edge);
    let mut safe = shortened(trimmed);
    if safe.is_empty() {
        safe.push_str(NAMELESS);
    } else if is_reserved(&safe) {
        safe.insert(0, '_');
    }
    let changed = safe != name;
    (safe, changed)
}

/// Characters that may stand inside a name, not at its ends.
fn is_edge(c: char) -> bool {
    c == '.' || c.is_whitespace() || is_unsafe(c)
}

/// Characters that no name may hold: control and direction characters, and what Windows refuses.
fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*' | '/' | '\\')
        || matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
}

/// Cuts a long name in its middle, so that its extension stays.
fn shortened(name: &str) -> String {
    if name.chars().count() <= limits::NAME_CHARS {
        return name.to_owned();
    }
    let extension = match name.rsplit_once('.') {
        Some((_, extension)) if extension.chars().count() <= 10 => extension,
        _ => "",
    };
    let room = limits::NAME_CHARS - extension.chars().count() - 1;
    let start: String = name.chars().take(room).collect();
    let start = start.trim_end_matches(is_edge);
    if extension.is_empty() { start.to_owned() } else { format!("{start}.{extension}") }
}

/// `CON`, `nul.txt`, `COM1`, `LPT9.hpr`…
fn is_reserved(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end();
    if RESERVED.iter().any(|reserved| stem.eq_ignore_ascii_case(reserved)) {
        return true;
    }
    let mut chars = stem.chars();
    let port: String = chars.by_ref().take(3).collect();
    let number = matches!(chars.next(), Some('0'..='9' | '¹' | '²' | '³')) && chars.next().is_none();
    number && (port.eq_ignore_ascii_case("COM") || port.eq_ignore_ascii_case("LPT"))
}
