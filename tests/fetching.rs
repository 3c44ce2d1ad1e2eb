//! Fetching from a real server: nothing lost, nothing doubled, and what goes wrong is said.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

#[path = "support/dovecot.rs"]
mod dovecot;
#[path = "support/practice.rs"]
mod practice;

use bannette_api::connection::{Doing, Trouble};
use bannette_api::dossiers::{OpenDossier, SetVisibility, Urgency, View, Visibility};
use bannette_api::journal::VerifyJournal;
use bannette_api::mailboxes::{ChangeMailbox, Connection, MailboxSecret, MailboxSettings, Options, Tls};
use bannette_api::people::Role;
use bannette_api::sharing::Level;
use bannette_core::Handle as _;
use dovecot::Dovecot;
use practice::{Practice, caught_up, mail};

fn change(mailbox: &MailboxSettings) -> ChangeMailbox {
    ChangeMailbox::keeping(mailbox)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_lies_on_the_server_arrives_and_what_comes_later_too() {
    let server = Dovecot::start(&[("derek", "secret-de-derek")]).unwrap();
    for number in 1..=250 {
        let flag = if number == 7 { "HH" } else { "N" };
        server.deliver("derek", &mail(number, "EXEMPLE", flag)).unwrap();
    }
    let practice = Practice::new().await;
    practice.trust(server.ca_pem());
    practice.core.start_fetching();
    let mailbox = practice.imap_mailbox(&practice.derek, server.tls_port(), "derek", "secret-de-derek").await;
    practice.until(&practice.derek, mailbox.id, caught_up).await;
    let rows = practice.list(&practice.derek, View::Critical).await.unwrap();
    assert_eq!(rows.len(), 1);
    let row = &rows[0];
    assert_eq!(row.urgency, Urgency::Critical);
    assert_eq!(row.patient.as_ref().unwrap().last_name, "EXEMPLE");
    assert_eq!(row.headline.as_ref().unwrap().label, "Potassium");
    assert_eq!((row.sender.as_str(), row.subject.as_str()), ("Laboratoire des Essais", "Resultats 7"));
    let counts = practice.core.handle(&practice.derek, bannette_api::dossiers::GetCounts {}).await.unwrap();
    assert_eq!((counts.team, counts.mine, counts.critical, counts.unidentified), (250, 250, 1, 0));

    // The server's flags are left alone.
    assert!(server.flags("derek").unwrap().iter().all(|flags| !flags.contains('S') && !flags.contains('T')));

    // One that comes while we listen.
    server.deliver("derek", &mail(251, "MODELE", "LL")).unwrap();
    let begun = std::time::Instant::now();
    while practice.list(&practice.derek, View::Critical).await.unwrap().len() < 2 {
        assert!(begun.elapsed().as_secs() < 10, "the new message did not arrive by itself");
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    let view = practice
        .core
        .handle(&practice.derek, OpenDossier { dossier: row.id, encoding: None, message: None })
        .await
        .unwrap();
    assert!(view.row.seen_by_me && view.may_validate);
    assert_eq!(view.report.sections[0].results[0].value.as_deref(), Some("4.2"));
    let journal = practice.core.handle(&practice.derek, VerifyJournal::default()).await.unwrap();
    assert_eq!(journal.faults, []);
    practice.core.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_bytes_in_two_mailboxes_are_one_dossier() {
    let server = Dovecot::start(&[("derek", "s1"), ("cabinet", "s2")]).unwrap();
    for number in 1..=3 {
        server.deliver("derek", &mail(number, "EXEMPLE", "H")).unwrap();
    }
    server.deliver("cabinet", &mail(2, "EXEMPLE", "H")).unwrap();
    server.deliver("cabinet", &mail(4, "MODELE", "N")).unwrap();
    let practice = Practice::new().await;
    practice.trust(server.ca_pem());
    let first = practice.imap_mailbox(&practice.derek, server.tls_port(), "derek", "s1").await;
    let second = practice.imap_mailbox(&practice.derek, server.tls_port(), "cabinet", "s2").await;
    let (reader, person) = practice.person("piscine", Role::Secretary).await;
    practice.share(&practice.derek, second.id, &[(person.id, Level::Read)]).await;
    practice.core.start_fetching();
    practice.until(&practice.derek, first.id, caught_up).await;
    practice.until(&practice.derek, second.id, caught_up).await;
    let rows = practice.list(&practice.derek, View::Team).await.unwrap();
    assert_eq!(rows.len(), 4);
    let both = rows.iter().find(|row| row.mailboxes.len() == 2).unwrap();
    assert_eq!(both.subject, "Resultats 2");
    let counts = practice.core.handle(&practice.derek, bannette_api::dossiers::GetCounts {}).await.unwrap();
    assert_eq!((counts.team, counts.abnormal), (4, 3));
    // Whoever reads one of the two sees the dossier, and the other mailbox not even by name.
    let theirs = practice.list(&reader, View::Team).await.unwrap();
    assert_eq!(theirs.len(), 2);
    assert!(theirs.iter().all(|row| row.mailboxes == [second.id]));
    let counts = practice.core.handle(&reader, bannette_api::dossiers::GetCounts {}).await.unwrap();
    assert_eq!((counts.team, counts.abnormal, counts.mine), (2, 1, 0));
    practice.core.stop().await;
}

/// What counts what a reader does not see is told to the owner alone: while it comes in, and when it has.
#[tokio::test(flavor = "multi_thread")]
async fn numbers_of_a_reception_are_told_to_the_owner_alone() {
    let mut server = Dovecot::start(&[("derek", "s1")]).unwrap();
    for number in 1..=400 {
        server.deliver("derek", &mail(number, "EXEMPLE", "N")).unwrap();
    }
    let practice = Practice::new().await;
    practice.trust(server.ca_pem());
    let (reader, person) = practice.person("piscine", Role::Secretary).await;
    let mailbox = practice.imap_mailbox(&practice.derek, server.tls_port(), "derek", "s1").await;
    practice.share(&practice.derek, mailbox.id, &[(person.id, Level::Read)]).await;
    let fetched = async |session| {
        let fetched = practice.core.fetch_once(session, None).await.unwrap();
        fetched[0].outcome.clone().map(|summary| summary.messages)
    };
    // Everything is shared by itself; some of it becomes confidential.
    assert_eq!(fetched(&practice.derek).await, Ok(Some(400)));
    let dossiers = practice.list(&practice.derek, View::Team).await.unwrap().iter().map(|row| row.id).collect();
    let call = SetVisibility { dossiers, mailbox: None, visibility: Visibility::Confidential };
    practice.core.handle(&practice.derek, call).await.unwrap();
    server.deliver("derek", &mail(401, "EXEMPLE", "N")).unwrap();
    assert_eq!(fetched(&reader).await, Ok(None), "it was fetched, and that is all a reader is told");

    // The server's numbers change: all of it comes once more, the confidential ones among it.
    server.stop();
    server.reset_uidvalidity("derek").unwrap();
    server.restart().unwrap();
    practice.core.start_fetching();
    let mut owner_saw_numbers = false;
    let begun = std::time::Instant::now();
    loop {
        let (owners, readers) =
            (practice.state(&practice.derek, mailbox.id).await, practice.state(&reader, mailbox.id).await);
        owner_saw_numbers |= matches!(owners.doing, Doing::CatchingUp { .. });
        assert!(!matches!(readers.doing, Doing::CatchingUp { .. }), "{readers:?}");
        if caught_up(&owners) && owner_saw_numbers {
            break;
        }
        assert!(begun.elapsed().as_secs() < 30, "nothing came again: {owners:?}");
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
    practice.core.stop().await;
}

/// Files that are left in a folder whose arrivals wait for the owner are counted to the owner alone.
#[tokio::test(flavor = "multi_thread")]
async fn files_that_are_left_are_counted_to_readers_only_where_all_is_shared() {
    let practice = Practice::new().await;
    let folder = practice.folder.path().join("depot");
    std::fs::create_dir(&folder).unwrap();
    std::fs::File::create(folder.join("geant.pdf")).unwrap().set_len(300 * 1024 * 1024).unwrap();
    let (reader, person) = practice.person("piscine", Role::Secretary).await;
    let mut mailbox = practice.folder_mailbox(&practice.derek, &folder).await;
    practice.share(&practice.derek, mailbox.id, &[(person.id, Level::Read)]).await;
    let left = [Trouble::FilesLeft { too_large: 1, empty: 0, unreadable: 0 }];
    for auto_share in [true, false] {
        let mut options = change(&mailbox);
        options.options.auto_share = auto_share;
        mailbox = practice.core.handle(&practice.derek, options).await.unwrap();
        practice.core.fetch_once(&practice.derek, None).await.unwrap();
        assert_eq!(practice.state(&practice.derek, mailbox.id).await.beside, left);
        let told = practice.state(&reader, mailbox.id).await.beside;
        assert_eq!(told, if auto_share { &left[..] } else { &[] });
        let fetched = practice.core.fetch_once(&reader, None).await.unwrap();
        assert_eq!(fetched[0].beside, told);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_is_kept_is_removed_and_another_clients_deletions_are_left() {
    let server = Dovecot::start(&[("derek", "s1")]).unwrap();
    for number in 1..=5 {
        server.deliver("derek", &mail(number, "EXEMPLE", "N")).unwrap();
    }
    let practice = Practice::new().await;
    practice.trust(server.ca_pem());
    let mailbox = practice.imap_mailbox(&practice.derek, server.tls_port(), "derek", "s1").await;
    practice.core.start_fetching();
    practice.until(&practice.derek, mailbox.id, caught_up).await;
    assert_eq!(server.count("derek").unwrap(), 5, "without the owner's wish nothing is removed");
    let options = Options { delete_from_server: true, ..mailbox.options.clone() };
    let wanted = ChangeMailbox { options, ..change(&mailbox) };
    practice.core.handle(&practice.derek, wanted).await.unwrap();
    let begun = std::time::Instant::now();
    while server.count("derek").unwrap() > 0 {
        assert!(begun.elapsed().as_secs() < 20, "{} left", server.count("derek").unwrap());
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(practice.list(&practice.derek, View::Team).await.unwrap().len(), 5);
    practice.core.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_uidvalidity_doubles_nothing_and_stops_deletion() {
    let mut server = Dovecot::start(&[("derek", "s1")]).unwrap();
    for number in 1..=4 {
        server.deliver("derek", &mail(number, "EXEMPLE", "N")).unwrap();
    }
    let practice = Practice::new().await;
    practice.trust(server.ca_pem());
    let mailbox = practice.imap_mailbox(&practice.derek, server.tls_port(), "derek", "s1").await;
    practice.core.fetch_once(&practice.derek, None).await.unwrap();
    assert_eq!(practice.list(&practice.derek, View::Team).await.unwrap().len(), 4);
    server.stop();
    server.reset_uidvalidity("derek").unwrap();
    server.restart().unwrap();
    server.deliver("derek", &mail(5, "MODELE", "N")).unwrap();
    let options = Options { delete_from_server: true, ..mailbox.options.clone() };
    // Deletion was on when the numbers changed: it stops until a person confirms.
    let wanted = ChangeMailbox { options: options.clone(), ..change(&mailbox) };
    practice.core.handle(&practice.derek, wanted.clone()).await.unwrap();
    let fetched = practice.core.fetch_once(&practice.derek, None).await.unwrap();
    assert!(fetched[0].outcome.is_ok(), "{fetched:?}");
    assert_eq!(practice.list(&practice.derek, View::Team).await.unwrap().len(), 5);
    assert_eq!(server.count("derek").unwrap(), 5, "nothing may be removed under new numbers");
    // The person confirms by switching it off and on.
    let off = ChangeMailbox { options: Options::default(), ..change(&mailbox) };
    practice.core.handle(&practice.derek, off).await.unwrap();
    practice.core.handle(&practice.derek, wanted).await.unwrap();
    practice.core.fetch_once(&practice.derek, None).await.unwrap();
    assert_eq!(server.count("derek").unwrap(), 0);
    practice.core.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_secret_stops_after_three_tries_and_a_right_one_goes_on() {
    let server = Dovecot::start(&[("derek", "s1")]).unwrap();
    server.deliver("derek", &mail(1, "EXEMPLE", "N")).unwrap();
    let practice = Practice::new().await;
    practice.trust(server.ca_pem());
    let mailbox = practice.imap_mailbox(&practice.derek, server.tls_port(), "derek", "faux").await;
    practice.core.start_fetching();
    let refused = |state: &bannette_api::connection::MailboxState| {
        matches!(&state.doing, Doing::NeedsPerson { why: Trouble::LoginRefused, .. })
    };
    practice.until(&practice.derek, mailbox.id, refused).await;
    let wanted = ChangeMailbox { secret: Some(MailboxSecret("s1".to_owned())), ..change(&mailbox) };
    practice.core.handle(&practice.derek, wanted).await.unwrap();
    practice.until(&practice.derek, mailbox.id, caught_up).await;
    assert_eq!(practice.list(&practice.derek, View::Team).await.unwrap().len(), 1);
    practice.core.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_goes_away_is_waited_for() {
    let mut server = Dovecot::start(&[("derek", "s1")]).unwrap();
    server.deliver("derek", &mail(1, "EXEMPLE", "N")).unwrap();
    let practice = Practice::new().await;
    practice.trust(server.ca_pem());
    let mailbox = practice.imap_mailbox(&practice.derek, server.tls_port(), "derek", "s1").await;
    practice.core.start_fetching();
    practice.until(&practice.derek, mailbox.id, caught_up).await;
    server.stop();
    let waits = |state: &bannette_api::connection::MailboxState| matches!(state.doing, Doing::Waiting { .. });
    practice.until(&practice.derek, mailbox.id, waits).await;
    server.restart().unwrap();
    server.deliver("derek", &mail(2, "MODELE", "N")).unwrap();
    practice.until_listed(&practice.derek, 2).await;
    practice.core.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_is_a_source_too() {
    let practice = Practice::new().await;
    let folder = practice.folder.path().join("depot");
    std::fs::create_dir(&folder).unwrap();
    let mut generator = bannette_synthetic::Generator::new(5);
    for _ in 0..20 {
        let (name, bytes) = generator.hprim_file();
        std::fs::write(folder.join(name), bytes).unwrap();
    }
    std::fs::write(folder.join("illisible.bin"), [0u8, 159, 146, 150]).unwrap();
    practice.core.start_fetching();
    let mailbox = practice.folder_mailbox(&practice.derek, &folder).await;
    let rows = practice.until_listed(&practice.derek, 21).await;
    assert_eq!(rows.iter().filter(|row| row.patient.is_none()).count(), 1, "what is not understood is listed too");
    // The same file under another name is the same result.
    let copied = std::fs::read_dir(&folder).unwrap().next().unwrap().unwrap().path();
    std::fs::copy(copied, folder.join("copie.hpr")).unwrap();
    tokio::time::sleep(std::time::Duration::from_secs(6)).await;
    assert_eq!(practice.list(&practice.derek, View::Team).await.unwrap().len(), 21);
    assert!(practice.state(&practice.derek, mailbox.id).await.last_success.is_some());
    practice.core.stop().await;
}

/// Some servers give every INBOX the same UIDVALIDITY: a message of the next account has the number of one of the former's.
#[tokio::test(flavor = "multi_thread")]
async fn another_account_with_the_same_numbers_loses_nothing() {
    let server = Dovecot::start(&[("derek", "s1"), ("anne", "s2")]).unwrap();
    for number in 1..=3 {
        server.deliver("derek", &mail(number, "EXEMPLE", "N")).unwrap();
        server.deliver("anne", &mail(10 + number, "MODELE", "N")).unwrap();
    }
    let practice = Practice::new().await;
    practice.trust(server.ca_pem());
    let mailbox = practice.imap_mailbox(&practice.derek, server.tls_port(), "derek", "s1").await;
    practice.core.fetch_once(&practice.derek, None).await.unwrap();
    assert_eq!(practice.list(&practice.derek, View::Team).await.unwrap().len(), 3);
    server.number_as("anne", "derek").unwrap();

    let options = Options { delete_from_server: true, ..mailbox.options.clone() };
    let connection = Connection::imap("localhost", server.tls_port(), Tls::Implicit, "anne");
    let secret = Some(MailboxSecret("s2".to_owned()));
    let call = ChangeMailbox { connection, options, secret, ..change(&mailbox) };
    practice.core.handle(&practice.derek, call).await.unwrap();
    practice.core.fetch_once(&practice.derek, None).await.unwrap();
    let subjects: std::collections::BTreeSet<String> =
        practice.list(&practice.derek, View::Team).await.unwrap().into_iter().map(|row| row.subject).collect();
    let expected = [1, 2, 3, 11, 12, 13].map(|number| format!("Resultats {number}"));
    assert_eq!(subjects, expected.into_iter().collect());
    assert_eq!((server.count("anne").unwrap(), server.count("derek").unwrap()), (0, 3));
    practice.core.stop().await;
}
