//! The whole line in a real browser, by the tests package's `torture`.

use super::Wish;
use crate::process::say;
use crate::project::{self, Project};
use crate::{build, chromium};
use anyhow::{Context as _, Result, bail};

/// Rounds that the tests of the workspace play.
const FEW: u32 = 3;

/// Rounds where nothing else is asked for.
const ROUNDS: u32 = 10;

pub(super) fn torture(project: &Project, wish: &Wish) -> Result<bool> {
    chromium::for_tests()?;
    build::all(project)?;
    rounds(project, wish.seed, wish.rounds.unwrap_or(ROUNDS))
}

/// A few rounds with what is built, by a seed that is told.
pub(crate) fn holds(project: &Project) -> Result<()> {
    if !rounds(project, None, FEW)? {
        bail!("a round did not hold; what it was is above");
    }
    Ok(())
}

fn rounds(project: &Project, seed: Option<u64>, rounds: u32) -> Result<bool> {
    say("cargo", "the replica portals and what torments the browser");
    let mut command = project::cargo();
    command
        .args(["run", "--quiet", "--package", "billfold-tests", "--bin", "torture", "--", "--dist"])
        .arg(project.dist())
        .arg("--folder")
        .arg(project.target.join("torture"))
        .args(["--rounds", &rounds.to_string()])
        .current_dir(&project.root);
    if let Some(seed) = seed {
        command.args(["--seed", &seed.to_string()]);
    }
    Ok(command.status().context("cargo cannot be started")?.success())
}
