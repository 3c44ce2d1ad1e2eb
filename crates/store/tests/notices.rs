//! Told: after any change, the notices are the differences of the rights, no more and no less.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod support;

use bannette_api::sharing::{Grant, Grantee, Held, Level};
use bannette_api::{GlassId, GroupId, MailboxId, PersonId, Timestamp};
use bannette_rights::Own;
use bannette_store::{Act, Author, StoreError};
use std::collections::BTreeMap;
use support::{NOW, Place, id};

/// Numbers that only look random (splitmix64): a failure tells its seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % sides
    }

    fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[usize::try_from(self.roll(of.len() as u64)).unwrap()]
    }
}

struct World {
    place: Place,
    people: Vec<PersonId>,
    groups: Vec<GroupId>,
    mailboxes: Vec<MailboxId>,
    now: Timestamp,
    next: u128,
    glass: Vec<(GlassId, MailboxId)>,
    /// What each person was told last of each mailbox, or did themselves.
    told: BTreeMap<(PersonId, MailboxId), Held>,
}

impl World {
    async fn new() -> Self {
        let place = Place::new().await;
        let people = vec![place.owner, place.add_person(2, "deux").await, place.add_person(3, "trois").await];
        let mut world = Self {
            place,
            people,
            groups: Vec::new(),
            mailboxes: Vec::new(),
            now: NOW.plus(1000),
            next: 100,
            glass: Vec::new(),
            told: BTreeMap::new(),
        };
        for place in 0..2 {
            let group = GroupId(id(200 + place));
            let mut write = world.place.store.write().await.unwrap();
            let proof = write.rights_of(world.people[0], NOW).await.unwrap().administrator().unwrap();
            write.add_group(&proof, group, &format!("Groupe {place}")).await.unwrap();
            write.record(Author::Person(world.people[0]), NOW, &Act::GroupAdded { group });
            write.commit().await.unwrap();
            world.groups.push(group);
        }
        world
    }

    fn grants(&self, dice: &mut Dice) -> Vec<Grant> {
        let mut grants: Vec<Grant> = Vec::new();
        for _ in 0..dice.roll(4) {
            let to = match dice.roll(4) {
                0 => Grantee::Everyone,
                1 => Grantee::Group(dice.pick(&self.groups)),
                _ => Grantee::Person(dice.pick(&self.people)),
            };
            let level = dice.pick(&[Level::Read, Level::Send]);
            let mut moment = || match dice.roll(2) {
                0 => Some(self.now.plus(i64::try_from(dice.roll(20)).unwrap() - 8)),
                _ => None,
            };
            let (begins, ends) = (moment(), moment());
            if grants.iter().all(|grant| grant.to != to) {
                grants.push(Grant { to, level, begins, ends });
            }
        }
        grants
    }

    /// A change of any kind. Who made it, if it was made.
    async fn change(&mut self, dice: &mut Dice) -> Option<PersonId> {
        let administrator = self.people[0];
        let author = match dice.roll(8) {
            0..=2 if !self.mailboxes.is_empty() => return self.share(dice).await,
            3 => return self.add_mailbox(dice).await,
            4 | 5 if !self.glass.is_empty() => return self.end_glass(dice).await,
            _ => administrator,
        };
        let (person, group) = (dice.pick(&self.people), dice.pick(&self.groups));
        let what = dice.roll(6);
        let number = self.next;
        self.next += 1;
        let mut write = self.place.store.write().await.unwrap();
        let rights = write.rights_of(administrator, self.now).await.unwrap();
        let proof = rights.administrator().unwrap();
        let act = match what {
            0 if person != administrator => {
                let since = (dice.roll(2) == 0).then_some(self.now);
                write.set_suspended(&proof, person, since).await.unwrap();
                Act::PersonSuspended { person }
            }
            1 if self.people.len() < 6 => {
                let new = support::person(number, &format!("personne{number}"), false);
                write.add_person(&proof, &new, self.now).await.unwrap();
                self.people.push(new.id);
                Act::PersonAdded { person: new.id, administrator: false }
            }
            2 | 3 if !self.mailboxes.is_empty() => {
                let mailbox = dice.pick(&self.mailboxes);
                let glass = GlassId(id(number));
                let ends = self.now.plus(1 + i64::try_from(dice.roll(40)).unwrap());
                self.glass.push((glass, mailbox));
                write.break_glass(&proof, glass, mailbox, "Une raison.", self.now, ends).await.unwrap();
                Act::GlassBroken { mailbox, glass, ends, reason: "Une raison.".to_owned() }
            }
            _ => {
                let member = dice.roll(2) == 0;
                write.set_member(&proof, group, person, member).await.unwrap();
                Act::GroupJoined { group, person }
            }
        };
        write.record(Author::Person(author), self.now, &act);
        write.commit().await.unwrap();
        Some(author)
    }

