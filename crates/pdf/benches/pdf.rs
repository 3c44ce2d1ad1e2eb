//! What a report costs: its words for the search, a page as a picture. Prints times and the memory's peak; fails never.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement")]

use bannette_pdf::{Limits, pages, render, text};
use bannette_synthetic::Generator;
use std::hint::black_box;
use std::time::{Duration, Instant};

fn main() {
    let mut generator = Generator::new(1);
    let report = generator.pdf_report(3, true).bytes;
    measure("text of a report of 3 pages", 200, || drop(black_box(text(&report, &Limits::default(), &|| true))));
    measure("its pages", 200, || {
        let _ = black_box(pages(&report));
    });
    for width in [200, 1000, 2400] {
        let bytes = render(&report, 0, width, &|| true).unwrap().png.len();
        measure(&format!("a page {width} pixels wide ({bytes} bytes of PNG)"), 10, || {
            drop(black_box(render(&report, 0, width, &|| true)));
        });
    }
    for size in [60_000, 130_000, 200_000] {
        let padded = generator.padded_pdf(size);
        measure(&format!("text of a PDF of {size} bytes"), 200, || {
            drop(black_box(text(&padded, &Limits::default(), &|| true)));
        });
    }
    println!("peak of memory: {}", peak().unwrap_or_default());
}

fn measure(name: &str, times: u32, mut work: impl FnMut()) {
    work();
    let mut all: Vec<Duration> = (0..times)
        .map(|_| {
            let clock = Instant::now();
            work();
            clock.elapsed()
        })
        .collect();
    all.sort();
    let median = all.get(all.len() / 2).copied().unwrap_or_default();
    println!("{name}: median {median:.1?}, worst {:.1?}", all.last().copied().unwrap_or_default());
}

/// The most memory that was ever in use (Linux).
fn peak() -> Option<String> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    Some(status.lines().find(|line| line.starts_with("VmHWM"))?.to_owned())
}
