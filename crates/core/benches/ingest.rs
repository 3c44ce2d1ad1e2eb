//! B1 and B2: from a real IMAP server into the encrypted, parsed, indexed, journaled store, beside `mbsync` (Debian's
//! isync, with and without fsync), `mpop` (POP3 into a Maildir) and beside the wire itself, in the same interleaved rounds.
//!
//! `cargo xtask bench B1 B2 B3`. Arguments: `--messages N` (10000), `--rounds N` (5), `--mixed` (30 % with a 60–200 kB PDF),
//! `--noise` (another program writes to the same disk all the time), `--delay MS` (B3: a proxy that delays each way by
//! half of it, and the same without it beside), `--alone` (without the peers).
//!
//! Of our own runs, the processor time of this program for each message is told too: where others work on the same
//! machine, that is what can be compared.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a benchmark ends by panicking"
)]

#[path = "../../../tests/support/dovecot.rs"]
mod dovecot;

use anyhow::{Context as _, Result, ensure};
use bannette_api::mailboxes::{AddMailbox, Connection, MailboxKind, MailboxSecret, Tls};
use bannette_api::people::{Role, Title};
use bannette_api::session::{CreatePractice, Password};
use bannette_core::{Core, Handle as _, KeyPlace, Place};
use bannette_mail::{Account, ImapSession, Secret, SignIn, Trust};
use dovecot::Dovecot;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// As in the product.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const USER: &str = "derek";
const SECRET: &str = "secret-de-derek";

struct Arguments {
    messages: usize,
    rounds: usize,
    mixed: bool,
    delay: u64,
    noise: bool,
    /// Without the peers: to look where our own time goes.
    alone: bool,
}

fn arguments() -> Result<Arguments> {
    let mut all = Arguments { messages: 10_000, rounds: 5, mixed: false, delay: 0, noise: false, alone: false };
    let mut given = std::env::args().skip(1);
    while let Some(word) = given.next() {
        let mut number = || given.next().context("a number is missing")?.parse::<usize>().context("not a number");
        match word.as_str() {
            "--messages" => all.messages = number()?,
            "--rounds" => all.rounds = number()?,
            "--delay" => all.delay = u64::try_from(number()?)?,
            "--mixed" => all.mixed = true,
            "--noise" => all.noise = true,
            "--alone" => all.alone = true,
            // What cargo adds.
            "--bench" => {}
            other => anyhow::bail!("unknown argument {other}"),
        }
    }
    Ok(all)
}

fn corpus(arguments: &Arguments) -> impl Iterator<Item = Vec<u8>> {
    let mut generator = bannette_synthetic::Generator::new(1);
    let mixed = arguments.mixed;
    (0..arguments.messages).map(move |number| {
        if mixed && number % 10 < 3 {
            generator.with_pdf("derek@medecin.test", 60_000..200_000).message
        } else {
            generator.small("derek@medecin.test")
        }
    })
}

