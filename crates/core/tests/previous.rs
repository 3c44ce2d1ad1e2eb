//! The previous value beside each result, through the same calls as the window: which one it is, who sees it, and that it stays
//! when the report leaves the tree, until its owner has it erased.
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
use bannette_api::dossiers::{GetHistory, OpenDossier, ReportMoment, ValidateDossier, View};
use bannette_api::failure::Needs;
use bannette_api::keeping::{EraseValues, Received, RemoveMailbox, ValuesErased};
use bannette_api::mailboxes::{AddMailbox, Connection, ListMailboxSettings, MailboxKind};
use bannette_api::people::Role;
use bannette_api::report::EarlierValue;
use bannette_api::sharing::Level;
use bannette_api::{DossierId, Failure, MailboxId};
use bannette_core::{Handle as _, Session};
use practice::Practice;

/// A report of one patient: number, day, title, and the lines of results.
fn written(number: &str, day: &str, title: &str, lines: &[&str]) -> String {
    format!(
        "DOS00001\r\nMODELE\r\nLou\r\n3 allee des Essais\r\n\r\n99000 FICTIVILLE\r\n01/02/1950\r\n\r\n{number}\r\n{day}\r\n\
         LABTIL     LABO DES TILLEULS\r\nMEDFIC     Dr MODELE\r\n{title}\r\n****LAB****\r\n{}\r\n****FIN****\r\n\
         ****FINFICHIER****\r\n",
        lines.join("\r\n")
    )
}

fn potassium(value: &str, unit: &str) -> String {
    format!("RES|POTASSIUM|K|N|{value}|{unit}|3.5|5.0|N|F")
}

struct World {
    practice: Practice,
    owner: Session,
}

impl World {
    async fn new() -> Self {
        let practice = Practice::new().await;
        let (owner, _) = practice.person("meredith", Role::Doctor).await;
        Self { practice, owner }
    }

    async fn mailbox(&self, name: &str) -> MailboxId {
        let folder = self.practice.folder.path().join(name);
        std::fs::create_dir(&folder).unwrap();
        let connection = Connection::folder(folder.to_string_lossy().into_owned());
        let add = AddMailbox::new(MailboxKind::Folder, name, connection);
        self.practice.core.handle(&self.owner, add).await.unwrap().id
    }

    /// Takes a report in, and gives its dossier.
    async fn receive(&self, mailbox: &str, name: &str, text: &str) -> DossierId {
        let before = self.waiting().await;
        std::fs::write(self.practice.folder.path().join(mailbox).join(name), text).unwrap();
        self.practice.core.fetch_once(&self.owner, None).await.unwrap();
        let after = self.waiting().await;
        after.into_iter().find(|one| !before.contains(one)).expect("a new dossier")
    }

    async fn waiting(&self) -> Vec<DossierId> {
        let rows = self.practice.list(&self.owner, View::Team).await.unwrap();
        rows.into_iter().map(|row| row.id).collect()
    }

    /// The previous values of the first result.
    async fn earlier(&self, who: &Session, dossier: DossierId) -> Vec<EarlierValue> {
        let call = OpenDossier { dossier, encoding: None, message: None };
        let view = self.practice.core.handle(who, call).await.unwrap();
        view.report.sections[0].results[0].earlier.clone()
    }

    /// Their values, each with its change.
    async fn said(&self, who: &Session, dossier: DossierId) -> Vec<(String, Option<String>)> {
        self.earlier(who, dossier).await.into_iter().map(|one| (one.value, one.change)).collect()
    }

    async fn acts(&self, dossier: DossierId) -> Vec<String> {
        let of = AccessOf::Dossier(dossier);
        let call = ListAccesses { of, filter: AccessFilter::default(), after: None, limit: 100 };
        let page = self.practice.core.handle(&self.owner, call).await.unwrap();
        page.entries.into_iter().map(|entry| entry.act).collect()
    }
}

