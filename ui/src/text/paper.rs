//! What stands on paper, and what is said when nothing is printed.

use super::number::plural;
use super::{dossier, time};
use bannette_api::report::{Flag, Patient, ReportStatus};

/// The act.
pub const PRINT: &str = "Imprimer";
/// No dossier is open.
pub const NOTHING_OPEN: &str = "Rien n’a été imprimé. Ouvrez un dossier pour l’imprimer.";
/// The open dossier has no contents.
pub const REMOVED: &str = "Rien n’a été imprimé\u{a0}: le contenu de ce dossier a été retiré.";
/// Something stands over the dossier.
pub const DIALOG_OPEN: &str =
    "Rien n’a été imprimé. Fermez d’abord cette fenêtre, puis imprimez depuis le dossier ouvert.";
/// Title of what says so over a dialog.
pub const NOT_PRINTED: &str = "Impression";
/// The page's module did not come.
pub const NO_SHEET: &str = "La mise en page n’a pas pu être préparée\u{a0}: rien n’a été imprimé. Réessayez.";
/// The system's own dialog did not come.
pub const NO_PRINTER: &str = "L’impression n’a pas pu être lancée sur ce poste. L’historique du dossier la mentionne \
    déjà\u{a0}; réessayez.";
/// All that comes on paper in any other way than by the act.
pub const NOT_BY_THE_ACT: &str = "Rien n’est imprimé de cette façon. Dans Bannette, ouvrez un dossier et choisissez \
    «\u{a0}Imprimer\u{a0}»\u{a0}: chaque impression est inscrite dans l’historique des accès.";

/// Columns of results.
pub const COLUMNS: [&str; 5] = ["Analyse", "Résultat", "Unité", "Bornes", "Antérieur"];
/// Sender.
pub const SENDER: &str = "Expéditeur";
/// Laboratory.
pub const LABORATORY: &str = "Laboratoire";
/// Prescriber.
pub const PRESCRIBER: &str = "Prescripteur";
/// The laboratory's number.
pub const NUMBER: &str = "Dossier n°";
/// Sampled.
pub const SAMPLED: &str = "Prélevé le";
/// Written.
pub const REPORTED: &str = "Édité le";
/// Received.
pub const RECEIVED: &str = "Reçu le";
/// Subject of the message.
pub const SUBJECT: &str = "Objet";
/// State of the report.
pub const STATUS: &str = "État";
/// Who validated it here.
pub const VALIDATED: &str = "Validé";
/// Not validated here.
pub const NOT_VALIDATED: &str = "non, à la date d’impression";
/// Title of the warnings.
pub const WARNINGS: &str = "À vérifier dans la source";
/// Comment of a result or a section.
pub const COMMENT: &str = "Commentaire du laboratoire\u{a0}:";
/// The laboratory's text is not repeated below its results.
pub const NARRATIVE_ELSEWHERE: &str = "Les tableaux sont lus dans le compte rendu. Le texte validé par le laboratoire, qui \
    fait foi, se lit dans Bannette («\u{a0}Texte du laboratoire\u{a0}»).";
/// Attached documents.
pub const DOCUMENTS: &str = "Pièces jointes, non imprimées";
/// The message's own words.
pub const MESSAGE: &str = "Message";
/// The dossier holds nothing that can be printed.
pub const EMPTY: &str =
    "Aucun texte n’a été lu dans ce dossier\u{a0}: voyez ses pièces jointes et sa source dans Bannette.";
/// The bytes received.
pub const SOURCE: &str = "Texte tel que reçu";
/// Whose message is still encrypted.
pub const ENCRYPTED: &str = "Ce message est chiffré\u{a0}: son contenu n’a pas encore été lu.";
/// Seen by its owner alone.
pub const CONFIDENTIAL: &str = "confidentiel";
/// Another version replaces it.
pub const REPLACED: &str = "remplacé par une version plus récente";

/// What a report's status means for whoever holds the paper.
#[must_use]
pub fn status(status: ReportStatus) -> &'static str {
    match status {
        ReportStatus::Partial => "partiel\u{a0}: d’autres résultats suivront",
        ReportStatus::Complete => "complet",
        ReportStatus::Corrected => "corrigé\u{a0}: il remplace un envoi précédent",
        ReportStatus::Cancelled => "annulé par le laboratoire",
    }
}

