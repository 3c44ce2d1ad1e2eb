//! Words of the home page and of the in-tray.

use super::number::{plural, size, whole};
use super::time::{self, Civil};
use bannette_api::dossiers::{ReportDate, ReportMoment};

/// Home page.
pub mod home {
    /// Mailboxes.
    pub const MAILBOXES: &str = "Boîtes de réception";
    /// Columns.
    pub const COLUMNS: [&str; 4] = ["Boîte", "Votre droit", "État", "Partagée avec"];
    /// Column of actions, as read aloud.
    pub const ACTIONS: &str = "Actions";
    /// Fetches now.
    pub const FETCH: &str = "Relever";
    /// Nobody else.
    pub const NOT_SHARED: &str = "personne d’autre";
    /// Card.
    pub const CRITICAL: &str = "Critique";
    /// No mailbox.
    pub const NONE: &str = "Aucune boîte pour l’instant";
    /// What to do.
    pub const NONE_HINT: &str = "Ajoutez votre boîte MSSanté dans Paramètre › Utilisateur › Messagerie, ou demandez à un \
        collègue de partager la sienne avec vous.";
    /// Leads there.
    pub const ADD: &str = "Ajouter une boîte";

    /// « et 2 autres ».
    #[must_use]
    pub fn and_more(more: u64) -> String {
        format!(" et {}", super::plural(more, "autre", "autres"))
    }
}

/// « Bonjour Dr Sheperd ».
#[must_use]
pub fn hello(name: &str) -> String {
    format!("Bonjour {name}")
}

/// « dont 4 anormaux ».
#[must_use]
pub fn of_which_abnormal(count: u64) -> String {
    match count {
        0 => "aucun anormal".to_owned(),
        1 => "dont 1\u{a0}anormal".to_owned(),
        count => format!("dont {}\u{a0}anormaux", whole(count)),
    }
}

/// « sans patient certain ».
pub const WITHOUT_PATIENT: &str = "sans patient identifié";

/// « 7 au-delà de 24 h ».
#[must_use]
pub fn late(count: u64) -> String {
    if count == 0 {
        "aucun depuis plus de 24\u{a0}h".to_owned()
    } else {
        format!("{} depuis plus de 24\u{a0}h", whole(count))
    }
}

/// « vous et 2 autres ».
#[must_use]
pub fn you_and_others(others: u64) -> String {
    format!("vous et {}", plural(others, "autre", "autres"))
}

/// Navigation.
pub const TO_DO: &str = "À traiter";
/// Navigation.
pub const MAILBOXES: &str = "Boîtes";
/// The navigation's name.
pub const NAVIGATION: &str = "Listes de la bannette";
/// The list's order.
pub const ORDER: &str = "Triés par urgence, puis par date d’arrivée";
/// The order of the validated ones.
pub const ORDER_VALIDATED: &str = "Les plus récents d’abord";
/// Loads.
pub const LOADING: &str = "Lecture…";
/// The order of what was found.
pub const ORDER_FOUND: &str = "Critiques d’abord, puis les plus récents";
/// In a row that was found by taking a word for a typing error.
pub const NEAR: &str = "proche";
/// In a row whose place another version has taken.
pub const REPLACED: &str = "remplacé";
/// What to do where nothing was found.
pub const NOTHING_FOUND_THEN: &str = "Vérifiez l’orthographe, ou cherchez par la date de naissance.";
/// Ends the search.
pub const CLEAR_SEARCH: &str = "Effacer la recherche";
/// The line between two columns.
pub const DIVIDER: &str = "Largeur de la colonne de gauche";
/// No dossier is open.
pub const NOTHING_OPEN: &str = "Sélectionnez un dossier dans la liste.";
/// How, with the keyboard.
pub const NOTHING_OPEN_HINT: &str = "Flèches ou J et K pour parcourir, Entrée pour ouvrir.";
/// The mailbox is no longer readable.
pub const MAILBOX_GONE: &str = "Cette boîte n’est plus partagée avec vous.";
/// The dossier is no longer readable.
pub const DOSSIER_GONE: &str = "Ce dossier n’est plus partagé avec vous.";

/// Title of a search.
#[must_use]
pub fn search_title(words: &str) -> String {
    format!("Recherche\u{a0}: {words}")
}

/// Title of a search that found nothing exactly, and something but for a typing error.
#[must_use]
pub fn near_title(words: &str) -> String {
    format!("Résultats proches de «\u{a0}{words}\u{a0}»")
}

