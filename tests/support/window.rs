//! A person before Bannette's window: looks, clicks, types, waits for what should come. Every wait is for something that
//! can be seen, never for a time. What a person cannot see (hidden, or behind a dialog) is not there.
#![allow(dead_code, reason = "each test file uses its part")]
#![cfg(target_os = "linux")]

use crate::webdriver::Driver;
use anyhow::{Context as _, bail, ensure};
use fantoccini::Client;
use fantoccini::elements::{Element, ElementRef};
use fantoccini::error::CmdError;
use fantoccini::key::Key;
use fantoccini::wd::WindowHandle;
use serde::Deserialize;
use serde_json::{Value, json};
use std::fmt;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// The driver takes its picture with the next painting. Where the page is painted directly (no graphics processor), none comes
/// while nothing changes: a point that nobody sees does.
const KEEP_PAINTING: &str = "
    const point = document.createElement('div');
    Object.assign(point.style, { position: 'fixed', right: '0', bottom: '0', width: '1px', height: '1px' });
    document.body.append(point);
    let even = false;
    const painting = setInterval(() => {
        even = !even;
        point.style.backgroundColor = even ? 'rgba(0, 0, 0, 0.004)' : 'rgba(0, 0, 0, 0.008)';
    }, 20);
    window.stopPainting = () => { clearInterval(painting); point.remove(); };
";

/// How long anything may take to be seen, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);
const LOOK_EVERY: Duration = Duration::from_millis(25);
const HANDS: &str = include_str!("hands.js");
/// The rules of WCAG 2.2 at the levels A and AA, and of those that it was built upon.
const WCAG: [&str; 5] = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/// Where a practice lies.
#[derive(Clone, Debug)]
pub struct Folders {
    root: PathBuf,
    data: PathBuf,
}

impl Folders {
    /// All in this folder.
    pub fn within(root: &Path) -> Self {
        Self { root: root.to_owned(), data: root.join("cabinet") }
    }

    /// The same, but for the practice's folder.
    pub fn with_data(self, data: &Path) -> Self {
        Self { data: data.to_owned(), ..self }
    }

    /// The practice's folder.
    pub fn data(&self) -> PathBuf {
        self.data.clone()
    }

    /// Its key.
    pub fn key_file(&self) -> PathBuf {
        self.root.join("clef")
    }

    /// Where saved documents go.
    pub fn downloads(&self) -> PathBuf {
        self.root.join("telechargements")
    }

    /// Where what is printed lies.
    pub fn printed(&self) -> PathBuf {
        self.root.join("imprimes")
    }

    /// The person's settings of the system's dialogs: no printer but « to a file ». Nothing of this machine's is used.
    fn configuration(&self) -> anyhow::Result<PathBuf> {
        let folder = self.root.join("configuration");
        let printed = self.printed();
        std::fs::create_dir_all(folder.join("gtk-3.0"))?;
        std::fs::create_dir_all(&printed)?;
        std::fs::write(folder.join("gtk-3.0/settings.ini"), "[Settings]\ngtk-print-backends=file\n")?;
        std::fs::write(folder.join("user-dirs.dirs"), format!("XDG_DOCUMENTS_DIR=\"{}\"\n", printed.display()))?;
        Ok(folder)
    }

    /// What the program is started with.
    pub fn arguments(&self) -> Vec<String> {
        let folders = [("--data", self.data()), ("--key-file", self.key_file()), ("--downloads", self.downloads())];
        folders.iter().flat_map(|(name, path)| [(*name).to_owned(), path.display().to_string()]).collect()
    }
}

/// The running program, in the hands of a driver. It ends with this value.
pub struct Window {
    client: Client,
    folders: Folders,
    driver: Driver,
}

/// One of its windows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pane(WindowHandle);

impl Window {
    /// Opens the program on a practice, and waits until its page shows something.
    pub async fn open(folders: &Folders) -> anyhow::Result<Self> {
        Self::open_program(folders, Path::new(env!("CARGO_BIN_EXE_Bannette"))).await
    }

    /// The same; what the program writes goes into this file, with its most talkative log. The driver itself silences it.
    pub async fn open_writing(folders: &Folders, to: &Path) -> anyhow::Result<Self> {
        let (through, program) = (folders.root.join("lancer"), env!("CARGO_BIN_EXE_Bannette"));
        let script = format!("#!/bin/sh\nRUST_LOG=trace exec '{program}' \"$@\" > '{}' 2>&1\n", to.display());
        std::fs::write(&through, script)?;
        std::fs::set_permissions(&through, std::fs::Permissions::from_mode(0o700))?;
        Self::open_program(folders, &through).await
    }

