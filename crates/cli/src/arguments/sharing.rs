//! Arguments about sharing.

use crate::times;
use bannette_api::sharing::Level;
use bannette_api::{DossierId, Timestamp};
use clap::{ArgGroup, Args, Subcommand, ValueEnum};

/// The sharing of a mailbox.
#[derive(Debug, Subcommand)]
pub enum ShareCommand {
    /// Montre le partage d’une boîte à soi
    Show {
        /// Boîte : identifiant ou adresse
        #[arg(value_name = "BOÎTE")]
        mailbox: String,
    },
    /// Donne, change ou reprend (--level none) un droit ; donner un droit partage la boîte
    Set(Set),
    /// Partage à nouveau la boîte, avec les droits gardés
    On {
        /// Boîte : identifiant ou adresse
        #[arg(value_name = "BOÎTE")]
        mailbox: String,
    },
    /// Ne partage plus la boîte ; les droits sont gardés et ne comptent pas
    Off {
        /// Boîte : identifiant ou adresse
        #[arg(value_name = "BOÎTE")]
        mailbox: String,
    },
}

/// Sets one right.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("grantee").required(true).args(["person", "group", "everyone"]))]
pub struct Set {
    /// Boîte : identifiant ou adresse
    #[arg(value_name = "BOÎTE")]
    pub mailbox: String,
    /// À une personne
    #[arg(long, value_name = "LOGIN")]
    pub person: Option<String>,
    /// Aux membres d’un groupe, présents et à venir
    #[arg(long, value_name = "NOM")]
    pub group: Option<String>,
    /// À tous les utilisateurs, présents et à venir
    #[arg(long)]
    pub everyone: bool,
    /// Droit : aucun, lecture seule, lecture et envoi
    #[arg(long, value_name = "DROIT", value_enum)]
    pub level: LevelArg,
    /// À partir de ce jour (2026-12-01) ou de cet instant (RFC 3339)
    #[arg(long, value_name = "DATE", value_parser = times::parse_begin)]
    pub from: Option<Timestamp>,
    /// Jusqu'à ce jour compris, ou jusqu'à cet instant (RFC 3339)
    #[arg(long, value_name = "DATE", value_parser = times::parse_end)]
    pub until: Option<Timestamp>,
    /// Motif, que lisent le titulaire et qui a le droit (200 caractères au plus, sans nom de patient)
    #[arg(long, value_name = "MOTIF")]
    pub reason: Option<String>,
}

/// What is given, as typed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum LevelArg {
    /// Aucun
    None,
    /// Lecture seule
    Read,
    /// Lecture et envoi
    Send,
}

impl LevelArg {
    /// The level; nothing for *none*.
    pub fn level(self) -> Option<Level> {
        match self {
            Self::None => None,
            Self::Read => Some(Level::Read),
            Self::Send => Some(Level::Send),
        }
    }
}

/// Who reaches what.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("whose").required(true).args(["mailbox", "person", "dossier"]))]
pub struct Access {
    /// Qui atteint cette boîte (identifiant ou adresse)
    #[arg(value_name = "BOÎTE")]
    pub mailbox: Option<String>,
    /// Ce que cette personne atteint (soi-même, ou n’importe qui pour un administrateur)
    #[arg(long, value_name = "LOGIN")]
    pub person: Option<String>,
    /// Qui peut lire ce dossier, par celles de ses boîtes que l’on peut lire soi-même
    #[arg(long, value_name = "ID")]
    pub dossier: Option<DossierId>,
}