#[tokio::main]
async fn main() -> Result<()> {
    // Started again to read a document.
    if bannette_core::serve_if_asked().is_some() {
        return Ok(());
    }
    let arguments = arguments()?;
    let options = dovecot::Options { with_pop3: true, ..dovecot::Options::default() };
    let server = Dovecot::start_with(&[(USER, SECRET)], options)?;
    let bytes: usize = corpus(&arguments).map(|message| message.len()).sum();
    let delivered = server.deliver_many(USER, corpus(&arguments))?;
    ensure!(delivered == arguments.messages, "{delivered} delivered");
    let near = server.tls_port();
    let port = if arguments.delay > 0 { delayed(near, arguments.delay).await? } else { near };
    println!(
        "{} messages, {:.1} MB, {} rounds, round trip {} ms; Dovecot on loopback, TLS{}",
        arguments.messages,
        bytes as f64 / 1e6,
        arguments.rounds,
        arguments.delay,
        if arguments.noise { "; another program writes to the disk" } else { "" }
    );
    let _noise = arguments.noise.then(Noise::start).transpose()?;
    let messages = arguments.messages;
    let mut rows: Vec<(&str, Vec<f64>)> = Vec::new();
    let (mut busy, mut busy_wire) = (Vec::new(), Vec::new());
    for round in 0..=arguments.rounds {
        let (seconds, worked) = ours(&server, port, messages).await?;
        busy.push(worked);
        let mut measured = vec![("Bannette: encrypted, indexed, journaled, FULL", seconds)];
        if !arguments.alone {
            measured.push(("mbsync, default (fsync)", mbsync(&server, port, true, messages)?));
            measured.push(("mbsync, FSync no", mbsync(&server, port, false, messages)?));
        }
        if arguments.delay > 0 {
            measured.push(("Bannette without the delay", ours(&server, near, messages).await?.0));
        } else if !arguments.alone {
            measured.push(("mpop, POP3 into a Maildir", mpop(&server, messages)?));
        }
        let before = Busy::now()?;
        measured.push(("the wire: our fetch, bytes thrown away", wire(&server, port, messages).await?));
        busy_wire.push(Busy::now()?.since(before));
        // The first round warms the server's caches.
        if round == 0 {
            rows = measured.iter().map(|(name, _)| (*name, Vec::new())).collect();
            continue;
        }
        for ((_, all), (_, one)) in rows.iter_mut().zip(measured) {
            all.push(one);
        }
    }
    println!("{:<48} {:>10} {:>8}  {:>16}", "", "msg/s", "MB/s", "ours against it");
    let ours = rows[0].1.clone();
    for (name, peer) in &rows {
        let time = median(peer);
        let ratios: Vec<f64> = ours.iter().zip(peer).map(|(ours, peer)| peer / ours).collect();
        let (least, most) =
            ratios.iter().fold((f64::MAX, 0f64), |(least, most), one| (least.min(*one), most.max(*one)));
        println!(
            "{name:<48} {:>10.0} {:>8.1}  {:>5.2} [{least:.2}–{most:.2}]",
            messages as f64 / time,
            bytes as f64 / 1e6 / time,
            median(&ratios),
        );
    }
    println!("processor time of this program, microseconds a message, in the program and for it in the system:");
    for (name, all) in [("Bannette", busy), ("the wire", busy_wire)] {
        let each = |part: fn(&Busy) -> f64| {
            let times: Vec<f64> = all.iter().skip(1).map(|one| part(one) * 1e6 / messages as f64).collect();
            median(&times)
        };
        println!("{name:<48} {:>10.0} {:>8.0}", each(|one| one.user), each(|one| one.system));
    }
    Ok(())
}

/// Processor time of this process, seconds.
#[derive(Clone, Copy)]
struct Busy {
    user: f64,
    system: f64,
}

impl Busy {
    /// From `/proc/self/stat`, which counts in hundredths of a second (proc(5)).
    fn now() -> Result<Self> {
        let stat = std::fs::read_to_string("/proc/self/stat")?;
        // The second field, the program's name, may hold blanks; it ends by the last bracket.
        let (_, fields) = stat.rsplit_once(')').context("no name in /proc/self/stat")?;
        let fields: Vec<&str> = fields.split_whitespace().collect();
        let seconds = |field: usize| -> Result<f64> {
            Ok(fields.get(field).context("too few fields in /proc/self/stat")?.parse::<f64>()? / 100.0)
        };
        Ok(Self { user: seconds(11)?, system: seconds(12)? })
    }

    fn since(self, before: Self) -> Self {
        Self { user: self.user - before.user, system: self.system - before.system }
    }
}

fn median(values: &[f64]) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// A new folder on the disk of the build, written out before the clock starts.
fn folder() -> Result<tempfile::TempDir> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let folder = tempfile::tempdir_in(target)?;
    ensure!(Command::new("sync").status()?.success());
    Ok(folder)
}

