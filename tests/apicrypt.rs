//! APICRYPT through the core: what is encrypted is listed and kept as it came, opened by the tool that is set, taken up again
//! when the settings change, and never doubled. The tool is this very test, started again, and the cipher is the tests' own:
//! nothing here is APICEM's, nor compatible with it.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[path = "support/dovecot.rs"]
mod dovecot;
#[path = "support/practice.rs"]
mod practice;
#[path = "support/rows.rs"]
mod rows;

use bannette_api::connection::{MailboxState, OpeningFault, Trouble};
use bannette_api::dossiers::{DossierRow, DossierView, OpenDossier, ReadSource, Urgency, ValidateDossier, View};
use bannette_api::failure::{Field, Why};
use bannette_api::journal::VerifyJournal;
use bannette_api::mailboxes::{
    AddMailbox, Apicrypt, ChangeMailbox, Connection, Decryptor, FetchNow, MailboxKind, MailboxSecret, MailboxSettings,
    Tls,
};
use bannette_api::report::{Format, WarningCode};
use bannette_api::{DossierId, Failure};
use bannette_core::Handle as _;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dovecot::Dovecot;
use practice::{PASSWORD, Practice, mail, password};
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const CODE: &str = "code-d-usage-1234";
const KEY: &str = "derek.SHEPERD";
/// The tests' own marks: what stands between them is base64 of bytes that were turned upside down.
const BEGIN: &str = "$APICRYPT essai";
const END: &str = "$FIN essai";

/// Not a test but the tool of the tests. The values of `--skip`, which the test harness takes for names, are: the key, the
/// file to open, the file to write, and a folder that steers it.
#[test]
fn the_tool_of_the_tests() {
    let arguments: Vec<String> = std::env::args().collect();
    let skipped: Vec<&String> = arguments.windows(2).filter(|two| two[0] == "--skip").map(|two| &two[1]).collect();
    let [key, input, output, steering] = skipped[..] else { return };
    let steering = Path::new(steering);
    let mut calls = fs::File::options().append(true).create(true).open(steering.join("calls")).unwrap();
    std::io::Write::write_all(&mut calls, b"x").unwrap();
    let mut code = String::new();
    std::io::stdin().read_to_string(&mut code).unwrap();
    if steering.join("refuse").exists() || key != KEY || code.trim() != CODE {
        std::process::exit(7);
    }
    let given = fs::read(input).unwrap();
    if steering.join("refuse attachments").exists() && !given.starts_with(b"Message") {
        std::process::exit(8);
    }
    if steering.join("copy").exists() {
        fs::write(output, given).unwrap();
        return;
    }
    fs::write(output, turned(&payload(&given))).unwrap();
}

fn turned(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().map(|byte| !byte).collect()
}

fn payload(sealed: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(sealed).into_owned();
    match text.split_once(BEGIN) {
        Some((_, rest)) => {
            let packed: String = rest.split(END).next().unwrap().split_whitespace().collect();
            STANDARD.decode(packed).unwrap()
        }
        None => sealed.to_vec(),
    }
}

fn sealed_text(clear: &[u8]) -> String {
    format!("Message confidentiel\r\n{BEGIN}\r\n{}\r\n{END}\r\n", STANDARD.encode(turned(clear)))
}

/// The clear report in a mail of the tests.
fn report(number: u32, last_name: &str, flag: &str) -> Vec<u8> {
    let whole = mail(number, last_name, flag);
    let at = whole.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
    whole[at + 4..].to_vec()
}

fn sealed_mail(number: u32, last_name: &str, flag: &str) -> Vec<u8> {
    let whole = String::from_utf8(mail(number, last_name, flag)).unwrap();
    let (head, _) = whole.split_once("\r\n\r\n").unwrap();
    format!("{head}\r\n\r\n{}", sealed_text(&report(number, last_name, flag))).into_bytes()
}

