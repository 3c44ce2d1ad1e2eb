//! Accounts that need more than a password, through the core's calls: what is kept, what is shown, what is fetched, what
//! the connection test finds.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[path = "../../../tests/support/dovecot.rs"]
mod dovecot;
#[path = "../../../tests/support/practice.rs"]
mod practice;

use bannette_api::Failure;
use bannette_api::connection::{Doing, StepName, TestConnection, Trouble};
use bannette_api::failure::{Field, Why};
use bannette_api::mailboxes::{
    AddMailbox, CertificateFile, ChangeMailbox, Connection, ListMailboxSettings, MailboxKind, MailboxSecret,
    MailboxSettings, Outgoing, SignInWay, Tls,
};
use bannette_api::{MailboxId, Timestamp};
use bannette_core::Handle as _;
use base64::Engine as _;
use dovecot::{Authority, Dovecot, Options};
use practice::{Practice, caught_up, mail};

const DEREK: &str = "derek";

fn by_certificate(port: u16) -> Connection {
    let (host, account) = ("localhost".to_owned(), DEREK.to_owned());
    Connection::Imap { host, port, tls: Tls::Starttls, account, sign_in: SignInWay::Certificate }
}

fn file((certificate, key): &(String, String)) -> Option<CertificateFile> {
    let base64 = base64::engine::general_purpose::STANDARD.encode(certificate.clone() + key);
    Some(CertificateFile { base64, password: MailboxSecret(String::new()) })
}

fn adding(port: u16, certificate: Option<CertificateFile>) -> AddMailbox {
    AddMailbox { certificate, ..AddMailbox::new(MailboxKind::Mssante, "derek@medecin.test", by_certificate(port)) }
}

async fn settings(practice: &Practice, mailbox: MailboxId) -> MailboxSettings {
    let all = practice.core.handle(&practice.derek, ListMailboxSettings {}).await.unwrap();
    all.into_iter().find(|one| one.id == mailbox).unwrap()
}

