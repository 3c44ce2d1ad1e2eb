//! A message or a file, as understood. It must never refuse one: what cannot be understood stays whole.

use crate::mime::{self, Item, Leaf};
use crate::text::{self, charset, html};
use crate::{attachment, hprim_medecin, limits, safe_name};
use attachment::Content;
use bannette_api::dossiers::MessageHead;
use bannette_api::report::{Document, Format, ParsedFile, Report, TextEncoding, Warning, WarningCode};

/// What came from outside.
#[derive(Clone, Copy, Debug)]
pub enum Source<'a> {
    /// A mail message (RFC 5322).
    Message,
    /// A file of a watched folder; it may itself be a mail message.
    File {
        /// Its name.
        name: &'a str,
    },
}

/// All that was understood of a message or a file.
#[derive(Clone, Debug)]
pub struct Message {
    /// From, to, subject, date. Of a file: its name stands in both `from` and `subject`.
    pub head: MessageHead,
    /// The message's own words, as plain text.
    pub body: Option<String>,
    /// Attached documents, in order. A file that is no mail message is one itself.
    pub attachments: Vec<Part>,
    /// The reports; never empty.
    pub reports: Vec<Report>,
    /// What could not be understood, or is doubtful.
    pub warnings: Vec<Warning>,
    /// What the source is: [`Format::Eml`] for a mail message, whatever it holds.
    pub format: Format,
    /// Character encoding of the first payload, lower case.
    pub encoding: Option<String>,
}

/// An attached document.
#[derive(Clone, Debug)]
pub struct Part {
    /// What it is.
    pub document: Document,
    /// Its content, decoded.
    pub bytes: Vec<u8>,
    /// Its text, when it can be shown as it is, cut at [`crate::limits::SHOWN_TEXT_BYTES`].
    pub text: Option<String>,
}

/// Reads a message or a file. Never fails.
#[must_use]
pub fn read(source: Source<'_>, bytes: &[u8]) -> Message {
    read_as(source, bytes, None)
}

/// Reads a message or a file again, its texts in the encoding that a person orders. Never fails.
///
/// The encoding of a message's own header fields, which mail declares word by word, is not changed by it.
#[must_use]
pub fn read_as(source: Source<'_>, bytes: &[u8], encoding: Option<TextEncoding>) -> Message {
    let mut reading = Reading { order: encoding, ..Reading::default() };
    match source {
        Source::Message => reading.mail(bytes),
        Source::File { name } if is_mail_name(name) || mime::begins_like_mail(bytes) => reading.mail(bytes),
        Source::File { name } => reading.file(name, bytes),
    }
    reading.finish()
}

/// Reads a file, for `bannette parse`.
#[must_use]
pub fn parse_file(name: &str, bytes: &[u8]) -> ParsedFile {
    let message = read(Source::File { name }, bytes);
    ParsedFile {
        name: name.to_owned(),
        format: message.format,
        encoding: message.encoding,
        dossiers: message.reports,
        warnings: message.warnings,
    }
}

fn is_mail_name(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, extension)| extension.eq_ignore_ascii_case("eml"))
}

/// What has been understood so far.
#[derive(Default)]
struct Reading {
    /// The encoding that a person ordered.
    order: Option<TextEncoding>,
    head: MessageHead,
    format: Format,
    encoding: Option<&'static str>,
    body: String,
    attachments: Vec<Part>,
    /// Which attachments are more than the payload of a report.
    documents: Vec<Document>,
    reports: Vec<Report>,
    warnings: Vec<Warning>,
    pdf: bool,
}

impl Reading {
    fn warn(&mut self, code: WarningCode) {
        if self.warnings.len() < limits::WARNINGS && !self.warnings.iter().any(|warning| warning.code == code) {
            self.warnings.push(Warning { code, line: None, message: sentence(code).to_owned() });
        }
    }

