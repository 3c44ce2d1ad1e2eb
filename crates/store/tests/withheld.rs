//! Who sees what of dossiers that are shared, wait for their owner or are confidential, and of those to be sorted: random
//! histories against a naive model that holds everything in plain tables.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

mod support;

use bannette_api::dossiers::{Counts, Urgency, View, Visibility};
use bannette_api::mailboxes::{Apicrypt, Connection, Decryptor, MailboxKind, Options};
use bannette_api::report::ReportStatus;
use bannette_api::sharing::{Grant, Grantee, Level};
use bannette_api::{DossierId, GlassId, MailboxId, PersonId, Timestamp};
use bannette_rights::{Own, Read as ReadRight, Sort, Validate};
use bannette_store::{
    Act, Author, ListRequest, NewMailbox, NewSecrets, NoThesaurus, Search, StoreError, TakenOver, Write,
};
use std::collections::{BTreeMap, BTreeSet};
use support::{NOW, Place, dossier, id, message, version_of};

/// A small random number generator (SplitMix64): the same worlds at every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % sides as u64).unwrap()
    }
}

/// How a dossier lies in a mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Lies {
    visibility: Visibility,
    unsorted: bool,
}

#[derive(Clone, Debug)]
struct Known {
    id: DossierId,
    urgency: Urgency,
    received_at: Timestamp,
    responsible: PersonId,
    validated: bool,
    lies: BTreeMap<MailboxId, Lies>,
}

/// What somebody is in a mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Is {
    Owner,
    Reader,
    Glass,
    Nobody,
}

struct Box {
    id: MailboxId,
    auto_share: bool,
    to_be_sorted: bool,
    people: BTreeMap<PersonId, Is>,
}

struct World {
    place: Place,
    people: Vec<PersonId>,
    boxes: Vec<Box>,
    known: Vec<Known>,
}

const URGENCIES: [Urgency; 4] = [Urgency::Critical, Urgency::Abnormal, Urgency::Unknown, Urgency::Normal];
const VISIBILITIES: [Visibility; 3] = [Visibility::Shared, Visibility::Withheld, Visibility::Confidential];
const VIEWS: [View; 8] = [
    View::Mine,
    View::Critical,
    View::Abnormal,
    View::Unidentified,
    View::Team,
    View::Validated,
    View::ToShare,
    View::ToSort,
];

impl World {
    fn is(&self, person: PersonId, mailbox: MailboxId) -> Is {
        self.boxes.iter().find(|one| one.id == mailbox).unwrap().people[&person]
    }

    /// Whether the person sees a dossier that lies so in that mailbox.
    fn sees(&self, person: PersonId, mailbox: MailboxId, lies: Lies) -> bool {
        match self.is(person, mailbox) {
            Is::Owner => true,
            Is::Glass => lies.visibility != Visibility::Confidential,
            Is::Reader => lies.visibility == Visibility::Shared,
            Is::Nobody => false,
        }
    }

    fn seen_in(&self, person: PersonId, known: &Known) -> BTreeSet<MailboxId> {
        let seen = known.lies.iter().filter(|(mailbox, lies)| self.sees(person, **mailbox, **lies));
        seen.map(|(mailbox, _)| *mailbox).collect()
    }

    fn in_view(&self, person: PersonId, known: &Known, view: View) -> bool {
        let lies = |wanted: &dyn Fn(MailboxId, Lies) -> bool| {
            known.lies.iter().any(|(on, lies)| self.sees(person, *on, *lies) && wanted(*on, *lies))
        };
        let waits = !known.validated && lies(&|_, lies| !lies.unsorted);
        match view {
            View::Mine => waits && known.responsible == person,
            View::Critical => waits && known.urgency == Urgency::Critical,
            View::Abnormal => waits && known.urgency <= Urgency::Abnormal,
            View::Unidentified => false,
            View::Team => waits,
            View::Validated => known.validated && lies(&|_, _| true),
            View::ToShare => {
                let own = |on| self.is(person, on) == Is::Owner;
                !known.validated
                    && lies(&|on, lies| own(on) && !lies.unsorted && lies.visibility == Visibility::Withheld)
            }
            View::ToSort => !known.validated && lies(&|_, lies| lies.unsorted),
        }
    }