/// A mail with an encrypted body and an encrypted attachment, whose clear bytes are another report.
fn sealed_mail_with_attachment(number: u32) -> Vec<u8> {
    let whole = String::from_utf8(mail(number, "EXEMPLE", "N")).unwrap();
    let (head, _) = whole.split_once("\r\n\r\n").unwrap();
    let head =
        head.replace("Content-Type: text/plain; charset=utf-8", "Content-Type: multipart/mixed; boundary=limite");
    let body = sealed_text(&report(number, "EXEMPLE", "N"));
    let attached = STANDARD.encode(turned(&report(number + 1000, "EXEMPLE", "HH")));
    format!(
        "{head}\r\n\r\n--limite\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{body}\r\n--limite\r\n\
         Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=\"suite.hpr.apz\"\r\n\
         Content-Transfer-Encoding: base64\r\n\r\n{attached}\r\n--limite--\r\n"
    )
    .into_bytes()
}

/// A practice with an APICRYPT account whose messages lie in a folder.
struct World {
    practice: Practice,
    folder: PathBuf,
    steering: PathBuf,
}

fn program(steering: &Path) -> Decryptor {
    let steering = steering.to_string_lossy();
    let arguments = [
        "--exact",
        "the_tool_of_the_tests",
        "--skip",
        "{key}",
        "--skip",
        "{input}",
        "--skip",
        "{output}",
        "--skip",
        &steering,
    ];
    Decryptor::Program {
        program: std::env::current_exe().unwrap().to_string_lossy().into_owned(),
        arguments: arguments.map(str::to_owned).to_vec(),
    }
}

fn account(connection: Connection, decryptor: Decryptor, code: &str) -> AddMailbox {
    AddMailbox {
        apicrypt: Some(Apicrypt { key_id: KEY.to_owned(), decryptor }),
        key_code: Some(MailboxSecret(code.to_owned())),
        password: Some(password(PASSWORD)),
        ..AddMailbox::new(MailboxKind::Apicrypt, "derek.sheperd@apicrypt.test", connection)
    }
}

impl World {
    async fn new() -> Self {
        let practice = Practice::new().await;
        let (folder, steering) = (practice.folder.path().join("depot"), practice.folder.path().join("conduite"));
        fs::create_dir(&folder).unwrap();
        fs::create_dir(&steering).unwrap();
        Self { practice, folder, steering }
    }

    async fn mailbox(&self, decryptor: Decryptor, code: &str) -> MailboxSettings {
        let connection = Connection::folder(self.folder.to_string_lossy().into_owned());
        self.practice.core.handle(&self.practice.derek, account(connection, decryptor, code)).await.unwrap()
    }

    fn put(&self, name: &str, bytes: &[u8]) {
        fs::write(self.folder.join(name), bytes).unwrap();
    }

    async fn listed(&self, count: usize) -> Vec<DossierRow> {
        self.practice.until_listed(&self.practice.derek, count).await
    }

