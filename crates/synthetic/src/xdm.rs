//! IHE XDM archives, as MSSanté carries them: METADATA.XML in the shape that the stylesheet of the ANS gives it (the
//! patient's identifier under the scheme of the document's, called `INS-C`), and what goes wrong on the way.

use crate::identity::Person;
use crate::sha1;
use crate::zip::Zip;
use std::fmt::Write as _;

/// A patient as an XDM archive gives him.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct XdmPatient {
    /// Birth name.
    pub last: String,
    /// First name.
    pub first: String,
    /// Birth date, `YYYY-MM-DD`.
    pub birth: String,
    /// `F` or `M`.
    pub sex: char,
    /// INS, 15 digits, of the authority for tests.
    pub ins: String,
}

impl XdmPatient {
    pub(crate) fn of(person: &Person) -> Self {
        let (year, month, day) = person.birth.date();
        let sex = if person.woman { 'F' } else { 'M' };
        // Département 99, commune 999 and key 00: nobody's.
        let ins = format!("{}{:02}{month:02}9999900100", if person.woman { 2 } else { 1 }, year % 100);
        Self {
            last: person.last.clone(),
            first: person.first.clone(),
            birth: format!("{year:04}-{month:02}-{day:02}"),
            sex,
            ins,
        }
    }
}

/// A document to put into an archive.
#[derive(Clone, Copy, Debug)]
pub struct XdmDocument<'a> {
    /// Its name in the archive: `DOC0001.XML`.
    pub name: &'a str,
    /// Its media type: `text/xml`.
    pub media_type: &'a str,
    /// Its content.
    pub bytes: &'a [u8],
}

/// What is wrong with an archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum XdmDefect {
    /// METADATA.XML gives another hash for the first document.
    WrongHash,
    /// METADATA.XML gives another size for the first document.
    WrongSize,
    /// The last document is listed and not there.
    MissingDocument,
    /// The last document is there and not listed.
    UnlistedDocument,
    /// The last document is listed for another patient.
    TwoPatients,
    /// All names are in lower case.
    LowerCase,
    /// Paths are written with backslashes.
    Backslashes,
    /// No METADATA.XML.
    NoMetadata,
    /// The last document stands under a path that leads out of the archive.
    Traversal,
    /// Names of the patient are another's.
    OtherPatient,
    /// The first document replaces another (association RPLC).
    Replaces,
}

/// The identifier of the document that [`XdmDefect::Replaces`] says is replaced.
pub const REPLACED: &str = "urn:uuid:00000000-0000-4000-8000-00000000dead";

