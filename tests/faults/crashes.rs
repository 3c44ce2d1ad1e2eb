//! The instants at which a fetch with deletion can be cut, one by one: before the commit, before the removal, before its
//! note; and the servers and stores on which nothing may be removed.

use crate::dovecot::{Dovecot, Options};
use crate::practice::{PASSWORD, Practice, mail};
use crate::proxy::Proxy;
use crate::{bannette, fetch, holds_exactly, rows, set_deletion};
use bannette_api::Failure;
use bannette_api::dossiers::{OpenDossier, View};
use bannette_api::failure::StoreTrouble;
use bannette_api::mailboxes::MailboxSettings;
use bannette_core::Handle as _;
use sqlx::sqlite::SqliteConnection;
use std::time::{Duration, Instant};

const SECRET: &str = "s1";

fn deliver(server: &Dovecot, numbers: std::ops::RangeInclusive<u32>) -> Vec<Vec<u8>> {
    let messages: Vec<Vec<u8>> = numbers.map(|number| mail(number, "EXEMPLE", "N")).collect();
    server.deliver_many("derek", messages.iter().cloned()).unwrap();
    messages
}

async fn practice_before(port: u16, server: &Dovecot) -> (Practice, MailboxSettings) {
    let practice = Practice::new().await;
    practice.trust(server.ca_pem());
    let mailbox = practice.imap_mailbox(&practice.derek, port, "derek", SECRET).await;
    (practice, mailbox)
}

