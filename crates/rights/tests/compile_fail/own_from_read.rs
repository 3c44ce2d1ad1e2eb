//! A proof can be weakened where that is implied, never strengthened.
use bannette_rights::{Access, Own, Read};

fn strengthen(access: Access<Read>) -> Access<Own> {
    access.into()
}

fn main() {}
