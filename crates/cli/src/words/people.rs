//! People in words.

use bannette_api::people::{Person, Role, Title};

/// What a person does.
pub fn role(role: Role) -> &'static str {
    match role {
        Role::Doctor => "médecin",
        Role::Secretary => "secrétaire",
        Role::Locum => "remplaçant",
        Role::Nurse => "infirmier",
        Role::Other => "autre",
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
