//! No proof leaves the process.
use bannette_rights::{Access, Administrator, Read, Rights, SystemAccess, Visible};
use serde::Serialize;

fn written<T: Serialize>() {}

fn main() {
    written::<Access<Read>>();
    written::<Visible>();
    written::<Administrator>();
    written::<SystemAccess>();
    written::<Rights>();
}
