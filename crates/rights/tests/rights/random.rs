//! Random practices, changed by random operations, asked at random moments, against the naive model.

use crate::naive::{MailboxRow, PersonRow, World, differences, group, mailbox, person};
use bannette_api::people::Role;
use bannette_api::sharing::{Grant, Grantee, Level, MyRight, Path};
use bannette_api::{MailboxId, PersonId, Timestamp};
use bannette_rights::{BrokenGlass, Own, Practice, Read, Rights, Send, Sight, Sort, Validate};
use proptest::prelude::*;
use std::collections::BTreeMap;

const PEOPLE: u128 = 4;
const GROUPS: u128 = 3;
const MAILBOXES: u128 = 3;
/// Moments lie between 0 and this: few, so that begins, ends and questions fall together often.
const MOMENTS: i64 = 10;

#[derive(Clone, Debug)]
enum Operation {
    Add(PersonRow),
    Suspend(PersonId, bool),
    Join(PersonId, u128),
    Leave(PersonId, u128),
    Open(MailboxRow),
    Share(MailboxId, bool),
    HandOver(MailboxId, PersonId),
    Give(MailboxId, Grant),
    TakeBack(MailboxId, Grantee),
    TakeBackAll(MailboxId),
    BreakGlass(BrokenGlass),
    MendGlass(MailboxId),
}

fn people() -> impl Strategy<Value = PersonId> {
    (0..PEOPLE).prop_map(person)
}

fn mailboxes() -> impl Strategy<Value = MailboxId> {
    (0..MAILBOXES).prop_map(mailbox)
}

fn grantees() -> impl Strategy<Value = Grantee> {
    prop_oneof![
        Just(Grantee::Everyone),
        (0..GROUPS).prop_map(|n| Grantee::Group(group(n))),
        people().prop_map(Grantee::Person),
    ]
}

fn roles() -> impl Strategy<Value = Role> {
    prop::sample::select(vec![Role::Doctor, Role::Secretary, Role::Locum, Role::Nurse, Role::Other])
}

fn grants() -> impl Strategy<Value = Grant> {
    let moment = || prop::option::of((0..MOMENTS).prop_map(Timestamp));
    let level = prop::sample::select(vec![Level::Read, Level::Send]);
    (grantees(), level, moment(), moment()).prop_map(|(to, level, begins, ends)| Grant { to, level, begins, ends })
}

fn operations() -> impl Strategy<Value = Operation> {
    prop_oneof![
        2 => (people(), any::<bool>(), roles()).prop_map(|(id, administrator, role)| {
            Operation::Add(PersonRow { id, suspended: false, administrator, role })
        }),
        1 => (people(), any::<bool>()).prop_map(|(who, yes)| Operation::Suspend(who, yes)),
        3 => (people(), 0..GROUPS).prop_map(|(who, group)| Operation::Join(who, group)),
        1 => (people(), 0..GROUPS).prop_map(|(who, group)| Operation::Leave(who, group)),
        2 => (mailboxes(), people()).prop_map(|(id, owner)| Operation::Open(MailboxRow { id, owner, shared: true })),
        1 => (mailboxes(), any::<bool>()).prop_map(|(on, yes)| Operation::Share(on, yes)),
        1 => (mailboxes(), people()).prop_map(|(on, to)| Operation::HandOver(on, to)),
        6 => (mailboxes(), grants()).prop_map(|(on, grant)| Operation::Give(on, grant)),
        1 => (mailboxes(), grantees()).prop_map(|(on, from)| Operation::TakeBack(on, from)),
        1 => mailboxes().prop_map(Operation::TakeBackAll),
        2 => (mailboxes(), people(), 0..MOMENTS, 1..4i64).prop_map(|(mailbox, person, begins, lasts)| {
            let (begins, ends) = (Timestamp(begins), Timestamp(begins + lasts));
            Operation::BreakGlass(BrokenGlass { mailbox, person, begins, ends })
        }),
        1 => mailboxes().prop_map(Operation::MendGlass),
    ]
}

fn apply(world: &mut World, operation: Operation) {
    match operation {
        Operation::Add(row) if world.people.iter().all(|known| known.id != row.id) => world.people.push(row),
        Operation::Open(row) if world.mailboxes.iter().all(|known| known.id != row.id) => world.mailboxes.push(row),
        Operation::Add(_) | Operation::Open(_) => {}
        Operation::Suspend(who, yes) => {
            world.people.iter_mut().filter(|row| row.id == who).for_each(|row| row.suspended = yes);
        }
        Operation::Join(who, n) => world.members.push((who, group(n))),
        Operation::Leave(who, n) => world.members.retain(|row| *row != (who, group(n))),
        Operation::Share(on, yes) => {
            world.mailboxes.iter_mut().filter(|row| row.id == on).for_each(|row| row.shared = yes);
        }
        Operation::HandOver(on, to) => {
            world.mailboxes.iter_mut().filter(|row| row.id == on).for_each(|row| row.owner = to);
        }
        Operation::Give(on, grant) => world.grants.push((on, grant)),
        Operation::TakeBack(on, from) => world.grants.retain(|(where_, grant)| (*where_, grant.to) != (on, from)),
        Operation::TakeBackAll(on) => world.grants.retain(|(where_, _)| *where_ != on),
        Operation::BreakGlass(glass) => world.glass.push(glass),
        Operation::MendGlass(on) => world.glass.retain(|glass| glass.mailbox != on),
    }
}