    fn expected(&self, person: PersonId, view: View) -> BTreeSet<DossierId> {
        self.known.iter().filter(|known| self.in_view(person, known, view)).map(|known| known.id).collect()
    }

    fn counts(&self, person: PersonId) -> Counts {
        let of = |view| self.known.iter().filter(|known| self.in_view(person, known, view)).collect::<Vec<_>>();
        let many = |some: Vec<&Known>| some.len() as u64;
        let critical = |some: Vec<&Known>| {
            let critical = some.into_iter().filter(|known| known.urgency == Urgency::Critical);
            let times: Vec<Timestamp> = critical.map(|known| known.received_at).collect();
            (times.len() as u64, times.into_iter().min())
        };
        let late = of(View::Team).into_iter().filter(|known| known.received_at < NOW.plus(-24 * 3_600_000));
        let mine_abnormal = of(View::Mine).into_iter().filter(|known| known.urgency <= Urgency::Abnormal);
        let (to_sort_critical, oldest_to_sort_critical) = critical(of(View::ToSort));
        let seen = self.known.iter().filter(|known| !self.seen_in(person, known).is_empty());
        Counts {
            mine: many(of(View::Mine)),
            mine_abnormal: mine_abnormal.count() as u64,
            critical: many(of(View::Critical)),
            oldest_critical: critical(of(View::Team)).1,
            abnormal: many(of(View::Abnormal)),
            unidentified: 0,
            team: many(of(View::Team)),
            team_late: late.count() as u64,
            to_share: many(of(View::ToShare)),
            to_share_critical: critical(of(View::ToShare)).0,
            to_sort: many(of(View::ToSort)),
            to_sort_critical,
            oldest_to_sort_critical,
            newest: seen.map(|known| known.received_at).max(),
            withholds: self.boxes.iter().any(|one| !one.auto_share && one.people[&person] == Is::Owner),
            sorts: self.boxes.iter().any(|one| one.to_be_sorted && one.people[&person] != Is::Nobody),
        }
    }
}

async fn add_box(place: &Place, dice: &mut Dice, number: u128, people: &[PersonId]) -> Box {
    let to_be_sorted = dice.roll(2) == 0;
    let auto_share = dice.roll(2) == 0;
    let owner = people[dice.roll(people.len())];
    let id = MailboxId(id(number));
    let new = NewMailbox {
        kind: if to_be_sorted { MailboxKind::Apicrypt } else { MailboxKind::Folder },
        address: format!("boite{number}@medical.test"),
        connection: Connection::folder("/nowhere"),
        outgoing: None,
        apicrypt: to_be_sorted.then(|| Apicrypt { key_id: "derek.SHEPERD".to_owned(), decryptor: Decryptor::None }),
        options: Options { auto_share, auto_relay: !to_be_sorted, ..Options::default() },
    };
    let mut write = place.store.write().await.unwrap();
    write.add_mailbox(id, owner, &new, &NewSecrets::default(), NOW).await.unwrap();
    write.record(Author::Person(owner), NOW, &Act::MailboxAdded { mailbox: id });
    write.commit().await.unwrap();
    let mut roles = BTreeMap::new();
    let mut grants = Vec::new();
    for person in people {
        let reads = *person != place.owner && dice.roll(2) == 0;
        let is = match *person {
            person if person == owner => Is::Owner,
            _ if reads => Is::Reader,
            _ => Is::Nobody,
        };
        roles.insert(*person, is);
        if is == Is::Reader {
            grants.push(Grant { to: Grantee::Person(*person), level: Level::Read, begins: None, ends: None });
        }
    }
    let mut write = place.store.write().await.unwrap();
    let proof = write.rights_of(owner, NOW).await.unwrap().grant::<Own>(id).unwrap();
    write.set_sharing(&proof, true, &grants, &[], 1).await.unwrap();
    write.record(Author::Person(owner), NOW, &Act::SharingSet { mailbox: id, sharing: serde_json::Value::Null });
    write.commit().await.unwrap();
    // The administrator breaks the glass of some of those that are closed to them.
    if roles[&place.owner] == Is::Nobody && dice.roll(2) == 0 {
        let mut write = place.store.write().await.unwrap();
        let proof = write.rights_of(place.owner, NOW).await.unwrap().administrator().unwrap();
        let glass = GlassId(self::id(number + 500));
        let reason = "Le titulaire est absent depuis lundi.".to_owned();
        write.break_glass(&proof, glass, id, &reason, NOW, NOW.plus(3_600_000)).await.unwrap();
        let act = Act::GlassBroken { mailbox: id, glass, ends: NOW.plus(3_600_000), reason };
        write.record(Author::Person(place.owner), NOW, &act);
        write.commit().await.unwrap();
        roles.insert(place.owner, Is::Glass);
    }
    Box { id, auto_share, to_be_sorted, people: roles }
}

