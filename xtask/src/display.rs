//! A display for the tests of the window, where the machine has none.

use crate::step;
use anyhow::{Context, Result, bail};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// A display that lives as long as this value.
#[derive(Debug)]
pub struct Display {
    server: Option<Child>,
    name: Option<String>,
}

impl Display {
    /// The machine's display, or a virtual one of the size of a usual screen.
    pub fn ensure() -> Result<Self> {
        if !cfg!(target_os = "linux") || std::env::var_os("DISPLAY").is_some_and(|name| !name.is_empty()) {
            return Ok(Self { server: None, name: None });
        }
        // The server chooses a free number and writes it when it is ready: no guess, no wait.
        let screen = ["-displayfd", "1", "-screen", "0", "1600x1200x24", "-nolisten", "tcp", "-noreset"];
        let mut command = step::program("Xvfb", &screen)?;
        let mut server = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().context("starting Xvfb")?;
        let mut number = String::new();
        if let Some(output) = server.stdout.take() {
            BufReader::new(output).read_line(&mut number)?;
        }
        let display = Self { server: Some(server), name: Some(format!(":{}", number.trim())) };
        if number.trim().is_empty() {
            bail!("Xvfb gave no display");
        }
        Ok(display)
    }

    /// Lets the command see the display.
    pub fn lend<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        match &self.name {
            // GTK would otherwise prefer the screen that somebody is working on.
            Some(name) => command.env("DISPLAY", name).env("GDK_BACKEND", "x11").env_remove("WAYLAND_DISPLAY"),
            None => command,
        }
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        if let Some(server) = &mut self.server
            && let Err(error) = server.kill().and_then(|()| server.wait().map(drop))
        {
            eprintln!("the virtual display could not be ended: {error}");
        }
    }
}
