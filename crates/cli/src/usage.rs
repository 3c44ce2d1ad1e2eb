//! Wrong usage, in French: the parser's own sentences are English.

use crate::arguments::described;
use crate::error::{Error, Status};
use crate::output::Output;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use std::process::ExitCode;

/// Shows the help or the version that was asked for, or says what was written wrong.
pub fn answer(error: &clap::Error) -> ExitCode {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        return if error.print().is_ok() { Status::Done.into() } else { Status::Other.into() };
    }
    // The arguments could not be read: whether a script reads is looked for by hand.
    let json = std::env::args_os().any(|argument| argument == "--json");
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand && !json {
        return if error.print().is_ok() { Status::Usage.into() } else { Status::Other.into() };
    }
    let typed = std::env::args_os().skip(1).map(|one| one.to_string_lossy().into_owned());
    Output::to_stdout(json).refuse(&Error::Usage(sentence(error, &help_of(typed)))).into()
}

/// The command whose help tells what can be written: as far as the words typed are commands.
fn help_of(typed: impl Iterator<Item = String>) -> String {
    let mut here = described();
    let mut path = "bannette".to_owned();
    for word in typed {
        if let Some(next) = here.find_subcommand(&word).cloned() {
            path = format!("{path} {word}");
            here = next;
        }
    }
    format!("{path} --help")
}

fn sentence(error: &clap::Error, help: &str) -> String {
    let argument = context(error, ContextKind::InvalidArg);
    let value = context(error, ContextKind::InvalidValue);
    let what = match error.kind() {
        // An argument that can be given several times stands there with three points.
        ErrorKind::MissingRequiredArgument => format!("Il manque : {}.", argument.trim_end_matches('.')),
        ErrorKind::UnknownArgument => format!("L’option « {argument} » n’existe pas ici."),
        ErrorKind::InvalidSubcommand => {
            format!("La commande « {} » n’existe pas.", context(error, ContextKind::InvalidSubcommand))
        }
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            "Il manque une commande.".to_owned()
        }
        ErrorKind::ArgumentConflict => {
            format!("« {argument} » ne va pas avec « {} ».", context(error, ContextKind::PriorArg))
        }
        ErrorKind::InvalidValue if value.is_empty() => format!("« {argument} » attend une valeur."),
        ErrorKind::InvalidValue => {
            let valid = context(error, ContextKind::ValidValue);
            format!("« {value} » n’est pas une valeur de « {argument} ». Valeurs possibles : {valid}.")
        }
        ErrorKind::ValueValidation => {
            let why = std::error::Error::source(error).map(|why| format!(" : {why}")).unwrap_or_default();
            format!("« {value} » ne convient pas à « {argument} »{why}.")
        }
        _ => format!("« {argument} » n’a pas la forme attendue."),
    };
    format!("{what}{}", suggestion(error, help))
}

fn suggestion(error: &clap::Error, help: &str) -> String {
    let kinds = [ContextKind::SuggestedSubcommand, ContextKind::SuggestedArg, ContextKind::SuggestedValue];
    let suggested = kinds.into_iter().map(|kind| context(error, kind)).find(|found| !found.is_empty());
    match suggested {
        Some(suggested) => format!(" Vouliez-vous écrire « {suggested} » ?"),
        None => format!(" Voir « {help} »."),
    }
}

fn context(error: &clap::Error, kind: ContextKind) -> String {
    match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join(", "),
        Some(ContextValue::Number(number)) => number.to_string(),
        Some(ContextValue::StyledStr(text)) => text.to_string(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arguments::Arguments;
    use std::ffi::OsString;

    fn said(line: &str) -> String {
        let words = std::iter::once("bannette").chain(line.split_whitespace()).map(OsString::from);
        let help = help_of(line.split_whitespace().map(str::to_owned));
        sentence(&Arguments::read(words).map(|_| ()).unwrap_err(), &help)
    }

    #[test]
    fn what_is_wrong_is_said_in_french() {
        assert!(said("init --practice X --login a").contains("Il manque : --admin"));
        assert!(said("lits").contains("« lits » n’existe pas. Vouliez-vous écrire « list » ?"));
        assert!(said("list --limt 3").contains("Vouliez-vous écrire « --limit » ?"));
        assert!(said("list --limit beaucoup").contains("« beaucoup » ne convient pas à « --limit <N> »"));
        assert!(said("share set m --everyone --level all").contains("Valeurs possibles : none, read, send"));
        assert!(said("share set m --everyone --person a --level read").contains("ne va pas avec"));
        assert!(said("").contains("Il manque une commande."));
        assert!(said("person").contains("Il manque une commande."));
        assert!(said("parse").contains("Il manque : <FICHIER>. "));
        assert!(said("list --limit 0").contains("un nombre entier, à partir de 1"));
    }

    #[test]
    fn the_help_named_is_that_of_the_command_typed() {
        assert!(said("init --practice X --login a").ends_with("Voir « bannette init --help »."));
        assert!(said("--as anne mailbox add folder").ends_with("Voir « bannette mailbox add folder --help »."));
        assert!(said("").ends_with("Voir « bannette --help »."));
    }
}
