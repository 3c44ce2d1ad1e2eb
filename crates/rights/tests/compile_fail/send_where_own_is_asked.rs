//! Who may send may not share.
use bannette_rights::{Access, Own, Send};

fn share(_: &Access<Own>) {}

fn sender(access: &Access<Send>) {
    share(access);
}

fn main() {}
