//! A small practice, whole: every membership × every subset of a set of grants × every suspension × shared or not ×
//! every person × every mailbox × the moments around which something changes.

use crate::naive::{MailboxRow, PersonRow, World, group, mailbox, person};
use bannette_api::Timestamp;
use bannette_api::people::Role;
use bannette_api::sharing::{Grant, Grantee, Level};

fn grant(to: Grantee, level: Level, begins: Option<i64>, ends: Option<i64>) -> Grant {
    Grant { to, level, begins: begins.map(Timestamp), ends: ends.map(Timestamp) }
}

/// The grants whose every subset is tried, on the first mailbox or the second.
fn candidates() -> Vec<(u128, Grant)> {
    vec![
        (0, grant(Grantee::Everyone, Level::Read, None, Some(6))),
        (0, grant(Grantee::Group(group(0)), Level::Send, Some(5), None)),
        (0, grant(Grantee::Group(group(1)), Level::Read, None, None)),
        (0, grant(Grantee::Person(person(1)), Level::Send, None, Some(5))),
        (1, grant(Grantee::Group(group(0)), Level::Read, None, None)),
        (1, grant(Grantee::Person(person(2)), Level::Send, Some(5), Some(6))),
    ]
}

fn bit(number: usize, place: usize) -> bool {
    number & (1 << place) != 0
}

fn world(members: usize, grants: usize, suspended: usize, shared: bool) -> World {
    let roles = [Role::Doctor, Role::Secretary, Role::Locum];
    let row = |(n, role): (usize, Role)| PersonRow {
        id: person(n as u128),
        suspended: n == suspended,
        administrator: n == 1,
        role,
    };
    World {
        people: roles.into_iter().enumerate().map(row).collect(),
        members: (0..6).filter(|n| bit(members, *n)).map(|n| (person(n as u128 % 3), group(n as u128 / 3))).collect(),
        mailboxes: vec![
            MailboxRow { id: mailbox(0), owner: person(0), shared },
            MailboxRow { id: mailbox(1), owner: person(1), shared: true },
        ],
        grants: candidates()
            .into_iter()
            .enumerate()
            .filter(|(place, _)| bit(grants, *place))
            .map(|(_, (on, grant))| (mailbox(on), grant))
            .collect(),
        glass: Vec::new(),
    }
}

#[test]
fn a_small_practice_whole() {
    let mut rights = 0;
    for members in 0..1 << 6 {
        for grants in 0..1 << candidates().len() {
            for (suspended, shared) in [(9, true), (9, false), (0, true), (1, true), (2, false)] {
                let world = world(members, grants, suspended, shared);
                let practice = world.practice(0);
                for who in 0..3 {
                    for on in 0..2 {
                        for now in [4, 5, 6] {
                            let expected = world.effective(person(who), mailbox(on), now);
                            let found = practice.effective(person(who), mailbox(on), Timestamp(now));
                            assert_eq!(found, expected, "person {who}, mailbox {on}, at {now}, in {world:#?}");
                            rights += usize::from(found.is_some());
                        }
                    }
                }
            }
        }
    }
    // The worlds are not empty, and not all alike.
    assert!((100_000..300_000).contains(&rights), "{rights} rights found");
}
