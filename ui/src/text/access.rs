//! Words of *Historique des accès*.

use super::number::{plural, whole};
use super::time::Civil;
use bannette_api::accesses::{AccessEntry, AccessKind};
use bannette_api::journal::{FaultKind, JournalReport};

/// Button and title.
pub const HISTORY: &str = "Historique des accès";
/// Columns.
pub const COLUMNS: [&str; 6] = ["Date", "Personne", "Acte", "Dossier", "Droit", "Poste"];
/// Everybody.
pub const EVERYBODY: &str = "Toutes";
/// Every kind.
pub const EVERYTHING: &str = "Tous";
/// Filter.
pub const PERSON: &str = "Personne";
/// Filter.
pub const KIND: &str = "Acte";
/// Filter.
pub const FROM: &str = "Du";
/// Filter.
pub const UNTIL: &str = "Au";
/// Of a date.
pub const DATE_HINT: &str = "jj/mm/aaaa (facultatif)";
/// A date that is none.
pub const NO_DATE: &str = "Écrivez une date, par exemple 31/12/2026.";
/// Button.
pub const FILTER: &str = "Filtrer";
/// Button.
pub const MORE: &str = "Afficher la suite";
/// Button.
pub const CSV: &str = "Exporter (CSV)";
/// Button.
pub const PDF: &str = "Exporter (PDF)";
/// No line.
pub const NOTHING: &str = "Aucun accès ne correspond à ces critères.";
/// Somebody who reads sees their own acts.
pub const OWN_ONLY: &str = "Vous voyez ici vos propres actes. Le titulaire de la boîte voit ceux de tous.";
/// While the journal is verified.
pub const VERIFYING: &str = "Vérification du journal…";
/// The program itself.
pub const PROGRAM: &str = "Bannette";

/// The kinds, in the order of the list.
pub const KINDS: [AccessKind; 8] = [
    AccessKind::Opened,
    AccessKind::Printed,
    AccessKind::Exported,
    AccessKind::Sent,
    AccessKind::Validated,
    AccessKind::Rights,
    AccessKind::Settings,
    AccessKind::Glass,
];

/// « Historique des accès — derek@medecin.test ».
#[must_use]
pub fn title(of: &str) -> String {
    format!("{HISTORY} — {of}")
}

/// A kind of act.
#[must_use]
pub fn kind(kind: AccessKind) -> &'static str {
    match kind {
        AccessKind::Opened => "Consultation",
        AccessKind::Printed => "Impression",
        AccessKind::Exported => "Export",
        AccessKind::Sent => "Envoi",
        AccessKind::Validated => "Validation",
        AccessKind::Rights => "Droits modifiés",
        AccessKind::Settings => "Réglages",
        AccessKind::Glass => "Bris de glace",
    }
}

/// What was done.
#[must_use]
pub fn act(entry: &AccessEntry) -> &'static str {
    match entry.act.as_str() {
        "dossier_opened" => "Dossier ouvert",
        "source_read" => "Message d’origine consulté",
        "history_read" => "Courbe consultée",
        "document_read" => "Document consulté",
        "document_saved" => "Document enregistré",
        "accesses_exported" | "dossier_accesses_exported" => "Historique exporté",
        "validated" => "Dossier validé",
        "validation_undone" => "Validation annulée",
        "treated_as_result" => "Traité comme résultat",
        "earlier_values_shown" => "Valeurs montrées comme antériorités",
        "version_compared" => "Version précédente comparée",
        "version_joined" => "Déclaré version d’un autre compte rendu",
        "version_parted" => "Séparé d’un autre compte rendu",
        "dossier_shared" => "Dossier partagé",
        "dossier_withheld" => "Partage du dossier retiré",
        "dossier_made_confidential" => "Dossier rendu confidentiel",
        "sharing_set" => "Partage modifié",
        "mailbox_added" => "Boîte ajoutée",
        "mailbox_changed" => "Réglages modifiés",
        "mailbox_removed" => "Boîte retirée",
        "removed_from_server" => "Messages supprimés du serveur",
        "values_erased" => "Valeurs chiffrées effacées",
        "content_purged" => "Contenus retirés selon le délai",
        "rights_turned" => "Droit ouvert ou expiré à la date prévue",
        "group_joined" => "Membre ajouté à un groupe",
        "group_left" => "Membre retiré d’un groupe",
        "group_removed" => "Groupe supprimé",
        "person_added" => "Utilisateur ajouté",
        "person_suspended" => "Utilisateur suspendu",
        "person_resumed" => "Utilisateur rétabli",
        "glass_broken" => "Bris de glace",
        "glass_ended" => "Fin du bris de glace",
        "glass_acknowledged" => "Bris de glace pris en compte",
        _ => kind(entry.kind),
    }
}

/// « 25/11/2026 08:10 ».
#[must_use]
pub fn moment(at: Civil) -> String {
    at.date_time()
}

/// How many lines stand there.
#[must_use]
pub fn count(lines: usize, more: bool) -> String {
    let said = plural(lines as u64, "acte", "actes");
    if more { format!("{said}, les plus récents d’abord\u{a0}; il y en a d’autres") } else { said }
}

/// What the check of the journal found.
#[must_use]
pub fn verified(report: &JournalReport) -> String {
    if report.faults.is_empty() {
        return format!(
            "Journal vérifié\u{a0}: {} entrées, aucune n’a été modifiée ni retirée.",
            whole(report.entries)
        );
    }
    let faults = report.faults.iter().take(3).map(|fault| {
        let kind = match fault.kind {
            FaultKind::Edited => "modifiée",
            FaultKind::Missing => "précédée d’entrées manquantes",
            FaultKind::CutShort => "suivie d’entrées manquantes",
            FaultKind::Misfiled => "mal classée",
            FaultKind::ReasonEdited => "dont le motif a été modifié",
            FaultKind::OtherHead => "qui n’est plus celle dont l’empreinte avait été notée",
        };
        format!("entrée {} {kind}", fault.entry)
    });
    let said = faults.collect::<Vec<_>>().join(", ");
    let more = if report.faults.len() > 3 { "…" } else { "." };
    format!("Le journal a été altéré\u{a0}: {said}{more} Gardez une copie des données et prévenez l’administrateur.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use bannette_api::journal::JournalFault;

    #[test]
    fn an_altered_journal_is_said_to_be() {
        let mut report = JournalReport { entries: 1234, last: None, head: String::new(), faults: vec![] };
        assert!(verified(&report).contains("1\u{202f}234 entrées"));
        report.faults.push(JournalFault { entry: 12, kind: FaultKind::Edited });
        assert!(verified(&report).contains("altéré") && verified(&report).contains("entrée 12 modifiée."));
    }
}
