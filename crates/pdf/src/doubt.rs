//! Fonts that are not in the document, or are damaged there, and whose signs nobody can tell from the file: *Wingdings*,
//! bar codes, fonts with an encoding of their own. The renderer draws letters in their place (an arrow becomes an *é*), so
//! the page tells that signs are missing.

use crate::stop::Patience;
use crate::{PdfTrouble, mend};
use hayro::hayro_interpret::font::FontData;
use hayro::hayro_syntax::object::{Array, Dict, Name, Object, ObjectIdentifier, Stream};
use hayro::hayro_syntax::page::Page;
use std::collections::HashSet;
use std::sync::Arc;

/// Forms in forms.
const FORMS: u32 = 12;
/// Forms and patterns that are looked at.
const LOOKED_AT: usize = 2_000;

/// Families whose letters are letters.
const LETTERS: [&str; 34] = [
    "arial",
    "helvetica",
    "times",
    "courier",
    "calibri",
    "cambria",
    "verdana",
    "tahoma",
    "georgia",
    "garamond",
    "trebuchet",
    "liberation",
    "dejavu",
    "roboto",
    "opensans",
    "noto",
    "lucida",
    "segoe",
    "consolas",
    "palatino",
    "bookman",
    "century",
    "univers",
    "frutiger",
    "futura",
    "gill",
    "sans",
    "serif",
    "mono",
    "roman",
    "lato",
    "montserrat",
    "candara",
    "corbel",
];
/// Families whose letters are signs.
const SIGNS: [&str; 20] = [
    "wingding",
    "webding",
    "marlett",
    "mtextra",
    "symbol",
    "monotypesorts",
    "bookshelf",
    "barcode",
    "code39",
    "code128",
    "3of9",
    "ean13",
    "cmsy",
    "cmmi",
    "cmex",
    "msam",
    "msbm",
    "fontawesome",
    "materialicons",
    "pictogram",
];

/// Whether the page names such a font.
pub(crate) fn has_doubtful_fonts(page: &Page<'_>, patience: &mut Patience<'_>) -> Result<bool, PdfTrouble> {
    let mut look = Look { seen: HashSet::new(), patience };
    let own = &page.resources().fonts;
    if look.fonts(own)? || look.forms(&page.resources().x_objects, 0)? || look.forms(&page.resources().patterns, 0)? {
        return Ok(true);
    }
    let Some(notes) = page.raw().get::<Array<'_>>("Annots") else { return Ok(false) };
    for note in notes.iter::<Dict<'_>>().take(LOOKED_AT) {
        let shown = note.get::<Dict<'_>>("AP").and_then(|shown| shown.get::<Object<'_>>("N"));
        let found = match shown {
            Some(Object::Stream(form)) => look.form(&form, 0)?,
            Some(Object::Dict(states)) => look.forms(&states, 0)?,
            _ => false,
        };
        if found {
            return Ok(true);
        }
    }
    Ok(false)
}

struct Look<'l, 'p> {
    seen: HashSet<ObjectIdentifier>,
    patience: &'l mut Patience<'p>,
}

impl Look<'_, '_> {
    fn fonts(&mut self, fonts: &Dict<'_>) -> Result<bool, PdfTrouble> {
        for name in fonts.keys() {
            if !self.patience.lasts() {
                return Err(PdfTrouble::Stopped);
            }
            if fonts.get::<Dict<'_>>(name.as_ref()).is_some_and(|font| is_doubtful(&font)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn forms(&mut self, forms: &Dict<'_>, depth: u32) -> Result<bool, PdfTrouble> {
        for name in forms.keys() {
            if let Some(form) = forms.get::<Stream<'_>>(name.as_ref())
                && self.form(&form, depth)?
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn form(&mut self, form: &Stream<'_>, depth: u32) -> Result<bool, PdfTrouble> {
        if depth >= FORMS || self.seen.len() >= LOOKED_AT || !self.seen.insert(form.obj_id()) {
            return Ok(false);
        }
        let Some(own) = form.dict().get::<Dict<'_>>("Resources") else { return Ok(false) };
        let part = |key: &str| own.get::<Dict<'_>>(key).unwrap_or_default();
        Ok(self.fonts(&part("Font"))?
            || self.forms(&part("XObject"), depth + 1)?
            || self.forms(&part("Pattern"), depth + 1)?)
    }
}

/// Whether the font that lies in the document can be read; none where none lies there.
fn holds_whole(about: &Dict<'_>) -> Option<bool> {
    let key = ["FontFile", "FontFile2", "FontFile3"].into_iter().find(|key| about.contains_key(key))?;
    let bytes = about.get::<Stream<'_>>(key).and_then(|stream| stream.decoded_data().ok());
    // As the renderer reads it.
    Some(bytes.is_some_and(|bytes| {
        let bytes: FontData = Arc::new(bytes.into_owned());
        skrifa::Font::new(bytes, 0).is_some()
    }))
}

/// Whether the letters that are drawn for this font may be others than those that are meant. Fonts of many signs (Type 0)
/// that are not in the document are asked sign by sign instead.
fn is_doubtful(font: &Dict<'_>) -> bool {
    let kind = font.get::<Name<'_>>("Subtype");
    match kind.as_ref().map(|kind| kind.as_str()) {
        Some("Type1" | "MMType1" | "TrueType") => {}
        Some("Type0") => {
            let below = font.get::<Array<'_>>("DescendantFonts").and_then(|fonts| fonts.iter::<Dict<'_>>().next());
            let about = below.and_then(|below| below.get::<Dict<'_>>("FontDescriptor"));
            return about.and_then(|about| holds_whole(&about)) == Some(false);
        }
        _ => return false,
    }
    let about = font.get::<Dict<'_>>("FontDescriptor").unwrap_or_default();
    if let Some(is_whole) = holds_whole(&about) {
        return !is_whole;
    }
    let name = font.get::<Name<'_>>("BaseFont").map(|name| name.as_str().to_owned()).unwrap_or_default();
    let name = name.split_once('+').filter(|(mark, _)| mark.len() == 6).map_or(name.as_str(), |(_, name)| name);
    if matches!(name, "Symbol" | "ZapfDingbats") {
        return false;
    }
    let letters: String = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    // The renderer finds this one by a part of its name.
    if letters.contains("dingbats") && !letters.contains("web") && !letters.contains("wing") {
        return false;
    }
    if SIGNS.iter().any(|family| letters.contains(family)) || mend::usual_name(name).is_some() {
        return true;
    }
    // A descriptor that says *signs* and not *letters*, and no encoding that says which (ISO 32000-1, table 123).
    let flags = about.get::<u32>("Flags").unwrap_or(0);
    let is_symbolic = flags & 4 != 0 && flags & 32 == 0;
    is_symbolic && !font.contains_key("Encoding") && !LETTERS.iter().any(|family| letters.contains(family))
}
