//! What a group's removal or a member's leaving would take from whom.

use crate::naive::{MailboxRow, PersonRow, World, group, mailbox, person};
use bannette_api::failure::Needs;
use bannette_api::people::Role;
use bannette_api::sharing::{Grant, Grantee, Level};
use bannette_api::{PersonId, Timestamp};
use bannette_rights::{Denied, Loss};
use std::collections::BTreeSet;

const OWNER: u128 = 0;
/// The administrator, in no group.
const CHIEF: u128 = 1;
const SECRETARY: u128 = 2;
const NURSE: u128 = 3;
const NOW: i64 = 10;

fn given(to: Grantee, level: Level, begins: Option<i64>, ends: Option<i64>) -> Grant {
    Grant { to, level, begins: begins.map(Timestamp), ends: ends.map(Timestamp) }
}

fn to_group(level: Level) -> Grant {
    given(Grantee::Group(group(0)), level, None, None)
}

/// Secretary and nurse are in the group.
fn world(grants: &[Grant]) -> World {
    let row = |n, role| PersonRow { id: person(n), suspended: false, administrator: n == CHIEF, role };
    World {
        people: vec![
            row(OWNER, Role::Doctor),
            row(CHIEF, Role::Other),
            row(SECRETARY, Role::Secretary),
            row(NURSE, Role::Nurse),
        ],
        members: vec![(person(SECRETARY), group(0)), (person(NURSE), group(0))],
        mailboxes: vec![MailboxRow { id: mailbox(0), owner: person(OWNER), shared: true }],
        grants: grants.iter().map(|grant| (mailbox(0), *grant)).collect(),
        glass: Vec::new(),
    }
}

#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
fn lost(world: &World, leaving: Option<&[u128]>) -> Vec<Loss> {
    let leaving = leaving.map(|people| people.iter().map(|n| person(*n)).collect::<BTreeSet<PersonId>>());
    let rights = world.practice(1).rights_of(person(CHIEF), Timestamp(NOW));
    rights.losses_without(group(0), leaving.as_ref()).unwrap().lost
}

fn loss(who: u128, begins: Option<i64>, had: Level, keeps: Option<Level>) -> Loss {
    Loss { mailbox: mailbox(0), owner: person(OWNER), person: person(who), begins: begins.map(Timestamp), had, keeps }
}

#[test]
fn without_the_group_its_members_lose_what_no_other_way_gives() {
    use Level::{Read, Send};
    let both = |level| vec![loss(SECRETARY, None, level, None), loss(NURSE, None, level, None)];
    assert_eq!(lost(&world(&[]), None), []);
    assert_eq!(lost(&world(&[to_group(Read)]), None), both(Read));
    assert_eq!(lost(&world(&[to_group(Send)]), None), both(Send));
    let too = |level| given(Grantee::Person(person(SECRETARY)), level, None, None);
    assert_eq!(lost(&world(&[to_group(Read), too(Read)]), None), [loss(NURSE, None, Read, None)]);
    let lesser = [loss(SECRETARY, None, Send, Some(Read)), loss(NURSE, None, Send, None)];
    assert_eq!(lost(&world(&[to_group(Send), too(Read)]), None), lesser);
    let everyone = given(Grantee::Everyone, Send, None, None);
    assert_eq!(lost(&world(&[to_group(Send), everyone]), None), []);
}

#[test]
fn those_who_leave_lose_and_the_others_keep() {
    let world = world(&[to_group(Level::Read)]);
    assert_eq!(lost(&world, Some(&[NURSE])), [loss(NURSE, None, Level::Read, None)]);
    assert_eq!(lost(&world, Some(&[])), []);
    assert_eq!(lost(&world, Some(&[CHIEF])), [], "who is no member loses nothing");
}

