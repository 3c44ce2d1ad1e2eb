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
    /// Those who can no longer read: for good, or until `ends`.
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

/// Moments in order, each once.
fn in_order(moments: impl Iterator<Item = Timestamp>) -> Vec<Timestamp> {
    let mut sorted = Vec::new();
    for moment in moments {
        let place = sorted.partition_point(|other| *other < moment);
        if sorted.get(place) != Some(&moment) {
            sorted.insert(place, moment);
        }
    }
    sorted
}

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
        let turns = in_order(std::iter::once(self.now).chain(turns));
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
            let turns = in_order(had.iter().chain(&has).map(|(since, _)| *since));
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
                    let gain = if at(has, begins) == Some(Level::Send) {
                        &mut effect.gain_send
                    } else {
                        &mut effect.gain_read
                    };
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
            (_, None) => (&mut effect.lose_all, change(None, first_right(has))),
        };
        list.push(change);
    }
}

#[cfg(test)]
mod tests;
