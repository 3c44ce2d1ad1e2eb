//! The arguments: what can be typed, and what the help says of it. Nothing is done here.

pub mod apicrypt;
pub mod dossiers;
pub mod journal;
pub mod mailboxes;
pub mod people;
pub mod sharing;
pub mod thresholds;

use clap::{Arg, Args, CommandFactory, FromArgMatches, Parser, Subcommand};
use std::ffi::OsString;
use std::path::PathBuf;

const HELP: &str = "\
{about-with-newline}
Utilisation : {usage}

{all-args}{after-help}";

const AFTER: &str = "\
Codes de sortie : 0 fait · 2 commande mal écrite · 3 droit manquant · 4 introuvable · 5 entrée invalide · 6 réseau ou \
serveur · 7 données endommagées, fermées ou trop récentes · 1 autre.

Les mots de passe ne sont jamais des arguments : BANNETTE_PASSWORD, --password-stdin, ou saisis au clavier.";

/// Bannette en ligne de commande : installer un poste, relever, partager, vérifier.
#[derive(Debug, Parser)]
#[command(
    name = "bannette", version, about = "Bannette en ligne de commande : installer un poste, relever, partager, vérifier.",
    after_help = AFTER, disable_help_subcommand = true, subcommand_required = true, subcommand_value_name = "COMMANDE", subcommand_help_heading = "Commandes",
    disable_help_flag = true, disable_version_flag = true
)]
pub struct Arguments {
    /// Options of every command.
    #[command(flatten)]
    pub common: Common,
    /// Affiche la version
    #[arg(long, short = 'V', action = clap::ArgAction::Version, help_heading = "Options communes")]
    version: Option<bool>,
    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

impl Arguments {
    /// Reads what was typed.
    pub fn read<I: IntoIterator<Item = OsString>>(typed: I) -> Result<Self, clap::Error> {
        Self::from_arg_matches(&described().try_get_matches_from(typed)?)
    }
}

/// The commands, with a help that is French throughout: the parser's own words for values, defaults and variables are
/// English.
pub fn described() -> clap::Command {
    in_french(Arguments::command())
}

fn in_french(command: clap::Command) -> clap::Command {
    command.help_template(HELP).mut_args(argument_in_french).mut_subcommands(in_french)
}

fn argument_in_french(argument: Arg) -> Arg {
    if !argument.get_action().takes_values() {
        return argument;
    }
    let values: Vec<_> = argument.get_possible_values().iter().map(|value| value.get_name().to_owned()).collect();
    let defaults: Vec<_> = argument.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
    let variable = argument.get_env().map(|variable| variable.to_string_lossy());
    let mut help = argument.get_help().map(ToString::to_string).unwrap_or_default();
    if !values.is_empty() {
        help.push_str(&format!(" [{}]", values.join(", ")));
    }
    if !defaults.is_empty() {
        help.push_str(&format!(" [défaut : {}]", defaults.join(" ")));
    }
    if let Some(variable) = variable {
        help.push_str(&format!(" [variable : {variable}]"));
    }
    argument.help(help).hide_possible_values(true).hide_default_value(true).hide_env(true)
}

/// Options of every command.
#[derive(Debug, Args)]
#[command(next_help_heading = "Options communes")]
pub struct Common {
    /// Dossier du cabinet [défaut : celui des données d’application de ce poste]
    #[arg(long, value_name = "DOSSIER", env = "BANNETTE_DATA", global = true)]
    pub data: Option<PathBuf>,
    /// Fichier de la clé, au lieu du trousseau de ce poste
    #[arg(long, value_name = "FICHIER", env = "BANNETTE_KEY_FILE", global = true)]
    pub key_file: Option<PathBuf>,
    /// Au nom de cette personne
    #[arg(id = "as", long = "as", value_name = "LOGIN", global = true)]
    pub signed_as: Option<String>,
    /// Lit le mot de passe sur l’entrée standard (première ligne)
    #[arg(long, global = true)]
    pub password_stdin: bool,
    /// Écrit un document JSON sur la sortie standard
    #[arg(long, global = true)]
    pub json: bool,
    /// Journal technique plus bavard, sur la sortie d’erreur (-v, -vv)
    #[arg(long, short, action = clap::ArgAction::Count, global = true)]
    pub verbose: u8,
    /// Affiche l’aide
    #[arg(long, short, action = clap::ArgAction::Help, global = true)]
    help: Option<bool>,
}

/// What can be done.
#[derive(Debug, Subcommand)]
#[command(disable_help_subcommand = true)]
pub enum Command {
    /// Crée le cabinet, chiffré, et sa première personne, qui l’administre
    Init(people::Init),
    /// Les personnes du cabinet
    #[command(subcommand, subcommand_value_name = "COMMANDE", subcommand_help_heading = "Commandes")]
    Person(people::PersonCommand),
    /// Les groupes de personnes
    #[command(subcommand, subcommand_value_name = "COMMANDE", subcommand_help_heading = "Commandes")]
    Group(people::GroupCommand),
    /// Les boîtes : comptes MSSanté, APICRYPT et Bioserveur, dossiers surveillés
    #[command(subcommand, subcommand_value_name = "COMMANDE", subcommand_help_heading = "Commandes")]
    Mailbox(mailboxes::MailboxCommand),
    /// Relève les boîtes, une fois ou en continu
    Fetch(mailboxes::Fetch),
    /// Le partage d’une boîte
    #[command(subcommand, subcommand_value_name = "COMMANDE", subcommand_help_heading = "Commandes")]
    Share(sharing::ShareCommand),
    /// Qui atteint une boîte, ou ce qu’une personne atteint, et pourquoi
    Access(sharing::Access),
    /// Les dossiers que l’on peut lire
    List(dossiers::List),
    /// Un dossier, entier
    Show(dossiers::Show),
    /// Cherche des mots dans ce que l’on peut lire
    Search(dossiers::Search),
    /// Valide un dossier
    Validate(dossiers::Validate),
    /// Ce que deviennent des dossiers : partagés, confidentiels, traités comme résultats
    #[command(subcommand, subcommand_value_name = "COMMANDE", subcommand_help_heading = "Commandes")]
    Dossier(dossiers::DossierCommand),
    /// Les seuils critiques du cabinet
    #[command(subcommand, subcommand_value_name = "COMMANDE", subcommand_help_heading = "Commandes")]
    Threshold(thresholds::ThresholdCommand),
    /// L’historique des accès d’une boîte ou d’un dossier ; le journal vérifié
    Journal(journal::Journal),
    /// Lit des fichiers de résultats et dit ce qui en est compris ; sans cabinet
    Parse(Parse),
    /// Écrit les complétions d’un interpréteur de commandes
    Completions {
        /// L’interpréteur
        #[arg(value_name = "INTERPRÉTEUR")]
        shell: clap_complete::Shell,
    },
}

/// A number of things to show, at least one.
fn whole(typed: &str, most: u32) -> Result<u32, String> {
    let number = typed.parse().ok().filter(|number| (1..=most).contains(number));
    number.ok_or_else(|| match most {
        u32::MAX => "écrivez un nombre entier, à partir de 1".to_owned(),
        most => format!("écrivez un nombre entier, de 1 à {most}"),
    })
}

/// Reads files without a practice.
#[derive(Debug, Args)]
pub struct Parse {
    /// Fichiers à lire ; « - » pour l’entrée standard
    #[arg(value_name = "FICHIER", required = true)]
    pub files: Vec<PathBuf>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Arguments, clap::Error> {
        Arguments::read(std::iter::once("bannette").chain(line.split_whitespace()).map(OsString::from))
    }

