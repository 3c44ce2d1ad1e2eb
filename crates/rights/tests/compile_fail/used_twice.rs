//! A proof given by value is spent.
use bannette_rights::{Access, Own};

fn remove_mailbox(_: Access<Own>) {}

fn owner(access: Access<Own>) {
    remove_mailbox(access);
    remove_mailbox(access);
}

fn main() {}