/// The head of every page: « née le 14/03/1957 · femme ».
#[must_use]
pub fn identity(patient: &Patient) -> String {
    let sex = patient.sex.as_deref();
    let born = patient.birth_date.as_deref().map(|date| super::inbox::born(sex, &time::written(date), None));
    let used = patient.used_name.as_deref().unwrap_or_default().trim();
    let birth_name = patient.birth_name.as_deref().map(str::trim).filter(|name| !name.is_empty() && *name != used);
    // Where it is all that is known, it stands as the name already.
    let birth_name = birth_name.filter(|_| !used.is_empty()).map(|name| format!("nom de naissance\u{a0}: {name}"));
    let ins = patient.ins.as_ref().map(|ins| format!("INS {}", ins.value));
    let known = [born, sex.and_then(dossier::sex).map(str::to_owned), birth_name, ins];
    let known: Vec<String> = known.into_iter().flatten().collect();
    if known.is_empty() { "date de naissance et sexe inconnus".to_owned() } else { known.join(" · ") }
}

/// A result's meaning: in words and arrows, black on white.
#[must_use]
pub fn flag(flag: Flag) -> Option<String> {
    let arrows = match flag {
        Flag::Normal => return None,
        Flag::High => "↑ ",
        Flag::Low => "↓ ",
        Flag::CriticallyHigh => "↑↑ ",
        Flag::CriticallyLow => "↓↓ ",
        Flag::Abnormal | Flag::Critical => "",
    };
    Some(format!("{arrows}{}", dossier::flag(flag)))
}

/// The foot of every page.
#[must_use]
pub fn foot(at: &str, by: &str, mailboxes: &[String]) -> String {
    let boxes = if mailboxes.len() > 1 { "boîtes" } else { "boîte" };
    let through = if mailboxes.is_empty() { String::new() } else { format!(" — {boxes} {}", mailboxes.join(" et ")) };
    format!("Imprimé le {at} par {by}{through}")
}

/// « page 2 / 3 ».
#[must_use]
pub fn page(number: usize, of: usize) -> String {
    format!("page {number} / {of}")
}

/// An attached document: « bilan.pdf (3 pages) » is not known here; its name and its size are.
#[must_use]
pub fn document(name: &str, size: &str) -> String {
    format!("{name} ({size})")
}

/// Said aloud once the system's dialog is asked for.
#[must_use]
pub fn laid_out(pages: usize) -> String {
    format!("{} à imprimer.", plural(pages as u64, "page", "pages"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use bannette_api::report::Ins;

    #[test]
    fn the_head_says_who_it_is() {
        let mut patient = Patient {
            used_name: Some("EXEMPLE".into()),
            birth_name: Some("EXEMPLE".into()),
            birth_date: Some("1957-03-14".into()),
            sex: Some("F".into()),
            ..Patient::default()
        };
        assert_eq!(identity(&patient), "née le 14/03/1957 · femme");
        patient.birth_name = Some("MODELE".into());
        patient.ins = Some(Ins { value: "257037699999999".into(), oid: "1.2".into() });
        assert_eq!(
            identity(&patient),
            "née le 14/03/1957 · femme · nom de naissance\u{a0}: MODELE · INS 257037699999999"
        );
        assert_eq!(identity(&Patient::default()), "date de naissance et sexe inconnus");
    }

    #[test]
    fn a_flag_is_told_without_a_colour() {
        assert_eq!(flag(Flag::Normal), None);
        assert_eq!(flag(Flag::High).as_deref(), Some("↑ élevé"));
        assert_eq!(flag(Flag::CriticallyLow).as_deref(), Some("↓↓ critique, très bas"));
        assert_eq!(flag(Flag::Critical).as_deref(), Some("critique"));
    }

    #[test]
    fn the_foot_says_when_by_whom_and_through_what() {
        let one = ["MSSanté derek@medecin.test".to_owned()];
        assert_eq!(
            foot("22/11/2026 08:10", "Dr Derek SHEPERD", &one),
            "Imprimé le 22/11/2026 08:10 par Dr Derek SHEPERD — boîte MSSanté derek@medecin.test"
        );
        assert!(foot("", "", &["A".into(), "B".into()]).ends_with("— boîtes A et B"));
        assert_eq!(page(2, 3), "page 2 / 3");
    }
}
