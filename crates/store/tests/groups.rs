//! Groups in the store: one step of the epoch a change, nothing half done, no right left of a group that has gone.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

mod support;

use bannette_api::sharing::{Grant, Grantee, Level};
use bannette_api::{GroupId, PersonId};
use bannette_rights::{Administrator, Own};
use bannette_store::{Act, Author, StoreError, Write};
use std::collections::BTreeSet;
use support::{NOW, Place, id};

const GROUP: GroupId = GroupId(uuid::Uuid::from_u128(50));

async fn begin(place: &Place) -> (Administrator, Write) {
    let mut write = place.store.write().await.unwrap();
    let proof = write.rights_of(place.owner, NOW).await.unwrap().administrator().unwrap();
    (proof, write)
}

async fn commit(place: &Place, mut write: Write, act: &Act) {
    write.record(Author::Person(place.owner), NOW, act);
    write.commit().await.unwrap();
}

async fn set(place: &Place, name: &str, members: &[PersonId]) -> Result<(), StoreError> {
    let (proof, mut write) = begin(place).await;
    write.set_group(&proof, GROUP, name, &members.iter().copied().collect::<BTreeSet<_>>()).await?;
    commit(place, write, &Act::GroupAdded { group: GROUP }).await;
    Ok(())
}

async fn mark(place: &Place) -> (u64, u64) {
    place.store.read().await.unwrap().change_mark().await.unwrap()
}

/// Name and members of all groups.
async fn groups(place: &Place) -> Vec<(String, Vec<PersonId>)> {
    let all = place.store.read().await.unwrap().groups().await.unwrap();
    all.into_iter().map(|group| (group.name, group.members)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_is_set_as_a_whole_in_one_step_of_the_epoch() {
    let place = Place::new().await;
    let (paul, marc) = (place.add_person(2, "paul").await, place.add_person(3, "marc").await);
    let (before, _) = mark(&place).await;
    set(&place, "Accueil", &[paul]).await.unwrap();
    assert_eq!(mark(&place).await.0, before + 1);
    set(&place, "Secrétariat", &[marc]).await.unwrap();
    assert_eq!(mark(&place).await.0, before + 2);
    assert_eq!(groups(&place).await, [("Secrétariat".to_owned(), vec![marc])]);
    // Somebody unknown: all stays as it was.
    let refused = set(&place, "Autre", &[paul, PersonId(id(404))]).await;
    assert!(matches!(refused, Err(StoreError::NotFound)), "{refused:?}");
    assert_eq!(groups(&place).await, [("Secrétariat".to_owned(), vec![marc])]);
    assert_eq!(mark(&place).await.0, before + 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_is_one_groups_only() {
    let place = Place::new().await;
    set(&place, "Accueil", &[]).await.unwrap();
    let (proof, mut write) = begin(&place).await;
    write.add_group(&proof, GroupId(id(51)), "Labo").await.unwrap();
    commit(&place, write, &Act::GroupAdded { group: GROUP }).await;
    let (proof, mut write) = begin(&place).await;
    assert!(matches!(write.rename_group(&proof, GROUP, "LABO").await, Err(StoreError::Taken)));
    drop(write);
    assert!(matches!(set(&place, "labo", &[]).await, Err(StoreError::Taken)));
    let (proof, mut write) = begin(&place).await;
    let unknown = write.rename_group(&proof, GroupId(id(52)), "Libre").await;
    assert!(matches!(unknown, Err(StoreError::NotFound)), "{unknown:?}");
    drop(write);
    let (before, entries) = mark(&place).await;
    let (proof, mut write) = begin(&place).await;
    write.rename_group(&proof, GROUP, "accueil").await.unwrap();
    let renamed = Act::GroupRenamed { group: GROUP, before: "Accueil".to_owned(), after: "accueil".to_owned() };
    commit(&place, write, &renamed).await;
    assert_eq!(mark(&place).await, (before + 1, entries + 1));
    assert!(place.store.read().await.unwrap().verify_journal().await.unwrap().faults.is_empty());
    // A proof from before the last change is worth nothing.
    let (stale, write) = begin(&place).await;
    drop(write);
    set(&place, "Accueil", &[]).await.unwrap();
    let mut write = place.store.write().await.unwrap();
    assert!(matches!(write.rename_group(&stale, GROUP, "Autre").await, Err(StoreError::Stale)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_that_goes_leaves_no_right_behind() {
    let place = Place::new().await;
    let paul = place.add_person(2, "paul").await;
    let mailbox = place.add_mailbox(10, place.owner).await;
    set(&place, "Accueil", &[paul]).await.unwrap();
    let mut write = place.store.write().await.unwrap();
    let own = write.rights_of(place.owner, NOW).await.unwrap().grant::<Own>(mailbox).unwrap();
    let (_, _, version) = place.store.read().await.unwrap().sharing(&own).await.unwrap();
    let to_group = Grant { to: Grantee::Group(GROUP), level: Level::Send, begins: None, ends: None };
    let to_paul = Grant { to: Grantee::Person(place.owner), level: Level::Read, begins: None, ends: None };
    write.set_sharing(&own, true, &[to_group, to_paul], &[], version).await.unwrap();
    commit(&place, write, &Act::SharingSet { mailbox, sharing: serde_json::Value::Null }).await;
    let reads = async || place.store.read().await.unwrap().rights_of(paul, NOW).await.unwrap().of(mailbox).is_some();
    assert!(reads().await);
    let (before, _) = mark(&place).await;
    let (proof, mut write) = begin(&place).await;
    write.remove_group(&proof, GROUP).await.unwrap();
    commit(&place, write, &Act::GroupRemoved { group: GROUP }).await;
    assert_eq!(mark(&place).await.0, before + 1);
    assert!(!reads().await);
    let mut read = place.store.read().await.unwrap();
    let own = read.rights_of(place.owner, NOW).await.unwrap().grant::<Own>(mailbox).unwrap();
    let (_, grants, after) = read.sharing(&own).await.unwrap();
    assert_eq!(grants, [to_paul], "the others' rights stay");
    assert!(after > version + 1, "whoever has the mailbox's dialog open is told");
    // A group of the same identifier that comes later gets nothing of it.
    drop(read);
    set(&place, "Accueil", &[paul]).await.unwrap();
    assert!(!reads().await);
}
