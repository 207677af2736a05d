//! `cargo xtask fuzz`: random input to everything that reads what others write, with coverage as its guide.
//!
//! The targets in `fuzz/` are laid out as `cargo fuzz` wants them, but run without it: all that it adds to
//! `cargo build` are flags, and these need no nightly compiler. What is found new goes beside the build, and into
//! the repository only with `--keep`.

mod report;
mod target;

use crate::apt;
use crate::process::{self, say};
use crate::project::{self, Project};
use anyhow::{Context as _, Result, bail, ensure};
use lexopt::Parser;
use lexopt::prelude::{Long, ValueExt as _};
use report::Report;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use target::{TARGETS, Target};

/// `cargo xtask fuzz --help`.
pub(crate) const HELP: &str = "\
cargo xtask fuzz [--minutes N] [--target NAME]... [--keep]

Runs each target in `fuzz/` on its kept corpus and on what is made of it, N minutes in all (default 10), on one core.
A finding is a panic (an invariant that does not hold), a hang, or one input that costs more than 100 ms of
processor time or 256 MB. It ends that target's run; the input is kept and its path printed.
--target   only that one; may be repeated
--keep     afterwards adds what reaches new code to `fuzz/corpus`
The exit code is 0 where nothing was found.";

/// The flags that `cargo fuzz run --sanitizer none` passes.
const COVERAGE: [&str; 9] = [
    "--cfg",
    "fuzzing",
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Cllvm-args=-simplifycfg-branch-fold-threshold=0",
    "-Ccodegen-units=1",
];

/// Seconds of each target in `cargo xtask test`, the replay of its corpus included.
const GATE_SECONDS: u32 = 2;

/// What a person asks for.
struct Wish {
    /// Of all targets together.
    minutes: f64,
    /// None: all.
    only: Vec<String>,
    /// Add to the corpora of the repository?
    keep: bool,
}

/// `cargo xtask fuzz`.
pub(crate) fn command(project: &Project, mut options: Parser) -> Result<bool> {
    let mut wish = Wish { minutes: 10.0, only: Vec::new(), keep: false };
    while let Some(option) = options.next()? {
        match option {
            Long("minutes") => wish.minutes = options.value()?.parse()?,
            Long("target") => wish.only.push(options.value()?.to_string_lossy().into_owned()),
            Long("keep") => wish.keep = true,
            other => return Err(other.unexpected().into()),
        }
    }
    fuzz(project, &wish)
}

/// Fuzzes and prints. False if something was found.
fn fuzz(project: &Project, wish: &Wish) -> Result<bool> {
    if let Some(unknown) = wish.only.iter().find(|name| TARGETS.iter().all(|target| target.name != **name)) {
        let names: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
        bail!("there is no target `{unknown}`; there are: {}", names.join(", "));
    }
    let chosen: Vec<&Target> = TARGETS
        .iter()
        .filter(|target| wish.only.is_empty() || wish.only.iter().any(|name| name == target.name))
        .collect();
    let bench = Bench::counting(project)?;
    let shares: u32 = chosen.iter().map(|target| target.share).sum();
    let mut sound = true;
    for target in &chosen {
        let seconds = wish.minutes * 60.0 * f64::from(target.share) / f64::from(shares);
        sound &= bench.run(target, (seconds as u32).max(1))?;
    }
    if wish.keep {
        for target in &chosen {
            bench.keep(target)?;
        }
    }
    Ok(sound)
}

/// The gate: every target on its kept corpus, and for a moment on what blind changes make of it.
///
/// Without coverage counters, so that what the tests have compiled is not compiled anew for it.
pub(crate) fn holds(project: &Project) -> Result<()> {
    let bench = Bench::plain(project)?;
    for target in &TARGETS {
        ensure!(bench.run(target, GATE_SECONDS)?, "`{}` was found wanting; the input is above", target.name);
    }
    Ok(())
}

/// The built targets and their folders.
struct Bench<'a> {
    project: &'a Project,
    programs: PathBuf,
    /// What is found beside the kept corpora, one folder for each target.
    found: PathBuf,
}

