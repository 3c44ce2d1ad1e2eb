//! A practice of three people, two groups and two mailboxes, whole, against a model that computes with digits.
//!
//! Each of the six grantees of a mailbox (everyone, two groups, three people) has no grant or one: to read or to send,
//! without dates, current, over, or to come: nine states, a digit. A mailbox is a number of six digits, of which there are
//! 531,441; with 64 memberships, 8 suspensions and 4 ways of sharing two mailboxes, the whole would be 10^14 practices.
//! What is left out is left out because it cannot matter, and each time something varies that would show if it did:
//!
//! - *Of six digits four concern a person*: everyone's, the groups', their own. All 6,561 of these are tried for each
//!   person with each of the person's four memberships. The digits of the two others go along (their own, plus one, plus
//!   two, with a shift that turns), so that every person meets the others' grants in every state.
//! - *A membership concerns the member*: the three people go through the four sets side by side, shifted, and not through
//!   all 64 assignments; these are tried with fewer grants in the second test.
//! - *A mailbox concerns itself*: both mailboxes are asked in every practice, the second with the digits of the first read
//!   backwards, so that both go through all of them, never with the same ones.
//! - *Suspension and sharing are gates before the grants*: every practice is asked open, and once more with one of the 31
//!   other settings of the gates, in turn; all 32 with all 64 memberships stand in the second test.
#![allow(clippy::indexing_slicing, reason = "a test fails by panicking")]

use crate::naive::{group, mailbox, person};
use bannette_api::Timestamp;
use bannette_api::people::Role;
use bannette_api::sharing::{Grant, Grantee, Level, Path};
use bannette_rights::{Epoch, MailboxFacts, PersonFacts, Practice};
use std::collections::BTreeSet;

const NOW: i64 = 100;
/// What a digit says: the level (0 none, 1 to read, 2 to send), begin and end; 0 for no date.
const STATES: [(u8, i64, i64); 9] = [
    (0, 0, 0),
    (1, 0, 0),
    (1, 50, 150),
    (1, 50, 100),
    (1, 101, 150),
    (2, 0, 0),
    (2, 100, 160),
    (2, 0, 90),
    (2, 120, 0),
];

/// The digits of a mailbox: everyone, the two groups, the three people.
type Digits = [usize; 6];

/// A practice: for each mailbox its digits and whether it is shared; for each person the groups (bits) and suspension.
struct Small {
    digits: [Digits; 2],
    shared: [bool; 2],
    members: [usize; 3],
    suspended: [bool; 3],
}

/// What the model says: the owner, the level, the end (0: none), and by which ways.
type Told = Option<(bool, u8, i64, BTreeSet<usize>)>;

impl Small {
    /// Person `n` owns mailbox `n`; the third owns none.
    fn told(&self, who: usize, on: usize) -> Told {
        if self.suspended[who] {
            return None;
        }
        // The way of the owner stands before the six grantees.
        let mut ways = BTreeSet::new();
        let (mut level, mut ends) = (0, 0);
        if who == on {
            (level, ends) = (2, i64::MAX);
            ways.insert(0);
        }
        let concerns = [true, self.members[who] & 1 != 0, self.members[who] & 2 != 0, who == 0, who == 1, who == 2];
        for (place, digit) in self.digits[on].into_iter().enumerate() {
            let (given, from, to) = STATES[digit];
            let to = if to == 0 { i64::MAX } else { to };
            if given == 0 || !self.shared[on] || !concerns[place] || NOW < from || to <= NOW {
                continue;
            }
            ways.insert(place + 1);
            ends = match given.cmp(&level) {
                std::cmp::Ordering::Greater => to,
                std::cmp::Ordering::Equal => ends.max(to),
                std::cmp::Ordering::Less => ends,
            };
            level = level.max(given);
        }
        (level > 0).then_some((who == on, level, if ends == i64::MAX { 0 } else { ends }, ways))
    }

