mod agreement;

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
    let effect = practice.effect(Shares { shared: true, grants: &grants }, Shares { shared: false, grants: &grants });
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