/// Practices after some operations; a person and a mailbox more are asked for than can exist.
fn worlds() -> impl Strategy<Value = World> {
    prop::collection::vec(operations(), 0..60).prop_map(|operations| {
        let mut world = World::default();
        operations.into_iter().for_each(|operation| apply(&mut world, operation));
        world
    })
}

fn everybody() -> impl Iterator<Item = PersonId> {
    (0..=PEOPLE).map(person)
}

fn everywhere() -> impl Iterator<Item = MailboxId> {
    (0..=MAILBOXES).map(mailbox)
}

fn matrix(practice: &Practice, now: i64) -> Vec<Option<MyRight>> {
    let on = |who| everywhere().map(move |on| practice.effective(who, on, Timestamp(now)));
    everybody().flat_map(on).collect()
}

/// How much of a mailbox the model's right shows: the owner all, whoever broke the glass what is not confidential.
fn expected_sight(right: &MyRight) -> Sight {
    let glass = right.reasons.iter().filter(|reason| reason.path == Path::BreakGlass).count();
    match (right.owner, glass) {
        (true, _) => Sight::Whole,
        (false, 0) => Sight::Shared,
        (false, _) => Sight::Undecided,
    }
}

/// What `grant` must answer for each right, from the model's right: read, send, own, validate, sort.
fn expected_grants(right: Option<&MyRight>, role: Option<Role>) -> [bool; 5] {
    let readable = right.is_some();
    let carer = matches!(role, Some(Role::Doctor | Role::Locum));
    [
        readable,
        right.is_some_and(|right| right.level == Level::Send),
        right.is_some_and(|right| right.owner),
        right.is_some_and(|right| right.reasons.iter().any(|reason| reason.path != Path::BreakGlass)) && carer,
        right.is_some_and(|right| right.reasons.iter().any(|reason| reason.path != Path::BreakGlass)),
    ]
}