async fn world(seed: u64) -> World {
    let mut dice = Dice(seed);
    let place = Place::new().await;
    let mut people = vec![place.owner];
    for number in 2..=4 {
        people.push(place.add_person(number, &format!("p{number}")).await);
    }
    let mut boxes = Vec::new();
    for number in 10..14 {
        boxes.push(add_box(&place, &mut dice, number, &people).await);
    }
    let mut world = World { place, people, boxes, known: Vec::new() };
    for step in 0..90 {
        match dice.roll(5) {
            0 | 1 => arrives(&mut world, &mut dice, step).await,
            2 => set_visibility(&mut world, &mut dice).await,
            3 => treat(&mut world, &mut dice).await,
            _ => validate(&mut world, &mut dice).await,
        }
    }
    world
}

/// Some contents come by several mailboxes.
async fn arrives(world: &mut World, dice: &mut Dice, step: u32) {
    let content = dice.roll(24);
    let on = dice.roll(world.boxes.len());
    let (mailbox, owner) = (world.boxes[on].id, owner(world, world.boxes[on].id));
    let received_at = NOW.plus(-i64::try_from(dice.roll(200_000_000)).unwrap());
    let number = 1000 + content as u128;
    let urgency = URGENCIES[content % 4];
    let mut new = dossier(number, urgency, true);
    new.patient.as_mut().unwrap().last_name = format!("PATIENT{}", content % 3);
    world.place.take_in(mailbox, vec![message(step + 1, &format!("content {content}"), vec![new])], received_at).await;
    let (auto_share, unsorted) = (world.boxes[on].auto_share, world.boxes[on].to_be_sorted);
    let id = DossierId(id(number));
    if world.known.iter().all(|known| known.id != id) {
        let lies = BTreeMap::new();
        world.known.push(Known { id, urgency, received_at, responsible: owner, validated: false, lies });
    }
    let known = world.known.iter_mut().find(|known| known.id == id).unwrap();
    let visibility = if auto_share { Visibility::Shared } else { Visibility::Withheld };
    let unsorted = unsorted && !known.validated;
    known.lies.entry(mailbox).or_insert(Lies { visibility, unsorted });
}

fn owner(world: &World, mailbox: MailboxId) -> PersonId {
    let one = world.boxes.iter().find(|one| one.id == mailbox).unwrap();
    *one.people.iter().find(|(_, is)| **is == Is::Owner).unwrap().0
}

async fn changed(mut write: Write, dossier: DossierId) {
    write.record(Author::Program, NOW, &Act::TreatedAsResult { dossier });
    write.commit().await.unwrap();
}

async fn set_visibility(world: &mut World, dice: &mut Dice) {
    let Some((place, mailbox)) = any(world, dice) else { return };
    let visibility = VISIBILITIES[dice.roll(3)];
    let (id, owner) = (world.known[place].id, owner(world, mailbox));
    let mut write = world.place.store.write().await.unwrap();
    let proof = write.rights_of(owner, NOW).await.unwrap().grant::<Own>(mailbox).unwrap();
    let lies = world.known[place].lies.get_mut(&mailbox).unwrap();
    let done = write.set_visibility(&proof, id, visibility).await.unwrap();
    assert_eq!(done, lies.visibility != visibility);
    lies.visibility = visibility;
    changed(write, id).await;
}

