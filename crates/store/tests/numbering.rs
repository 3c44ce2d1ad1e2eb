//! A mailbox that is moved to another server: what the former numbered is never taken for what the next one numbers.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test ends at the first surprise")]

mod support;

use bannette_api::MailboxId;
use bannette_api::dossiers::Urgency;
use bannette_api::mailboxes::{Connection, SignInWay, Tls};
use bannette_rights::{Own, SystemAccess};
use bannette_store::{Act, Author, NewMailbox, NewMessage, NewSecrets};
use support::{NOW, Place, dossier, message};

/// The same on both servers: some number every INBOX 1.
const UID_VALIDITY: u32 = 1;

async fn move_to(place: &Place, mailbox: MailboxId, account: &str, tls: Tls) {
    let connection = Connection::Imap {
        host: "imap.example.org".to_owned(),
        port: 993,
        tls,
        account: account.to_owned(),
        sign_in: SignInWay::Password,
    };
    let mut write = place.store.write().await.unwrap();
    let proof = write.rights_of(place.owner, NOW).await.unwrap().grant::<Own>(mailbox).unwrap();
    let record = write.mailbox(&proof).await.unwrap();
    let (kind, address, options) = (record.kind, record.address, record.options);
    let new = NewMailbox { kind, address, connection, outgoing: None, apicrypt: None, options };
    write.change_mailbox(&proof, &new, &NewSecrets::default()).await.unwrap();
    write.record(Author::Person(place.owner), NOW, &Act::MailboxChanged { mailbox, secret: false });
    write.commit().await.unwrap();
}

fn three(first: u128) -> Vec<NewMessage> {
    let one = |at: u32| {
        let number = first + u128::from(at);
        message(at, &number.to_string(), vec![dossier(number, Urgency::Normal, true)])
    };
    (1..=3).map(one).collect()
}

/// The UIDs that count as delivered, and those whose copies count as lying on the server.
async fn numbered(place: &Place, mailbox: MailboxId) -> (Vec<u32>, Vec<u32>) {
    let proof = SystemAccess::for_fetching(mailbox);
    let mut read = place.store.read().await.unwrap();
    let delivered = read.delivered(&proof, UID_VALIDITY, 0).await.unwrap();
    let copies = read.copies_on_server(&proof, UID_VALIDITY, 0, 100).await.unwrap();
    (delivered.into_iter().collect(), copies.iter().map(|copy| copy.uid).collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_accounts_messages_are_not_taken_for_the_former_ones() {
    let place = Place::new().await;
    let mailbox = place.add_mailbox(50, place.owner).await;
    move_to(&place, mailbox, "derek", Tls::Implicit).await;
    let arrived = place.take_in_under(mailbox, UID_VALIDITY, three(100), NOW).await;
    assert_eq!((arrived.taken, arrived.placed), (3, 3));
    assert_eq!(numbered(&place, mailbox).await, (vec![1, 2, 3], vec![1, 2, 3]));
    // The same account, otherwise encrypted: the same messages.
    move_to(&place, mailbox, "derek", Tls::Starttls).await;
    assert_eq!(numbered(&place, mailbox).await, (vec![1, 2, 3], vec![1, 2, 3]));

    move_to(&place, mailbox, "anne", Tls::Implicit).await;
    assert_eq!(numbered(&place, mailbox).await, (vec![], vec![]));
    let arrived = place.take_in_under(mailbox, UID_VALIDITY, three(200), NOW).await;
    assert_eq!((arrived.taken, arrived.placed), (3, 3));
    let proof = SystemAccess::for_fetching(mailbox);
    let mut read = place.store.read().await.unwrap();
    assert_eq!(read.copies_numbered_before(&proof, UID_VALIDITY).await.unwrap(), 0, "they lie on the former server");
    assert_eq!(read.copies_numbered_before(&proof, UID_VALIDITY + 1).await.unwrap(), 3, "this one's, numbered anew");
    drop(read);

    // And back: what lies there is the same again, and comes as such.
    move_to(&place, mailbox, "derek", Tls::Implicit).await;
    assert_eq!(numbered(&place, mailbox).await, (vec![], vec![]));
    let arrived = place.take_in_under(mailbox, UID_VALIDITY, three(100), NOW).await;
    assert_eq!((arrived.taken, arrived.placed, arrived.known), (3, 0, 3));
    assert_eq!(numbered(&place, mailbox).await, (vec![1, 2, 3], vec![1, 2, 3]));
    // What came already is taken in once.
    let mut write = place.store.write().await.unwrap();
    let batch = bannette_store::Batch { uid_validity: UID_VALIDITY, messages: three(100) };
    assert_eq!(write.take_in(&proof, batch, NOW).await.unwrap().taken, 0);
}
