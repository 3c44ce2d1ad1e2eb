//! METADATA.XML: a `SubmitObjectsRequest` of ebXML RegRep 3.0 (IHE ITI TF-3 4.2), read as a stream. Elements are known by
//! their local name in any RegRep namespace (2.1 was used too). It must never read a DTD or an entity of its own, nor go
//! deeper than [`limits::METADATA_DEPTH`].

use super::identifier::{self, Cx};
use super::submission::{Listed, Submission};
use crate::limits;
use crate::text::charset;
use quick_xml::NsReader;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::ResolveResult;
use std::collections::HashMap;

const REGREP: &str = "urn:oasis:names:tc:ebxml-regrep:";

/// Identification schemes and classifications of IHE ITI TF-3 4.2.5.
const DOCUMENT_PATIENT_ID: &str = "58a6f841-87b3-4a3e-92fd-a8ffeff98427";
const DOCUMENT_UNIQUE_ID: &str = "2e82c1f6-a085-4c72-9da3-8640a32e42ab";
const SET_PATIENT_ID: &str = "6b5aea1a-874d-4603-a4bc-96a0a7b38446";
const SET_UNIQUE_ID: &str = "96fdda7c-d067-4183-912e-bf5ee74998a8";
const TYPE_CODE: &str = "f0306f51-975f-434e-a61c-c59651d33983";
const AUTHOR: &str = "93606bcf-9494-43ec-9b4e-a7748d1a838d";

/// Reads a METADATA.XML that stands in this folder. Gives also whether all of it could be read; none where it is no
/// METADATA.XML at all.
pub(super) fn read(bytes: &[u8], folder: &str) -> Option<(Submission, bool)> {
    let kept = bytes.get(..limits::METADATA_BYTES).unwrap_or(bytes);
    let text = charset::detect(kept).text;
    let mut registry = Registry::default();
    let mut whole = kept.len() == bytes.len();
    let mut reader = NsReader::from_str(&text);
    loop {
        let (namespace, event) = match reader.read_resolved_event() {
            Ok((namespace, event)) => (is_regrep(&namespace), event),
            Err(_) => {
                whole = false;
                break;
            }
        };
        let going_on = match event {
            Event::Start(start) => registry.start(&start, namespace),
            Event::Empty(start) => {
                let going_on = registry.start(&start, namespace);
                registry.end();
                going_on
            }
            Event::End(_) => {
                registry.end();
                true
            }
            Event::Text(text) => registry.text(&text.xml10_content()),
            Event::CData(text) => registry.text(&text.xml10_content()),
            Event::GeneralRef(reference) => match reference.resolve_char_ref() {
                Ok(Some(c)) => registry.text(c.encode_utf8(&mut [0; 4])),
                _ => match quick_xml::escape::resolve_predefined_entity(&reference) {
                    Some(text) => registry.text(text),
                    None => false,
                },
            },
            Event::DocType(_) => false,
            Event::Eof => break,
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) => true,
        };
        if !going_on {
            whole = false;
            break;
        }
    }
    whole &= registry.open.is_empty();
    registry.seen.then(|| (registry.finish(folder), whole))
}

fn is_regrep(namespace: &ResolveResult<'_>) -> bool {
    match namespace {
        ResolveResult::Bound(namespace) => namespace.into_inner().starts_with(REGREP),
        ResolveResult::Unbound => true,
        ResolveResult::Unknown(_) => false,
    }
}

/// An element that is open.
enum Open {
    Document,
    Set,
    Slot { name: String, values: Vec<String> },
    Value(String),
    Classification { scheme: String, code: Option<String> },
    Identifier { scheme: String, value: String },
    Name,
    Other,
}

/// What has been read so far.
#[derive(Default)]
struct Registry {
    /// Whether anything of a registry was met.
    seen: bool,
    open: Vec<Open>,
    document: Listed,
    /// Identifiers of the patient, in the order in which they are believed.
    patient_ids: [Option<Cx>; 2],
    submission: Submission,
    /// By the document that replaces: the one replaced.
    replaced: HashMap<String, String>,
    /// Text of the innermost names that are open.
    named: Vec<String>,
}