    /// Waits until the only dossier is as wanted.
    async fn until_row(&self, what: &str, wanted: impl Fn(&DossierRow) -> bool) -> DossierRow {
        let begun = Instant::now();
        loop {
            let rows = self.practice.list(&self.practice.derek, View::Team).await.unwrap();
            if let Some(row) = rows.iter().find(|row| wanted(row)) {
                return row.clone();
            }
            assert!(begun.elapsed() < Duration::from_secs(30), "still not {what}: {rows:?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    async fn open(&self, dossier: DossierId) -> DossierView {
        self.practice
            .core
            .handle(&self.practice.derek, OpenDossier { dossier, encoding: None, message: None })
            .await
            .unwrap()
    }

    async fn until_beside(&self, mailbox: &MailboxSettings, wanted: Option<Trouble>) -> MailboxState {
        let wanted: Vec<Trouble> = wanted.into_iter().collect();
        self.practice.until(&self.practice.derek, mailbox.id, |state| state.beside == wanted).await
    }

    fn calls(&self) -> usize {
        fs::read(self.steering.join("calls")).unwrap_or_default().len()
    }

    async fn set(&self, mailbox: &MailboxSettings, decryptor: Decryptor, code: Option<&str>) {
        let change = ChangeMailbox {
            apicrypt: Some(Apicrypt { key_id: KEY.to_owned(), decryptor }),
            key_code: code.map(|code| MailboxSecret(code.to_owned())),
            password: Some(password(PASSWORD)),
            ..ChangeMailbox::keeping(mailbox)
        };
        self.practice.core.handle(&self.practice.derek, change).await.unwrap();
    }

    async fn number(&self, query: &'static str) -> i64 {
        let mut file = rows::open(&self.practice.data(), &self.practice.folder.path().join("clef")).await;
        rows::number(&mut file, query).await
    }

    async fn sound(&self) {
        let journal = self.practice.core.handle(&self.practice.derek, VerifyJournal::default()).await.unwrap();
        assert_eq!(journal.faults, []);
        self.practice.core.stop().await;
        let mut file = rows::open(&self.practice.data(), &self.practice.folder.path().join("clef")).await;
        rows::is_whole(&mut file).await;
        // Not a byte of anything clear outside the encrypted store.
        let workplace = self.practice.data().join("ouverture");
        assert!(fs::read_dir(workplace).map_or(true, |mut left| left.next().is_none()));
    }
}

fn encrypted(messages: u64, why: OpeningFault) -> Option<Trouble> {
    Some(Trouble::Encrypted { messages, why })
}

#[tokio::test(flavor = "multi_thread")]
async fn from_a_server_to_the_list_with_both_hashes_kept() {
    let server = Dovecot::start(&[("derek", "secret")]).unwrap();
    let delivered = sealed_mail(1, "EXEMPLE", "HH");
    server.deliver("derek", &delivered).unwrap();
    let world = World::new().await;
    world.practice.trust(server.ca_pem());
    let connection = Connection::imap("localhost", server.tls_port(), Tls::Implicit, "derek");
    let call = AddMailbox {
        secret: Some(MailboxSecret("secret".to_owned())),
        ..account(connection, program(&world.steering), CODE)
    };
    let mailbox = world.practice.core.handle(&world.practice.derek, call).await.unwrap();
    assert!(mailbox.key_code_kept);
    world.practice.core.start_fetching();
    let row = world.until_row("opened", |row| row.format == Format::HprimMedecin).await;
    // The laboratory's flag stands, and that its own bounds say otherwise is said.
    assert_eq!((row.urgency, row.warned), (Urgency::Critical, true));
    assert_eq!(row.patient.as_ref().unwrap().last_name, "EXEMPLE");
    let view = world.open(row.id).await;
    assert_eq!(view.report.sections[0].results[0].value.as_deref(), Some("4.2"));
    assert_eq!((view.encrypted, view.row.subject.as_str()), (None, "Resultats 1"));
    // The source stays what was delivered, encrypted.
    let source = ReadSource { dossier: row.id, message: None, from: 0, length: 100_000 };
    let piece = world.practice.core.handle(&world.practice.derek, source).await.unwrap();
    let source = STANDARD.decode(piece.base64).unwrap();
    assert_eq!(String::from_utf8_lossy(&source).matches(BEGIN).count(), 1);
    assert!(!String::from_utf8_lossy(&source).contains("EXEMPLE"));
    assert_eq!(world.number("select count(*) from clear_part").await, 1);
    let journaled = "select count(*) from journal j join raw_message r join clear_part c
        where j.act = 'opened_by_tool' and instr(j.detail, lower(hex(r.sha256))) and instr(j.detail, lower(hex(c.sha256)))";
    assert_eq!(world.number(journaled).await, 1);
    world.sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_tool_it_is_kept_and_taken_up_by_itself_once_there_is_one() {
    let world = World::new().await;
    world.put("1.eml", &sealed_mail(1, "EXEMPLE", "LL"));
    let mailbox = world.mailbox(Decryptor::None, CODE).await;
    world.practice.core.start_fetching();
    let row = world.listed(1).await.remove(0);
    assert_eq!((row.format, row.urgency, row.warned), (Format::Apicrypt, Urgency::Unknown, true));
    world.until_beside(&mailbox, encrypted(1, OpeningFault::NoTool)).await;
    // How many there are is told to the owner alone: of them some may be confidential.
    let (reader, person) = world.practice.person("piscine", bannette_api::people::Role::Secretary).await;
    world.practice.share(&world.practice.derek, mailbox.id, &[(person.id, bannette_api::sharing::Level::Read)]).await;
    let list = bannette_api::mailboxes::ListMailboxes {};
    let told = world.practice.core.handle(&reader, list).await.unwrap().remove(0);
    assert_eq!((told.id, told.state.beside), (mailbox.id, Vec::new()));
    let view = world.open(row.id).await;
    assert_eq!(view.encrypted.map(|one| (one.mailbox, one.why)), Some((mailbox.id, OpeningFault::NoTool)));
    assert!(view.warnings.iter().any(|warning| warning.code == WarningCode::Encrypted));
    // A secretary puts it aside: what is then read in it must come back to everybody's eyes.
    let validate = ValidateDossier { dossier: row.id, validated: true };
    world.practice.core.handle(&world.practice.derek, validate).await.unwrap();
    world.listed(0).await;

    world.set(&mailbox, program(&world.steering), Some(CODE)).await;
    let opened = world.until_row("opened", |row| row.format == Format::HprimMedecin).await;
    assert_eq!((opened.id, opened.urgency, opened.seen_by_me), (row.id, Urgency::Critical, false));
    world.until_beside(&mailbox, None).await;
    assert_eq!(world.number("select count(*) from dossier").await, 1);
    assert_eq!(world.number("select count(*) from sealed_message").await, 0);
    assert_eq!(world.calls(), 1);
    world.sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_tried_a_few_times_and_then_on_demand() {
    let world = World::new().await;
    world.put("1.eml", &sealed_mail(1, "EXEMPLE", "N"));
    let mailbox = world.mailbox(program(&world.steering), "code-faux").await;
    world.practice.core.start_fetching();
    let refused = encrypted(1, OpeningFault::Refused { code: Some(7) });
    world.until_beside(&mailbox, refused.clone()).await;
    let row = world.listed(1).await.remove(0);
    assert_eq!(row.format, Format::Apicrypt);
    // Not again at once: a tool that refuses may lock its key.
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert_eq!(world.calls(), 1);
    // A person asks.
    let again = FetchNow { mailbox: mailbox.id };
    world.practice.core.handle(&world.practice.derek, again.clone()).await.unwrap();
    let begun = Instant::now();
    while world.calls() < 2 {
        assert!(begun.elapsed() < Duration::from_secs(20));
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    // The right code: by itself.
    world.set(&mailbox, program(&world.steering), Some(CODE)).await;
    let opened = world.until_row("opened", |row| row.format == Format::HprimMedecin).await;
    assert_eq!(opened.id, row.id);
    world.sound().await;
}

/// A tool that ends well and gives what it was given has opened nothing, and is not believed.
#[tokio::test(flavor = "multi_thread")]
async fn a_tool_that_copies_has_opened_nothing() {
    let world = World::new().await;
    fs::write(world.steering.join("copy"), "").unwrap();
    world.put("1.eml", &sealed_mail(1, "EXEMPLE", "N"));
    let mailbox = world.mailbox(program(&world.steering), CODE).await;
    world.practice.core.start_fetching();
    world.until_beside(&mailbox, encrypted(1, OpeningFault::StillEncrypted)).await;
    let row = world.listed(1).await.remove(0);
    assert_eq!((row.format, row.patient), (Format::Apicrypt, None));
    fs::remove_file(world.steering.join("copy")).unwrap();
    world.practice.core.handle(&world.practice.derek, FetchNow { mailbox: mailbox.id }).await.unwrap();
    let opened = world.until_row("opened", |row| row.format == Format::HprimMedecin).await;
    assert_eq!(opened.id, row.id);
    world.sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stays_encrypted_beside_what_was_opened_is_said_and_joins_later() {
    let world = World::new().await;
    fs::write(world.steering.join("refuse attachments"), "").unwrap();
    world.put("1.eml", &sealed_mail_with_attachment(1));
    let mailbox = world.mailbox(program(&world.steering), CODE).await;
    world.practice.core.start_fetching();
    let first = world.until_row("the body opened", |row| row.format == Format::HprimMedecin).await;
    assert!(first.warned);
    let view = world.open(first.id).await;
    assert_eq!(view.encrypted.map(|one| one.why), Some(OpeningFault::Refused { code: Some(8) }));
    let validate = ValidateDossier { dossier: first.id, validated: true };
    world.practice.core.handle(&world.practice.derek, validate).await.unwrap();
    fs::remove_file(world.steering.join("refuse attachments")).unwrap();
    world.practice.core.handle(&world.practice.derek, FetchNow { mailbox: mailbox.id }).await.unwrap();
    // The second report is a dossier of its own; the first one stays what it was, validated.
    let second = world.until_row("the attachment opened", |row| row.urgency == Urgency::Critical).await;
    assert_ne!(second.id, first.id);
    assert_eq!(world.number("select count(*) from dossier").await, 2);
    assert_eq!(world.number("select count(*) from dossier where validated_at <> 0").await, 1);
    let view = world.open(first.id).await;
    assert_eq!((view.encrypted, view.row.validated.is_some()), (None, true));
    assert_eq!(view.report.number.as_deref(), Some("A00000001"));
    assert_eq!(world.open(second.id).await.report.number.as_deref(), Some("A00001001"));
    world.sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_report_in_clear_by_another_way_counts_once() {
    let world = World::new().await;
    let clear = world.practice.folder.path().join("clair");
    fs::create_dir(&clear).unwrap();
    fs::write(clear.join("1.eml"), mail(1, "EXEMPLE", "H")).unwrap();
    world.put("1.eml", &sealed_mail(1, "EXEMPLE", "H"));
    let mailbox = world.mailbox(Decryptor::None, CODE).await;
    world.practice.folder_mailbox(&world.practice.derek, &clear).await;
    world.practice.core.start_fetching();
    world.listed(2).await;
    world.set(&mailbox, program(&world.steering), Some(CODE)).await;
    world.until_beside(&mailbox, None).await;
    world.listed(1).await;
    let counts = world.practice.core.handle(&world.practice.derek, bannette_api::dossiers::GetCounts {}).await.unwrap();
    assert_eq!((counts.team, counts.abnormal), (1, 1));
    world.sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tool_that_is_not_there_is_waited_for() {
    let world = World::new().await;
    world.put("1.eml", &sealed_mail(1, "EXEMPLE", "N"));
    let Decryptor::Program { program: here, arguments } = program(&world.steering) else { panic!() };
    let link = world.practice.folder.path().join("outil");
    let decryptor = Decryptor::Program { program: link.to_string_lossy().into_owned(), arguments };
    let mailbox = world.mailbox(decryptor, CODE).await;
    world.practice.core.start_fetching();
    world.until_beside(&mailbox, encrypted(1, OpeningFault::ToolMissing)).await;
    std::os::unix::fs::symlink(here, link).unwrap();
    world.until_row("opened", |row| row.format == Format::HprimMedecin).await;
    world.sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn clear_files_of_the_official_tool_need_no_other_tool() {
    let world = World::new().await;
    world.put("1.hpr", &report(1, "EXEMPLE", "HH"));
    let mailbox = world.mailbox(Decryptor::Clear, CODE).await;
    world.practice.core.fetch_once(&world.practice.derek, None).await.unwrap();
    assert_eq!(world.listed(1).await[0].urgency, Urgency::Critical);
    world.until_beside(&mailbox, None).await;
    world.sound().await;
}

/// What a program does is done with all that its person may do: the page, and whoever finds the window open, name none.
#[tokio::test(flavor = "multi_thread")]
async fn a_program_is_named_by_ones_password_alone() {
    let world = World::new().await;
    let (core, derek) = (&world.practice.core, &world.practice.derek);
    let connection = || Connection::folder(world.folder.to_string_lossy().into_owned());
    let tool = program(&world.steering);
    let invalid = |why| Some(Failure::Invalid { field: Field::CurrentPassword, why });
    let adds =
        |given: Option<&str>| AddMailbox { password: given.map(password), ..account(connection(), tool.clone(), CODE) };
    for (given, why) in [(None, Why::Empty), (Some(""), Why::Empty), (Some("une autre phrase"), Why::Unknown)] {
        assert_eq!(core.handle(derek, adds(given)).await.err(), invalid(why));
    }
    assert_eq!(core.handle(derek, bannette_api::mailboxes::ListMailboxSettings {}).await.unwrap(), []);
    let added = core.handle(derek, adds(Some(PASSWORD))).await.unwrap();
    // Other settings of the same tool need none; another tool, or the same one otherwise, does.
    let options = bannette_api::mailboxes::Options { retention_days: Some(30), ..added.options.clone() };
    core.handle(derek, ChangeMailbox { options, ..ChangeMailbox::keeping(&added) }).await.unwrap();
    let with = |decryptor: Decryptor, given: Option<&str>| ChangeMailbox {
        apicrypt: Some(Apicrypt { key_id: KEY.to_owned(), decryptor }),
        password: given.map(password),
        ..ChangeMailbox::keeping(&added)
    };
    let Decryptor::Program { program: path, mut arguments } = tool.clone() else { panic!() };
    arguments.push("-c".to_owned());
    let otherwise = Decryptor::Program { program: path, arguments };
    assert_eq!(core.handle(derek, with(otherwise.clone(), None)).await.err(), invalid(Why::Empty));
    core.handle(derek, with(Decryptor::None, None)).await.unwrap();
    assert_eq!(core.handle(derek, with(tool.clone(), None)).await.err(), invalid(Why::Empty));
    core.handle(derek, with(tool.clone(), Some(PASSWORD))).await.unwrap();
    // Nor can it be guessed: wrong tries count as at the login, whose lock holds here too.
    let mut last = None;
    for _ in 0..5 {
        last = core.handle(derek, with(otherwise.clone(), Some("une autre phrase"))).await.err();
    }
    assert!(matches!(last, Some(Failure::AccountLocked { .. })), "{last:?}");
    let right = core.handle(derek, with(otherwise, Some(PASSWORD))).await.err();
    assert!(matches!(right, Some(Failure::AccountLocked { .. })), "{right:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_wrong_setting_has_its_reason() {
    let world = World::new().await;
    let connection = || Connection::folder(world.folder.to_string_lossy().into_owned());
    let tool = |program: &str, arguments: &[&str]| Decryptor::Program {
        program: program.to_owned(),
        arguments: arguments.iter().map(|one| (*one).to_owned()).collect(),
    };
    for (key, decryptor, field, why) in [
        ("", Decryptor::None, Field::KeyId, Why::Empty),
        ("a\nb", Decryptor::None, Field::KeyId, Why::Form),
        (KEY, tool("", &["{input}", "{output}"]), Field::Program, Why::Empty),
        (KEY, tool("outil", &["{input}", "{output}"]), Field::Program, Why::Form),
        (KEY, tool("/outil", &["{input}"]), Field::Arguments, Why::Form),
        (KEY, tool("/outil", &["{output}"]), Field::Arguments, Why::Form),
        (KEY, tool("/outil", &["{input}", "{output}", "a\nb"]), Field::Arguments, Why::Form),
    ] {
        let mut call = account(connection(), decryptor, CODE);
        call.apicrypt.as_mut().unwrap().key_id = key.to_owned();
        let refused = world.practice.core.handle(&world.practice.derek, call).await;
        assert_eq!(refused, Err(Failure::Invalid { field, why }), "{key:?}");
    }
    // In clear to this post only.
    for (host, refused) in [("proxy.example.org", true), ("192.0.2.1", true), ("127.0.0.1", false)] {
        let local = Connection::imap(host, 1430, Tls::Local, "derek");
        let call = account(local, Decryptor::Clear, CODE);
        let added = world.practice.core.handle(&world.practice.derek, call).await;
        let why = Failure::Invalid { field: Field::Host, why: Why::NotThisPost };
        assert_eq!(added.err(), refused.then_some(why), "{host}");
    }
    let none = AddMailbox { apicrypt: None, ..account(connection(), Decryptor::None, CODE) };
    let refused = world.practice.core.handle(&world.practice.derek, none).await;
    assert_eq!(refused, Err(Failure::Invalid { field: Field::KeyId, why: Why::Empty }));
}
