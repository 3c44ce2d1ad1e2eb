//! Versions of a report through the same calls as the window: what waits, what is shown of what stepped back, what a person
//! decides, and who is told.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[path = "../../../tests/support/practice.rs"]
mod practice;

use bannette_api::DossierId;
use bannette_api::Failure;
use bannette_api::dossiers::{
    ChangeOf, DossierView, OpenDossier, PersonsRelation, RelateDossiers, ReportDate, ValidateDossier, VersionRelation,
    View,
};
use bannette_api::failure::{Field, Needs, Why};
use bannette_api::mailboxes::{AddMailbox, Connection, MailboxKind};
use bannette_api::notices::GetTold;
use bannette_api::people::Role;
use bannette_api::report::ReportStatus;
use bannette_api::sharing::Level;
use bannette_core::{Handle as _, Session};
use practice::Practice;
use std::path::PathBuf;

/// A report of a laboratory's file, in the form of HPRIM Médecin.
struct File<'a> {
    number: &'a str,
    day: &'a str,
    title: &'a str,
    laboratory: &'a str,
    family: &'a str,
    /// Label, value, flag, status.
    results: &'a [(&'a str, &'a str, &'a str, &'a str)],
}

const FILE: File<'static> = File {
    number: "B2500101",
    day: "24/11/2025",
    title: "Compte rendu",
    laboratory: "LABTIL     LABO DES TILLEULS",
    family: "MODELE",
    results: &[("POTASSIUM", "4.0", "N", "F")],
};

impl File<'_> {
    fn written(&self) -> String {
        let Self { number, day, title, laboratory, family, results } = self;
        let mut text = format!(
            "DOS00001\r\n{family}\r\nLou\r\n3 allee des Essais\r\n\r\n99000 FICTIVILLE\r\n01/02/1950\r\n\r\n{number}\r\n{day}\r\n\
             {laboratory}\r\nMEDFIC     Dr MODELE\r\n{title}\r\n****LAB****\r\n"
        );
        for (label, value, flag, status) in *results {
            text += &format!("RES|{label}|{label}|N|{value}|mmol/L|3.5|5.0|{flag}|{status}\r\n");
        }
        text + "****FIN****\r\n****FINFICHIER****\r\n"
    }

    /// As the attachment of a mail, with a document beside.
    fn mailed(&self, from: &str, document: &str) -> String {
        format!(
            "From: LABO <{from}>\r\nTo: a@cabinet.test\r\nSubject: Compte rendu\r\nMIME-Version: 1.0\r\n\
             Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: application/octet-stream; name=r.hpr\r\n\
             Content-Disposition: attachment; filename=r.hpr\r\n\r\n{}\r\n--x\r\nContent-Type: application/pdf; name=d.pdf\r\n\
             Content-Disposition: attachment; filename=d.pdf\r\n\r\n%PDF-1.4 {document}\r\n--x--\r\n",
            self.written()
        )
    }
}

struct World {
    practice: Practice,
    owner: Session,
    reader: Session,
    folder: PathBuf,
}

/// A doctor's folder, which a secretary reads.
async fn world() -> World {
    let practice = Practice::new().await;
    let folder = practice.folder.path().join("depot");
    std::fs::create_dir(&folder).unwrap();
    let (owner, _) = practice.person("meredith", Role::Doctor).await;
    let (reader, paul) = practice.person("paul", Role::Secretary).await;
    let connection = Connection::folder(folder.to_string_lossy().into_owned());
    let add = AddMailbox::new(MailboxKind::Folder, "Dépôt", connection);
    let mailbox = practice.core.handle(&owner, add).await.unwrap().id;
    practice.share(&owner, mailbox, &[(paul.id, Level::Read)]).await;
    World { practice, owner, reader, folder }
}

impl World {
    async fn receive(&self, name: &str, text: &str) {
        std::fs::write(self.folder.join(name), text).unwrap();
        self.practice.core.fetch_once(&self.owner, None).await.unwrap();
    }

    async fn open(&self, who: &Session, dossier: DossierId) -> DossierView {
        self.practice.core.handle(who, OpenDossier { dossier, encoding: None, message: None }).await.unwrap()
    }

    /// What waits, with the values that it shows.
    async fn waiting(&self, view: View) -> Vec<(DossierId, String)> {
        let mut all = Vec::new();
        for row in self.practice.list(&self.owner, view).await.unwrap() {
            all.push((row.id, values(&self.open(&self.owner, row.id).await)));
        }
        all.sort_by(|left, right| left.1.cmp(&right.1));
        all
    }

    async fn values(&self, view: View) -> Vec<String> {
        self.waiting(view).await.into_iter().map(|(_, values)| values).collect()
    }

    async fn validate(&self, dossier: DossierId) {
        self.practice.core.handle(&self.owner, ValidateDossier { dossier, validated: true }).await.unwrap();
    }

