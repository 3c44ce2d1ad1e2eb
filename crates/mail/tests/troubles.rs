//! Every trouble outside has its own name: held against a real server, and where that behaves too well, a scripted one.
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
use bannette_mail::{Account, ImapSession, Limits, MailError, Secret, SignIn, Trust, test_imap, test_imap_within};
use base64::Engine as _;
use common::{ALICE, SECRET, account, fetch_all, message, trust, users};
use dovecot::{Dovecot, Options};
use scripted::{Then, answers, over_tls, proxy, says};
use std::time::{Duration, Instant};

/// Limits that a test can wait for.
fn short() -> Limits {
    let short = Duration::from_millis(400);
    Limits { tls: short, silence: short, ..Limits::default() }
}

/// The trouble that connecting ends in; the connection test must find the same, at this step.
async fn trouble_of(account: &Account, trust: &Trust, step: StepName) -> Trouble {
    trouble_within(&Limits::default(), account, trust, step).await
}

async fn trouble_within(limits: &Limits, account: &Account, trust: &Trust, step: StepName) -> Trouble {
    let error = ImapSession::connect_within(account, trust, limits).await.map(|_| ()).unwrap_err();
    let report = test_imap_within(account, trust, limits).await;
    let last = report.steps.last().unwrap();
    assert_eq!((last.step, last.trouble.as_ref()), (step, Some(&error.trouble())), "{report:?}");
    assert!(report.steps.iter().rev().skip(1).all(|step| step.trouble.is_none()));
    assert_eq!(report.messages, None);
    error.trouble()
}

fn nobody() -> Result<Trust> {
    Ok(Trust::load(None)?.0)
}

/// A port at which nothing listens.
fn closed_port() -> Result<u16> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

#[tokio::test]
async fn a_wrong_name_is_not_found() -> Result<()> {
    for host in ["no-such-server.test", "imap..test", "imap server.test", ""] {
        let account = Account { host: host.to_owned(), ..account(993, Tls::Implicit) };
        let found = trouble_of(&account, &nobody()?, StepName::Name).await;
        assert_eq!(found, Trouble::NameNotFound { host: host.to_owned() });
    }
    Ok(())
}

#[tokio::test]
async fn nothing_listens() -> Result<()> {
    let port = closed_port()?;
    let found = trouble_of(&account(port, Tls::Implicit), &nobody()?, StepName::Connect).await;
    assert_eq!(found, Trouble::Refused { host: "localhost".to_owned(), port });
    Ok(())
}

#[tokio::test]
async fn a_wrong_secret_or_account_is_refused() -> Result<()> {
    let server = Dovecot::start(&users())?;
    let trust = trust(&server)?;
    for (name, secret) in [(ALICE, "wrong"), (ALICE, ""), ("nobody@example.test", SECRET)] {
        for (port, tls) in [(server.tls_port(), Tls::Implicit), (server.starttls_port(), Tls::Starttls)] {
            let mut account = account(port, tls);
            account.account = name.to_owned();
            account.sign_in = SignIn::Password(Secret::new(secret.to_owned()));
            assert_eq!(trouble_of(&account, &trust, StepName::Login).await, Trouble::LoginRefused);
        }
    }
    assert!(!server.log().contains(SECRET));
    Ok(())
}

#[tokio::test]
async fn certificates_that_are_not_believed() -> Result<()> {
    let wrong_name = Trouble::CertificateWrongName { host: "localhost".to_owned() };
    let usual = Options::default();
    for (options, expected) in [
        (Options { expired_certificate: true, ..usual }, Trouble::CertificateExpired),
        (Options { foreign_ca: true, ..usual }, Trouble::CertificateUntrusted),
        (Options { wrong_name: true, ..usual }, wrong_name),
    ] {
        let server = Dovecot::start_with(&users(), options)?;
        for (port, tls) in [(server.tls_port(), Tls::Implicit), (server.starttls_port(), Tls::Starttls)] {
            let found = trouble_of(&account(port, tls), &trust(&server)?, StepName::Tls).await;
            assert_eq!(found, expected, "{options:?}");
        }
        // No secret went out.
        assert!(!server.log().contains("Login:"), "{}", server.log());
    }
    Ok(())
}

