//! To administer is no way to contents.
use bannette_rights::{Access, Administrator, Read};

fn open_dossier(_: &Access<Read>) {}

fn administrator(proof: &Administrator) {
    open_dossier(proof);
}

fn main() {}
