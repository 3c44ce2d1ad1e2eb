//! A proof cannot be cloned for later.
use bannette_rights::{Access, Read};

fn keep(access: &Access<Read>) -> Access<Read> {
    access.clone()
}

fn main() {}
