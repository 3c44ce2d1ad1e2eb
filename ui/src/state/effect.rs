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

/// What changes. Each person stands in one list at the most: for the first moment at which something differs for them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Effect {
    /// Those who can read, and could not.
    pub gain_read: Vec<Change>,
    /// Those who can read and send, and could not send.
    pub gain_send: Vec<Change>,
    /// Those whose right lasts longer than it would have.
    pub longer: Vec<Change>,
    /// Those whose right ends (or narrows) earlier than it would have: `ends` says when.
    pub sooner: Vec<Change>,
    /// Those whose right was to come, and comes at other dates.
    pub moved: Vec<Change>,
    /// Those whose right (or whose wider right) was to come at `begins`, and does not.
    pub dropped: Vec<Change>,
    /// Those who can still read and no longer send.
    pub lose_send: Vec<Change>,
    /// Those who can no longer read.
    pub lose_all: Vec<Change>,
}

impl Effect {
    /// Its lists.
    #[must_use]
    pub fn lists(&self) -> [&Vec<Change>; 8] {
        [
            &self.gain_read,
            &self.gain_send,
            &self.longer,
            &self.sooner,
            &self.moved,
            &self.dropped,
            &self.lose_send,
            &self.lose_all,
        ]
    }

    /// Nothing changes.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.lists().iter().all(|list| list.is_empty())
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

/// What somebody may do from now on: the level from each moment until the next. It begins now, and neighbours differ.
type Course = Vec<(Timestamp, Option<Level>)>;

/// What a course gives at a moment.
fn at(course: &Course, moment: Timestamp) -> Option<Level> {
    course.iter().rev().find(|(since, _)| *since <= moment).and_then(|(_, level)| *level)
}

/// What it gave until just before a moment.
fn just_before(course: &Course, moment: Timestamp) -> Option<Level> {
    course.iter().rev().find(|(since, _)| *since < moment).and_then(|(_, level)| *level)
}

/// When it no longer gives what it gives at a moment.
fn end_of(course: &Course, moment: Timestamp) -> Option<Timestamp> {
    let level = at(course, moment);
    course.iter().find(|(since, later)| *since > moment && *later < level).map(|(since, _)| *since)
}

/// The first moment at which it gives anything.
fn first_right(course: &Course) -> Option<Timestamp> {
    course.iter().find(|(_, level)| level.is_some()).map(|(since, _)| *since)
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

    /// What these shares give a person, from now on.
    fn course(&self, shares: Shares<'_>, person: PersonId) -> Course {
        let given = shares.grants.iter().filter(|grant| shares.shared && self.reaches(grant.to, person));
        let given: Vec<&Grant> = given.filter(|grant| grant.ends.is_none_or(|ends| ends > self.now)).collect();
        let turns = given.iter().flat_map(|grant| [grant.begins, grant.ends]).flatten().filter(|at| *at > self.now);
        let mut turns: Vec<Timestamp> = std::iter::once(self.now).chain(turns).collect();
        turns.sort_unstable();
        let level = |at: Timestamp| {
            let counts = |grant: &&&Grant| {
                grant.begins.is_none_or(|begins| begins <= at) && grant.ends.is_none_or(|ends| at < ends)
            };
            given.iter().filter(counts).map(|grant| grant.level).max()
        };
        let mut course: Course = turns.into_iter().map(|at| (at, level(at))).collect();
        course.dedup_by_key(|(_, level)| *level);
        course
    }

    /// From when somebody has access by these shares; nothing when they have none, now or later.
    #[must_use]
    pub fn access(&self, shares: Shares<'_>, person: PersonId) -> Option<Timestamp> {
        first_right(&self.course(shares, person))
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
            let (had, has) = (self.course(before, person.id), self.course(after, person.id));
            let mut turns: Vec<Timestamp> = had.iter().chain(&has).map(|(since, _)| *since).collect();
            turns.sort_unstable();
            if let Some(turn) = turns.into_iter().find(|turn| at(&had, *turn) != at(&has, *turn)) {
                self.note(&mut effect, person.id, turn, &had, &has);
            }
        }
        effect
    }

