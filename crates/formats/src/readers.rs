//! The readers of payloads, and which of them a content is for. A new one is one line of [`READERS`]. It must never be
//! told what a content is by anybody but its bytes.

use crate::payload::Understood;
use crate::{cda, hl7, hprim_medecin, hprim_sante};
use bannette_api::report::Format;

/// How one kind of payload is recognised and read.
#[derive(Debug)]
pub(crate) struct Reader {
    /// What the payload is, where its reports do not say.
    pub(crate) format: Format,
    /// Media type where the sender gives none; `text/plain` is shown as it is.
    pub(crate) media_type: &'static str,
    /// Whether these bytes hold such a payload.
    recognises: fn(&[u8]) -> bool,
    /// Reads it. Never fails.
    pub(crate) read: fn(&[u8]) -> Understood,
}

/// The readers, the surest marks first: HPRIM Médecin is known by a line anywhere, so it comes last.
static READERS: [Reader; 4] = [CDA, HL7, HPRIM_SANTE, HPRIM_MEDECIN];

/// Levels 1 and 3; its reports say which.
const CDA: Reader = Reader { format: Format::CdaN3, media_type: "text/xml", recognises: cda::is_in, read: cda::read };

const HL7: Reader = Reader { format: Format::Hl7V2, media_type: "text/plain", recognises: hl7::is_in, read: hl7::read };

const HPRIM_SANTE: Reader = Reader {
    format: Format::HprimSante,
    media_type: "text/plain",
    recognises: hprim_sante::is_in,
    read: hprim_sante::read,
};

const HPRIM_MEDECIN: Reader = Reader {
    format: Format::HprimMedecin,
    media_type: "text/plain",
    recognises: hprim_medecin::is_in,
    read: hprim_medecin::read,
};

/// The reader of these bytes.
pub(crate) fn of(bytes: &[u8]) -> Option<&'static Reader> {
    READERS.iter().find(|reader| (reader.recognises)(bytes))
}

/// The reader of a file whose name says HPRIM: a header is enough, without any mark.
pub(crate) fn of_hprim_file(bytes: &[u8]) -> Option<&'static Reader> {
    static BY_NAME: Reader = HPRIM_MEDECIN;
    hprim_medecin::has_header(bytes).then_some(&BY_NAME)
}
