//! What is foretold against what the rights say before and after.

use super::*;
use bannette_rights::{Epoch, MailboxFacts, PersonFacts};
use proptest::prelude::*;
use std::collections::BTreeSet;

const PEOPLE: u16 = 5;
const GROUPS: u32 = 2;
const MOMENTS: i64 = 6;

fn person_id(number: u16) -> PersonId {
    person(number, Title::None, "P", "N").id
}

fn group_id(number: u32) -> bannette_api::GroupId {
    format!("00000000-0000-0000-0001-{number:012}").parse().unwrap()
}

fn grants() -> impl Strategy<Value = Vec<Grant>> {
    let to = prop_oneof![
        Just(Grantee::Everyone),
        (0..GROUPS).prop_map(|number| Grantee::Group(group_id(number))),
        (0..PEOPLE).prop_map(|number| Grantee::Person(person_id(number))),
    ];
    let level = prop::sample::select(vec![Level::Read, Level::Send]);
    // Some moments are past, one is now.
    let moment = || prop::option::of((-2..MOMENTS).prop_map(|moment| NOW.plus(moment)));
    let grant = (to, level, moment(), moment());
    prop::collection::vec(grant.prop_map(|(to, level, begins, ends)| Grant { to, level, begins, ends }), 0..5)
}

prop_compose! {
    fn worlds()(
        suspended in prop::collection::vec(any::<bool>(), usize::from(PEOPLE)),
        members in prop::collection::vec(prop::collection::vec(any::<bool>(), usize::from(PEOPLE)), 2),
    ) -> (Vec<Person>, Vec<Group>) {
        let people: Vec<Person> = (0..PEOPLE).map(|number| {
            let mut one = person(number, Title::None, "P", "N");
            one.suspended_since = suspended[usize::from(number)].then_some(NOW);
            one
        }).collect();
        let groups = members.iter().enumerate().map(|(number, within)| {
            let members = people.iter().zip(within).filter(|(_, within)| **within).map(|(one, _)| one.id);
            Group { id: group_id(u32::try_from(number).unwrap()), name: "G".into(), members: members.collect() }
        }).collect();
        (people, groups)
    }
}

/// The practice as the rights see it.
fn facts(people: &[Person], groups: &[Group], shares: Shares<'_>) -> bannette_rights::Practice {
    let within = |id| groups.iter().filter(move |group| group.members.contains(&id)).map(|group| group.id);
    let people = people.iter().map(|one| PersonFacts {
        id: one.id,
        suspended: one.suspended_since.is_some(),
        administrator: false,
        role: one.role,
        groups: within(one.id).collect::<BTreeSet<_>>(),
    });
    let mailbox =
        MailboxFacts { id: mailbox(), owner: person_id(0), shared: shares.shared, grants: shares.grants.to_vec() };
    bannette_rights::Practice::new(Epoch(1), people, [mailbox])
}

fn mailbox() -> bannette_api::MailboxId {
    "00000000-0000-0000-0002-000000000000".parse().unwrap()
}

proptest! {
    #[test]
    fn what_is_foretold_is_what_the_rights_will_say(
        (people, groups) in worlds(),
        (old_shared, old) in (any::<bool>(), grants()),
        (new_shared, new) in (any::<bool>(), grants()),
    ) {
        let practice = Practice { people: &people, groups: &groups, owner: person_id(0), now: NOW };
        let before = Shares { shared: old_shared, grants: &old };
        let after = Shares { shared: new_shared, grants: &new };
        let effect = practice.effect(before, after);
        let (had, has) = (facts(&people, &groups, before), facts(&people, &groups, after));
        let level = |facts: &bannette_rights::Practice, who, at| {
            facts.effective(who, mailbox(), at).map(|right| right.level)
        };
        let moments: Vec<Timestamp> = (0..=MOMENTS).map(|moment| NOW.plus(moment)).collect();
        let told = |who| effect.lists().map(|list| list.iter().find(|change| change.person == who).cloned());
        for one in &people {
            let who = one.id;
            let differs = moments.iter().find(|at| level(&had, who, **at) != level(&has, who, **at));
            let told = told(who);
            prop_assert_eq!(told.iter().flatten().count(), usize::from(differs.is_some()), "{:?}", effect);
            let [gain_read, gain_send, longer, sooner, moved, dropped, lose_send, lose_all] = told;
            // What differs at once.
            let (old, new) = (level(&had, who, NOW), level(&has, who, NOW));
            let at_once = |change: &Option<Change>| change.as_ref().is_some_and(|change| change.begins.is_none());
            prop_assert_eq!(at_once(&gain_read), (old, new) == (None, Some(Level::Read)));
            prop_assert_eq!(at_once(&gain_send), old < new && new == Some(Level::Send));
            prop_assert_eq!(lose_send.is_some(), (old, new) == (Some(Level::Send), Some(Level::Read)));
            prop_assert_eq!(lose_all.is_some(), old.is_some() && new.is_none());
            // What differs later.
            for gain in [&gain_read, &gain_send, &moved, &longer].into_iter().flatten() {
                let from = gain.begins.unwrap_or(NOW);
                let held = level(&has, who, from);
                prop_assert!(held.is_some());
                let lasts = |at: &&Timestamp| **at >= from && gain.ends.is_none_or(|ends| **at < ends);
                let least = if longer.is_some() { Some(Level::Read) } else { held };
                prop_assert!(moments.iter().filter(lasts).all(|at| level(&has, who, *at) >= least));
                if let Some(ends) = gain.ends {
                    prop_assert!(level(&has, who, ends) < level(&has, who, ends.plus(-1)));
                }
            }
            if let Some(later) = gain_read.or(gain_send).and_then(|gain| gain.begins) {
                prop_assert!(level(&had, who, later) < level(&has, who, later));
            }
            if let Some(ends) = sooner.and_then(|change| change.ends) {
                prop_assert!(level(&has, who, ends) < level(&had, who, ends));
                prop_assert_eq!(level(&has, who, ends.plus(-1)), level(&had, who, ends.plus(-1)));
            }
            if let Some(begins) = dropped.and_then(|change| change.begins) {
                prop_assert!(level(&has, who, begins) < level(&had, who, begins));
            }
            if let Some(again) = lose_all.and_then(|change| change.ends) {
                prop_assert!(level(&has, who, again).is_some() && level(&has, who, again.plus(-1)).is_none());
            }
            // And who has access, now or later.
            if who != person_id(0) && one.suspended_since.is_none() {
                let first = moments.iter().find(|at| level(&has, who, **at).is_some());
                prop_assert_eq!(practice.access(after, who), first.copied());
            }
        }
    }
}
