//! The facts of a practice are not edited: they are read anew, at a new epoch.
use bannette_rights::{PersonFacts, Practice};

fn edit(practice: &mut Practice, person: PersonFacts) {
    practice.people.insert(person.id, person);
}

fn main() {}
