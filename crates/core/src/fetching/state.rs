//! The state of one mailbox's task: one pure function, [`Machine::step`], says what comes next. It does nothing itself;
//! the driver performs the [`Effect`] and comes back with the [`Event`].

use bannette_api::Timestamp;
use bannette_api::connection::{Doing, Trouble};

/// The longest wait between two tries: 5 minutes.
const LONGEST_WAIT: i64 = 5 * 60_000;
/// The first wait's upper bound: 2 seconds. It doubles with each failure.
const FIRST_WAIT: i64 = 2_000;
/// Refused logins before a person must look: more tries could lock the account on the server.
const REFUSALS: u32 = 3;
/// Seconds between two looks at a server that does not tell of new messages.
pub(super) const POLL_SECONDS: u32 = 60;
/// Seconds between two looks at a folder where nothing is told.
pub(super) const FOLDER_SECONDS: u32 = 60;

/// What is being done.
#[derive(Clone, Debug, PartialEq, Eq)]
enum State {
    Connecting,
    CatchingUp { done: u64, of: u64 },
    Removing,
    Listening,
    Waiting { until: Timestamp, why: Trouble },
    NeedsPerson { why: Trouble },
}

/// The state and what it remembers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Machine {
    state: State,
    /// Whether the source tells of new messages by itself.
    told: bool,
    /// Else the seconds between two looks.
    every_seconds: u32,
    /// Since when it does not work.
    since: Option<Timestamp>,
    /// Failures in a row.
    failures: u32,
    /// Refused logins in a row.
    refusals: u32,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// Signed in; whether the source tells of new messages by itself, else seconds between two looks.
    Connected { told: bool, every_seconds: u32 },
    /// So many messages are to be taken in.
    Counted { of: u64 },
    /// So many of them are committed in the store.
    Stored { messages: u64 },
    /// All are.
    CaughtUp,
    /// What may be removed from the server is removed.
    Removed,
    /// New messages, or time for a look.
    Woken,
    /// The wait is over.
    WaitOver,
    /// A person asked for a look now.
    AskedNow,
    /// It did not work.
    Failed(Trouble),
}

/// What the driver does next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// Connect and sign in.
    Connect,
    /// Go on with what is under way.
    GoOn,
    /// Take in what is new.
    CatchUp,
    /// Remove from the server what is provably kept, where the owner wants it.
    Remove,
    /// Wait for news.
    Listen,
    /// Drop the connection and wait until then, or until a person asks.
    WaitUntil(Timestamp),
    /// Drop the connection and wait until a person does something.
    WaitForPerson,
}

impl Machine {
    /// The beginning.
    pub(super) fn begin() -> (Self, Effect) {
        let state = State::Connecting;
        (Self { state, told: false, every_seconds: 0, since: None, failures: 0, refusals: 0 }, Effect::Connect)
    }

    /// What comes after `event`. `dice` is a random number: it spreads the tries of many posts over time (full jitter).
    pub(super) fn step(mut self, event: Event, now: Timestamp, dice: u32) -> (Self, Effect) {
        let effect = match (&mut self.state, event) {
            (_, Event::Failed(why)) => return self.failed(why, now, dice),
            (State::Connecting, Event::Connected { told, every_seconds }) => {
                (self.told, self.every_seconds, self.refusals) = (told, every_seconds, 0);
                self.state = State::CatchingUp { done: 0, of: 0 };
                Effect::CatchUp
            }
            (State::CatchingUp { .. }, Event::Counted { of }) => {
                self.state = State::CatchingUp { done: 0, of };
                Effect::GoOn
            }
            (State::CatchingUp { done, of }, Event::Stored { messages }) => {
                *done = done.saturating_add(messages).min(*of);
                Effect::GoOn
            }
            (State::CatchingUp { .. }, Event::CaughtUp) => {
                // Only a whole cycle proves that it works: the next wait begins small again.
                (self.failures, self.since) = (0, None);
                self.state = State::Removing;
                Effect::Remove
            }
            (State::Removing, Event::Removed) => {
                self.state = State::Listening;
                Effect::Listen
            }
            (State::Listening, Event::Woken | Event::AskedNow) => {
                self.state = State::CatchingUp { done: 0, of: 0 };
                Effect::CatchUp
            }
            (State::Waiting { .. } | State::NeedsPerson { .. }, Event::WaitOver | Event::AskedNow | Event::Woken) => {
                self.state = State::Connecting;
                Effect::Connect
            }
            // Whatever else comes is late news of a state that was left.
            _ => Effect::GoOn,
        };
        (self, effect)
    }

