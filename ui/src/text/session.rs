//! Words of the first run, of signing in, of the lock and of passwords.

/// First run.
pub mod first {
    /// Title and button.
    pub const TITLE: &str = "Créer le cabinet";
    /// What the first person is.
    pub const INTRO: &str = "Vous serez l’administrateur du cabinet\u{a0}: vous ajouterez les utilisateurs et les groupes. Vous ne lirez que vos boîtes et celles que l’on partage avec vous.";
    /// Practice.
    pub const PRACTICE: &str = "Nom du cabinet";
    /// Hint.
    pub const PRACTICE_HINT: &str = "Par exemple\u{a0}: Cabinet de la Gare";
    /// Heading of the practice.
    pub const THE_PRACTICE: &str = "Le cabinet";
    /// Heading of the person.
    pub const THE_PERSON: &str = "Vous";
    /// Heading of the account.
    pub const THE_ACCOUNT: &str = "Votre accès";
}

/// Title of a person.
pub const TITLE: &str = "Civilité";
/// Last name.
pub const LAST_NAME: &str = "Nom";
/// First name.
pub const FIRST_NAME: &str = "Prénom";
/// Role.
pub const ROLE: &str = "Fonction";
/// Login.
pub const LOGIN: &str = "Identifiant";
/// Password.
pub const PASSWORD: &str = "Mot de passe";
/// What a password should be.
pub const PASSWORD_HINT: &str = "12 caractères au moins\u{a0}; une phrase se retient mieux.";
/// Password again.
pub const PASSWORD_AGAIN: &str = "Confirmez le mot de passe";
/// They differ.
pub const PASSWORDS_DIFFER: &str = "Les deux mots de passe sont différents.";
/// Shows a password.
pub const SHOW: &str = "Afficher";
/// Hides a password.
pub const HIDE: &str = "Masquer";
/// Signs in.
pub const SIGN_IN: &str = "Se connecter";
/// Unlocks.
pub const UNLOCK: &str = "Déverrouiller";
/// The lock's title.
pub const LOCKED: &str = "Fenêtre verrouillée";
/// Another person.
pub const CHANGE_USER: &str = "Changer d’utilisateur";
/// Present password.
pub const CURRENT: &str = "Mot de passe actuel";
/// New password.
pub const NEW: &str = "Nouveau mot de passe";
/// New password again.
pub const NEW_AGAIN: &str = "Confirmez le nouveau mot de passe";
/// Changes the password.
pub const CHANGE: &str = "Changer le mot de passe";
/// It was changed.
pub const CHANGED: &str = "Mot de passe changé.";
/// Forced change.
pub const MUST_CHANGE: &str = "Choisissez votre mot de passe";
/// Why.
pub const MUST_CHANGE_WHY: &str = "Le mot de passe reçu de l’administrateur ne sert qu’une fois. Choisissez le vôtre\u{a0}: personne d’autre ne le connaîtra.";