    fn practice(&self) -> Practice {
        let people = (0..3).map(|who| PersonFacts {
            id: person(who as u128),
            suspended: self.suspended[who],
            administrator: who == 1,
            role: Role::Secretary,
            groups: (0..2).filter(|bit| self.members[who] & (1 << bit) != 0).map(group).collect(),
        });
        let mailboxes = (0..2).map(|on| {
            let grants = self.digits[on].into_iter().enumerate().filter_map(|(place, digit)| {
                let (level, begins, ends) = STATES[digit];
                let to = match place {
                    0 => Grantee::Everyone,
                    1 | 2 => Grantee::Group(group(place as u128 - 1)),
                    _ => Grantee::Person(person(place as u128 - 3)),
                };
                let level = [None, Some(Level::Read), Some(Level::Send)][usize::from(level)]?;
                let date = |date: i64| (date != 0).then_some(Timestamp(date));
                Some(Grant { to, level, begins: date(begins), ends: date(ends) })
            });
            MailboxFacts {
                id: mailbox(on as u128),
                owner: person(on as u128),
                shared: self.shared[on],
                grants: grants.collect(),
            }
        });
        Practice::new(Epoch(1), people, mailboxes)
    }

    /// Compares all six rights and both lists of readers; gives how many rights there are.
    fn check(&self) -> usize {
        let practice = self.practice();
        let mut rights = 0;
        for on in 0..2 {
            let readers = practice.readers(mailbox(on as u128), Timestamp(NOW));
            let mut may_read = 0;
            for who in 0..3 {
                let found = practice.effective(person(who as u128), mailbox(on as u128), Timestamp(NOW));
                let listed = readers.iter().find(|reader| reader.person == person(who as u128));
                assert_eq!(listed.map(|reader| &reader.right), found.as_ref());
                may_read += usize::from(listed.is_some());
                let found: Told = found.map(|right| {
                    let level = if right.level == Level::Send { 2 } else { 1 };
                    let ways = right.reasons.iter().map(|reason| match reason.path {
                        // Nobody breaks glass here.
                        Path::BreakGlass => usize::MAX,
                        Path::Owner => 0,
                        Path::Everyone => 1,
                        Path::Group(id) => {
                            if id == group(0) {
                                2
                            } else {
                                3
                            }
                        }
                        Path::Person => who + 4,
                    });
                    (right.owner, level, right.ends.map_or(0, |ends| ends.0), ways.collect())
                });
                assert_eq!(
                    found,
                    self.told(who, on),
                    "person {who}, mailbox {on}: {:?}, shared {:?}, members {:?}, suspended {:?}",
                    self.digits,
                    self.shared,
                    self.members,
                    self.suspended
                );
                rights += usize::from(found.is_some());
            }
            assert_eq!(readers.len(), may_read);
        }
        rights
    }
}

/// The grants to everyone and the groups from one number, those to the people from another and a shift that turns.
fn digits(common: usize, own: usize) -> Digits {
    let turn = common % 9 + 1;
    [common / 81, common / 9 % 9, common % 9, own, (own + turn) % 9, (own + 2 * turn) % 9]
}

fn backwards(digits: Digits) -> Digits {
    let [everyone, first, second, one, two, three] = digits;
    [second, first, everyone, three, two, one]
}

/// The gates' setting of this number: bits for the sharing of two mailboxes and the suspension of three people; 0 is open.
fn gates(number: usize, small: Small) -> Small {
    let bit = |place: usize| number & (1 << place) != 0;
    Small { shared: [!bit(0), !bit(1)], suspended: [bit(2), bit(3), bit(4)], ..small }
}

#[test]
fn every_combination_of_grants_for_everybody() {
    let (mut practices, mut rights) = (0, 0);
    for common in 0..729 {
        for own in 0..9 {
            for membership in 0..4 {
                let first = digits(common, own);
                let small = || Small {
                    digits: [first, backwards(first)],
                    shared: [true; 2],
                    members: [membership, (membership + 1) % 4, (membership + 2) % 4],
                    suspended: [false; 3],
                };
                rights += small().check();
                rights += gates(practices / 2 % 31 + 1, small()).check();
                practices += 2;
            }
        }
    }
    assert_eq!(practices, 2 * 6561 * 4);
    // Of the six rights of an open practice two are the owners'; of the four others most have some way.
    assert!((150_000..260_000).contains(&rights), "{rights} rights");
}

#[test]
fn every_membership_suspension_and_sharing() {
    let (mut practices, mut rights) = (0, 0);
    for members in 0..64 {
        for setting in 0..32 {
            for own in 0..9 {
                let first = digits((practices * 7) % 729, own);
                let small = Small {
                    digits: [first, backwards(first)],
                    shared: [true; 2],
                    members: [members % 4, members / 4 % 4, members / 16],
                    suspended: [false; 3],
                };
                rights += gates(setting, small).check();
                practices += 1;
            }
        }
    }
    assert_eq!(practices, 64 * 32 * 9);
    assert!((20_000..60_000).contains(&rights), "{rights} rights");
}
