//! How people are named: the one rule for the window, the command line and what is exported or printed.

use crate::letters::{capitals, lower, upper};
use crate::people::{Person, Title};

impl Title {
    /// As written before a name; empty when there is none.
    #[must_use]
    pub const fn written(self) -> &'static str {
        match self {
            Self::Dr => "Dr",
            Self::Pr => "Pr",
            Self::Mme => "Mme",
            Self::M => "M.",
            Self::None => "",
        }
    }
}

impl Person {
    /// « Dr Virginie EXEMPLE »: in lists, titles, exports and on paper.
    #[must_use]
    pub fn listed(&self) -> String {
        joined(&[self.title.written(), &self.first_name, &capitals(&self.last_name)])
    }

    /// « Dr Exemple », inside a sentence; « Paul Exemple » where there is no title.
    #[must_use]
    pub fn said(&self) -> String {
        if self.title == Title::None { self.said_in_full() } else { joined(&[self.title.written(), &self.last()]) }
    }

    /// « Dr Virginie Exemple », inside a sentence.
    #[must_use]
    pub fn said_in_full(&self) -> String {
        joined(&[self.title.written(), &self.first_name, &self.last()])
    }

    /// « Dr Exemple » inside a sentence, and « Dr Virginie Exemple » where somebody else of these people would be called
    /// the same: a reader must never take one doctor for another.
    #[must_use]
    pub fn said_among(&self, people: &[Self]) -> String {
        let said = self.said();
        let namesake = people.iter().any(|other| other.id != self.id && other.said() == said);
        if namesake { self.said_in_full() } else { said }
    }

    fn last(&self) -> String {
        capitalised(&self.last_name)
    }
}

fn joined(parts: &[&str]) -> String {
    parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(" ")
}

/// A name with capitals at the head of its parts only: « Le-Goff » for `LE-GOFF`.
fn capitalised(name: &str) -> String {
    let mut head = true;
    let mut text = String::with_capacity(name.len());
    for letter in name.chars() {
        text.push(if head { upper(letter) } else { lower(letter) });
        head = !letter.is_alphabetic();
    }
    text
}

#[cfg(test)]
mod tests {
    use crate::people::{Person, Role, Title};

    fn person(number: u16, title: Title, first: &str, last: &str) -> Person {
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
        assert_eq!(derek.listed(), "Dr Derek SHEPERD");
        assert_eq!(derek.said(), "Dr Sheperd");
        let paul = person(2, Title::None, "Paul", "le goff-martin");
        assert_eq!(paul.listed(), "Paul LE GOFF-MARTIN");
        assert_eq!(paul.said(), "Paul Le Goff-Martin");
        assert_eq!(person(3, Title::M, "", "pédicure").listed(), "M. PÉDICURE");
    }

    #[test]
    fn two_of_the_same_name_are_told_apart() {
        let [one, other] =
            [(1, "Anne"), (2, "Marc")].map(|(number, first)| person(number, Title::Dr, first, "EXEMPLE"));
        let madam = person(3, Title::Mme, "Léa", "EXEMPLE");
        let all = [one, other, madam];
        assert_eq!(
            all.each_ref().map(|one| one.said_among(&all)),
            ["Dr Anne Exemple", "Dr Marc Exemple", "Mme Exemple"]
        );
    }
}
