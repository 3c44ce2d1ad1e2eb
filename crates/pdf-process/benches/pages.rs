//! What a process of its own costs: a page drawn here, in a new process, in one that has the document already; words too.
//! `--program PATH` starts another program than this one. Prints times; fails never.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement")]

use bannette_pdf_process::{ARGUMENT, Program, Readers, serve_if_asked};
use bannette_synthetic::Generator;
use std::process::ExitCode;
use std::time::{Duration, Instant};

fn main() -> ExitCode {
    if let Some(ended) = serve_if_asked() {
        return ended;
    }
    let path = std::env::args().skip_while(|argument| argument != "--program").nth(1);
    let program = path.map(|path| Program::new(path, [ARGUMENT]));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(measured(program));
    ExitCode::SUCCESS
}

async fn measured(program: Option<Program>) {
    let report = Generator::new(1).pdf_report(3, true).bytes;
    let (mut here, mut new, mut kept) = (Vec::new(), Vec::new(), Vec::new());
    let (mut words_new, mut words_kept) = (Vec::new(), Vec::new());
    // In turn, so that a busy moment meets all of them.
    for _ in 0..30 {
        let clock = Instant::now();
        bannette_pdf::render(&report, 0, 900, &|| true).unwrap();
        here.push(clock.elapsed());
        let readers = Readers::new(program.clone());
        for times in [&mut new, &mut kept] {
            let clock = Instant::now();
            readers.page(report.clone(), 0, 900).await.unwrap();
            times.push(clock.elapsed());
        }
        for times in [&mut words_new, &mut words_kept] {
            let clock = Instant::now();
            readers.words(&report, Duration::from_secs(5)).await.unwrap();
            times.push(clock.elapsed());
        }
    }
    for (name, times) in [
        ("a page, here", here),
        ("a page, in a new process", new),
        ("a page, in the kept process", kept),
        ("words, in a new process", words_new),
        ("words, in the kept process", words_kept),
    ] {
        say(name, times);
    }
}

fn say(name: &str, mut times: Vec<Duration>) {
    times.sort();
    let median = times.get(times.len() / 2).copied().unwrap_or_default();
    println!("{name}: median {median:.1?}, worst {:.1?}", times.last().copied().unwrap_or_default());
}
