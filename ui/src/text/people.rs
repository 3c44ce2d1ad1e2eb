//! People in words: names, titles, roles.

use bannette_api::letters::{capitals, lower, upper};
use bannette_api::people::{Person, Role, Title};

/// All titles, in the order of a list.
pub const TITLES: [Title; 5] = [Title::Dr, Title::Pr, Title::Mme, Title::M, Title::None];
/// All roles, in the order of a list.
pub const ROLES: [Role; 5] = [Role::Doctor, Role::Locum, Role::Secretary, Role::Nurse, Role::Other];

/// A title as chosen in a list.
#[must_use]
pub fn title_choice(choice: Title) -> &'static str {
    if choice == Title::None { "Sans civilité" } else { choice.written() }
}

/// What a person does; of a woman, where their title says so, in the feminine.
#[must_use]
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

/// What a person does, as chosen in a list.
#[must_use]
pub fn role_choice(role: Role) -> &'static str {
    match role {
        Role::Doctor => "Médecin",
        Role::Secretary => "Secrétaire",
        Role::Locum => "Remplaçant",
        Role::Nurse => "Infirmier",
        Role::Other => "Autre",
    }
}

fn joined(parts: &[&str]) -> String {
    parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(" ")
}

/// « Dr Sheperd », to address somebody; the first name where there is no title.
#[must_use]
pub fn addressed(person: &Person) -> String {
    if person.title == Title::None { person.first_name.clone() } else { person.said() }
}

/// « DS ».
#[must_use]
pub fn initials(person: &Person) -> String {
    [&person.first_name, &person.last_name].iter().filter_map(|name| name.chars().next()).map(upper).collect()
}

/// A patient as the in-tray names them: « EXEMPLE Alice ».
#[must_use]
pub fn patient(last: &str, first: &str) -> String {
    joined(&[&capitals(last), first])
}

/// Letters as compared when somebody looks for a name: lower case, accents off.
#[must_use]
pub fn folded(text: &str) -> String {
    text.chars()
        .map(lower)
        .map(|letter| match letter {
            'à' | 'â' | 'ä' | 'á' | 'ã' => 'a',
            'é' | 'è' | 'ê' | 'ë' => 'e',
            'î' | 'ï' | 'í' | 'ì' => 'i',
            'ô' | 'ö' | 'ó' | 'ò' | 'õ' => 'o',
            'ù' | 'û' | 'ü' | 'ú' => 'u',
            'ç' => 'c',
            'ÿ' => 'y',
            'ñ' => 'n',
            other => other,
        })
        .collect()
}

/// Whether each word looked for begins a word of the text.
#[must_use]
pub fn matches(text: &str, looked_for: &str) -> bool {
    let text = folded(text);
    let words: Vec<&str> = text.split(|letter: char| !letter.is_alphanumeric()).collect();
    folded(looked_for)
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .all(|word| words.iter().any(|candidate| candidate.starts_with(word)))
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// A person for the tests of this folder and of others.
    pub fn person(number: u16, title: Title, first: &str, last: &str) -> Person {
        Person {
            id: format!("00000000-0000-0000-0000-{number:012}").parse().unwrap(),
            login: last.to_lowercase(),
            title,
            first_name: first.to_owned(),
            last_name: last.to_owned(),
            role: Role::Doctor,
            rpps: None,
            administrator: false,
            suspended_since: None,
            departed_at: None,
        }
    }

    #[test]
    fn names_are_written_as_the_place_asks() {
        let derek = person(1, Title::Dr, "Derek", "SHEPERD");
        assert_eq!(addressed(&derek), "Dr Sheperd");
        assert_eq!(initials(&derek), "DS");
        let paul = person(2, Title::None, "Paul", "le goff-martin");
        assert_eq!(addressed(&paul), "Paul");
    }

    #[test]
    fn looking_for_a_name_forgives_case_and_accents() {
        assert!(matches("PÉDICURE Marc", "pedi"));
        assert!(matches("PÉDICURE Marc", "marc péd"));
        assert!(!matches("PÉDICURE Marc", "cure"));
        assert!(matches("PÉDICURE Marc", "  "));
    }
}
