//! No proof comes from bytes.
use bannette_rights::{Access, Administrator, Read, SystemAccess, Visible};
use serde::de::DeserializeOwned;

fn read_in<T: DeserializeOwned>() {}

fn main() {
    read_in::<Access<Read>>();
    read_in::<Visible>();
    read_in::<Administrator>();
    read_in::<SystemAccess>();
}
