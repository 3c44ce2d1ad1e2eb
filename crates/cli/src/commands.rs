//! The commands, one module a subject: each makes its calls and gives what they gave.

mod access;
mod dossiers;
mod fetching;
mod groups;
mod journal;
mod keeping;
mod mailboxes;
mod parsing;
mod people;
mod practice;
mod servers;
mod sharing;
mod thresholds;

use crate::arguments::{Arguments, Command, described};
use crate::desk::Desk;
use crate::error::{Error, Status};
use crate::output::Output;

/// Does what the arguments ask.
pub async fn run(arguments: Arguments, output: &Output) -> Result<Status, Error> {
    let Arguments { common, command, .. } = arguments;
    match command {
        Command::Parse(parse) => parsing::parse(&parse, *output),
        Command::Completions { shell } => completions(shell, *output),
        Command::Init(init) => practice::init(&common, init, *output).await,
        command => {
            let mut desk = Desk::open(&common, *output).await?;
            let answered = match desk.sign_in(&common).await {
                Ok(()) => for_somebody(&desk, command).await,
                Err(error) => Err(error),
            };
            desk.core.stop().await;
            answered
        }
    }
}

/// The commands that are done in somebody's name.
async fn for_somebody(desk: &Desk, command: Command) -> Result<Status, Error> {
    match command {
        Command::Person(command) => people::person(desk, command).await,
        Command::Group(command) => groups::group(desk, command).await,
        Command::Mailbox(command) => mailboxes::mailbox(desk, command).await,
        Command::Fetch(fetch) => fetching::fetch(desk, fetch).await,
        Command::Share(command) => sharing::share(desk, command).await,
        Command::Access(access) => access::access(desk, access).await,
        Command::List(list) => dossiers::list(desk, list).await,
        Command::Show(show) => dossiers::show(desk, show).await,
        Command::Search(search) => dossiers::search(desk, search).await,
        Command::Validate(validate) => dossiers::validate(desk, validate).await,
        Command::Dossier(command) => dossiers::dossier(desk, command).await,
        Command::Threshold(command) => thresholds::threshold(desk, command).await,
        Command::Journal(command) => journal::journal(desk, command).await,
        // Done before anybody is asked who they are.
        Command::Init(_) | Command::Parse(_) | Command::Completions { .. } => Ok(Status::Done),
    }
}

fn completions(shell: clap_complete::Shell, output: Output) -> Result<Status, Error> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut described(), "bannette", &mut script);
    output.raw(&script)?;
    Ok(Status::Done)
}
