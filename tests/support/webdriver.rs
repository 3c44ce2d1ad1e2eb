//! The real program in the hands of a driver: starts WebKitWebDriver, has it open Bannette, and ends both, after a panic
//! too and even when the test's process is killed. Must never touch a driver or a window that it did not start.
//!
//! A picture comes with the next painting only: `Window::screenshot` sees to it that there is one.
#![cfg(target_os = "linux")]

use anyhow::{Context as _, bail, ensure};
use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long the driver may take to listen, on a busy machine.
const STARTING: Duration = Duration::from_secs(20);

/// Ends the driver, the program that it started and the program's own processes with the end of standard input: it
/// closes with the test's process, however that ends.
const UNTIL_STDIN_CLOSES: &str = r#"
    "$@" < /dev/null &
    driver=$!
    trap '' TERM
    read -r _
    kill -TERM 0
    { wait $driver; } 2> /dev/null
    sleep 0.3
    kill -KILL 0
"#;

/// A driver. It ends with this value.
pub struct Driver {
    keeper: Child,
    address: String,
}

impl Driver {
    /// Starts one on a free port.
    #[allow(dead_code, reason = "the benchmarks use it")]
    pub fn start() -> anyhow::Result<Self> {
        Self::start_with(&[])
    }

    /// Starts one whose programs find these beside what they find anyway.
    pub fn start_with(environment: &[(&str, &Path)]) -> anyhow::Result<Self> {
        ensure!(
            std::env::var_os("DISPLAY").is_some(),
            "there is no display to open a window on: `cargo xtask test` starts one, or xvfb-run"
        );
        // A port that is free now may be given to the next test as well, until the driver listens on it.
        static STARTS: Mutex<()> = Mutex::new(());
        let _one_at_a_time = STARTS.lock().unwrap_or_else(PoisonError::into_inner);
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let keeper = Command::new("sh")
            .args(["-c", UNTIL_STDIN_CLOSES, "sh", "WebKitWebDriver", "--host=127.0.0.1", &format!("--port={port}")])
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            // A session bus that one window starts would be taken from the others when that window ends.
            .env("DBUS_SESSION_BUS_ADDRESS", "disabled:")
            .env("NO_AT_BRIDGE", "1")
            .envs(environment.iter().copied())
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .context("starting the driver's keeper")?;
        let driver = Self { keeper, address: format!("http://127.0.0.1:{port}") };
        let deadline = Instant::now() + STARTING;
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            if Instant::now() > deadline {
                bail!("WebKitWebDriver does not listen: apt-get install webkit2gtk-driver");
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Ok(driver)
    }

    /// The process whose descendants all that it starts are.
    pub fn process(&self) -> u32 {
        self.keeper.id()
    }

    /// Opens the program with these arguments.
    pub async fn open(&self, program: &Path, arguments: &[String]) -> anyhow::Result<Client> {
        let options = json!({ "binary": program, "args": arguments });
        let mut capabilities = Capabilities::new();
        capabilities.insert("webkitgtk:browserOptions".to_owned(), options);
        capabilities.insert("timeouts".to_owned(), json!({ "pageLoad": 30_000, "script": 30_000 }));
        ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&self.address)
            .await
            .context("the driver could not open the window")
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        if let Err(error) = self.keeper.wait() {
            eprintln!("the driver's keeper could not be waited for: {error}");
        }
    }
}
