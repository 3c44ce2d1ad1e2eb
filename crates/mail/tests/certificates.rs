//! Signing in by a client's certificate, against a real server that requires one; and the files that hold one.
#![cfg(unix)]
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

mod common;
#[path = "../../../tests/support/dovecot.rs"]
mod dovecot;

use anyhow::{Context as _, Result};
use bannette_api::connection::{StepName, Trouble};
use bannette_api::mailboxes::Tls;
use bannette_mail::{Account, CertificateProblem, ClientCertificate, ImapSession, Secret, SignIn, Trust, test_imap};
use common::{ALICE, account, message, trust, users};
use dovecot::{Authority, Dovecot, Options};
use std::path::Path;
use std::process::Command;

const PASSWORD: &str = "mot-de-passe-invente-é";

fn required() -> Options {
    Options { client_certificates: true, ..Options::default() }
}

fn by(port: u16, tls: Tls, (certificate, key): &(String, String)) -> Result<Account> {
    let opened = ClientCertificate::open((certificate.clone() + key).as_bytes(), &Secret::new(String::new()))?;
    Ok(Account { sign_in: SignIn::Certificate(opened.certificate), ..account(port, tls) })
}

fn ways(server: &Dovecot) -> [(u16, Tls); 2] {
    [(server.tls_port(), Tls::Implicit), (server.starttls_port(), Tls::Starttls)]
}

#[tokio::test]
async fn signs_in_by_a_certificate_both_ways() -> Result<()> {
    let server = Dovecot::start_with(&users(), required())?;
    server.deliver(ALICE, &message(0))?;
    let trust = trust(&server)?;
    let certificate = server.client_certificate(ALICE, false)?;
    for (port, tls) in ways(&server) {
        let mut session = ImapSession::connect(&by(port, tls, &certificate)?, &trust).await?;
        assert_eq!(session.open_inbox().await?.exists, 1);
        session.log_out().await;
        let report = test_imap(&by(port, tls, &certificate)?, &trust).await;
        assert!(report.steps.iter().all(|step| step.trouble.is_none()), "{report:?}");
    }
    // A certificate for one account does not open another.
    let other =
        Account { account: "bob@example.test".to_owned(), ..by(server.tls_port(), Tls::Implicit, &certificate)? };
    assert_eq!(trouble(&server, &other, &trust).await, Trouble::CertificateRefused);
    Ok(())
}

/// What connecting ends in; the connection test finds the same.
async fn trouble(server: &Dovecot, account: &Account, trust: &Trust) -> Trouble {
    let error = ImapSession::connect(account, trust).await.map(|_| ()).unwrap_err();
    let report = test_imap(account, trust).await;
    let last = report.steps.last().unwrap();
    assert_eq!(last.trouble, Some(error.trouble()), "{report:?}\n{}", server.log());
    assert!(matches!(last.step, StepName::Tls | StepName::Login), "{report:?}");
    error.trouble()
}

#[tokio::test]
async fn a_missing_a_foreign_and_an_expired_certificate_are_told_apart_from_a_password() -> Result<()> {
    let server = Dovecot::start_with(&users(), required())?;
    let trust = trust(&server)?;
    let foreign = Authority::new("Foreign authority")?.issue_client(ALICE, false)?;
    let expired = server.client_certificate(ALICE, true)?;
    for (port, tls) in ways(&server) {
        assert_eq!(
            trouble(&server, &account(port, tls), &trust).await,
            Trouble::CertificateMissing,
            "{}",
            server.log()
        );
        assert_eq!(trouble(&server, &by(port, tls, &foreign)?, &trust).await, Trouble::CertificateRefused);
        assert_eq!(trouble(&server, &by(port, tls, &expired)?, &trust).await, Trouble::CertificateRefused);
    }
    // A server that signs nobody in by a certificate: refused, and no password is tried in its place.
    let plain = Dovecot::start(&users())?;
    let trust = common::trust(&plain)?;
    let certificate = server.client_certificate(ALICE, false)?;
    let found = trouble(&plain, &by(plain.tls_port(), Tls::Implicit, &certificate)?, &trust).await;
    assert_eq!(found, Trouble::CertificateRefused);
    Ok(())
}

/// A PKCS#12 file as OpenSSL writes it.
fn pkcs12(folder: &Path, parts: &(String, String), more: &[&str]) -> Result<Vec<u8>> {
    std::fs::write(folder.join("a.pem"), parts.0.clone() + &parts.1)?;
    let out = folder.join("a.p12");
    let made = Command::new("openssl")
        .args(["pkcs12", "-export", "-passout", "stdin", "-in"])
        .arg(folder.join("a.pem"))
        .arg("-out")
        .arg(&out)
        .args(more)
        .stdin(std::process::Stdio::piped())
        .spawn()
        .and_then(|mut child| {
            use std::io::Write as _;
            child.stdin.take().unwrap().write_all(format!("{PASSWORD}\n").as_bytes())?;
            child.wait()
        })
        .context("openssl is needed")?;
    assert!(made.success());
    Ok(std::fs::read(out)?)
}

