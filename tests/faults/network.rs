//! Servers that cannot be reached, that are not who they should be, or that leave in the middle: the trouble has its
//! right name, no secret goes out, and a later good fetch completes.

use crate::bannette::Bannette;
use crate::dovecot::{Dovecot, Options};
use crate::practice::{PASSWORD, Practice, caught_up, imap, mail};
use crate::proxy::{Proxy, WHOLE};
use crate::{change, fetch, holds_exactly, set_deletion};
use bannette_api::connection::{Doing, MailboxState, Trouble};
use bannette_api::mailboxes::{AddMailbox, ChangeMailbox, Connection, MailboxSettings, Tls};
use bannette_core::Handle as _;
use std::process::Command;

const SECRET: &str = "secret-du-serveur";

/// A practice with a mailbox at this place.
async fn practice_at(host: &str, port: u16) -> (Practice, MailboxSettings) {
    let practice = Practice::new().await;
    let at = Connection::imap(host, port, Tls::Implicit, "derek");
    let call = AddMailbox { connection: at, ..imap(port, "derek", SECRET) };
    let mailbox = practice.core.handle(&practice.derek, call).await.unwrap();
    (practice, mailbox)
}

/// A fetch once, and the task of a mailbox that waits for its next try, find this.
async fn both_find(practice: &Practice, mailbox: &MailboxSettings, expected: &Trouble) {
    assert_eq!(fetch(practice).await, Err(expected.clone()));
    practice.core.start_fetching();
    let waits = |state: &MailboxState| matches!(&state.doing, Doing::Waiting { why, .. } if why == expected);
    let state = practice.until(&practice.derek, mailbox.id, waits).await;
    assert_eq!(state.last_success, None);
    holds_exactly(practice, &[]).await;
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_host_and_a_closed_port() {
    let (practice, mailbox) = practice_at("imap.nulle-part.test", 993).await;
    both_find(&practice, &mailbox, &Trouble::NameNotFound { host: "imap.nulle-part.test".to_owned() }).await;
    let port = free_port();
    let (practice, mailbox) = practice_at("localhost", port).await;
    both_find(&practice, &mailbox, &Trouble::Refused { host: "localhost".to_owned(), port }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn certificates_that_are_not_believed() {
    let usual = Options::default();
    for (options, expected) in [
        (Options { expired_certificate: true, ..usual }, Trouble::CertificateExpired),
        (Options { foreign_ca: true, ..usual }, Trouble::CertificateUntrusted),
        (Options { wrong_name: true, ..usual }, Trouble::CertificateWrongName { host: "localhost".to_owned() }),
    ] {
        let server = Dovecot::start_with(&[("derek", SECRET)], options).unwrap();
        server.deliver("derek", &mail(1, "EXEMPLE", "N")).unwrap();
        let (practice, mailbox) = practice_at("localhost", server.tls_port()).await;
        practice.trust(server.ca_pem());
        both_find(&practice, &mailbox, &expected).await;
        assert!(!server.log().contains("Login:"), "the secret went out: {}", server.log());
        // The mailbox moves to a server that is who it should be.
        let good = Dovecot::start(&[("derek", SECRET)]).unwrap();
        let message = mail(2, "EXEMPLE", "N");
        good.deliver("derek", &message).unwrap();
        std::fs::write(practice.data().join("autorites/autre.pem"), good.ca_pem()).unwrap();
        let AddMailbox { connection, secret, .. } = imap(good.tls_port(), "derek", SECRET);
        let call = ChangeMailbox { connection, secret, ..change(&mailbox) };
        practice.core.handle(&practice.derek, call).await.unwrap();
        practice.until(&practice.derek, mailbox.id, caught_up).await;
        holds_exactly(&practice, &[message]).await;
        practice.core.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_network_at_all() {
    // A program in a network of its own, with nothing in it.
    let alone = ["unshare", "--net"];
    let possible = Command::new(alone[0]).args([alone[1], "true"]).output().is_ok_and(|ended| ended.status.success());
    if !possible {
        println!("SKIPPED: this user may not make a network namespace, so the network cannot be taken away");
        return;
    }
    let server = Dovecot::start(&[("derek", SECRET)]).unwrap();
    let message = mail(1, "EXEMPLE", "N");
    server.deliver("derek", &message).unwrap();
    let (practice, _) = practice_at("localhost", server.tls_port()).await;
    practice.trust(server.ca_pem());
    let program = Bannette::at(practice.folder.path()).signed_in("derek", PASSWORD);
    let failed = program.run_in(&alone, &["--json", "fetch"]);
    assert_eq!((failed.status, &failed.json()[0]["trouble"]["trouble"]), (6, &"unreachable".into()));
    let said = program.run_in(&alone, &["fetch"]);
    assert!(String::from_utf8_lossy(&said.stdout).contains("réseau"), "{}", String::from_utf8_lossy(&said.stdout));
    assert_eq!(program.json(&["fetch"]).done()[0]["messages"], 1);
    holds_exactly(&practice, &[message]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_leaves_in_the_middle() {
    let server = Dovecot::start(&[("derek", SECRET)]).unwrap();
    let proxy = Proxy::before(server.tls_port());
    let (practice, mailbox) = practice_at("localhost", proxy.port()).await;
    practice.trust(server.ca_pem());
    let messages: Vec<_> = (1..=1_500).map(|number| mail(number, "EXEMPLE", "N")).collect();
    server.deliver_many("derek", messages.iter().cloned()).unwrap();
    set_deletion(&practice, &mailbox, true).await;
    // The last of these cuts are in the removal; before them in bodies, lists, the login, the handshake.
    let mut stored = Vec::new();
    for cut in (0..3_000).step_by(750).chain((3_000..).step_by(25_000)) {
        assert!(cut < 4_000_000, "never done");
        proxy.cut_after(cut);
        let outcome = fetch(&practice).await;
        let left = server.count("derek").unwrap();
        let counts = practice.core.handle(&practice.derek, bannette_api::dossiers::GetCounts {}).await.unwrap();
        let team = usize::try_from(counts.team).unwrap();
        assert!(team + left >= messages.len(), "{team} stored and {left} on the server");
        stored.push(team);
        match outcome {
            Ok(_) => break,
            Err(why) => assert_eq!(why, Trouble::Interrupted, "cut after {cut} bytes"),
        }
    }
    println!("stored after each cut: {stored:?}");
    let midway = stored.iter().filter(|stored| (1..messages.len()).contains(stored)).count();
    assert!(midway >= 2, "no cut fell into the bodies: {stored:?}");
    proxy.cut_after(WHOLE);
    fetch(&practice).await.unwrap();
    assert_eq!(server.count("derek").unwrap(), 0);
    holds_exactly(&practice, &messages).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_that_was_cut_off_goes_on_by_itself() {
    let server = Dovecot::start(&[("derek", SECRET)]).unwrap();
    let proxy = Proxy::before(server.tls_port());
    let (practice, mailbox) = practice_at("localhost", proxy.port()).await;
    practice.trust(server.ca_pem());
    let messages: Vec<_> = (1..=300).map(|number| mail(number, "EXEMPLE", "N")).collect();
    server.deliver_many("derek", messages.iter().cloned()).unwrap();
    proxy.cut_after(100_000);
    practice.core.start_fetching();
    let cut = |state: &MailboxState| matches!(&state.doing, Doing::Waiting { why: Trouble::Interrupted, .. });
    practice.until(&practice.derek, mailbox.id, cut).await;
    proxy.cut_after(WHOLE);
    practice.until(&practice.derek, mailbox.id, caught_up).await;
    holds_exactly(&practice, &messages).await;
    practice.core.stop().await;
}
