//! CDA R2 reports of French laboratories (CI-SIS volet CR-BIO, LOINC 11502-2), level 1 (a PDF inside) and level 3
//! (sections, results); other CDA documents are read as far as they are alike.
//!
//! The document is found at any depth, under any prefix, also where a stylesheet wraps it (« auto-présentable »): the
//! stylesheet is never run, no document type is opened, nothing outside the document is loaded. What the laboratory says
//! of a result wins over its bounds; the narrative, which is the legal reference, is given beside the results as plain
//! text. It must never list an earlier result as a new one, and never say more of a result than the document does.

mod body;
mod codes;
mod element;
mod header;
mod identity;
mod media;
mod narrative;
mod observation;
mod outcome;
mod ranges;
#[cfg(test)]
mod tests;
mod time;
mod value;
mod words;
mod xml;

use crate::limits;
use crate::payload::Understood;
use crate::text::{charset, cut, html};
use bannette_api::report::WarningCode;
use memchr::memmem;
use outcome::Outcome;
use std::borrow::Cow;

/// Whether these bytes hold a CDA document. Looks at their head only.
pub(crate) fn is_in(bytes: &[u8]) -> bool {
    let head = bytes.get(..limits::CDA_HEAD_BYTES).unwrap_or(bytes);
    if head.iter().take(4).any(|byte| *byte == 0 || *byte >= 0xFE) {
        let decoded = charset::declared(head, None);
        return decoded.encoding.starts_with("utf-16") && begins(decoded.text.as_bytes());
    }
    let marked = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    begins(marked)
}

/// Whether a text begins with markup and has a `ClinicalDocument` in its head.
fn begins(text: &[u8]) -> bool {
    let blanks = text.iter().take(1024).take_while(|byte| byte.is_ascii_whitespace()).count();
    if text.get(blanks) != Some(&b'<') {
        return false;
    }
    let head = text.get(..limits::CDA_HEAD_BYTES).unwrap_or(text);
    if holds_root(head) {
        return true;
    }
    let wrapped = memmem::find(head, b"http://www.w3.org/1999/XSL/Transform").is_some();
    wrapped && holds_root(text.get(..limits::CDA_WRAPPED_HEAD_BYTES).unwrap_or(text))
}

fn holds_root(head: &[u8]) -> bool {
    let opens = |at: usize| {
        let before = head.get(..at).unwrap_or_default();
        let before = match before.split_last() {
            Some((b':', rest)) => {
                let prefix = rest.iter().rev().take(64).take_while(|byte| !matches!(byte, b'<' | b' ' | b'>')).count();
                rest.get(..rest.len() - prefix).unwrap_or_default()
            }
            _ => before,
        };
        before.ends_with(b"<")
    };
    memmem::find_iter(head, b"ClinicalDocument").any(opens) && memmem::find(head, xml::HL7.as_bytes()).is_some()
}

/// Reads a CDA document. Never fails.
pub(crate) fn read(bytes: &[u8]) -> Understood {
    let decoded = charset::declared(bytes, declared_encoding(bytes));
    let text = &*decoded.text;
    let (tree, defects) = xml::Tree::read(text);
    let mut outcome = Outcome::default();
    let mut end = 0;
    for element in tree.elements() {
        if element.place() < end || !element.is("ClinicalDocument") {
            continue;
        }
        end = element.end();
        if outcome.understood.reports.len() >= limits::REPORTS {
            outcome.warn(
                WarningCode::TooLarge,
                "Ce fichier contient trop de documents\u{a0}: seuls les premiers ont été lus.",
            );
            break;
        }
        let report = body::read(element, &mut outcome);
        outcome.understood.reports.push(report);
    }
    if outcome.understood.reports.is_empty() {
        outcome.warn(WarningCode::NotUnderstood, "Aucun compte rendu n’a été trouvé dans ce document.");
    }
    told(&defects, text, &mut outcome);
    outcome.understood.encoding = Some(decoded.encoding);
    outcome.understood
}

/// Says what was wrong with the XML, and keeps the words of what was not read.
fn told(defects: &xml::Defects<'_>, text: &str, outcome: &mut Outcome) {
    if defects.doctype {
        outcome.warn(
            WarningCode::RefusedDoctype,
            "Ce document définit ses propres entités ou son propre type\u{a0}: ils n’ont pas été utilisés, par sécurité.",
        );
    }
    if defects.too_deep {
        outcome.warn(
            WarningCode::TooDeep,
            "Ce document est trop imbriqué\u{a0}: ce qui est le plus profond n’a été lu que comme du texte.",
        );
    }
    let stopped = [
        (
            &defects.broken,
            WarningCode::BrokenXml,
            "Ce document est coupé ou abîmé ici\u{a0}: la suite n’a pas pu être lue.",
        ),
        (&defects.too_long, WarningCode::TooLarge, "Ce document est trop long\u{a0}: la suite n’a pas été lue."),
    ];
    for (defect, code, message) in stopped {
        if let Some((at, rest)) = defect {
            outcome.warn_at(code, line(text, *at), message);
            keep(rest, outcome);
        }
    }
}

/// The line in which a place stands, from 1.
fn line(text: &str, at: usize) -> u32 {
    let before = text.as_bytes().get(..at).unwrap_or(text.as_bytes());
    u32::try_from(memchr::memchr_iter(b'\n', before).count() + 1).unwrap_or(u32::MAX)
}

/// Words that were not read as XML stand in the text of the last report; what is no word (base64) is left out.
fn keep(rest: &str, outcome: &mut Outcome) {
    const LONGEST_WORD: usize = 200;
    let Some(report) = outcome.understood.reports.last_mut() else { return };
    let (words, _) = html::to_text(rest);
    let mut kept = String::new();
    for line in cut(&words, limits::SHOWN_TEXT_BYTES).lines() {
        let words = line.split(' ').map(|word| if word.len() > LONGEST_WORD { "[…]" } else { word });
        for (at, word) in words.enumerate() {
            if at > 0 {
                kept.push(' ');
            }
            kept.push_str(word);
        }
        kept.push('\n');
    }
    let kept = kept.trim();
    if !kept.is_empty() {
        let text = report.text.get_or_insert_default();
        if !text.is_empty() {
            text.push_str("\n\n");
        }
        text.push_str("Suite du document, non interprétée :\n");
        text.push_str(kept);
    }
}

/// The encoding that the XML declaration names. One that names UTF-16 in ASCII bytes is wrong.
fn declared_encoding(bytes: &[u8]) -> Option<&str> {
    let head = bytes.get(..200).unwrap_or(bytes);
    let start = memmem::find(head, b"<?xml")?;
    let declaration = head.get(start..)?;
    let declaration = declaration.get(..memmem::find(declaration, b"?>")?)?;
    let after = declaration.get(memmem::find(declaration, b"encoding")? + b"encoding".len()..)?;
    let quote = after.iter().position(|byte| matches!(byte, b'"' | b'\''))?;
    let (mark, rest) = (after.get(quote)?, after.get(quote + 1..)?);
    let name = rest.get(..memchr::memchr(*mark, rest)?)?;
    let name = std::str::from_utf8(name).ok()?.trim();
    (!name.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("utf-16"))).then_some(name)
}

/// A text in one line, without blanks at its ends.
fn in_one_line(text: &str) -> Cow<'_, str> {
    let text = text.trim();
    let tidy = !text.contains(|c: char| c.is_whitespace() && c != ' ') && !text.contains("  ");
    if tidy { Cow::Borrowed(text) } else { Cow::Owned(text.split_whitespace().collect::<Vec<_>>().join(" ")) }
}
