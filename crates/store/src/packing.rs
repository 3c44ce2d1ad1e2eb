//! How received bytes lie in the store: compressed (zstd), and documents in base64 in their own bytes, since base64 hides
//! from the compressor what it could find and makes it work for what it cannot. What was packed comes back byte by byte, and
//! whoever unpacks asks the hash: it must never give bytes that are not those that came.
//!
//! Either one zstd frame (RFC 8878), or [`WITH_RUNS`] and two frames, one after the other: the first holds, as numbers of
//! four bytes (little-endian), how many runs of base64 there are, and for each the bytes of text before it, its bytes, the
//! characters of its lines and 1 where lines end with CRLF; then all text around the runs. The second holds the runs' bytes.

use crate::StoreError;
use bannette_api::failure::StoreTrouble;
use bannette_formats::wrapped::{self, Run, Wrapped};
use sha2::{Digest, Sha256};
use std::io::{Cursor, Seek as _, Write as _};

/// Level of compression: reports are small texts, and documents are compressed already; higher levels gain little.
const LEVEL: i32 = 1;
/// The level at which documents are tried: it passes quickly over what is compressed already.
const QUICK: i32 = -1;
/// The first byte of what holds runs; a zstd frame begins with another.
const WITH_RUNS: u8 = 1;

/// Packs messages. To be kept for several: its tables cost more to make than a small message costs to compress.
pub struct Packer {
    compressor: zstd::bulk::Compressor<'static>,
    quick: zstd::bulk::Compressor<'static>,
    text: Vec<u8>,
}

impl std::fmt::Debug for Packer {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.write_str("Packer")
    }
}

impl Packer {
    /// A packer.
    ///
    /// # Errors
    /// When there is no memory.
    pub fn new() -> Result<Self, StoreError> {
        let [compressor, quick] = [zstd::bulk::Compressor::new(LEVEL)?, zstd::bulk::Compressor::new(QUICK)?];
        Ok(Self { compressor, quick, text: Vec::new() })
    }

    /// What is stored for these bytes.
    ///
    /// # Errors
    /// When there is no memory.
    pub fn pack(&mut self, message: &Wrapped<'_>) -> Result<Vec<u8>, StoreError> {
        if !message.runs().is_empty() && self.set_text(message.text(), message.runs()).is_some() {
            let documents = message.bytes();
            let most: usize = [self.text.len(), documents.len()].into_iter().map(zstd::zstd_safe::compress_bound).sum();
            let mut packed = Cursor::new(Vec::with_capacity(1 + most));
            packed.write_all(&[WITH_RUNS])?;
            // It writes where the cursor stands, and leaves it there.
            let written = self.compressor.compress_to_buffer(&self.text, &mut packed)?;
            packed.seek_relative(i64::try_from(written).unwrap_or(i64::MAX))?;
            let written = self.quick.compress_to_buffer(documents, &mut packed)?;
            if written < documents.len() / 10 * 9 {
                self.compressor.compress_to_buffer(documents, &mut packed)?;
            }
            return Ok(packed.into_inner());
        }
        Ok(self.compressor.compress(message.text())?)
    }

    /// Packs a short text.
    pub(crate) fn pack_text(&mut self, text: &[u8]) -> Result<Vec<u8>, StoreError> {
        Ok(self.compressor.compress(text)?)
    }

    /// Lays out what the first frame holds; none where a number is too large for it.
    fn set_text(&mut self, bytes: &[u8], runs: &[Run]) -> Option<()> {
        let text = &mut self.text;
        text.clear();
        let number = |text: &mut Vec<u8>, number: usize| {
            text.extend_from_slice(&u32::try_from(number).ok()?.to_le_bytes());
            Some(())
        };
        number(text, runs.len())?;
        let mut at = 0;
        for run in runs {
            for one in [run.start - at, run.bytes, run.line, usize::from(run.returns)] {
                number(text, one)?;
            }
            at = run.end;
        }
        at = 0;
        for run in runs {
            text.extend_from_slice(bytes.get(at..run.start)?);
            at = run.end;
        }
        text.extend_from_slice(bytes.get(at..)?);
        Some(())
    }
}

/// The bytes behind a packed column, as they came: what does not match its hash is given to nobody, as it could be
/// another patient's.
pub(crate) fn unpack(packed: &[u8], bytes: i64, sha256: &[u8]) -> Result<Vec<u8>, StoreError> {
    let size = usize::try_from(bytes).ok();
    let whole = size.and_then(|size| match packed.split_first() {
        // A run takes more room in a message than its numbers here: all is smaller than the message.
        Some((&WITH_RUNS, frames)) => join(&zstd::bulk::decompress(frames, size).ok()?, size),
        _ => zstd::bulk::decompress(packed, size).ok(),
    });
    whole.filter(|whole| Sha256::digest(whole).as_slice() == sha256).ok_or(StoreError::Trouble(StoreTrouble::Damaged))
}

