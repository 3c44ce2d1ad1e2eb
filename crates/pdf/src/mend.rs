//! The names of the fonts of signs. The renderer knows `Symbol` and `ZapfDingbats` by these names only; under the others
//! that they go by it takes the font for one of letters, and a micro sign becomes an *m*. Fonts that are in the document
//! are drawn from there, whatever their names.

use hayro::hayro_syntax::Pdf;
use hayro::hayro_syntax::object::{Object, ObjectIdentifier};
use memchr::memmem;
use std::fmt::Write as _;

/// The key before a font's name.
const KEY: &[u8] = b"/BaseFont";
/// The longest name that is looked at.
const NAME: usize = 64;

/// What the renderer calls this font of signs; none for every other font, and for those that it knows already.
pub(crate) fn usual_name(name: &str) -> Option<&'static str> {
    let plain = name.split_once('+').filter(|(mark, _)| mark.len() == 6).map_or(name, |(_, name)| name);
    let letters: String = plain.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let family = ["regular", "normal", "oblique", "italic", "bold", "roman"].iter();
    let family = family.fold(letters.as_str(), |left, style| left.strip_suffix(style).unwrap_or(left));
    let family = family.strip_suffix("bold").unwrap_or(family);
    let usual = match family {
        "symbol" | "symbolmt" | "symbolstd" | "symbolps" | "symbolneu" | "standardsymbols" | "standardsymbolsl"
        | "standardsymbolsps" | "standardsyml" | "symbolset" | "symbola4" => "Symbol",
        "zapfdingbats" | "zapfdingbatsitc" | "itczapfdingbats" | "zapfdingbatsstd" | "dingbats" | "d050000l" => {
            "ZapfDingbats"
        }
        _ => return None,
    };
    (plain != usual).then_some(usual)
}

/// The document with these names mended where they stand in its bytes, each in its place: blanks fill up what is left.
/// A longer name than there is room for stays.
pub(crate) fn mend_names(bytes: &[u8]) -> Vec<u8> {
    let mut mended = bytes.to_vec();
    for at in memmem::find_iter(bytes, KEY) {
        let Some((start, length, usual)) = name_after(bytes, at + KEY.len()) else { continue };
        let Some(room) = mended.get_mut(start..start + length).filter(|room| room.len() >= usual.len()) else {
            continue;
        };
        room.fill(b' ');
        room.iter_mut().zip(usual.bytes()).for_each(|(to, from)| *to = from);
    }
    mended
}

/// Where the name of a font begins that is to be mended (behind its stroke), how long it is, and what it becomes.
fn name_after(bytes: &[u8], at: usize) -> Option<(usize, usize, &'static str)> {
    let rest = bytes.get(at..)?;
    let spaces = rest.iter().take_while(|byte| byte.is_ascii_whitespace() || **byte == 0).count();
    let name = rest.get(spaces..)?.strip_prefix(b"/")?;
    let is_regular = |byte: &u8| byte.is_ascii_graphic() && !b"()<>[]{}/%".contains(byte);
    let length = name.iter().take(NAME).take_while(|byte| is_regular(byte)).count();
    let written = crate::weigh::unescaped(name.get(..length)?);
    Some((at + spaces + 1, length, usual_name(std::str::from_utf8(&written).ok()?)?))
}

/// The document with these names mended in the objects that lie packed in others, which are written once more at its end;
/// none where there is nothing to mend. Not for what is encrypted: there the page tells that signs are in doubt.
pub(crate) fn mend_packed_names(pdf: &Pdf) -> Option<Vec<u8>> {
    let bytes = pdf.data().as_ref();
    if memmem::find(bytes, b"ObjStm").is_none() || memmem::find(bytes, b"/Encrypt").is_some() {
        return None;
    }
    let objects = pdf.objects().into_iter().filter_map(|object| match object {
        Object::Dict(dict) => Some((dict.obj_id()?, mended(dict.data())?)),
        _ => None,
    });
    let objects: Vec<(ObjectIdentifier, Vec<u8>)> = objects.collect();
    if objects.is_empty() { None } else { with_objects(pdf, &objects) }
}

