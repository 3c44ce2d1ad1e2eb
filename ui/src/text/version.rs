//! The versions of a report, and the ways it came, in words.

use super::dossier;
use super::number::{self, plural};
use super::time::Civil;
use bannette_api::dossiers::{Change, ChangeOf, PersonsRelation, ShownValue, VersionChanges, VersionLine};

/// The version that is open.
pub const THIS: &str = "celle-ci";
/// A version that another one replaces.
pub const REPLACED: &str = "remplacée";
/// The version that is open is replaced.
pub const NEWER: &str = "Une version plus récente remplace celle-ci.";

/// « Il y a 2 versions de ce compte rendu ».
#[must_use]
pub fn count(versions: usize) -> String {
    format!("Il y a {} de ce compte rendu\u{a0}:", plural(versions as u64, "version", "versions"))
}

/// The versions and what may be one.
pub const REGION: &str = "Versions de ce compte rendu";
/// Above those of which no rule says whether they belong together.
pub const MAY_BELONG: &str =
    "Peut-être le même compte rendu, à vérifier\u{a0}: tous restent à traiter tant que personne n’a tranché.";
/// Button: the open one takes the place of the other one.
pub const IS_VERSION: &str = "Le compte rendu affiché remplace celui-ci";
/// Button.
pub const IS_APART: &str = "Ce n’est pas la même analyse";
/// Between a former value and the newer one, for screen readers.
pub const BECAME: &str = "devient";
/// Under the differences.
pub const CUT: &str = "D’autres différences existent\u{a0}: comparez les deux versions.";

/// After a person decided.
#[must_use]
pub fn related(relation: PersonsRelation) -> &'static str {
    match relation {
        PersonsRelation::VersionOf => "C’est noté\u{a0}: ce compte rendu remplace l’autre.",
        PersonsRelation::Apart => "C’est noté\u{a0}: ce sont deux analyses, chacune reste à traiter.",
    }
}

/// « C’est une version de… »: the report whose place the open one takes is looked for.
pub mod join {
    use super::super::number::plural;

    /// The link, and the dialog's title.
    pub const TITLE: &str = "C’est une version de…";
    /// What the dialog is for.
    pub const WHAT: &str = "Choisissez le compte rendu que celui-ci remplace. Vous pourrez revenir en arrière.";
    /// The field.
    pub const FIND: &str = "Chercher";
    /// What is listed, for screen readers.
    pub const LIST: &str = "Comptes rendus trouvés";
    /// Nothing is found.
    pub const NONE: &str = "Aucun autre compte rendu de cette messagerie ne répond à ces mots.";
    /// Beside the chosen one.
    pub const CHOSEN: &str = "choisi";
    /// The button.
    pub const JOIN: &str = "Remplacer le compte rendu choisi";
    /// The chosen one is another patient's, or the patient is written otherwise there.
    pub const OTHER_PATIENT: &str =
        "Attention\u{a0}: le patient n’est pas écrit de la même façon dans les deux comptes rendus.";

    /// « EXEMPLE ALICE, prélevé le 22/11/2026, Labo Exemple, 12 résultats ».
    #[must_use]
    pub fn line(patient: &str, when: &str, sender: &str, results: u32) -> String {
        let results = plural(u64::from(results), "résultat", "résultats");
        let parts = [patient, when, sender.trim(), results.as_str()];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
    }

    /// What happens to the chosen one.
    #[must_use]
    pub fn consequence(other: &str) -> String {
        format!(
            "Ce compte rendu quittera les listes, remplacé par celui qui est affiché\u{a0}: {other}. Ce qui a changé sera dit dans celui qui est affiché."
        )
    }
}

/// « Ce compte rendu remplace celui du 22/11/2026 03:11, validé par le Dr Exemple : ».
#[must_use]
pub fn replaces(changes: &VersionChanges, by: Option<&str>, received: Civil) -> String {
    let validated = by.map(|by| format!(", validé par {by}")).unwrap_or_default();
    let same = if changes.changes.is_empty() { " sans changer aucune valeur." } else { "\u{a0}:" };
    format!("Ce compte rendu remplace celui reçu le {}{validated}{same}", received.date_time())
}

