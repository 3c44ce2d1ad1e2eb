//! To read is not to validate.
use bannette_rights::{Access, Read, Validate};

fn validate(_: &Access<Validate>) {}

fn secretary(access: &Access<Read>) {
    validate(access);
}

fn main() {}