    #[test]
    fn the_arguments_are_well_formed() {
        described().debug_assert();
    }

    #[test]
    fn common_options_stand_before_or_after_the_command() {
        for line in ["--data d --as anne --json list", "list --as anne --json --data d"] {
            let common = parsed(line).unwrap().common;
            assert_eq!(common.data, Some(PathBuf::from("d")));
            assert_eq!((common.signed_as.as_deref(), common.json), (Some("anne"), true));
        }
    }

    /// Arguments of one name are one argument to the parser: `--login` of a command would name who signs in.
    #[test]
    fn no_command_takes_the_name_of_a_common_option() {
        fn walk(command: &clap::Command, common: &[String]) {
            for argument in command.get_arguments() {
                let id = argument.get_id().as_str().to_owned();
                assert!(!common.contains(&id), "{} {id}", command.get_name());
            }
            command.get_subcommands().for_each(|command| walk(command, common));
        }
        let all = described();
        let common: Vec<_> = all.get_arguments().map(|argument| argument.get_id().to_string()).collect();
        assert!(common.len() > 5);
        all.get_subcommands().for_each(|command| walk(command, &common));
        let add = parsed("person add --name NOM --login bob --role nurse --as anne").unwrap();
        assert_eq!(add.common.signed_as.as_deref(), Some("anne"));
    }