    /// Notes what differs first for a person, at `turn`.
    fn note(&self, effect: &mut Effect, person: PersonId, turn: Timestamp, had: &Course, has: &Course) {
        let later = (turn > self.now).then_some(turn);
        let (old, new) = (at(had, turn), at(has, turn));
        let change = |begins, ends| Change { person, begins, ends };
        if later.is_some() && at(had, self.now).is_none() && at(has, self.now).is_none() {
            // No right at this moment: what differs is a right to come.
            return match (first_right(had), first_right(has)) {
                (None, Some(begins)) => {
                    let gain =
                        if at(has, begins) == Some(Level::Send) { &mut effect.gain_send } else { &mut effect.gain_read };
                    gain.push(change(Some(begins), end_of(has, begins)));
                }
                (_, Some(begins)) => effect.moved.push(change(Some(begins), end_of(has, begins))),
                (begins, None) => effect.dropped.push(change(begins, None)),
            };
        }
        let until_then = later.and_then(|turn| just_before(has, turn));
        let (list, change) = match (old, new) {
            _ if new > old && until_then >= new => (&mut effect.longer, change(None, end_of(has, turn))),
            (_, Some(Level::Send)) => (&mut effect.gain_send, change(later, end_of(has, turn))),
            (None, Some(Level::Read)) => (&mut effect.gain_read, change(later, end_of(has, turn))),
            _ if later.is_some() && until_then >= old => (&mut effect.sooner, change(None, later)),
            _ if later.is_some() => (&mut effect.dropped, change(later, None)),
            (_, Some(Level::Read)) => (&mut effect.lose_send, change(None, end_of(has, turn))),
            (_, None) => (&mut effect.lose_all, change(None, None)),
        };
        list.push(change);
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
        assert_eq!(practice.access(Shares { shared: true, grants: &over }, people[1].id), None);
        let later = [Grant { to, level: Level::Send, begins: Some(NOW.plus(5)), ends: None }];
        assert_eq!(practice.access(Shares { shared: true, grants: &later }, people[1].id), Some(NOW.plus(5)));
        let effect = practice.effect(Shares { shared: true, grants: &over }, Shares { shared: true, grants: &later });
        assert_eq!(effect.gain_send.first().and_then(|change| change.begins), Some(NOW.plus(5)));
    }

    #[test]
    fn dates_that_move_are_told() {
        let (people, groups) = practice();
        let practice = Practice { people: &people, groups: &groups, owner: people[0].id, now: NOW };
        let one = |begins: Option<i64>, ends: Option<i64>, level| {
            let at = |moment: i64| NOW.plus(moment);
            [Grant { to: Grantee::Person(people[1].id), level, begins: begins.map(at), ends: ends.map(at) }]
        };
        let effect = |before: &[Grant], after: &[Grant]| {
            practice.effect(Shares { shared: true, grants: before }, Shares { shared: true, grants: after })
        };
        let first = |list: &[Change]| list.first().map(|change| (change.begins, change.ends));
        let (read, send) = (Level::Read, Level::Send);
        let endless = one(None, None, read);
        assert_eq!(first(&effect(&endless, &one(None, Some(9), read)).sooner), Some((None, Some(NOW.plus(9)))));
        assert_eq!(first(&effect(&one(None, Some(9), read), &endless).longer), Some((None, None)));
        let coming = one(Some(3), Some(9), read);
        let moved = effect(&coming, &one(Some(5), Some(8), read));
        assert_eq!(first(&moved.moved), Some((Some(NOW.plus(5)), Some(NOW.plus(8)))));
        assert_eq!(first(&effect(&coming, &[]).dropped), Some((Some(NOW.plus(3)), None)));
        assert_eq!(first(&effect(&coming, &endless).gain_read), Some((None, None)));
        assert_eq!(first(&effect(&one(None, None, send), &one(None, None, read)).lose_send), Some((None, None)));
        assert!(effect(&coming, &coming).is_nothing());
    }

    mod agreement {
        //! What is foretold against what the rights say before and after.

        use super::*;
        use bannette_rights::{Epoch, MailboxFacts, PersonFacts};
        use proptest::prelude::*;
        use std::collections::BTreeSet;

        const PEOPLE: u16 = 5;
        const GROUPS: u32 = 2;
        const MOMENTS: i64 = 6;

        fn person_id(number: u16) -> PersonId {
            person(number, Title::None, "P", "N").id
        }

        fn group_id(number: u32) -> bannette_api::GroupId {
            format!("00000000-0000-0000-0001-{number:012}").parse().unwrap()
        }

        fn grants() -> impl Strategy<Value = Vec<Grant>> {
            let to = prop_oneof![
                Just(Grantee::Everyone),
                (0..GROUPS).prop_map(|number| Grantee::Group(group_id(number))),
                (0..PEOPLE).prop_map(|number| Grantee::Person(person_id(number))),
            ];
            let level = prop::sample::select(vec![Level::Read, Level::Send]);
            // Some moments are past, one is now.
            let moment = || prop::option::of((-2..MOMENTS).prop_map(|moment| NOW.plus(moment)));
            let grant = (to, level, moment(), moment());
            prop::collection::vec(grant.prop_map(|(to, level, begins, ends)| Grant { to, level, begins, ends }), 0..5)
        }

        prop_compose! {
            fn worlds()(
                suspended in prop::collection::vec(any::<bool>(), usize::from(PEOPLE)),
                members in prop::collection::vec(prop::collection::vec(any::<bool>(), usize::from(PEOPLE)), 2),
            ) -> (Vec<Person>, Vec<Group>) {
                let people: Vec<Person> = (0..PEOPLE).map(|number| {
                    let mut one = person(number, Title::None, "P", "N");
                    one.suspended_since = suspended[usize::from(number)].then_some(NOW);
                    one
                }).collect();
                let groups = members.iter().enumerate().map(|(number, within)| {
                    let members = people.iter().zip(within).filter(|(_, within)| **within).map(|(one, _)| one.id);
                    Group { id: group_id(u32::try_from(number).unwrap()), name: "G".into(), members: members.collect() }
                }).collect();
                (people, groups)
            }
        }

