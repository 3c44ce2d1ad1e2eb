//! A watched folder through the core: what is written there arrives at once and once, a file goes only when its copy is
//! proven, and what cannot be done is said.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[path = "support/practice.rs"]
mod practice;
#[path = "support/rows.rs"]
mod rows;

use bannette_api::Failure;
use bannette_api::connection::{Doing, Trouble};
use bannette_api::dossiers::{DossierRow, View};
use bannette_api::failure::{Field, Why};
use bannette_api::journal::VerifyJournal;
use bannette_api::mailboxes::{AddMailbox, AfterTaking, ChangeMailbox, Connection, MailboxKind, MailboxSettings};
use bannette_api::people::Role;
use bannette_core::{Handle as _, Session};
use practice::Practice;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

fn report(number: u32) -> (String, Vec<u8>) {
    let (_, bytes) = bannette_synthetic::Generator::new(u64::from(number)).hprim_file();
    (format!("{number}.hpr"), bytes)
}

/// A practice that watches a folder.
struct Watched {
    practice: Practice,
    folder: PathBuf,
    archive: PathBuf,
    mailbox: MailboxSettings,
}

async fn watched(after: fn(&Path) -> AfterTaking) -> Watched {
    let practice = Practice::new().await;
    let (folder, archive) = (practice.folder.path().join("depot"), practice.folder.path().join("archive"));
    fs::create_dir(&folder).unwrap();
    fs::create_dir(&archive).unwrap();
    let mailbox = add(&practice, &folder, after(&archive)).await.unwrap();
    Watched { practice, folder, archive, mailbox }
}

async fn add(practice: &Practice, folder: &Path, after: AfterTaking) -> Result<MailboxSettings, Failure> {
    let connection = Connection::Folder { path: text(folder), after };
    practice.core.handle(&practice.derek, AddMailbox::new(MailboxKind::Folder, "Dépôt", connection)).await
}

impl Watched {
    fn put(&self, number: u32) -> PathBuf {
        let (name, bytes) = report(number);
        let path = self.folder.join(name);
        fs::write(&path, bytes).unwrap();
        path
    }

    async fn listed(&self, count: usize) -> Vec<DossierRow> {
        self.practice.until_listed(&self.practice.derek, count).await
    }

    async fn sound(&self) {
        let journal = self.practice.core.handle(&self.practice.derek, VerifyJournal::default()).await.unwrap();
        assert_eq!(journal.faults, []);
        self.practice.core.stop().await;
    }
}