/// Seconds by the clock, and of the processor.
async fn ours(server: &Dovecot, port: u16, messages: usize) -> Result<(f64, Busy)> {
    let folder = folder()?;
    let place = Place {
        data: folder.path().join("cabinet"),
        key: KeyPlace::File(folder.path().join("clef")),
        downloads: folder.path().to_owned(),
        post: "banc".to_owned(),
    };
    let core = Core::open(place).await;
    let session = core.session();
    let practice = CreatePractice {
        practice: "Banc".to_owned(),
        title: Title::Dr,
        first_name: "Derek".to_owned(),
        last_name: "SHEPERD".to_owned(),
        role: Role::Doctor,
        login: "derek".to_owned(),
        password: Password("quatre chevaux gris".to_owned()),
    };
    core.handle(&session, practice).await.map_err(|failure| anyhow::anyhow!("{failure:?}"))?;
    let trusted = folder.path().join("cabinet/autorites");
    std::fs::create_dir_all(&trusted)?;
    std::fs::write(trusted.join("ca.pem"), server.ca_pem())?;
    let mailbox = AddMailbox {
        secret: Some(MailboxSecret(SECRET.to_owned())),
        ..AddMailbox::new(
            MailboxKind::Mssante,
            "derek@medecin.test",
            Connection::imap("localhost", port, Tls::Implicit, USER),
        )
    };
    core.handle(&session, mailbox).await.map_err(|failure| anyhow::anyhow!("{failure:?}"))?;
    let (begun, before) = (Instant::now(), Busy::now()?);
    let fetched = core.fetch_once(&session, None).await.map_err(|failure| anyhow::anyhow!("{failure:?}"))?;
    let (seconds, busy) = (begun.elapsed().as_secs_f64(), Busy::now()?.since(before));
    let outcome = fetched[0].outcome.clone().map_err(|trouble| anyhow::anyhow!("{trouble:?}"))?;
    ensure!(outcome.messages == u64::try_from(messages).ok(), "{:?} taken in", outcome.messages);
    core.stop().await;
    Ok((seconds, busy))
}

fn mbsync(server: &Dovecot, port: u16, fsync: bool, messages: usize) -> Result<f64> {
    let folder = folder()?;
    let maildir = folder.path().join("mail");
    std::fs::create_dir(&maildir)?;
    let authority = folder.path().join("ca.pem");
    std::fs::write(&authority, server.ca_pem())?;
    let config = folder.path().join("mbsyncrc");
    std::fs::write(
        &config,
        format!(
            "FSync {}\nIMAPStore far\nHost localhost\nPort {port}\nUser {USER}\nPass {SECRET}\nSSLType IMAPS\nCertificateFile {}\n\n\
             MaildirStore near\nInbox {}/inbox\nPath {}/\n\nChannel all\nFar :far:\nNear :near:\nCreate Near\nSync Pull New\nSyncState *\n",
            if fsync { "yes" } else { "no" },
            authority.display(),
            maildir.display(),
            maildir.display(),
        ),
    )?;
    let begun = Instant::now();
    let done = Command::new("mbsync").arg("-q").arg("-c").arg(&config).arg("all").output().context("isync")?;
    let seconds = begun.elapsed().as_secs_f64();
    ensure!(done.status.success(), "mbsync: {}", String::from_utf8_lossy(&done.stderr));
    let count =
        ["new", "cur"].map(|part| std::fs::read_dir(maildir.join("inbox").join(part)).map_or(0, Iterator::count));
    ensure!(count.iter().sum::<usize>() == messages, "mbsync took {count:?}");
    Ok(seconds)
}

