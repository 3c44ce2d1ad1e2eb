//! An independent model of the rights, as plain tables and plain loops.
//!
//! It knows nothing of how the crate computes: it writes down every fact "this person, this mailbox, by this way, at
//! this level, from then to then", keeps those that hold, and takes the greatest.

use bannette_api::people::Role;
use bannette_api::sharing::{Grant, Grantee, Level, MyRight, Path, Reason};
use bannette_api::{GroupId, MailboxId, PersonId, Timestamp};
use bannette_rights::{BrokenGlass, Difference, Epoch, MailboxFacts, PersonFacts, Practice};
use std::collections::BTreeSet;
use std::sync::Arc;
use uuid::Uuid;

pub fn person(n: u128) -> PersonId {
    PersonId(Uuid::from_u128(0x100 + n))
}

pub fn group(n: u128) -> GroupId {
    GroupId(Uuid::from_u128(0x200 + n))
}

pub fn mailbox(n: u128) -> MailboxId {
    MailboxId(Uuid::from_u128(0x300 + n))
}

#[derive(Clone, Debug)]
pub struct PersonRow {
    pub id: PersonId,
    pub suspended: bool,
    pub administrator: bool,
    pub role: Role,
}

#[derive(Clone, Debug)]
pub struct MailboxRow {
    pub id: MailboxId,
    pub owner: PersonId,
    pub shared: bool,
}

/// A practice as tables.
#[derive(Clone, Debug, Default)]
pub struct World {
    pub people: Vec<PersonRow>,
    pub members: Vec<(PersonId, GroupId)>,
    pub mailboxes: Vec<MailboxRow>,
    pub grants: Vec<(MailboxId, Grant)>,
    pub glass: Vec<BrokenGlass>,
}

/// One way by which somebody has something for a time.
struct Fact {
    person: PersonId,
    mailbox: MailboxId,
    path: Path,
    level: Level,
    begins: i64,
    ends: Option<i64>,
}

impl World {
    /// The same practice, as the crate takes it.
    pub fn practice(&self, epoch: u64) -> Arc<Practice> {
        let groups_of = |id| self.members.iter().filter(|(member, _)| *member == id).map(|(_, group)| *group).collect();
        let people = self.people.iter().map(|row| PersonFacts {
            id: row.id,
            suspended: row.suspended,
            administrator: row.administrator,
            role: row.role,
            groups: groups_of(row.id),
        });
        let grants_of = |id| self.grants.iter().filter(|(on, _)| *on == id).map(|(_, grant)| *grant).collect();
        let mailboxes = self.mailboxes.iter().map(|row| MailboxFacts {
            id: row.id,
            owner: row.owner,
            shared: row.shared,
            grants: grants_of(row.id),
        });
        Arc::new(Practice::new(Epoch(epoch), people, mailboxes).with_broken_glass(self.glass.iter().copied()))
    }

    fn facts(&self) -> Vec<Fact> {
        let mut facts = Vec::new();
        for person in self.people.iter().filter(|person| !person.suspended) {
            for mailbox in &self.mailboxes {
                let fact = |path, level, begins: Option<Timestamp>, ends: Option<Timestamp>| Fact {
                    person: person.id,
                    mailbox: mailbox.id,
                    path,
                    level,
                    begins: begins.map_or(i64::MIN, |begins| begins.0),
                    ends: ends.map(|ends| ends.0),
                };
                if person.id == mailbox.owner {
                    facts.push(fact(Path::Owner, Level::Send, None, None));
                }
                for glass in &self.glass {
                    if glass.mailbox == mailbox.id && glass.person == person.id && person.administrator {
                        facts.push(fact(Path::BreakGlass, Level::Read, Some(glass.begins), Some(glass.ends)));
                    }
                }
                for (on, grant) in &self.grants {
                    if *on != mailbox.id || !mailbox.shared {
                        continue;
                    }
                    let path = match grant.to {
                        Grantee::Everyone => Some(Path::Everyone),
                        Grantee::Person(to) => (to == person.id).then_some(Path::Person),
                        Grantee::Group(to) => self.members.contains(&(person.id, to)).then_some(Path::Group(to)),
                    };
                    facts.extend(path.map(|path| fact(path, grant.level, grant.begins, grant.ends)));
                }
            }
        }
        facts
    }

    /// What the right must be, with its reasons in order.
    pub fn effective(&self, person: PersonId, mailbox: MailboxId, now: i64) -> Option<MyRight> {
        let mut reasons: Vec<Reason> = Vec::new();
        for fact in self.facts() {
            let concerns = fact.person == person && fact.mailbox == mailbox;
            let holds = fact.begins <= now && fact.ends.is_none_or(|ends| ends > now);
            let reason = Reason { path: fact.path, level: fact.level, ends: fact.ends.map(Timestamp), motive: None };
            if concerns && holds && !reasons.contains(&reason) {
                reasons.push(reason);
            }
        }
        reasons.sort_by(|a, b| {
            let end = |reason: &Reason| reason.ends.map_or(i128::MAX, |ends| i128::from(ends.0));
            b.level.cmp(&a.level).then(a.path.cmp(&b.path)).then(end(b).cmp(&end(a)))
        });
        let level = reasons.iter().map(|reason| reason.level).max()?;
        let ends: Vec<_> = reasons.iter().filter(|reason| reason.level == level).map(|reason| reason.ends).collect();
        let ends = if ends.contains(&None) { None } else { ends.into_iter().flatten().max() };
        let owner = reasons.iter().any(|reason| reason.path == Path::Owner);
        Some(MyRight { owner, level, ends, reasons })
    }
}

/// All rights that differ between two practices or two moments, by asking for every one of both.
pub fn differences((before, at): (&World, i64), (after, to): (&World, i64)) -> Vec<Difference> {
    let people = before.people.iter().chain(&after.people).map(|row| row.id);
    let people: BTreeSet<_> = people.collect();
    let mailboxes: BTreeSet<_> = before.mailboxes.iter().chain(&after.mailboxes).map(|row| row.id).collect();
    let mut all = Vec::new();
    for person in people {
        for mailbox in &mailboxes {
            let was = before.effective(person, *mailbox, at).map(|right| right.held());
            let is = after.effective(person, *mailbox, to).map(|right| right.held());
            if was != is {
                all.push(Difference { person, mailbox: *mailbox, before: was, after: is });
            }
        }
    }
    all
}