/// Nothing found.
#[must_use]
pub fn nothing_found(words: &str) -> String {
    format!("Aucun dossier ne répond à «\u{a0}{words}\u{a0}».")
}

/// Said aloud, once a search has found something: how many, or more than so many.
#[must_use]
pub fn found(count: usize, more: bool) -> String {
    let said = plural(count as u64, "dossier trouvé", "dossiers trouvés");
    if more { format!("Plus de {said}") } else { said }
}

/// New arrivals above.
#[must_use]
pub fn above(count: usize) -> String {
    plural(count as u64, "nouveau au-dessus", "nouveaux au-dessus")
}

/// Said aloud at arrivals.
#[must_use]
pub fn arrived(count: u64) -> String {
    plural(count, "nouveau dossier.", "nouveaux dossiers.")
}

/// Said aloud at critical arrivals.
#[must_use]
pub fn critical_arrived(count: u64) -> String {
    plural(count, "nouveau résultat critique.", "nouveaux résultats critiques.")
}

/// « dossier n° A250513068 ».
#[must_use]
pub fn number(number: &str) -> String {
    format!("dossier\u{a0}n°\u{a0}{number}")
}

/// « née le 14/03/1957 (69 ans) ».
#[must_use]
pub fn born(sex: Option<&str>, date: &str, age: Option<&str>) -> String {
    let born = match sex {
        Some("F") => "née le",
        Some("M") => "né le",
        _ => "né(e) le",
    };
    age.map_or_else(|| format!("{born} {date}"), |age| format!("{born} {date} ({age})"))
}

/// « prélevé le 22/11/2026 08:10 ».
#[must_use]
pub fn sampled(at: &str) -> String {
    format!("prélevé le {at}")
}

/// « édité le 22/11/2026 ».
#[must_use]
pub fn reported(at: &str) -> String {
    format!("édité le {at}")
}

/// « reçu le 22/11/2026 08:10 ».
#[must_use]
pub fn received(at: &str) -> String {
    format!("reçu le {at}")
}

/// A report's own date, named: its sampling, else its writing, else that it came.
#[must_use]
pub fn dated(date: Option<&ReportDate>, received_at: Civil) -> String {
    match date {
        Some(ReportDate { of: ReportMoment::Sampled, at }) => sampled(&time::written(at)),
        Some(ReportDate { of: ReportMoment::Reported, at }) => reported(&time::written(at)),
        None => received(&received_at.date_time()),
    }
}

/// One line on who, by what, seen.
pub mod why {
    /// Responsible.
    pub const RESPONSIBLE: &str = "Responsable\u{a0}:";
    /// By which mailboxes.
    pub const BY: &str = "Par";
    /// Who opened the dossier, oneself left out.
    #[must_use]
    pub fn seen(others: &[String]) -> String {
        if others.is_empty() {
            return "Personne d’autre ne l’a encore ouvert".to_owned();
        }
        format!("Ouvert par {}", crate::text::sharing::enumerated(others))
    }
    /// Before who validated.
    pub const VALIDATED: &str = "Validé par";
    /// Who can read.
    pub const WHO: &str = "Qui peut lire\u{a0}?";
    /// Why oneself.
    pub const WHY: &str = "Pourquoi ai-je accès\u{a0}?";
    /// Nobody else.
    pub const ALONE: &str = "Personne d’autre.";

    /// Title of the other readers.
    #[must_use]
    pub fn others(count: u64) -> String {
        if count < 2 { "Qui d’autre\u{a0}?".to_owned() } else { format!("Qui d’autre\u{a0}? {count} personnes") }
    }

    /// The button, for whoever does not see the row it stands in.
    #[must_use]
    pub fn who_of(mailbox: &str) -> String {
        format!("{WHO} ({mailbox})")
    }
}

/// A dossier.
pub mod dossier {
    use bannette_api::report::TextEncoding;

