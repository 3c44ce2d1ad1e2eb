//! Who leaves hands over all that they hold, and keeps nothing; nobody leaves the practice without an administrator.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod support;

use bannette_api::dossiers::{Counts, Urgency};
use bannette_api::people::{Role, Title};
use bannette_api::sharing::{Grant, Grantee, Level};
use bannette_api::{GroupId, MailboxId, PersonId};
use bannette_rights::{Own, Read as ReadRight, Validate};
use bannette_store::{Act, Author, ChangedPerson, Departed, StoreError, TakenOver, Write};
use support::{NOW, Place, dossier, id, message, person};

/// Derek administers; Anne (2) owns two mailboxes, Paul (3) one that she may read; a dossier of Anne's lies in two.
struct World {
    place: Place,
    anne: PersonId,
    paul: PersonId,
    first: MailboxId,
    second: MailboxId,
    pauls: MailboxId,
}

async fn world() -> World {
    let place = Place::new().await;
    let (anne, paul) = (place.add_person(2, "anne").await, place.add_person(3, "paul").await);
    let (first, second) = (place.add_mailbox(11, anne).await, place.add_mailbox(12, anne).await);
    let pauls = place.add_mailbox(13, paul).await;
    let urgent = |number| dossier(number, Urgency::Critical, true);
    let shared = message(1, "both", vec![urgent(101)]);
    place.take_in(first, vec![shared, message(2, "a", vec![dossier(102, Urgency::Normal, false)])], NOW).await;
    place.take_in(pauls, vec![message(1, "both", vec![urgent(101)]), message(2, "p", vec![urgent(103)])], NOW).await;
    place.take_in(first, vec![message(3, "v", vec![dossier(104, Urgency::Normal, true)])], NOW).await;
    let world = World { place, anne, paul, first, second, pauls };
    // One of hers is validated: it stays under her name.
    let mut write = world.place.store.write().await.unwrap();
    let rights = write.rights_of(anne, NOW).await.unwrap();
    let validated = bannette_api::DossierId(id(104));
    write.set_validated(&rights.grant::<Validate>(first).unwrap(), validated, Some(NOW)).await.unwrap();
    write.record(Author::Person(anne), NOW, &Act::Validated { dossier: validated });
    write.commit().await.unwrap();
    world.share(anne, first, Grantee::Person(paul)).await;
    world.share(paul, pauls, Grantee::Person(anne)).await;
    world
}

impl World {
    async fn share(&self, owner: PersonId, mailbox: MailboxId, to: Grantee) {
        let mut write = self.place.store.write().await.unwrap();
        let proof = write.rights_of(owner, NOW).await.unwrap().grant::<Own>(mailbox).unwrap();
        let (_, _, version) = self.place.store.read().await.unwrap().sharing(&proof).await.unwrap();
        let grants = [Grant { to, level: Level::Send, begins: None, ends: None }];
        write.set_sharing(&proof, true, &grants, &[], version).await.unwrap();
        write.record(Author::Person(owner), NOW, &Act::SharingSet { mailbox, sharing: serde_json::Value::Null });
        write.commit().await.unwrap();
    }

    /// Everything to Paul, but the dossiers of the first mailbox to Derek.
    fn taken_over(&self) -> TakenOver {
        TakenOver {
            owners: [(self.first, self.paul), (self.second, self.paul)].into(),
            responsible: [(self.first, self.place.owner)].into(),
        }
    }

    async fn depart(&self, write: &mut Write, taken_over: &TakenOver) -> Result<Departed, StoreError> {
        let proof = write.rights_of(self.place.owner, NOW).await.unwrap().administrator().unwrap();
        write.depart(&proof, self.anne, taken_over, NOW).await
    }

