//! *Messagerie utilisée pour les envois*: what a person chose is kept under a proof, by person, and an older proof keeps
//! nothing.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod support;

use bannette_rights::Send;
use bannette_store::{Act, Author, StoreError};
use support::{NOW, Place};

#[tokio::test(flavor = "multi_thread")]
async fn a_choice_is_kept_for_its_person_alone_and_can_be_forgotten() {
    let place = Place::new().await;
    let other = place.add_person(2, "anne").await;
    let mailbox = place.add_mailbox(10, place.owner).await;
    let chosen = async |who| place.store.read().await.unwrap().default_sender(who).await.unwrap();
    assert_eq!(chosen(place.owner).await, None);

    let mut write = place.store.write().await.unwrap();
    let proof = write.rights_of(place.owner, NOW).await.unwrap().grant::<Send>(mailbox).unwrap();
    write.set_default_sender(&proof).await.unwrap();
    write.record(
        Author::Person(place.owner),
        NOW,
        &Act::DefaultSenderSet { person: place.owner, mailbox: Some(mailbox) },
    );
    write.commit().await.unwrap();
    assert_eq!((chosen(place.owner).await, chosen(other).await), (Some(mailbox), None));

    // A change without an act is none.
    let mut write = place.store.write().await.unwrap();
    write.clear_default_sender(place.owner).await.unwrap();
    assert!(matches!(write.commit().await, Err(StoreError::Unjournaled)));
    assert_eq!(chosen(place.owner).await, Some(mailbox));

    let mut write = place.store.write().await.unwrap();
    write.clear_default_sender(place.owner).await.unwrap();
    write.record(Author::Person(place.owner), NOW, &Act::DefaultSenderSet { person: place.owner, mailbox: None });
    write.commit().await.unwrap();
    assert_eq!(chosen(place.owner).await, None);
    assert!(place.store.read().await.unwrap().verify_journal().await.unwrap().faults.is_empty());

    // The rights moved since: what was proven no longer counts.
    place.add_mailbox(11, place.owner).await;
    let mut write = place.store.write().await.unwrap();
    assert!(matches!(write.set_default_sender(&proof).await, Err(StoreError::Stale)));
}
