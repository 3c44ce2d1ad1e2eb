//! A store in a folder of its own, with a practice in it.
#![allow(dead_code, reason = "each test file uses its part")]

use bannette_api::dossiers::{PatientLine, Urgency};
use bannette_api::mailboxes::{Connection, MailboxKind, Options};
use bannette_api::people::{Role, Title};
use bannette_api::report::{Format, ReportStatus};
use bannette_api::{DossierId, MailboxId, PersonId, Timestamp};
use bannette_formats::wrapped::Wrapped;
use bannette_formats::{Facts, Measured};
use bannette_rights::SystemAccess;
use bannette_store::{
    Act, Arrived, Author, Batch, KeyPlace, Keys, NewDossier, NewMailbox, NewMessage, NewPerson, PackedValues, Packer,
    RawSource, Store,
};
use sha2::{Digest, Sha256};
use std::path::PathBuf;
use uuid::Uuid;

pub struct Place {
    pub store: Store,
    pub owner: PersonId,
    pub folder: tempfile::TempDir,
}

/// The cipher is taken down when the test program ends, under whatever still works with it. For tests that run in a
/// runtime of several threads: what still gives a connection back does so on another.
impl Drop for Place {
    fn drop(&mut self) {
        tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(self.store.close()));
    }
}

pub const NOW: Timestamp = Timestamp(1_795_000_000_000);

pub fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

impl Place {
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let keys = Keys::create(&key_place(&folder), folder.path()).unwrap();
        let store = Store::create(folder.path(), keys, "poste 1").await.unwrap();
        let owner = PersonId(id(1));
        let mut write = store.write().await.unwrap();
        write.create_practice(id(99), "Cabinet d'essai", &person(1, "derek", true), NOW).await.unwrap();
        write.record(Author::Person(owner), NOW, &Act::PracticeCreated);
        write.commit().await.unwrap();
        Self { store, owner, folder }
    }

    pub fn key(&self) -> KeyPlace {
        key_place(&self.folder)
    }

    /// The file, as somebody with its key opens it beside the program.
    pub async fn beside(&self) -> sqlx::SqliteConnection {
        let text = std::fs::read_to_string(self.data().join("key")).unwrap();
        let digits = text.trim().as_bytes().chunks(2);
        let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
        let secret: Vec<u8> = digits.map(byte).collect();
        let mut key = [0u8; 32];
        hkdf::Hkdf::<Sha256>::new(Some(b"bannette store 1"), &secret).expand(b"cipher", &mut key).unwrap();
        let key: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
        let options = sqlx::sqlite::SqliteConnectOptions::new()
            .filename(self.data().join("bannette.db"))
            .pragma("key", format!("\"x'{key}'\""))
            .pragma("cipher_page_size", "16384")
            .pragma("cipher_hmac_algorithm", "HMAC_SHA256");
        sqlx::ConnectOptions::connect(&options).await.unwrap()
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    pub async fn add_person(&self, number: u128, login: &str) -> PersonId {
        let mut write = self.store.write().await.unwrap();
        let proof = write.rights_of(self.owner, NOW).await.unwrap().administrator().unwrap();
        let new = person(number, login, false);
        write.add_person(&proof, &new, NOW).await.unwrap();
        write.record(Author::Person(self.owner), NOW, &Act::PersonAdded { person: new.id, administrator: false });
        write.commit().await.unwrap();
        new.id
    }

    pub async fn add_mailbox(&self, number: u128, owner: PersonId) -> MailboxId {
        let mailbox = MailboxId(id(number));
        let new = NewMailbox {
            kind: MailboxKind::Folder,
            address: format!("Dossier {number}"),
            connection: Connection::folder("/nowhere"),
            outgoing: None,
            apicrypt: None,
            options: Options::default(),
        };
        let mut write = self.store.write().await.unwrap();
        write.add_mailbox(mailbox, owner, &new, &bannette_store::NewSecrets::default(), NOW).await.unwrap();
        write.record(Author::Person(owner), NOW, &Act::MailboxAdded { mailbox });
        write.commit().await.unwrap();
        mailbox
    }

    pub async fn take_in(&self, mailbox: MailboxId, messages: Vec<NewMessage>, at: Timestamp) -> Arrived {
        self.take_in_under(mailbox, 7, messages, at).await
    }

    pub async fn take_in_under(
        &self,
        mailbox: MailboxId,
        uid_validity: u32,
        messages: Vec<NewMessage>,
        at: Timestamp,
    ) -> Arrived {
        let mut write = self.store.write().await.unwrap();
        let proof = SystemAccess::for_fetching(mailbox);
        let arrived = write.take_in(&proof, Batch { uid_validity, messages }, at).await.unwrap();
        write.record(Author::Program, at, &Act::PracticeCreated);
        write.commit().await.unwrap();
        arrived
    }
}