#[tokio::test]
async fn ports_without_encryption() -> Result<()> {
    let server = Dovecot::start_with(&users(), Options { without_tls: true, ..Options::default() })?;
    for tls in [Tls::Implicit, Tls::Starttls] {
        let found = trouble_of(&account(server.starttls_port(), tls), &trust(&server)?, StepName::Tls).await;
        assert_eq!(found, Trouble::NoTls, "{tls:?}");
    }
    assert!(!server.log().contains("Login:"), "{}", server.log());

    let server = Dovecot::start(&users())?;
    let found = trouble_of(&account(server.starttls_port(), Tls::Implicit), &trust(&server)?, StepName::Tls).await;
    assert_eq!(found, Trouble::NoTls);
    // The other way round both sides wait for the other.
    let account = account(server.tls_port(), Tls::Starttls);
    let found = trouble_within(&short(), &account, &trust(&server)?, StepName::Tls).await;
    assert_eq!(found, Trouble::TimedOut);
    Ok(())
}

#[tokio::test]
async fn clear_text_before_encryption_is_not_believed() -> Result<()> {
    let open = answers(&["* PREAUTH welcome\r\n", "b0 OK go\r\n"]).await?;
    let found = trouble_of(&account(open, Tls::Starttls), &nobody()?, StepName::Tls).await;
    assert_eq!(found, Trouble::NoTls);
    // Answers that were injected behind the one to STARTTLS.
    let injected = answers(&["* OK hello\r\n", "b0 OK go\r\nb1 OK\r\nb2 OK logged in\r\n"]).await?;
    let found = trouble_of(&account(injected, Tls::Starttls), &nobody()?, StepName::Tls).await;
    assert_eq!(found, Trouble::NoTls);
    Ok(())
}

#[tokio::test]
async fn what_does_not_speak_imap() -> Result<()> {
    for greeting in [
        "HTTP/1.1 400 Bad Request\r\n\r\n",
        "220 mail.test ESMTP\r\n",
        "+OK POP3\r\n",
        "SSH-2.0-x\r\n",
        "login: ",
        "\r\n",
    ] {
        let port = says(greeting).await?;
        let found = trouble_of(&account(port, Tls::Starttls), &nobody()?, StepName::Tls).await;
        assert_eq!(found, Trouble::NotImap, "{greeting}");
    }
    let (port, trust) = over_tls(vec![("", "HTTP/1.1 400 Bad Request\r\n\r\n".to_owned())]).await?;
    let found = trouble_of(&account(port, Tls::Implicit), &trust, StepName::Login).await;
    assert_eq!(found, Trouble::NotImap);
    Ok(())
}

#[tokio::test]
async fn silence_ends_at_the_limit() -> Result<()> {
    let port = says("").await?;
    for tls in [Tls::Implicit, Tls::Starttls] {
        let begin = Instant::now();
        let found = trouble_within(&short(), &account(port, tls), &nobody()?, StepName::Tls).await;
        assert_eq!(found, Trouble::TimedOut);
        assert!(begin.elapsed() < Duration::from_secs(5));
    }
    Ok(())
}

#[tokio::test]
async fn a_server_that_breaks_off_at_any_byte() -> Result<()> {
    let server = Dovecot::start(&users())?;
    server.deliver_many(ALICE, (0..40).map(message))?;
    let trust = trust(&server)?;
    for (then, expected) in [(Then::Close, MailError::Interrupted), (Then::FallSilent, MailError::TimedOut)] {
        for bytes in [0, 1, 500, 1_500, 2_500, 3_500, 20_000, 100_000] {
            let port = proxy(server.tls_port(), bytes, then).await?;
            let limits = if expected == MailError::TimedOut { short() } else { Limits::default() };
            let ended = fetch_from(port, &trust, &limits).await;
            assert_eq!(ended, Err(expected.clone()), "after {bytes} bytes");
        }
    }
    // The proxy itself is not the reason.
    let port = proxy(server.tls_port(), usize::MAX, Then::Close).await?;
    assert_eq!(fetch_from(port, &trust, &Limits::default()).await, Ok(40));
    Ok(())
}

async fn fetch_from(port: u16, trust: &Trust, limits: &Limits) -> Result<usize, MailError> {
    let mut session = ImapSession::connect_within(&account(port, Tls::Implicit), trust, limits).await?;
    session.open_inbox().await?;
    let listed = session.list_from(1).await?;
    Ok(fetch_all(&mut session, &listed).await?.iter().map(Vec::len).sum())
}