    async fn counts(&self, person: PersonId) -> Counts {
        let mut read = self.place.store.read().await.unwrap();
        let visible = read.rights_of(person, NOW).await.unwrap().visible();
        read.counts(&visible, NOW).await.unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_held_is_listed_and_passes_on() {
    let world = world().await;
    let mut read = world.place.store.read().await.unwrap();
    let proof = read.rights_of(world.place.owner, NOW).await.unwrap().administrator().unwrap();
    let held = read.held(&proof, world.anne).await.unwrap();
    let lines: Vec<_> = held.iter().map(|held| (held.mailbox, held.owner, held.waiting)).collect();
    assert_eq!(lines, [(world.first, world.anne, 2), (world.second, world.anne, 0)]);
    drop(read);
    assert_eq!((world.counts(world.anne).await.mine, world.counts(world.paul).await.mine), (2, 1));

    let mut write = world.place.store.write().await.unwrap();
    let departed = world.depart(&mut write, &world.taken_over()).await.unwrap();
    write.record(Author::Program, NOW, &Act::PersonDeparted { person: world.anne, grants: vec![], groups: vec![] });
    write.commit().await.unwrap();
    let moved: Vec<u128> = departed.dossiers[0].2.iter().map(|dossier| dossier.0.as_u128()).collect();
    assert_eq!((departed.dossiers.len(), moved), (1, vec![101, 102]));
    assert_eq!(departed.grants, [world.pauls]);

    // Paul owns all three, Derek answers for two and reads nothing of it yet; Anne has nothing.
    let mut read = world.place.store.read().await.unwrap();
    let rights = read.rights_of(world.paul, NOW).await.unwrap();
    for mailbox in [world.first, world.second, world.pauls] {
        assert!(rights.grant::<Own>(mailbox).is_ok());
        assert!(read.rights_of(world.anne, NOW).await.unwrap().grant::<ReadRight>(mailbox).is_err());
    }
    let (_, grants, version) = read.sharing(&rights.grant::<Own>(world.first).unwrap()).await.unwrap();
    assert_eq!((grants.len(), version), (1, 3), "the rights given stay, and the state has a new number");
    let (_, grants, _) = read.sharing(&rights.grant::<Own>(world.pauls).unwrap()).await.unwrap();
    assert_eq!(grants, [], "what was given to whoever left is taken back");
    let anne = read.person(world.anne).await.unwrap().unwrap();
    assert_eq!((anne.person.departed_at, anne.password.as_str()), (Some(NOW), ""));
    assert!(read.people().await.unwrap().iter().any(|one| one.id == world.anne), "still named");
    drop(read);
    let paul = world.counts(world.paul).await;
    assert_eq!((paul.mine, paul.team), (1, 3));
    world.share(world.paul, world.second, Grantee::Everyone).await;
    assert_eq!(world.counts(world.anne).await, Counts::default());

    // What she validated stays hers; when it waits again, whoever had it wait answers for it.
    let mut write = world.place.store.write().await.unwrap();
    let proof = write.rights_of(world.paul, NOW).await.unwrap().grant::<Validate>(world.first).unwrap();
    write.set_validated(&proof, bannette_api::DossierId(id(104)), None).await.unwrap();
    write.record(Author::Person(world.paul), NOW, &Act::ValidationUndone { dossier: bannette_api::DossierId(id(104)) });
    write.commit().await.unwrap();
    let paul = world.counts(world.paul).await;
    assert_eq!((paul.mine, paul.team), (2, 4));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_left_behind_and_nothing_half_done() {
    let world = world().await;
    let before = world.counts(world.anne).await;
    let whole = world.taken_over();
    let no_owner = TakenOver { owners: [(world.first, world.paul)].into(), ..whole.clone() };
    let nobody = TakenOver { responsible: [].into(), ..whole.clone() };
    for missing in [TakenOver::default(), no_owner, nobody] {
        let mut write = world.place.store.write().await.unwrap();
        assert!(matches!(world.depart(&mut write, &missing).await, Err(StoreError::Conflict)), "{missing:?}");
    }
    // A mailbox that came meanwhile: the proof is of an older state.
    let mut read = world.place.store.read().await.unwrap();
    let old = read.rights_of(world.place.owner, NOW).await.unwrap().administrator().unwrap();
    drop(read);
    world.place.add_mailbox(14, world.anne).await;
    let mut write = world.place.store.write().await.unwrap();
    assert!(matches!(write.depart(&old, world.anne, &whole, NOW).await, Err(StoreError::Stale)));
    assert!(matches!(world.depart(&mut write, &whole).await, Err(StoreError::Conflict)));
    drop(write);
    assert_eq!(world.counts(world.anne).await, before);
    let mut read = world.place.store.read().await.unwrap();
    assert!(read.rights_of(world.anne, NOW).await.unwrap().grant::<Own>(world.first).is_ok());
    assert!(read.person(world.anne).await.unwrap().unwrap().person.here());
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_left_is_changed_no_more() {
    let world = world().await;
    let mut write = world.place.store.write().await.unwrap();
    world.depart(&mut write, &world.taken_over()).await.unwrap();
    let proof = write.rights_of(world.place.owner, NOW).await.unwrap().administrator().unwrap();
    write.add_group(&proof, GroupId(id(50)), "Groupe").await.unwrap();
    let proof = write.rights_of(world.place.owner, NOW).await.unwrap().administrator().unwrap();
    let anne = world.anne;
    assert!(matches!(write.set_suspended(&proof, anne, None).await, Err(StoreError::NotFound)));
    assert!(matches!(write.reset_password(&proof, anne, "hash").await, Err(StoreError::NotFound)));
    assert!(matches!(write.change_person(&proof, anne, &changed(true)).await, Err(StoreError::NotFound)));
    assert!(matches!(write.set_member(&proof, GroupId(id(50)), anne, true).await, Err(StoreError::NotFound)));
    let nothing = TakenOver::default();
    assert!(matches!(write.depart(&proof, anne, &nothing, NOW).await, Err(StoreError::NotFound)));
}

fn changed(administrator: bool) -> ChangedPerson {
    ChangedPerson {
        title: Title::Pr,
        first_name: "Anne".to_owned(),
        last_name: "MODELE".to_owned(),
        role: Role::Secretary,
        rpps: Some("01234567897".to_owned()),
        administrator,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_active_administrator_stays_one() {
    let place = Place::new().await;
    let derek = place.owner;
    let other = person(2, "anne", true);
    let mut write = place.store.write().await.unwrap();
    let proof = write.rights_of(derek, NOW).await.unwrap().administrator().unwrap();
    for refused in [
        write.change_person(&proof, derek, &changed(false)).await,
        write.set_suspended(&proof, derek, Some(NOW)).await,
        write.depart(&proof, derek, &TakenOver::default(), NOW).await.map(|_| ()),
    ] {
        assert!(matches!(refused, Err(StoreError::LastAdministrator)), "{refused:?}");
    }
    write.add_person(&proof, &other, NOW).await.unwrap();
    // Another one who is suspended does not count.
    let proof = write.rights_of(derek, NOW).await.unwrap().administrator().unwrap();
    write.set_suspended(&proof, other.id, Some(NOW)).await.unwrap();
    let proof = write.rights_of(derek, NOW).await.unwrap().administrator().unwrap();
    let refused = write.change_person(&proof, derek, &changed(false)).await;
    assert!(matches!(refused, Err(StoreError::LastAdministrator)), "{refused:?}");
    write.set_suspended(&proof, other.id, None).await.unwrap();
    let proof = write.rights_of(derek, NOW).await.unwrap().administrator().unwrap();
    write.change_person(&proof, derek, &changed(false)).await.unwrap();
    let derek = write.person(derek).await.unwrap().unwrap().person;
    assert_eq!((derek.title, derek.role, derek.administrator), (Title::Pr, Role::Secretary, false));
    assert!(write.rights_of(derek.id, NOW).await.unwrap().administrator().is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_was_not_committed_leaves_no_right_behind() {
    let world = world().await;
    let mut write = world.place.store.write().await.unwrap();
    let proof = write.rights_of(world.place.owner, NOW).await.unwrap().administrator().unwrap();
    write.set_suspended(&proof, world.anne, Some(NOW)).await.unwrap();
    assert!(write.rights_of(world.anne, NOW).await.unwrap().grant::<Own>(world.first).is_err());
    drop(write);
    // The next change has the number that the lost one would have had.
    world.place.add_person(9, "zoe").await;
    let mut read = world.place.store.read().await.unwrap();
    assert!(read.rights_of(world.anne, NOW).await.unwrap().grant::<Own>(world.first).is_ok());
}
