//! What leaves a tree after its delay and what never does, what comes again, and the end of a mailbox; with a clock that the
//! test moves.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

mod support;

use bannette_api::dossiers::{DossierRow, Urgency, View};
use bannette_api::keeping::{Received, StaysInTree};
use bannette_api::report::ReportStatus;
use bannette_api::{DossierId, MailboxId, Timestamp};
use bannette_rights::{Own, Read as ReadRight, SystemAccess, Validate};
use bannette_store::{
    Act, Author, CopyState, DocumentsRead, Gone, ListRequest, NewDossier, NoThesaurus, Rule, Search, StoreError,
    StoredDossier, Taken,
};
use sqlx::SqliteConnection;
use std::collections::BTreeMap;
use support::{NOW, Place, dossier, id, message, version_of};

const DAY: i64 = 24 * 3_600_000;

fn day(number: i64) -> Timestamp {
    NOW.plus(number * DAY)
}

fn named(number: u128) -> DossierId {
    DossierId(id(number))
}

async fn change(place: &Place, statement: &'static str) {
    let mut beside = place.beside().await;
    sqlx::query(statement).execute(&mut beside).await.unwrap();
}

async fn number(connection: &mut SqliteConnection, query: &'static str) -> i64 {
    sqlx::query_scalar(query).fetch_one(connection).await.unwrap()
}

impl Place {
    async fn set_validated(&self, number: u128, mailbox: MailboxId, at: Option<Timestamp>) -> Result<bool, StoreError> {
        let mut write = self.store.write().await.unwrap();
        let proof = write.rights_of(self.owner, NOW).await.unwrap().grant::<Validate>(mailbox).unwrap();
        let changed = write.set_validated(&proof, named(number), at).await?;
        write.record(Author::Person(self.owner), at.unwrap_or(NOW), &Act::Validated { dossier: named(number) });
        write.commit().await.unwrap();
        Ok(changed)
    }

    async fn open(&self, number: u128, mailbox: MailboxId, at: Timestamp) {
        let mut write = self.store.write().await.unwrap();
        let proof = write.rights_of(self.owner, NOW).await.unwrap().grant::<ReadRight>(mailbox).unwrap();
        write.mark_seen(&proof, named(number), at).await.unwrap();
        write.record(Author::Person(self.owner), at, &Act::DossierOpened { dossier: named(number) });
        write.commit().await.unwrap();
    }

    async fn stored(&self, number: u128, mailbox: MailboxId) -> Result<StoredDossier, StoreError> {
        let mut read = self.store.read().await.unwrap();
        let rights = read.rights_of(self.owner, NOW).await.unwrap();
        let proof = rights.grant::<ReadRight>(mailbox).unwrap();
        read.dossier(&proof, &rights.visible(), named(number), None).await
    }

    async fn listed(&self, mailbox: MailboxId, view: View, words: Option<&str>) -> Vec<DossierRow> {
        let mut read = self.store.read().await.unwrap();
        let visible = read.rights_of(self.owner, NOW).await.unwrap().visible().only(mailbox).unwrap();
        let request = ListRequest {
            view,
            search: words.and_then(|words| Search::typed(words, &NoThesaurus)),
            after: None,
            limit: 200,
        };
        read.list(&visible, &request).await.unwrap().rows
    }

    async fn stays(&self, mailbox: MailboxId) -> Vec<Option<StaysInTree>> {
        let judged = self.store.read().await.unwrap().to_purge(&SystemAccess::for_fetching(mailbox)).await.unwrap();
        judged.iter().map(|one| one.why).collect()
    }

    /// A whole run, as the daily one.
    async fn purge(&self, mailbox: MailboxId, rule: Rule, now: Timestamp) -> Gone {
        let proof = SystemAccess::for_fetching(mailbox);
        let judged = self.store.read().await.unwrap().to_purge(&proof).await.unwrap();
        let leaving: Vec<_> = judged.into_iter().filter(|one| one.may_leave(rule, now)).collect();
        let mut all = Gone::default();
        for some in leaving.chunks(3) {
            let mut write = self.store.write().await.unwrap();
            let gone = write.purge(&proof, some, rule, now).await.unwrap();
            if gone.messages > 0 {
                write.commit().await.unwrap();
            }
            all.messages += gone.messages;
            all.bytes += gone.bytes;
            all.dossiers.extend(gone.dossiers);
        }
        all
    }

    async fn journal_holds(&self) {
        let report = self.store.read().await.unwrap().verify_journal().await.unwrap();
        assert_eq!(report.faults, []);
    }
}