#[tokio::test]
async fn a_dead_connection_is_found_out_after_a_wait() -> Result<()> {
    let server = Dovecot::start(&users())?;
    let port = proxy(server.tls_port(), 3_000, Then::FallSilent).await?;
    // Enough bytes to come as far as IDLE are not known beforehand: any step may find it out.
    let ended = async {
        let mut session =
            ImapSession::connect_within(&account(port, Tls::Implicit), &trust(&server)?, &short()).await?;
        session.open_inbox().await?;
        for _ in 0..100 {
            session.wait(Duration::from_millis(1)).await?;
        }
        anyhow::Ok(())
    };
    let error = ended.await.unwrap_err().downcast::<MailError>()?;
    assert_eq!(error, MailError::TimedOut);
    Ok(())
}

#[tokio::test]
async fn the_connection_test_tells_each_step() -> Result<()> {
    let server = Dovecot::start(&users())?;
    server.deliver_many(ALICE, (0..3).map(message))?;
    for (port, tls) in [(server.tls_port(), Tls::Implicit), (server.starttls_port(), Tls::Starttls)] {
        let report = test_imap(&account(port, tls), &trust(&server)?).await;
        let steps: Vec<_> = report.steps.iter().map(|step| step.step).collect();
        use StepName::{Capabilities, Connect, Inbox, Login, Name, Tls};
        assert_eq!(steps, [Name, Connect, Tls, Login, Inbox, Capabilities]);
        assert!(report.steps.iter().all(|step| step.trouble.is_none()), "{report:?}");
        let details: Vec<_> = report.steps.iter().map(|step| step.detail.clone().unwrap_or_default()).collect();
        assert!(details[0].contains("127.0.0.1"), "{details:?}");
        assert_eq!(details[1], format!("127.0.0.1:{port}"));
        assert_eq!(details[2], "TLS 1.3; 2090-01-01; CN=Bannette test authority");
        assert!(details[5].contains("UIDPLUS") && details[5].contains("IDLE"), "{details:?}");
        assert_eq!(report.messages, Some(3));
    }
    // Still new for everyone else.
    assert_eq!((server.flags(ALICE)?, server.recent(ALICE)?), (vec![String::new(); 3], 3));
    Ok(())
}

#[tokio::test]
async fn refusals_of_the_login_are_told_apart() -> Result<()> {
    for (answer, expected) in [
        ("TAG NO [AUTHENTICATIONFAILED] no\r\n", MailError::LoginRefused),
        ("TAG NO no\r\n", MailError::LoginRefused),
        ("TAG NO [ALERT]\u{e9}\r\n", MailError::LoginRefused),
        ("TAG BAD what\r\n", MailError::LoginRefused),
        ("TAG NO [UNAVAILABLE] later\r\n", MailError::LoginUnavailable),
        ("TAG NO [LIMIT] too many\r\n", MailError::LoginUnavailable),
        ("what is this\r\n", MailError::ServerFault),
    ] {
        let (port, trust) = over_tls(vec![("AUTHENTICATE", answer.to_owned())]).await?;
        let ended = ImapSession::connect(&account(port, Tls::Implicit), &trust).await;
        assert_eq!(ended.map(|_| ()), Err(expected), "{answer}");
    }
    Ok(())
}

#[tokio::test]
async fn signs_in_without_sasl_and_without_initial_response() -> Result<()> {
    let capability = |words: &str| ("CAPABILITY", format!("* CAPABILITY IMAP4rev1 {words}\r\nTAG OK\r\n"));
    let secret = base64::engine::general_purpose::STANDARD.encode(format!("\0{ALICE}\0{SECRET}"));
    let secret: &'static str = secret.leak();
    for script in [
        vec![
            capability("AUTH=PLAIN"),
            ("b2 AUTHENTICATE PLAIN\r\n", "+ \r\n".to_owned()),
            (secret, "b2 OK in\r\n".to_owned()),
        ],
        vec![
            capability("AUTH=CRAM-MD5"),
            ("b2 LOGIN {18}\r\n", "+ go on\r\n".to_owned()),
            ("alice@example.test {16}\r\n", "* OK wait\r\n+ go on\r\n".to_owned()),
            (SECRET, "b2 OK [CAPABILITY IMAP4rev1 UIDPLUS] in\r\n".to_owned()),
        ],
    ] {
        let told_at_once = script.len() == 4;
        let (port, trust) = over_tls(script).await?;
        let session = ImapSession::connect(&account(port, Tls::Implicit), &trust).await?;
        assert_eq!(session.can_uid_expunge(), told_at_once);
    }

    let (port, trust) = over_tls(vec![capability("LOGINDISABLED")]).await?;
    let ended = ImapSession::connect(&account(port, Tls::Implicit), &trust).await;
    assert_eq!(ended.map(|_| ()), Err(MailError::LoginRefused));
    Ok(())
}

