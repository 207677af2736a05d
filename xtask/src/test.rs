//! `cargo xtask test`: everything that must hold, counted.
//!
//! Formatting, lints and the build are gates, each of which counts as one test. Then all tests of the workspace,
//! the end-to-end ones included, against what the build has just made.

use crate::process::{self, say};
use crate::project::{self, Project};
use crate::{build, chromium, demo, fuzz, papers, torture};
use anyhow::{Context as _, Result};
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

/// What has passed and failed so far.
#[derive(Default)]
struct Count {
    passed: u32,
    failed: u32,
}

impl Count {
    /// One gate. A failure is told at once; the others still have their turn.
    fn gate(&mut self, name: &str, result: Result<()>) -> bool {
        match result {
            Ok(()) => self.passed += 1,
            Err(error) => {
                self.failed += 1;
                println!("error: {name}: {error:#}");
                return false;
            }
        }
        true
    }

    /// Adds what a line of `cargo test` says, if it is a sum.
    fn add(&mut self, line: &str) {
        if let Some((passed, failed)) = sums(line) {
            self.passed += passed;
            self.failed += failed;
        }
    }
}

/// Runs everything and says whether all of it passed. The last line is the count, alone.
pub(crate) fn test(project: &Project) -> bool {
    let mut count = Count::default();
    let cargo = |arguments: &[&str]| {
        say("cargo", &arguments.join(" "));
        process::run(project::cargo().args(arguments).current_dir(&project.root))
    };
    count.gate("formatting", cargo(&["fmt", "--all", "--check"]));
    let strict =
        ["clippy", "--quiet", "--workspace", "--all-features", "--all-targets", "--", "-D", "warnings"];
    count.gate("lints", cargo(&strict));
    let built = count.gate("build", build::all(project)) & count.gate("browser", chromium::for_tests());
    let built = built && count.gate("probe", build::probe(project).map(drop));
    if built {
        count.gate("demo", demo::holds(project));
        count.gate("torture", torture::holds(project));
        count.gate("papers", papers::holds(project));
        let tests = tests(project, &mut count);
        if tests.is_err() {
            count.gate("tests", tests);
        }
        count.gate("fuzz targets", fuzz::holds(project));
    } else {
        println!("error: the tests were not run, because what they test could not be built");
    }
    println!("\n{} passed, {} failed", count.passed, count.failed);
    count.failed == 0
}

/// All tests of the workspace, their output passed on as it comes.
fn tests(project: &Project, count: &mut Count) -> Result<()> {
    let arguments = ["test", "--quiet", "--workspace", "--all-features", "--no-fail-fast"];
    say("cargo", &arguments.join(" "));
    let mut command: Command = project::cargo();
    command.args(arguments).current_dir(&project.root).stdin(Stdio::null()).stdout(Stdio::piped());
    let mut child = command.spawn().context("cargo cannot be started")?;
    let before = count.failed;
    for line in BufReader::new(child.stdout.take().context("cargo has no output")?).split(b'\n') {
        let line = line?;
        let line = String::from_utf8_lossy(&line);
        // Most crates have an empty set of some kind; their sums say nothing.
        if line.is_empty() || line == "running 0 tests" || sums(&line) == Some((0, 0)) {
            continue;
        }
        println!("{line}");
        count.add(&line);
    }
    let status = child.wait()?;
    // A set that does not compile, or a process that dies, gives no sum.
    if !status.success() && count.failed == before {
        anyhow::bail!("`cargo test` failed ({status}) without a failed test; what it said is above");
    }
    Ok(())
}

/// `test result: ok. 12 passed; 1 failed; …` is (12, 1).
fn sums(line: &str) -> Option<(u32, u32)> {
    let rest = line.strip_prefix("test result: ")?;
    let of = |word: &str| {
        rest.split(['.', ';']).find_map(|part| part.trim().strip_suffix(word)?.trim().parse().ok())
    };
    Some((of("passed")?, of("failed")?))
}

#[cfg(test)]
mod tests {
    use super::sums;

    #[test]
    fn reads_the_sums_of_cargo_test() {
        let line = "test result: FAILED. 12 passed; 1 failed; 3 ignored; 0 measured; 0 filtered out; finished in 0.16s";
        assert_eq!(sums(line), Some((12, 1)));
        assert_eq!(sums("test money::reads ... ok"), None);
    }
}
