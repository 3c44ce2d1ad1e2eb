//! A zip archive (APPNOTE 6.3.10), entries stored or deflated. Enough for invented mail; it must never serve the product.

/// Writes an archive, entry by entry.
#[derive(Clone, Debug, Default)]
pub struct Zip {
    bytes: Vec<u8>,
    directory: Vec<u8>,
    entries: u16,
}

/// What the headers say of an entry, beside its content.
struct Said {
    method: u16,
    crc: u32,
    packed: u32,
    unpacked: u32,
}

impl Zip {
    /// An archive without entries.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an entry as it is.
    #[must_use]
    pub fn stored(self, path: &str, content: &[u8]) -> Self {
        let length = length(content);
        self.entry(path, content, &Said { method: 0, crc: crc32(content), packed: length, unpacked: length })
    }

    /// Adds an entry deflated.
    #[must_use]
    pub fn deflated(self, path: &str, content: &[u8]) -> Self {
        let packed = deflate(content);
        let said = Said { method: 8, crc: crc32(content), packed: length(&packed), unpacked: length(content) };
        self.entry(path, &packed, &said)
    }

    /// Adds an entry deflated that says another size than it has.
    #[must_use]
    pub fn lying(self, path: &str, content: &[u8], said: u32) -> Self {
        let packed = deflate(content);
        let said = Said { method: 8, crc: crc32(content), packed: length(&packed), unpacked: said };
        self.entry(path, &packed, &said)
    }

    /// Adds an entry whose headers point at the content of the first one.
    #[must_use]
    pub fn over_the_first(mut self, path: &str) -> Self {
        let first = self.directory.get(..46).unwrap_or_default().to_vec();
        let mut record = first;
        replace(&mut record, 28, &short(path.len()));
        self.directory.extend_from_slice(&record);
        self.directory.extend_from_slice(path.as_bytes());
        self.entries += 1;
        self
    }

    /// The archive.
    #[must_use]
    pub fn finish(mut self) -> Vec<u8> {
        let (start, size) = (length(&self.bytes), length(&self.directory));
        self.bytes.extend_from_slice(&self.directory);
        self.bytes.extend_from_slice(b"PK\x05\x06\0\0\0\0");
        self.bytes.extend_from_slice(&self.entries.to_le_bytes());
        self.bytes.extend_from_slice(&self.entries.to_le_bytes());
        self.bytes.extend_from_slice(&size.to_le_bytes());
        self.bytes.extend_from_slice(&start.to_le_bytes());
        self.bytes.extend_from_slice(&[0, 0]);
        self.bytes
    }

    /// The archive with the records of large archives (zip64), and sizes and places in their extra fields only.
    #[must_use]
    pub fn finish_large(mut self) -> Vec<u8> {
        let mut directory = Vec::new();
        let mut rest = self.directory.as_slice();
        while let Some((record, tail)) = rest.split_at_checked(46) {
            let number = |at: usize| record.get(at..at + 4).unwrap_or_default().to_vec();
            let name_length = usize::from(record.get(28).copied().unwrap_or(0));
            let (name, tail) = tail.split_at_checked(name_length).unwrap_or((tail, &[]));
            let mut large = record.to_vec();
            let mut extra = vec![1, 0, 24, 0];
            for at in [24, 20, 42] {
                extra.extend_from_slice(&number(at));
                extra.extend_from_slice(&[0; 4]);
                replace(&mut large, at, &[0xFF; 4]);
            }
            replace(&mut large, 30, &short(extra.len()));
            directory.extend_from_slice(&large);
            directory.extend_from_slice(name);
            directory.extend_from_slice(&extra);
            rest = tail;
        }
        let long = |value: usize| u64::try_from(value).unwrap_or(0).to_le_bytes();
        let (start, size) = (self.bytes.len(), directory.len());
        self.bytes.extend_from_slice(&directory);
        let end64 = self.bytes.len();
        self.bytes.extend_from_slice(b"PK\x06\x06");
        self.bytes.extend_from_slice(&long(44));
        self.bytes.extend_from_slice(&[45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        for value in [usize::from(self.entries), usize::from(self.entries), size, start] {
            self.bytes.extend_from_slice(&long(value));
        }
        self.bytes.extend_from_slice(b"PK\x06\x07\0\0\0\0");
        self.bytes.extend_from_slice(&long(end64));
        self.bytes.extend_from_slice(&[1, 0, 0, 0]);
        self.bytes.extend_from_slice(b"PK\x05\x06\0\0\0\0");
        self.bytes.extend_from_slice(&[0xFF; 12]);
        self.bytes.extend_from_slice(&[0, 0]);
        self.bytes
    }

    fn entry(mut self, path: &str, packed: &[u8], said: &Said) -> Self {
        let place = length(&self.bytes);
        // Version 2.0, names in UTF-8, no time (1 January 1980).
        let mut common = vec![20, 0, 0, 8];
        common.extend_from_slice(&said.method.to_le_bytes());
        common.extend_from_slice(&[0, 0, 0x21, 0]);
        for number in [said.crc, said.packed, said.unpacked] {
            common.extend_from_slice(&number.to_le_bytes());
        }
        common.extend_from_slice(&short(path.len()));
        common.extend_from_slice(&[0, 0]);
        self.bytes.extend_from_slice(b"PK\x03\x04");
        self.bytes.extend_from_slice(&common);
        self.bytes.extend_from_slice(path.as_bytes());
        self.bytes.extend_from_slice(packed);
        self.directory.extend_from_slice(b"PK\x01\x02\x14\0");
        self.directory.extend_from_slice(&common);
        self.directory.extend_from_slice(&[0; 10]);
        self.directory.extend_from_slice(&place.to_le_bytes());
        self.directory.extend_from_slice(path.as_bytes());
        self.entries += 1;
        self
    }
}

fn length(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.len()).unwrap_or(u32::MAX)
}

fn short(value: usize) -> [u8; 2] {
    u16::try_from(value).unwrap_or(u16::MAX).to_le_bytes()
}

fn replace(bytes: &mut [u8], at: usize, new: &[u8]) {
    for (old, new) in bytes.iter_mut().skip(at).zip(new) {
        *old = *new;
    }
}

/// The checksum of zip.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xEDB8_8320 & 0u32.wrapping_sub(crc & 1)))
    })
}

