//! What an exported history says, in French. The screens have their words in `ui/src/text`; a file is written here, where
//! no page has a say in what it claims.

use super::Told;
use bannette_api::accesses::{AccessEntry, AccessKind, AccessOf};
use bannette_api::dossiers::PatientLine;
use bannette_api::journal::{FaultKind, HEAD_DIGITS, JournalReport};
use bannette_api::people::Person;
use bannette_api::sharing::Path;
use bannette_api::{PersonId, Timestamp};
use jiff::tz::TimeZone;

/// The columns of a table.
pub(super) const COLUMNS: [&str; 7] = ["Date et heure", "Personne", "Acte", "Dossier", "Droit", "Poste", "N°"];
/// Without a line.
pub(super) const NOTHING: &str = "Aucun accès dans cette période.";

/// What an entry says, in the order of [`COLUMNS`].
pub(super) fn cells(told: &Told, entry: &AccessEntry) -> [String; 7] {
    [
        moment(entry.at, &told.zone),
        entry.person.map_or_else(|| "Bannette".to_owned(), |id| person(told, id)),
        act(&entry.act, entry.kind).to_owned(),
        if entry.dossier.is_some() { dossier(entry.patient.as_ref()) } else { String::new() },
        entry.path.map(|way| path(told, way)).unwrap_or_default(),
        entry.post.clone(),
        entry.number.to_string(),
    ]
}

/// « 25/11/2026 08:10:05 », on the clock of this post.
fn moment(at: Timestamp, zone: &TimeZone) -> String {
    let instant = jiff::Timestamp::from_millisecond(at.0).unwrap_or_default();
    instant.to_zoned(zone.clone()).strftime("%d/%m/%Y %H:%M:%S").to_string()
}

fn day(at: Timestamp, zone: &TimeZone) -> String {
    let instant = jiff::Timestamp::from_millisecond(at.0).unwrap_or_default();
    instant.to_zoned(zone.clone()).strftime("%d/%m/%Y").to_string()
}

fn person(told: &Told, id: PersonId) -> String {
    let found = told.people.iter().find(|person| person.id == id);
    found.map_or_else(|| "quelqu’un du cabinet".to_owned(), Person::listed)
}

/// A dossier by its patient.
pub(super) fn dossier(patient: Option<&PatientLine>) -> String {
    patient.map_or_else(
        || "patient non identifié".to_owned(),
        |patient| {
            let name = format!("{} {}", patient.last_name, patient.first_name).trim().to_owned();
            match patient.birth_date.as_deref().and_then(written) {
                Some(born) => format!("{name}, {born}"),
                None => name,
            }
        },
    )
}

/// « 14/03/1957 » for `1957-03-14`.
fn written(day: &str) -> Option<String> {
    let mut parts = day.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    Some(format!("{day}/{month}/{year}"))
}

/// What was done.
fn act(act: &str, kind: AccessKind) -> &'static str {
    match act {
        "dossier_opened" => "Dossier ouvert",
        "source_read" => "Message d’origine consulté",
        "history_read" => "Courbe consultée",
        "document_read" => "Document consulté",
        "document_saved" => "Document enregistré hors de Bannette",
        "accesses_exported" => "Historique de la boîte exporté",
        "dossier_accesses_exported" => "Historique du dossier exporté",
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
        "mailbox_changed" => "Réglages de la boîte modifiés",
        "mailbox_removed" => "Boîte retirée",
        "removed_from_server" => "Messages supprimés du serveur",
        "values_erased" => "Valeurs chiffrées effacées",
        "content_purged" => "Contenus retirés selon le délai de conservation",
        "rights_turned" => "Droit ouvert ou expiré à la date prévue",
        "group_joined" => "Membre ajouté à un groupe",
        "group_left" => "Membre retiré d’un groupe",
        "group_removed" => "Groupe supprimé",
        "person_added" => "Utilisateur ajouté",
        "person_suspended" => "Utilisateur suspendu",
        "person_resumed" => "Utilisateur rétabli",
        "glass_broken" => "Bris de glace : boîte ouverte sans droit",
        "glass_ended" => "Bris de glace : fin",
        "glass_acknowledged" => "Bris de glace : pris en compte par le titulaire",
        _ => match kind {
            AccessKind::Opened => "Consultation",
            AccessKind::Printed => "Impression",
            AccessKind::Exported => "Export",
            AccessKind::Sent => "Envoi",
            AccessKind::Validated => "Validation",
            AccessKind::Rights => "Droits modifiés",
            AccessKind::Settings => "Réglages modifiés",
            AccessKind::Glass => "Bris de glace",
        },
    }
}

