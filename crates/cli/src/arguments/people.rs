//! Arguments about people and groups.

use bannette_api::people::{Role, Title};
use clap::{Args, Subcommand, ValueEnum};

/// Creates the practice.
#[derive(Debug, Args)]
pub struct Init {
    /// Nom du cabinet
    #[arg(long, value_name = "NOM")]
    pub practice: String,
    /// Première personne : « Prénom NOM »
    #[arg(long, value_name = "PRÉNOM NOM")]
    pub admin: FullName,
    /// Son identifiant
    #[arg(long, value_name = "LOGIN")]
    pub login: String,
    /// Sa civilité
    #[arg(long, value_name = "CIVILITÉ", value_enum, default_value = "none")]
    pub title: TitleArg,
    /// Sa fonction
    #[arg(long, value_name = "FONCTION", value_enum, default_value = "doctor")]
    pub role: RoleArg,
}

/// People.
#[derive(Debug, Subcommand)]
pub enum PersonCommand {
    /// Ajoute une personne ; son premier mot de passe vient de BANNETTE_NEW_PASSWORD, de l’entrée standard ou du clavier
    Add(AddPerson),
    /// Les personnes du cabinet
    List,
    /// Suspend une personne : tous ses droits cessent aussitôt
    Suspend {
        /// Qui
        login: String,
    },
    /// Met fin à une suspension
    Resume {
        /// Qui
        login: String,
    },
    /// Change son propre mot de passe, ou en donne un nouveau à quelqu’un (administrateurs)
    Password {
        /// Qui
        login: String,
        /// Lit le nouveau mot de passe sur l’entrée standard
        #[arg(long)]
        new_password_stdin: bool,
    },
}

/// Adds a person.
#[derive(Debug, Args)]
pub struct AddPerson {
    /// « Prénom NOM »
    #[arg(long, value_name = "PRÉNOM NOM")]
    pub name: FullName,
    /// Identifiant
    #[arg(long, value_name = "LOGIN")]
    pub login: String,
    /// Fonction
    #[arg(long, value_name = "FONCTION", value_enum)]
    pub role: RoleArg,
    /// Civilité
    #[arg(long, value_name = "CIVILITÉ", value_enum, default_value = "none")]
    pub title: TitleArg,
    /// Numéro RPPS (11 chiffres)
    #[arg(long, value_name = "NUMÉRO")]
    pub rpps: Option<String>,
    /// Administre le cabinet : comptes et groupes, jamais les contenus
    #[arg(long)]
    pub administrator: bool,
    /// Lit le premier mot de passe sur l’entrée standard
    #[arg(long)]
    pub new_password_stdin: bool,
}

/// Groups.
#[derive(Debug, Subcommand)]
pub enum GroupCommand {
    /// Ajoute un groupe vide
    Add {
        /// Nom du groupe
        group: String,
    },
    /// Les groupes et leurs membres
    List,
    /// Met une personne dans un groupe
    Join {
        /// Nom du groupe
        group: String,
        /// Qui
        login: String,
    },
    /// Retire une personne d’un groupe
    Leave {
        /// Nom du groupe
        group: String,
        /// Qui
        login: String,
    },
    /// Donne un autre nom à un groupe
    Rename {
        /// Nom du groupe
        group: String,
        /// Nouveau nom
        name: String,
    },
    /// Supprime un groupe et les droits qui lui étaient donnés
    Remove {
        /// Nom du groupe
        group: String,
        /// Dit seulement quels droits seraient perdus, par qui ; ne change rien
        #[arg(long)]
        preview: bool,
    },
}

/// What a person does, as typed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum RoleArg {
    /// Médecin
    Doctor,
    /// Secrétaire
    Secretary,
    /// Remplaçant
    Locum,
    /// Infirmier
    Nurse,
    /// Autre
    Other,
}

impl From<RoleArg> for Role {
    fn from(typed: RoleArg) -> Self {
        match typed {
            RoleArg::Doctor => Self::Doctor,
            RoleArg::Secretary => Self::Secretary,
            RoleArg::Locum => Self::Locum,
            RoleArg::Nurse => Self::Nurse,
            RoleArg::Other => Self::Other,
        }
    }
}

/// How a person is addressed, as typed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum TitleArg {
    /// Docteur
    Dr,
    /// Madame
    Mme,
    /// Monsieur
    M,
    /// Professeur
    Pr,
    /// Sans civilité
    None,
}

impl From<TitleArg> for Title {
    fn from(typed: TitleArg) -> Self {
        match typed {
            TitleArg::Dr => Self::Dr,
            TitleArg::Mme => Self::Mme,
            TitleArg::M => Self::M,
            TitleArg::Pr => Self::Pr,
            TitleArg::None => Self::None,
        }
    }
}

/// « Prénom NOM »: the words in capitals at the end are the last name; without any, the last word is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FullName {
    /// First name.
    pub first: String,
    /// Last name.
    pub last: String,
}

impl From<&str> for FullName {
    fn from(typed: &str) -> Self {
        let words: Vec<&str> = typed.split_whitespace().collect();
        let capitals = words.iter().rev().take_while(|word| !word.chars().any(char::is_lowercase)).count();
        // A name all in capitals still begins with a first name.
        let last = capitals.clamp(1, words.len().saturating_sub(1).max(1));
        let (first, last) = words.split_at(words.len().saturating_sub(last));
        Self { first: first.join(" "), last: last.join(" ") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_name_is_first_name_then_last_name() {
        for (typed, first, last) in [
            ("Anne EXEMPLE", "Anne", "EXEMPLE"),
            ("Marie-Claire  DE LA TOUR", "Marie-Claire", "DE LA TOUR"),
            ("Jean Marie MODÈLE", "Jean Marie", "MODÈLE"),
            ("Anne Exemple", "Anne", "Exemple"),
            ("ANNE EXEMPLE", "ANNE", "EXEMPLE"),
            ("EXEMPLE", "", "EXEMPLE"),
            ("", "", ""),
        ] {
            assert_eq!(FullName::from(typed), FullName { first: first.into(), last: last.into() }, "{typed}");
        }
    }
}
