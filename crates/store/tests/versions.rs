//! Versions of one report in the store: the same contents are one dossier, and of several versions only the last waits,
//! in each mailbox by itself.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

mod support;

use bannette_api::dossiers::{Arrival, Urgency, View};
use bannette_api::report::ReportStatus;
use bannette_api::{DossierId, MailboxId, PersonId};
use bannette_rights::Validate;
use bannette_store::{Act, Arrived, Author, ListRequest, NewDossier};
use support::{NOW, Place, dossier, id, message, version_of};

fn version(number: u128, content: u8, analytes: &[u32], status: ReportStatus) -> NewDossier {
    let mut one = dossier(number, Urgency::Normal, true);
    version_of(7, &mut one, content, analytes, Some(status));
    one
}

async fn listed(place: &Place, person: PersonId, view: View) -> Vec<DossierId> {
    let mut read = place.store.read().await.unwrap();
    let visible = read.rights_of(person, NOW).await.unwrap().visible();
    let request = ListRequest { view, search: None, after: None, limit: 200 };
    let page = read.list(&visible, &request).await.unwrap();
    let counts = read.counts(&visible, NOW).await.unwrap();
    if view == View::Team {
        assert_eq!(counts.team, u64::try_from(page.rows.len()).unwrap(), "counts and lists agree");
    }
    page.rows.into_iter().map(|row| row.id).collect()
}

