//! The reader alone, by the host's own example `hostile`, which harms documents and compares what is still read.

use super::Wish;
use crate::process::{self, say};
use crate::project::{self, Project};
use crate::stamp;
use anyhow::{Context as _, Result};
use std::process::Command;

/// Harmed files where nothing else is asked for.
const FILES: u32 = 2_400;

pub(super) fn torture(project: &Project, wish: &Wish) -> Result<bool> {
    say("cargo", "billfold and its hostile files (release)");
    let mut build = project::cargo();
    build.args(["build", "--quiet", "--release", "--package", "billfold-native-host", "--bin", "billfold"]);
    process::run(build.args(["--example", "hostile"]).current_dir(&project.root))?;
    let built = project.target.join("release");
    let mut papers = stamp::files(&project.root.join("tests/fixtures/papers"))?;
    papers.retain(|file| file.extension().is_some_and(|ending| ending == "pdf"));
    say("torture", &format!("the reader, with {} whole documents to harm", papers.len()));
    let mut command = Command::new(built.join("examples/hostile"));
    command.arg(built.join("billfold")).arg(wish.files.unwrap_or(FILES).to_string()).args(papers);
    let status = command.status().context("what harms documents cannot be started")?;
    Ok(status.success())
}
