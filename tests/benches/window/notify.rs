//! B5: from the delivery of a message to its row on screen, beside a bare client that idles on the same mailbox.

use crate::at;
use crate::dovecot::Dovecot;
use crate::report;
use crate::window::{Folders, Window};
use anyhow::{Context as _, Result, ensure};
use fantoccini::Locator;
use serde_json::json;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const SECRET: &str = "secret-de-derek";
const DELIVERIES: usize = 100;
/// Dovecot tells its idlers at most every half second: the pauses between deliveries must not fall into step with it.
const PAUSES: [u64; 7] = [30, 610, 140, 380, 520, 70, 290];

/// Notes when each new row was drawn.
const WATCH: &str = "
    window.drawn = {};
    const look = () => {
        for (const row of document.querySelectorAll('[data-test=dossier-row]')) {
            const name = row.dataset.patient.match(/SPECIMEN[A-J]{4}/)?.[0];
            if (name) window.drawn[name] ??= Date.now();
        }
        requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
    return true;";

pub async fn measure() -> Result<()> {
    let server = Dovecot::start(&[("derek", SECRET)])?;
    let folder = tempfile::tempdir()?;
    let window = ready(&server, folder.path()).await?;
    let mut bare = Idler::start(&server)?;
    window.client().execute(WATCH, Vec::new()).await?;
    let (mut idler, mut ours, mut beyond) = (Vec::new(), Vec::new(), Vec::new());
    for number in 0..DELIVERIES {
        tokio::time::sleep(Duration::from_millis(PAUSES[number % PAUSES.len()])).await;
        let name = name(number);
        let begun = now();
        let of_mail = u32::try_from(number)?;
        server.deliver("derek", &report::mailed(of_mail, &report::report(of_mail, &name, "4.2", "N")))?;
        let told = bare.told()? - begun;
        let drawn = loop {
            let drawn = window.client().execute("return window.drawn[arguments[0]] ?? null", vec![json!(name)]).await?;
            if let Some(drawn) = drawn.as_f64() {
                break drawn - begun;
            }
            ensure!(now() - begun < 20e3, "{name} is not drawn");
            tokio::time::sleep(Duration::from_millis(2)).await;
        };
        idler.push(told);
        ours.push(drawn);
        beyond.push(drawn - told);
    }
    window.close().await?;
    println!(
        "from delivery to the row on screen, {DELIVERIES} deliveries, ms (Dovecot waits 500 ms before it tells an idler)"
    );
    println!("{:<52} {:>8} {:>8} {:>8}", "", "median", "p95", "most");
    for (name, values) in
        [("a bare IDLE client: told", &idler), ("Bannette: the row is drawn", &ours), ("the difference", &beyond)]
    {
        println!("{name:<52} {:>8.0} {:>8.0} {:>8.0}", at(values, 50), at(values, 95), at(values, 100));
    }
    println!("p95 of Bannette less p95 of the bare client: {:.0} ms", at(&ours, 95) - at(&idler, 95));
    Ok(())
}

fn now() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |since| since.as_secs_f64() * 1e3)
}

/// A name that is no part of another; in letters, as names are.
fn name(number: usize) -> String {
    let letters = format!("{number:04}").bytes().map(|digit| char::from(digit - b'0' + b'A')).collect::<String>();
    format!("SPECIMEN{letters}")
}

/// A practice with that mailbox, made through the window; the in-tray is open.
async fn ready(server: &Dovecot, folder: &Path) -> Result<Window> {
    let folders = Folders::within(folder);
    std::fs::create_dir_all(folders.data().join("autorites"))?;
    std::fs::write(folders.data().join("autorites/banc.pem"), server.ca_pem())?;
    let window = Window::open(&folders).await?;
    let invoke = async |name: &str, call: serde_json::Value| {
        let script = "const [name, call, done] = arguments; window.__TAURI__.core.invoke(name, { call }) \
                      .then((reply) => done({ ok: reply }), (error) => done({ error }))";
        let answer = window.client().execute_async(script, vec![json!(name), call]).await?;
        ensure!(answer.get("error").is_none(), "{name}: {answer}");
        Ok(())
    };
    let practice = json!({
        "practice": "Banc", "title": "dr", "first_name": "Derek", "last_name": "SHEPERD", "role": "doctor",
        "login": crate::LOGIN, "password": crate::PASSWORD,
    });
    invoke("create_practice", practice).await?;
    let mailbox = json!({
        "kind": "mssante", "address": "derek@medecin.test", "secret": SECRET,
        "connection": { "by": "imap", "host": "localhost", "port": server.tls_port(), "tls": "implicit", "account": "derek" },
        "options": { "enabled": true, "delete_from_server": false, "retention_days": 90, "auto_share": true },
    });
    invoke("add_mailbox", mailbox).await?;
    window.client().refresh().await?;
    window.sees("Bonjour").await?;
    window
        .until(
            "the mailbox to listen",
            "return document.querySelector('[data-test=mailbox-state]')?.innerText.includes('écoute') ?? false",
            &[],
        )
        .await?;
    window.client().find(Locator::Css("#card-team")).await?.click().await?;
    window
        .until("the in-tray", "return location !== null && document.querySelector('#card-team') === null", &[])
        .await?;
    Ok(window)
}

/// A bare IMAP client that idles: what any program would be told, and when.
struct Idler {
    process: Child,
    input: ChildStdin,
    lines: Receiver<(f64, String)>,
}

impl Idler {
    fn start(server: &Dovecot) -> Result<Self> {
        let at = format!("localhost:{}", server.tls_port());
        let mut process = Command::new("openssl")
            .args(["s_client", "-quiet", "-crlf", "-connect", &at])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("starting openssl")?;
        let input = process.stdin.take().context("its input")?;
        let lines = reader(process.stdout.take().context("its output")?);
        let mut idler = Self { process, input, lines };
        idler.until("* OK")?;
        idler.say(&format!("a login derek {SECRET}"))?;
        idler.until("a OK")?;
        idler.say("b select INBOX")?;
        idler.until("b OK")?;
        idler.say("c idle")?;
        idler.until("+")?;
        Ok(idler)
    }

    fn say(&mut self, line: &str) -> Result<()> {
        Ok(writeln!(self.input, "{line}")?)
    }

    fn until(&mut self, start: &str) -> Result<f64> {
        loop {
            let (at, line) = self.lines.recv_timeout(Duration::from_secs(20)).context("the server is silent")?;
            if line.starts_with(start) {
                return Ok(at);
            }
        }
    }

    /// When the next message was announced.
    fn told(&mut self) -> Result<f64> {
        loop {
            let (at, line) = self.lines.recv_timeout(Duration::from_secs(20)).context("the server is silent")?;
            if line.trim_end().ends_with("EXISTS") {
                return Ok(at);
            }
        }
    }
}

impl Drop for Idler {
    fn drop(&mut self) {
        if let Err(error) = self.process.kill().and_then(|()| self.process.wait().map(drop)) {
            eprintln!("the bare client could not be ended: {error}");
        }
    }
}

fn reader(output: ChildStdout) -> Receiver<(f64, String)> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if sender.send((now(), line)).is_err() {
                break;
            }
        }
    });
    receiver
}
