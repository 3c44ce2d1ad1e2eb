//! No secret is written anywhere but where it is kept. A run that uses every kind of them (people's passwords, an account's
//! secret, a usage code, a certificate, its key and its password, tokens, the store's key), by the core, the command line
//! and the window, with fetches, failures, tests of the connection and their reports; then everything that the run left is
//! searched for each of them, in clear and in the usual disguises: what all three wrote and logged at the most talkative level,
//! every file of the practice's folder, what a killed program left, and the arguments of every process meanwhile.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[path = "support/bannette.rs"]
mod bannette;
#[path = "support/dovecot.rs"]
mod dovecot;
#[path = "support/oidc.rs"]
mod oidc;
#[path = "support/practice.rs"]
mod practice;
#[path = "secrets/search.rs"]
mod search;
#[path = "support/webdriver.rs"]
mod webdriver;
#[path = "support/window.rs"]
mod window;

use anyhow::{Result, ensure};
use bannette::Bannette;
use bannette_api::connection::TestConnection;
use bannette_api::mailboxes::{
    AddMailbox, Apicrypt, CertificateFile, Connection, MailboxKind, MailboxSecret, Outgoing, SignInWay, Tls,
};
use bannette_api::pro_sante::{BeginProSante, GetProSante, ProSanteState};
use bannette_core::{Browser, Handle as _};
use base64::Engine as _;
use dovecot::{Dovecot, OIDC_SECRET, Options};
use oidc::{CLIENT, Oidc, browse};
use practice::{PASSWORD, Practice, mail};
use search::{Arguments, Logged, Secrets};
use serde_json::{Value, json};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use window::{Folders, Window};

const DEREK: &str = "derek";
const ACCOUNT: &str = "secret-du-compte-ß7";
const WRONG: &str = "mauvais-secret-du-compte";
const CODE: &str = "code-usage-4711-inventé";
const SEALED: &str = "mot-de-passe-du-certificat";
const WRONG_SEAL: &str = "mauvais-mot-de-passe-du-certificat";

/// A browser that goes where it is led.
struct Led;

impl Browser for Led {
    fn open(&self, address: &str) -> std::io::Result<()> {
        let address = address.to_owned();
        std::thread::spawn(move || browse(&address).unwrap());
        Ok(())
    }
}

/// A PKCS#12 file under a password, which OpenSSL is told by its standard input.
fn sealed(folder: &Path, (certificate, key): &(String, String)) -> Vec<u8> {
    use std::io::Write as _;
    let (from, to) = (folder.join("parts.pem"), folder.join("sealed.p12"));
    std::fs::write(&from, certificate.clone() + key).unwrap();
    let mut openssl = Command::new("openssl")
        .args(["pkcs12", "-export", "-passout", "stdin", "-in"])
        .args([from.as_os_str(), "-out".as_ref(), to.as_os_str()])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    openssl.stdin.take().unwrap().write_all(format!("{SEALED}\n").as_bytes()).unwrap();
    assert!(openssl.wait().unwrap().success());
    std::fs::remove_file(from).unwrap();
    std::fs::read(to).unwrap()
}

fn server(account: &str, port: u16, sign_in: SignInWay) -> Connection {
    let (host, account) = ("localhost".to_owned(), account.to_owned());
    Connection::Imap { host, port, tls: Tls::Starttls, account, sign_in }
}

fn secret(text: &str) -> Option<MailboxSecret> {
    Some(MailboxSecret(text.to_owned()))
}

