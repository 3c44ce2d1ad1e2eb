//! What a PDF would become, asked of its bytes before any parser sees them. A parser follows references; this does not:
//! it looks at every name and every stream that stands in the bytes, wherever that is, so that no damaged or contradictory
//! structure can hide one from it.

use crate::limits::{ALL_STREAMS_BYTES, COLUMNS, CONTENT_BYTES, FILE_BYTES, NESTED, OBJECTS, STREAM_BYTES, STREAMS};
use crate::{PdfTrouble, stop::Patience};
use flate2::{Decompress, FlushDecompress, Status};
use hayro::hayro_syntax::Pdf;
use hayro::hayro_syntax::object::{Object, Stream};
use hayro::hayro_syntax::page::Page;
use memchr::{memchr_iter, memchr2, memchr2_iter, memmem};

/// Bytes at the start among which the mark `%PDF-` must stand (ISO 32000-1, annex H, note 13).
const HEAD: usize = 1024;
/// The most that one byte of Deflate can become.
const DEFLATE_RATIO: usize = 1032;
/// The longest name that is looked at.
const NAME: usize = 64;

/// Whether its streams can be weighed as they stand in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// They can.
    Plain,
    /// Most are encrypted: [`weigh_encrypted`] is to follow once the document is open.
    Encrypted,
}

/// Refuses what is not a PDF, and what would become too large.
pub(crate) fn weigh(bytes: &[u8], patience: &mut Patience<'_>) -> Result<Kind, PdfTrouble> {
    if bytes.len() > FILE_BYTES {
        return Err(PdfTrouble::TooLarge);
    }
    let head = bytes.get(..HEAD).unwrap_or(bytes);
    memmem::find(head, b"%PDF-").ok_or(PdfTrouble::NotPdf)?;
    let kind = names(bytes, bytes.len(), patience)?;
    objects(bytes, patience)?;
    streams(bytes, kind, patience)?;
    Ok(kind)
}

/// Weighs the streams of an open document that was encrypted, as they are when they are not any more. Its parser unpacked
/// some already to find the pages; against what those may become stand the limits of the process that reads.
pub(crate) fn weigh_encrypted(pdf: &Pdf, file: usize, patience: &mut Patience<'_>) -> Result<(), PdfTrouble> {
    let mut unpacker = Unpacker::new();
    let mut left = ALL_STREAMS_BYTES;
    for object in pdf.objects() {
        let Object::Stream(stream) = object else { continue };
        let spent = unpacker.weigh(&stream.raw_data(), left.min(STREAM_BYTES), patience, |part| {
            names(part, file, &mut Patience::new(&|| true)).map(|_| ())
        })?;
        left = left.saturating_sub(spent);
    }
    Ok(())
}

/// Looks at the names in these bytes, which are the file or an unpacked part of it.
fn names(bytes: &[u8], file: usize, patience: &mut Patience<'_>) -> Result<Kind, PdfTrouble> {
    let mut kind = Kind::Plain;
    for at in memchr_iter(b'/', bytes) {
        if !patience.lasts() {
            return Err(PdfTrouble::Stopped);
        }
        let rest = bytes.get(at + 1..).unwrap_or_default();
        // Only names that begin with a letter of those below, or with an escape, are worth a closer look.
        if !matches!(rest.first(), Some(b'C' | b'E' | b'F' | b'K' | b'L' | b'R' | b'#')) {
            continue;
        }
        let length = rest.iter().take(NAME).take_while(|byte| is_regular(**byte)).count();
        let (name, after) = rest.split_at(length);
        let name = unescaped(name);
        match name.as_slice() {
            b"Encrypt" => kind = Kind::Encrypted,
            // Some crates unpack LZW without any limit, and no PDF of this century uses it.
            b"LZWDecode" | b"LZW" => return Err(PdfTrouble::Unusual),
            b"RunLengthDecode" | b"RL" if file > ALL_STREAMS_BYTES / 64 => return Err(PdfTrouble::TooLarge),
            // Rows of this length are set aside before anything is read of them.
            b"Columns" if !is_number_up_to(COLUMNS, after) => return Err(PdfTrouble::Unusual),
            b"Kids" if !are_references(after) => return Err(PdfTrouble::Unusual),
            b"Filter" if !is_one_compression(after) => return Err(PdfTrouble::Unusual),
            _ => {}
        }
    }
    Ok(kind)
}

