//! Dossiers and results in words.

use super::number;
use super::people::patient;
use bannette_api::dossiers::{DossierRow, PatientLine, Urgency, View};
use bannette_api::report::{Flag, Format, LabResult, ReportStatus, ResultStatus, Warning, WarningCode};
use bannette_api::unit::shown;

/// The lists of the in-tray, in their order.
pub const VIEWS: [View; 6] =
    [View::Mine, View::Critical, View::Abnormal, View::Unidentified, View::Team, View::Validated];

/// The lists that stand beside them only where something is shared or sorted by hand.
pub const BY_HAND: [View; 2] = [View::ToShare, View::ToSort];

/// A list's name.
#[must_use]
pub fn view(view: View) -> &'static str {
    match view {
        View::Mine => "À moi",
        View::Critical => "Critiques",
        View::Abnormal => "Anormaux",
        View::Unidentified => "À identifier",
        View::Team => "Équipe",
        View::Validated => "Validés",
        View::ToShare => "À partager",
        View::ToSort => "À trier",
    }
}

/// Why a list is empty, and what that means.
#[must_use]
pub fn empty(view: View) -> &'static str {
    match view {
        View::Mine => "Aucun dossier ne vous attend. Les nouveaux résultats arrivent ici automatiquement.",
        View::Critical => "Aucun résultat critique n’attend.",
        View::Abnormal => "Aucun résultat anormal n’attend.",
        View::Unidentified => "Tous les dossiers reçus ont un patient.",
        View::Team => "Aucun dossier n’attend dans les boîtes que vous lisez.",
        View::Validated => "Aucun dossier n’a encore été validé.",
        View::ToShare => "Aucun dossier de vos boîtes n’attend votre décision.",
        View::ToSort => "Aucun message n’attend d’être trié.",
    }
}

/// A result's meaning, as read aloud.
#[must_use]
pub fn flag(flag: Flag) -> &'static str {
    match flag {
        Flag::Normal => "normal",
        Flag::Low => "bas",
        Flag::High => "élevé",
        Flag::CriticallyLow => "critique, très bas",
        Flag::CriticallyHigh => "critique, très élevé",
        Flag::Abnormal => "anormal",
        Flag::Critical => "critique",
    }
}

/// An urgency, as a chip.
#[must_use]
pub fn urgency(urgency: Urgency) -> &'static str {
    match urgency {
        Urgency::Critical => "Critique",
        Urgency::Abnormal => "Anormal",
        Urgency::Unknown => "À lire",
        Urgency::Normal => "Normal",
    }
}

/// A report's status.
#[must_use]
pub fn status(status: ReportStatus) -> &'static str {
    match status {
        ReportStatus::Partial => "partiel",
        ReportStatus::Complete => "complet",
        ReportStatus::Corrected => "corrigé",
        ReportStatus::Cancelled => WITHDRAWN,
    }
}

/// What the laboratory takes back is no result any more.
pub const WITHDRAWN: &str = "retiré par le laboratoire";

/// A result's status, where it is worth saying.
#[must_use]
pub fn result_status(status: ResultStatus) -> Option<&'static str> {
    match status {
        ResultStatus::Final => None,
        ResultStatus::Preliminary => Some("provisoire"),
        ResultStatus::Corrected => Some("corrigé"),
        ResultStatus::Cancelled => Some(WITHDRAWN),
    }
}

/// The patient of a row, or that none was read.
#[must_use]
pub fn row_patient(line: Option<&PatientLine>) -> String {
    line.map(|line| patient(&line.last_name, &line.first_name))
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| "Patient à identifier".to_owned())
}

/// The patient and the birth date: « EXEMPLE ALICE, 14/03/1957 ».
#[must_use]
pub fn identified(line: Option<&PatientLine>) -> String {
    let name = row_patient(line);
    match line.and_then(|line| line.birth_date.as_deref()) {
        Some(birth) => format!("{name}, {}", super::time::written(birth)),
        None => name,
    }
}

