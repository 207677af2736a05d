//! `cargo xtask demo`: the whole line once, on replica portals, where anybody can watch it.

use crate::process;
use crate::project::{self, Project};
use crate::{build, chromium};
use anyhow::{Context as _, Result, bail};
use lexopt::Parser;
use lexopt::prelude::Long;
use std::path::Path;
use std::process::Command;

/// `cargo xtask demo`.
pub(crate) fn command(project: &Project, mut options: Parser) -> Result<bool> {
    let (mut headed, mut fresh) = (false, false);
    while let Some(option) = options.next()? {
        match option {
            Long("headed") => headed = true,
            Long("fresh") => fresh = true,
            other => return Err(other.unexpected().into()),
        }
    }
    demo(project, headed, fresh).map(|()| true)
}

/// Builds, then starts the demo of the tests package, which drives the browser.
fn demo(project: &Project, headed: bool, fresh: bool) -> Result<()> {
    if headed && !chromium::has_display() {
        bail!("there is no display here; without `--headed` the demo needs none");
    }
    let folder = project.target.join("demo");
    if fresh && folder.exists() {
        std::fs::remove_dir_all(&folder)
            .with_context(|| format!("{} cannot be emptied", folder.display()))?;
    }
    chromium::for_tests()?;
    build::all(project)?;
    process::say("cargo", "the replica portals and the demo");
    process::run(watched(project, &folder).args(headed.then_some("--headed")))
}

/// The demo alone, with what is built.
fn watched(project: &Project, folder: &Path) -> Command {
    let mut command = project::cargo();
    command
        .args(["run", "--quiet", "--package", "billfold-tests", "--bin", "demo", "--", "--dist"])
        .arg(project.dist())
        .arg("--folder")
        .arg(folder)
        .current_dir(&project.root);
    command
}

/// Runs the demo twice in a folder of the tests: the first files everything, the second has everything.
pub(crate) fn holds(project: &Project) -> Result<()> {
    let folder = project.target.join("test-demo");
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    for expected in ["36 listed = 36 filed", "36 listed = 36 already had"] {
        process::say("demo", expected);
        let said = process::output(&mut watched(project, &folder))?;
        if !said.contains(&format!("certificate  {expected}\n")) {
            bail!("the demo should have ended with {expected:?}; it said:\n{said}");
        }
    }
    Ok(())
}
