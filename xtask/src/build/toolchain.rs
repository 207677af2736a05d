//! Which compiler can rebuild the standard library for WebAssembly, and what links the result.
//!
//! Both builds of the content module need a standard library without reference types and bulk memory, which
//! `wasm2js` cannot translate. So it is always rebuilt from its sources, the same way wherever they come from.

use crate::process;
use crate::project::Project;
use anyhow::{Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Debian's own compiler; `rustc-web` keeps it as new as the browsers that Debian builds with it.
const DEBIAN: &str = "/usr/bin/rustc";

/// The oldest minor version of Rust 1 that builds the workspace (`rust-version` in Cargo.toml).
const OLDEST: u32 = 92;

/// A compiler with the sources of its standard library, and a linker.
pub(crate) struct Toolchain {
    /// What to set `RUSTC` to.
    pub(crate) rustc: PathBuf,
    /// What links WebAssembly.
    pub(crate) linker: PathBuf,
    /// Where the standard library's sources are.
    pub(crate) sources: PathBuf,
}

impl Toolchain {
    /// The toolchain's own sources; else Debian's; else one sentence that says how to get them.
    pub(crate) fn find(project: &Project) -> Result<Toolchain> {
        let own = PathBuf::from(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
        let sysroot = sysroot(project, &own)?;
        let rustc = match sources(&sysroot) {
            Some(sources) => Some((own, sources)),
            None => debian(project)?,
        };
        let Some((rustc, sources)) = rustc else {
            bail!(
                "the standard library's sources are missing, and WebAssembly needs it rebuilt: run `rustup component \
                 add rust-src`, or as root on Debian 12 run this again and it installs `rustc-web rust-web-src`"
            );
        };
        Ok(Toolchain { linker: linker(&sysroot)?, rustc, sources })
    }
}

fn sysroot(project: &Project, rustc: &Path) -> Result<PathBuf> {
    let mut command = Command::new(rustc);
    Ok(process::output(command.args(["--print", "sysroot"]).current_dir(&project.root))?.trim().into())
}

/// The lock file is what `-Zbuild-std` resolves the library's own dependencies by.
fn sources(sysroot: &Path) -> Option<PathBuf> {
    let library = sysroot.join("lib/rustlib/src/rust/library");
    library.join("Cargo.lock").exists().then_some(library)
}

/// Debian's compiler if it is new enough and has its sources, after installing both if that is possible.
fn debian(project: &Project) -> Result<Option<(PathBuf, PathBuf)>> {
    if let Some(found) = debian_present(project)? {
        return Ok(Some(found));
    }
    let known = Command::new("apt-cache").args(["show", "rust-web-src"]).output();
    if !process::is_root() || known.is_err() {
        return Ok(None);
    }
    let why = "the sources of Rust's standard library, which WebAssembly needs rebuilt";
    if crate::apt::install(&["rustc-web", "rust-web-src"], why).is_err() {
        return Ok(None);
    }
    debian_present(project)
}

fn debian_present(project: &Project) -> Result<Option<(PathBuf, PathBuf)>> {
    let rustc = Path::new(DEBIAN);
    if !rustc.exists() {
        return Ok(None);
    }
    let version = process::output(Command::new(rustc).arg("--version"))?;
    if minor(&version).is_none_or(|minor| minor < OLDEST) {
        return Ok(None);
    }
    Ok(sources(&sysroot(project, rustc)?).map(|sources| (rustc.to_owned(), sources)))
}

/// `rustc 1.96.0 (…)` is 96.
fn minor(version: &str) -> Option<u32> {
    version.strip_prefix("rustc 1.")?.split('.').next()?.parse().ok()
}

/// The toolchain's `rust-lld`, else a `wasm-ld` on the path, else Debian's, which carries its version.
fn linker(sysroot: &Path) -> Result<PathBuf> {
    let in_toolchain = std::fs::read_dir(sysroot.join("lib/rustlib"))
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path().join("bin").join(format!("rust-lld{}", std::env::consts::EXE_SUFFIX)))
        .find(|path| path.exists());
    if let Some(found) = in_toolchain.or_else(wasm_ld) {
        return Ok(found);
    }
    crate::apt::install(&["lld"], "a linker for WebAssembly")?;
    match wasm_ld() {
        Some(found) => Ok(found),
        None => bail!("the package `lld` is installed but has no `wasm-ld`; install one that has it"),
    }
}

fn wasm_ld() -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    std::env::split_paths(&folders).find_map(|folder| {
        let mut found: Vec<PathBuf> = std::fs::read_dir(folder)
            .ok()?
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| {
                path.file_name().is_some_and(|name| {
                    let name = name.to_string_lossy();
                    name == "wasm-ld" || name.starts_with("wasm-ld-")
                })
            })
            .collect();
        found.sort();
        found.pop()
    })
}

#[cfg(test)]
mod tests {
    use super::minor;

    #[test]
    fn reads_the_minor_version() {
        assert_eq!(minor("rustc 1.96.0 (ac68faa20 2026-05-25) (built from a source tarball)"), Some(96));
        assert_eq!(minor("rustc 1.63.0"), Some(63));
        assert_eq!(minor("something else"), None);
    }
}