    /// Columns of results.
    pub const COLUMNS: [&str; 6] = ["Analyse", "Résultat", "Unité", "Bornes", "Position", "Antérieur"];
    /// Section without a title.
    pub const RESULTS: &str = "Résultats";
    /// Free text.
    pub const TEXT: &str = "Texte du compte rendu";
    /// Message.
    pub const MESSAGE: &str = "Message";
    /// From.
    pub const FROM: &str = "De";
    /// The name of a file that was taken from a folder.
    pub const FILE: &str = "Fichier";
    /// To.
    pub const TO: &str = "À";
    /// Subject.
    pub const SUBJECT: &str = "Objet";
    /// Date.
    pub const DATE: &str = "Date";
    /// Signature of a message.
    pub const SIGNATURE: &str = "Signature";
    /// That there is one.
    pub const SIGNED: &str = "présente\u{a0}; elle n’est pas vérifiée ici";
    /// Attachments.
    pub const ATTACHMENTS: &str = "Pièces jointes";
    /// Shows.
    pub const SHOW: &str = "Afficher";
    /// Keeps a copy.
    pub const SAVE: &str = "Enregistrer";
    /// The laboratory's own text.
    pub const NARRATIVE: &str = "Texte du laboratoire";
    /// What it is.
    pub const NARRATIVE_HINT: &str =
        "Le texte que le laboratoire a validé\u{a0}: si un tableau en diffère, c’est ce texte qui fait foi.";
    /// Source.
    pub const SOURCE: &str = "Source";
    /// Source's title.
    pub const SOURCE_TITLE: &str = "Source telle que reçue";
    /// In which encoding its letters are read.
    pub const ENCODING: &str = "Encodage des caractères (si les accents s’affichent mal)";

    /// The encodings that can be chosen, and their names.
    #[must_use]
    pub fn encodings() -> Vec<(Option<TextEncoding>, &'static str)> {
        let name = |encoding| match encoding {
            TextEncoding::Utf8 => "UTF-8",
            TextEncoding::Windows1252 => "Windows (1252, ISO-8859-1)",
            TextEncoding::Iso885915 => "ISO-8859-15",
            TextEncoding::Ibm850 => "DOS (page de code 850)",
            TextEncoding::Macintosh => "Macintosh (MacRoman)",
            TextEncoding::Utf16Le => "UTF-16, octet faible d’abord",
            TextEncoding::Utf16Be => "UTF-16, octet fort d’abord",
        };
        let all = TextEncoding::ALL.map(|encoding| (Some(encoding), name(encoding)));
        std::iter::once((None, "Reconnu automatiquement")).chain(all).collect()
    }

    /// More of the source.
    pub const MORE: &str = "Lire la suite";
    /// Warnings.
    pub const WARNINGS: &str = "À vérifier dans la source";
    /// Laboratory.
    pub const LABORATORY: &str = "Laboratoire";
    /// Prescriber.
    pub const PRESCRIBER: &str = "Prescripteur";
    /// Takes a validation back.
    pub const REOPEN: &str = "Remettre à traiter";
    /// Validated.
    pub const VALIDATED: &str = "validé";
    /// No result could be read.
    pub const NO_RESULTS: &str =
        "Aucun résultat chiffré n’a été lu dans ce dossier\u{a0}: voyez le message, les pièces jointes ou la source.";
    /// Next to the button to validate, for those who may not.
    pub const READ_ONLY: &str = "Seul un médecin ou un remplaçant peut valider.";
    /// What only whoever looks into a fault needs.
    pub const DETAILS: &str = "Détails techniques";
    /// Fields that have no place of their own.
    pub const INDICATIONS: &str = "Autres indications transmises";
    /// What the report is.
    pub const FORMAT: &str = "Format";
    /// The report's own identifier.
    pub const IDENTIFIER: &str = "Identifiant";
    /// One attached document.
    pub const ATTACHMENT: &str = "Pièce jointe";
    /// Which version.
    pub const VERSION: &str = "Version";
    /// An attachment without a name.
    pub const UNNAMED: &str = "sans nom";
}

/// « 300 ko sur 1,2 Mo ».
#[must_use]
pub fn read_so_far(read: u64, total: u64) -> String {
    if read >= total { size(total) } else { format!("{} lus sur {}", size(read), size(total)) }
}

/// Where an attachment was written.
#[must_use]
pub fn saved(path: &str) -> String {
    format!("Enregistré\u{a0}: {path}")
}

/// After a validation.
#[must_use]
pub fn validated(patient: &str) -> String {
    format!("{patient}\u{a0}: validé.")
}

/// After a validation was taken back.
#[must_use]
pub fn reopened(patient: &str) -> String {
    format!("Validation annulée\u{a0}: {patient} est de nouveau à traiter.")
}

/// After asking for a fetch.
#[must_use]
pub fn fetching(address: &str) -> String {
    format!("{address}\u{a0}: relève demandée.")
}
