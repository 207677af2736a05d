//! From the crates in `wasm/` to bound modules: cargo, then wasm-bindgen in this process.

use super::boundary;
use super::toolchain::Toolchain;
use crate::process::{self, say};
use crate::project::{self, Project};
use crate::stamp::{self, Step};
use anyhow::{Context as _, Result, bail};
use std::path::PathBuf;
use wasm_bindgen_cli_support::Bindgen;

/// No reference types, no bulk memory, no sign extension: what `wasm2js` can translate. The `.wasm` is made of
/// the same artefact; `wasm-opt` may use newer instructions there.
const FLAGS: [&str; 2] = ["-Ctarget-cpu=mvp", "-Ctarget-feature=+mutable-globals"];

/// A module after wasm-bindgen.
pub(crate) struct Module {
    /// `content`, `background`.
    pub(crate) name: &'static str,
    /// The JavaScript that wasm-bindgen wrote.
    pub(crate) glue: PathBuf,
    /// The WebAssembly, or what stands for it, that the glue drives.
    pub(crate) code: PathBuf,
}

/// What ships.
pub(crate) const SHIPPED: [&str; 2] = ["content", "background"];

/// Compiles crates of `wasm/` and returns the folder that the modules are in. Always all that ship and then perhaps
/// more: the features that are chosen for shared crates depend on who is built together.
pub(crate) fn compile(project: &Project, more: &[&str]) -> Result<PathBuf> {
    check_versions(project)?;
    let toolchain = Toolchain::find(project)?;
    let folder = project.work().join("cargo");
    let names = [SHIPPED.as_slice(), more].concat();
    say("cargo", &format!("{} for WebAssembly, with the standard library", names.join(", ")));
    // Panic messages name source files. Not where they were on this machine, or no two machines build the same.
    let mut flags: Vec<String> = FLAGS.iter().map(ToString::to_string).collect();
    let home = std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(std::env::home_dir()?.join(".cargo")));
    let places =
        [(Some(project.root.clone()), "billfold"), (home, "cargo"), (Some(toolchain.sources.clone()), "std")];
    for (from, to) in places {
        flags.extend(from.map(|from| format!("--remap-path-prefix={}={to}", from.display())));
    }
    process::run(
        project::cargo()
            .args(["build", "--quiet", "--profile", "wasm", "--target", "wasm32-unknown-unknown"])
            .arg("-Zbuild-std=std,panic_abort")
            .args(names.iter().map(|name| format!("--package=billfold-{name}")))
            // A folder of its own: another compiler than the workspace's, and other flags.
            .arg("--target-dir")
            .arg(&folder)
            .current_dir(&project.root)
            .env("RUSTC", &toolchain.rustc)
            // Rebuilding the standard library is not stable yet, in any release.
            .env("RUSTC_BOOTSTRAP", "1")
            .env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}"))
            .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", &toolchain.linker)
            .env_remove("CARGO_BUILD_TARGET"),
    )?;
    Ok(folder.join("wasm32-unknown-unknown/wasm"))
}

/// Bound for a loader that hands over the bytes.
pub(crate) fn bind_web(project: &Project, modules: &std::path::Path, name: &'static str) -> Result<Module> {
    bind(project, modules, name, "web")
}

/// Bound for a bundler, whose WebAssembly import is then replaced by JavaScript.
pub(crate) fn bind_bundler(
    project: &Project,
    modules: &std::path::Path,
    name: &'static str,
) -> Result<Module> {
    bind(project, modules, name, "bundler")
}

fn bind(
    project: &Project,
    modules: &std::path::Path,
    name: &'static str,
    mode: &'static str,
) -> Result<Module> {
    let compiled = modules.join(format!("billfold_{name}.wasm"));
    let folder = project.work().join(name).join(mode);
    let step = Step {
        name: &format!("bindgen-{name}-{mode}"),
        what: &format!("{name}: wasm-bindgen ({mode})"),
        inputs: std::slice::from_ref(&compiled),
        facts: &[locked(project, "wasm-bindgen-cli-support")?],
        outputs: std::slice::from_ref(&folder),
    };
    step.run(project, || {
        let mut bindgen = Bindgen::new();
        match mode {
            "web" => bindgen.web(true)?,
            _ => bindgen.bundler(true)?,
        };
        bindgen
            .input_path(&compiled)
            .out_name(name)
            .typescript(false)
            .remove_name_section(true)
            .remove_producers_section(true);
        if folder.exists() {
            std::fs::remove_dir_all(&folder)?;
        }
        bindgen.generate(&folder).with_context(|| format!("wasm-bindgen cannot bind {name}"))?;
        if mode == "bundler" {
            boundary::check(name, &stamp::read(&folder.join(format!("{name}_bg.wasm")))?)?;
        }
        Ok(())
    })?;
    let glue = if mode == "web" { format!("{name}.js") } else { format!("{name}_bg.js") };
    Ok(Module { name, glue: folder.join(glue), code: folder.join(format!("{name}_bg.wasm")) })
}

/// wasm-bindgen's two halves describe the boundary to each other in a format that changes with every release.
fn check_versions(project: &Project) -> Result<()> {
    let (bound, binds) = (locked(project, "wasm-bindgen")?, locked(project, "wasm-bindgen-cli-support")?);
    if bound != binds {
        bail!(
            "Cargo.lock has wasm-bindgen {bound} but wasm-bindgen-cli-support {binds}, which cannot bind it: run \
             `cargo update --package wasm-bindgen-cli-support --precise {bound}`"
        );
    }
    Ok(())
}

/// The version of a package in Cargo.lock.
fn locked(project: &Project, package: &str) -> Result<String> {
    let lock = String::from_utf8(stamp::read(&project.root.join("Cargo.lock"))?)?;
    let mut lines = lock.lines();
    lines
        .find(|line| *line == format!("name = \"{package}\""))
        .and_then(|_| lines.next())
        .and_then(|line| line.strip_prefix("version = \"")?.strip_suffix('"'))
        .map(str::to_owned)
        .with_context(|| format!("Cargo.lock does not list {package}"))
}
