//! The host alone, by its own example `torture`, which stops it at system calls.

use super::Wish;
use crate::process::{self, say};
use crate::project::{self, Project};
use anyhow::{Context as _, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where files cost nothing: what matters is the order of the calls.
const MEMORY: &str = "/dev/shm";

/// Runs of each part on a real disk, which is slow.
const ON_DISK: u32 = 100;

pub(super) fn torture(project: &Project, wish: &Wish) -> Result<bool> {
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        bail!("only Linux on x86-64 lets us stop a program at its system calls");
    }
    say("cargo", "billfold and its torture (release)");
    let package = ["--package", "billfold-native-host"];
    let mut build = project::cargo();
    build.args(["build", "--quiet", "--release"]).args(package).args(["--bin", "billfold"]);
    process::run(build.args(["--example", "torture"]).current_dir(&project.root))?;
    let built = project.target.join("release");
    let disk = project.target.join("torture");
    fs::create_dir_all(&disk).with_context(|| format!("{} cannot be made", disk.display()))?;
    let mut series: Vec<(PathBuf, Option<u32>)> = vec![(disk, wish.points.or(Some(ON_DISK)))];
    if Path::new(MEMORY).is_dir() {
        series.insert(0, (MEMORY.into(), wish.points));
    }
    let mut is_well = true;
    for (folder, points) in series {
        say("torture", &format!("in {}", project.show(&folder)));
        let mut command = Command::new(built.join("examples/torture"));
        command.arg(built.join("billfold")).arg(folder).args(&wish.only);
        if let Some(points) = points {
            command.args(["--runs", &points.to_string()]);
        }
        let status = command.status().context("the torture cannot be started")?;
        is_well &= status.success();
    }
    Ok(is_well)
}
