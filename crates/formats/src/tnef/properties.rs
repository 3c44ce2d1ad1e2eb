//! MAPI properties as TNEF writes them (MS-OXTNEF 2.1.3.4): a type, an identifier, values padded to four bytes. It must
//! never go beyond the bytes it was given.

use crate::text::charset;

const STRING: u16 = 0x1E;
const UNICODE: u16 = 0x1F;
const OBJECT: u16 = 0x0D;
const BINARY: u16 = 0x102;
const SEVERAL: u16 = 0x1000;
/// From here on a property has a name, written before its value.
const NAMED: u16 = 0x8000;

/// The properties of a message or an attachment, one after the other.
pub(super) struct Properties<'a> {
    rest: &'a [u8],
    left: u32,
    /// Whether the bytes ended before the properties did, or one has a type that nobody knows.
    pub(super) broken: bool,
}

/// The first value of a property.
#[derive(Clone, Copy)]
pub(super) struct Value<'a> {
    kind: u16,
    bytes: &'a [u8],
}

impl<'a> Value<'a> {
    pub(super) fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    pub(super) fn is_object(&self) -> bool {
        self.kind == OBJECT
    }

    /// Its text, without the zeros at its end; none where it is empty or no text.
    pub(super) fn text(&self) -> Option<String> {
        let text = match self.kind {
            UNICODE => encoding_rs::UTF_16LE.decode_without_bom_handling(self.bytes).0,
            STRING | BINARY => charset::detect(self.bytes).text,
            _ => return None,
        };
        let text = text.trim_end_matches('\0');
        (!text.trim().is_empty()).then(|| text.to_owned())
    }
}

impl<'a> Properties<'a> {
    pub(super) fn of(data: &'a [u8]) -> Self {
        let mut properties = Self { rest: data, left: 0, broken: false };
        match properties.u32() {
            Some(count) => properties.left = count,
            None => properties.broken = true,
        }
        properties
    }

    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(taken)
    }

    fn u32(&mut self) -> Option<u32> {
        self.take(4)?.first_chunk().map(|four| u32::from_le_bytes(*four))
    }

    fn size(&mut self) -> Option<usize> {
        usize::try_from(self.u32()?).ok()
    }

    /// Bytes, and what fills them up to four.
    fn padded(&mut self, length: usize) -> Option<&'a [u8]> {
        let taken = self.take(length)?;
        let padding = length.next_multiple_of(4) - length;
        self.rest = self.rest.get(padding..).unwrap_or_default();
        Some(taken)
    }

    fn property(&mut self) -> Option<(u16, Value<'a>)> {
        let tag = self.u32()?.to_le_bytes();
        let [a, b, c, d] = tag;
        let (kind, id) = (u16::from_le_bytes([a, b]), u16::from_le_bytes([c, d]));
        if id >= NAMED {
            self.take(16)?;
            if self.u32()? == 0 {
                self.u32()?;
            } else {
                let length = self.size()?;
                self.padded(length)?;
            }
        }
        let (several, kind) = (kind & SEVERAL != 0, kind & !SEVERAL);
        let fixed = match kind {
            0x02 | 0x03 | 0x04 | 0x0A | 0x0B => Some(4),
            0x05 | 0x06 | 0x07 | 0x14 | 0x40 => Some(8),
            0x48 => Some(16),
            0x00 | 0x01 => Some(0),
            STRING | UNICODE | OBJECT | BINARY => None,
            _ => return None,
        };
        let count = if several || fixed.is_none() { self.size()? } else { 1 };
        let mut first: &[u8] = &[];
        for at in 0..count {
            let value = match fixed {
                // Nothing is written: the count would be all the work there is.
                Some(0) => break,
                Some(length) => self.take(length)?,
                None => {
                    let length = self.size()?;
                    self.padded(length)?
                }
            };
            if at == 0 {
                first = value;
            }
        }
        Some((id, Value { kind, bytes: first }))
    }
}

impl<'a> Iterator for Properties<'a> {
    type Item = (u16, Value<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        let property = self.property();
        if property.is_none() {
            self.broken = true;
            self.left = 0;
        }
        property
    }
}