        /// The practice as the rights see it.
        fn facts(people: &[Person], groups: &[Group], shares: Shares<'_>) -> bannette_rights::Practice {
            let within = |id| groups.iter().filter(move |group| group.members.contains(&id)).map(|group| group.id);
            let people = people.iter().map(|one| PersonFacts {
                id: one.id,
                suspended: one.suspended_since.is_some(),
                administrator: false,
                role: one.role,
                groups: within(one.id).collect::<BTreeSet<_>>(),
            });
            let mailbox = MailboxFacts {
                id: mailbox(),
                owner: person_id(0),
                shared: shares.shared,
                grants: shares.grants.to_vec(),
            };
            bannette_rights::Practice::new(Epoch(1), people, [mailbox])
        }

        fn mailbox() -> bannette_api::MailboxId {
            "00000000-0000-0000-0002-000000000000".parse().unwrap()
        }

        proptest! {
            #[test]
            fn what_is_foretold_is_what_the_rights_will_say(
                (people, groups) in worlds(),
                (old_shared, old) in (any::<bool>(), grants()),
                (new_shared, new) in (any::<bool>(), grants()),
            ) {
                let practice = Practice { people: &people, groups: &groups, owner: person_id(0), now: NOW };
                let before = Shares { shared: old_shared, grants: &old };
                let after = Shares { shared: new_shared, grants: &new };
                let effect = practice.effect(before, after);
                let (had, has) = (facts(&people, &groups, before), facts(&people, &groups, after));
                let level = |facts: &bannette_rights::Practice, who, at| {
                    facts.effective(who, mailbox(), at).map(|right| right.level)
                };
                let moments: Vec<Timestamp> = (0..=MOMENTS).map(|moment| NOW.plus(moment)).collect();
                let told = |who| effect.lists().map(|list| list.iter().find(|change| change.person == who).cloned());
                for one in &people {
                    let who = one.id;
                    let differs = moments.iter().find(|at| level(&had, who, **at) != level(&has, who, **at));
                    let told = told(who);
                    prop_assert_eq!(told.iter().flatten().count(), usize::from(differs.is_some()), "{:?}", effect);
                    let [gain_read, gain_send, longer, sooner, moved, dropped, lose_send, lose_all] = told;
                    // What differs at once.
                    let (old, new) = (level(&had, who, NOW), level(&has, who, NOW));
                    let at_once = |change: &Option<Change>| change.as_ref().is_some_and(|change| change.begins.is_none());
                    prop_assert_eq!(at_once(&gain_read), (old, new) == (None, Some(Level::Read)));
                    prop_assert_eq!(at_once(&gain_send), old < new && new == Some(Level::Send));
                    prop_assert_eq!(lose_send.is_some(), (old, new) == (Some(Level::Send), Some(Level::Read)));
                    prop_assert_eq!(lose_all.is_some(), old.is_some() && new.is_none());
                    // What differs later.
                    for gain in [&gain_read, &gain_send, &moved, &longer].into_iter().flatten() {
                        let from = gain.begins.unwrap_or(NOW);
                        let held = level(&has, who, from);
                        prop_assert!(held.is_some());
                        let lasts = |at: &&Timestamp| **at >= from && gain.ends.is_none_or(|ends| **at < ends);
                        let least = if longer.is_some() { Some(Level::Read) } else { held };
                        prop_assert!(moments.iter().filter(lasts).all(|at| level(&has, who, *at) >= least));
                        if let Some(ends) = gain.ends {
                            prop_assert!(level(&has, who, ends) < level(&has, who, ends.plus(-1)));
                        }
                    }
                    if let Some(later) = gain_read.or(gain_send).and_then(|gain| gain.begins) {
                        prop_assert!(level(&had, who, later) < level(&has, who, later));
                    }
                    if let Some(ends) = sooner.and_then(|change| change.ends) {
                        prop_assert!(level(&has, who, ends) < level(&had, who, ends));
                        prop_assert_eq!(level(&has, who, ends.plus(-1)), level(&had, who, ends.plus(-1)));
                    }
                    if let Some(begins) = dropped.and_then(|change| change.begins) {
                        prop_assert!(level(&has, who, begins) < level(&had, who, begins));
                    }
                    // And who has access, now or later.
                    if who != person_id(0) && one.suspended_since.is_none() {
                        let first = moments.iter().find(|at| level(&has, who, **at).is_some());
                        prop_assert_eq!(practice.access(after, who), first.copied());
                    }
                }
            }
        }
    }
}
