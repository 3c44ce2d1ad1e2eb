//! Creating and opening the store. Opening looks first, read-only, and changes nothing when anything is wrong.

use crate::checkpoints::Checkpoints;
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
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicI64;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::OnceCell;

const FILE: &str = "bannette.db";
/// Held by the program that changes the tables.
const MIGRATING: &str = "migrating.lock";
const CHECK: &str = "bannette.key-check";

/// How the pages of a file are ciphered. The file does not say it, as its head is ciphered too: whoever opens it must.
#[derive(Clone, Copy, Debug)]
struct Pages {
    /// Bytes of a page.
    bytes: &'static str,
    /// What authenticates a page.
    hmac: &'static str,
}

/// Of new stores, then of those that earlier programs made; an older store stays as it is. Most of what is kept is
/// messages of many kilobytes: large pages cost less for each byte, and processors have instructions for SHA-256.
const PAGES: [Pages; 3] = [
    Pages { bytes: "16384", hmac: "HMAC_SHA256" },
    Pages { bytes: "16384", hmac: "HMAC_SHA512" },
    Pages { bytes: "4096", hmac: "HMAC_SHA512" },
];

/// Memory for pages of the one connection that writes: what a batch changes stays in it until its commit.
const WRITER_CACHE_KIBIBYTES: &str = "-8192";
/// Connections that read: as many as a window asks for at once, beside one long reading. Whoever holds one must not wait
/// for another.
const READERS: u32 = 3;
/// Of each of them: they take turns, and each would keep the same pages.
const READER_CACHE_KIBIBYTES: &str = "-1024";
/// From so many pages in the log on, whoever commits folds them into the file: only where nobody did it beside
/// ([`Checkpoints`]).
const LOG_PAGES: &str = "4096";
const MIGRATIONS: &[(i64, &str, &str)] = &[
    (1, "foundation", include_str!("../migrations/0001_foundation.sql")),
    (2, "versions", include_str!("../migrations/0002_versions.sql")),
    (3, "people", include_str!("../migrations/0003_people.sql")),
    (4, "sharing", include_str!("../migrations/0004_sharing.sql")),
    (5, "access", include_str!("../migrations/0005_access.sql")),
    (6, "accounts", include_str!("../migrations/0006_accounts.sql")),
    (7, "withheld", include_str!("../migrations/0007_withheld.sql")),
    (8, "keeping", include_str!("../migrations/0008_keeping.sql")),
    (9, "encrypted", include_str!("../migrations/0009_encrypted.sql")),
    (10, "pop3", include_str!("../migrations/0010_pop3.sql")),
    (11, "addresses", include_str!("../migrations/0011_addresses.sql")),
    (12, "secrets", include_str!("../migrations/0012_secrets.sql")),
    (13, "versions", include_str!("../migrations/0013_versions.sql")),
    (14, "critical", include_str!("../migrations/0014_critical.sql")),
    (15, "search", include_str!("../migrations/0015_search.sql")),
    (16, "history", include_str!("../migrations/0016_history.sql")),
    (17, "headline_unit", include_str!("../migrations/0017_headline_unit.sql")),
];

/// An open store: one writer, several readers. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Store {
    pub(crate) writer: SqlitePool,
    pub(crate) readers: SqlitePool,
    pub(crate) checkpoints: Arc<Checkpoints>,
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
        wake_cipher().await?;
        std::fs::write(data.join(CHECK), keys.check())?;
        let [pages, ..] = PAGES;
        let mut connection = options(data, &keys, pages).create_if_missing(true).connect().await?;
        migrate(&mut connection).await?;
        connection.close().await?;
        Self::connect(data, keys, pages, post)
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
        wake_cipher().await?;
        let (pages, done) = look(data, &keys).await?;
        // One program at a time changes the tables: two that are started together after an update would do the same step
        // twice, and the second take a whole store for a damaged one.
        let _held = if done.len() < MIGRATIONS.len() { Some(migrating(data).await?) } else { None };
        let mut connection = options(data, &keys, pages).connect().await?;
        migrate(&mut connection).await?;
        connection.close().await?;
        Self::connect(data, keys, pages, post)
    }

    fn connect(data: &Path, keys: Keys, pages: Pages, post: &str) -> Result<Self, StoreError> {
        let writer =
            pool(1).connect_lazy_with(options(data, &keys, pages).pragma("cache_size", WRITER_CACHE_KIBIBYTES));
        let readers = pool(READERS).connect_lazy_with(options(data, &keys, pages).pragma("query_only", "on"));
        let checkpoints = Checkpoints::new(pool(1).connect_lazy_with(options(data, &keys, pages)));
        Ok(Self {
            writer,
            readers,
            checkpoints,
            keys: Arc::new(keys),
            facts: Arc::default(),
            latest: Arc::default(),
            post: post.into(),
        })
    }

    /// Closes all connections; what was committed is safe without it.
    pub async fn close(&self) {
        self.readers.close().await;
        self.checkpoints.close().await;
        self.writer.close().await;
    }
}

