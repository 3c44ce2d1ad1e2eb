//! Arguments about APICRYPT and Bioserveur accounts, and about the files of a folder.

use super::mailboxes::{HostPort, OptionArgs, TlsArg};
use clap::Args;
use std::path::PathBuf;

/// An APICRYPT account.
#[derive(Debug, Args)]
pub struct AddApicrypt {
    /// Titulaire : la personne qui ajoute la boîte
    #[arg(long, value_name = "LOGIN")]
    pub owner: Option<String>,
    /// Adresse de la boîte
    #[arg(long, value_name = "ADRESSE")]
    pub address: String,
    /// Identifiant de la clé
    #[arg(long, value_name = "CLÉ")]
    pub key_id: String,
    /// Where its messages come from.
    #[command(flatten)]
    pub source: ApicryptSource,
    /// Chiffrement de la connexion ; local : vers le relais de l’outil officiel sur ce poste
    #[arg(long, value_name = "CHIFFREMENT", value_enum, default_value = "implicit")]
    pub tls: TlsArg,
    /// Nom du compte sur le serveur [défaut : l’adresse]
    #[arg(long, value_name = "COMPTE")]
    pub account: Option<String>,
    /// Ce que devient un fichier reçu : leave (il reste), delete (supprimé), move:DOSSIER (déplacé)
    #[arg(long, value_name = "SUITE", default_value = "leave")]
    pub after: After,
    /// Ce qui ouvre les messages : none (rien encore), clear (ils arrivent en clair), ou le chemin de l’outil officiel,
    /// où {pj} vaut « pj » pour une pièce jointe
    #[arg(long, value_name = "OUTIL", default_value = "none")]
    pub decryptor: DecryptorArg,
    /// Un argument de l’outil ; à répéter. {input}, {output}, {key} : fichier à ouvrir, fichier à écrire, clé
    /// [défaut : -s {input} -o {output}]
    #[arg(long, value_name = "ARGUMENT", allow_hyphen_values = true)]
    pub decryptor_arg: Vec<String>,
    /// Lit le mot de passe du compte sur l’entrée standard
    #[arg(long)]
    pub secret_stdin: bool,
    /// Lit le code d’utilisation de la clé sur l’entrée standard [sinon : BANNETTE_KEY_CODE, ou aucun]
    #[arg(long)]
    pub key_code_stdin: bool,
    /// Options of every mailbox.
    #[command(flatten)]
    pub options: OptionArgs,
}

/// One of them.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct ApicryptSource {
    /// Serveur IMAP [port par défaut : 993 avec TLS, 143 sinon]
    #[arg(long, value_name = "SERVEUR[:PORT]")]
    pub imap: Option<HostPort>,
    /// Serveur POP3 [port par défaut : 995 avec TLS, 110 sinon]
    #[arg(long, value_name = "SERVEUR[:PORT]")]
    pub pop3: Option<HostPort>,
    /// Dossier où l’outil officiel dépose les messages
    #[arg(long, value_name = "DOSSIER")]
    pub path: Option<PathBuf>,
}

/// A Bioserveur account.
#[derive(Debug, Args)]
pub struct AddBioserveur {
    /// Titulaire : la personne qui ajoute la boîte
    #[arg(long, value_name = "LOGIN")]
    pub owner: Option<String>,
    /// Nom de la boîte
    #[arg(long, value_name = "NOM", default_value = "Bioserveur")]
    pub address: String,
    /// Where its results come from.
    #[command(flatten)]
    pub source: BioserveurSource,
    /// Ce que devient un fichier reçu : leave (il reste), delete (supprimé), move:DOSSIER (déplacé)
    #[arg(long, value_name = "SUITE", default_value = "leave")]
    pub after: After,
    /// Lit le mot de passe du compte sur l’entrée standard
    #[arg(long)]
    pub secret_stdin: bool,
    /// Options of every mailbox.
    #[command(flatten)]
    pub options: OptionArgs,
}

/// One of them.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct BioserveurSource {
    /// Dossier où l’outil officiel dépose les résultats
    #[arg(long, value_name = "DOSSIER")]
    pub path: Option<PathBuf>,
    /// Identifiant du compte ; le service demande un contrat avec son éditeur, que cette version n’a pas
    #[arg(long, value_name = "IDENTIFIANT")]
    pub account: Option<String>,
}

/// What becomes of a file once received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum After {
    /// It stays.
    Leave,
    /// It is deleted.
    Delete,
    /// It is moved there.
    Move(PathBuf),
}

impl std::str::FromStr for After {
    type Err = String;

    fn from_str(typed: &str) -> Result<Self, Self::Err> {
        match typed.split_once(':') {
            None if typed == "leave" => Ok(Self::Leave),
            None if typed == "delete" => Ok(Self::Delete),
            Some(("move", to)) if !to.is_empty() => Ok(Self::Move(to.into())),
            _ => Err("leave, delete ou move:DOSSIER".to_owned()),
        }
    }
}

/// What opens encrypted messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DecryptorArg {
    /// Nothing yet.
    None,
    /// They come clear.
    Clear,
    /// This program.
    Program(PathBuf),
}

impl std::str::FromStr for DecryptorArg {
    type Err = String;

    fn from_str(typed: &str) -> Result<Self, Self::Err> {
        match typed {
            "none" => Ok(Self::None),
            "clear" => Ok(Self::Clear),
            "" => Err("none, clear, ou le chemin de l’outil".to_owned()),
            program => Ok(Self::Program(program.into())),
        }
    }
}

/// Arguments of a program: separated by blanks, or a list in JSON where one of them holds a blank.
pub fn arguments_of(typed: &str) -> Result<Vec<String>, String> {
    if typed.trim_start().starts_with('[') {
        return serde_json::from_str(typed).map_err(|_| "une liste JSON de textes".to_owned());
    }
    Ok(typed.split_whitespace().map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_may_hold_blanks() {
        assert_eq!(arguments_of("-s {input}  -o {output}").unwrap(), ["-s", "{input}", "-o", "{output}"]);
        assert_eq!(arguments_of(r#"["-k", "/mes clefs"]"#).unwrap(), ["-k", "/mes clefs"]);
        assert!(arguments_of("[1]").is_err());
    }

    #[test]
    fn what_becomes_of_a_file() {
        assert_eq!("move:C:\\archive".parse(), Ok(After::Move("C:\\archive".into())));
        assert_eq!("leave".parse(), Ok(After::Leave));
        assert!("move:".parse::<After>().is_err() && "Delete".parse::<After>().is_err());
    }
}