#[tokio::test]
async fn hostile_answers_end_the_session_and_nothing_else() -> Result<()> {
    let deep = format!("* 1 FETCH (UID 1 RFC822.SIZE 9 X {}\r\nTAG OK\r\n", "(".repeat(100_000));
    let endless = format!("* 1 FETCH (UID 1 X \"{}", "x".repeat(300_000));
    for (answer, expected) in [
        (deep, MailError::ServerFault),
        (endless, MailError::ServerFault),
        ("* 1 FETCH (UID 1 BODY[] {500000000}\r\n".to_owned(), MailError::ServerFault),
        ("* 1 FETCH (UID 1 BODY[] {-1}\r\n".to_owned(), MailError::ServerFault),
        ("garbage\r\n".to_owned(), MailError::ServerFault),
        ("TAG NO no\r\n".to_owned(), MailError::CommandRefused),
        ("TAG BAD no\r\n".to_owned(), MailError::ServerFault),
    ] {
        let shown: String = answer.chars().take(60).collect();
        let (port, trust) = over_tls(vec![("UID FETCH", answer)]).await?;
        let mut session = ImapSession::connect(&account(port, Tls::Implicit), &trust).await?;
        session.open_inbox().await?;
        assert_eq!(session.list_from(1).await, Err(expected), "{shown}");
    }
    Ok(())
}

#[tokio::test]
async fn only_what_was_asked_for_is_taken() -> Result<()> {
    let sizes = "* 1 FETCH (UID 1 RFC822.SIZE 5)\r\n* 2 FETCH (UID 2 RFC822.SIZE 5)\r\n\
                 * 2 FETCH (UID 2 RFC822.SIZE 5)\r\n* 3 FETCH (UID 3 RFC822.SIZE 5)\r\nTAG OK\r\n";
    // Twice the same, one not asked for, one without a body (gone meanwhile), one of flags only, out of order.
    let bodies = "* 3 FETCH (UID 3 BODY[] {5}\r\nthree)\r\n* 1 FETCH (BODY[] {5}\r\nfirst UID 1)\r\n\
                  * 1 FETCH (UID 1 BODY[] {5}\r\nagain)\r\n* 9 FETCH (UID 9 BODY[] {5}\r\nother)\r\n\
                  * 2 FETCH (UID 2 BODY[] NIL)\r\n* 2 FETCH (FLAGS (\\Seen))\r\n* 4 EXISTS\r\nTAG OK\r\n";
    let (port, trust) = over_tls(vec![
        ("UID FETCH 2 (UID RFC822.SIZE)", "TAG OK\r\n".to_owned()),
        ("RFC822.SIZE", sizes.to_owned()),
        ("BODY.PEEK[]", bodies.to_owned()),
    ])
    .await?;
    let mut session = ImapSession::connect(&account(port, Tls::Implicit), &trust).await?;
    session.open_inbox().await?;
    let listed = session.list_from(1).await?;
    assert_eq!(listed.iter().map(|one| one.uid).collect::<Vec<_>>(), [1, 2, 3]);
    let batches = fetch_all(&mut session, &listed).await?;
    let found: Vec<_> = batches.iter().flatten().map(|one| (one.uid, one.bytes.as_slice())).collect();
    assert_eq!(found, [(1, b"first".as_slice()), (3, b"three")]);
    // The new message announced meanwhile is not forgotten.
    assert_eq!(session.wait(Duration::from_secs(60)).await?, bannette_mail::Waited::Something);
    Ok(())
}

/// A server whose disk fails may say that all went well.
#[tokio::test]
async fn a_message_that_is_passed_over_and_listed_still_counts_as_refused() -> Result<()> {
    let sizes = "* 1 FETCH (UID 1 RFC822.SIZE 5)\r\n* 2 FETCH (UID 2 RFC822.SIZE 5)\r\n\
                 * 3 FETCH (UID 3 RFC822.SIZE 0)\r\nTAG OK\r\n";
    let third = "* 3 FETCH (UID 3 BODY[] {0}\r\n)\r\nTAG OK\r\n";
    for second in ["", "* 2 FETCH (UID 2 BODY[] NIL)\r\n", "* 2 FETCH (UID 2 BODY[] \"\")\r\n"] {
        let bodies = format!("* 1 FETCH (UID 1 BODY[] {{5}}\r\nfirst)\r\n{second}{third}");
        let (port, trust) = over_tls(vec![("RFC822.SIZE", sizes.to_owned()), ("BODY.PEEK[]", bodies)]).await?;
        let mut session = ImapSession::connect(&account(port, Tls::Implicit), &trust).await?;
        session.open_inbox().await?;
        let listed = session.list_from(1).await?;
        let mut fetching = session.fetch(&listed).await?;
        let batch = fetching.next().await?.unwrap_or_default();
        assert_eq!(batch.iter().map(|one| one.uid).collect::<Vec<_>>(), [1, 3], "{second}");
        assert_eq!(fetching.next().await, Err(MailError::CommandRefused), "{second}");
        // The session stays of use.
        assert_eq!(session.list_from(1).await?.len(), 3);
    }
    Ok(())
}