impl Registry {
    /// An element begins. Gives whether to go on.
    fn start(&mut self, start: &BytesStart<'_>, known: bool) -> bool {
        if self.open.len() >= limits::METADATA_DEPTH {
            self.open.push(Open::Other);
            return false;
        }
        let local = start.local_name();
        let opened = match local.into_inner() {
            _ if !known => Open::Other,
            "SubmitObjectsRequest" | "RegistryObjectList" => {
                self.seen = true;
                Open::Other
            }
            "ExtrinsicObject" => {
                self.seen = true;
                self.document = Listed {
                    id: attribute(start, "id").unwrap_or_default(),
                    media_type: attribute(start, "mimeType").map(|kind| kind.to_ascii_lowercase()),
                    ..Listed::default()
                };
                self.patient_ids = [None, None];
                Open::Document
            }
            "RegistryPackage" => {
                self.seen = true;
                Open::Set
            }
            "Association" | "Association1" => {
                self.association(start);
                Open::Other
            }
            "Slot" => Open::Slot { name: attribute(start, "name").unwrap_or_default(), values: Vec::new() },
            "Value" => Open::Value(String::new()),
            "Classification" => Open::Classification {
                scheme: scheme(attribute(start, "classificationScheme")),
                code: attribute(start, "nodeRepresentation").filter(|code| !code.is_empty()),
            },
            "ExternalIdentifier" => Open::Identifier {
                scheme: scheme(attribute(start, "identificationScheme")),
                value: attribute(start, "value").unwrap_or_default(),
            },
            "Name" => Open::Name,
            "LocalizedString" => {
                if let (Some(Open::Name), Some(text)) = (self.open.last(), attribute(start, "value")) {
                    self.named.push(text);
                }
                Open::Other
            }
            _ => Open::Other,
        };
        self.open.push(opened);
        true
    }

    fn text(&mut self, text: &str) -> bool {
        if let Some(Open::Value(value)) = self.open.last_mut() {
            value.push_str(text);
        }
        true
    }

    /// The innermost element ends.
    fn end(&mut self) {
        match self.open.pop() {
            Some(Open::Value(value)) => {
                if let Some(Open::Slot { values, .. }) =
                    self.open.iter_mut().rev().take(2).find(|open| matches!(open, Open::Slot { .. }))
                {
                    values.push(value.trim().to_owned());
                }
            }
            Some(Open::Slot { name, values }) => self.slot(&name.to_ascii_lowercase(), &values),
            Some(Open::Classification { scheme, code }) => {
                let name = self.named.pop();
                self.named.clear();
                if scheme == TYPE_CODE && self.in_document() && self.document.kind.is_none() {
                    self.document.kind = code.map(|code| (code, name));
                }
            }
            Some(Open::Identifier { scheme, value }) => {
                let name = self.named.pop().unwrap_or_default();
                self.named.clear();
                self.identifier(&scheme, &name, &value);
            }
            Some(Open::Name) => {
                let of_document = matches!(self.open.last(), Some(Open::Document));
                if of_document || matches!(self.open.last(), Some(Open::Set)) {
                    let title = self.named.pop().filter(|title| !title.trim().is_empty());
                    self.named.clear();
                    if of_document && self.document.title.is_none() {
                        self.document.title = title;
                    }
                }
            }
            Some(Open::Document) => self.end_of_document(),
            Some(Open::Set | Open::Other) | None => {}
        }
    }

    fn in_document(&self) -> bool {
        self.open.iter().any(|open| matches!(open, Open::Document))
    }

    fn in_set(&self) -> bool {
        self.open.iter().any(|open| matches!(open, Open::Set))
    }

