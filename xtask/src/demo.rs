//! `cargo xtask demo`: the whole line once, on replica portals, where anybody can watch it.

use crate::process;
use crate::project::{self, Project};
use crate::{build, chromium};
use anyhow::{Context as _, Result, bail};

/// Builds, then starts the demo of the tests package, which drives the browser.
pub(crate) fn demo(project: &Project, headed: bool, fresh: bool) -> Result<()> {
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
    let mut command = project::cargo();
    command
        .args(["run", "--quiet", "--package", "billfold-tests", "--bin", "demo", "--", "--dist"])
        .arg(project.dist())
        .arg("--folder")
        .arg(&folder)
        .args(headed.then_some("--headed"))
        .current_dir(&project.root);
    process::run(&mut command)
}
