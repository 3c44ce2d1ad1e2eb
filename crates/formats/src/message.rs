//! A message or a file, as understood. It must never refuse one: what cannot be understood stays whole.

use crate::apicrypt::Opened;
use crate::reading::{Reading, is_mail};
use crate::summary::{Summary, summarise};
use crate::wrapped::Wrapped;
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
    read_opened(source, bytes, &[], encoding)
}

/// Reads a message or a file with what a tool gave for its encrypted contents, each in the place of what was opened. Never
/// fails.
#[must_use]
pub fn read_opened(source: Source<'_>, bytes: &[u8], opened: &[Opened], encoding: Option<TextEncoding>) -> Message {
    read_into(Reading::new(encoding, opened), source, &Wrapped::unsearched(bytes))
}

/// The rows of a message or a file.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    /// Those that [`summarise`] makes of what [`read_opened`] gives.
    pub summaries: Vec<Summary>,
    /// Whether something in it is encrypted.
    pub encrypted: bool,
}

/// The rows of a message or a file with what a tool gave for its encrypted contents, for less work than to read it whole.
/// Never fails.
#[must_use]
pub fn rows(source: Source<'_>, text: &Wrapped<'_>, opened: &[Opened]) -> Rows {
    rows_with(source, text, opened, |_| ()).0
}

/// As [`rows`], with what somebody makes of each report, in the order of the rows.
pub fn rows_with<T>(
    source: Source<'_>,
    text: &Wrapped<'_>,
    opened: &[Opened],
    made_of: impl FnMut(&Report) -> T,
) -> (Rows, Vec<T>) {
    let message = read_into(Reading::for_rows(opened), source, text);
    let encrypted = message.warnings.iter().any(|warning| warning.code == WarningCode::Encrypted);
    let made = message.reports.iter().map(made_of).collect();
    (Rows { summaries: summarise(&message), encrypted }, made)
}

fn read_into(mut reading: Reading, source: Source<'_>, text: &Wrapped<'_>) -> Message {
    match source {
        Source::Message => reading.mail(text),
        Source::File { name } if is_mail(name, text.text()) => reading.mail(text),
        Source::File { name } => reading.file(name, text.text()),
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

/// The sentence of a warning about the whole message.
pub(crate) fn sentence(code: WarningCode) -> &'static str {
    match code {
        WarningCode::NotUnderstood => "Aucun résultat n’a été reconnu : le message est conservé tel quel.",
        WarningCode::TooLarge => "Ce message est trop volumineux pour être lu en entier ; l’original est conservé.",
        WarningCode::TooManyParts => "Ce message contient trop de parties : seules les premières ont été lues.",
        WarningCode::NoHeaders => "Ce message n’a pas d’en-tête : l’expéditeur et la date ne sont pas connus.",
        WarningCode::BrokenMime => "La structure de ce message est abîmée : il manque peut-être une partie.",
        WarningCode::UnknownEncoding => {
            "Une partie du message est dans un codage inconnu : elle est conservée telle quelle, ses caractères peuvent être faux."
        }
        WarningCode::DoubtfulSigns => {
            "Des accents ont été codés deux fois avant l’envoi : vérifiez les mots avec la source."
        }
        WarningCode::BrokenEncoding => "Une pièce jointe est coupée ou abîmée : son contenu peut être incomplet.",
        WarningCode::UnsafeName => "Le nom d’une pièce jointe a été corrigé par sécurité.",
        WarningCode::Encrypted => "Ce message contient un contenu chiffré qui ne peut pas être ouvert ici.",
        WarningCode::BrokenArchive => "Une archive (zip) est coupée ou abîmée\u{a0}: il manque peut-être un document.",
        WarningCode::ArchiveLimit => {
            "Une archive (zip) dépasse ce qui peut être ouvert sans risque\u{a0}; elle est conservée."
        }
        WarningCode::UnreadMetadata => "La description de l’envoi (METADATA.XML) manque ou n’a pas pu être lue.",
        WarningCode::IdentityMismatch => {
            "L’identité du patient n’est pas la même partout dans cet envoi\u{a0}: comparez avant de classer."
        }
        WarningCode::SeveralPatients => "Plusieurs patients figurent dans ce message\u{a0}: vérifiez chaque dossier.",
        WarningCode::Signed => "Ce message est signé\u{a0}; la signature n’est pas vérifiée ici.",
        WarningCode::UnreadSigned => "Un contenu est enfermé dans une signature et n’a pas pu en être sorti.",
        WarningCode::MissingEndTag
        | WarningCode::MissingHeader
        | WarningCode::UnusualHeader
        | WarningCode::UnreadLine
        | WarningCode::UnreadDate
        | WarningCode::DocumentMissing
        | WarningCode::DocumentNotListed
        | WarningCode::DocumentAltered
        | WarningCode::BrokenXml
        | WarningCode::RefusedDoctype
        | WarningCode::TooDeep
        | WarningCode::FlagContradicted
        | WarningCode::WithdrawnDocument
        | WarningCode::DoubtfulIdentifier
        | WarningCode::ReaderFailed => "Une partie du contenu n’a pas été comprise ; l’original est conservé.",
    }
}
