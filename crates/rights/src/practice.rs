//! The facts of a practice at one epoch, and the one function that turns them into a right.
//!
//! Everything that asks "may they?" (a check, a list, a count, an explanation on the screen) comes here. There must
//! never be a second place that weighs grants.

use crate::rights::Rights;
use bannette_api::people::Role;
use bannette_api::sharing::{Grant, Grantee, Level, MyRight, Path, Reader, Reason};
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
    /// A suspended person has no right at all.
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

/// The facts of a whole practice at one epoch.
#[derive(Clone, Debug)]
pub struct Practice {
    epoch: Epoch,
    people: BTreeMap<PersonId, PersonFacts>,
    /// Each with its grants sorted, so that those of one grantee stand side by side and are found by bisection.
    mailboxes: BTreeMap<MailboxId, MailboxFacts>,
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
        }
    }

    /// The number of this state.
    #[must_use]
    pub fn epoch(&self) -> Epoch {
        self.epoch
    }

    /// What `person` may do with `mailbox` at `now`, and why; nothing when there is no right (or no such thing).
    ///
    /// The ways are: owner, given to the person, to a group of theirs, to everyone. A grant counts from its begin until
    /// just before its end, and only while the mailbox is shared. The widest level wins, and ends when the last of the
    /// ways that give it ends. A suspended or unknown person has nothing, even on a mailbox of their own.
    #[must_use]
    pub fn effective(&self, person: PersonId, mailbox: MailboxId, now: Timestamp) -> Option<MyRight> {
        let person = self.active(person)?;
        let mailbox = self.mailboxes.get(&mailbox)?;
        let mut reasons = reasons(person, mailbox, now);
        reasons.sort_unstable_by_key(|reason| (Reverse(reason.level), reason.path, latest_first(reason.ends)));
        reasons.dedup();
        let level = reasons.first()?.level;
        // "Without end" (`None`) is the smallest of `latest_first`, hence the latest end.
        let widest = reasons.iter().take_while(|reason| reason.level == level);
        let ends = widest.map(|reason| reason.ends).min_by_key(|ends| latest_first(*ends))?;
        Some(MyRight { owner: mailbox.owner == person.id, level, ends, reasons })
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
        moments.flatten().filter(|moment| *moment > after).min()
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

/// The ways by which an active person has a right on a mailbox, in no order.
fn reasons(person: &PersonFacts, mailbox: &MailboxFacts, now: Timestamp) -> Vec<Reason> {
    let mut reasons = Vec::new();
    if mailbox.owner == person.id {
        reasons.push(Reason { path: Path::Owner, level: Level::Send, ends: None });
    }
    if mailbox.shared {
        let groups = person.groups.iter().map(|group| (Grantee::Group(*group), Path::Group(*group)));
        let direct = [(Grantee::Person(person.id), Path::Person), (Grantee::Everyone, Path::Everyone)];
        for (grantee, path) in direct.into_iter().chain(groups) {
            let counting = given_to(&mailbox.grants, grantee).filter(|grant| counts_at(grant, now));
            reasons.extend(counting.map(|grant| Reason { path, level: grant.level, ends: grant.ends }));
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
