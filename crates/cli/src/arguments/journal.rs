//! Arguments about the journal and the histories of accesses.

use super::whole;
use crate::times;
use bannette_api::accesses::{AccessKind, ExportForm};
use bannette_api::journal::{HEAD_DIGITS, JournalHead};
use bannette_api::{DossierId, Timestamp};
use clap::{Args, Subcommand, ValueEnum};

/// The history of accesses, and what else is done with the journal.
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_value_name = "COMMANDE",
    subcommand_help_heading = "Commandes"
)]
pub struct Journal {
    /// What else.
    #[command(subcommand)]
    pub command: Option<JournalCommand>,
    /// Of what, and what of it.
    #[command(flatten)]
    pub history: History,
    /// Nombre d’actes au plus
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = |typed: &str| whole(typed, 200))]
    pub limit: u32,
    /// Reprend après cette place (le champ « next » de la page d’avant)
    #[arg(long, value_name = "PLACE")]
    pub after: Option<String>,
}

/// What is done with the journal.
#[derive(Debug, Subcommand)]
pub enum JournalCommand {
    /// Vérifie toute la chaîne du journal
    Verify {
        /// Une empreinte notée auparavant (dans un export PDF, par exemple), avec le nombre d’entrées : 120:0a1b2c3d4e5f6071
        #[arg(long, value_name = "ENTRÉES:EMPREINTE", value_parser = noted)]
        noted: Option<JournalHead>,
    },
    /// Enregistre un historique des accès dans le dossier courant
    Export {
        /// Of what, and what of it.
        #[command(flatten)]
        history: History,
        /// Forme du fichier
        #[arg(long, value_name = "FORME", value_enum)]
        form: FormArg,
    },
}

/// Of what a history is, and what of it.
#[derive(Debug, Args)]
pub struct History {
    /// De cette boîte : identifiant ou adresse
    #[arg(long, value_name = "BOÎTE", conflicts_with = "dossier")]
    pub mailbox: Option<String>,
    /// De ce dossier : identifiant
    #[arg(long, value_name = "DOSSIER")]
    pub dossier: Option<DossierId>,
    /// Seulement les actes de cette personne
    #[arg(long, value_name = "LOGIN")]
    pub person: Option<String>,
    /// Seulement ce genre d’acte
    #[arg(long, value_name = "GENRE", value_enum)]
    pub kind: Option<KindArg>,
    /// À partir de ce jour (2026-12-01) ou de cet instant (RFC 3339)
    #[arg(long, value_name = "DATE", value_parser = times::parse_begin)]
    pub from: Option<Timestamp>,
    /// Jusqu'à ce jour compris, ou jusqu'à cet instant (RFC 3339)
    #[arg(long, value_name = "DATE", value_parser = times::parse_end)]
    pub until: Option<Timestamp>,
}

/// A head, as somebody noted it: spaces do not count.
fn noted(typed: &str) -> Result<JournalHead, String> {
    let plain: String = typed.chars().filter(|letter| !letter.is_whitespace()).collect();
    let parts = plain.split_once(':').and_then(|(entries, head)| Some((entries.parse().ok()?, head)));
    match parts {
        Some((entries, head)) if head.len() >= HEAD_DIGITS && head.bytes().all(|digit| digit.is_ascii_hexdigit()) => {
            Ok(JournalHead { entries, head: head.to_owned() })
        }
        _ => Err(format!(
            "donnez le nombre d’entrées, deux points, et au moins {HEAD_DIGITS} signes de l’empreinte : 120:0a1b2c3d4e5f6071"
        )),
    }
}

/// A kind of act, as typed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum KindArg {
    Opened,
    Printed,
    Exported,
    Sent,
    Validated,
    Rights,
    Settings,
    Glass,
}

impl From<KindArg> for AccessKind {
    fn from(kind: KindArg) -> Self {
        match kind {
            KindArg::Opened => Self::Opened,
            KindArg::Printed => Self::Printed,
            KindArg::Exported => Self::Exported,
            KindArg::Sent => Self::Sent,
            KindArg::Validated => Self::Validated,
            KindArg::Rights => Self::Rights,
            KindArg::Settings => Self::Settings,
            KindArg::Glass => Self::Glass,
        }
    }
}

/// A form, as typed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum FormArg {
    /// Tableau
    Csv,
    /// Document
    Pdf,
}

impl From<FormArg> for ExportForm {
    fn from(form: FormArg) -> Self {
        match form {
            FormArg::Csv => Self::Csv,
            FormArg::Pdf => Self::Pdf,
        }
    }
}