async fn place() -> (Place, MailboxId, MailboxId) {
    let place = Place::new().await;
    let (first, second) = (place.add_mailbox(10, place.owner).await, place.add_mailbox(11, place.owner).await);
    change(&place, "update mailbox set retention_days = case key when 1 then 30 else 60 end").await;
    (place, first, second)
}

fn report(number: u128, content: u8, status: ReportStatus) -> NewDossier {
    let mut one = dossier(number, Urgency::Normal, true);
    version_of(7, &mut one, content, &[u32::from(content)], Some(status));
    one
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_dealt_with_leaves_after_its_delay_and_its_conclusions_stay() {
    let (place, mailbox, _) = place().await;
    let mut one = dossier(100, Urgency::Normal, true);
    one.words = "EXEMPLE Alice ionogramme zyxabondance".to_owned();
    place.take_in(mailbox, vec![message(1, "le compte rendu", vec![one])], NOW).await;
    place.take_in(mailbox, vec![message(2, "un autre", vec![dossier(101, Urgency::Normal, true)])], NOW).await;
    assert_eq!(place.purge(mailbox, Rule::Delay, day(400)).await, Gone::default(), "nothing is validated");
    assert!(place.set_validated(100, mailbox, Some(day(10))).await.unwrap());
    // Thirty days since the validation, not since the arrival.
    assert_eq!(place.purge(mailbox, Rule::Delay, Timestamp(day(40).0 - 1)).await.messages, 0);
    assert_eq!(place.listed(mailbox, View::Validated, None).await.len(), 1);
    let gone = place.purge(mailbox, Rule::Delay, day(40)).await;
    assert_eq!((gone.messages, gone.bytes, gone.dossiers), (1, 15, vec![named(100)]));
    assert_eq!(place.purge(mailbox, Rule::Delay, day(41)).await, Gone::default(), "once");

    // It is in no list; it is found by its patient, not by its words; the row says what was concluded.
    assert_eq!(place.listed(mailbox, View::Validated, None).await, []);
    assert_eq!(place.listed(mailbox, View::Team, Some("zyxabondance")).await, []);
    let found = place.listed(mailbox, View::Team, Some("exemple alice")).await;
    let row = found.iter().find(|row| row.id == named(100)).unwrap();
    assert_eq!(row.removed_at, Some(day(40)));
    assert_eq!(row.validated.as_ref().map(|done| (done.by, done.at)), Some((place.owner, day(10))));
    assert_eq!(row.patient.as_ref().unwrap().last_name, "EXEMPLE");
    assert_eq!(found.iter().find(|row| row.id == named(101)).unwrap().removed_at, None);
    let stored = place.stored(100, mailbox).await.unwrap();
    assert!(stored.bytes.is_none() && !stored.copy);
    assert_eq!(place.stored(101, mailbox).await.unwrap().bytes.as_deref(), Some(&b"un autre"[..]));
    // Nothing is decided on it any more.
    let refused = place.set_validated(100, mailbox, None).await;
    assert!(matches!(refused, Err(StoreError::Removed(at)) if at == day(40)), "{refused:?}");
    place.journal_holds().await;

    // The bytes are gone, their hash stays; the words leave the index and its old pages.
    let vocabulary = "select count(*) from temp.vocabulary where term like 'zyx%'";
    let make = "create virtual table temp.vocabulary using fts5vocab(main, dossier_text, row)";
    place.store.forget_deleted().await.unwrap();
    let mut beside = place.beside().await;
    sqlx::query(make).execute(&mut beside).await.unwrap();
    assert_eq!(number(&mut beside, vocabulary).await, 0);
    assert_eq!(number(&mut beside, "select count(*) from temp.vocabulary where term like 'ionogramme%'").await, 1);
    assert_eq!(number(&mut beside, "select length(zstd) from raw_message where key = 1").await, 0);
    assert_eq!(number(&mut beside, "select length(sha256) from raw_message where key = 1").await, 32);
    let detail: String = sqlx::query_scalar("select detail from journal where act = 'content_purged'")
        .fetch_one(&mut beside)
        .await
        .unwrap();
    let detail: serde_json::Value = serde_json::from_str(&detail).unwrap();
    assert_eq!(detail["retention_days"], 30);
    assert_eq!(detail["dossiers"][0], named(100).to_string());
    assert_eq!(detail["sha256"][0].as_str().unwrap().len(), 64);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_dealt_with_stays_whatever_the_delay() {
    let (place, mailbox, _) = place().await;
    let mut partial = report(105, 1, ReportStatus::Partial);
    partial.urgency = Urgency::Normal;
    let messages = vec![
        message(1, "non validé", vec![dossier(100, Urgency::Normal, true)]),
        message(2, "non identifié", vec![dossier(101, Urgency::Normal, false)]),
        message(3, "critique", vec![dossier(102, Urgency::Critical, true)]),
        message(4, "deux", vec![dossier(103, Urgency::Normal, true), dossier(104, Urgency::Normal, true)]),
        message(5, "partiel", vec![partial]),
    ];
    place.take_in(mailbox, messages, NOW).await;
    for number in [101, 102, 103, 105] {
        place.set_validated(number, mailbox, Some(NOW)).await.unwrap();
    }
    // Another version of a validated report, on other analytes: it waits.
    place.take_in(mailbox, vec![message(6, "suite", vec![report(106, 2, ReportStatus::Partial)])], NOW).await;
    let why = [
        Some(StaysInTree::NotValidated),
        Some(StaysInTree::NotIdentified),
        Some(StaysInTree::CriticalUnseen),
        Some(StaysInTree::NotValidated),
        Some(StaysInTree::OtherVersionWaits),
        Some(StaysInTree::NotValidated),
    ];
    assert_eq!(place.stays(mailbox).await, why);
    for rule in [Rule::Delay, Rule::AtOnce] {
        assert_eq!(place.purge(mailbox, rule, day(10_000)).await, Gone::default());
    }
    // Each for its own reason: it goes when that falls.
    place.open(102, mailbox, NOW).await;
    place.set_validated(104, mailbox, Some(NOW)).await.unwrap();
    place.set_validated(106, mailbox, Some(NOW)).await.unwrap();
    let mut gone = place.purge(mailbox, Rule::Delay, day(30)).await.dossiers;
    gone.sort_unstable();
    assert_eq!(gone, [102, 103, 104, 105, 106].map(named));
    assert_eq!(place.stays(mailbox).await, why[..2]);
    place.journal_holds().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_validation_that_is_taken_back_meanwhile_keeps_it() {
    let (place, mailbox, _) = place().await;
    place.take_in(mailbox, vec![message(1, "un", vec![dossier(100, Urgency::Normal, true)])], NOW).await;
    place.set_validated(100, mailbox, Some(NOW)).await.unwrap();
    let proof = SystemAccess::for_fetching(mailbox);
    let judged = place.store.read().await.unwrap().to_purge(&proof).await.unwrap();
    assert!(judged[0].may_leave(Rule::Delay, day(31)));
    place.set_validated(100, mailbox, None).await.unwrap();
    let mut write = place.store.write().await.unwrap();
    assert_eq!(write.purge(&proof, &judged, Rule::Delay, day(31)).await.unwrap(), Gone::default());
    // There is nothing to commit either.
    assert!(matches!(write.commit().await, Err(StoreError::Unjournaled)));
}

#[tokio::test(flavor = "multi_thread")]
async fn each_mailbox_lets_go_by_its_own_delay_and_the_bytes_go_with_the_last() {
    let (place, first, second) = place().await;
    let reader = place.add_person(2, "paul").await;
    let theirs = place.add_mailbox(12, reader).await;
    for mailbox in [first, second, theirs] {
        place.take_in(mailbox, vec![message(1, "le même", vec![dossier(100, Urgency::Normal, true)])], NOW).await;
    }
    place.set_validated(100, first, Some(NOW)).await.unwrap();
    let gone = place.purge(first, Rule::Delay, day(30)).await;
    assert_eq!((gone.messages, gone.bytes), (1, 0));
    assert_eq!(place.stored(100, first).await.unwrap().bytes.as_deref(), Some("le même".as_bytes()), "by the second");
    assert_eq!(place.listed(first, View::Validated, None).await, []);
    assert_eq!(place.listed(second, View::Validated, None).await.len(), 1);
    assert_eq!(place.purge(second, Rule::Delay, day(30)).await.messages, 0);
    assert_eq!(place.purge(second, Rule::Delay, day(60)).await.bytes, 0);
    // A third mailbox holds it, that the owner of these two may not know of: to them it is gone.
    let stored = place.stored(100, first).await.unwrap();
    assert_eq!((stored.bytes, stored.row.removed_at), (None, Some(day(60))));
    assert!(place.set_validated(100, second, None).await.is_err());
    let mut read = place.store.read().await.unwrap();
    let rights = read.rights_of(reader, NOW).await.unwrap();
    let proof = rights.grant::<ReadRight>(theirs).unwrap();
    let stored = read.dossier(&proof, &rights.visible(), named(100), None).await.unwrap();
    assert_eq!(stored.bytes.as_deref(), Some("le même".as_bytes()));
    assert_eq!(stored.row.removed_at, None);
    drop(read);
    assert_eq!(place.purge(theirs, Rule::Delay, day(36_500)).await.messages, 0, "its owner chose no delay");
    change(&place, "update mailbox set retention_days = 90 where key = 3").await;
    assert_eq!(place.purge(theirs, Rule::Delay, day(90)).await.bytes, 8);
    assert_eq!(number(&mut place.beside().await, "select length(zstd) from raw_message").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_again_after_it_left_waits_again_beside_what_was_decided() {
    let (place, first, second) = place().await;
    place.take_in(first, vec![message(1, "le même", vec![dossier(100, Urgency::Normal, true)])], NOW).await;
    place.set_validated(100, first, Some(NOW)).await.unwrap();
    place.purge(first, Rule::Delay, day(30)).await;
    // A server that numbers anew lists everything again: that is no arrival, or years would wait in one morning.
    let again = || vec![message(1, "le même", vec![dossier(999, Urgency::Normal, true)])];
    place.take_in_under(first, 8, again(), day(31)).await;
    assert_eq!(place.listed(first, View::Team, None).await, []);
    assert_eq!(place.stored(100, first).await.unwrap().row.removed_at, Some(day(30)));
    // Into another mailbox: it is looked at again, and what was decided stays.
    place.take_in(second, again(), day(32)).await;
    let rows = place.listed(second, View::Team, None).await;
    assert_eq!(rows.iter().map(|row| (row.id, row.validated.is_some())).collect::<Vec<_>>(), [(named(100), false)]);
    let stored = place.stored(100, second).await.unwrap();
    assert_eq!(stored.bytes.as_deref(), Some("le même".as_bytes()));
    assert_eq!(stored.decided_before.iter().map(|one| one.at).collect::<Vec<_>>(), [NOW]);
    assert_eq!(place.listed(second, View::Team, Some("ionogramme")).await.len(), 1, "its words came with it");
    assert_eq!(place.listed(first, View::Team, None).await, [], "and not where it left");
    assert!(place.stays(first).await.is_empty());
    // Dealt with again, it leaves again; put back into the first mailbox by hand, it comes again there.
    place.set_validated(100, second, Some(day(33))).await.unwrap();
    place.purge(second, Rule::Delay, day(100)).await;
    let mut moved = again();
    moved[0].uid = 77;
    place.take_in_under(first, 8, moved, day(101)).await;
    let rows = place.listed(first, View::Team, None).await;
    assert_eq!((rows.len(), rows[0].received_at, rows[0].removed_at), (1, day(101), None));
    assert_eq!(place.stored(100, first).await.unwrap().decided_before.len(), 2);
    let acts = "select count(*) from journal where act = 'content_returned'";
    assert_eq!(number(&mut place.beside().await, acts).await, 2);
    place.journal_holds().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_report_in_other_bytes_brings_its_contents_back() {
    let (place, first, second) = place().await;
    place.take_in(first, vec![message(1, "par un canal", vec![report(100, 1, ReportStatus::Complete)])], NOW).await;
    place.set_validated(100, first, Some(NOW)).await.unwrap();
    place.purge(first, Rule::Delay, day(30)).await;
    let other = message(1, "par un autre", vec![report(101, 1, ReportStatus::Complete)]);
    place.take_in(second, vec![other], day(40)).await;
    assert_eq!(place.listed(second, View::Team, None).await.len(), 1);
    let stored = place.stored(100, second).await.unwrap();
    assert_eq!((stored.bytes.as_deref(), stored.copy), (Some("par un autre".as_bytes()), true));
    // The curve of the patient reads the bytes that there are.
    let mut read = place.store.read().await.unwrap();
    let visible = read.rights_of(place.owner, NOW).await.unwrap().visible();
    let same = read.of_same_patient(&visible, named(100), 10).await.unwrap();
    assert_eq!(same.iter().map(|one| one.bytes.clone()).collect::<Vec<_>>(), [b"par un autre".to_vec()]);
    drop(read);
    // Whoever reads the second alone is shown no word of the message that came into the first, also when all is gone.
    place.set_validated(100, second, Some(day(41))).await.unwrap();
    place.purge(second, Rule::Delay, day(200)).await;
    let mut read = place.store.read().await.unwrap();
    let visible = read.rights_of(place.owner, NOW).await.unwrap().visible().only(second).unwrap();
    let copies = read.visible_copies(&visible, &[named(100)]).await.unwrap();
    assert!(copies.len() == 1 && copies[0].bytes.is_none());
    assert_eq!(read.of_same_patient(&visible, named(100), 10).await.unwrap().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_to_be_deleted_on_the_server_leaves_after_that() {
    let (place, mailbox, _) = place().await;
    place.take_in(mailbox, vec![message(1, "un", vec![dossier(100, Urgency::Normal, true)])], NOW).await;
    place.take_in(mailbox, vec![message(2, "deux", vec![dossier(101, Urgency::Normal, true)])], NOW).await;
    change(&place, "update mailbox set delete_from_server = 1, uid_validity = 7 where key = 1").await;
    for number in [100, 101] {
        place.set_validated(number, mailbox, Some(NOW)).await.unwrap();
    }
    assert_eq!(place.purge(mailbox, Rule::Delay, day(40)).await.messages, 0);
    assert_eq!(place.stays(mailbox).await, [Some(StaysInTree::OnServer); 2]);
    let proof = SystemAccess::for_fetching(mailbox);
    let mut write = place.store.write().await.unwrap();
    write.mark_removed(&proof, 7, &[1], day(40)).await.unwrap();
    write.commit().await.unwrap();
    assert_eq!(place.purge(mailbox, Rule::Delay, day(40)).await.dossiers, [named(100)]);
    // Whoever stops asking for the deletion, or never asked, waits for nothing; what is gone is compared with nothing.
    change(&place, "update mailbox set delete_from_server = 0 where key = 1").await;
    assert_eq!(place.purge(mailbox, Rule::Delay, day(40)).await.dossiers, [named(101)]);
    let copies = place.store.read().await.unwrap().copies_on_server(&proof, 7, 0, 10).await.unwrap();
    assert_eq!(copies.iter().map(|one| (one.uid, one.state)).collect::<Vec<_>>(), [(2, CopyState::Removed)]);
    place.journal_holds().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_document_says_leaves_no_words_behind() {
    let (place, mailbox, _) = place().await;
    let mut one = dossier(100, Urgency::Normal, true);
    one.unread_documents = true;
    place.take_in(mailbox, vec![message(1, "un", vec![one])], NOW).await;
    place.set_validated(100, mailbox, Some(NOW)).await.unwrap();
    let proof = SystemAccess::for_fetching(mailbox);
    // The reading of its document began before it left, and ends after.
    let unread = place.store.read().await.unwrap().unread_documents(&proof).await.unwrap().unwrap();
    place.purge(mailbox, Rule::Delay, day(40)).await;
    assert!(place.store.read().await.unwrap().unread_documents(&proof).await.unwrap().is_none());
    let mut write = place.store.write().await.unwrap();
    write.set_words(&proof, unread.dossier, "EXEMPLE zyxdocument", DocumentsRead::Left).await.unwrap();
    write.commit_progress().await.unwrap();
    assert_eq!(place.listed(mailbox, View::Team, Some("zyxdocument")).await, []);
    assert_eq!(place.listed(mailbox, View::Team, Some("exemple")).await.len(), 1);
}

/// Ends a mailbox as the core does.
async fn end(place: &Place, mailbox: MailboxId, received: Received, at: Timestamp) {
    let mut write = place.store.write().await.unwrap();
    let rights = write.rights_of(place.owner, at).await.unwrap();
    let proof = rights.grant::<Own>(mailbox).unwrap();
    let lies = match received {
        Received::HandedOver { to } => {
            write.hand_over_mailbox(&proof, &rights.grant::<Own>(to).unwrap(), at).await.unwrap()
        }
        Received::Archive => write.archive_mailbox(&proof, Taken::Archived, at).await.unwrap(),
        Received::Purged => write.archive_mailbox(&proof, Taken::Emptied, at).await.unwrap(),
    };
    let act = Act::MailboxRemoved { mailbox, received, dossiers: lies.dossiers };
    write.record(Author::Person(place.owner), at, &act);
    write.commit().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_passes_into_another_whole_and_no_uid_of_it_means_anything_there() {
    let (place, first, second) = place().await;
    change(&place, "update mailbox set secret = 'mot de passe', delete_from_server = 1, uid_validity = 7").await;
    let both = || message(1, "dans les deux", vec![dossier(100, Urgency::Normal, true)]);
    place.take_in(first, vec![both(), message(2, "deux", vec![dossier(101, Urgency::Critical, true)])], NOW).await;
    place.take_in(second, vec![both()], NOW.plus(1)).await;
    place.take_in(first, vec![message(3, "trois", vec![report(102, 1, ReportStatus::Partial)])], NOW).await;
    let mut complete = report(103, 2, ReportStatus::Complete);
    version_of(7, &mut complete, 2, &[1, 2], Some(ReportStatus::Complete));
    place.take_in(second, vec![message(2, "quatre", vec![complete])], NOW.plus(2)).await;
    end(&place, first, Received::HandedOver { to: second }, day(1)).await;

    let mut rows = place.listed(second, View::Team, None).await;
    rows.sort_by_key(|row| row.id);
    // The partial report steps back behind the complete one that it meets there.
    assert_eq!(rows.iter().map(|row| row.id).collect::<Vec<_>>(), [100, 101, 103].map(named));
    let mut read = place.store.read().await.unwrap();
    let rights = read.rights_of(place.owner, day(1)).await.unwrap();
    assert!(rights.of(first).is_none(), "nobody has a right on it any more");
    let counts = read.counts(&rights.visible(), day(1)).await.unwrap();
    assert_eq!((counts.team, counts.critical), (3, 1));
    assert_eq!(read.mailboxes(&rights.visible()).await.unwrap().len(), 1);
    // On the other server, UID 1 to 3 are other messages: nothing may ever be deleted there in their name.
    let proof = SystemAccess::for_fetching(second);
    let copies = read.copies_on_server(&proof, 7, 0, 100).await.unwrap();
    assert_eq!(copies.iter().map(|copy| copy.uid).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(read.delivered(&proof, 7, 0).await.unwrap().len(), 2);
    drop(read);
    let mut beside = place.beside().await;
    assert_eq!(number(&mut beside, "select count(*) from delivery where mailbox = 2").await, 5);
    assert_eq!(number(&mut beside, "select count(*) from delivery where mailbox = 2 and state = 0").await, 2);
    assert_eq!(number(&mut beside, "select count(*) from mailbox where secret <> '' and key = 1").await, 0);
    assert_eq!(number(&mut beside, "select count(*) from pragma_foreign_key_check").await, 0);
    // What comes now is taken in by nobody: it stays where it is.
    let mut write = place.store.write().await.unwrap();
    let batch = bannette_store::Batch { uid_validity: 7, messages: vec![message(9, "trop tard", vec![])] };
    let late = write.take_in(&SystemAccess::for_fetching(first), batch, day(2)).await;
    assert!(matches!(late, Err(StoreError::NotFound)));
    drop(write);
    // Its address may be added again.
    let mut write = place.store.write().await.unwrap();
    let new = bannette_store::NewMailbox {
        kind: bannette_api::mailboxes::MailboxKind::Folder,
        address: "Dossier 10".to_owned(),
        connection: bannette_api::mailboxes::Connection::folder("/nowhere"),
        outgoing: None,
        apicrypt: None,
        options: bannette_api::mailboxes::Options::default(),
    };
    let secrets = bannette_store::NewSecrets::default();
    write.add_mailbox(MailboxId(id(50)), place.owner, &new, &secrets, day(3)).await.unwrap();
    drop(write);
    place.journal_holds().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_is_read_and_nothing_leaves_it_by_delay() {
    let (place, mailbox, _) = place().await;
    change(&place, "update mailbox set secret = 'mot de passe', key_code = 'code', certificate = 'pem'").await;
    place.take_in(mailbox, vec![message(1, "un", vec![dossier(100, Urgency::Normal, true)])], NOW).await;
    place.take_in(mailbox, vec![message(2, "deux", vec![dossier(101, Urgency::Normal, true)])], NOW).await;
    place.set_validated(100, mailbox, Some(NOW)).await.unwrap();
    end(&place, mailbox, Received::Archive, day(1)).await;
    let mut beside = place.beside().await;
    let secrets = "select count(*) from mailbox where key = 1 and secret || key_code || certificate <> ''";
    assert_eq!(number(&mut beside, secrets).await, 0);
    assert_eq!(number(&mut beside, "select enabled from mailbox where key = 1").await, 0);
    let proof = SystemAccess::for_fetching(mailbox);
    let retention = place.store.read().await.unwrap().retention(&proof).await.unwrap();
    assert!(retention.archived && !retention.emptied);
    assert_eq!(place.listed(mailbox, View::Team, None).await.len(), 1);
    assert_eq!(place.stored(100, mailbox).await.unwrap().bytes.as_deref(), Some(&b"un"[..]));
    // Emptied: what is dealt with leaves at once, the rest never.
    end(&place, mailbox, Received::Purged, day(2)).await;
    assert_eq!(place.purge(mailbox, Rule::AtOnce, day(2)).await.dossiers, [named(100)]);
    assert_eq!(place.listed(mailbox, View::Team, None).await.len(), 1);
    place.journal_holds().await;
}

/// Xorshift: the same histories each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }
}

type Standing = (i64, i64, i64);

/// What lies where, and since when it left: by dossier and mailbox.
async fn placements(beside: &mut SqliteConnection) -> BTreeMap<(i64, i64), Standing> {
    let rows: Vec<(i64, i64, i64, i64, i64)> =
        sqlx::query_as("select dossier, mailbox, waiting, left_at, newest from placement")
            .fetch_all(beside)
            .await
            .unwrap();
    rows.into_iter()
        .map(|(dossier, mailbox, waiting, left, newest)| ((dossier, mailbox), (waiting, left, newest)))
        .collect()
}

/// What must hold after any history.
async fn holds(place: &Place, seed: u64) {
    let mut beside = place.beside().await;
    for (says, query) in [
        (
            "what is not dealt with can be read",
            "select count(*) from dossier d
             where (d.validated_at = 0 or d.identified = 0
                 or (d.urgency = 0 and not exists (select 1 from seen s where s.dossier = d.key)))
               and not exists (
                   select 1 from delivery v join raw_message r on r.key = v.raw join placement p on p.dossier = d.key
                       and p.mailbox = v.mailbox
                   where v.left_at = 0 and r.purged_at = 0 and length(r.zstd) > 0 and p.waiting <> 4
                     and v.raw in (select d.raw union select c.raw from dossier_copy c where c.dossier = d.key))",
        ),
        (
            "bytes are there as long as a mailbox holds them",
            "select count(*) from raw_message r where (r.purged_at = 0) <> (length(r.zstd) > 0)
                 or (r.purged_at = 0) <> exists (select 1 from delivery v where v.raw = r.key and v.left_at = 0)",
        ),
        (
            "a placement has left with its last message",
            "select count(*) from placement p where (p.waiting = 4) = exists (
                 select 1 from delivery v where v.mailbox = p.mailbox and v.left_at = 0 and v.raw in (
                     select d.raw from dossier d where d.key = p.dossier
                     union select c.raw from dossier_copy c where c.dossier = p.dossier))",
        ),
        ("and says when", "select count(*) from placement where (waiting = 4) <> (left_at <> 0)"),
        (
            "a dossier is removed with its last bytes",
            "select count(*) from dossier d where (d.removed_at = 0) <> exists (
                 select 1 from raw_message r where r.purged_at = 0 and r.key in (
                     select d.raw union select c.raw from dossier_copy c where c.dossier = d.key))",
        ),
        (
            "what was removed keeps its conclusion",
            "select count(*) from dossier where removed_at <> 0 and (validated_at = 0 or validated_by is null)",
        ),
        (
            "the counts are those of the lists",
            "select count(*) from (
                 select mailbox, sum(waiting) as kept from tally group by mailbox) t
             where t.kept <> (select count(*) from placement p where p.mailbox = t.mailbox and p.waiting = 1)",
        ),
        ("each reference leads somewhere", "select count(*) from pragma_foreign_key_check"),
    ] {
        assert_eq!(number(&mut beside, query).await, 0, "history {seed}: {says}");
    }
    place.journal_holds().await;
}

/// After any history of arrivals, looks, validations, days and purges: nothing left that was not dealt with, nothing
/// before its time, and what left is as it should be.
#[tokio::test(flavor = "multi_thread")]
async fn no_history_loses_what_is_not_dealt_with() {
    for seed in 1..=24 {
        let mut dice = Dice(0x9E37_79B9_7F4A_7C15 ^ seed);
        let (place, first, second) = place().await;
        let mailboxes = [first, second];
        let (mut now, mut made, mut uid) = (NOW, 0u128, 0u32);
        for _ in 0..60 {
            let (key, mailbox) = match dice.below(2) {
                0 => (1, mailboxes[0]),
                _ => (2, mailboxes[1]),
            };
            let known = || 100 + made.max(1);
            match dice.below(10) {
                0..=2 => {
                    uid += 1;
                    // A new one, or the bytes of an old one; some are one report in other bytes, or versions of one.
                    let which = dice.below(12);
                    let urgency = [Urgency::Critical, Urgency::Normal, Urgency::Abnormal]
                        [usize::try_from(dice.below(3)).unwrap()];
                    made += 1;
                    let mut one = dossier(100 + made, urgency, dice.below(4) > 0);
                    if dice.below(3) == 0 {
                        let (chain, content) = (dice.below(2), dice.below(4));
                        let status = [None, Some(ReportStatus::Partial), Some(ReportStatus::Corrected)]
                            [usize::try_from(dice.below(3)).unwrap()];
                        version_of(
                            u8::try_from(chain).unwrap(),
                            &mut one,
                            u8::try_from(content).unwrap(),
                            &[1],
                            status,
                        );
                    }
                    let text = if which < 4 { format!("octets {which}") } else { format!("message {seed} {made}") };
                    let validity = if dice.below(8) == 0 { 8 } else { 7 };
                    place.take_in_under(mailbox, validity, vec![message(uid, &text, vec![one])], now).await;
                }
                3..=6 => {
                    let number = 101 + u128::from(dice.below(u64::try_from(known() - 100).unwrap()));
                    if place.stored(number, mailbox).await.is_err() {
                        continue;
                    }
                    match dice.below(5) {
                        0 => place.open(number, mailbox, now).await,
                        1 => drop(place.set_validated(number, mailbox, None).await),
                        _ => drop(place.set_validated(number, mailbox, Some(now)).await),
                    }
                }
                7 => now = now.plus(i64::try_from(dice.below(45)).unwrap() * DAY),
                _ => {
                    let mut beside = place.beside().await;
                    let before = placements(&mut beside).await;
                    place.purge(mailbox, Rule::Delay, now).await;
                    for ((dossier, in_mailbox), (waiting, ..)) in placements(&mut beside).await {
                        if waiting != 4 || before[&(dossier, in_mailbox)].0 == 4 {
                            continue;
                        }
                        assert_eq!(in_mailbox, key, "history {seed}: it left another mailbox");
                        let (validated, identified, urgency, seen): (i64, bool, i64, bool) = sqlx::query_as(
                            "select validated_at, identified, urgency, exists (select 1 from seen where dossier = key)
                             from dossier where key = $1",
                        )
                        .bind(dossier)
                        .fetch_one(&mut beside)
                        .await
                        .unwrap();
                        assert!(validated != 0, "history {seed}: not validated");
                        assert!(identified, "history {seed}: not identified");
                        assert!(urgency != 0 || seen, "history {seed}: critical and unseen");
                        let days = if key == 1 { 30 } else { 60 };
                        assert!(validated + days * DAY <= now.0, "history {seed}: before its time");
                    }
                }
            }
        }
        holds(&place, seed).await;
    }
}

/// Reads the documents that wait, or those that earlier starts left.
async fn read_documents(place: &Place, mailbox: MailboxId, after_a_start: bool, read: Option<DocumentsRead>) -> usize {
    let proof = SystemAccess::for_fetching(mailbox);
    let mut reading = place.store.read().await.unwrap();
    let mut waiting = Vec::new();
    if after_a_start {
        for left in reading.documents_left(&proof).await.unwrap() {
            waiting.extend(reading.documents_left_of(&proof, left).await.unwrap());
        }
    } else {
        waiting.extend(reading.unread_documents(&proof).await.unwrap());
    }
    drop(reading);
    for unread in &waiting {
        let mut write = place.store.write().await.unwrap();
        write.begin_documents(&proof, unread.dossier).await.unwrap();
        // None: the program ended over it.
        if let Some(read) = read {
            write.set_words(&proof, unread.dossier, "EXEMPLE zyxdocument", read).await.unwrap();
        }
        write.commit_progress().await.unwrap();
    }
    waiting.len()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_whose_words_were_not_read_is_tried_three_times_and_its_dossier_says_so() {
    let (all, left, unreadable) = (DocumentsRead::All, DocumentsRead::Left, DocumentsRead::Unreadable);
    // What became of each try; whether the dossier says that its words are not found; how often it was tried.
    for (tries, says, tried) in [
        (vec![Some(all)], false, 1),
        (vec![Some(left), Some(all)], false, 2),
        (vec![Some(left), Some(left), Some(all)], false, 3),
        (vec![Some(left), Some(left), Some(left), Some(all)], true, 3),
        (vec![None, None, Some(all)], false, 3),
        (vec![None, None, None, Some(all)], true, 3),
        (vec![Some(left), None, Some(left), Some(all)], true, 3),
        (vec![Some(unreadable), Some(all)], true, 1),
    ] {
        let (place, mailbox, _) = place().await;
        let mut one = dossier(100, Urgency::Normal, true);
        one.unread_documents = true;
        place.take_in(mailbox, vec![message(1, "un", vec![one])], NOW).await;
        assert!(!place.stored(100, mailbox).await.unwrap().unsearched, "it was not tried yet");
        let mut count = 0;
        for (start, read) in tries.iter().enumerate() {
            count += read_documents(&place, mailbox, start > 0, *read).await;
            // In the same start it is not tried once more.
            assert_eq!(read_documents(&place, mailbox, false, None).await, 0);
        }
        assert_eq!((count, place.stored(100, mailbox).await.unwrap().unsearched), (tried, says), "{tries:?}");
        assert_eq!(read_documents(&place, mailbox, true, None).await, 0, "{tries:?}: it goes on for ever");
    }
}
