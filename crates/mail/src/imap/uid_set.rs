//! Writing UIDs as IMAP sets: `4,7:9`. Must never name a UID that was not given.

use std::fmt::Write as _;

/// The longest text of a set: RFC 2683 asks clients to keep a command line under about 1,000 characters.
pub(crate) const LONGEST: usize = 1_000;
/// What one more run of UIDs can add at most: `,4294967295:4294967295`.
const LONGEST_RUN: usize = 22;

/// A set under construction; UIDs are to be added in ascending order.
#[derive(Debug, Default)]
pub(crate) struct UidSet {
    text: String,
    run: Option<(u32, u32)>,
}

impl UidSet {
    /// Whether any UID surely still fits.
    pub(crate) fn has_room(&self) -> bool {
        // The run that is open is not in the text yet.
        self.text.len() + 2 * LONGEST_RUN <= LONGEST
    }

    pub(crate) fn add(&mut self, uid: u32) {
        self.run = match self.run {
            Some((first, last)) if last.checked_add(1) == Some(uid) => Some((first, uid)),
            Some((_, last)) if last == uid => self.run,
            _ => {
                self.close_run();
                Some((uid, uid))
            }
        };
    }

    /// The set as a command wants it; empty if nothing was added.
    pub(crate) fn into_text(mut self) -> String {
        self.close_run();
        self.text
    }

    fn close_run(&mut self) {
        let Some((first, last)) = self.run.take() else { return };
        let comma = if self.text.is_empty() { "" } else { "," };
        // Writing into a String cannot fail.
        let _written = if first == last {
            write!(self.text, "{comma}{first}")
        } else {
            write!(self.text, "{comma}{first}:{last}")
        };
    }
}

/// The UIDs as sets, none longer than a command line may be.
pub(crate) fn sets_of(uids: &[u32]) -> Vec<String> {
    let mut sorted = uids.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    let mut sets = Vec::new();
    let mut current = UidSet::default();
    for uid in sorted {
        if !current.has_room() {
            sets.push(std::mem::take(&mut current).into_text());
        }
        current.add(uid);
    }
    sets.push(current.into_text());
    sets.retain(|set| !set.is_empty());
    sets
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, sets_of};

    fn read_back(sets: &[String]) -> Vec<u32> {
        let mut uids = Vec::new();
        for part in sets.iter().flat_map(|set| set.split(',')) {
            let (first, last) = part.split_once(':').unwrap_or((part, part));
            uids.extend(first.parse::<u32>().unwrap()..=last.parse::<u32>().unwrap());
        }
        uids
    }

    #[test]
    fn sets_name_just_what_was_given() {
        assert_eq!(sets_of(&[]), Vec::<String>::new());
        assert_eq!(sets_of(&[9, 4, 8, 7, 8]), ["4,7:9"]);
        assert_eq!(sets_of(&[u32::MAX, u32::MAX - 1, 1]), ["1,4294967294:4294967295"]);
    }

    #[test]
    fn sets_are_never_too_long() {
        let sparse: Vec<u32> = (0..5_000).map(|n| u32::MAX - 3 * n - n % 2).rev().collect();
        let sets = sets_of(&sparse);
        assert!(sets.len() > 50 && sets.iter().all(|set| set.len() <= LONGEST));
        let mut sorted = sparse;
        sorted.sort_unstable();
        assert_eq!(read_back(&sets), sorted);
        assert_eq!(sets_of(&(1..=100_000).collect::<Vec<_>>()), ["1:100000"]);
    }
}
