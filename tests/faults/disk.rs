//! A full disk: a small one of its own, really full.

use crate::dovecot::Dovecot;
use crate::practice::{PASSWORD, Practice, mail, password, place};
use crate::{fetch, holds_exactly, rows, set_deletion};
use bannette_api::Failure;
use bannette_api::connection::{Doing, MailboxState, Trouble};
use bannette_api::dossiers::{OpenDossier, View};
use bannette_api::failure::StoreTrouble;
use bannette_api::people::{Role, Title};
use bannette_api::session::CreatePractice;
use bannette_core::{Core, Handle as _};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A file system in memory, unmounted at the end.
struct Disk(PathBuf);

impl Disk {
    fn mounted_at(folder: &Path, megabytes: u32) -> Option<Self> {
        fs::create_dir(folder).unwrap();
        let size = format!("size={megabytes}m");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "bannette-test"]).arg(folder).output();
        match mounted {
            Ok(ended) if ended.status.success() => Some(Self(folder.to_owned())),
            other => {
                println!("SKIPPED: no small disk can be mounted here (that takes root): {other:?}");
                None
            }
        }
    }

    /// Fills it but for so many bytes.
    fn fill_but(&self, bytes: usize) {
        let mut file = fs::File::create(self.0.join("remplissage")).unwrap();
        while file.write_all(&[0; 4096]).is_ok() {}
        let full = file.metadata().unwrap().len();
        file.set_len(full - u64::try_from(bytes).unwrap()).unwrap();
    }

    fn make_room(&self) {
        fs::remove_file(self.0.join("remplissage")).unwrap();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Lazily: a program that a panic left behind may hold files.
        let ended = Command::new("umount").arg("--lazy").arg(&self.0).status();
        if !ended.is_ok_and(|status| status.success()) {
            eprintln!("{} is still mounted", self.0.display());
        }
    }
}

async fn practice_in(folder: tempfile::TempDir) -> Practice {
    let core = Core::open(place(folder.path())).await;
    let derek = core.session();
    let call = CreatePractice {
        practice: "Cabinet d'essai".to_owned(),
        title: Title::Dr,
        first_name: "Derek".to_owned(),
        last_name: "SHEPERD".to_owned(),
        role: Role::Doctor,
        login: "derek".to_owned(),
        password: password(PASSWORD),
    };
    let me = core.handle(&derek, call).await.unwrap();
    Practice::of(folder, core, derek, me.person.id)
}

/// A mail of some 20 kB that does not shrink.
fn large(number: u32) -> Vec<u8> {
    let mut message = mail(number, "MODELE", "N");
    let mut state = u64::from(number) + 1;
    for _ in 0..20_000 {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        message.push(b'!' + u8::try_from(state % 90).unwrap());
        if state % 70 == 0 {
            message.extend_from_slice(b"\r\n");
        }
    }
    message.extend_from_slice(b"\r\n");
    message
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_said_and_loses_nothing() {
    let server = Dovecot::start(&[("derek", "s1")]).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let Some(disk) = Disk::mounted_at(&folder.path().join("cabinet"), 24) else { return };
    let practice = practice_in(folder).await;
    // Unmounted before the folder is removed.
    let disk = disk;
    practice.trust(server.ca_pem());
    let mailbox = practice.imap_mailbox(&practice.derek, server.tls_port(), "derek", "s1").await;
    set_deletion(&practice, &mailbox, true).await;
    let mut messages: Vec<_> = (1..=20).map(|number| mail(number, "EXEMPLE", "N")).collect();
    server.deliver_many("derek", messages.iter().cloned()).unwrap();
    assert_eq!(fetch(&practice).await, Ok(20));
    let first = practice.list(&practice.derek, View::Team).await.unwrap()[0].id;

    let more: Vec<_> = (21..=220).map(large).collect();
    server.deliver_many("derek", more.iter().cloned()).unwrap();
    messages.extend(more);
    for room in [1_000_000, 200_000, 0] {
        disk.fill_but(room);
        assert_eq!(fetch(&practice).await, Err(Trouble::DiskFull), "{room} bytes of room");
        let listed = practice.list(&practice.derek, View::Team).await.unwrap().len();
        let left = server.count("derek").unwrap();
        assert!(listed >= 20 && listed + left >= 220, "{listed} stored and {left} on the server");
        disk.make_room();
    }

    // What must be journaled is refused for the right reason. (A write-ahead log that has room in itself needs none.)
    let mut file = rows::open(&practice.data(), &practice.folder.path().join("clef")).await;
    rows::change(&mut file, "pragma wal_checkpoint(truncate)").await;
    disk.fill_but(0);
    let opened =
        practice.core.handle(&practice.derek, OpenDossier { dossier: first, encoding: None, message: None }).await;
    assert_eq!(opened, Err(Failure::Store { trouble: StoreTrouble::DiskFull }));
    practice.core.start_fetching();
    let full = |state: &MailboxState| matches!(&state.doing, Doing::Waiting { why: Trouble::DiskFull, .. });
    practice.until(&practice.derek, mailbox.id, full).await;

    // Room again: it goes on by itself.
    disk.make_room();
    let begun = std::time::Instant::now();
    while server.count("derek").unwrap() > 0 {
        assert!(begun.elapsed().as_secs() < 60, "{} left", server.count("derek").unwrap());
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    practice.core.handle(&practice.derek, OpenDossier { dossier: first, encoding: None, message: None }).await.unwrap();
    holds_exactly(&practice, &messages).await;
    practice.core.stop().await;
}
