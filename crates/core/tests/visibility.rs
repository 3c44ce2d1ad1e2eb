//! *Partager ce dossier*, *Confidentiel*, *Traiter comme résultat*: through the same calls as the window.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[path = "../../../tests/support/practice.rs"]
mod practice;

use bannette_api::accesses::{AccessFilter, AccessOf, ListAccesses};
use bannette_api::dossiers::{
    GetCounts, OpenDossier, PrintDossier, ReadAttachment, ReadSource, SetVisibility, TreatAsResult, ValidateDossier,
    View, Visibility,
};
use bannette_api::failure::{Field, Needs, Why};
use bannette_api::mailboxes::{AddMailbox, Apicrypt, Connection, Decryptor, MailboxKind, Options};
use bannette_api::people::Role;
use bannette_api::sharing::Level;
use bannette_api::{DossierId, Failure, MailboxId};
use bannette_core::{Handle as _, Session};
use practice::Practice;

struct World {
    practice: Practice,
    owner: Session,
    reader: Session,
    mailbox: MailboxId,
    /// The critical one, then the other.
    dossiers: Vec<DossierId>,
}

/// An Apicrypt account of which nothing is shared or relayed by itself, with two reports; a secretary reads it.
async fn world() -> World {
    let practice = Practice::new().await;
    let folder = practice.folder.path().join("depot");
    std::fs::create_dir(&folder).unwrap();
    for (number, flag) in [(1, "HH"), (2, "")] {
        std::fs::write(folder.join(format!("{number}.eml")), practice::mail_with_document(number, "EXEMPLE", flag))
            .unwrap();
    }
    let (owner, _) = practice.person("meredith", Role::Doctor).await;
    let (reader, paul) = practice.person("piscine", Role::Secretary).await;
    let add = AddMailbox {
        apicrypt: Some(Apicrypt { key_id: "meredith.GREY".to_owned(), decryptor: Decryptor::Clear }),
        options: Options { auto_share: false, auto_relay: false, ..Options::default() },
        ..AddMailbox::new(
            MailboxKind::Apicrypt,
            "meredith.grey@medical76.test",
            Connection::folder(folder.to_string_lossy().into_owned()),
        )
    };
    let mailbox = practice.core.handle(&owner, add).await.unwrap().id;
    practice.share(&owner, mailbox, &[(paul.id, Level::Read)]).await;
    practice.core.fetch_once(&owner, None).await.unwrap();
    let rows = practice.list(&owner, View::ToSort).await.unwrap();
    let dossiers = rows.iter().map(|row| row.id).collect();
    World { practice, owner, reader, mailbox, dossiers }
}

impl World {
    async fn set(&self, who: &Session, dossiers: &[DossierId], visibility: Visibility) -> Result<u64, Failure> {
        let call = SetVisibility { dossiers: dossiers.to_vec(), mailbox: None, visibility };
        self.practice.core.handle(who, call).await.map(|done| done.dossiers)
    }

    async fn treat(&self, who: &Session, dossiers: &[DossierId]) -> Result<u64, Failure> {
        let call = TreatAsResult { dossiers: dossiers.to_vec() };
        self.practice.core.handle(who, call).await.map(|done| done.dossiers)
    }

    async fn listed(&self, who: &Session, view: View) -> usize {
        self.practice.list(who, view).await.unwrap().len()
    }

