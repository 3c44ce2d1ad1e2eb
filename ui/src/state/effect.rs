//! What a change of sharing does to whom, computed before it is made, so that the person decides with open eyes.
//!
//! It foretells; it decides nothing. The core computes the rights that count.

use bannette_api::people::{Group, Person};
use bannette_api::sharing::{Grant, Grantee, Level};
use bannette_api::{PersonId, Timestamp};

/// Somebody whose right changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Who.
    pub person: PersonId,
    /// From when, if not at once.
    pub begins: Option<Timestamp>,
    /// Until when.
    pub ends: Option<Timestamp>,
}

/// What changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Effect {
    /// Those who can read from now on, and could not.
    pub gain_read: Vec<Change>,
    /// Those who can read and send from now on, and could not send.
    pub gain_send: Vec<Change>,
    /// Those who can still read and no longer send.
    pub lose_send: Vec<Change>,
    /// Those who can no longer read.
    pub lose_all: Vec<Change>,
}

impl Effect {
    /// Nothing changes.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.gain_read.is_empty() && self.gain_send.is_empty() && self.lose_send.is_empty() && self.lose_all.is_empty()
    }
}

/// A state of sharing.
#[derive(Clone, Copy, Debug)]
pub struct Shares<'a> {
    /// *Partagé*.
    pub shared: bool,
    /// The rights given.
    pub grants: &'a [Grant],
}

/// The practice, as the computation needs it.
#[derive(Clone, Copy, Debug)]
pub struct Practice<'a> {
    /// Its people.
    pub people: &'a [Person],
    /// Its groups.
    pub groups: &'a [Group],
    /// The mailbox's owner, whose right never changes here.
    pub owner: PersonId,
    /// Now.
    pub now: Timestamp,
}

/// A right that somebody has or will have: the widest, then the earliest, then the longest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    /// What.
    pub level: Level,
    /// From when, if not yet.
    pub begins: Option<Timestamp>,
    /// Until when.
    pub ends: Option<Timestamp>,
}

impl Held {
    /// A key that grows with the right.
    fn width(self) -> (Level, std::cmp::Reverse<i64>, i64) {
        let begins = self.begins.map_or(i64::MIN, |at| at.0);
        (self.level, std::cmp::Reverse(begins), self.ends.map_or(i64::MAX, |at| at.0))
    }
}

