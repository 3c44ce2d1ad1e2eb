//! Characters: from bytes in some encoding to text, and from HTML to plain text. It must never lose a byte that stands
//! for a character, and never do more than linear work.

pub(crate) mod charset;
pub(crate) mod entities;
pub(crate) mod html;

/// The longest start of `text` that fits in `limit` bytes.
pub(crate) fn cut(text: &str, limit: usize) -> &str {
    let mut end = limit.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}
