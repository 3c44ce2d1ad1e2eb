//! POP3 against a real server: both ways in, listing, fetching every byte, removing just what was named.
#![cfg(unix)]
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

mod common;
#[path = "../../../tests/support/dovecot.rs"]
mod dovecot;
#[path = "common/scripted.rs"]
mod scripted;

use anyhow::Result;
use bannette_api::connection::{StepName, Trouble};
use bannette_api::mailboxes::Tls;
use bannette_mail::{Account, MailError, Pop3Session, Secret, SignIn, Trust, test_pop3};
use common::{ALICE, SECRET, account, message, trust, users};
use dovecot::{Dovecot, Options};
use scripted::{answers, over_tls, says};

fn server() -> Result<Dovecot> {
    Dovecot::start_with(&users(), Options { with_pop3: true, ..Options::default() })
}

#[tokio::test]
async fn fetches_every_byte_both_ways_and_removes_what_was_named() -> Result<()> {
    let server = server()?;
    let mut sent: Vec<Vec<u8>> = (0..30).map(message).collect();
    sent[3] = b"Subject: dots\r\n\r\n.\r\n..\r\n.a\r\nend\r\n".to_vec();
    sent[4] = (0..=255).collect::<Vec<u8>>().repeat(50).into_iter().filter(|b| !b"\r\n\0".contains(b)).collect();
    sent[4].extend_from_slice(b"\r\n");
    server.deliver_many(ALICE, sent.iter().cloned())?;
    let trust = trust(&server)?;
    let mut ids = Vec::new();
    for (port, tls) in [(server.pop3_port(), Tls::Implicit), (server.pop3_stls_port(), Tls::Starttls)] {
        let mut session = Pop3Session::connect(&account(port, tls), &trust).await?;
        assert!(session.certificate().is_some_and(|shown| shown.issuer.contains("Bannette test authority")));
        let listed = session.list().await?.messages;
        assert_eq!(listed.len(), 30);
        for (listed, sent) in listed.iter().zip(&sent) {
            assert!(session.fetch(listed).await? == *sent, "message {}", listed.number);
        }
        ids.push(listed.into_iter().map(|one| one.unique_id).collect::<Vec<_>>());
        session.quit().await?;
    }
    // The same by the same names, over sessions.
    assert_eq!(ids[0], ids[1]);

    // Marked and dropped: nothing is gone. Marked and quit: these two, and no other.
    for quit in [false, true] {
        let mut session = Pop3Session::connect(&account(server.pop3_port(), Tls::Implicit), &trust).await?;
        let listed = session.list().await?.messages;
        assert_eq!(listed.len(), 30);
        session.mark(&listed[1]).await?;
        session.mark(&listed[7]).await?;
        if quit { session.quit().await? } else { drop(session) }
    }
    let mut session = Pop3Session::connect(&account(server.pop3_port(), Tls::Implicit), &trust).await?;
    let left: Vec<String> = session.list().await?.messages.into_iter().map(|one| one.unique_id).collect();
    let expected: Vec<String> =
        ids[0].iter().enumerate().filter(|(place, _)| ![1, 7].contains(place)).map(|(_, id)| id.clone()).collect();
    assert_eq!(left, expected);
    Ok(())
}

/// What connecting ends in; the connection test finds the same.
async fn trouble(account: &Account, trust: &Trust, step: StepName) -> Trouble {
    let error = Pop3Session::connect(account, trust).await.map(|_| ()).unwrap_err();
    let report = test_pop3(account, trust).await;
    let last = report.steps.last().unwrap();
    assert_eq!((last.step, last.trouble.clone()), (step, Some(error.trouble())), "{report:?}");
    error.trouble()
}

#[tokio::test]
async fn troubles_have_their_names() -> Result<()> {
    let server = server()?;
    let trust = trust(&server)?;
    let mut wrong = account(server.pop3_port(), Tls::Implicit);
    wrong.sign_in = SignIn::Password(Secret::new("wrong".to_owned()));
    assert_eq!(trouble(&wrong, &trust, StepName::Login).await, Trouble::LoginRefused);
    let imap = account(server.tls_port(), Tls::Implicit);
    assert_eq!(trouble(&imap, &trust, StepName::Login).await, Trouble::NotPop3);
    let rubbish = account(says("220 smtp\r\n").await?, Tls::Starttls);
    assert_eq!(trouble(&rubbish, &trust, StepName::Tls).await, Trouble::NotPop3);
    let without = account(answers(&["+OK ready\r\n", "-ERR no\r\n"]).await?, Tls::Starttls);
    assert_eq!(trouble(&without, &trust, StepName::Tls).await, Trouble::NoTls);
    let nobody = Trust::load(None)?.0;
    let found = trouble(&account(server.pop3_port(), Tls::Implicit), &nobody, StepName::Tls).await;
    assert_eq!(found, Trouble::CertificateUntrusted);
    assert!(!server.log().contains(SECRET));
    // In clear, to this post and to nobody else.
    let local = account(says("+OK ready\r\n-ERR\r\n+OK\r\n+OK in\r\n").await?, Tls::Local);
    Pop3Session::connect(&local, &trust).await?;
    let elsewhere = Account { host: "0.0.0.1".to_owned(), ..local };
    assert!(Pop3Session::connect(&elsewhere, &trust).await.is_err());
    Ok(())
}

