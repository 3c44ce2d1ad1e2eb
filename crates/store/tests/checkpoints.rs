//! The log of committed changes is folded into the file without anybody waiting for it, and does not grow without end.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends at the first surprise")]

mod support;

use bannette_api::MailboxId;
use bannette_api::dossiers::Urgency;
use std::time::Duration;
use support::{NOW, Place, dossier, message};

const MIB: usize = 1024 * 1024;

/// Worth folding when it is packed, as hardly anything in it can be compressed.
fn document(number: u32) -> String {
    let mut state = u64::from(number);
    let character = |_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(state.to_be_bytes()[0] & 0x7F)
    };
    (0..10 * MIB).map(character).collect()
}

async fn receive(place: &Place, mailbox: MailboxId, number: u32) {
    let dossier = dossier(100 + u128::from(number), Urgency::Normal, true);
    place.take_in(mailbox, vec![message(number, &document(number), vec![dossier])], NOW).await;
}

fn size(place: &Place, name: &str) -> usize {
    std::fs::metadata(place.data().join(name)).map_or(0, |file| file.len().try_into().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_committed_comes_into_the_file_while_the_store_is_open() {
    let place = Place::new().await;
    let mailbox = place.add_mailbox(50, place.owner).await;
    receive(&place, mailbox, 1).await;
    for _ in 0..100 {
        if size(&place, "bannette.db") > 7 * MIB {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the file has {} bytes, the log {}", size(&place, "bannette.db"), size(&place, "bannette.db-wal"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_does_not_grow_without_end() {
    let place = Place::new().await;
    let mailbox = place.add_mailbox(50, place.owner).await;
    for number in 1..=16 {
        receive(&place, mailbox, number).await;
    }
    let log = size(&place, "bannette.db-wal");
    // 140 MiB came; 64 MiB are where the database folds by itself.
    assert!(log < 96 * MIB, "the log has {log} bytes");
    place.store.read().await.unwrap().verify_journal().await.unwrap();
}
