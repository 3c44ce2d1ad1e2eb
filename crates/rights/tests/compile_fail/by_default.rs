//! No proof comes from nowhere.
use bannette_rights::{Access, Administrator, Read, Rights, SystemAccess, Visible};

fn from_nowhere<T: Default>() -> T {
    T::default()
}

fn main() {
    let _ = from_nowhere::<Access<Read>>();
    let _ = from_nowhere::<Visible>();
    let _ = from_nowhere::<Administrator>();
    let _ = from_nowhere::<SystemAccess>();
    let _ = from_nowhere::<Rights>();
}
