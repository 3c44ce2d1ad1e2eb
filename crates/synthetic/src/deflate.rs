//! Deflate in a zlib envelope (RFC 1950, RFC 1951), with the fixed codes: small, and the same bytes for ever.

const SHORTEST: usize = 3;
const LONGEST: usize = 258;
const FARTHEST: usize = 32 * 1024;
/// Bits of the table that remembers where three bytes stood last.
const MEMORY_BITS: u32 = 13;

/// Compresses.
pub(crate) fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut bits = Bits { out: vec![0x78, 0x01], pending: 0, count: 0 };
    // One block, the last, fixed codes.
    bits.push(0b011, 3);
    let mut seen: Vec<Option<usize>> = vec![None; 1 << MEMORY_BITS];
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let place = bytes.get(at..at + SHORTEST).map(memory_place);
        let before = place.and_then(|place| seen.get_mut(place)?.replace(at));
        let length = before.filter(|before| at - before <= FARTHEST).map_or(0, |before| same(bytes, before, at));
        if length >= SHORTEST {
            bits.length(length);
            bits.distance(at - before.unwrap_or_default());
            at += length;
        } else {
            bits.literal(u16::from(*byte));
            at += 1;
        }
    }
    bits.literal(256);
    bits.finish(bytes)
}

fn memory_place(three: &[u8]) -> usize {
    let number = three.iter().fold(0u32, |number, byte| number << 8 | u32::from(*byte));
    usize::try_from(number.wrapping_mul(0x9E37_79B1) >> (32 - MEMORY_BITS)).unwrap_or(0)
}

fn same(bytes: &[u8], before: usize, at: usize) -> usize {
    let earlier = bytes.get(before..).unwrap_or_default();
    let now = bytes.get(at..).unwrap_or_default();
    earlier.iter().zip(now).take(LONGEST).take_while(|(one, other)| one == other).count()
}

struct Bits {
    out: Vec<u8>,
    pending: u32,
    count: u32,
}

impl Bits {
    /// Lowest bit first.
    fn push(&mut self, value: u32, bits: u32) {
        self.pending |= value << self.count;
        self.count += bits;
        while self.count >= 8 {
            self.out.push(self.pending.to_le_bytes()[0]);
            self.pending >>= 8;
            self.count -= 8;
        }
    }

    /// A code: highest bit first (RFC 1951, 3.1.1).
    fn code(&mut self, code: u32, bits: u32) {
        self.push(code.reverse_bits() >> (32 - bits), bits);
    }

    /// RFC 1951, 3.2.6.
    fn literal(&mut self, value: u16) {
        let value = u32::from(value);
        match value {
            0..=143 => self.code(0x30 + value, 8),
            144..=255 => self.code(0x190 + value - 144, 9),
            256..=279 => self.code(value - 256, 7),
            _ => self.code(0xC0 + value - 280, 8),
        }
    }

    /// RFC 1951, 3.2.5: from length 11 on, four codes share each number of extra bits.
    fn length(&mut self, length: usize) {
        let length = u32::try_from(length).unwrap_or(3);
        match length {
            0..=10 => self.literal(u16::try_from(length + 254).unwrap_or(257)),
            258.. => self.literal(285),
            _ => {
                let above = length - 3;
                let extra = above.ilog2() - 2;
                let code = 257 + 4 * extra + (above >> extra);
                self.literal(u16::try_from(code).unwrap_or(257));
                self.push(above & ((1 << extra) - 1), extra);
            }
        }
    }

    /// RFC 1951, 3.2.5: two codes share each number of extra bits.
    fn distance(&mut self, distance: usize) {
        let above = u32::try_from(distance).unwrap_or(1).saturating_sub(1);
        if above < 4 {
            return self.code(above, 5);
        }
        let extra = above.ilog2() - 1;
        self.code(2 * extra + (above >> extra), 5);
        self.push(above & ((1 << extra) - 1), extra);
    }

    fn finish(mut self, bytes: &[u8]) -> Vec<u8> {
        if self.count > 0 {
            self.push(0, 8 - self.count);
        }
        let (mut low, mut high) = (1u32, 0u32);
        for byte in bytes {
            low = (low + u32::from(*byte)) % 65_521;
            high = (high + low) % 65_521;
        }
        self.out.extend_from_slice(&(high << 16 | low).to_be_bytes());
        self.out
    }
}
