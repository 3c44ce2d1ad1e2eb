//! A real Dovecot on loopback for tests: own certificates, ports, users and mail in a temporary folder. It ends with the
//! value that started it, after a panic too, and even when the test's process is killed. Must never touch a Dovecot that
//! it did not start.
//!
//! Included by `#[path]` from several test crates, each of which uses a part of it.
#![allow(dead_code)]
#![cfg(unix)]

#[path = "dovecot/authority.rs"]
mod authority;
#[path = "dovecot/configuration.rs"]
mod configuration;
#[path = "dovecot/mail.rs"]
mod mail;

pub use authority::Authority;

use anyhow::{Context as _, bail};
use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::AtomicU64;
use std::time::{Duration, Instant};
use tempfile::TempDir;

const NOT_INSTALLED: &str = "Dovecot is not installed: apt-get install dovecot-imapd";
/// How long the server may take to greet, on a busy machine.
const STARTING: Duration = Duration::from_secs(20);

/// What is unusual about the server.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Its certificate is no longer valid.
    pub expired_certificate: bool,
    /// Its certificate is valid for so many days only.
    pub certificate_days: Option<u64>,
    /// Its certificate comes from an authority other than the one in [`Dovecot::ca_dir`].
    pub foreign_ca: bool,
    /// Its certificate is for another name.
    pub wrong_name: bool,
    /// It does not offer IDLE.
    pub without_idle: bool,
    /// It does not offer UIDPLUS.
    pub without_uidplus: bool,
    /// It speaks in clear only, on the STARTTLS port.
    pub without_tls: bool,
    /// It speaks POP3 as well (Debian's dovecot-pop3d).
    pub with_pop3: bool,
    /// It has the ACL plugin, and public mailboxes that [`Dovecot::public_mailbox`] makes.
    pub with_acl: bool,
    /// Nobody signs in without a certificate of [`Dovecot::client_certificate`], by SASL EXTERNAL.
    pub client_certificates: bool,
    /// It limits each mailbox to [`QUOTA`] bytes, and tells (RFC 9208).
    pub with_quota: bool,
    /// It takes messages to be sent as well (Debian's dovecot-submissiond), and leads them nowhere.
    pub with_submission: bool,
    /// It knows tokens (SASL XOAUTH2), and asks the provider at this port of loopback whose they are.
    pub oidc_port: Option<u16>,
}

/// The secret by which it signs in at that provider, as the client `dovecot`.
pub const OIDC_SECRET: &str = "secret-of-the-resource-server";

/// The bytes that a mailbox may have with [`Options::with_quota`].
pub const QUOTA: u64 = 10 * 1024 * 1024;

/// Where it listens.
#[derive(Clone, Copy, Debug, Default)]
struct Ports {
    imaps: u16,
    imap: u16,
    pop3s: u16,
    pop3: u16,
    submissions: u16,
    submission: u16,
}

/// A running Dovecot.
pub struct Dovecot {
    folder: TempDir,
    options: Options,
    authority: Authority,
    ports: Ports,
    /// The shell that holds Dovecot, and ends it when its standard input ends.
    holder: Option<Child>,
    delivered: AtomicU64,
}

impl Dovecot {
    /// Starts a server with these users and their secrets.
    pub fn start(users: &[(&str, &str)]) -> anyhow::Result<Self> {
        Self::start_with(users, Options::default())
    }