    async fn share(&mut self, dice: &mut Dice) -> Option<PersonId> {
        let mailbox = dice.pick(&self.mailboxes);
        let grants = self.grants(dice);
        let practice = self.place.store.practice_rights().await.unwrap();
        let owner = practice.readers(mailbox, self.now).first().filter(|reader| reader.right.owner)?.person;
        let mut write = self.place.store.write().await.unwrap();
        let proof = write.rights_of(owner, self.now).await.unwrap().grant::<Own>(mailbox).unwrap();
        let shared = dice.roll(8) > 0;
        let mut version = 0;
        while let Err(StoreError::Conflict) = write.set_sharing(&proof, shared, &grants, &[], version).await {
            version += 1;
        }
        write.record(Author::Person(owner), self.now, &Act::SharingSet { mailbox, sharing: serde_json::json!({}) });
        write.commit().await.unwrap();
        Some(owner)
    }

    /// The owner ends an opening; nothing, where it is over already.
    async fn end_glass(&mut self, _: &mut Dice) -> Option<PersonId> {
        // The newest is the likeliest to run still.
        let (glass, mailbox) = self.glass.pop()?;
        let practice = self.place.store.practice_rights().await.unwrap();
        let owner = practice.readers(mailbox, self.now).first().filter(|reader| reader.right.owner)?.person;
        let mut write = self.place.store.write().await.unwrap();
        let proof = write.rights_of(owner, self.now).await.unwrap().grant::<Own>(mailbox).unwrap();
        write.end_glass(&proof, glass, self.now).await.ok()?;
        write.record(Author::Person(owner), self.now, &Act::GlassEnded { mailbox, glass });
        write.commit().await.unwrap();
        Some(owner)
    }

    async fn add_mailbox(&mut self, dice: &mut Dice) -> Option<PersonId> {
        let owner = dice.pick(&self.people);
        (self.mailboxes.len() < 3).then_some(())?;
        let mailbox = MailboxId(id(self.next));
        self.next += 1;
        let new = bannette_store::NewMailbox {
            kind: bannette_api::mailboxes::MailboxKind::Folder,
            address: format!("Dossier {}", self.next),
            connection: bannette_api::mailboxes::Connection::folder("/nowhere"),
            outgoing: None,
            apicrypt: None,
            options: bannette_api::mailboxes::Options::default(),
        };
        let mut write = self.place.store.write().await.unwrap();
        write.add_mailbox(mailbox, owner, &new, &bannette_store::NewSecrets::default(), self.now).await.unwrap();
        write.record(Author::Person(owner), self.now, &Act::MailboxAdded { mailbox });
        write.commit().await.unwrap();
        self.mailboxes.push(mailbox);
        Some(owner)
    }

