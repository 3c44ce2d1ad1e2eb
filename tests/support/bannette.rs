//! The real `bannette` program, run as a person or a script runs it. Nothing that it writes is lost: at the end a test
//! can look for secrets in all of it.
#![allow(dead_code, reason = "each test file uses its part")]

use serde_json::Value;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, SystemTime};

/// The program, beside this test's own executable; it is built when it is missing or older than its source.
pub fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let own = std::env::current_exe().unwrap();
        let profile = own.parent().and_then(Path::parent).unwrap();
        let program = profile.join("bannette");
        let built = fs::metadata(&program).and_then(|found| found.modified()).unwrap_or(SystemTime::UNIX_EPOCH);
        if built < newest(&Path::new(env!("CARGO_MANIFEST_DIR")).join("crates")) {
            let mut cargo = Command::new(env!("CARGO"));
            cargo.current_dir(env!("CARGO_MANIFEST_DIR")).args([
                "build",
                "--locked",
                "-p",
                "bannette-cli",
                "--target-dir",
            ]);
            cargo.arg(profile.parent().unwrap());
            if profile.ends_with("release") {
                cargo.arg("--release");
            }
            // What cargo tells a test of its own package would make build scripts begin anew.
            for (name, _) in std::env::vars_os() {
                let own = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_", "CARGO_PRIMARY_"];
                if own.iter().any(|own| name.to_string_lossy().starts_with(own)) {
                    cargo.env_remove(name);
                }
            }
            assert!(cargo.status().unwrap().success(), "bannette cannot be built");
        }
        program
    })
}

/// When a source file of these crates changed last.
fn newest(folder: &Path) -> SystemTime {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let time = |path: PathBuf| match path.is_dir() {
        true if path.ends_with("tests") || path.ends_with("benches") => SystemTime::UNIX_EPOCH,
        true => newest(&path),
        false => fs::metadata(path).unwrap().modified().unwrap(),
    };
    entries.map(time).max().unwrap_or(SystemTime::UNIX_EPOCH)
}

/// A practice's place, and how to run the program on it.
#[derive(Clone)]
pub struct Bannette {
    pub data: PathBuf,
    pub key: PathBuf,
    variables: Vec<(String, String)>,
    login: Option<String>,
    /// All that was ever written to stdout and stderr.
    written: Arc<Mutex<Vec<u8>>>,
}

/// How a command ended.
pub struct Ended {
    pub status: i32,
    pub stdout: Vec<u8>,
    pub stderr: String,
}

impl Ended {
    /// The one JSON document on stdout.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.stdout).unwrap_or_else(|error| panic!("{error}: {}", self.stderr))
    }

    /// The exit status and the code of the refusal.
    pub fn refusal(&self) -> (i32, String) {
        (self.status, self.json()["error"]["code"].as_str().unwrap_or_default().to_owned())
    }

    /// The document, of a command that succeeded.
    pub fn done(&self) -> Value {
        assert_eq!(self.status, 0, "{}", self.stderr);
        self.json()
    }
}

impl Bannette {
    /// A practice that lies in this folder, as [`crate::practice::place`] has it.
    pub fn at(folder: &Path) -> Self {
        Self {
            data: folder.join("cabinet"),
            key: folder.join("clef"),
            variables: Vec::new(),
            login: None,
            written: Arc::default(),
        }
    }

    /// The same, as this person.
    pub fn signed_in(&self, login: &str, password: &str) -> Self {
        Self { login: Some(login.to_owned()), ..self.clone() }.with("BANNETTE_PASSWORD", password)
    }

    /// The same, with an environment variable.
    pub fn with(mut self, variable: &str, value: &str) -> Self {
        self.variables.push((variable.to_owned(), value.to_owned()));
        self
    }

    /// The same, with another key.
    pub fn with_key(mut self, key: &Path) -> Self {
        key.clone_into(&mut self.key);
        self
    }

    /// Runs a command with `--json`, and with the most talkative log.
    pub fn json(&self, arguments: &[&str]) -> Ended {
        self.run(&[&["--json", "-vv"], arguments].concat())
    }

    /// Runs a command.
    pub fn run(&self, arguments: &[&str]) -> Ended {
        self.ended(self.command(&[]).args(arguments).output().unwrap())
    }

    /// Runs a command inside another one (`unshare -n`).
    pub fn run_in(&self, outer: &[&str], arguments: &[&str]) -> Ended {
        self.ended(self.command(outer).args(arguments).output().unwrap())
    }

