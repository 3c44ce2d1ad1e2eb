//! Colour spaces that stand on colour spaces, functions made of functions: the renderer follows them without counting, and
//! ten thousand of them overflow the stack, which ends the whole program. Looked for before a page is rendered.

use crate::PdfTrouble;
use crate::limits::{OBJECTS, REFERENCES};
use hayro::hayro_syntax::Pdf;
use hayro::hayro_syntax::object::{Array, Dict, MaybeRef, ObjRef, Object, ObjectIdentifier};
use std::collections::HashMap;

/// The entries by which such an object leads to another; the rest of a dictionary is not followed (pages know their
/// parents, and that is no harm).
const FOLLOWED: [&str; 4] = ["Functions", "Function", "Alternate", "SMask"];

/// Refuses a document in which such a chain is longer than any real one, or has no end. To be called inside
/// [`crate::stop::guarded`].
pub(crate) fn refuse_loops(pdf: &Pdf) -> Result<(), PdfTrouble> {
    if pdf.len() > OBJECTS {
        return Err(PdfTrouble::TooLarge);
    }
    let mut chains = Chains { pdf, longest: HashMap::new() };
    for object in pdf.objects() {
        chains.object(&object, 0)?;
    }
    Ok(())
}

struct Chains<'a> {
    pdf: &'a Pdf,
    /// The longest chain from each object; none while it is being followed.
    longest: HashMap<ObjectIdentifier, Option<usize>>,
}

impl<'a> Chains<'a> {
    /// The longest chain from here.
    fn object(&mut self, object: &Object<'a>, depth: usize) -> Result<usize, PdfTrouble> {
        if depth > REFERENCES {
            return Err(PdfTrouble::Unusual);
        }
        match object {
            Object::Array(array) => self.array(array, depth),
            Object::Dict(dict) => self.dict(dict, depth),
            Object::Stream(stream) => self.dict(stream.dict(), depth),
            _ => Ok(0),
        }
    }

    fn array(&mut self, array: &Array<'a>, depth: usize) -> Result<usize, PdfTrouble> {
        let mut longest = 0;
        for item in array.raw_iter() {
            longest = longest.max(self.item(&item, depth)?);
        }
        Ok(longest)
    }

    fn dict(&mut self, dict: &Dict<'a>, depth: usize) -> Result<usize, PdfTrouble> {
        let mut longest = 0;
        for key in FOLLOWED {
            if let Some(item) = dict.get_raw::<Object<'a>>(key) {
                longest = longest.max(self.item(&item, depth)?);
            }
        }
        Ok(longest)
    }

    fn item(&mut self, item: &MaybeRef<Object<'a>>, depth: usize) -> Result<usize, PdfTrouble> {
        let longest = match item {
            MaybeRef::Ref(to) => self.reference(*to, depth + 1)? + 1,
            MaybeRef::NotRef(object @ (Object::Array(_) | Object::Dict(_))) => self.object(object, depth + 1)? + 1,
            MaybeRef::NotRef(_) => 0,
        };
        // Chains met before count too: depth alone would miss a chain whose end was looked at first.
        if longest > REFERENCES { Err(PdfTrouble::Unusual) } else { Ok(longest) }
    }

    fn reference(&mut self, to: ObjRef, depth: usize) -> Result<usize, PdfTrouble> {
        let id = ObjectIdentifier::from(to);
        match self.longest.get(&id) {
            Some(Some(known)) => return Ok(*known),
            Some(None) => return Err(PdfTrouble::Unusual),
            None => {}
        }
        self.longest.insert(id, None);
        let longest = match self.pdf.xref().get::<Object<'a>>(id) {
            Some(object) => self.object(&object, depth)?,
            None => 0,
        };
        self.longest.insert(id, Some(longest));
        Ok(longest)
    }
}
