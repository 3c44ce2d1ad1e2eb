//! What a METADATA.XML says (IHE ITI TF-3 4.2): a submission set and the documents in it. Only what was said: absent is
//! absent.

use super::identifier::Cx;
use bannette_api::report::Patient;

/// One METADATA.XML.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Submission {
    /// The folder it stands in, with `/`: URIs of documents count from there.
    pub(crate) folder: String,
    /// Identifier of the submission set.
    pub(crate) unique_id: Option<String>,
    /// The patient of the submission set.
    pub(crate) patient_id: Option<Cx>,
    /// Its documents, in order.
    pub(crate) documents: Vec<Listed>,
}

/// A document that METADATA.XML lists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Listed {
    /// Identifier in this METADATA.XML (`Document01`, `urn:uuid:…`).
    pub(crate) id: String,
    /// Where it stands, from the folder of METADATA.XML.
    pub(crate) uri: String,
    /// SHA-1, hexadecimal, where it is one.
    pub(crate) sha1: Option<String>,
    /// Size in bytes.
    pub(crate) size: Option<u64>,
    /// Media type, lower case.
    pub(crate) media_type: Option<String>,
    /// When it was made: `YYYY-MM-DD`, or RFC 3339 where the sender says more.
    pub(crate) created: Option<String>,
    /// Title.
    pub(crate) title: Option<String>,
    /// What kind of document it is: code (LOINC) and name.
    pub(crate) kind: Option<(String, Option<String>)>,
    /// Organisation of its author.
    pub(crate) author: Option<String>,
    /// Identifier of the document.
    pub(crate) unique_id: Option<String>,
    /// The patient for whoever it was sent to.
    pub(crate) patient_id: Option<Cx>,
    /// The patient as the source knows him (`sourcePatientInfo`); with the INS, where an identifier is one.
    pub(crate) patient: Patient,
    /// Identifier of the document that it replaces (association `RPLC`): its unique identifier where it is listed too.
    pub(crate) replaces: Option<String>,
}

impl Submission {
    /// Whether it speaks of more than one patient.
    pub(crate) fn has_several_patients(&self) -> bool {
        let ids = self.documents.iter().filter_map(|listed| listed.patient_id.as_ref()).chain(&self.patient_id);
        let mut ids = ids.clone();
        let first = ids.next();
        let by_id = ids.any(|id| first.is_some_and(|first| first.is_other_than(id)));
        let known = self.documents.first().map(|listed| &listed.patient);
        by_id
            || known.is_some_and(|known| {
                self.documents.iter().any(|listed| crate::identity::differ(known, &listed.patient))
            })
    }
}
