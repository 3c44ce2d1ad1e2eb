//! What can go wrong with a command, and the exit status that says so to a script.

use bannette_api::Failure;
use bannette_api::failure::Needs;
use std::io;
use std::process::ExitCode;

/// How a command ended, as a script reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Done.
    Done = 0,
    /// Anything that has no number of its own.
    Other = 1,
    /// Wrong usage.
    Usage = 2,
    /// Not allowed: no session, no right.
    NotAllowed = 3,
    /// Not found.
    NotFound = 4,
    /// Bad input: an unreadable file, an invalid value.
    BadInput = 5,
    /// The network, a server or a watched folder.
    Network = 6,
    /// The store is damaged, locked, or too new.
    Store = 7,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        Self::from(status as u8)
    }
}

/// What can be named in a command by something else than its identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named {
    /// A mailbox, by its address.
    Mailbox,
    /// A person, by login.
    Person,
    /// A group, by name.
    Group,
}

/// Why a command did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The core refused.
    #[error("the core refused: {0:?}")]
    Refused(Failure),
    /// The command was not written as it should be: one French sentence.
    #[error("usage: {0}")]
    Usage(String),
    /// Nothing that this person may know of has the name that was typed.
    #[error("no {what:?} of the name {name}")]
    Unknown {
        /// What was looked for.
        what: Named,
        /// The name, as typed.
        name: String,
    },
    /// A file of the person's cannot be read.
    #[error("cannot read {path}: {cause}")]
    Unreadable {
        /// Its path, as written.
        path: String,
        /// Why.
        cause: io::Error,
    },
    /// The result cannot be written.
    #[error("cannot write the result: {0}")]
    Output(io::Error),
    /// A result cannot be put into JSON.
    #[error("cannot write the result as JSON: {0}")]
    Json(serde_json::Error),
    /// A secret cannot be read.
    #[error("cannot read a secret: {0}")]
    Secret(io::Error),
    /// The program cannot start its tasks.
    #[error("cannot start: {0}")]
    Runtime(io::Error),
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        Self::Refused(failure)
    }
}

impl Error {
    /// The exit status.
    pub fn status(&self) -> Status {
        match self {
            Self::Refused(failure) => status_of(failure),
            Self::Usage(_) => Status::Usage,
            Self::Unknown { .. } => Status::NotFound,
            Self::Unreadable { .. } | Self::Secret(_) => Status::BadInput,
            Self::Output(_) | Self::Json(_) | Self::Runtime(_) => Status::Other,
        }
    }
}

fn status_of(failure: &Failure) -> Status {
    match failure {
        Failure::NotSignedIn
        | Failure::WindowLocked
        | Failure::WrongCredentials { .. }
        | Failure::AccountLocked { .. }
        | Failure::Suspended
        | Failure::PasswordMustChange
        | Failure::NotAllowed { .. } => Status::NotAllowed,
        Failure::NoPractice | Failure::NotFound => Status::NotFound,
        Failure::Invalid { .. } | Failure::TooLarge { .. } => Status::BadInput,
        Failure::Server { .. } => Status::Network,
        Failure::Store { .. } => Status::Store,
        Failure::PracticeExists | Failure::Conflict | Failure::NotDealtWith { .. } | Failure::Internal { .. } => {
            Status::Other
        }
        Failure::ContentRemoved { .. } => Status::NotFound,
    }
}

/// Only the owner of a mailbox may do this.
pub fn not_the_owner() -> Error {
    Error::Refused(Failure::NotAllowed { needs: Needs::Own })
}
