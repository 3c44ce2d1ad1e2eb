//! What can go wrong with the store, by what the caller does next.

use bannette_api::failure::StoreTrouble;

/// A failure of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no store at this place.
    #[error("there is no store here")]
    Absent,
    /// There is already a store at this place.
    #[error("there is a store here already")]
    Exists,
    /// It cannot be opened, read or written: the person must do something.
    #[error("the store cannot be used: {0:?}")]
    Trouble(StoreTrouble),
    /// The rights changed since the proof was made: take a new proof.
    #[error("the rights changed meanwhile")]
    Stale,
    /// The thing changed since it was looked at.
    #[error("the thing changed meanwhile")]
    Conflict,
    /// There is no such thing.
    #[error("no such thing")]
    NotFound,
    /// Another one has this name already.
    #[error("another one has it already")]
    Taken,
    /// The contents left the tree at that time.
    #[error("the contents were removed")]
    Removed(bannette_api::Timestamp),
    /// The practice would be left without anybody who administers it.
    #[error("no administrator would be left")]
    LastAdministrator,
    /// A change without an act for the journal: a mistake of the program, nothing was changed.
    #[error("a change without an act for the journal")]
    Unjournaled,
    /// What is stored is not what this program writes.
    #[error("the store holds what this program does not write: {0}")]
    Content(&'static str),
    /// Anything else that the database says.
    #[error("database: {0}")]
    Database(sqlx::Error),
}

/// SQLite's primary result codes (<https://sqlite.org/rescode.html>) that the person can do something about.
fn trouble_of(code: i32) -> Option<StoreTrouble> {
    match code & 0xff {
        5 | 6 => Some(StoreTrouble::Busy),
        8 => Some(StoreTrouble::ReadOnly),
        11 => Some(StoreTrouble::Damaged),
        13 => Some(StoreTrouble::DiskFull),
        26 => Some(StoreTrouble::WrongKey),
        _ => None,
    }
}

/// SQLite's result code of an error of the database, extended form.
pub(crate) fn code_of(error: &sqlx::Error) -> Option<i32> {
    error.as_database_error().and_then(sqlx::error::DatabaseError::code).and_then(|code| code.parse().ok())
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        if let Some(database) = error.as_database_error()
            && database.is_unique_violation()
        {
            return Self::Taken;
        }
        if let Some(trouble) = code_of(&error).and_then(trouble_of) {
            return Self::Trouble(trouble);
        }
        if let sqlx::Error::Io(io) = &error
            && io.kind() == std::io::ErrorKind::StorageFull
        {
            return Self::Trouble(StoreTrouble::DiskFull);
        }
        if matches!(error, sqlx::Error::RowNotFound) {
            return Self::NotFound;
        }
        Self::Database(error)
    }
}

impl From<std::io::Error> for StoreError {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::StorageFull => Self::Trouble(StoreTrouble::DiskFull),
            std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => {
                Self::Trouble(StoreTrouble::ReadOnly)
            }
            _ => Self::Database(sqlx::Error::Io(error)),
        }
    }
}