#[test]
fn files_of_every_kind_are_read_and_kept_in_one_form() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let authority = Authority::new("Client authority")?;
    let parts = authority.issue_client("Cabinet Exemple", false)?;
    let right = Secret::new(PASSWORD.to_owned());
    let wrong = Secret::new("autre".to_owned());
    // With its authority, in another order, with today's and yesterday's ciphers.
    std::fs::write(folder.path().join("ca.pem"), authority.pem())?;
    let chain = folder.path().join("ca.pem");
    let chain = chain.to_str().unwrap();
    let legacy = ["-certpbe", "PBE-SHA1-3DES", "-keypbe", "PBE-SHA1-3DES", "-macalg", "sha1"];
    let mut kept = Vec::new();
    for more in [&[][..], &["-certfile", chain][..], &legacy[..]] {
        let file = pkcs12(folder.path(), &parts, more)?;
        let opened = ClientCertificate::open(&file, &right)?;
        assert_eq!(opened.subject, "Cabinet Exemple");
        assert_eq!(opened.ends.0, 3_786_912_000_000);
        assert_eq!(ClientCertificate::open(&file, &wrong).unwrap_err(), CertificateProblem::WrongPassword);
        let cut = &file[..file.len() / 2];
        assert_eq!(ClientCertificate::open(cut, &right).unwrap_err(), CertificateProblem::NotACertificate);
        assert!(!format!("{opened:?}").contains("KEY"));
        kept.push(opened.pem.expose().to_owned());
    }
    let pem = ClientCertificate::open((parts.1.clone() + &parts.0).as_bytes(), &wrong)?;
    kept.push(pem.pem.expose().to_owned());
    assert_eq!(
        (&kept[0], &kept[0], &kept[1]),
        (
            &kept[2],
            &kept[3],
            &(kept[0].replace("-----BEGIN PRIV", &(authority.pem().replace("\r\n", "\n") + "-----BEGIN PRIV")))
        )
    );
    for one in kept {
        ClientCertificate::of_kept(&Secret::new(one))?;
    }

    // A PEM key under a password.
    std::fs::write(folder.path().join("key.pem"), &parts.1)?;
    let sealed = Command::new("openssl")
        .args(["pkcs8", "-topk8", "-v2", "aes-256-cbc", "-passout"])
        .arg(format!("pass:{PASSWORD}"))
        .arg("-in")
        .arg(folder.path().join("key.pem"))
        .output()?;
    let sealed = parts.0.clone() + &String::from_utf8(sealed.stdout)?;
    assert!(sealed.contains("ENCRYPTED PRIVATE KEY"));
    assert_eq!(ClientCertificate::open(sealed.as_bytes(), &right)?.subject, "Cabinet Exemple");
    assert_eq!(ClientCertificate::open(sealed.as_bytes(), &wrong).unwrap_err(), CertificateProblem::WrongPassword);

    // What is no certificate with its own key.
    let other = authority.issue_client("Autre", false)?;
    let nothing = Secret::new(String::new());
    for file in [parts.0.as_str(), parts.1.as_str(), &(parts.0.clone() + &other.1), "-----BEGIN nothing", "", "texte"] {
        let problem = ClientCertificate::open(file.as_bytes(), &nothing).unwrap_err();
        assert_eq!(problem, CertificateProblem::NotACertificate, "{file}");
    }
    Ok(())
}

#[tokio::test]
async fn an_authority_of_ones_own_counts_from_its_file_in_either_form() -> Result<()> {
    let server = Dovecot::start(&users())?;
    let folder = tempfile::tempdir()?;
    let reached = async || {
        let (trust, unread) = Trust::load(Some(folder.path()))?;
        assert!(unread.is_empty());
        anyhow::Ok(ImapSession::connect(&account(server.tls_port(), Tls::Implicit), &trust).await.map(|_| ()))
    };
    assert!(reached().await?.is_err());
    let pem = server.ca_pem();
    let body: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    let der = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, body)?;
    for (name, bytes) in
        [("racine.pem", pem.as_bytes()), ("racine.cer", &der), ("racine.DER", &der), ("racine.crt", &der)]
    {
        let file = folder.path().join(name);
        std::fs::write(&file, bytes)?;
        assert_eq!(reached().await?, Ok(()), "{name}");
        std::fs::remove_file(&file)?;
    }
    assert!(reached().await?.is_err());
    Ok(())
}
