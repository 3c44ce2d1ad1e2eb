//! The official tool that opens encrypted messages, as an external program. The cipher is its publisher's: nothing is opened
//! here. Each content gets a private folder that is wiped afterwards, whatever happens; no shell, no inherited environment,
//! a time-out, a bound on what is written; the usage code goes by the standard input, never as an argument. What the tool
//! says on its outputs is thrown away: it may quote the message.

use crate::Secret;
use bannette_api::connection::OpeningFault;
use std::ffi::OsString;
use std::fs::{self, DirBuilder, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::io::AsyncWriteExt as _;
use tokio::process::{Child, Command};

/// How long a tool may take for one content.
const PATIENCE: Duration = Duration::from_secs(60);
/// How much a tool may write.
const LARGEST: u64 = 64 * 1024 * 1024;
/// How often it is looked how much that is.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// An external program that opens encrypted contents, and how it is called.
#[derive(Debug)]
pub struct Tool {
    program: String,
    arguments: Vec<String>,
    key_id: String,
    code: Option<Secret>,
    workplace: PathBuf,
    patience: Duration,
    largest: u64,
}

impl Tool {
    /// A tool that works under `workplace`, a folder that nobody else may read. In `program` and `arguments`, `{input}`,
    /// `{output}` and `{key}` stand for the file to open, the file to write and the key's identifier; `{pj}` for nothing, or
    /// for `pj` where an attachment is opened (the tools of version 1 are two programs).
    #[must_use]
    pub fn new(
        workplace: PathBuf,
        program: String,
        arguments: Vec<String>,
        key_id: String,
        code: Option<Secret>,
    ) -> Self {
        Self { program, arguments, key_id, code, workplace, patience: PATIENCE, largest: LARGEST }
    }

    /// The same, with this usage code.
    #[must_use]
    pub fn with_code(self, code: Option<Secret>) -> Self {
        Self { code, ..self }
    }

    /// The same, with other limits: how long it may take, how many bytes it may write.
    #[must_use]
    pub fn within(self, patience: Duration, largest: u64) -> Self {
        Self { patience, largest, ..self }
    }

    /// Whether the program is where it should be.
    #[must_use]
    pub fn is_there(&self) -> bool {
        [false, true].iter().all(|attachment| Path::new(&self.program(*attachment)).is_file())
    }

    fn program(&self, attachment: bool) -> String {
        filled(&self.program, &[("pj", if attachment { "pj" } else { "" })])
    }

    /// Opens one encrypted content.
    ///
    /// If this is dropped midway, the program is ended and its folder wiped.
    ///
    /// # Errors
    /// Why it could not be opened.
    pub async fn open(&self, bytes: &[u8], attachment: bool) -> Result<Vec<u8>, OpeningFault> {
        let folder = PrivateFolder::make(&self.workplace).map_err(|error| not_started(&error))?;
        let (input, output) = (folder.path.join("entree"), folder.path.join("sortie"));
        write_private(&input, bytes).map_err(|error| not_started(&error))?;
        let mut child =
            self.start(&folder.path, (&input, &output), attachment).map_err(|error| match error.kind() {
                io::ErrorKind::NotFound => OpeningFault::ToolMissing,
                _ => not_started(&error),
            })?;
        let group = Group::of(&child);
        self.tell_code(&mut child).await;
        let ended = tokio::select! {
            ended = child.wait() => ended.map(Some).map_err(|error| not_started(&error))?,
            () = tokio::time::sleep(self.patience) => None,
            () = grown_over(&output, self.largest) => {
                end(&mut child, group).await;
                return Err(OpeningFault::TooLarge);
            }
        };
        // Whatever it started in the background ends with it: nothing reads here after us.
        end(&mut child, group).await;
        match ended {
            None => Err(OpeningFault::TimedOut),
            Some(status) if !status.success() => Err(OpeningFault::Refused { code: status.code() }),
            Some(_) => written(&output, self.largest),
        }
    }

    fn start(&self, folder: &Path, files: (&Path, &Path), attachment: bool) -> io::Result<Child> {
        let (input, output) = (files.0.to_string_lossy(), files.1.to_string_lossy());
        let pj = if attachment { "pj" } else { "" };
        let stand_for: [(&str, &str); 4] = [("input", &input), ("output", &output), ("key", &self.key_id), ("pj", pj)];
        let mut command = Command::new(self.program(attachment));
        command.args(self.arguments.iter().map(|argument| filled(argument, &stand_for)));
        command.env_clear().envs(environment(folder)).current_dir(folder);
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
        #[cfg(unix)]
        command.process_group(0);
        command.spawn()
    }

    async fn tell_code(&self, child: &mut Child) {
        let Some(mut stdin) = child.stdin.take() else { return };
        let Some(code) = &self.code else { return };
        let mut line = zeroize::Zeroizing::new(code.expose().as_bytes().to_vec());
        line.push(b'\n');
        // A tool that asks for no code may have closed it.
        if stdin.write_all(&line).await.and(stdin.shutdown().await).is_err() {
            tracing::debug!("the tool did not read the code");
        }
    }
}

/// Wipes what a program that was cut off left behind.
pub fn wipe_leftovers(workplace: &Path) {
    let Ok(left) = fs::read_dir(workplace) else { return };
    for entry in left.flatten() {
        wipe(&entry.path());
    }
}

fn not_started(error: &io::Error) -> OpeningFault {
    tracing::warn!(kind = ?error.kind(), "the tool could not be started");
    OpeningFault::NotStarted
}

/// A text with what its placeholders stand for, in one pass: what is put in is not looked at again.
fn filled(template: &str, stand_for: &[(&str, &str)]) -> String {
    let mut whole = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        whole.push_str(before);
        let known = stand_for.iter().find_map(|(name, value)| {
            let after = after.strip_prefix(name)?.strip_prefix('}')?;
            Some((value, after))
        });
        match known {
            Some((value, after)) => {
                whole.push_str(value);
                rest = after;
            }
            None => {
                whole.push('{');
                rest = after;
            }
        }
    }
    whole.push_str(rest);
    whole
}

