//! The allocator of the programs that read documents, mimalloc, takes a gigabyte of memory in one piece before the first
//! byte is asked of it. Nothing of that piece is used yet, but all of it counts against the limit that a reading process
//! sets itself, and from then on the process gets no memory at all. One variable makes mimalloc take what it needs only.
//! It is read before a program's first line, so a process that was started without it starts itself once more.

/// What mimalloc reads (its options in `options.c`: `arena_eager_commit`, 0 for *not before it is used*).
pub(crate) const VARIABLE: (&str, &str) = ("MIMALLOC_ARENA_EAGER_COMMIT", "0");

/// Starts this process once more where it was started without the variable: the same program, in the same place, with the
/// same pipes. Comes back where that is not needed, or was refused: then the limits decide.
#[cfg(target_os = "linux")]
pub(crate) fn start_with_the_variable() {
    use std::os::unix::process::CommandExt as _;
    let (name, value) = VARIABLE;
    if std::env::var_os(name).is_none()
        && let Ok(program) = crate::program::running()
    {
        let refused = std::process::Command::new(program).args(std::env::args_os().skip(1)).env(name, value).exec();
        tracing::warn!(error = %refused, "a reading process could not start anew");
    }
}

/// Elsewhere the limits do not count what is only set aside.
#[cfg(not(target_os = "linux"))]
pub(crate) fn start_with_the_variable() {}