impl Bench<'_> {
    /// Built as `cargo fuzz` builds.
    fn counting(project: &Project) -> Result<Bench<'_>> {
        let host = process::output(Command::new("rustc").arg("-vV"))?;
        let host =
            host.lines().find_map(|line| line.strip_prefix("host: ")).context("`rustc -vV` names no host")?;
        let folder = project.target.join("fuzz");
        // With `--target` the flags are not for build scripts and macros, which would not link.
        let mut cargo = compile(project, &folder)?;
        cargo.args(["--release", "--target", host]).env("CARGO_ENCODED_RUSTFLAGS", COVERAGE.join("\u{1f}"));
        say("fuzz", "building the targets with coverage counters");
        process::run(&mut cargo)?;
        Ok(Bench::at(project, folder.join(host).join("release")))
    }

    /// Built as the tests are, and with what they have built.
    fn plain(project: &Project) -> Result<Bench<'_>> {
        say("fuzz", "building the targets");
        process::run(&mut compile(project, &project.target)?)?;
        Ok(Bench::at(project, project.target.join("debug")))
    }

    fn at(project: &Project, programs: PathBuf) -> Bench<'_> {
        Bench { project, programs, found: project.work().join("fuzz") }
    }

    /// One target for some time. False if it found something, which is printed.
    fn run(&self, target: &Target, seconds: u32) -> Result<bool> {
        let folder = self.found.join(target.name);
        let findings = self.found.join("findings").join(target.name).join("");
        for folder in [&folder, &findings] {
            std::fs::create_dir_all(folder)?;
        }
        let mut command = self.command(target);
        command
            .arg(format!("-max_total_time={seconds}"))
            .args(["-timeout=10", "-rss_limit_mb=256", "-print_final_stats=1"])
            .arg(format!("-artifact_prefix={}", findings.display()))
            .args([&folder])
            .args(self.seeds(target));
        let output = command
            .stdin(Stdio::null())
            .output()
            .with_context(|| format!("the target `{}` cannot be started", target.name))?;
        let said = String::from_utf8_lossy(&output.stderr);
        let report = Report::read(&said);
        say(target.name, &report.line());
        if output.status.success() {
            return Ok(true);
        }
        let why = report.finding.unwrap_or_else(|| format!("it ended with {}", output.status));
        say("FOUND", &why);
        match report.artifact {
            Some(path) => say("again", &format!("{} {path}", self.project.show(&self.program(target)))),
            None => say("", &said),
        }
        Ok(false)
    }

    /// Adds to the kept corpus what reaches code that nothing in it reaches.
    fn keep(&self, target: &Target) -> Result<()> {
        let kept = self.corpus(target);
        std::fs::create_dir_all(&kept)?;
        let before = count(&kept);
        // Sample pages are not copied, so they are no reason to keep anything else.
        process::output(self.command(target).arg("-merge=1").arg(&kept).arg(self.found.join(target.name)))?;
        say("kept", &format!("{}: {} inputs, {before} before", target.name, count(&kept)));
        Ok(())
    }

    fn program(&self, target: &Target) -> PathBuf {
        self.programs.join(target.name)
    }

    fn command(&self, target: &Target) -> Command {
        let mut command = Command::new(self.program(target));
        command.arg(format!("-max_len={}", target.max_len)).env("RUST_BACKTRACE", "0");
        if let Some(words) = target.words {
            let path = self.project.root.join("fuzz/dictionaries").join(format!("{words}.dict"));
            command.arg(format!("-dict={}", path.display()));
        }
        command
    }

    fn corpus(&self, target: &Target) -> PathBuf {
        self.project.root.join("fuzz/corpus").join(target.name)
    }

    /// Folders of inputs to begin with.
    fn seeds(&self, target: &Target) -> Vec<PathBuf> {
        let pages = target.pages.then(|| self.project.root.join("tests/fixtures/portals"));
        [self.corpus(target)].into_iter().chain(pages).filter(|folder| folder.is_dir()).collect()
    }
}

/// The build of all targets, less its profile.
fn compile(project: &Project, target_folder: &Path) -> Result<Command> {
    if process::output(Command::new("c++").arg("--version")).is_err() {
        apt::install(&["g++"], "libFuzzer is compiled with a C++ compiler")?;
    }
    let mut cargo = project::cargo();
    cargo
        .args(["build", "--quiet", "--locked", "--manifest-path"])
        .arg(project.root.join("fuzz/Cargo.toml"))
        .arg("--target-dir")
        .arg(target_folder);
    Ok(cargo)
}

fn count(folder: &Path) -> usize {
    std::fs::read_dir(folder).map(Iterator::count).unwrap_or_default()
}
