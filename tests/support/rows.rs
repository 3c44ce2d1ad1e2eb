//! The store's file seen from outside, with its key: what a test counts, and what it spoils. Never while the program
//! that it looks at writes.
#![allow(dead_code, reason = "each test file uses its part")]

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Opens the practice's file as whoever has its key can.
pub async fn open(data: &Path, key: &Path) -> SqliteConnection {
    let digits = fs::read_to_string(key).unwrap();
    let pair = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    let secret: Vec<u8> = digits.trim().as_bytes().chunks(2).map(pair).collect();
    let mut cipher = [0; 32];
    hkdf::Hkdf::<sha2::Sha256>::new(Some(b"bannette store 1"), &secret).expand(b"cipher", &mut cipher).unwrap();
    let cipher: String = cipher.iter().map(|byte| format!("{byte:02x}")).collect();
    let options = SqliteConnectOptions::new()
        .filename(data.join("bannette.db"))
        .pragma("key", format!("\"x'{cipher}'\""))
        .pragma("cipher_page_size", "16384")
        .pragma("cipher_hmac_algorithm", "HMAC_SHA256")
        .busy_timeout(std::time::Duration::from_secs(10));
    // The first connection of a program wakes the cipher; a second at the same time would find none.
    static ALONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
    let _alone = ALONE.lock().await;
    sqlx::ConnectOptions::connect(&options).await.unwrap()
}

/// Opens a copy, so that the file itself stays as a kill left it: its log of pending pages is for the program to recover.
pub async fn open_copy(data: &Path, key: &Path, into: &Path) -> SqliteConnection {
    for name in ["bannette.db", "bannette.db-wal"] {
        let (from, to) = (data.join(name), into.join(name));
        match fs::copy(from, &to) {
            Ok(_) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => drop(fs::remove_file(to)),
            Err(error) => panic!("{name}: {error}"),
        }
    }
    open(into, key).await
}

/// One number.
pub async fn number(connection: &mut SqliteConnection, query: &'static str) -> i64 {
    sqlx::query_scalar(query).fetch_one(connection).await.unwrap()
}

/// Does a statement; gives how many rows it changed.
pub async fn change(connection: &mut SqliteConnection, statement: &'static str) -> u64 {
    sqlx::query(statement).execute(connection).await.unwrap().rows_affected()
}

/// How often each message is shown: its hash, and in how many lists its dossiers lie.
pub async fn shown(connection: &mut SqliteConnection) -> BTreeMap<Vec<u8>, i64> {
    let rows: Vec<(Vec<u8>, i64)> = sqlx::query_as(
        "select r.sha256, count(p.dossier) from raw_message r left join dossier d on d.raw = r.key
         left join placement p on p.dossier = d.key group by r.key",
    )
    .fetch_all(connection)
    .await
    .unwrap();
    let count = rows.len();
    let shown: BTreeMap<_, _> = rows.into_iter().collect();
    assert_eq!(shown.len(), count, "the same bytes are kept twice");
    shown
}

/// The file is what SQLite and SQLCipher want it to be, and every reference in it leads somewhere.
pub async fn is_whole(connection: &mut SqliteConnection) {
    let said: String = sqlx::query_scalar("pragma integrity_check").fetch_one(&mut *connection).await.unwrap();
    assert_eq!(said, "ok");
    for check in ["pragma cipher_integrity_check", "pragma foreign_key_check"] {
        let faults = sqlx::query(check).fetch_all(&mut *connection).await.unwrap();
        assert!(faults.is_empty(), "{check}: {} faults", faults.len());
    }
}