fn test_of(mailbox: MailboxId) -> TestConnection {
    TestConnection { mailbox: Some(mailbox), connection: None, outgoing: None, certificate: None, secret: None }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_is_fetched_by_its_certificate() {
    let options = Options { client_certificates: true, with_submission: true, with_quota: true, ..Options::default() };
    let server = Dovecot::start_with(&[(DEREK, "unused")], options).unwrap();
    server.deliver(DEREK, &mail(1, "EXEMPLE", "N")).unwrap();
    let practice = Practice::new().await;
    practice.trust(server.ca_pem());
    practice.core.start_fetching();
    let certificate = server.client_certificate(DEREK, false).unwrap();
    let sends = Outgoing { host: "localhost".to_owned(), port: server.submission_port(), tls: Tls::Starttls };
    let outgoing = Some(sends.clone());
    let call = AddMailbox { outgoing: outgoing.clone(), ..adding(server.starttls_port(), file(&certificate)) };
    let added = practice.core.handle(&practice.derek, call).await.unwrap();
    let shown = added.certificate.clone().unwrap();
    assert_eq!((shown.subject.as_str(), shown.ends), (DEREK, Timestamp(3_786_912_000_000)));
    practice.until(&practice.derek, added.id, caught_up).await;
    practice.until_listed(&practice.derek, 1).await;

    let told = settings(&practice, added.id).await.told;
    assert_eq!(told.certificate_ends, Some(Timestamp(3_786_912_000_000)));
    assert_eq!(told.quota.map(|quota| quota.limit), Some(dovecot::QUOTA));

    let report = practice.core.handle(&practice.derek, test_of(added.id)).await.unwrap();
    assert!(report.steps.iter().all(|step| step.trouble.is_none()), "{report:?}");
    assert_eq!(report.steps.last().unwrap().step, StepName::Smtp);
    assert_eq!(report.quota.map(|quota| quota.limit), Some(dovecot::QUOTA));
    assert_eq!(report.certificate.unwrap().ends, Timestamp(3_786_912_000_000));

    // Typed settings that are the kept ones use what is kept; another server for sending is shown none of it.
    let typed = |outgoing| TestConnection { connection: Some(added.connection.clone()), outgoing, ..test_of(added.id) };
    let report = practice.core.handle(&practice.derek, typed(outgoing.clone())).await.unwrap();
    assert!(report.steps.iter().all(|step| step.trouble.is_none()), "{report:?}");
    let elsewhere = Outgoing { port: server.submissions_port(), ..sends };
    let refused = practice.core.handle(&practice.derek, typed(Some(elsewhere))).await;
    assert_eq!(refused, Err(Failure::Server { trouble: Trouble::CertificateMissing }));

    // Moved elsewhere, the kept certificate is forgotten: fetching waits for a person.
    let moved = by_certificate(server.tls_port());
    let change = ChangeMailbox { connection: moved, ..ChangeMailbox::keeping(&added) };
    assert_eq!(practice.core.handle(&practice.derek, change).await.unwrap().certificate, None);
    let waits = |why: Trouble| move |state: &bannette_api::connection::MailboxState| matches!(&state.doing, Doing::NeedsPerson { why: now, .. } if *now == why);
    practice.until(&practice.derek, added.id, waits(Trouble::CertificateMissing)).await;
    practice.core.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_no_certificate_is_refused_with_its_reason() {
    let practice = Practice::new().await;
    let authority = Authority::new("Authority").unwrap();
    let good = authority.issue_client(DEREK, false).unwrap();
    let expired = authority.issue_client(DEREK, true).unwrap();
    let other = authority.issue_client(DEREK, false).unwrap();
    let not_base64 = Some(CertificateFile { base64: "é".to_owned(), password: MailboxSecret(String::new()) });
    for (given, field, why) in [
        (file(&(good.0.clone(), other.1)), Field::Certificate, Why::Form),
        (file(&(good.0.clone(), String::new())), Field::Certificate, Why::Form),
        (not_base64, Field::Certificate, Why::Form),
        (file(&expired), Field::Certificate, Why::Expired),
        (Some(sealed(&good)), Field::CertificatePassword, Why::WrongPassword),
    ] {
        let refused = practice.core.handle(&practice.derek, adding(993, given)).await;
        assert_eq!(refused, Err(Failure::Invalid { field, why }));
    }
    assert_eq!(practice.core.handle(&practice.derek, ListMailboxSettings {}).await.unwrap(), []);
    practice.core.stop().await;
}

/// The certificate under a password, and another password.
fn sealed((certificate, key): &(String, String)) -> CertificateFile {
    let folder = tempfile::tempdir().unwrap();
    let (from, to) = (folder.path().join("a.pem"), folder.path().join("a.p12"));
    std::fs::write(&from, certificate.clone() + key).unwrap();
    let made = std::process::Command::new("openssl")
        .args(["pkcs12", "-export", "-passout", "pass:le-bon", "-in"])
        .args([from.as_os_str(), "-out".as_ref(), to.as_os_str()])
        .status();
    assert!(made.unwrap().success());
    let base64 = base64::engine::general_purpose::STANDARD.encode(std::fs::read(to).unwrap());
    CertificateFile { base64, password: MailboxSecret("un-autre".to_owned()) }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pop3_mailbox_is_fetched_once_and_removed_when_it_is_kept() {
    let options = Options { with_pop3: true, ..Options::default() };
    let server = Dovecot::start_with(&[(DEREK, "s1"), ("other", "s2")], options).unwrap();
    for number in 1..=120 {
        server.deliver(DEREK, &mail(number, "EXEMPLE", "N")).unwrap();
    }
    let practice = Practice::new().await;
    practice.trust(server.ca_pem());
    let pop3 = |account: &str| Connection::Pop3 {
        host: "localhost".to_owned(),
        port: server.pop3_stls_port(),
        tls: Tls::Starttls,
        account: account.to_owned(),
    };
    let apicrypt = bannette_api::mailboxes::Apicrypt { key_id: "essai".to_owned(), ..Default::default() };
    let call = AddMailbox {
        secret: Some(MailboxSecret("s1".to_owned())),
        apicrypt: Some(apicrypt),
        ..AddMailbox::new(MailboxKind::Apicrypt, "derek@medical.test", pop3(DEREK))
    };
    let added = practice.core.handle(&practice.derek, call).await.unwrap();
    let report = practice.core.handle(&practice.derek, test_of(added.id)).await.unwrap();
    assert!(report.steps.iter().all(|step| step.trouble.is_none()), "{report:?}");
    assert_eq!(report.messages, Some(120));

    let fetch = async || {
        let fetched = practice.core.fetch_once(&practice.derek, Some(added.id)).await.unwrap();
        fetched[0].outcome.clone().map(|summary| summary.messages.unwrap())
    };
    let counted = async || practice.core.handle(&practice.derek, bannette_api::dossiers::GetCounts {}).await.unwrap();
    assert_eq!(fetch().await, Ok(120));
    assert_eq!(fetch().await, Ok(0));
    server.deliver(DEREK, &mail(121, "EXEMPLE", "N")).unwrap();
    assert_eq!(fetch().await, Ok(1));
    assert_eq!((counted().await.team, server.count(DEREK).unwrap()), (121, 121));
    assert!(settings(&practice, added.id).await.told.certificate_ends.is_some());

    // Removed only where the owner wants it.
    let options = bannette_api::mailboxes::Options { delete_from_server: true, ..added.options.clone() };
    let change = ChangeMailbox { options, ..ChangeMailbox::keeping(&added) };
    let changed = practice.core.handle(&practice.derek, change).await.unwrap();
    assert_eq!(fetch().await, Ok(0));
    assert_eq!(server.count(DEREK).unwrap(), 0);

    // Another account: its unique-ids are others, even where they are the same.
    server.deliver("other", &mail(500, "MODELE", "N")).unwrap();
    let secret = Some(MailboxSecret("s2".to_owned()));
    let change = ChangeMailbox { connection: pop3("other"), secret, ..ChangeMailbox::keeping(&changed) };
    practice.core.handle(&practice.derek, change).await.unwrap();
    assert_eq!(fetch().await, Ok(1));
    assert_eq!((counted().await.team, server.count("other").unwrap()), (122, 0));
    practice.core.stop().await;
}
