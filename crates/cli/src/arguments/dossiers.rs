//! Arguments about dossiers.

use super::whole;
use bannette_api::DossierId;
use bannette_api::dossiers::View;
use clap::{Args, Subcommand, ValueEnum};

/// Lists dossiers.
#[derive(Debug, Args)]
pub struct List {
    /// Seulement ceux de cette boîte : identifiant ou adresse
    #[arg(long, value_name = "BOÎTE")]
    pub mailbox: Option<String>,
    /// Quelle liste, team quand rien n’est dit
    #[arg(long, value_name = "LISTE", value_enum, visible_alias = "view")]
    pub state: Option<ViewArg>,
    /// Tous ceux qui ne sont pas validés (comme --state team)
    #[arg(long, conflicts_with_all = ["state", "abnormal"])]
    pub unvalidated: bool,
    /// Ceux qui ont un résultat anormal ou critique (comme --state abnormal)
    #[arg(long, conflicts_with = "state")]
    pub abnormal: bool,
    /// Nombre de dossiers au plus
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = |typed: &str| whole(typed, u32::MAX))]
    pub limit: u32,
    /// Reprend après cette place (le champ « next » de la page d’avant)
    #[arg(long, value_name = "PLACE")]
    pub after: Option<String>,
}

impl List {
    /// The list that was asked for.
    pub fn view(&self) -> View {
        match self.state {
            Some(state) => state.into(),
            None if self.abnormal => View::Abnormal,
            None => View::Team,
        }
    }
}

/// Shows a dossier.
#[derive(Debug, Args)]
pub struct Show {
    /// Identifiant du dossier
    #[arg(value_name = "DOSSIER", value_parser = dossier_id)]
    pub id: DossierId,
    /// Écrit les octets reçus, tels quels
    #[arg(long)]
    pub source: bool,
    /// Lequel des messages dans lesquels il est arrivé : son SHA-256, comme « show » l’indique
    #[arg(long, value_name = "SHA256")]
    pub message: Option<String>,
}

/// Searches.
#[derive(Debug, Args)]
pub struct Search {
    /// Ce qui est cherché : noms, date de naissance, INS, numéro de dossier, analyse, mots du compte rendu
    #[arg(value_name = "MOT", required = true)]
    pub words: Vec<String>,
    /// Seulement dans cette boîte : identifiant ou adresse
    #[arg(long, value_name = "BOÎTE")]
    pub mailbox: Option<String>,
    /// Nombre de dossiers au plus
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = |typed: &str| whole(typed, u32::MAX))]
    pub limit: u32,
    /// Reprend après cette place (le champ « next » de la page d’avant)
    #[arg(long, value_name = "PLACE")]
    pub after: Option<String>,
}

/// Validates.
#[derive(Debug, Args)]
pub struct Validate {
    /// Identifiant du dossier
    #[arg(value_name = "DOSSIER", value_parser = dossier_id)]
    pub id: DossierId,
    /// Reprend la validation
    #[arg(long)]
    pub undo: bool,
}

/// What becomes of dossiers.
#[derive(Debug, Subcommand)]
#[command(disable_help_subcommand = true)]
pub enum DossierCommand {
    /// Partage des dossiers avec ceux qui lisent la boîte
    Share(Seen),
    /// Reprend le partage de dossiers : ils attendent de nouveau votre décision
    Withhold(Seen),
    /// Rend des dossiers confidentiels : le titulaire de la boîte est seul à les voir
    Confidential(Seen),
    /// Traite comme résultats des dossiers qui attendent dans « À trier »
    Treat(Treat),
    /// Déclare qu’un dossier est une version d’un autre, dont il prend la place
    Version(Two),
    /// Déclare que deux dossiers ne sont pas la même analyse
    Apart(Two),
    /// Efface, dans vos boîtes, les valeurs chiffrées gardées des comptes rendus retirés de ce patient
    EraseValues(Erase),
}

/// Two dossiers of one mailbox.
#[derive(Debug, Args)]
pub struct Two {
    /// Identifiant du dossier
    #[arg(value_name = "DOSSIER", value_parser = dossier_id)]
    pub id: DossierId,
    /// Identifiant de l’autre dossier, dans la même boîte
    #[arg(value_name = "AUTRE", value_parser = dossier_id)]
    pub other: DossierId,
}

/// Dossiers of one's own mailboxes.
#[derive(Debug, Args)]
pub struct Seen {
    /// Identifiants des dossiers
    #[arg(value_name = "DOSSIER", required = true, value_parser = dossier_id)]
    pub ids: Vec<DossierId>,
    /// Seulement dans cette boîte : identifiant ou adresse
    #[arg(long, value_name = "BOÎTE")]
    pub mailbox: Option<String>,
}

/// The kept numbers of a patient.
#[derive(Debug, Args)]
pub struct Erase {
    /// Identifiant d’un dossier du patient
    #[arg(value_name = "DOSSIER", value_parser = dossier_id)]
    pub id: DossierId,
}

/// Dossiers to be sorted.
#[derive(Debug, Args)]
pub struct Treat {
    /// Identifiants des dossiers
    #[arg(value_name = "DOSSIER", required = true, value_parser = dossier_id)]
    pub ids: Vec<DossierId>,
}

fn dossier_id(typed: &str) -> Result<DossierId, String> {
    typed.parse().map_err(|_| "ce n’est pas l’identifiant d’un dossier".to_owned())
}

/// A list of the in-tray, as typed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum ViewArg {
    /// À moi, non validés
    Mine,
    /// Critiques, non validés
    Critical,
    /// Anormaux et critiques, non validés
    Abnormal,
    /// À identifier, non validés
    Unidentified,
    /// Équipe : tous ceux que l’on peut lire, non validés
    Team,
    /// Validés
    Validated,
    /// À partager : ceux de vos boîtes qui attendent votre décision
    ToShare,
    /// À trier : ceux des boîtes Apicrypt dont les résultats ne sont pas relayés
    ToSort,
}

impl From<ViewArg> for View {
    fn from(typed: ViewArg) -> Self {
        match typed {
            ViewArg::Mine => Self::Mine,
            ViewArg::Critical => Self::Critical,
            ViewArg::Abnormal => Self::Abnormal,
            ViewArg::Unidentified => Self::Unidentified,
            ViewArg::Team => Self::Team,
            ViewArg::Validated => Self::Validated,
            ViewArg::ToShare => Self::ToShare,
            ViewArg::ToSort => Self::ToSort,
        }
    }
}