fn key_place(folder: &tempfile::TempDir) -> KeyPlace {
    KeyPlace::File(folder.path().join("key"))
}

pub fn person(number: u128, login: &str, administrator: bool) -> NewPerson {
    NewPerson {
        id: PersonId(id(number)),
        login: login.to_owned(),
        title: Title::Dr,
        first_name: "Derek".to_owned(),
        last_name: "SHEPERD".to_owned(),
        role: Role::Doctor,
        rpps: None,
        administrator,
        password: "not a hash".to_owned(),
        password_must_change: false,
        idle_minutes: 15,
    }
}

pub fn dossier(number: u128, urgency: Urgency, identified: bool) -> NewDossier {
    let patient = PatientLine {
        last_name: "EXEMPLE".to_owned(),
        first_name: "Alice".to_owned(),
        birth_date: Some("1957-03-14".to_owned()),
        sex: Some("F".to_owned()),
    };
    NewDossier {
        id: DossierId(id(number)),
        sender: "Laboratoire des Essais".to_owned(),
        subject: "Ionogramme".to_owned(),
        patient: identified.then_some(patient),
        urgency,
        headline: None,
        abnormal: 0,
        results: 4,
        documents: 0,
        warned: false,
        format: Format::HprimMedecin,
        status: None,
        number: None,
        identity: bannette_formats::Identity::default(),
        unread_documents: false,
        words: format!("EXEMPLE Alice ionogramme sodium numero{number}"),
        judged: 0,
        values: PackedValues::default(),
    }
}

/// A version of one report: of one laboratory and patient, in a chain of this number.
pub fn version_of(chain: u8, one: &mut NewDossier, content: u8, analytes: &[u32], status: Option<ReportStatus>) {
    let rank = match status {
        Some(ReportStatus::Partial) => 0,
        Some(ReportStatus::Corrected) => 2,
        Some(ReportStatus::Complete | ReportStatus::Cancelled) | None => 1,
    };
    one.status = status;
    one.identity.chain = Some([chain; 32]);
    one.identity.content = [content; 32];
    one.identity.measured =
        analytes.iter().map(|analyte| Measured { what: u64::from(*analyte), value: 1, rank }).collect();
    one.identity.facts = Facts {
        laboratory: Some("laboratoiredesessais".to_owned()),
        sender: Some("resultats@labo.test".to_owned()),
        family_names: vec!["exemple".to_owned()],
        first_names: vec!["alice".to_owned()],
        birth_date: Some("1957-03-14".to_owned()),
        ..Facts::default()
    };
}

pub fn message(uid: u32, content: &str, dossiers: Vec<NewDossier>) -> NewMessage {
    NewMessage {
        uid,
        sha256: Sha256::digest(content.as_bytes()).into(),
        bytes: content.len() as u64,
        packed: Packer::new().unwrap().pack(&Wrapped::find(content.as_bytes())).unwrap(),
        source: RawSource::Message,
        name: String::new(),
        dossiers,
        sealed: false,
    }
}