/// ISO 32000-1, 7.2.2: neither a delimiter nor white space.
fn is_regular(byte: u8) -> bool {
    !matches!(byte, 0 | 9 | 10 | 12 | 13 | 32 | b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | 9 | 10 | 12 | 13 | 32)
}

/// A name without its escapes: `/#4bids` is `/Kids`.
pub(crate) fn unescaped(name: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(name.len());
    let mut rest = name;
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        let digits = (*first == b'#')
            .then(|| after.get(..2))
            .flatten()
            .and_then(|two| Some((digit(*two.first()?)?, digit(*two.last()?)?)));
        match digits {
            Some((high, low)) => {
                plain.push(high << 4 | low);
                rest = after.get(2..).unwrap_or_default();
            }
            None => plain.push(*first),
        }
    }
    plain
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

fn skip_space(bytes: &[u8]) -> &[u8] {
    let spaces = bytes.iter().take_while(|byte| is_space(**byte)).count();
    bytes.get(spaces..).unwrap_or_default()
}

/// A number that stands here, not elsewhere, and is not above `most`.
fn is_number_up_to(most: usize, after: &[u8]) -> bool {
    let after = skip_space(after);
    let (digits, rest) = after.split_at(after.iter().take_while(|byte| byte.is_ascii_digit()).count());
    let number = std::str::from_utf8(digits).ok().and_then(|digits| digits.parse::<usize>().ok());
    // Another number after it makes it a reference.
    number.is_some_and(|number| number <= most) && !skip_space(rest).first().is_some_and(u8::is_ascii_digit)
}

/// The children of a page tree are references (ISO 32000-1, 7.7.3.2). Lists that are shared, of children written out in place,
/// make ten times ten times ten pages of a small file, and the parser counts them all.
fn are_references(after: &[u8]) -> bool {
    let Some(list) = skip_space(after).strip_prefix(b"[") else { return false };
    let inside = list.iter().take_while(|byte| is_space(**byte) || byte.is_ascii_digit() || **byte == b'R').count();
    matches!(list.get(inside), Some(b']') | None)
}

/// One compression a stream: two in a row turn a kilobyte into a gigabyte.
fn is_one_compression(after: &[u8]) -> bool {
    let after = skip_space(after);
    if after.starts_with(b"/") {
        return true;
    }
    let Some(list) = after.strip_prefix(b"[") else {
        // `null`, or the end of a damaged file. A reference could lead anywhere.
        return !after.first().is_some_and(|byte| byte.is_ascii_digit());
    };
    let mut compressions = 0;
    let mut rest = skip_space(list);
    while let Some(name) = rest.strip_prefix(b"/") {
        let (name, after) = name.split_at(name.iter().take(NAME).take_while(|byte| is_regular(**byte)).count());
        if matches!(unescaped(name).as_slice(), b"FlateDecode" | b"Fl" | b"RunLengthDecode" | b"RL") {
            compressions += 1;
        }
        rest = skip_space(after);
    }
    // Whatever is not a name could be a reference to one.
    compressions <= 1 && matches!(rest.first(), Some(b']') | None)
}

