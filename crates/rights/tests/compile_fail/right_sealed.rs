//! The seal cannot be named.
use bannette_rights::right::sealed::Sealed;

enum Everything {}

impl Sealed for Everything {}

fn main() {}
