//! A practice in a folder of its own, driven through the same calls as the window.
#![allow(dead_code, reason = "each test file uses its part")]

#[path = "report.rs"]
mod report;

use bannette_api::connection::{Doing, MailboxState};
use bannette_api::dossiers::{DossierRow, ListDossiers, View};
use bannette_api::mailboxes::{
    AddMailbox, Connection, ListMailboxes, MailboxKind, MailboxSecret, MailboxSettings, Tls,
};
use bannette_api::people::{AddPerson, Person, Role, Title};
use bannette_api::session::{ChangePassword, CreatePractice, Password, SignIn};
use bannette_api::sharing::{GetSharing, Grant, Grantee, Level, SetSharing, Sharing};
use bannette_api::{Failure, MailboxId, PersonId};
use bannette_core::{Core, Handle, KeyPlace, Place, Session};
use base64::Engine as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tempfile::TempDir;

pub const PASSWORD: &str = "quatre chevaux gris";
const FIRST_PASSWORD: &str = "trois chiens noirs";

pub struct Practice {
    stopping: Stopping,
    pub folder: TempDir,
    pub core: Core,
    /// The session of the first person, an administrator and doctor.
    pub derek: Session,
    pub derek_id: PersonId,
}

/// Stops a core when its test ends, however that is: the ciphers are taken down with the test's program, under whatever still
/// writes then.
pub struct Stopping(pub Core);

impl Drop for Stopping {
    fn drop(&mut self) {
        let stop = || tokio::runtime::Handle::current().block_on(self.0.stop());
        tokio::task::block_in_place(stop);
    }
}

pub fn place(folder: &Path) -> Place {
    Place {
        data: folder.join("cabinet"),
        key: KeyPlace::File(folder.join("clef")),
        downloads: folder.join("telechargements"),
        post: "poste d'essai".to_owned(),
    }
}

pub fn password(text: &str) -> Password {
    Password(text.to_owned())
}

