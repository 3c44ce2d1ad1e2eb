//! A session with a real server: connecting both ways, listing, fetching, waiting, removing.
#![cfg(unix)]
#![allow(missing_docs)]

mod common;
#[path = "../../../tests/support/dovecot.rs"]
mod dovecot;

use anyhow::Result;
use bannette_api::mailboxes::Tls;
use bannette_mail::{ImapSession, MailError, Waited};
use common::{ALICE, account, fetch_all, message, session, trust, users};
use dovecot::{Dovecot, Options};
use std::time::{Duration, Instant};

#[tokio::test]
async fn connects_both_ways() -> Result<()> {
    let server = Dovecot::start(&users())?;
    server.deliver(ALICE, &message(0))?;
    for (port, tls) in [(server.tls_port(), Tls::Implicit), (server.starttls_port(), Tls::Starttls)] {
        let mut session = ImapSession::connect(&account(port, tls), &trust(&server)?).await?;
        assert!(session.can_idle() && session.can_uid_expunge());
        let inbox = session.open_inbox().await?;
        assert_eq!((inbox.exists, inbox.uid_next), (1, Some(2)));
        session.log_out().await;
    }
    Ok(())
}

#[tokio::test]
async fn fetches_in_order_with_every_byte_and_marks_nothing() -> Result<()> {
    let server = Dovecot::start(&users())?;
    let mut sent: Vec<Vec<u8>> = (0..500).map(message).collect();
    // What a line reader could stumble over.
    sent[7] = b"\r\n".to_vec();
    sent[8] = b"no headers at all".to_vec();
    sent[9] = b"Subject: a literal {500000000}\r\n\r\n* 1 FETCH (((((\r\nb4 OK done\r\n)\r\n".to_vec();
    sent[10] = (0..=255).collect::<Vec<u8>>().repeat(200).into_iter().filter(|b| !b"\r\n\0".contains(b)).collect();
    server.deliver_many(ALICE, sent.iter().cloned())?;

    let mut session = session(&server).await?;
    let inbox = session.open_inbox().await?;
    assert_eq!(inbox.exists, 500);
    let listed = session.list_from(0).await?;
    assert_eq!(listed.len(), 500);
    assert!(listed.iter().zip(&sent).all(|(listed, sent)| listed.size == sent.len() as u64));

    let batches = fetch_all(&mut session, &listed).await?;
    assert_eq!(batches.iter().map(Vec::len).collect::<Vec<_>>(), [100; 5]);
    let fetched: Vec<_> = batches.into_iter().flatten().collect();
    assert!(fetched.iter().map(|one| one.uid).eq(listed.iter().map(|one| one.uid)));
    for (fetched, sent) in fetched.iter().zip(&sent) {
        assert!(fetched.bytes == *sent, "message {} differs", fetched.uid);
    }
    session.log_out().await;
    assert!(server.flags(ALICE)?.iter().all(String::is_empty), "{:?}", server.flags(ALICE)?);
    Ok(())
}

#[tokio::test]
async fn lists_only_from_the_uid_asked_for() -> Result<()> {
    let server = Dovecot::start(&users())?;
    let mut session = session(&server).await?;
    session.open_inbox().await?;
    assert_eq!(session.list_from(1).await?, []);
    server.deliver_many(ALICE, (0..3).map(message))?;
    let uids = |listed: Vec<bannette_mail::Listed>| listed.iter().map(|one| one.uid).collect::<Vec<_>>();
    assert_eq!(uids(session.list_from(1).await?), [1, 2, 3]);
    assert_eq!(uids(session.list_from(2).await?), [2, 3]);
    // `4:*` would give message 3.
    assert_eq!(uids(session.list_from(4).await?), Vec::<u32>::new());
    Ok(())
}

#[tokio::test]
async fn a_message_that_vanished_is_absent() -> Result<()> {
    let server = Dovecot::start(&users())?;
    server.deliver_many(ALICE, (0..5).map(message))?;
    let mut ours = session(&server).await?;
    ours.open_inbox().await?;
    let listed = ours.list_from(1).await?;
    let mut theirs = session(&server).await?;
    theirs.open_inbox().await?;
    theirs.remove(&[2, 4]).await?;
    let fetched: Vec<u32> = fetch_all(&mut ours, &listed).await?.iter().flatten().map(|one| one.uid).collect();
    assert_eq!(fetched, [1, 3, 5]);
    assert_eq!(ours.list_from(1).await?.len(), 3);
    Ok(())
}

