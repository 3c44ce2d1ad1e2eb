//! *Supprimer du serveur*: what the preview says is what happens, each deletion is in the journal by its UID, and what fails
//! is tried again without keeping anything from arriving.

use crate::dovecot::{Dovecot, Options};
use crate::practice::{Practice, mail};
use crate::{fetch, holds_exactly, rows, set_deletion};
use bannette_api::MailboxId;
use bannette_api::connection::Trouble;
use bannette_api::keeping::{PreviewServerDeletion, ServerDeletion, StayingOnServer, StaysOnServer};
use bannette_api::mailboxes::{AddMailbox, Apicrypt, Connection, MailboxKind, MailboxSecret, MailboxSettings, Tls};
use bannette_core::Handle as _;
use sqlx::sqlite::SqliteConnection;
use std::collections::BTreeSet;

const SECRET: &str = "s1";

fn deliver(server: &Dovecot, numbers: std::ops::RangeInclusive<u32>) -> Vec<Vec<u8>> {
    let messages: Vec<Vec<u8>> = numbers.map(|number| mail(number, "EXEMPLE", "N")).collect();
    server.deliver_many("derek", messages.iter().cloned()).unwrap();
    messages
}

async fn practice_before(server: &Dovecot) -> (Practice, MailboxSettings) {
    let practice = Practice::new().await;
    practice.trust(server.ca_pem());
    let mailbox = practice.imap_mailbox(&practice.derek, server.tls_port(), "derek", SECRET).await;
    (practice, mailbox)
}

async fn file(practice: &Practice) -> SqliteConnection {
    rows::open(&practice.data(), &practice.folder.path().join("clef")).await
}

async fn preview(practice: &Practice, mailbox: MailboxId) -> ServerDeletion {
    practice.core.handle(&practice.derek, PreviewServerDeletion { mailbox }).await.unwrap()
}

fn stay(why: StaysOnServer, messages: u64) -> StayingOnServer {
    StayingOnServer { why, messages }
}

/// Every UID that the journal says was deleted, each once.
async fn journaled(practice: &Practice) -> BTreeSet<u64> {
    let mut file = file(practice).await;
    let details: Vec<String> = sqlx::query_scalar("select detail from journal where act = 'removed_from_server'")
        .fetch_all(&mut file)
        .await
        .unwrap();
    let mut uids = BTreeSet::new();
    for detail in details {
        let detail: serde_json::Value = serde_json::from_str(&detail).unwrap();
        for uid in detail["uids"].as_array().unwrap() {
            assert!(uids.insert(uid.as_u64().unwrap()), "{uid} was deleted twice");
        }
    }
    uids
}

