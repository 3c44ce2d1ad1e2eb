//! Words that several screens use.

/// The product's name.
pub const BANNETTE: &str = "Bannette";
/// Cancels.
pub const CANCEL: &str = "Annuler";
/// Closes.
pub const CLOSE: &str = "Fermer";
/// Unlocks settings.
pub const EDIT: &str = "Modifier";
/// Keeps settings.
pub const SAVE: &str = "Enregistrer";
/// Validates.
pub const VALIDATE: &str = "Valider";
/// Yes.
pub const YES: &str = "Oui";
/// No.
pub const NO: &str = "Non";
/// Settings.
pub const SETTINGS: &str = "Paramètre";
/// A person's settings.
pub const USER: &str = "Utilisateur";
/// The practice's settings.
pub const APPLICATION: &str = "Application";
/// Back to the home page.
pub const HOME: &str = "Accueil";
/// While the first answer is awaited.
pub const LOADING: &str = "Ouverture…";
/// Undoes.
pub const UNDO: &str = "Annuler";
/// Leads past the header.
pub const SKIP: &str = "Aller au contenu";
/// Search field.
pub const SEARCH: &str = "Rechercher un patient, un laboratoire, une analyse";
/// The menu of the person.
pub const MY_MENU: &str = "Mon compte";
/// Locks the window.
pub const LOCK: &str = "Verrouiller";
/// Signs out.
pub const SIGN_OUT: &str = "Se déconnecter";
/// Key sheet.
pub const KEYS: &str = "Raccourcis clavier";
/// The headers' and lists' names for screen readers.
pub const TOASTS: &str = "Messages";
/// Somebody whom the list of people does not hold (yet).
pub const SOMEBODY: &str = "quelqu’un du cabinet";
/// Oneself.
pub const YOU: &str = "vous";

/// Unsaved settings.
pub mod leaving {
    /// Title.
    pub fn title(what: &str) -> String {
        format!("{what}\u{a0}?")
    }

    /// What will happen.
    pub const BODY: &str = "Des réglages ont été modifiés et ne sont pas enregistrés. Ils seront perdus.";
    /// Stays.
    pub const STAY: &str = "Continuer la modification";
    /// Leaves.
    pub const LEAVE: &str = "Quitter sans enregistrer";
    /// Locks.
    pub const LOCK: &str = "Verrouiller sans enregistrer";
    /// Signs out.
    pub const SIGN_OUT: &str = "Se déconnecter sans enregistrer";
    /// Closes the window.
    pub const CLOSE: &str = "Fermer sans enregistrer";
    /// After the window locked by itself.
    pub const LOST: &str =
        "La fenêtre s’est verrouillée\u{a0}: les réglages qui n’étaient pas enregistrés sont perdus.";
}

/// The page when it could not go on.
pub mod broken {
    /// What happened.
    pub const TITLE: &str = "L’écran s’est arrêté";
    /// What it means.
    pub const BODY: &str = "Les données du cabinet ne sont pas touchées. Rechargez l’écran pour continuer.";
    /// Loads again.
    pub const RELOAD: &str = "Recharger";
}

/// The key sheet.
pub mod keys {
    use crate::text::visibility::KEYS;

    /// Title.
    pub const TITLE: &str = "Raccourcis clavier";
    /// Prints. Keys pressed together are written so everywhere: with a plus and no space.
    pub const PRINT: &str = "Ctrl+P";
    /// Takes back what was just done.
    pub const UNDO: &str = "Ctrl+Z";
    /// Switches the single letters.
    pub const SINGLE: &str = "Activer les raccourcis d’une seule lettre";
    /// What the switch means.
    pub const HINT: &str = "Ils n’agissent jamais pendant la saisie dans un champ.";
    /// Keys, and what they do.
    pub const SHEET: [(&str, &str); 20] = [
        ("/", "Rechercher"),
        ("J ou ↓", "Dossier suivant"),
        ("K ou ↑", "Dossier précédent"),
        ("Entrée", "Ouvrir le dossier, puis le suivant"),
        ("Espace", "Lire la suite, puis le dossier suivant"),
        ("V", "Valider, puis ouvrir le suivant"),
        KEYS[0],
        KEYS[1],
        KEYS[2],
        ("T", "Lire le texte du laboratoire"),
        ("S", "Voir la source"),
        ("D", "Voir le premier document"),
        ("A", "Voir la courbe de l’analyse"),
        ("Q", "Voir qui peut lire, et pourquoi"),
        ("Page ↑ ou ↓", "Changer de page dans un document"),
        (PRINT, "Imprimer le dossier"),
        (UNDO, "Annuler la dernière validation"),
        ("Ctrl++ ou Ctrl+−", "Agrandir ou réduire l’affichage"),
        ("Échap", "Fermer la fenêtre ouverte"),
        ("?", "Afficher ces raccourcis"),
    ];
}

/// Unopenable store.
pub mod unopenable {
    /// Title.
    pub const TITLE: &str = "Les données du cabinet ne s’ouvrent pas";
    /// What was not done.
    pub const UNTOUCHED: &str = "Rien n’a été modifié.";
    /// Tries again.
    pub const RETRY: &str = "Réessayer";
}

/// A page that the start does not load, and that did not come.
pub mod later {
    /// Title.
    pub const TITLE: &str = "Cette partie de Bannette ne s’est pas chargée";
    /// What it means, what to do.
    pub const BODY: &str =
        "Rien n’a été modifié. Réessayez. Si rien ne vient, fermez Bannette puis ouvrez-la à nouveau.";
    /// Tries again.
    pub const RETRY: &str = super::unopenable::RETRY;
}