    async fn open_program(folders: &Folders, program: &Path) -> anyhow::Result<Self> {
        std::fs::create_dir_all(folders.downloads())?;
        let driver = Driver::start_with(&[("XDG_CONFIG_HOME", &folders.configuration()?)])?;
        let client = driver.open(program, &folders.arguments()).await?;
        let window = Self { client, folders: folders.clone(), driver };
        window.until("the page to show something", "return words(document.body.innerText) !== ''", &[]).await?;
        Ok(window)
    }

    /// The driver's client, for what has no word here.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The process whose descendants the driver, the program and its web processes are.
    pub fn process(&self) -> u32 {
        self.driver.process()
    }

    /// Clicks what has this name (its text or its label): a button, a tab, a row…
    pub async fn click(&self, name: &str) -> anyhow::Result<()> {
        self.click_found("named", name).await
    }

    /// Clicks the first thing that this CSS selector finds.
    pub async fn click_css(&self, selector: &str) -> anyhow::Result<()> {
        self.click_found("css", selector).await
    }

    async fn click_found(&self, how: &str, what: &str) -> anyhow::Result<()> {
        let enabled = "const it = find[args[0]](args[1]); \
                       return it && !it.disabled && it.getAttribute('aria-disabled') !== 'true' ? it : null";
        let element = self.element(&format!("{what} to click"), enabled, &[json!(how), json!(what)]).await?;
        self.still(how, what).await?;
        element.click().await.with_context(|| format!("clicking {what}"))
    }

