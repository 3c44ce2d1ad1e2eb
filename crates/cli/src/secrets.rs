//! Passwords and secrets: from stdin, from an environment variable, or typed on a terminal. Never from an argument,
//! where every program of the post could read them, and never echoed.

use crate::error::Error;
use std::ffi::OsString;
use std::io::{BufRead, IsTerminal};

/// Where a secret may come from, in this order: a line of stdin when asked for, the variable, the terminal.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// The option that says that it stands on stdin.
    pub option: &'a str,
    /// Whether that option was given.
    pub from_stdin: bool,
    /// The environment variable.
    pub variable: &'a str,
    /// What is asked on a terminal.
    pub prompt: &'a str,
    /// Whether it is asked twice on a terminal (a new password, which nobody can read again).
    pub twice: bool,
}

/// Reads a secret. When several come from stdin, each takes one line, in the order of the calls.
pub fn read(source: Source<'_>) -> Result<String, Error> {
    if source.from_stdin {
        return line_of(&mut std::io::stdin().lock());
    }
    if let Some(value) = std::env::var_os(source.variable) {
        return from_variable(source.variable, value);
    }
    if !std::io::stdin().is_terminal() {
        return Err(nowhere(source));
    }
    let typed = rpassword::prompt_password(format!("{} : ", source.prompt)).map_err(Error::Secret)?;
    if source.twice {
        let again = rpassword::prompt_password(format!("{}, à nouveau : ", source.prompt)).map_err(Error::Secret)?;
        if again != typed {
            return Err(Error::Usage("Les deux saisies sont différentes.".to_owned()));
        }
    }
    Ok(typed)
}

/// As [`read`], for a secret that need not be: none where nobody can be asked.
pub fn read_if_any(source: Source<'_>) -> Result<Option<String>, Error> {
    let given = source.from_stdin || std::env::var_os(source.variable).is_some() || std::io::stdin().is_terminal();
    given.then(|| read(source)).transpose()
}

fn line_of(reader: &mut impl BufRead) -> Result<String, Error> {
    let mut line = String::new();
    let read = reader.read_line(&mut line).map_err(Error::Secret)?;
    if read == 0 {
        return Err(Error::Usage("Un secret est attendu sur l’entrée standard, une ligne par secret.".to_owned()));
    }
    let without_end = line.strip_suffix('\n').map_or(line.as_str(), |line| line.strip_suffix('\r').unwrap_or(line));
    Ok(without_end.to_owned())
}

fn from_variable(name: &str, value: OsString) -> Result<String, Error> {
    value.into_string().map_err(|_| Error::Usage(format!("La variable {name} n’est pas du texte UTF-8.")))
}

fn nowhere(source: Source<'_>) -> Error {
    let Source { prompt, variable, option, .. } = source;
    Error::Usage(format!("{prompt} : donnez-le par la variable {variable} ou par l’entrée standard avec {option}."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_secret_takes_one_line() {
        let mut reader = "premier\r\n second \n\ndernier".as_bytes();
        let read: Vec<_> = (0..4).map(|_| line_of(&mut reader).unwrap()).collect();
        assert_eq!(read, ["premier", " second ", "", "dernier"]);
        assert!(matches!(line_of(&mut reader), Err(Error::Usage(_))));
    }

    #[test]
    fn a_missing_secret_says_how_to_give_it() {
        let source = Source {
            option: "--password-stdin",
            from_stdin: false,
            variable: "BANNETTE_PASSWORD",
            prompt: "Mot de passe",
            twice: false,
        };
        let Error::Usage(said) = nowhere(source) else { panic!("not a usage error") };
        assert!(said.contains("BANNETTE_PASSWORD") && said.contains("--password-stdin"));
    }
}
