//! What must come out, from the history alone: tables and loops, in numbers; it knows no type of the product.

pub const PEOPLE: usize = 4;
pub const GROUPS: usize = 2;
pub const MAILBOXES: usize = 3;

/// To whom something is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum To {
    Everyone,
    Group(usize),
    Person(usize),
}

/// One right that was given.
#[derive(Clone, Copy, Debug)]
pub struct Given {
    pub to: To,
    pub send: bool,
    pub from: Option<i64>,
    pub until: Option<i64>,
}

/// A mailbox's sharing. Person `n + 1` owns mailbox `n`.
#[derive(Clone, Debug, Default)]
pub struct Shared {
    pub shared: bool,
    pub given: Vec<Given>,
}

/// Everything that was done.
#[derive(Clone, Debug)]
pub struct Model {
    pub now: i64,
    pub members: Vec<(usize, usize)>,
    pub suspended: [bool; PEOPLE],
    pub mailboxes: [Shared; MAILBOXES],
    /// The dossiers, by number, and a mailbox in which its owner alone sees them.
    pub apart: Vec<(usize, usize)>,
}

/// What somebody may do: owner, to send, and until when the latter holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct May {
    pub owner: bool,
    pub send: bool,
    pub until: Option<i64>,
}

impl Model {
    pub fn at(now: i64) -> Self {
        Self { now, members: Vec::new(), suspended: [false; PEOPLE], mailboxes: Default::default(), apart: Vec::new() }
    }

    pub fn member(&mut self, group: usize, who: usize, member: bool) {
        self.members.retain(|one| *one != (group, who));
        if member {
            self.members.push((group, who));
        }
    }

    pub fn give(&mut self, on: usize, to: To, send: bool, from: Option<i64>, until: Option<i64>) {
        self.take_back(on, to);
        self.mailboxes[on].shared = true;
        self.mailboxes[on].given.push(Given { to, send, from, until });
    }

    pub fn take_back(&mut self, on: usize, to: To) {
        self.mailboxes[on].given.retain(|given| given.to != to);
    }

    pub fn set_apart(&mut self, dossier: usize, on: usize, apart: bool) {
        self.apart.retain(|one| *one != (dossier, on));
        if apart {
            self.apart.push((dossier, on));
        }
    }

    /// Whether somebody sees a dossier in a mailbox in which it lies.
    pub fn sees(&self, who: usize, dossier: usize, on: usize) -> bool {
        self.may(who, on).is_some_and(|may| may.owner || !self.apart.contains(&(dossier, on)))
    }

    pub fn may(&self, who: usize, on: usize) -> Option<May> {
        if self.suspended[who] {
            return None;
        }
        if who == on + 1 {
            return Some(May { owner: true, send: true, until: None });
        }
        let mut best: Option<May> = None;
        for given in self.mailboxes[on].given.iter().filter(|_| self.mailboxes[on].shared) {
            let meant = match given.to {
                To::Everyone => true,
                To::Group(group) => self.members.contains(&(group, who)),
                To::Person(person) => person == who,
            };
            let begun = given.from.is_none_or(|from| from <= self.now);
            let over = given.until.is_some_and(|until| until <= self.now);
            if !meant || !begun || over {
                continue;
            }
            let end = |until: Option<i64>| until.unwrap_or(i64::MAX);
            let wider = match best {
                None => true,
                Some(best) if best.send != given.send => given.send,
                Some(best) => end(given.until) > end(best.until),
            };
            if wider {
                best = Some(May { owner: false, send: given.send, until: given.until });
            }
        }
        best
    }
}
