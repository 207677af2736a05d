//! The replica's pages: real React, bundled by esbuild from `tests/page`.
//!
//! [`bundle`] is the only way to them. It needs npm and, the first time, its registry; afterwards it does
//! nothing until a source changes.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::random::fnv;

const SOURCE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/page");
const STAMP: &str = "inputs";

/// Where the replica looks for the bundle unless it is told otherwise: `replica-page` in the target directory.
pub fn default_dir() -> PathBuf {
    target_dir().join("replica-page")
}

/// Cargo's target directory.
pub fn target_dir() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../target"), PathBuf::from)
}

/// Bundles the pages into `out_dir`, unless what lies there was made from the same sources. Several
/// processes may call it at once: one bundles, the others wait.
pub fn bundle(out_dir: &Path) -> io::Result<()> {
    fs::create_dir_all(out_dir)?;
    let lock = File::create(out_dir.join("lock"))?;
    lock.lock()?;
    let inputs = fingerprint(Path::new(SOURCE))?;
    if fs::read_to_string(out_dir.join(STAMP)).is_ok_and(|stamp| stamp == inputs) {
        return Ok(());
    }
    // The packages are installed beside the bundle, so that the sources stay free of `node_modules`.
    for file in ["package.json", "package-lock.json", ".npmrc"] {
        fs::copy(Path::new(SOURCE).join(file), out_dir.join(file))?;
    }
    run(Command::new("npm")
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
        .current_dir(out_dir))?;
    for (mode, minify) in [("development", false), ("production", true)] {
        let mut esbuild = Command::new("node");
        esbuild.arg(out_dir.join("node_modules/esbuild/bin/esbuild"));
        for entry in ["openai.jsx", "portal.jsx", "style.css"] {
            esbuild.arg(Path::new(SOURCE).join("src").join(entry));
        }
        esbuild
            .args(["--bundle", "--jsx=automatic", "--target=es2022", "--log-level=warning"])
            .arg(format!("--define:process.env.NODE_ENV=\"{mode}\""))
            .arg(format!("--outdir={}", out_dir.join(mode).display()))
            .env("NODE_PATH", out_dir.join("node_modules"));
        if minify {
            esbuild.arg("--minify");
        }
        run(&mut esbuild)?;
    }
    fs::write(out_dir.join(STAMP), inputs)
}

fn run(command: &mut Command) -> io::Result<()> {
    let output = command.stdin(Stdio::null()).output().map_err(|error| {
        io::Error::other(format!(
            "{} cannot be started, it is needed to bundle the pages: {error}",
            program(command)
        ))
    })?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(io::Error::other(format!("{} failed: {}", program(command), said.trim())))
}

fn program(command: &Command) -> String {
    command.get_program().to_string_lossy().into_owned()
}

/// Of every file below `dir`, and of this recipe.
fn fingerprint(dir: &Path) -> io::Result<String> {
    let mut files = Vec::new();
    collect(dir, &mut files)?;
    files.sort();
    let mut hash = fnv(include_bytes!("page.rs"));
    for file in files {
        let mut bytes = file.to_string_lossy().into_owned().into_bytes();
        bytes.extend(fs::read(&file)?);
        hash = hash.rotate_left(7) ^ fnv(&bytes);
    }
    Ok(format!("{hash:016x}"))
}

fn collect(dir: &Path, into: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.ends_with("node_modules") {
            continue;
        }
        if path.is_dir() { collect(&path, into)? } else { into.push(path) }
    }
    Ok(())
}
