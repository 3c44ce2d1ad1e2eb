//! What a reading process gives up before it reads its first byte.

use std::io;

/// All memory of a process that may be written: up to 70 MB for the page of a report, some hundred for the largest pictures
/// that are let pass, and what the libraries of the window's program reserve when they are loaded (195 MB, mostly unused).
#[cfg(unix)]
const MEMORY: u64 = 768 * 1024 * 1024;
/// Seconds of one core: far more than any person's reading needs, for a process whose parent hangs.
#[cfg(unix)]
const SECONDS: u64 = 300;

/// Bounds this process's memory and time, and takes from it every file, connection and written byte but those of the pipes
/// it was started with. For good: nothing takes it back. A crash leaves no image of the memory behind.
///
/// Linux holds to all of it. Other Unix systems bound memory less strictly; Windows gives none of it to safe code, so
/// there the process can only be killed.
///
/// # Errors
///
/// The system refused.
pub fn confine() -> io::Result<()> {
    #[cfg(unix)]
    {
        use rustix::process::Resource;
        // Core files aside, on Linux also for whoever catches them by a pipe, and for whoever wants to look inside.
        #[cfg(target_os = "linux")]
        rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable)?;
        lower(Resource::Core, 0)?;
        lower(Resource::Cpu, SECONDS)?;
        lower(Resource::Fsize, 0)?;
        lower(Resource::Data, MEMORY)?;
        // No further descriptor: neither a file nor a connection.
        lower(Resource::Nofile, 0)?;
    }
    Ok(())
}

#[cfg(unix)]
fn lower(resource: rustix::process::Resource, to: u64) -> io::Result<()> {
    use rustix::process::{Rlimit, getrlimit, setrlimit};
    let to = getrlimit(resource).maximum.map_or(to, |most| most.min(to));
    Ok(setrlimit(resource, Rlimit { current: Some(to), maximum: Some(to) })?)
}