async fn until(what: &str, holds: impl Fn() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < Duration::from_secs(20), "still not: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_arrives_by_itself_once_it_has_stopped_growing() {
    let watched = watched(|_| AfterTaking::Leave).await;
    watched.practice.core.start_fetching();
    let listening = |state: &bannette_api::connection::MailboxState| state.doing == Doing::Listening;
    watched.practice.until(&watched.practice.derek, watched.mailbox.id, listening).await;
    let (_, bytes) = report(1);
    let mut file = File::create(watched.folder.join("lent.hpr")).unwrap();
    for piece in bytes.chunks(bytes.len() / 6 + 1) {
        file.write_all(piece).unwrap();
        tokio::time::sleep(Duration::from_millis(700)).await;
    }
    assert_eq!(watched.practice.list(&watched.practice.derek, View::Team).await.unwrap().len(), 0, "half of a file");
    let written = Instant::now();
    let rows = watched.listed(1).await;
    assert!(written.elapsed() < Duration::from_secs(10));
    assert!(rows[0].patient.is_some(), "the whole report");
    assert_eq!(fs::read(watched.folder.join("lent.hpr")).unwrap(), bytes);
    watched.sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_bytes_under_several_names_are_one_and_all_are_put_away() {
    let watched = watched(|_| AfterTaking::Delete).await;
    let (_, bytes) = report(1);
    for name in ["a.hpr", "b.hpr", "c.hpr"] {
        fs::write(watched.folder.join(name), &bytes).unwrap();
    }
    watched.put(2);
    watched.practice.core.start_fetching();
    watched.listed(2).await;
    until("all files deleted", || fs::read_dir(&watched.folder).unwrap().count() == 0).await;
    // The same again, after it was taken and deleted: known, and put away again.
    fs::write(watched.folder.join("d.hpr"), &bytes).unwrap();
    until("the known file deleted too", || fs::read_dir(&watched.folder).unwrap().count() == 0).await;
    watched.listed(2).await;
    watched.sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_move_overwrites_nothing() {
    let watched = watched(|archive| AfterTaking::Move { to: text(archive) }).await;
    fs::write(watched.archive.join("1.hpr"), b"of somebody else").unwrap();
    let first = watched.put(1);
    watched.practice.core.start_fetching();
    watched.listed(1).await;
    until("the file moved", || !first.exists()).await;
    assert_eq!(fs::read(watched.archive.join("1.hpr")).unwrap(), b"of somebody else");
    assert_eq!(fs::read(watched.archive.join("1 (2).hpr")).unwrap(), report(1).1);
    watched.sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_put_away_is_said_and_done_later() {
    let watched = watched(|archive| AfterTaking::Move { to: text(archive) }).await;
    // The archive's drive is unplugged after it was chosen.
    fs::remove_dir(&watched.archive).unwrap();
    let file = watched.put(1);
    watched.practice.core.start_fetching();
    watched.listed(1).await;
    let said = |state: &bannette_api::connection::MailboxState| state.beside == [Trouble::FolderNotWritable];
    let state = watched.practice.until(&watched.practice.derek, watched.mailbox.id, said).await;
    assert_eq!(state.doing, Doing::Listening, "the reception goes on");
    assert!(file.exists());
    watched.put(2);
    watched.listed(2).await;
    fs::create_dir(&watched.archive).unwrap();
    watched.put(3);
    let well = |state: &bannette_api::connection::MailboxState| state.beside.is_empty();
    watched.practice.until(&watched.practice.derek, watched.mailbox.id, well).await;
    until("all three moved", || fs::read_dir(&watched.archive).unwrap().count() == 3).await;
    watched.sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_that_is_damaged_here_keeps_its_file() {
    let watched = watched(|_| AfterTaking::Leave).await;
    let practice = &watched.practice;
    let (damaged, whole) = (watched.put(1), watched.put(2));
    practice.core.fetch_once(&practice.derek, None).await.unwrap();
    watched.listed(2).await;
    let mut file = rows::open(&practice.data(), &practice.folder.path().join("clef")).await;
    let spoil = "update raw_message set zstd = substr(zstd, 1, length(zstd) / 2) where name = '1.hpr'";
    assert_eq!(rows::change(&mut file, spoil).await, 1);
    let connection = Connection::Folder { path: text(&watched.folder), after: AfterTaking::Delete };
    let change = ChangeMailbox { connection, ..ChangeMailbox::keeping(&watched.mailbox) };
    practice.core.handle(&practice.derek, change).await.unwrap();
    practice.core.fetch_once(&practice.derek, None).await.unwrap();
    assert!(damaged.exists(), "the only whole copy was deleted");
    assert!(!whole.exists());
    watched.sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_giant_stays_and_is_said() {
    let watched = watched(|_| AfterTaking::Delete).await;
    File::create(watched.folder.join("geant.pdf")).unwrap().set_len(1024 * 1024 * 1024).unwrap();
    watched.put(1);
    watched.practice.core.start_fetching();
    watched.listed(1).await;
    let said = |state: &bannette_api::connection::MailboxState| {
        state.beside == [Trouble::FilesLeft { too_large: 1, empty: 0, unreadable: 0 }]
    };
    watched.practice.until(&watched.practice.derek, watched.mailbox.id, said).await;
    assert!(watched.folder.join("geant.pdf").exists());
    watched.sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn links_lead_nowhere() {
    let watched = watched(|_| AfterTaking::Delete).await;
    let outside = watched.practice.folder.path().join("ailleurs.hpr");
    fs::write(&outside, report(7).1).unwrap();
    std::os::unix::fs::symlink(&outside, watched.folder.join("lien.hpr")).unwrap();
    std::os::unix::fs::symlink(&watched.folder, watched.folder.join("encore")).unwrap();
    fs::create_dir(watched.folder.join("sous")).unwrap();
    fs::write(watched.folder.join("sous/8.hpr"), report(8).1).unwrap();
    watched.put(1);
    watched.practice.core.start_fetching();
    watched.listed(1).await;
    tokio::time::sleep(Duration::from_secs(4)).await;
    watched.listed(1).await;
    assert!(outside.exists() && watched.folder.join("sous/8.hpr").exists());
    watched.sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_wrong_folder_has_its_reason() {
    let practice = Practice::new().await;
    let base = practice.folder.path();
    let (good, one, other) = (base.join("bon"), base.join("un"), base.join("autre"));
    fs::create_dir(&good).unwrap();
    std::os::unix::fs::symlink(&one, &other).unwrap();
    std::os::unix::fs::symlink(&other, &one).unwrap();
    fs::write(base.join("fichier"), b"x").unwrap();
    let to = |path: &Path| AfterTaking::Move { to: text(path) };
    let relative = AfterTaking::Move { to: "archive".to_owned() };
    for (folder, after, field, why) in [
        (base.join("absent"), AfterTaking::Leave, Field::Path, Why::NotAFolder),
        (base.join("fichier"), AfterTaking::Leave, Field::Path, Why::NotAFolder),
        (PathBuf::from("relatif"), AfterTaking::Leave, Field::Path, Why::Form),
        (one.clone(), AfterTaking::Leave, Field::Path, Why::LinkLoop),
        (practice.data(), AfterTaking::Leave, Field::Path, Why::InsideData),
        // Nobody writes there, whoever runs this.
        #[cfg(target_os = "linux")]
        (PathBuf::from("/proc"), AfterTaking::Delete, Field::Path, Why::NotWritable),
        (good.clone(), relative, Field::MoveTo, Why::Form),
        (good.clone(), to(&base.join("absent")), Field::MoveTo, Why::NotAFolder),
        (good.clone(), to(&one), Field::MoveTo, Why::LinkLoop),
        (good.clone(), to(&good), Field::MoveTo, Why::Taken),
        (good.clone(), to(&practice.data()), Field::MoveTo, Why::InsideData),
        #[cfg(target_os = "linux")]
        (good.clone(), to(Path::new("/proc")), Field::MoveTo, Why::NotWritable),
    ] {
        let refused = add(&practice, &folder, after).await;
        assert_eq!(refused, Err(Failure::Invalid { field, why }), "{folder:?}");
    }
    assert!(add(&practice, &good, AfterTaking::Leave).await.is_ok());
    practice.core.stop().await;
}

/// Whichever of two mailboxes takes the files away, the other would miss some, and nobody would know.
#[tokio::test(flavor = "multi_thread")]
async fn no_mailbox_takes_the_files_that_another_waits_for() {
    let practice = Practice::new().await;
    let folder = practice.folder.path().join("depot");
    let link = practice.folder.path().join("lien");
    fs::create_dir(&folder).unwrap();
    std::os::unix::fs::symlink(&folder, &link).unwrap();
    let (anne, _) = practice.person("anne", Role::Doctor).await;
    let adds = |who: &Session, name: &str, path: &Path, after: AfterTaking| {
        let connection = Connection::Folder { path: text(path), after };
        let call = AddMailbox::new(MailboxKind::Folder, name, connection);
        let (core, who) = (practice.core.clone(), who.clone());
        async move { core.handle(&who, call).await }
    };
    let taken = Some(Failure::Invalid { field: Field::Path, why: Why::Taken });
    let first = adds(&practice.derek, "un", &folder, AfterTaking::Leave).await.unwrap();
    // Where the files stay, both have them.
    adds(&anne, "deux", &link, AfterTaking::Leave).await.unwrap();
    assert_eq!(adds(&anne, "trois", &link, AfterTaking::Delete).await.err(), taken);
    let change = |after: AfterTaking| {
        let mut call = ChangeMailbox::keeping(&first);
        call.connection = Connection::Folder { path: text(&folder), after };
        practice.core.handle(&practice.derek, call)
    };
    assert_eq!(change(AfterTaking::Delete).await.err(), taken);
    change(AfterTaking::Leave).await.unwrap();
    // Alone, it may.
    let own = practice.folder.path().join("seul");
    fs::create_dir(&own).unwrap();
    adds(&anne, "quatre", &own, AfterTaking::Delete).await.unwrap();
    assert_eq!(adds(&practice.derek, "cinq", &own, AfterTaking::Leave).await.err(), taken);
    practice.core.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_goes_away_and_comes_back() {
    let watched = watched(|_| AfterTaking::Leave).await;
    watched.practice.core.start_fetching();
    watched.put(1);
    watched.listed(1).await;
    let away = watched.practice.folder.path().join("debranche");
    fs::rename(&watched.folder, &away).unwrap();
    let missing = |state: &bannette_api::connection::MailboxState| {
        matches!(&state.doing, Doing::Waiting { why: Trouble::FolderMissing, .. })
    };
    let fetch = bannette_api::mailboxes::FetchNow { mailbox: watched.mailbox.id };
    watched.practice.core.handle(&watched.practice.derek, fetch).await.unwrap();
    watched.practice.until(&watched.practice.derek, watched.mailbox.id, missing).await;
    fs::rename(&away, &watched.folder).unwrap();
    watched.put(2);
    watched.listed(2).await;
    watched.sound().await;
}

/// More mailboxes than the store has connections to read by, all of them bringing something in and saying so.
#[tokio::test(flavor = "multi_thread")]
async fn many_mailboxes_at_once_do_not_wait_for_each_other() {
    const EACH: u32 = 210;
    let practice = Practice::new().await;
    for mailbox in 0..8 {
        let folder = practice.folder.path().join(format!("depot{mailbox}"));
        fs::create_dir(&folder).unwrap();
        for number in 0..EACH {
            let (name, bytes) = report(1000 + mailbox * EACH + number);
            fs::write(folder.join(name), bytes).unwrap();
        }
        let connection = Connection::folder(text(&folder));
        let call = AddMailbox::new(MailboxKind::Folder, &format!("Dépôt {mailbox}"), connection);
        practice.core.handle(&practice.derek, call).await.unwrap();
    }
    let begun = Instant::now();
    practice.core.start_fetching();
    loop {
        let counts = practice.core.handle(&practice.derek, bannette_api::dossiers::GetCounts {}).await.unwrap();
        if counts.team == 8 * u64::from(EACH) {
            break;
        }
        assert!(begun.elapsed() < Duration::from_secs(25), "{} came", counts.team);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    practice.core.stop().await;
}
