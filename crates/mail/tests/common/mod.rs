//! What the tests of this crate share. Each uses a part of it.
#![allow(dead_code)]

use crate::dovecot::Dovecot;
use anyhow::Result;
use bannette_api::mailboxes::Tls;
use bannette_mail::{Account, Fetched, ImapSession, Listed, MailError, Secret, SignIn, Trust};

/// The account of these tests.
pub const ALICE: &str = "alice@example.test";
/// Its secret.
pub const SECRET: &str = "synthetic-secret";

/// The server's users.
pub fn users() -> [(&'static str, &'static str); 1] {
    [(ALICE, SECRET)]
}

/// Alice's account at a port of this machine.
pub fn account(port: u16, tls: Tls) -> Account {
    Account {
        host: "localhost".to_owned(),
        port,
        tls,
        account: ALICE.to_owned(),
        sign_in: SignIn::Password(Secret::new(SECRET.to_owned())),
    }
}

/// Trust in the server's authority.
pub fn trust(server: &Dovecot) -> Result<Trust> {
    let (trust, unread) = Trust::load(Some(&server.ca_dir()))?;
    assert!(unread.is_empty());
    Ok(trust)
}

/// A session over TLS.
pub async fn session(server: &Dovecot) -> Result<ImapSession> {
    Ok(ImapSession::connect(&account(server.tls_port(), Tls::Implicit), &trust(server)?).await?)
}

/// An invented message of about 4 kB, with CRLF line ends.
pub fn message(number: usize) -> Vec<u8> {
    let mut text = format!(
        "From: Laboratoire <labo@example.test>\r\nTo: {ALICE}\r\nSubject: Resultat {number}\r\n\
         Message-ID: <{number}@example.test>\r\n\r\nEXEMPLE Alice\r\n"
    );
    for line in 0..60 {
        text.push_str(&format!("HEMATIES {number} {line}; 4.50; 10^6/mm3; 4.00; 5.20; N; a line of a report\r\n"));
    }
    text.into_bytes()
}

/// Fetches, and gives the batches.
pub async fn fetch_all(session: &mut ImapSession, listed: &[Listed]) -> Result<Vec<Vec<Fetched>>, MailError> {
    let mut fetching = session.fetch(listed).await?;
    let mut batches = Vec::new();
    while let Some(batch) = fetching.next().await? {
        batches.push(batch);
    }
    Ok(batches)
}
