//! Lists and counts against a naive model: random dossiers in random mailboxes, random readers, every view, every page size.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

mod support;

use bannette_api::dossiers::{Counts, Urgency, View};
use bannette_api::sharing::{Grant, Grantee, Level};
use bannette_api::{DossierId, MailboxId, PersonId, Timestamp};
use bannette_rights::{Own, Validate, Visible};
use bannette_store::{Act, Author, ListRequest, NoThesaurus, Search};
use std::collections::{BTreeMap, BTreeSet};
use support::{NOW, Place, dossier, id, message};

/// A small random number generator (SplitMix64): the same worlds at every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % sides
    }
}

/// What the model knows of a dossier.
#[derive(Clone, Debug)]
struct Known {
    id: DossierId,
    mailboxes: BTreeSet<MailboxId>,
    urgency: Urgency,
    identified: bool,
    received_at: Timestamp,
    responsible: PersonId,
    validated: bool,
}

struct World {
    place: Place,
    people: Vec<PersonId>,
    mailboxes: Vec<MailboxId>,
    known: Vec<Known>,
}

impl World {
    async fn visible(&self, person: PersonId) -> Visible {
        self.place.store.read().await.unwrap().rights_of(person, NOW).await.unwrap().visible()
    }

    fn in_view(&self, known: &Known, view: View, me: PersonId, visible: &Visible) -> bool {
        let reached = known.mailboxes.iter().any(|mailbox| visible.contains(*mailbox));
        let waiting = !known.validated;
        reached
            && match view {
                View::Mine => waiting && known.responsible == me,
                View::Critical => waiting && known.urgency == Urgency::Critical,
                View::Abnormal => waiting && known.urgency <= Urgency::Abnormal,
                View::Unidentified => waiting && !known.identified,
                View::Team => waiting,
                View::Validated => !waiting,
                View::ToShare | View::ToSort => false,
            }
    }

    fn expected(&self, view: View, me: PersonId, visible: &Visible) -> BTreeSet<DossierId> {
        self.known.iter().filter(|known| self.in_view(known, view, me, visible)).map(|known| known.id).collect()
    }
}

const URGENCIES: [Urgency; 4] = [Urgency::Critical, Urgency::Abnormal, Urgency::Unknown, Urgency::Normal];
const VIEWS: [View; 6] = [View::Mine, View::Critical, View::Abnormal, View::Unidentified, View::Team, View::Validated];

