//! The list of rights is closed.
use bannette_api::failure::Needs;
use bannette_rights::Right;

enum Everything {}

impl Right for Everything {
    const NEEDS: Needs = Needs::Read;
}

fn main() {}
