//! The facts of a practice at one epoch, and the one function that turns them into a right.
//!
//! Everything that asks "may they?" (a check, a list, a count, an explanation on the screen) comes here. There must
//! never be a second place that weighs grants.

use crate::rights::Rights;
use bannette_api::people::Role;
use bannette_api::sharing::{Grant, Grantee, Held, Level, MyRight, Path, Reader, Reason};
use bannette_api::{GroupId, MailboxId, PersonId, Timestamp};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Number of the state of all rights of a practice. Every change of a person, a group, a mailbox or a grant bumps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Epoch(pub u64);

/// What the rights need to know of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonFacts {
    /// Who.
    pub id: PersonId,
    /// A suspended person has no right at all; nor has one who departed.
    pub suspended: bool,
    /// Whether the person administers accounts and groups. It gives nothing on contents.
    pub administrator: bool,
    /// What the person does in the practice.
    pub role: Role,
    /// The groups the person is a member of.
    pub groups: BTreeSet<GroupId>,
}

/// What the rights need to know of a mailbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailboxFacts {
    /// Which.
    pub id: MailboxId,
    /// Its owner.
    pub owner: PersonId,
    /// *Partagé*: when false, the grants are kept and count for nothing.
    pub shared: bool,
    /// The rights given.
    pub grants: Vec<Grant>,
}

/// *Bris de glace*: a mailbox that an administrator opened without a right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct BrokenGlass {
    /// Which mailbox.
    pub mailbox: MailboxId,
    /// Who opened it.
    pub person: PersonId,
    /// From when.
    pub begins: Timestamp,
    /// Until when, exclusive.
    pub ends: Timestamp,
}

/// A right of a person on a mailbox that is not what it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Whose.
    pub person: PersonId,
    /// On which mailbox.
    pub mailbox: MailboxId,
    /// What it was.
    pub before: Option<Held>,
    /// What it is.
    pub after: Option<Held>,
}

/// The facts of a whole practice at one epoch.
#[derive(Clone, Debug)]
pub struct Practice {
    epoch: Epoch,
    people: BTreeMap<PersonId, PersonFacts>,
    /// Each with its grants sorted, so that those of one grantee stand side by side and are found by bisection.
    mailboxes: BTreeMap<MailboxId, MailboxFacts>,
    glass: BTreeMap<MailboxId, Vec<BrokenGlass>>,
}

impl Practice {
    /// Gathers the facts. Only what reads them from the store should call this.
    #[must_use]
    pub fn new(
        epoch: Epoch,
        people: impl IntoIterator<Item = PersonFacts>,
        mailboxes: impl IntoIterator<Item = MailboxFacts>,
    ) -> Self {
        let sorted = |mut mailbox: MailboxFacts| {
            mailbox.grants.sort_unstable();
            (mailbox.id, mailbox)
        };
        Self {
            epoch,
            people: people.into_iter().map(|person| (person.id, person)).collect(),
            mailboxes: mailboxes.into_iter().map(sorted).collect(),
            glass: BTreeMap::new(),
        }
    }

    /// The same facts, and the mailboxes that administrators opened without a right.
    #[must_use]
    pub fn with_broken_glass(mut self, all: impl IntoIterator<Item = BrokenGlass>) -> Self {
        for one in all {
            self.glass.entry(one.mailbox).or_default().push(one);
        }
        self.glass.values_mut().for_each(|some| some.sort_unstable());
        self
    }

    /// The number of this state.
    #[must_use]
    pub fn epoch(&self) -> Epoch {
        self.epoch
    }

    /// What `person` may do with `mailbox` at `now`, and why; nothing when there is no right (or no such thing).
    ///
    /// The ways are: owner, given to the person, to a group of theirs, to everyone; and, to an administrator and to read
    /// only, *bris de glace*. A grant counts from its begin until just before its end, and only while the mailbox is shared. The widest level wins, and ends when the last of the
    /// ways that give it ends. A suspended or unknown person has nothing, even on a mailbox of their own.
    #[must_use]
    pub fn effective(&self, person: PersonId, mailbox: MailboxId, now: Timestamp) -> Option<MyRight> {
        let person = self.active(person)?;
        let mailbox = self.mailboxes.get(&mailbox)?;
        let mut reasons = reasons(person, mailbox, now);
        reasons.extend(self.through_glass(person, mailbox.id, now));
        reasons.sort_unstable_by_key(|reason| (Reverse(reason.level), reason.path, latest_first(reason.ends)));
        reasons.dedup();
        let level = reasons.first()?.level;
        // "Without end" (`None`) is the smallest of `latest_first`, hence the latest end.
        let widest = reasons.iter().take_while(|reason| reason.level == level);
        let ends = widest.map(|reason| reason.ends).min_by_key(|ends| latest_first(*ends))?;
        Some(MyRight { owner: mailbox.owner == person.id, level, ends, reasons })
    }