    #[test]
    fn help_is_french() {
        let help = described().find_subcommand_mut("share").unwrap().find_subcommand_mut("set").unwrap().render_help();
        let help = help.to_string();
        assert!(help.contains("Utilisation : ") && help.contains("[none, read, send]"), "{help}");
        assert!(!help.contains("Possible values") && !help.contains("Usage"), "{help}");
    }

    #[test]
    fn no_option_takes_a_secret() {
        fn walk(command: &clap::Command) {
            for argument in command.get_arguments() {
                let id = argument.get_id().as_str();
                let secret = id.contains("password") || id.contains("secret");
                assert!(!(secret && argument.get_action().takes_values()), "{id} takes a secret");
            }
            command.get_subcommands().for_each(walk);
        }
        walk(&described());
    }

    #[test]
    fn every_command_and_option_says_what_it_is_for() {
        fn walk(command: &clap::Command) {
            assert!(command.get_about().is_some(), "{}", command.get_name());
            for argument in command.get_arguments() {
                assert!(argument.get_help().is_some(), "{} {}", command.get_name(), argument.get_id());
            }
            command.get_subcommands().for_each(walk);
        }
        walk(&described());
    }

    #[test]
    fn the_commands_of_the_contract_are_understood() {
        for line in [
            "init --practice Cabinet --admin NOM --login anne",
            "person add --name NOM --login anne --role doctor --title dr --rpps 10000000001",
            "person list",
            "person suspend anne",
            "person resume anne",
            "person password anne",
            "group add Accueil",
            "group list",
            "threshold list",
            "threshold set potassium --low 2,8 --high 6,5",
            "threshold off potassium",
            "threshold on potassium",
            "threshold reset potassium",
            "group join Accueil anne",
            "group leave Accueil anne",
            "group rename Accueil Secrétariat",
            "group remove Accueil",
            "group remove Accueil --preview",
            "mailbox add mssante --owner anne --address a@example.org --imap 127.0.0.1:143 --tls starttls",
            "mailbox add folder --path /tmp",
            "mailbox list",
            "mailbox set a@example.org delete_from_server=true retention_days=30",
            "mailbox test a@example.org",
            "fetch",
            "fetch --mailbox a@example.org --follow",
            "share show a@example.org",
            "share set a@example.org --person anne --level read --from 2026-01-01 --until 2026-12-31",
            "share set a@example.org --group Accueil --level send",
            "share set a@example.org --everyone --level none",
            "share off a@example.org",
            "access a@example.org",
            "access --person anne",
            "list --mailbox a@example.org --state mine --limit 10",
            "list --unvalidated",
            "list --abnormal",
            "show 0190f5fe-0000-7000-8000-000000000001 --source",
            "search exemple alice",
            "validate 0190f5fe-0000-7000-8000-000000000001",
            "list --state to-share",
            "list --state to-sort",
            "dossier share 0190f5fe-0000-7000-8000-000000000001 0190f5fe-0000-7000-8000-000000000002",
            "dossier share 0190f5fe-0000-7000-8000-000000000001 --mailbox a@example.org",
            "dossier withhold 0190f5fe-0000-7000-8000-000000000001",
            "dossier confidential 0190f5fe-0000-7000-8000-000000000001",
            "dossier treat 0190f5fe-0000-7000-8000-000000000001",
            "dossier erase-values 0190f5fe-0000-7000-8000-000000000001",
            "journal verify",
            "journal --mailbox a@example.org --person anne --kind exported --from 2026-01-01 --until 2026-12-31",
            "journal --dossier 0190f5fe-0000-7000-8000-000000000001 --limit 10",
            "journal export --mailbox a@example.org --form pdf",
            "parse - a.hpr",
            "completions bash",
        ] {
            assert!(parsed(line).is_ok(), "{line}: {}", parsed(line).map(|_| ()).unwrap_err());
        }
    }

    #[test]
    fn what_cannot_be_is_refused() {
        for line in [
            "person add --name NOM --login anne --role king",
            "share set m --level read",
            "share set m --everyone --level read --until demain",
            "group rename Accueil",
            "access",
            "access m --person anne",
            "show 12",
            "dossier share",
            "dossier treat 12",
            "mailbox set m",
            "mailbox set m colour=red",
            "mailbox set m enabled=peut-être",
            "mailbox add mssante --address a@example.org --imap 127.0.0.1:99999",
            "parse",
            "list --limit 0",
            "journal export --mailbox a@example.org",
            "journal --mailbox a --dossier 0190f5fe-0000-7000-8000-000000000001",
            "journal --mailbox a --kind rien",
        ] {
            assert!(parsed(line).is_err(), "{line}");
        }
    }
}