/// Every kind of account through the core, good and bad. Gives what was answered, as the window would be told it.
async fn by_the_core(practice: &Practice, by_password: &Dovecot, by_token: &Dovecot, file: &[u8]) -> String {
    let core = &practice.core;
    let mut answers = Vec::new();
    let outgoing =
        Some(Outgoing { host: "localhost".to_owned(), port: by_password.submission_port(), tls: Tls::Starttls });
    let base64 = base64::engine::general_purpose::STANDARD.encode(file);
    let certificate =
        |password: &str| Some(CertificateFile { base64: base64.clone(), password: MailboxSecret(password.to_owned()) });
    let port = by_password.starttls_port();
    let way = |kind, address: &str, connection| AddMailbox::new(kind, address, connection);
    let apicrypt = Some(Apicrypt { key_id: "clef-d-essai".to_owned(), ..Apicrypt::default() });
    let pop3 = Connection::Pop3 {
        host: "localhost".to_owned(),
        port: by_password.pop3_stls_port(),
        tls: Tls::Starttls,
        account: DEREK.to_owned(),
    };
    let by = |sign_in| server(DEREK, port, sign_in);
    let (mssante, token) = (MailboxKind::Mssante, server(DEREK, by_token.starttls_port(), SignInWay::ProSanteConnect));
    let all = [
        AddMailbox { secret: secret(ACCOUNT), outgoing, ..way(mssante, "a@x.test", by(SignInWay::Password)) },
        AddMailbox { secret: secret(WRONG), ..way(mssante, "b@x.test", by(SignInWay::Password)) },
        AddMailbox { certificate: certificate(SEALED), ..way(mssante, "c@x.test", by(SignInWay::Certificate)) },
        AddMailbox { certificate: certificate(WRONG_SEAL), ..way(mssante, "d@x.test", by(SignInWay::Certificate)) },
        AddMailbox {
            secret: secret(ACCOUNT),
            key_code: secret(CODE),
            apicrypt,
            ..way(MailboxKind::Apicrypt, "e@x.test", pop3)
        },
        way(mssante, "f@x.test", token),
    ];
    for call in all {
        let typed = TestConnection {
            mailbox: None,
            connection: Some(call.connection.clone()),
            outgoing: call.outgoing.clone(),
            certificate: call.certificate.clone(),
            secret: call.secret.clone(),
        };
        answers.push(format!("{call:?} {:?}", core.handle(&practice.derek, typed).await));
        let added = core.handle(&practice.derek, call).await;
        answers.push(serde_json::to_string(&added).unwrap());
    }
    answers.push(format!("{:?}", core.fetch_once(&practice.derek, None).await));
    answers.join("\n")
}

/// The same by the command line, with its most talkative log.
fn by_the_command_line(bannette: &Bannette, port: u16, p12: &Path) {
    let to = format!("localhost:{port}");
    let add = ["mailbox", "add", "mssante", "--imap", &to, "--account", DEREK, "--address"];
    let p12 = p12.to_str().unwrap();
    let with = |name: &str, value: &str| bannette.clone().with(name, value);
    let by_certificate = [&add[..], &["h@x.test", "--auth", "certificate", "--certificate", p12]].concat();
    let added = with("BANNETTE_SECRET", ACCOUNT).json(&[&add[..], &["g@x.test", "--smtp", &to]].concat()).done();
    with("BANNETTE_CERTIFICATE_PASSWORD", SEALED).json(&by_certificate).done();
    assert_ne!(with("BANNETTE_CERTIFICATE_PASSWORD", WRONG_SEAL).json(&by_certificate).status, 0);
    let id = added["id"].as_str().unwrap();
    with("BANNETTE_SECRET", WRONG).json(&["mailbox", "set", id, "--new-secret"]).done();
    for words in [
        &["mailbox", "test", id][..],
        &["mailbox", "test", id, "--report"],
        &["mailbox", "show", id],
        &["mailbox", "list"],
        &["fetch"],
        &["journal", "export", "--form", "csv"],
        &["journal", "verify"],
    ] {
        bannette.json(words);
        bannette.run(words);
    }
    // A program that ends in the middle of its work leaves nothing behind that tells.
    let mut follow = bannette.follow();
    std::thread::sleep(Duration::from_millis(1_500));
    follow.kill();
}