    /// A slot, by its name in lower case.
    fn slot(&mut self, name: &str, values: &[String]) {
        if !self.in_document() {
            return;
        }
        let of_author = matches!(self.open.last(), Some(Open::Classification { scheme, .. }) if scheme == AUTHOR);
        let document = &mut self.document;
        let first = values.iter().map(|value| value.trim()).find(|value| !value.is_empty());
        match (name, first) {
            ("authorinstitution", Some(institution)) if of_author && document.author.is_none() => {
                document.author = institution.split('^').next().map(str::to_owned).filter(|name| !name.is_empty());
            }
            ("uri", Some(_)) => document.uri = uri(values),
            ("hash", Some(hash)) if hash.len() == 40 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
                document.sha1 = Some(hash.to_owned());
            }
            ("size", Some(size)) => document.size = size.parse().ok(),
            ("creationtime", Some(time)) => document.created = identifier::time(time),
            ("sourcepatientid", Some(id)) => {
                if let Some(slot) = self.patient_ids.get_mut(1) {
                    *slot = Cx::read(id);
                }
            }
            ("sourcepatientinfo", Some(_)) => {
                values.iter().for_each(|field| identifier::read_patient_field(field, &mut document.patient));
            }
            _ => {}
        }
    }

    /// An external identifier. The name counts before the scheme, and the form before the name: senders mix them up (the
    /// stylesheet of the ANS puts the patient's identifier under the scheme of the document's, and calls it `INS-C`).
    fn identifier(&mut self, scheme: &str, name: &str, value: &str) {
        let name = name.to_ascii_lowercase();
        let of_patient = Cx::is_one(value)
            || name.ends_with("patientid")
            || name.starts_with("ins")
            || !name.ends_with("id") && matches!(scheme, DOCUMENT_PATIENT_ID | SET_PATIENT_ID);
        let unique =
            name.ends_with("uniqueid") || !name.ends_with("id") && matches!(scheme, DOCUMENT_UNIQUE_ID | SET_UNIQUE_ID);
        let text = Some(value.trim().to_owned()).filter(|value| !value.is_empty());
        if self.in_document() {
            if of_patient {
                if let Some(slot) = self.patient_ids.get_mut(0).filter(|slot| slot.is_none()) {
                    *slot = Cx::read(value);
                }
            } else if unique {
                self.document.unique_id = text;
            }
        } else if self.in_set() {
            if of_patient {
                self.submission.patient_id = Cx::read(value);
            } else if unique {
                self.submission.unique_id = text;
            }
        }
    }

    /// Only what replaces matters: `RPLC`, with a transformation or not.
    fn association(&mut self, start: &BytesStart<'_>) {
        let kind = attribute(start, "associationType").unwrap_or_default().to_ascii_uppercase();
        let replaces = kind.rsplit(':').next().is_some_and(|kind| kind == "RPLC" || kind == "XFRM_RPLC");
        if let (true, Some(source), Some(target)) =
            (replaces, attribute(start, "sourceObject"), attribute(start, "targetObject"))
        {
            self.replaced.insert(source, target);
        }
    }

    fn end_of_document(&mut self) {
        let mut document = std::mem::take(&mut self.document);
        let [patient_id, source_id] = std::mem::take(&mut self.patient_ids);
        let ins = [&patient_id, &source_id].into_iter().flatten().find_map(Cx::ins);
        if document.patient.ins.is_none() {
            document.patient.ins = ins;
        }
        document.patient_id = patient_id.or(source_id);
        if self.submission.documents.len() < limits::METADATA_DOCUMENTS {
            self.submission.documents.push(document);
        }
    }

    fn finish(mut self, folder: &str) -> Submission {
        let unique: HashMap<String, String> = self
            .submission
            .documents
            .iter()
            .filter_map(|listed| Some((listed.id.clone(), listed.unique_id.clone()?)))
            .collect();
        for listed in &mut self.submission.documents {
            listed.replaces = self.replaced.remove(&listed.id).map(|id| unique.get(&id).cloned().unwrap_or(id));
        }
        self.submission.folder = folder.to_owned();
        self.submission
    }
}

/// An attribute's value, whatever its prefix.
fn attribute(start: &BytesStart<'_>, name: &str) -> Option<String> {
    // The check for doubles compares each attribute with all before it.
    let mut attributes = start.attributes();
    attributes.with_checks(false);
    let found = attributes.flatten().find(|attribute| attribute.key.local_name().into_inner() == name)?;
    let value = found.normalized_value(quick_xml::XmlVersion::Implicit1_0).ok()?;
    Some(value.trim().to_owned())
}

/// The UUID of a scheme, lower case.
fn scheme(attribute: Option<String>) -> String {
    let scheme = attribute.unwrap_or_default().to_ascii_lowercase();
    scheme.strip_prefix("urn:uuid:").map(str::to_owned).unwrap_or(scheme)
}

/// A URI; a long one comes in numbered pieces (`1|…`, `2|…`).
fn uri(values: &[String]) -> String {
    let piece = |value: &String| -> Option<(u32, String)> {
        let (number, text) = value.split_once('|')?;
        Some((number.trim().parse().ok()?, text.to_owned()))
    };
    let mut pieces: Vec<(u32, String)> = values.iter().filter_map(piece).collect();
    if pieces.is_empty() {
        return values.first().cloned().unwrap_or_default();
    }
    pieces.sort_by_key(|(number, _)| *number);
    pieces.into_iter().map(|(_, text)| text).collect()
}
