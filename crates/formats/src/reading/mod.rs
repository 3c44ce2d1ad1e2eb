//! What a message or a file is taken apart into: words, documents, payloads, and containers of them. One way for all: a
//! content is recognised by its bytes ([`attachment::part`]), opened or read, and what was understood of it joins the
//! rest. The same report met twice is one. It must never drop a content: what is not understood stays a document.

mod containers;
mod ending;

use crate::apicrypt::{self, Opened};
use crate::attachment::{self, Content};
use crate::message::{Part, sentence};
use crate::mime::{self, Item, Leaf};
use crate::payload::Embedded;
use crate::readers::{self, Reader};
use crate::text::{self, charset, html};
use crate::wrapped::Wrapped;
use crate::xdm::Listed;
use crate::zip::Budget;
use crate::{limits, safe_name};
use bannette_api::dossiers::MessageHead;
use bannette_api::report::{Document, Format, Report, TextEncoding, Warning, WarningCode};
use std::collections::{BTreeMap, HashMap, HashSet};

/// What has been understood so far.
#[derive(Default)]
pub(crate) struct Reading {
    /// The encoding that a person ordered.
    order: Option<TextEncoding>,
    /// Whether only rows are made of it: nobody will ask for the fingerprints.
    for_rows: bool,
    /// Lengths of the contents met so far.
    lengths: HashSet<usize>,
    head: MessageHead,
    format: Format,
    encoding: Option<&'static str>,
    body: String,
    attachments: Vec<Kept>,
    /// Which attachments are more than the payload of a report, and of which reports they are.
    documents: Vec<Owned>,
    reports: Vec<Report>,
    /// By report: what METADATA.XML says of it, where it contradicts nothing.
    listed: BTreeMap<usize, Listed>,
    warnings: Vec<Warning>,
    /// By fingerprint: the reports of payloads that were read.
    read: HashMap<String, Vec<usize>>,
    pdf: bool,
    /// Whether an XDM archive was opened.
    xdm: bool,
    budget: Budget,
    /// What a tool gave for encrypted contents, by their place.
    opened: BTreeMap<u32, Vec<u8>>,
    /// Whether a content stays encrypted by APICRYPT.
    sealed: bool,
    /// Containers that are open, and archives among them.
    depth: usize,
    archives: usize,
    /// Documents taken out of containers other than archives.
    taken_out: usize,
}

/// A document of the message.
struct Kept {
    part: Part,
    /// Whether it was taken out of another one.
    inner: bool,
}

/// A document, and whose it is.
struct Owned {
    document: Document,
    /// The reports it belongs to, in order; none: to all.
    of: Option<Vec<usize>>,
}

/// A content that comes in.
struct Incoming<'a> {
    bytes: Vec<u8>,
    media_type: &'a str,
    charset: Option<&'a str>,
    /// As sent.
    name: Option<&'a str>,
    /// Whether it is taken out of another one.
    inner: bool,
}

/// What became of a content.
struct Taken {
    document: Document,
    /// The reports in it.
    reports: Vec<usize>,
    /// Whether what it holds speaks for it, so that it is no document of a report.
    told: bool,
}

impl Reading {
    /// Nothing yet. Texts will be read in the encoding that a person ordered, if any, and encrypted contents as a tool
    /// opened them.
    pub(crate) fn new(order: Option<TextEncoding>, opened: &[Opened]) -> Self {
        let opened = opened.iter().map(|one| (one.place, one.bytes.clone())).collect();
        Self { order, opened, ..Self::default() }
    }

    /// Nothing yet. What is read serves for rows only, and must not leave this crate otherwise: the fingerprint of a
    /// document tells it from others, but need not be its hash.
    pub(crate) fn for_rows(opened: &[Opened]) -> Self {
        Self { for_rows: true, ..Self::new(None, opened) }
    }

