//! People in words.

use bannette_api::people::{Person, Role, Title};

/// What a person does; of a woman, where their title says so, in the feminine.
pub fn role(person: &Person) -> &'static str {
    match (person.role, person.title) {
        (Role::Doctor, _) => "médecin",
        (Role::Secretary, _) => "secrétaire",
        (Role::Locum, Title::Mme) => "remplaçante",
        (Role::Locum, _) => "remplaçant",
        (Role::Nurse, Title::Mme) => "infirmière",
        (Role::Nurse, _) => "infirmier",
        (Role::Other, _) => "autre",
    }
}
