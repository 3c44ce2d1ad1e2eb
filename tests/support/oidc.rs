//! A real OpenID provider on loopback (npm's oidc-provider), in the place of Pro Santé Connect, and a browser that
//! follows where it is led. Both end with the test.
#![allow(dead_code)]

use anyhow::{Context as _, Result, bail, ensure};
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// The client that tests are registered as.
pub const CLIENT: &str = "bannette-essai";

/// Where a call for a token is held up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// Before it is looked at.
    Question,
    /// Before it is answered.
    Answer,
}

/// A running provider.
pub struct Oidc {
    process: Child,
    port: u16,
}

impl Oidc {
    /// Starts a provider that signs everybody in as this account, with access tokens that hold so many seconds. Nothing
    /// where the provider is not installed and not every test is asked for.
    pub fn start(account: &str, secret: &str, seconds: u32) -> Result<Option<Self>> {
        let Ok(module) = std::env::var("BANNETTE_OIDC") else {
            ensure!(std::env::var_os("BANNETTE_TEST_ALL").is_none(), "no BANNETTE_OIDC: run `cargo xtask test`");
            eprintln!("passed over: BANNETTE_OIDC names no oidc-provider; `cargo xtask test` brings it");
            return Ok(None);
        };
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let mut process = Command::new("node")
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/oidc.mjs").replace("/crates/core", ""))
            .envs([("OIDC_MODULE", module.as_str()), ("OIDC_ACCOUNT", account), ("OIDC_SECRET", secret)])
            .envs([("OIDC_PORT", port.to_string()), ("OIDC_SECONDS", seconds.to_string())])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("node is needed")?;
        let mut line = String::new();
        BufReader::new(process.stdout.take().context("no output")?).read_line(&mut line)?;
        ensure!(line.trim() == "listening", "the provider does not start: {line}");
        Ok(Some(Self { process, port }))
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Its name as an issuer.
    pub fn issuer(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// All tokens that it gave.
    pub fn tokens(&self) -> Result<Vec<String>> {
        self.words("/jetons")
    }

    /// All tokens that it was asked about, by whom they were shown to.
    pub fn shown(&self) -> Result<Vec<String>> {
        self.words("/montres")
    }

    /// Holds up the next call for a token, once.
    pub fn hold(&self, what: Held) -> Result<()> {
        let what = match what {
            Held::Question => "question",
            Held::Answer => "reponse",
        };
        self.ask(&format!("/retenir/{what}")).map(drop)
    }

    /// Lets the call that is held up go on.
    pub fn release(&self) -> Result<()> {
        self.ask("/rendre").map(drop)
    }

    fn words(&self, path: &str) -> Result<Vec<String>> {
        // Sent in one piece or in chunks: words of their size are tokens, the others are lengths.
        Ok(self.ask(path)?.split_whitespace().filter(|word| word.len() > 16).map(str::to_owned).collect())
    }

    fn ask(&self, path: &str) -> Result<String> {
        let answer = get(&format!("{}/essai{path}", self.issuer()), &BTreeMap::new())?;
        Ok(answer.split("\r\n\r\n").nth(1).unwrap_or_default().to_owned())
    }

    /// How many tokens it gave by this grant (`authorization_code`, `refresh_token`), how many were revoked
    /// (`revocation`), how many calls were held up (`held`).
    pub fn given(&self, grant: &str) -> Result<u64> {
        let body = self.ask("")?;
        // Small enough to be read without a reader of JSON.
        let place = body.split(&format!("\"{grant}\":")).nth(1).unwrap_or("0");
        let figures: String = place.chars().take_while(char::is_ascii_digit).collect();
        Ok(figures.parse()?)
    }
}

impl Drop for Oidc {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        if let Err(error) = self.process.kill().and_then(|()| self.process.wait()) {
            eprintln!("ending the provider: {error}");
        }
    }
}

/// Follows an address as a browser does, with the provider's cookies, to the end. Gives the last answer, whole.
pub fn browse(address: &str) -> Result<String> {
    let mut cookies = BTreeMap::new();
    let mut address = address.to_owned();
    for _ in 0..12 {
        let answer = get(&address, &cookies)?;
        let head = answer.split("\r\n\r\n").next().unwrap_or_default();
        let fields = |name: &'static str| {
            head.lines().filter_map(move |line| {
                let (field, value) = line.split_once(": ")?;
                field.eq_ignore_ascii_case(name).then_some(value)
            })
        };
        for cookie in fields("set-cookie") {
            let (name, rest) = cookie.split_once('=').context("a cookie without a value")?;
            let value = rest.split(';').next().unwrap_or_default();
            cookies.insert(name.to_owned(), value.to_owned());
        }
        match fields("location").next() {
            Some(next) if next.starts_with('/') => {
                let end = address.match_indices('/').nth(2).map_or(address.len(), |(at, _)| at);
                address = format!("{}{next}", address.get(..end).context("no server")?);
            }
            Some(next) => address = next.to_owned(),
            None => return Ok(answer),
        }
    }
    bail!("led in a circle")
}

fn get(address: &str, cookies: &BTreeMap<String, String>) -> Result<String> {
    let rest = address.strip_prefix("http://").context("not a plain address")?;
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let mut stream = TcpStream::connect(host)?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let cookies: Vec<String> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let cookies = cookies.join("; ");
    write!(stream, "GET /{path} HTTP/1.1\r\nHost: {host}\r\nCookie: {cookies}\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}
