//! How much is read of what comes from outside. Every limit is asked before the work it bounds, never after.

/// A message (or file) larger than this is not read in full: only its head is.
pub const MESSAGE_BYTES: usize = 25 * 1024 * 1024;
/// What is read of a message that is too large, for its sender, subject and date.
pub const HEAD_BYTES: usize = 64 * 1024;
/// What is read of the header block of one part.
pub const PART_HEAD_BYTES: usize = 64 * 1024;
/// Parts of a message, the containers included.
pub const PARTS: usize = 1000;
/// Parts in parts, and messages in messages.
pub const MIME_DEPTH: usize = 50;
/// Elements in elements of an HTML text; beyond, they are read as if they stood side by side.
pub const HTML_NESTING: usize = 256;
/// What is read of one HTML text.
pub const HTML_BYTES: usize = 2 * 1024 * 1024;
/// Text shown of one attachment.
pub const SHOWN_TEXT_BYTES: usize = 256 * 1024;
/// Text of the message's own words.
pub const BODY_BYTES: usize = 1024 * 1024;
/// Text for the search.
pub const SEARCH_TEXT_BYTES: usize = 64 * 1024;
/// Characters of an attachment's name.
pub const NAME_CHARS: usize = 120;
/// Warnings kept for one message.
pub const WARNINGS: usize = 100;
/// Results read of one payload; beyond, their lines stand in the text.
pub const RESULTS: usize = 20_000;
/// Reports read of one payload; beyond, their lines stand in the text of the last.
pub const REPORTS: usize = 1000;
/// Recipients of one report that are told apart; beyond, they stand in the text.
pub const RECIPIENTS: usize = 50;
