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

fn title(title: Title) -> Option<&'static str> {
    match title {
        Title::Dr => Some("Dr"),
        Title::Pr => Some("Pr"),
        Title::Mme => Some("Mme"),
        Title::M => Some("M."),
        Title::None => None,
    }
}

/// « EXEMPLE Anne (Dr) ».
pub fn listed(person: &Person) -> String {
    let name = format!("{} {}", person.last_name.to_uppercase(), person.first_name);
    match title(person.title) {
        Some(title) => format!("{name} ({title})"),
        None => name,
    }
}
