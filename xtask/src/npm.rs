//! What comes by npm: axe-core, which holds every screen against WCAG; the OpenID provider of the tests; and Binaryen's
//! optimiser, which makes the screens' modules a sixth smaller.

use crate::{folders, step};
use anyhow::{Result, bail};
use std::fs;
use std::path::{Path, PathBuf};

/// A package, the version that was tried, and the file of it that is used.
struct Package {
    name: &'static str,
    version: &'static str,
    file: &'static str,
}

/// The version that the screens were held against. A newer one may find more: raise it on purpose.
const AXE: Package = Package { name: "axe-core", version: "4.14.1", file: "axe.min.js" };

/// The OpenID provider that tests sign in to, in the place of Pro Santé Connect.
const OIDC: Package = Package { name: "oidc-provider", version: "9.13.3", file: "lib/index.js" };

/// Tried in the window by every test of it. Debian's own is older, and breaks the module in silence.
const BINARYEN: Package = Package { name: "binaryen", version: "132.0.0", file: "bin/wasm-opt" };

/// What the compiler's own modules may use (the defaults of its WebAssembly target), and no more: the web views that
/// Bannette meets know these.
const FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-sign-ext",
    "--enable-nontrapping-float-to-int",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// The script to inject, fetched when it is not there in this version.
pub fn axe() -> Result<PathBuf> {
    AXE.fetched("npm")
}

/// The provider's module, fetched when it is not there in this version.
pub fn oidc() -> Result<PathBuf> {
    OIDC.fetched("npm-oidc")
}

/// Whether this machine has npm.
pub fn is_there() -> Result<bool> {
    Ok(step::succeeds(&mut step::program(NPM, &["--version"])?))
}

/// Makes a module smaller, in its place.
pub fn shrink(module: &Path) -> Result<()> {
    let optimiser = BINARYEN.fetched("npm-binaryen")?.to_string_lossy().into_owned();
    let small = module.with_extension("small");
    let (from, to) = (module.to_string_lossy().into_owned(), small.to_string_lossy().into_owned());
    let arguments = [&[optimiser.as_str(), "-Oz"], &FEATURES[..], &[from.as_str(), "-o", to.as_str()]].concat();
    step::run("a smaller module", &mut step::program("node", &arguments)?)?;
    fs::rename(small, module)?;
    Ok(())
}

const NPM: &str = if cfg!(windows) { "npm.cmd" } else { "npm" };

impl Package {
    /// Its file. Each package has a folder of its own: npm takes away what it was not asked for in the same breath.
    fn fetched(&self, folder: &str) -> Result<PathBuf> {
        let folder = folders::target()?.join(folder);
        let package = folder.join("node_modules").join(self.name);
        let file = package.join(self.file);
        let version = format!("\"version\": \"{}\"", self.version);
        let present = fs::read_to_string(package.join("package.json")).is_ok_and(|text| text.contains(&version));
        if present && file.exists() {
            return Ok(file);
        }
        fs::create_dir_all(&folder)?;
        let prefix = folder.to_string_lossy().into_owned();
        let wanted = format!("{}@{}", self.name, self.version);
        let install =
            ["install", "--no-save", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", &prefix, &wanted];
        step::run(self.name, &mut step::program(NPM, &install)?)?;
        if !file.exists() {
            bail!("npm left no {}", file.display());
        }
        Ok(file)
    }
}