#[tokio::test]
async fn removes_what_was_named_and_leaves_what_others_marked() -> Result<()> {
    let server = Dovecot::start(&users())?;
    server.deliver_many(ALICE, (0..6).map(message))?;
    let mut session = session(&server).await?;
    session.open_inbox().await?;
    // Another client marks the third for deletion.
    server.set_flags(ALICE, 2, "T")?;
    assert_eq!(session.list_from(1).await?.len(), 6);

    session.remove(&[1, 5, 4]).await?;
    let left: Vec<u32> = session.list_from(1).await?.iter().map(|one| one.uid).collect();
    assert_eq!(left, [2, 3, 6]);
    session.remove(&[]).await?;
    // What is gone already does no harm.
    session.remove(&[1, 5, 99]).await?;
    session.log_out().await;
    assert_eq!(server.flags(ALICE)?, ["", "T", ""]);
    Ok(())
}

#[tokio::test]
async fn without_uidplus_nothing_is_removed() -> Result<()> {
    let server = Dovecot::start_with(&users(), Options { without_uidplus: true, ..Options::default() })?;
    server.deliver(ALICE, &message(0))?;
    let mut session = session(&server).await?;
    session.open_inbox().await?;
    assert!(!session.can_uid_expunge());
    assert_eq!(session.remove(&[1]).await, Err(MailError::NoUidExpunge));
    assert_eq!(session.list_from(1).await?.len(), 1);
    session.log_out().await;
    assert_eq!(server.flags(ALICE)?, [""]);
    Ok(())
}

#[tokio::test]
async fn idle_wakes_soon_after_a_delivery() -> Result<()> {
    let server = Dovecot::start(&users())?;
    let mut session = session(&server).await?;
    session.open_inbox().await?;
    session.list_from(1).await?;
    assert_eq!(session.wait(Duration::from_millis(300)).await?, Waited::Nothing);

    for turn in 1..=2 {
        let (waited, delivered) = tokio::join!(session.wait(Duration::from_secs(20)), async {
            tokio::time::sleep(Duration::from_millis(200)).await;
            server.deliver(ALICE, &message(turn)).map(|()| Instant::now())
        });
        let lag = delivered?.elapsed();
        assert_eq!(waited?, Waited::Something);
        // Dovecot itself waits for 0.5 s; the rest is for a busy machine.
        assert!(lag < Duration::from_secs(3), "{lag:?}");
        println!("woken after {lag:?}");
        assert_eq!(session.list_from(1).await?.len(), turn);
    }
    // All is listed: nothing is left to wake for.
    assert_eq!(session.wait(Duration::from_millis(300)).await?, Waited::Nothing);
    Ok(())
}

#[tokio::test]
async fn a_dropped_wait_leaves_the_session_of_use() -> Result<()> {
    let server = Dovecot::start(&users())?;
    let mut session = session(&server).await?;
    session.open_inbox().await?;
    // Dropped at every stage: before IDLE is sent, before it is accepted, while it listens.
    for (listed, millis) in [0, 1, 2, 5, 300].into_iter().enumerate() {
        assert_eq!(session.list_from(1).await?.len(), listed);
        let waited = tokio::time::timeout(Duration::from_millis(millis), session.wait(Duration::from_secs(60))).await;
        assert!(waited.is_err(), "{waited:?}");
        server.deliver(ALICE, &message(1))?;
    }
    assert_eq!(session.list_from(1).await?.len(), 5);
    assert_eq!(session.wait(Duration::from_millis(100)).await?, Waited::Nothing);
    session.log_out().await;
    Ok(())
}

#[tokio::test]
async fn another_call_dropped_midway_makes_the_session_useless_and_says_so() -> Result<()> {
    let server = Dovecot::start(&users())?;
    let mut session = session(&server).await?;
    session.open_inbox().await?;
    {
        let mut listing = std::pin::pin!(session.list_from(1));
        assert!(futures::poll!(&mut listing).is_pending());
    }
    assert_eq!(session.list_from(1).await, Err(MailError::Interrupted));
    assert_eq!(session.wait(Duration::ZERO).await, Err(MailError::Interrupted));
    Ok(())
}

