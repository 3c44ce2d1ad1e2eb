//! A proof for one mailbox cannot be turned to another.
use bannette_api::MailboxId;
use bannette_rights::{Access, Own};

fn turn(access: &mut Access<Own>, other: MailboxId) {
    access.mailbox = other;
}

fn main() {}
