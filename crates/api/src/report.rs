//! A laboratory's report, as understood. The JSON form of these types is the contract of `bannette parse --json`.
//!
//! Values stay the strings that the laboratory sent: no float, no rounding. What is absent is absent, never invented.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Everything understood of one file or message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParsedFile {
    /// File name.
    pub name: String,
    /// What it is.
    pub format: Format,
    /// Character encoding found, lower case (`windows-1252`), where it means something.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
    /// The reports in it.
    pub dossiers: Vec<Report>,
    /// What could not be understood, or is doubtful.
    pub warnings: Vec<Warning>,
}

/// What a payload is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// HPRIM Médecin, with or without `****LAB****`.
    HprimMedecin,
    /// HPRIM Santé 2.x.
    HprimSante,
    /// HL7 v2, results.
    #[serde(rename = "hl7_v2")]
    Hl7V2,
    /// CDA R2 level 1.
    CdaN1,
    /// CDA R2 level 3.
    CdaN3,
    /// IHE XDM archive.
    Xdm,
    /// A mail message.
    Eml,
    /// PDF.
    Pdf,
    /// Encrypted by APICRYPT, and not opened.
    Apicrypt,
    /// Not understood; kept whole.
    #[default]
    Unknown,
}

/// The character encodings that a person can order a text to be read in, where the one found is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum TextEncoding {
    /// UTF-8.
    #[serde(rename = "utf_8")]
    Utf8,
    /// Windows-1252, and ISO-8859-1 with it.
    #[serde(rename = "windows_1252")]
    Windows1252,
    /// ISO-8859-15.
    #[serde(rename = "iso_8859_15")]
    Iso885915,
    /// Code page 850 (DOS).
    #[serde(rename = "ibm850")]
    Ibm850,
    /// MacRoman.
    #[serde(rename = "macintosh")]
    Macintosh,
    /// UTF-16, low byte first.
    #[serde(rename = "utf_16le")]
    Utf16Le,
    /// UTF-16, high byte first.
    #[serde(rename = "utf_16be")]
    Utf16Be,
}

impl TextEncoding {
    /// All of them, the most usual first.
    pub const ALL: [Self; 7] =
        [Self::Utf8, Self::Windows1252, Self::Iso885915, Self::Ibm850, Self::Macintosh, Self::Utf16Le, Self::Utf16Be];

    /// Its IANA name in lower case, as in [`ParsedFile::encoding`].
    #[must_use]
    pub fn iana(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Windows1252 => "windows-1252",
            Self::Iso885915 => "iso-8859-15",
            Self::Ibm850 => "ibm850",
            Self::Macintosh => "macintosh",
            Self::Utf16Le => "utf-16le",
            Self::Utf16Be => "utf-16be",
        }
    }
}

/// One report on one patient.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The payload this was read from.
    pub format: Format,
    /// The patient.
    pub patient: Patient,
    /// The laboratory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub laboratory: Option<Party>,
    /// Who prescribed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prescriber: Option<Party>,
    /// To whom it is addressed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recipients: Vec<Party>,
    /// Identifier of this report, where the payload gives one: of a CDA, `root^extension` (as in XDM), or the root alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Identifier that all versions of this report share (CDA `setId`), written as `id` is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub set_id: Option<String>,
    /// Which version of its set this report is (CDA `versionNumber`), as sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// How confidential it is (CDA `confidentialityCode`): `N` normal, `R` restricted, `V` very restricted; as sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidentiality: Option<String>,
    /// The laboratory's number for this file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// When it was sampled (RFC 3339, without an offset where the laboratory wrote none; or a day).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sampled_at: Option<String>,
    /// When it was written (RFC 3339, without an offset where the laboratory wrote none; or a day).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reported_at: Option<String>,
    /// Partial, complete, corrected, cancelled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<ReportStatus>,
    /// Identifier of the report that this one replaces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<String>,
    /// The results, by section.
    pub sections: Vec<Section>,
    /// The free text of the report.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Documents inside.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<Document>,
}

