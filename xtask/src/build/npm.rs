//! Binaryen and esbuild: from npm, at the versions that `xtask/npm` locks, never in the source tree.

use crate::chromium::on_path;
use crate::process;
use crate::project::Project;
use crate::stamp::{self, Step};
use anyhow::{Context as _, Result, bail};
use std::path::PathBuf;
use std::process::Command;

/// The oldest Node that esbuild runs on.
const OLDEST: u32 = 18;

/// Where the installed packages are.
pub(crate) struct Npm {
    modules: PathBuf,
    /// The lock file: a stamp for every step that uses the tools.
    pub(crate) lock: PathBuf,
}

impl Npm {
    /// A tool by package and program.
    pub(crate) fn tool(&self, program: &str) -> Command {
        let mut command = Command::new("node");
        command.arg(self.modules.join(program));
        command
    }
}

/// Installs Node and the packages if they are missing.
pub(crate) fn tools(project: &Project) -> Result<Npm> {
    let source = project.root.join("xtask/npm");
    let folder = project.work().join("npm");
    let modules = folder.join("node_modules");
    let names = ["package.json", "package-lock.json", ".npmrc"];
    let installed: Vec<PathBuf> = ["binaryen/package.json", "esbuild/package.json", ".package-lock.json"]
        .iter()
        .map(|file| modules.join(file))
        .collect();
    let step = Step {
        name: "npm",
        what: "Binaryen and esbuild (npm ci)",
        inputs: &names.map(|name| source.join(name)),
        facts: &[],
        outputs: &installed,
    };
    node()?;
    step.run(project, || {
        for name in names {
            stamp::write(&folder.join(name), &stamp::read(&source.join(name))?)?;
        }
        let arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
        process::output(Command::new("npm").args(arguments).current_dir(&folder))
            .context("Binaryen and esbuild cannot be installed; npm needs its registry for this once")?;
        Ok(())
    })?;
    Ok(Npm { modules, lock: source.join("package-lock.json") })
}

/// Makes sure that a recent enough Node is there, and npm.
fn node() -> Result<()> {
    let version = |program: &str| process::output(Command::new(program).arg("--version"));
    if on_path("node").is_none() || on_path("npm").is_none() {
        crate::apt::install(&["nodejs", "npm"], "Node and npm, which run Binaryen and esbuild")?;
    }
    let found = version("node")?;
    let major: u32 =
        found.trim().trim_start_matches('v').split('.').next().unwrap_or("0").parse().unwrap_or(0);
    if major < OLDEST {
        bail!("Node {} is too old for esbuild: install Node {OLDEST} or later", found.trim());
    }
    Ok(())
}
