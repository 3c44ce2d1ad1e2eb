//! Each reader of a payload by itself, for the benchmarks, the fuzzing and the tests of one format. The product reads
//! through [`crate::read`], which finds out what a payload is first.

use crate::payload::Understood;
use crate::{cda, hl7, hprim_medecin, hprim_sante};
use bannette_api::report::{Report, Warning};

/// What a reader understood.
#[derive(Clone, Debug, Default)]
pub struct Read {
    /// The reports, in order.
    pub reports: Vec<Report>,
    /// What could not be understood, or is doubtful.
    pub warnings: Vec<Warning>,
    /// Documents inside the payload: media type, content.
    pub documents: Vec<(String, Vec<u8>)>,
    /// Character encoding, IANA name in lower case.
    pub encoding: Option<&'static str>,
}

impl From<Understood> for Read {
    fn from(understood: Understood) -> Self {
        let documents = understood.documents.into_iter().map(|document| (document.media_type, document.bytes));
        Self {
            reports: understood.reports,
            warnings: understood.warnings,
            documents: documents.collect(),
            encoding: understood.encoding,
        }
    }
}

/// One format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// HPRIM Médecin.
    HprimMedecin,
    /// HPRIM Santé.
    HprimSante,
    /// HL7 v2.
    Hl7,
    /// CDA R2, of level 1 or 3.
    Cda,
}

impl Reader {
    /// Whether these bytes are of this format.
    #[must_use]
    pub fn is_in(self, bytes: &[u8]) -> bool {
        match self {
            Self::HprimMedecin => hprim_medecin::is_in(bytes),
            Self::HprimSante => hprim_sante::is_in(bytes),
            Self::Hl7 => hl7::is_in(bytes),
            Self::Cda => cda::is_in(bytes),
        }
    }

    /// Reads these bytes as this format, whatever they are. Never fails.
    #[must_use]
    pub fn read(self, bytes: &[u8]) -> Read {
        match self {
            Self::HprimMedecin => hprim_medecin::read(bytes).into(),
            Self::HprimSante => hprim_sante::read(bytes).into(),
            Self::Hl7 => hl7::read(bytes).into(),
            Self::Cda => cda::read(bytes).into(),
        }
    }
}