    /// Waits until it stands where it stood a moment before: nobody aims at what still moves.
    async fn still(&self, how: &str, what: &str) -> anyhow::Result<()> {
        let place = "const box = find[args[0]](args[1])?.getBoundingClientRect(); return box ? [box.x, box.y] : null";
        let deadline = Instant::now() + PATIENCE;
        let mut before = Value::Null;
        loop {
            let now = self.look(place, &[json!(how), json!(what)]).await?;
            if !now.is_null() && now == before {
                return Ok(());
            }
            if Instant::now() > deadline {
                return self.in_vain(&format!("{what} to stand still; it stands at {now}, before at {before}")).await;
            }
            before = now;
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Types into the field of this label, in place of what it held.
    pub async fn fill(&self, label: &str, text: &str) -> anyhow::Result<()> {
        let element = self.field(label).await?;
        element.clear().await.with_context(|| format!("emptying {label}"))?;
        element.send_keys(text).await.with_context(|| format!("typing into {label}"))
    }

    /// Chooses from the list of this label.
    pub async fn choose(&self, label: &str, option: &str) -> anyhow::Result<()> {
        self.field(label).await?.select_by_label(option).await.with_context(|| format!("choosing {option} in {label}"))
    }

    /// Ticks or unticks the box of this label; chooses the radio button of this label.
    pub async fn tick(&self, label: &str, on: bool) -> anyhow::Result<()> {
        let element = self.field(label).await?;
        if element.is_selected().await? != on {
            element.click().await.with_context(|| format!("ticking {label}"))?;
        }
        Ok(())
    }

    /// What the field of this label holds.
    pub async fn value(&self, label: &str) -> anyhow::Result<String> {
        Ok(self.field(label).await?.prop("value").await?.unwrap_or_default())
    }

    async fn field(&self, label: &str) -> anyhow::Result<Element> {
        self.element(&format!("a field {label}"), "return find.labelled(args[0]) ?? null", &[json!(label)]).await
    }

    /// Presses keys, wherever the focus is.
    pub async fn press(&self, keys: &[Key]) -> anyhow::Result<()> {
        let text: String = keys.iter().map(|key| char::from(*key)).collect();
        self.type_keys(&text).await
    }

    /// Types, wherever the focus is.
    pub async fn type_keys(&self, text: &str) -> anyhow::Result<()> {
        self.client.active_element().await?.send_keys(text).await.context("typing")
    }

    /// Waits until this text can be read.
    pub async fn sees(&self, text: &str) -> anyhow::Result<()> {
        let script = "return words(ground().innerText).includes(words(args[0]))";
        self.until(&format!("« {text} » to be seen"), script, &[json!(text)]).await
    }

    /// Waits until this text can no longer be read.
    pub async fn sees_no(&self, text: &str) -> anyhow::Result<()> {
        let script = "return !words(ground().innerText).includes(words(args[0]))";
        self.until(&format!("« {text} » to be gone"), script, &[json!(text)]).await
    }

    /// Waits until this CSS selector finds something that can be seen.
    pub async fn finds(&self, selector: &str) -> anyhow::Result<()> {
        self.until(&format!("{selector} to be there"), "return all(args[0]).length > 0", &[json!(selector)]).await
    }

    /// Waits until this CSS selector finds so many things that can be seen.
    pub async fn finds_exactly(&self, selector: &str, count: usize) -> anyhow::Result<()> {
        let script = "return all(args[0]).length === args[1]";
        self.until(&format!("{selector} to be there {count} times"), script, &[json!(selector), json!(count)]).await
    }

    /// What can be read now.
    pub async fn text(&self) -> anyhow::Result<String> {
        let text = self.look("return words(ground().innerText)", &[]).await?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// The texts of all that this CSS selector finds.
    pub async fn texts(&self, selector: &str) -> anyhow::Result<Vec<String>> {
        let texts = self.look("return all(args[0]).map((one) => words(one.innerText))", &[json!(selector)]).await?;
        Ok(serde_json::from_value(texts)?)
    }

    /// Evaluates a script with the words of hands.js.
    pub async fn look(&self, script: &str, arguments: &[Value]) -> anyhow::Result<Value> {
        let whole = format!("const args = [...arguments];\n{HANDS}\n{script}");
        self.client.execute(&whole, arguments.to_vec()).await.with_context(|| format!("evaluating: {script}"))
    }

    /// Waits until a script says true.
    pub async fn until(&self, what: &str, script: &str, arguments: &[Value]) -> anyhow::Result<()> {
        self.wait(what, script, arguments, |found| found == &Value::Bool(true)).await.map(drop)
    }

    async fn element(&self, what: &str, script: &str, arguments: &[Value]) -> anyhow::Result<Element> {
        let found = self.wait(what, script, arguments, Value::is_object).await?;
        let id = found.as_object().and_then(|fields| fields.values().next()).and_then(Value::as_str);
        let id = id.with_context(|| format!("{what}: no element but {found}"))?;
        Ok(Element::from_element_id(self.client.clone(), ElementRef::from(id.to_owned())))
    }

    async fn wait(
        &self,
        what: &str,
        script: &str,
        arguments: &[Value],
        enough: impl Fn(&Value) -> bool,
    ) -> anyhow::Result<Value> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let found = match self.look(script, arguments).await {
                // Found, and gone before the driver took hold of it; or the page went while the driver waited for its answer: not
                // there. Whoever only looks may look again.
                Err(error) if stale(&error) || unanswered(&error) => Value::Null,
                found => found?,
            };
            if enough(&found) {
                return Ok(found);
            }
            if Instant::now() > deadline {
                return self.in_vain(what).await;
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    async fn in_vain<T>(&self, what: &str) -> anyhow::Result<T> {
        let picture = self.screenshot("failed").await?;
        bail!("waited in vain for {what}; picture: {}; the page reads:\n{}", picture.display(), self.text().await?)
    }

    /// Keeps a picture as target/screenshots/NAME.png.
    pub async fn screenshot(&self, name: &str) -> anyhow::Result<PathBuf> {
        // The text may stand in the page a frame before it stands on the screen.
        let drawn = "const done = arguments[arguments.length - 1]; \
                     requestAnimationFrame(() => requestAnimationFrame(() => done(true)))";
        self.client.execute_async(drawn, Vec::new()).await.context("waiting for the page to be drawn")?;
        let folder = target().join("screenshots");
        std::fs::create_dir_all(&folder)?;
        let file = folder.join(format!("{name}.png"));
        self.client.execute(KEEP_PAINTING, Vec::new()).await.context("painting")?;
        let picture = self.client.screenshot().await.context("taking a picture")?;
        self.client.execute("window.stopPainting()", Vec::new()).await.context("ending the painting")?;
        std::fs::write(&file, picture)?;
        Ok(file)
    }

    /// Holds what is on screen against WCAG 2.2 AA, and keeps a picture of it.
    pub async fn accessible(&self, name: &str) -> anyhow::Result<()> {
        self.screenshot(name).await?;
        let violations = self.axe().await?;
        ensure!(violations.is_empty(), "{name} violates WCAG 2.2 AA:\n{}", list(&violations));
        Ok(())
    }

    /// What axe-core finds wrong on screen.
    pub async fn axe(&self) -> anyhow::Result<Vec<Violation>> {
        let script = std::env::var_os("BANNETTE_AXE")
            .map_or_else(|| target().join("npm/node_modules/axe-core/axe.min.js"), PathBuf::from);
        let axe = std::fs::read_to_string(&script)
            .with_context(|| format!("{} is not there: `cargo xtask test` fetches it", script.display()))?;
        // Evaluated by the driver, not by the page: the page's own policy lets no such script in.
        self.client.execute(&format!("if (!window.axe) {{ {axe} }}"), Vec::new()).await.context("loading axe-core")?;
        let run = "const done = arguments[arguments.length - 1]; \
                   axe.run(document, { runOnly: { type: 'tag', values: arguments[0] }, resultTypes: ['violations'] }) \
                      .then((found) => done({ passed: found.passes.length, violations: found.violations }), \
                            (error) => done({ failed: String(error) }))";
        let found = self.client.execute_async(run, vec![json!(WCAG)]).await.context("running axe-core")?;
        ensure!(found.get("failed").is_none(), "axe-core failed: {found}");
        ensure!(found["passed"].as_u64().is_some_and(|passed| passed > 0), "axe-core looked at nothing");
        Ok(serde_json::from_value(found["violations"].clone())?)
    }

    /// Opens one window more, as for another person of the practice at this post, and turns to it. Gives the former one
    /// and the new one.
    pub async fn open_another(&self) -> anyhow::Result<(Pane, Pane)> {
        let before = self.client.windows().await?;
        let former = Pane(self.client.window().await?);
        let mut arguments = self.folders.arguments();
        arguments.push("--new-window".to_owned());
        let status = Command::new(env!("CARGO_BIN_EXE_Bannette")).args(arguments).status()?;
        ensure!(status.success(), "asking for another window ended with {status}");
        let deadline = Instant::now() + PATIENCE;
        loop {
            let new = self.client.windows().await?.into_iter().find(|one| !before.contains(one));
            if let Some(new) = new.map(Pane) {
                self.turn_to(&new).await?;
                self.until("the new page to show something", "return words(document.body.innerText) !== ''", &[])
                    .await?;
                return Ok((former, new));
            }
            ensure!(Instant::now() < deadline, "no other window opened");
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Turns to another window.
    pub async fn turn_to(&self, pane: &Pane) -> anyhow::Result<()> {
        self.client.switch_to_window(pane.0.clone()).await.context("turning to a window")
    }

    /// Closes the program, and waits until it has ended.
    pub async fn close(self) -> anyhow::Result<()> {
        // The driver was seen, once, never to answer although the program had ended. It ends with this value.
        match tokio::time::timeout(PATIENCE, self.client.close()).await {
            Ok(closed) => closed.context("closing the window"),
            Err(_) => {
                eprintln!("the driver does not answer that the window is closed");
                Ok(())
            }
        }
    }
}

/// A rule of WCAG that something on screen breaks.
#[derive(Debug, Deserialize)]
pub struct Violation {
    id: String,
    impact: Option<String>,
    help: String,
    nodes: Vec<Node>,
}

#[derive(Debug, Deserialize)]
struct Node {
    html: String,
    #[serde(rename = "failureSummary", default)]
    summary: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(to, "{} ({}): {}", self.id, self.impact.as_deref().unwrap_or("?"), self.help)?;
        self.nodes
            .iter()
            .try_for_each(|node| writeln!(to, "    {}\n        {}", node.html, node.summary.replace('\n', " ")))
    }
}

fn list(violations: &[Violation]) -> String {
    violations.iter().map(ToString::to_string).collect()
}

/// Cargo's target folder.
fn target() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().map_or_else(PathBuf::new, Path::to_owned)
}

/// What the core answers to a call of this page: `ok`, or `error` as the page gets it.
pub async fn answer(window: &Window, name: &str, call: Value) -> anyhow::Result<Value> {
    let script = "const [name, call, done] = arguments; window.__TAURI__.core.invoke(name, { call }) \
                  .then((reply) => done({ ok: reply }), (error) => done({ error }))";
    Ok(window.client().execute_async(script, vec![json!(name), call]).await?)
}

/// What the core gives to a call of this page that must succeed.
pub async fn invoke(window: &Window, name: &str, call: Value) -> anyhow::Result<Value> {
    let answer = answer(window, name, call).await?;
    ensure!(answer.get("error").is_none(), "{name}: {answer}");
    Ok(answer.get("ok").cloned().unwrap_or_default())
}

/// Whether the page gave no answer, as WebKitWebDriver says it where the page is replaced meanwhile.
fn unanswered(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| cause.to_string().contains("Could not parse script result"))
}

/// Whether what was found is no longer in the page.
fn stale(error: &anyhow::Error) -> bool {
    error.downcast_ref::<CmdError>().is_some_and(CmdError::is_stale_element_reference)
}
