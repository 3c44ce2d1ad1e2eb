//! What a window manager asks of the program's windows when a person closes them: by the title bar's button, by Alt+F4.
//! The tests' display has no manager, and needs none: it is a message that any client may send.
#![cfg(target_os = "linux")]

use anyhow::{Context as _, ensure};
use std::path::Path;
use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{AtomEnum, ClientMessageEvent, ConnectionExt as _, EventMask, MapState, Window};
use x11rb::rust_connection::RustConnection;

/// The display, and what is said on it.
pub struct Manager {
    display: RustConnection,
    root: Window,
    protocols: u32,
    delete: u32,
    owner: u32,
}

impl Manager {
    /// On the tests' display.
    pub fn new() -> anyhow::Result<Self> {
        let (display, screen) = x11rb::connect(None).context("the display")?;
        let atom = |name: &str| anyhow::Ok(display.intern_atom(false, name.as_bytes())?.reply()?.atom);
        let (protocols, delete, owner) = (atom("WM_PROTOCOLS")?, atom("WM_DELETE_WINDOW")?, atom("_NET_WM_PID")?);
        let root = display.setup().roots.get(screen).context("the screen")?.root;
        Ok(Self { display, root, protocols, delete, owner })
    }

    /// The windows of the program that this process started.
    pub fn windows(&self, process: u32) -> anyhow::Result<Vec<Window>> {
        let all = self.display.query_tree(self.root)?.reply()?.children;
        let of_the_program = |window: &Window| {
            let pid = self.numbers(*window, self.owner, AtomEnum::CARDINAL);
            pid.first().is_some_and(|pid| descends(*pid, process))
                && self.numbers(*window, self.protocols, AtomEnum::ATOM).contains(&self.delete)
                && self.is_shown(*window)
        };
        Ok(all.into_iter().filter(of_the_program).collect())
    }

    /// Asks each window of the program that this process started to close (WM_DELETE_WINDOW, ICCCM 4.2.8.1).
    pub fn ask_to_close(&self, process: u32) -> anyhow::Result<()> {
        let windows = self.windows(process)?;
        ensure!(!windows.is_empty(), "there is no window to close");
        for window in windows {
            let message = ClientMessageEvent::new(32, window, self.protocols, [self.delete, 0, 0, 0, 0]);
            self.display.send_event(false, window, EventMask::NO_EVENT, message)?.check()?;
        }
        Ok(())
    }

    /// A property; none of a window that is gone.
    fn numbers(&self, window: Window, property: u32, kind: AtomEnum) -> Vec<u32> {
        let asked = self.display.get_property(false, window, property, kind, 0, 64);
        let reply = asked.ok().and_then(|asked| asked.reply().ok());
        reply.and_then(|reply| Some(reply.value32()?.collect())).unwrap_or_default()
    }

    fn is_shown(&self, window: Window) -> bool {
        let asked = self.display.get_window_attributes(window).ok().and_then(|asked| asked.reply().ok());
        asked.is_some_and(|attributes| attributes.map_state == MapState::VIEWABLE)
    }
}

/// Whether a process was started by another, or by one that it started.
fn descends(mut process: u32, from: u32) -> bool {
    while process > 1 {
        if process == from {
            return true;
        }
        let Ok(status) = std::fs::read_to_string(Path::new("/proc").join(process.to_string()).join("status")) else {
            return false;
        };
        let parent = status.lines().find_map(|line| line.strip_prefix("PPid:")).map(str::trim);
        let Some(parent) = parent.and_then(|parent| parent.parse().ok()) else { return false };
        process = parent;
    }
    false
}
