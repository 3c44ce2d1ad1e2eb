//! The mint itself comes from the facts of a practice only.
use bannette_api::{PersonId, Timestamp};
use bannette_rights::{Practice, Rights};
use std::sync::Arc;

fn forge(practice: Arc<Practice>, actor: PersonId) -> Rights {
    Rights { practice, actor, now: Timestamp(0) }
}

fn main() {}