    /// By what a content is told from others: its hash. To hash a document costs as much as to read its message: for
    /// rows, the first PDF of its length goes by its length, and a later content of that length is held against it.
    fn fingerprint(&mut self, content: Content, bytes: &[u8]) -> String {
        let first = self.lengths.insert(bytes.len());
        if !self.for_rows {
            return attachment::sha256(bytes);
        }
        let by_length = format!("{} bytes", bytes.len());
        let same =
            || self.attachments.iter().any(|kept| kept.part.document.sha256 == by_length && kept.part.bytes == bytes);
        let by_its_length = if first { matches!(content, Content::Pdf) } else { same() };
        if by_its_length { by_length } else { attachment::sha256(bytes) }
    }

    fn warn(&mut self, code: WarningCode) {
        if self.warnings.len() < limits::WARNINGS && !self.warnings.iter().any(|warning| warning.code == code) {
            self.warnings.push(Warning { code, line: None, message: sentence(code).to_owned() });
        }
    }

    fn add_warnings(&mut self, warnings: Vec<Warning>) {
        for warning in warnings {
            if self.warnings.len() < limits::WARNINGS && !self.warnings.contains(&warning) {
                self.warnings.push(warning);
            }
        }
    }

    /// Reads a mail message.
    pub(crate) fn mail(&mut self, message: &Wrapped<'_>) {
        let bytes = message.text();
        self.format = Format::Eml;
        if bytes.len() > limits::MESSAGE_BYTES {
            self.head = mime::head_only(bytes.get(..limits::HEAD_BYTES).unwrap_or(bytes));
            self.warn(WarningCode::TooLarge);
            return;
        }
        let mut structure = mime::take_apart_decoded(message);
        self.head = structure.head;
        self.sealed = apicrypt::put_in(&mut structure.items, std::mem::take(&mut self.opened));
        self.items(structure.items, structure.defects, false);
    }

    /// Reads a file that is no mail message.
    pub(crate) fn file(&mut self, name: &str, bytes: &[u8]) {
        let (safe, _) = safe_name(name);
        self.head = MessageHead { from: safe.clone(), subject: safe, ..MessageHead::default() };
        if bytes.len() > limits::MESSAGE_BYTES {
            self.warn(WarningCode::TooLarge);
            return;
        }
        let opened = self.opened.remove(&0).filter(|_| apicrypt::is_sealed_file(name, bytes));
        self.sealed = opened.is_none() && apicrypt::is_sealed_file(name, bytes);
        let name = if opened.is_some() { apicrypt::clear_name(name) } else { name };
        let bytes = opened.unwrap_or_else(|| bytes.to_vec());
        // The file is the document itself, not one attached to another: it is not added to the documents.
        let file = Incoming { bytes, media_type: "", charset: None, name: Some(name), inner: false };
        self.take(file);
        self.format = match self.reports.first() {
            _ if self.xdm => Format::Xdm,
            Some(report) => report.format,
            None if self.pdf => Format::Pdf,
            None if self.sealed => Format::Apicrypt,
            None => Format::Unknown,
        };
    }

    /// The parts of a message, in order.
    fn items(&mut self, items: Vec<Item>, defects: Vec<WarningCode>, inner: bool) {
        for defect in defects {
            self.warn(defect);
        }
        let words = worded_alternatives(&items);
        for item in items {
            match item {
                Item::Nested(head) => self.nested(&head),
                Item::Leaf(leaf) => self.leaf(leaf, &words, inner),
            }
        }
    }

    /// A message in the message: who wrote it stands before its words.
    fn nested(&mut self, head: &MessageHead) {
        let mut line = String::from("— Message transféré");
        for (name, text) in [("de", &head.from), ("objet", &head.subject)] {
            if !text.is_empty() {
                line.push_str(&format!(", {name} : {text}"));
            }
        }
        line.push_str(" —");
        self.add_body(&line);
    }

    fn leaf(&mut self, leaf: Leaf, words: &[u32], inner: bool) {
        let written = matches!(leaf.media_type.as_str(), "text/plain" | "text/html");
        if !written || leaf.attached || leaf.name.is_some() {
            self.attached(Incoming {
                bytes: leaf.bytes,
                media_type: &leaf.media_type,
                charset: leaf.charset.as_deref(),
                name: leaf.name.as_deref(),
                inner,
            });
        } else if leaf.media_type == "text/html" {
            let told = leaf.alternative.is_some_and(|alternative| words.contains(&alternative));
            if !told {
                self.html(&leaf.bytes, leaf.charset.as_deref());
            }
        } else {
            self.words(&leaf);
        }
    }