impl Practice<'_> {
    /// Whether a grant reaches a person.
    fn reaches(&self, to: Grantee, person: PersonId) -> bool {
        match to {
            Grantee::Everyone => true,
            Grantee::Person(other) => other == person,
            Grantee::Group(id) => self.groups.iter().any(|group| group.id == id && group.members.contains(&person)),
        }
    }

    /// The widest right that these shares give a person, now or later.
    #[must_use]
    pub fn held(&self, shares: Shares<'_>, person: PersonId) -> Option<Held> {
        if !shares.shared {
            return None;
        }
        shares
            .grants
            .iter()
            .filter(|grant| grant.ends.is_none_or(|ends| ends > self.now) && self.reaches(grant.to, person))
            .map(|grant| Held {
                level: grant.level,
                begins: grant.begins.filter(|begins| *begins > self.now),
                ends: grant.ends,
            })
            .max_by_key(|held| held.width())
    }

    /// The people whom sharing can concern: neither the owner nor the suspended.
    pub fn concerned(&self) -> impl Iterator<Item = &Person> {
        self.people.iter().filter(|person| person.id != self.owner && person.suspended_since.is_none())
    }

    /// Who gains and who loses from `before` to `after`.
    #[must_use]
    pub fn effect(&self, before: Shares<'_>, after: Shares<'_>) -> Effect {
        let mut effect = Effect::default();
        for person in self.concerned() {
            let (had, has) = (self.held(before, person.id), self.held(after, person.id));
            let change = |held: Held| Change { person: person.id, begins: held.begins, ends: held.ends };
            match (had.map(|held| held.level), has) {
                (None, Some(held)) if held.level == Level::Read => effect.gain_read.push(change(held)),
                (None | Some(Level::Read), Some(held)) if held.level == Level::Send => {
                    effect.gain_send.push(change(held))
                }
                (Some(Level::Send), Some(held)) if held.level == Level::Read => effect.lose_send.push(change(held)),
                (Some(_), None) => effect.lose_all.push(Change { person: person.id, begins: None, ends: None }),
                _ => {}
            }
        }
        effect
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::people::tests::person;
    use bannette_api::people::Title;

    const NOW: Timestamp = Timestamp(1_000_000);

    fn grant(to: Grantee, level: Level) -> Grant {
        Grant { to, level, begins: None, ends: None }
    }

    /// Four people (the owner first), of whom 2 and 3 are a group.
    fn practice() -> (Vec<Person>, Vec<Group>) {
        let people: Vec<Person> = (1..=4).map(|number| person(number, Title::None, "P", "N")).collect();
        let id = "00000000-0000-0000-0000-000000000099".parse().unwrap();
        let members = vec![people[1].id, people[2].id];
        (people, vec![Group { id, name: "Secrétariat".into(), members }])
    }

    fn who(changes: &[Change]) -> Vec<PersonId> {
        changes.iter().map(|change| change.person).collect()
    }

    #[test]
    fn a_group_and_a_person_overlap_and_the_widest_wins() {
        let (people, groups) = practice();
        let practice = Practice { people: &people, groups: &groups, owner: people[0].id, now: NOW };
        let before = [grant(Grantee::Group(groups[0].id), Level::Read)];
        let after = [before[0], grant(Grantee::Person(people[1].id), Level::Send)];
        let effect = practice.effect(Shares { shared: true, grants: &before }, Shares { shared: true, grants: &after });
        assert_eq!(who(&effect.gain_send), [people[1].id]);
        assert!(effect.gain_read.is_empty() && effect.lose_all.is_empty() && effect.lose_send.is_empty());
        let back = practice.effect(Shares { shared: true, grants: &after }, Shares { shared: true, grants: &before });
        assert_eq!(who(&back.lose_send), [people[1].id]);
    }

    #[test]
    fn everyone_is_all_but_the_owner_and_the_suspended() {
        let (mut people, groups) = practice();
        people[3].suspended_since = Some(NOW);
        let practice = Practice { people: &people, groups: &groups, owner: people[0].id, now: NOW };
        let after = [grant(Grantee::Everyone, Level::Read)];
        let effect = practice.effect(Shares { shared: true, grants: &[] }, Shares { shared: true, grants: &after });
        assert_eq!(who(&effect.gain_read), [people[1].id, people[2].id]);
    }

    #[test]
    fn not_shared_means_that_nobody_reads() {
        let (people, groups) = practice();
        let practice = Practice { people: &people, groups: &groups, owner: people[0].id, now: NOW };
        let grants = [grant(Grantee::Group(groups[0].id), Level::Send)];
        let effect =
            practice.effect(Shares { shared: true, grants: &grants }, Shares { shared: false, grants: &grants });
        assert_eq!(who(&effect.lose_all), [people[1].id, people[2].id]);
    }

    #[test]
    fn what_is_over_counts_for_nothing_and_what_comes_says_when() {
        let (people, groups) = practice();
        let practice = Practice { people: &people, groups: &groups, owner: people[0].id, now: NOW };
        let to = Grantee::Person(people[1].id);
        let over = [Grant { to, level: Level::Send, begins: None, ends: Some(NOW) }];
        assert_eq!(practice.held(Shares { shared: true, grants: &over }, people[1].id), None);
        let later = [Grant { to, level: Level::Send, begins: Some(NOW.plus(5)), ends: None }];
        let effect = practice.effect(Shares { shared: true, grants: &over }, Shares { shared: true, grants: &later });
        assert_eq!(effect.gain_send.first().and_then(|change| change.begins), Some(NOW.plus(5)));
    }
}