/// The same in the window, by the calls that its page makes.
async fn by_the_window(folder: &Path, port: u16, written: &Path) -> Result<String> {
    let window = Window::open_writing(&Folders::within(folder), written).await?;
    for (field, text) in [("#login", DEREK), ("#password", PASSWORD)] {
        window.finds(field).await?;
        window.client().find(fantoccini::Locator::Css(field)).await?.send_keys(text).await?;
    }
    window.click_css("#sign-in").await?;
    window.finds("#home").await?;
    let connection = json!({ "by": "imap", "host": "localhost", "port": port, "tls": "starttls", "account": DEREK });
    let options = json!({ "enabled": true, "delete_from_server": false, "retention_days": 90, "auto_share": true });
    let ask = async |name: &str, arguments: Value| {
        let script = "const [name, call, done] = arguments; window.__TAURI__.core.invoke(name, { call }) \
                      .then((reply) => done({ reply }), (failure) => done({ failure }))";
        window.client().execute_async(script, vec![json!(name), arguments]).await
    };
    let mut answers = Vec::new();
    for secret in [ACCOUNT, WRONG] {
        let test = json!({ "mailbox": null, "connection": connection, "secret": secret });
        answers.push(ask("test_connection", test).await?);
    }
    let add = json!({ "kind": "mssante", "address": "i@x.test", "connection": connection, "secret": ACCOUNT,
        "options": options });
    answers.push(ask("add_mailbox", add).await?);
    answers.push(ask("list_mailbox_settings", json!({})).await?);
    answers.push(json!(window.client().source().await?));
    window.close().await?;
    Ok(json!(answers).to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_is_written_anywhere_but_where_it_is_kept() -> Result<()> {
    let logged = Logged::everything();
    let Some(oidc) = Oidc::start(DEREK, OIDC_SECRET, 600)? else { return Ok(()) };
    let users = [(DEREK, ACCOUNT)];
    let usual = Options { with_pop3: true, with_submission: true, ..Options::default() };
    let by_password = Dovecot::start_with(&users, usual)?;
    let by_token = Dovecot::start_with(&users, Options { oidc_port: Some(oidc.port()), ..usual })?;
    by_password.deliver(DEREK, &mail(1, "EXEMPLE", "N"))?;
    by_token.deliver(DEREK, &mail(2, "EXEMPLE", "N"))?;

    let mut secrets = Secrets::default();
    for (name, text) in [
        ("a person's password", PASSWORD),
        ("an account's secret", ACCOUNT),
        ("a wrong secret", WRONG),
        ("a usage code", CODE),
        ("a certificate's password", SEALED),
        ("a wrong one", WRONG_SEAL),
    ] {
        secrets.add(name, text.as_bytes());
    }
    let apart = tempfile::tempdir()?;
    let certificate = by_password.client_certificate(DEREK, false)?;
    let p12 = sealed(apart.path(), &certificate);
    secrets.add_key_of_pem("a certificate's key", &certificate.1);
    secrets.add("a certificate's file", &p12[p12.len() / 2..p12.len() / 2 + 64]);

    let practice = Practice::new().await;
    let watched = Arguments::watch(&secrets);
    practice.trust(by_password.ca_pem());
    std::fs::write(practice.data().join("autorites/autre.pem"), by_token.ca_pem())?;
    let registration = format!(r#"{{"issuer":"{}","client_id":"{CLIENT}"}}"#, oidc.issuer());
    std::fs::write(practice.data().join("pro-sante-connect.json"), registration)?;
    practice.core.use_browser(Arc::new(Led));
    practice.core.trust_with_tokens("localhost");
    practice.core.handle(&practice.derek, BeginProSante {}).await.unwrap();
    let begun = Instant::now();
    while !matches!(practice.core.handle(&practice.derek, GetProSante {}).await, Ok(ProSanteState::SignedIn { .. })) {
        ensure!(begun.elapsed() < Duration::from_secs(20), "nobody came back from the browser");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let mut answered = by_the_core(&practice, &by_password, &by_token, &p12).await;
    let tokens = oidc.tokens()?;
    ensure!(tokens.len() >= 3, "the provider tells no tokens: {tokens:?}");
    tokens.iter().for_each(|token| secrets.add("a token", token.as_bytes()));
    practice.core.stop().await;
    let key = std::fs::read(practice.folder.path().join("clef"))?;
    secrets.add("the store's key, as kept", key.trim_ascii());

    let bannette = Bannette::at(practice.folder.path()).signed_in(DEREK, PASSWORD).with("BANNETTE_LOG", "trace");
    let (running, port, file) = (bannette.clone(), by_password.starttls_port(), apart.path().join("sealed.p12"));
    tokio::task::spawn_blocking(move || by_the_command_line(&running, port, &file)).await?;
    let written = apart.path().join("written");
    answered.push_str(&by_the_window(practice.folder.path(), port, &written).await?);
    let written = std::fs::read(written)?;

    let mut found = secrets.found_in("an answer", answered.as_bytes());
    found.extend(secrets.found_in("the log of the core", &logged.bytes()));
    found.extend(secrets.found_in("what the command line wrote", &bannette.all_written()));
    found.extend(secrets.found_in("what the window's program wrote", &written));
    for folder in ["cabinet", "telechargements"].map(|name| practice.folder.path().join(name)) {
        for file in if folder.exists() { bannette::files(&folder) } else { Vec::new() } {
            found.extend(secrets.found_in(&file.display().to_string(), &std::fs::read(&file)?));
        }
    }
    found.extend(watched.end());
    ensure!(found.is_empty(), "{} leaks:\n{}", found.len(), found.join("\n"));
    // There was something to be found, and it was looked at.
    ensure!(!written.is_empty(), "the window's program wrote nothing");
    ensure!(logged.bytes().len() > 1_000 && bannette.all_written().len() > 10_000, "nothing was written");
    Ok(())
}
