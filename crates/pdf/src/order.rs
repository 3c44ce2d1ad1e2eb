//! The pages of a document in their order. The parser gives each page once, wherever its list names it; a sheet that is
//! named twice (explanations after each part of a report) must stand there twice, or the last pages are never reached.

use crate::PdfTrouble;
use crate::limits::{OBJECTS, PAGES};
use hayro::hayro_syntax::Pdf;
use hayro::hayro_syntax::object::{Array, Dict, MaybeRef, Object, ObjectIdentifier};
use std::collections::{HashMap, HashSet};

/// The pages as places in the parser's list. Where the list cannot be followed, the parser's own order.
///
/// # Errors
///
/// [`PdfTrouble::Unusual`] where the list names pages that the parser does not give.
pub(crate) fn order(pdf: &Pdf) -> Result<Vec<usize>, PdfTrouble> {
    let pages = pdf.pages();
    let ids = pages.iter().enumerate().filter_map(|(place, page)| Some((page.raw().obj_id()?, place)));
    let places: HashMap<ObjectIdentifier, usize> = ids.collect();
    let found = follow(pdf, &places)?;
    let distinct: HashSet<usize> = found.iter().copied().collect();
    // A list that lacks pages is not the one that the parser followed: it repaired the document.
    if distinct.len() == pages.len() { Ok(found) } else { Ok((0..pages.len()).collect()) }
}

/// A list of pages that is being followed: whose it is, and what is still to come, the last first.
struct List {
    of: ObjectIdentifier,
    left: Vec<ObjectIdentifier>,
}

fn follow(pdf: &Pdf, places: &HashMap<ObjectIdentifier, usize>) -> Result<Vec<usize>, PdfTrouble> {
    let (xref, mut found) = (pdf.xref(), Vec::new());
    let root = xref.get::<Dict<'_>>(xref.root_id()).and_then(|root| root.get_ref("Pages")).map(ObjectIdentifier::from);
    let Some(root) = root else { return Ok(found) };
    // Shared lists make ten times ten times ten pages of a small file: nobody needs to know how many.
    let most = pdf.pages().len().max(usize::try_from(PAGES).unwrap_or(usize::MAX));
    let (mut above, mut looks) = (HashSet::from([root]), OBJECTS);
    let mut lists = vec![List { of: root, left: xref.get(root).map(|node| kids(&node)).unwrap_or_default() }];
    while let Some(list) = lists.last_mut() {
        let Some(next) = list.left.pop() else {
            above.remove(&list.of);
            lists.pop();
            continue;
        };
        looks = looks.checked_sub(1).ok_or(PdfTrouble::Unusual)?;
        let known = places.get(&next);
        let page = known.and_then(|place| pdf.pages().get(*place));
        let is_page = page.is_some_and(|page| !page.raw().contains_key("Kids"));
        if let (Some(place), true) = (known, is_page) {
            found.push(*place);
            if found.len() > most {
                return Ok(found);
            }
            continue;
        }
        let Some(node) = xref.get::<Dict<'_>>(next) else { continue };
        if node.contains_key("Kids") {
            // A list in itself ends where it meets itself.
            if above.insert(next) {
                lists.push(List { of: next, left: kids(&node) });
            }
        } else if node.contains_key("Contents") {
            // In a list that does not say what it is: the parser took the list for a page.
            return Err(PdfTrouble::Unusual);
        }
    }
    Ok(found)
}

/// What a list names, the last first.
fn kids(node: &Dict<'_>) -> Vec<ObjectIdentifier> {
    let kids = node.get::<Array<'_>>("Kids");
    let kids = kids.iter().flat_map(|kids| kids.raw_iter().collect::<Vec<MaybeRef<Object<'_>>>>());
    let ids = kids.filter_map(|kid| if let MaybeRef::Ref(to) = kid { Some(ObjectIdentifier::from(to)) } else { None });
    let mut ids: Vec<ObjectIdentifier> = ids.take(OBJECTS).collect();
    ids.reverse();
    ids
}
