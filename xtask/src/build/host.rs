//! The native host, in release.
//!
//! On Linux the C library is linked into it: it then runs on any distribution, whatever its C library's version, and
//! starts in four fifths of the time, which counts for a program that is started anew by each browser and command.

use crate::process::{self, say};
use crate::project::{self, Project};
use crate::stamp;
use anyhow::{Context as _, Result};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Builds it and places it in `dist/bin`.
pub(crate) fn build(project: &Project) -> Result<PathBuf> {
    say("cargo", "billfold, the native host and command line (release)");
    let mut command = project::cargo();
    command
        .args(["build", "--quiet", "--release", "--package", "billfold-native-host", "--target-dir"])
        .arg(&project.target)
        .current_dir(&project.root);
    let mut folder = project.target.clone();
    if has_static_libc() {
        let target = target()?;
        // Not for the whole build: procedural macros are libraries that the compiler loads.
        let variable = format!("CARGO_TARGET_{}_RUSTFLAGS", target.to_uppercase().replace('-', "_"));
        command.args(["--target", &target]).env(variable, "-Ctarget-feature=+crt-static");
        folder.push(target);
    }
    process::run(&mut command)?;
    let name = format!("billfold{}", std::env::consts::EXE_SUFFIX);
    place(project, &folder.join("release").join(&name), &project.dist().join("bin").join(&name))
}

/// Whether the C compiler has a C library to link into programs. Debian's always does.
fn has_static_libc() -> bool {
    let asked = Command::new("cc").arg("-print-file-name=libc.a").output();
    let named = asked.ok().and_then(|output| String::from_utf8(output.stdout).ok()).unwrap_or_default();
    cfg!(all(target_os = "linux", target_env = "gnu")) && Path::new(named.trim()).is_absolute()
}

/// The platform that this compiler builds for.
fn target() -> Result<String> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let said = process::output(Command::new(rustc).arg("-vV"))?;
    let target = said.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(target.context("`rustc -vV` does not say what it builds for")?.to_owned())
}

fn place(project: &Project, built: &Path, placed: &Path) -> Result<PathBuf> {
    let bytes = stamp::read(built)?;
    if fs::read(placed).is_ok_and(|old| old == bytes) {
        return Ok(placed.to_owned());
    }
    // Beside it and then renamed: a host that a browser is running cannot be written over.
    let beside = placed.with_extension("new");
    fs::create_dir_all(project.dist().join("bin"))?;
    fs::copy(built, &beside).with_context(|| format!("{} cannot be written", beside.display()))?;
    fs::rename(&beside, placed).with_context(|| format!("{} cannot be replaced", placed.display()))?;
    Ok(placed.to_owned())
}