/// The parts of an archive before they are packed: METADATA.XML first. Entries are deflated but for every third one.
pub(crate) fn archive(
    patient: &XdmPatient,
    laboratory: &str,
    day: &str,
    documents: &[XdmDocument<'_>],
    defects: &[XdmDefect],
) -> Vec<u8> {
    let has = |defect| defects.contains(&defect);
    let mut entries: Vec<(String, Vec<u8>)> = Vec::new();
    entries.push(("INDEX.HTM".to_owned(), b"<html><body>Envoi fictif</body></html>".to_vec()));
    entries.push(("README.TXT".to_owned(), b"Envoi fictif, fait pour des essais.\r\n".to_vec()));
    if !has(XdmDefect::NoMetadata) {
        let text = metadata(patient, laboratory, day, documents, defects);
        entries.push(("IHE_XDM/SUBSET01/METADATA.XML".to_owned(), text.into_bytes()));
    }
    for (at, document) in documents.iter().enumerate() {
        let last = at + 1 == documents.len();
        if last && has(XdmDefect::MissingDocument) {
            continue;
        }
        let folder = if last && has(XdmDefect::Traversal) { "../../../etc/" } else { "IHE_XDM/SUBSET01/" };
        entries.push((format!("{folder}{}", document.name), document.bytes.to_vec()));
    }
    entries.push(("IHE_XDM/SUBSET01/STYLE.XSL".to_owned(), b"<xsl:stylesheet/>".to_vec()));
    let mut zip = Zip::new();
    for (at, (mut path, content)) in entries.into_iter().enumerate() {
        if has(XdmDefect::LowerCase) {
            path = path.to_lowercase();
        }
        if has(XdmDefect::Backslashes) {
            path = path.replace('/', "\\");
        }
        zip = if at % 3 == 2 { zip.stored(&path, &content) } else { zip.deflated(&path, &content) };
    }
    zip.finish()
}

fn metadata(
    patient: &XdmPatient,
    laboratory: &str,
    day: &str,
    documents: &[XdmDocument<'_>],
    defects: &[XdmDefect],
) -> String {
    let has = |defect| defects.contains(&defect);
    let mut text = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<lcm:SubmitObjectsRequest \
         xmlns:lcm=\"urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0\" \
         xmlns=\"urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0\">\n<RegistryObjectList>\n",
    );
    let other = XdmPatient {
        last: "AUTREMODELE".to_owned(),
        first: "Zacharie".to_owned(),
        birth: "1931-01-30".to_owned(),
        sex: 'M',
        ins: "131019999900200".to_owned(),
    };
    for (at, document) in documents.iter().enumerate() {
        let last = at + 1 == documents.len();
        if last && has(XdmDefect::UnlistedDocument) {
            continue;
        }
        let another = last && has(XdmDefect::TwoPatients) || has(XdmDefect::OtherPatient);
        let patient = if another { &other } else { patient };
        let mut hash = sha1::hexadecimal(document.bytes);
        let mut size = document.bytes.len();
        if at == 0 && has(XdmDefect::WrongHash) {
            hash = sha1::hexadecimal(b"autre chose");
        }
        if at == 0 && has(XdmDefect::WrongSize) {
            size += 7;
        }
        let media_type = document.media_type;
        writeln!(
            text,
            "<ExtrinsicObject id=\"Document{number:02}\" mimeType=\"{media_type}\" \
             objectType=\"urn:uuid:7edca82f-054d-47f2-a032-9b2a5b5186c1\" \
             status=\"urn:oasis:names:tc:ebxml-regrep:StatusType:Approved\">",
            number = at + 1
        )
        .unwrap_or_default();
        slot(&mut text, "creationTime", &[&format!("{}083000", day.replace('-', ""))]);
        slot(&mut text, "languageCode", &["fr-FR"]);
        slot(&mut text, "hash", &[&hash]);
        slot(&mut text, "size", &[&size.to_string()]);
        slot(&mut text, "URI", &[document.name]);
        let id = cx(patient);
        slot(&mut text, "sourcePatientId", &[&id]);
        let birth = patient.birth.replace('-', "");
        slot(
            &mut text,
            "sourcePatientInfo",
            &[
                &format!("PID-5|{}^{}^^^^^L", patient.last, patient.first),
                &format!("PID-7|{birth}"),
                &format!("PID-8|{}", patient.sex),
            ],
        );
        text.push_str("<Name><LocalizedString value=\"CR d'examens biologiques\"/></Name>\n");
        write!(
            text,
            "<Classification classificationScheme=\"urn:uuid:93606bcf-9494-43ec-9b4e-a7748d1a838d\" \
             classifiedObject=\"Document{number:02}\" nodeRepresentation=\"\"><Slot name=\"authorInstitution\"><ValueList>\
             <Value>{laboratory}^^^^^&amp;1.2.250.1.71.4.2.2&amp;ISO^IDNST^^^1990000001</Value></ValueList></Slot>\
             </Classification>\n<Classification classificationScheme=\"urn:uuid:f0306f51-975f-434e-a61c-c59651d33983\" \
             classifiedObject=\"Document{number:02}\" nodeRepresentation=\"11502-2\"><Slot name=\"codingScheme\">\
             <ValueList><Value>2.16.840.1.113883.6.1</Value></ValueList></Slot><Name><LocalizedString \
             value=\"CR d'examens biologiques\"/></Name></Classification>\n<ExternalIdentifier \
             identificationScheme=\"urn:uuid:2e82c1f6-a085-4c72-9da3-8640a32e42ab\" value=\"{cx}\"><Name>\
             <LocalizedString value=\"INS-C\"/></Name></ExternalIdentifier>\n<ExternalIdentifier \
             identificationScheme=\"urn:uuid:2e82c1f6-a085-4c72-9da3-8640a32e42ab\" value=\"1.2.250.1.999.1.{number}\">\
             <Name><LocalizedString value=\"XDSDocumentEntry.uniqueId\"/></Name></ExternalIdentifier>\n\
             </ExtrinsicObject>\n",
            number = at + 1,
            cx = id.replace('&', "&amp;"),
        )
        .unwrap_or_default();
    }
    let set_patient = if has(XdmDefect::OtherPatient) { &other } else { patient };
    writeln!(
        text,
        "<RegistryPackage id=\"SubmissionSet01\"><Name><LocalizedString value=\"Envoi\"/></Name><ExternalIdentifier \
         identificationScheme=\"urn:uuid:6b5aea1a-874d-4603-a4bc-96a0a7b38446\" value=\"{cx}\"><Name><LocalizedString \
         value=\"XDSSubmissionSet.patientId\"/></Name></ExternalIdentifier><ExternalIdentifier \
         identificationScheme=\"urn:uuid:96fdda7c-d067-4183-912e-bf5ee74998a8\" value=\"1.2.250.1.999.2.1\"><Name>\
         <LocalizedString value=\"XDSSubmissionSet.uniqueId\"/></Name></ExternalIdentifier></RegistryPackage>",
        cx = cx(set_patient).replace('&', "&amp;"),
    )
    .unwrap_or_default();
    for number in 1..=documents.len() {
        writeln!(
            text,
            "<Association id=\"as{number}\" associationType=\"urn:oasis:names:tc:ebxml-regrep:AssociationType:HasMember\" \
             sourceObject=\"SubmissionSet01\" targetObject=\"Document{number:02}\"/>"
        )
        .unwrap_or_default();
    }
    if has(XdmDefect::Replaces) {
        writeln!(
            text,
            "<Association id=\"rplc\" associationType=\"urn:ihe:iti:2007:AssociationType:RPLC\" \
             sourceObject=\"Document01\" targetObject=\"{REPLACED}\"/>"
        )
        .unwrap_or_default();
    }
    text.push_str("</RegistryObjectList>\n</lcm:SubmitObjectsRequest>\n");
    text
}

/// An identifier as METADATA.XML writes it (HL7 v2 CX).
fn cx(patient: &XdmPatient) -> String {
    format!("{}^^^&1.2.250.1.213.1.4.10&ISO^NH", patient.ins)
}

fn slot(text: &mut String, name: &str, values: &[&str]) {
    text.push_str(&format!("<Slot name=\"{name}\"><ValueList>"));
    for value in values {
        text.push_str(&format!("<Value>{}</Value>", value.replace('&', "&amp;").replace('<', "&lt;")));
    }
    text.push_str("</ValueList></Slot>\n");
}
