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
/// Text for the search of one report.
pub const SEARCH_TEXT_BYTES: usize = 64 * 1024;
/// Text for the search of all reports of a message: the body's words belong to each of them.
pub const MESSAGE_SEARCH_TEXT_BYTES: usize = 1024 * 1024;
/// What a report has of it whatever the others took: the names come first.
pub const LEAST_SEARCH_TEXT_BYTES: usize = 512;
/// Characters of an attachment's name.
pub const NAME_CHARS: usize = 120;
/// Warnings kept for one message.
pub const WARNINGS: usize = 100;
/// Results read of one payload; beyond, their lines stand in the text.
pub const RESULTS: usize = 20_000;
/// Reports read of one payload; beyond, their lines stand in the text of the last.
pub const REPORTS: usize = 1000;
/// Bytes unpacked of all archives of one message.
pub const UNPACKED_BYTES: usize = 200 * 1024 * 1024;
/// Entries read of all archives of one message.
pub const ARCHIVE_ENTRIES: usize = 1000;
/// How many times larger than its packed form an entry may be.
pub const ARCHIVE_RATIO: usize = 100;
/// An entry up to this size is unpacked whatever its ratio: what is small harms nobody, and a page of blanks packs well.
pub const ARCHIVE_SMALL_ENTRY: usize = 64 * 1024;
/// Archives in archives: an archive, and one in it.
pub const ARCHIVE_DEPTH: usize = 2;
/// Containers in containers (archive, message, TNEF, payload in a payload), whatever they are.
pub const CONTAINER_DEPTH: usize = 6;
/// What is read of one METADATA.XML.
pub const METADATA_BYTES: usize = 2 * 1024 * 1024;
/// Elements in elements of a METADATA.XML.
pub const METADATA_DEPTH: usize = 32;
/// Documents that one METADATA.XML may list.
pub const METADATA_DOCUMENTS: usize = 1000;
/// Attachments and properties read of one TNEF.
pub const TNEF_PARTS: usize = 1000;
/// Documents given to the reports of one message, each report's counted; beyond, they stand with the message only.
pub const GIVEN_DOCUMENTS: usize = 20_000;
/// Elements in elements of an XML document; those beyond are left out, their text is kept.
pub const XML_DEPTH: usize = 100;
/// Elements, attributes and pieces of text of an XML document, in all; what follows is text.
pub const XML_ITEMS: usize = 2_000_000;
/// Namespaces that are declared at the same time in an XML document.
pub const XML_NAMESPACES: usize = 64;
/// Attributes of one XML element; an element with more is a defect.
pub const XML_ATTRIBUTES: usize = 256;
/// How far the root of a CDA document is looked for.
pub const CDA_HEAD_BYTES: usize = 64 * 1024;
/// How far it is looked for when a stylesheet wraps it.
pub const CDA_WRAPPED_HEAD_BYTES: usize = 1024 * 1024;
/// Sections of one report.
pub const SECTIONS: usize = 2000;
/// Text of all the narratives of one report.
pub const NARRATIVE_BYTES: usize = 2 * 1024 * 1024;
/// Cells of all the tables of one report's narratives, those included that only fill a span.
pub const NARRATIVE_CELLS: usize = 100_000;
/// Columns of one table of a narrative.
pub const NARRATIVE_COLUMNS: usize = 100;
/// Text taken from a narrative for one label, value or comment.
pub const REFERENCE_BYTES: usize = 4 * 1024;
/// Elements and pieces of text walked through for all such texts of one payload.
pub const REFERENCE_STEPS: usize = 2_000_000;
/// All such texts of one payload together; beyond, codes stand in their place.
pub const REFERENCES_BYTES: usize = 8 * 1024 * 1024;
/// Documents that one payload carries in itself.
pub const EMBEDDED: usize = 200;
/// Words of the laboratory shown as one value.
pub const VALUE_BYTES: usize = 16 * 1024;
/// Comments of one result, or of one section.
pub const COMMENT_BYTES: usize = 16 * 1024;
/// Earlier values of one result.
pub const PREVIOUS: usize = 50;
/// Recipients of one report that are told apart; beyond, they stand in the text.
pub const RECIPIENTS: usize = 50;
