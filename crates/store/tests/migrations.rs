//! What migrations make of what earlier programs wrote.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod support;

use bannette_store::{Keys, Store};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use std::path::PathBuf;
use support::Place;

/// A store as it was after that migration, with two mailboxes; not ciphered.
async fn after_migration(number: u32, folder: &tempfile::TempDir) -> SqliteConnection {
    // The program's first connection is the store's own: it wakes the cipher for all others.
    drop(Place::new().await);
    let options = SqliteConnectOptions::new().filename(folder.path().join("before")).create_if_missing(true);
    let mut before = sqlx::ConnectOptions::connect(&options.foreign_keys(false)).await.unwrap();
    for file in migrations().into_iter().filter(|(own, _)| *own <= number).map(|(_, file)| file) {
        apply(&file, &mut before).await;
    }
    sqlx::raw_sql(
        "insert into mailbox(id, owner, kind, address, connection, secret, enabled, delete_from_server, retention_days,
             auto_share, shared, share_version, uid_validity, uid_next, deletion_blocked, last_success, created_at)
         values (x'01', x'', 'folder', 'a', '', '', 1, 0, 90, 1, 0, 1, 0, 1, 0, 0, 0),
                (x'02', x'', 'imap', 'b', '', 'sésame', 1, 0, 45, 1, 0, 1, 0, 1, 0, 0, 0);",
    )
    .execute(&mut before)
    .await
    .unwrap();
    before
}

/// All of them by their number.
fn migrations() -> Vec<(u32, PathBuf)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let number = |file: &PathBuf| file.file_name().unwrap().to_str().unwrap().get(..4).unwrap().parse().unwrap();
    let mut all: Vec<(u32, PathBuf)> = files.map(|file| (number(&file), file)).collect();
    all.sort();
    all
}

async fn apply(file: &PathBuf, to: &mut SqliteConnection) {
    let sql = std::fs::read_to_string(file).unwrap();
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(to).await.unwrap();
}

async fn next(number: u32, to: &mut SqliteConnection) {
    let (_, file) = migrations().into_iter().find(|(own, _)| *own == number).unwrap();
    apply(&file, to).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delay_that_nobody_chose_lets_nothing_go() {
    let folder = tempfile::tempdir().unwrap();
    let mut before = after_migration(7, &folder).await;
    next(8, &mut before).await;
    let days: Vec<i64> =
        sqlx::query_scalar("select retention_days from mailbox order by key").fetch_all(&mut before).await.unwrap();
    assert_eq!(days, [3650, 45]);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_delay_is_on_that_nobody_chose() {
    let folder = tempfile::tempdir().unwrap();
    let mut before = after_migration(14, &folder).await;
    sqlx::raw_sql(
        "insert into mailbox(id, owner, kind, address, connection, secret, enabled, delete_from_server, retention_days,
             auto_share, shared, share_version, uid_validity, uid_next, deletion_blocked, last_success, created_at)
         values (x'03', x'', 'folder', 'c', '', '', 1, 0, 3650, 1, 0, 1, 0, 1, 0, 0, 0)",
    )
    .execute(&mut before)
    .await
    .unwrap();
    next(16, &mut before).await;
    let days: Vec<i64> =
        sqlx::query_scalar("select retention_days from mailbox order by key").fetch_all(&mut before).await.unwrap();
    assert_eq!(days, [0, 45, 0], "the program's own numbers are no choice; another one is");
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_stay_where_they_are_and_say_so() {
    let folder = tempfile::tempdir().unwrap();
    let mut before = after_migration(11, &folder).await;
    sqlx::raw_sql("update mailbox set key_code = 'code', certificate = 'pem' where key = 2")
        .execute(&mut before)
        .await
        .unwrap();
    next(12, &mut before).await;
    let secrets: Vec<(String, String, String)> =
        sqlx::query_as("select secret, key_code, certificate from mailbox order by key")
            .fetch_all(&mut before)
            .await
            .unwrap();
    let texts = |all: [&str; 3]| all.map(ToOwned::to_owned).into();
    assert_eq!(secrets, [texts(["", "", ""]), texts(["here:sésame", "here:code", "here:pem"])]);
}

/// After an update, the window and the command line may be started together.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_older_store_may_be_opened_by_several_at_once() {
    for _ in 0..10 {
        let place = Place::new().await;
        let mut beside = place.beside().await;
        // What the last migration made: the store as the program before this one left it.
        sqlx::raw_sql("alter table dossier drop column headline_unit; delete from _sqlx_migrations where version = 17")
            .execute(&mut beside)
            .await
            .unwrap();
        drop(beside);
        let open = || {
            let (data, keys) = (place.data(), Keys::load(&place.key(), &place.data()).unwrap());
            tokio::spawn(async move { Store::open(&data, keys, "poste").await })
        };
        for opened in [open(), open(), open(), open()] {
            opened.await.unwrap().unwrap().close().await;
        }
    }
}
