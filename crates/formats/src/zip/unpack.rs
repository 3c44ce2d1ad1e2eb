//! The content of an entry: stored or deflated (RFC 1951). It must never hold more than the budget, whatever the archive
//! says of its own sizes.

use super::{Budget, Entry, Unpacked};
use crate::limits;
use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress};

const STORED: u16 = 0;
const DEFLATED: u16 = 8;
/// What is first set aside for an entry whose size is not said.
const FIRST_BYTES: usize = 16 * 1024;

impl Entry<'_> {
    /// Unpacks an entry, and takes what it holds (or what was tried in vain) from the budget.
    pub(crate) fn unpack(&self, budget: &mut Budget) -> Unpacked {
        if self.encrypted {
            return Unpacked::Encrypted;
        }
        let by_ratio = self.packed.len().saturating_mul(limits::ARCHIVE_RATIO).max(limits::ARCHIVE_SMALL_ENTRY);
        let most = by_ratio.min(budget.bytes);
        let declared = self.declared.map(|declared| usize::try_from(declared).unwrap_or(usize::MAX));
        if declared.is_some_and(|declared| declared > most) {
            return Unpacked::Limit;
        }
        let (bytes, whole) = match self.method {
            STORED if self.packed.len() > most => return Unpacked::Limit,
            STORED => (self.packed.to_vec(), true),
            DEFLATED => match inflate(self.packed, declared.unwrap_or(FIRST_BYTES), most) {
                Some(inflated) => inflated,
                None => {
                    budget.bytes = budget.bytes.saturating_sub(most);
                    return Unpacked::Limit;
                }
            },
            _ => return Unpacked::UnknownMethod,
        };
        budget.bytes = budget.bytes.saturating_sub(bytes.len());
        let as_said = declared.is_none_or(|declared| declared == bytes.len())
            && self.crc.is_none_or(|crc| crc == crc32fast::hash(&bytes));
        if whole && as_said { Unpacked::Whole(bytes) } else { Unpacked::Broken(bytes) }
    }
}

/// Inflates into at most `most` bytes; none where there would be more. Gives also whether the end was reached.
fn inflate(packed: &[u8], expected: usize, most: usize) -> Option<(Vec<u8>, bool)> {
    // One byte of room more tells a content that fills its limit from one that goes beyond it.
    let ceiling = most.saturating_add(1);
    let mut bytes = vec![0; expected.saturating_add(1).min(ceiling)];
    let mut state = Box::<DecompressorOxide>::default();
    let (mut rest, mut filled) = (packed, 0usize);
    loop {
        let (status, read, written) =
            decompress(&mut state, rest, &mut bytes, filled, TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF);
        rest = rest.get(read..).unwrap_or_default();
        filled += written;
        if filled > most {
            return None;
        }
        if status == TINFLStatus::HasMoreOutput && bytes.len() < ceiling {
            bytes.resize(bytes.len().saturating_mul(2).min(ceiling), 0);
            continue;
        }
        bytes.truncate(filled);
        return Some((bytes, status == TINFLStatus::Done));
    }
}
