//! Creating and opening the store. Opening looks first, read-only, and changes nothing when anything is wrong.

use crate::error::code_of;
use crate::{Keys, StoreError};
use bannette_api::failure::StoreTrouble;
use bannette_rights::Practice;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{ConnectOptions as _, Connection as _, SqlStr};
use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicI64;
use std::sync::{Arc, Mutex};
use std::time::Duration;

const FILE: &str = "bannette.db";
const CHECK: &str = "bannette.key-check";
/// Size of a ciphered page. Most of what is kept is compressed messages of many kilobytes: with SQLCipher's 4096 bytes, the
/// cost of each page (an HMAC, two writes) was a quarter of what taking a message in costs.
const PAGE_BYTES: &str = "16384";
/// Memory of a connection for pages.
const CACHE_KIBIBYTES: &str = "-8192";
const MIGRATIONS: &[(i64, &str, &str)] = &[
    (1, "foundation", include_str!("../migrations/0001_foundation.sql")),
    (2, "versions", include_str!("../migrations/0002_versions.sql")),
    (3, "people", include_str!("../migrations/0003_people.sql")),
    (4, "sharing", include_str!("../migrations/0004_sharing.sql")),
    (5, "access", include_str!("../migrations/0005_access.sql")),
    (6, "accounts", include_str!("../migrations/0006_accounts.sql")),
    (10, "pop3", include_str!("../migrations/0010_pop3.sql")),
];

/// An open store: one writer, several readers. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Store {
    pub(crate) writer: SqlitePool,
    pub(crate) readers: SqlitePool,
    pub(crate) keys: Arc<Keys>,
    pub(crate) facts: Arc<Mutex<Option<Arc<Practice>>>>,
    /// The latest time that this program or, as last read, the practice has seen.
    pub(crate) latest: Arc<AtomicI64>,
    /// This post's name, for the journal.
    pub(crate) post: Arc<str>,
}

impl Store {
    /// Whether there is a store in `data`.
    #[must_use]
    pub fn exists(data: &Path) -> bool {
        data.join(FILE).exists()
    }

    /// Creates the store in `data`.
    ///
    /// # Errors
    /// [`StoreError::Exists`] when there is one already; else what the disk says.
    pub async fn create(data: &Path, keys: Keys, post: &str) -> Result<Self, StoreError> {
        if Self::exists(data) {
            return Err(StoreError::Exists);
        }
        std::fs::create_dir_all(data)?;
        restrict(data)?;
        std::fs::write(data.join(CHECK), keys.check())?;
        let mut connection = options(data, &keys).create_if_missing(true).connect().await?;
        migrate(&mut connection).await?;
        connection.close().await?;
        Self::connect(data, keys, post)
    }

    /// Opens the store in `data`. A store that is damaged, newer than this program or under another key is left as it
    /// is, and the error says which.
    ///
    /// # Errors
    /// [`StoreError::Absent`], or [`StoreError::Trouble`] with its cause.
    pub async fn open(data: &Path, keys: Keys, post: &str) -> Result<Self, StoreError> {
        if !Self::exists(data) {
            return Err(StoreError::Absent);
        }
        look(data, &keys).await?;
        let mut connection = options(data, &keys).connect().await?;
        migrate(&mut connection).await?;
        connection.close().await?;
        Self::connect(data, keys, post)
    }

    fn connect(data: &Path, keys: Keys, post: &str) -> Result<Self, StoreError> {
        let writer = pool(1).connect_lazy_with(options(data, &keys));
        let readers = pool(4).connect_lazy_with(options(data, &keys).pragma("query_only", "on"));
        Ok(Self {
            writer,
            readers,
            keys: Arc::new(keys),
            facts: Arc::default(),
            latest: Arc::default(),
            post: post.into(),
        })
    }

