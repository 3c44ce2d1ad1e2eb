//! What a person types for a mailbox, a person or a group, found in what the core lets them know of.

use crate::desk::Desk;
use crate::error::{Error, Named};
use bannette_api::mailboxes::ListMailboxes;
use bannette_api::people::{Group, ListGroups, ListPeople, Person};
use bannette_api::{GroupId, MailboxId, PersonId};
use std::collections::BTreeMap;

/// A mailbox, by its identifier or its address.
pub async fn mailbox(desk: &Desk, text: &str) -> Result<MailboxId, Error> {
    if let Ok(id) = text.parse() {
        return Ok(id);
    }
    let mailboxes = desk.call(ListMailboxes {}).await?;
    let named = mailboxes.iter().filter(|mailbox| same(&mailbox.address, text)).map(|mailbox| mailbox.id);
    only_one(named, Named::Mailbox, text)
}

/// A person, by login.
pub async fn person(desk: &Desk, login: &str) -> Result<PersonId, Error> {
    let people = desk.call(ListPeople {}).await?;
    let named = people.iter().filter(|person| same(&person.login, login)).map(|person| person.id);
    only_one(named, Named::Person, login)
}

/// A group, by name.
pub async fn group(desk: &Desk, name: &str) -> Result<GroupId, Error> {
    let groups = desk.call(ListGroups {}).await?;
    let named = groups.iter().filter(|group| same(&group.name, name)).map(|group| group.id);
    only_one(named, Named::Group, name)
}

fn same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.trim().to_lowercase()
}

fn only_one<T>(mut found: impl Iterator<Item = T>, what: Named, text: &str) -> Result<T, Error> {
    let first = found.next().ok_or_else(|| Error::Unknown { what, name: text.to_owned() })?;
    match found.next() {
        None => Ok(first),
        Some(_) => Err(Error::Usage(format!("Plusieurs portent le nom « {text} » : donnez l’identifiant."))),
    }
}

/// The names of the practice's people and groups, for what is shown.
#[derive(Debug, Default)]
pub struct Names {
    people: BTreeMap<PersonId, Person>,
    groups: BTreeMap<GroupId, Group>,
}

impl Names {
    /// Asks the core for them.
    pub async fn of(desk: &Desk) -> Result<Self, Error> {
        let people = desk.call(ListPeople {}).await?;
        let groups = desk.call(ListGroups {}).await?;
        Ok(Self {
            people: people.into_iter().map(|person| (person.id, person)).collect(),
            groups: groups.into_iter().map(|group| (group.id, group)).collect(),
        })
    }

    /// The names where a person reads, none where a script does: it gets identifiers.
    pub async fn to_show(desk: &Desk) -> Result<Self, Error> {
        if desk.output.is_json() { Ok(Self::default()) } else { Self::of(desk).await }
    }

    /// A person's name.
    pub fn person(&self, id: PersonId) -> String {
        self.people.get(&id).map_or_else(|| id.to_string(), Person::listed)
    }

    /// A person's login.
    pub fn login(&self, id: PersonId) -> String {
        self.people.get(&id).map_or_else(|| id.to_string(), |person| person.login.clone())
    }

    /// A group's name.
    pub fn group(&self, id: GroupId) -> String {
        self.groups.get(&id).map_or_else(|| id.to_string(), |group| group.name.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_name_is_one_thing() {
        let of = |found: &[u8]| only_one(found.iter().copied(), Named::Group, "a");
        assert!(matches!(of(&[1]), Ok(1)));
        assert!(matches!(of(&[]), Err(Error::Unknown { what: Named::Group, name }) if name == "a"));
        assert!(matches!(of(&[1, 2]), Err(Error::Usage(_))));
    }

    #[test]
    fn names_are_compared_without_case() {
        assert!(same("Élodie@Example.org", "élodie@example.ORG "));
        assert!(!same("a@example.org", "b@example.org"));
    }
}