    /// Plain words of the message; they may be a payload.
    fn words(&mut self, leaf: &Leaf) {
        // The charset declared is believed where it can be no other (UTF-16…); the eight-bit ones are looked at in a
        // payload, since laboratories' gateways often declare another than they send.
        let label = leaf.charset.as_deref();
        if self.order.is_some() {
            let decoded = charset::ordered(&leaf.bytes, self.order);
            self.worded_payload(&decoded.text, Some(decoded.encoding));
            self.add_body(&decoded.text);
        } else if label.is_some_and(|label| label.to_ascii_lowercase().starts_with("utf-16")) {
            let decoded = charset::declared(&leaf.bytes, label);
            self.worded_payload(&decoded.text, Some(decoded.encoding));
            self.add_body(&decoded.text);
        } else if let Some(reader) = readers::of(&leaf.bytes) {
            self.payload(reader, &leaf.bytes, &attachment::sha256(&leaf.bytes), None);
            self.add_body(&charset::detect(&leaf.bytes).text);
        } else {
            self.add_body(&charset::declared(&leaf.bytes, label).text);
        }
    }

    fn html(&mut self, bytes: &[u8], label: Option<&str>) {
        let decoded = match self.order {
            Some(_) => charset::ordered(bytes, self.order),
            None => charset::declared(bytes, label),
        };
        let (text, whole) = html::to_text(&decoded.text);
        if !whole {
            self.warn(WarningCode::TooLarge);
        }
        self.worded_payload(&text, None);
        self.add_body(&text);
    }

    /// A text that may be a payload.
    fn worded_payload(&mut self, text: &str, encoding: Option<&'static str>) {
        if let Some(reader) = readers::of(text.as_bytes()) {
            self.payload(reader, text.as_bytes(), &attachment::sha256(text.as_bytes()), encoding);
        }
    }

    /// An attached content: a document of all reports, unless it tells its own.
    fn attached(&mut self, incoming: Incoming<'_>) {
        let taken = if incoming.inner { self.take_out(incoming) } else { self.take(incoming) };
        if let Some(taken) = taken
            && !taken.told
        {
            self.documents.push(Owned { document: taken.document, of: None });
        }
    }

    /// Takes a content in: reads or opens what can be.
    fn take(&mut self, incoming: Incoming<'_>) -> Option<Taken> {
        let Incoming { bytes, media_type, charset, name, inner } = incoming;
        let order = self.order;
        let fingerprint = |content, bytes: &[u8]| self.fingerprint(content, bytes);
        let (part, content, renamed) = attachment::part(bytes, media_type, charset, name, order, fingerprint);
        if renamed && (inner || self.format == Format::Eml) {
            self.warn(WarningCode::UnsafeName);
        }
        // A container stands before what is in it.
        let place = self.attachments.len();
        let opens = !matches!(content, Content::Pdf | Content::Encrypted | Content::Text | Content::Other);
        let deep = opens && self.depth >= limits::CONTAINER_DEPTH;
        if deep {
            self.warn(WarningCode::TooManyParts);
        }
        self.depth += 1;
        let reports = match content {
            _ if deep => None,
            Content::Payload(reader) => self.payload(reader, &part.bytes, &part.document.sha256, None),
            Content::Archive => self.archive(&part.bytes),
            Content::Tnef => self.tnef(&part.bytes),
            Content::Mail => self.message_in_a_file(&part.bytes),
            Content::Signed => self.signed(&part.bytes, part.document.name.as_deref()),
            // It says nothing but that something else is signed.
            Content::Signature => Some(Vec::new()),
            Content::Encrypted => {
                self.warn(WarningCode::Encrypted);
                None
            }
            Content::Pdf => {
                self.pdf = true;
                None
            }
            Content::Text | Content::Other => None,
        };
        self.depth -= 1;
        let document = part.document.clone();
        self.attachments.insert(place.min(self.attachments.len()), Kept { part, inner });
        Some(Taken { document, told: reports.is_some(), reports: reports.unwrap_or_default() })
    }

