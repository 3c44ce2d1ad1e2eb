//! What mailboxes sign in with lies in the operating system's key store: here the Secret Service of GNOME, on a bus and in
//! a home of the test's own. By the core, on a real server: kept, used, replaced, forgotten, moved from an older store,
//! and what is told when the key store is locked.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[path = "support/dovecot.rs"]
mod dovecot;
#[path = "support/practice.rs"]
mod practice;
#[path = "support/rows.rs"]
mod rows;

use bannette_api::connection::{Doing, MailboxState, OpeningFault, Trouble};
use bannette_api::failure::StoreTrouble;
use bannette_api::keeping::{Received, RemoveMailbox};
use bannette_api::mailboxes::{
    AddMailbox, Apicrypt, CertificateFile, ChangeMailbox, Connection, Decryptor, MailboxKind, MailboxSecret,
    MailboxSettings, SignInWay, Tls,
};
use bannette_api::session::{GetSituation, Situation};
use bannette_api::{Failure, MailboxId};
use bannette_core::{Core, Handle as _, KeyPlace, ManualClock, Place};
use base64::Engine as _;
use dovecot::Dovecot;
use practice::{PASSWORD, Practice, caught_up, imap, mail, password, sealed_mail};
use sha2::Digest as _;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

const INSIDE: &str = "BANNETTE_WITH_KEY_STORE";
const SECRET: &str = "secret-du-compte-ß7";
const CODE: &str = "code-usage-4711-inventé";
const HOUR: i64 = 3_600_000;