/// Refuses a file that would be read again and again. What repairs a broken file looks, at each object, for its end: in a
/// real file that is near, and all of them together are not longer than the file.
fn objects(bytes: &[u8], patience: &mut Patience<'_>) -> Result<(), PdfTrouble> {
    let mut left = bytes.len().saturating_mul(2).saturating_add(64 * 1024);
    let mut count = 0;
    for at in memmem::find_iter(bytes, b"obj") {
        if at.checked_sub(3).and_then(|end| bytes.get(end..at)) == Some(b"end") {
            continue;
        }
        count += 1;
        let length = object_length(bytes.get(at + 3..).unwrap_or_default(), left);
        left = left.checked_sub(length).ok_or(PdfTrouble::TooLarge)?;
        if count > OBJECTS {
            return Err(PdfTrouble::TooLarge);
        }
        if !patience.lasts() {
            return Err(PdfTrouble::Stopped);
        }
    }
    // Dictionaries that are never closed, whether an object begins before them or not.
    let mut open = 0u32;
    for at in memchr2_iter(b'<', b'>', bytes) {
        match bytes.get(at..at + 2) {
            Some(b"<<") => open += 1,
            Some(b">>") => open = open.saturating_sub(1),
            _ => {}
        }
        // Each of the three in `<<<` is counted: twice as many as there can be in a nest of the limit.
        if open > 2 * NESTED {
            return Err(PdfTrouble::Unusual);
        }
    }
    Ok(())
}

/// How far one must read to the end of what begins here: a bracket's partner (ISO 32000-1, 7.3), or one more than `most`.
fn object_length(bytes: &[u8], most: usize) -> usize {
    let (mut depth, mut in_text) = (0u32, 0u32);
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        if at > most {
            return most.saturating_add(1);
        }
        let two = bytes.get(at..at + 2);
        match byte {
            b'\\' if in_text > 0 => at += 1,
            b'(' => in_text += 1,
            b')' => in_text = in_text.saturating_sub(1),
            _ if in_text > 0 => {}
            b'%' => at += bytes.get(at..).and_then(|rest| memchr2(b'\r', b'\n', rest)).unwrap_or(bytes.len()),
            b'<' if two == Some(b"<<") => (depth, at) = (depth + 1, at + 1),
            b'>' if two == Some(b">>") => (depth, at) = (depth.saturating_sub(1), at + 1),
            b'[' => depth += 1,
            b']' => depth = depth.saturating_sub(1),
            byte if is_space(*byte) => {
                at += 1;
                continue;
            }
            _ => {}
        }
        at += 1;
        if depth == 0 && in_text == 0 {
            break;
        }
    }
    at
}

/// Unpacks every stream without keeping it; of an encrypted file those that are not, the tables of its objects.
fn streams(bytes: &[u8], kind: Kind, patience: &mut Patience<'_>) -> Result<(), PdfTrouble> {
    let mut unpacker = Unpacker::new();
    let mut left = ALL_STREAMS_BYTES;
    let mut count = 0;
    for at in memmem::find_iter(bytes, b"stream") {
        if at.checked_sub(3).and_then(|end| bytes.get(end..at)) == Some(b"end") {
            continue;
        }
        count += 1;
        if count > STREAMS {
            return Err(PdfTrouble::TooLarge);
        }
        if kind == Kind::Encrypted && !is_table(bytes, at) {
            continue;
        }
        let data = bytes.get(at + 6..).unwrap_or_default();
        let data = data.strip_prefix(b"\r").unwrap_or(data);
        let data = data.strip_prefix(b"\n").unwrap_or(data);
        let spent = unpacker.weigh(data, left.min(STREAM_BYTES), patience, |part| {
            // Objects may stand in a stream of objects, page trees among them.
            names(part, bytes.len(), &mut Patience::new(&|| true)).map(|_| ())
        })?;
        left = left.saturating_sub(spent);
    }
    Ok(())
}

/// Whether the stream that begins there is a table of objects (ISO 32000-1, 7.5.8), by what stands before it.
fn is_table(bytes: &[u8], at: usize) -> bool {
    let before = bytes.get(at.saturating_sub(8 * 1024)..at).unwrap_or_default();
    let dict = memmem::rfind(before, b"obj").and_then(|begin| before.get(begin..)).unwrap_or(before);
    memmem::find(dict, b"XRef").is_some()
}