/// Puts the runs back between the text around them. None where the numbers are not those of a message of this size.
fn join(parts: &[u8], size: usize) -> Option<Vec<u8>> {
    let (runs, mut rest) = number(parts)?;
    let mut numbers = Vec::new();
    for _ in 0..runs {
        let (before, next) = number(rest)?;
        let (bytes, next) = number(next)?;
        let (line, next) = number(next)?;
        let (returns, next) = number(next)?;
        numbers.push((before, bytes, line, returns == 1));
        rest = next;
    }
    let of_runs = numbers.iter().try_fold(0usize, |sum, (_, bytes, ..)| sum.checked_add(*bytes))?;
    let (mut text, mut documents) = rest.split_at_checked(rest.len().checked_sub(of_runs)?)?;
    let mut whole = Vec::with_capacity(size);
    for (before, bytes, line, returns) in numbers {
        let (part, after) = text.split_at_checked(before)?;
        let (document, others) = documents.split_at_checked(bytes)?;
        whole.extend_from_slice(part);
        wrapped::write(document, line, returns, &mut whole);
        (text, documents) = (after, others);
    }
    whole.extend_from_slice(text);
    (whole.len() == size).then_some(whole)
}

fn number(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let (number, rest) = bytes.split_first_chunk()?;
    Some((usize::try_from(u32::from_le_bytes(*number)).ok()?, rest))
}

#[cfg(test)]
mod tests {
    use super::{Packer, WITH_RUNS, unpack};
    use bannette_formats::wrapped::{self, Wrapped};
    use sha2::{Digest, Sha256};

    fn document(length: usize) -> Vec<u8> {
        let mut state = 1u64;
        let byte = |_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            state.to_be_bytes()[0]
        };
        (0..length).map(byte).collect()
    }

    fn message(documents: &[Vec<u8>], ending: &str) -> Vec<u8> {
        let mut message = format!("Subject: essai{ending}{ending}").into_bytes();
        for document in documents {
            message
                .extend_from_slice(format!("--b{ending}Content-Transfer-Encoding: base64{ending}{ending}").as_bytes());
            wrapped::write(document, 76, ending == "\r\n", &mut message);
            message.extend_from_slice(ending.as_bytes());
        }
        message.extend_from_slice(format!("--b--{ending}").as_bytes());
        message
    }

    fn unpacked(packed: &[u8], message: &[u8]) -> Option<Vec<u8>> {
        unpack(packed, i64::try_from(message.len()).unwrap(), &Sha256::digest(message)).ok()
    }

    #[test]
    fn every_message_comes_back() {
        let mut packer = Packer::new().unwrap();
        let mut cut = message(&[document(5000)], "\r\n");
        cut.truncate(3000);
        for message in [
            message(&[document(100_000)], "\r\n"),
            message(&[document(100_000), document(1024), document(1), document(2000)], "\n"),
            cut,
            message(&[], "\r\n"),
            vec![WITH_RUNS; 3000],
            Vec::new(),
        ] {
            let packed = packer.pack(&Wrapped::find(&message)).unwrap();
            assert_eq!(unpacked(&packed, &message).unwrap(), message);
        }
    }

    /// It is compressed twice into the same place, and the second time to less.
    #[test]
    fn a_document_that_can_be_compressed_is_and_comes_back() {
        let words =
            |length: usize| b"Hematies 4,50 T/l Leucocytes 6,2 G/l ".iter().copied().cycle().take(length).collect();
        let mixed: Vec<u8> = document(40_000).iter().flat_map(|byte| [*byte & 0x0F, 1, 2, 3]).collect();
        let mut packer = Packer::new().unwrap();
        for message in [
            message(&[words(100_000)], "\r\n"),
            message(&[mixed], "\r\n"),
            message(&[words(5000), document(5000), words(2000)], "\n"),
        ] {
            let packed = packer.pack(&Wrapped::find(&message)).unwrap();
            assert_eq!(packed.first(), Some(&WITH_RUNS));
            assert!(packed.len() < message.len() / 2, "{} of {} bytes", packed.len(), message.len());
            assert_eq!(unpacked(&packed, &message).unwrap(), message);
        }
    }

    #[test]
    fn a_document_takes_the_room_of_its_own_bytes() {
        let message = message(&[document(100_000)], "\r\n");
        let packed = Packer::new().unwrap().pack(&Wrapped::find(&message)).unwrap();
        assert_eq!(packed.first(), Some(&WITH_RUNS));
        assert!(packed.len() < 100_300, "{} bytes", packed.len());
    }

    /// As stores of earlier programs have it.
    #[test]
    fn one_frame_comes_back() {
        let message = message(&[document(5000)], "\r\n");
        let packed = zstd::bulk::compress(&message, 1).unwrap();
        assert_eq!(unpacked(&packed, &message).unwrap(), message);
    }

    #[test]
    fn what_is_damaged_is_not_given() {
        let message = message(&[document(5000), document(3000)], "\r\n");
        let packed = Packer::new().unwrap().pack(&Wrapped::find(&message)).unwrap();
        assert_eq!(unpacked(&packed, &message).unwrap(), message);
        for at in 0..packed.len() {
            let mut damaged = packed.clone();
            damaged[at] ^= 0x10;
            assert!(unpacked(&damaged, &message).is_none_or(|whole| whole == message), "byte {at}");
        }
        for length in 0..packed.len() {
            assert!(unpacked(&packed[..length], &message).is_none(), "{length} bytes");
        }
        assert!(unpack(&packed, -1, &Sha256::digest(&message)).is_err());
        assert!(unpack(&packed, 10, &Sha256::digest(&message)).is_err());
    }
}