/// Deflate (RFC 1951): one block of the fixed code, with the nearest earlier match of a hash of three bytes.
fn deflate(content: &[u8]) -> Vec<u8> {
    let mut bits = Bits::default();
    bits.put(0b011, 3);
    let mut seen = vec![usize::MAX; 1 << 12];
    let mut at = 0;
    while let Some(rest) = content.get(at..).filter(|rest| !rest.is_empty()) {
        let matched = match rest {
            [a, b, c, ..] => {
                let hash = (usize::from(*a) << 4 ^ usize::from(*b) << 2 ^ usize::from(*c)) & 0xFFF;
                let before = seen.get_mut(hash).map_or(usize::MAX, |slot| std::mem::replace(slot, at));
                let earlier = content.get(before..).filter(|_| before < at && at - before <= 32_768);
                earlier.map(|earlier| {
                    (earlier.iter().zip(rest).take(258).take_while(|(a, b)| a == b).count(), at - before)
                })
            }
            _ => None,
        };
        match matched {
            Some((length, distance)) if length >= 3 => {
                bits.length(length);
                bits.distance(distance);
                at += length;
            }
            _ => {
                bits.symbol(rest.first().map_or(0, |byte| u32::from(*byte)));
                at += 1;
            }
        }
    }
    bits.symbol(256);
    bits.finish()
}

#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    held: u64,
    count: u32,
}

impl Bits {
    fn put(&mut self, value: u32, count: u32) {
        self.held |= u64::from(value) << self.count;
        self.count += count;
        while self.count >= 8 {
            self.bytes.push(self.held.to_le_bytes()[0]);
            self.held >>= 8;
            self.count -= 8;
        }
    }

    /// A code stands with its highest bit first.
    fn code(&mut self, code: u32, count: u32) {
        self.put(code.reverse_bits() >> (32 - count), count);
    }

    /// A symbol of the fixed code (RFC 1951 3.2.6).
    fn symbol(&mut self, symbol: u32) {
        match symbol {
            0..=143 => self.code(0x30 + symbol, 8),
            144..=255 => self.code(0x190 + symbol - 144, 9),
            256..=279 => self.code(symbol - 256, 7),
            _ => self.code(0xC0 + symbol - 280, 8),
        }
    }

    fn length(&mut self, length: usize) {
        let mut first = 3u32;
        let length = u32::try_from(length).unwrap_or(3);
        if length == 258 {
            return self.symbol(285);
        }
        for symbol in 257..285u32 {
            let extra = if symbol < 265 { 0 } else { (symbol - 261) / 4 };
            if length < first + (1 << extra) {
                self.symbol(symbol);
                return self.put(length - first, extra);
            }
            first += 1 << extra;
        }
    }

    fn distance(&mut self, distance: usize) {
        let mut first = 1u32;
        let distance = u32::try_from(distance).unwrap_or(1);
        for symbol in 0..30u32 {
            let extra = if symbol < 4 { 0 } else { symbol / 2 - 1 };
            if distance < first + (1 << extra) {
                self.code(symbol, 5);
                return self.put(distance - first, extra);
            }
            first += 1 << extra;
        }
    }

    fn finish(mut self) -> Vec<u8> {
        if self.count > 0 {
            self.bytes.push(self.held.to_le_bytes()[0]);
        }
        self.bytes
    }
}