/// What differs: « Potassium », « Document ».
#[must_use]
pub fn what(change: &Change) -> String {
    match change.of {
        ChangeOf::Result => change.label.clone(),
        ChangeOf::Document => "Document".to_owned(),
        ChangeOf::Words => "Texte".to_owned(),
    }
}

/// « 7,2 mmol/L ».
#[must_use]
pub fn value(shown: &ShownValue) -> String {
    let unit = shown.unit.as_deref().map(|unit| format!("\u{a0}{unit}")).unwrap_or_default();
    let withdrawn = if shown.withdrawn { " (retiré par le laboratoire)" } else { "" };
    format!("{}{unit}{withdrawn}", number::value(&shown.value))
}

/// What became of it, where it is not on both sides.
#[must_use]
pub fn mark(change: &Change) -> Option<&'static str> {
    match (&change.before, &change.after) {
        (None, _) => Some("ajouté"),
        (_, None) => Some("n’y figure plus"),
        _ => None,
    }
}

/// « partiel, reçu le 22/11/2026 08:10, 12 résultats »; in full words, because a screen reader reads it as a link.
#[must_use]
pub fn line(version: &VersionLine, received: Civil) -> String {
    let status = version.status.map_or(String::new(), |status| format!("{}, ", dossier::status(status)));
    let results = plural(u64::from(version.results), "résultat", "résultats");
    let validated = if version.validated.is_some() { ", validé" } else { "" };
    format!("{status}reçu le {}, {results}{validated}", received.date_time())
}

/// « MSSanté – moi le 22/11/2026 08:10 »; a mailbox that is not known (yet) is left unnamed, never its arrival.
#[must_use]
pub fn arrival(mailbox: Option<&str>, at: Civil) -> String {
    match mailbox {
        Some(name) => format!("{name} le {}", at.date_time()),
        None => format!("le {}", at.date_time()),
    }
}

/// « Reçu 2 fois : MSSanté – moi le 22/11/2026 08:10, Dossier – moi le 23/11/2026 09:00 ».
#[must_use]
pub fn arrivals(ways: &[String]) -> String {
    format!("Reçu {}\u{a0}fois\u{a0}: {}", ways.len(), ways.join(", "))
}

/// The message that is looked at.
pub const THIS_MESSAGE: &str = "celui-ci";

/// « Ce compte rendu est arrivé dans 2 messages. Leurs documents peuvent différer : ».
#[must_use]
pub fn messages(count: usize) -> String {
    format!("Ce compte rendu est arrivé dans {count}\u{a0}messages. Leurs documents peuvent différer\u{a0}:")
}

#[cfg(test)]
mod tests {
    use super::*;
    use bannette_api::Timestamp;
    use bannette_api::report::ReportStatus;

    #[test]
    fn versions_and_arrivals_are_worded() {
        let at = Timestamp(1_795_331_400_000);
        let received = Civil::at(at, 60);
        let mut version = VersionLine {
            dossier: "00000000-0000-7000-8000-000000000001".parse().unwrap(),
            received_at: at,
            status: Some(ReportStatus::Partial),
            results: 12,
            validated: None,
            relation: bannette_api::dossiers::VersionRelation::Former,
            replaced: true,
        };
        assert_eq!(line(&version, received), "partiel, reçu le 22/11/2026 08:10, 12\u{a0}résultats");
        (version.status, version.results) = (None, 1);
        assert_eq!(line(&version, received), "reçu le 22/11/2026 08:10, 1\u{a0}résultat");
        assert_eq!(count(2), "Il y a 2\u{a0}versions de ce compte rendu\u{a0}:");
        let ways = [arrival(Some("MSSanté\u{a0}– moi"), received), arrival(None, received)];
        assert_eq!(
            arrivals(&ways),
            "Reçu 2\u{a0}fois\u{a0}: MSSanté\u{a0}– moi le 22/11/2026 08:10, le 22/11/2026 08:10"
        );
    }
}
