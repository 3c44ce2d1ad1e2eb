//! Zip archives (APPNOTE 6.3.10), read in memory: the list of entries, then the content of those that are wanted.
//!
//! Written here and not taken from a library because of what must hold: limits are asked before anything is unpacked,
//! entries that lie over one another are refused, two entries of one name are both seen, and an archive that was cut is
//! still read as far as it goes. It must never trust a size that it says of itself, never write a file, never follow a
//! path: a path is only a name here.

mod directory;
mod salvage;
mod unpack;

use crate::limits;

/// What may still be unpacked of one message, over all its archives.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Budget {
    /// Bytes.
    pub(crate) bytes: usize,
    /// Entries.
    pub(crate) entries: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self { bytes: limits::UNPACKED_BYTES, entries: limits::ARCHIVE_ENTRIES }
    }
}

/// The entries of an archive, in its order, without the folders.
#[derive(Debug)]
pub(crate) struct Archive<'a> {
    pub(crate) entries: Vec<Entry<'a>>,
    /// Whether something of it is missing or contradicts itself.
    pub(crate) broken: bool,
}

/// A file in an archive.
#[derive(Debug)]
pub(crate) struct Entry<'a> {
    /// Path as written, with its own separators; not safe to write.
    pub(crate) path: String,
    /// Packed content.
    packed: &'a [u8],
    method: u16,
    /// Unpacked size as the archive says it.
    declared: Option<u64>,
    crc: Option<u32>,
    encrypted: bool,
}

/// Why an archive is not opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// More entries or more bytes than are read, or entries over one another.
    Limit,
    /// No entry can be found.
    Broken,
}

/// The content of an entry.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Unpacked {
    /// All of it, as the archive says it should be.
    Whole(Vec<u8>),
    /// What could be unpacked: cut, or not what the archive says (size, checksum).
    Broken(Vec<u8>),
    /// It would be larger than what is unpacked.
    Limit,
    /// Encrypted.
    Encrypted,
    /// Packed in a way that is not read here.
    UnknownMethod,
}

/// Whether these bytes begin like a zip archive (empty ones included).
pub(crate) fn is_in(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

/// Lists an archive. Nothing is unpacked; its entries are taken from the budget.
pub(crate) fn list<'a>(bytes: &'a [u8], budget: &mut Budget) -> Result<Archive<'a>, Refused> {
    let archive = match directory::read(bytes, budget.entries) {
        Err(Refused::Broken) => salvage::read(bytes, budget.entries),
        read => read,
    }?;
    let declared = archive.entries.iter().fold(0u64, |sum, entry| sum.saturating_add(entry.declared.unwrap_or(0)));
    if usize::try_from(declared).is_ok_and(|declared| declared <= budget.bytes) {
        budget.entries = budget.entries.saturating_sub(archive.entries.len());
        Ok(archive)
    } else {
        Err(Refused::Limit)
    }
}

/// Reads little-endian numbers out of a record.
#[derive(Clone, Copy)]
struct Record<'a>(&'a [u8]);

impl<'a> Record<'a> {
    /// The record of `length` bytes at `at`, if it is all there and begins with this signature.
    fn at(bytes: &'a [u8], at: usize, signature: [u8; 4], length: usize) -> Option<Self> {
        let record = bytes.get(at..at.checked_add(length)?)?;
        record.starts_with(&signature).then_some(Self(record))
    }

    fn u16(self, at: usize) -> u16 {
        self.0.get(at..).and_then(|rest| rest.first_chunk()).map_or(0, |chunk| u16::from_le_bytes(*chunk))
    }

    fn u32(self, at: usize) -> u32 {
        self.0.get(at..).and_then(|rest| rest.first_chunk()).map_or(0, |chunk| u32::from_le_bytes(*chunk))
    }

    fn u64(self, at: usize) -> u64 {
        self.0.get(at..).and_then(|rest| rest.first_chunk()).map_or(0, |chunk| u64::from_le_bytes(*chunk))
    }
}

/// A local header: `PK\3\4`, thirty bytes, then name and extra fields.
const LOCAL: [u8; 4] = *b"PK\x03\x04";
const LOCAL_LENGTH: usize = 30;
/// Bit of the flags: encrypted.
const ENCRYPTED: u16 = 1;
/// Bit of the flags: sizes and checksum stand behind the content.
const SIZES_BEHIND: u16 = 8;

/// A name: UTF-8 where it holds, else what makes the most French.
fn path(name: &[u8]) -> String {
    crate::text::charset::detect(name).text.into_owned()
}

fn is_folder(path: &str) -> bool {
    path.ends_with(['/', '\\'])
}

#[cfg(test)]
#[allow(clippy::indexing_slicing)] // a test may fail so
mod tests {
    use super::{Budget, Unpacked, list};
    use bannette_synthetic::Zip;

    #[test]
    fn an_honest_size_is_refused_before_any_work_and_a_false_one_costs_what_was_tried() {
        let zeros = vec![0u8; 8 << 20];
        for (zip, free) in [(Zip::new().deflated("a", &zeros), true), (Zip::new().lying("a", &zeros, 10), false)] {
            let mut budget = Budget::default();
            let bytes = zip.finish();
            let archive = list(&bytes, &mut budget).unwrap();
            let before = budget.bytes;
            assert_eq!(archive.entries[0].unpack(&mut budget), Unpacked::Limit);
            assert_eq!(budget.bytes == before, free);
        }
    }
}
