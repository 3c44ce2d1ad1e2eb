//! The command line `bannette`: the second face of the core, beside the window.
//!
//! A command is one or two calls of the core and a way to print what they give. No rule lives here: who may do what,
//! what is valid and what is kept is the core's to say. Secrets never come from arguments and are never printed.

mod arguments;
mod commands;
mod desk;
mod error;
mod json;
mod names;
mod output;
mod place;
mod secrets;
mod table;
mod text;
mod times;
mod usage;
mod words;

use error::{Error, Status};
use output::Output;
use std::io::IsTerminal;
use std::process::ExitCode;

/// Readers make many small things: this allocator is quicker at them than the systems' own (docs/decisions/0004).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // Started again to read a document: nothing else of this program is begun.
    if let Some(ended) = bannette_core::serve_if_asked() {
        return ended;
    }
    let arguments = match arguments::Arguments::read(std::env::args_os()) {
        Ok(arguments) => arguments,
        Err(error) => return usage::answer(&error),
    };
    log_to_stderr(arguments.common.verbose);
    let output = Output::to_stdout(arguments.common.json);
    let answered = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(Error::Runtime)
        .and_then(|runtime| runtime.block_on(commands::run(arguments, &output)));
    match answered {
        Ok(status) => status.into(),
        // Whoever read our output has seen enough (`bannette list | head`).
        Err(Error::Output(cause)) if cause.kind() == std::io::ErrorKind::BrokenPipe => Status::Done.into(),
        Err(error) => output.refuse(&error).into(),
    }
}

/// Logs go to stderr, so that stdout holds results only. They never hold contents, names or secrets.
fn log_to_stderr(verbose: u8) {
    use tracing_subscriber::EnvFilter;
    let level = match verbose {
        0 => "warn",
        1 => "info",
        _ => "debug",
    };
    let filter = EnvFilter::try_from_env("BANNETTE_LOG").unwrap_or_else(|_| EnvFilter::new(level));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .init();
}
