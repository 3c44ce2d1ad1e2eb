//! What is said of the practice's critical thresholds on the command line.

use clap::{Args, Subcommand};

/// What to do with thresholds.
#[derive(Debug, Subcommand)]
#[command(disable_help_subcommand = true)]
pub enum ThresholdCommand {
    /// Les seuils : ceux qui sont proposés, ceux que le cabinet a changés
    List,
    /// Change un seuil, et l'utilise
    Set(Set),
    /// N'utilise plus un seuil
    Off(One),
    /// Utilise de nouveau un seuil
    On(One),
    /// Revient à la proposition
    Reset(One),
}

/// Changes a threshold.
#[derive(Debug, Args)]
pub struct Set {
    /// La ligne, comme « threshold list » la nomme
    #[arg(value_name = "LIGNE")]
    pub row: String,
    /// Critique au-dessous, dans l'unité de la ligne ; « aucun » : pas de seuil bas
    #[arg(long, value_name = "NOMBRE")]
    pub low: Option<String>,
    /// Critique au-dessus, dans l'unité de la ligne ; « aucun » : pas de seuil haut
    #[arg(long, value_name = "NOMBRE")]
    pub high: Option<String>,
}

/// Names a threshold.
#[derive(Debug, Args)]
pub struct One {
    /// La ligne, comme « threshold list » la nomme
    #[arg(value_name = "LIGNE")]
    pub row: String,
}
