//! The sizes that images tell in their own heads: those are decoded, whatever the PDF says beside them.

/// Width and height in the first frame header of a JPEG (ITU-T T.81, B.2.2).
pub(crate) fn jpeg(bytes: &[u8]) -> Option<(u32, u32)> {
    let mut rest = bytes.get(2..)?;
    loop {
        let [0xff, mark, tail @ ..] = rest else { return None };
        match mark {
            0xff => rest = rest.get(1..)?,
            0x01 | 0xd0..=0xd8 => rest = tail,
            0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => {
                let [_, _, _, high, low, wide, narrow, ..] = tail else { return None };
                let two = |high: &u8, low: &u8| u32::from(u16::from_be_bytes([*high, *low]));
                return Some((two(wide, narrow), two(high, low)));
            }
            0xd9 | 0xda => return None,
            _ => {
                let [high, low, ..] = tail else { return None };
                rest = tail.get(usize::from(u16::from_be_bytes([*high, *low])).max(2)..)?;
            }
        }
    }
}

/// Width and height in the size marker of a JPEG 2000 code stream (ITU-T T.800, A.5.1).
pub(crate) fn jpx(bytes: &[u8]) -> Option<(u32, u32)> {
    let at = memchr::memmem::find(bytes, &[0xff, 0x4f, 0xff, 0x51])?;
    let sizes = bytes.get(at + 8..)?;
    let (left, top) = (four(sizes, 8)?, four(sizes, 12)?);
    Some((four(sizes, 0)?.saturating_sub(left), four(sizes, 4)?.saturating_sub(top)))
}

/// Width and height in the page's segment of a JBIG2 stream (ITU-T T.88, 7.2 and 7.4.8).
pub(crate) fn jbig2(bytes: &[u8]) -> Option<(u32, u32)> {
    /// Segments looked at: the page's is among the first.
    const SEGMENTS: u32 = 64;
    let mut rest = bytes;
    for _ in 0..SEGMENTS {
        let number = four(rest, 0)?;
        let (flags, referred) = (rest.get(4)?, rest.get(5)? >> 5);
        if referred > 4 {
            return None;
        }
        let each: usize = match number {
            0..=256 => 1,
            257..=65_536 => 2,
            _ => 4,
        };
        let page = if flags & 0x40 == 0 { 1 } else { 4 };
        let length_at = 6 + each * usize::from(referred) + page;
        let length = usize::try_from(four(rest, length_at)?).ok()?;
        rest = rest.get(length_at + 4..)?;
        if flags & 0x3f == 48 {
            return Some((four(rest, 0)?, four(rest, 4)?));
        }
        rest = rest.get(length..)?;
    }
    None
}

fn four(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().copied().map(u32::from_be_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_jpeg_tells_its_size_after_other_segments() {
        let bytes = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xff\xc2\x00\x11\x08\x01\x02\x03\x04\x03";
        assert_eq!(jpeg(bytes), Some((0x0304, 0x0102)));
        assert_eq!(jpeg(b"\xff\xd8\xff\xda"), None);
        assert_eq!(jpeg(b""), None);
    }

    #[test]
    fn a_jpeg_2000_tells_its_size_less_its_origin() {
        let mut bytes = b"....\xff\x4f\xff\x51\x00\x2f\x00\x00".to_vec();
        for number in [100u32, 50, 10, 20] {
            bytes.extend_from_slice(&number.to_be_bytes());
        }
        assert_eq!(jpx(&bytes), Some((90, 30)));
        assert_eq!(jpx(&bytes[..20]), None);
    }

    #[test]
    fn a_jbig2_page_is_found_behind_other_segments() {
        // A dictionary of symbols (type 0) that refers to nothing, then the page (type 48).
        let mut bytes = vec![0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2, 9, 9];
        bytes.extend_from_slice(&[0, 0, 0, 1, 48, 0, 1, 0, 0, 0, 19]);
        bytes.extend_from_slice(&[0, 0, 1, 0, 0, 0, 2, 0]);
        assert_eq!(jbig2(&bytes), Some((256, 512)));
        for cut in 0..bytes.len() {
            assert_eq!(jbig2(&bytes[..cut]), None);
        }
    }
}