fn ids(numbers: &[u128]) -> Vec<DossierId> {
    numbers.iter().map(|number| DossierId(id(*number))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_contents_by_two_ways_are_one_dossier() {
    let place = Place::new().await;
    let (first, second) = (place.add_mailbox(10, place.owner).await, place.add_mailbox(11, place.owner).await);
    let one = version(100, 1, &[1, 2], ReportStatus::Complete);
    let again = version(101, 1, &[1, 2], ReportStatus::Complete);
    assert_eq!(
        place.take_in(first, vec![message(1, "par MSSanté", vec![one])], NOW).await,
        Arrived { taken: 1, placed: 1, known: 0 }
    );
    let arrived = place.take_in(second, vec![message(1, "par un dossier", vec![again])], NOW.plus(1000)).await;
    assert_eq!(arrived, Arrived { taken: 1, placed: 1, known: 0 });
    assert_eq!(listed(&place, place.owner, View::Team).await, ids(&[100]));
    let mut read = place.store.read().await.unwrap();
    let visible = read.rights_of(place.owner, NOW).await.unwrap().visible();
    assert_eq!(read.mailboxes_of(&visible, DossierId(id(100))).await.unwrap(), [first, second]);
    let arrivals = read.arrivals(&visible, DossierId(id(100))).await.unwrap();
    let came = |arrivals: &[Arrival]| arrivals.iter().map(|one| (one.mailbox, one.at)).collect::<Vec<_>>();
    assert_eq!(came(&arrivals), [(first, NOW), (second, NOW.plus(1000))]);
    drop(read);
    // The second bytes once more, in the first mailbox: still one.
    let once_more = version(102, 1, &[1, 2], ReportStatus::Complete);
    place.take_in(first, vec![message(2, "par un dossier", vec![once_more])], NOW).await;
    assert_eq!(listed(&place, place.owner, View::Team).await, ids(&[100]));
    // Who reads the second mailbox alone learns of it alone.
    let reader = place.add_person(2, "paul").await;
    let third = place.add_mailbox(12, reader).await;
    let theirs = version(103, 1, &[1, 2], ReportStatus::Complete);
    place.take_in(third, vec![message(1, "encore autrement", vec![theirs])], NOW).await;
    let mut read = place.store.read().await.unwrap();
    let visible = read.rights_of(reader, NOW).await.unwrap().visible();
    assert_eq!(came(&read.arrivals(&visible, DossierId(id(100))).await.unwrap()), [(third, NOW)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn twice_in_one_batch_is_once() {
    let place = Place::new().await;
    let mailbox = place.add_mailbox(10, place.owner).await;
    let one = version(100, 1, &[1], ReportStatus::Complete);
    let two = version(101, 1, &[1], ReportStatus::Complete);
    let messages = vec![message(1, "une fois", vec![one]), message(2, "deux fois", vec![two])];
    assert_eq!(place.take_in(mailbox, messages, NOW).await.placed, 1);
    assert_eq!(listed(&place, place.owner, View::Team).await, ids(&[100]));
}

async fn validate(place: &Place, number: u128, mailbox: MailboxId, validated: bool) {
    let mut write = place.store.write().await.unwrap();
    let proof = write.rights_of(place.owner, NOW).await.unwrap().grant::<Validate>(mailbox).unwrap();
    let dossier = DossierId(id(number));
    write.set_validated(&proof, dossier, validated.then_some(NOW)).await.unwrap();
    write.record(Author::Person(place.owner), NOW, &Act::Validated { dossier });
    write.commit().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn of_versions_only_the_last_waits_and_none_is_hidden_where_it_is_alone() {
    let place = Place::new().await;
    let (first, second) = (place.add_mailbox(10, place.owner).await, place.add_mailbox(11, place.owner).await);
    let partial = version(100, 1, &[1], ReportStatus::Partial);
    let complete = version(101, 2, &[1, 2], ReportStatus::Complete);
    place.take_in(first, vec![message(1, "partiel", vec![partial.clone()])], NOW).await;
    place.take_in(second, vec![message(1, "partiel", vec![partial])], NOW).await;
    place.take_in(first, vec![message(2, "complet", vec![complete])], NOW.plus(1000)).await;
    // The complete one came by the first mailbox only: in the second, the partial one goes on waiting.
    assert_eq!(listed(&place, place.owner, View::Team).await, ids(&[101, 100]));
    let reader = place.add_person(2, "paul").await;
    assert_eq!(listed(&place, reader, View::Team).await, []);
    let mut read = place.store.read().await.unwrap();
    let visible = read.rights_of(place.owner, NOW).await.unwrap().visible();
    let only_first = ListRequest { view: View::Team, search: None, after: None, limit: 200 };
    let rows = read.list(&visible.only(first).unwrap(), &only_first).await.unwrap().rows;
    assert_eq!(rows.iter().map(|row| row.id).collect::<Vec<_>>(), ids(&[101]));
    let versions = read.versions(&visible, DossierId(id(100))).await.unwrap();
    let shown: Vec<_> = versions.iter().map(|one| (one.row.id, one.replaced)).collect();
    assert_eq!(shown, [(ids(&[100])[0], true), (ids(&[101])[0], false)]);
    drop(read);
    // A validation and its undoing leave the order as it was.
    validate(&place, 100, first, true).await;
    assert_eq!(listed(&place, place.owner, View::Team).await, ids(&[101]));
    validate(&place, 100, first, false).await;
    assert_eq!(listed(&place, place.owner, View::Team).await, ids(&[101, 100]));
    // A corrected one comes: it waits although the complete one was validated.
    validate(&place, 101, first, true).await;
    let corrected = version(102, 3, &[1, 2], ReportStatus::Corrected);
    place.take_in(first, vec![message(3, "corrigé", vec![corrected])], NOW.plus(2000)).await;
    assert_eq!(listed(&place, place.owner, View::Team).await, ids(&[102, 100]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patients_earlier_reports_are_found_and_another_patients_are_not() {
    let place = Place::new().await;
    let (mine, foreign) = (place.add_mailbox(10, place.owner).await, {
        let other = place.add_person(2, "paul").await;
        place.add_mailbox(11, other).await
    });
    let mut other_patient = dossier(102, Urgency::Normal, true);
    other_patient.patient.as_mut().unwrap().birth_date = Some("1960-01-01".to_owned());
    let mut other_spelling = dossier(101, Urgency::Normal, true);
    other_spelling.patient.as_mut().unwrap().first_name = "ALICÉ".to_owned();
    place.take_in(mine, vec![message(1, "un", vec![dossier(100, Urgency::Normal, true)])], NOW).await;
    place.take_in(mine, vec![message(2, "deux", vec![other_spelling])], NOW.plus(1)).await;
    place.take_in(mine, vec![message(3, "trois", vec![other_patient])], NOW.plus(2)).await;
    place.take_in(foreign, vec![message(1, "quatre", vec![dossier(103, Urgency::Normal, true)])], NOW.plus(3)).await;
    let mut read = place.store.read().await.unwrap();
    let visible = read.rights_of(place.owner, NOW).await.unwrap().visible();
    let found = read.of_same_patient(&visible, DossierId(id(100)), 10).await.unwrap();
    assert_eq!(found.iter().map(|one| one.dossier).collect::<Vec<_>>(), ids(&[101, 100]));
    assert_eq!(found[0].bytes, b"deux");
    assert_eq!(read.of_same_patient(&visible, DossierId(id(100)), 1).await.unwrap().len(), 1);
}
