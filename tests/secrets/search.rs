//! Looking for secrets in whatever a run left: in clear, in base64 (wherever in it they begin), in hexadecimal, as in an
//! address, in UTF-16, escaped as in JSON.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// The secrets of a run, each in every form.
#[derive(Clone, Default)]
pub struct Secrets(Vec<(String, Vec<u8>)>);

impl Secrets {
    /// Adds a secret.
    pub fn add(&mut self, name: &str, secret: &[u8]) {
        assert!(secret.len() >= 8, "{name} is too short to be looked for");
        let mut forms: Vec<(&str, Vec<u8>)> = vec![
            ("in clear", secret.to_vec()),
            ("in hexadecimal", each(secret, |byte| format!("{byte:02x}"))),
            ("in capital hexadecimal", each(secret, |byte| format!("{byte:02X}"))),
            ("as numbers", each(secret, |byte| format!("{byte}, "))),
            ("as in an address", each(secret, address)),
            ("in UTF-16", secret.iter().flat_map(|byte| [*byte, 0]).collect()),
        ];
        for shift in 0..3 {
            // What stands before it decides how base64 writes it; its ends are mixed with the neighbours.
            for (engine, form) in [(&STANDARD_NO_PAD, "in base64"), (&URL_SAFE_NO_PAD, "in base64 of addresses")] {
                let padded = [vec![0; shift], secret.to_vec()].concat();
                let written = engine.encode(padded);
                let inner = written.as_bytes()[shift.div_ceil(3) * 4..written.len() - 4].to_vec();
                forms.push((form, inner));
            }
        }
        if let Ok(text) = std::str::from_utf8(secret) {
            let escaped = serde_json::to_string(text).unwrap();
            forms.push(("escaped", escaped.trim_matches('"').as_bytes().to_vec()));
        }
        self.0.extend(forms.into_iter().map(|(form, bytes)| (format!("{name} {form}"), bytes)));
    }

    /// Adds the key in a PEM text: its last line is of its own.
    pub fn add_key_of_pem(&mut self, name: &str, pem: &str) {
        let body: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
        let bytes = base64::engine::general_purpose::STANDARD.decode(body).unwrap();
        // Its beginning says what kind of key it is, as in every other.
        self.add(name, &bytes[bytes.len() / 3..bytes.len() / 3 + 24]);
    }

    /// Which of them stand there.
    pub fn found_in(&self, place: &str, bytes: &[u8]) -> Vec<String> {
        let stands = |(_, form): &&(String, Vec<u8>)| memchr_find(bytes, form);
        self.0.iter().filter(stands).map(|(name, _)| format!("{place}: {name}")).collect()
    }
}

fn each(bytes: &[u8], write: impl Fn(u8) -> String) -> Vec<u8> {
    bytes.iter().map(|byte| write(*byte)).collect::<String>().into_bytes()
}

fn address(byte: u8) -> String {
    match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
        b' ' => "+".to_owned(),
        other => {
            let mut text = String::new();
            write!(text, "%{other:02X}").unwrap();
            text
        }
    }
}

/// Whether the form stands in the bytes; quick enough for files of some megabytes.
fn memchr_find(bytes: &[u8], form: &[u8]) -> bool {
    let (first, rest) = form.split_first().unwrap();
    let mut from = 0;
    while let Some(at) = bytes[from..].iter().position(|byte| byte == first) {
        from += at + 1;
        if bytes[from..].starts_with(rest) {
            return true;
        }
    }
    false
}

/// All that this process logs, at the most talkative level.
#[derive(Clone, Default)]
pub struct Logged(Arc<Mutex<Vec<u8>>>);

impl Logged {
    /// Begins to note.
    pub fn everything() -> Self {
        let logged = Self::default();
        let writer = logged.clone();
        tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_ansi(false)
            .with_writer(move || writer.clone())
            .init();
        logged
    }

    pub fn bytes(&self) -> Vec<u8> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Write for Logged {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Looks at the arguments of every process of this post, again and again.
pub struct Arguments {
    ends: Arc<AtomicBool>,
    watching: JoinHandle<BTreeSet<String>>,
}

impl Arguments {
    pub fn watch(secrets: &Secrets) -> Self {
        let (ends, secrets) = (Arc::new(AtomicBool::new(false)), secrets.clone());
        let ended = ends.clone();
        let watching = std::thread::spawn(move || {
            let mut found = BTreeSet::new();
            while !ended.load(Ordering::Relaxed) {
                for process in std::fs::read_dir("/proc").unwrap().flatten() {
                    // A process may end while it is looked at.
                    let said = std::fs::read(process.path().join("cmdline")).unwrap_or_default();
                    found.extend(secrets.found_in("the arguments of a process", &said));
                }
                std::thread::sleep(Duration::from_millis(3));
            }
            found
        });
        Self { ends, watching }
    }

    /// What was seen.
    pub fn end(self) -> BTreeSet<String> {
        self.ends.store(true, Ordering::Relaxed);
        self.watching.join().unwrap()
    }
}

#[test]
fn the_search_finds_what_it_is_made_for() {
    let secret = "secret-du-compte-ß7";
    let mut secrets = Secrets::default();
    secrets.add("it", secret.as_bytes());
    let coded = |text: String| base64::engine::general_purpose::STANDARD.encode(text);
    let hex: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
    for text in [
        format!("a line with {secret} in it"),
        hex.clone(),
        hex.to_uppercase(),
        "x=secret-du-compte-%C3%9F7&y".to_owned(),
        coded(format!("\0derek\0{secret}")),
        coded(format!("a\0{secret}")),
        coded(format!("ab\0{secret}and more")),
        coded(format!("abc\0{secret}and more")),
    ] {
        assert!(!secrets.found_in("here", text.as_bytes()).is_empty(), "{text}");
    }
    let wide: Vec<u8> = secret.bytes().flat_map(|byte| [byte, 0]).collect();
    assert!(!secrets.found_in("here", &wide).is_empty());
    for text in ["secret-du-compte-6", "", "nothing here"] {
        assert!(secrets.found_in("here", text.as_bytes()).is_empty());
    }
}
