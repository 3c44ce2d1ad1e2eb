//! Bringing messages: batches by known size, several on their way, so that the round trip does not rule. Must never mark a
//! message as read, never hold more than was announced, never let one message that cannot be had hold up the others.

use super::session::{ImapSession, Listed, State};
use super::uid_set::UidSet;
use super::wire::{Ended, Tag, end_of};
use crate::MailError;
use async_imap::imap_proto::{AttributeValue, Response};
use std::collections::{BTreeMap, VecDeque};

/// The largest message that is fetched. A larger one is never asked for: the caller knows it by its listed size and must
/// show that it lies on the server.
pub const MESSAGE_CEILING: u64 = 256 * 1024 * 1024;

/// Messages in a batch.
const MOST_MESSAGES: usize = 100;
/// Bytes in a batch; one larger message is a batch of its own.
const MOST_BYTES: u64 = 4 * 1024 * 1024;
/// Batches asked for at the same time, whatever their size.
const IN_FLIGHT: usize = 2;
/// Batches asked for at the same time while all of them together are small: over a round trip of 40 ms, two batches of
/// small messages are 3,600 messages a second, six are no limit any more.
const SMALL_IN_FLIGHT: usize = 6;
/// How many bytes are small.
const SMALL: u64 = 4 * 1024 * 1024;
/// What a response has besides the message.
const AROUND: u64 = 1024 * 1024;

/// A message as it lies on the server.
#[derive(Clone, PartialEq, Eq)]
pub struct Fetched {
    /// Its UID.
    pub uid: u32,
    /// All its bytes.
    pub bytes: Vec<u8>,
}

impl std::fmt::Debug for Fetched {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.debug_struct("Fetched").field("uid", &self.uid).field("bytes", &self.bytes.len()).finish()
    }
}

/// What is asked for with one command.
#[derive(Debug, Default, PartialEq, Eq)]
struct Batch {
    /// UID and size of each.
    messages: BTreeMap<u32, u64>,
    bytes: u64,
    largest: u64,
}

/// A batch on its way.
#[derive(Debug)]
struct Flight {
    tag: Tag,
    missing: BTreeMap<u32, u64>,
    bytes: u64,
    largest: u64,
    arrived: Vec<Fetched>,
}

/// What a response is for a fetch.
enum Event {
    Arrived { flight: usize, message: Fetched },
    Ended { flight: usize, ended: Ended },
    Other,
}

/// Messages that are being fetched, to be taken batch by batch. Dropped before its end, it leaves the session useless.
#[derive(Debug)]
pub struct Fetching<'a> {
    session: &'a mut ImapSession,
    waiting: VecDeque<Batch>,
    flights: Vec<Flight>,
    /// Messages that the server refused.
    refused: usize,
    /// Messages that it passed over.
    absent: Vec<u32>,
}

impl ImapSession {
    /// Begins to fetch these messages, whole and unmarked.
    ///
    /// A message that vanished meanwhile is absent, and so is one above [`MESSAGE_CEILING`]. One that is passed over, or comes
    /// empty though it was listed with a size, and is listed still, counts as refused.
    ///
    /// # Errors
    /// What breaks the connection.
    pub async fn fetch(&mut self, listed: &[Listed]) -> Result<Fetching<'_>, MailError> {
        self.begin().await?;
        let flights = Vec::with_capacity(SMALL_IN_FLIGHT);
        Ok(Fetching { session: self, waiting: plan(listed), flights, refused: 0, absent: Vec::new() })
    }
}

