//! Fields that have no place of their own in a report, in words. It must never leave one out.

use crate::date::Moment;
use crate::segments::Fields;

/// Writes a field: what it is, and its words.
pub(super) fn write(out: &mut String, fields: &Fields<'_>, segment: &str, number: usize, field: &str) {
    match name(segment, number) {
        Some(name) => out.push_str(name),
        None => {
            out.push_str(segment);
            out.push('-');
            out.push_str(&number.to_string());
        }
    }
    out.push_str(" : ");
    match Moment::read(field) {
        Some(moment) => out.push_str(&moment.shown()),
        None => fields.words_into(field, out),
    }
    out.push('\n');
}

/// What a field holds, for those that a person can make something of.
fn name(segment: &str, number: usize) -> Option<&'static str> {
    Some(match (segment, number) {
        ("MSH", 3) => "Logiciel",
        ("MSH", 10) | ("H", 3) => "Message",
        ("MSH", 11) | ("H", 12) => "Nature du message",
        ("PID", 2..=4) | ("P", 2..=4) => "Identifiant",
        ("PID", 5) | ("P", 5) => "Nom",
        ("PID", 11) | ("P", 10) => "Adresse",
        ("PID", 13 | 14) | ("P", 12) => "Téléphone",
        ("PID", 18) | ("PV1", 19) => "Dossier administratif",
        ("PID", 23) => "Lieu de naissance",
        ("PID", 32) => "Statut de l’identité",
        ("PV1", 3) | ("P", 25) => "Unité de soins",
        ("PV1", 7..=9 | 17) | ("P", 13) => "Médecin",
        ("ORC" | "OBR", 2) => "Numéro du demandeur",
        ("ORC" | "OBR", 3) => "Numéro du laboratoire",
        ("OBR", 4) => "Examens demandés",
        ("OBR", 10) => "Préleveur",
        ("OBR", 13) => "Renseignements cliniques",
        ("OBR", 14) => "Réception du prélèvement",
        ("OBR", 15) | ("SPM", 4) => "Prélèvement",
        ("OBR", 16) | ("ORC", 12) => "Prescripteur",
        ("OBR", 32) => "Interprété par",
        ("OBX", 3) => "Examen",
        ("OBX", 5) => "Valeur",
        ("OBX", 8) => "Indication du laboratoire",
        ("OBX", 14) => "Date de la mesure",
        ("OBX", 15 | 23) => "Exécuté par",
        ("OBX", 16) => "Validé par",
        ("OBX", 17) => "Méthode",
        ("OBX", 18) => "Automate",
        ("OBX", 19) => "Date de l’analyse",
        _ => return None,
    })
}
