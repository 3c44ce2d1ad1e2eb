//! A proof of something that is no right is no type.
use bannette_rights::Access;

fn everything(_: &Access<String>) {}

fn main() {}