#[tokio::test]
async fn the_connection_test_tells_each_step_and_changes_nothing() -> Result<()> {
    let server = server()?;
    server.deliver_many(ALICE, (0..3).map(message))?;
    let report = test_pop3(&account(server.pop3_stls_port(), Tls::Starttls), &trust(&server)?).await;
    assert!(report.steps.len() == 6 && report.steps.iter().all(|step| step.trouble.is_none()), "{report:?}");
    assert!(report.steps[5].detail.as_ref().unwrap().contains("UIDL"));
    assert_eq!((report.messages, server.count(ALICE)?), (Some(3), 3));
    Ok(())
}

#[tokio::test]
async fn hostile_answers_end_the_session() -> Result<()> {
    let list = "+OK\r\n1 5\r\n.\r\n";
    for (uidl, retr, expected) in [
        ("-ERR what\r\n", "", MailError::CommandRefused),
        ("+OK\r\nrubbish\r\n.\r\n", "", MailError::ServerFault),
        ("+OK\r\n1 id\r\n.\r\n", "-ERR gone\r\n", MailError::CommandRefused),
        ("+OK\r\n1 id\r\n.\r\n", "endless", MailError::ServerFault),
    ] {
        let retr = if retr == "endless" { format!("+OK\r\n{}", "x".repeat(200_000)) } else { retr.to_owned() };
        let mut session = session_of(list, uidl, &retr).await?;
        let ended = async {
            let listed = session.list().await?;
            session.fetch(&listed.messages[0]).await
        };
        assert_eq!(ended.await, Err(expected), "{uidl}");
    }
    Ok(())
}

/// A session with a server that lists and gives this.
async fn session_of(list: &str, uidl: &str, retr: &str) -> Result<Pop3Session> {
    let (port, trust) = over_tls(vec![
        ("", "+OK ready\r\n".to_owned()),
        ("CAPA", "-ERR\r\n".to_owned()),
        ("USER", "+OK\r\n".to_owned()),
        ("PASS", "+OK\r\n".to_owned()),
        ("LIST", list.to_owned()),
        ("UIDL", uidl.to_owned()),
        ("RETR", retr.to_owned()),
        ("QUIT", "+OK\r\n".to_owned()),
    ])
    .await?;
    Ok(Pop3Session::connect(&account(port, Tls::Implicit), &trust).await?)
}

#[tokio::test]
async fn a_message_that_cannot_be_known_again_does_not_hold_up_the_others() -> Result<()> {
    let long = "x".repeat(300);
    let uidl = format!("+OK\r\n1 \r\n2\r\n3 of another\r\n4 {long}\r\n5 five\r\n6 \u{e9}\r\n.\r\n");
    let list = "+OK\r\n1 5\r\n2 5\r\n4 5\r\n5 5\r\n6 5\r\n.\r\n";
    let listed = session_of(list, &uidl, "").await?.list().await?;
    assert_eq!(listed.messages.iter().map(|one| one.unique_id.as_str()).collect::<Vec<_>>(), [long.as_str(), "five"]);
    assert_eq!(listed.nameless, 4);
    Ok(())
}

#[tokio::test]
async fn a_point_between_bare_line_feeds_does_not_end_a_message() -> Result<()> {
    let (list, uidl) = ("+OK\r\n1 60\r\n.\r\n", "+OK\r\n1 one\r\n.\r\n");
    let retr = "+OK\r\nSubject: x\r\n\r\nbefore\n.\n..\n+OK\nafter\r\n..stuffed\r\n.\r\n";
    let mut session = session_of(list, uidl, retr).await?;
    let listed = session.list().await?;
    let got = session.fetch(&listed.messages[0]).await?;
    let expected = b"Subject: x\r\n\r\nbefore\n.\n..\n+OK\nafter\r\n.stuffed\r\n";
    assert_eq!(String::from_utf8_lossy(&got), String::from_utf8_lossy(expected));
    session.quit().await?;

    // A server all of whose lines end so.
    let mut session = session_of(list, uidl, "+OK\nSubject: x\n\nbefore\n..\nafter\n.\n").await?;
    let listed = session.list().await?;
    let got = session.fetch(&listed.messages[0]).await?;
    assert_eq!(String::from_utf8_lossy(&got), "Subject: x\r\n\r\nbefore\r\n.\r\nafter\r\n");
    session.quit().await?;
    Ok(())
}