    fn failed(mut self, why: Trouble, now: Timestamp, dice: u32) -> (Self, Effect) {
        self.since.get_or_insert(now);
        self.failures = self.failures.saturating_add(1);
        if matches!(why, Trouble::LoginRefused | Trouble::CertificateRefused) {
            self.refusals = self.refusals.saturating_add(1);
        }
        // What only a person can give (a secret, a contract…) is waited for, not tried again.
        let missing = matches!(
            why,
            Trouble::SecretMissing | Trouble::TokenNeeded | Trouble::CertificateMissing | Trouble::ContractNeeded
        );
        let hopeless = missing || self.refusals >= REFUSALS;
        if hopeless {
            self.refusals = 0;
            self.state = State::NeedsPerson { why };
            return (self, Effect::WaitForPerson);
        }
        let until = now.plus(wait(self.failures, dice));
        self.state = State::Waiting { until, why };
        (self, Effect::WaitUntil(until))
    }

    /// How the windows show it.
    pub(super) fn doing(&self) -> Doing {
        match &self.state {
            State::Connecting => Doing::Connecting,
            State::CatchingUp { done, of } if *of > 0 => Doing::CatchingUp { done: *done, of: *of },
            State::CatchingUp { .. } | State::Removing | State::Listening if self.told => Doing::Listening,
            State::CatchingUp { .. } | State::Removing | State::Listening => {
                Doing::Polling { every_seconds: self.every_seconds }
            }
            State::Waiting { until, why } => {
                Doing::Waiting { until: *until, since: self.since.unwrap_or(*until), why: why.clone() }
            }
            State::NeedsPerson { why } => {
                Doing::NeedsPerson { since: self.since.unwrap_or(Timestamp(0)), why: why.clone() }
            }
        }
    }
}