fn mpop(server: &Dovecot, messages: usize) -> Result<f64> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let folder = folder()?;
    let maildir = folder.path().join("mail");
    for part in ["new", "cur", "tmp"] {
        std::fs::create_dir_all(maildir.join(part))?;
    }
    let authority = folder.path().join("ca.pem");
    std::fs::write(&authority, server.ca_pem())?;
    let config = folder.path().join("mpoprc");
    let text = format!(
        "defaults\ntls on\ntls_starttls off\ntls_trust_file {}\nkeep on\nuidls_file {}\n\
         account banc\nhost localhost\nport {}\nuser {USER}\npassword {SECRET}\ndelivery maildir {}\n",
        authority.display(),
        folder.path().join("uidls").display(),
        server.pop3_port(),
        maildir.display(),
    );
    // It reads no configuration that others may read.
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&config)?;
    std::io::Write::write_all(&mut file, text.as_bytes())?;
    let begun = Instant::now();
    let done = Command::new("mpop").arg("--quiet").arg("-C").arg(&config).arg("banc").output().context("mpop")?;
    let seconds = begun.elapsed().as_secs_f64();
    ensure!(done.status.success(), "mpop: {}", String::from_utf8_lossy(&done.stderr));
    let count = std::fs::read_dir(maildir.join("new"))?.count();
    ensure!(count == messages, "mpop took {count}");
    Ok(seconds)
}

/// Another program that writes to the disk of the build, and asks for it to be written out, until this value ends.
struct Noise {
    going: Arc<AtomicBool>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Noise {
    fn start() -> Result<Self> {
        let folder = folder()?;
        let going = Arc::new(AtomicBool::new(true));
        let on = Arc::clone(&going);
        let thread = std::thread::spawn(move || {
            let bytes = vec![0x5A; 4 * 1024 * 1024];
            for number in 0.. {
                if !on.load(Ordering::Relaxed) {
                    break;
                }
                let file = folder.path().join(format!("noise{}", number % 16));
                let written = std::fs::File::create(file).and_then(|mut file| {
                    std::io::Write::write_all(&mut file, &bytes)?;
                    file.sync_all()
                });
                written.expect("the disk takes the noise");
            }
        });
        Ok(Self { going, thread: Some(thread) })
    }
}

impl Drop for Noise {
    fn drop(&mut self) {
        self.going.store(false, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            assert!(thread.join().is_ok(), "the noise stopped before the end");
        }
    }
}

async fn wire(server: &Dovecot, port: u16, messages: usize) -> Result<f64> {
    let (trust, _) = Trust::load(Some(&server.ca_dir()))?;
    let account = Account {
        host: "localhost".to_owned(),
        port,
        tls: Tls::Implicit,
        account: USER.to_owned(),
        sign_in: SignIn::Password(Secret::new(SECRET.to_owned())),
    };
    let begun = Instant::now();
    let mut session = ImapSession::connect(&account, &trust).await?;
    session.open_inbox().await?;
    let listed = session.list_from(1).await?;
    let mut fetching = session.fetch(&listed).await?;
    let mut count = 0;
    while let Some(batch) = fetching.next().await? {
        count += batch.len();
    }
    ensure!(count == messages, "{count} fetched");
    let seconds = begun.elapsed().as_secs_f64();
    session.log_out().await;
    Ok(seconds)
}

/// A proxy on loopback that holds every byte back for half a round trip, each way.
async fn delayed(to: u16, milliseconds: u64) -> Result<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let port = listener.local_addr()?.port();
    let half = Duration::from_micros(milliseconds * 500);
    tokio::spawn(async move {
        while let Ok((near, _)) = listener.accept().await {
            let Ok(far) = TcpStream::connect(("127.0.0.1", to)).await else { continue };
            let (near_read, near_write) = near.into_split();
            let (far_read, far_write) = far.into_split();
            tokio::spawn(hold(near_read, far_write, half));
            tokio::spawn(hold(far_read, near_write, half));
        }
    });
    Ok(port)
}

async fn hold(mut from: tokio::net::tcp::OwnedReadHalf, mut to: tokio::net::tcp::OwnedWriteHalf, half: Duration) {
    let (sender, mut receiver) = tokio::sync::mpsc::unbounded_channel::<(Instant, Vec<u8>)>();
    tokio::spawn(async move {
        while let Some((due, bytes)) = receiver.recv().await {
            tokio::time::sleep_until(due.into()).await;
            if to.write_all(&bytes).await.is_err() {
                break;
            }
        }
    });
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(count) = from.read(&mut buffer).await {
        if count == 0 || sender.send((Instant::now() + half, buffer[..count].to_vec())).is_err() {
            break;
        }
    }
}
