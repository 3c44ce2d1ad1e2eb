//! Several reports that are held against one another: which of them stand, and which step back behind which.

use super::{Relation, Version, relate, relation};
use std::cmp::Ordering;
use std::collections::BTreeSet;

/// What a person decided of two versions, by their places; it counts more than any rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// *Ce n'est pas la même analyse.*
    Apart(usize, usize),
    /// *C'est une version de …*: the first takes the place of the second.
    Joined(usize, usize),
}

/// How a version stands among the others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// The place of the version that stands in its place; none: it stands itself.
    pub replaced_by: Option<usize>,
    /// The places of those that may belong to it: no rule decides, a person can.
    pub beside: Vec<usize>,
}

/// More reports than these under one number are held against nothing: all of them stand.
const MOST: usize = 300;

/// How each of these versions stands. At least one stands itself, and whatever steps back is followed, step by step, to one
/// that does.
#[must_use]
pub fn stand(versions: &[Version], choices: &[Choice]) -> Vec<Standing> {
    let mut standing = vec![Standing::default(); versions.len()];
    if versions.len() > MOST {
        return standing;
    }
    let (mut behind, mut beside) = related(versions, choices);
    part(&mut behind, &mut beside, choices);
    break_circles(&mut behind, &mut beside, choices);
    for (at, standing) in standing.iter_mut().enumerate() {
        standing.replaced_by = last_of(at, &behind, versions);
        standing.beside = beside.iter().filter_map(|&(one, other)| other_of(at, one, other)).collect();
    }
    standing
}

/// Pairs: the first steps back behind the second.
type Behind = BTreeSet<(usize, usize)>;
/// Pairs that may belong together, the lower place first.
type Beside = BTreeSet<(usize, usize)>;

fn other_of(at: usize, one: usize, other: usize) -> Option<usize> {
    if at == one { Some(other) } else { (at == other).then_some(one) }
}

fn related(versions: &[Version], choices: &[Choice]) -> (Behind, Beside) {
    let (mut behind, mut beside) = (Behind::new(), Beside::new());
    for (at, one) in versions.iter().enumerate() {
        for (other_at, other) in versions.iter().enumerate().skip(at + 1) {
            match chosen(choices, at, other_at) {
                Some(Choice::Apart(..)) => continue,
                Some(Choice::Joined(new, old)) => {
                    behind.insert((old, new));
                    continue;
                }
                None => {}
            }
            match relate(one, other) {
                Relation::Replaces => behind.insert((other_at, at)),
                Relation::ReplacedBy => behind.insert((at, other_at)),
                Relation::MayBelongTogether => beside.insert((at, other_at)),
                Relation::Unrelated => false,
            };
        }
    }
    (behind, beside)
}

/// What was last decided of this pair.
fn chosen(choices: &[Choice], one: usize, other: usize) -> Option<Choice> {
    let of = |choice: &&Choice| match **choice {
        Choice::Apart(a, b) | Choice::Joined(a, b) => (a, b) == (one, other) || (b, a) == (one, other),
    };
    choices.iter().rev().find(of).copied()
}

/// A later report that would take the place of two that a person parted belongs to one of them: nobody knows to which.
fn part(behind: &mut Behind, beside: &mut Beside, choices: &[Choice]) {
    let joined = |old: usize, new: usize| choices.contains(&Choice::Joined(new, old));
    let apart = choices.iter().filter_map(|choice| match *choice {
        Choice::Apart(one, other) if chosen(choices, one, other) == Some(*choice) => Some((one, other)),
        _ => None,
    });
    for (one, other) in apart.collect::<Vec<_>>() {
        // Over other versions too: what took the place of one of them speaks for that one.
        let (ways, other_ways) = (reached(one, behind), reached(other, behind));
        let common = |at: usize| ways.contains(&at) && other_ways.contains(&at);
        let lead = |&(old, new): &(usize, usize)| {
            common(new) && !common(old) && (ways.contains(&old) || other_ways.contains(&old)) && !joined(old, new)
        };
        let doubtful: Vec<(usize, usize)> = behind.iter().copied().filter(lead).collect();
        for (old, new) in doubtful {
            behind.remove(&(old, new));
            beside.insert((old.min(new), old.max(new)));
        }
    }
}

/// Reports that replace each other in a circle: the laboratory's word is worth nothing then, and all of them stay.
fn break_circles(behind: &mut Behind, beside: &mut Beside, choices: &[Choice]) {
    // A person's word breaks no circle: the rules' steps go first, and only where people alone made it, theirs.
    for spared in [true, false] {
        let joined = |old: usize, new: usize| spared && choices.contains(&Choice::Joined(new, old));
        let circular = |&(old, new): &(usize, usize)| reached(new, behind).contains(&old) && !joined(old, new);
        let circular: Vec<(usize, usize)> = behind.iter().copied().filter(circular).collect();
        for (old, new) in circular {
            behind.remove(&(old, new));
            beside.insert((old.min(new), old.max(new)));
        }
    }
}

/// All versions to which the steps from this one lead, itself included.
fn reached(from: usize, behind: &Behind) -> BTreeSet<usize> {
    let (mut open, mut met) = (vec![from], BTreeSet::new());
    while let Some(at) = open.pop() {
        if met.insert(at) {
            open.extend(behind.range((at, 0)..=(at, usize::MAX)).map(|(_, new)| *new));
        }
    }
    met
}

/// The version that stands at the end of those behind which this one steps back: the latest, where there are several.
fn last_of(from: usize, behind: &Behind, versions: &[Version]) -> Option<usize> {
    let after = |at: usize| behind.range((at, 0)..=(at, usize::MAX)).map(|(_, new)| *new).collect::<Vec<_>>();
    let (mut open, mut met, mut ends) = (after(from), BTreeSet::new(), Vec::new());
    while let Some(at) = open.pop() {
        if !met.insert(at) {
            continue;
        }
        let next = after(at);
        if next.is_empty() {
            ends.push(at);
        }
        open.extend(next);
    }
    ends.sort_unstable();
    ends.into_iter().reduce(|best, one| {
        let later = versions.get(one).zip(versions.get(best)).and_then(|(one, best)| relation::order(one, best));
        if later == Some(Ordering::Less) { best } else { one }
    })
}