    /// The way of an administrator who opened the mailbox without a right, for as long as it lasts.
    fn through_glass(&self, person: &PersonFacts, mailbox: MailboxId, now: Timestamp) -> impl Iterator<Item = Reason> {
        let opened = self.glass.get(&mailbox).into_iter().flatten();
        let own = opened.filter(move |glass| person.administrator && glass.person == person.id);
        own.filter(move |glass| glass.begins <= now && now < glass.ends).map(|glass| Reason {
            path: Path::BreakGlass,
            level: Level::Read,
            ends: Some(glass.ends),
            motive: None,
        })
    }

    /// Everybody who can read `mailbox` at `now`: the owner first, then by identifier.
    #[must_use]
    pub fn readers(&self, mailbox: MailboxId, now: Timestamp) -> Vec<Reader> {
        let reader = |person: &PersonId| {
            let right = self.effective(*person, mailbox, now)?;
            Some(Reader { person: *person, right })
        };
        let mut readers: Vec<_> = self.people.keys().filter_map(reader).collect();
        readers.sort_by_key(|reader| !reader.right.owner);
        readers
    }

    /// The mailboxes that `person` can read at `now`, and what they may do there.
    pub(crate) fn reach(&self, person: PersonId, now: Timestamp) -> impl Iterator<Item = (MailboxId, MyRight)> {
        self.mailboxes.keys().filter_map(move |mailbox| Some((*mailbox, self.effective(person, *mailbox, now)?)))
    }

    /// The rights of `person` at `now`, from which the proofs of one call are made.
    #[must_use]
    pub fn rights_of(self: &Arc<Self>, person: PersonId, now: Timestamp) -> Rights {
        Rights::new(Arc::clone(self), person, now)
    }

    /// The next moment after `after` at which somebody's right can change by itself: a grant begins or ends. Grants of
    /// mailboxes that are not shared change nothing.
    #[must_use]
    pub fn next_change(&self, after: Timestamp) -> Option<Timestamp> {
        let shared = self.mailboxes.values().filter(|mailbox| mailbox.shared);
        let moments = shared.flat_map(|mailbox| &mailbox.grants).flat_map(|grant| [grant.begins, grant.ends]);
        let glass = self.glass.values().flatten().flat_map(|glass| [Some(glass.begins), Some(glass.ends)]);
        moments.chain(glass).flatten().filter(|moment| *moment > after).min()
    }

    /// The rights that a change of the facts changed at `now`, in the order of people and mailboxes. Only those are looked
    /// at that the change can concern: everybody on a mailbox that changed, a person who changed on every mailbox.
    #[must_use]
    pub fn differences(before: &Self, after: &Self, now: Timestamp) -> Vec<Difference> {
        let ids: BTreeSet<_> = before.mailboxes.keys().chain(after.mailboxes.keys()).copied().collect();
        let everybody: BTreeSet<_> = before.people.keys().chain(after.people.keys()).copied().collect();
        let changed: BTreeSet<_> = ids
            .iter()
            .filter(|id| {
                before.mailboxes.get(id) != after.mailboxes.get(id) || before.glass.get(id) != after.glass.get(id)
            })
            .copied()
            .collect();
        let mut differences = Vec::new();
        for person in &everybody {
            let concerned = if before.people.get(person) == after.people.get(person) { &changed } else { &ids };
            let of = |practice: &Self, mailbox| practice.held(*person, mailbox, now);
            differences.extend(
                concerned
                    .iter()
                    .filter_map(|mailbox| difference(*person, *mailbox, of(before, *mailbox), of(after, *mailbox))),
            );
        }
        differences
    }

