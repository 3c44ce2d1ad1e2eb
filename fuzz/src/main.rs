//! One program for all targets: `BANNETTE_FUZZ` says which entry point the bytes go to. A target ends by a panic (aborting)
//! or by libFuzzer's own limits of time and memory; both are defects.
#![no_main]

use bannette_formats::{Opened, Source, parse_file, read, read_opened, sealed, summarise};
use libfuzzer_sys::fuzz_target;
use std::cell::Cell;
use std::sync::{Once, OnceLock};

/// The entry point, chosen once: to ask the environment at each run would cost more than many runs.
fn target() -> &'static str {
    static TARGET: OnceLock<String> = OnceLock::new();
    TARGET.get_or_init(|| std::env::var("BANNETTE_FUZZ").unwrap_or_default())
}

/// A file of that name: read, summarised as a list shows it, and known again among its versions.
fn file(name: &str, bytes: &[u8]) {
    let message = read(Source::File { name }, bytes);
    assert!(!message.reports.is_empty(), "a file reaches the list whatever it is");
    std::hint::black_box(summarise(&message));
}

fn pdf(bytes: &[u8]) {
    // What our own code catches of the crates it stands on is no defect: libFuzzer's hook would end the program at it.
    static QUIET: Once = Once::new();
    QUIET.call_once(|| std::panic::set_hook(Box::new(|_| {})));
    // The clock is not the subject here: work is bounded by counting.
    let steps = Cell::new(0u32);
    let go_on = || {
        steps.set(steps.get() + 1);
        steps.get() < 100_000
    };
    std::hint::black_box(bannette_pdf::text(bytes, &bannette_pdf::Limits::default(), &go_on));
}

fuzz_target!(|bytes: &[u8]| {
    match target() {
        "message" => {
            let message = read(Source::Message, bytes);
            assert!(!message.reports.is_empty(), "a message reaches the list whatever it is");
            std::hint::black_box(summarise(&message));
            // What is encrypted, as if a tool had given the same bytes back: any bytes can come from a tool.
            let opened = sealed(Source::Message, bytes).into_iter();
            let opened: Vec<_> = opened.map(|one| Opened { place: one.place, bytes: one.bytes }).collect();
            if !opened.is_empty() {
                let message = read_opened(Source::Message, bytes, &opened, None);
                assert!(!message.reports.is_empty(), "an opened message reaches the list whatever it is");
            }
        }
        "hprim" => file("a.hpr", bytes),
        "sante" => file("a.txt", bytes),
        "cda" => file("a.xml", bytes),
        "xdm" => file("IHE_XDM.zip", bytes),
        "tnef" => file("winmail.dat", bytes),
        "parse" => {
            std::hint::black_box(parse_file("a", bytes));
        }
        "pdf" => pdf(bytes),
        other => panic!("no target {other}"),
    }
});
