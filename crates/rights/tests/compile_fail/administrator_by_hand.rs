//! Nobody declares himself administrator.
use bannette_api::PersonId;
use bannette_rights::{Administrator, Epoch};

fn forge(actor: PersonId) -> Administrator {
    Administrator { actor, epoch: Epoch(1) }
}

fn main() {}