async fn treat(world: &mut World, dice: &mut Dice) {
    let Some((place, mailbox)) = any(world, dice) else { return };
    let who = world.people[dice.roll(world.people.len())];
    let (id, lies) = (world.known[place].id, world.known[place].lies[&mailbox]);
    let mut write = world.place.store.write().await.unwrap();
    let proof = write.rights_of(who, NOW).await.unwrap().grant::<Sort>(mailbox);
    assert_eq!(proof.is_ok(), matches!(world.is(who, mailbox), Is::Owner | Is::Reader));
    let Ok(proof) = proof else { return };
    let done = write.treat_as_result(&proof, id).await;
    if world.sees(who, mailbox, lies) {
        assert_eq!(done.unwrap(), lies.unsorted);
        world.known[place].lies.get_mut(&mailbox).unwrap().unsorted = false;
        changed(write, id).await;
    } else {
        assert!(matches!(done, Err(StoreError::NotFound)), "{done:?}");
    }
}

async fn validate(world: &mut World, dice: &mut Dice) {
    let Some((place, mailbox)) = any(world, dice) else { return };
    let who = world.people[dice.roll(world.people.len())];
    let (id, lies) = (world.known[place].id, world.known[place].lies[&mailbox]);
    let mut write = world.place.store.write().await.unwrap();
    let Ok(proof) = write.rights_of(who, NOW).await.unwrap().grant::<Validate>(mailbox) else { return };
    let validated = !world.known[place].validated;
    let done = write.set_validated(&proof, id, validated.then_some(NOW)).await;
    if world.sees(who, mailbox, lies) {
        assert!(done.unwrap());
        let known = &mut world.known[place];
        known.validated = validated;
        // What is validated is sorted too.
        known.lies.values_mut().for_each(|lies| lies.unsorted = false);
        changed(write, id).await;
    } else {
        assert!(matches!(done, Err(StoreError::NotFound)), "{done:?}");
    }
}

fn any(world: &World, dice: &mut Dice) -> Option<(usize, MailboxId)> {
    if world.known.is_empty() {
        return None;
    }
    let place = dice.roll(world.known.len());
    let lies: Vec<MailboxId> = world.known[place].lies.keys().copied().collect();
    Some((place, lies[dice.roll(lies.len())]))
}

/// All that one person can ask, against the model. Gives how much was seen and how much was not.
async fn compare(world: &World, person: PersonId) -> (usize, usize) {
    let mut read = world.place.store.read().await.unwrap();
    let rights = read.rights_of(person, NOW).await.unwrap();
    let visible = rights.visible();
    for view in VIEWS {
        for limit in [2, 200] {
            let (mut listed, mut after) = (Vec::new(), None);
            loop {
                let page = read.list(&visible, &ListRequest { view, search: None, after, limit }).await.unwrap();
                listed.extend(page.rows);
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
            let ids: BTreeSet<DossierId> = listed.iter().map(|row| row.id).collect();
            assert_eq!(ids.len(), listed.len(), "a dossier twice in {view:?}");
            assert_eq!(ids, world.expected(person, view), "{view:?} of {person}");
            for row in listed {
                let known = world.known.iter().find(|known| known.id == row.id).unwrap();
                let seen = world.seen_in(person, known);
                assert_eq!(row.mailboxes.iter().copied().collect::<BTreeSet<_>>(), seen);
                let apart = seen.iter().filter(|on| {
                    let lies = known.lies[on];
                    lies.unsorted || lies.visibility != Visibility::Shared
                });
                assert_eq!(row.apart.iter().map(|one| &one.mailbox).collect::<BTreeSet<_>>(), apart.collect());
                for one in row.apart {
                    let lies = known.lies[&one.mailbox];
                    assert_eq!((one.visibility, one.to_sort), (lies.visibility, lies.unsorted));
                }
            }
        }
    }
    assert_eq!(read.counts(&visible, NOW).await.unwrap(), world.counts(person), "{person}");
    let waiting = read.waiting(&visible).await.unwrap();
    for one in &world.boxes {
        let here = world.known.iter().filter(|known| {
            let lies = known.lies.get(&one.id);
            !known.validated && lies.is_some_and(|lies| !lies.unsorted && world.sees(person, one.id, *lies))
        });
        assert_eq!(waiting.get(&one.id).copied().unwrap_or(0), here.count() as u64);
    }
    let (mut seen, mut unseen) = (0, 0);
    for known in &world.known {
        let lies_in = world.seen_in(person, known);
        let found = read.mailboxes_of(&visible, known.id).await.unwrap();
        assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), lies_in);
        let arrivals = read.arrivals(&visible, known.id).await.unwrap();
        assert_eq!(arrivals.into_iter().map(|one| one.mailbox).collect::<BTreeSet<_>>(), lies_in);
        assert_eq!(read.dossier_line(&visible, known.id).await.is_ok(), !lies_in.is_empty());
        for one in &world.boxes {
            if let Ok(proof) = rights.grant::<ReadRight>(one.id) {
                let opened = read.dossier(&proof, &visible, known.id, None).await.is_ok();
                assert_eq!(opened, lies_in.contains(&one.id), "opened by a mailbox in which it is not seen");
            }
        }
        let words = Search::typed(&format!("numero{}", known.id.0.as_u128()), &NoThesaurus);
        let search = ListRequest { view: View::Team, search: words, after: None, limit: 9 };
        assert_eq!(read.list(&visible, &search).await.unwrap().rows.len(), usize::from(!lies_in.is_empty()));
        let same: BTreeSet<DossierId> =
            read.of_same_patient(&visible, known.id, 200).await.unwrap().into_iter().map(|one| one.dossier).collect();
        let patient = |known: &Known| (known.id.0.as_u128() - 1000) % 3;
        let others = world.known.iter().filter(|other| patient(other) == patient(known));
        let others = others.filter(|other| !world.seen_in(person, other).is_empty()).map(|other| other.id);
        assert_eq!(same, others.collect());
        if lies_in.is_empty() { unseen += 1 } else { seen += 1 }
    }
    (seen, unseen)
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_sees_what_the_model_says() {
    let (mut seen, mut unseen) = (0, 0);
    for seed in 0..8 {
        let world = world(seed).await;
        for person in &world.people {
            let (some, none) = compare(&world, *person).await;
            seen += some;
            unseen += none;
        }
    }
    assert!(seen > 100 && unseen > 100, "{seen} seen, {unseen} not");
}

