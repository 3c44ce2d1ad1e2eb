//! The arguments of the window's program.

use clap::Parser;
use std::path::PathBuf;

/// Bannette : la bannette partagée des résultats de laboratoire.
#[derive(Debug, Parser)]
#[command(name = "Bannette", version, about)]
pub struct Arguments {
    /// Dossier du cabinet [défaut : celui des données d'application de ce poste]
    #[arg(long, value_name = "DOSSIER", env = "BANNETTE_DATA", hide_env_values = true)]
    pub data: Option<PathBuf>,
    /// Fichier de la clé, au lieu du trousseau de ce poste
    #[arg(long, value_name = "FICHIER", env = "BANNETTE_KEY_FILE", hide_env_values = true)]
    pub key_file: Option<PathBuf>,
    /// Dossier des documents enregistrés [défaut : les téléchargements]
    #[arg(long, value_name = "DOSSIER", env = "BANNETTE_DOWNLOADS", hide_env_values = true)]
    pub downloads: Option<PathBuf>,
    /// Ouvre une fenêtre de plus, pour une autre personne, quand Bannette est déjà ouverte
    #[arg(long)]
    pub new_window: bool,
}