fn path(told: &Told, path: Path) -> String {
    match path {
        Path::Owner => "titulaire".to_owned(),
        Path::Person => "à titre personnel".to_owned(),
        Path::Group(id) => {
            let name = told.groups.iter().find(|group| group.id == id).map(|group| group.name.as_str());
            name.map_or_else(|| "par un groupe supprimé".to_owned(), |name| format!("par le groupe {name}"))
        }
        Path::Everyone => "comme tous les utilisateurs".to_owned(),
        Path::BreakGlass => "bris de glace".to_owned(),
    }
}

/// The heading of a document.
pub(super) fn title(told: &Told) -> String {
    match told.call.of {
        AccessOf::Mailbox(_) => format!("Historique des accès – boîte {}", told.of),
        AccessOf::Dossier(_) => format!("Historique des accès – dossier de {}", told.of),
    }
}

/// What stands under the heading: the practice, the period, who exported it when, whether the journal is whole.
pub(super) fn head(told: &Told) -> Vec<String> {
    let filter = &told.call.filter;
    let zone = &told.zone;
    let period = match (filter.begins, filter.ends) {
        (None, None) => "depuis le début".to_owned(),
        (Some(from), None) => format!("depuis le {}", day(from, zone)),
        (None, Some(until)) => format!("jusqu’au {}", day(until.plus(-1), zone)),
        (Some(from), Some(until)) => format!("du {} au {}", day(from, zone), day(until.plus(-1), zone)),
    };
    let mut narrowed = Vec::new();
    narrowed.extend(filter.person.map(|id| format!("actes de {}", person(told, id))));
    narrowed.extend(filter.kind.map(|kind| format!("actes de ce genre : {}", act("", kind))));
    if !told.page.whole {
        narrowed.push("seulement les actes de la personne qui exporte".to_owned());
    }
    let narrowed = if narrowed.is_empty() { String::new() } else { format!(" ({})", narrowed.join(", ")) };
    let lines = told.page.entries.len();
    vec![
        format!("Cabinet : {}", told.practice),
        format!("Période : {period}{narrowed} – {lines} {}", if lines < 2 { "acte" } else { "actes" }),
        format!(
            "Exporté par {} le {} (heure du poste : {})",
            person(told, told.me),
            moment(told.now, zone),
            zone.iana_name().unwrap_or("locale")
        ),
        verified(&told.report),
    ]
}

/// Whether the journal is whole.
fn verified(report: &JournalReport) -> String {
    if report.faults.is_empty() {
        return format!(
            "Journal vérifié : {} entrées, chaîne intacte (empreinte {}).",
            report.entries,
            report.head.get(..HEAD_DIGITS).unwrap_or_default()
        );
    }
    let faults = report.faults.iter().take(5).map(|fault| {
        let kind = match fault.kind {
            FaultKind::Edited => "modifiée ou déplacée",
            FaultKind::Missing => "précédée d’entrées manquantes",
            FaultKind::CutShort => "suivie d’entrées manquantes",
            FaultKind::Misfiled => "mal classée dans l’historique",
            FaultKind::ReasonEdited => "dont le motif a été modifié",
            FaultKind::OtherHead => "qui n’est plus celle dont l’empreinte avait été notée",
        };
        format!("entrée {} {kind}", fault.entry)
    });
    let more = report.faults.len().saturating_sub(5);
    let more = if more > 0 { format!(", et {more} autres") } else { String::new() };
    format!("ATTENTION : le journal a été altéré : {}{more}.", faults.collect::<Vec<_>>().join(", "))
}

/// At the foot of each page.
pub(super) fn foot(told: &Told) -> String {
    format!("{} – exporté le {} – confidentiel", told.practice, day(told.now, &told.zone))
}

/// « page 2 sur 3 ».
pub(super) fn page(number: usize, of: usize) -> String {
    format!("page {number} sur {of}")
}

/// The file's name, before it is cleaned.
pub(super) fn file_name(told: &Told, ending: &str) -> String {
    let instant = jiff::Timestamp::from_millisecond(told.now.0).unwrap_or_default();
    let day = instant.to_zoned(told.zone.clone()).strftime("%Y-%m-%d").to_string();
    // A file's name is seen by whoever looks at the folder: a patient's is not in it.
    let of = match told.call.of {
        AccessOf::Mailbox(_) => told.of.as_str(),
        AccessOf::Dossier(_) => "dossier",
    };
    format!("Historique des accès {of} {day}.{ending}")
}
