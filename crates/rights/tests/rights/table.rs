//! The rules one by one, as one would tell them.

use crate::naive::{MailboxRow, PersonRow, World, group, mailbox, person};
use bannette_api::failure::Needs;
use bannette_api::people::Role;
use bannette_api::sharing::{Grant, Grantee, Level, Path, Reason};
use bannette_api::{MailboxId, PersonId, Timestamp};
use bannette_rights::{Denied, Own, Read, Rights, Send, SystemAccess, Validate};

/// The doctor who owns the mailbox.
const OWNER: u128 = 0;
/// A secretary, member of the group; also the administrator.
const SECRETARY: u128 = 1;
/// A locum without a group.
const LOCUM: u128 = 2;

fn to_person(n: u128, level: Level) -> Grant {
    Grant { to: Grantee::Person(person(n)), level, begins: None, ends: None }
}

fn to_group(level: Level) -> Grant {
    Grant { to: Grantee::Group(group(0)), level, begins: None, ends: None }
}

fn to_everyone(level: Level) -> Grant {
    Grant { to: Grantee::Everyone, level, begins: None, ends: None }
}

fn until(ends: i64, grant: Grant) -> Grant {
    Grant { ends: Some(Timestamp(ends)), ..grant }
}

fn from(begins: i64, grant: Grant) -> Grant {
    Grant { begins: Some(Timestamp(begins)), ..grant }
}

fn world(grants: &[Grant]) -> World {
    let row = |n, role| PersonRow { id: person(n), suspended: false, administrator: n == SECRETARY, role };
    World {
        people: vec![row(OWNER, Role::Doctor), row(SECRETARY, Role::Secretary), row(LOCUM, Role::Locum)],
        members: vec![(person(SECRETARY), group(0))],
        mailboxes: vec![MailboxRow { id: mailbox(0), owner: person(OWNER), shared: true }],
        grants: grants.iter().map(|grant| (mailbox(0), *grant)).collect(),
        glass: Vec::new(),
    }
}

/// `-` for nothing, `read`, `send`, then `owner` and `until N` where it applies.
fn told(world: &World, who: u128, now: i64) -> String {
    let Some(right) = world.practice(1).effective(person(who), mailbox(0), Timestamp(now)) else { return "-".into() };
    let level = if right.level == Level::Send { "send" } else { "read" };
    let owner = if right.owner { " owner" } else { "" };
    let ends = right.ends.map(|ends| format!(" until {}", ends.0)).unwrap_or_default();
    format!("{level}{owner}{ends}")
}

#[test]
fn each_way_and_the_widest() {
    use Level::{Read, Send};
    let cases: &[(&str, &[Grant], [&str; 3])] = &[
        ("nothing given", &[], ["send owner", "-", "-"]),
        ("to a person", &[to_person(LOCUM, Read)], ["send owner", "-", "read"]),
        ("to a person, to send", &[to_person(LOCUM, Send)], ["send owner", "-", "send"]),
        ("to a group", &[to_group(Read)], ["send owner", "read", "-"]),
        ("to everyone", &[to_everyone(Read)], ["send owner", "read", "read"]),
        ("widest: group over everyone", &[to_everyone(Read), to_group(Send)], ["send owner", "send", "read"]),
        ("widest: everyone over group", &[to_everyone(Send), to_group(Read)], ["send owner", "send", "send"]),
        ("widest: person over group", &[to_group(Read), to_person(SECRETARY, Send)], ["send owner", "send", "-"]),
        ("begun", &[from(10, to_everyone(Read))], ["send owner", "read", "read"]),
        ("not begun", &[from(11, to_everyone(Read))], ["send owner", "-", "-"]),
        ("ended", &[until(10, to_everyone(Read))], ["send owner", "-", "-"]),
        ("not ended", &[until(11, to_everyone(Read))], ["send owner", "read until 11", "read until 11"]),
        ("never", &[from(12, until(8, to_everyone(Read)))], ["send owner", "-", "-"]),
        (
            "latest end",
            &[until(12, to_group(Read)), until(15, to_everyone(Read))],
            ["send owner", "read until 15", "read until 15"],
        ),
        (
            "no end beats an end",
            &[to_group(Read), until(15, to_everyone(Read))],
            ["send owner", "read", "read until 15"],
        ),
        (
            "end of the widest level only",
            &[until(12, to_group(Send)), to_everyone(Read)],
            ["send owner", "send until 12", "read"],
        ),
    ];
    for (name, grants, expected) in cases {
        let world = world(grants);
        let found = [OWNER, SECRETARY, LOCUM].map(|who| told(&world, who, 10));
        assert_eq!(&found, expected, "{name}");
    }
}

