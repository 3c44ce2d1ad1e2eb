//! The post's own access is not a person's.
use bannette_rights::{Access, Read, SystemAccess};

fn open_dossier(_: &Access<Read>) {}

fn background(system: &SystemAccess) {
    open_dossier(system);
}

fn main() {}
