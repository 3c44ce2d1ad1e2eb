//! A message that came encrypted, in the store: opened once whatever happens in between, in every mailbox it came into, and
//! nothing that people did before goes to another report.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod support;

use bannette_api::connection::OpeningFault;
use bannette_api::dossiers::{DossierRow, Urgency, View};
use bannette_api::report::Format;
use bannette_api::{DossierId, MailboxId};
use bannette_formats::wrapped::Wrapped;
use bannette_rights::{Own, Read as ReadRight, SystemAccess, Validate};
use bannette_store::{
    Act, Author, ClearPart, ListRequest, NewDossier, NewMessage, OpenedMessage, StillSealed, StoreError,
};
use sha2::{Digest as _, Sha256};
use support::{NOW, Place, dossier, id, message};

const SEALED: &str = "what came, encrypted";

/// The dossier that stands for an encrypted message.
fn closed(number: u128) -> NewDossier {
    NewDossier { format: Format::Apicrypt, patient: None, ..report(number, 0, Urgency::Unknown) }
}

fn report(number: u128, content: u8, urgency: Urgency) -> NewDossier {
    let mut one = dossier(number, urgency, true);
    one.identity.content = [content; 32];
    one
}

fn sealed(dossiers: Vec<NewDossier>) -> NewMessage {
    NewMessage { sealed: true, ..message(1, SEALED, dossiers) }
}

fn opened(place: u32, still_sealed: bool, dossiers: Vec<NewDossier>) -> OpenedMessage {
    let clear = format!("clear bytes of {place}");
    let part = ClearPart {
        place,
        sha256: Sha256::digest(&clear).into(),
        bytes: clear.len() as u64,
        packed: bannette_store::Packer::new().unwrap().pack(&Wrapped::find(clear.as_bytes())).unwrap(),
    };
    OpenedMessage { parts: vec![part], still_sealed, message: sealed(dossiers) }
}

async fn open(place: &Place, mailbox: MailboxId, opened: &OpenedMessage) -> Result<bool, StoreError> {
    let mut write = place.store.write().await.unwrap();
    let done = write.open_message(&SystemAccess::for_fetching(mailbox), opened, NOW.plus(5)).await?;
    if done {
        write.commit().await.unwrap();
    }
    Ok(done)
}

async fn listed(place: &Place) -> Vec<DossierRow> {
    let mut read = place.store.read().await.unwrap();
    let visible = read.rights_of(place.owner, NOW).await.unwrap().visible();
    let request = ListRequest { view: View::Team, search: None, after: None, limit: 200 };
    let page = read.list(&visible, &request).await.unwrap();
    let counts = read.counts(&visible, NOW).await.unwrap();
    assert_eq!(counts.team, u64::try_from(page.rows.len()).unwrap(), "counts and lists agree");
    page.rows
}

fn ids(rows: &[DossierRow]) -> Vec<DossierId> {
    let mut ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    ids.sort();
    ids
}