#[tokio::test(flavor = "multi_thread")]
async fn the_preview_says_what_would_go_and_what_stays_and_deletes_nothing() {
    let mut server = Dovecot::start(&[("derek", SECRET)]).unwrap();
    let (practice, mailbox) = practice_before(&server).await;
    let messages = deliver(&server, 1..=6);
    assert_eq!(fetch(&practice).await, Ok(6));
    deliver(&server, 7..=8);
    let spoilt = "update raw_message set zstd = substr(zstd, 1, length(zstd) / 2) where key = 2";
    let removed = "update raw_message set zstd = x'', purged_at = 1 where key = 3";
    for statement in [spoilt, removed] {
        assert_eq!(rows::change(&mut file(&practice).await, statement).await, 1);
    }
    let said = preview(&practice, mailbox.id).await;
    assert!(!said.wanted && said.trouble.is_none() && said.refused_at.is_none());
    let bytes: usize = [0, 3, 4, 5].iter().map(|number: &usize| messages[*number].len()).sum();
    assert_eq!((said.goes.messages, said.goes.bytes), (4, u64::try_from(bytes).unwrap()));
    assert!(said.goes.oldest.is_some() && said.goes.oldest <= said.goes.newest);
    let stays = [
        stay(StaysOnServer::NotYetKept, 2),
        stay(StaysOnServer::CopyDiffers, 1),
        stay(StaysOnServer::ContentRemoved, 1),
    ];
    assert_eq!(said.stays, stays);
    assert_eq!(server.count("derek").unwrap(), 8, "a preview deletes nothing");
    assert_eq!(journaled(&practice).await, BTreeSet::new());

    // What was said happens: the four, and the two that are kept by then.
    set_deletion(&practice, &mailbox, true).await;
    assert_eq!(fetch(&practice).await, Ok(2));
    assert_eq!(server.count("derek").unwrap(), 2);
    assert_eq!(journaled(&practice).await, BTreeSet::from([1, 4, 5, 6, 7, 8]));
    let said = preview(&practice, mailbox.id).await;
    assert_eq!((said.wanted, said.goes.messages), (true, 0));
    assert_eq!(said.stays, stays[1..]);

    // A server that does not answer: what is known here, and why it is no more.
    server.stop();
    let said = preview(&practice, mailbox.id).await;
    assert!(said.trouble.is_some());
    assert_eq!(said.stays, stays[1..]);
    // Everything comes again under new numbers, what had been removed here too.
    server.reset_uidvalidity("derek").unwrap();
    server.restart().unwrap();
    deliver(&server, 9..=10);
    assert!(fetch(&practice).await.is_ok());
    let said = preview(&practice, mailbox.id).await;
    assert_eq!(said.goes.messages, 0, "a person confirms first");
    assert!(said.stays.contains(&stay(StaysOnServer::UidValidityChanged, 3)), "{said:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_cannot_delete_single_messages_is_said_to_be_one() {
    let options = Options { without_uidplus: true, ..Options::default() };
    let server = Dovecot::start_with(&[("derek", SECRET)], options).unwrap();
    let (practice, mailbox) = practice_before(&server).await;
    deliver(&server, 1..=3);
    assert_eq!(fetch(&practice).await, Ok(3));
    let said = preview(&practice, mailbox.id).await;
    assert_eq!((said.goes.messages, said.stays), (0, vec![stay(StaysOnServer::NoSingleDeletion, 3)]));
}

#[tokio::test(flavor = "multi_thread")]
async fn copies_that_stay_for_good_keep_none_after_them_from_going() {
    let server = Dovecot::start(&[("derek", SECRET)]).unwrap();
    let (practice, mailbox) = practice_before(&server).await;
    deliver(&server, 1..=210);
    assert_eq!(fetch(&practice).await, Ok(210));
    let spoilt = "update raw_message set zstd = substr(zstd, 1, length(zstd) / 2) where key <= 205";
    assert_eq!(rows::change(&mut file(&practice).await, spoilt).await, 205);
    set_deletion(&practice, &mailbox, true).await;
    assert_eq!(fetch(&practice).await, Ok(0));
    assert_eq!(server.count("derek").unwrap(), 205);
    assert_eq!(journaled(&practice).await, (206..=210).collect());
}

/// By POP3 too, only what was read back and compared is marked.
#[tokio::test(flavor = "multi_thread")]
async fn a_copy_that_is_damaged_here_stays_on_a_pop3_server() {
    let server = Dovecot::start_with(&[("derek", SECRET)], Options { with_pop3: true, ..Options::default() }).unwrap();
    let practice = Practice::new().await;
    practice.trust(server.ca_pem());
    let connection = Connection::Pop3 {
        host: "localhost".to_owned(),
        port: server.pop3_stls_port(),
        tls: Tls::Starttls,
        account: "derek".to_owned(),
    };
    let call = AddMailbox {
        secret: Some(MailboxSecret(SECRET.to_owned())),
        apicrypt: Some(Apicrypt { key_id: "essai".to_owned(), ..Apicrypt::default() }),
        ..AddMailbox::new(MailboxKind::Apicrypt, "derek@medical.test", connection)
    };
    let mailbox = practice.core.handle(&practice.derek, call).await.unwrap();
    deliver(&server, 1..=3);
    assert_eq!(fetch(&practice).await, Ok(3));
    let spoilt = "update raw_message set zstd = substr(zstd, 1, length(zstd) / 2) where key = 2";
    assert_eq!(rows::change(&mut file(&practice).await, spoilt).await, 1);
    set_deletion(&practice, &mailbox, true).await;
    assert_eq!(fetch(&practice).await, Ok(0));
    assert_eq!(server.count("derek").unwrap(), 1, "the only whole copy was deleted");
    assert_eq!(journaled(&practice).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_refuses_is_asked_again_and_what_comes_arrives() {
    let server = Dovecot::start_with(&[("derek", SECRET)], Options { with_acl: true, ..Options::default() }).unwrap();
    server.set_groups([("derek", vec![])].into_iter()).unwrap();
    let (practice, mailbox) = practice_before(&server).await;
    let mut messages = deliver(&server, 1..=3);
    server.forbid_deletion("derek", true).unwrap();
    set_deletion(&practice, &mailbox, true).await;
    for expected in [3, 2] {
        assert_eq!(fetch(&practice).await, Ok(expected), "what is not deleted keeps nothing from arriving");
        let said = preview(&practice, mailbox.id).await;
        assert!(said.refused_at.is_some(), "{said:?}");
        assert_eq!(journaled(&practice).await, BTreeSet::new(), "what was not deleted is not said to be");
        if expected == 3 {
            messages.extend(deliver(&server, 4..=5));
        }
    }
    assert_eq!(server.count("derek").unwrap(), 5);
    server.forbid_deletion("derek", false).unwrap();
    assert_eq!(fetch(&practice).await, Ok(0));
    assert_eq!(server.count("derek").unwrap(), 0);
    assert_eq!(journaled(&practice).await, (1..=5).collect());
    assert_eq!(preview(&practice, mailbox.id).await.refused_at, None);
    holds_exactly(&practice, &messages).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whose_secret_is_refused_sees_why_nothing_was_asked() {
    let server = Dovecot::start(&[("derek", SECRET)]).unwrap();
    let practice = Practice::new().await;
    practice.trust(server.ca_pem());
    let mailbox = practice.imap_mailbox(&practice.derek, server.tls_port(), "derek", "faux").await;
    assert_eq!(preview(&practice, mailbox.id).await.trouble, Some(Trouble::LoginRefused));
}
