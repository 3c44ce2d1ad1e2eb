//! Two who change one sharing at once: what the other changed meanwhile, and one's own choices put upon it.
//!
//! Nothing is overwritten unseen: a choice of one's own is kept, what one did not touch follows the other, and every
//! difference is shown before it can be decided again.

use bannette_api::sharing::{Grant, Grantee, Motive, Sharing};

/// A right given, with its reason.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Given {
    /// The right.
    pub grant: Grant,
    /// Why; empty: nothing was said.
    pub motive: String,
}

/// A sharing as somebody wants it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// *Partagé*.
    pub shared: bool,
    /// The rights given, each grantee at most once.
    pub given: Vec<Given>,
}

impl Choice {
    /// What is kept.
    #[must_use]
    pub fn of(sharing: &Sharing) -> Self {
        let motive = |to| sharing.motives.iter().find(|motive| motive.to == to).map(|motive| motive.text.clone());
        let given = |grant: &Grant| Given { grant: *grant, motive: motive(grant.to).unwrap_or_default() };
        Self { shared: sharing.shared, given: sharing.grants.iter().map(given).collect() }
    }

    /// What is given to somebody.
    #[must_use]
    pub fn to(&self, to: Grantee) -> Option<&Given> {
        self.given.iter().find(|given| given.grant.to == to)
    }

    /// The rights alone.
    #[must_use]
    pub fn grants(&self) -> Vec<Grant> {
        self.given.iter().map(|given| given.grant).collect()
    }

    /// The reasons alone.
    #[must_use]
    pub fn motives(&self) -> Vec<Motive> {
        let said = self.given.iter().filter(|given| !given.motive.is_empty());
        said.map(|given| Motive { to: given.grant.to, text: given.motive.clone() }).collect()
    }

    /// Whether both say the same, in whatever order.
    #[must_use]
    pub fn same(&self, other: &Self) -> bool {
        self.shared == other.shared && differences(self, other).is_empty()
    }
}

/// Those to whom either gives something, each once.
fn everybody(first: &Choice, second: &Choice) -> Vec<Grantee> {
    let more = second.given.iter().filter(|given| first.to(given.grant.to).is_none());
    first.given.iter().chain(more).map(|given| given.grant.to).collect()
}

/// What another changed for one grantee.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// For whom.
    pub to: Grantee,
    /// What they had.
    pub before: Option<Given>,
    /// What they have now.
    pub after: Option<Given>,
}

/// What differs, grantee by grantee: first in the order of `after`, then what is no longer there.
#[must_use]
pub fn differences(before: &Choice, after: &Choice) -> Vec<Difference> {
    everybody(after, before)
        .into_iter()
        .filter(|to| before.to(*to) != after.to(*to))
        .map(|to| Difference { to, before: before.to(to).cloned(), after: after.to(to).cloned() })
        .collect()
}

/// One's own choices, made on `base`, put upon `theirs`.
#[must_use]
pub fn rebase(base: &Choice, mine: &Choice, theirs: &Choice) -> Choice {
    let shared = if mine.shared == base.shared { theirs.shared } else { mine.shared };
    let chosen = |to: Grantee| if mine.to(to) == base.to(to) { theirs.to(to) } else { mine.to(to) };
    let given = everybody(theirs, mine).into_iter().filter_map(|to| chosen(to).cloned()).collect();
    Choice { shared, given }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bannette_api::Timestamp;
    use bannette_api::sharing::Level;
    use proptest::prelude::*;

    fn person(number: u32) -> Grantee {
        Grantee::Person(format!("00000000-0000-0000-0000-{number:012}").parse().unwrap())
    }

    fn given(to: Grantee, level: Level, motive: &str) -> Given {
        Given { grant: Grant { to, level, begins: None, ends: None }, motive: motive.to_owned() }
    }

    fn choices() -> impl Strategy<Value = Choice> {
        let one = (prop::option::of(0..2_i64), prop::sample::select(vec![Level::Read, Level::Send]), "[ab]?");
        let all = prop::collection::vec(prop::option::of(one), 4);
        (any::<bool>(), all).prop_map(|(shared, all)| {
            let one = |(number, one): (usize, Option<(Option<i64>, Level, String)>)| {
                let (ends, level, motive) = one?;
                let mut given = given(person(u32::try_from(number).unwrap()), level, &motive);
                given.grant.ends = ends.map(Timestamp);
                Some(given)
            };
            Choice { shared, given: all.into_iter().enumerate().filter_map(one).collect() }
        })
    }

    #[test]
    fn what_the_other_did_is_told_and_ones_own_choice_stands() {
        let base = Choice { shared: true, given: vec![given(person(1), Level::Read, "")] };
        let theirs = Choice {
            shared: true,
            given: vec![given(person(1), Level::Send, "garde"), given(person(2), Level::Read, "")],
        };
        let mine = Choice { shared: true, given: vec![given(person(3), Level::Read, "")] };
        let told = differences(&base, &theirs);
        assert_eq!(told.iter().map(|one| one.to).collect::<Vec<_>>(), [person(1), person(2)]);
        let merged = rebase(&base, &mine, &theirs);
        // Taken back by me, added by the other, added by me.
        assert_eq!(merged.to(person(1)), None);
        assert_eq!(merged.to(person(2)), theirs.to(person(2)));
        assert_eq!(merged.to(person(3)), mine.to(person(3)));
    }

    proptest! {
        #[test]
        fn every_choice_of_ones_own_is_kept_and_all_else_follows(
            base in choices(), mine in choices(), theirs in choices(),
        ) {
            let merged = rebase(&base, &mine, &theirs);
            for to in (0..4).map(person) {
                let wanted = if mine.to(to) == base.to(to) { theirs.to(to) } else { mine.to(to) };
                prop_assert_eq!(merged.to(to), wanted);
            }
            prop_assert!(rebase(&base, &mine, &base).same(&mine));
            prop_assert!(rebase(&base, &base, &theirs).same(&theirs));
            // What was not told has not changed.
            let told: Vec<_> = differences(&base, &theirs).into_iter().map(|one| one.to).collect();
            for to in (0..4).map(person).filter(|to| !told.contains(to)) {
                prop_assert_eq!(base.to(to), theirs.to(to));
            }
        }
    }
}