/// Opens this program's first connection alone. SQLite initializes itself with the first one and calls itself ready
/// before the cipher has done the same: another that is opened in between has no cipher, and a whole store would look
/// like a damaged one.
async fn wake_cipher() -> Result<(), sqlx::Error> {
    static AWAKE: OnceCell<()> = OnceCell::const_new();
    AWAKE
        .get_or_try_init(|| async { SqliteConnectOptions::new().in_memory(true).connect().await?.close().await })
        .await
        .map(|&()| ())
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

/// The file and its cipher.
fn ciphered(data: &Path, keys: &Keys, pages: Pages) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(file(data))
        // The key must be the first statement of every connection.
        .pragma("key", keys.pragma().as_str().to_owned())
        .pragma("cipher_page_size", pages.bytes)
        .pragma("cipher_hmac_algorithm", pages.hmac)
        // What is wrong is told by the errors; the library would write to the terminal as well.
        .pragma("cipher_log_level", "none")
        .busy_timeout(Duration::from_secs(10))
        .disable_statement_logging()
}

fn options(data: &Path, keys: &Keys, pages: Pages) -> SqliteConnectOptions {
    ciphered(data, keys, pages)
        .create_if_missing(false)
        .journal_mode(SqliteJournalMode::Wal)
        // FULL: a committed message survives a power cut, since it may be deleted from the server next.
        .synchronous(SqliteSynchronous::Full)
        .pragma("fullfsync", "on")
        .pragma("secure_delete", "on")
        .pragma("trusted_schema", "off")
        .pragma("cell_size_check", "on")
        .pragma("cache_size", READER_CACHE_KIBIBYTES)
        .pragma("wal_autocheckpoint", LOG_PAGES)
        .foreign_keys(true)
        .statement_cache_capacity(200)
}

fn file(data: &Path) -> PathBuf {
    data.join(FILE)
}

/// Opens read-only, checks the key, the first pages and the version; gives how the pages are ciphered, and which migrations were done.
async fn look(data: &Path, keys: &Keys) -> Result<(Pages, Vec<i64>), StoreError> {
    for pages in PAGES {
        match look_as(data, keys, pages).await {
            // SQLITE_NOTADB: the first page does not decipher.
            Err(error) if code_of(&error).is_some_and(|code| code & 0xff == 26) => {}
            // SQLITE_ERROR and SQLITE_IOERR while reading the schema: pages that do not decipher or are not there.
            Err(error) if code_of(&error).is_some_and(|code| matches!(code & 0xff, 1 | 10)) => {
                return Err(StoreError::Trouble(StoreTrouble::Damaged));
            }
            Err(error) => return Err(error.into()),
            Ok(Seen { whole: false, .. }) => return Err(StoreError::Trouble(StoreTrouble::Damaged)),
            Ok(Seen { done, .. }) if done.iter().any(|done| *done > latest_migration()) => {
                return Err(StoreError::Trouble(StoreTrouble::TooNew));
            }
            Ok(Seen { done, .. }) => return Ok((pages, done)),
        }
    }
    // The mark beside the file tells why.
    Err(StoreError::Trouble(match std::fs::read_to_string(data.join(CHECK)) {
        Ok(mark) if mark.trim() == keys.check() => StoreTrouble::Damaged,
        _ => StoreTrouble::WrongKey,
    }))
}

/// What a look at a file tells.
struct Seen {
    /// The migrations that were done: not always all up to the newest, since two may have been made beside one another.
    done: Vec<i64>,
    /// Whether all the pages that its head announces are there.
    whole: bool,
}

async fn look_as(data: &Path, keys: &Keys, pages: Pages) -> Result<Seen, sqlx::Error> {
    let mut connection = ciphered(data, keys, pages).read_only(true).connect().await?;
    // Through `cast`: SQLCipher gives these numbers as text.
    let (pages, size): (i64, i64) = sqlx::query_as(
        "select cast(page_count as integer), cast(page_size as integer) from pragma_page_count, pragma_page_size",
    )
    .fetch_one(&mut connection)
    .await?;
    let done: Vec<i64> = sqlx::query_scalar("select version from _sqlx_migrations").fetch_all(&mut connection).await?;
    let wal = data.join(format!("{FILE}-wal"));
    // In this order: another program that closes moves the pending pages into the file and removes their log.
    let pending = std::fs::metadata(wal).map_or(0, |wal| wal.len());
    let there = std::fs::metadata(file(data))?.len();
    connection.close().await?;
    // A log of pending pages may hold what the file lacks.
    let whole = pending > 0 || u64::try_from(pages.saturating_mul(size)).unwrap_or(u64::MAX) <= there;
    Ok(Seen { done, whole })
}

fn latest_migration() -> i64 {
    MIGRATIONS.last().map_or(0, |(version, ..)| *version)
}

/// Waits for its turn to change the tables, which it has as long as the file lives.
async fn migrating(data: &Path) -> Result<File, StoreError> {
    let file = File::options().create(true).truncate(false).write(true).open(data.join(MIGRATING))?;
    let locked = tokio::task::spawn_blocking(move || file.lock().map(|()| file)).await;
    Ok(locked.map_err(|_| StoreError::Content("the lock of the migrations"))??)
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