/// What a program needs to know, and no more: where it may write.
fn environment(folder: &Path) -> Vec<(&'static str, OsString)> {
    let mut variables: Vec<_> =
        ["TMPDIR", "TMP", "TEMP", "HOME"].map(|name| (name, folder.as_os_str().to_owned())).into();
    if cfg!(windows) {
        // Without it no program of Windows starts.
        variables.extend(std::env::var_os("SystemRoot").map(|root| ("SystemRoot", root)));
    }
    variables
}

/// Ends when the file is larger than allowed.
async fn grown_over(output: &Path, largest: u64) {
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        if fs::symlink_metadata(output).is_ok_and(|about| about.len() > largest) {
            return;
        }
    }
}

/// What the tool wrote.
fn written(output: &Path, largest: u64) -> Result<Vec<u8>, OpeningFault> {
    // A link would lead to another file of this post.
    if !fs::symlink_metadata(output).is_ok_and(|about| about.is_file()) {
        return Err(OpeningFault::NothingGiven);
    }
    let mut bytes = Vec::new();
    let read = File::open(output).and_then(|file| file.take(largest + 1).read_to_end(&mut bytes));
    match read {
        Err(error) => Err(not_started(&error)),
        Ok(0) => Err(OpeningFault::NothingGiven),
        Ok(size) if u64::try_from(size).is_ok_and(|size| size <= largest) => Ok(bytes),
        Ok(_) => Err(OpeningFault::TooLarge),
    }
}

/// The processes that a tool is.
#[derive(Clone, Copy)]
struct Group(#[cfg_attr(not(unix), expect(dead_code, reason = "only Unix has groups"))] Option<u32>);

impl Group {
    fn of(child: &Child) -> Self {
        Self(child.id())
    }

    #[cfg(unix)]
    fn end(self) {
        use rustix::process::{Pid, Signal, kill_process_group};
        let leader = self.0.and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        // None is left, usually.
        if leader.is_some_and(|leader| kill_process_group(leader, Signal::KILL).is_ok()) {
            tracing::debug!("what the tool left running was ended");
        }
    }

    #[cfg(not(unix))]
    fn end(self) {}
}

async fn end(child: &mut Child, group: Group) {
    group.end();
    if let Err(error) = child.kill().await {
        tracing::debug!(kind = ?error.kind(), "the tool had ended");
    }
}

/// A folder for one content, for nobody else; wiped when it is dropped.
struct PrivateFolder {
    path: PathBuf,
}

impl PrivateFolder {
    fn make(workplace: &Path) -> io::Result<Self> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        private(&mut builder);
        builder.create(workplace)?;
        builder.recursive(false);
        let path = workplace.join(format!("{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed)));
        builder.create(&path)?;
        Ok(Self { path })
    }
}

impl Drop for PrivateFolder {
    fn drop(&mut self) {
        wipe(&self.path);
    }
}

#[cfg(unix)]
fn private(builder: &mut DirBuilder) {
    use std::os::unix::fs::DirBuilderExt as _;
    builder.mode(0o700);
}

/// On Windows a folder of the person's own data is theirs alone already.
#[cfg(not(unix))]
fn private(_builder: &mut DirBuilder) {}

fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(path)?.write_all(bytes)
}

/// Writes zeros over the files of a folder and removes it. What a disk keeps of them nevertheless (journals, worn cells)
/// only the encryption of the whole disk covers.
fn wipe(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        match entry.metadata() {
            Ok(about) if about.is_dir() => wipe(&path),
            Ok(about) if about.is_file() => {
                if let Err(error) = overwrite(&path, about.len()) {
                    tracing::debug!(kind = ?error.kind(), "a clear file could not be overwritten");
                }
            }
            _ => {}
        }
    }
    if let Err(error) = fs::remove_dir_all(folder) {
        tracing::error!(kind = ?error.kind(), "a folder with clear files could not be removed: tried again at the next start");
    }
}

fn overwrite(path: &Path, size: u64) -> io::Result<()> {
    let mut file = File::options().write(true).open(path)?;
    io::copy(&mut io::repeat(0).take(size), &mut file)?;
    file.sync_data()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_filled_once() {
        let stand_for = [("input", "/a {output}"), ("output", "/b"), ("key", "prenom.NOM"), ("pj", "")];
        assert_eq!(filled("-s={input}", &stand_for), "-s=/a {output}");
        assert_eq!(filled("{key}{pj}:{unknown}{", &stand_for), "prenom.NOM:{unknown}{");
        assert_eq!(filled("apiuncrypt{pj}", &[("pj", "pj")]), "apiuncryptpj");
    }
}
