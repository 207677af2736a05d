//! `cargo xtask`: everything that is done to this repository by one command.
//!
//! Each command installs or builds what it needs, says what it does in one line per step, and fails with one
//! clear sentence. Nothing here is part of what ships.
#![allow(clippy::print_stdout, reason = "a command line for people: what it does belongs on stdout")]

mod apt;
mod bench;
mod bless;
mod build;
mod chromium;
mod demo;
mod fuzz;
mod launch;
mod process;
mod project;
mod stamp;
mod test;
mod torture;

use anyhow::{Result, bail};
use lexopt::ValueExt as _;
use lexopt::prelude::{Long, Short, Value};
use project::Project;
use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask demo [--headed] [--fresh]   one click on a replica billing page, in a real browser
cargo xtask launch                      the same for real use: opens the billing page for you
cargo xtask test                        formatting, lints, build, all tests; ends with their count
cargo xtask bench [--json] [--only NAME]  how fast and how big, against goals; --help says what is measured
cargo xtask fuzz [--minutes N] [--target NAME] [--keep]  random input to all that reads what others write
cargo xtask torture [--seed S] [--rounds N]  kills whatever may die in a run, and compares with the truth
cargo xtask torture --host              the same with the host alone, at every system call
cargo xtask bless                       writes the goldens of the sample pages anew
cargo xtask build                       builds dist/: the extension and the host";

fn main() -> ExitCode {
    match command() {
        Ok(code) => code,
        Err(error) => {
            println!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Reads the command line and runs the one command that it names.
fn command() -> Result<ExitCode> {
    let mut arguments = lexopt::Parser::from_env();
    let (mut name, mut headed, mut fresh, mut json, mut only) = (None, false, false, false, Vec::new());
    let mut wish = fuzz::Wish { minutes: 10.0, only: Vec::new(), keep: false };
    let mut harm = torture::Wish::default();
    while let Some(argument) = arguments.next()? {
        match argument {
            Short('h') | Long("help") => {
                println!(
                    "{}",
                    match name.as_deref() {
                        Some("bench") => bench::HELP,
                        Some("fuzz") => fuzz::HELP,
                        Some("torture") => torture::HELP,
                        _ => USAGE,
                    }
                );
                return Ok(ExitCode::SUCCESS);
            }
            Long("headed") if name.as_deref() == Some("demo") => headed = true,
            Long("fresh") if name.as_deref() == Some("demo") => fresh = true,
            Long("json") if name.as_deref() == Some("bench") => json = true,
            Long("only") if name.as_deref() == Some("bench") => {
                only.push(arguments.value()?.to_string_lossy().into_owned());
            }
            Long("minutes") if name.as_deref() == Some("fuzz") => {
                wish.minutes = arguments.value()?.parse()?
            }
            Long("target") if name.as_deref() == Some("fuzz") => {
                wish.only.push(arguments.value()?.to_string_lossy().into_owned());
            }
            Long("keep") if name.as_deref() == Some("fuzz") => wish.keep = true,
            Long("host") if name.as_deref() == Some("torture") => harm.host = true,
            Long("seed") if name.as_deref() == Some("torture") => {
                harm.seed = Some(arguments.value()?.parse()?);
            }
            Long("rounds") if name.as_deref() == Some("torture") => {
                harm.rounds = Some(arguments.value()?.parse()?);
            }
            Long("points") if name.as_deref() == Some("torture") => {
                harm.points = Some(arguments.value()?.parse()?);
            }
            Long("only") if name.as_deref() == Some("torture") => {
                harm.only.push(arguments.value()?.to_string_lossy().into_owned());
            }
            Value(value) if name.is_none() => name = Some(value.to_string_lossy().into_owned()),
            other => return Err(other.unexpected().into()),
        }
    }
    let Some(name) = name else {
        println!("{USAGE}");
        return Ok(ExitCode::SUCCESS);
    };
    let project = Project::find()?;
    match name.as_str() {
        "bench" if !bench::bench(&project, &only, json)? => return Ok(ExitCode::FAILURE),
        "bench" => {}
        "bless" => bless::bless(&project)?,
        "build" => build::all(&project)?,
        "demo" => demo::demo(&project, headed, fresh)?,
        "fuzz" if !fuzz::fuzz(&project, &wish)? => return Ok(ExitCode::FAILURE),
        "fuzz" => {}
        "launch" => launch::launch(&project)?,
        "test" if !test::test(&project) => return Ok(ExitCode::FAILURE),
        "test" => {}
        "torture" if !torture::torture(&project, &harm)? => return Ok(ExitCode::FAILURE),
        "torture" => {}
        other => bail!("there is no command `{other}`; there are:\n{USAGE}"),
    }
    Ok(ExitCode::SUCCESS)
}
