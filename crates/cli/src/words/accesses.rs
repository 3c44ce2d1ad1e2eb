//! Histories of accesses in words.

use bannette_api::accesses::{AccessEntry, AccessKind};
use bannette_api::dossiers::PatientLine;

/// What was done.
pub fn act(entry: &AccessEntry) -> &'static str {
    match entry.act.as_str() {
        "dossier_opened" => "dossier ouvert",
        "source_read" => "message d’origine consulté",
        "history_read" => "courbe consultée",
        "document_read" => "document consulté",
        "document_saved" => "document enregistré",
        "accesses_exported" | "dossier_accesses_exported" => "historique exporté",
        "validated" => "dossier validé",
        "validation_undone" => "validation annulée",
        "treated_as_result" => "traité comme résultat",
        "earlier_values_shown" => "valeurs montrées comme antériorités",
        "values_erased" => "valeurs chiffrées effacées",
        "version_compared" => "version précédente comparée",
        "version_joined" => "déclaré version d’un autre compte rendu",
        "version_parted" => "séparé d’un autre compte rendu",
        "dossier_shared" => "dossier partagé",
        "dossier_withheld" => "partage du dossier retiré",
        "dossier_made_confidential" => "dossier rendu confidentiel",
        "sharing_set" => "partage modifié",
        "mailbox_added" => "boîte ajoutée",
        "mailbox_changed" => "réglages modifiés",
        "rights_turned" => "droit ouvert ou expiré à la date prévue",
        "glass_broken" => "bris de glace",
        "glass_ended" => "fin du bris de glace",
        "glass_acknowledged" => "bris de glace pris en compte",
        _ => match entry.kind {
            AccessKind::Opened => "consultation",
            AccessKind::Printed => "impression",
            AccessKind::Exported => "export",
            AccessKind::Sent => "envoi",
            AccessKind::Validated => "validation",
            AccessKind::Rights => "droits modifiés",
            AccessKind::Settings => "réglages modifiés",
            AccessKind::Glass => "bris de glace",
        },
    }
}

/// A dossier by its patient.
pub fn patient(patient: Option<&PatientLine>) -> String {
    patient.map_or_else(
        || "patient non identifié".to_owned(),
        |patient| format!("{} {}", patient.last_name, patient.first_name).trim().to_owned(),
    )
}
