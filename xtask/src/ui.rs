//! Builds the screens: compiles them to WebAssembly, makes the JavaScript that loads them, and lays both beside the
//! page, its styles and its fonts in ui/dist.
//!
//! A file that did not change is not written again: Cargo would build the shell anew for nothing.

use crate::{folders, npm, step, system};
use anyhow::{Context, Result, anyhow};
use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::time::Instant;
use wasm_bindgen_cli_support::Bindgen;

/// What the page is made of beside the module, in ui/.
const PARTS: [&str; 4] = ["index.html", "start.js", "styles", "fonts"];

/// The module that the page loads at its start. Others beside it are loaded when a page of theirs is opened.
pub const MODULE: &str = "ui_bg.wasm";

/// Where the built screens lie.
pub fn dist() -> Result<PathBuf> {
    Ok(folders::root()?.join("ui").join("dist"))
}

/// Builds what has changed.
pub fn build() -> Result<()> {
    system::wasm_target()?;
    let build = ["rustc", "--package", "bannette-ui", "--target", "wasm32-unknown-unknown", "--profile", "ui"];
    // Whoever parts the module in two must know what refers to what.
    let linked = ["--", "-Clink-arg=--emit-relocs"];
    step::run("the screens", &mut step::cargo(&[&build[..], &linked[..]].concat())?)?;

    let target = folders::target()?;
    let compiled = target.join("wasm32-unknown-unknown").join("ui").join("bannette-ui.wasm");
    let wasm = fs::read(&compiled).with_context(|| format!("reading {}", compiled.display()))?;
    let mut files = BTreeMap::new();
    for part in PARTS {
        collect(&folders::root()?.join("ui"), Path::new(part), &mut files)?;
    }

    // Without npm the module is larger, and does the same.
    let small = npm::is_there()?;
    let mark = format!("{} {small}", mark(&wasm, &files));
    let marked = target.join("ui.mark");
    let dist = dist()?;
    if dist.join(MODULE).exists() && fs::read_to_string(&marked).is_ok_and(|last| last == mark) {
        eprintln!("<== ui/dist is as it should be");
        return Ok(());
    }

    let begin = Instant::now();
    files.extend(bind(&wasm, &target.join("ui.bound"), small)?);
    lay(&dist, &files)?;
    fs::write(&marked, mark)?;
    eprintln!("<== ui/dist: {:.1} s, {}", begin.elapsed().as_secs_f64(), sizes(&modules()?));
    Ok(())
}

/// The built modules and their sizes in bytes: the one of the start, then the others by their names.
pub fn modules() -> Result<Vec<(String, u64)>> {
    let mut all = Vec::new();
    for entry in fs::read_dir(dist()?)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(".wasm") {
            all.push((name, entry.metadata()?.len()));
        }
    }
    all.sort_by_key(|(name, _)| (name != MODULE, name.clone()));
    Ok(all)
}

/// The modules and their sizes, in one line.
pub fn sizes(modules: &[(String, u64)]) -> String {
    modules.iter().map(|(name, size)| format!("{name} {} kB", size / 1000)).collect::<Vec<_>>().join(", ")
}

/// The modules as a browser loads them, and the JavaScript that does so.
fn bind(wasm: &[u8], scratch: &Path, small: bool) -> Result<BTreeMap<PathBuf, Vec<u8>>> {
    if scratch.exists() {
        fs::remove_dir_all(scratch)?;
    }
    let bound = scratch.join("bound");
    let (first, later) = part(wasm, scratch, &bound)?;
    let mut bindgen = Bindgen::new();
    bindgen.input_bytes("ui", fs::read(first)?).typescript(false).remove_name_section(true).out_name("ui");
    // The other modules reach the first by these names.
    bindgen.keep_lld_exports(true).demangle(false);
    bindgen.web(true)?.generate(&bound)?;
    if small {
        for module in later.iter().chain([&bound.join(MODULE)]) {
            npm::shrink(module)?;
        }
    }
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(&bound)? {
        collect(&bound, Path::new(&entry?.file_name()), &mut files)?;
    }
    Ok(files)
}