/// What a row's chip says: the worst result, or how the whole reads. The second part is the value: where room is short
/// it is the first part that is cut.
#[must_use]
pub fn row_chip(row: &DossierRow) -> (String, String) {
    let whole = match (&row.headline, row.urgency) {
        _ if row.format == Format::Apicrypt => super::encrypted::CHIP,
        (Some(worst), Urgency::Critical | Urgency::Abnormal) => {
            let many = row.urgency == Urgency::Abnormal && row.abnormal > 1;
            let many = if many { format!("{}\u{a0}anormaux, ", row.abnormal) } else { String::new() };
            // By the practice's own threshold, the limit stands beside: it is not the laboratory's word.
            let unit = worst.unit.as_deref().map(shown).unwrap_or_default();
            let value = format!("{}\u{a0}{}", number::value(&worst.value), unit.trim());
            let value = value.trim().to_owned();
            return match &worst.threshold {
                Some(limit) => (format!("seuil du cabinet\u{a0}: {}", worst.label), format!("{value} {limit}")),
                None => (format!("{many}{}", worst.label), value),
            };
        }
        (None, Urgency::Critical) => "critique",
        (None, Urgency::Abnormal) => "anormal",
        (_, Urgency::Normal) => "normal",
        (_, Urgency::Unknown) if row.documents > 0 => "document à lire",
        (_, Urgency::Unknown) => "à lire",
    };
    (whole.to_owned(), String::new())
}

/// What a report was read from.
#[must_use]
pub fn format(format: Format) -> &'static str {
    match format {
        Format::HprimMedecin => "HPRIM Médecin",
        Format::HprimSante => "HPRIM Santé",
        Format::Hl7V2 => "HL7 v2",
        Format::CdaN1 => "CDA R2 niveau 1",
        Format::CdaN3 => "CDA R2 niveau 3",
        Format::Xdm => "IHE XDM",
        Format::Eml => "Message",
        Format::Pdf => "PDF",
        Format::Apicrypt => "APICRYPT",
        Format::Unknown => "Non reconnu",
    }
}

/// A sex, in full; what is not known is not said.
#[must_use]
pub fn sex(code: &str) -> Option<&'static str> {
    match code {
        "F" => Some("femme"),
        "M" => Some("homme"),
        _ => None,
    }
}

/// A comparator, as it stands before a value.
#[must_use]
pub fn comparator(sent: Option<&str>) -> &'static str {
    match sent {
        Some("<=") => "≤\u{a0}",
        Some(">=") => "≥\u{a0}",
        Some("<") => "<\u{a0}",
        Some(">") => ">\u{a0}",
        _ => "",
    }
}

/// A value with its comparator.
#[must_use]
pub fn value(result: &LabResult) -> String {
    let comparator = comparator(result.comparator.as_deref());
    format!("{comparator}{}", result.value.as_deref().map(number::value).unwrap_or_default())
}

/// « 3,5 – 5,1 », « < 5,1 », « > 3,5 ».
#[must_use]
pub fn bounds(low: Option<&str>, high: Option<&str>) -> String {
    match (low.map(number::value), high.map(number::value)) {
        (Some(low), Some(high)) => format!("{low}\u{a0}–\u{a0}{high}"),
        (None, Some(high)) => format!("<\u{a0}{high}"),
        (Some(low), None) => format!(">\u{a0}{low}"),
        (None, None) => String::new(),
    }
}

/// A warning: the reader's own sentence, or the one for its kind where it gave none, with the line.
#[must_use]
pub fn warning(warning: &Warning) -> String {
    let sentence = if warning.message.trim().is_empty() { kind_of(warning.code) } else { warning.message.trim() };
    match warning.line {
        Some(line) => format!("{sentence} (ligne {line})"),
        None => sentence.to_owned(),
    }
}