async fn only_box(auto_share: bool) -> (Place, MailboxId, PersonId) {
    let place = Place::new().await;
    let reader = place.add_person(2, "paul").await;
    let mailbox = MailboxId(id(10));
    let new = NewMailbox {
        kind: MailboxKind::Folder,
        address: "Dépôt".to_owned(),
        connection: Connection::folder("/nowhere"),
        outgoing: None,
        apicrypt: None,
        options: Options { auto_share, ..Options::default() },
    };
    let mut write = place.store.write().await.unwrap();
    write.add_mailbox(mailbox, place.owner, &new, &NewSecrets::default(), NOW).await.unwrap();
    write.record(Author::Person(place.owner), NOW, &Act::MailboxAdded { mailbox });
    write.commit().await.unwrap();
    let mut write = place.store.write().await.unwrap();
    let proof = write.rights_of(place.owner, NOW).await.unwrap().grant::<Own>(mailbox).unwrap();
    let grant = Grant { to: Grantee::Person(reader), level: Level::Read, begins: None, ends: None };
    write.set_sharing(&proof, true, &[grant], &[], 1).await.unwrap();
    write.record(Author::Person(place.owner), NOW, &Act::SharingSet { mailbox, sharing: serde_json::Value::Null });
    write.commit().await.unwrap();
    (place, mailbox, reader)
}

fn version(number: u128, analytes: &[u32], status: ReportStatus) -> bannette_store::NewDossier {
    let mut one = dossier(number, Urgency::Critical, true);
    version_of(7, &mut one, u8::try_from(number).unwrap(), analytes, Some(status));
    one
}

async fn team(place: &Place, person: PersonId) -> Vec<u128> {
    let mut read = place.store.read().await.unwrap();
    let visible = read.rights_of(person, NOW).await.unwrap().visible();
    let request = ListRequest { view: View::Team, search: None, after: None, limit: 200 };
    let rows = read.list(&visible, &request).await.unwrap().rows;
    assert_eq!(read.counts(&visible, NOW).await.unwrap().team, rows.len() as u64);
    rows.iter().map(|row| row.id.0.as_u128()).collect()
}