/// A patient's identity as the report gives it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Patient {
    /// Birth name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birth_name: Option<String>,
    /// Used name (HPRIM Médecin says only "nom": it stands here).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used_name: Option<String>,
    /// First name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// Birth date, `YYYY-MM-DD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birth_date: Option<String>,
    /// Sex: `F`, `M`, or `U`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sex: Option<String>,
    /// Identité nationale de santé.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ins: Option<Ins>,
    /// Identifiers that somebody gave the patient (HL7 `PID-3`, CDA `patientRole/id`, HPRIM's first line), but for the INS and
    /// the insured's number.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub identifiers: Vec<PatientIdentifier>,
    /// Number of the insured (often a parent's: never an identity by itself).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub insured_number: Option<String>,
    /// Address lines.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub address: Vec<String>,
}

/// Identité nationale de santé: a matricule and who gave it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ins {
    /// Matricule, 15 digits.
    pub value: String,
    /// OID of the assigning authority.
    pub oid: String,
}

/// An identifier that a laboratory or a hospital gave a patient: it says something only beside another of the same
/// authority.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PatientIdentifier {
    /// The identifier, as sent.
    pub value: String,
    /// Who gave it (an OID or a name, as sent); where nothing is said, the laboratory of the report.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authority: Option<String>,
}

/// A laboratory, a doctor.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    /// Name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Identifier: RPPS, FINESS, or the laboratory's own code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
}

/// Where a report stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportStatus {
    /// More will come.
    Partial,
    /// All results are there.
    Complete,
    /// Replaces what was sent before.
    Corrected,
    /// Takes back what was sent before.
    Cancelled,
}

/// A chapter of a report.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// Title, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// How deep it stands below a chapter: 0 a chapter, 1 a sub-chapter or a battery of one, and so on. A section follows
    /// the one that it belongs to; what comes after it in the upper section stands in a section of the same title again.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub level: u8,
    /// The laboratory's own text of this section, which is the legal reference where it exists: plain text in blocks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub narrative: Vec<NarrativeBlock>,
    /// Its results, in the laboratory's order.
    pub results: Vec<LabResult>,
    /// The laboratory's comment on the section as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
fn is_zero(level: &u8) -> bool {
    *level == 0
}

/// A block of a section's text. Plain text only: nothing in it is to be interpreted as HTML. Lines end with `\n`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum NarrativeBlock {
    /// A title inside the text.
    Heading {
        /// Its words.
        text: String,
    },
    /// A paragraph.
    Paragraph {
        /// Its words.
        text: String,
    },
    /// A list.
    List {
        /// Whether its items are numbered.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        ordered: bool,
        /// Its items.
        items: Vec<String>,
    },
    /// A table. A cell that spans several columns or rows is followed by empty ones, so that each cell stands in its
    /// column; rows may be of different lengths.
    Table {
        /// Its caption.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        caption: Option<String>,
        /// Header rows, their cells.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        header: Vec<Vec<String>>,
        /// Rows, their cells.
        rows: Vec<Vec<String>>,
    },
}

/// One result.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LabResult {
    /// What was measured, as the laboratory names it.
    pub label: String,
    /// Code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// `loinc` or `local`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code_system: Option<Cow<'static, str>>,
    /// Which of several observations of one code this is (HL7 `OBX-4`: `T0`, `T120`, a germ's number), as sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sub_id: Option<String>,
    /// What was examined (blood, urine…), as sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub specimen: Option<String>,
    /// When this observation was made, where it is said for it alone; as [`Report::sampled_at`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed_at: Option<String>,
    /// Value as sent: decimal string (point), text, or code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// `<`, `<=`, `>`, `>=`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comparator: Option<String>,
    /// Unit as sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Numeric, text, coded.
    pub kind: ValueKind,
    /// Low bound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low: Option<String>,
    /// High bound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high: Option<String>,
    /// Its meaning against the bounds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flag: Option<Flag>,
    /// Who says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flag_from: Option<FlagSource>,
    /// Final, preliminary, corrected, cancelled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<ResultStatus>,
    /// The same measure in another unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second: Option<Box<SecondValue>>,
    /// Earlier values that the laboratory recalls.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub previous: Vec<PreviousValue>,
    /// The laboratory's comment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// What the practice's own thresholds say, apart from the laboratory's flag: of an open dossier only, never from a reader.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub threshold: Option<Box<crate::thresholds::ThresholdWord>>,
    /// The patient's last value before this one in the practice's own history, apart from what the laboratory recalls in
    /// [`Self::previous`]: of an open dossier only, never from a reader.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier: Vec<EarlierValue>,
}