    async fn acts(&self, of: AccessOf) -> Vec<String> {
        let ask = ListAccesses { of, filter: AccessFilter::default(), after: None, limit: 200 };
        let page = self.practice.core.handle(&self.owner, ask).await.unwrap();
        page.entries.into_iter().map(|entry| entry.act).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn several_dossiers_go_their_way_and_each_act_is_in_the_history() {
    let world = world().await;
    let (owner, reader, dossiers) = (&world.owner, &world.reader, &world.dossiers);
    assert_eq!((world.listed(owner, View::Team).await, world.listed(owner, View::ToSort).await), (0, 2));
    assert_eq!(world.listed(reader, View::ToSort).await, 0, "nothing is shared yet");
    // To whom it is hidden, it does not exist; the rest is refused with it.
    let not_found = Err(Failure::NotFound);
    assert_eq!(world.treat(reader, dossiers).await, not_found);
    assert_eq!(world.set(reader, dossiers, Visibility::Shared).await, not_found);
    assert_eq!(world.set(owner, dossiers, Visibility::Shared).await, Ok(2));
    assert_eq!(world.set(owner, dossiers, Visibility::Shared).await, Ok(0), "nothing to change, no act");
    let counts = world.practice.core.handle(reader, GetCounts {}).await.unwrap();
    assert_eq!((counts.to_sort, counts.to_sort_critical, counts.critical, counts.team), (2, 1, 0, 0));
    assert!(counts.oldest_to_sort_critical.is_some() && counts.oldest_critical.is_none());
    assert!(counts.sorts && !counts.withholds);
    let refused = Err(Failure::NotAllowed { needs: Needs::Own });
    assert_eq!(world.set(reader, &dossiers[..1], Visibility::Confidential).await, refused);
    assert_eq!(world.treat(reader, dossiers).await, Ok(2), "the secretary sorts");
    assert_eq!((world.listed(reader, View::Team).await, world.listed(reader, View::ToSort).await), (2, 0));
    assert_eq!(world.set(owner, &dossiers[..1], Visibility::Confidential).await, Ok(1));
    assert_eq!(world.listed(reader, View::Team).await, 1);
    // All or none: one that the reader does not see refuses the other.
    let both = world.treat(reader, dossiers).await;
    assert_eq!(both, not_found);
    let acts = world.acts(AccessOf::Dossier(dossiers[0])).await;
    assert_eq!(acts, ["dossier_made_confidential", "treated_as_result", "dossier_shared"]);
    let acts = world.acts(AccessOf::Mailbox(world.mailbox)).await;
    assert_eq!(acts.iter().filter(|act| *act == "dossier_shared").count(), 2, "one act for each dossier");
    let verified = world.practice.core.handle(owner, bannette_api::journal::VerifyJournal::default()).await.unwrap();
    assert_eq!(verified.faults, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_validation_sorts_and_what_is_taken_back_closes_every_door() {
    let world = world().await;
    let (owner, reader, dossiers) = (&world.owner, &world.reader, &world.dossiers);
    let core = &world.practice.core;
    core.handle(owner, ValidateDossier { dossier: dossiers[0], validated: true }).await.unwrap();
    assert_eq!((world.listed(owner, View::Validated).await, world.listed(owner, View::ToSort).await), (1, 1));
    core.handle(owner, ValidateDossier { dossier: dossiers[0], validated: false }).await.unwrap();
    assert_eq!(world.listed(owner, View::Critical).await, 1, "it waits as a result");
    world.set(owner, &dossiers[..1], Visibility::Shared).await.unwrap();
    let dossier = dossiers[0];
    assert_eq!(core.handle(reader, OpenDossier { dossier, encoding: None, message: None }).await.unwrap().readers, 2);
    world.set(owner, &dossiers[..1], Visibility::Withheld).await.unwrap();
    assert_eq!(core.handle(owner, OpenDossier { dossier, encoding: None, message: None }).await.unwrap().readers, 1);
    let read = core.handle(reader, ReadSource { dossier, message: None, from: 0, length: 10 }).await;
    assert_eq!(read, Err(Failure::NotFound));
    let printed = core.handle(reader, PrintDossier { dossier, encoding: None, message: None }).await;
    assert_eq!(printed, Err(Failure::NotFound));
    assert!(!world.acts(AccessOf::Dossier(dossier)).await.contains(&"dossier_printed".to_owned()));
    assert_eq!(world.listed(owner, View::ToShare).await, 1, "the other one is to be sorted first");
}

/// The same report with the same document by two ways is one dossier; each of its messages is reached, by whoever may read
/// the mailbox that it came by.
#[tokio::test(flavor = "multi_thread")]
async fn each_message_of_a_dossier_can_be_looked_at() {
    let practice = Practice::new().await;
    let (owner, _) = practice.person("meredith", Role::Doctor).await;
    let (reader, paul) = practice.person("piscine", Role::Secretary).await;
    let mut mailboxes = Vec::new();
    let mail = String::from_utf8(practice::mail_with_document(1, "EXEMPLE", "")).unwrap();
    let again = mail.replace("Subject: Resultats 1", "Subject: Resultats, nouvel envoi").replace("x.txt", "y.txt");
    for (name, mail) in [("premier", mail), ("second", again)] {
        let folder = practice.folder.path().join(name);
        std::fs::create_dir(&folder).unwrap();
        std::fs::write(folder.join("1.eml"), mail).unwrap();
        mailboxes.push(practice.folder_mailbox_at(&owner, &folder, name).await.id);
        practice.core.fetch_once(&owner, None).await.unwrap();
    }
    let rows = practice.list(&owner, View::Team).await.unwrap();
    assert_eq!(rows.len(), 1, "it is one dossier");
    let (core, dossier) = (&practice.core, rows[0].id);
    let view = core.handle(&owner, OpenDossier { dossier, encoding: None, message: None }).await.unwrap();
    assert_eq!((view.attachments.len(), view.arrivals.len()), (1, 2));
    let [first, second] = [0, 1].map(|place: usize| view.arrivals[place].message.clone());
    assert!(first == view.shown && first != second);
    let other = OpenDossier { dossier, encoding: None, message: Some(second.clone()) };
    let whole = core.handle(&owner, other.clone()).await.unwrap();
    assert_eq!((whole.attachments.len(), &whole.shown), (1, &second));
    let names = [&view, &whole].map(|of| of.attachments[0].document.name.clone().unwrap_or_default());
    assert!(names[0].contains('x') && names[1].contains('y'), "{names:?}");
    assert_eq!(whole.report.sections, view.report.sections);
    let read =
        |message: Option<&String>| ReadAttachment { dossier, message: message.cloned(), part: 0, from: 0, length: 100 };
    let text = core.handle(&owner, read(Some(&second))).await.unwrap();
    assert_eq!(text.total, "un document".len() as u64);
    for message in [&"0".repeat(64), &"%".to_owned()].map(Some) {
        assert_eq!(core.handle(&owner, read(message)).await, Err(Failure::NotFound), "{message:?}");
    }
    // Who reads the first mailbox alone has the first message alone.
    practice.share(&owner, mailboxes[0], &[(paul.id, Level::Read)]).await;
    let theirs = core.handle(&reader, OpenDossier { dossier, encoding: None, message: None }).await.unwrap();
    assert_eq!((theirs.arrivals.len(), &theirs.shown), (1, &first));
    assert_eq!(core.handle(&reader, other).await, Err(Failure::NotFound));
    assert_eq!(core.handle(&reader, read(Some(&second))).await, Err(Failure::NotFound));
}

#[tokio::test(flavor = "multi_thread")]
async fn neither_none_nor_too_many() {
    let world = world().await;
    let many: Vec<DossierId> = (0..501u128).map(|number| DossierId(uuid::Uuid::from_u128(number))).collect();
    let why = Why::OutOfRange { least: 1, most: 500 };
    for some in [&[][..], &many] {
        let refused = Err(Failure::Invalid { field: Field::Dossiers, why });
        assert_eq!(world.set(&world.owner, some, Visibility::Shared).await, refused);
        assert_eq!(world.treat(&world.owner, some).await, refused);
    }
    // The same one twice is one.
    let twice = [world.dossiers[0], world.dossiers[0]];
    assert_eq!(world.set(&world.owner, &twice, Visibility::Shared).await, Ok(1));
}