async fn world(seed: u64) -> World {
    let mut dice = Dice(seed);
    let place = Place::new().await;
    let mut people = vec![place.owner];
    for number in 2..=4 {
        people.push(place.add_person(number, &format!("p{number}")).await);
    }
    let mut mailboxes = Vec::new();
    let mut owners = BTreeMap::new();
    for number in 10..14 {
        let owner = people[usize::try_from(dice.roll(4)).unwrap()];
        let mailbox = place.add_mailbox(number, owner).await;
        mailboxes.push(mailbox);
        owners.insert(mailbox, owner);
        let grants: Vec<Grant> = people
            .iter()
            .filter(|_| dice.roll(2) == 0)
            .map(|person| Grant { to: Grantee::Person(*person), level: Level::Read, begins: None, ends: None })
            .collect();
        let mut write = place.store.write().await.unwrap();
        let proof = write.rights_of(owner, NOW).await.unwrap().grant::<Own>(mailbox).unwrap();
        write.set_sharing(&proof, true, &grants, &[], 1).await.unwrap();
        write.record(Author::Person(owner), NOW, &Act::SharingSet { mailbox, sharing: serde_json::Value::Null });
        write.commit().await.unwrap();
    }
    let mut known: BTreeMap<u64, Known> = BTreeMap::new();
    for step in 0..60u32 {
        // Some contents come by several mailboxes; dossiers of one message come together.
        let content = dice.roll(40);
        let mailbox = mailboxes[usize::try_from(dice.roll(4)).unwrap()];
        let received_at = NOW.plus(-i64::try_from(dice.roll(200_000_000)).unwrap());
        let (urgency, identified) = (URGENCIES[usize::try_from(content % 4).unwrap()], !content.is_multiple_of(5));
        let new = dossier(1000 + u128::from(content), urgency, identified);
        let dossier_id = new.id;
        place.take_in(mailbox, vec![message(step + 1, &format!("content {content}"), vec![new])], received_at).await;
        let entry = known.entry(content).or_insert_with(|| Known {
            id: dossier_id,
            mailboxes: BTreeSet::new(),
            urgency,
            identified,
            received_at,
            responsible: owners[&mailbox],
            validated: false,
        });
        entry.mailboxes.insert(mailbox);
        if dice.roll(4) == 0 {
            let validated = !entry.validated;
            entry.validated = validated;
            let mut write = place.store.write().await.unwrap();
            let owner = owners[&mailbox];
            let proof = write.rights_of(owner, NOW).await.unwrap().grant::<Validate>(mailbox).unwrap();
            assert!(write.set_validated(&proof, dossier_id, validated.then_some(NOW)).await.unwrap());
            write.record(Author::Person(owner), NOW, &Act::Validated { dossier: dossier_id });
            write.commit().await.unwrap();
        }
    }
    World { place, people, mailboxes, known: known.into_values().collect() }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_list_is_what_the_rights_reach() {
    for seed in 0..6 {
        let world = world(seed).await;
        for person in &world.people {
            let visible = world.visible(*person).await;
            for view in VIEWS {
                for limit in [1, 3, 200] {
                    let listed = pages(&world, &visible, view, limit).await;
                    let distinct: BTreeSet<DossierId> = listed.iter().copied().collect();
                    assert_eq!(distinct.len(), listed.len(), "a dossier twice in {view:?}");
                    assert_eq!(distinct, world.expected(view, *person, &visible), "{view:?} of {person}, seed {seed}");
                }
                assert_ordered(&world, view, &pages(&world, &visible, view, 7).await);
            }
        }
    }
}

async fn pages(world: &World, visible: &Visible, view: View, limit: u32) -> Vec<DossierId> {
    let mut all = Vec::new();
    let mut after = None;
    loop {
        let mut read = world.place.store.read().await.unwrap();
        let page = read.list(visible, &ListRequest { view, search: None, after, limit }).await.unwrap();
        assert!(page.rows.len() <= usize::try_from(limit).unwrap());
        for row in page.rows {
            assert!(!row.mailboxes.is_empty() && row.mailboxes.iter().all(|mailbox| visible.contains(*mailbox)));
            all.push(row.id);
        }
        after = page.next;
        if after.is_none() {
            return all;
        }
    }
}

fn assert_ordered(world: &World, view: View, listed: &[DossierId]) {
    let rank = |id: &DossierId| {
        let known = world.known.iter().find(|known| known.id == *id).unwrap();
        let urgency = if view == View::Validated { Urgency::Critical } else { known.urgency };
        (urgency, -known.received_at.0)
    };
    assert!(listed.iter().map(rank).is_sorted(), "{view:?} is out of order");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_count_is_the_length_of_its_list() {
    for seed in 10..16 {
        let world = world(seed).await;
        for person in &world.people {
            let visible = world.visible(*person).await;
            let counts = world.place.store.read().await.unwrap().counts(&visible, NOW).await.unwrap();
            let length = |view| world.expected(view, *person, &visible).len() as u64;
            let waiting: Vec<&Known> =
                world.known.iter().filter(|known| world.in_view(known, View::Team, *person, &visible)).collect();
            let reached = |known: &&Known| known.mailboxes.iter().any(|mailbox| visible.contains(*mailbox));
            let newest = world.known.iter().filter(reached).map(|known| known.received_at).max();
            let critical = waiting.iter().filter(|known| known.urgency == Urgency::Critical);
            let expected = Counts {
                mine: length(View::Mine),
                mine_abnormal: waiting
                    .iter()
                    .filter(|known| known.responsible == *person && known.urgency <= Urgency::Abnormal)
                    .count() as u64,
                critical: length(View::Critical),
                oldest_critical: critical.map(|known| known.received_at).min(),
                abnormal: length(View::Abnormal),
                unidentified: length(View::Unidentified),
                team: length(View::Team),
                team_late: waiting.iter().filter(|known| known.received_at < NOW.plus(-24 * 3_600_000)).count() as u64,
                newest,
                ..Counts::default()
            };
            assert_eq!(counts, expected, "seed {seed}, {person}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn search_finds_beginnings_of_words_and_only_what_one_may_read() {
    let world = world(3).await;
    for person in &world.people {
        let visible = world.visible(*person).await;
        for known in &world.known {
            let number = known.id.0.as_u128();
            let search = Search::typed(&format!("exempl ALICE numero{number}"), &NoThesaurus);
            let request = ListRequest { view: View::Team, search, after: None, limit: 50 };
            let found = world.place.store.read().await.unwrap().list(&visible, &request).await.unwrap();
            let reached = known.mailboxes.iter().any(|mailbox| visible.contains(*mailbox));
            assert_eq!(found.rows.iter().any(|row| row.id == known.id), reached);
        }
    }
    let visible = world.visible(world.people[0]).await;
    for hostile in ["\"", "' or 1=1 --", "*", "NEAR(", "a AND", "((((", "sodium OR", "-sodium", "words:x", "\u{0}"] {
        let request =
            ListRequest { view: View::Team, search: Search::typed(hostile, &NoThesaurus), after: None, limit: 50 };
        assert!(world.place.store.read().await.unwrap().list(&visible, &request).await.is_ok(), "{hostile}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_of_the_same_uid_or_the_same_bytes_is_taken_in_once() {
    let place = Place::new().await;
    let mailbox = place.add_mailbox(10, place.owner).await;
    let one = |number| message(5, "the same bytes", vec![dossier(number, Urgency::Normal, true)]);
    assert_eq!(place.take_in(mailbox, vec![one(1)], NOW).await.placed, 1);
    assert_eq!(place.take_in(mailbox, vec![one(2)], NOW).await.placed, 0);
    // Renumbered by the server: the same bytes under another UIDVALIDITY.
    assert_eq!(place.take_in_under(mailbox, 8, vec![one(3)], NOW).await.placed, 0);
    // Twice in one batch.
    let twice = vec![
        message(6, "other bytes", vec![dossier(4, Urgency::Normal, true)]),
        message(7, "other bytes", vec![dossier(5, Urgency::Normal, true)]),
    ];
    assert_eq!(place.take_in(mailbox, twice, NOW).await.placed, 1);
    let visible = place.store.read().await.unwrap().rights_of(place.owner, NOW).await.unwrap().visible();
    let request = ListRequest { view: View::Team, search: None, after: None, limit: 50 };
    let page = place.store.read().await.unwrap().list(&visible, &request).await.unwrap();
    let ids: Vec<DossierId> = page.rows.iter().map(|row| row.id).collect();
    assert_eq!(ids.len(), 2);
    assert!(ids.contains(&DossierId(id(1))) && ids.contains(&DossierId(id(4))));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_of_before_is_refused_after_any_change_of_rights() {
    let world = world(1).await;
    let store = &world.place.store;
    let mailbox = world.mailboxes[0];
    let owner = {
        let practice = store.practice_rights().await.unwrap();
        practice.readers(mailbox, NOW)[0].person
    };
    let proof = store.read().await.unwrap().rights_of(owner, NOW).await.unwrap().grant::<Own>(mailbox).unwrap();
    world.place.add_person(50, "nouveau").await;
    let mut write = store.write().await.unwrap();
    let stale = write.set_sharing(&proof, false, &[], &[], 2).await;
    assert!(matches!(stale, Err(bannette_store::StoreError::Stale)), "{stale:?}");
}