    fn ended(&self, output: Output) -> Ended {
        let Output { status, stdout, stderr } = output;
        self.note(&stdout);
        self.note(&stderr);
        Ended { status: status.code().unwrap(), stdout, stderr: String::from_utf8_lossy(&stderr).into_owned() }
    }

    fn note(&self, written: &[u8]) {
        self.written.lock().unwrap().extend_from_slice(written);
    }

    fn command(&self, outer: &[&str]) -> Command {
        let mut command = match outer.split_first() {
            Some((first, rest)) => {
                let mut command = Command::new(first);
                command.args(rest).arg(program());
                command
            }
            None => Command::new(program()),
        };
        let own = [
            "BANNETTE_PASSWORD",
            "BANNETTE_NEW_PASSWORD",
            "BANNETTE_SECRET",
            "BANNETTE_CERTIFICATE_PASSWORD",
            "BANNETTE_LOG",
        ];
        for own in own {
            command.env_remove(own);
        }
        command.env("BANNETTE_DATA", &self.data).env("BANNETTE_KEY_FILE", &self.key);
        command.envs(self.variables.iter().map(|(name, value)| (name, value))).stdin(Stdio::null());
        if let Some(login) = &self.login {
            command.args(["--as", login]);
        }
        command
    }

    /// Starts `fetch --follow --json`.
    pub fn follow(&self) -> Following {
        let mut command = self.command(&[]);
        command.args(["--json", "-vv", "fetch", "--follow"]).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (told, lines) = channel();
        let stdout = child.stdout.take().unwrap();
        let noting = self.clone();
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                noting.note(line.as_bytes());
                // A program that is killed may leave half a line; nobody may wait for it any more.
                let Ok(line) = serde_json::from_str(&line) else { break };
                if told.send(line).is_err() {
                    break;
                }
            }
        });
        let mut stderr = child.stderr.take().unwrap();
        let noting = self.clone();
        std::thread::spawn(move || {
            let mut written = Vec::new();
            if stderr.read_to_end(&mut written).is_ok() {
                noting.note(&written);
            }
        });
        Following { child, lines, written: self.written.clone() }
    }

    /// All that was ever written to stdout and stderr.
    pub fn all_written(&self) -> Vec<u8> {
        self.written.lock().unwrap().clone()
    }

    /// Whether these bytes stand in anything that was written, or in clear in a file of the practice's folder: where.
    pub fn finds(&self, text: &str) -> Option<String> {
        if holds(&self.written.lock().unwrap(), text) {
            return Some("what the program wrote".to_owned());
        }
        files(&self.data)
            .into_iter()
            .find(|file| holds(&fs::read(file).unwrap(), text))
            .map(|file| file.display().to_string())
    }
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|some| some == text.as_bytes())
}

/// All files below a folder.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { all.extend(files(&path)) } else { all.push(path) }
    }
    all
}

/// A running `fetch --follow`. It is killed when it is dropped.
pub struct Following {
    child: Child,
    lines: Receiver<Value>,
    written: Arc<Mutex<Vec<u8>>>,
}

impl Following {
    /// The next line that is as wanted; 30 s at the most.
    pub fn until(&self, wanted: impl Fn(&Value) -> bool) -> Value {
        let mut seen = Vec::new();
        loop {
            match self.lines.recv_timeout(Duration::from_secs(30)) {
                Ok(line) if wanted(&line) => return line,
                Ok(line) => seen.push(line),
                Err(error) => panic!("{error} after {seen:#?}"),
            }
        }
    }

    /// Asks it to end, as what stops a service does, and gives its exit status.
    pub fn terminate(mut self) -> Option<i32> {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        self.child.wait().unwrap().code()
    }

    /// Whether it runs still.
    pub fn runs(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// The end of what it wrote; for whoever finds that it does not run any more.
    pub fn last_words(&mut self) -> String {
        let status = self.child.wait().unwrap();
        // What it wrote last is still being read.
        std::thread::sleep(Duration::from_millis(300));
        let written = self.written.lock().unwrap();
        let end = written.len().saturating_sub(3000);
        format!("{status}: {}", String::from_utf8_lossy(&written[end..]))
    }

    /// `kill -9`.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Following {
    fn drop(&mut self) {
        if self.runs() {
            self.kill();
        }
    }
}