/// A value of the same patient, measure, specimen and unit that the practice received in another report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EarlierValue {
    /// Value as sent.
    pub value: String,
    /// `<`, `<=`, `>`, `>=`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comparator: Option<String>,
    /// Unit as sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// When (RFC 3339, or a day).
    pub at: String,
    /// What `at` is the date of; none: the day on which the report was received.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<crate::dossiers::ReportMoment>,
    /// The dossier it stands in.
    pub dossier: crate::DossierId,
    /// What the new value has more: a decimal string with its sign (`+0.3`, `-1.2`, `0`); none where one of the two is no
    /// plain number, or where which came first is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<String>,
    /// Whether it is of the same day, and the reports do not say which of the two was sampled first.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub same_day: bool,
}

/// What sort of value a result has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ValueKind {
    /// A number.
    Numeric,
    /// Words.
    #[default]
    Text,
    /// A code.
    Coded,
}

/// A result's meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flag {
    /// Inside its bounds.
    Normal,
    /// Below.
    Low,
    /// Above.
    High,
    /// Far below: somebody must act.
    CriticallyLow,
    /// Far above: somebody must act.
    CriticallyHigh,
    /// Not normal, without a direction.
    Abnormal,
    /// Critical, without a direction.
    Critical,
}

impl Flag {
    /// Somebody must act: LL, HH, AA.
    #[must_use]
    pub fn is_critical(self) -> bool {
        matches!(self, Self::CriticallyLow | Self::CriticallyHigh | Self::Critical)
    }

    /// Anything but normal.
    #[must_use]
    pub fn is_abnormal(self) -> bool {
        self != Self::Normal
    }
}

/// Who gave a flag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FlagSource {
    /// The laboratory.
    Laboratory,
    /// Computed here from the bounds.
    Bounds,
}

/// Where a result stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResultStatus {
    /// Validated.
    Final,
    /// Not validated yet.
    Preliminary,
    /// Replaces an earlier value.
    Corrected,
    /// Taken back.
    Cancelled,
}

/// The same measure in another unit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecondValue {
    /// Value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Low bound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low: Option<String>,
    /// High bound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high: Option<String>,
}

/// An earlier value of the same measure.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviousValue {
    /// Value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
}

/// A document inside a report or a message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// Media type, lower case.
    pub media_type: String,
    /// File name, safe to show and to write (no path).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Size in bytes.
    pub bytes: u64,
    /// SHA-256, hexadecimal.
    pub sha256: String,
}

/// Something that could not be understood or is doubtful. It never hides anything: the source is shown beside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// What.
    pub code: WarningCode,
    /// Line of the payload, from 1, where it means something.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// One French sentence for the person.
    pub message: String,
}

