//! What goes wrong outside, on purpose: kills, broken connections, hostile mail, a full disk. After each the trouble is
//! said by its name, nothing that was delivered is lost or doubled, and the journal holds.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what a test helper meets fails the test"
)]

#[path = "support/bannette.rs"]
mod bannette;
#[path = "faults/crashes.rs"]
mod crashes;
#[path = "faults/deletion.rs"]
mod deletion;
#[path = "faults/disk.rs"]
mod disk;
#[path = "support/dovecot.rs"]
mod dovecot;
#[path = "faults/kills.rs"]
mod kills;
#[path = "faults/messages.rs"]
mod messages;
#[path = "faults/network.rs"]
mod network;
#[path = "support/practice.rs"]
mod practice;
#[path = "support/proxy.rs"]
mod proxy;
#[path = "support/rows.rs"]
mod rows;

use bannette_api::connection::Trouble;
use bannette_api::journal::VerifyJournal;
use bannette_api::mailboxes::{ChangeMailbox, MailboxSettings};
use bannette_core::Handle as _;
use practice::Practice;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

/// What the owner asks to change: nothing yet.
fn change(mailbox: &MailboxSettings) -> ChangeMailbox {
    ChangeMailbox::keeping(mailbox)
}

/// Switches the deletion from the server on or off.
async fn set_deletion(practice: &Practice, mailbox: &MailboxSettings, wanted: bool) {
    let mut call = change(mailbox);
    call.options.delete_from_server = wanted;
    practice.core.handle(&practice.derek, call).await.unwrap();
}

/// Fetches all mailboxes once, of which there is one: messages taken in, or why not.
async fn fetch(practice: &Practice) -> Result<u64, Trouble> {
    let fetched = practice.core.fetch_once(&practice.derek, None).await.unwrap();
    assert_eq!(fetched.len(), 1);
    fetched[0].outcome.clone().map(|summary| summary.messages.unwrap())
}

/// Each of these messages is in the store, once and shown once, and nothing else is; the journal and the file hold.
async fn holds_exactly(practice: &Practice, messages: &[Vec<u8>]) {
    let report = practice.core.handle(&practice.derek, VerifyJournal::default()).await.unwrap();
    assert_eq!(report.faults, []);
    let mut file = rows::open(&practice.data(), &practice.folder.path().join("clef")).await;
    let wanted: BTreeMap<_, _> = messages.iter().map(|message| (Sha256::digest(message).to_vec(), 1)).collect();
    let shown = rows::shown(&mut file).await;
    assert!(shown == wanted, "{} of {} messages, or other ones", shown.len(), wanted.len());
    rows::is_whole(&mut file).await;
    let counted = rows::number(&mut file, "select coalesce(sum(waiting), 0) from tally").await;
    assert_eq!(counted, i64::try_from(messages.len()).unwrap());
}