#[test]
fn a_period_holds_from_its_begin_until_just_before_its_end() {
    let world = world(&[from(10, until(20, to_person(LOCUM, Level::Read)))]);
    let found = [9, 10, 19, 20].map(|now| told(&world, LOCUM, now));
    assert_eq!(found, ["-", "read until 20", "read until 20", "-"]);
    let practice = world.practice(1);
    let next = |after| practice.next_change(Timestamp(after)).map(|moment| moment.0);
    assert_eq!([next(9), next(10), next(19), next(20)], [Some(10), Some(20), Some(20), None]);
}

#[test]
fn a_mailbox_that_is_not_shared_is_its_owners_alone() {
    let mut world = world(&[to_everyone(Level::Send), until(20, to_person(LOCUM, Level::Read))]);
    world.mailboxes[0].shared = false;
    assert_eq!([OWNER, SECRETARY, LOCUM].map(|who| told(&world, who, 10)), ["send owner", "-", "-"]);
    assert_eq!(world.practice(1).next_change(Timestamp(0)), None);
}

#[test]
fn a_suspended_person_has_nothing() {
    for who in [OWNER, SECRETARY, LOCUM] {
        let mut world = world(&[to_everyone(Level::Send), to_person(who, Level::Send)]);
        world.people[who as usize].suspended = true;
        assert_eq!(told(&world, who, 10), "-");
        assert!(world.practice(1).readers(mailbox(0), Timestamp(10)).iter().all(|reader| reader.person != person(who)));
        let rights = world.practice(1).rights_of(person(who), Timestamp(10));
        assert!(rights.visible().mailboxes().is_empty());
        assert!(rights.administrator().is_err());
        assert_eq!(rights.reach(person(who)), Ok(vec![]));
    }
    // The mailbox of a suspended owner stays with those it is shared with.
    let mut world = world(&[to_person(LOCUM, Level::Read)]);
    world.people[OWNER as usize].suspended = true;
    assert_eq!(told(&world, LOCUM, 10), "read");
}

#[test]
fn a_stranger_has_nothing_even_when_everyone_has() {
    let world = world(&[to_everyone(Level::Send), to_person(7, Level::Send)]);
    assert_eq!(told(&world, 7, 10), "-");
}

#[test]
fn reasons_stand_widest_first_then_by_way() {
    let grants = [
        to_everyone(Level::Read),
        until(15, to_group(Level::Read)),
        until(12, to_group(Level::Send)),
        to_person(SECRETARY, Level::Read),
        to_everyone(Level::Read),
    ];
    let right = world(&grants).practice(1).effective(person(SECRETARY), mailbox(0), Timestamp(10));
    let reason = |path, level, ends: Option<i64>| Reason { path, level, ends: ends.map(Timestamp), motive: None };
    let expected = vec![
        reason(Path::Group(group(0)), Level::Send, Some(12)),
        reason(Path::Person, Level::Read, None),
        reason(Path::Group(group(0)), Level::Read, Some(15)),
        reason(Path::Everyone, Level::Read, None),
    ];
    assert_eq!(right.map(|right| right.reasons), Some(expected));
}

fn rights(world: &World, who: u128) -> Rights {
    world.practice(42).rights_of(person(who), Timestamp(10))
}

fn refusals(rights: &Rights, on: MailboxId) -> [Option<Denied>; 4] {
    [
        rights.grant::<Read>(on).err(),
        rights.grant::<Send>(on).err(),
        rights.grant::<Own>(on).err(),
        rights.grant::<Validate>(on).err(),
    ]
}

