//! Opening: what is damaged, newer, or under another key is told apart and left as it is.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

mod support;

use bannette_api::failure::StoreTrouble;
use bannette_store::{Act, Author, KeyPlace, Keys, Store, StoreError};
use std::fs;
use support::{NOW, Place};

fn trouble(opened: Result<Store, StoreError>) -> StoreTrouble {
    match opened {
        Err(StoreError::Trouble(trouble)) => trouble,
        Err(other) => panic!("another error: {other}"),
        Ok(_) => panic!("it opened"),
    }
}

/// Closes the store and gives its folder with the file as it lies there.
async fn closed() -> (Place, Vec<u8>) {
    let place = Place::new().await;
    place.store.close().await;
    let bytes = fs::read(place.data().join("bannette.db")).unwrap();
    (place, bytes)
}

async fn open(place: &Place) -> Result<Store, StoreError> {
    Store::open(&place.data(), Keys::load(&place.key(), &place.data())?, "poste 1").await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_file_is_ciphered_from_its_first_byte() {
    let (_place, bytes) = closed().await;
    assert!(!bytes.starts_with(b"SQLite format 3"));
    for word in [b"Cabinet".as_slice(), b"SHEPERD", b"derek", b"create table"] {
        assert!(!bytes.windows(word.len()).any(|window| window == word));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_opens_again_with_its_key() {
    let (place, _) = closed().await;
    let store = open(&place).await.unwrap();
    assert_eq!(store.read().await.unwrap().practice_name().await.unwrap(), "Cabinet d'essai");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_key_is_told_and_nothing_changes() {
    let (place, before) = closed().await;
    let other = KeyPlace::File(place.data().join("other"));
    let keys = Keys::create(&other, &place.data()).unwrap();
    assert_eq!(trouble(Store::open(&place.data(), keys, "poste 1").await), StoreTrouble::WrongKey);
    assert_eq!(fs::read(place.data().join("bannette.db")).unwrap(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_key_is_told() {
    let (place, _) = closed().await;
    fs::remove_file(place.data().join("key")).unwrap();
    assert_eq!(trouble(open(&place).await), StoreTrouble::NoKey);
    fs::write(place.data().join("key"), "not a key").unwrap();
    assert_eq!(trouble(open(&place).await), StoreTrouble::WrongKey);
}

#[tokio::test(flavor = "multi_thread")]
async fn damage_is_told_and_nothing_changes() {
    let (place, whole) = closed().await;
    let file = place.data().join("bannette.db");
    let mut first_page = whole.clone();
    first_page[2000] ^= 0xff;
    let mut salt = whole.clone();
    salt[3] ^= 0xff;
    let cut = whole[..whole.len() / 2].to_vec();
    for damaged in [first_page, salt, cut, vec![0; 4096]] {
        fs::write(&file, &damaged).unwrap();
        assert_eq!(trouble(open(&place).await), StoreTrouble::Damaged);
        assert_eq!(fs::read(&file).unwrap(), damaged);
    }
    fs::write(&file, &whole).unwrap();
    assert!(open(&place).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_store_is_told_and_nothing_changes() {
    let place = Place::new().await;
    let key = raw_key(&place);
    place.store.close().await;
    let mut connection = raw(&place, &key).await;
    sqlx::query(
        "insert into _sqlx_migrations(version, description, success, checksum, execution_time)
         values (999, 'of tomorrow', 1, x'00', 0)",
    )
    .execute(&mut connection)
    .await
    .unwrap();
    sqlx::Connection::close(connection).await.unwrap();
    let before = fs::read(place.data().join("bannette.db")).unwrap();
    assert_eq!(trouble(open(&place).await), StoreTrouble::TooNew);
    assert_eq!(fs::read(place.data().join("bannette.db")).unwrap(), before);
}

/// The cipher's key, derived here as the norm says, from the file: a second reading of the same contract.
fn raw_key(place: &Place) -> String {
    let text = fs::read_to_string(place.data().join("key")).unwrap();
    let secret: Vec<u8> = text
        .trim()
        .as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect();
    let mut key = [0u8; 32];
    hkdf::Hkdf::<sha2::Sha256>::new(Some(b"bannette store 1"), &secret).expand(b"cipher", &mut key).unwrap();
    key.iter().map(|byte| format!("{byte:02x}")).collect()
}

async fn raw(place: &Place, key: &str) -> sqlx::SqliteConnection {
    use sqlx::ConnectOptions as _;
    sqlx::sqlite::SqliteConnectOptions::new()
        .filename(place.data().join("bannette.db"))
        .pragma("key", format!("\"x'{key}'\""))
        .pragma("cipher_page_size", "16384")
        .pragma("cipher_hmac_algorithm", "HMAC_SHA256")
        .connect()
        .await
        .unwrap()
}

/// Earlier programs ciphered the pages in other ways; the file does not say how. Such a store opens, is written to as it
/// is, and what is wrong with it is told as for any other.
#[tokio::test(flavor = "multi_thread")]
async fn a_store_of_an_earlier_program_opens_and_stays_as_it_is() {
    for (bytes, hmac) in [("16384", "HMAC_SHA512"), ("4096", "HMAC_SHA512")] {
        let place = Place::new().await;
        let key = raw_key(&place);
        place.store.close().await;
        let (file, earlier) = (place.data().join("bannette.db"), place.data().join("earlier.db"));
        // What is attached is not created.
        fs::write(&earlier, b"").unwrap();
        let mut connection = raw(&place, &key).await;
        for statement in [
            format!("attach '{}' as earlier key \"x'{key}'\"", earlier.display()),
            format!("pragma earlier.cipher_page_size = {bytes}"),
            format!("pragma earlier.cipher_hmac_algorithm = {hmac}"),
            "select sqlcipher_export('earlier')".to_owned(),
            "detach earlier".to_owned(),
        ] {
            sqlx::raw_sql(sqlx::AssertSqlSafe(statement)).execute(&mut connection).await.unwrap();
        }
        sqlx::Connection::close(connection).await.unwrap();
        fs::rename(&earlier, &file).unwrap();
        for name in ["bannette.db-wal", "bannette.db-shm"] {
            drop(fs::remove_file(place.data().join(name)));
        }

        let store = open(&place).await.unwrap();
        let mut write = store.write().await.unwrap();
        write.set_idle_minutes(place.owner, 3).await.unwrap();
        write.record(Author::Person(place.owner), NOW, &Act::IdleLockSet { person: place.owner, minutes: 3 });
        write.commit().await.unwrap();
        store.close().await;
        let store = open(&place).await.unwrap();
        let record = store.read().await.unwrap().person(place.owner).await.unwrap().unwrap();
        assert_eq!(record.idle_minutes, 3, "{bytes} {hmac}");
        store.close().await;

        let mut damaged = fs::read(&file).unwrap();
        damaged[2000] ^= 0xff;
        fs::write(&file, &damaged).unwrap();
        assert_eq!(trouble(open(&place).await), StoreTrouble::Damaged, "{bytes} {hmac}");
        assert_eq!(fs::read(&file).unwrap(), damaged);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_without_an_act_is_refused() {
    let place = Place::new().await;
    let mut write = place.store.write().await.unwrap();
    write.set_idle_minutes(place.owner, 3).await.unwrap();
    assert!(matches!(write.commit().await, Err(StoreError::Unjournaled)));
    let record = place.store.read().await.unwrap().person(place.owner).await.unwrap().unwrap();
    assert_eq!(record.idle_minutes, 15);
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn the_key_file_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::new().await;
    assert_eq!(fs::metadata(place.data().join("key")).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::metadata(place.data()).unwrap().permissions().mode() & 0o777, 0o700);
}

/// Closing moves the pending pages into the file, which grows; whoever opens meanwhile must not take it for cut short.
#[tokio::test(flavor = "multi_thread")]
async fn it_opens_while_another_program_closes() {
    let mut place = Place::new().await;
    let mailbox = place.add_mailbox(5, place.owner).await;
    for round in 1..=60 {
        let content: String =
            (0..20_000_u64).map(|number| format!("{}", number * u64::from(round) * 7919 % 99_991)).collect();
        place.take_in(mailbox, vec![support::message(round, &content, Vec::new())], support::NOW).await;
        let closing = place.store.clone();
        let closing = tokio::spawn(async move { closing.close().await });
        tokio::time::sleep(std::time::Duration::from_micros(u64::from(round) * 50)).await;
        place.store = open(&place).await.unwrap_or_else(|error| panic!("round {round}: {error}"));
        closing.await.unwrap();
    }
}