impl Practice {
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let place = place(folder.path());
        Self::create(folder, place).await
    }

    /// One on a post that keeps its key in the operating system's key store.
    pub async fn with_key_store() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let place = Place { key: KeyPlace::KeyStore, ..place(folder.path()) };
        Self::create(folder, place).await
    }

    /// The same practice, opened anew by a clock of one's own.
    pub async fn reopened(self, place: Place, clock: std::sync::Arc<dyn bannette_core::Clock>) -> Self {
        self.core.stop().await;
        let core = Core::open_with(place, clock).await;
        let derek = core.session();
        core.handle(&derek, SignIn { login: "derek".to_owned(), password: password(PASSWORD) }).await.unwrap();
        let Self { folder, derek_id, .. } = self;
        Self::of(folder, core, derek, derek_id)
    }

    async fn create(folder: TempDir, place: Place) -> Self {
        let core = Core::open(place).await;
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
        Self::of(folder, core, derek, me.person.id)
    }

    /// A practice that is open already.
    pub fn of(folder: TempDir, core: Core, derek: Session, derek_id: PersonId) -> Self {
        Self { stopping: Stopping(core.clone()), folder, core, derek, derek_id }
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("cabinet")
    }

    /// Makes a server's authority count.
    pub fn trust(&self, ca_pem: &str) {
        let folder = self.data().join("autorites");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("essai.pem"), ca_pem).unwrap();
    }

    /// Adds a person and signs them in, past the change of the first password.
    pub async fn person(&self, login: &str, role: Role) -> (Session, Person) {
        let call = AddPerson {
            title: Title::None,
            first_name: login.to_owned(),
            last_name: login.to_uppercase(),
            role,
            rpps: None,
            login: login.to_owned(),
            password: password(FIRST_PASSWORD),
            administrator: false,
        };
        let person = self.core.handle(&self.derek, call).await.unwrap();
        let session = self.core.session();
        let sign_in = SignIn { login: login.to_owned(), password: password(FIRST_PASSWORD) };
        assert!(self.core.handle(&session, sign_in).await.unwrap().password_must_change);
        let change = ChangePassword { current: password(FIRST_PASSWORD), new: password(PASSWORD) };
        self.core.handle(&session, change).await.unwrap();
        (session, person)
    }

    pub async fn imap_mailbox(&self, owner: &Session, port: u16, user: &str, secret: &str) -> MailboxSettings {
        self.core.handle(owner, imap(port, user, secret)).await.unwrap()
    }

    pub async fn folder_mailbox(&self, owner: &Session, path: &Path) -> MailboxSettings {
        self.folder_mailbox_at(owner, path, "Dossier d'essai").await
    }

    pub async fn folder_mailbox_at(&self, owner: &Session, path: &Path, name: &str) -> MailboxSettings {
        let call = AddMailbox::new(MailboxKind::Folder, name, Connection::folder(path.to_string_lossy().into_owned()));
        self.core.handle(owner, call).await.unwrap()
    }

    pub async fn sharing(&self, owner: &Session, mailbox: MailboxId) -> Sharing {
        self.core.handle(owner, GetSharing { mailbox }).await.unwrap()
    }

    /// Shares a mailbox with these people, and nobody else.
    pub async fn share(&self, owner: &Session, mailbox: MailboxId, with: &[(PersonId, Level)]) -> Sharing {
        let grants = with
            .iter()
            .map(|(person, level)| Grant { to: Grantee::Person(*person), level: *level, begins: None, ends: None })
            .collect();
        let version = self.sharing(owner, mailbox).await.version;
        self.core
            .handle(owner, SetSharing { mailbox, shared: true, grants, motives: Vec::new(), version })
            .await
            .unwrap()
    }

    pub async fn list(&self, session: &Session, view: View) -> Result<Vec<DossierRow>, Failure> {
        let call = ListDossiers { view, mailbox: None, words: None, after: None, limit: 200 };
        Ok(self.core.handle(session, call).await?.rows)
    }

    pub async fn state(&self, session: &Session, mailbox: MailboxId) -> MailboxState {
        let all = self.core.handle(session, ListMailboxes {}).await.unwrap();
        all.into_iter().find(|one| one.id == mailbox).unwrap().state
    }

    /// Waits until the mailbox's state is as wanted; 30 s at the most.
    pub async fn until(
        &self,
        session: &Session,
        mailbox: MailboxId,
        wanted: impl Fn(&MailboxState) -> bool,
    ) -> MailboxState {
        let begun = Instant::now();
        loop {
            let state = self.state(session, mailbox).await;
            if wanted(&state) {
                return state;
            }
            assert!(begun.elapsed() < Duration::from_secs(30), "still {state:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Waits until so many dossiers are in *Équipe*; 30 s at the most.
    pub async fn until_listed(&self, session: &Session, count: usize) -> Vec<DossierRow> {
        let begun = Instant::now();
        loop {
            let rows = self.list(session, View::Team).await.unwrap();
            if rows.len() == count {
                return rows;
            }
            assert!(begun.elapsed() < Duration::from_secs(30), "{} dossiers instead of {count}", rows.len());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

pub fn imap(port: u16, user: &str, secret: &str) -> AddMailbox {
    AddMailbox {
        secret: Some(MailboxSecret(secret.to_owned())),
        ..AddMailbox::new(
            MailboxKind::Mssante,
            &format!("{user}@medecin.test"),
            Connection::imap("localhost", port, Tls::Implicit, user),
        )
    }
}

pub fn caught_up(state: &MailboxState) -> bool {
    state.doing == Doing::Listening && state.last_success.is_some()
}

/// A mail with one HPRIM report in its body and a text attached under a name that points out of its folder.
pub fn mail_with_document(number: u32, last_name: &str, flag: &str) -> Vec<u8> {
    let whole = String::from_utf8(mail(number, last_name, flag)).unwrap();
    let (head, body) = whole.split_once("\r\n\r\n").unwrap();
    let head =
        head.replace("Content-Type: text/plain; charset=utf-8", "Content-Type: multipart/mixed; boundary=limite");
    let first = format!("--limite\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{body}");
    let second = "--limite\r\nContent-Type: text/plain; name=\"../../x.txt\"\r\n\
                  Content-Disposition: attachment; filename=\"../../x.txt\"\r\n\r\nun document\r\n--limite--\r\n";
    format!("{head}\r\n\r\n{first}\r\n{second}").into_bytes()
}

/// A mail with one HPRIM report in its body.
pub fn mail(number: u32, last_name: &str, flag: &str) -> Vec<u8> {
    report::mailed(number, &report::report(number, last_name, "4.2", flag))
}

/// A mail that looks as one from APICRYPT: base64 of the report stands after the mark, on a line of its own.
pub fn sealed_mail(number: u32) -> Vec<u8> {
    let whole = String::from_utf8(mail(number, "EXEMPLE", "HH")).unwrap();
    let (head, body) = whole.split_once("\r\n\r\n").unwrap();
    let packed = base64::engine::general_purpose::STANDARD.encode(body);
    format!("{head}\r\n\r\n$APICRYPT essai\r\n{packed}\r\n").into_bytes()
}
