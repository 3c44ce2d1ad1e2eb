//! The server that takes what one sends: the test signs in on a real one and sends nothing.
#![cfg(unix)]
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

mod common;
#[path = "../../../tests/support/dovecot.rs"]
mod dovecot;
#[path = "common/scripted.rs"]
mod scripted;

use anyhow::Result;
use bannette_api::connection::{ConnectionReport, ConnectionStep, StepName, Trouble};
use bannette_api::mailboxes::Tls;
use bannette_mail::{Account, ClientCertificate, Limits, Secret, SignIn, Trust, test_smtp, test_smtp_within};
use common::{ALICE, SECRET, account, trust, users};
use dovecot::{Dovecot, Options};
use scripted::{over_tls, says};
use std::time::Duration;

fn blank() -> ConnectionReport {
    ConnectionReport { steps: Vec::new(), messages: None, quota: None, certificate: None }
}

async fn tried(account: &Account, trust: &Trust) -> ConnectionStep {
    let mut report = blank();
    test_smtp(account, trust, &mut report).await;
    assert_eq!((report.steps.len(), report.steps[0].step), (1, StepName::Smtp));
    report.steps.remove(0)
}

#[tokio::test]
async fn signs_in_both_ways_and_sends_nothing() -> Result<()> {
    let server = Dovecot::start_with(&users(), Options { with_submission: true, ..Options::default() })?;
    let trust = trust(&server)?;
    for (port, tls) in [(server.submissions_port(), Tls::Implicit), (server.submission_port(), Tls::Starttls)] {
        let step = tried(&account(port, tls), &trust).await;
        assert_eq!(step.trouble, None, "{}", server.log());
        assert!(step.detail.as_ref().unwrap().contains("TLS 1.3; 2090-01-01"), "{step:?}");
        assert!(step.detail.unwrap().contains("AUTH=PLAIN"));

        let mut wrong = account(port, tls);
        wrong.sign_in = SignIn::Password(Secret::new("wrong".to_owned()));
        assert_eq!(tried(&wrong, &trust).await.trouble, Some(Trouble::LoginRefused));
        // No token, no certificate stands in for what this server does not know.
        wrong.sign_in = SignIn::Token(Secret::new("token".to_owned()));
        assert_eq!(tried(&wrong, &trust).await.trouble, Some(Trouble::LoginRefused));
    }
    assert!(!server.log().contains("MAIL FROM") && !server.log().contains(SECRET), "{}", server.log());
    Ok(())
}

#[tokio::test]
async fn signs_in_by_a_certificate() -> Result<()> {
    let options = Options { with_submission: true, client_certificates: true, ..Options::default() };
    let server = Dovecot::start_with(&users(), options)?;
    let (certificate, key) = server.client_certificate(ALICE, false)?;
    for (port, tls) in [(server.submissions_port(), Tls::Implicit), (server.submission_port(), Tls::Starttls)] {
        let opened = ClientCertificate::open((certificate.clone() + &key).as_bytes(), &Secret::new(String::new()))?;
        let account = Account { sign_in: SignIn::Certificate(opened.certificate), ..account(port, tls) };
        assert_eq!(tried(&account, &trust(&server)?).await.trouble, None, "{}", server.log());
    }
    Ok(())
}

#[tokio::test]
async fn what_goes_wrong_is_told_apart() -> Result<()> {
    let server = Dovecot::start_with(&users(), Options { with_submission: true, ..Options::default() })?;
    let trust = trust(&server)?;
    // An IMAP server, one that speaks in clear where TLS is expected, and one that greets with rubbish.
    let imap = tried(&account(server.tls_port(), Tls::Implicit), &trust).await;
    assert_eq!(imap.trouble, Some(Trouble::NotSmtp));
    let clear = tried(&account(server.submission_port(), Tls::Implicit), &trust).await;
    assert_eq!(clear.trouble, Some(Trouble::NoTls));
    let rubbish = tried(&account(says("HTTP/1.1 400\r\n").await?, Tls::Starttls), &trust).await;
    assert_eq!(rubbish.trouble, Some(Trouble::NotSmtp));
    let full = tried(&account(says("421 later\r\n").await?, Tls::Starttls), &trust).await;
    assert_eq!(full.trouble, Some(Trouble::ServerFault));
    let limits = Limits { tls: Duration::from_millis(300), ..Limits::default() };
    let mut report = blank();
    test_smtp_within(&account(says("").await?, Tls::Starttls), &trust, &limits, &mut report).await;
    assert_eq!(report.steps[0].trouble, Some(Trouble::TimedOut));
    // Without STARTTLS nothing is said but hello.
    let plain = says("220 hello\r\n250 no more\r\n").await?;
    assert_eq!(tried(&account(plain, Tls::Starttls), &trust).await.trouble, Some(Trouble::NoTls));
    Ok(())
}

#[tokio::test]
async fn login_and_long_tokens_come_in_parts() -> Result<()> {
    let long = "t".repeat(600);
    let (port, trust) = over_tls(vec![
        ("", "220 ready\r\n".to_owned()),
        ("EHLO", "250-name\r\n250-SIZE 1\r\n250 AUTH LOGIN XOAUTH2\r\n".to_owned()),
        ("AUTH LOGIN YWxpY2VAZXhhbXBsZS50ZXN0", "334 UGFzc3dvcmQ6\r\n".to_owned()),
        ("c3ludGhldGljLXNlY3JldA==", "235 in\r\n".to_owned()),
        ("AUTH XOAUTH2\r\n", "334 \r\n".to_owned()),
        ("dXNlcj", "334 eyJzdGF0dXMiOiI0MDAifQ==\r\n".to_owned()),
        ("QUIT", "221 bye\r\n".to_owned()),
        ("\r\n", "535 no\r\n".to_owned()),
    ])
    .await?;
    assert_eq!(tried(&account(port, Tls::Implicit), &trust).await.trouble, None);
    let by_token = Account { sign_in: SignIn::Token(Secret::new(long)), ..account(port, Tls::Implicit) };
    assert_eq!(tried(&by_token, &trust).await.trouble, Some(Trouble::LoginRefused));
    Ok(())
}