#[tokio::test]
async fn without_idle_it_asks_at_the_end_of_the_wait() -> Result<()> {
    let server = Dovecot::start_with(&users(), Options { without_idle: true, ..Options::default() })?;
    let mut session = session(&server).await?;
    assert!(!session.can_idle());
    session.open_inbox().await?;
    assert_eq!(session.wait(Duration::from_millis(50)).await?, Waited::Nothing);
    server.deliver(ALICE, &message(1))?;
    assert_eq!(session.wait(Duration::from_millis(50)).await?, Waited::Something);
    // At once, until it is listed.
    assert_eq!(session.wait(Duration::from_secs(60)).await?, Waited::Something);
    assert_eq!(session.list_from(1).await?.len(), 1);
    Ok(())
}

#[tokio::test]
async fn a_new_uidvalidity_shows() -> Result<()> {
    let server = Dovecot::start(&users())?;
    server.deliver_many(ALICE, (0..3).map(message))?;
    let mut before = session(&server).await?;
    let first = before.open_inbox().await?;
    before.remove(&[1]).await?;
    before.log_out().await;
    server.reset_uidvalidity(ALICE)?;
    let mut after = session(&server).await?;
    let second = after.open_inbox().await?;
    assert_ne!(first.uid_validity, second.uid_validity);
    assert_eq!(after.list_from(1).await?.iter().map(|one| one.uid).collect::<Vec<_>>(), [1, 2]);
    Ok(())
}

#[tokio::test]
async fn a_message_of_60_mb_works() -> Result<()> {
    let server = Dovecot::start(&users())?;
    let mut large = message(1);
    while large.len() < 60_000_000 {
        large.extend_from_slice(
            b"VGhpcyBsaW5lIGlzIG9uZSBvZiBtYW55IGluIGFuIGF0dGFjaG1lbnQgb2YgYSBsYXJnZSBtZXNzYWdlLg==\r\n",
        );
    }
    server.deliver(ALICE, &message(0))?;
    server.deliver(ALICE, &large)?;
    server.deliver(ALICE, &message(2))?;
    let mut session = session(&server).await?;
    session.open_inbox().await?;
    let listed = session.list_from(1).await?;
    let batches = fetch_all(&mut session, &listed).await?;
    assert_eq!(batches.iter().map(Vec::len).collect::<Vec<_>>(), [1, 1, 1]);
    assert!(batches[1][0].bytes == large);
    assert_eq!(batches[2][0].bytes, message(2));
    session.log_out().await;
    Ok(())
}

#[tokio::test]
async fn secrets_may_have_any_character() -> Result<()> {
    let secret = "é \"\\ {5} § ☃ $%";
    let server = Dovecot::start(&[(ALICE, secret)])?;
    let mut account = account(server.tls_port(), Tls::Implicit);
    account.sign_in = bannette_mail::SignIn::Password(bannette_mail::Secret::new(secret.to_owned()));
    ImapSession::connect(&account, &trust(&server)?).await?.log_out().await;
    Ok(())
}

#[tokio::test]
async fn a_restarted_server_is_reached_again() -> Result<()> {
    let mut server = Dovecot::start(&users())?;
    server.deliver(ALICE, &message(0))?;
    let mut before = session(&server).await?;
    before.open_inbox().await?;
    server.restart()?;
    assert_eq!(before.list_from(1).await, Err(MailError::Interrupted));
    let mut after = session(&server).await?;
    assert_eq!(after.open_inbox().await?.exists, 1);
    assert_eq!(server.count(ALICE)?, 1);
    Ok(())
}

#[tokio::test]
async fn a_quota_is_told_where_there_is_one() -> Result<()> {
    let without = Dovecot::start(&users())?;
    assert_eq!(session(&without).await?.quota().await?, None);
    let server = Dovecot::start_with(&users(), Options { with_quota: true, ..Options::default() })?;
    server.deliver_many(ALICE, (0..20).map(message))?;
    let mut session = session(&server).await?;
    session.open_inbox().await?;
    let quota = session.quota().await?.ok_or_else(|| anyhow::anyhow!("no quota told"))?;
    assert_eq!(quota.limit, dovecot::QUOTA);
    assert!(quota.used > 60_000 && quota.used < 200_000, "{quota:?}");
    assert!(session.certificate().is_some_and(|shown| shown.issuer.contains("Bannette test authority")));
    Ok(())
}