/// The kinds of warning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WarningCode {
    /// Nothing recognised; kept whole.
    NotUnderstood,
    /// The message is larger than what is read.
    TooLarge,
    /// Too many parts, or too deep.
    TooManyParts,
    /// The message has no headers.
    NoHeaders,
    /// The MIME structure is broken.
    BrokenMime,
    /// A base64 or quoted-printable content is cut or broken.
    BrokenEncoding,
    /// A part names a transfer encoding or a charset that nobody here knows.
    UnknownEncoding,
    /// Signs were encoded twice somewhere on the way: they were put right, or could not be.
    DoubtfulSigns,
    /// No `****FIN****`.
    MissingEndTag,
    /// Results without a header.
    MissingHeader,
    /// The header is shorter, longer or shifted.
    UnusualHeader,
    /// A line of results could not be read.
    UnreadLine,
    /// A date could not be read.
    UnreadDate,
    /// Several patients in one payload.
    SeveralPatients,
    /// A name of an attachment was changed to be safe.
    UnsafeName,
    /// Encrypted content that cannot be opened here.
    Encrypted,
    /// An archive (zip), or a document in it, is cut or broken.
    BrokenArchive,
    /// An archive, or a document in it, is larger or deeper than what is opened.
    ArchiveLimit,
    /// The METADATA.XML of an XDM archive is missing or could not be read in full.
    UnreadMetadata,
    /// A document that METADATA.XML lists is not in the archive.
    DocumentMissing,
    /// A document of the archive is not listed in METADATA.XML.
    DocumentNotListed,
    /// A document has not the hash or the size that METADATA.XML says.
    DocumentAltered,
    /// Two places of the message give the patient different identities (METADATA.XML, the report): never filed without a
    /// person.
    IdentityMismatch,
    /// The message is signed (S/MIME, OpenPGP); the signature is not verified here.
    Signed,
    /// The content is enclosed in a signature and could not be taken out of it.
    UnreadSigned,
    /// The XML is broken or cut: only what stands before the defect was read.
    BrokenXml,
    /// The XML brings its own document type or entities: they were not read.
    RefusedDoctype,
    /// Elements lie too deep in one another: those beyond were read as text.
    TooDeep,
    /// The laboratory's flag says otherwise than the laboratory's own bounds.
    FlagContradicted,
    /// The laboratory takes back a document that is in the message.
    WithdrawnDocument,
    /// An identifier (INS, RPPS) does not match its own key.
    DoubtfulIdentifier,
    /// The reader failed on this content.
    ReaderFailed,
}

/// The line in [`Report::text`] below which stands what the readers took from fields that have no place of their own
/// (`OBR-5 : R`): it is kept, and is no part of what the laboratory wrote to be read.
pub const OTHER_INDICATIONS: &str = "Autres indications transmises :";

impl Report {
    /// The free text in two: what is to be read, and below [`OTHER_INDICATIONS`] what is technical. A text without that
    /// line is to be read as a whole.
    #[must_use]
    pub fn text_and_indications(&self) -> (Option<&str>, Option<&str>) {
        let Some(text) = self.text.as_deref() else { return (None, None) };
        let mut found = None;
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            if line.trim_end() == OTHER_INDICATIONS {
                // The readers put it last: a laboratory's own line of these words stands before it.
                found = Some((start, start + line.len()));
            }
            start += line.len();
        }
        let said = |text: Option<&'_ str>| text.map(str::trim).is_some_and(|text| !text.is_empty());
        let (before, after) = match found {
            Some((end, begin)) => (text.get(..end).map(str::trim_end), text.get(begin..)),
            None => (Some(text), None),
        };
        (before.filter(|text| said(Some(text))), after.filter(|text| said(Some(text))))
    }
}

impl WarningCode {
    /// Whether it is only worth knowing: nothing is missing or doubtful, and nobody has to look at it.
    #[must_use]
    pub fn is_note(self) -> bool {
        self == Self::Signed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parted(text: &str) -> (Option<String>, Option<String>) {
        let report = Report { text: Some(text.to_owned()), ..Report::default() };
        let (read, technical) = report.text_and_indications();
        (read.map(str::to_owned), technical.map(str::to_owned))
    }

    #[test]
    fn what_is_technical_stands_below_its_line() {
        let both = format!("Conclusion : normal.\n\n{OTHER_INDICATIONS}\nOBR-5 : R\nMSH-5 : CABINET");
        assert_eq!(parted(&both), (Some("Conclusion : normal.".into()), Some("OBR-5 : R\nMSH-5 : CABINET".into())));
        assert_eq!(parted(&format!("{OTHER_INDICATIONS}\nOBR-5 : R")), (None, Some("OBR-5 : R".into())));
        assert_eq!(parted("Conclusion."), (Some("Conclusion.".into()), None));
        assert_eq!(Report::default().text_and_indications(), (None, None));
    }

    #[test]
    fn a_sentence_that_holds_these_words_is_no_such_line() {
        let sentence = format!("Voir « {OTHER_INDICATIONS} » plus bas.");
        assert_eq!(parted(&sentence), (Some(sentence), None));
    }
}