async fn number(place: &Place, query: &'static str) -> i64 {
    sqlx::query_scalar(query).fetch_one(&mut place.beside().await).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_opened_in_every_mailbox_and_only_once() {
    let place = Place::new().await;
    let (first, second) = (place.add_mailbox(10, place.owner).await, place.add_mailbox(11, place.owner).await);
    for mailbox in [first, second] {
        place.take_in(mailbox, vec![sealed(vec![closed(100)])], NOW).await;
    }
    let two = opened(0, false, vec![report(200, 1, Urgency::Critical), report(201, 2, Urgency::Normal)]);
    assert!(open(&place, second, &two).await.unwrap());
    let rows = listed(&place).await;
    // The identifier that stood for the message is the first report's.
    assert_eq!(ids(&rows), [DossierId(id(100)), DossierId(id(201))]);
    assert!(rows.iter().all(|row| row.mailboxes == [first, second]));
    let critical = rows.iter().find(|row| row.urgency == Urgency::Critical).unwrap();
    assert_eq!((critical.id, critical.patient.is_some()), (DossierId(id(100)), true));
    // A second program, or the same one after a crash, finds nothing left to open.
    for mailbox in [first, second] {
        assert!(!open(&place, mailbox, &two).await.unwrap());
    }
    assert_eq!(listed(&place).await.len(), 2);
    let mut read = place.store.read().await.unwrap();
    assert_eq!(read.still_sealed(&SystemAccess::for_fetching(first)).await.unwrap(), StillSealed::default());
    assert_eq!(read.next_sealed(&SystemAccess::for_fetching(first), NOW.plus(9)).await.unwrap().map(|_| ()), None);
    // The bytes received are what they were.
    assert_eq!(number(&place, "select count(*) from raw_message").await, 1);
    assert_eq!(read.verify_journal().await.unwrap().faults, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_is_not_committed_changes_nothing() {
    let place = Place::new().await;
    let mailbox = place.add_mailbox(10, place.owner).await;
    place.take_in(mailbox, vec![sealed(vec![closed(100)])], NOW).await;
    let one = opened(0, false, vec![report(200, 1, Urgency::Critical)]);
    let mut write = place.store.write().await.unwrap();
    assert!(write.open_message(&SystemAccess::for_fetching(mailbox), &one, NOW).await.unwrap());
    drop(write);
    assert_eq!(listed(&place).await[0].format, Format::Apicrypt);
    assert_eq!(number(&place, "select count(*) from clear_part").await, 0);
    assert!(open(&place, mailbox, &one).await.unwrap());
    assert_eq!(listed(&place).await[0].format, Format::HprimMedecin);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_seen_and_validated_stays_with_its_report() {
    let place = Place::new().await;
    let mailbox = place.add_mailbox(10, place.owner).await;
    place.take_in(mailbox, vec![sealed(vec![closed(100)])], NOW).await;
    assert!(open(&place, mailbox, &opened(1, true, vec![report(200, 1, Urgency::Normal)])).await.unwrap());
    let mut write = place.store.write().await.unwrap();
    let rights = write.rights_of(place.owner, NOW).await.unwrap();
    let dossier = DossierId(id(100));
    write.mark_seen(&rights.grant::<ReadRight>(mailbox).unwrap(), dossier, NOW).await.unwrap();
    write.set_validated(&rights.grant::<Validate>(mailbox).unwrap(), dossier, Some(NOW)).await.unwrap();
    write.record(Author::Person(place.owner), NOW, &Act::Validated { dossier });
    write.commit().await.unwrap();
    assert_eq!(listed(&place).await.len(), 0);
    // What is opened next stands before it in the message: places move, identities do not.
    let both = opened(0, false, vec![report(300, 2, Urgency::Critical), report(301, 1, Urgency::Normal)]);
    assert!(open(&place, mailbox, &both).await.unwrap());
    let rows = listed(&place).await;
    assert_eq!((ids(&rows), rows[0].urgency), (vec![DossierId(id(300))], Urgency::Critical));
    let kept = "select count(*) from dossier where part = 1 and validated_at <> 0 and urgency = 3
        and key in (select dossier from seen)";
    assert_eq!(number(&place, kept).await, 1);
    assert_eq!(number(&place, "select count(*) from clear_part").await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn validated_unread_it_comes_back() {
    let place = Place::new().await;
    let mailbox = place.add_mailbox(10, place.owner).await;
    place.take_in(mailbox, vec![sealed(vec![closed(100)])], NOW).await;
    let mut write = place.store.write().await.unwrap();
    let rights = write.rights_of(place.owner, NOW).await.unwrap();
    let dossier = DossierId(id(100));
    write.set_validated(&rights.grant::<Validate>(mailbox).unwrap(), dossier, Some(NOW)).await.unwrap();
    write.record(Author::Person(place.owner), NOW, &Act::Validated { dossier });
    write.commit().await.unwrap();
    assert_eq!(listed(&place).await.len(), 0);
    assert!(open(&place, mailbox, &opened(0, false, vec![report(200, 1, Urgency::Critical)])).await.unwrap());
    let rows = listed(&place).await;
    assert_eq!((rows[0].id, rows[0].seen_by_me, rows[0].validated.as_ref()), (dossier, false, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn less_than_there_was_is_refused() {
    let place = Place::new().await;
    let mailbox = place.add_mailbox(10, place.owner).await;
    let clear = vec![report(100, 1, Urgency::Critical), report(101, 2, Urgency::Normal)];
    place.take_in(mailbox, vec![sealed(clear)], NOW).await;
    let less = open(&place, mailbox, &opened(0, false, vec![report(200, 2, Urgency::Normal)])).await;
    assert!(matches!(less, Err(StoreError::Content(_))), "{less:?}");
    assert_eq!(listed(&place).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn tries_are_spaced_and_few_and_asked_for_anew() {
    let place = Place::new().await;
    let mailbox = place.add_mailbox(10, place.owner).await;
    place.take_in(mailbox, vec![sealed(vec![closed(100)])], NOW).await;
    let proof = SystemAccess::for_fetching(mailbox);
    let minute = 60_000;
    let mut at = NOW;
    // One at once, one after a minute, one after ten more; then none.
    for (wait, again) in [(0, minute), (minute, 10 * minute), (10 * minute, 1_000_000 * minute)] {
        at = at.plus(wait);
        let mut read = place.store.read().await.unwrap();
        let next = read.next_sealed(&proof, at).await.unwrap().unwrap();
        assert_eq!(next.bytes, SEALED.as_bytes());
        drop(read);
        let mut write = place.store.write().await.unwrap();
        write.note_try(&proof, &next.sha256, &OpeningFault::Refused { code: Some(3) }, at).await.unwrap();
        write.commit_progress().await.unwrap();
        let mut read = place.store.read().await.unwrap();
        assert!(read.next_sealed(&proof, at.plus(again - 1)).await.unwrap().is_none());
        let still = read.still_sealed(&proof).await.unwrap();
        assert_eq!(still, StillSealed { messages: 1, why: Some(OpeningFault::Refused { code: Some(3) }) });
    }
    let mut write = place.store.write().await.unwrap();
    let rights = write.rights_of(place.owner, NOW).await.unwrap();
    write.forget_tries(&rights.grant::<Own>(mailbox).unwrap()).await.unwrap();
    write.commit_progress().await.unwrap();
    assert!(place.store.read().await.unwrap().next_sealed(&proof, at).await.unwrap().is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_report_that_came_clear_before_takes_its_place_unless_somebody_used_it() {
    for used in [false, true] {
        let place = Place::new().await;
        let (clear, closed_in) = (place.add_mailbox(10, place.owner).await, place.add_mailbox(11, place.owner).await);
        let mut known = report(50, 1, Urgency::Normal);
        known.identity.chain = Some([7; 32]);
        place.take_in(clear, vec![message(1, "clear", vec![known.clone()])], NOW).await;
        place.take_in(closed_in, vec![sealed(vec![closed(100)])], NOW).await;
        assert_eq!(listed(&place).await.len(), 2);
        if used {
            let mut write = place.store.write().await.unwrap();
            let act = Act::DossierOpened { dossier: DossierId(id(100)) };
            let under = vec![bannette_store::Under { mailbox: closed_in, by: None }];
            write.record_under(Author::Person(place.owner), NOW, &act, under);
            write.commit().await.unwrap();
        }
        let mut same = known;
        same.id = DossierId(id(200));
        assert!(open(&place, closed_in, &opened(0, false, vec![same])).await.unwrap());
        let rows = listed(&place).await;
        if used {
            assert_eq!(ids(&rows), [DossierId(id(50)), DossierId(id(100))]);
        } else {
            assert_eq!(ids(&rows), [DossierId(id(50))]);
            assert_eq!(rows[0].mailboxes, [clear, closed_in]);
        }
        assert_eq!(place.store.read().await.unwrap().verify_journal().await.unwrap().faults, []);
    }
}
