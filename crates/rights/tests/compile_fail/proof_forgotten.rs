//! What asks for a proof cannot be called without one.
use bannette_rights::{Access, Send};

fn send_letter(_: &Access<Send>, _text: &str) {}

fn main() {
    send_letter("Bonjour");
}
