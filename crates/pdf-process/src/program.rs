//! Which program is started: this one, where it knows that it may be.

use crate::allocator::{VARIABLE, start_with_the_variable};
use crate::child;
use std::env;
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{ExitCode, Stdio};
use std::sync::OnceLock;
use tokio::process::Command;

/// The one argument that makes this program read documents and do nothing else. No person types it.
pub const ARGUMENT: &str = "pdf-process";

/// What a started program needs of its surroundings to load at all: no other variable reaches it.
const KEPT: [&str; 2] = ["LD_LIBRARY_PATH", "SystemRoot"];

/// Whether this program's first line asked [`serve_if_asked`].
static ANSWERS: OnceLock<()> = OnceLock::new();

/// To be asked before anything else: reads documents where this program was started to do so, and gives its end; otherwise
/// nothing, and from then on [`Program::own`] knows that this program may be started again.
#[must_use]
pub fn serve_if_asked() -> Option<ExitCode> {
    let mut arguments = env::args_os().skip(1);
    if arguments.next().as_deref() == Some(OsStr::new(ARGUMENT)) && arguments.next().is_none() {
        start_with_the_variable();
        return Some(child::serve());
    }
    ANSWERS.get_or_init(|| ());
    None
}

/// A program that reads documents when it is started.
#[derive(Clone, Debug)]
pub struct Program {
    path: PathBuf,
    arguments: Vec<OsString>,
}

impl Program {
    /// This program, if it asked [`serve_if_asked`] at its beginning.
    #[must_use]
    pub fn own() -> Option<Self> {
        ANSWERS.get()?;
        Some(Self::new(running().ok()?, [ARGUMENT]))
    }

    /// Another program.
    #[must_use]
    pub fn new<A: Into<OsString>>(path: impl Into<PathBuf>, arguments: impl IntoIterator<Item = A>) -> Self {
        Self { path: path.into(), arguments: arguments.into_iter().map(Into::into).collect() }
    }

    /// With pipes, without surroundings; killed when nobody holds it any more.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(&self.path);
        command.args(&self.arguments).env_clear().kill_on_drop(true);
        command.envs(KEPT.iter().filter_map(|name| Some((name, env::var_os(name)?)))).env(VARIABLE.0, VARIABLE.1);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        command
    }
}

/// The program that runs. On Linux the very file, even when another version has taken its place meanwhile.
pub(crate) fn running() -> io::Result<PathBuf> {
    let running = Path::new("/proc/self/exe");
    if cfg!(target_os = "linux") && running.exists() { Ok(running.to_owned()) } else { env::current_exe() }
}