    /// A payload. Gives its reports; none where nothing was understood. The same report twice (in the body and attached)
    /// is one.
    fn payload(
        &mut self,
        reader: &Reader,
        bytes: &[u8],
        sha256: &str,
        encoding: Option<&'static str>,
    ) -> Option<Vec<usize>> {
        if let Some(reports) = self.read.get(sha256) {
            return Some(reports.clone());
        }
        if self.reports.len() >= limits::REPORTS {
            self.warn(WarningCode::TooLarge);
            return None;
        }
        // A text in words was decoded already; an XML document says its own encoding.
        let (understood, encoding) = match self.order {
            Some(_) if encoding.is_none() && reader.media_type == "text/plain" => {
                let decoded = charset::ordered(bytes, self.order);
                ((reader.read)(decoded.text.as_bytes()), Some(decoded.encoding))
            }
            _ => ((reader.read)(bytes), encoding),
        };
        if let Some(encoding) = encoding.or(understood.encoding) {
            self.encoding.get_or_insert(encoding);
        }
        let mut reports = Vec::new();
        for mut report in understood.reports {
            if report.format == Format::Unknown {
                report.format = reader.format;
            }
            reports.push(self.add_report(report));
        }
        self.add_warnings(understood.warnings);
        if reports.is_empty() {
            return None;
        }
        self.read.insert(sha256.to_owned(), reports.clone());
        self.embedded(understood.documents, &reports);
        Some(reports)
    }

    /// Where a report stands; an equal one that stands there already is the same.
    fn add_report(&mut self, report: Report) -> usize {
        let known = self.reports.iter().position(|known| *known == report);
        known.unwrap_or_else(|| {
            self.reports.push(report);
            self.reports.len() - 1
        })
    }

    /// Documents that a payload carries in itself. They are of its reports only.
    fn embedded(&mut self, documents: Vec<Embedded>, reports: &[usize]) {
        for Embedded { media_type, name, bytes } in documents {
            let incoming =
                Incoming { bytes, media_type: &media_type, charset: None, name: name.as_deref(), inner: true };
            if let Some(taken) = self.take_out(incoming)
                && !taken.told
            {
                self.documents.push(Owned { document: taken.document, of: Some(sorted(reports)) });
            }
        }
    }

    /// Takes a content out of a container that is no archive (these have a budget of their own). None where there are
    /// too many: what is left stays in the container, which is kept.
    fn take_out(&mut self, incoming: Incoming<'_>) -> Option<Taken> {
        if self.taken_out >= limits::PARTS {
            self.warn(WarningCode::TooManyParts);
            return None;
        }
        self.taken_out += 1;
        self.take(incoming)
    }

    fn add_body(&mut self, text: &str) {
        let text = text.trim();
        let room = limits::BODY_BYTES.saturating_sub(self.body.len() + 2);
        if text.is_empty() || room == 0 {
            return;
        }
        if !self.body.is_empty() {
            self.body.push_str("\n\n");
        }
        if text.len() > room {
            self.warn(WarningCode::TooLarge);
        }
        // Line ends of mail are CRLF; a screen wants LF.
        for (index, line) in text::cut(text, room).split("\r\n").enumerate() {
            if index > 0 {
                self.body.push('\n');
            }
            self.body.push_str(line);
        }
    }
}

/// Whether a file is a mail message.
pub(crate) fn is_mail(name: &str, bytes: &[u8]) -> bool {
    attachment::is_mail_name(name) || mime::begins_like_mail(bytes)
}

/// Places of reports, in order, each once.
fn sorted(reports: &[usize]) -> Vec<usize> {
    let mut sorted = reports.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    sorted
}

/// The alternatives that have a plain text with something in it: their HTML says the same.
fn worded_alternatives(items: &[Item]) -> Vec<u32> {
    let plain = |item: &Item| match item {
        Item::Leaf(leaf)
            if leaf.media_type == "text/plain" && !leaf.attached && !leaf.bytes.trim_ascii().is_empty() =>
        {
            leaf.alternative
        }
        _ => None,
    };
    items.iter().filter_map(plain).collect()
}