    fn mail(&mut self, bytes: &[u8]) {
        self.format = Format::Eml;
        if bytes.len() > limits::MESSAGE_BYTES {
            self.head = mime::head_only(bytes.get(..limits::HEAD_BYTES).unwrap_or(bytes));
            self.warn(WarningCode::TooLarge);
            return;
        }
        let structure = mime::take_apart(bytes);
        self.head = structure.head;
        for defect in structure.defects {
            self.warn(defect);
        }
        let words = worded_alternatives(&structure.items);
        for item in structure.items {
            match item {
                Item::Nested(head) => self.nested(&head),
                Item::Leaf(leaf) => self.leaf(leaf, &words),
            }
        }
    }

    fn file(&mut self, name: &str, bytes: &[u8]) {
        let (safe, _) = safe_name(name);
        self.head = MessageHead { from: safe.clone(), subject: safe, ..MessageHead::default() };
        if bytes.len() > limits::MESSAGE_BYTES {
            self.warn(WarningCode::TooLarge);
            return;
        }
        self.document(bytes.to_vec(), "", None, Some(name));
        self.format = match self.reports.first() {
            Some(report) => report.format,
            None if self.pdf => Format::Pdf,
            None => Format::Unknown,
        };
        // The file is the document itself, not one attached to another.
        self.documents.clear();
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

    fn leaf(&mut self, leaf: Leaf, words: &[u32]) {
        let written = matches!(leaf.media_type.as_str(), "text/plain" | "text/html");
        let nameless = leaf.name.is_none();
        if is_encrypted(&leaf) {
            self.warn(WarningCode::Encrypted);
        }
        if !written || leaf.attached || !nameless {
            self.document(leaf.bytes, &leaf.media_type, leaf.charset.as_deref(), leaf.name.as_deref());
        } else if leaf.media_type == "text/html" {
            let told = leaf.alternative.is_some_and(|alternative| words.contains(&alternative));
            if !told {
                self.html(&leaf);
            }
        } else {
            self.words(&leaf);
        }
    }

    /// Plain words of the message; they may be an HPRIM payload.
    fn words(&mut self, leaf: &Leaf) {
        if hprim_medecin::is_in(&leaf.bytes) {
            let decoded = payload_text(leaf, self.order);
            self.payload(&decoded.text, decoded.encoding);
            self.add_body(&decoded.text);
        } else {
            self.add_body(&self.decoded(leaf).text);
        }
    }

    /// The text of a part, in the encoding ordered, or the one it declares.
    fn decoded<'a>(&self, leaf: &'a Leaf) -> charset::Decoded<'a> {
        match self.order {
            Some(_) => charset::ordered(&leaf.bytes, self.order),
            None => charset::declared(&leaf.bytes, leaf.charset.as_deref()),
        }
    }

    fn html(&mut self, leaf: &Leaf) {
        let (text, whole) = html::to_text(&self.decoded(leaf).text);
        if !whole {
            self.warn(WarningCode::TooLarge);
        }
        if hprim_medecin::is_in_text(&text) {
            self.payload(&text, "utf-8");
        }
        self.add_body(&text);
    }

    /// An attached document.
    fn document(&mut self, bytes: Vec<u8>, media_type: &str, charset: Option<&str>, name: Option<&str>) {
        let (part, content, renamed) = attachment::part(bytes, media_type, charset, name, self.order);
        if renamed && self.format == Format::Eml {
            self.warn(WarningCode::UnsafeName);
        }
        match content {
            Content::Hprim => {
                let decoded = charset::ordered(&part.bytes, self.order);
                self.payload(&decoded.text, decoded.encoding);
            }
            Content::Pdf => {
                self.pdf = true;
                self.documents.push(part.document.clone());
            }
            Content::Text | Content::Other => self.documents.push(part.document.clone()),
        }
        self.attachments.push(part);
    }

    /// An HPRIM payload. The same report twice (in the body and attached) is one.
    fn payload(&mut self, text: &str, encoding: &'static str) {
        let (reports, warnings) = hprim_medecin::read_text(text);
        self.encoding.get_or_insert(encoding);
        for report in reports {
            if !self.reports.contains(&report) {
                self.reports.push(report);
            }
        }
        for warning in warnings {
            if self.warnings.len() < limits::WARNINGS && !self.warnings.contains(&warning) {
                self.warnings.push(warning);
            }
        }
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

    fn finish(mut self) -> Message {
        if self.body.contains("$APICRYPT") {
            self.warn(WarningCode::Encrypted);
        }
        if self.reports.is_empty() {
            let format = if self.pdf { Format::Pdf } else { Format::Unknown };
            let explained = self.warnings.iter().any(|warning| warning.code == WarningCode::Encrypted);
            if format == Format::Unknown && !explained {
                self.warn(WarningCode::NotUnderstood);
            }
            self.reports.push(Report { format, ..Report::default() });
        }
        for report in &mut self.reports {
            report.documents.clone_from(&self.documents);
        }
        Message {
            head: self.head,
            body: (!self.body.is_empty()).then_some(self.body),
            attachments: self.attachments,
            reports: self.reports,
            warnings: self.warnings,
            format: self.format,
            encoding: self.encoding.map(str::to_owned),
        }
    }
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

/// S/MIME, OpenPGP, and the attachments of Apicrypt.
fn is_encrypted(leaf: &Leaf) -> bool {
    let kind = leaf.media_type.as_str();
    let name = leaf.name.as_deref().unwrap_or_default().to_ascii_lowercase();
    matches!(kind, "application/pkcs7-mime" | "application/x-pkcs7-mime" | "application/pgp-encrypted")
        || [".p7m", ".apz", ".apx", ".pgp"].iter().any(|end| name.ends_with(end))
}

/// The text of a payload in the body. The charset declared is believed where it can be no other (UTF-16…); the eight-bit
/// ones are looked at, since laboratories' gateways often declare another than they send.
fn payload_text(leaf: &Leaf, order: Option<TextEncoding>) -> charset::Decoded<'_> {
    if order.is_some() {
        return charset::ordered(&leaf.bytes, order);
    }
    let wide = leaf.charset.as_deref().is_some_and(|label| label.to_ascii_lowercase().starts_with("utf-16"));
    if wide { charset::declared(&leaf.bytes, leaf.charset.as_deref()) } else { charset::detect(&leaf.bytes) }
}

