//! What single objects promise: fonts that give widths to billions of characters, functions that cost as much as a page,
//! meshes. Asked before anything evaluates them.

use crate::PdfTrouble;
use crate::limits::{CHARACTERS, INPUTS, NESTED_IN_OBJECT};
use hayro::hayro_syntax::Pdf;
use hayro::hayro_syntax::object::{Array, Dict, MaybeRef, Name, Object, Stream};

/// What is known of a document after its objects were looked at.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Promises {
    /// What its dearest function costs, in plain pixels.
    pub(crate) function: u64,
    /// Whether it names a font of many signs (Type 0) that it does not hold.
    pub(crate) lacks_wide_font: bool,
}

/// Refuses a document with an object that promises too much. To be called inside [`crate::stop::guarded`].
pub(crate) fn refuse_promises(pdf: &Pdf) -> Result<Promises, PdfTrouble> {
    let mut promises = Promises::default();
    for object in pdf.objects() {
        look(&object, 0, &mut promises)?;
        if let Object::Stream(stream) = &object {
            promises.function = promises.function.max(cost(stream)?);
        }
    }
    Ok(promises)
}

/// What stands in an object, what stands in that, and so on; references lead to objects that are looked at themselves.
fn look(object: &Object<'_>, depth: u32, promises: &mut Promises) -> Result<(), PdfTrouble> {
    if depth > NESTED_IN_OBJECT {
        return Err(PdfTrouble::Unusual);
    }
    let dict = match object {
        Object::Array(array) => {
            for item in array.raw_iter() {
                if let MaybeRef::NotRef(inside @ (Object::Array(_) | Object::Dict(_))) = item {
                    look(&inside, depth + 1, promises)?;
                }
            }
            return Ok(());
        }
        Object::Dict(dict) => dict,
        Object::Stream(stream) => stream.dict(),
        _ => return Ok(()),
    };
    // Meshes of triangles and patches: in drawings, never in reports.
    if dict.get::<u32>("ShadingType").is_some_and(|kind| kind > 3) {
        return Err(PdfTrouble::Unusual);
    }
    refuse_widths(dict)?;
    promises.lacks_wide_font |= lacks_wide_font(dict);
    for (_, value) in dict.entries() {
        if let MaybeRef::NotRef(inside @ (Object::Array(_) | Object::Dict(_))) = value {
            look(&inside, depth + 1, promises)?;
        }
    }
    Ok(())
}

fn lacks_wide_font(dict: &Dict<'_>) -> bool {
    let kind = dict.get::<Name<'_>>("Subtype");
    kind.is_some_and(|kind| matches!(kind.as_str(), "CIDFontType0" | "CIDFontType2"))
        && dict
            .get::<Dict<'_>>("FontDescriptor")
            .is_none_or(|about| !["FontFile", "FontFile2", "FontFile3"].iter().any(|key| about.contains_key(key)))
}

/// Refuses a font whose widths (its own, or those of the fonts it stands on) are those of more characters than there are.
pub(crate) fn refuse_wide_font(font: &Dict<'_>) -> Result<(), PdfTrouble> {
    refuse_widths(font)?;
    if let Some(fonts) = font.get::<Array<'_>>("DescendantFonts") {
        for font in fonts.iter::<Dict<'_>>().take(8) {
            refuse_widths(&font)?;
        }
    }
    Ok(())
}

/// ISO 32000-1, 9.7.4.3: `first [widths]`, or `first last width`; for vertical writing three numbers for each width.
fn refuse_widths(dict: &Dict<'_>) -> Result<(), PdfTrouble> {
    for key in ["W", "W2"] {
        let Some(widths) = dict.get::<Array<'_>>(key) else { continue };
        let mut left = CHARACTERS;
        let mut items = widths.flex_iter();
        loop {
            let (first, last) = if items.next::<(u32, Array<'_>)>().is_some() {
                continue;
            } else if key == "W" {
                let Some((first, last, _)) = items.next::<(u32, u32, f32)>() else { break };
                (first, last)
            } else {
                let Some((first, last, ..)) = items.next::<(u32, u32, f32, f32, f32)>() else { break };
                (first, last)
            };
            left = left.checked_sub(last.saturating_sub(first)).ok_or(PdfTrouble::Unusual)?;
        }
    }
    Ok(())
}

/// What evaluating this costs, if it is a function (ISO 32000-1, 7.10).
fn cost(stream: &Stream<'_>) -> Result<u64, PdfTrouble> {
    match stream.dict().get::<u8>("FunctionType") {
        // Between the samples, each input doubles the work.
        Some(0) => {
            let domain = stream.dict().get::<Array<'_>>("Domain");
            let inputs = domain.map_or(0, |domain| domain.raw_iter().take(4 * INPUTS).count() / 2);
            if inputs > INPUTS { Err(PdfTrouble::Unusual) } else { Ok(1 << inputs) }
        }
        // A program: about eight bytes an order. Packed ones become a few times as long.
        Some(4) => {
            let packed = if stream.filters().is_empty() { 1 } else { 8 };
            Ok(u64::try_from(stream.raw_data().len().saturating_mul(packed) / 8).unwrap_or(u64::MAX))
        }
        _ => Ok(0),
    }
}
