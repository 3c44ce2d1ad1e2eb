//! The central directory of an archive: what it holds, and where. It must never unpack anything.

use super::{Archive, ENCRYPTED, Entry, LOCAL, LOCAL_LENGTH, Record, Refused, is_folder, path};
use memchr::memmem;

/// `PK\5\6`, twenty-two bytes, then a comment.
const END: [u8; 4] = *b"PK\x05\x06";
const END_LENGTH: usize = 22;
/// The farthest that the end record can stand from the end of the archive: a comment of 65535 bytes.
const END_DISTANCE: usize = END_LENGTH + 0xFFFF;
const END64_LOCATOR: [u8; 4] = *b"PK\x06\x07";
const END64_LOCATOR_LENGTH: usize = 20;
const END64: [u8; 4] = *b"PK\x06\x06";
const END64_LENGTH: usize = 56;
const CENTRAL: [u8; 4] = *b"PK\x01\x02";
const CENTRAL_LENGTH: usize = 46;
/// The extra field of sizes and places above four gigabytes.
const ZIP64: u16 = 1;

/// Where the central directory stands.
struct Directory {
    start: usize,
    entries: u64,
    /// Bytes before the archive (an archive put behind something else): every place in it is off by so many.
    before: u64,
}

/// Reads the central directory.
pub(super) fn read(bytes: &[u8], most: usize) -> Result<Archive<'_>, Refused> {
    let directory = find(bytes).ok_or(Refused::Broken)?;
    if usize::try_from(directory.entries).map_or(true, |entries| entries > most) {
        return Err(Refused::Limit);
    }
    let mut archive = Archive { entries: Vec::new(), broken: false };
    let mut places: Vec<(usize, usize)> = Vec::new();
    let (mut at, mut met) = (directory.start, 0u64);
    while let Some(record) = Record::at(bytes, at, CENTRAL, CENTRAL_LENGTH) {
        met += 1;
        if usize::try_from(met).map_or(true, |met| met > most) {
            return Err(Refused::Limit);
        }
        let name_length = usize::from(record.u16(28));
        let extra_length = usize::from(record.u16(30));
        let name_at = at + CENTRAL_LENGTH;
        let extra_at = name_at + name_length;
        let name = bytes.get(name_at..extra_at).unwrap_or_default();
        let extra = bytes.get(extra_at..extra_at + extra_length).unwrap_or_default();
        at = extra_at + extra_length + usize::from(record.u16(32));
        let sizes = Sizes::of(record, extra);
        let Some((start, content)) = place(bytes, sizes.offset.saturating_add(directory.before)) else {
            archive.broken = true;
            continue;
        };
        let wanted = usize::try_from(sizes.packed).unwrap_or(usize::MAX);
        let end = content.saturating_add(wanted).min(bytes.len());
        archive.broken |= end - content < wanted;
        places.push((start, end));
        let path = path(name);
        if is_folder(&path) {
            continue;
        }
        archive.entries.push(Entry {
            path,
            packed: bytes.get(content..end).unwrap_or_default(),
            method: record.u16(10),
            declared: Some(sizes.unpacked),
            crc: Some(record.u32(16)),
            encrypted: record.u16(8) & ENCRYPTED != 0,
        });
    }
    if overlap(&mut places) {
        return Err(Refused::Limit);
    }
    archive.broken |= met != directory.entries;
    if archive.entries.is_empty() && (archive.broken || directory.entries > 0 && places.is_empty()) {
        return Err(Refused::Broken);
    }
    Ok(archive)
}

/// Finds the central directory by the record at the end of the archive.
fn find(bytes: &[u8]) -> Option<Directory> {
    let from = bytes.len().saturating_sub(END_DISTANCE);
    let end_at = from + memmem::rfind(bytes.get(from..)?, &END)?;
    let end = Record::at(bytes, end_at, END, END_LENGTH)?;
    let large = end64(bytes, end_at);
    let (entries, size, offset, behind) = match large {
        Some((record, at)) => (record.u64(32), record.u64(40), record.u64(48), at),
        None => (u64::from(end.u16(10)), u64::from(end.u32(12)), u64::from(end.u32(16)), end_at),
    };
    // The directory stands right before its end record, whatever it says of its own place.
    let start = behind.checked_sub(usize::try_from(size).ok()?)?;
    let before = u64::try_from(start).ok()?.checked_sub(offset)?;
    Some(Directory { start, entries, before })
}

/// The end record of large archives, where a locator stands before the plain one.
fn end64(bytes: &[u8], end_at: usize) -> Option<(Record<'_>, usize)> {
    let locator_at = end_at.checked_sub(END64_LOCATOR_LENGTH)?;
    let locator = Record::at(bytes, locator_at, END64_LOCATOR, END64_LOCATOR_LENGTH)?;
    let at = usize::try_from(locator.u64(8)).ok()?;
    if let Some(record) = Record::at(bytes, at, END64, END64_LENGTH) {
        return Some((record, at));
    }
    // An archive put behind something else: the record stands right before its locator.
    let at = locator_at.checked_sub(END64_LENGTH)?;
    Some((Record::at(bytes, at, END64, END64_LENGTH)?, at))
}

/// The sizes and the place of an entry.
struct Sizes {
    packed: u64,
    unpacked: u64,
    offset: u64,
}

impl Sizes {
    fn of(record: Record<'_>, extra: &[u8]) -> Self {
        let mut large = large_numbers(extra);
        let mut number = |at: usize| match record.u32(at) {
            u32::MAX => large.next().unwrap_or(u64::from(u32::MAX)),
            small => u64::from(small),
        };
        // In this order in the extra field (APPNOTE 4.5.3).
        let unpacked = number(24);
        let packed = number(20);
        let offset = number(42);
        Self { packed, unpacked, offset }
    }
}

/// The numbers of the extra field of large archives.
fn large_numbers(extra: &[u8]) -> impl Iterator<Item = u64> {
    let mut rest = extra;
    let mut found: &[u8] = &[];
    while let [a, b, c, d, tail @ ..] = rest {
        let length = usize::from(u16::from_le_bytes([*c, *d]));
        let (content, after) = tail.split_at_checked(length).unwrap_or((tail, &[]));
        if u16::from_le_bytes([*a, *b]) == ZIP64 {
            found = content;
            break;
        }
        rest = after;
    }
    found.chunks_exact(8).filter_map(|chunk| chunk.first_chunk().map(|number| u64::from_le_bytes(*number)))
}

/// Where an entry begins, and where its content does.
fn place(bytes: &[u8], offset: u64) -> Option<(usize, usize)> {
    let start = usize::try_from(offset).ok()?;
    let local = Record::at(bytes, start, LOCAL, LOCAL_LENGTH)?;
    let content = start + LOCAL_LENGTH + usize::from(local.u16(26)) + usize::from(local.u16(28));
    (content <= bytes.len()).then_some((start, content))
}

/// Whether two entries share bytes: so do archives that unpack one content a thousand times.
fn overlap(places: &mut [(usize, usize)]) -> bool {
    places.sort_unstable();
    places.windows(2).any(|pair| matches!(pair, [(_, end), (start, _)] if start < end))
}