/// This program again, with a bus, an unlocked key store and a home of its own, in which it does that test alone.
fn with_key_store(test: &str) -> bool {
    if std::env::var_os(INSIDE).is_some() {
        return true;
    }
    let home = tempfile::tempdir().unwrap();
    let run = home.path().join("run");
    std::fs::create_dir(&run).unwrap();
    std::fs::set_permissions(&run, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
    // The daemon takes the password of the key store from its input, and ends with the test.
    let start = r#"printf secret | gnome-keyring-daemon --unlock --components=secrets --foreground >/dev/null & daemon=$!
        for try in $(seq 100); do [ -S "$XDG_RUNTIME_DIR/keyring/control" ] && break; sleep 0.05; done
        export BANNETTE_KEY_STORE=$daemon
        "$0" --exact "$1" --nocapture; status=$?
        kill $daemon 2>/dev/null; exit $status"#;
    let status = Command::new("dbus-run-session")
        .args(["--", "bash", "-c", start])
        .arg(std::env::current_exe().unwrap())
        .arg(test)
        .env(INSIDE, "1")
        .env("HOME", home.path())
        .env("XDG_RUNTIME_DIR", &run)
        .env_remove("XDG_DATA_HOME")
        .env_remove("DISPLAY")
        .status()
        .unwrap();
    assert!(status.success(), "{test} with a key store");
    false
}

/// Names and values of the columns in which the places of secrets stand.
async fn columns(data: &Path, key: &Path) -> Vec<(String, String)> {
    let mut connection = rows::open(data, key).await;
    let columns: Vec<(String, String, String)> =
        sqlx::query_as("select secret, key_code, certificate from mailbox order by key")
            .fetch_all(&mut connection)
            .await
            .unwrap();
    let named = columns
        .into_iter()
        .flat_map(|(secret, code, certificate)| [("secret", secret), ("key_code", code), ("certificate", certificate)]);
    named.filter(|(_, value)| !value.is_empty()).map(|(name, value)| (name.to_owned(), value)).collect()
}

/// The practice's name in the key store.
fn practice_name(data: &Path) -> String {
    let digest = sha2::Sha256::digest(data.canonicalize().unwrap().to_string_lossy().as_bytes());
    digest[..8].iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What lies in the key store at that place; nothing where it was taken out.
fn kept(data: &Path, place: &str) -> Option<String> {
    let (name, parts) = place.strip_prefix("entry:").unwrap().split_once('/').unwrap();
    let mut all = Vec::new();
    for part in 0..parts.parse::<usize>().unwrap() {
        let account = format!("{}/{name}/{part}", practice_name(data));
        let entry = keyring::Entry::new("fr.bannette.mailbox", &account).unwrap();
        // The daemon finds an entry that goes away before it is read: it is asked once more.
        match entry.get_secret().or_else(|_| entry.get_secret()) {
            Ok(bytes) => all.extend(bytes),
            Err(keyring::Error::NoEntry) => return None,
            Err(error) => panic!("{error}"),
        }
    }
    Some(String::from_utf8(all).unwrap())
}

/// The practice's key, as a file for whoever looks into the store.
fn key_file(practice: &Practice) -> std::path::PathBuf {
    let secret =
        keyring::Entry::new("fr.bannette.store", &practice_name(&practice.data())).unwrap().get_secret().unwrap();
    let digits: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
    let file = practice.folder.path().join("clef-lue");
    std::fs::write(&file, digits).unwrap();
    file
}

async fn reopened(practice: Practice, clock: ManualClock) -> Practice {
    let place = Place { key: KeyPlace::KeyStore, ..practice::place(practice.folder.path()) };
    practice.reopened(place, Arc::new(clock)).await
}

fn in_hours(hours: i64) -> ManualClock {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis();
    ManualClock::at(bannette_api::Timestamp(i64::try_from(now).unwrap() + hours * HOUR))
}

/// As long as a secret may be: 3 kB.
fn long_code() -> String {
    "€".repeat(1_000)
}

fn why(state: &MailboxState) -> Option<&Trouble> {
    match &state.doing {
        Doing::Waiting { why, .. } | Doing::NeedsPerson { why, .. } => Some(why),
        _ => None,
    }
}

async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(20);
    while !holds().await {
        assert!(Instant::now() < end, "{what}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn change(practice: &Practice, mailbox: &MailboxSettings, secret: &str) {
    let call = ChangeMailbox { secret: Some(MailboxSecret(secret.to_owned())), ..ChangeMailbox::keeping(mailbox) };
    practice.core.handle(&practice.derek, call).await.unwrap();
}

async fn remove(practice: &Practice, mailbox: MailboxId) {
    let call = RemoveMailbox { mailbox, received: Received::Archive };
    practice.core.handle(&practice.derek, call).await.unwrap();
}

#[test]
fn secrets_lie_in_the_key_store_and_leave_it_with_their_use() {
    if with_key_store("secrets_lie_in_the_key_store_and_leave_it_with_their_use") {
        tokio::runtime::Runtime::new().unwrap().block_on(kept_used_and_forgotten());
    }
}

async fn kept_used_and_forgotten() {
    let server = Dovecot::start(&[("derek", SECRET)]).unwrap();
    server.deliver("derek", &mail(1, "EXEMPLE", "N")).unwrap();
    let practice = Practice::with_key_store().await;
    let (data, key) = (practice.data(), key_file(&practice));
    practice.trust(server.ca_pem());

    // Each kind of secret, one of them larger than an entry of Windows may be.
    let by_password = practice.imap_mailbox(&practice.derek, server.tls_port(), "derek", SECRET).await;
    let (certificate, private) = server.client_certificate("derek", false).unwrap();
    let pem = certificate + &private;
    let by_certificate = AddMailbox {
        certificate: Some(CertificateFile {
            base64: base64::engine::general_purpose::STANDARD.encode(&pem),
            password: MailboxSecret(String::new()),
        }),
        ..AddMailbox::new(
            MailboxKind::Mssante,
            "certificat@medecin.test",
            Connection::Imap {
                host: "localhost".to_owned(),
                port: server.tls_port(),
                tls: Tls::Implicit,
                account: "derek".to_owned(),
                sign_in: SignInWay::Certificate,
            },
        )
    };
    let by_certificate = practice.core.handle(&practice.derek, by_certificate).await.unwrap();
    let opened_by_code = AddMailbox {
        key_code: Some(MailboxSecret(long_code())),
        apicrypt: Some(Apicrypt { key_id: "clef-d-essai".to_owned(), ..Apicrypt::default() }),
        ..AddMailbox::new(
            MailboxKind::Apicrypt,
            "apicrypt@medecin.test",
            Connection::imap("localhost", server.tls_port(), Tls::Implicit, "derek"),
        )
    };
    let opened_by_code = practice.core.handle(&practice.derek, opened_by_code).await.unwrap();
    assert!(by_password.secret_kept && opened_by_code.key_code_kept && by_certificate.certificate.is_some());

    let columns_now = columns(&data, &key).await;
    let [(_, secret), (_, certificate), (_, code)] = &columns_now[..] else { panic!("{columns_now:?}") };
    assert_eq!(kept(&data, secret).as_deref(), Some(SECRET));
    assert_eq!(kept(&data, code), Some(long_code()));
    assert!(kept(&data, certificate).unwrap().contains("PRIVATE KEY"));
    assert!(code.ends_with("/2"), "one entry for {} bytes", long_code().len());

    // The kept one opens the account.
    practice.core.start_fetching();
    practice.until(&practice.derek, by_password.id, caught_up).await;
    practice.until_listed(&practice.derek, 1).await;

    // Replaced: the former one is gone. Another server's is forgotten.
    change(&practice, &by_password, "un-autre").await;
    until("the former one is taken out", async || kept(&data, secret).is_none()).await;
    let refused = |state: &MailboxState| why(state) == Some(&Trouble::LoginRefused);
    practice.until(&practice.derek, by_password.id, refused).await;
    change(&practice, &by_password, SECRET).await;
    practice.until(&practice.derek, by_password.id, caught_up).await;

    // A mailbox that ends leaves nothing in it.
    let before = columns(&data, &key).await;
    for mailbox in [by_password.id, by_certificate.id, opened_by_code.id] {
        remove(&practice, mailbox).await;
    }
    assert_eq!(columns(&data, &key).await, []);
    for (name, place) in &before {
        until(name, async || kept(&data, place).is_none()).await;
    }
    practice.core.stop().await;
}

#[test]
fn what_a_change_left_and_what_an_older_program_kept() {
    if with_key_store("what_a_change_left_and_what_an_older_program_kept") {
        tokio::runtime::Runtime::new().unwrap().block_on(left_over_and_moved());
    }
}

async fn left_over_and_moved() {
    let server = Dovecot::start(&[("derek", SECRET)]).unwrap();
    let practice = Practice::with_key_store().await;
    let (data, key) = (practice.data(), key_file(&practice));
    practice.trust(server.ca_pem());
    let mailbox = practice.imap_mailbox(&practice.derek, server.tls_port(), "derek", SECRET).await;

    // A change that is refused at its end: its secret is noted as unused, and taken out when nobody can wait for it any more.
    let twice = practice.core.handle(&practice.derek, imap(server.tls_port(), "derek", "jamais-gardé")).await;
    assert!(twice.is_err(), "{twice:?}");
    let unused = "select 'entry:' || name || '/' || parts from unused_entry";
    let left_over = |mut connection: sqlx::sqlite::SqliteConnection| async move {
        sqlx::query_scalar::<_, String>(unused).fetch_all(&mut connection).await.unwrap()
    };
    let [left] = &left_over(rows::open(&data, &key).await).await[..] else { panic!("not noted") };
    let practice = reopened(practice, in_hours(0)).await;
    // It looks at the start: time enough to take out too much.
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(kept(&data, left).as_deref(), Some("jamais-gardé"));
    let practice = reopened(practice, in_hours(2)).await;
    until("what was left over is taken out", async || left_over(rows::open(&data, &key).await).await.is_empty()).await;
    assert_eq!(kept(&data, left), None);

    // As a program before this one left it: in the store itself.
    practice.core.stop().await;
    let mut connection = rows::open(&data, &key).await;
    let here = sqlx::query("update mailbox set secret = $1, key_code = $2").bind(format!("here:{SECRET}"));
    here.bind(format!("here:{CODE}")).execute(&mut connection).await.unwrap();
    drop(connection);
    let practice = reopened(practice, in_hours(2)).await;
    until("they are moved", async || columns(&data, &key).await.iter().all(|(_, place)| place.starts_with("entry:")))
        .await;
    let moved = columns(&data, &key).await;
    let values: Vec<Option<String>> = moved.iter().map(|(_, place)| kept(&data, place)).collect();
    assert_eq!(values, [Some(SECRET.to_owned()), Some(CODE.to_owned())]);
    until("nothing is left over", async || left_over(rows::open(&data, &key).await).await.is_empty()).await;
    let fetched = practice.core.fetch_once(&practice.derek, Some(mailbox.id)).await.unwrap();
    assert!(fetched.len() == 1 && fetched[0].outcome.is_ok(), "{fetched:?}");

    // Locked: it is told, and what was typed is not lost in silence.
    lock_key_store();
    let fetched = practice.core.fetch_once(&practice.derek, Some(mailbox.id)).await.unwrap();
    assert_eq!(fetched[0].outcome, Err(Trouble::KeyStoreClosed));
    let call = ChangeMailbox { secret: Some(MailboxSecret("en-vain".to_owned())), ..ChangeMailbox::keeping(&mailbox) };
    let refused = practice.core.handle(&practice.derek, call).await;
    assert_eq!(refused, Err(Failure::Store { trouble: StoreTrouble::KeyStoreClosed }));
    assert_eq!(columns(&data, &key).await, moved);
    practice.core.stop().await;
}

#[test]
fn a_key_store_that_waits_for_a_person_holds_up_nobody() {
    if with_key_store("a_key_store_that_waits_for_a_person_holds_up_nobody") {
        tokio::runtime::Runtime::new().unwrap().block_on(unanswered());
    }
}

async fn unanswered() {
    let server = Dovecot::start(&[("derek", SECRET)]).unwrap();
    let practice = Practice::with_key_store().await;
    practice.trust(server.ca_pem());
    let mailbox = practice.imap_mailbox(&practice.derek, server.tls_port(), "derek", SECRET).await;
    let watched = practice.folder.path().join("apicrypt");
    std::fs::create_dir(&watched).unwrap();
    let copying = ["{input}", "{output}"].map(ToOwned::to_owned).to_vec();
    let decryptor = Decryptor::Program { program: "/bin/cp".to_owned(), arguments: copying };
    let folder = AddMailbox {
        key_code: Some(MailboxSecret(CODE.to_owned())),
        apicrypt: Some(Apicrypt { key_id: "clef-d-essai".to_owned(), decryptor }),
        password: Some(password(PASSWORD)),
        ..AddMailbox::new(
            MailboxKind::Apicrypt,
            "apicrypt@medecin.test",
            Connection::folder(watched.to_string_lossy().into_owned()),
        )
    };
    let folder = practice.core.handle(&practice.derek, folder).await.unwrap();

    let key_store = Silent::now();
    // A mailbox whose password lies there says why nothing comes; a folder, which needs none, is received all the same.
    practice.core.start_fetching();
    std::fs::write(watched.join("1.eml"), mail(1, "EXEMPLE", "N")).unwrap();
    practice.until_listed(&practice.derek, 1).await;
    let closed = |state: &MailboxState| why(state) == Some(&Trouble::KeyStoreClosed);
    practice.until(&practice.derek, mailbox.id, closed).await;
    // What came encrypted waits for the code that lies there.
    std::fs::write(watched.join("2.eml"), sealed_mail(2)).unwrap();
    let encrypted = [Trouble::Encrypted { messages: 1, why: OpeningFault::KeyStoreClosed }];
    practice.until(&practice.derek, folder.id, |state| state.beside == encrypted).await;
    // It is unlocked: the reception goes on by itself.
    drop(key_store);
    practice.until(&practice.derek, mailbox.id, caught_up).await;

    // At the start, the window is there to say it; and another look opens the practice.
    practice.core.stop().await;
    let key_store = Silent::now();
    let place = Place { key: KeyPlace::KeyStore, ..practice::place(practice.folder.path()) };
    let core = Core::open(place).await;
    let _stopping = practice::Stopping(core.clone());
    let window = core.session();
    let situation = async || core.handle(&window, GetSituation {}).await.unwrap();
    assert_eq!(situation().await, Situation::Unopenable { trouble: StoreTrouble::KeyStoreClosed });
    // Whoever was told asks for another try.
    assert_eq!(situation().await, Situation::Unopenable { trouble: StoreTrouble::KeyStoreClosed });
    drop(key_store);
    assert!(matches!(situation().await, Situation::SignedOut { .. }));
}

/// The key store gives no answer while this lives, as one that has asked a person for its password.
struct Silent;

impl Silent {
    fn now() -> Self {
        Self::signal("-STOP");
        Self
    }

    fn signal(signal: &str) {
        let daemon = std::env::var("BANNETTE_KEY_STORE").unwrap();
        assert!(Command::new("kill").args([signal, &daemon]).status().unwrap().success());
    }
}

impl Drop for Silent {
    fn drop(&mut self) {
        Self::signal("-CONT");
    }
}

/// Locks the key store, as the end of a person's session at the post does.
fn lock_key_store() {
    let status = Command::new("dbus-send")
        .args(["--session", "--print-reply", "--dest=org.freedesktop.secrets", "/org/freedesktop/secrets"])
        .args(["org.freedesktop.Secret.Service.Lock", "array:objpath:/org/freedesktop/secrets/collection/login"])
        .stdout(std::process::Stdio::null())
        .status()
        .unwrap();
    assert!(status.success());
}