    /// Starts an unusual server.
    pub fn start_with(users: &[(&str, &str)], options: Options) -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new().prefix("dovecot-").tempdir()?;
        // The mail's user has to pass.
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755))?;
        let authority = authority::write_certificates(folder.path(), options)?;
        let (ports, delivered) = (Ports::default(), AtomicU64::new(0));
        let mut server = Self { folder, options, authority, ports, holder: None, delivered };
        server.write_users(users)?;
        server.find_ports_and_run()?;
        Ok(server)
    }

    /// The port of TLS from the first byte.
    pub fn tls_port(&self) -> u16 {
        self.ports.imaps
    }

    /// The port that begins in clear.
    pub fn starttls_port(&self) -> u16 {
        self.ports.imap
    }

    /// The port of POP3, with TLS from the first byte, where it was asked for.
    pub fn pop3_port(&self) -> u16 {
        self.ports.pop3s
    }

    /// The port of POP3 that begins in clear.
    pub fn pop3_stls_port(&self) -> u16 {
        self.ports.pop3
    }

    /// The port that takes messages to be sent, with TLS from the first byte.
    pub fn submissions_port(&self) -> u16 {
        self.ports.submissions
    }

    /// The port that takes messages to be sent, and begins in clear.
    pub fn submission_port(&self) -> u16 {
        self.ports.submission
    }

    /// The certificate of the authority to trust.
    pub fn ca_pem(&self) -> &str {
        self.authority.pem()
    }

    /// A certificate with which this user signs in, and its key, as PEM texts.
    pub fn client_certificate(&self, user: &str, expired: bool) -> anyhow::Result<(String, String)> {
        self.authority.issue_client(user, expired)
    }

    /// A folder that holds nothing but that certificate, as `ca.pem`.
    pub fn ca_dir(&self) -> PathBuf {
        self.folder.path().join("ca")
    }

    /// Its configuration, for `doveadm -c`.
    pub fn configuration_file(&self) -> PathBuf {
        self.folder.path().join("dovecot.conf")
    }

    /// What Dovecot wrote into its log.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("dovecot.log")).unwrap_or_default()
    }

    /// Stops the server; its mail stays.
    pub fn stop(&mut self) {
        self.end(b"stop\n");
    }

    /// Ends the holder; the end of its input is the order to end at once.
    fn end(&mut self, order: &[u8]) {
        let Some(mut holder) = self.holder.take() else { return };
        let told = holder.stdin.take().map_or(Ok(()), |mut input| input.write_all(order));
        if let Err(error) = told.and_then(|()| holder.wait()) {
            eprintln!("waiting for Dovecot's end: {error}");
        }
    }

    /// Stops the server and starts it again, at the same ports.
    pub fn restart(&mut self) -> anyhow::Result<()> {
        self.stop();
        self.run()
    }

    fn find_ports_and_run(&mut self) -> anyhow::Result<()> {
        let mut last = None;
        // A free port may be taken by another before Dovecot has it.
        for _ in 0..5 {
            let [imaps, imap, pop3s, pop3, submissions, submission] = free_ports()?;
            self.ports = Ports { imaps, imap, pop3s, pop3, submissions, submission };
            fs::write(self.folder.path().join("dovecot.conf"), self.configuration()?)?;
            match self.run() {
                Ok(()) => return Ok(()),
                Err(error) => last = Some(error),
            }
        }
        Err(last.context("never tried")?)
    }

    fn run(&mut self) -> anyhow::Result<()> {
        let binary = ["/usr/sbin/dovecot", "/usr/local/sbin/dovecot", "/usr/lib/dovecot/dovecot"]
            .into_iter()
            .find(|path| Path::new(path).exists())
            .context(NOT_INSTALLED)?;
        // Dovecot leads a process group of its own: its children outlive it while clients are connected.
        // To end in good order takes it a second: only where the mail is used afterwards.
        let script = r#"setsid "$0" -F -c "$1" </dev/null & child=$!
            read order; if [ "$order" = stop ]; then kill -TERM $child; wait $child; fi
            kill -KILL -$child; wait $child"#;
        let holder = Command::new("sh")
            .args([OsStr::new("-c"), OsStr::new(script), OsStr::new(binary)])
            .arg(self.folder.path().join("dovecot.conf"))
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(fs::File::create(self.folder.path().join("stderr"))?)
            .spawn()?;
        self.holder = Some(holder);
        let begin = Instant::now();
        while !greets(self.ports.imap, &self.greeting()) {
            if begin.elapsed() > STARTING || self.log().contains("Fatal:") || self.said().contains("Fatal:") {
                let told = format!("{}\n{}", self.said(), self.log());
                self.stop();
                bail!("Dovecot does not start:\n{told}");
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// What tells this server from another that was quicker to take the port.
    fn greeting(&self) -> String {
        file_name(self.folder.path())
    }

    fn said(&self) -> String {
        fs::read_to_string(self.folder.path().join("stderr")).unwrap_or_default()
    }
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        self.end(b"");
    }
}

fn free_ports<const N: usize>() -> anyhow::Result<[u16; N]> {
    let mut held = Vec::new();
    let mut ports = [0; N];
    for port in &mut ports {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        *port = listener.local_addr()?.port();
        held.push(listener);
    }
    Ok(ports)
}

fn greets(port: u16, words: &str) -> bool {
    let Ok(mut stream) = TcpStream::connect((Ipv4Addr::LOCALHOST, port)) else { return false };
    let mut line = String::new();
    let heard = stream.set_read_timeout(Some(STARTING)).is_ok() && BufReader::new(&stream).read_line(&mut line).is_ok();
    let left = stream.write_all(b"a LOGOUT\r\n").is_ok();
    heard && left && line.starts_with("* OK") && line.contains(words)
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