    async fn relate(
        &self,
        who: &Session,
        pair: (DossierId, DossierId),
        relation: PersonsRelation,
    ) -> Result<(), Failure> {
        self.practice.core.handle(who, RelateDossiers { dossier: pair.0, other: pair.1, relation }).await
    }
}

fn values(view: &DossierView) -> String {
    let results = view.report.sections.iter().flat_map(|section| &section.results);
    let values: Vec<_> = results.filter_map(|result| result.value.clone()).collect();
    values.join(" ")
}

/// « POTASSIUM 7.2 → 4.0 », of each of the differences that are shown.
fn told(view: &DossierView) -> Vec<String> {
    let value = |shown: &Option<bannette_api::dossiers::ShownValue>| {
        shown.as_ref().map_or("-".to_owned(), |shown| shown.value.clone())
    };
    let changes = view.changes.iter().flat_map(|all| &all.changes).filter(|one| one.of != ChangeOf::Words);
    changes.map(|one| format!("{} {} → {}", one.label, value(&one.before), value(&one.after))).collect()
}

fn corrected<'a>(results: &'a [(&'a str, &'a str, &'a str, &'a str)], day: &'a str) -> File<'a> {
    File { results, day, title: "Ce compte rendu annule et remplace le precedent", ..FILE }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_correction_says_what_it_changes_and_whoever_validated_is_told() {
    let world = world().await;
    world.receive("1.hpr", &FILE.written()).await;
    let first = world.waiting(View::Team).await[0].0;
    world.validate(first).await;
    let none = world.practice.core.handle(&world.owner, GetTold {}).await.unwrap();
    assert!(none.superseded.is_empty());
    world.receive("2.hpr", &corrected(&[("POTASSIUM", "7.2", "HH", "C")], "25/11/2025").written()).await;
    let rows = world.practice.list(&world.owner, View::Critical).await.unwrap();
    assert_eq!(rows.len(), 1, "it waits anew");
    let told_of = world.practice.core.handle(&world.owner, GetTold {}).await.unwrap().superseded;
    assert_eq!(told_of.iter().map(|one| (one.former, one.newer)).collect::<Vec<_>>(), [(first, rows[0].id)]);
    let others = world.practice.core.handle(&world.reader, GetTold {}).await.unwrap();
    assert!(others.superseded.is_empty(), "who did not validate it is not told");
    let view = world.open(&world.owner, rows[0].id).await;
    assert_eq!(view.row.status, Some(ReportStatus::Corrected));
    assert_eq!(told(&view), ["POTASSIUM 4.0 → 7.2"]);
    assert!(view.changes[0].validated.is_some());
    let relations: Vec<_> = view.versions.iter().map(|one| (one.relation, one.replaced)).collect();
    assert_eq!(relations, [(VersionRelation::Former, true), (VersionRelation::Shown, false)]);
    let none = world.practice.core.handle(&world.owner, GetTold {}).await.unwrap();
    assert!(none.superseded.is_empty(), "opened, it is told no more");
    let former = world.open(&world.owner, first).await;
    assert_eq!(former.versions[1].relation, VersionRelation::Newer);
    assert!(former.changes.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_laboratorys_order_counts_and_not_that_of_arrival() {
    let world = world().await;
    world.receive("2.hpr", &corrected(&[("POTASSIUM", "4.1", "N", "C")], "25/11/2025").written()).await;
    let files = FILE.written().replace("4.0", "7.2").replace("|N|F", "|HH|F");
    world.receive("1.hpr", &files).await;
    assert_eq!(world.values(View::Team).await, ["4.1"], "an older one that arrives last does not win");
    let shown = world.waiting(View::Team).await[0].0;
    assert_eq!(told(&world.open(&world.owner, shown).await), ["POTASSIUM 7.2 → 4.1"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_critical_value_that_came_after_its_correction_was_validated_is_seen_by_somebody() {
    let world = world().await;
    world.receive("2.hpr", &corrected(&[("POTASSIUM", "4.1", "N", "C")], "25/11/2025").written()).await;
    let newer = world.waiting(View::Team).await[0].0;
    world.validate(newer).await;
    let files = FILE.written().replace("4.0", "7.2").replace("|N|F", "|HH|F");
    world.receive("1.hpr", &files).await;
    assert_eq!(world.values(View::Critical).await, ["7.2"]);
    let late = world.waiting(View::Critical).await[0].0;
    assert_eq!(world.open(&world.owner, late).await.versions.len(), 2, "and it names the newer one");
    world.validate(late).await;
    assert!(world.values(View::Team).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_that_may_belong_together_both_wait_and_a_person_decides() {
    let world = world().await;
    world.receive("1.hpr", &FILE.written()).await;
    let t120 = File { title: "HGPO T120", results: &[("POTASSIUM", "5.6", "H", "F")], ..FILE };
    world.receive("2.hpr", &t120.written()).await;
    let both = world.waiting(View::Team).await;
    let (one, other) = (both[0].0, both[1].0);
    let relation = |view: &DossierView, of: DossierId| {
        view.versions.iter().find(|line| line.dossier == of).map(|line| line.relation)
    };
    assert_eq!(relation(&world.open(&world.owner, one).await, other), Some(VersionRelation::MayBelong));
    assert_eq!(relation(&world.open(&world.owner, other).await, one), Some(VersionRelation::MayBelong));

    let denied = world.relate(&world.reader, (other, one), PersonsRelation::VersionOf).await;
    assert_eq!(denied, Err(Failure::NotAllowed { needs: Needs::Validate }));
    let itself = world.relate(&world.owner, (one, one), PersonsRelation::Apart).await;
    assert_eq!(itself, Err(Failure::Invalid { field: Field::Dossiers, why: Why::Twice }));

    world.relate(&world.owner, (other, one), PersonsRelation::VersionOf).await.unwrap();
    assert_eq!(world.values(View::Team).await, ["5.6"]);
    assert_eq!(told(&world.open(&world.owner, other).await), ["POTASSIUM 4.0 → 5.6"]);
    world.relate(&world.owner, (one, other), PersonsRelation::Apart).await.unwrap();
    assert_eq!(world.values(View::Team).await, ["4.0", "5.6"]);
    assert_eq!(relation(&world.open(&world.owner, one).await, other), Some(VersionRelation::Apart));

    // A later complete one belongs to one of the two that are apart: nobody knows to which.
    world.receive("3.hpr", &corrected(&[("POTASSIUM", "5.7", "H", "C")], "25/11/2025").written()).await;
    assert_eq!(world.values(View::Team).await, ["4.0", "5.6", "5.7"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_that_is_new_waits_and_the_same_once_more_does_not() {
    let world = world().await;
    let lab = "resultats@labo.test";
    world.receive("1.eml", &FILE.mailed(lab, "ionogramme")).await;
    let first = world.waiting(View::Team).await[0].0;
    world.validate(first).await;
    world.receive("2.eml", &FILE.mailed(lab, "ionogramme").replace("Subject: Compte", "Subject: Encore, compte")).await;
    world.receive("3.hpr", &FILE.written()).await;
    assert!(world.values(View::Team).await.is_empty(), "the same once more, with its document or without");
    world.receive("4.eml", &FILE.mailed(lab, "antibiogramme")).await;
    assert_eq!(world.values(View::Team).await, ["4.0"], "the new document waits");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_laboratory_another_patient_or_a_strangers_mail_replaces_nothing() {
    let world = world().await;
    let high = [("POTASSIUM", "7.4", "HH", "F")];
    let low = [("POTASSIUM", "4.1", "N", "C")];
    world.receive("1.eml", &File { results: &high, ..FILE }.mailed("resultats@labo.test", "a")).await;
    let pont = File { laboratory: "LABPON     LABO DU PONT", ..corrected(&low, "25/11/2025") };
    world.receive("2.eml", &pont.mailed("resultats@labo.test", "b")).await;
    let other = File { family: "EXEMPLE", ..corrected(&low, "25/11/2025") };
    world.receive("3.eml", &other.mailed("resultats@labo.test", "c")).await;
    world.receive("4.eml", &corrected(&low, "25/11/2025").mailed("envoi@inconnu.test", "d")).await;
    assert_eq!(world.values(View::Critical).await, ["7.4"]);
    assert_eq!(world.values(View::Team).await.len(), 4);
    let high = world.waiting(View::Critical).await[0].0;
    let named = world.open(&world.owner, high).await.versions;
    let doubtful = named.iter().filter(|one| one.relation == VersionRelation::MayBelong).count();
    assert_eq!(doubtful, 2, "the other name and the stranger's, not the other laboratory's");
}

/// A row says of which day the report is, not when it came, and the unit of the value that it names.
#[tokio::test(flavor = "multi_thread")]
async fn a_row_says_the_reports_own_date_and_its_unit() {
    let world = world().await;
    let file = FILE.written().replace("4.0", "7.2").replace("|N|F", "|HH|F");
    world.receive("1.hpr", &file).await;
    let rows = world.practice.list(&world.owner, View::Critical).await.unwrap();
    let view = world.open(&world.owner, rows[0].id).await;
    assert_eq!(rows[0].dated, ReportDate::of(&view.report));
    assert_eq!(rows[0].dated.as_ref().map(|date| date.at.get(..10)), Some(Some("2025-11-24")));
    let worst = rows[0].headline.as_ref().unwrap();
    assert_eq!((worst.value.as_str(), worst.unit.as_deref()), ("7.2", Some("mmol/L")));
}
