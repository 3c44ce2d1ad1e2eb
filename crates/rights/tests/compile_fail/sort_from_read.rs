//! Who may read may not sort by that alone: *bris de glace* only reads.
use bannette_rights::{Access, Read, Sort};

fn sort(_: &Access<Sort>) {}

fn with(read: &Access<Read>) {
    sort(read);
}

fn main() {}
