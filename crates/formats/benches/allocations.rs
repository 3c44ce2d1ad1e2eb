//! How many allocations the reading of a message costs: `cargo bench -p bannette-formats --bench allocations`.

use bannette_formats::by_format::Reader;
use bannette_synthetic::Generator;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use std::alloc::System;
use std::hint::black_box;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const MESSAGES: usize = 1000;

fn main() {
    let mut generator = Generator::new(1);
    let corpora = [
        ("HPRIM Médecin", Reader::HprimMedecin, (0..MESSAGES).map(|_| generator.hprim_file().1).collect::<Vec<_>>()),
        ("HPRIM Santé", Reader::HprimSante, (0..MESSAGES).map(|_| generator.hprim_sante(false).bytes).collect()),
        ("HL7 v2", Reader::Hl7, (0..MESSAGES).map(|_| generator.hl7(false).bytes).collect()),
    ];
    println!("{:<16} {:>14} {:>14} {:>14} {:>16}", "a message", "bytes", "results", "allocations", "bytes allocated");
    for (name, reader, messages) in corpora {
        let bytes: usize = messages.iter().map(Vec::len).sum();
        let mut results = 0;
        let region = Region::new(ALLOCATOR);
        for message in &messages {
            let read = black_box(reader.read(message));
            results += read
                .reports
                .iter()
                .flat_map(|report| &report.sections)
                .map(|section| section.results.len())
                .sum::<usize>();
        }
        let change = region.change();
        let each = |total: usize| total / MESSAGES;
        println!(
            "{name:<16} {:>14} {:>14} {:>14} {:>16}",
            each(bytes),
            each(results),
            each(change.allocations),
            each(change.bytes_allocated)
        );
    }
}