impl Fetching<'_> {
    /// The next batch that is complete, in ascending order of UID; none when all came. What comes is not read from the
    /// network before it is asked for.
    ///
    /// # Errors
    /// What breaks the connection; in place of the end [`MailError::CommandRefused`], when the server refused some
    /// messages: all others were fetched then.
    pub async fn next(&mut self) -> Result<Option<Vec<Fetched>>, MailError> {
        self.launch().await?;
        while !self.flights.is_empty() {
            let flights = &self.flights;
            match self.session.wire.response(|response| event(response, flights)).await? {
                Event::Other => {}
                Event::Arrived { flight, message } => {
                    if let Some(flight) = self.flights.get_mut(flight)
                        && flight.missing.remove(&message.uid).is_some()
                    {
                        flight.arrived.push(message);
                    }
                }
                Event::Ended { flight, ended } => {
                    let flight = self.flights.remove(flight);
                    match ended {
                        Ended::Done => self.absent.extend(flight.missing.keys()),
                        Ended::Refused(_) if flight.missing.len() == 1 => self.refused += 1,
                        Ended::Refused(_) => self.waiting.extend(one_by_one(&flight)),
                        Ended::Unknown => return Err(MailError::ServerFault),
                    }
                    // At once: the server works while this batch is being read. What came is given before it is told
                    // that nothing more will: the next call fails for the same reason.
                    let launched = self.launch().await;
                    if !flight.arrived.is_empty() {
                        return Ok(Some(in_order(flight.arrived)));
                    }
                    launched?;
                }
            }
        }
        self.session.wire.allow_ordinary();
        self.session.state = State::Free;
        let (mut refused, absent) = (std::mem::take(&mut self.refused), std::mem::take(&mut self.absent));
        if !absent.is_empty() {
            refused += self.session.still_there(&absent).await?.len();
        }
        if refused == 0 {
            return Ok(None);
        }
        tracing::warn!(refused, "a server refused messages that it lists");
        Err(MailError::CommandRefused)
    }

    /// Sends as many batches on their way as may be.
    async fn launch(&mut self) -> Result<(), MailError> {
        let Self { session, waiting, flights, .. } = self;
        let before = flights.len();
        while may_launch(waiting.front(), flights)
            && let Some(batch) = waiting.pop_front()
        {
            let mut set = UidSet::default();
            batch.messages.keys().for_each(|uid| set.add(*uid));
            let tag = session.wire.queue(&format!("UID FETCH {} (UID BODY.PEEK[])", set.into_text()));
            let Batch { messages: missing, bytes, largest } = batch;
            flights.push(Flight { tag, missing, bytes, largest, arrived: Vec::new() });
        }
        if flights.len() > before {
            // Servers count line ends differently: twice the size told is the most that is believed.
            let largest = flights.iter().map(|flight| flight.largest).max().unwrap_or_default();
            session.wire.allow(usize::try_from(largest * 2 + AROUND).unwrap_or(usize::MAX));
            session.wire.flush().await?;
        }
        Ok(())
    }
}

fn may_launch(next: Option<&Batch>, flights: &[Flight]) -> bool {
    let bytes: u64 = flights.iter().map(|flight| flight.bytes).chain(next.map(|batch| batch.bytes)).sum();
    flights.len() < if bytes <= SMALL { SMALL_IN_FLIGHT } else { IN_FLIGHT }
}

fn in_order(mut arrived: Vec<Fetched>) -> Vec<Fetched> {
    arrived.sort_unstable_by_key(|message| message.uid);
    arrived
}

/// What a server refused together is asked for message by message: mostly one of them is the reason.
fn one_by_one(flight: &Flight) -> impl Iterator<Item = Batch> {
    let alone =
        |(uid, size): (&u32, &u64)| Batch { messages: BTreeMap::from([(*uid, *size)]), bytes: *size, largest: *size };
    flight.missing.iter().map(alone)
}

fn event(response: &Response<'_>, flights: &[Flight]) -> Event {
    if let Response::Fetch(_, attributes) = response {
        return arrived(attributes, flights).unwrap_or(Event::Other);
    }
    flights
        .iter()
        .enumerate()
        .find_map(|(flight, one)| end_of(response, &one.tag).map(|ended| Event::Ended { flight, ended }))
        .unwrap_or(Event::Other)
}

