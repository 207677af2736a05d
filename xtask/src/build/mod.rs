//! `cargo xtask build`: from the sources to `dist/`.
//!
//! ```text
//! wasm/content ──── cargo ─► content.wasm ─┬─ wasm-bindgen (web) ─ wasm-opt ──────► content.wasm, content-wasm.js
//!                                          └─ wasm-bindgen (bundler) ─ wasm2js ─ esbuild ─► content.js
//! wasm/background ─ cargo ─► background.wasm ─ wasm-bindgen (web) ─ wasm-opt ─────► background.wasm, background.js
//! extension/static, manifest/ ────────────────────────────────────────────────────► the rest of dist/chrome
//! native-host ───── cargo ────────────────────────────────────────────────────────► dist/bin/billfold
//! ```

mod boundary;
mod host;
mod manifest;
mod memory;
mod module;
mod npm;
mod probe;
mod script;
mod toolchain;

pub(crate) use host::build as host;
pub(crate) use probe::probe;

use crate::process::say;
use crate::project::Project;
use crate::stamp;
use anyhow::{Context as _, Result};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Where the scripts that the bundles begin with are.
const SCRIPTS: &str = "extension/js";

/// Builds everything that ships.
pub(crate) fn all(project: &Project) -> Result<()> {
    let chrome = project.dist().join("chrome");
    let npm = npm::tools(project)?;
    let modules = module::compile(project, &[])?;
    let mut made = BTreeSet::new();

    let content = module::bind_web(project, &modules, "content")?;
    let background = module::bind_web(project, &modules, "background")?;
    let as_script = module::bind_bundler(project, &modules, "content")?;
    let as_script = script::to_javascript(project, &npm, &as_script)?;

    for module in [&content, &background] {
        made.insert(script::shrink(project, &npm, module, &chrome)?);
    }
    let sites = manifest::sites();
    made.insert(script::bundle(project, &npm, SCRIPTS, "background", &[&background], &[], &chrome)?);
    made.insert(script::bundle(project, &npm, SCRIPTS, "content", &[&as_script], &[], &chrome)?);
    made.insert(script::bundle(project, &npm, SCRIPTS, "content-wasm", &[&content], &[], &chrome)?);
    let pages = ("BILLFOLD_PAGES", serde_json::to_string(&sites.pages)?);
    made.insert(script::bundle(project, &npm, SCRIPTS, "loader", &[], &[pages], &chrome)?);

    made.insert(manifest::chrome(project, &sites, &chrome)?);
    made.extend(copy_static(project, &chrome)?);
    remove_others(&chrome, &made)?;

    let host = host(project)?;
    for path in made.iter().filter(|path| path.extension().is_some_and(|e| e == "wasm" || e == "js")) {
        say("", &format!("{:<32}{:>6} kB", project.show(path), path.metadata()?.len().div_ceil(1000)));
    }
    say("built", &format!("{} and {}", project.show(&chrome), project.show(&host)));
    Ok(())
}

/// What ships as it is: icons, HTML, CSS.
fn copy_static(project: &Project, to: &Path) -> Result<Vec<PathBuf>> {
    let from = project.root.join("extension/static");
    let mut made = Vec::new();
    for file in stamp::files(&from)? {
        let target = to.join(file.strip_prefix(&from)?);
        stamp::write(&target, &stamp::read(&file)?)?;
        made.push(target);
    }
    Ok(made)
}

/// What an earlier build left and this one did not make would ship unseen.
fn remove_others(folder: &Path, made: &BTreeSet<PathBuf>) -> Result<()> {
    for file in stamp::files(folder)? {
        if !made.contains(&file) {
            fs::remove_file(&file).with_context(|| format!("{} cannot be removed", file.display()))?;
        }
    }
    Ok(())
}