    /// Reads what everybody is told, each notice going on from the one before; and holds what they know against what is.
    async fn check(&mut self, author: Option<PersonId>, context: &str) {
        let practice = self.place.store.practice_rights().await.unwrap();
        for person in self.people.clone() {
            let notices = self.place.store.read().await.unwrap().notices(person).await.unwrap();
            for notice in &notices {
                let known = self.told.get(&(person, notice.mailbox)).copied();
                assert_eq!(notice.before, known, "{context}: a notice that goes on from something else");
                assert_ne!(notice.before, notice.after, "{context}: a notice of nothing");
                assert!(notice.by != Some(person), "{context}: told of what they did themselves");
                match notice.after {
                    Some(after) => self.told.insert((person, notice.mailbox), after),
                    None => self.told.remove(&(person, notice.mailbox)),
                };
            }
            if let Some(last) = notices.last() {
                let mut write = self.place.store.write().await.unwrap();
                assert!(write.mark_notices_seen(person, last.number, self.now).await.unwrap());
                write.record(Author::Person(person), self.now, &Act::NoticesSeen { person });
                write.commit().await.unwrap();
            }
            for mailbox in &self.mailboxes {
                let is = practice.effective(person, *mailbox, self.now).map(|right| right.held());
                let known = self.told.get(&(person, *mailbox)).copied();
                if Some(person) == author && known != is {
                    // Their own act, which nobody tells them of.
                    match is {
                        Some(is) => self.told.insert((person, *mailbox), is),
                        None => self.told.remove(&(person, *mailbox)),
                    };
                } else {
                    assert_eq!(known, is, "{context}: {person} knows another right on {mailbox}");
                }
            }
            assert_eq!(self.place.store.read().await.unwrap().notices(person).await.unwrap(), []);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn notices_are_the_differences_of_the_rights() {
    for seed in 0..24 {
        let mut dice = Dice(seed);
        let mut world = World::new().await;
        world.check(None, "at first").await;
        for step in 0..30 {
            let context = format!("seed {seed}, step {step}");
            if dice.roll(3) == 0 {
                world.now = world.now.plus(1 + i64::try_from(dice.roll(6)).unwrap());
                world.place.store.tell_turned(world.now).await.unwrap();
                world.check(None, &context).await;
            } else {
                // Dates may pass unseen between two changes: the change tells of them first.
                world.now = world.now.plus(i64::try_from(dice.roll(3)).unwrap());
                let author = world.change(&mut dice).await;
                if author.is_none() {
                    world.place.store.tell_turned(world.now).await.unwrap();
                }
                world.check(author, &context).await;
            }
        }
        let report = world.place.store.read().await.unwrap().verify_journal().await.unwrap();
        assert_eq!(report.faults, [], "seed {seed}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn time_that_runs_back_tells_nothing_twice() {
    let mut world = World::new().await;
    let owner = world.people[0];
    let mailbox = world.place.add_mailbox(7, owner).await;
    world.mailboxes.push(mailbox);
    let to = Grantee::Person(world.people[1]);
    let grant = Grant { to, level: Level::Read, begins: None, ends: Some(world.now.plus(100)) };
    let mut write = world.place.store.write().await.unwrap();
    let proof = write.rights_of(owner, world.now).await.unwrap().grant::<Own>(mailbox).unwrap();
    let mut version = 0;
    while write.set_sharing(&proof, true, &[grant], &[], version).await.is_err() {
        version += 1;
    }
    write.record(Author::Person(owner), world.now, &Act::SharingSet { mailbox, sharing: serde_json::json!({}) });
    write.commit().await.unwrap();
    assert!(world.place.store.tell_turned(world.now.plus(100)).await.unwrap());
    assert!(!world.place.store.tell_turned(world.now.plus(50)).await.unwrap());
    assert!(!world.place.store.tell_turned(world.now.plus(150)).await.unwrap());
    let told = world.place.store.read().await.unwrap().notices(world.people[1]).await.unwrap();
    assert_eq!(told.len(), 2);
    assert_eq!((told[1].after, told[1].by), (None, None));
}
