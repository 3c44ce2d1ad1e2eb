//! The journal: whoever edits, deletes, moves, adds or cuts entries in the file is found out.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

mod support;

use bannette_api::journal::{FaultKind, JournalHead, JournalReport};
use bannette_store::{Act, Author, Keys, Store};
use std::fs;
use support::{NOW, Place};

async fn with_entries() -> Place {
    let place = Place::new().await;
    for minutes in 1..=8 {
        let mut write = place.store.write().await.unwrap();
        write.set_idle_minutes(place.owner, minutes).await.unwrap();
        let act = Act::IdleLockSet { person: place.owner, minutes };
        write.record(Author::Person(place.owner), NOW.plus(i64::from(minutes)), &act);
        write.commit().await.unwrap();
    }
    place
}

async fn verify(store: &Store) -> JournalReport {
    store.read().await.unwrap().verify_journal().await.unwrap()
}

/// Does the statements on the file as somebody with its key would, then checks.
async fn after(statements: &[&'static str]) -> JournalReport {
    let place = with_entries().await;
    place.store.close().await;
    let text = fs::read_to_string(place.data().join("key")).unwrap();
    let secret: Vec<u8> = text
        .trim()
        .as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect();
    let mut key = [0u8; 32];
    hkdf::Hkdf::<sha2::Sha256>::new(Some(b"bannette store 1"), &secret).expand(b"cipher", &mut key).unwrap();
    let key: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
    let options = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(place.data().join("bannette.db"))
        .pragma("key", format!("\"x'{key}'\""))
        .pragma("cipher_page_size", "16384")
        .pragma("cipher_hmac_algorithm", "HMAC_SHA256");
    let mut connection = sqlx::ConnectOptions::connect(&options).await.unwrap();
    for statement in ["drop trigger journal_no_update", "drop trigger journal_no_delete"].iter().chain(statements) {
        sqlx::query(*statement).execute(&mut connection).await.unwrap();
    }
    sqlx::Connection::close(connection).await.unwrap();
    let store = Store::open(&place.data(), Keys::load(&place.key(), &place.data()).unwrap(), "poste 1").await.unwrap();
    verify(&store).await
}

fn kinds(report: &JournalReport) -> Vec<(u64, FaultKind)> {
    report.faults.iter().map(|fault| (fault.entry, fault.kind)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_untouched_journal_holds() {
    let report = verify(&with_entries().await.store).await;
    assert_eq!((report.entries, report.faults.len(), report.last), (9, 0, Some(NOW.plus(8))));
}

#[tokio::test(flavor = "multi_thread")]
async fn opening_again_changes_nothing() {
    assert_eq!(kinds(&after(&[]).await), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_of_any_column_is_found() {
    for statement in [
        "update journal set at = at + 1 where seq = 4",
        "update journal set person = x'00112233445566778899aabbccddeeff' where seq = 4",
        "update journal set post = 'poste 2' where seq = 4",
        "update journal set act = 'signed_in' where seq = 4",
        "update journal set object = x'' where seq = 4",
        "update journal set detail = '{\"minutes\":99}' where seq = 4",
    ] {
        assert_eq!(kinds(&after(&[statement]).await), [(4, FaultKind::Edited)], "{statement}");
    }
    assert!(!after(&["update journal set seal = zeroblob(32) where seq = 4"]).await.faults.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_is_found() {
    assert_eq!(kinds(&after(&["delete from journal where seq = 4"]).await), [(5, FaultKind::Missing)]);
    // With the numbers closed up behind it.
    let closed_up =
        after(&["delete from journal where seq = 4", "update journal set seq = seq - 1 where seq > 4"]).await;
    assert!(kinds(&closed_up).contains(&(4, FaultKind::Edited)), "{closed_up:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cut_at_the_end_is_found() {
    assert_eq!(kinds(&after(&["delete from journal where seq > 6"]).await), [(9, FaultKind::CutShort)]);
    let with_head = after(&[
        "delete from journal where seq > 6",
        "update journal_head set entries = 6, seal = (select seal from journal where seq = 6)",
    ])
    .await;
    assert_eq!(kinds(&with_head), [(6, FaultKind::Edited)]);
    assert!(!after(&["delete from journal", "delete from journal_head"]).await.faults.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_swap_is_found() {
    let swapped = after(&[
        "update journal set seq = -1 where seq = 4",
        "update journal set seq = 4 where seq = 5",
        "update journal set seq = 5 where seq = -1",
    ])
    .await;
    assert!(swapped.faults.len() >= 2, "{swapped:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_noted_head_is_led_through_or_not() {
    let place = with_entries().await;
    let head = verify(&place.store).await;
    let (entries, noted) = (head.entries, head.head);
    let mut write = place.store.write().await.unwrap();
    write.set_idle_minutes(place.owner, 30).await.unwrap();
    write.record(Author::Person(place.owner), NOW.plus(60), &Act::IdleLockSet { person: place.owner, minutes: 30 });
    write.commit().await.unwrap();
    let leads = async |entries: u64, head: &str| {
        let noted = JournalHead { entries, head: head.to_owned() };
        place.store.read().await.unwrap().journal_leads_through(&noted).await.unwrap()
    };
    assert!(leads(entries, &noted).await && leads(entries, &noted[..16].to_uppercase()).await);
    // Too little of it; another entry; one that is not there (an older copy of the file was put back).
    assert!(!leads(entries, &noted[..15]).await);
    assert!(!leads(entries - 1, &noted).await && !leads(entries + 1, &noted).await);
    assert!(!leads(entries + 100, &noted).await && !leads(u64::MAX, &noted).await);
}