async fn set(place: &Place, mailbox: MailboxId, number: u128, visibility: Visibility) {
    let mut write = place.store.write().await.unwrap();
    let proof = write.rights_of(place.owner, NOW).await.unwrap().grant::<Own>(mailbox).unwrap();
    write.set_visibility(&proof, DossierId(id(number)), visibility).await.unwrap();
    changed(write, DossierId(id(number))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shared_version_does_not_step_back_behind_one_that_its_readers_do_not_see() {
    let (place, mailbox, reader) = only_box(false).await;
    place.take_in(mailbox, vec![message(1, "partiel", vec![version(100, &[1], ReportStatus::Partial)])], NOW).await;
    assert_eq!((team(&place, place.owner).await, team(&place, reader).await), (vec![100], vec![]));
    set(&place, mailbox, 100, Visibility::Shared).await;
    let complete = version(101, &[1, 2], ReportStatus::Complete);
    place.take_in(mailbox, vec![message(2, "complet", vec![complete])], NOW.plus(1)).await;
    // The complete one waits for its owner: for the reader, the partial one goes on waiting, and nothing tells of another.
    assert_eq!(team(&place, reader).await, [100]);
    assert_eq!(team(&place, place.owner).await, [101, 100]);
    let mut read = place.store.read().await.unwrap();
    let visible = read.rights_of(reader, NOW).await.unwrap().visible();
    let versions = read.versions(&visible, DossierId(id(100))).await.unwrap();
    assert_eq!(versions.iter().map(|one| (one.row.id.0.as_u128(), one.replaced)).collect::<Vec<_>>(), [(100, false)]);
    drop(read);
    set(&place, mailbox, 101, Visibility::Shared).await;
    assert_eq!((team(&place, place.owner).await, team(&place, reader).await), (vec![101], vec![101]));
    // Taken back, the one before waits again.
    set(&place, mailbox, 101, Visibility::Confidential).await;
    assert_eq!((team(&place, place.owner).await, team(&place, reader).await), (vec![101, 100], vec![100]));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_follows_a_confidential_version_is_confidential() {
    let (place, mailbox, reader) = only_box(true).await;
    place.take_in(mailbox, vec![message(1, "partiel", vec![version(100, &[1], ReportStatus::Partial)])], NOW).await;
    assert_eq!(team(&place, reader).await, [100]);
    set(&place, mailbox, 100, Visibility::Confidential).await;
    let complete = version(101, &[1, 2], ReportStatus::Complete);
    let other = dossier(102, Urgency::Normal, true);
    place.take_in(mailbox, vec![message(2, "complet", vec![complete, other])], NOW.plus(1)).await;
    assert_eq!((team(&place, place.owner).await, team(&place, reader).await), (vec![101, 102], vec![102]));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_switch_reveals_nothing_of_what_came_before() {
    let (place, mailbox, reader) = only_box(false).await;
    place.take_in(mailbox, vec![message(1, "avant", vec![dossier(100, Urgency::Normal, true)])], NOW).await;
    let mut write = place.store.write().await.unwrap();
    let proof = write.rights_of(place.owner, NOW).await.unwrap().grant::<Own>(mailbox).unwrap();
    let record = write.mailbox(&proof).await.unwrap();
    let new = NewMailbox {
        kind: record.kind,
        address: record.address,
        connection: record.connection,
        outgoing: None,
        apicrypt: None,
        options: Options { auto_share: true, ..record.options },
    };
    write.change_mailbox(&proof, &new, &NewSecrets::default()).await.unwrap();
    write.record(Author::Person(place.owner), NOW, &Act::MailboxChanged { mailbox, secret: false });
    write.commit().await.unwrap();
    place.take_in(mailbox, vec![message(2, "après", vec![dossier(101, Urgency::Normal, true)])], NOW.plus(1)).await;
    assert_eq!(team(&place, reader).await, [101]);
    assert_eq!(team(&place, place.owner).await, [101, 100]);
}

#[tokio::test(flavor = "multi_thread")]
async fn at_a_departure_what_is_not_shared_goes_to_the_mailboxs_new_owner() {
    let place = Place::new().await;
    let (leaving, heir, colleague) =
        (place.add_person(2, "paul").await, place.add_person(3, "lea").await, place.add_person(4, "anne").await);
    let mailbox = place.add_mailbox(10, leaving).await;
    let messages = [100, 101, 102].map(|number| {
        message(u32::try_from(number).unwrap(), &format!("{number}"), vec![dossier(number, Urgency::Normal, true)])
    });
    place.take_in(mailbox, messages.to_vec(), NOW).await;
    for (number, visibility) in [(100, Visibility::Withheld), (101, Visibility::Confidential)] {
        let mut write = place.store.write().await.unwrap();
        let proof = write.rights_of(leaving, NOW).await.unwrap().grant::<Own>(mailbox).unwrap();
        write.set_visibility(&proof, DossierId(id(number)), visibility).await.unwrap();
        changed(write, DossierId(id(number))).await;
    }
    let mut write = place.store.write().await.unwrap();
    let proof = write.rights_of(place.owner, NOW).await.unwrap().administrator().unwrap();
    let taken_over =
        TakenOver { owners: BTreeMap::from([(mailbox, heir)]), responsible: BTreeMap::from([(mailbox, colleague)]) };
    let departed = write.depart(&proof, leaving, &taken_over, NOW).await.unwrap();
    let ids = |numbers: &[u128]| numbers.iter().map(|number| DossierId(id(*number))).collect::<Vec<_>>();
    assert_eq!(departed.dossiers, [(mailbox, colleague, ids(&[102])), (mailbox, heir, ids(&[100, 101]))]);
    write.record(
        Author::Person(place.owner),
        NOW,
        &Act::PersonDeparted { person: leaving, grants: Vec::new(), groups: Vec::new() },
    );
    write.commit().await.unwrap();
    let mut read = place.store.read().await.unwrap();
    let visible = read.rights_of(heir, NOW).await.unwrap().visible();
    let mine = ListRequest { view: View::Mine, search: None, after: None, limit: 9 };
    let rows = read.list(&visible, &mine).await.unwrap().rows;
    assert_eq!(rows.iter().map(|row| row.id).collect::<BTreeSet<_>>(), ids(&[100, 101]).into_iter().collect());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_of_a_mailbox_in_which_it_is_not_seen_lends_no_words() {
    // The same report came to the first mailbox in one message, and to the second in another.
    let place = Place::new().await;
    let reader = place.add_person(2, "paul").await;
    let (first, second) = (place.add_mailbox(10, place.owner).await, place.add_mailbox(11, place.owner).await);
    for mailbox in [first, second] {
        let mut write = place.store.write().await.unwrap();
        let proof = write.rights_of(place.owner, NOW).await.unwrap().grant::<Own>(mailbox).unwrap();
        let grant = Grant { to: Grantee::Person(reader), level: Level::Read, begins: None, ends: None };
        write.set_sharing(&proof, true, &[grant], &[], 1).await.unwrap();
        write.record(Author::Person(place.owner), NOW, &Act::SharingSet { mailbox, sharing: serde_json::Value::Null });
        write.commit().await.unwrap();
    }
    let one = || version(100, &[1], ReportStatus::Complete);
    place.take_in(first, vec![message(1, "la lettre secrète", vec![one()])], NOW).await;
    let mut again = one();
    again.id = DossierId(id(101));
    place.take_in(second, vec![message(1, "la lettre ouverte", vec![again])], NOW).await;
    set(&place, first, 100, Visibility::Confidential).await;
    for (person, bytes, arrivals) in
        [(place.owner, "la lettre secrète", vec![first, second]), (reader, "la lettre ouverte", vec![second])]
    {
        let mut read = place.store.read().await.unwrap();
        let rights = read.rights_of(person, NOW).await.unwrap();
        let (visible, proof) = (rights.visible(), rights.grant::<ReadRight>(second).unwrap());
        let opened = read.dossier(&proof, &visible, DossierId(id(100)), None).await.unwrap();
        assert_eq!(String::from_utf8(opened.bytes.unwrap()).unwrap(), bytes);
        let came = read.arrivals(&visible, DossierId(id(100))).await.unwrap();
        assert_eq!(came.into_iter().map(|one| one.mailbox).collect::<Vec<_>>(), arrivals);
    }
}
