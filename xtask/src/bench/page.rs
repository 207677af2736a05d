//! What is measured in a browser: by `bench` of the tests package, which drives one.

use super::figure::Figure;
use crate::process::say;
use crate::project::{self, Project};
use crate::{apt, build, chromium};
use anyhow::{Context as _, Result, bail};
use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::Stdio;

/// The scan alone.
pub(super) fn scan(project: &Project, take: &mut dyn FnMut(Figure)) -> Result<()> {
    let probe = build::probe(project)?;
    measure(project, "scan", Some(probe), take)
}

/// The extension on a long page.
pub(super) fn page(project: &Project, take: &mut dyn FnMut(Figure)) -> Result<()> {
    measure(project, "page", None, take)
}

/// The whole line.
pub(super) fn backfill(project: &Project, take: &mut dyn FnMut(Figure)) -> Result<()> {
    if chromium::on_path("curl").is_none() {
        apt::install(&["curl"], "curl, which the backfill is measured against")?;
    }
    measure(project, "backfill", None, take)
}

/// The whole line with ten times as much of it.
pub(super) fn bulk(project: &Project, take: &mut dyn FnMut(Figure)) -> Result<()> {
    measure(project, "bulk", None, take)
}

/// Runs the helper, which says what it does on stderr and prints figures on stdout.
fn measure(
    project: &Project,
    group: &str,
    probe: Option<PathBuf>,
    take: &mut dyn FnMut(Figure),
) -> Result<()> {
    say("cargo", &format!("{group}: the replica portals and what drives the browser (release)"));
    let mut command = project::cargo();
    command
        // A server that is slow itself would make everything look alike.
        .args(["run", "--quiet", "--release", "--package", "billfold-tests", "--bin", "bench", "--"])
        .arg(group)
        .arg("--dist")
        .arg(project.dist())
        .arg("--folder")
        .arg(project.target.join("bench"))
        .args(probe.into_iter().flat_map(|probe| ["--probe".into(), probe]))
        .current_dir(&project.root)
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    let mut child = command.spawn().context("cargo cannot be started")?;
    for line in BufReader::new(child.stdout.take().context("cargo has no output")?).lines() {
        let line = line?;
        take(serde_json::from_str(&line).with_context(|| format!("this is no figure: {line}"))?);
    }
    let status = child.wait()?;
    if !status.success() {
        bail!("the helper failed ({status}); what it said is above");
    }
    Ok(())
}