/// A dictionary with its names mended; none where there is none.
fn mended(data: &[u8]) -> Option<Vec<u8>> {
    let mut written = Vec::with_capacity(data.len() + 16);
    let mut from = 0;
    for at in memmem::find_iter(data, KEY) {
        if let Some((start, length, usual)) = name_after(data, at + KEY.len()) {
            written.extend_from_slice(data.get(from..start)?);
            written.extend_from_slice(usual.as_bytes());
            from = start + length;
        }
    }
    written.extend_from_slice(data.get(from..)?);
    (from > 0).then_some(written)
}

/// The document with other objects in place of its own: added at its end, with a table of their places (ISO 32000-1, 7.5.6).
fn with_objects(pdf: &Pdf, objects: &[(ObjectIdentifier, Vec<u8>)]) -> Option<Vec<u8>> {
    let mut bytes = pdf.data().as_ref().to_vec();
    let before = memmem::rfind(&bytes, b"startxref").and_then(|at| bytes.get(at + b"startxref".len()..))?;
    let before: String = before
        .iter()
        .map(|byte| char::from(*byte))
        .skip_while(char::is_ascii_whitespace)
        .take_while(char::is_ascii_digit)
        .collect();
    let mut table = "xref\n".to_owned();
    for (id, object) in objects {
        let (number, generation) = (id.obj_number, id.gen_number);
        bytes.push(b'\n');
        writeln!(table, "{number} 1\n{:010} {generation:05} n ", bytes.len()).ok()?;
        bytes.extend_from_slice(format!("{number} {generation} obj\n").as_bytes());
        bytes.extend_from_slice(object);
        bytes.extend_from_slice(b"\nendobj\n");
    }
    let root = pdf.xref().root_id();
    let root = format!("{} {}", root.obj_number, root.gen_number);
    let start = bytes.len();
    let trailer = format!("trailer\n<< /Size 1000000 /Root {root} R /Prev {before} >>\nstartxref\n{start}\n%%EOF\n");
    bytes.extend_from_slice(table.as_bytes());
    bytes.extend_from_slice(trailer.as_bytes());
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fonts_of_signs_are_known_by_their_other_names() {
        for name in
            ["SymbolMT", "ABCDEF+SymbolMT", "Symbol,Bold", "Symbol-BoldItalic", "SymbolStd", "StandardSymL", "SYMBOL"]
        {
            assert_eq!(usual_name(name), Some("Symbol"), "{name}");
        }
        for name in ["ITCZapfDingbats", "ZapfDingbats,Bold", "Dingbats", "ZapfDingbatsITC"] {
            assert_eq!(usual_name(name), Some("ZapfDingbats"), "{name}");
        }
        for name in ["Symbol", "ZapfDingbats", "ABCDEF+Symbol", "Arial", "Wingdings", "SymbolicFont", "Bold", ""] {
            assert_eq!(usual_name(name), None, "{name}");
        }
    }

    #[test]
    fn a_name_is_mended_in_its_place() {
        let mend = |bytes: &[u8]| String::from_utf8(mend_names(bytes)).unwrap();
        assert_eq!(mend(b"<</BaseFont/SymbolMT/Subtype/TrueType>>"), "<</BaseFont/Symbol  /Subtype/TrueType>>");
        assert_eq!(mend(b"/BaseFont\n/Symbol#2CBold /X"), "/BaseFont\n/Symbol        /X");
        assert_eq!(mend(b"/BaseFont /Dingbats /X"), "/BaseFont /Dingbats /X", "no room: the renderer knows it");
        assert_eq!(mend(b"/BaseFont /Arial /FontName /SymbolMT"), "/BaseFont /Arial /FontName /SymbolMT");
        assert_eq!(mend(b"/BaseFont"), "/BaseFont");
    }
}
