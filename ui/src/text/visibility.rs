//! Words on who sees a dossier, and on what waits to be sorted.

use super::number::{plural, whole};
use bannette_api::dossiers::Visibility;

/// Chip.
pub const TO_SORT: &str = "À trier";
/// Button.
pub const SHARE: &str = "Partager ce dossier";
/// Button, of a confidential dossier.
pub const REVEAL: &str = "Rendre visible";
/// Button.
pub const CONFIDENTIAL: &str = "Confidentiel";
/// Button.
pub const TREAT: &str = "Traiter comme résultat";
/// Button, of several.
pub const SHARE_ALL: &str = "Partager";
/// Ends the selection.
pub const CLEAR: &str = "Tout désélectionner";
/// The bar's name.
pub const BAR: &str = "Dossiers sélectionnés";
/// What a dossier waits for.
pub const WAITS_TO_SORT: &str = "Ce dossier attend d’être trié\u{a0}: il n’apparaîtra dans les résultats qu’après «\u{a0}Traiter comme résultat\u{a0}».";
/// Goes there.
pub const GO_SORT: &str = "Voir À trier";

/// How to choose, on the sheet of keys.
pub const KEYS: [(&str, &str); 3] = [
    ("X", "Sélectionner / désélectionner le dossier"),
    ("P", "Partager ce dossier, ou ceux sélectionnés"),
    ("R", "Traiter comme résultat"),
];

/// A chip.
#[must_use]
pub fn chip(visibility: Visibility) -> Option<&'static str> {
    match visibility {
        Visibility::Shared => None,
        Visibility::Withheld => Some("Non partagé"),
        Visibility::Confidential => Some("Confidentiel"),
    }
}

/// What that means.
#[must_use]
pub fn sentence(visibility: Visibility) -> Option<&'static str> {
    match visibility {
        Visibility::Shared => None,
        Visibility::Withheld => Some(
            "Ce dossier n’est pas encore partagé\u{a0}: les personnes autorisées à lire la boîte ne le voient pas.",
        ),
        Visibility::Confidential => {
            Some("Ce dossier est confidentiel\u{a0}: le titulaire de la boîte est seul à le voir.")
        }
    }
}

/// « 3 dossiers sélectionnés ».
#[must_use]
pub fn chosen(count: usize) -> String {
    plural(count as u64, "dossier sélectionné", "dossiers sélectionnés")
}

/// Before a key shares dossiers.
#[must_use]
pub fn question(count: usize) -> String {
    if count == 1 { "Partager ce dossier\u{a0}?".to_owned() } else { format!("Partager {count}\u{a0}dossiers\u{a0}?") }
}

/// What sharing means.
pub const WILL_SEE: &str = "Toutes les personnes autorisées à lire la boîte le verront.";

/// « et 3 autres ».
#[must_use]
pub fn and_more(count: usize) -> String {
    format!("et {}", plural(count as u64, "autre", "autres"))
}

/// No more at once.
#[must_use]
pub fn most(count: u32) -> String {
    format!("Au plus {}\u{a0}dossiers à la fois.", whole(u64::from(count)))
}

/// After it was done.
#[must_use]
pub fn done(visibility: Visibility, count: u64) -> String {
    let (one, many) = match visibility {
        Visibility::Shared => ("dossier partagé.", "dossiers partagés."),
        Visibility::Withheld => ("dossier n’est plus partagé.", "dossiers ne sont plus partagés."),
        Visibility::Confidential => ("dossier rendu confidentiel.", "dossiers rendus confidentiels."),
    };
    plural(count, one, many)
}

/// After it was done.
#[must_use]
pub fn treated(count: u64) -> String {
    plural(count, "dossier traité comme résultat.", "dossiers traités comme résultats.")
}

/// Beside a count: critical ones among them.
#[must_use]
pub fn of_which_critical(count: u64) -> String {
    format!("dont {}", plural(count, "critique", "critiques"))
}

/// On the card and above the lists of results: critical ones that are not in them.
#[must_use]
pub fn critical_to_sort(count: u64) -> String {
    plural(count, "résultat critique attend dans À trier.", "résultats critiques attendent dans À trier.")
}

/// « dont 2 à trier ».
#[must_use]
pub fn of_which_to_sort(count: u64) -> String {
    format!("dont {}\u{a0}à trier", whole(count))
}
