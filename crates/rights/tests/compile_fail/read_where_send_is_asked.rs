//! Who may read may not send.
use bannette_rights::{Access, Read, Send};

fn send_letter(_: &Access<Send>) {}

fn reader(access: &Access<Read>) {
    send_letter(access);
}

fn main() {}