    /// The rights that differ between two moments because a date passed, in the order of people and mailboxes.
    #[must_use]
    pub fn turned(&self, from: Timestamp, to: Timestamp) -> Vec<Difference> {
        let passed = |moment: Option<Timestamp>| moment.is_some_and(|moment| from < moment && moment <= to);
        let turns = |mailbox: &MailboxFacts| {
            let glass = self.glass.get(&mailbox.id).into_iter().flatten();
            mailbox.grants.iter().any(|grant| passed(grant.begins) || passed(grant.ends))
                || glass.into_iter().any(|glass| passed(Some(glass.begins)) || passed(Some(glass.ends)))
        };
        let concerned: Vec<_> = self.mailboxes.values().filter(|mailbox| turns(mailbox)).map(|one| one.id).collect();
        let on = |person: PersonId| {
            let differs = move |mailbox: &MailboxId| {
                let of = |at| self.held(person, *mailbox, at);
                difference(person, *mailbox, of(from), of(to))
            };
            concerned.iter().filter_map(differs)
        };
        self.people.keys().flat_map(|person| on(*person)).collect()
    }

    fn held(&self, person: PersonId, mailbox: MailboxId, now: Timestamp) -> Option<Held> {
        self.effective(person, mailbox, now).map(|right| right.held())
    }

    pub(crate) fn people(&self) -> impl Iterator<Item = &PersonFacts> {
        self.people.values()
    }

    pub(crate) fn mailboxes(&self) -> impl Iterator<Item = &MailboxFacts> {
        self.mailboxes.values()
    }

    /// The practice as it would be without the group and the rights given to it or, when `leaving` names people, with the
    /// group and without these in it.
    pub(crate) fn without_group(&self, group: GroupId, leaving: Option<&BTreeSet<PersonId>>) -> Self {
        let mut other = self.clone();
        for person in other.people.values_mut() {
            if leaving.is_none_or(|leaving| leaving.contains(&person.id)) {
                person.groups.remove(&group);
            }
        }
        if leaving.is_none() {
            for mailbox in other.mailboxes.values_mut() {
                mailbox.grants.retain(|grant| grant.to != Grantee::Group(group));
            }
        }
        other
    }

    /// The person, unless unknown or suspended.
    pub(crate) fn active(&self, person: PersonId) -> Option<&PersonFacts> {
        self.people.get(&person).filter(|person| !person.suspended)
    }
}

fn difference(person: PersonId, mailbox: MailboxId, before: Option<Held>, after: Option<Held>) -> Option<Difference> {
    (before != after).then_some(Difference { person, mailbox, before, after })
}

/// The ways by which an active person has a right on a mailbox, in no order.
fn reasons(person: &PersonFacts, mailbox: &MailboxFacts, now: Timestamp) -> Vec<Reason> {
    let mut reasons = Vec::new();
    if mailbox.owner == person.id {
        reasons.push(Reason { path: Path::Owner, level: Level::Send, ends: None, motive: None });
    }
    if mailbox.shared {
        let groups = person.groups.iter().map(|group| (Grantee::Group(*group), Path::Group(*group)));
        let direct = [(Grantee::Person(person.id), Path::Person), (Grantee::Everyone, Path::Everyone)];
        for (grantee, path) in direct.into_iter().chain(groups) {
            let counting = given_to(&mailbox.grants, grantee).filter(|grant| counts_at(grant, now));
            reasons.extend(counting.map(|grant| Reason { path, level: grant.level, ends: grant.ends, motive: None }));
        }
    }
    reasons
}

/// Those of the sorted grants that are given to `grantee`.
fn given_to(sorted: &[Grant], grantee: Grantee) -> impl Iterator<Item = &Grant> {
    let first = sorted.partition_point(|grant| grant.to < grantee);
    sorted.iter().skip(first).take_while(move |grant| grant.to == grantee)
}

/// Whether a grant counts at this moment: from its begin, until just before its end.
fn counts_at(grant: &Grant, now: Timestamp) -> bool {
    grant.begins.is_none_or(|begins| begins <= now) && grant.ends.is_none_or(|ends| now < ends)
}

/// A key that sorts ends: without end first, then the latest.
fn latest_first(ends: Option<Timestamp>) -> Option<Reverse<Timestamp>> {
    ends.map(Reverse)
}
