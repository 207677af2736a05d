//! What is read of documents whose truth is known: by us, by `invoice2data`, and how fast.

use super::figure::Figure;
use super::host;
use crate::process::{self, say};
use crate::project::{self, Project};
use crate::{apt, chromium, papers};
use anyhow::{Context as _, Result};
use std::path::PathBuf;
use std::process::Command;

/// The peer, with what its dates need.
const PEER: [&str; 2] = ["invoice2data==1.0.1", "dateparser==1.5.0"];

/// Fields right, wrong and absent on the same files; the time of one process per file, and of what is loaded once.
pub(super) fn measure(project: &Project, take: &mut dyn FnMut(Figure)) -> Result<()> {
    papers::tools()?;
    let python = python(project)?;
    let host_bench = host::built(project)?;
    say("cargo", "papers (release)");
    let mut command = project::cargo();
    command
        .args([
            "run",
            "--quiet",
            "--release",
            "--package",
            "billfold-tests",
            "--bin",
            "papers",
            "--",
            "--reader",
        ])
        .arg(project.dist().join("bin/billfold"))
        .arg("--peer")
        .arg(python)
        .arg("--host-bench")
        .arg(host_bench)
        .current_dir(&project.root);
    for line in process::output(&mut command)?.lines() {
        take(serde_json::from_str(line).with_context(|| format!("this is no figure: {line}"))?);
    }
    Ok(())
}

/// A Python of its own with the peer in it.
fn python(project: &Project) -> Result<PathBuf> {
    let folder = project.work().join("invoice2data");
    let python = folder.join("bin/python");
    if !folder.join("bin/invoice2data").exists() {
        if chromium::on_path("python3").is_none() {
            apt::install(&["python3", "python3-venv"], "invoice2data, which reading is compared with")?;
        }
        say("pip", &PEER.join(" "));
        process::output(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
        process::output(Command::new(&python).args(["-m", "pip", "install", "--quiet"]).args(PEER))?;
    }
    Ok(python)
}