fn found_grants(rights: &Rights, on: MailboxId) -> [Result<(PersonId, MailboxId), bool>; 5] {
    [
        rights.grant::<Read>(on).map(|proof| (proof.actor(), proof.mailbox())).map_err(|denied| denied.known),
        rights.grant::<Send>(on).map(|proof| (proof.actor(), proof.mailbox())).map_err(|denied| denied.known),
        rights.grant::<Own>(on).map(|proof| (proof.actor(), proof.mailbox())).map_err(|denied| denied.known),
        rights.grant::<Validate>(on).map(|proof| (proof.actor(), proof.mailbox())).map_err(|denied| denied.known),
        rights.grant::<Sort>(on).map(|proof| (proof.actor(), proof.mailbox())).map_err(|denied| denied.known),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn effective_is_what_the_model_says(world in worlds(), now in -1..=MOMENTS) {
        let practice = world.practice(1);
        for who in everybody() {
            for on in everywhere() {
                prop_assert_eq!(practice.effective(who, on, Timestamp(now)), world.effective(who, on, now));
            }
        }
    }

    #[test]
    fn every_operation_keeps_it_so(operations in prop::collection::vec(operations(), 0..40), now in 0..MOMENTS) {
        let mut world = World::default();
        for (epoch, operation) in operations.into_iter().enumerate() {
            apply(&mut world, operation);
            let practice = world.practice(epoch as u64);
            let (who, on) = (person(epoch as u128 % PEOPLE), mailbox(epoch as u128 % MAILBOXES));
            prop_assert_eq!(practice.effective(who, on, Timestamp(now)), world.effective(who, on, now));
        }
    }

    #[test]
    fn proofs_follow_the_model(world in worlds(), now in -1..=MOMENTS, epoch in any::<u64>()) {
        let practice = world.practice(epoch);
        for who in everybody() {
            let rights = practice.rights_of(who, Timestamp(now));
            let row = world.people.iter().find(|row| row.id == who && !row.suspended);
            let mut visible = BTreeMap::new();
            for on in everywhere() {
                let right = world.effective(who, on, now);
                let expected = expected_grants(right.as_ref(), row.map(|row| row.role));
                let expected = expected.map(|yes| if yes { Ok((who, on)) } else { Err(right.is_some()) });
                prop_assert_eq!(found_grants(&rights, on), expected);
                if let Some(right) = &right {
                    let sight = expected_sight(right);
                    visible.insert(on, sight);
                    let proof = rights.grant::<Read>(on).unwrap();
                    prop_assert_eq!(proof.sight(), sight);
                    for least in [Sight::Shared, Sight::Undecided, Sight::Whole] {
                        let sees = |who| world.effective(who, on, now).filter(|right| expected_sight(right) >= least);
                        let expected = everybody().filter(|who| sees(*who).is_some()).count();
                        prop_assert_eq!(rights.readers_with(&proof, least).len(), expected);
                    }
                }
                prop_assert_eq!(rights.visible().only(on).is_some(), right.is_some());
                prop_assert_eq!(rights.of(on), right);
            }
            let found = rights.visible();
            prop_assert_eq!(found.mailboxes(), &visible);
            prop_assert_eq!((found.actor(), found.epoch().0), (who, epoch));
            let administers = row.is_some_and(|row| row.administrator);
            prop_assert_eq!(rights.administrator().is_ok(), administers);
            for other in everybody() {
                let reach = rights.reach(other);
                prop_assert_eq!(reach.is_ok(), other == who || administers);
                let reached: Vec<_> = reach.into_iter().flatten().collect();
                let right = |on| world.effective(other, on, now).map(|right| (on, right));
                let expected: Vec<_> = everywhere().filter_map(right).collect();
                prop_assert!(reached.is_empty() || reached == expected);
                prop_assert!(reached.len() == expected.len() || !(other == who || administers));
            }
        }
    }

    #[test]
    fn readers_are_those_who_have_a_right(world in worlds(), now in -1..=MOMENTS) {
        let practice = world.practice(1);
        for on in everywhere() {
            let readers = practice.readers(on, Timestamp(now));
            let found: Vec<_> = readers.iter().map(|reader| (reader.person, reader.right.clone())).collect();
            let right = |who| world.effective(who, on, now).map(|right| (who, right));
            let mut expected: Vec<_> = everybody().filter_map(right).collect();
            expected.sort_by_key(|(who, right)| (!right.owner, *who));
            prop_assert_eq!(found, expected);
        }
    }

    #[test]
    fn nothing_changes_before_the_next_change(world in worlds(), after in -1..=MOMENTS) {
        let practice = world.practice(1);
        let next = practice.next_change(Timestamp(after));
        let until = next.map_or(MOMENTS + 2, |next| next.0);
        prop_assert!(until > after);
        for now in after..until {
            prop_assert_eq!(matrix(&practice, now), matrix(&practice, after));
        }
    }

    #[test]
    fn what_changes_is_what_the_model_says(
        world in worlds(),
        change in prop::collection::vec(operations(), 0..6),
        now in 0..=MOMENTS,
    ) {
        let mut changed = world.clone();
        change.into_iter().for_each(|operation| apply(&mut changed, operation));
        let found = Practice::differences(&world.practice(1), &changed.practice(2), Timestamp(now));
        prop_assert_eq!(found, differences((&world, now), (&changed, now)));
    }

    #[test]
    fn what_dates_change_is_what_the_model_says(world in worlds(), from in -1..=MOMENTS, passes in 0..=MOMENTS) {
        let found = world.practice(1).turned(Timestamp(from), Timestamp(from + passes));
        prop_assert_eq!(found, differences((&world, from), (&world, from + passes)));
    }

    #[test]
    fn glass_gives_only_administrators_and_only_to_read(world in worlds(), now in -1..=MOMENTS) {
        let practice = world.practice(1);
        for row in &world.people {
            for on in everywhere() {
                let right = practice.effective(row.id, on, Timestamp(now));
                let only_glass = |right: &MyRight| right.reasons.iter().all(|reason| reason.path == Path::BreakGlass);
                if let Some(right) = right.filter(only_glass) {
                    prop_assert!(row.administrator && !row.suspended && !right.owner);
                    prop_assert!(right.level == Level::Read && right.ends.is_some_and(|ends| ends.0 > now));
                    let rights = practice.rights_of(row.id, Timestamp(now));
                    prop_assert!(rights.grant::<Read>(on).is_ok());
                    prop_assert!(rights.grant::<Send>(on).is_err() && rights.grant::<Own>(on).is_err());
                    prop_assert!(rights.grant::<Validate>(on).is_err());
                }
            }
        }
    }

    #[test]
    fn a_grant_more_never_takes_away(world in worlds(), on in mailboxes(), grant in grants(), now in -1..=MOMENTS) {
        let before = world.practice(1);
        let mut wider = world;
        wider.grants.push((on, grant));
        for (less, more) in matrix(&before, now).into_iter().zip(matrix(&wider.practice(2), now)) {
            let Some(less) = less else { continue };
            prop_assert!(more.as_ref().is_some_and(|more| more.level >= less.level));
            let more = more.map(|more| more.reasons).unwrap_or_default();
            prop_assert!(less.reasons.iter().all(|reason| more.contains(reason)));
        }
    }
}