#[test]
fn a_refusal_says_no_more_than_the_person_may_know() {
    let world = world(&[to_group(Level::Read)]);
    let known = |needs| Some(Denied { needs, known: true });
    let hidden = |needs| Some(Denied { needs, known: false });
    let all = [Needs::Read, Needs::Send, Needs::Own, Needs::Validate];
    assert_eq!(refusals(&rights(&world, OWNER), mailbox(0)), [None; 4]);
    let expected = [None, known(Needs::Send), known(Needs::Own), known(Needs::Validate)];
    assert_eq!(refusals(&rights(&world, SECRETARY), mailbox(0)), expected);
    // Not readable, and not there at all: the same answer.
    assert_eq!(refusals(&rights(&world, LOCUM), mailbox(0)), all.map(hidden));
    assert_eq!(refusals(&rights(&world, LOCUM), mailbox(9)), all.map(hidden));
    assert_eq!(refusals(&rights(&world, OWNER), mailbox(9)), all.map(hidden));
}

#[test]
fn validating_takes_a_doctor_or_a_locum_who_reads() {
    for (role, may) in [
        (Role::Doctor, true),
        (Role::Locum, true),
        (Role::Secretary, false),
        (Role::Nurse, false),
        (Role::Other, false),
    ] {
        let mut world = world(&[to_person(LOCUM, Level::Read)]);
        world.people[LOCUM as usize].role = role;
        assert_eq!(rights(&world, LOCUM).grant::<Validate>(mailbox(0)).is_ok(), may, "{role:?}");
    }
}

#[test]
fn an_administrator_sees_who_reaches_what_and_no_content() {
    let world = world(&[to_person(LOCUM, Level::Read)]);
    let administrator = rights(&world, SECRETARY);
    assert!(administrator.administrator().is_ok_and(|proof| proof.actor() == person(SECRETARY)));
    assert!(administrator.visible().mailboxes().is_empty());
    assert!(administrator.grant::<Read>(mailbox(0)).is_err());
    let reached = |who: PersonId| administrator.reach(who).map(|reach| reach.len());
    assert_eq!([reached(person(OWNER)), reached(person(LOCUM)), reached(person(9))], [Ok(1), Ok(1), Ok(0)]);
    let denied = Denied { needs: Needs::Administrator, known: true };
    assert_eq!(rights(&world, OWNER).reach(person(LOCUM)), Err(denied));
    assert_eq!(rights(&world, OWNER).reach(person(OWNER)).map(|reach| reach.len()), Ok(1));
}

#[test]
fn proofs_carry_who_what_and_when_and_weaken_only() {
    fn crosses_await<T: core::marker::Send + Sync>(_: &T) {}
    let world = world(&[to_person(LOCUM, Level::Send)]);
    let rights = rights(&world, OWNER);
    let own = rights.grant::<Own>(mailbox(0)).unwrap();
    crosses_await(&own);
    crosses_await(&rights);
    assert_eq!((own.actor(), own.mailbox(), own.epoch().0), (person(OWNER), mailbox(0), 42));
    let (read, send) = (own.to_read(), own.to_send());
    assert_eq!((read.mailbox(), send.mailbox(), send.to_read().epoch().0), (mailbox(0), mailbox(0), 42));
    let validate = rights.grant::<Validate>(mailbox(0)).unwrap();
    let readers = rights.readers(&validate.to_read());
    assert_eq!(readers.iter().map(|reader| reader.person).collect::<Vec<_>>(), [person(OWNER), person(LOCUM)]);
    assert_eq!((rights.actor(), rights.now(), rights.epoch().0), (person(OWNER), Timestamp(10), 42));
    assert_eq!(SystemAccess::for_fetching(mailbox(3)).mailbox(), mailbox(3));
}

#[test]
fn visible_narrows_and_never_widens() {
    let world = world(&[]);
    let visible = rights(&world, OWNER).visible();
    assert_eq!((visible.actor(), visible.epoch().0), (person(OWNER), 42));
    let narrowed = visible.only(mailbox(0)).unwrap();
    assert!(narrowed.contains(mailbox(0)) && narrowed.mailboxes().len() == 1);
    assert!(visible.only(mailbox(1)).is_none());
}

#[test]
fn readers_begin_with_the_owner() {
    let mut world = world(&[to_everyone(Level::Read)]);
    world.mailboxes[0].owner = person(LOCUM);
    let readers = world.practice(1).readers(mailbox(0), Timestamp(10));
    let order: Vec<_> = readers.iter().map(|reader| (reader.person, reader.right.owner)).collect();
    assert_eq!(order, [(person(LOCUM), true), (person(OWNER), false), (person(SECRETARY), false)]);
}