/// How long to wait after that many failures in a row: between half a second and a bound that doubles up to 5 minutes.
fn wait(failures: u32, dice: u32) -> i64 {
    let bound = FIRST_WAIT.checked_shl(failures.saturating_sub(1).min(16)).unwrap_or(LONGEST_WAIT).min(LONGEST_WAIT);
    let share = i64::from(dice) * bound / i64::from(u32::MAX);
    share.max(500)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn events() -> impl Strategy<Value = Event> {
        prop_oneof![
            (any::<bool>(), 1..600u32).prop_map(|(told, every_seconds)| Event::Connected { told, every_seconds }),
            (0..1000u64).prop_map(|of| Event::Counted { of }),
            (0..1000u64).prop_map(|messages| Event::Stored { messages }),
            Just(Event::CaughtUp),
            Just(Event::Removed),
            Just(Event::Woken),
            Just(Event::WaitOver),
            Just(Event::AskedNow),
            Just(Event::Failed(Trouble::Interrupted)),
            Just(Event::Failed(Trouble::LoginRefused)),
            Just(Event::Failed(Trouble::DiskFull)),
        ]
    }

    /// What a driver that obeys would come back with when all goes well.
    fn good(effect: &Effect) -> Option<Event> {
        match effect {
            Effect::Connect => Some(Event::Connected { told: true, every_seconds: 60 }),
            Effect::CatchUp => Some(Event::CaughtUp),
            Effect::Remove => Some(Event::Removed),
            Effect::Listen => Some(Event::Woken),
            Effect::WaitUntil(_) | Effect::WaitForPerson => Some(Event::AskedNow),
            Effect::GoOn => None,
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(5_000))]

        /// Whatever happens in whatever order: waits are bounded, counts never pass their total, and from every state a
        /// person's asking leads back to listening in a few steps.
        #[test]
        fn no_sequence_gets_stuck(sequence in prop::collection::vec((events(), any::<u32>(), 0..10_000i64), 0..60)) {
            let (mut machine, mut effect) = Machine::begin();
            let mut now = Timestamp(1_000_000);
            for (event, dice, later) in sequence {
                now = now.plus(later);
                let next;
                (machine, next) = machine.step(event, now, dice);
                if next != Effect::GoOn {
                    effect = next;
                }
                if let Effect::WaitUntil(until) = &effect {
                    prop_assert!(until.since(now) <= LONGEST_WAIT);
                }
                if let Doing::CatchingUp { done, of } = machine.doing() {
                    prop_assert!(done <= of);
                }
            }
            let mut steps = 0;
            while machine.state != State::Listening {
                let event = match machine.state {
                    State::Connecting => good(&Effect::Connect),
                    State::CatchingUp { .. } => good(&Effect::CatchUp),
                    State::Removing => good(&Effect::Remove),
                    State::Waiting { .. } | State::NeedsPerson { .. } | State::Listening => Some(Event::AskedNow),
                };
                (machine, _) = machine.step(event.unwrap_or(Event::AskedNow), now, 7);
                steps += 1;
                prop_assert!(steps <= 4, "{machine:?}");
            }
            let listens = matches!(machine.doing(), Doing::Listening | Doing::Polling { .. });
            prop_assert!(listens);
            prop_assert!(effect != Effect::GoOn);
        }
    }

    #[test]
    fn three_refused_logins_stop_and_ask() {
        let (mut machine, _) = Machine::begin();
        let now = Timestamp(5);
        for turn in 1..=3 {
            let effect;
            (machine, effect) = machine.step(Event::Failed(Trouble::LoginRefused), now, u32::MAX);
            match turn {
                3 => assert_eq!(effect, Effect::WaitForPerson),
                _ => assert!(matches!(effect, Effect::WaitUntil(_)), "{effect:?}"),
            }
            if turn < 3 {
                (machine, _) = machine.step(Event::WaitOver, now, 0);
            }
        }
        assert!(matches!(machine.doing(), Doing::NeedsPerson { since: Timestamp(5), .. }));
    }

    #[test]
    fn what_only_a_person_can_give_is_asked_for_at_once() {
        for why in [Trouble::SecretMissing, Trouble::TokenNeeded, Trouble::CertificateMissing, Trouble::ContractNeeded]
        {
            let (machine, effect) = Machine::begin().0.step(Event::Failed(why.clone()), Timestamp(5), u32::MAX);
            assert_eq!(effect, Effect::WaitForPerson);
            assert_eq!(machine.doing(), Doing::NeedsPerson { since: Timestamp(5), why });
        }
    }

    #[test]
    fn waits_grow_to_five_minutes() {
        assert_eq!(wait(1, u32::MAX), 2_000);
        assert_eq!(wait(2, u32::MAX), 4_000);
        assert_eq!(wait(30, u32::MAX), LONGEST_WAIT);
        assert_eq!(wait(30, 0), 500);
    }

    #[test]
    fn a_failure_after_success_waits_briefly_again() {
        let (mut machine, _) = Machine::begin();
        for _ in 0..9 {
            (machine, _) = machine.step(Event::Failed(Trouble::TimedOut), Timestamp(0), u32::MAX);
            (machine, _) = machine.step(Event::WaitOver, Timestamp(0), 0);
        }
        (machine, _) = machine.step(Event::Connected { told: true, every_seconds: 60 }, Timestamp(0), 0);
        (machine, _) = machine.step(Event::CaughtUp, Timestamp(0), 0);
        let (_, effect) = machine.step(Event::Failed(Trouble::TimedOut), Timestamp(10), u32::MAX);
        assert_eq!(effect, Effect::WaitUntil(Timestamp(2_010)));
    }
}
