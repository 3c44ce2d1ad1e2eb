//! Only the owner's proof has a way to the sender's.
use bannette_rights::{Access, Read, Send};

fn strengthen(access: &Access<Read>) -> Access<Send> {
    access.to_send()
}

fn main() {}
