//! An archive whose directory is missing (cut on its way): its entries are looked for one after the other. It must
//! never unpack anything; where an entry's end is not said, the next signature ends it.

use super::{Archive, ENCRYPTED, Entry, LOCAL, LOCAL_LENGTH, Record, Refused, SIZES_BEHIND, is_folder, path};
use memchr::memmem;

/// Reads the local headers.
pub(super) fn read(bytes: &[u8], most: usize) -> Result<Archive<'_>, Refused> {
    let mut archive = Archive { entries: Vec::new(), broken: true };
    let (mut at, mut met) = (0usize, 0usize);
    while let Some(found) = bytes.get(at..).and_then(|rest| memmem::find(rest, &LOCAL)) {
        let start = at + found;
        at = start + LOCAL.len();
        let Some(local) = Record::at(bytes, start, LOCAL, LOCAL_LENGTH) else { break };
        met += 1;
        if met > most {
            return Err(Refused::Limit);
        }
        let name_at = start + LOCAL_LENGTH;
        let name_end = name_at + usize::from(local.u16(26));
        let content = name_end + usize::from(local.u16(28));
        let (Some(name), Some(rest)) = (bytes.get(name_at..name_end), bytes.get(content..)) else { continue };
        let behind = local.u16(6) & SIZES_BEHIND != 0;
        let length = match usize::try_from(local.u32(18)) {
            Ok(length) if !behind && length <= rest.len() => length,
            _ => next_record(rest),
        };
        at = content + length;
        let path = path(name);
        if name.is_empty() || is_folder(&path) {
            continue;
        }
        archive.entries.push(Entry {
            path,
            packed: rest.get(..length).unwrap_or_default(),
            method: local.u16(8),
            declared: (!behind).then(|| u64::from(local.u32(22))),
            crc: (!behind).then(|| local.u32(14)),
            encrypted: local.u16(6) & ENCRYPTED != 0,
        });
    }
    if archive.entries.is_empty() { Err(Refused::Broken) } else { Ok(archive) }
}

/// How far it is to the next record of the archive, or to its end.
fn next_record(rest: &[u8]) -> usize {
    memmem::find_iter(rest, b"PK")
        .find(|at| {
            let signature = rest.get(*at + 2..*at + 4).unwrap_or_default();
            matches!(signature, b"\x01\x02" | b"\x03\x04" | b"\x07\x08" | b"\x05\x06" | b"\x06\x06")
        })
        .unwrap_or(rest.len())
}
