//! Words of the settings: the person's own, the mailboxes', the practice's people.

use super::number::{plural, whole};

/// Tab.
pub const PASSWORD: &str = "Mot de passe";
/// Tab.
pub const LOCKING: &str = "Verrouillage";
/// Tab.
pub const MESSAGING: &str = "Messagerie";
/// Tab.
pub const USERS: &str = "Utilisateurs";
/// The tabs' name.
pub const TABS: &str = "Réglages";
/// Minutes before the lock.
pub const IDLE: &str = "Verrouiller la fenêtre après";
/// Unit.
pub const MINUTES: &str = "minutes d’inactivité";
/// Why it exists.
pub const IDLE_HINT: &str =
    "De 1 à 120 minutes. La fenêtre verrouillée ne montre rien\u{a0}; la réception des messages continue.";
/// Kept.
pub const SAVED: &str = "Réglages enregistrés.";

/// Messagerie.
pub mod messaging {
    /// Title.
    pub const TITLE: &str = "Paramètres des messageries sécurisées";
    /// Secret.
    pub const SECRET: &str = "Mot de passe";
    /// A secret is kept.
    pub const SECRET_KEPT: &str = "enregistré";
    /// Stays if left empty.
    pub const SECRET_HINT: &str =
        "Laissez vide pour garder le mot de passe enregistré. Il sera redemandé si vous changez de serveur.";
    /// The server changed.
    pub const SECRET_AGAIN: &str = "Le serveur ou le compte a changé\u{a0}: saisissez à nouveau le mot de passe.";
    /// Deletes from the server.
    pub const DELETE: &str = "Supprimer les messages du serveur lorsqu’ils sont récupérés";
    /// What that means.
    pub const DELETE_WARNING: &str = "Les messages ne seront plus dans le webmail ni sur vos autres postes. Chacun n’est supprimé qu’une fois sa copie enregistrée dans Bannette et vérifiée.";
    /// While it tests.
    pub const TESTING: &str = "Vérification…";
    /// Sharing.
    pub const SHARE: &str = "Gestion du partage";
    /// Sharing before the first save.
    pub const SHARE_LATER: &str = "Enregistrez d’abord la boîte pour en gérer le partage.";
    /// Who reads.
    pub const READERS: &str = "Ont accès";
    /// Only the owner.
    pub const ONLY_YOU: &str = "vous seul";
    /// New block.
    pub const NEW: &str = "à enregistrer";
    /// Takes a new block away.
    pub const DROP: &str = "Retirer";
    /// The test went well.
    pub const TEST_GOOD: &str = "La connexion fonctionne.";
    /// The test's name.
    pub const TEST_RESULT: &str = "Vérification de la connexion";
    /// A step went well, as read aloud.
    pub const STEP_GOOD: &str = "réussi";
    /// A step failed, as read aloud.
    pub const STEP_BAD: &str = "échoué";
}

/// What the connection test counted.
#[must_use]
pub fn counted(messages: u64) -> String {
    format!("{} dans la boîte.", plural(messages, "message", "messages"))
}

/// « 12 ms ».
#[must_use]
pub fn milliseconds(time: u32) -> String {
    format!("{}\u{a0}ms", whole(u64::from(time)))
}

/// Users.
pub mod users {
    /// Adds.
    pub const ADD: &str = "+ Ajouter un utilisateur";
    /// Form's title.
    pub const ADD_TITLE: &str = "Ajouter un utilisateur";
    /// Form's button.
    pub const ADD_BUTTON: &str = "Ajouter";
    /// Columns.
    pub const COLUMNS: [&str; 4] = ["Nom", "Fonction", "Identifiant", "État"];
    /// Column of actions, as read aloud.
    pub const ACTIONS: &str = "Actions";
    /// RPPS.
    pub const RPPS: &str = "Numéro RPPS";
    /// Hint.
    pub const RPPS_HINT: &str = "Facultatif, 11 chiffres.";
    /// Administrator.
    pub const ADMINISTRATOR: &str = "Administre le cabinet (utilisateurs et groupes, jamais les contenus)";
    /// Administrator, as a chip.
    pub const ADMINISTRATOR_CHIP: &str = "administrateur";
    /// First password.
    pub const FIRST_PASSWORD: &str = "Premier mot de passe";
    /// Hint.
    pub const FIRST_PASSWORD_HINT: &str = "À changer à la première connexion. 12 caractères au moins.";
    /// Active.
    pub const ACTIVE: &str = "actif";
    /// Suspended.
    pub const SUSPENDED: &str = "suspendu";
    /// Suspends.
    pub const SUSPEND: &str = "Suspendre";
    /// Resumes.
    pub const RESUME: &str = "Rétablir";
    /// New password.
    pub const RESET: &str = "Nouveau mot de passe";
    /// New password given.
    pub const RESET_BUTTON: &str = "Attribuer ce mot de passe";
    /// Others see the list only.
    pub const ONLY_LISTED: &str = "Seuls les administrateurs du cabinet peuvent ajouter ou suspendre un utilisateur.";
}

/// « Dr Derek SHEPERD est ajouté. »
#[must_use]
pub fn added(name: &str) -> String {
    format!("{name}\u{a0}: compte créé.")
}

/// After a suspension.
#[must_use]
pub fn suspended(name: &str) -> String {
    format!("{name}\u{a0}: compte et droits suspendus.")
}

/// After the end of a suspension.
#[must_use]
pub fn resumed(name: &str) -> String {
    format!("{name}\u{a0}: compte rétabli.")
}

/// After a new password.
#[must_use]
pub fn reset(name: &str) -> String {
    format!("{name}\u{a0}: nouveau mot de passe attribué, à changer à la prochaine connexion.")
}
