//! What goes through the pipes: a head of fixed size, then as many bytes as it says. Both sides ask the lengths first.

use bannette_pdf::{FILE_BYTES, PAGES, PICTURE_HEIGHT, PICTURE_WIDTHS, PdfTrouble};

/// Bytes of a head: the mark, the kind, three numbers, the length of what follows; numbers in little-endian order.
pub(crate) const HEAD: usize = 40;
/// The mark, and the version of this language: another program's words are not understood.
const MARK: [u8; 4] = *b"BNP1";

/// The largest picture: one of the largest size that does not compress at all.
const PICTURE_BYTES: u64 = 4 * 2400 * 4000;
/// The most words of one document, in bytes (UTF-8).
const WORDS_BYTES: u64 = 256 * 1024;

/// The head of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Head {
    kind: u8,
    numbers: [u64; 3],
    length: u64,
}

impl Head {
    fn bytes(self) -> [u8; HEAD] {
        let mut bytes = [0; HEAD];
        let [first, second, third] = self.numbers;
        let numbers = [u64::from(self.kind), first, second, third, self.length];
        let whole = numbers.iter().flat_map(|number| number.to_le_bytes());
        bytes.iter_mut().zip(whole).for_each(|(to, from)| *to = from);
        // The kind has eight bytes: the mark stands in the upper four.
        bytes.iter_mut().skip(4).zip(MARK).for_each(|(to, from)| *to = from);
        bytes
    }

    fn read(bytes: &[u8; HEAD]) -> Option<Self> {
        let number = |at: usize| bytes.get(at * 8..)?.first_chunk().copied().map(u64::from_le_bytes);
        let first = number(0)?;
        let kind = u8::try_from(first & u64::from(u32::MAX)).ok()?;
        if (first >> 32) != u64::from(u32::from_le_bytes(MARK)) {
            return None;
        }
        Some(Self { kind, numbers: [number(1)?, number(2)?, number(3)?], length: number(4)? })
    }
}

/// What the reading process is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ask {
    /// Take this document (so many bytes follow) instead of the one before. Nothing is answered.
    Document { length: u64 },
    /// Draw this page of it.
    Page { page: u32, width: u32 },
    /// Read its words, for so many milliseconds at the most.
    Words { millis: u64 },
}

impl Ask {
    pub(crate) fn head(self) -> [u8; HEAD] {
        let (kind, numbers, length) = match self {
            Self::Document { length } => (1, [0; 3], length),
            Self::Page { page, width } => (2, [page.into(), width.into(), 0], 0),
            Self::Words { millis } => (3, [millis, 0, 0], 0),
        };
        Head { kind, numbers, length }.bytes()
    }

    pub(crate) fn read(bytes: &[u8; HEAD]) -> Option<Self> {
        let Head { kind, numbers, length } = Head::read(bytes)?;
        let small = |number: u64| u32::try_from(number).ok();
        match (kind, numbers, length) {
            (1, [0, 0, 0], length) if length <= FILE_BYTES as u64 => Some(Self::Document { length }),
            (2, [page, width, 0], 0) => Some(Self::Page { page: small(page)?, width: small(width)? }),
            (3, [millis, 0, 0], 0) => Some(Self::Words { millis }),
            _ => None,
        }
    }
}

/// What it answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// A picture (PNG): so many bytes follow.
    Picture { pages: u32, width: u32, height: u32, signs_missing: bool, length: u64 },
    /// Words (UTF-8): so many bytes follow.
    Words { length: u64 },
    /// Not read, and why.
    Trouble(PdfTrouble),
}

/// Their numbers on the wire are their places here.
const TROUBLES: [PdfTrouble; 8] = [
    PdfTrouble::NotPdf,
    PdfTrouble::Encrypted,
    PdfTrouble::Damaged,
    PdfTrouble::TooManyPages,
    PdfTrouble::NoSuchPage,
    PdfTrouble::TooLarge,
    PdfTrouble::Unusual,
    PdfTrouble::Stopped,
];

/// A picture on which signs are missing: a kind of its own, so that nobody takes it for a whole one.
const LACKING: u8 = 20;

impl Answer {
    pub(crate) fn head(self) -> [u8; HEAD] {
        let (kind, numbers, length) = match self {
            Self::Picture { pages, width, height, signs_missing, length } => {
                (if signs_missing { LACKING } else { 17 }, [pages, width, height], length)
            }
            Self::Words { length } => (18, [0; 3], length),
            Self::Trouble(trouble) => {
                let place = (0..).zip(TROUBLES).find(|(_, one)| *one == trouble).map_or(u32::MAX, |(place, _)| place);
                (19, [place, 0, 0], 0)
            }
        };
        Head { kind, numbers: numbers.map(u64::from), length }.bytes()
    }

