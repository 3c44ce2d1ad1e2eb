//! B15: how fast payloads are read, beside a plain pass over their lines (a bare pass of the XML reader for CDA).
//!
//! `cargo xtask bench B15`, or `cargo bench -p bannette-formats --bench parse [-- MEGABYTES [NAME]]`. Each round reads the
//! same bytes with every reader and with its bound, in turn, so that a busy machine slows all of them, and counts time on
//! the processor; the table gives medians of five rounds with their ranges. Allocations are counted by the bench
//! `allocations`, since counting slows them. It asserts nothing: figures belong to the machine they were taken on.
#![allow(clippy::unwrap_used, clippy::cast_precision_loss)] // a bench may fail so; figures are rounded for people

use bannette_formats::by_format::Reader;
use bannette_synthetic::Generator;
use std::hint::black_box;
use std::time::{Duration, Instant};

/// As in the product.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const ROUNDS: usize = 5;
/// How often each message is looked at for its format.
const REPEATS: u32 = 10;

/// A format's messages, about so many megabytes in all.
struct Corpus {
    name: &'static str,
    reader: Reader,
    messages: Vec<Vec<u8>>,
    bytes: usize,
}

impl Corpus {
    fn of(name: &'static str, reader: Reader, wanted: usize, mut next: impl FnMut() -> Vec<u8>) -> Self {
        let (mut messages, mut bytes) = (Vec::new(), 0);
        while bytes < wanted {
            let message = next();
            bytes += message.len();
            messages.push(message);
        }
        Self { name, reader, messages, bytes }
    }

    fn megabytes_per_second(&self, took: Duration) -> f64 {
        self.bytes as f64 / 1e6 / took.as_secs_f64()
    }
}

/// What some work took: time on the processor where the system tells it (Linux), since other programs may be running.
fn timed(work: impl FnOnce()) -> Duration {
    let (start, on_processor) = (Instant::now(), processor_time());
    work();
    match (on_processor, processor_time()) {
        (Some(before), Some(after)) if after > before => after - before,
        _ => start.elapsed(),
    }
}

/// Time that this thread has spent on a processor.
fn processor_time() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split_whitespace().next()?.parse().ok().map(Duration::from_nanos)
}

/// Median, least and most.
fn spread(mut values: Vec<f64>) -> (f64, f64, f64) {
    values.sort_by(f64::total_cmp);
    let at = |index: usize| values.get(index).copied().unwrap_or(f64::NAN);
    (at(values.len() / 2), at(0), at(values.len().saturating_sub(1)))
}

/// The bound of a format: a plain pass over the lines of a text, a bare pass over the events of an XML document.
fn bound(reader: Reader, message: &[u8]) -> usize {
    if reader == Reader::Cda { events(message) } else { lines(message) }
}

/// A document in another encoding than UTF-8 is read as if it were in it: what is counted is the work.
fn events(message: &[u8]) -> usize {
    let text = String::from_utf8_lossy(message);
    let mut reader = quick_xml::Reader::from_str(&text);
    let mut events = 0;
    while let Ok(event) = reader.read_event() {
        if event == quick_xml::events::Event::Eof {
            break;
        }
        events += 1;
    }
    events
}

fn lines(message: &[u8]) -> usize {
    String::from_utf8_lossy(message).lines().map(str::len).sum()
}

fn main() {
    let wanted = std::env::args().filter_map(|argument| argument.parse::<usize>().ok()).next().unwrap_or(50);
    let wanted = wanted * 1_000_000;
    let only = std::env::args()
        .skip(1)
        .find(|argument| ["HL7", "HPRIM", "CDA"].iter().any(|start| argument.starts_with(start)));
    let mut generator = Generator::new(1);
    let mut sante = Generator::new(2);
    let mut hl7 = Generator::new(3);
    let mut cda = Generator::new(4);
    let corpora = [
        Corpus::of("HPRIM Médecin", Reader::HprimMedecin, wanted, || generator.hprim_file().1),
        Corpus::of("HPRIM Santé", Reader::HprimSante, wanted, || sante.hprim_sante(false).bytes),
        Corpus::of("HL7 v2", Reader::Hl7, wanted, || hl7.hl7(false).bytes),
        Corpus::of("CDA R2", Reader::Cda, wanted, || cda.cda_n3().bytes),
    ];
    println!(
        "{:<16} {:>9} {:>24} {:>24} {:>8} {:>11}",
        "", "messages", "MB/s (range)", "its bound, MB/s", "ratio", "detection"
    );
    for corpus in corpora.iter().filter(|corpus| only.as_deref().is_none_or(|only| corpus.name == only)) {
        let (mut read, mut plain, mut found) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            read.push(timed(|| {
                corpus.messages.iter().for_each(|message| drop(black_box(corpus.reader.read(message))))
            }));
            plain.push(timed(|| {
                corpus.messages.iter().for_each(|message| {
                    black_box(bound(corpus.reader, message));
                })
            }));
            // Several times, so that what is counted is the work and not the wait for memory, which reading would have.
            found.push(timed(|| {
                for message in &corpus.messages {
                    for _ in 0..REPEATS {
                        black_box(corpus.reader.is_in(black_box(message)));
                    }
                }
            }));
        }
        let share = spread(
            found
                .iter()
                .zip(&read)
                .map(|(a, b)| 100.0 * a.as_secs_f64() / b.as_secs_f64() / f64::from(REPEATS))
                .collect(),
        );
        let speed = |took: &[Duration]| spread(took.iter().map(|took| corpus.megabytes_per_second(*took)).collect());
        let (read, plain) = (speed(&read), speed(&plain));
        println!(
            "{:<16} {:>9} {:>9.0} ({:>4.0} – {:>4.0}) {:>11.0} ({:>4.0} – {:>4.0}) {:>7.1}× {:>10.2}%",
            corpus.name,
            corpus.messages.len(),
            read.0,
            read.1,
            read.2,
            plain.0,
            plain.1,
            plain.2,
            plain.0 / read.0,
            share.0,
        );
    }
}