fn one(value: &str, change: &str) -> Vec<(String, Option<String>)> {
    vec![(value.to_owned(), Some(change.to_owned()))]
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_value_before_counts_and_only_what_is_valid_and_of_the_same_measure() {
    let world = World::new().await;
    world.mailbox("a").await;
    let first =
        world.receive("a", "1.hpr", &written("A1000001", "03/11/2025", "CR", &[&potassium("4.1", "mmol/L")])).await;
    assert_eq!(world.said(&world.owner, first).await, []);
    let second =
        world.receive("a", "2.hpr", &written("A1000002", "10/11/2025", "CR", &[&potassium("4.4", "mmol/L")])).await;
    let found = world.earlier(&world.owner, second).await;
    assert_eq!((found[0].value.as_str(), found[0].change.as_deref()), ("4.1", Some("+0.3")));
    assert_eq!((found[0].of, found[0].dossier), (Some(ReportMoment::Reported), first));
    assert!(found[0].at.starts_with("2025-11-03") && found.len() == 1);
    assert!(world.acts(first).await.contains(&"earlier_values_shown".to_owned()), "its history tells of it");

    // Another unit, another specimen, another patient: none of them stands beside it.
    world.receive("a", "3.hpr", &written("A1000003", "11/11/2025", "CR", &[&potassium("16", "mg/dL")])).await;
    let urine = ["RES|POTASSIUM URINAIRE|KU|N|44|mmol/L||||F"];
    world.receive("a", "4.hpr", &written("A1000004", "12/11/2025", "CR", &urine)).await;
    let other = written("A1000005", "13/11/2025", "CR", &[&potassium("6.6", "mmol/L")])
        .replace("MODELE\r\nLou", "EXEMPLE\r\nLou");
    world.receive("a", "5.hpr", &other).await;
    let last =
        world.receive("a", "6.hpr", &written("A1000006", "20/11/2025", "CR", &[&potassium("4.0", "mmol/L")])).await;
    assert_eq!(world.said(&world.owner, last).await, one("4.4", "-0.4"));
    // What was sampled later is not before, whenever it came.
    assert_eq!(world.said(&world.owner, second).await, one("4.1", "+0.3"));

    // A correction takes the place of the second: its value counts, the former's no more.
    let corrected = potassium("5.0", "mmol/L").replace("|N|F", "|N|C");
    let title = "Ce compte rendu annule et remplace le precedent";
    world.receive("a", "7.hpr", &written("A1000002", "10/11/2025", title, &[&corrected])).await;
    assert_eq!(world.said(&world.owner, last).await, one("5.0", "-1"));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_the_same_day_nobody_says_which_came_first() {
    let world = World::new().await;
    world.mailbox("a").await;
    let before = written("A1000001", "03/11/2025", "CR", &[&potassium("4.1", "mmol/L")]);
    world.receive("a", "1.hpr", &before).await;
    world.receive("a", "2.hpr", &written("A1000002", "10/11/2025", "CR", &[&potassium("6.1", "mmol/L")])).await;
    let other =
        world.receive("a", "3.hpr", &written("A1000003", "10/11/2025", "CR", &[&potassium("4.4", "mmol/L")])).await;
    let found = world.earlier(&world.owner, other).await;
    let said: Vec<_> = found.iter().map(|one| (one.value.as_str(), one.same_day, one.change.as_deref())).collect();
    assert_eq!(said, [("6.1", true, None), ("4.1", false, Some("+0.3"))]);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_from_dossiers_that_this_person_reads() {
    let world = World::new().await;
    world.mailbox("a").await;
    let shared = world.mailbox("b").await;
    let (reader, paul) = world.practice.person("paul", Role::Secretary).await;
    world.practice.share(&world.owner, shared, &[(paul.id, Level::Read)]).await;
    let hidden =
        world.receive("a", "1.hpr", &written("A1000001", "03/11/2025", "CR", &[&potassium("4.1", "mmol/L")])).await;
    let seen =
        world.receive("b", "2.hpr", &written("A1000002", "10/11/2025", "CR", &[&potassium("4.4", "mmol/L")])).await;
    assert_eq!(world.said(&world.owner, seen).await, one("4.1", "+0.3"));
    assert_eq!(world.said(&reader, seen).await, []);
    let erase = world.practice.core.handle(&reader, EraseValues { dossier: seen }).await;
    assert_eq!(erase, Err(Failure::NotAllowed { needs: Needs::Own }));
    let erase = world.practice.core.handle(&reader, EraseValues { dossier: hidden }).await;
    assert_eq!(erase, Err(Failure::NotFound));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_numbers_of_what_left_stay_until_their_owner_has_them_erased() {
    let world = World::new().await;
    let old = world.mailbox("a").await;
    world.mailbox("b").await;
    let settings = world.practice.core.handle(&world.owner, ListMailboxSettings {}).await.unwrap();
    assert!(settings.iter().all(|one| one.options.retention_days.is_none()), "nobody chose a delay: none is on");
    let first =
        world.receive("a", "1.hpr", &written("A1000001", "03/11/2025", "CR", &[&potassium("4.1", "mmol/L")])).await;
    let newer =
        world.receive("b", "2.hpr", &written("A1000002", "10/11/2025", "CR", &[&potassium("4.4", "mmol/L")])).await;
    world.practice.core.handle(&world.owner, ValidateDossier { dossier: first, validated: true }).await.unwrap();
    // Of what stands there still, nothing is erased.
    let none = world.practice.core.handle(&world.owner, EraseValues { dossier: newer }).await.unwrap();
    assert_eq!(none, ValuesErased { dossiers: 0 });
    let remove = RemoveMailbox { mailbox: old, received: Received::Purged };
    world.practice.core.handle(&world.owner, remove).await.unwrap();
    let call = OpenDossier { dossier: first, encoding: None, message: None };
    let removed = world.practice.core.handle(&world.owner, call).await.unwrap();
    assert!(removed.row.removed_at.is_some() && removed.source_bytes == 0, "its contents left");

    assert_eq!(world.said(&world.owner, newer).await, one("4.1", "+0.3"));
    let curve = GetHistory { dossier: newer, label: "POTASSIUM".into(), loinc: None, unit: Some("mmol/L".into()) };
    let values = |history: bannette_api::dossiers::History| -> Vec<String> {
        history.points.into_iter().map(|point| point.value).collect()
    };
    let history = world.practice.core.handle(&world.owner, curve.clone()).await.unwrap();
    assert_eq!(history.points[0].high.as_deref(), Some("5.0"), "with its bounds");
    assert_eq!(values(history), ["4.1", "4.4"]);

    let erased = world.practice.core.handle(&world.owner, EraseValues { dossier: newer }).await.unwrap();
    assert_eq!(erased, ValuesErased { dossiers: 1 });
    assert_eq!(world.said(&world.owner, newer).await, []);
    assert_eq!(values(world.practice.core.handle(&world.owner, curve).await.unwrap()), ["4.4"]);
}