/// What unpacks, kept from stream to stream: making one anew costs more than most streams.
pub(crate) struct Unpacker {
    zlib: Decompress,
    raw: Decompress,
    window: Vec<u8>,
}

impl Unpacker {
    const WINDOW: usize = 64 * 1024;

    pub(crate) fn new() -> Self {
        Self { zlib: Decompress::new(true), raw: Decompress::new(false), window: vec![0; Self::WINDOW] }
    }

    /// How many bytes these become, as zlib or, as some readers allow, without zlib's head.
    ///
    /// # Errors
    ///
    /// [`PdfTrouble::TooLarge`] above `most`, [`PdfTrouble::Stopped`], and what `look` says of the parts.
    pub(crate) fn weigh(
        &mut self,
        data: &[u8],
        most: usize,
        patience: &mut Patience<'_>,
        look: impl Fn(&[u8]) -> Result<(), PdfTrouble>,
    ) -> Result<usize, PdfTrouble> {
        let head = data.first().zip(data.get(1));
        let is_zlib = head.is_some_and(|(first, second)| {
            first & 0x0f == 8 && (u16::from(*first) << 8 | u16::from(*second)).is_multiple_of(31)
        });
        let unpack = if is_zlib { &mut self.zlib } else { &mut self.raw };
        unpack.reset(is_zlib);
        let mut rest = data;
        let mut total = 0usize;
        // The end of the part before stays before the next one, so that no name is cut in two.
        let mut kept = 0;
        loop {
            let (before_in, before_out) = (unpack.total_in(), unpack.total_out());
            let room = self.window.get_mut(kept..).unwrap_or_default();
            let status = unpack.decompress(rest, room, FlushDecompress::None);
            let read = usize::try_from(unpack.total_in() - before_in).unwrap_or(usize::MAX);
            let written = usize::try_from(unpack.total_out() - before_out).unwrap_or(usize::MAX);
            rest = rest.get(read..).unwrap_or_default();
            total = total.saturating_add(written);
            if total > most {
                return Err(PdfTrouble::TooLarge);
            }
            if !patience.ask() {
                return Err(PdfTrouble::Stopped);
            }
            let filled = kept.saturating_add(written).min(self.window.len());
            look(self.window.get(..filled).unwrap_or_default())?;
            let tail = filled.saturating_sub(4 * NAME);
            kept = filled - tail;
            self.window.copy_within(tail..filled, 0);
            match status {
                Ok(Status::Ok) if read > 0 || written > 0 => {}
                Ok(_) => return Ok(total),
                Err(_) if is_zlib => {
                    // Readers that forgive go on here, so the rest counts as the most that it could become.
                    let rest = memmem::find(rest, b"endstream").unwrap_or(rest.len());
                    let total = total.saturating_add(rest.saturating_mul(DEFLATE_RATIO));
                    return if total > most { Err(PdfTrouble::TooLarge) } else { Ok(total) };
                }
                Err(_) => return Ok(total),
            }
        }
    }
}

impl Unpacker {
    /// Refuses the content of a page or form that becomes too much. The same stream may be used a thousand times, so it is
    /// asked each time.
    pub(crate) fn weigh_content(&mut self, stream: &Stream<'_>, patience: &mut Patience<'_>) -> Result<(), PdfTrouble> {
        let raw = stream.raw_data();
        if stream.filters().is_empty() {
            return if raw.len() > CONTENT_BYTES { Err(PdfTrouble::TooLarge) } else { Ok(()) };
        }
        self.weigh(&raw, CONTENT_BYTES, patience, |_| Ok(())).map(|_| ())
    }
}

/// The streams of a page's content, at most a thousand.
pub(crate) fn contents<'a>(page: &Page<'a>) -> Vec<Stream<'a>> {
    match page.raw().get::<Object<'a>>("Contents") {
        Some(Object::Stream(stream)) => vec![stream],
        Some(Object::Array(streams)) => streams.iter::<Stream<'a>>().take(1000).collect(),
        _ => Vec::new(),
    }
}