/// The sentence of a warning about the whole message.
fn sentence(code: WarningCode) -> &'static str {
    match code {
        WarningCode::NotUnderstood => "Aucun résultat n’a été reconnu : le message est conservé tel quel.",
        WarningCode::TooLarge => "Ce message est trop volumineux pour être lu en entier ; l’original est conservé.",
        WarningCode::TooManyParts => "Ce message contient trop de parties : seules les premières ont été lues.",
        WarningCode::NoHeaders => "Ce message n’a pas d’en-tête : l’expéditeur et la date ne sont pas connus.",
        WarningCode::BrokenMime => "La structure de ce message est abîmée : il manque peut-être une partie.",
        WarningCode::BrokenEncoding => "Une pièce jointe est coupée ou abîmée : son contenu peut être incomplet.",
        WarningCode::UnsafeName => "Le nom d’une pièce jointe a été corrigé par sécurité.",
        WarningCode::Encrypted => "Ce message contient un contenu chiffré qui ne peut pas être ouvert ici.",
        WarningCode::MissingEndTag
        | WarningCode::MissingHeader
        | WarningCode::UnusualHeader
        | WarningCode::UnreadLine
        | WarningCode::UnreadDate
        | WarningCode::SeveralPatients
        | WarningCode::ReaderFailed => "Une partie du contenu n’a pas été comprise ; l’original est conservé.",
    }
}