async fn file(practice: &Practice) -> SqliteConnection {
    rows::open(&practice.data(), &practice.folder.path().join("clef")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn cut_after_the_fetch_and_before_the_commit() {
    let server = Dovecot::start(&[("derek", SECRET)]).unwrap();
    let proxy = Proxy::before(server.tls_port());
    let (practice, mailbox) = practice_before(proxy.port(), &server).await;
    set_deletion(&practice, &mailbox, true).await;
    let program = bannette::Bannette::at(practice.folder.path()).signed_in("derek", PASSWORD);
    let mut following = program.follow();
    following.until(|line| line["mailboxes"][0]["state"]["doing"]["doing"] == "listening");
    let mut other = file(&practice).await;
    while rows::number(&mut other, "select last_success from mailbox").await == 0 {
        std::thread::sleep(Duration::from_millis(10));
    }
    // Somebody else writes: the program gets all bytes and cannot commit them.
    rows::change(&mut other, "begin immediate").await;
    proxy.passed();
    let messages = deliver(&server, 1..=40);
    let bytes: usize = messages.iter().map(Vec::len).sum();
    let (begun, mut passed) = (Instant::now(), 0);
    while passed < u64::try_from(bytes).unwrap() {
        assert!(begun.elapsed() < Duration::from_secs(8), "{passed} of {bytes} bytes");
        std::thread::sleep(Duration::from_millis(10));
        passed += proxy.passed();
    }
    following.kill();
    rows::change(&mut other, "rollback").await;
    assert_eq!(rows::number(&mut other, "select count(*) from delivery").await, 0);
    assert_eq!(server.count("derek").unwrap(), 40, "removed before it was kept");

    assert_eq!(fetch(&practice).await, Ok(40));
    assert_eq!(server.count("derek").unwrap(), 0);
    holds_exactly(&practice, &messages).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cut_after_the_commit_and_before_the_removal() {
    let server = Dovecot::start(&[("derek", SECRET)]).unwrap();
    let proxy = Proxy::before(server.tls_port());
    let (practice, mailbox) = practice_before(proxy.port(), &server).await;
    let messages = deliver(&server, 1..=250);
    // Committed, and not removed: as a program leaves it that ends between the two.
    assert_eq!(fetch(&practice).await, Ok(250));
    // It ended before it noted how far it had come, too.
    rows::change(&mut file(&practice).await, "update mailbox set uid_next = 1").await;
    set_deletion(&practice, &mailbox, true).await;
    proxy.passed();
    assert_eq!(fetch(&practice).await, Ok(0));
    let bodies: usize = messages.iter().map(Vec::len).sum();
    let passed = proxy.passed();
    assert!(passed < u64::try_from(bodies / 2).unwrap(), "fetched again: {passed} bytes for {bodies}");
    assert_eq!(server.count("derek").unwrap(), 0);
    holds_exactly(&practice, &messages).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cut_after_the_removal_and_before_its_note() {
    let server = Dovecot::start(&[("derek", SECRET)]).unwrap();
    let (practice, mailbox) = practice_before(server.tls_port(), &server).await;
    set_deletion(&practice, &mailbox, true).await;
    let mut messages = deliver(&server, 1..=20);
    assert_eq!(fetch(&practice).await, Ok(20));
    assert_eq!(server.count("derek").unwrap(), 0);
    let unnoted = rows::change(&mut file(&practice).await, "update delivery set state = 0 where uid > 5").await;
    assert_eq!(unnoted, 15);
    messages.extend(deliver(&server, 21..=22));
    assert_eq!(fetch(&practice).await, Ok(2));
    assert_eq!(server.count("derek").unwrap(), 0);
    let kept = rows::number(&mut file(&practice).await, "select count(*) from delivery where state = 0").await;
    assert_eq!(kept, 0, "gone from the server and not noted");
    holds_exactly(&practice, &messages).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_that_mean_other_messages_now_remove_nothing() {
    let mut server = Dovecot::start(&[("derek", SECRET)]).unwrap();
    let (practice, mailbox) = practice_before(server.tls_port(), &server).await;
    let mut messages = deliver(&server, 1..=6);
    assert_eq!(fetch(&practice).await, Ok(6));
    // Kept, to be removed; and then the server numbers the same messages, and new ones, otherwise.
    set_deletion(&practice, &mailbox, true).await;
    server.stop();
    server.set_flags("derek", 0, "T").unwrap();
    server.reset_uidvalidity("derek").unwrap();
    server.restart().unwrap();
    messages.extend(deliver(&server, 7..=9));
    for _ in 0..2 {
        fetch(&practice).await.unwrap();
        assert_eq!(server.count("derek").unwrap(), 9, "removed under numbers that mean something else");
    }
    holds_exactly(&practice, &messages).await;
    // Only when a person confirms.
    set_deletion(&practice, &mailbox, false).await;
    set_deletion(&practice, &mailbox, true).await;
    fetch(&practice).await.unwrap();
    assert_eq!(server.count("derek").unwrap(), 0);
    holds_exactly(&practice, &messages).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_cannot_remove_single_messages_keeps_all() {
    let server =
        Dovecot::start_with(&[("derek", SECRET)], Options { without_uidplus: true, ..Options::default() }).unwrap();
    let (practice, mailbox) = practice_before(server.tls_port(), &server).await;
    set_deletion(&practice, &mailbox, true).await;
    let messages = deliver(&server, 1..=4);
    server.set_flags("derek", 1, "ST").unwrap();
    let before = server.flags("derek").unwrap();
    assert_eq!(fetch(&practice).await, Ok(4));
    assert_eq!(fetch(&practice).await, Ok(0));
    // Another client's deletion waits for that client, and no flag is ours.
    assert_eq!(server.flags("derek").unwrap(), before);
    holds_exactly(&practice, &messages).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kept_copy_that_is_not_what_came_stays_on_the_server() {
    let server = Dovecot::start(&[("derek", SECRET)]).unwrap();
    let (practice, mailbox) = practice_before(server.tls_port(), &server).await;
    deliver(&server, 1..=6);
    assert_eq!(fetch(&practice).await, Ok(6));
    for spoil in [
        // Another message's bytes, half of its own, nothing.
        "update raw_message set (zstd, bytes) = (select zstd, bytes from raw_message where key = 1) where key = 2",
        "update raw_message set zstd = substr(zstd, 1, length(zstd) / 2) where key = 4",
        "update raw_message set zstd = x'', bytes = 0 where key = 5",
    ] {
        assert_eq!(rows::change(&mut file(&practice).await, spoil).await, 1);
    }
    set_deletion(&practice, &mailbox, true).await;
    for _ in 0..2 {
        assert_eq!(fetch(&practice).await, Ok(0));
        assert_eq!(server.count("derek").unwrap(), 3, "the only good copy was removed");
    }
    let kept = "select count(*) from delivery where state = 0 and raw in (2, 4, 5)";
    assert_eq!(rows::number(&mut file(&practice).await, kept).await, 3);
    // What is not what came is never shown as if it were.
    for row in practice.list(&practice.derek, View::Team).await.unwrap() {
        let opened =
            practice.core.handle(&practice.derek, OpenDossier { dossier: row.id, encoding: None, message: None }).await;
        match row.subject.as_str() {
            "Resultats 2" | "Resultats 4" | "Resultats 5" => {
                assert_eq!(opened, Err(Failure::Store { trouble: StoreTrouble::Damaged }), "{}", row.subject);
            }
            _ => assert_eq!(opened.unwrap().message.subject, row.subject),
        }
    }
}