/// Refuses a page whose content is too much to be walked.
pub(crate) fn refuse_heavy_content(page: &Page<'_>, patience: &mut Patience<'_>) -> Result<(), PdfTrouble> {
    let mut unpacker = Unpacker::new();
    let mut left = CONTENT_BYTES;
    if let Some(Object::Array(streams)) = page.raw().get::<Object<'_>>("Contents")
        && streams.raw_iter().nth(1000).is_some()
    {
        return Err(PdfTrouble::TooLarge);
    }
    for stream in contents(page) {
        unpacker.weigh_content(&stream, patience)?;
        let length = stream.decoded_data().map(|content| content.len()).unwrap_or_default();
        left = left.checked_sub(length).ok_or(PdfTrouble::TooLarge)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weighed(bytes: &[u8]) -> Result<(), PdfTrouble> {
        weigh(bytes, &mut Patience::new(&|| true)).map(|_| ())
    }

    #[test]
    fn names_are_seen_through_their_escapes() {
        assert_eq!(unescaped(b"#4bids"), b"Kids");
        assert_eq!(unescaped(b"A#"), b"A#");
        let kind = |bytes: &[u8]| weigh(bytes, &mut Patience::new(&|| true));
        assert_eq!(kind(b"%PDF-1.4 /#45ncrypt 5 0 R"), Ok(Kind::Encrypted));
        assert_eq!(kind(b"%PDF-1.4 /Encryptor 5 0 R"), Ok(Kind::Plain));
    }

    #[test]
    fn children_are_references() {
        assert_eq!(weighed(b"%PDF-1.4 /Kids [3 0 R\n4 0 R ]"), Ok(()));
        assert_eq!(weighed(b"%PDF-1.4 /Kids [3 0 R << >>]"), Err(PdfTrouble::Unusual));
        assert_eq!(weighed(b"%PDF-1.4 /Kids 7 0 R"), Err(PdfTrouble::Unusual));
    }

    #[test]
    fn rows_have_a_length() {
        assert_eq!(weighed(b"%PDF-1.4 /Columns 1728/Rows 5"), Ok(()));
        assert_eq!(weighed(b"%PDF-1.4 /Columns 65536"), Err(PdfTrouble::Unusual));
        assert_eq!(weighed(b"%PDF-1.4 /Columns 99999999999999999999999999"), Err(PdfTrouble::Unusual));
        assert_eq!(weighed(b"%PDF-1.4 /Columns 7 0 R"), Err(PdfTrouble::Unusual));
    }

    #[test]
    fn one_compression_a_stream() {
        assert_eq!(weighed(b"%PDF-1.4 /Filter/FlateDecode"), Ok(()));
        assert_eq!(weighed(b"%PDF-1.4 /Filter [ /ASCII85Decode /FlateDecode ]"), Ok(()));
        assert_eq!(weighed(b"%PDF-1.4 /Filter [/FlateDecode/DCTDecode]"), Ok(()));
        assert_eq!(weighed(b"%PDF-1.4 /Filter [/FlateDecode 9 0 R]"), Err(PdfTrouble::Unusual));
        assert_eq!(weighed(b"%PDF-1.4 /Filter [/Fl#61teDecode /Fl]"), Err(PdfTrouble::Unusual));
        assert_eq!(weighed(b"%PDF-1.4 /Filter 9 0 R"), Err(PdfTrouble::Unusual));
        assert_eq!(weighed(b"%PDF-1.4 /Filter [9 0 R]"), Err(PdfTrouble::Unusual));
        assert_eq!(weighed(b"%PDF-1.4 /Filter /LZWDecode"), Err(PdfTrouble::Unusual));
    }

    #[test]
    fn size_and_mark_come_first() {
        assert_eq!(weighed(b""), Err(PdfTrouble::NotPdf));
        assert_eq!(weighed(&vec![b' '; FILE_BYTES + 1]), Err(PdfTrouble::TooLarge));
    }
}