fn arrived(attributes: &[AttributeValue<'_>], flights: &[Flight]) -> Option<Event> {
    let (mut uid, mut bytes) = (None, None);
    for attribute in attributes {
        match attribute {
            AttributeValue::Uid(value) => uid = Some(*value),
            AttributeValue::BodySection { section: None, index: None, data: Some(data) } => bytes = Some(data),
            _ => {}
        }
    }
    let (uid, bytes) = (uid?, bytes?);
    let (flight, size) = flights.iter().enumerate().find_map(|(at, flight)| Some((at, *flight.missing.get(&uid)?)))?;
    // What a server gives when it cannot read its own disk.
    if bytes.is_empty() && size > 0 {
        return None;
    }
    Some(Event::Arrived { flight, message: Fetched { uid, bytes: bytes.to_vec() } })
}

fn plan(listed: &[Listed]) -> VecDeque<Batch> {
    let mut wanted: Vec<Listed> = listed.iter().copied().filter(|one| one.size <= MESSAGE_CEILING).collect();
    wanted.sort_unstable_by_key(|one| one.uid);
    wanted.dedup_by_key(|one| one.uid);

    let mut batches = VecDeque::new();
    let mut batch = Batch::default();
    let mut set = UidSet::default();
    for one in wanted {
        let full = batch.messages.len() >= MOST_MESSAGES
            || batch.bytes.saturating_add(one.size) > MOST_BYTES
            || !set.has_room();
        if full && !batch.messages.is_empty() {
            batches.push_back(std::mem::take(&mut batch));
            set = UidSet::default();
        }
        set.add(one.uid);
        batch.messages.insert(one.uid, one.size);
        batch.bytes = batch.bytes.saturating_add(one.size);
        batch.largest = batch.largest.max(one.size);
    }
    if !batch.messages.is_empty() {
        batches.push_back(batch);
    }
    batches
}

#[cfg(test)]
mod tests {
    use super::{Listed, MESSAGE_CEILING, MOST_BYTES, plan};

    fn sizes(listed: &[Listed]) -> Vec<usize> {
        plan(listed).iter().map(|batch| batch.messages.len()).collect()
    }

    fn listed(sizes: &[u64]) -> Vec<Listed> {
        (1..).zip(sizes).map(|(uid, size)| Listed { uid, size: *size }).collect()
    }

    #[test]
    fn batches_have_at_most_100_messages() {
        assert_eq!(sizes(&listed(&[4_000; 250])), [100, 100, 50]);
        assert_eq!(sizes(&[]), Vec::<usize>::new());
    }

    #[test]
    fn batches_have_at_most_4_mib_but_for_one_larger_message() {
        let mib = 1024 * 1024;
        assert_eq!(sizes(&listed(&[2 * mib, 2 * mib, 1])), [2, 1]);
        assert_eq!(sizes(&listed(&[1, 60 * mib, 1])), [1, 1, 1]);
        assert!(plan(&listed(&[3 * mib; 20])).iter().all(|batch| batch.bytes <= MOST_BYTES));
    }

    #[test]
    fn a_message_above_the_ceiling_is_not_asked_for() {
        let batches = plan(&listed(&[1, MESSAGE_CEILING + 1, MESSAGE_CEILING]));
        let uids: Vec<u32> = batches.iter().flat_map(|batch| batch.messages.keys().copied()).collect();
        assert_eq!(uids, [1, 3]);
    }

    #[test]
    fn sparse_uids_make_batches_whose_sets_fit_a_command() {
        let sparse: Vec<Listed> = (0..500).map(|n| Listed { uid: 4_000_000_000 + 2 * n, size: 10 }).collect();
        let batches = plan(&sparse);
        assert!(batches.len() > 5);
        assert_eq!(batches.iter().map(|batch| batch.messages.len()).sum::<usize>(), 500);
    }
}