    /// Closes all connections; what was committed is safe without it.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

fn pool(connections: u32) -> SqlitePoolOptions {
    let pool = SqlitePoolOptions::new().max_connections(connections).idle_timeout(None).max_lifetime(None);
    // The database lies in this process: to ask before each use whether it still answers is a hop to its thread and back,
    // as long as the statement that follows.
    let pool = pool.test_before_acquire(false);
    // When the disk is full or fails, SQLite undoes the transaction by itself (https://sqlite.org/lang_transaction.html,
    // 3.1); the driver goes on counting it as open and could begin no other. Such a connection is replaced.
    pool.before_acquire(|connection, _| Box::pin(async move { Ok(!connection.is_in_transaction()) }))
}

fn options(data: &Path, keys: &Keys) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(file(data))
        // The key must be the first statement of every connection.
        .pragma("key", keys.pragma().as_str().to_owned())
        .pragma("cipher_page_size", PAGE_BYTES)
        // What is wrong is told by the errors; the library would write to the terminal as well.
        .pragma("cipher_log_level", "none")
        .create_if_missing(false)
        .journal_mode(SqliteJournalMode::Wal)
        // FULL: a committed message survives a power cut, since it may be deleted from the server next.
        .synchronous(SqliteSynchronous::Full)
        .pragma("fullfsync", "on")
        .pragma("secure_delete", "on")
        .pragma("trusted_schema", "off")
        .pragma("cell_size_check", "on")
        .pragma("cache_size", CACHE_KIBIBYTES)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(10))
        .statement_cache_capacity(200)
        .disable_statement_logging()
}

fn file(data: &Path) -> PathBuf {
    data.join(FILE)
}

/// Opens read-only, checks the key, the first pages and the version.
async fn look(data: &Path, keys: &Keys) -> Result<(), StoreError> {
    let looking = SqliteConnectOptions::new()
        .filename(file(data))
        .pragma("key", keys.pragma().as_str().to_owned())
        .pragma("cipher_page_size", PAGE_BYTES)
        // What is wrong is told by the errors; the library would write to the terminal as well.
        .pragma("cipher_log_level", "none")
        .read_only(true)
        .busy_timeout(Duration::from_secs(10))
        .disable_statement_logging();
    let trouble = |error: sqlx::Error| match code_of(&error).map(|code| code & 0xff) {
        // SQLITE_NOTADB: the first page does not decipher. The mark beside the file tells why.
        Some(26) => match std::fs::read_to_string(data.join(CHECK)) {
            Ok(mark) if mark.trim() == keys.check() => StoreError::Trouble(StoreTrouble::Damaged),
            _ => StoreError::Trouble(StoreTrouble::WrongKey),
        },
        // SQLITE_ERROR and SQLITE_IOERR while reading the schema: pages that do not decipher or are not there.
        Some(1 | 10) => StoreError::Trouble(StoreTrouble::Damaged),
        _ => error.into(),
    };
    let mut connection = looking.connect().await.map_err(trouble)?;
    // Through `cast`: SQLCipher gives these numbers as text.
    let (pages, size): (i64, i64) = sqlx::query_as(
        "select cast(page_count as integer), cast(page_size as integer) from pragma_page_count, pragma_page_size",
    )
    .fetch_one(&mut connection)
    .await
    .map_err(trouble)?;
    let newest: i64 = sqlx::query_scalar("select coalesce(max(version), 0) from _sqlx_migrations")
        .fetch_one(&mut connection)
        .await
        .map_err(trouble)?;
    let wal = data.join(format!("{FILE}-wal"));
    // In this order: another program that closes moves the pending pages into the file and removes their log.
    let pending = std::fs::metadata(wal).map_or(0, |wal| wal.len());
    let whole = std::fs::metadata(file(data))?.len();
    connection.close().await.map_err(trouble)?;
    // Without a log of pending pages, the file must hold all the pages that its head announces.
    if pending == 0 && u64::try_from(pages.saturating_mul(size)).unwrap_or(u64::MAX) > whole {
        return Err(StoreError::Trouble(StoreTrouble::Damaged));
    }
    let known = MIGRATIONS.last().map_or(0, |(version, ..)| *version);
    if newest > known {
        return Err(StoreError::Trouble(StoreTrouble::TooNew));
    }
    Ok(())
}

async fn migrate(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    let migrations = MIGRATIONS.iter().map(|(version, name, sql)| {
        let sql = SqlStr::from_static(sql);
        Migration::new(*version, Cow::Borrowed(*name), MigrationType::Simple, sql, false)
    });
    let migrator = Migrator::with_migrations(migrations.collect());
    migrator.run_direct(None, connection, false).await.map_err(|error| match error {
        sqlx::migrate::MigrateError::Execute(error) | sqlx::migrate::MigrateError::ExecuteMigration(error, _) => {
            error.into()
        }
        sqlx::migrate::MigrateError::VersionMissing(_) | sqlx::migrate::MigrateError::VersionTooNew(..) => {
            StoreError::Trouble(StoreTrouble::TooNew)
        }
        _ => StoreError::Content("a migration that is not this program's"),
    })
}

/// The folder is for its owner alone.
fn restrict(folder: &Path) -> Result<(), StoreError> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))?;
    }
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}
