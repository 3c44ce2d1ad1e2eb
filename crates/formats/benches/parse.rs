//! How fast payloads are read, beside a plain pass over their lines.
//!
//! `cargo bench -p bannette-formats --bench parse [-- MEGABYTES [NAME]]`. Each round reads the same bytes with every reader and
//! with `str::lines`, in turn, so that a busy machine slows all of them; the table gives medians of five rounds with
//! their ranges. It asserts nothing: figures belong to the machine they were taken on.
#![allow(clippy::unwrap_used, clippy::cast_precision_loss)] // a bench may fail so; figures are rounded for people

use bannette_formats::readers::Reader;
use bannette_synthetic::Generator;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use std::alloc::System;
use std::hint::black_box;
use std::time::{Duration, Instant};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const ROUNDS: usize = 5;

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

fn timed(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

/// Median, least and most.
fn spread(mut values: Vec<f64>) -> (f64, f64, f64) {
    values.sort_by(f64::total_cmp);
    let at = |index: usize| values.get(index).copied().unwrap_or(f64::NAN);
    (at(values.len() / 2), at(0), at(values.len().saturating_sub(1)))
}

fn lines(message: &[u8]) -> usize {
    String::from_utf8_lossy(message).lines().map(str::len).sum()
}

fn main() {
    let wanted = std::env::args().filter_map(|argument| argument.parse::<usize>().ok()).next().unwrap_or(50);
    let wanted = wanted * 1_000_000;
    let only = std::env::args().skip(1).find(|argument| argument.starts_with("HL7") || argument.starts_with("HPRIM"));
    let mut generator = Generator::new(1);
    let mut sante = Generator::new(2);
    let mut hl7 = Generator::new(3);
    let corpora = [
        Corpus::of("HPRIM Médecin", Reader::HprimMedecin, wanted, || generator.hprim_file().1),
        Corpus::of("HPRIM Santé", Reader::HprimSante, wanted, || sante.hprim_sante(false).bytes),
        Corpus::of("HL7 v2", Reader::Hl7, wanted, || hl7.hl7(false).bytes),
        // CDA takes its place here: 50 MB/s beside a bare pass of its XML reader.
    ];
    println!(
        "{:<16} {:>9} {:>24} {:>24} {:>8} {:>11} {:>11}",
        "", "messages", "MB/s (range)", "str::lines MB/s", "ratio", "allocations", "detection"
    );
    for corpus in corpora.iter().filter(|corpus| only.as_deref().is_none_or(|only| corpus.name == only)) {
        let (mut read, mut plain, mut found) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            read.push(timed(|| {
                corpus.messages.iter().for_each(|message| drop(black_box(corpus.reader.read(message))))
            }));
            plain.push(timed(|| {
                corpus.messages.iter().for_each(|message| {
                    black_box(lines(message));
                })
            }));
            found.push(timed(|| {
                corpus.messages.iter().for_each(|message| {
                    black_box(corpus.reader.is_in(message));
                })
            }));
        }
        let region = Region::new(ALLOCATOR);
        corpus.messages.iter().for_each(|message| drop(black_box(corpus.reader.read(message))));
        let allocations = region.change().allocations as f64 / corpus.messages.len() as f64;
        let share = spread(found.iter().zip(&read).map(|(a, b)| 100.0 * a.as_secs_f64() / b.as_secs_f64()).collect());
        let speed = |took: &[Duration]| spread(took.iter().map(|took| corpus.megabytes_per_second(*took)).collect());
        let (read, plain) = (speed(&read), speed(&plain));
        println!(
            "{:<16} {:>9} {:>9.0} ({:>4.0} – {:>4.0}) {:>11.0} ({:>4.0} – {:>4.0}) {:>7.1}× {:>11.0} {:>10.2}%",
            corpus.name,
            corpus.messages.len(),
            read.0,
            read.1,
            read.2,
            plain.0,
            plain.1,
            plain.2,
            plain.0 / read.0,
            allocations,
            share.0,
        );
    }
}