/// Parts the module at the calls that the screens name as such: the path of the first module, and those of the others,
/// which lie in `bound` with the JavaScript that loads them.
fn part(wasm: &[u8], scratch: &Path, bound: &Path) -> Result<(PathBuf, Vec<PathBuf>)> {
    let first = scratch.join("first.wasm");
    let mut options = wasm_split_cli_support::Options::new(wasm);
    options.output_dir = bound;
    options.main_out_path = &first;
    options.main_module = "./ui.js";
    options.link_name = "./later.js";
    let parted =
        wasm_split_cli_support::transform(options).map_err(|error| anyhow!("parting the screens: {error:#}"))?;
    Ok((first, parted.split_modules))
}

/// Reads a file, or all files of a folder, under their paths from `base`.
fn collect(base: &Path, path: &Path, files: &mut BTreeMap<PathBuf, Vec<u8>>) -> Result<()> {
    let whole = base.join(path);
    if !whole.is_dir() {
        files.insert(path.to_owned(), fs::read(&whole).with_context(|| format!("reading {}", whole.display()))?);
        return Ok(());
    }
    for entry in fs::read_dir(&whole)? {
        collect(base, &path.join(entry?.file_name()), files)?;
    }
    Ok(())
}

/// Makes the folder hold these files and no others.
fn lay(dist: &Path, files: &BTreeMap<PathBuf, Vec<u8>>) -> Result<()> {
    fs::create_dir_all(dist)?;
    let mut present = BTreeMap::new();
    for entry in fs::read_dir(dist)? {
        collect(dist, Path::new(&entry?.file_name()), &mut present)?;
    }
    for (path, bytes) in files.iter().filter(|(path, bytes)| present.get(*path) != Some(bytes)) {
        let whole = dist.join(path);
        if let Some(folder) = whole.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(whole, bytes)?;
    }
    let wanted: BTreeSet<&PathBuf> = files.keys().collect();
    for path in present.keys().filter(|path| !wanted.contains(path)) {
        fs::remove_file(dist.join(path))?;
    }
    Ok(())
}

/// The same for the same input.
fn mark(wasm: &[u8], files: &BTreeMap<PathBuf, Vec<u8>>) -> String {
    let mut hasher = DefaultHasher::new();
    (wasm, files).hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(list: &[(&str, &str)]) -> BTreeMap<PathBuf, Vec<u8>> {
        list.iter().map(|(path, text)| (PathBuf::from(path), text.as_bytes().to_vec())).collect()
    }

    #[test]
    fn the_folder_holds_what_it_should_and_no_more() {
        let dist = tempfile::tempdir().unwrap();
        lay(dist.path(), &files(&[("index.html", "a"), ("fonts/old.woff2", "b")])).unwrap();
        let before = fs::metadata(dist.path().join("index.html")).unwrap().modified().unwrap();
        let wanted = files(&[("index.html", "a"), ("styles/new.css", "c")]);
        lay(dist.path(), &wanted).unwrap();
        let mut found = BTreeMap::new();
        collect(dist.path(), Path::new(""), &mut found).unwrap();
        assert_eq!(found, wanted);
        assert_eq!(fs::metadata(dist.path().join("index.html")).unwrap().modified().unwrap(), before);
    }

    #[test]
    fn any_change_changes_the_mark() {
        let first = mark(b"wasm", &files(&[("a", "1")]));
        assert_eq!(first, mark(b"wasm", &files(&[("a", "1")])));
        assert_ne!(first, mark(b"wasn", &files(&[("a", "1")])));
        assert_ne!(first, mark(b"wasm", &files(&[("a", "2")])));
        assert_ne!(first, mark(b"wasm", &files(&[("b", "1")])));
    }
}