#[tokio::test]
async fn a_message_that_the_server_refuses_does_not_hold_up_the_others() -> Result<()> {
    let sizes = "* 1 FETCH (UID 1 RFC822.SIZE 5)\r\n* 2 FETCH (UID 2 RFC822.SIZE 5)\r\n\
                 * 3 FETCH (UID 3 RFC822.SIZE 5)\r\nTAG OK\r\n";
    let (port, trust) = over_tls(vec![
        ("RFC822.SIZE", sizes.to_owned()),
        ("UID FETCH 1:3", "* 1 FETCH (UID 1 BODY[] {5}\r\nfirst)\r\nTAG NO [SERVERBUG] broken\r\n".to_owned()),
        ("UID FETCH 2 ", "TAG NO [SERVERBUG] broken\r\n".to_owned()),
        ("UID FETCH 3 ", "* 3 FETCH (UID 3 BODY[] {5}\r\nthree)\r\nTAG OK\r\n".to_owned()),
    ])
    .await?;
    let mut session = ImapSession::connect(&account(port, Tls::Implicit), &trust).await?;
    session.open_inbox().await?;
    let listed = session.list_from(1).await?;
    let mut fetching = session.fetch(&listed).await?;
    let mut uids = Vec::new();
    let ended = loop {
        match fetching.next().await {
            Ok(Some(batch)) => uids.extend(batch.iter().map(|one| one.uid)),
            ended => break ended,
        }
    };
    assert_eq!(ended, Err(MailError::CommandRefused));
    assert_eq!(uids, [1, 3]);
    // The session stays of use.
    assert_eq!(session.list_from(1).await?.len(), 3);
    Ok(())
}

#[tokio::test]
async fn a_server_that_takes_idle_back_is_asked_instead() -> Result<()> {
    let (port, trust) = over_tls(vec![("IDLE", "TAG NO not today\r\n".to_owned())]).await?;
    let mut session = ImapSession::connect(&account(port, Tls::Implicit), &trust).await?;
    session.open_inbox().await?;
    assert_eq!(session.wait(Duration::from_millis(20)).await?, bannette_mail::Waited::Nothing);
    assert!(!session.can_idle());
    assert_eq!(session.wait(Duration::from_millis(20)).await?, bannette_mail::Waited::Nothing);
    Ok(())
}

#[tokio::test]
async fn a_server_that_ends_idle_at_once_is_not_asked_in_a_loop() -> Result<()> {
    let (port, trust) = over_tls(vec![("IDLE", "+ idling\r\nTAG OK enough\r\n".to_owned())]).await?;
    let mut session = ImapSession::connect(&account(port, Tls::Implicit), &trust).await?;
    session.open_inbox().await?;
    let begin = Instant::now();
    assert_eq!(session.wait(Duration::from_millis(300)).await?, bannette_mail::Waited::Nothing);
    assert!(begin.elapsed() >= Duration::from_millis(300));
    Ok(())
}

#[tokio::test]
async fn an_inbox_that_cannot_be_opened() -> Result<()> {
    for (answer, expected) in
        [("TAG NO none\r\n", MailError::NoInbox), ("* 3 EXISTS\r\nTAG OK\r\n", MailError::ServerFault)]
    {
        let (port, trust) = over_tls(vec![("SELECT", answer.to_owned())]).await?;
        let mut session = ImapSession::connect(&account(port, Tls::Implicit), &trust).await?;
        assert_eq!(session.open_inbox().await, Err(expected));
    }
    Ok(())
}

#[test]
fn nothing_prints_a_secret() {
    let shown = format!("{:?}", account(993, Tls::Implicit));
    assert!(!shown.contains(SECRET) && shown.contains("***"), "{shown}");
}
