//! The numbers of reports: who is given them, that they stay when the bytes leave, and that each mailbox's owner erases their own.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod support;

use bannette_api::dossiers::Urgency;
use bannette_api::keeping::StaysInTree;
use bannette_api::report::{LabResult, ValueKind};
use bannette_api::{DossierId, MailboxId, Timestamp};
use bannette_formats::{ReportValues, ValueChapter};
use bannette_rights::{Own, SystemAccess, Validate};
use bannette_store::{Act, Author, NewDossier, PackedValues, Packer, Rule};
use support::{NOW, Place, dossier, id, message};

fn named(number: u128) -> DossierId {
    DossierId(id(number))
}

/// A report on the one patient, with that potassium.
fn report(number: u128, potassium: &str) -> NewDossier {
    let result = LabResult {
        label: "Potassium".to_owned(),
        value: Some(potassium.to_owned()),
        unit: Some("mmol/L".to_owned()),
        kind: ValueKind::Numeric,
        ..LabResult::default()
    };
    let chapters = vec![ValueChapter { titles: "Biochimie".to_owned(), results: vec![result] }];
    let values = ReportValues { sampled_at: Some("2026-11-03".to_owned()), chapters, ..ReportValues::default() };
    let values = PackedValues::of(&values, &mut Packer::new().unwrap()).unwrap();
    NewDossier { values, ..dossier(number, Urgency::Normal, true) }
}

impl Place {
    /// The potassium of the other reports of this one's patient, as whoever reads these mailboxes is given them.
    async fn values(&self, of: u128, only: Option<MailboxId>) -> Vec<String> {
        let mut read = self.store.read().await.unwrap();
        let visible = read.rights_of(self.owner, NOW).await.unwrap().visible();
        let visible = match only {
            Some(mailbox) => visible.only(mailbox).unwrap(),
            None => visible,
        };
        let found = read.values_of_same_patient(&visible, named(of), 200).await.unwrap();
        found.iter().flat_map(|one| one.values.results()).filter_map(|(_, result)| result.value.clone()).collect()
    }

    async fn dealt_with_and_gone(&self, number: u128, mailbox: MailboxId, at: Timestamp) {
        let mut write = self.store.write().await.unwrap();
        let proof = write.rights_of(self.owner, NOW).await.unwrap().grant::<Validate>(mailbox).unwrap();
        write.set_validated(&proof, named(number), Some(at)).await.unwrap();
        write.record(Author::Person(self.owner), at, &Act::Validated { dossier: named(number) });
        write.commit().await.unwrap();
        let proof = SystemAccess::for_fetching(mailbox);
        let judged = self.store.read().await.unwrap().to_purge(&proof).await.unwrap();
        let mut write = self.store.write().await.unwrap();
        assert!(write.purge(&proof, &judged, Rule::AtOnce, at).await.unwrap().messages > 0);
        write.commit().await.unwrap();
    }

    async fn erase(&self, number: u128, mailbox: MailboxId) -> Vec<DossierId> {
        let mut write = self.store.write().await.unwrap();
        let proof = write.rights_of(self.owner, NOW).await.unwrap().grant::<Own>(mailbox).unwrap();
        let erased = write.erase_values(&proof, named(number), NOW).await.unwrap().dossiers;
        if !erased.is_empty() {
            write.commit().await.unwrap();
        }
        erased
    }

    async fn rows(&self) -> i64 {
        let rows = sqlx::query_scalar("select count(*) from dossier_values").fetch_one(&mut self.beside().await).await;
        rows.unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn they_stay_in_each_mailbox_until_its_owner_erases_them() {
    let place = Place::new().await;
    let (first, second) = (place.add_mailbox(10, place.owner).await, place.add_mailbox(11, place.owner).await);
    let same = || vec![message(1, "le compte rendu", vec![report(100, "4.1")])];
    place.take_in(first, same(), NOW).await;
    place.take_in(second, vec![message(2, "un autre", vec![report(101, "4.4")])], NOW).await;
    assert_eq!(place.values(101, None).await, ["4.1"]);
    assert_eq!(
        place.values(101, Some(second)).await,
        [""; 0],
        "whoever reads the second alone is given nothing of the first"
    );
    place.take_in(second, same(), NOW).await;
    assert_eq!(place.values(101, Some(second)).await, ["4.1"]);

    assert_eq!(place.erase(101, first).await, [], "what stands there keeps its numbers");
    for mailbox in [first, second] {
        place.dealt_with_and_gone(100, mailbox, NOW).await;
        assert_eq!(place.values(101, Some(mailbox)).await, ["4.1"], "its bytes left, its numbers did not");
    }
    assert_eq!(place.erase(101, first).await, [named(100)]);
    assert_eq!(place.values(101, Some(first)).await, [""; 0]);
    assert_eq!((place.values(101, Some(second)).await, place.rows().await), (vec!["4.1".to_owned()], 2));
    assert_eq!(place.erase(100, second).await, [named(100)]);
    assert_eq!((place.values(101, None).await.len(), place.rows().await), (0, 1), "gone from the file");
    let report = place.store.read().await.unwrap().verify_journal().await.unwrap();
    assert_eq!(report.faults, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_leaves_before_its_numbers_are_kept() {
    let place = Place::new().await;
    let mailbox = place.add_mailbox(10, place.owner).await;
    place.take_in(mailbox, vec![message(1, "le compte rendu", vec![report(100, "4.1")])], NOW).await;
    // As a program before this one left it.
    sqlx::query("delete from dossier_values").execute(&mut place.beside().await).await.unwrap();
    sqlx::query("update dossier set validated_at = 1").execute(&mut place.beside().await).await.unwrap();
    let proof = SystemAccess::for_fetching(mailbox);
    let judged = place.store.read().await.unwrap().to_purge(&proof).await.unwrap();
    assert_eq!(judged[0].why, Some(StaysInTree::NumbersNotKept));
    let to_judge = place.store.read().await.unwrap().to_judge(&proof, 1, false, 10).await.unwrap();
    assert!(to_judge.len() == 1 && !to_judge[0].has_values, "it is read once more");
}