#[test]
fn a_loss_that_comes_later_is_told_with_its_day() {
    use Level::{Read, Send};
    let group_later = given(Grantee::Group(group(0)), Read, Some(20), None);
    assert_eq!(lost(&world(&[group_later]), Some(&[NURSE])), [loss(NURSE, Some(20), Read, None)]);
    // Another way holds for a while, then only the group's would have.
    let for_a_while = given(Grantee::Person(person(NURSE)), Send, None, Some(15));
    assert_eq!(lost(&world(&[to_group(Read), for_a_while]), Some(&[NURSE])), [loss(NURSE, Some(15), Read, None)]);
    // First to send, later all.
    let reads_a_while = given(Grantee::Person(person(NURSE)), Read, None, Some(15));
    let twice = [loss(NURSE, None, Send, Some(Read)), loss(NURSE, Some(15), Send, None)];
    assert_eq!(lost(&world(&[to_group(Send), reads_a_while]), Some(&[NURSE])), twice);
    let over = given(Grantee::Group(group(0)), Send, None, Some(9));
    assert_eq!(lost(&world(&[over]), None), [], "what has ended is not lost");
}

#[test]
fn what_counts_for_nothing_is_counted_as_given_only() {
    let mut off = world(&[to_group(Level::Send)]);
    off.mailboxes[0].shared = false;
    let rights = off.practice(1).rights_of(person(CHIEF), Timestamp(NOW));
    let losses = rights.losses_without(group(0), None).unwrap();
    assert_eq!((losses.given, losses.lost), (1, Vec::new()));
    let mut suspended = world(&[to_group(Level::Send)]);
    suspended.people[SECRETARY as usize].suspended = true;
    assert_eq!(lost(&suspended, None), [loss(NURSE, None, Level::Send, None)]);
    let mut of_a_member = world(&[to_group(Level::Read)]);
    of_a_member.mailboxes[0].owner = person(NURSE);
    assert!(lost(&of_a_member, None).iter().all(|loss| loss.person != person(NURSE)), "an owner keeps all");
}

#[test]
fn only_an_administrator_may_ask() {
    let practice = world(&[to_group(Level::Read)]).practice(1);
    let refused = Err(Denied { needs: Needs::Administrator, known: true });
    for who in [OWNER, SECRETARY] {
        let rights = practice.rights_of(person(who), Timestamp(NOW));
        assert_eq!(rights.losses_without(group(0), None), refused);
    }
}

/// At every moment, whoever loses is told, and nobody else.
#[test]
fn the_losses_are_those_of_the_naive_model() {
    use Level::{Read, Send};
    let ways = [Grantee::Group(group(0)), Grantee::Group(group(1)), Grantee::Person(person(NURSE)), Grantee::Everyone];
    let spans = [(None, None), (None, Some(12)), (Some(12), None), (Some(11), Some(13))];
    let grants: Vec<Grant> = ways
        .iter()
        .flat_map(|to| [Read, Send].map(|level| (*to, level)))
        .flat_map(|(to, level)| spans.map(|(begins, ends)| given(to, level, begins, ends)))
        .collect();
    for one in &grants {
        for other in &grants {
            let mut before = world(&[*one, *other]);
            before.members.push((person(NURSE), group(1)));
            let mut after = before.clone();
            after.members.retain(|(_, of)| *of != group(0));
            after.grants.retain(|(_, grant)| grant.to != Grantee::Group(group(0)));
            let told = lost(&before, None);
            for who in [OWNER, CHIEF, SECRETARY, NURSE] {
                let level = |world: &World, now| world.effective(person(who), mailbox(0), now).map(|right| right.level);
                let first = (NOW..15).find(|now| level(&after, *now) < level(&before, *now));
                let of_them = told.iter().find(|loss| loss.person == person(who));
                let said = of_them.map(|loss| loss.begins.map_or(NOW, |begins| begins.0));
                assert_eq!(said, first, "{who} with {one:?} {other:?}");
                let none = (NOW..15).any(|now| level(&after, now).is_none() && level(&before, now).is_some());
                let all = told.iter().any(|loss| loss.person == person(who) && loss.keeps.is_none());
                assert_eq!(all, none, "{who} with {one:?} {other:?}");
            }
        }
    }
}