    /// Nothing where it cannot be: too long, too large, another language.
    pub(crate) fn read(bytes: &[u8; HEAD]) -> Option<Self> {
        let Head { kind, numbers, length } = Head::read(bytes)?;
        let within = |number: u64, most: u32| u32::try_from(number).ok().filter(|number| (1..=most).contains(number));
        match (kind, numbers, length) {
            (17 | LACKING, [pages, width, height], length) if length <= PICTURE_BYTES => Some(Self::Picture {
                pages: within(pages, PAGES)?,
                width: within(width, *PICTURE_WIDTHS.end())?,
                height: within(height, PICTURE_HEIGHT)?,
                signs_missing: kind == LACKING,
                length,
            }),
            (18, [0, 0, 0], length) if length <= WORDS_BYTES => Some(Self::Words { length }),
            (19, [place, 0, 0], 0) => TROUBLES.get(usize::try_from(place).ok()?).copied().map(Self::Trouble),
            _ => None,
        }
    }

    /// How many bytes follow.
    pub(crate) fn length(self) -> u64 {
        match self {
            Self::Picture { length, .. } | Self::Words { length } => length,
            Self::Trouble(_) => 0,
        }
    }
}

/// Whether the bytes begin as a PNG of this size does (PNG specification, 5.2 and 11.2.2).
pub(crate) fn is_png(bytes: &[u8], width: u32, height: u32) -> bool {
    let mut begin = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    begin.extend(width.to_be_bytes());
    begin.extend(height.to_be_bytes());
    bytes.starts_with(&begin)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_asked_arrives() {
        for ask in [Ask::Document { length: 7 }, Ask::Page { page: 3, width: 900 }, Ask::Words { millis: 500 }] {
            assert_eq!(Ask::read(&ask.head()), Some(ask));
        }
        assert_eq!(Ask::read(&Ask::Document { length: FILE_BYTES as u64 + 1 }.head()), None);
    }

    #[test]
    fn what_is_answered_arrives() {
        let picture = |signs_missing| Answer::Picture { pages: 3, width: 900, height: 1200, signs_missing, length: 5 };
        let others = [picture(false), picture(true), Answer::Words { length: 9 }];
        for answer in TROUBLES.map(Answer::Trouble).into_iter().chain(others) {
            assert_eq!(Answer::read(&answer.head()), Some(answer));
        }
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let picture = |pages, width, height, length| {
            Answer::Picture { pages, width, height, signs_missing: false, length }.head()
        };
        assert_eq!(Answer::read(&picture(1, 900, 4001, 5)), None);
        assert_eq!(Answer::read(&picture(1, 2401, 100, 5)), None);
        assert_eq!(Answer::read(&picture(0, 900, 100, 5)), None);
        assert_eq!(Answer::read(&picture(1, 900, 100, PICTURE_BYTES + 1)), None);
        assert_eq!(Answer::read(&Answer::Words { length: WORDS_BYTES + 1 }.head()), None);
        assert_eq!(Answer::read(&Ask::Words { millis: 1 }.head()), None, "a question is no answer");
        assert_eq!(Answer::read(&[0; HEAD]), None);
        assert_eq!(Answer::read(&[b'x'; HEAD]), None);
    }

    #[test]
    fn a_picture_has_the_size_that_was_said() {
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x03\x84\0\0\x01\0 and so on";
        assert!(is_png(png, 900, 256));
        assert!(!is_png(png, 901, 256));
        assert!(!is_png(&png[..20], 900, 256));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_in_one_way_only(bytes in proptest::array::uniform(any::<u8>())) {
            let bytes: [u8; HEAD] = bytes;
            if let Some(answer) = Answer::read(&bytes) {
                prop_assert_eq!(answer.head(), bytes);
            }
            if let Some(ask) = Ask::read(&bytes) {
                prop_assert_eq!(ask.head(), bytes);
            }
        }

        #[test]
        fn any_numbers_under_the_mark_are_read_in_one_way_only(kind in 0u8..24, numbers: [u64; 3], length: u64) {
            let bytes = Head { kind, numbers, length }.bytes();
            prop_assert!(Answer::read(&bytes).is_none_or(|answer| answer.head() == bytes));
            prop_assert!(Ask::read(&bytes).is_none_or(|ask| ask.head() == bytes));
        }
    }
}