fn kind_of(code: WarningCode) -> &'static str {
    match code {
        WarningCode::NotUnderstood => "Le contenu n’a pas été reconnu\u{a0}; il est gardé entier.",
        WarningCode::TooLarge => "Le message est trop grand pour être lu en entier.",
        WarningCode::TooManyParts => "Le message a trop de parties pour être lu en entier.",
        WarningCode::NoHeaders => "Le message n’a pas d’en-tête.",
        WarningCode::BrokenMime => "La structure du message est abîmée.",
        WarningCode::BrokenEncoding => "Un contenu est coupé ou abîmé.",
        WarningCode::MissingEndTag => "La fin du compte rendu manque\u{a0}: il peut être incomplet.",
        WarningCode::MissingHeader => "Des résultats arrivent sans en-tête.",
        WarningCode::UnusualHeader => "L’en-tête n’a pas la forme habituelle\u{a0}: vérifiez l’identité.",
        WarningCode::UnreadLine => "Une ligne de résultats n’a pas pu être lue.",
        WarningCode::UnreadDate => "Une date n’a pas pu être lue.",
        WarningCode::SeveralPatients => "Plusieurs patients dans un même envoi.",
        WarningCode::UnsafeName => "Le nom d’une pièce jointe a été changé par sécurité.",
        WarningCode::Encrypted => "Un contenu est chiffré et ne peut pas être ouvert ici.",
        WarningCode::BrokenArchive => "Une archive (zip) est coupée ou abîmée\u{a0}: il manque peut-être un document.",
        WarningCode::ArchiveLimit => {
            "Une archive (zip) dépasse ce qui peut être ouvert sans risque\u{a0}; elle est conservée."
        }
        WarningCode::UnreadMetadata => {
            "La description de l’envoi manque ou n’a pas pu être lue\u{a0}: vérifiez l’identité."
        }
        WarningCode::DocumentMissing => "Un document annoncé par l’envoi ne s’y trouve pas.",
        WarningCode::DocumentNotListed => "Un document se trouve dans l’envoi sans y être annoncé.",
        WarningCode::DocumentAltered => {
            "Un document n’est pas celui que l’envoi annonce\u{a0}: vérifiez qu’il est complet."
        }
        WarningCode::IdentityMismatch => {
            "L’identité du patient n’est pas la même partout\u{a0}: comparez avant de classer."
        }
        WarningCode::Signed => "Le message est signé\u{a0}; la signature n’est pas vérifiée ici.",
        WarningCode::UnreadSigned => "Un contenu est enfermé dans une signature et n’a pas pu en être sorti.",
        WarningCode::BrokenXml => "Le compte rendu est coupé ou abîmé\u{a0}: la suite n’a pas pu être lue.",
        WarningCode::RefusedDoctype => "Le compte rendu définit ses propres entités\u{a0}: elles n’ont pas été lues.",
        WarningCode::TooDeep => "Le compte rendu est trop imbriqué\u{a0}: une partie est lue comme du texte.",
        WarningCode::DoubtfulIdentifier => "Un identifiant ne correspond pas à sa clé\u{a0}: vérifiez-le.",
        WarningCode::ReaderFailed => "La lecture de ce contenu a échoué\u{a0}; il est gardé entier.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_and_values_are_french() {
        assert_eq!(bounds(Some("3.5"), Some("5.1")), "3,5\u{a0}–\u{a0}5,1");
        assert_eq!(bounds(None, Some("5.0")), "<\u{a0}5,0");
        assert_eq!(bounds(Some("0.4"), None), ">\u{a0}0,4");
        assert_eq!(bounds(None, None), "");
        let result = LabResult { value: Some("0.05".into()), comparator: Some("<=".into()), ..LabResult::default() };
        assert_eq!(value(&result), "≤\u{a0}0,05");
    }

    #[test]
    fn a_warning_says_its_line() {
        let mut doubt = Warning { code: WarningCode::UnreadLine, line: Some(12), message: String::new() };
        assert_eq!(warning(&doubt), "Une ligne de résultats n’a pas pu être lue. (ligne 12)");
        doubt.message = "Ligne RES illisible.".into();
        assert_eq!(warning(&doubt), "Ligne RES illisible. (ligne 12)");
    }

    #[test]
    fn a_row_without_patient_says_so() {
        assert_eq!(row_patient(None), "Patient à identifier");
    }
}
