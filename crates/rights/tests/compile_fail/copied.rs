//! No proof is `Copy` or `Clone`.
use bannette_rights::{Access, Administrator, Read, Rights, SystemAccess, Visible};

fn cloned<T: Clone>() {}

fn main() {
    cloned::<Access<Read>>();
    cloned::<Visible>();
    cloned::<Administrator>();
    cloned::<SystemAccess>();
    cloned::<Rights>();
}
