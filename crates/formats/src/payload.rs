//! What every reader of a payload gives back. It must never be an error: what a reader did not understand is a warning,
//! and the source stays beside it.

use crate::identity;
use bannette_api::report::{Report, Warning, WarningCode};

/// All that a reader understood of one payload.
#[derive(Clone, Debug, Default)]
pub(crate) struct Understood {
    /// The reports, in order; none when nothing was understood.
    pub(crate) reports: Vec<Report>,
    /// What could not be understood, or is doubtful.
    pub(crate) warnings: Vec<Warning>,
    /// Documents that the payload carries in itself (a PDF copy, an image), decoded.
    pub(crate) documents: Vec<Embedded>,
    /// Character encoding of the payload (IANA, lower case), where it means something.
    pub(crate) encoding: Option<&'static str>,
}

/// A document that a payload carries in itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Embedded {
    /// Media type as sent; empty when the payload says none.
    pub(crate) media_type: String,
    /// Name as sent; not safe to write.
    pub(crate) name: Option<String>,
    /// Its content, decoded.
    pub(crate) bytes: Vec<u8>,
}

/// Says so when the reports of one payload are not all on the same patient.
pub(crate) fn warn_of_several_patients(reports: &[Report], warnings: &mut Vec<Warning>) {
    let differ = |pair: &[Report]| matches!(pair, [a, b] if !identity::is_one_person(&a.patient, &b.patient));
    if reports.windows(2).any(differ) {
        warnings.push(Warning {
            code: WarningCode::SeveralPatients,
            line: None,
            message: "Plusieurs patients figurent dans ce fichier : un dossier a été fait pour chacun.".to_owned(),
        });
    }
}
