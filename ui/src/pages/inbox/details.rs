//! *Détails techniques*: file names, media types, identifiers and the fields that have no place of their own. Folded away:
//! only whoever looks into a fault needs them.

use crate::parts::element::{el, say};
use crate::text::dossier::format;
use crate::text::inbox::dossier as words;
use crate::text::number;
use bannette_api::dossiers::{Attachment, DossierView};
use leptos::prelude::*;

fn fact(lines: &mut Vec<AnyView>, label: &str, value: &str) {
    if !value.trim().is_empty() {
        lines.push(el("div", &[], vec![say("dt", "", label), say("dd", "", value)]));
    }
}

/// A document by its name, its media type and its size.
fn attachment(one: &Attachment) -> String {
    let document = &one.document;
    let name = document.name.as_deref().unwrap_or(words::UNNAMED);
    format!("{name} · {} · {}", document.media_type, number::size(document.bytes))
}

/// The details, folded.
pub fn details(view: &DossierView) -> AnyView {
    let (head, report) = (&view.message, &view.report);
    let mut lines = Vec::new();
    fact(&mut lines, words::FORMAT, format(report.format));
    if head.to.is_empty() && head.from == head.subject {
        fact(&mut lines, words::FILE, &head.from);
    }
    fact(&mut lines, words::IDENTIFIER, report.id.as_deref().unwrap_or_default());
    fact(&mut lines, words::VERSION, report.version.as_deref().unwrap_or_default());
    for one in &view.attachments {
        fact(&mut lines, words::ATTACHMENT, &attachment(one));
    }
    let mut parts = vec![say("summary", "", words::DETAILS), el("dl", &[], lines)];
    if let (_, Some(indications)) = report.text_and_indications() {
        parts.extend([say("h3", "", words::INDICATIONS), say("p", "preserved", indications)]);
    }
    el("details", &[("class", "message technical"), ("data-test", "details")], parts)
}
