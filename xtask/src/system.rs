//! What the machine must have: installed where that needs nobody's word, named with the exact command where it does.

use crate::step;
use anyhow::{Result, bail};
use std::io::IsTerminal;
use std::process::Command;

/// Debian's packages without which the window does not build.
const BUILD: &[&str] = &[
    "build-essential",
    "pkg-config",
    "libwebkit2gtk-4.1-dev",
    "libayatana-appindicator3-dev",
    "librsvg2-dev",
    "libssl-dev",
];

/// Debian's packages that the tests need beside: the window's driver and a display, a mail server, a key store.
const TEST: &[&str] = &[
    "webkit2gtk-driver",
    "xvfb",
    "xauth",
    "dovecot-imapd",
    "dovecot-pop3d",
    "dovecot-submissiond",
    "dbus",
    "dbus-x11",
    "gnome-keyring",
    "fonts-dejavu-core",
    "openssl",
    "xdotool",
];

/// Debian's packages of the peers that the benchmarks run beside Bannette.
const BENCH: &[&str] = &["isync", "mpop"];

/// What is going to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Build and run the window.
    Build,
    /// Run the tests.
    Test,
    /// Measure.
    Bench,
}

/// Sees to it that the machine has what the purpose needs.
pub fn prepare(purpose: Purpose) -> Result<()> {
    match std::env::consts::OS {
        "linux" => linux(purpose),
        "macos" => macos(),
        "windows" => windows(),
        other => bail!("Bannette is not made for {other}"),
    }
}

/// The compiler's half for WebAssembly.
pub fn wasm_target() -> Result<()> {
    rustup("target", "wasm32-unknown-unknown")
}

/// The compiler's tools that a minimal installation leaves out.
pub fn compiler_tools() -> Result<()> {
    rustup("component", "rustfmt")?;
    rustup("component", "clippy")
}

/// A part of the compiler's installation. A compiler that did not come by rustup brings its parts another way, or says
/// itself what it lacks.
fn rustup(kind: &str, name: &str) -> Result<()> {
    let Some(installed) = step::answer(&mut step::program("rustup", &[kind, "list", "--installed"])?) else {
        return Ok(());
    };
    // A component is listed with its platform behind its name.
    if installed.lines().any(|line| line.trim() == name || line.starts_with(&format!("{name}-"))) {
        return Ok(());
    }
    step::run(&format!("adding {name} to the compiler"), &mut step::program("rustup", &[kind, "add", name])?)
}

fn linux(purpose: Purpose) -> Result<()> {
    if !step::succeeds(&mut step::program("dpkg-query", &["--version"])?) {
        return other_linux();
    }
    let mut wanted = BUILD.to_vec();
    match purpose {
        Purpose::Build => {}
        Purpose::Test => wanted.extend(TEST),
        Purpose::Bench => wanted.extend(TEST.iter().chain(BENCH)),
    }
    // Any npm will do, wherever it came from; Debian's brings four hundred packages with it.
    if purpose == Purpose::Test && !step::succeeds(&mut step::program("npm", &["--version"])?) {
        wanted.push("npm");
    }
    let mut missing = Vec::new();
    for package in wanted {
        if !has(package)? {
            missing.push(package);
        }
    }
    if missing.is_empty() { Ok(()) } else { install(&missing) }
}

fn has(package: &str) -> Result<bool> {
    let query = ["--show", "--showformat=${db:Status-Status}", package];
    Ok(step::answer(&mut step::program("dpkg-query", &query)?).is_some_and(|status| status == "installed"))
}

fn install(missing: &[&str]) -> Result<()> {
    let list = missing.join(" ");
    let way = Way::find()?;
    let Some(way) = way else {
        bail!(
            "these packages are missing, and installing them needs an administrator:\n    sudo apt-get install --yes {list}"
        );
    };
    eprintln!("Missing on this machine, and installed now by apt-get: {list}");
    let arguments = [&["install", "--yes", "--no-install-recommends"], missing].concat();
    if step::run("system packages", &mut way.apt(&arguments)?).is_ok() {
        return Ok(());
    }
    // The lists of a fresh machine are empty, those of an old one name files that are gone.
    step::run("lists of packages", &mut way.apt(&["update"])?)?;
    step::run("system packages", &mut way.apt(&arguments)?)
}

/// How an administrator's command can be run here.
#[derive(Clone, Copy, Debug)]
enum Way {
    Root,
    Sudo,
}

impl Way {
    fn find() -> Result<Option<Self>> {
        if step::answer(&mut step::program("id", &["-u"])?).is_some_and(|id| id.trim() == "0") {
            return Ok(Some(Self::Root));
        }
        let silent = step::succeeds(&mut step::program("sudo", &["-n", "true"])?);
        // On a terminal, sudo asks the person itself.
        let asked = std::io::stdin().is_terminal() && step::succeeds(&mut step::program("sudo", &["--version"])?);
        Ok((silent || asked).then_some(Self::Sudo))
    }

    fn apt(self, arguments: &[&str]) -> Result<Command> {
        const QUIET: [&str; 3] = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"];
        let all = match self {
            Self::Root => [&QUIET[..], arguments].concat(),
            Self::Sudo => [&["sudo"], &QUIET[..], arguments].concat(),
        };
        let Some((program, rest)) = all.split_first() else { bail!("no command") };
        step::program(program, rest)
    }
}

fn other_linux() -> Result<()> {
    let library = step::succeeds(&mut step::program("pkg-config", &["--exists", "webkit2gtk-4.1"])?);
    if library {
        return Ok(());
    }
    bail!(
        "WebKitGTK 4.1 with its development files is missing. Install it, a C compiler, pkg-config and OpenSSL's files:\n    \
         Fedora:   sudo dnf install webkit2gtk4.1-devel openssl-devel gcc make pkgconf\n    \
         Arch:     sudo pacman -S --needed webkit2gtk-4.1 openssl base-devel\n    \
         openSUSE: sudo zypper install webkit2gtk3-devel libopenssl-devel gcc make pkg-config"
    )
}

fn macos() -> Result<()> {
    if !step::succeeds(&mut step::program("xcode-select", &["-p"])?) {
        bail!("Apple's command line tools are missing. Install them, then try again:\n    xcode-select --install");
    }
    Ok(())
}

fn windows() -> Result<()> {
    // Where Microsoft's documentation says that the runtime's version stands.
    const CLIENT: &str = r"Microsoft\EdgeUpdate\Clients\{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}";
    let mut found = false;
    for hive in [r"HKLM\SOFTWARE\WOW6432Node", r"HKLM\SOFTWARE", r"HKCU\SOFTWARE"] {
        let key = format!(r"{hive}\{CLIENT}");
        found = found || step::succeeds(&mut step::program("reg", &["query", &key, "/v", "pv"])?);
    }
    if !found {
        bail!(
            "WebView2 is missing. Install it, then try again:\n    winget install --id Microsoft.EdgeWebView2Runtime"
        );
    }
    // OpenSSL, which SQLCipher needs, is built by a Perl script there.
    if !step::succeeds(&mut step::program("perl", &["--version"])?) {
        bail!("Perl is missing. Install it, then try again:\n    winget install --id StrawberryPerl.StrawberryPerl");
    }
    Ok(())
}
